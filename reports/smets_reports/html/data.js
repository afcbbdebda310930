// The runs inside this file: inflated when first shown, with what is needed to go from one thing to another.

const RUNS = document.querySelectorAll("script.run").length;
const loading = new Map();
const loaded = new Map();

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

/** Requirements in the order in which they stand in the document. */
function inOrder(record) {
  const order = new Map(record.clauses.map((clause, at) => [clause.number, at]));
  const place = ({ sources: [source] }) => (source ? (order.get(source.clause) ?? 1e6) * 1e6 + source.paragraph * 1e3 + (source.part ?? 0) : Infinity);
  const places = record.requirements.map((r, at) => ({ r, at, place: place(r) }));
  return places.sort((a, b) => a.place - b.place || a.at - b.at).map(({ r }) => r);
}

// What is worked out of a record, each when it is first asked for.
const DERIVED = {
  requirements: ({ record }) => inOrder(record),
  requirement: ({ record }) => by(record.requirements, (r) => r.id),
  check: ({ record }) => by(record.checks, (c) => c.id),
  checkIndex: ({ record }) => new Map(record.checks.map((c, at) => [c.id, at])),
  clauseIndex: ({ record }) => new Map(record.clauses.map((c, at) => [clauseKey(c, at), at])),
  clauses: ({ record, rolled }) => record.clauses.map((clause, at) => ({ clause, at, tally: rolled[at] })),
  reading: ({ record }) => by(record.interpretations ?? [], (i) => i.id),
  restating: ({ record }) => grouped(record.requirements, (r) => new Set(r.sources.map((s) => s.clause + "¶" + s.paragraph))),
  faults: ({ record }) => record.requirements.flatMap((r) => (r.faults ?? []).map((fault) => ({ ...fault, requirement: r }))),
};

/** The run of that index: its record, what was counted, and what DERIVED works out. */
function load(index) {
  if (!loading.has(index)) {
    loading.set(index, inflated("run-" + index).then((run) => {
      run.index = index;
      for (const [name, work] of Object.entries(DERIVED)) {
        Object.defineProperty(run, name, { configurable: true, get() {
          const value = work(run);
          Object.defineProperty(run, name, { value });
          return value;
        } });
      }
      loaded.set(index, run);
      return run;
    }));
  }
  return loading.get(index);
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
