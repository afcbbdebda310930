"""Reading the authored files into records, with everything that is wrong in any of them."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from smets_spec.catalogue.types import (
    KINDS,
    Feature,
    Informative,
    Interpretation,
    Place,
    Records,
    Requirement,
    Reviewed,
    Source,
    malformed,
)
from smets_spec.strict_yaml import Map, Problem, Seq, YamlProblem, convert, load

LOCK_NAME = "looks.lock.json"
R = TypeVar("R", Requirement, Interpretation, Informative, Reviewed)
Found = list[tuple[R, Map, str]]
At = Source | Informative | Reviewed
Claim = tuple[int, str, Map, str]  # the part, the requirement's id, the entry under `source`, the file


def authored_files(root: Path) -> list[Path]:
    """Return every authored file under `root`, in the order of their names."""
    return sorted(root.rglob("*.yaml"))


def read_records(root: Path, editions: Collection[str]) -> tuple[Records, list[Problem]]:
    """Read every file under `root`: the records that are sound, and every problem of those that are not.

    `editions` are the known ones. Nothing is raised for what the files hold; the caller decides what problems mean.
    """
    with uncollected():
        return _read(root, dict.fromkeys(editions))


def _read(root: Path, editions: Collection[str]) -> tuple[Records, list[Problem]]:
    problems: list[Problem] = []
    found: dict[str, Found[Any]] = {key: [] for key in KINDS}
    sections: dict[str, str] = {}
    for path in authored_files(root):
        name = f"{root.name}/{path.relative_to(root).as_posix()}"
        try:
            key, data = _opened(path, name)
            sections[name] = str(data.get("section", ""))
            found[key] += _records(data, key, name, problems)
        except YamlProblem as error:
            problems += error.problems
    problems += _check_forms(found, editions)
    problems += _check_claims(found)
    problems += _check_readings(found["interpretations"])
    requirements = _unique(found["requirements"], problems)
    interpretations = _unique(found["interpretations"], problems)
    problems += _check_methods(found["requirements"], interpretations)
    records = Records(
        requirements=requirements,
        places={
            r.id: Place(file=name, line=raw.line, section=sections[name]) for r, raw, name in found["requirements"]
        },
        interpretations=interpretations,
        informative=tuple(record for record, _, _ in found["informative"]),
        reviewed=tuple(record for record, _, _ in found["reviewed"]),
        cleared=tuple(record for record, _, _ in found["cleared"]),
        looked=_lock(root, problems),
    )
    return records, problems


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking again and again through what is being built: it triples the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _opened(path: Path, name: str) -> tuple[str, Map]:
    """Load a file and tell by its top key what it holds."""
    data = load(path, name)
    problems = []
    keys = [key for key in data if key in KINDS]
    allowed = ["section", *keys] if keys == ["requirements"] else keys
    if len(keys) != 1:
        problems.append(
            Problem(name, data.line, "does not say what it holds", f"exactly one top key of {', '.join(KINDS)}")
        )
    for key in data:
        if key not in (*allowed, *KINDS):
            right = f"a file of {keys[0]} holds {', '.join(allowed)}" if keys else f"one of {', '.join(KINDS)}"
            problems.append(Problem(name, data.lines[key], f"unknown field {key!r}", right))
    if keys == ["requirements"] and not data.get("section"):
        problems.append(
            Problem(name, data.line, "the field 'section' is missing", "add section: heading of the section")
        )
    if len(keys) == 1 and not isinstance(data[keys[0]], Seq):
        problems.append(Problem(name, data.lines[keys[0]], f"{keys[0]} is no list", "begin each record with a dash"))
    if problems:
        raise YamlProblem(problems)
    return keys[0], data


def _records(data: Map, key: str, name: str, problems: list[Problem]) -> Iterator[tuple[Any, Map, str]]:
    """Convert the records of a file, adding what does not fit to `problems`."""
    entries = data[key]
    assert isinstance(entries, Seq)
    for raw, line in zip(entries, entries.lines, strict=True):
        if not isinstance(raw, Map):
            problems.append(
                Problem(name, line, f"a record of {key} is no mapping", "begin it with a field, such as id:")
            )
            continue
        try:
            record = convert(raw, KINDS[key], name)
        except YamlProblem as error:
            problems += error.problems
            continue
        if isinstance(record, Requirement) and record.applies:
            typed = {feature: tuple(map(_feature, values)) for feature, values in record.applies.items()}
            record = msgspec.structs.replace(record, applies=typed)
        yield record, raw, name


def _feature(text: Feature) -> Feature:
    """Return a value of a feature as its type: true and false, a whole number, or a word."""
    if not isinstance(text, str):
        return text
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.removeprefix("-").isdecimal() else text


def _check_forms(found: dict[str, Found[Any]], editions: Collection[str]) -> Iterator[Problem]:
    """Check the shape of ids, clauses, chains and words, and the names of editions, everywhere."""
    for requirement, raw, name in found["requirements"]:
        yield from _check_form("id", requirement.id, raw, "id", name)
        for source, entry in zip(requirement.source, _maps(raw, "source"), strict=True):
            yield from _check_at(source, entry, name, editions)
    for interpretation, raw, name in found["interpretations"]:
        yield from _check_form("interpretation", interpretation.id, raw, "id", name)
        for clause in interpretation.clauses:
            yield from _check_form("clause", clause, raw, "clauses", name)
    for record, raw, name in found["informative"] + found["reviewed"]:
        yield from _check_at(record, raw, name, editions)
    for record, raw, name in found["informative"]:
        yield from _check_form("why", record.why, raw, "why", name)


def _check_form(form: str, text: str, raw: Map, field: str, name: str) -> Iterator[Problem]:
    if right := malformed(form, text):
        yield Problem(name, raw.lines[field], f"{field} {text!r} is malformed", right)


def _check_at(record: At, raw: Map, name: str, editions: Collection[str]) -> Iterator[Problem]:
    """Check where in which editions a record says its paragraph is."""
    for field, text in (("clause", record.clause), ("chain", record.chain)):
        if right := malformed(field, text):
            yield Problem(name, raw.lines[field], f"{field} {text!r} is malformed", right)
    for edition in record.editions:
        if edition not in editions:
            near = get_close_matches(edition, editions, n=1)
            right = f"did you mean {near[0]}?" if near else "an edition of editions.yaml, such as gsme@4.2"
            yield Problem(name, raw.lines["editions"], f"there is no edition {edition!r}", right)


def _maps(raw: Map, field: str) -> list[Map]:
    """Return the mappings of a list that was converted already, so that it is one."""
    value = raw[field]
    assert isinstance(value, Seq)
    return [entry for entry in value if isinstance(entry, Map)]


def _unique(found: Found[Any], problems: list[Problem]) -> dict[str, Any]:
    """Return records by id, each id once."""
    taken: dict[str, tuple[Any, str]] = {}
    for record, raw, name in found:
        if record.id in taken:
            first = taken[record.id][1]
            problems.append(
                Problem(name, raw.lines["id"], f"the id {record.id} is taken by {first}", "give it an id of its own")
            )
            continue
        taken[record.id] = record, f"{name}:{raw.lines['id']}"
    return {key: record for key, (record, _) in taken.items()}


def _check_claims(found: dict[str, Found[Any]]) -> Iterator[Problem]:
    """Refuse what contradicts itself about one paragraph: a part claimed twice, parts beside a whole, obligations of none."""
    claims: dict[tuple[str, str, int], list[Claim]] = {}
    for requirement, raw, name in found["requirements"]:
        for source, entry in zip(requirement.source, _maps(raw, "source"), strict=True):
            claim = (source.part, requirement.id, entry, name)
            for edition in source.editions:
                claims.setdefault((edition, source.clause, source.paragraph), []).append(claim)
    for (edition, clause, paragraph), several in claims.items():
        if len(several) > 1:
            yield from _against_each_other(several, f"{edition} {clause} ¶{paragraph}")
    counted: dict[tuple[str, str, int], str] = {}
    for record, raw, name in found["informative"] + found["reviewed"]:
        nothing = isinstance(record, Informative) or not record.obligations
        for edition in record.editions:
            where = (edition, record.clause, record.paragraph)
            at = f"{edition} {record.clause} ¶{record.paragraph}"
            if where in counted:
                yield Problem(name, raw.line, f"{at} is counted already at {counted[where]}", "keep one of them")
            elif nothing and where in claims:
                what = f"{at} is said to oblige nothing, yet {claims[where][0][1]} restates it"
                yield Problem(name, raw.line, what, "keep one of them")
            counted[where] = f"{name}:{raw.line}"


def _against_each_other(several: list[Claim], at: str) -> Iterator[Problem]:
    """Name the claims to one paragraph that contradict those before them."""
    taken: dict[int, str] = {}
    for part, requirement, entry, name in several:
        if part in taken:
            what = f"{at}{f' part {part}' if part else ''} is restated already by {taken[part]}"
            yield Problem(name, entry.line, what, "one requirement a part")
        elif taken and (part == 0 or 0 in taken):
            what = f"{at} is restated whole and in parts, see {next(iter(taken.values()))}"
            yield Problem(name, entry.line, what, "number every part")
        taken.setdefault(part, f"{requirement} at {name}:{entry.line}")


def _check_methods(found: Found[Requirement], interpretations: Collection[str]) -> Iterator[Problem]:
    """Check what one record says against itself and against the ledger of interpretations."""
    for requirement, raw, name in found:
        for field, what, right in _contradictions(requirement, interpretations):
            yield Problem(name, raw.lines.get(field, raw.line), what, right)


def _contradictions(requirement: Requirement, interpretations: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Go through what contradicts itself in a requirement: the field, what is wrong, what would be right."""
    method = requirement.verification
    if method == "test" and requirement.evidence:
        yield "evidence", "a requirement verified by test wants no evidence", "leave it out, or name another method"
    if method != "test":
        for field in ("evidence", "reason"):
            if not getattr(requirement, field):
                what = f"verification by {method} without {field}"
                yield (
                    "verification",
                    what,
                    f"add {field}: {'what a laboratory files' if field == 'evidence' else 'why'}",
                )
        if requirement.checks:
            yield "checks", f"verification by {method} has checks", "verification: test, or no checks"
    for feature, values in requirement.applies.items():
        if not values:
            yield "applies", f"applies to no value of {feature}", f"{feature}: [true]"
    for each in requirement.interpretation:
        if each not in interpretations:
            yield (
                "interpretation",
                f"there is no interpretation {each!r}",
                "add it to requirements/interpretations.yaml",
            )


def _check_readings(found: Found[Interpretation]) -> Iterator[Problem]:
    """Name choices and tolerances that are none of an entry's readings."""
    for entry, raw, name in found:
        for field, wanted in (("chosen", (entry.chosen,)), ("tolerates", entry.tolerates)):
            for reading in wanted:
                if reading not in entry.readings:
                    right = f"one of {', '.join(entry.readings)}"
                    yield Problem(name, raw.lines[field], f"{entry.id} has no reading {reading!r}", right)
        if entry.chosen in entry.tolerates:
            yield Problem(
                name, raw.lines["tolerates"], f"{entry.id} tolerates what it chose", "name the other readings only"
            )


def _lock(root: Path, problems: list[Problem]) -> dict[str, dict[str, dict[str, str]]]:
    """Read the prints of what requirements refer to."""
    path = root / LOCK_NAME
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, dict[str, str]]])
    except msgspec.DecodeError as error:
        problems.append(Problem(f"{root.name}/{LOCK_NAME}", 1, f"cannot be read: {error}", "run smets requirement fix"))
        return {}
