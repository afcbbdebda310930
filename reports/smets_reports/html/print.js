// On paper every clause, and everything that was not verified, stands in full: nothing of it is drawn on demand.

function printed(run) {
  const { record } = run;
  const used = Object.keys(STATUS).filter((status) => run.rolled.some((tally) => tally[status]));
  const clauses = table(`Every clause of ${record.edition}, with its subclauses`,
    ["Clause", "Heading", "Obligations", ...used.map((status) => STATUS[status])],
    record.clauses.map((clause, at) => [clause.number ?? "", clause.heading, count(total(run.rolled[at])), ...used.map((status) => count(run.rolled[at][status] ?? 0))]), "counts");
  const open = run.requirements.filter((r) => r.status !== "verified");
  const groups = RANK.filter((status) => status !== "verified").map((status) => [status, open.filter((r) => r.status === status)]).filter(([, rows]) => rows.length);
  return [
    h("section", null, h("h2", null, "The clauses"), clauses),
    h("section", null, h("h2", null, `Everything not verified: ${plural(open.length, "requirement")}`),
      open.length ? null : prose("Every requirement in this record is verified."),
      groups.map(([status, rows]) => table(`${STATUS[status]}: ${count(rows.length)}`, ["Requirement", "Clause", "What is required", "Why"], rows.map((r) => [
        h("code", null, r.id), clausesOf(r), prose(r.statement), [prose(r.reason), r.blame ? prose(`Blame: ${r.blame}.`) : null, printedSteps(run, r)]])))),
    uncapturedOnPaper(run),
  ];
}

function printedSteps(run, requirement) {
  return checksOf(run, requirement).map((check) => {
    const step = (run.decided[check.id] ?? {})[requirement.id];
    return step ? prose(`${check.id}, step ${step.n}: ${step.text}; expected ${step.expected || "not stated"}, read ${step.reading || "not stated"}.`) : null;
  });
}

function uncapturedOnPaper(run) {
  const rows = run.record.clauses.flatMap((clause, at) => (run.own[at].uncaptured ? [[clause.number ?? "", clause.heading,
    (clause.paragraphs ?? []).filter((p) => p.obligations > (p.covered ?? 0)).map((p) => "¶" + p.n).join(" "), count(run.own[at].uncaptured)]] : []));
  return rows.length ? h("section", null, h("h2", null, "Not captured yet"), table("Obligations that no requirement restates yet", ["Clause", "Heading", "Paragraphs", "Obligations"], rows)) : null;
}

const paper = document.getElementById("print");
const tooSoon = () => [h("p.warning", null, "The clauses and what was not verified are missing here: this was printed before the report had opened. Print it again.")];
const lay = () => { if (!paper.childElementCount) paper.append(...(shown.run?.whole ? printed(shown.run) : tooSoon()).filter(Boolean)); };
const clear = () => paper.replaceChildren();
addEventListener("beforeprint", lay);
addEventListener("afterprint", clear);
matchMedia("print").addEventListener("change", (event) => (event.matches ? lay() : clear()));
