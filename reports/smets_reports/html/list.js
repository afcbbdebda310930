// A list of any length of which only the rows in view exist.

const OVERSCAN = 8;

/**
 * Show `rows` in `host`, each drawn by `draw(row, index)` as a link in an item of equal height.
 * Returns how to move in it: `move(by)`, `go(index)`, `focus()`, `page()` rows a screen, `active()`, and `stop()` to end it.
 */
function virtualList(host, rows, draw, at = 0) {
  const drawn = new Map();
  let active = Math.max(0, Math.min(at, rows.length - 1));
  let height = 0;

  const under = () => document.querySelector(".bar-nav").getBoundingClientRect().bottom;
  const inView = () => {
    const top = host.getBoundingClientRect().top;
    const first = Math.floor(-top / height) - OVERSCAN;
    const last = Math.ceil((innerHeight - top) / height) + OVERSCAN;
    return [Math.max(0, first), Math.min(rows.length - 1, last)];
  };
  const item = (index) => {
    const link = draw(rows[index], index);
    link.classList.add("row");
    link.tabIndex = index === active ? 0 : -1;
    const made = h("li", { "aria-setsize": rows.length, "aria-posinset": index + 1, "data-index": index }, link);
    made.style.transform = `translateY(${index * height}px)`;
    return made;
  };
  const render = () => {
    const [first, last] = inView();
    const wanted = new Set([active]);
    for (let index = first; index <= last; index++) wanted.add(index);
    for (const [index, made] of drawn) {
      if (!wanted.has(index) || index >= rows.length) {
        made.remove();
        drawn.delete(index);
      }
    }
    let before = host.firstElementChild;
    for (const index of [...wanted].sort((a, b) => a - b)) {
      if (index >= rows.length) continue;
      if (!drawn.has(index)) {
        drawn.set(index, item(index));
        host.insertBefore(drawn.get(index), before);
      } else {
        before = drawn.get(index).nextElementSibling;
      }
    }
  };
  const measure = () => {
    const now = parseFloat(getComputedStyle(host).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (now === height) return;
    height = now;
    host.style.height = rows.length * height + "px";
    for (const made of drawn.values()) made.remove();
    drawn.clear();
  };
  let waiting = 0;
  const soon = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; measure(); render(); }); };
  const go = (index, take = true) => {
    if (!rows.length) return;
    drawn.get(active)?.firstElementChild.setAttribute("tabindex", "-1");
    active = Math.max(0, Math.min(index, rows.length - 1));
    const top = host.getBoundingClientRect().top + active * height;
    if (top < under()) scrollBy(0, top - under() - 8);
    else if (top + height > innerHeight) scrollBy(0, top + height - innerHeight + 8);
    render();
    const link = drawn.get(active).firstElementChild;
    link.tabIndex = 0;
    if (take) link.focus({ preventScroll: true });
  };
  const entered = (event) => {
    const index = Number(event.target.closest("li")?.dataset.index ?? active);
    if (index === active) return;
    drawn.get(active)?.firstElementChild.setAttribute("tabindex", "-1");
    active = index;
    drawn.get(active).firstElementChild.tabIndex = 0;
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  host.addEventListener("focusin", entered);
  measure();
  render();
  return {
    move: (by) => go(host.contains(document.activeElement) ? active + by : active),
    go,
    size: rows.length,
    page: () => Math.max(1, Math.floor((innerHeight - under()) / height) - 1),
    active: () => active,
    stop: () => {
      cancelAnimationFrame(waiting);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    },
  };
}
