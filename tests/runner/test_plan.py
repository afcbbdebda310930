"""The plan: what runs, what does not, and the reason for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smets_conformance.adapter.contract import Description
from smets_conformance.plan import (
    CheckFunction,
    Needs,
    PlanError,
    load_needs,
    make_plan,
    matches,
    procedure_version,
    requirements_of_run,
)
from smets_conformance.profile import load_declarations
from smets_spec.catalogue import Catalogue, load_catalogue

EDITION = "gsme@4.2"
FEATURES = load_declarations(EDITION).ics.features


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def check(*requirements: str, doc: str = "What it shows.\n\n    How it goes.") -> CheckFunction:
    def procedure(bench: Any) -> None:
        raise AssertionError(f"a plan runs nothing, {bench} included")

    procedure.__doc__ = doc
    procedure.__verifies__ = requirements  # type: ignore[attr-defined]
    made: CheckFunction = procedure  # type: ignore[assignment]
    return made


CHECKS = {
    "a.accuracy": check("meter.clock.accuracy"),
    "a.old": check("meter.set-clock.refusal-alerted"),
    "a.mixed": check("meter.set-clock.refusal-alerted", "meter.set-clock.refusal-logged"),
    "a.definition": check("glossary.communications-hub-date-and-time"),
}


def decisions(catalogue: Catalogue, **rest: Any) -> dict[str, str]:
    edition = rest.pop("edition", EDITION)
    made = make_plan(catalogue, CHECKS, edition, rest.pop("features", FEATURES), **rest)
    return {c.id: c.decision for c in made.checks}


def test_edition_decides_what_is_in_force(catalogue: Catalogue) -> None:
    assert decisions(catalogue) == {
        "a.accuracy": "run", "a.old": "not-in-force", "a.mixed": "run", "a.definition": "run",
    }  # fmt: skip
    assert decisions(catalogue, edition="gsme@3.1")["a.old"] == "run"


def test_a_check_may_claim_only_what_stands_and_applies(catalogue: Catalogue) -> None:
    made = make_plan(catalogue, CHECKS, EDITION, FEATURES)
    scope = {c.id: made.scope(c) for c in made.checks}
    assert scope["a.mixed"] == ("meter.set-clock.refusal-logged",)


def test_a_feature_that_is_not_declared_is_an_error_and_one_denied_a_reason(catalogue: Catalogue) -> None:
    requirement = catalogue.requirements["meter.clock.accuracy"]
    needy = requirement.__class__(
        **{f: getattr(requirement, f) for f in requirement.__struct_fields__} | {"applies": {"valve": (True,)}}
    )
    records = catalogue.records
    altered = records.__class__(
        **{f: getattr(records, f) for f in records.__struct_fields__}
        | {"requirements": records.requirements | {requirement.id: needy}}
    )
    poorer = Catalogue(altered, catalogue.texts, catalogue.root)
    with pytest.raises(PlanError, match="'valve', which the profile does not declare"):
        decisions(poorer)
    assert decisions(poorer, features=FEATURES | {"valve": True})["a.accuracy"] == "run"
    made = make_plan(poorer, CHECKS, EDITION, FEATURES | {"valve": False})
    row = next(c for c in made.checks if c.id == "a.accuracy")
    assert (row.decision, row.why) == (
        "not-applicable", "meter.clock.accuracy: it applies where valve is yes; declared is no",
    )  # fmt: skip
    assert decisions(poorer, features=FEATURES | {"valve": 1})["a.accuracy"] == "not-applicable"


def test_what_the_adapter_lacks_makes_a_check_not_testable(catalogue: Catalogue) -> None:
    offered = Description(name="x", version="1", systems=("gsme",), acts={"Send": ("Set Clock",)}, looks={"Clock": 0})
    wanted = ("act Send Set Clock", "act Interrupt", "look Clock", "look Temperature")
    needs = {"a.accuracy": Needs(procedure_version(CHECKS["a.accuracy"]), wanted)}
    made = make_plan(catalogue, CHECKS, EDITION, FEATURES, offered=offered, needs=needs)
    row = next(c for c in made.checks if c.id == "a.accuracy")
    assert (row.decision, row.why) == ("not-testable", "the adapter does not offer act Interrupt, look Temperature")
    assert (
        decisions(catalogue, offered=offered, needs={"a.accuracy": Needs("of before", wanted)})["a.accuracy"] == "run"
    )


@pytest.mark.parametrize(
    ("only", "run"),
    [
        ("a.accuracy", {"a.accuracy"}),
        ("accur", {"a.accuracy"}),
        ("meter.set-clock.*", {"a.mixed"}),
        ("4.4.1", {"a.accuracy"}),
        ("4.5.3", {"a.mixed"}),
        ("a.*", {"a.accuracy", "a.mixed", "a.definition"}),
    ],
)
def test_only_takes_checks_requirements_and_clauses(catalogue: Catalogue, only: str, run: set[str]) -> None:
    assert {c for c, decision in decisions(catalogue, only=only).items() if decision == "run"} == run


def test_only_that_fits_nothing_is_an_error_with_what_is_near(catalogue: Catalogue) -> None:
    with pytest.raises(PlanError, match=r"near: meter\.clock\.accuracy"):
        decisions(catalogue, only="meter.clock.acuracy")


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [("a", "bad", True), ("a*", "bad", False), ("*a*", "bad", True), ("b?d", "bad", True), ("x", "bad", False)],
)
def test_patterns(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


def test_the_title_and_the_procedure_come_from_the_docstring(catalogue: Catalogue) -> None:
    row = make_plan(catalogue, CHECKS, EDITION, FEATURES).checks[0]
    assert (row.title, row.procedure) == ("What it shows.", "What it shows.\n\nHow it goes.")


def test_the_version_changes_with_the_source_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)

    def version(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text)
        function: Callable[[Any], None] = __import__(name).check_x
        return procedure_version(function)  # type: ignore[arg-type]

    one = version("versioned_a", "def check_x(bench):\n    return 1\n")
    assert version("versioned_b", "A = 1\n\n\ndef check_x(bench):\n    return 1\n\n\nB = 2\n") == one
    assert version("versioned_c", "def check_x(bench):\n    return 2\n") != one
    assert version("versioned_d", "import functools\n\n\n@functools.cache\ndef check_x(bench):\n    return 1\n") != one


def test_every_requirement_of_the_edition_is_in_the_plan(catalogue: Catalogue) -> None:
    made = make_plan(catalogue, {}, EDITION, FEATURES)
    assert [r.id for r in made.requirements] == [r.id for r in requirements_of_run(catalogue, EDITION)]
    assert "glossary.communications-hub-date-and-time" in {r.id for r in made.requirements}
    assert all(r.checks == () for r in made.requirements)


def test_needs_that_are_no_needs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "needs.json"
    assert load_needs(path) == {}
    path.write_text(json.dumps({"a.accuracy": {"version": "1", "needs": ["look Clock"]}}))
    assert load_needs(path) == {"a.accuracy": Needs("1", ("look Clock",))}
    path.write_text("[]")
    with pytest.raises(PlanError, match="not a record of needs"):
        load_needs(path)
