"""The plan: which checks run for an edition and a declared device, decided and justified before anything is started."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.runner.evidence import PlannedCheck
from smets_conformance.verdicts import Standing
from smets_spec.catalogue import Catalogue, Requirement
from smets_spec.editions import load_editions

NEEDS_FILE: Final = Path(__file__).parent / "checks" / "needs.json"
Features = Mapping[str, bool | int | str]


class PlanError(Exception):
    """No plan can be made of what was asked; the message says why and what would be right."""


class CheckFunction(Protocol):
    """A check as the plan sees it: a function with a docstring that names the requirements it verifies."""

    __verifies__: tuple[str, ...]
    __doc__: str | None
    __module__: str

    def __call__(self, bench: Any) -> None:
        """Carry the procedure out."""
        ...


class Needs(msgspec.Struct, frozen=True):
    """What a check of that `version` cannot do without, such as `act HubTime`, `act Send Set Clock` and `look Clock`."""

    version: str
    needs: tuple[str, ...]


class PlannedRequirement(msgspec.Struct, frozen=True):
    """A requirement that stands in the edition: whether it is in force for the device, suspect, or not applicable, and why."""

    id: str
    standing: Standing
    why: str
    checks: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """Every check with its decision, and every requirement of the edition with its standing."""

    edition: str
    checks: tuple[PlannedCheck, ...]
    requirements: tuple[PlannedRequirement, ...]

    def scope(self, check: PlannedCheck) -> tuple[str, ...]:
        """Return those of a check's requirements that it may claim: they stand in the edition and apply to the device."""
        claimable = {r.id for r in self.requirements if r.standing != "not-applicable"}
        return tuple(requirement for requirement in check.requirements if requirement in claimable)

    def to_run(self) -> tuple[PlannedCheck, ...]:
        """Return the checks that run."""
        return tuple(check for check in self.checks if check.decision == "run")


def make_plan(
    catalogue: Catalogue,
    checks: Mapping[str, CheckFunction],
    edition: str,
    features: Features,
    *,
    offered: Description | None = None,
    needs: Mapping[str, Needs] | None = None,
    only: str = "",
) -> Plan:
    """Decide of every check whether it runs, and why not.

    Args:
        catalogue: the requirements.
        checks: every check by its id.
        edition: such as `gsme@4.2`; definitions of the same document's glossary belong to it.
        features: what the implementation declares, by feature.
        offered: what the adapter offers; None: assume everything.
        needs: what each check needs, as recorded from the reference. Of a check that it says nothing of, or that has changed
            since, what it needs is found out while it runs.
        only: a pattern of check or requirement ids, or a clause; empty: all.

    Raises:
        PlanError: a feature that a requirement depends on is not declared, or `only` matches no check.
    """
    standing = _standing(catalogue, edition, features)
    by_requirement: dict[str, list[str]] = {}
    for check_id, function in checks.items():
        for requirement in function.__verifies__:
            by_requirement.setdefault(requirement, []).append(check_id)
    chosen = _chosen(catalogue, checks, edition, only)
    planned = tuple(
        _decide(check_id, function, standing, chosen, offered, (needs or {}).get(check_id))
        for check_id, function in checks.items()
    )
    requirements = tuple(
        PlannedRequirement(requirement, held, why, tuple(by_requirement.get(requirement, ())))
        for requirement, (held, why) in standing.items()
    )
    return Plan(edition, planned, requirements)


def editions_of_run(edition: str) -> tuple[str, ...]:
    """Return the edition and, where it has one, the glossary of the same document."""
    glossary = f"glossary@{edition.partition('@')[2]}"
    return (edition, glossary) if glossary in load_editions() and glossary != edition else (edition,)


def requirements_of_run(catalogue: Catalogue, edition: str) -> list[Requirement]:
    """Return the requirements that stand in the edition or in its document's glossary."""
    found = {r.id: r for each in editions_of_run(edition) for r in catalogue.in_force(each)}
    return list(found.values())


def suspects_of_run(catalogue: Catalogue, edition: str) -> dict[str, str]:
    """Return, by id, why each requirement of the run is suspect."""
    return {name: why for each in editions_of_run(edition) for name, why in catalogue.suspects(each).items()}


