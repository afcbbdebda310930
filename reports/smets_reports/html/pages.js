// The pages: a requirement, a clause, a check with its exchanges, a reading.

const STEPS_AT_ONCE = 200;
const KINDS = { reset: "Reset", act: "Act", advance: "Wait", event: "Event", look: "Look", claim: "Claim", note: "Note" };

const crumbs = (...parts) => h("nav.crumbs", { "aria-label": "Where this is" }, parts.map(([name, href]) => h("a", { href }, name)));
const title = (text, attributes) => h("h1", { tabindex: "-1", dir: "auto", ...attributes }, text);
const stop = (href, ...content) => h("a", { href, "data-stop": true }, content);
const missing = (what, id) => [title(`No ${what} of that name`), prose(`This report holds no ${what} called “${id}”.`)];
const requirementLink = (id) => stop(link("requirement", id), id);
const checkLink = (id) => stop(link("check", id), id);

function sources(run, requirement) {
  return h("ul.plain", null, requirement.sources.map((source) => {
    const clause = run.record.clauses[run.clauseIndex.get(source.clause)];
    const where = `${source.clause} ¶${source.paragraph}${source.part ? `, obligation ${source.part}` : ""}`;
    return h("li", null, clause ? stop(link("clause", source.clause), where) : where, clause ? ` ${clause.heading}` : " (not a clause of this edition's section)");
  }));
}

/** What decided a claim, in one line, with the way to it. */
function decided(run, check, requirement) {
  const steps = run.decided[check.id] ?? {};
  const step = steps[requirement] ?? ((check.claims ?? {})[requirement] === "pass" ? null : steps[""]);
  if (!step) return check.message && check.verdict !== "pass" ? prose(check.message, "span") : "";
  const name = step.verdict === "fail" ? "The exchange that failed it" : "The step that decided";
  const compared = [step.expected && step.expected !== step.text && `expected ${step.expected}`, step.reading && `read ${step.reading}`, step.tolerance && `tolerance ${step.tolerance}`].filter(Boolean);
  return [
    h("a.exchange", { href: link("check", check.id, "step", step.n), "data-stop": true }, `${name}: step ${step.n}`),
    h("span.why", null, h("bdi", null, step.text), compared.length ? `: ${compared.join("; ")}` : ""),
  ];
}

function requirementPage(run, id) {
  const r = run.requirement.get(id);
  if (!r) return missing("requirement", id);
  const checks = checksOf(run, r);
  const readings = (r.interpretations ?? []).map((name) => run.reading.get(name) ?? { id: name, question: "not in this record", chosen: "" });
  const variants = (run.record.variants ?? []).filter((v) => (r.interpretations ?? []).includes(v.interpretation));
  return [
    crumbs(["Requirements", back("requirements")], [r.section, link("requirements") + "?section=" + encodeURIComponent(r.section)]),
    h("p.eyebrow", null, badge(r.status), h("code", null, r.id)),
    title(r.statement, { class: "statement" }),
    h("p.reason", { dir: "auto" }, r.reason),
    facts([
      ["Stands at", sources(run, r)],
      ["Obligation", r.obligation + (r.severity === "warning" ? ": breaking it is a warning" : "")],
      ["Verification", r.verification],
      ["Obligations covered", r.obligations && r.obligations > 1 ? String(r.obligations) : ""],
      ["Blame", r.blame],
      ["Evidence", r.evidence],
      ["Annotations", (r.annotations ?? []).join("; ")],
      ["Look", r.look ? "a definition or clause it refers to changed in this edition: worth another look" : ""],
    ]),
    section("Checks", checks.length ? h("ul.cards", null, checks.map((check) => h("li", null,
      h("p.head", null, verdictBadge(check.missing ? "" : (check.claims ?? {})[r.id] ?? check.verdict), check.missing ? h("code", null, check.id) : checkLink(check.id)),
      check.missing ? prose("It is not in this record.") : [prose(check.title), decided(run, check, r.id)],
    ))) : prose(r.verification === "test" ? "No check verifies it yet." : `It is not verified by test but by ${r.verification}.`)),
    section("Faults that show its checks can fail", (r.faults ?? []).length
      ? table("Seeded faults", ["Fault", "What is wrong in it", "Killed by", "For this reason"], r.faults.map((f) => [
        h("code", null, f.fault), f.description, f.killed_by ? (run.check.has(f.killed_by) ? checkLink(f.killed_by) : f.killed_by) : h("span.badge.s-violated", null, "Survived"), f.reason ?? ""]))
      : prose(r.verification === "test" ? "None is recorded: nothing here shows yet that its checks can fail." : "None, as it is not verified by test.")),
    readings.length ? section("Readings taken", readings.map((i) => reading(i))) : null,
    variants.length ? section("Permitted variants", variantTable(variants)) : null,
  ];
}

