// The runs inside this file: inflated when first shown, with what is needed to go from one thing to another.

const RUNS = document.querySelectorAll(".overview").length;
const PARTS = ["frame", "requirements", "checks"];
const runs = new Map();

const clauseKey = (clause, index) => clause.number ?? "@" + index;
const by = (rows, key) => new Map(rows.map((row, index) => [key(row, index), row]));

/** The JSON inside a block: base64 of what zlib deflated. */
async function inflated(id) {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) bytes[at] = packed.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

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

// What is worked out of a record, each when it is first asked for.
const DERIVED = {
  requirement: ({ requirements }) => by(requirements, (r) => r.id),
  check: ({ checks }) => by(checks, (c) => c.id),
  checkIndex: ({ checks }) => new Map(checks.map((c, at) => [c.id, at])),
  clauseIndex: ({ record }) => new Map(record.clauses.map((c, at) => [clauseKey(c, at), at])),
  clauses: ({ record, rolled }) => record.clauses.map((clause, at) => ({ clause, at, tally: rolled[at] })),
  reading: ({ record }) => by(record.interpretations ?? [], (i) => i.id),
  restating: ({ requirements }) => grouped(requirements, (r) => new Set(r.sources.map((s) => s.clause + "¶" + s.paragraph))),
  faults: ({ requirements }) => requirements.flatMap((r) => (r.faults ?? []).map((fault) => ({ ...fault, requirement: r }))),
};

/** A run with nothing in it yet but what DERIVED works out of it when it is there. */
function emptyRun(index) {
  const run = { index, parts: {} };
  for (const [name, work] of Object.entries(DERIVED)) {
    Object.defineProperty(run, name, { configurable: true, get() {
      const value = work(run);
      Object.defineProperty(run, name, { value });
      return value;
    } });
  }
  return run;
}

/** The run of that index with those parts of it: the frame (`record` and what was counted), `requirements`, `checks`. */
async function load(index, parts = PARTS) {
  if (!runs.has(index)) runs.set(index, emptyRun(index));
  const run = runs.get(index);
  await Promise.all(parts.map((part) => (run.parts[part] ??= inflated(`run-${index}-${part}`).then((data) => {
    Object.assign(run, part === "frame" ? data : { [part]: data });
    run.whole = PARTS.every((name) => name === "frame" ? run.record : run[name]);
  }))));
  return run;
}

/** A check in full, with its steps, from the block that holds it. */
async function wholeCheck(run, id) {
  // The blocks stand behind this script, so that the page is of use before they are read.
  if (document.readyState === "loading") await new Promise((done) => { addEventListener("DOMContentLoaded", done, { once: true }); });
  const at = run.checkIndex.get(id);
  const block = run.blocks.findLastIndex((first) => first <= at);
  return (await inflated(`checks-${run.index}-${block}`))[at - run.blocks[block]];
}

/** The checks that a requirement names, with a mark on those that the record does not hold. */
function checksOf(run, requirement) {
  return (requirement.checks ?? []).map((id) => run.check.get(id) ?? { id, missing: true });
}
