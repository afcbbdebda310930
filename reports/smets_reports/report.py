"""The report: one HTML file that holds its runs as data, asks nothing of the network, and draws rows as they scroll into view.

The page is `html/report.html.j2` with the style sheet and the scripts beside it put inside. Each run is deflated JSON in base64,
in three parts (the requirements; the checks as a list shows them; the rest, with what is counted here). The checks in full, with
their steps, follow in blocks of their own that are opened when one is looked at: the evidence does not slow the opening.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import msgspec

from smets_reports.files import write_whole
from smets_reports.record import CheckResult, Item, Record, RequirementResult, Step
from smets_reports.tally import STATUSES, UNCAPTURED, clause_tallies, roll_up

if TYPE_CHECKING:
    from jinja2 import Environment

SCRIPTS = ("dom.js", "data.js", "list.js", "lists.js", "pages.js", "print.js", "app.js")
VERDICTS = {
    "conforms": "Conforms",
    "does-not-conform": "Does not conform",
    "not-fully-verified": "Not fully verified",
    "void": "Void: nothing can be concluded",
}
BLOCK_BYTES = 128 * 1024
PACKING = 4
ATTENTION_ROWS = 12
_WORDS = {"True": "yes", "False": "no", "None": "not stated"}


def write_report(records: Sequence[Record], path: Path) -> Path:
    """Write one report of `records`, the first shown first, to `path`.

    Raises:
        ValueError: there are no records.
        OSError: it cannot be written; nothing is left half-written.
    """
    return write_whole(path, [piece.encode() for piece in report(records)])


def report(records: Sequence[Record]) -> list[str]:
    """Return the HTML of a report of `records`, in pieces.

    Raises:
        ValueError: there are no records.
    """
    if not records:
        raise ValueError("a report needs at least one run record")
    script = "\n".join(_part(name) for name in SCRIPTS)
    runs = [_run(index, record) for index, record in enumerate(records)]
    page = _templates().get_template("report.html.j2")
    return list(
        page.generate(
            runs=runs,
            statuses=STATUSES,
            UNCAPTURED=UNCAPTURED,
            css=_part("report.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def packed(*pieces: bytes) -> str:
    """Deflate `pieces` as one and return it in base64, no character of which can end a script element."""
    return base64.b64encode(zlib.compress(b"".join(pieces), PACKING)).decode()


def _run(index: int, record: Record) -> dict[str, Any]:
    """What the template needs of one record: what it draws itself, and the blocks of data."""
    own = clause_tallies(record)
    rolled = roll_up(record.clauses, own)
    starts, blocks = check_blocks(record.checks)
    decided = {check.id: found for check in record.checks if (found := deciding_steps(check))}
    frame = {
        "record": msgspec.structs.replace(record, requirements=(), checks=()),
        "own": own,
        "rolled": rolled,
        "decided": decided,
        "blocks": starts,
    }
    parts = {
        "frame": frame,
        "requirements": in_document_order(record),
        "checks": [_as_listed(check) for check in record.checks],
    }
    top = min((clause.level for clause in record.clauses), default=0)
    return {
        "index": index,
        "record": record,
        "item": f"{record.item.maker} {record.item.model}".strip() or "an item that did not identify itself",
        "changed": record.item_at_end not in (record.item, Item()),
        "at_end": _at_end(record),
        "verdict": VERDICTS[record.summary.verdict],
        "counts": _counts(record.summary.by_status),
        "chapters": [
            (at, clause, _counts(tally), tally.total())
            for at, (clause, tally) in enumerate(zip(record.clauses, rolled, strict=True))
            if clause.level <= top + 1 and tally.total()
        ],
        "attention": _attention(record),
        "tested": sum(r.verification == "test" for r in record.requirements),
        "proven": sum(r.verification == "test" and any(f.killed_by for f in r.faults) for r in record.requirements),
        "decided": decided,
        "declarations": [
            (title, list(flattened(value)))
            for title, value in (
                ("Claims of the maker (ICS)", record.profile),
                ("Testing information (IXIT)", record.ixit),
                ("Rig", record.rig),
                ("Adapter", record.adapter),
                ("Suite", record.suite),
            )
            if value
        ],
        "data": {name: packed(msgspec.json.encode(part)) for name, part in parts.items()},
        "blocks": blocks,
    }


def _attention(record: Record) -> list[RequirementResult]:
    """Return the first of what was violated, a broken *should* after the rest."""
    violated = [r for r in record.requirements if r.status == "violated"]
    return sorted(violated, key=lambda r: r.severity == "warning")[:ATTENTION_ROWS]


def _at_end(record: Record) -> str:
    if record.item_at_end == Item():
        return "did not identify itself" if record.item != Item() else "nor then"
    return "identified itself alike" if record.item == record.item_at_end else "identified itself otherwise"


def _counts(by_status: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every status with its count, in the order shown; one this suite does not know comes last rather than not at all."""
    known = [(status, by_status.get(status, 0)) for status in STATUSES]
    return known + [(status, n) for status, n in by_status.items() if status not in STATUSES]


