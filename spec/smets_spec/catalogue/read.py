"""Reading the authored files into records, with everything that is wrong in any of them."""

from __future__ import annotations

import gc
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from smets_spec.catalogue.consistency import (
    Found,
    Origin,
    check_claims,
    check_contradictions,
    check_forms,
    check_readings,
    check_unique,
)
from smets_spec.catalogue.types import KINDS, Feature, Place, Records, Requirement
from smets_spec.strict_yaml import Map, Problem, Seq, YamlProblem, convert, load

LOCK_NAME = "looks.lock.json"


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
            found[key] += _records(data, key, path, name, problems)
        except YamlProblem as error:
            problems += error.problems
    requirements, interpretations = found["requirements"], found["interpretations"]
    known = {record.id: record for record, _ in reversed(interpretations)}
    problems += check_forms(found, editions)
    problems += check_unique(requirements)
    problems += check_unique(interpretations)
    problems += check_claims(found)
    problems += check_readings(interpretations)
    problems += check_contradictions(requirements, known)
    records = Records(
        requirements={record.id: record for record, _ in requirements},
        places={record.id: Place(origin.name, origin.line, sections[origin.name]) for record, origin in requirements},
        interpretations={record.id: record for record, _ in interpretations},
        informative=tuple(record for record, _ in found["informative"]),
        reviewed=tuple(record for record, _ in found["reviewed"]),
        cleared=tuple(record for record, _ in found["cleared"]),
        looked=_lock(root, problems),
    )
    return records, problems


@contextmanager
def uncollected() -> Generator[None, None, None]:
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
    problems: list[Problem] = []
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


def _records(data: Map, key: str, path: Path, name: str, problems: list[Problem]) -> Iterator[tuple[Any, Origin]]:
    """Convert the records of a file, adding what does not fit to `problems`."""
    entries = data[key]
    assert isinstance(entries, Seq)
    for index, (raw, line) in enumerate(zip(entries, entries.lines, strict=True)):
        if not isinstance(raw, Map):
            what = f"a record of {key} is no mapping"
            problems.append(Problem(name, line, what, "begin it with a field, such as id:"))
            continue
        try:
            record = convert(raw, KINDS[key], name)
        except YamlProblem as error:
            problems += error.problems
            continue
        if isinstance(record, Requirement) and record.applies:
            typed = {feature: tuple(map(_feature, values)) for feature, values in record.applies.items()}
            record = msgspec.structs.replace(record, applies=typed)
        yield record, Origin(path, name, key, index, line)


def _feature(text: Feature) -> Feature:
    """Return a value of a feature as its type: true and false, a whole number, or a word."""
    if not isinstance(text, str):
        return text
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.removeprefix("-").isdecimal() else text


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