const reading = (i) => h("div.reading", null,
  h("h3", null, stop(link("reading", i.id), i.id), " ", h("span", { dir: "auto" }, i.question)),
  facts([["Reading taken", i.chosen], ["Tolerated", i.tolerates]]));

const variantTable = (variants) => table("Sound devices that take another permitted reading", ["Variant", "What it does", "Reading", "Failed by"], variants.map((v) => [
  h("code", null, v.variant), v.description, stop(link("reading", v.interpretation), v.interpretation),
  (v.falsely_failed ?? []).length ? v.falsely_failed.map((id) => [checkLink(id), " "]) : "no check, as it should be"]));

function readingPage(run, id) {
  const i = run.reading.get(id);
  if (!i) return missing("reading", id);
  const requirements = run.requirements.filter((r) => (r.interpretations ?? []).includes(id));
  const variants = (run.record.variants ?? []).filter((v) => v.interpretation === id);
  return [
    crumbs(["Readings", back("readings")]),
    h("p.eyebrow", null, h("code", null, i.id)),
    title(i.question, { class: "statement" }),
    facts([["Reading taken", i.chosen], ["Tolerated", i.tolerates]]),
    section("Permitted variants", variants.length ? variantTable(variants) : prose("None is recorded.")),
    section(`Requirements that rest on it: ${count(requirements.length)}`, shortList(requirements, "q=" + encodeURIComponent(id))),
  ];
}

/** Up to a hundred requirements as links; where there are more, the way to the list. */
function shortList(requirements, query) {
  const shown = requirements.slice(0, 100);
  return [
    h("ul.cards", null, shown.map((r) => h("li", null, h("p.head", null, badge(r.status), requirementLink(r.id)), prose(r.statement)))),
    shown.length < requirements.length ? h("p", null, stop(link("requirements") + "?" + query, `All ${count(requirements.length)}`)) : null,
  ];
}

function clausePage(run, key) {
  const at = run.clauseIndex.get(key);
  if (at === undefined) return missing("clause", key);
  const clause = run.record.clauses[at];
  const above = [];
  for (let index = at - 1, level = clause.level; index >= 0; index--) {
    if (run.record.clauses[index].level < level) {
      level = run.record.clauses[index].level;
      above.unshift([run.record.clauses[index].number ?? run.record.clauses[index].heading, link("clause", clauseKey(run.record.clauses[index], index))]);
    }
  }
  const below = [];
  for (let index = at + 1; index < run.record.clauses.length && run.record.clauses[index].level > clause.level; index++) {
    if (run.record.clauses[index].level === clause.level + 1) below.push(index);
  }
  return [
    crumbs(["Clauses", back("clauses")], ...above),
    h("p.eyebrow", null, `${run.record.edition} · ${clause.device}${clause.part ? ", part " + clause.part : ""}`),
    title(`${clause.number ?? ""} ${clause.heading}`.trim()),
    total(run.rolled[at]) ? bar(run.rolled[at]) : null,
    h("p.lead", null, inWords(run.rolled[at]) + (below.length ? ", with its subclauses" : "")),
    section("Paragraphs", (clause.paragraphs ?? []).length
      ? h("ol.paragraphs", null, clause.paragraphs.map((p) => paragraph(run, clause, p)))
      : prose("It has a heading alone.")),
    below.length ? section("Subclauses", h("ul.plain", null, below.map((index) => h("li", null,
      stop(link("clause", clauseKey(run.record.clauses[index], index)), `${run.record.clauses[index].number ?? ""} ${run.record.clauses[index].heading}`),
      h("span.muted", null, " " + inWords(run.rolled[index])))))) : null,
  ];
}

