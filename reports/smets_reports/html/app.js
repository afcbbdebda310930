// Going about: the address after # says what is shown, `#[run/]view[/name[/step/n]][?filters]`; keys and search change it.

const page = document.getElementById("page");
const search = document.getElementById("search");
const shown = { run: null, list: null, view: "", prefix: "" };
const kept = new Map(); // of each list, the address and row last shown

function link(...parts) {
  return "#" + shown.prefix + parts.map((part) => encodeURIComponent(part)).join("/");
}

/** The address of a list as it was last shown. */
const back = (view) => kept.get(shown.prefix + view)?.address ?? link(view);

function address() {
  const [path, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const parts = path.split("/").map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  const index = /^\d+$/.test(parts[0]) ? Math.min(RUNS, Number(parts.shift())) - 1 : 0;
  return { index: Math.max(0, index), view: parts[0] || "overview", rest: parts.slice(1), query: new URLSearchParams(query) };
}

async function show() {
  const { index, view, rest, query } = address();
  const ticket = (shown.ticket = Symbol(view));
  const late = () => ticket !== shown.ticket;
  shown.list?.stop();
  shown.list = null;
  shown.view = view;
  shown.prefix = index ? index + 1 + "/" : "";
  const overview = !(view in LISTS) && !(view in PAGES);
  frame(index, view, overview);
  if (overview) performance.mark("overview");
  const run = await load(index, LISTS[view]?.needs);
  if (late()) return;
  shown.run = run;
  if (document.activeElement !== search) search.value = query.get("q") ?? "";
  if (view in LISTS) showList(view, query);
  else if (view in PAGES) {
    const step = rest[1] === "step" ? Number(rest[2]) : undefined;
    const content = await PAGES[view](run, rest[0] ?? "", step);
    if (late()) return;
    showPage(view, content, step);
  }
  load(index);
  const heading = $("h1", overview ? document.getElementById("overview-" + index) : page);
  document.title = [heading.textContent.slice(0, 80), run.record.edition, "SMETS conformance report"].join(" · ");
}

/** What stands round a view and needs no data: which entry is current, which overview is shown, which edition is chosen. */
function frame(index, view, overview) {
  for (const entry of document.querySelectorAll("#views a")) {
    entry.href = link(entry.dataset.view);
    const current = entry.dataset.view === view || entry.dataset.view === view + "s" || (overview && entry.dataset.view === "overview");
    entry.removeAttribute("aria-current");
    if (!current) continue;
    entry.setAttribute("aria-current", entry.dataset.view === view ? "page" : "true");
    entry.closest("ul").scrollLeft = entry.offsetLeft - 16;
  }
  for (const article of document.querySelectorAll(".overview")) {
    const current = article.id === "overview-" + index;
    article.classList.toggle("current", current); // it is printed even where another view hides it
    article.hidden = !overview || !current;
  }
  page.hidden = overview;
  const selector = document.getElementById("run");
  if (selector) selector.value = String(index);
  if (!overview) return;
  page.replaceChildren();
  scrollTo(0, 0);
}

function showPage(view, content, step) {
  page.className = "wide " + view;
  page.replaceChildren(...content.flat().filter(Boolean));
  const target = (step !== undefined && document.getElementById("step-" + step)) || $("h1", page);
  target.focus({ preventScroll: true });
  if (target.matches("h1")) scrollTo(0, 0);
  else target.scrollIntoView({ block: "center" });
}

/** Draw a list with its filters; typing in the search only changes the rows. */
function showList(view, query) {
  const list = LISTS[view];
  const run = shown.run;
  run.rowsOf ??= {};
  const all = (run.rowsOf[view] ??= list.rows(run));
  const before = kept.get(shown.prefix + view);
  const same = before?.address === location.hash;
  const heading = h("h1", { tabindex: "-1" }, list.title);
  const amount = h("p.amount.muted");
  const host = h("ul.rows.of-" + view, { role: "list", "aria-label": list.title });
  page.className = "wide list";
  page.replaceChildren(...[heading, list.about ? prose(list.about) : null, filterBar(list, run, query), amount, host].filter(Boolean));
  shown.fill = (at = 0) => {
    shown.list?.stop();
    const asked = address().query;
    const rows = chosen(list, all, asked);
    host.replaceChildren();
    amount.textContent = rows.length === all.length ? plural(all.length, list.one) : `${count(rows.length)} of ${plural(all.length, list.one)}`;
    if (!rows.length) amount.textContent += all.length ? ": nothing matches" : "";
    $("#live").textContent = amount.textContent;
    shown.list = virtualList(host, rows, (row) => h("a", { href: list.href(row) }, list.draw(row)), at);
    remember();
  };
  if (same) {
    scrollTo(0, before.scroll);
    shown.fill(before.row);
    scrollTo(0, before.scroll);
    if (document.activeElement !== search) shown.list.go(before.row);
  } else {
    scrollTo(0, 0);
    shown.fill();
  }
}

function filterBar(list, run, query) {
  const set = (key, values) => {
    const asked = address().query;
    values.length ? asked.set(key, values.join(",")) : asked.delete(key);
    refine(asked);
  };
  const groups = Object.entries(list.filters).map(([key, filter]) => {
    const options = filter.from(run);
    const on = new Set((query.get(key) ?? "").split(",").filter(Boolean));
    if (!options.length) return null;
    if (filter.many) {
      const group = h("fieldset.chips", null, h("legend", null, filter.name), options.map(({ value, name, n }) => h("label", null,
        h("input", { type: "checkbox", value, checked: on.has(value), onchange: () => set(key, [...group.querySelectorAll(":checked")].map((box) => box.value)) }),
        h("i.dot.s-" + (filter.colour?.[value] ?? value), { "aria-hidden": "true" }), name, h("span.muted", null, count(n)))));
      return group;
    }
    return h("label.choice", null, filter.name, h("select", { onchange: (event) => set(key, event.target.value ? [event.target.value] : []) },
      h("option", { value: "" }, "all"), options.map(({ value, name }) => h("option", { value, selected: on.has(value) }, name))));
  }).filter(Boolean);
  if (list.orders) {
    groups.push(h("label.choice", null, "Order", h("select", { onchange: (event) => set("order", event.target.value ? [event.target.value] : []) },
      h("option", { value: "" }, "as in the document"), Object.entries(list.orders).map(([value, [name]]) => h("option", { value, selected: query.get("order") === value }, name)))));
  }
  if (!groups.length) return null;
  const chosenAlready = Object.keys(list.filters).some((key) => query.get(key));
  return h("details.filters", { open: innerWidth > 640 || chosenAlready }, h("summary", null, "Filters"), h("div", null, groups));
}

/** Put a changed search or filter into the address without another page of history, and draw the rows anew. */
function refine(query) {
  const text = query.toString();
  history.replaceState(null, "", link(shown.view) + (text ? "?" + text : ""));
  scrollTo(0, 0);
  shown.fill();
}

function remember() {
  if (shown.list) kept.set(shown.prefix + shown.view, { address: location.hash, row: shown.list.active(), scroll: scrollY });
}

search.addEventListener("input", () => {
  if (!(shown.view in LISTS)) {
    location.hash = link("requirements") + "?q=" + encodeURIComponent(search.value);
    return;
  }
  const { query } = address();
  search.value ? query.set("q", search.value) : query.delete("q");
  refine(query);
});

document.getElementById("run")?.addEventListener("change", (event) => {
  const index = Number(event.target.value);
  const { view, query } = address();
  shown.prefix = index ? index + 1 + "/" : "";
  const text = query.toString();
  location.hash = link(view in PAGES ? view + "s" : view) + (text && view in LISTS ? "?" + text : "");
});

// Keys.

const help = document.getElementById("help");
const singleKeys = document.getElementById("single-keys");
document.getElementById("help-button").addEventListener("click", () => help.showModal());
$(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});

