"""The traceability table as CSV: every paragraph of the edition, what restates it, what checks that, and what became of it.

One row for each edition × clause × paragraph × part × requirement × check. What nothing restates yet is a row with an empty
requirement; `capture` says how each row is to be read:

* `captured`: a requirement restates this obligation;
* `blank`: nothing restates it yet;
* `informative`: it obliges nothing, for the reason in `informative`;
* `no obligation`: the clause index finds no obligation in it (a lead-in, a heading without text).

A cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from smets_reports.files import write_whole
from smets_reports.record import CheckResult, ClauseRow, ParagraphRow, Record, RequirementResult
from smets_reports.tally import Standing, standing

HEADER = (
    "edition",
    "clause",
    "heading",
    "paragraph",
    "label",
    "part",
    "capture",
    "informative",
    "requirement",
    "obligation",
    "verification",
    "status",
    "blame",
    "reason",
    "interpretations",
    "faults_killed",
    "faults_survived",
    "check",
    "check_verdict",
    "claim_verdict",
    "failed_at_step",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BLANK_REQUIREMENT = ("",) * (len(HEADER) - HEADER.index("requirement"))


def write_traceability(records: Sequence[Record], path: Path) -> Path:
    """Write the table of `records`, one after the other, as UTF-8 CSV to `path`.

    Raises:
        OSError: it cannot be written; nothing is left half-written.
    """
    return write_whole(path, [traceability(records).encode("utf-8", "backslashreplace")])


def traceability(records: Sequence[Record]) -> str:
    """Return the table of `records` as CSV text, header first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for record in records:
        writer.writerows(tuple(_harmless(cell) for cell in row) for row in _rows(record))
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _rows(record: Record) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one record: its clauses in order, then requirements whose source is in none of them."""
    where = standing(record.requirements)
    checks = {check.id: check for check in record.checks}
    seen: set[tuple[str, int]] = set()
    for clause in record.clauses:
        number = clause.number or ""
        if not clause.paragraphs:
            yield (record.edition, number, clause.heading, "", "", "", "no obligation", "", *_BLANK_REQUIREMENT)
        for paragraph in clause.paragraphs:
            seen.add((number, paragraph.n))
            yield from _paragraph_rows(record.edition, clause, paragraph, where, checks)
    for (number, n), rows in where.items():
        if (number, n) not in seen:
            for part, requirement in rows:
                start = (record.edition, number, "", str(n), "", _part(part), "captured", "")
                yield from _requirement_rows(start, requirement, checks)


def _paragraph_rows(
    edition: str, clause: ClauseRow, paragraph: ParagraphRow, where: Standing, checks: dict[str, CheckResult]
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one paragraph: of each part that is restated, then of each obligation that is not."""
    number = clause.number or ""
    start = (edition, number, clause.heading, str(paragraph.n), paragraph.label)
    restated = where.get((number, paragraph.n), ())
    for part, requirement in restated:
        yield from _requirement_rows((*start, _part(part), "captured", ""), requirement, checks)
    named = {part for part, _ in restated}
    blanks = paragraph.obligations - paragraph.covered
    free = [part for part in range(1, paragraph.obligations + 1) if part not in named]
    for part in free[:blanks] if paragraph.obligations > 1 else [None] * blanks:
        yield (*start, _part(part), "blank", "", *_BLANK_REQUIREMENT)
    if not restated and blanks <= 0:
        capture = "informative" if paragraph.informative else "no obligation"
        yield (*start, "", capture, paragraph.informative, *_BLANK_REQUIREMENT)


def _requirement_rows(
    start: tuple[str, ...], requirement: RequirementResult, checks: dict[str, CheckResult]
) -> Iterator[tuple[str, ...]]:
    """Yield one row a check of `requirement`, or one without a check."""
    killed = sum(bool(fault.killed_by) for fault in requirement.faults)
    middle = (
        requirement.id,
        requirement.obligation,
        requirement.verification,
        requirement.status,
        requirement.blame or "",
        requirement.reason,
        " ".join(requirement.interpretations),
        str(killed),
        str(len(requirement.faults) - killed),
    )
    for name in requirement.checks or ("",):
        check = checks.get(name)
        ran = (check.verdict, check.claims.get(requirement.id, ""), _part(check.failed_at)) if check else ("", "", "")
        yield (*start, *middle, name, *ran)


def _part(number: int | None) -> str:
    return "" if number is None else str(number)
