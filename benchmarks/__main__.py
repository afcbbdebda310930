"""`make bench`: every measurement beside its peers, in one run, as a table on the screen and in docs/benchmarks.md.

Name parts (`python -m benchmarks catalogue meter`) to run only those; the page is then written only if `--write` is among
the words, and says which parts it lacks.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row

PARTS = ("catalogue", "report", "browser", "runner", "adapter", "meter", "stateful", "profile")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def measure(parts: tuple[str, ...]) -> Iterator[Row]:
    """Run each part and yield its rows as they come, telling progress on standard error."""
    for number, part in enumerate(parts, 1):
        print(f"[{number}/{len(parts)}] {part} ...", file=sys.stderr, flush=True)
        yield from importlib.import_module(f"benchmarks.{part}").rows()


def line(row: Row) -> str:
    """Return the row of the table for one measurement, each peer with its ratio to ours."""
    peers = "; ".join(f"{name} {figure:,.4g} ({figure / row.ours:.2g} ×)" for name, figure in row.peers.items()) or "–"
    return f"| {row.what} | {row.ours:,.4g} {row.unit} | {peers} | {row.target} | {'yes' if row.met else 'NO'} | {row.note} |"


HEAD = """# Measured

One run on {machine}, with Python {python}. A peer's figure is followed by its ratio to ours; absolute times of another
machine will differ, ratios should not by much. Written by `make bench`.

| what | ours | peers | to reach | reached | note |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Measure and print; return 1 when a target is missed."""
    chosen = tuple(word for word in sys.argv[1:] if word != "--write") or PARTS
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        print(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    head = HEAD.format(machine=f"{os.cpu_count()} shared cores, {platform.machine()}", python=platform.python_version())
    print(head, end="")
    rows = []
    for row in measure(chosen):
        rows.append(row)
        print(line(row), flush=True)
    if chosen == PARTS or "--write" in sys.argv:
        lacks = ", ".join(part for part in PARTS if part not in chosen)
        tail = f"\nNot measured in this run: {lacks}.\n" if lacks else ""
        PAGE.write_text(head + "".join(line(row) + "\n" for row in rows) + tail, encoding="utf-8")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
