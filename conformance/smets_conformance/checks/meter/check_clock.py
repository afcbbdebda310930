"""Clock: true to UTC, compared with the Communications Hub, adjusted at most once in 24 hours and not at all when far off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Answer, Bench
from smets_conformance.bench.boundaries import BOUNDARIES, utc
from smets_conformance.bench.logs import Entry
from smets_conformance.bench.properties import explored
from smets_conformance.bench.readings import Reading, answer
from smets_conformance.checks import verifies
from smets_conformance.verdicts import Inconclusive
from smets_spec.rules.clock import compare_with_hub, over_limit

LOG: Final = "Security Log"
OVER_LIMIT: Final = "Clock difference over limit"


@verifies("meter.clock.accuracy")
def check_keeps_utc_over_every_boundary_of_the_calendar(bench: Bench) -> None:
    """With a true hub the clock stays true over midnights, the ends of months and years, leap days and changes of civil time."""
    limit = bench.parameter("meter.clock.accuracy", "limit_s") * SECOND
    for name, moment in BOUNDARIES.items():
        bench.reset(moment - HOUR)
        bench.wait_until(moment + HOUR)
        with bench.claims("meter.clock.accuracy"):
            off = bench.clock().magnitude()
            bench.expect(bench.at_most(off, limit), f"within {limit} ms of UTC an hour after {name}", off)


@verifies("meter.clock.accuracy")
def check_keeps_utc_day_by_day(bench: Bench) -> None:
    """Day after day, over every date of a year and a leap day, under a hub true or itself two seconds off, the clock stays true."""
    limit = bench.parameter("meter.clock.accuracy", "limit_s") * SECOND
    bench.reset(utc(2027, 6, 1, 12))
    for day in range(1, 400):
        bench.hub.set((0, 2, 0, -2)[day // 7 % 4] * SECOND)
        bench.wait(DAY // SECOND)
        with bench.claims("meter.clock.accuracy"):
            off = bench.clock().magnitude()
            bench.expect(bench.at_most(off, limit), f"within {limit} ms of UTC after {day} days", off)


@verifies("meter.clock.adjusts", "meter.clock.difference-logged", "meter.clock.difference-alerted")
def check_follows_a_hub_that_is_near(bench: Bench) -> None:
    """Just within ten seconds of the hub, on either side, the clock is adjusted towards it, and nobody is told of a difference."""
    least = bench.parameter("meter.clock.adjusts", "least_adjustment_s") * SECOND
    inside = _inside(bench)
    for lead in (inside, -inside):
        bench.reset()
        mark, log = bench.mark(), bench.log(LOG)
        still = bench.hub.lead_device_by(lead)
        before = Reading("hub set ahead of the device's clock [ms]", abs(lead), still.uncertainty, still.at)
        bench.await_adjustment(still)
        after = bench.behind_hub().magnitude()
        with bench.claims("meter.clock.adjusts"):
            nearer = before.minus(after, "approach to the hub's time [ms]")
            bench.expect(
                bench.at_least(nearer, least), f"adjusted by {least} ms or more towards a hub {lead} ms ahead", nearer
            )
        _expect_silence(bench, mark, log, f"with the hub {lead} ms ahead")


@verifies("meter.clock.difference-logged", "meter.clock.difference-alerted")
def check_tells_nothing_of_a_small_difference(bench: Bench) -> None:
    """Five seconds off the hub, either way, neither an entry nor an Alert speaks of a difference over the limit."""
    for lead in (5 * SECOND, -5 * SECOND):
        bench.reset()
        mark, log = bench.mark(), bench.log(LOG)
        bench.hub.lead_device_by(lead)
        bench.wait(2 * bench.timing.comparison_s)
        _expect_silence(bench, mark, log, f"with the hub {lead} ms ahead")


@verifies(
    "meter.clock.compares-with-hub",
    "meter.clock.no-adjustment-over-limit",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
)
def check_stays_put_and_tells_when_the_hub_is_far(bench: Bench) -> None:
    """More than ten seconds off the hub, either way, the clock stays for days, the Security Log says so, and an Alert is sent."""
    outside = _outside(bench)
    for far, days in ((outside, 0), (-outside, 0), (MINUTE, 10), (-MINUTE, 10), *((far, 2) for far in FAR)):
        drift = bench.timing.drift_ms(days * DAY // SECOND)
        lead = far + drift if far > 0 else far - drift
        bench.reset()
        still = _expect_telling(bench, lead)
        bench.wait(days * DAY // SECOND)
        with bench.claims("meter.clock.no-adjustment-over-limit"):
            bench.expect_unmoved(still, bench.clock(), f"not adjusted in {days} days by a hub {lead} ms ahead", by=lead)


# Differences far over the limit, among them those that a counter of 16 or 32 bits, or a date without month or year, takes for none.
FAR: Final = (
    *(20 * SECOND, -20 * SECOND, HOUR, -HOUR, DAY, -DAY - 5 * SECOND),
    *(31 * DAY, 365 * DAY, -365 * DAY, 2**16 * SECOND, -(2**16) * SECOND, 2**32, -(2**32)),
)


@verifies(
    "meter.clock.compares-with-hub",
    "meter.clock.no-adjustment-over-limit",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
)
def check_compares_dates_as_well_as_times(bench: Bench) -> None:
    """With a boundary of the calendar between the two clocks, nine seconds are still few and eleven still many."""
    inside, outside = _inside(bench), _outside(bench)
    for name, moment in BOUNDARIES.items():
        begin = moment - bench.timing.compare_interval_s * SECOND - inside // 2
        bench.reset(begin)
        mark, log = bench.mark(), bench.log(LOG)
        bench.hub.lead_device_by(inside)
        bench.wait(bench.timing.comparison_s)
        _expect_silence(bench, mark, log, f"with {name} between the clocks, {inside} ms apart")
        bench.reset(begin)
        _expect_telling(bench, outside)


@verifies("meter.clock.one-adjustment-a-day", "meter.clock.adjusts")
def check_adjusts_once_in_24_hours(bench: Bench) -> None:
    """After one adjustment the clock is left alone for 24 hours, over midnight too, though the hub moves; then it follows again."""
    for sign in (1, -1):
        until = _adjusted_once(bench, sign)
        still = _expect_no_second_adjustment(bench, until, -sign * _inside_for_a_day(bench))
        with bench.claims("meter.clock.adjusts"):
            again = bench.await_adjustment(still) is not None
            bench.expect(again, "a second adjustment, at the latest once 24 hours are over", bench.behind_hub())


@verifies("meter.clock.one-adjustment-a-day")
def check_remembers_the_adjustment_without_power(bench: Bench) -> None:
    """A loss of power within the 24 hours does not make room for another adjustment."""
    until = _adjusted_once(bench)
    bench.cut_power()
    bench.wait(MINUTE // SECOND)
    bench.restore_power()
    bench.wait(bench.timing.command_s)
    _expect_no_second_adjustment(bench, until, -_inside_for_a_day(bench))


@verifies("meter.clock.one-adjustment-a-day")
def check_remembers_the_adjustment_over_set_clock(bench: Bench) -> None:
    """Set Clock, which the limit does not bind, does not make room for another adjustment of the other kind."""
    until = _adjusted_once(bench)
    bench.hub.lead_device_by(5 * SECOND)
    bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
    _expect_no_second_adjustment(bench, until, -_inside_for_a_day(bench))


def _adjusted_once(bench: Bench, sign: int = 1) -> int:
    """Have the device adjust its clock, forward or back, and return the bench time until which it must not do so again (ms UTC)."""
    window = bench.parameter("meter.clock.one-adjustment-a-day", "window_h") * HOUR
    slack = bench.parameter("meter.clock.one-adjustment-a-day", "slack_min") * MINUTE
    bench.reset()
    still = bench.hub.lead_device_by(sign * _inside_for_a_day(bench))
    before, _ = bench.require_found(bench.await_adjustment(still), "the clock was never adjusted")
    return before.at + window - slack


def _expect_no_second_adjustment(bench: Bench, until: int, lead: int) -> Reading:
    """Move the hub to `lead` ms ahead of the device and hold that the clock is not adjusted until the bench shows `until`.

    Returns the reading of the clock before the hub was moved.
    """
    still = bench.hub.lead_device_by(lead)
    with bench.claims("meter.clock.one-adjustment-a-day"):
        bench.expect_unmoved(still, bench.clock(), "no second adjustment within 24 hours", by=lead)
        for reading in bench.watch_clock(until):
            bench.expect_unmoved(still, reading, "no second adjustment within 24 hours", by=lead)
    return still


@verifies(
    "meter.clock.compares-with-hub",
    "meter.clock.no-adjustment-over-limit",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
)
def check_compares_again_after_the_hub_was_silent(bench: Bench) -> None:
    """While the hub gives no time nothing is told; once it does, each time it strays the difference is found."""
    bench.reset()
    mark, log = bench.mark(), bench.log(LOG)
    bench.hub.fall_silent()
    bench.wait(3 * DAY // SECOND)
    _expect_silence(bench, mark, log, "with a hub that gives no time")
    for lead in (20 * SECOND, -20 * SECOND):
        _expect_telling(bench, lead)
        bench.hub.lead_device_by(0)
        bench.wait(bench.timing.comparison_s)
        mark, log = bench.mark(), bench.log(LOG)
        bench.wait(DAY // SECOND + bench.timing.comparison_s)
        _expect_silence(bench, mark, log, "once the hub is near again")


COMPARED_AND_LEFT_ALONE: Final = (
    "meter.clock.compares-with-hub",
    "meter.clock.no-adjustment-over-limit",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
)


@verifies(*COMPARED_AND_LEFT_ALONE)
def check_compares_again_after_a_loss_of_power(bench: Bench) -> None:
    """Power lost and back, the clock is still left alone by a hub that is far, and the next time the hub strays that is found."""

    def without_power() -> None:
        bench.cut_power()
        bench.wait(MINUTE // SECOND)
        bench.restore_power()

    _expect_comparing_still(bench, without_power)


@verifies(*COMPARED_AND_LEFT_ALONE)
def check_compares_again_after_the_hub_was_gone(bench: Bench) -> None:
    """The hub gone for a minute and back, the clock is still left alone by it when far, and the next straying is found."""

    def without_hub() -> None:
        offset = bench.hub.utc - bench.now
        bench.hub.leave()
        bench.wait(MINUTE // SECOND)
        bench.hub.join()
        bench.hub.set(offset)
        bench.wait(bench.timing.comparison_s)
        bench.require(bench.hub.linked() is not False, "the link with the hub was not taken up again")

    _expect_comparing_still(bench, without_hub)


@verifies(*COMPARED_AND_LEFT_ALONE)
def check_compares_again_after_set_clock(bench: Bench) -> None:
    """Set by Set Clock, the clock is still compared, and still left alone by a hub that is far."""
    bench.reset()
    bench.hub.lead_device_by(MINUTE)
    bench.wait(bench.timing.comparison_s)
    bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
    for lead in (-HOUR, HOUR):
        bench.hub.lead_device_by(0)
        bench.wait(bench.timing.comparison_s)
        _expect_telling(bench, lead)


def _expect_comparing_still(bench: Bench, disturb: Callable[[], object]) -> None:
    """Have the hub stray, `disturb` the device, and hold that its clock has stayed and that the next straying is told as well."""
    bench.reset()
    still = _expect_telling(bench, MINUTE)
    disturb()
    bench.wait(bench.timing.comparison_s)
    with bench.claims("meter.clock.no-adjustment-over-limit"):
        bench.expect_unmoved(still, bench.clock(), "still not adjusted by a hub a minute ahead", by=MINUTE)
    bench.hub.lead_device_by(0)
    bench.wait(bench.timing.comparison_s)
    _expect_telling(bench, -MINUTE)


@verifies("meter.clock.adjusts", "meter.clock.difference-logged", "meter.clock.difference-alerted")
def check_follows_a_drifting_hub(bench: Bench) -> None:
    """A hub that gains or loses less than a second a day is followed for weeks without the difference ever being told."""
    for ppm in (10, -10):
        bench.reset()
        mark, log = bench.mark(), bench.log(LOG)
        bench.hub.set(0, ppm=ppm)
        bench.wait(20 * DAY // SECOND)
        off = bench.behind_hub().magnitude()
        near = bench.at_most(off, _limit(bench))
        with bench.claims("meter.clock.adjusts"):
            bench.expect(near, f"still near a hub that drifted by {ppm} parts in a million", off)
        bench.require(near is Answer.YES, "the clock was left behind, so that a difference may well be told")
        _expect_silence(bench, mark, log, "while following a drifting hub")


@verifies(
    "meter.clock.adjusts",
    "meter.clock.no-adjustment-over-limit",
    "meter.clock.one-adjustment-a-day",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
)
def check_obeys_the_rule_whatever_the_hub_does(bench: Bench) -> None:
    """However the hub's time moves, each movement of the clock is one that the rule allows, and each long excursion is told."""

    @explored(bench)
    @given(st.lists(st.tuples(st.sampled_from(LEADS_S), st.integers(1, 30)), min_size=2, max_size=8))
    @example([(8, 30), (-8, 2), (60, 2), (15, 2), (0, 30), (-60, 1)])
    def property_(moves: list[tuple[int, int]]) -> None:
        bench.begin_example()
        bench.reset()
        past: list[int] = []
        was_over = False
        for lead_s, hours in moves:
            over = over_limit(0, lead_s * SECOND, _limit(bench) // SECOND)
            bench.hub.settle()
            mark, log = bench.mark(), bench.log(LOG)
            still = bench.hub.lead_device_by(lead_s * SECOND)
            still = _expect_lawful(bench, still, bench.timing.comparison_s, past, lead_s * SECOND)
            if over and not was_over:
                _expect_told(bench, mark, log, f"with the hub {lead_s} s ahead")
            mark, log = bench.mark(), bench.log(LOG)
            _expect_lawful(bench, still, hours * HOUR // SECOND, past, lead_s * SECOND)
            if not over:
                _expect_silence(bench, mark, log, f"with the hub {lead_s} s ahead")
            was_over = over
        bench.conclude()

    property_()


# Whole seconds by which the hub is ahead of the device in explored sequences, none of them near the limit.
LEADS_S: Final = (-3_600, -60, -15, -8, -4, 0, 4, 8, 15, 60, 3_600)


def _expect_lawful(bench: Bench, before: Reading, seconds: int, past: list[int], lead: int) -> Reading:
    """Watch the clock under a hub `lead` ms ahead and hold each movement to the rule; `past` are when it was adjusted before.

    `before` is the reading since which it must not have moved otherwise; returns the one that takes its place.
    """
    window_h = bench.parameter("meter.clock.one-adjustment-a-day", "window_h")
    slack = bench.parameter("meter.clock.one-adjustment-a-day", "slack_min") * MINUTE
    later = slack + bench.timing.adjust_settling_s * SECOND
    for reading in bench.watch_clock(bench.now + seconds * SECOND):
        lawful = compare_with_hub(0, lead, reading.at + later, past, _limit(bench) // SECOND, window_h)
        if lawful.tells:
            with bench.claims("meter.clock.no-adjustment-over-limit"):
                bench.expect_unmoved(before, reading, f"no adjustment by a hub {lead} ms ahead", by=lead)
        elif bench.has_moved(before, reading):
            with bench.claims("meter.clock.one-adjustment-a-day"):
                bench.expect(lawful.may_adjust, "no second adjustment within 24 hours", reading)
            bench.wait(bench.timing.adjust_settling_s)
            with bench.claims("meter.clock.adjusts"):
                now = bench.behind_hub().magnitude()
                nearer = now.low <= abs(lead) + bench.timing.clock_uncertainty_ms
                bench.expect(nearer, "an adjustment towards the hub, not away from it", now)
            past.append(reading.at)
            before = bench.clock()
    return before


def _expect_telling(bench: Bench, lead: int) -> Reading:
    """Move the hub to `lead` ms ahead of the device, over the limit, and hold all that must follow from the next comparison.

    Returns the reading of the clock before the hub was moved.
    """
    mark, log = bench.mark(), bench.log(LOG)
    still = bench.hub.lead_device_by(lead)
    bench.wait(bench.timing.comparison_s)
    with bench.claims("meter.clock.no-adjustment-over-limit"):
        bench.expect_unmoved(still, bench.clock(), f"not adjusted by a hub {lead} ms ahead", by=lead)
    logged, alerts = bench.new_entries(LOG, log, OVER_LIMIT), bench.alerts(OVER_LIMIT, mark)
    with bench.claims("meter.clock.compares-with-hub"):
        found = answer(bool(logged or alerts)) | bench.moved(still, bench.clock(), lead)
        bench.expect(found, f"a sign, were it an adjustment, of comparing with a hub {lead} ms ahead", "none")
    _expect_told(bench, mark, log, f"with the hub {lead} ms ahead")
    return still


def _expect_told(bench: Bench, mark: int, log: list[Entry], when: str) -> None:
    """Hold that a difference over the limit was entered and alerted since `mark` and `log` were taken."""
    logged, alerts = bench.new_entries(LOG, log, OVER_LIMIT), bench.alerts(OVER_LIMIT, mark)
    with bench.claims("meter.clock.difference-logged"):
        bench.expect(bool(logged), f"an entry {OVER_LIMIT!r} in the {LOG} {when}", f"{len(logged)} entries")
    with bench.claims("meter.clock.difference-alerted"):
        bench.expect(bool(alerts), f"an Alert {OVER_LIMIT!r} over the HAN Interface {when}", f"{len(alerts)} Alerts")


def _expect_silence(bench: Bench, mark: int, log: list[Entry], when: str) -> None:
    """Hold that no difference over the limit was entered or alerted since `mark` and `log` were taken."""
    logged, alerts = bench.new_entries(LOG, log, OVER_LIMIT), bench.alerts(OVER_LIMIT, mark)
    with bench.claims("meter.clock.difference-logged"):
        bench.expect(not logged, f"no entry {OVER_LIMIT!r} in the {LOG} {when}", f"{len(logged)} entries")
    with bench.claims("meter.clock.difference-alerted"):
        bench.expect(not alerts, f"no Alert {OVER_LIMIT!r} {when}", f"{len(alerts)} Alerts")


def _limit(bench: Bench) -> int:
    """Return the limit of the difference, in ms."""
    return bench.parameter("meter.clock.no-adjustment-over-limit", "limit_s") * SECOND


def _margin(bench: Bench, seconds: int) -> int:
    """Return how far from the limit a difference must begin to stay on its side for `seconds`, in ms."""
    return bench.timing.step_ms + bench.timing.drift_ms(seconds + bench.timing.comparison_s)


def _inside(bench: Bench, seconds: int = 0) -> int:
    """Return a difference surely within the limit, in ms: nine seconds on a good rig.

    Raises:
        Inconclusive: readings are so uncertain that none is.
    """
    inside = _limit(bench) - _margin(bench, seconds)
    if inside <= 0:
        raise Inconclusive(
            f"nothing is surely within {_limit(bench)} ms where a reading may be {bench.timing.step_ms} ms off",
            reason="declaration",
            blame="declaration",
        )
    return inside


def _inside_for_a_day(bench: Bench) -> int:
    """Return a difference that stays surely within the limit for as long as no adjustment is allowed, in ms."""
    return _inside(bench, bench.parameter("meter.clock.one-adjustment-a-day", "window_h") * HOUR // SECOND)


def _outside(bench: Bench) -> int:
    """Return a difference surely over the limit, in ms: eleven seconds on a good rig."""
    return _limit(bench) + _margin(bench, 0)
