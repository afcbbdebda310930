"""Reads the three files of declarations, checks each and all together, and names everything wrong at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from smets_conformance.profile.declarations import DeclarationError, Declarations, Ics, Ixit, Rig, asks_of
from smets_conformance.profile.features import FOLDER, Choice, FeatureTable, declarable, feature_table
from smets_reports.record import Item
from smets_spec.dictionary import load_dictionary
from smets_spec.names import near_matches
from smets_spec.strict_yaml import Map, Problem, Seq, YamlProblem, convert, load

BUILT_IN = FOLDER / "builtin"
TRUTH = {"yes": True, "true": True, "no": False, "false": False}
MISSING = re.compile(r"the field '(?P<field>\w+)'.* is missing")

S = TypeVar("S")


class _IcsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ICS as written: every answer still text."""

    edition: str
    item: Item
    features: dict[str, str]
    choices: dict[str, Any]
    arguments: dict[str, str] = {}


class Files(NamedTuple):
    """Where the three declarations are read from."""

    ics: Path
    ixit: Path
    rig: Path


def built_in_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with the suite: the editions for which the reference is declared."""
    return tuple(name for name in declarable() if (BUILT_IN / f"{name}.ics.yaml").is_file())


def find_files(profile: str, ixit: Path | None = None, rig: Path | None = None) -> Files:
    """Return the three files meant by `--profile`, `--ixit` and `--rig`; the latter two lie beside the first unless named.

    Beside `meter.ics.yaml` or `meter.yaml` they are `meter.ixit.yaml` and `meter.rig.yaml`; beside `ics.yaml`, `ixit.yaml` and
    `rig.yaml`.

    Raises:
        DeclarationError: `profile` is neither a built-in name nor a file.
    """
    if profile in built_in_profiles():
        ics, start = BUILT_IN / f"{profile}.ics.yaml", "reference."
    elif (ics := Path(profile)).is_file():
        start = "" if ics.stem == "ics" else f"{ics.stem.removesuffix('.ics')}."
    else:
        raise DeclarationError(_no_such_profile(profile))
    return Files(ics, ixit or ics.with_name(f"{start}ixit.yaml"), rig or ics.with_name(f"{start}rig.yaml"))


def _no_such_profile(profile: str) -> str:
    known = built_in_profiles()
    near = near_matches(profile, known)
    hint = f"did you mean {near[0]}?" if near else f"name a file, or one of {', '.join(known)}"
    return f"the profile {profile!r} is neither a file nor a built-in name; {hint}"


def load_declarations(profile: str, ixit: Path | None = None, rig: Path | None = None) -> Declarations:
    """Read and check the declarations.

    Args:
        profile: a built-in name such as `gsme@4.2`, or the path of an ICS.
        ixit: the IXIT's path; by default beside the ICS.
        rig: the rig's path; by default beside the ICS.

    Raises:
        DeclarationError: naming everything wrong in all three files, each with its line.
    """
    files = find_files(profile, ixit, rig)
    problems: list[Problem] = []
    claims = _attempt(problems, lambda: read_ics(files.ics))
    needs = _attempt(problems, lambda: read_ixit(files.ixit))
    bench = _attempt(problems, lambda: read_rig(files.rig))
    if claims is None or needs is None or bench is None:
        raise DeclarationError("\n".join(map(str, sorted(set(problems)))))
    name = profile if profile in built_in_profiles() else files.ics.name
    return Declarations(ics=claims, ixit=needs, rig=bench, profile=name)


def _attempt(problems: list[Problem], read: Callable[[], S]) -> S | None:
    try:
        return read()
    except YamlProblem as error:
        problems.extend(error.problems)
        return None


def read_ixit(path: Path) -> Ixit:
    """Read an IXIT.

    Raises:
        YamlProblem: naming everything wrong with it; of what is missing, what to write.
    """
    return _read_as(path, Ixit)


def read_rig(path: Path) -> Rig:
    """Read a rig; see `read_ixit`."""
    return _read_as(path, Rig)


def _read_as(path: Path, kind: type[S]) -> S:
    try:
        return convert(load(path), kind, str(path))
    except YamlProblem as error:
        raise YamlProblem([_with_meaning(problem, kind) for problem in error.problems]) from None


def _with_meaning(problem: Problem, kind: type) -> Problem:
    """Say of a missing field what it means, beside its name."""
    missing = MISSING.match(problem.what)
    asked = asks_of(kind).get(missing["field"]) if missing else None
    if missing is None or asked is None:
        return problem
    right = f"add {missing['field']}: with your own number, such as {asked.example}: {asked.meaning}"
    return msgspec.structs.replace(problem, right=right)


def read_ics(path: Path) -> Ics:
    """Read an ICS.

    Raises:
        YamlProblem: naming everything wrong with it: an unknown edition, feature or choice, one left out, contradictions.
    """
    raw = load(path)
    written = convert(raw, _IcsFile, str(path))
    table = feature_table()
    if written.edition not in declarable():
        right = _near("editions", written.edition, declarable())
        raise YamlProblem([Problem(str(path), raw.lines["edition"], f"unknown edition {written.edition!r}", right)])
    places = _Places(str(path), raw)
    features = {name: TRUTH[answer] for name, answer in written.features.items() if answer in TRUTH}
    kinds = {choice.name: choice.kind for choice in table.choices}
    choices = {name: _chosen(kinds.get(name, ""), value) for name, value in written.choices.items()}
    ics = Ics(
        edition=written.edition, item=written.item, features=features, choices=choices, arguments=written.arguments
    )
    problems = [
        *_not_answers(written.features, places),
        *(places.problem(*found) for found in problems_of(ics, table) if not _half_answered(found, written)),
    ]
    if problems:
        raise YamlProblem(problems)
    return ics


class _Places:
    """Finds the line of a section's entry, or the section's own where the entry is missing."""

    def __init__(self, file: str, raw: Map) -> None:
        self._file, self._raw = file, raw

    def problem(self, section: str, key: str, what: str, right: str) -> Problem:
        """Make the problem of an entry of a section."""
        entries = self._raw.get(section)
        line = entries.lines.get(key, entries.line) if isinstance(entries, Map) else self._raw.line
        return Problem(self._file, line, what, right)


def _half_answered(found: tuple[str, str, str, str], written: _IcsFile) -> bool:
    """Whether a problem only repeats that an answer, which is there, is neither yes nor no."""
    section, name, _, _ = found
    return section == "features" and written.features.get(name, "yes") not in TRUTH


def _not_answers(features: Mapping[str, str], places: _Places) -> Iterator[Problem]:
    for name, answer in features.items():
        if answer not in TRUTH:
            yield places.problem("features", name, f"the feature {name} is {answer!r}", "yes or no")


def _chosen(kind: str, value: Any) -> Any:
    """Convert a choice from text; what does not fit is left as it is, for `problems_of` to name."""
    if kind == "count":
        return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value) else value
    return tuple(value) if isinstance(value, Seq) else value


def problems_of(ics: Ics, table: FeatureTable) -> Iterator[tuple[str, str, str, str]]:
    """Yield everything wrong with what an ICS says, as (section, entry, what, what would be right)."""
    yield from _item_problems(ics)
    yield from _feature_problems(ics, table)
    yield from _contradictions(ics, table)
    yield from _choice_problems(ics, table)


def _item_problems(ics: Ics) -> Iterator[tuple[str, str, str, str]]:
    for name in ("maker", "model", "hardware", "firmware"):
        if not getattr(ics.item, name).strip("? "):
            yield "item", name, f"the item has no {name}", f"write {name}: as the item itself says it"


def _feature_problems(ics: Ics, table: FeatureTable) -> Iterator[tuple[str, str, str, str]]:
    known = {feature.name: feature for feature in table.features}
    for name in ics.features.keys() - known.keys():
        yield "features", name, f"unknown feature {name!r}", _near("features", name, known)
    for name, feature in known.items():
        declared = ics.features.get(name)
        if declared is None and feature.known_in(ics.edition):
            right = f"add {name}: yes or no; silence is no answer. {feature.question}"
            yield "features", name, f"the feature {name} is not declared", right
        elif declared and not feature.known_in(ics.edition):
            right = f"declare no; it begins with {feature.editions[0]}"
            yield "features", name, f"the feature {name} is declared, but {ics.edition} knows no such thing", right
        elif declared is False and feature.argue and not ics.arguments.get(name):
            what = f"the feature {name} is absent without a reason: {feature.argue} ({feature.source.clause})"
            yield "features", name, what, f"add {name}: the reason, under arguments"
    for name in ics.arguments.keys() - {feature.name for feature in table.features if feature.argue}:
        yield "arguments", name, f"nothing asks for an argument about {name!r}", "leave it out"


def _contradictions(ics: Ics, table: FeatureTable) -> Iterator[tuple[str, str, str, str]]:
    for rule in table.rules:
        if rule.editions and ics.edition not in rule.editions:
            continue
        if any(ics.features.get(name) is not TRUTH[answer] for name, answer in rule.when.items()):
            continue
        for name, answer in rule.must.items():
            if ics.features.get(name) is (not TRUTH[answer]):
                given = " and ".join(f"{n}: {a}" for n, a in rule.when.items())
                declared = "yes" if ics.features[name] else "no"
                what = f"{name}: {declared} contradicts {given}: {rule.because}"
                yield "features", name, what, f"declare {name}: {answer}, or change the other"


def _choice_problems(ics: Ics, table: FeatureTable) -> Iterator[tuple[str, str, str, str]]:
    known = {choice.name: choice for choice in table.choices}
    for name in ics.choices.keys() - known.keys():
        yield "choices", name, f"unknown choice {name!r}", _near("choices", name, known)
    for name, choice in known.items():
        if name not in ics.choices:
            yield "choices", name, f"the choice {name} is not declared", f"add {name}: …; {choice.question}"
        elif choice.kind == "count":
            yield from _count_problems(choice, ics.choices[name])
        else:
            yield from _command_problems(choice, ics.choices[name], ics)


def _count_problems(choice: Choice, value: Any) -> Iterator[tuple[str, str, str, str]]:
    if not isinstance(value, int) or isinstance(value, bool) or value < choice.least:
        what = f"the choice {choice.name} is {value!r}"
        yield "choices", choice.name, what, f"a whole number, {choice.least} or more ({choice.source.clause})"


def _command_problems(choice: Choice, value: Any, ics: Ics) -> Iterator[tuple[str, str, str, str]]:
    if isinstance(value, str) or not isinstance(value, tuple | list):
        yield "choices", choice.name, f"the choice {choice.name} is {value!r}", "a list of Commands; [] for none"
        return
    commands = load_dictionary(ics.device).commands
    known = [name for name, command in commands.items() if command.stands_in(ics.edition)]
    for name in value:
        if name not in known:
            what = f"the choice {choice.name} names the Command {name!r}, which {ics.edition} does not have"
            yield "choices", choice.name, what, _near("Commands", str(name), known)


def _near(kind: str, name: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = near_matches(name, names)
    return f"did you mean {near[0]!r}?" if near else f"the {kind} are {', '.join(names)}"


def declare(declarations: Declarations, changes: Mapping[str, Any]) -> Declarations:
    """Return the declarations with some answers changed, as a legal variant declares them.

    Args:
        declarations: what is declared otherwise.
        changes: the new values by name: a feature, a choice, or a field of the IXIT (`latency.alert_s`).

    Raises:
        DeclarationError: a name is unknown, or what comes out contradicts itself.
    """
    ics = declarations.ics
    ixit = msgspec.to_builtins(declarations.ixit)
    features, choices = dict(ics.features), dict(ics.choices)
    for name, value in changes.items():
        if name in features:
            features[name] = value
        elif name in choices:
            choices[name] = tuple(value) if isinstance(value, list) else value
        else:
            _put(ixit, name, value)
    ics = msgspec.structs.replace(ics, features=features, choices=choices)
    wrong = [f"{section}: {what}; {right}" for section, _, what, right in problems_of(ics, feature_table())]
    if wrong:
        raise DeclarationError("\n".join(wrong))
    try:
        return msgspec.structs.replace(declarations, ics=ics, ixit=msgspec.convert(ixit, Ixit))
    except msgspec.ValidationError as error:
        raise DeclarationError(f"the IXIT cannot be changed so: {error}") from error


def _put(ixit: dict[str, Any], name: str, value: Any) -> None:
    *groups, last = name.split(".")
    for group in groups:
        ixit = ixit.get(group, {})
    if last not in ixit:
        raise DeclarationError(f"nothing declared is called {name!r}: no feature, no choice, no field of the IXIT")
    ixit[last] = value
