"""Every rule is held to the examples that were worked out by hand, and to what must hold whatever the numbers."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smets_spec.rules
from smets_spec.catalogue import Requirement, load_catalogue
from smets_spec.rules import calendar, clock

DAY = calendar.DAY
times = st.integers(0, 4_000_000_000_000)


def rules() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(smets_spec.rules.__path__):
        imported = importlib.import_module(f"smets_spec.rules.{module.name}")
        for name, value in vars(imported).items():
            if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == imported.__name__:
                found[f"{module.name}.{name}"] = value
    return found


def ruled() -> list[Requirement]:
    return [requirement for requirement in load_catalogue().requirements.values() if requirement.rule]


def parsed(text: Any) -> Any:
    """Turn a value of an example into what a rule takes: a time into ms of UTC, a number, a truth value, none, or a word."""
    if isinstance(text, tuple):
        return tuple(parsed(each) for each in text)
    words = {"true": True, "false": False, "none": None}
    if text in words:
        return words[text]
    if text.endswith("Z"):
        moment = datetime.fromisoformat(text)
        return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
    return int(text) if text.isdecimal() else text


@pytest.mark.parametrize("requirement", ruled(), ids=lambda r: r.id)
def test_a_rule_gives_what_was_worked_out_by_hand(requirement: Requirement) -> None:
    rule = rules()[requirement.rule]
    assert len(requirement.examples) >= 3
    for example in requirement.examples:
        gave = rule(**{name: parsed(value) for name, value in example.given.items()})
        wanted = {name: parsed(value) for name, value in example.gives.items()}
        assert (
            dataclasses.asdict(gave)
            if dataclasses.is_dataclass(gave) and not isinstance(gave, type)
            else {"result": gave}
        ) == wanted, example


def test_the_rules_of_both_kinds_of_set_clock_are_told_apart_by_their_examples() -> None:
    alerts = [e.gives["alert"] for r in ruled() if r.rule == "clock.set_clock_2_0" for e in r.examples]
    assert set(alerts) == {"true", "false"}


def test_every_edition_has_its_set_clock() -> None:
    assert {edition: clock.set_clock(f"gsme@{edition}").__name__ for edition in clock.SET_CLOCK} == {
        "2.0": "set_clock_2_0",
        "3.1": "set_clock_2_0",
        "4.2": "set_clock_4_2",
        "5.0-draft4": "set_clock_4_2",
    }
    with pytest.raises(KeyError):
        clock.set_clock("gsme@1.0")


@given(times, times, st.integers(0, 100))
def test_a_difference_has_no_direction(device: int, hub: int, limit: int) -> None:
    assert clock.over_limit(device, hub, limit) == clock.over_limit(hub, device, limit)


@given(times, times, st.lists(times, max_size=4))
def test_comparing_either_tells_or_may_adjust_never_both(device: int, hub: int, past: list[int]) -> None:
    found = clock.compare_with_hub(device, hub, device, past, 10, 24)
    assert not (found.tells and found.may_adjust)
    assert found.tells or found.may_adjust or clock.within_window(device, past, 24)


@given(times, times, st.integers(0, 10**6), st.sampled_from(list(clock.SET_CLOCK)))
def test_set_clock_goes_to_the_hubs_time_or_nowhere(command: int, hub: int, tolerance: int, edition: str) -> None:
    found = clock.set_clock(f"esme@{edition}")(command, hub, tolerance)
    assert found.adjusted_to in (None, hub)
    assert (found.entry == "Clock adjusted") == (found.adjusted_to is not None)
    assert not (found.alert and found.adjusted_to is not None)


@given(times, times, times)
def test_midnights_passed_in_two_steps_are_those_passed_in_one(a: int, b: int, c: int) -> None:
    a, b, c = sorted((a % (40 * DAY), b % (40 * DAY), c % (40 * DAY)))
    assert calendar.midnights_passed(a, b) + calendar.midnights_passed(b, c) == calendar.midnights_passed(a, c)
    assert calendar.midnights_passed(c, a) == ()


@given(times, times)
def test_a_command_is_executed_once_however_the_clock_runs(due: int, clock_shows: int) -> None:
    assert calendar.future_dated_command(due, clock_shows, executed=True) == "nothing"
    assert (calendar.future_dated_command(due, clock_shows, executed=False) == "execute") == (clock_shows >= due)


@pytest.mark.parametrize(
    ("year", "begins", "ends"),
    [
        # 31 March 2026 is a Tuesday: the Sunday before is the 29th. 31 October 2026 is a Saturday: the 25th.
        (2026, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
        # 31 March 2024 is a Sunday itself. 31 October 2024 is a Thursday: the 27th.
        (2024, "2024-03-31T01:00:00Z", "2024-10-27T01:00:00Z"),
        # 31 March 2027 is a Wednesday: the 28th. 31 October 2027 is a Sunday itself.
        (2027, "2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"),
    ],
)
def test_summer_time_begins_and_ends_on_last_sundays(year: int, begins: str, ends: str) -> None:
    assert calendar.summer_time(year) == (parsed(begins), parsed(ends))
