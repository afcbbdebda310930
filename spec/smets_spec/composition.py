"""Composition: which clauses hold for a device of given features, computed from how the parts of its specification relate.

SMETS builds a device from parts. A part *continues* the clauses of the same name in the part it builds on, *disapplies*
others, and one specification *adopts* clauses of another "as if" the device were that other. The first is derived from the
headings, the rest is data (`composition.yaml`), each entry tied to the sentence that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from smets_spec.editions import edition, edition_clauses
from smets_spec.index import DOCUMENTS_DIR, Clause, load_document
from smets_spec.strict_yaml import Problem, Value, YamlProblem, convert, load

COMPOSITION_FILE = Path(__file__).parent / "composition.yaml"

Feature = bool | int | str
Scope = Literal["clause", "subtree"]
EXCLUSIVE = (frozenset({"twin_element", "polyphase"}),)
UNUSED = re.compile(r"\bnot used\b", re.IGNORECASE)
ANNOTATION = re.compile(r"\[(?:INFO|PIN|AMB|NUM)\]")


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentence that says so: clause, paragraph and the chain it had when it was read."""

    clause: str
    paragraph: int
    chain: str


class _Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    editions: tuple[str, ...]
    by: Sentence


class Part(_Relation, frozen=True, kw_only=True):
    """A part of a section: the feature that brings it (none: always) and the part it builds on."""

    part: str
    when: str = ""
    builds_on: str = ""


class Disapplies(_Relation, frozen=True, kw_only=True):
    """The clause that a sentence takes out of force, alone or with its subtree."""

    clause: str
    scope: Scope


class Adopts(_Relation, frozen=True, kw_only=True):
    """The clause of another specification that a sentence holds this device to, alone or with its subtree."""

    clause: str
    scope: Scope


class Continues(_Relation, frozen=True, kw_only=True):
    """A clause that continues one of another name."""

    clause: str
    continues: str
    why: str


class Renames(_Relation, frozen=True, kw_only=True):
    """What a reference to `clause` means in an adopted clause."""

    clause: str
    means: str
    why: str


class Unbounded(_Relation, frozen=True, kw_only=True):
    """A sentence of the same kind that names no clause, and what is made of it."""

    why: str


