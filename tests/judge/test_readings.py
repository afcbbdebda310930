"""Readings never claim more than their intervals carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smets_conformance.bench.readings import Answer, DecisionRule, Reading, answer, at_least, at_most

RULES: tuple[DecisionRule, ...] = ("simple-acceptance", "guard-band")
values = st.integers(-10_000, 10_000)
readings = st.builds(Reading, what=st.just("x"), value=values, uncertainty=st.integers(0, 500), at=st.just(0))
rules = st.sampled_from(RULES)
answers = st.sampled_from(list(Answer))


def within(reading: Reading, truth: int) -> bool:
    return reading.low <= truth <= reading.high


@given(readings, values, st.integers(-500, 500), rules)
def test_a_device_is_never_failed_in_doubt(reading: Reading, limit: int, off: int, rule: DecisionRule) -> None:
    truth = reading.value + max(-reading.uncertainty, min(reading.uncertainty, off))
    if truth <= limit:
        assert at_most(reading, limit, rule) is not Answer.NO
    if truth >= limit:
        assert at_least(reading, limit, rule) is not Answer.NO


@given(readings, values, st.integers(-500, 500))
def test_under_a_guard_band_nothing_passes_in_doubt(reading: Reading, limit: int, off: int) -> None:
    truth = reading.value + max(-reading.uncertainty, min(reading.uncertainty, off))
    if truth > limit:
        assert at_most(reading, limit, "guard-band") is not Answer.YES


@given(readings, values)
def test_simple_acceptance_takes_the_value_and_a_guard_band_the_interval(reading: Reading, limit: int) -> None:
    assert (at_most(reading, limit, "simple-acceptance") is Answer.YES) == (reading.value <= limit)
    assert (at_most(reading, limit, "guard-band") is Answer.YES) == (reading.high <= limit)


@given(readings, readings, st.integers(-500, 500), st.integers(-500, 500))
def test_differences_and_magnitudes_hold_every_possible_truth(a: Reading, b: Reading, x: int, y: int) -> None:
    true_a = a.value + max(-a.uncertainty, min(a.uncertainty, x))
    true_b = b.value + max(-b.uncertainty, min(b.uncertainty, y))
    difference = a.minus(b, "difference")
    assert within(difference, true_a - true_b)
    assert within(difference.magnitude(), abs(true_a - true_b))
    assert within(-a, -true_a)


@given(answers, answers)
def test_answers_combine_as_three_valued_logic(a: Answer, b: Answer) -> None:
    order = [Answer.NO, Answer.CANNOT_TELL, Answer.YES]
    assert (a & b) is min(a, b, key=order.index)
    assert (a | b) is max(a, b, key=order.index)
    assert ~~a is a


def test_a_third_answer_cannot_be_lost_in_a_yes_or_no() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(answer(True))


@pytest.mark.parametrize(("uncertainty", "at_uncertainty"), [(-1, 0), (0, -1)])
def test_an_uncertainty_is_never_negative(uncertainty: int, at_uncertainty: int) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        Reading("x", 1, uncertainty, 0, at_uncertainty)


def test_a_reading_says_what_it_is() -> None:
    assert str(Reading("off [ms]", 5, 1, at=0)) == "off [ms] = 5 ± 1"
