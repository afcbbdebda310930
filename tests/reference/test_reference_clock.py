"""The Clock, held to 4.4.1 by expectations worked out by hand. The oscillator is exact unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from smets_conformance.adapter.contract import Join, Leave
from smets_reference.design import SOUND
from smets_reference.engine.oscillator import Oscillator, temperature_compensated

EXACT = replace(SOUND, oscillator_error=lambda _seed: 0)
HOUR, DAY = 3_600, 86_400
NOON = 1_768_305_600_000  # 2026-01-13 12:00:00
TOLD = "Clock difference over limit"


def test_the_date_in_the_tests_is_what_it_says() -> None:
    # 2026-01-13 is day 20 466 after 1970-01-01: 56 years of 365 days, 14 leap days (1972 to 2024), 12 days.
    assert NOON == (56 * 365 + 14 + 12) * 86_400_000 + 12 * 3_600_000


def test_oscillator_of_plus_five_ppm_gains_432_ms_a_day() -> None:
    # 5 ppm of 86 400 000 ms are 432 ms.
    assert Oscillator(NOON, 5_000).elapsed(NOON + 86_400_000) == 86_400_432


@pytest.mark.parametrize("ppb", [-5_000, -1, 0, 1, 5_000, 200_000])
@pytest.mark.parametrize("elapsed", [0, 1, 999, 3_600_000, 31_536_000_000])
def test_the_time_of_a_count_is_the_first_at_which_it_is_reached(ppb: int, elapsed: int) -> None:
    oscillator = Oscillator(NOON, ppb)
    at = oscillator.utc(elapsed)
    assert oscillator.elapsed(at) >= elapsed
    assert at == NOON or oscillator.elapsed(at - 1) < elapsed


def test_every_specimen_is_off_by_one_to_five_ppm() -> None:
    errors = [temperature_compensated(seed) for seed in range(200)]
    assert all(1_000 <= abs(error) <= 5_000 for error in errors)
    assert min(errors) < 0 < max(errors)


@pytest.mark.parametrize("seed", range(6))
def test_within_ten_seconds_of_utc_for_a_year(drive: Callable[..., Any], seed: int) -> None:
    meter = drive(seed=seed)
    for month in range(1, 13):
        meter.let(30 * DAY)
        assert abs(meter.clock() - (NOON + month * 30 * DAY * 1000)) <= 1_000


def test_adjusts_to_the_hub_at_the_next_comparison(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(9_000)
    meter.let(HOUR - 1)
    assert meter.clock() == NOON + (HOUR - 1) * 1000
    meter.let(1)
    assert meter.clock() == NOON + HOUR * 1000 + 9_000
    assert meter.entries("Security Log") == []


@pytest.mark.parametrize(("difference", "over"), [(10_000, False), (10_001, True), (-10_000, False), (-10_001, True)])
def test_more_than_ten_seconds_is_told_and_not_adjusted(drive: Callable[..., Any], difference: int, over: bool) -> None:
    meter = drive(EXACT)
    meter.hub(difference)
    meter.let(HOUR)
    moved = meter.clock() - (NOON + HOUR * 1000)
    assert moved == (0 if over else difference)
    assert meter.entries("Security Log", TOLD) == ([NOON + HOUR * 1000] if over else [])
    alerts = meter.alerts(TOLD)
    assert [(a.interface, a.at, a.device_utc) for a in alerts] == [("HAN", NOON + 3_600_000, NOON + 3_600_000)] * over


def test_tells_at_every_comparison_that_finds_it(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(60_000)
    meter.let(5 * HOUR)
    assert meter.entries("Security Log", TOLD) == [NOON + hour * 3_600_000 for hour in range(1, 6)]


def test_not_adjusted_twice_in_24_hours(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(2_000)
    meter.let(HOUR)  # adjusted at 13:00 by 2 s
    meter.hub(5_000)
    meter.let(DAY)  # 13:00 on the next day is not more than 24 hours later
    assert meter.clock() == NOON + (HOUR + DAY) * 1000 + 2_000
    meter.let(HOUR)
    assert meter.clock() == NOON + (2 * HOUR + DAY) * 1000 + 5_000


def test_set_clock_neither_waits_for_24_hours_nor_begins_them(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(2_000)
    meter.let(HOUR)
    meter.hub(5_000)
    assert meter.set_clock(NOON + HOUR * 1000 + 5_000, 0).outcome == "success"
    assert meter.clock() == NOON + HOUR * 1000 + 5_000
    other = drive(EXACT)
    assert other.set_clock(NOON, 0).outcome == "success"
    other.hub(5_000)
    other.let(HOUR)
    assert other.clock() == NOON + HOUR * 1000 + 5_000


def test_the_24_hours_outlast_a_loss_of_power(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(2_000)
    meter.let(HOUR)
    meter.without_power(HOUR)
    meter.hub(5_000)
    meter.let(10 * HOUR)
    assert meter.clock() == NOON + 12 * HOUR * 1000 + 2_000


def test_the_clock_runs_on_without_power(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(None)
    meter.set_clock(NOON, 0)
    meter.without_power(3 * DAY)
    assert meter.clock() == NOON + 3 * DAY * 1000


def test_a_silent_hub_is_no_difference(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.hub(None)
    meter.let(DAY)
    assert meter.system.look("Communications Hub Date and Time") is None
    assert meter.clock() == NOON + DAY * 1000
    meter.hub(3_000)
    meter.let(HOUR)
    assert meter.clock() == NOON + (DAY + HOUR) * 1000 + 3_000


def test_links_with_one_hub_at_a_time_and_with_another_when_it_goes(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    hub = "Communications Hub Function"
    meter.let(0, Join(peer="second", kind=hub), Join(peer="display", kind="IHD"), Join(peer="AB" * 8, kind="PPMID"))
    assert meter.system.look("Communications Links") == [{"peer": "hub", "kind": hub}]
    meter.let(0, Leave(peer="hub"))
    assert meter.system.look("Communications Links") == [{"peer": "second", "kind": hub}]
    meter.let(0, Leave(peer="second"))
    assert meter.system.look("Communications Links") == []
    assert meter.system.look("Communications Hub Date and Time") is None
    meter.let(0, Join(peer="hub", kind=hub))
    assert meter.system.look("Communications Hub Date and Time") == NOON


def test_links_with_a_ppmid_in_the_device_log(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.write({"Device Log": [{"identifier": "AB" * 8, "kind": "PPMID", "credentials": ""}]})
    meter.let(0, Join(peer="AB" * 8, kind="PPMID"))
    assert {"peer": "AB" * 8, "kind": "PPMID"} in meter.system.look("Communications Links")
    meter.without_power(60)
    assert {"peer": "AB" * 8, "kind": "PPMID"} in meter.system.look("Communications Links")
