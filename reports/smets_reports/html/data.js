// The runs inside this file: read when first shown, with what is needed to go from one thing to another.

const RUNS = document.querySelectorAll("script.run").length;
const loaded = new Map();

const clauseKey = (clause, index) => clause.number ?? "@" + index;
const by = (rows, key) => new Map(rows.map((row, index) => [key(row, index), row]));

/** Group `rows` under each of the keys that `keys` gives for one. */
function grouped(rows, keys) {
  const groups = new Map();
  for (const row of rows) {
    for (const key of keys(row)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
  }
  return groups;
}

/** The run of that index: its record, and its parts by name. */
function load(index) {
  if (loaded.has(index)) return loaded.get(index);
  const data = JSON.parse(document.getElementById("run-" + index).textContent);
  const { record } = data;
  const order = new Map(record.clauses.map((clause, at) => [clause.number, at]));
  const place = (r) => {
    const source = r.sources[0];
    return source ? (order.get(source.clause) ?? 1e6) * 1e6 + source.paragraph * 1e3 + (source.part ?? 0) : Infinity;
  };
  const places = new Map(record.requirements.map((r) => [r, place(r)]));
  const run = {
    ...data,
    index,
    requirements: [...record.requirements].sort((a, b) => places.get(a) - places.get(b) || (a.id < b.id ? -1 : 1)),
    requirement: by(record.requirements, (r) => r.id),
    check: by(record.checks, (c) => c.id),
    checkIndex: new Map(record.checks.map((c, at) => [c.id, at])),
    clauseIndex: new Map(record.clauses.map((c, at) => [clauseKey(c, at), at])),
    reading: by(record.interpretations ?? [], (i) => i.id),
    restating: grouped(record.requirements, (r) => new Set(r.sources.map((s) => s.clause + "¶" + s.paragraph))),
    faults: record.requirements.flatMap((r) => (r.faults ?? []).map((fault) => ({ ...fault, requirement: r }))),
  };
  loaded.set(index, run);
  return run;
}

/** The steps of a check, from the deflated block that holds them. */
async function stepsOf(run, check) {
  // The blocks stand behind this script, so that the page is of use before they are read.
  if (document.readyState === "loading") await new Promise((done) => { addEventListener("DOMContentLoaded", done, { once: true }); });
  const at = run.checkIndex.get(check.id);
  const block = run.step_blocks.findLastIndex((first) => first <= at);
  const packed = document.getElementById(`steps-${run.index}-${block}`).textContent;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text())[at - run.step_blocks[block]];
}

// Checks of a requirement: those it names, and those that say they verify it.
function checksOf(run, requirement) {
  return (requirement.checks ?? []).map((id) => run.check.get(id) ?? { id, missing: true });
}