function paragraph(run, clause, p) {
  const standing = [...new Set([...(run.restating.get(clause.number + "¶" + p.n) ?? []), ...(p.requirements ?? []).map((id) => run.requirement.get(id)).filter(Boolean)])];
  const blank = p.obligations - (p.covered ?? 0);
  return h("li", null,
    h("p.head", null, h("b", null, `¶${p.n}`), p.label ? ` ${p.label}` : "",
      h("span.muted", null, p.obligations ? ` ${plural(p.obligations, "obligation")}` : p.informative ? ` informative: ${p.informative}` : " no obligation"),
      p.obligations && blank > 0 ? [" ", h("span.badge.s-uncaptured", null, p.obligations === 1 ? "Uncaptured" : `${count(blank)} uncaptured`)] : null),
    standing.length ? h("ul.cards", null, standing.map((r) => h("li", null, h("p.head", null, badge(r.status), requirementLink(r.id)), prose(r.statement)))) : null);
}

async function checkPage(run, id, wanted) {
  if (!run.check.has(id)) return missing("check", id);
  const check = await wholeCheck(run, id);
  const steps = check.steps ?? [];
  const claims = Object.entries(check.claims ?? {});
  return [
    crumbs(["Checks", back("checks")]),
    h("p.eyebrow", null, verdictBadge(check.verdict), h("code", null, check.id)),
    title(check.title, { class: "statement" }),
    check.message ? h("p.reason", { dir: "auto" }, check.message) : null,
    facts([
      ["Decided at", check.failed_at ? stop(link("check", id, "step", check.failed_at), `step ${check.failed_at}`) : ""],
      ["Reason", check.reason], ["Blame", check.blame],
      ["Took", `${(check.seconds ?? 0).toFixed(3)} s; ${plural(check.device_seconds ?? 0, "second")} went by for the item`],
      ["Examples tried", check.examples ? count(check.examples) : ""],
      ["Procedure's version", h("code", null, check.procedure_version || "not stated")],
    ]),
    check.procedure === check.title ? null : section("Procedure", h("div.procedure", { dir: "auto" }, check.procedure || "Not recorded.")),
    section("What it claims", h("ul.cards", null, check.requirements.map((name) => h("li", null,
      h("p.head", null, verdictBadge(claims.find(([claimed]) => claimed === name)?.[1]), run.requirement.has(name) ? requirementLink(name) : h("code", null, name)),
      run.requirement.has(name) ? prose(run.requirement.get(name).statement) : null, decided(run, check, name))))),
    section(`What happened: ${plural(steps.length, "step")}`, steps.length ? stepList(run, check, steps, wanted) : prose("No step is recorded.")),
  ];
}

