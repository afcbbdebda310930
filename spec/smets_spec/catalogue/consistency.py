"""What sound records may still get wrong: malformed names, ids taken twice, and contradictions among and inside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from smets_spec.catalogue.types import Informative, Interpretation, Record, Requirement, Reviewed, Source, malformed
from smets_spec.strict_yaml import Map, Problem, Seq, load


class Origin(msgspec.Struct, frozen=True):
    """Where a record was read: the `index`-th under `key` of a file, on `line`.

    What else is known of lines is found by reading the file again, which only a problem makes necessary: to keep all
    that was parsed would cost more than the parsing.
    """

    path: Path
    name: str
    key: str
    index: int
    line: int

    def problem(self, what: str, right: str, field: str = "", source: int | None = None) -> Problem:
        """Return a problem at a field of the record, or at its source of that index and a field of that."""
        return Problem(self.name, self._line(field, source), what, right)

    def _line(self, field: str, source: int | None) -> int:
        entries = _read_again(self.path, self.name, self.path.stat().st_mtime_ns)[self.key]
        raw = entries[self.index] if isinstance(entries, Seq) else None
        if isinstance(raw, Map) and source is not None:
            sources = raw["source"]
            raw = sources[source] if isinstance(sources, Seq) else None
        return raw.lines.get(field, raw.line) if isinstance(raw, Map) else self.line


@lru_cache(maxsize=8)
def _read_again(path: Path, name: str, _modified: int) -> Map:
    return load(path, name)


R = TypeVar("R", bound=Record)
Found = list[tuple[R, Origin]]
At = Source | Informative | Reviewed
Claim = tuple[int, str, Origin, int]  # the part, the requirement's id, where it was read, the index of its source


def check_forms(found: Mapping[str, Found[Any]], editions: Collection[str]) -> Iterator[Problem]:
    """Check the shape of ids, clauses, chains and words, and the names of editions, everywhere."""
    for requirement, origin in found["requirements"]:
        yield from _form("id", requirement.id, "id", origin)
        for index, source in enumerate(requirement.source):
            yield from _at(source, origin, editions, index)
    for interpretation, origin in found["interpretations"]:
        yield from _form("interpretation", interpretation.id, "id", origin)
        for clause in interpretation.clauses:
            yield from _form("clause", clause, "clauses", origin)
    for record, origin in found["informative"] + found["reviewed"]:
        yield from _at(record, origin, editions)
    for record, origin in found["informative"]:
        yield from _form("why", record.why, "why", origin)


def _form(form: str, text: str, field: str, origin: Origin) -> Iterator[Problem]:
    if right := malformed(form, text):
        yield origin.problem(f"{field} {text!r} is malformed", right, field)


def _at(record: At, origin: Origin, editions: Collection[str], source: int | None = None) -> Iterator[Problem]:
    """Check where in which editions a record says its paragraph is."""
    for field, text in (("clause", record.clause), ("chain", record.chain)):
        if right := malformed(field, text):
            yield origin.problem(f"{field} {text!r} is malformed", right, field, source)
    for edition in record.editions:
        if edition not in editions:
            near = get_close_matches(edition, editions, n=1)
            right = f"did you mean {near[0]}?" if near else "an edition of editions.yaml, such as gsme@4.2"
            yield origin.problem(f"there is no edition {edition!r}", right, "editions", source)


def check_unique(found: Found[Requirement] | Found[Interpretation]) -> Iterator[Problem]:
    """Refuse an id that another record has."""
    taken: dict[str, Origin] = {}
    for record, origin in found:
        if record.id in taken:
            first = taken[record.id]
            what = f"the id {record.id} is taken by {first.name}:{first.line}"
            yield origin.problem(what, "give it an id of its own", "id")
        taken.setdefault(record.id, origin)


def check_claims(found: Mapping[str, Found[Any]]) -> Iterator[Problem]:
    """Refuse what contradicts itself about one paragraph: a part claimed twice, parts beside a whole, obligations of none."""
    claims: dict[tuple[str, str, int], list[Claim]] = {}
    for requirement, origin in found["requirements"]:
        for index, source in enumerate(requirement.source):
            claim = (source.part, requirement.id, origin, index)
            for edition in source.editions:
                claims.setdefault((edition, source.clause, source.paragraph), []).append(claim)
    for (edition, clause, paragraph), several in claims.items():
        if len(several) > 1:
            yield from _against_each_other(several, f"{edition} {clause} ¶{paragraph}")
    counted: dict[tuple[str, str, int], Origin] = {}
    for record, origin in found["informative"] + found["reviewed"]:
        nothing = isinstance(record, Informative) or not record.obligations
        for edition in record.editions:
            where = (edition, record.clause, record.paragraph)
            at = f"{edition} {record.clause} ¶{record.paragraph}"
            if where in counted:
                first = counted[where]
                yield origin.problem(f"{at} is counted already at {first.name}:{first.line}", "keep one of them")
            elif nothing and where in claims:
                what = f"{at} is said to oblige nothing, yet {claims[where][0][1]} restates it"
                yield origin.problem(what, "keep one of them")
            counted[where] = origin


def _against_each_other(several: Sequence[Claim], at: str) -> Iterator[Problem]:
    """Name the claims to one paragraph that contradict those before them."""
    taken: dict[int, str] = {}
    for part, requirement, origin, index in several:
        if part in taken:
            what = f"{at}{f' part {part}' if part else ''} is restated already by {taken[part]}"
            yield origin.problem(what, "one requirement a part", source=index)
        elif taken and (part == 0 or 0 in taken):
            what = f"{at} is restated whole and in parts, see {next(iter(taken.values()))}"
            yield origin.problem(what, "number every part", source=index)
        taken.setdefault(part, f"{requirement} at {origin.name}:{origin.line}")


def check_contradictions(found: Found[Requirement], interpretations: Collection[str]) -> Iterator[Problem]:
    """Check what each requirement says against itself, and against the interpretations there are."""
    for requirement, origin in found:
        for field, what, right in _contradictions(requirement, interpretations):
            yield origin.problem(what, right, field)


def _contradictions(requirement: Requirement, interpretations: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Go through what is wrong inside a requirement: the field, what, and what would be right."""
    method = requirement.verification
    if method == "test" and requirement.evidence:
        yield "evidence", "a requirement verified by test wants no evidence", "leave it out, or name another method"
    if method != "test":
        if not requirement.evidence:
            yield "verification", f"verification by {method} without evidence", "add evidence: what a laboratory files"
        if not requirement.reason:
            yield "verification", f"verification by {method} without reason", "add reason: why"
        if requirement.checks:
            yield "checks", f"verification by {method} has checks", "verification: test, or no checks"
    for feature, values in requirement.applies.items():
        if not values:
            yield "applies", f"applies to no value of {feature}", f"{feature}: [true]"
    for each in requirement.interpretation:
        if each not in interpretations:
            right = "add it to requirements/interpretations.yaml"
            yield "interpretation", f"there is no interpretation {each!r}", right


def check_readings(found: Found[Interpretation]) -> Iterator[Problem]:
    """Name choices and tolerances that are none of an entry's readings."""
    for entry, origin in found:
        for field, wanted in (("chosen", (entry.chosen,)), ("tolerates", entry.tolerates)):
            for reading in wanted:
                if reading not in entry.readings:
                    right = f"one of {', '.join(entry.readings)}"
                    yield origin.problem(f"{entry.id} has no reading {reading!r}", right, field)
        if entry.chosen in entry.tolerates:
            yield origin.problem(f"{entry.id} tolerates what it chose", "name the other readings only", "tolerates")