def in_document_order(record: Record) -> list[RequirementResult]:
    """Return the requirements of `record` as their first sources stand in the edition; those that stand in none of it, last."""
    order = {clause.number: at for at, clause in enumerate(record.clauses)}

    def place(requirement: RequirementResult) -> tuple[int, int, int]:
        if not requirement.sources:
            return len(order), 0, 0
        source = requirement.sources[0]
        return order.get(source.clause, len(order)), source.paragraph, source.part or 0

    return sorted(record.requirements, key=place)


def _as_listed(check: CheckResult) -> CheckResult:
    return msgspec.structs.replace(check, steps=(), procedure="", procedure_version="")


def deciding_steps(check: CheckResult) -> dict[str, Step]:
    """Return, for each requirement that `check` did not pass, the step that decided; under "" the one that decided the check."""
    if check.verdict in ("pass", "not-applicable"):
        return {}
    undone = [step for step in check.steps if step.requirement and step.verdict not in (None, "pass")]
    found = {step.requirement: step for step in reversed(undone)}
    last = next((step for step in check.steps if step.n == check.failed_at), None)
    if last:
        found[""] = last
    return found


def check_blocks(checks: Sequence[CheckResult]) -> tuple[list[int], list[str]]:
    """Pack `checks` in full; return the index of each block's first check, and the blocks.

    A block is the JSON list of consecutive checks, some 128 KB before it is packed.
    """
    starts: list[int] = []
    blocks: list[str] = []
    held: list[bytes] = []
    for index, check in enumerate(checks):
        if not held:
            starts.append(index)
        held.append(msgspec.json.encode(check))
        if sum(map(len, held)) >= BLOCK_BYTES or index == len(checks) - 1:
            blocks.append(packed(b"[", b",".join(held), b"]"))
            held = []
    return starts, blocks


def flattened(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the leaves of nested declarations as pairs of dotted name and text."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from flattened(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        yield name, ", ".join(text for inner in items for _, text in flattened(inner)) or "none"
    else:
        yield name, _WORDS.get(repr(value), str(value))


def moment(text: str) -> str:
    """Write an ISO date and time for a reader: `2026-01-01T00:00:00Z` becomes `2026-01-01 00:00:00 UTC`."""
    return text.replace("T", " ", 1).replace("+00:00", "Z").replace("Z", " UTC") if text else "not stated"


def percent(n: int, of: int) -> str:
    """Return the share of `n` in `of` for a person: never rounded up to 100 % nor down to 0 %."""
    share = 100 * n / of if of else 0
    if 0 < share < 0.1:
        return "< 0.1 %"
    if 99.9 < share < 100:
        return "> 99.9 %"
    return f"{share:.1f} %".replace(".0 %", " %")


def named(status: str) -> str:
    """Return what a status is called."""
    return STATUSES.get(status, (status, ""))[0]


@lru_cache(maxsize=16)
def _part(name: str) -> str:
    return (files("smets_reports") / "html" / name).read_text("utf-8")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Imported late: everything that only reads a record is spared it.
    from jinja2 import DictLoader, Environment, StrictUndefined

    loader = DictLoader({"report.html.j2": _part("report.html.j2")})
    templates = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Any] = templates.filters
    filters.update(moment=moment, percent=percent, named=named, part=partial(quote, safe=""))
    return templates
