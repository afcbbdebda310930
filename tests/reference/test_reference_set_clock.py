"""Set Clock, and what a step of the Clock must leave whole, held to 4.5.3.20 by expectations worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from smets_reference.design import SOUND

EXACT = replace(SOUND, oscillator_error=lambda _seed: 0)
HOUR, DAY = 3_600_000, 86_400_000
NOON = 1_768_305_600_000  # 2026-01-13 12:00:00
MIDNIGHT = NOON + 12 * HOUR  # that begins 2026-01-14
ADJUSTED, NOT_ADJUSTED = "Clock adjusted", "Clock not adjusted"


@pytest.mark.parametrize("edition", ["gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4"])
@pytest.mark.parametrize("off", [0, 5_000, -5_000])
def test_within_the_tolerance_the_hubs_time_is_taken_not_the_commands(
    drive: Callable[..., Any], edition: str, off: int
) -> None:
    meter = drive(EXACT, edition=edition)
    meter.hub(-400_000)
    response = meter.set_clock(NOON - 400_000 + off, 5)
    assert (response.outcome, response.values) == ("success", {})
    assert meter.clock() == NOON - 400_000
    assert meter.entries("Event Log", ADJUSTED) == [NOON - 400_000]
    assert meter.entries("Event Log", NOT_ADJUSTED) == []


@pytest.mark.parametrize(
    ("edition", "alerts"), [("gsme@2.0", 1), ("gsme@3.1", 1), ("gsme@4.2", 0), ("gsme@5.0-draft4", 0)]
)
@pytest.mark.parametrize("off", [5_001, -5_001, DAY])
def test_outside_the_tolerance_it_is_left_and_logged_and_alerted_where_the_edition_says(
    drive: Callable[..., Any], edition: str, alerts: int, off: int
) -> None:
    meter = drive(EXACT, edition=edition)
    meter.hub(-400_000)
    response = meter.set_clock(NOON - 400_000 + off, 5)
    assert response.outcome == "failure"
    assert str(abs(off)) in response.values["reason"]
    assert meter.clock() == NOON
    assert meter.entries("Event Log", NOT_ADJUSTED) == [NOON]
    assert meter.entries("Event Log", ADJUSTED) == []
    assert [alert.interface for alert in meter.alerts(NOT_ADJUSTED)] == ["HAN"] * alerts


def test_without_the_hubs_time_it_is_refused(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(None)
    response = meter.set_clock(NOON + 60_000, 3_600)
    assert response.outcome == "failure"
    assert "not available" in response.values["reason"]
    assert meter.clock() == NOON


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"date and time": NOON},
        {"date and time": NOON, "tolerance": -1},
        {"date and time": NOON, "tolerance": True},
        {"date and time": "noon", "tolerance": 1},
        {"date and time": NOON, "tolerance": 1, "zone": "UTC"},
    ],
)
def test_malformed_parameters_are_refused_with_a_reason(drive: Callable[..., Any], parameters: dict[str, Any]) -> None:
    meter = drive(EXACT)
    response = meter.command("Set Clock", parameters)
    assert response.outcome == "failure"
    assert response.values["reason"]
    assert meter.entries("Event Log", ADJUSTED) == []


def leap(meter: Any, by: int) -> None:
    """Set the Clock by so many ms against true time."""
    meter.hub(by)
    assert meter.set_clock(meter.system.look("Communications Hub Date and Time") or 0, 10**9).outcome == "success"


def test_a_midnight_leapt_over_is_recorded_once(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.let(12 * 3600 - 60)  # 23:59
    leap(meter, 120_000)  # 00:01
    assert meter.entries("Daily Read Log") == [MIDNIGHT]
    meter.let(86_400)
    assert meter.entries("Daily Read Log") == [MIDNIGHT, MIDNIGHT + DAY]


def test_several_midnights_leapt_over_are_each_recorded_once(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    leap(meter, 3 * DAY)
    assert meter.entries("Daily Read Log") == [MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY]
    # From 12:00 to 12:00 three days later 144 half hours end: 12:30 is the first, 12:00 the last.
    assert meter.entries("Profile Data Log") == [NOON + n * 1_800_000 for n in range(1, 145)]


def test_a_midnight_met_again_after_setting_back_is_not_recorded_again(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.let(12 * 3600 + 60)  # 00:01
    leap(meter, -120_000)  # 23:59
    meter.let(300)
    assert meter.entries("Daily Read Log") == [MIDNIGHT]
    meter.let(86_400)
    assert meter.entries("Daily Read Log") == [MIDNIGHT, MIDNIGHT + DAY]


def test_after_setting_back_a_whole_day_midnight_is_recorded_again(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.let(18 * 3600)  # 06:00 on the 14th
    leap(meter, -2 * DAY)  # 06:00 on the 12th
    meter.let(86_400)
    assert meter.entries("Daily Read Log") == [MIDNIGHT, MIDNIGHT - DAY]


@pytest.mark.parametrize("by", [2 * HOUR, -2 * HOUR])
def test_a_future_dated_command_is_carried_out_once_at_its_time(drive: Callable[..., Any], by: int) -> None:
    meter = drive(EXACT)
    due = NOON + HOUR
    assert meter.write({"Supplier Message": "hello"}, execute_at=due).outcome == "received"
    leap(meter, by)
    seconds_to_go = max(0, (due - meter.clock()) // 1000)
    if seconds_to_go:
        meter.let(seconds_to_go - 1)
        assert meter.read("Supplier Message") == ""
        meter.let(1)
    assert meter.read("Supplier Message") == "hello"
    (alert,) = meter.alerts("Future-dated Command outcome")
    assert alert.values == {"ref": "ref 1", "command": "Write Configuration Data", "outcome": "success", "reason": ""}
    meter.write({"Supplier Message": "later"})
    leap(meter, -6 * HOUR)
    meter.let(12 * 3600)
    assert meter.read("Supplier Message") == "later"
    assert len(meter.alerts("Future-dated Command outcome")) == 1