def _standing(catalogue: Catalogue, edition: str, features: Features) -> dict[str, tuple[Standing, str]]:
    suspects = suspects_of_run(catalogue, edition)
    found: dict[str, tuple[Standing, str]] = {}
    for requirement in requirements_of_run(catalogue, edition):
        if barred := _barred(requirement, features):
            found[requirement.id] = ("not-applicable", barred)
        elif requirement.id in suspects:
            found[requirement.id] = ("suspect", suspects[requirement.id])
        else:
            found[requirement.id] = ("in-force", f"it stands in {edition}")
    return found


def _barred(requirement: Requirement, features: Features) -> str:
    """Say which declared feature keeps a requirement from applying: nothing where it applies."""
    for feature, values in requirement.applies.items():
        if feature not in features:
            raise PlanError(f"{requirement.id} depends on the feature {feature!r}, which the profile does not declare")
        declared = features[feature]
        if not any(type(declared) is type(value) and declared == value for value in values):
            wanted = " or ".join(map(_word, values))
            return f"it applies where {feature} is {wanted}; declared is {_word(declared)}"
    return ""


def _word(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _chosen(catalogue: Catalogue, checks: Mapping[str, CheckFunction], edition: str, only: str) -> set[str]:
    if not only:
        return set(checks)
    of_clause = {
        r.id
        for r in requirements_of_run(catalogue, edition)
        for each in editions_of_run(edition)
        for source in r.source_in(each)
        if source.clause == only or source.clause.startswith(f"{only}.")
    }
    chosen = {
        check
        for check, function in checks.items()
        if matches(only, check) or any(r in of_clause or matches(only, r) for r in function.__verifies__)
    }
    if not chosen:
        near = get_close_matches(only, [*checks, *(r for f in checks.values() for r in f.__verifies__)], 3)
        raise PlanError(
            f"no check matches {only!r}: name a check, a requirement or a clause, with * for any text"
            + (f" (near: {', '.join(near)})" if near else "")
        )
    return chosen


def matches(pattern: str, name: str) -> bool:
    """Whether an id fits a pattern: `*` and `?` as in file names, and a pattern without them fits a part of it as well."""
    return fnmatchcase(name, pattern) or (not set("*?[") & set(pattern) and pattern in name)


def _decide(
    check: str,
    function: CheckFunction,
    standing: Mapping[str, tuple[Standing, str]],
    chosen: Iterable[str],
    offered: Description | None,
    needs: Needs | None,
) -> PlannedCheck:
    procedure = inspect.cleandoc(function.__doc__ or "")
    stands = [requirement for requirement in function.__verifies__ if requirement in standing]
    applies = [requirement for requirement in stands if standing[requirement][0] != "not-applicable"]
    version = procedure_version(function)
    missing = _missing(needs.needs, offered) if needs and offered and needs.version == version else ()
    reasons = (
        (not stands, "not-in-force", "none of its requirements stands in this edition"),
        (not applies, "not-applicable", "; ".join(f"{r}: {standing[r][1]}" for r in stands)),
        (check not in chosen, "not-selected", "it was not asked for"),
        (bool(missing), "not-testable", f"the adapter does not offer {', '.join(missing)}"),
        (True, "run", f"verifies {', '.join(applies)}"),
    )
    decision, why = next((decision, why) for holds, decision, why in reasons if holds)
    title = procedure.partition("\n")[0]
    return PlannedCheck(check, title, procedure, version, tuple(function.__verifies__), decision, why)


def _missing(needs: Iterable[str], offered: Description) -> tuple[str, ...]:
    """Return what a check needs and the adapter does not offer."""
    have = {f"act {act}" for act in offered.acts} | {f"look {look}" for look in offered.looks}
    have |= {f"act {act} {of}" for act, ofs in offered.acts.items() for of in ofs}
    return tuple(need for need in needs if need not in have)


def load_needs(path: Path = NEEDS_FILE) -> dict[str, Needs]:
    """Return what each check cannot do without.

    It is recorded by `smets faults --keep` from runs on the reference; nothing is returned where nothing is recorded yet.

    Raises:
        PlanError: the file is not such a record.
    """
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Needs])
    except msgspec.DecodeError as error:
        raise PlanError(f"{path}: not a record of needs: {error}; make it again with smets faults --keep") from error


def procedure_version(function: CheckFunction) -> str:
    """Return the version of a procedure: 12 hexadecimal digits of the SHA-256 of its source."""
    lines = _sources(function.__module__).get(getattr(function, "__qualname__", ""), "")
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _sources(module: str) -> dict[str, str]:
    """Return the source of every function at the top of a module, decorators included."""
    text = inspect.getsource(__import__(module, fromlist=["_"]))
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found
