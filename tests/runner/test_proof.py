"""What kills: only a finding against the device, for a requirement the fault lists, by a check that passes the sound device."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner import toy_suite as toy

from smets_conformance.adapter.contract import Description, HubTime, Setup, SystemUnderTest, Unsupported
from smets_conformance.adapter.proof import Fault, Variant
from smets_conformance.proof.kept import Kept, keep, load_kept
from smets_conformance.proof.prove import Proof, _proof
from smets_conformance.proof.subjects import Without
from smets_conformance.runner.evidence import Conclusion
from smets_reports.record import Blame, CheckVerdict

A, B, C = "x.y.a", "x.y.b", "x.y.c"
SCOPE = frozenset({A, B, C})


def fault(*breaks: str, also: tuple[str, ...] = ()) -> Fault:
    return Fault("f", "a mistake", breaks, (), toy.ToyMeter, also)


VARIANT = Variant("v", "another reading", "A1", toy.ToyMeter, (), {})


def conclusions(**subjects: dict[str, Conclusion]) -> dict[tuple[str, str], Conclusion]:
    return {
        ({"sound": "", "fault": "fault:f", "variant": "variant:v"}[who], check): c
        for who, found in subjects.items()
        for check, c in found.items()
    }


def passes(*requirements: str) -> Conclusion:
    return Conclusion(check="c", verdict="pass", claims=dict.fromkeys(requirements, "pass"))


def fails(requirement: str, blame: Blame = "device") -> Conclusion:
    return Conclusion(check="c", verdict="fail", message="found", blame=blame, claims={requirement: "fail"})


def ends(verdict: CheckVerdict) -> Conclusion:
    return Conclusion(check="c", verdict=verdict, message="oh", claims={A: verdict})


def proof(f: Fault, **subjects: dict[str, Conclusion]) -> Proof:
    return _proof("gsme@4.2", (f,), (VARIANT,), SCOPE, conclusions(**subjects))


def test_a_finding_for_a_listed_requirement_kills() -> None:
    found = proof(fault(A), sound={"c": passes(A)}, fault={"c": fails(A)})
    assert found.holds
    assert [(k.fault, k.check, k.requirement, k.reason) for k in found.kills] == [("f", "c", A, "found")]


@pytest.mark.parametrize("verdict", ["error", "inconclusive", "not-testable", "pass"])
def test_nothing_else_kills(verdict: CheckVerdict) -> None:
    found = proof(fault(A), sound={"c": passes(A)}, fault={"c": ends(verdict)})
    assert found.survivors == {"f": (A,)}
    assert not found.holds


@pytest.mark.parametrize("blame", ["adapter", "suite", "declaration", "undecided"])
def test_a_fail_that_is_not_the_devices_kills_nothing(blame: Blame) -> None:
    assert proof(fault(A), sound={"c": passes(A)}, fault={"c": fails(A, blame)}).survivors == {"f": (A,)}


def test_a_check_that_does_not_pass_the_sound_device_kills_nothing() -> None:
    found = proof(fault(A), sound={"c": fails(A)}, fault={"c": fails(A)})
    assert found.survivors == {"f": (A,)}
    assert found.unsound == {"c": "fail: found"}


def test_every_listed_requirement_must_be_found() -> None:
    assert proof(fault(A, B), sound={"c": passes(A)}, fault={"c": fails(A)}).survivors == {"f": (B,)}


def test_a_listed_requirement_out_of_the_edition_need_not_be_found() -> None:
    assert proof(fault(A, "x.y.elsewhere"), sound={"c": passes(A)}, fault={"c": fails(A)}).holds


def test_what_is_broken_beyond_the_list_is_a_stray_unless_allowed() -> None:
    both = {"c": fails(A), "d": fails(B)}
    sound = {"c": passes(A), "d": passes(B)}
    strays = proof(fault(A), sound=sound, fault=both).strays
    assert [(s.check, s.requirement) for s in strays] == [("d", B)]
    assert proof(fault(A, also=(B,)), sound=sound, fault=both).holds


def test_a_variant_that_fails_anywhere_is_falsely_failed() -> None:
    found = proof(fault(A), sound={"c": passes(A)}, fault={"c": fails(A)}, variant={"c": fails(A)})
    assert found.falsely_failed == {"v": (f"c ({A})",)}
    assert not found.holds


def test_an_error_on_a_variant_leaves_the_proof_open() -> None:
    found = proof(fault(A), sound={"c": passes(A)}, fault={"c": fails(A)}, variant={"c": ends("error")})
    assert not found.holds
    assert found.unclear == {"variant:v × c": "oh"}


def test_what_is_kept_is_read_back_and_knows_its_suite(tmp_path: Path) -> None:
    made = proof(fault(A, B, "x.y.elsewhere"), sound={"c": passes(A)}, fault={"c": fails(A)})
    keep(Kept("digest", {"gsme@4.2": made.proven()}), tmp_path / "kills.json")
    kept = load_kept(tmp_path / "kills.json")
    assert [(row.fault, row.killed_by) for row in kept.faults_of("gsme@4.2", A)] == [("f", "c")]
    assert [(row.fault, row.killed_by) for row in kept.faults_of("gsme@4.2", B)] == [("f", "")]
    assert kept.faults_of("gsme@4.2", C) == ()
    assert kept.variants_of("gsme@4.2")[0].variant == "v"
    assert kept.notes("gsme@4.2", "digest") == ()
    assert "another state of the checks" in kept.notes("gsme@4.2", "other")[0]
    assert "No proof is kept for gsme@3.1" in kept.notes("gsme@3.1", "digest")[0]
    (tmp_path / "kills.json").write_text("[]")
    with pytest.raises(ValueError, match="not a kept proof"):
        load_kept(tmp_path / "kills.json")


def test_a_system_can_be_made_to_lack_one_thing() -> None:
    class Rich(toy.ToyMeter):
        def describe(self) -> Description:
            return Description(
                name="r", version="1", systems=("gsme",), acts={"HubTime": (), "Send": ("a", "b")}, looks={"Clock": 0}
            )

    def lacking(what: str) -> SystemUnderTest:
        return Without(Rich(), what)

    assert lacking("act HubTime").describe().acts == {"Send": ("a", "b")}
    assert lacking("act Send a").describe().acts == {"HubTime": (), "Send": ("b",)}
    assert lacking("look Clock").describe().looks == {}
    with pytest.raises(Unsupported):
        lacking("act HubTime").do(HubTime(offset=0))
    with pytest.raises(Unsupported):
        lacking("look Clock").look("Clock")
    whole = lacking("look Temperature")
    whole.reset("commissioned", Setup(utc=5, edition="gsme@4.2"))
    assert (whole.look("Clock"), whole.advance(2), list(whole.take())) == (5, 2, [])
