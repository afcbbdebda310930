"""Coverage by obligation: which obligations of an edition have a requirement, and what is known of those requirements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import get_args

import msgspec

from smets_spec.catalogue.catalogue import Catalogue
from smets_spec.catalogue.suspicion import suspect_reason
from smets_spec.catalogue.types import Method
from smets_spec.index import Clause
from smets_spec.strict_yaml import Problem, YamlProblem

At = tuple[str, int]
Scope = Callable[[str, int], bool]


class Blank(msgspec.Struct, frozen=True, order=True):
    """An obligation that no requirement restates; `part` is 1 where its paragraph holds one."""

    clause: str
    paragraph: int
    part: int


class EditionCoverage(msgspec.Struct, frozen=True):
    """An edition's coverage: normative paragraphs, their obligations, those covered, and the requirements that stand in it."""

    paragraphs: int
    obligations: int
    covered: int
    requirements: int
    by_method: dict[str, int]
    with_checks: int
    with_faults: int
    suspect: int
    look: int
    blanks: tuple[Blank, ...]


class Coverage(msgspec.Struct, frozen=True):
    """The coverage of each edition asked for."""

    editions: dict[str, EditionCoverage]

    @property
    def blanks(self) -> int:
        """The number of obligations without a requirement, over all editions."""
        return sum(len(edition.blanks) for edition in self.editions.values())


class ClauseCoverage(msgspec.Struct, frozen=True):
    """A clause's coverage in an edition: its obligations, and those covered."""

    clause: str
    heading: str
    obligations: int
    covered: int


def coverage(
    catalogue: Catalogue,
    editions: Iterable[str],
    only: str = "",
    faults: Mapping[str, Collection[object]] | None = None,
) -> Coverage:
    """Count obligations, the requirements that restate them, and what those have.

    `only` is a clause (with all below it), a heading, or a pattern of ids; `faults` maps a requirement to the seeded faults
    that break it.

    Raises:
        KeyError: there is no such edition.
        LookupError: nothing in any of the editions is called `only`.
        YamlProblem: requirements claim parts that their paragraphs do not have.
    """
    wanted = list(editions)
    if problems := list(part_problems(catalogue, wanted)):
        raise YamlProblem(problems)
    found: dict[str, EditionCoverage] = {}
    for edition in wanted:
        if (scope := scope_of(catalogue, edition, only)) is not None:
            found[edition] = _edition_coverage(catalogue, edition, scope, faults or {})
    if only and not found:
        raise LookupError(_nothing_called(catalogue, wanted, only))
    return Coverage(found)


def by_clause(catalogue: Catalogue, edition: str, only: str = "") -> list[ClauseCoverage]:
    """Return the coverage of each clause of an edition that holds an obligation, in the order of the text."""
    scope = scope_of(catalogue, edition, only)
    if scope is None:
        return []
    claims = _claims(catalogue, edition)
    rows: list[ClauseCoverage] = []
    for number, clause in catalogue.texts[edition].items():
        counts = {at: count for at, count in _counts(catalogue, edition, [clause]).items() if scope(*at)}
        if counts:
            covered = sum(_covered(at, count, claims) for at, count in counts.items())
            rows.append(ClauseCoverage(number, clause.heading, sum(counts.values()), covered))
    return rows


def scope_of(catalogue: Catalogue, edition: str, only: str) -> Scope | None:
    """Return what tells whether a paragraph (clause, position) of an edition is asked for; None where nothing is called `only`."""
    clauses = catalogue.texts[edition]
    if not only:
        return lambda clause, paragraph: True
    if ids := [requirement for requirement in catalogue.in_force(edition) if _matches(requirement.id, only)]:
        asked = {(source.clause, source.paragraph) for each in ids for source in each.source_in(edition)}
        return lambda clause, paragraph: (clause, paragraph) in asked
    heads = [n for n, clause in clauses.items() if n == only or clause.heading.casefold() == only.casefold()]
    if heads:
        return lambda clause, paragraph: any(clause == head or clause.startswith(f"{head}.") for head in heads)
    return None


def part_problems(catalogue: Catalogue, editions: Collection[str]) -> Iterator[Problem]:
    """Go through the sources, read as the text still stands, that do not fit the number of obligations of their paragraph."""
    for requirement in catalogue.requirements.values():
        for source in requirement.source:
            wrong: dict[tuple[str, str], list[str]] = {}
            for edition in source.editions:
                if edition in editions and not suspect_reason(source, catalogue.texts, edition):
                    count = catalogue.obligations(edition, source.clause, source.paragraph)
                    if fault := _part_fault(source.part, count):
                        wrong.setdefault(fault, []).append(edition)
            place = catalogue.places[requirement.id]
            for (what, right), where in wrong.items():
                at = f"{requirement.id}: {', '.join(where)} {source.clause} ¶{source.paragraph}"
                yield Problem(place.file, place.line, f"{at} {what}", right)


