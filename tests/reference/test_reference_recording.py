"""What is recorded by the calendar (4.4.9.4, 4.4.9.5), with and without power, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from smets_reference.design import SOUND

EXACT = replace(SOUND, oscillator_error=lambda _seed: 0)
HOUR, DAY, HALF_HOUR = 3_600_000, 86_400_000, 1_800_000
NOON = 1_768_305_600_000  # 2026-01-13 12:00:00
MIDNIGHT = NOON + 12 * HOUR


def test_half_hours_end_at_00_and_30_and_hold_what_went_through(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT, at="2026-01-13 12:20:00")
    meter.flow(60)  # a litre a minute
    meter.let(15 * 60)
    meter.flow(600)  # ten litres a minute, from 12:35
    meter.let(30 * 60)
    # 12:20 to 12:30: 10 l. 12:30 to 12:35: 5 l, 12:35 to 13:00: 250 l. Then five minutes more: 50 l.
    assert meter.read("Profile Data Log") == [
        {"utc": NOON + HALF_HOUR, "Consumption": 10},
        {"utc": NOON + 2 * HALF_HOUR, "Consumption": 255},
    ]
    assert meter.read("Consumption Register") == 10 + 255 + 50


def test_fractions_of_a_litre_are_not_lost(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.flow(1)  # half a litre a half hour
    meter.let(10 * 3600)
    assert [entry["Consumption"] for entry in meter.read("Profile Data Log")] == [0, 1] * 10
    assert meter.read("Consumption Register") == 10


def test_the_reads_of_midnight(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.flow(100)
    meter.let(2 * 86_400)
    # 12 h and 36 h at 100 litres an hour.
    assert meter.read("Daily Read Log") == [
        {
            "utc": MIDNIGHT + n * DAY,
            "Tariff TOU Register Matrix": [[litres, 0, 0, 0]],
            "Tariff Block Counter Matrix": [[0], [0], [0], [0]],
            "Consumption Register": litres,
        }
        for n, litres in enumerate((1_200, 3_600))
    ]
    assert meter.read("Prepayment Daily Read Log") == []


def test_prepayment_is_recorded_too_while_operating_in_prepayment_mode(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.write({"Payment Mode": "Prepayment Mode"})
    meter.let(86_400)
    meter.write({"Payment Mode": "Credit Mode"})
    meter.let(86_400)
    (entry,) = meter.read("Prepayment Daily Read Log")
    assert entry["utc"] == MIDNIGHT
    assert entry["Time Debt Registers [1 … 2]"] == [0, 0]


def test_logs_hold_what_they_must_and_lose_the_oldest(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.let(100 * 86_400)
    assert meter.entries("Daily Read Log") == [MIDNIGHT + n * DAY for n in range(69, 100)]
    # Three months are 92 days at most, of 48 half hours.
    half_hours = meter.entries("Profile Data Log")
    assert len(half_hours) == 92 * 48
    assert half_hours[-1] == NOON + 100 * DAY
    assert half_hours[0] == NOON + 8 * DAY + HALF_HOUR


def test_what_fell_due_without_power_is_recorded_once_when_it_returns(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.flow(100)
    meter.let(3600)
    meter.without_power(2 * 86_400)
    assert meter.read("Consumption Register") == 100, "gas is not measured without power"
    assert [(e["utc"], e["Consumption Register"]) for e in meter.read("Daily Read Log")] == [
        (MIDNIGHT, 100),
        (MIDNIGHT + DAY, 100),
    ]
    assert meter.entries("Profile Data Log") == [NOON + n * HALF_HOUR for n in range(1, 99)]
    meter.let(1800)
    assert meter.read("Profile Data Log")[-1] == {"utc": NOON + 99 * HALF_HOUR, "Consumption": 50}


def test_power_lost_at_the_very_midnight(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.let(12 * 3600 - 1)
    meter.without_power(2)
    meter.let(3600)
    assert meter.entries("Daily Read Log") == [MIDNIGHT]
    assert meter.entries("Profile Data Log")[-3:] == [MIDNIGHT, MIDNIGHT + HALF_HOUR, MIDNIGHT + 2 * HALF_HOUR]
