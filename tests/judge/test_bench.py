"""The bench: names, claims, waiting, and what it refuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from smets_conformance.adapter.contract import AdapterError, Alert, HubTime
from smets_conformance.bench import SECOND, SuiteError
from smets_conformance.bench.readings import Answer
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable

REQUIREMENT = "meter.clock.accuracy"


def test_a_misspelt_name_is_an_error_of_the_suite_with_what_was_meant(make_bench: Any) -> None:
    bench, _ = make_bench()
    bench.reset()
    uses: list[Callable[[], Any]] = [
        lambda: bench.look("Clok"),
        lambda: bench.send("Set Clok", {}),
        lambda: bench.alerts("Clock diference over limit", 0),
        lambda: bench.read("Event Logg"),
        lambda: bench.new_entries("Event Log", [], "Clock ajusted"),
    ]
    for use in uses:
        with pytest.raises(SuiteError, match="near it: '"):
            use()


def test_a_name_of_another_edition_is_refused(make_bench: Any) -> None:
    bench, _ = make_bench(edition="gsme@4.2")
    bench.reset()
    with pytest.raises(SuiteError, match=r"alert of gsme@4\.2"):
        bench.alerts("Clock not adjusted", 0)
    older, _ = make_bench(edition="gsme@3.1")
    older.reset()
    assert older.alerts("Clock not adjusted", 0) == []


def test_claims_must_be_of_requirements_in_force_and_not_nested(make_bench: Any) -> None:
    bench, _ = make_bench()
    with pytest.raises(SuiteError, match="does not hold"), bench.claims("meter.clock.accurate"):
        pass
    with (
        pytest.raises(SuiteError, match=r"does not stand in gsme@4\.2"),
        bench.claims("meter.set-clock.refusal-alerted"),
    ):
        pass
    with pytest.raises(SuiteError, match="inside one of"), bench.claims(REQUIREMENT), bench.claims(REQUIREMENT):
        pass
    with pytest.raises(SuiteError, match=r"outside bench\.claims"):
        bench.expect(True, "anything")


def test_a_broken_expectation_ends_its_block_and_is_told_in_the_end(make_bench: Any) -> None:
    bench, notes = make_bench()
    reached = False
    with bench.claims(REQUIREMENT):
        bench.expect(False, "the sun in the west", "east")
        reached = True
    assert not reached
    with bench.claims("meter.clock.adjusts"):
        bench.expect(False, "rain", "sun")
    with pytest.raises(ExceptionGroup) as caught:
        bench.conclude()
    assert [f.requirement for f in caught.value.exceptions if isinstance(f, Finding)] == [
        REQUIREMENT,
        "meter.clock.adjusts",
    ]
    assert notes.claims("fail") == {REQUIREMENT, "meter.clock.adjusts"}
    bench.conclude()  # told once


def test_a_single_finding_says_what_was_expected_and_seen(make_bench: Any) -> None:
    bench, _ = make_bench()
    with bench.claims(REQUIREMENT):
        bench.expect(Answer.NO, "within 10 s", "off [ms] = 12000 ± 1")
    with pytest.raises(Finding) as caught:
        bench.conclude()
    assert (caught.value.expected, caught.value.reading) == ("within 10 s", "off [ms] = 12000 ± 1")


def test_what_cannot_be_told_is_inconclusive_at_once(make_bench: Any) -> None:
    bench, notes = make_bench()
    with pytest.raises(Inconclusive, match="cannot tell whether"), bench.claims(REQUIREMENT):
        bench.expect(Answer.CANNOT_TELL, "within 10 s")
    assert notes.claims("inconclusive") == {REQUIREMENT}


def test_the_bench_counts_time_and_a_drifting_hub_drifts(make_bench: Any) -> None:
    bench, notes = make_bench()
    bench.reset()
    begin = bench.now
    bench.hub.set(0, ppm=100)
    bench.wait(100_000)
    assert bench.now - begin == 100_000 * SECOND
    # 100 parts in a million of 100 000 s are 10 s.
    assert bench.hub.utc - bench.now == 10_000
    told = [b.offset for b in (step["body"] for step in notes.steps) if isinstance(b, HubTime) and b.offset is not None]
    assert told[0] == 0
    assert told[-1] == 10_000
    assert all(later - earlier <= 200 for earlier, later in itertools.pairwise(told))


def test_the_hub_can_lead_the_device_and_fall_silent(make_bench: Any) -> None:
    bench, _ = make_bench()
    bench.reset()
    bench.hub.lead_device_by(7_000)
    assert bench.behind_hub().value == 7_000
    bench.hub.fall_silent()
    for use in (bench.behind_hub, lambda: bench.hub.utc):
        with pytest.raises(SuiteError, match="gives no time"):
            use()
    bench.reset()
    assert bench.behind_hub().value == 0


def test_a_reading_of_the_clock_carries_resolution_rig_and_the_time_a_look_takes(make_bench: Any, toy: Any) -> None:
    system = toy()
    system.looks["Clock"] = 3
    bench, _ = make_bench(toy=system, resolution__clock_ms=1_000)
    bench.reset()
    reading = bench.clock()
    assert (reading.value, reading.uncertainty, reading.claim) == (0, 4_000, bench.now)


def test_a_device_without_power_shows_no_clock(make_bench: Any) -> None:
    bench, _ = make_bench()
    bench.reset()
    bench.cut_power()
    with pytest.raises(Inconclusive, match="showed None"):
        bench.clock()


def test_a_device_that_does_not_answer_is_inconclusive(make_bench: Any) -> None:
    bench, _ = make_bench("mute")
    bench.reset()
    with pytest.raises(Inconclusive, match="no Response"):
        bench.log("Event Log")


def test_a_bench_clock_that_cannot_be_set_is_not_testable(make_bench: Any, toy: Any) -> None:
    class Elsewhere(toy):  # type: ignore[misc]
        def reset(self, baseline: str, setup: Any) -> Any:
            reached = super().reset(baseline, setup)
            return type(reached)(baseline=baseline, utc=setup.utc + 3_600_000)

    bench, _ = make_bench(toy=Elsewhere())
    bench.reset()
    with pytest.raises(NotTestable, match="chosen date and time"):
        bench.reset(1_900_000_000_000)


@pytest.mark.parametrize("gone", [-1, 0, 99])
def test_an_adapter_that_lies_about_time_is_in_trouble(gone: int, make_bench: Any, toy: Any) -> None:
    class Liar(toy):  # type: ignore[misc]
        def advance(self, seconds: int) -> int:
            return gone if seconds else 0

    bench, _ = make_bench(toy=Liar())
    bench.reset()
    with pytest.raises(AdapterError, match="returned"):
        bench.wait(5)


def test_time_does_not_run_backwards(make_bench: Any) -> None:
    bench, _ = make_bench()
    bench.reset()
    with pytest.raises(SuiteError, match="cannot wait"):
        bench.wait(-1)


def test_only_alerts_over_the_han_interface_count(make_bench: Any) -> None:
    bench, _ = make_bench()
    bench.reset()
    mark = bench.mark()
    for interface in ("User Interface", "HAN"):
        bench.events.append(Alert(at=bench.now, name="Clock difference over limit", interface=interface))
    assert [alert.interface for alert in bench.alerts("Clock difference over limit", mark)] == ["HAN"]
    assert bench.alerts("Clock difference over limit", bench.mark()) == []