/** The steps, as many as fit a reader at once: those round the one wanted, and buttons for those before and after. */
function stepList(run, check, steps, wanted) {
  const target = Math.max(0, steps.findIndex((step) => step.n === wanted));
  let reset = steps[0].at;
  const since = steps.map((step) => (reset = step.kind === "reset" ? step.at : reset));
  let from = steps.length <= 2 * STEPS_AT_ONCE ? 0 : Math.max(0, target - STEPS_AT_ONCE / 2);
  let to = steps.length <= 2 * STEPS_AT_ONCE ? steps.length : Math.min(steps.length, from + STEPS_AT_ONCE);
  const list = h("ol.steps", { start: steps[from].n });
  const make = (first, last) => steps.slice(first, last).map((step, at) => stepItem(run, check, step, since[first + at], step.n === wanted, exchangeBefore(steps, target, first + at, wanted)));
  list.append(...make(from, to));
  const earlier = h("button", { type: "button", onclick: () => {
    const first = Math.max(0, from - STEPS_AT_ONCE);
    list.prepend(...make(first, from));
    from = first;
    earlier.hidden = from === 0;
  } }, "Earlier steps");
  const later = h("button", { type: "button", onclick: () => {
    const last = Math.min(steps.length, to + STEPS_AT_ONCE);
    list.append(...make(to, last));
    to = last;
    later.hidden = to === steps.length;
  } }, "Later steps");
  earlier.hidden = from === 0;
  later.hidden = to === steps.length;
  return [h("p.muted", null, "Times are of the bench, counted from the last reset."), earlier, list, later];
}

/** Whether the step at `at` is the last thing the device showed before the step wanted: what that judged, as a rule. */
function exchangeBefore(steps, target, at, wanted) {
  if (wanted === undefined || steps[target].kind !== "claim") return false;
  for (let index = target - 1; index >= 0 && steps[index].kind !== "reset"; index--) {
    if (steps[index].kind === "event" || steps[index].kind === "look") return index === at;
  }
  return false;
}

function stepItem(run, check, step, start, wanted, shown) {
  const bad = step.verdict && step.verdict !== "pass";
  const classes = ["step", "k-" + step.kind, bad && "bad", wanted && "wanted", shown && "shown"].filter(Boolean).join(".");
  return h("li." + classes, { id: "step-" + step.n, tabindex: "-1", "data-stop": true, "aria-current": wanted ? "step" : null },
    h("a.n", { href: link("check", check.id, "step", step.n), "aria-label": "Step " + step.n, tabindex: "-1" }, String(step.n)),
    h("time", { title: utc(step.at), datetime: new Date(step.at).toISOString() }, step.kind === "reset" ? utc(step.at) : elapsed(start, step.at)),
    h("span.kind", null, KINDS[step.kind] ?? step.kind),
    h("div.what", null,
      h("p", { dir: "auto" }, step.text, moments(step.text).map((at) => h("span.muted", null, ` (${utc(at)})`))),
      shown ? h("p.muted", null, "The last thing seen of the device before the step in question.") : null,
      step.device_utc !== undefined && step.device_utc !== null ? h("p.muted", null, `The device says ${utc(step.device_utc)}, ${difference(step.device_utc - step.at)} the bench.`) : null,
      step.kind === "claim" ? h("p.head", null, step.verdict ? verdictBadge(step.verdict) : null, run.requirement.has(step.requirement) ? requirementLink(step.requirement) : h("code", null, step.requirement ?? "")) : null,
      facts([["Expected", step.expected === step.text ? "" : step.expected], ["Read", step.reading], ["Tolerance", step.tolerance],
        ["Readings taken", (step.interpretations ?? []).length ? step.interpretations.map((name) => [stop(link("reading", name), name), " "]) : ""]]),
      step.body === undefined || step.body === null ? null : h("details", { open: wanted && bad }, h("summary", null, "As data"), h("pre", { dir: "ltr" }, JSON.stringify(step.body, null, 2)))));
}

/** The milliseconds of UTC that a text names, up to three: thirteen digits that make a date of this century's first half. */
const moments = (text) => (text.match(/\b1[2-9]\d{11}\b|\b2[0-4]\d{11}\b/g) ?? []).slice(0, 3).map(Number);

const difference = (milliseconds) => (milliseconds ? `${(Math.abs(milliseconds) / 1000).toLocaleString("en-GB")} s ${milliseconds > 0 ? "ahead of" : "behind"}` : "the same as");

const PAGES = { requirement: requirementPage, clause: clausePage, check: checkPage, reading: readingPage };
