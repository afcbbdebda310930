"""Doubt: requirements whose text has changed since it was read (suspect), or what it refers to has (look)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from smets_spec.catalogue.terms import NameIndex, index_names, names_in
from smets_spec.catalogue.texts import Texts, print_of
from smets_spec.catalogue.types import Requirement, Source
from smets_spec.index import Clause

Looked = Mapping[str, Mapping[str, Mapping[str, str]]]

TERM = "term "
FOLLOWED = ("resolved", "misleading")


def suspects(requirements: Iterable[Requirement], texts: Texts, edition: str) -> dict[str, str]:
    """Return by id why each requirement that is suspect in an edition is so.

    Raises:
        KeyError: there is no such edition.
    """
    reasons: dict[str, str] = {}
    for requirement in requirements:
        found = [
            reason for source in requirement.source_in(edition) if (reason := suspect_reason(source, texts, edition))
        ]
        if found:
            reasons[requirement.id] = "; ".join(found)
    return reasons


def suspect_reason(source: Source, texts: Texts, edition: str) -> str:
    """Say how an edition differs from what a source read: nothing where it is as it was."""
    clause = texts[edition].get(source.clause)
    if clause is None:
        return f"{edition} has no clause {source.clause}"
    paragraph = texts.paragraph(edition, source.clause, source.paragraph)
    at = f"{edition} {source.clause} ¶{source.paragraph}"
    if paragraph is None:
        return f"{at}: the clause has {len(clause.paragraphs)} paragraphs"
    if paragraph.chain != source.chain:
        return f"{at}: its text, or what governs it, was {source.chain} when read and is {paragraph.chain}"
    return ""


def looks(requirements: Iterable[Requirement], looked: Looked, texts: Texts, edition: str) -> dict[str, str]:
    """Return by id what has changed, in an edition, of what each requirement's text refers to.

    Only what was looked at before (`looked`) can have changed; one level deep, so that what the changed text refers to in
    turn does not count.
    """
    reasons: dict[str, str] = {}
    for requirement in requirements:
        before = looked.get(requirement.id, {}).get(edition, {})
        now = referents(requirement, texts, edition) if before else {}
        changed = [f"{name} reads differently" for name in now if before.get(name, now[name]) != now[name]]
        new = [f"{name} is referred to anew" for name in now if name not in before and not name.startswith(TERM)]
        gone = [f"{name} stands no more" for name in before if name not in now and _still_used(name, requirement)]
        if changed or new or gone:
            reasons[requirement.id] = f"{edition}: " + "; ".join(changed + new + gone)
    return reasons


def look_again(
    requirements: Iterable[Requirement], looked: Looked, texts: Texts
) -> dict[str, dict[str, dict[str, str]]]:
    """Return `looked` brought up to date: what is new is noted as it reads now, what was noted is kept, what is gone is dropped.

    An author's own rewording, which uses other terms, is followed; a changed text is not, so that its look stays.
    """
    result: dict[str, dict[str, dict[str, str]]] = {}
    for requirement in requirements:
        noted = looked.get(requirement.id, {})
        for edition in requirement.editions:
            now = referents(requirement, texts, edition)
            if edition in noted:
                before = noted[edition]
                kept = {name: mark for name, mark in before.items() if name in now or _still_used(name, requirement)}
                terms = {name: mark for name, mark in now.items() if name.startswith(TERM)}
                now = {**terms, **kept}
            result.setdefault(requirement.id, {})[edition] = now
    return result


def _still_used(name: str, requirement: Requirement) -> bool:
    """Whether what was referred to is a clause, or a term that the statement still uses: not the author's own rewording."""
    long = name.removeprefix(TERM).partition(" (")[0]
    return not name.startswith(TERM) or long in requirement.statement()


def referents(requirement: Requirement, texts: Texts, edition: str) -> dict[str, str]:
    """Return the prints of what a requirement's text refers to in an edition, by name.

    That is the clauses to which its paragraphs, and those that govern them, refer (by heading, since numbers move), and
    the terms of the glossary that its statement uses (as `term …`).
    """
    prints: dict[str, list[str]] = {}
    own = {source.clause for source in requirement.source_in(edition)}
    for source in requirement.source_in(edition):
        for clause in _referred(source, texts, edition):
            prints.setdefault(clause.heading, []).append(print_of(clause))
    glossary = tuple(texts.glossary(edition).values())
    defined, index = _defined(glossary, tuple(clause.heading for clause in texts[edition].values()))
    for _, _, name in names_in(requirement.statement(), index):
        if name in defined and defined[name].number not in own:
            prints[f"{TERM}{defined[name].heading}"] = [print_of(defined[name])]
    return {name: "+".join(dict.fromkeys(found)) for name, found in sorted(prints.items())}


def _referred(source: Source, texts: Texts, edition: str) -> Iterator[Clause]:
    """Go through the clauses that a source's paragraph and its governing ones refer to, its own clause left out."""
    paragraph = texts.paragraph(edition, source.clause, source.paragraph)
    numbers = (source.paragraph, *paragraph.governed_by) if paragraph else ()
    for number in numbers:
        each = texts.paragraph(edition, source.clause, number)
        for reference in each.references if each else ():
            clause = texts.anywhere(edition, reference.number)
            if clause is not None and reference.status in FOLLOWED and clause.number != source.clause:
                yield clause


@lru_cache(maxsize=64)
def _defined(glossary: tuple[Clause, ...], headings: tuple[str, ...]) -> tuple[dict[str, Clause], NameIndex]:
    """Return the terms by each of their names, and an index of these and of `headings`, inside which a term is none."""
    named = {name: clause for clause in glossary if clause.paragraphs for name in term_names(clause)}
    return named, index_names(dict.fromkeys([*named, *headings]))


def term_names(clause: Clause) -> tuple[str, ...]:
    """Return the names of a defined term: `Auxiliary Load Control Switch (ALCS)` has two."""
    long, _, short = clause.heading.partition(" (")
    return tuple(name for name in (long, short.removesuffix(")")) if name)
