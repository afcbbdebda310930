"use strict";
// Making elements. Text always goes in as text: nothing of a record is ever read as markup.

const $ = (selector, within = document) => within.querySelector(selector);

/** Make an element: `h("a.name", {href}, "text", child)`; null and false children are left out. */
function h(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

const STATUS = {
  verified: "Verified", violated: "Violated", unverified: "Unverified", "evidence-wanted": "Evidence wanted",
  "evidence-filed": "Evidence filed", suspect: "Suspect", "not-applicable": "Not applicable", uncaptured: "Uncaptured",
};
const VERDICT = {
  pass: ["Pass", "verified"], fail: ["Fail", "violated"], inconclusive: ["Inconclusive", "unverified"],
  error: ["Error", "suspect"], "not-testable": ["Not testable", "unverified"], "not-applicable": ["Not applicable", "not-applicable"],
};

const badge = (status) => h("span.badge.s-" + status, null, STATUS[status] ?? status);
const verdictBadge = (verdict) => {
  const [name, colour] = VERDICT[verdict] ?? [verdict || "not run", "uncaptured"];
  return h("span.badge.s-" + colour, null, name);
};
const count = (n) => n.toLocaleString("en-GB");
const plural = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;
const prose = (text, tag = "p") => h(tag, { dir: "auto" }, text);

/** A bar of the shares of `tally`, and the same in words for those who do not see it. */
function bar(tally) {
  const parts = Object.keys(STATUS).filter((status) => tally[status]);
  return h("span.bar", { "aria-hidden": "true" }, parts.map((status) => {
    const piece = h("i.s-" + status);
    piece.style.flexGrow = tally[status];
    return piece;
  }));
}

const total = (tally) => Object.values(tally).reduce((sum, n) => sum + n, 0);

/** `3 of 12 verified, 1 violated, 8 uncaptured`, no number parted from its word; what is nought is left out, except verified. */
function inWords(tally) {
  const of = total(tally);
  if (!of) return "no obligation";
  const rest = Object.keys(STATUS).filter((status) => status !== "verified" && tally[status]);
  const parts = [`${count(tally.verified ?? 0)} of ${count(of)} verified`, ...rest.map((s) => `${count(tally[s])} ${STATUS[s].toLowerCase()}`)];
  return parts.map((part) => part.replaceAll(" ", "\u00a0")).join(", ");
}

/** A table with a caption; each row an array of cells. */
function table(caption, headers, rows, kind = "any") {
  return h("div.scroll." + kind, { tabindex: "0", role: "group", "aria-label": caption }, h("table", null,
    h("caption", null, caption),
    h("thead", null, h("tr", null, headers.map((header) => h("th", { scope: "col" }, header)))),
    h("tbody", null, rows.map((row) => h("tr", null, row.map((cell, at) => h("td" + (at > 0 && /^[\d,]+$/.test(cell) ? ".number-column" : ""), { "data-label": headers[at] }, cell)))))));
}

const section = (title, ...content) => h("section", null, h("h2", null, title), content);
const facts = (pairs) => h("dl.facts", null, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false)
  .map(([name, value]) => [h("dt", null, name), h("dd", { dir: "auto" }, value)]));
const utc = (milliseconds) => new Date(milliseconds).toISOString().replace("T", " ").replace(".000Z", " UTC").replace("Z", " UTC");

/** Time gone by since `start`: `+1 d 00:30:00`, with milliseconds where there are any. */
function elapsed(start, at) {
  const gone = Math.abs(at - start);
  const days = Math.floor(gone / 86_400_000);
  const clock = new Date(gone % 86_400_000).toISOString().slice(11, 23).replace(".000", "");
  return `${at < start ? "−" : "+"}${days ? days + " d " : ""}${clock}`;
}
