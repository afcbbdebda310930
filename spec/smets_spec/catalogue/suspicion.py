"""Doubt: requirements whose text has changed since it was read (suspect), or what it refers to has (look)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from smets_spec.catalogue.texts import Texts, print_of
from smets_spec.catalogue.types import Requirement, Source
from smets_spec.index import Clause

Looked = Mapping[str, Mapping[str, Mapping[str, str]]]


def suspects(requirements: Iterable[Requirement], texts: Texts, edition: str) -> dict[str, str]:
    """Return by id why each requirement that is suspect in an edition is so.

    Raises:
        KeyError: there is no such edition.
    """
    reasons = {}
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
    reasons = {}
    for requirement in requirements:
        before = looked.get(requirement.id, {}).get(edition, {})
        now = referents(requirement, texts, edition)
        gone = [f"{name} is referred to no more" for name in before if name not in now]
        new = [f"{name} is referred to anew" for name in now if before and name not in before]
        changed = [f"{name} reads differently" for name in now if name in before and before[name] != now[name]]
        if gone or new or changed:
            reasons[requirement.id] = f"{edition}: " + "; ".join(changed + new + gone)
    return reasons


def referents(requirement: Requirement, texts: Texts, edition: str) -> dict[str, str]:
    """Return the prints of what a requirement's text refers to in an edition, by name.

    That is the clauses to which its paragraphs, and those that govern them, refer (by heading, since numbers move), and
    the terms of the glossary that its statement uses (as `term …`).
    """
    prints: dict[str, list[str]] = {}
    for source in requirement.source_in(edition):
        for clause in _referred(source, texts, edition):
            prints.setdefault(clause.heading, []).append(print_of(clause))
    for name, term in _terms(requirement.statement(), texts.glossary(edition)):
        prints[f"term {name}"] = [print_of(term)]
    return {name: "+".join(dict.fromkeys(found)) for name, found in sorted(prints.items())}


def _referred(source: Source, texts: Texts, edition: str) -> Iterator[Clause]:
    """Go through the clauses that a source's paragraph and its governing ones refer to, its own clause left out."""
    paragraph = texts.paragraph(edition, source.clause, source.paragraph)
    numbers = (source.paragraph, *paragraph.governed_by) if paragraph else ()
    for number in numbers:
        each = texts.paragraph(edition, source.clause, number)
        for reference in each.references if each else ():
            clause = texts.anywhere(edition, reference.number)
            if clause is not None and reference.status != "external" and clause.number != source.clause:
                yield clause


def _terms(statement: str, glossary: Mapping[str, Clause]) -> Iterator[tuple[str, Clause]]:
    """Go through the defined terms that a statement uses."""
    if glossary:
        named = _names(tuple(glossary.values()))
        for name in dict.fromkeys(_pattern(tuple(named)).findall(statement)):
            yield named[name].heading, named[name]


@lru_cache(maxsize=16)
def _names(glossary: tuple[Clause, ...]) -> dict[str, Clause]:
    """Return the defined terms by each name they have: `Auxiliary Load Control Switch (ALCS)` has two."""
    named = {}
    for clause in glossary:
        if clause.paragraphs:
            long, _, short = clause.heading.partition(" (")
            named.update({name: clause for name in (long, short.removesuffix(")")) if name})
    return named


@lru_cache(maxsize=16)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})s?\b")
