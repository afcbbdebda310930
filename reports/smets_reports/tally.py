"""Counting obligations by what became of them: paragraph by paragraph, clause by clause, and rolled up over subclauses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from smets_reports.record import ClauseRow, ParagraphRow, Record, RequirementResult

UNCAPTURED = "uncaptured"

# The order in which statuses are shown, and what each is called and means. `uncaptured` is a status of obligations alone.
STATUSES: dict[str, tuple[str, str]] = {
    "verified": ("Verified", "every check that verifies it passed"),
    "violated": ("Violated", "a check found the item at fault"),
    "unverified": ("Unverified", "no verdict could be reached; the reason is given"),
    "evidence-wanted": ("Evidence wanted", "cannot be tested through an interface; the evidence is still to be filed"),
    "evidence-filed": ("Evidence filed", "not tested; the laboratory filed the evidence instead"),
    "suspect": ("Suspect", "the text changed since it was restated, so no verdict counts"),
    "not-applicable": ("Not applicable", "the item is declared not to have what this is about"),
    UNCAPTURED: ("Uncaptured", "no requirement restates it yet: this report says nothing of it"),
}

# Where several requirements restate one obligation, it counts as the first of these that any of them has.
WORST_FIRST = (
    "violated",
    "suspect",
    "unverified",
    "evidence-wanted",
    "evidence-filed",
    "verified",
    "not-applicable",
)

# (clause, paragraph) -> [(part, requirement)], in the order of the record.
Standing: TypeAlias = Mapping[tuple[str, int], Sequence[tuple[int | None, RequirementResult]]]


def standing(requirements: Iterable[RequirementResult]) -> Standing:
    """Say which requirements stand at each paragraph, and for which part of it (None: all of it)."""
    found: dict[tuple[str, int], list[tuple[int | None, RequirementResult]]] = defaultdict(list)
    for requirement in requirements:
        for source in requirement.sources:
            found[source.clause, source.paragraph].append((source.part, requirement))
    return found


def paragraph_tally(paragraph: ParagraphRow, rows: Sequence[tuple[int | None, RequirementResult]]) -> Counter[str]:
    """Count the obligations of one paragraph by status; their sum is `paragraph.obligations`."""
    by_part: dict[int | None, str] = {}
    for part, requirement in rows:
        before = by_part.get(part, requirement.status)
        by_part[part] = min(before, requirement.status, key=WORST_FIRST.index)
    covered = min(paragraph.covered, paragraph.obligations) if by_part else 0
    counted = sorted(by_part.values(), key=WORST_FIRST.index)[:covered]
    tally = Counter(counted)
    if covered > len(counted):
        tally[by_part.get(None, counted[0])] += covered - len(counted)
    tally[UNCAPTURED] = paragraph.obligations - covered
    return +tally


def clause_tallies(record: Record) -> list[Counter[str]]:
    """Count each clause's own obligations by status, in the order of `record.clauses`."""
    where = standing(record.requirements)
    return [
        sum(
            (paragraph_tally(p, where.get((clause.number or "", p.n), ())) for p in clause.paragraphs),
            Counter[str](),
        )
        for clause in record.clauses
    ]


def roll_up(clauses: Sequence[ClauseRow], own: Sequence[Counter[str]]) -> list[Counter[str]]:
    """Add to each clause's counts those of the clauses below it."""
    totals = [Counter(tally) for tally in own]
    above: list[int] = []
    for index, clause in enumerate(clauses):
        while above and clauses[above[-1]].level >= clause.level:
            above.pop()
        for ancestor in above:
            totals[ancestor].update(own[index])
        above.append(index)
    return totals