class Composition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The relations that hold in the editions they name."""

    parts: tuple[Part, ...] = ()
    disapplies: tuple[Disapplies, ...] = ()
    adopts: tuple[Adopts, ...] = ()
    continues: tuple[Continues, ...] = ()
    renames: tuple[Renames, ...] = ()
    unbounded: tuple[Unbounded, ...] = ()


class EffectiveClause(msgspec.Struct, frozen=True):
    """A clause as it stands for one device.

    `by` is the clause that disapplies it, or that adopts it (`adopted_from` then names the part it comes from). `continues`
    is the clause of the part built on that this one carries on. `references` says what each reference in an adopted clause
    means here, where that is not the clause it names.
    """

    clause: Clause
    standing: Literal["in_force", "disapplied"]
    by: str | None = None
    continues: str | None = None
    adopted_from: str | None = None
    references: dict[str, tuple[str, ...]] = {}


def load_composition(edition_id: str, path: Path = COMPOSITION_FILE, directory: Path = DOCUMENTS_DIR) -> Composition:
    """Return the relations that hold in an edition, each checked against the clause index.

    Raises:
        UnknownName: there is no such edition.
        YamlProblem: the file is malformed, or an entry names a clause or a chain that the index does not have (file, line).
    """
    return _load(edition_id, path, directory)


@lru_cache(maxsize=32)
def _load(edition_id: str, path: Path, directory: Path) -> Composition:
    raw = load(path, path.name)
    whole = convert(raw, Composition, path.name)
    numbers = {c.number: c for c in load_document(edition(edition_id).document, directory).clauses if c.number}
    problems: list[Problem] = []
    kept = {}
    for name in Composition.__struct_fields__:
        relations: tuple[_Relation, ...] = getattr(whole, name)
        lines = _lines(raw.get(name))
        here = [(r, line) for r, line in zip(relations, lines, strict=True) if edition_id in r.editions]
        for relation, line in here:
            problems += [Problem(path.name, line, what, right) for what, right in _stale(relation, numbers, edition_id)]
        kept[name] = tuple(relation for relation, _ in here)
    if problems:
        raise YamlProblem(problems)
    return msgspec.convert(kept, Composition, from_attributes=True)


def _lines(value: Value | None) -> list[int]:
    return list(getattr(value, "lines", []))


def _stale(relation: _Relation, numbers: Mapping[str, Clause], edition_id: str) -> Iterator[tuple[str, str]]:
    """Say what of a relation the index does not have, and what would be right."""
    for field in ("clause", "continues", "means"):
        number = getattr(relation, field, None)
        if number is not None and number not in numbers:
            yield f"{edition_id} has no clause {number}", "read the text again and name the clause it has become"
    said = numbers.get(relation.by.clause)
    found = next((p for p in said.paragraphs if p.n == relation.by.paragraph), None) if said else None
    place = f"{edition_id} {relation.by.clause} paragraph {relation.by.paragraph}"
    if found is None:
        yield f"there is no {place}", "read the text again and name the sentence that says so"
    elif found.chain != relation.by.chain:
        yield f"{place} no longer says what was read: its chain is {found.chain}", "read it again, then write its chain"


def effective_clauses(
    edition_id: str,
    features: Mapping[str, Feature],
    *,
    composition: Path = COMPOSITION_FILE,
    directory: Path = DOCUMENTS_DIR,
) -> list[EffectiveClause]:
    """Return the clauses of an edition as they stand for a device of these features, those it adopts after its own.

    `features` are the ICS's: `twin_element`, `polyphase`, `boost` yes or no; `alcs` and `apc` how many. One that is missing is
    no. Clauses of parts that the device does not have are left out; disapplied clauses are kept and say by what.

    Raises:
        UnknownName: there is no such edition.
        ValueError: the features contradict each other.
        YamlProblem: the composition does not fit the clause index.
    """
    present_features = {name for name, value in features.items() if value and value != "no"}
    for pair in EXCLUSIVE:
        if pair <= present_features:
            raise ValueError(f"a device cannot be {' and '.join(sorted(pair))} at once; declare one of them")
    relations = load_composition(edition_id, composition, directory)
    parts = {p.part: p.builds_on for p in relations.parts if not p.when or p.when in present_features}
    own = [c for c in edition_clauses(edition_id, directory) if c.part is None or c.part in parts]
    present = {c.number for c in own}
    continued = _continued(own, parts, relations)
    disapplied = {
        number: d.by.clause
        for d in relations.disapplies
        if d.by.clause in present
        for number in _reach(own, d.clause, d.scope)
    }
    result = [
        EffectiveClause(
            clause=clause,
            standing="disapplied" if clause.number in disapplied else "in_force",
            by=disapplied.get(clause.number or ""),
            continues=continued.get(clause.number or ""),
        )
        for clause in own
    ]
    if any(a.by.clause in present for a in relations.adopts):
        result += _adopted(edition_id, own, relations, directory)
    return result


def _reach(clauses: list[Clause], number: str, scope: Scope) -> list[str]:
    """Return the numbers that a relation to `number` reaches."""
    below = f"{number}."
    return [
        c.number
        for c in clauses
        if c.number and (c.number == number or (scope == "subtree" and c.number.startswith(below)))
    ]


def _name(heading: str) -> str:
    """Return a heading as a name to compare: annotations set aside, one blank between words, no letter case."""
    return " ".join(ANNOTATION.sub(" ", heading).split()).casefold()


def _parent(number: str) -> str:
    return number.rpartition(".")[0]


def _continued(own: list[Clause], parts: Mapping[str, str], relations: Composition) -> dict[str, str]:
    """Derive which clause each clause continues: one of the same name, below what its parent continues, else the only such one."""
    written = {c.clause: c.continues for c in relations.continues}
    result: dict[str, str] = {}
    for clause in own:
        base = parts.get(clause.part or "")
        if not base or clause.number is None or UNUSED.search(clause.heading):
            continue
        if clause.number in written:
            result[clause.number] = written[clause.number]
            continue
        same = [c.number for c in own if c.part == base and c.number and _name(c.heading) == _name(clause.heading)]
        over = result.get(_parent(clause.number), _parent(clause.number))
        beside = [number for number in same if _parent(number) == over]
        chosen = beside or (same if len(same) == 1 else [])
        if chosen:
            result[clause.number] = chosen[0]
    return result


def _adopted(edition_id: str, own: list[Clause], relations: Composition, directory: Path) -> list[EffectiveClause]:
    """Return the clauses adopted from other specifications of the document, with what their references mean here."""
    document = list(load_document(edition(edition_id).document, directory).clauses)
    clauses = {c.number: c for c in document if c.number}
    present = {c.number for c in own}
    result: list[EffectiveClause] = []
    for adoption in (a for a in relations.adopts if a.by.clause in present):
        for number in _reach(document, adoption.clause, adoption.scope):
            clause = clauses[number]
            cited = {reference.number for paragraph in clause.paragraphs for reference in paragraph.references}
            meant = {n: _meant(n, clauses, own, relations) for n in sorted(cited) if n in clauses}
            result.append(
                EffectiveClause(
                    clause=clause,
                    standing="in_force",
                    by=adoption.by.clause,
                    adopted_from=clause.part,
                    references={n: means for n, means in meant.items() if means},
                )
            )
    return result


def _meant(number: str, clauses: Mapping[str, Clause], own: list[Clause], relations: Composition) -> tuple[str, ...]:
    """Return the clauses of this device that a reference to `number` means; none when it means the clause it names."""
    present = {c.number for c in own}
    written = tuple(r.means for r in relations.renames if r.clause == number and r.means in present)
    if written:
        return written
    name = _name(clauses[number].heading)
    same = [c.number for c in own if c.number and _name(c.heading) == name]
    adopting = [a.by.clause for a in relations.adopts if a.clause == number and a.by.clause in same]
    return tuple(adopting or same)