def snapshot(catalogue: Catalogue) -> str:
    """Return the coverage as plain text to be committed: each edition's totals, and each clause of it with anything covered."""
    lines = ["# Generated by `smets requirement fix`: obligations covered, of those counted, by edition and clause."]
    for edition, found in coverage(catalogue, catalogue.texts).editions.items():
        lines.append(
            f"\n{edition}: {found.covered} of {found.obligations} obligations, {found.requirements} requirements"
        )
        lines += [
            f"  {row.clause} {row.heading}: {row.covered} of {row.obligations}"
            for row in by_clause(catalogue, edition)
            if row.covered
        ]
    return "\n".join(lines) + "\n"


def _edition_coverage(
    catalogue: Catalogue, edition: str, scope: Scope, faults: Mapping[str, Collection[object]]
) -> EditionCoverage:
    counts = {at: n for at, n in _counts(catalogue, edition, catalogue.texts[edition].values()).items() if scope(*at)}
    claims = _claims(catalogue, edition)
    standing = [
        requirement
        for requirement in catalogue.in_force(edition)
        if any(scope(source.clause, source.paragraph) for source in requirement.source_in(edition))
    ]
    ids = {requirement.id for requirement in standing}
    blanks = [
        Blank(clause, paragraph, part)
        for (clause, paragraph), count in counts.items()
        for part in range(1, count + 1)
        if part not in _parts((clause, paragraph), count, claims)
    ]
    return EditionCoverage(
        paragraphs=len(counts),
        obligations=sum(counts.values()),
        covered=sum(counts.values()) - len(blanks),
        requirements=len(standing),
        by_method={method: sum(r.verification == method for r in standing) for method in get_args(Method)},
        with_checks=sum(bool(requirement.checks) for requirement in standing),
        with_faults=sum(bool(faults.get(each)) for each in ids),
        suspect=len(ids & catalogue.suspects(edition).keys()),
        look=len(ids & catalogue.looks(edition).keys()),
        blanks=tuple(blanks),
    )


def _counts(catalogue: Catalogue, edition: str, clauses: Iterable[Clause]) -> dict[At, int]:
    """Return the number of obligations of each normative paragraph."""
    return {
        (clause.number, paragraph.n): count
        for clause in clauses
        if clause.number
        for paragraph in clause.paragraphs
        if (count := catalogue.obligations(edition, clause.number, paragraph.n))
    }


def _claims(catalogue: Catalogue, edition: str) -> dict[At, set[int]]:
    """Return the parts of each paragraph that requirements restate."""
    claims: dict[At, set[int]] = {}
    for requirement in catalogue.in_force(edition):
        for source in requirement.source_in(edition):
            claims.setdefault((source.clause, source.paragraph), set()).add(source.part or 1)
    return claims


def _parts(at: At, count: int, claims: Mapping[At, set[int]]) -> set[int]:
    """Return which of a paragraph's parts are restated."""
    return claims.get(at, set()) & set(range(1, count + 1))


def _covered(at: At, count: int, claims: Mapping[At, set[int]]) -> int:
    return len(_parts(at, count, claims))


def _part_fault(part: int, count: int) -> tuple[str, str] | None:
    """Say what is wrong with naming that part of so many obligations, and what would be right."""
    if count == 0:
        return "holds no obligation by rule", "count it by hand in requirements/reviewed.yaml"
    if part == 0 and count > 1:
        return f"holds {count} obligations", f"say which with part: 1 to {count}"
    if part > count:
        held = "one obligation" if count == 1 else f"{count} obligations"
        return f"holds {held}, so no part {part}", "name a part it has, or count again in requirements/reviewed.yaml"
    return None


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or name.startswith(f"{pattern}.")


def _nothing_called(catalogue: Catalogue, editions: list[str], only: str) -> str:
    """Say that nothing is called so, with what may have been meant."""
    headings = {clause.heading for edition in editions for clause in catalogue.texts[edition].values()}
    near = get_close_matches(only, [*catalogue.requirements, *sorted(headings)], n=3)
    hint = (
        f"did you mean {' or '.join(map(repr, near))}?"
        if near
        else "a clause such as 4.4.1, a heading, or an id such as meter.clock.*"
    )
    return f"nothing in {', '.join(editions) if len(editions) < 4 else 'any edition'} is called {only!r}; {hint}"
