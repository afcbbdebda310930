// The five lists: what their rows are, how a row looks, what is searched in it, and by what it can be filtered.

const clausesOf = (requirement) => [...new Set(requirement.sources.map((source) => source.clause))].join(", ");
const distinct = (rows, key) => [...new Set(rows.map(key).filter(Boolean))].sort();
const tallied = (rows, key) => {
  const counts = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
};

/** Choices with their counts, in the order of `names`, then those it does not know. */
const choices = (counts, names) => [...new Set([...Object.keys(names), ...Object.keys(counts)])]
  .filter((value) => counts[value]).map((value) => ({ value, name: names[value] ?? value, n: counts[value] }));

const verdictNames = Object.fromEntries(Object.entries(VERDICT).map(([verdict, [name]]) => [verdict, name]));
const verdictColour = Object.fromEntries(Object.entries(VERDICT).map(([verdict, [, colour]]) => [verdict, colour]));

const LISTS = {
  requirements: {
    title: "Requirements",
    needs: ["frame", "requirements"],
    one: "requirement",
    rows: (run) => run.requirements,
    text: (r) => [r.id, r.statement, r.section, clausesOf(r), r.reason, (r.interpretations ?? []).join(" ")].join(" "),
    href: (r) => link("requirement", r.id),
    draw: (r) => [
      badge(r.status),
      h("span.main", null, h("span.name", null, r.id), h("span.statement", { dir: "auto" }, r.statement)),
      h("span.at", null, clausesOf(r)),
    ],
    filters: {
      status: { many: true, name: "Status", of: (r) => [r.status], from: (run) => choices(tallied(run.requirements, (r) => r.status), STATUS) },
      section: { name: "Section", of: (r) => [r.section], from: (run) => distinct(run.requirements, (r) => r.section).map((value) => ({ value, name: value })) },
      verification: { name: "Verification", of: (r) => [r.verification], from: (run) => distinct(run.requirements, (r) => r.verification).map((value) => ({ value, name: value })) },
    },
    orders: {
      worst: ["Worst first", (a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status)],
      id: ["By name", (a, b) => (a.id < b.id ? -1 : 1)],
    },
  },
  clauses: {
    title: "Clauses",
    needs: ["frame"],
    one: "clause",
    rows: (run) => run.clauses,
    text: ({ clause }) => [clause.number, clause.heading, clause.device, clause.part].join(" "),
    href: ({ clause, at }) => link("clause", clauseKey(clause, at)),
    draw: ({ clause, tally }) => {
      const heading = h("span.main", null, h("span.number", null, clause.number ?? ""), h("span.heading", null, clause.heading));
      heading.style.setProperty("--depth", clause.level);
      return [heading, h("span.shares", null, total(tally) ? bar(tally) : null, h("span.at", null, inWords(tally)))];
    },
    filters: {
      status: {
        many: true, name: "Holding", of: ({ tally }) => Object.keys(tally).filter((status) => tally[status]),
        from: (run) => choices(tallied(run.rolled.flatMap((tally) => Object.keys(tally).filter((s) => tally[s])), (s) => s), STATUS),
      },
    },
  },
  checks: {
    title: "Checks",
    one: "check",
    rows: (run) => run.checks,
    text: (c) => [c.id, c.title, c.message, c.requirements.join(" ")].join(" "),
    href: (c) => link("check", c.id),
    draw: (c) => [
      verdictBadge(c.verdict),
      h("span.main", null, h("span.name", null, c.id), h("span.statement", { dir: "auto" }, c.title)),
      h("span.at", null, c.blame ? "blame: " + c.blame : ""),
    ],
    filters: {
      verdict: { many: true, name: "Verdict", colour: verdictColour, of: (c) => [c.verdict], from: (run) => choices(tallied(run.checks, (c) => c.verdict), verdictNames) },
      blame: { name: "Blame", of: (c) => [c.blame], from: (run) => distinct(run.checks, (c) => c.blame).map((value) => ({ value, name: value })) },
    },
  },
  faults: {
    title: "Seeded faults",
    one: "fault",
    about: "Deliberate mistakes built into the reference, to show that the checks of a requirement can fail. Each row is one fault against one requirement it breaks.",
    rows: (run) => run.faults,
    text: (f) => [f.fault, f.description, f.requirement.id, f.killed_by, f.reason].join(" "),
    href: (f) => link("requirement", f.requirement.id),
    draw: (f) => [
      h("span.badge.s-" + (f.killed_by ? "verified" : "violated"), null, f.killed_by ? "Killed" : "Survived"),
      h("span.main", null, h("span.name", null, f.fault), h("span.statement", { dir: "auto" }, f.description)),
      h("span.at", null, f.requirement.id),
    ],
    filters: {
      outcome: {
        many: true, name: "Outcome", colour: { killed: "verified", survived: "violated" }, of: (f) => [f.killed_by ? "killed" : "survived"],
        from: (run) => choices(tallied(run.faults, (f) => (f.killed_by ? "killed" : "survived")), { killed: "Killed", survived: "Survived" }),
      },
    },
  },
  readings: {
    title: "Readings",
    one: "reading",
    about: "Where the text can be read in more than one way: the reading taken, and what is tolerated beside it. A sound device that takes another permitted reading must not be failed.",
    rows: (run) => run.record.interpretations ?? [],
    text: (i) => [i.id, i.question, i.chosen, i.tolerates].join(" "),
    href: (i) => link("reading", i.id),
    draw: (i) => [
      h("span.badge.s-plain", null, i.id),
      h("span.main", null, h("span.name", { dir: "auto" }, i.question), h("span.statement", { dir: "auto" }, i.chosen)),
    ],
    filters: {},
  },
};
const RANK = ["violated", "suspect", "unverified", "evidence-wanted", "evidence-filed", "not-applicable", "verified"];

const haystacks = new WeakMap();
const haystack = (list, row) => {
  if (!haystacks.has(row)) haystacks.set(row, list.text(row).toLowerCase());
  return haystacks.get(row);
};

/** The rows that hold every word of the search and pass every filter, in the order asked for. */
function chosen(list, rows, query) {
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = Object.entries(list.filters)
    .map(([key, filter]) => [filter, new Set((query.get(key) ?? "").split(",").filter(Boolean))])
    .filter(([, values]) => values.size);
  const kept = rows.filter((row) => wanted.every(([filter, values]) => filter.of(row).some((value) => values.has(value)))
    && words.every((word) => haystack(list, row).includes(word)));
  const order = list.orders?.[query.get("order")];
  return order ? kept.sort(order[1]) : kept;
}
