"""The checks as such, and what they make of a toy meter: sound ones pass, each mistake is found and blamed on what it breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from smets_conformance.bench import Answer, Bench
from smets_conformance.checks import all_checks, verifies
from smets_conformance.plan import requirements_of_run
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable
from smets_spec.catalogue import Catalogue

EDITIONS = ("gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4")


def findings(check: Callable[[Bench], None], bench: Bench) -> set[str]:
    """Return the requirements that a check finds broken."""
    try:
        check(bench)
    except Finding as finding:
        return {finding.requirement}
    except ExceptionGroup as group:
        return {finding.requirement for finding in group.exceptions if isinstance(finding, Finding)}
    except Inconclusive:
        return set()
    return set()


def test_a_checks_id_is_where_it_stands() -> None:
    assert "meter.set_clock.takes_on_the_hubs_time" in all_checks()
    assert all(check.__name__ == f"check_{name.rpartition('.')[2]}" for name, check in all_checks().items())


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_requirement_verified_by_test_has_a_check_and_no_check_verifies_another(
    catalogue: Catalogue, edition: str
) -> None:
    verified = {requirement for check in all_checks().values() for requirement in check.__verifies__}
    tested = {r.id for r in requirements_of_run(catalogue, edition) if r.verification == "test"}
    assert tested <= verified
    assert verified <= catalogue.requirements.keys()


@pytest.mark.parametrize("named", [(), ("a.b.c", "a.b.c")])
def test_a_check_must_verify_something_and_each_once(named: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at least one requirement and each once"):
        verifies(*named)


@pytest.mark.parametrize("name", all_checks())
def test_a_sound_toy_passes_every_check(name: str, make_bench: Any) -> None:
    bench, notes = make_bench()
    check = all_checks()[name]
    check(bench)
    in_force = {requirement for requirement in check.__verifies__ if bench.in_force(requirement)}
    assert notes.claims("pass") == in_force
    assert not notes.claims("fail")


@pytest.mark.parametrize("name", all_checks())
@pytest.mark.parametrize(
    ("manner", "declared"),
    [
        ("slow", {"latency__command_s": 40}),
        ("whole seconds", {"resolution__clock_ms": 1_000}),
    ],
)
def test_a_toy_that_is_slow_or_coarse_and_says_so_passes_every_check(
    name: str, manner: str, declared: dict[str, int], make_bench: Any
) -> None:
    bench, notes = make_bench(manner, **declared)
    all_checks()[name](bench)
    assert not notes.claims("fail")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_sound_toy_passes_in_every_edition(edition: str, make_bench: Any) -> None:
    for name in (
        "meter.set_clock.leaves_the_clock_outside_the_tolerance",
        "meter.set_clock.stays_lawful_over_a_long_walk",
    ):
        bench, notes = make_bench(edition=edition)
        all_checks()[name](bench)
        alerted = "meter.set-clock.refusal-alerted" in notes.claims("pass")
        assert alerted == (edition in EDITIONS[:2] and name.endswith("tolerance"))


CLOCK = "meter.clock."
SET = "meter.set-clock."


@pytest.mark.parametrize(
    ("mistake", "check", "broken"),
    [
        ("civil time", "meter.clock.keeps_utc_day_by_day", {CLOCK + "accuracy"}),
        ("limit of twelve", "meter.clock.stays_put_and_tells_when_the_hub_is_far",
         {CLOCK + "no-adjustment-over-limit", CLOCK + "difference-logged", CLOCK + "difference-alerted"}),
        ("adjusts anyway", "meter.clock.stays_put_and_tells_when_the_hub_is_far", {CLOCK + "no-adjustment-over-limit"}),
        ("no alert", "meter.clock.stays_put_and_tells_when_the_hub_is_far", {CLOCK + "difference-alerted"}),
        ("never compares", "meter.clock.follows_a_hub_that_is_near", {CLOCK + "adjusts"}),
        ("never rests", "meter.clock.adjusts_once_in_24_hours", {CLOCK + "one-adjustment-a-day"}),
        ("never rests", "meter.clock.obeys_the_rule_whatever_the_hub_does", {CLOCK + "one-adjustment-a-day"}),
        ("forgets the adjustment", "meter.clock.remembers_the_adjustment_without_power", {CLOCK + "one-adjustment-a-day"}),
        ("mute", "meter.set_clock.is_offered_over_the_han_interface", {SET + "offered"}),
        ("takes the Command's time", "meter.set_clock.takes_on_the_hubs_time", {SET + "adjusts-within-tolerance"}),
        ("takes the Command's time", "meter.set_clock.stays_lawful_in_any_order", {SET + "adjusts-within-tolerance"}),
        ("compares own clock", "meter.set_clock.compares_the_command_with_the_hub_not_with_the_device",
         {SET + "compares", SET + "adjusts-within-tolerance"}),
        ("leap drops", "meter.set_clock.keeps_the_daily_read_of_each_midnight_leapt_over", {SET + "calendar-events-kept"}),
        ("leap drops", "meter.set_clock.stays_lawful_over_a_long_walk", {SET + "calendar-events-kept"}),
        ("repeats", "meter.set_clock.executes_a_future_dated_command_that_was_leapt_over", {SET + "future-dated-not-repeated"}),
        ("forgets", "meter.data_storage.keeps_every_item_without_power", {"meter.data-storage.retained-without-power"}),
        ("small logs", "meter.event_log.keeps_the_latest_hundred_entries", {"meter.event-log.holds-a-hundred-entries"}),
        ("small logs", "meter.security_log.keeps_the_latest_hundred_entries", {"meter.security-log.holds-a-hundred-entries"}),
    ],
)  # fmt: skip
def test_a_mistake_is_found_and_nothing_else_blamed(
    mistake: str, check: str, broken: set[str], make_bench: Any
) -> None:
    bench, _ = make_bench(mistake)
    assert findings(all_checks()[check], bench) == broken


def test_an_older_edition_asks_for_the_alert_that_a_newer_does_not(make_bench: Any) -> None:
    check = all_checks()["meter.set_clock.leaves_the_clock_outside_the_tolerance"]
    assert findings(check, make_bench("no alert", edition="gsme@2.0")[0]) == {SET + "refusal-alerted"}
    assert findings(check, make_bench("no alert", edition="gsme@4.2")[0]) == set()


@pytest.mark.parametrize(
    "declared",
    [
        {"resolution__clock_ms": 1_000},
        {"latency__command_s": 30, "latency__response_s": 10, "latency__alert_s": 20},
        {"clock_compare_interval_s": 43_200, "clock_adjust_settling_s": 300, "storage_settling_s": 5},
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "meter.clock.follows_a_hub_that_is_near",
        "meter.clock.adjusts_once_in_24_hours",
        "meter.set_clock.takes_on_the_hubs_time",
        "meter.set_clock.leaves_the_clock_outside_the_tolerance",
        "meter.set_clock.compares_the_command_with_the_hub_not_with_the_device",
        "meter.set_clock.executes_a_future_dated_command_after_being_set_back",
        "meter.event_log.stamps_entries_by_utc",
        "meter.hub_link.receives_the_hubs_own_time",
    ],
)
def test_generous_declarations_fail_nobody(name: str, declared: dict[str, int], make_bench: Any) -> None:
    bench, notes = make_bench(**declared)
    all_checks()[name](bench)
    assert not notes.claims("fail")


@pytest.mark.parametrize(
    ("missing", "check", "named"),
    [
        ("HubTime", "meter.clock.tells_nothing_of_a_small_difference", "act HubTime"),
        ("Interrupt", "meter.data_storage.keeps_every_item_without_power", "act Interrupt"),
        ("Leave", "meter.hub_link.links_with_a_hub_that_offers_itself", "act Leave"),
    ],
)
def test_what_an_adapter_does_not_offer_is_named(
    missing: str, check: str, named: str, make_bench: Any, toy: Any
) -> None:
    system = toy()
    del system.acts[missing]
    bench, _ = make_bench(toy=system)
    with pytest.raises(NotTestable) as caught:
        all_checks()[check](bench)
    assert named in caught.value.missing


def test_a_clock_that_cannot_be_seen_is_not_testable(make_bench: Any, toy: Any) -> None:
    system = toy()
    del system.looks["Clock"]
    with pytest.raises(NotTestable, match="look Clock"):
        all_checks()["meter.clock.keeps_utc_day_by_day"](make_bench(toy=system)[0])


def test_an_adapter_that_interrupts_at_no_chosen_instant_is_not_testable(make_bench: Any, toy: Any) -> None:
    system = toy()
    system.acts["Interrupt"] = ("after_ms",)
    bench, _ = make_bench(toy=system)
    assert bench.can_interrupt("after_ms")
    assert not bench.can_interrupt("after_writes")


def test_a_future_dated_command_that_is_not_declared_is_not_testable(make_bench: Any) -> None:
    bench, _ = make_bench(future_dated_commands=[])
    with pytest.raises(NotTestable, match="future dated"):
        all_checks()["meter.set_clock.executes_a_future_dated_command_that_was_leapt_over"](bench)


def test_a_link_that_can_neither_be_seen_nor_used_is_not_testable(make_bench: Any, toy: Any) -> None:
    system = toy()
    del system.looks["Communications Links"]
    system.acts["Send"] = ("Set Clock",)
    bench, _ = make_bench(toy=system)
    with pytest.raises(NotTestable, match="look Communications Links"):
        all_checks()["meter.hub_link.holds_the_link"](bench)


def test_an_adjustment_that_uncertainty_could_hide_cannot_be_told(make_bench: Any) -> None:
    bench, _ = make_bench(resolution__clock_ms=4_000)
    bench.reset()
    before = bench.clock()
    assert bench.moved(before, bench.clock(), by=20_000) is Answer.NO
    assert bench.moved(before, bench.clock(), by=5_000) is Answer.CANNOT_TELL
