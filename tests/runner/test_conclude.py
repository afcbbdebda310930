"""What a check raised and claimed, through the one table, to its verdict; every pair of an exception and a claim."""

from __future__ import annotations

import pytest

from smets_conformance.adapter.contract import AdapterError, Unsupported
from smets_conformance.adapter.errors import AdapterTimeout, ReplayDivergence
from smets_conformance.runner.conclude import conclude
from smets_conformance.runner.recording import CheckRecorder, nowhere
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable

A, B, STRANGE = "x.y.a", "x.y.b", "x.y.strange"


def recorder(**claims: str) -> CheckRecorder:
    made = CheckRecorder("x.y.check", nowhere)
    for name, verdict in claims.items():
        made.step("claim", 0, "", requirement=f"x.y.{name}", verdict=verdict)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("raised", "verdict", "reason", "blame"),
    [
        (None, "pass", "", None),
        (Finding(A, "no"), "fail", "finding", "device"),
        (Inconclusive("eh"), "inconclusive", "cannot-tell", "undecided"),
        (Inconclusive("eh", reason="declaration", blame="declaration"), "inconclusive", "declaration", "declaration"),
        (NotTestable(["look X", "act Y"]), "not-testable", "missing", "adapter"),
        (AdapterError("gone"), "error", "adapter", "adapter"),
        (Unsupported("no such look"), "error", "adapter", "adapter"),
        (AdapterTimeout("slow"), "error", "adapter", "adapter"),
        (ReplayDivergence("do A", "do B", 3), "inconclusive", "not-recorded", "undecided"),
        (AssertionError("no"), "error", "bare-assert", "suite"),
        (ZeroDivisionError("x"), "error", "exception", "suite"),
        (SystemExit(0), "error", "exception", "suite"),
        (ExceptionGroup("", [ValueError("x"), ExceptionGroup("", [Finding(A, "no")])]), "fail", "finding", "device"),
        (ExceptionGroup("", [Inconclusive("eh"), NotTestable("look X")]), "inconclusive", "cannot-tell", "undecided"),
        (BaseExceptionGroup("", [AdapterError("gone"), Inconclusive("eh")]), "error", "adapter", "adapter"),
    ],
)
def test_each_exception(raised: BaseException | None, verdict: str, reason: str, blame: str | None) -> None:
    done = conclude(raised, recorder(a="pass"), (A,))
    assert (done.verdict, done.reason, done.blame) == (verdict, reason, blame)
    assert done.claims == {A: verdict}


def test_a_finding_cuts_the_other_claims_short() -> None:
    done = conclude(Finding(A, "no"), recorder(b="pass", a="fail"), (A, B))
    assert done.claims == {A: "fail", B: "inconclusive"}
    assert done.findings == {A: f"{A}: no"}


def test_a_claim_that_failed_without_raising_still_fails_and_leaves_the_others() -> None:
    done = conclude(None, recorder(a="fail", b="pass"), (A, B))
    assert (done.verdict, done.blame, done.claims) == ("fail", "device", {A: "fail", B: "pass"})
    assert done.findings == {A: f"{A}: expected: ; seen: "}


def test_a_claim_that_could_not_be_decided_is_not_a_pass() -> None:
    done = conclude(None, recorder(a="inconclusive", b="pass"), (A, B))
    assert (done.verdict, done.claims) == ("inconclusive", {A: "inconclusive", B: "pass"})


def test_what_is_never_claimed_is_not_a_pass() -> None:
    done = conclude(None, recorder(b="pass"), (A, B))
    assert (done.verdict, done.reason, done.claims) == ("inconclusive", "unclaimed", {A: "inconclusive", B: "pass"})


@pytest.mark.parametrize("raised", [None, Finding(STRANGE, "no")])
def test_a_claim_on_what_it_does_not_verify_here_is_the_suites_error(raised: Finding | None) -> None:
    done = conclude(raised, recorder(a="pass", strange="fail" if raised else "pass"), (A,))
    assert (done.verdict, done.reason, done.blame, done.claims) == ("error", "stray-claim", "suite", {A: "error"})


def test_a_claim_that_failed_before_the_adapter_died_is_no_finding() -> None:
    done = conclude(AdapterError("gone"), recorder(a="fail"), (A,))
    assert (done.verdict, done.claims) == ("error", {A: "error"})


def test_of_a_property_only_the_last_example_can_break_and_all_can_show() -> None:
    made = recorder()
    made.example()
    made.step("claim", 0, "", requirement=A, verdict="fail")
    made.step("claim", 0, "", requirement=B, verdict="pass")
    made.example()
    made.step("claim", 0, "", requirement=A, verdict="pass")
    done = conclude(None, made, (A, B))
    assert (done.verdict, done.examples, done.claims) == ("pass", 2, {A: "pass", B: "pass"})


def test_the_deciding_step_is_named() -> None:
    made = recorder(a="pass")
    made.step("look", 0, "")
    made.step("claim", 0, "", requirement=A, verdict="fail")
    made.step("note", 0, "")
    assert conclude(Finding(A, "no"), made, (A,)).failed_at == 3
    assert conclude(ValueError("x"), recorder(a="pass"), (A,)).failed_at == 1
    assert conclude(None, recorder(a="pass"), (A,)).failed_at is None