/** Move among the links and steps of a page that is no list. */
function hop(by) {
  const stops = [...document.querySelectorAll("main [data-stop]")].filter((stop) => stop.offsetParent);
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement);
  let to = here + by;
  if (here < 0) {
    const from = document.activeElement;
    const after = stops.findIndex((stop) => from.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    to = from === document.body || after < 0 ? 0 : by > 0 ? after : after - 1;
  }
  const stop = stops[Math.max(0, Math.min(to, stops.length - 1))];
  stop.focus();
  stop.scrollIntoView({ block: "nearest" });
}

const move = (by) => (shown.list ? shown.list.move(by) : hop(by));
const VIEWS = ["overview", "requirements", "clauses", "checks", "faults", "readings"];
const LETTERS = {
  "/": () => { search.focus(); search.select(); },
  "?": () => help.showModal(),
  j: () => move(1),
  k: () => move(-1),
  f: () => {
    const filters = $(".filters", page);
    if (!filters) return;
    filters.open = true;
    $("input, select", filters).focus();
  },
  e: () => document.getElementById("run")?.focus(),
};
VIEWS.forEach((view, at) => { LETTERS[String(at + 1)] = () => { location.hash = link(view); }; });
const IN_LIST = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => shown.list?.go(0),
  End: () => shown.list?.go(shown.list.size - 1),
  PageDown: () => shown.list?.move(shown.list.page()),
  PageUp: () => shown.list?.move(-shown.list.page()),
};

function escape() {
  if (document.activeElement === search && search.value) {
    search.value = "";
    search.dispatchEvent(new Event("input"));
  } else if (document.activeElement === search || page.querySelector(".filters")?.contains(document.activeElement)) {
    shown.list ? shown.list.move(0) : document.getElementById("main").focus();
  } else if (shown.view in PAGES) {
    location.hash = back(shown.view + "s");
  } else if (shown.view in LISTS) {
    location.hash = link("overview");
  }
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  const inPage = shown.list ? !event.target.closest?.(".filters, nav, header, dialog") : event.target.closest?.("[data-stop]");
  let act = null;
  if (event.key === "Escape") act = escape;
  else if (event.key === "Enter" && event.target.matches?.(".step")) act = () => $("summary", event.target)?.click();
  else if (event.target === search && (event.key === "ArrowDown" || event.key === "Enter")) act = () => shown.list?.move(0);
  else if (!typing && singleKeys.checked && event.key in LETTERS) act = LETTERS[event.key];
  else if (!typing && inPage && event.key in IN_LIST && (shown.list || event.key.startsWith("Arrow"))) act = IN_LIST[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A click on a row is about to leave the list: keep where it was.
addEventListener("click", (event) => { if (event.target.closest?.("a[href^='#']")) remember(); }, true);
addEventListener("hashchange", show);
if ("scrollRestoration" in history) history.scrollRestoration = "manual";

async function start() {
  await show();
  performance.mark("usable");
  await load(address().index); // what this view did without: paper needs all of it
  document.documentElement.dataset.ready = "true";
}
start();
