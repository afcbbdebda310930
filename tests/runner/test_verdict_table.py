"""The table of statuses, over every combination of what checks concluded, how it is verified, and how it stands."""

from __future__ import annotations

import itertools
from functools import cache
from typing import get_args

import pytest

from smets_conformance.verdicts import (
    PRECEDENCE,
    STATUS_TABLE,
    WARNING_OBLIGATIONS,
    Claim,
    Method,
    Outcome,
    Standing,
    exit_code,
    outcome_of,
    run_verdict,
    severity_of,
    status_of,
)
from smets_reports.record import Blame, CheckVerdict, Status

VERDICTS = (*get_args(CheckVerdict), "not-run")
CLAIMS = [Claim(verdict, blame) for verdict in VERDICTS for blame in (*get_args(Blame), None)]
METHODS, STANDINGS, OUTCOMES = get_args(Method), get_args(Standing), get_args(Outcome)
EVERY = list(itertools.product(OUTCOMES, METHODS, STANDINGS, (False, True)))
# None, one, two, and three claims: enough, since the precedence is a total order over single claims.
SETS = [claims for size in range(3) for claims in itertools.combinations_with_replacement(CLAIMS, size)] + list(
    itertools.combinations(CLAIMS, 3)
)


def statuses(claims: tuple[Claim, ...]) -> frozenset[Status]:
    """Every status those claims can lead to."""
    return statuses_from(outcome_of(claims))


@cache
def statuses_from(outcome: Outcome) -> frozenset[Status]:
    found = (status_of(outcome, m, s, filed=f) for m in METHODS for s in STANDINGS for f in (False, True))
    return frozenset(row.status for row in found)


def test_every_outcome_has_one_place_in_the_precedence() -> None:
    assert sorted(PRECEDENCE) == sorted(OUTCOMES)


def test_the_table_is_total_and_every_row_of_it_is_reached() -> None:
    reached = {status_of(o, m, s, filed=f) for o, m, s, f in EVERY}
    assert reached == set(STATUS_TABLE)
    assert {row.status for row in reached} == set(get_args(Status))


def test_one_fail_by_the_device_is_always_violated() -> None:
    for claims in SETS:
        if any(c.verdict == "fail" and c.blame == "device" for c in claims):
            assert statuses(claims) == {"violated"}, claims


def test_nothing_else_is_ever_violated() -> None:
    for claims in SETS:
        if not any(c.verdict == "fail" and c.blame == "device" for c in claims):
            assert "violated" not in statuses(claims), claims


def test_verified_means_some_pass_and_otherwise_only_what_does_not_apply() -> None:
    for claims in SETS:
        if "verified" in statuses(claims):
            assert {c.verdict for c in claims} <= {"pass", "not-applicable"}, claims
            assert any(c.verdict == "pass" for c in claims)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("standing", STANDINGS)
def test_verified_only_by_test_in_force(method: Method, standing: Standing) -> None:
    expected = method == "test" and standing == "in-force"
    for filed in (False, True):
        assert (status_of("pass", method, standing, filed=filed).status == "verified") is expected


def test_suspect_is_suspect_whatever_passed() -> None:
    for outcome in set(OUTCOMES) - {"violation"}:
        for method, filed in itertools.product(METHODS, (False, True)):
            assert status_of(outcome, method, "suspect", filed=filed).status == "suspect"


def test_what_no_test_verifies_wants_evidence_and_passing_checks_file_none() -> None:
    for outcome in set(OUTCOMES) - {"violation"}:
        for method in ("demonstration", "inspection", "analysis"):
            assert status_of(outcome, method, "in-force").status == "evidence-wanted"
            assert status_of(outcome, method, "in-force", filed=True).status == "evidence-filed"


def test_no_checks_never_verify() -> None:
    assert "verified" not in statuses(())


def test_order_of_claims_does_not_matter() -> None:
    for claims in SETS[:2000]:
        assert outcome_of(claims) == outcome_of(tuple(reversed(claims)))


def test_each_unverified_row_says_another_reason() -> None:
    reasons = [row.reason for row in STATUS_TABLE]
    assert len(set(reasons)) == len(reasons)
    assert all(reasons)


@pytest.mark.parametrize("obligation", ["shall", "shall-not", "must", "should", "should-not", "may", "definition"])
def test_a_broken_should_is_a_warning(obligation: str) -> None:
    assert severity_of(obligation) == ("warning" if obligation in ("should", "should-not", "may") else "violation")
    assert (obligation in WARNING_OBLIGATIONS) == (severity_of(obligation) == "warning")


def test_a_run_never_conforms_and_is_void_without_device_checks_or_one_item() -> None:
    for violated, judged, reached, same in itertools.product((0, 1), (0, 1), (False, True), (False, True)):
        verdict = run_verdict(violated=violated, judged=judged, reached=reached, same_item=same)
        sound = bool(judged and reached and same)
        assert verdict == ("void" if not sound else "does-not-conform" if violated else "not-fully-verified")


def test_exit_code_a_violation_wins() -> None:
    for void, errors, complete in itertools.product((False, True), (0, 2), (False, True)):
        assert exit_code(violated=1, void=void, errors=errors, complete=complete) == 1
        expected = 3 if void or errors or not complete else 0
        assert exit_code(violated=0, void=void, errors=errors, complete=complete) == expected
