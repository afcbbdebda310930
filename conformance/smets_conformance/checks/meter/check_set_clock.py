"""Set Clock: the Command's date and time against the hub's, and what an adjustment must not make a meter miss or do twice."""

from __future__ import annotations

from typing import Final, NamedTuple

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from smets_conformance.adapter.contract import Value
from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Bench, Reading
from smets_conformance.bench.bench import ORDINARY_DAY
from smets_conformance.bench.boundaries import BOUNDARIES
from smets_conformance.bench.logs import Entry
from smets_conformance.bench.properties import exploration
from smets_conformance.bench.store import another_of, pick_settings, write, write_later
from smets_conformance.checks import verifies
from smets_conformance.checks.meter.clock_machine import (
    OUTCOME,
    STEPS_A_WALK,
    VERIFIES,
    limit_ms,
    machine_for,
    report,
    something_to_adjust,
    tour,
    walk,
)
from smets_spec.rules.calendar import midnights_passed
from smets_spec.rules.clock import set_clock

LOG: Final = "Event Log"
ADJUSTED: Final = "Clock adjusted"
NOT_ADJUSTED: Final = "Clock not adjusted"
DAILY: Final = "Daily Read Log"
TOLERANCE_S: Final = 60


class Case(NamedTuple):
    """How far the hub is ahead of the device, the Command ahead of the hub, and the tolerance: ms, ms, s."""

    hub: int
    command: int
    tolerance_s: int

    def __str__(self) -> str:
        """Return the case as half a sentence."""
        return f"hub {self.hub} ms ahead of the device, Command {self.command} ms ahead of the hub, tolerance {self.tolerance_s} s"


@verifies("meter.set-clock.offered")
def check_is_offered_over_the_han_interface(bench: Bench) -> None:
    """Set Clock with the very time of the hub, and a wide tolerance, is answered, and by success."""
    _stage(bench, 0)
    response = bench.set_clock(bench.hub.utc, HOUR // SECOND + bench.timing.command_latency_s)
    with bench.claims("meter.set-clock.offered"):
        seen = "no Response" if response is None else response.outcome
        bench.expect(seen == "success", "a Response over the HAN Interface that says success", seen)


@verifies("meter.set-clock.adjusts-within-tolerance", "meter.set-clock.adjustment-logged")
def check_takes_on_the_hubs_time(bench: Bench) -> None:
    """Within the tolerance the clock takes on the hub's date and time, not the Command's, and the Event Log says so."""
    bench.reset()
    for case in _within(bench):
        _move_hub(bench, case.hub)
        _expect_outcome(bench, case)


@verifies(
    "meter.set-clock.no-adjustment-outside-tolerance",
    "meter.set-clock.refusal-logged",
    "meter.set-clock.refusal-alerted",
    "meter.set-clock.adjusts-within-tolerance",
    "meter.set-clock.adjustment-logged",
)
def check_leaves_the_clock_outside_the_tolerance(bench: Bench) -> None:
    """Outside the tolerance the clock stays and that is logged; the same Command with more tolerance is obeyed."""
    bench.reset()
    for case in _outside(bench):
        _move_hub(bench, case.hub)
        _expect_outcome(bench, case)
        wide = 2 * case.tolerance_s + abs(case.command) // SECOND + bench.timing.command_latency_s
        _expect_outcome(bench, case._replace(tolerance_s=wide))


@verifies("meter.set-clock.compares", "meter.set-clock.adjusts-within-tolerance")
def check_compares_the_command_with_the_hub_not_with_the_device(bench: Bench) -> None:
    """The device's own time counts for nothing: a Command that agrees with it is refused, one that agrees with the hub obeyed."""
    lead = 10 * MINUTE + 2 * bench.timing.command_latency_s * SECOND
    for sign in (1, -1):
        _stage(bench, sign * lead)
        apart = bench.behind_hub().magnitude().low > 2 * TOLERANCE_S * SECOND
        bench.require(apart, "the clock was adjusted to a hub over the limit")
        with bench.claims("meter.set-clock.compares"):
            refused = _is_refused(bench, bench.device_now, TOLERANCE_S)
            bench.expect(refused, "refused: the Command agrees with the device, not with the hub", "obeyed")
        _move_hub(bench, sign * lead)
        _set_to_hub(bench)
        _expect_hubs_time(bench, "obeyed: the Command agrees with the hub, not with the device")


@verifies("meter.set-clock.compares", "meter.set-clock.no-adjustment-outside-tolerance")
def check_compares_dates_as_well_as_times(bench: Bench) -> None:
    """A Command days off the hub, or by more than a counter holds, is outside any lesser tolerance, though the rest agrees."""
    for off in (DAY, -DAY, 7 * DAY, 31 * DAY, -365 * DAY, 2**16 * SECOND, 2**32, -(2**32)):
        _stage(bench, 20 * SECOND)
        before = bench.clock()
        refused = _is_refused(bench, bench.hub.utc + off, HOUR // SECOND)
        with bench.claims("meter.set-clock.compares"):
            bench.expect(refused, f"refused: the Command is {off} ms off the hub", "obeyed")
        with bench.claims("meter.set-clock.no-adjustment-outside-tolerance"):
            unmoved = f"not adjusted by a Command {off} ms off the hub"
            bench.expect_unmoved(before, bench.clock(), unmoved, by=20 * SECOND)


@verifies("meter.set-clock.adjusts-within-tolerance", "meter.set-clock.adjustment-logged")
def check_obeys_again_and_again_within_a_day(bench: Bench) -> None:
    """The limit of one adjustment in 24 hours does not bind Set Clock: after an adjustment, and after Set Clock, it is obeyed."""
    bench.reset()
    bench.await_adjustment(bench.hub.lead_device_by(8 * SECOND))
    for hub in (5 * MINUTE, -5 * MINUTE, 8 * SECOND, -8 * SECOND, 4 * SECOND, -4 * SECOND):
        _move_hub(bench, hub)
        _expect_outcome(bench, Case(bench.behind_hub().value, 0, TOLERANCE_S + bench.timing.command_latency_s))


@verifies("meter.set-clock.compares", "meter.set-clock.adjusts-within-tolerance")
def check_does_not_take_the_commands_time_while_the_hub_is_silent(bench: Bench) -> None:
    """With no time from the hub to compare with, the Command's own date and time is never taken on; with it, all is as before."""
    lead = 5 * MINUTE + 2 * bench.timing.command_latency_s * SECOND
    _stage(bench, 0)
    bench.hub.fall_silent()
    bench.wait(bench.timing.comparison_s)
    before = bench.clock()
    bench.set_clock(bench.now + before.value + lead, 2 * lead // SECOND)
    with bench.claims("meter.set-clock.compares"):
        moved = bench.clock().minus(before, "movement of the clock [ms]").magnitude()
        bench.expect(bench.at_most(moved, lead // 2), "the Command's date and time not taken on unchecked", moved)
    bench.hub.lead_device_by(lead)
    bench.wait(bench.timing.comparison_s)
    _set_to_hub(bench)
    _expect_hubs_time(bench, "obeyed once the hub gives its time again")


@verifies("meter.set-clock.adjusts-within-tolerance", "meter.set-clock.no-adjustment-outside-tolerance")
def check_sets_over_every_boundary_of_the_calendar(bench: Bench) -> None:
    """With a boundary of the calendar between device, Command and hub, a minute's tolerance is still a minute's."""
    late = bench.timing.command_latency_s
    for name, moment in BOUNDARIES.items():
        for command, tolerance_s in ((-40 * SECOND, TOLERANCE_S + late), (-80 * SECOND - late * SECOND, TOLERANCE_S)):
            bench.reset(moment - bench.timing.comparison_s * SECOND - 5 * MINUTE)
            bench.hub.lead_device_by(5 * MINUTE + 20 * SECOND)
            bench.wait(bench.timing.comparison_s)
            before = bench.clock()
            bench.set_clock(bench.hub.utc + command, tolerance_s)
            if abs(command) < tolerance_s * SECOND:
                _expect_hubs_time(bench, f"set over {name}")
            else:
                with bench.claims("meter.set-clock.no-adjustment-outside-tolerance"):
                    bench.expect_unmoved(before, bench.clock(), f"not set over {name}", by=5 * MINUTE)


@verifies("meter.set-clock.calendar-events-kept")
def check_keeps_the_daily_read_of_each_midnight_leapt_over(bench: Bench) -> None:
    """Set forward over one midnight, or over seven, the Daily Read Log has a copy for each, and the next midnight's too."""
    for lead in (20 * MINUTE, 6 * DAY + 20 * MINUTE):
        _stage(bench, lead)
        _wait_until_device_shows(bench, 10 * MINUTE)
        _expect_daily_reads_over_a_leap(bench)


@verifies("meter.set-clock.calendar-events-kept")
def check_keeps_the_daily_read_over_every_boundary_of_the_calendar(bench: Bench) -> None:
    """Set forward over the midnight of a month's, a year's or a leap day's end, or in summer, the daily read is not missed."""
    for name, moment in BOUNDARIES.items():
        midnight = moment // DAY * DAY
        bench.note(f"over {name}")
        bench.reset(midnight - bench.timing.comparison_s * SECOND - 2 * HOUR)
        bench.hub.lead_device_by(3 * HOUR)
        bench.wait(bench.timing.comparison_s)
        _expect_daily_reads_over_a_leap(bench)


@verifies("meter.set-clock.calendar-events-kept")
def check_keeps_the_daily_read_when_set_back(bench: Bench) -> None:
    """Set back over a midnight, the copy of that midnight stays, and the midnights to come are not missed."""
    _stage(bench, -20 * MINUTE)
    _wait_until_device_shows(bench, -10 * MINUTE)
    met = bench.device_now // DAY * DAY
    _set_to_hub(bench)
    bench.wait(2 * DAY // SECOND)
    log = bench.log(DAILY)
    for midnight in (met, met + DAY):
        with bench.claims("meter.set-clock.calendar-events-kept"):
            found = [entry for entry in log if midnight <= entry["utc"] < midnight + HOUR]
            bench.expect(bool(found), f"a daily read of the midnight {midnight} ms", f"{len(found)} entries")


@verifies("meter.set-clock.future-dated-not-missed", "meter.set-clock.future-dated-not-repeated")
def check_executes_a_future_dated_command_that_was_leapt_over(bench: Bench) -> None:
    """Set forward past the date and time of a waiting Command, the device executes it, and never again."""
    ahead = HOUR + bench.timing.command_s * SECOND
    _stage(bench, 2 * ahead)
    later = _send_for_later(bench, ahead)
    _set_to_hub(bench)
    bench.require(bench.device_now > later.due, "the clock was not set forward past the Command's date and time")
    bench.wait(MINUTE // SECOND + bench.timing.command_s)
    _expect_executed(bench, later, "though the clock leapt over its date and time")
    _expect_not_repeated(bench, later)


@verifies("meter.set-clock.future-dated-not-missed", "meter.set-clock.future-dated-not-repeated")
def check_executes_a_future_dated_command_after_being_set_back(bench: Bench) -> None:
    """Set back while a Command waits, the device executes it when its clock comes to that date and time, and never again."""
    ahead = HOUR + bench.timing.command_s * SECOND
    _stage(bench, -2 * ahead)
    later = _send_for_later(bench, ahead)
    _set_to_hub(bench)
    _wait_past(bench, later.due)
    _expect_executed(bench, later, "once its date and time came, after the clock was set back")
    _expect_not_repeated(bench, later)


@verifies("meter.set-clock.future-dated-not-missed")
def check_executes_every_future_dated_command_that_was_leapt_over(bench: Bench) -> None:
    """Set forward past two waiting Commands at once, the device executes both."""
    ahead = HOUR + 2 * bench.timing.command_s * SECOND
    _stage(bench, 3 * ahead)
    values = {item: another_of(bench, item, value) for item, value in pick_settings(bench, 2).items()}
    began = bench.device_now
    for n, (item, value) in enumerate(values.items(), start=1):
        write_later(bench, item, value, began + n * ahead)
    _set_to_hub(bench)
    bench.require(bench.device_now > began + 2 * ahead, "the clock was not set forward past both Commands")
    bench.wait(MINUTE // SECOND + bench.timing.command_s)
    with bench.claims("meter.set-clock.future-dated-not-missed"):
        for item, value in values.items():
            found = bench.read(item)
            bench.expect(found == value, f"{item} written though the clock leapt over two Commands", found)


@verifies(
    "meter.set-clock.calendar-events-kept",
    "meter.set-clock.future-dated-not-missed",
    "meter.set-clock.future-dated-not-repeated",
)
def check_misses_and_repeats_nothing_when_adjusted_by_comparison(bench: Bench) -> None:
    """Adjusted by a few seconds, by comparison, over a midnight or a Command's time, the device does what is due, and once."""
    lead = max(0, limit_ms(bench) - bench.timing.step_ms - bench.timing.drift_ms(bench.timing.comparison_s))
    midnight = (ORDINARY_DAY // DAY + 1) * DAY
    for sign in (1, -1):
        start, instant = _instant_of_adjustment(bench, sign * lead)
        # Halfway of the leap: set forward, the clock never shows it; set back, it comes to it a second time.
        halfway = instant + sign * lead // 2
        near = _move_hub_a_little(bench, ORDINARY_DAY, start + halfway, sign * lead)
        bench.wait(halfway // SECOND + MINUTE // SECOND + bench.timing.comparison_s)
        found = bench.read(near.item)
        with bench.claims("meter.set-clock.future-dated-not-missed"):
            bench.expect(
                found == near.value,
                f"{near.item} written, the clock adjusted by {sign * lead} ms about its time",
                found,
            )
        told = [a for a in bench.alerts(OUTCOME, near.mark) if a.values.get("ref") == near.ref]
        with bench.claims("meter.set-clock.future-dated-not-repeated"):
            bench.expect(len(told) <= 1, "no second outcome of the Command", f"{len(told)} Alerts")
        near = _move_hub_a_little(bench, midnight - halfway - (start - ORDINARY_DAY), midnight + 2 * DAY, sign * lead)
        bench.wait(halfway // SECOND + HOUR // SECOND + bench.timing.comparison_s)
        _expect_daily_reads(bench, near.log, (midnight,), bench.device_now)


class Near(NamedTuple):
    """A hub moved a little while a Command waits: what it writes where, its reference, and what was seen before the hub moved."""

    item: str
    value: Value
    ref: str
    mark: int
    log: list[Entry]
    still: Reading


def _move_hub_a_little(bench: Bench, begin: int, due: int, lead: int) -> Near:
    """Reset to `begin`, have a Command wait for `due` (both ms UTC), and a minute later move the hub `lead` ms ahead."""
    bench.reset(begin)
    ((item, now),) = pick_settings(bench).items()
    value, mark, log = another_of(bench, item, now), bench.mark(), bench.log(DAILY)
    ref = write_later(bench, item, value, due)
    bench.wait(MINUTE // SECOND)
    return Near(item, value, ref, mark, log, bench.hub.lead_device_by(lead))


def _instant_of_adjustment(bench: Bench, lead: int) -> tuple[int, int]:
    """Return what the clock shows when the hub is moved, and how many ms later the device then adjusts it.

    A device that lives in virtual time does the same again; one that does not is still judged, though the clock may then be
    adjusted at another instant.
    """
    late = 0
    for step_s in (bench.timing.sampling_s, 1):
        still = _move_hub_a_little(bench, ORDINARY_DAY, ORDINARY_DAY + 30 * DAY, lead).still
        bench.wait(late)
        while not bench.has_moved(still, bench.clock()) and late < 2 * DAY // SECOND:
            bench.wait(step_s)
            late += step_s
        late = max(0, late - step_s)
    bench.note(f"adjusted {late} s after the hub was moved")
    return still.at + still.value, late * SECOND


class Later(NamedTuple):
    """A future dated Command on its way: what it writes where, when (ms UTC of the device), its reference, a mark before it."""

    item: str
    value: Value
    due: int
    ref: str
    mark: int


def _send_for_later(bench: Bench, ahead: int) -> Later:
    """Send a future dated Command, due `ahead` ms from now by the device's clock, and see that it waits."""
    ((item, now),) = pick_settings(bench).items()
    value, due, mark = another_of(bench, item, now), bench.device_now + ahead, bench.mark()
    later = Later(item, value, due, write_later(bench, item, value, due), mark)
    bench.require(bench.read(item) == now, f"{item} was written before its date and time")
    return later


def _expect_executed(bench: Bench, later: Later, when: str) -> None:
    """Hold that a future dated Command was executed."""
    with bench.claims("meter.set-clock.future-dated-not-missed"):
        found = bench.read(later.item)
        bench.expect(found == later.value, f"{later.item} written {when}", found)


def _expect_not_repeated(bench: Bench, later: Later) -> None:
    """Write another value, set the clock back before the Command's time, let it come again, and hold that the value stays."""
    bench.require(bench.read(later.item) == later.value, "the Command was not executed even once")
    third = another_of(bench, later.item, later.value)
    bench.require(write(bench, {later.item: third}), f"{later.item} could not be written")
    back = bench.device_now - later.due + HOUR + (bench.timing.comparison_s + bench.timing.command_s) * SECOND
    bench.hub.lead_device_by(-back)
    bench.wait(bench.timing.comparison_s)
    _set_to_hub(bench)
    bench.require(bench.device_now < later.due, "the clock was not set back before the Command's date and time")
    _wait_past(bench, later.due)
    outcomes = [a for a in bench.alerts(OUTCOME, later.mark) if a.values.get("ref") == later.ref]
    with bench.claims("meter.set-clock.future-dated-not-repeated"):
        found = bench.read(later.item)
        bench.expect(found != later.value, f"{later.item} not written a second time", found)
        bench.expect(len(outcomes) <= 1, "no second outcome of the Command", f"{len(outcomes)} Alerts")


def _wait_past(bench: Bench, due: int) -> None:
    """Wait until the device's clock is a minute past `due`, and what is due then has been done."""
    bench.wait(max(0, due - bench.device_now) // SECOND + MINUTE // SECOND + bench.timing.command_s)


def _set_to_hub(bench: Bench) -> None:
    """Set the device's clock to the hub's time, as a supplier does."""
    bench.set_clock(bench.hub.utc, TOLERANCE_S + bench.timing.command_latency_s)


def _stage(bench: Bench, lead: int) -> None:
    """Reset and move the hub."""
    bench.reset()
    _move_hub(bench, lead)


def _move_hub(bench: Bench, lead: int) -> None:
    """Put the hub `lead` ms ahead of the device, and wait until any device has compared with it."""
    bench.hub.lead_device_by(lead)
    bench.wait(bench.timing.comparison_s)


def _wait_until_device_shows(bench: Bench, before_midnight: int) -> None:
    """Wait until the device's clock stands `before_midnight` ms before a midnight UTC."""
    shown = bench.device_now
    bench.wait((-(shown + before_midnight) % DAY) // SECOND)


def _within(bench: Bench) -> list[Case]:
    """Return cases surely within the tolerance, up to a step from its bounds, however late the Command is executed."""
    late, step = bench.timing.command_latency_s * SECOND, bench.timing.step_ms
    tolerance = TOLERANCE_S + 2 * late // SECOND
    bound = tolerance * SECOND - step
    return [
        Case(30 * SECOND, 40 * SECOND, tolerance),
        Case(-30 * SECOND, -40 * SECOND + late, tolerance),
        Case(3 * SECOND, 30 * SECOND, tolerance),
        Case(HOUR, bound, tolerance),
        Case(-HOUR, -bound + late, tolerance),
        Case(DAY, -20 * SECOND, tolerance),
        Case(-400 * DAY, 20 * SECOND, tolerance),
        Case(90 * SECOND, 2 * HOUR, 3 * HOUR // SECOND + late // SECOND),
        # A tolerance that sixteen bits cannot hold.
        Case(90 * SECOND, 20 * HOUR, DAY // SECOND + late // SECOND),
    ]


def _outside(bench: Bench) -> list[Case]:
    """Return cases surely outside the tolerance, from a step beyond its bounds."""
    late, step = bench.timing.command_latency_s * SECOND, bench.timing.step_ms
    bound = TOLERANCE_S * SECOND + step
    return [
        Case(30 * SECOND, bound + late, TOLERANCE_S),
        Case(-30 * SECOND, -bound, TOLERANCE_S),
        Case(30 * SECOND, HOUR + late, TOLERANCE_S),
        Case(-30 * SECOND, 30 * HOUR + late, DAY // SECOND),
        Case(HOUR, -HOUR, 10),
        Case(3 * SECOND, 15 * SECOND + late, 10),
    ]


def _expect_outcome(bench: Bench, case: Case) -> None:
    """Execute Set Clock and hold everything that the rule of the edition makes of it."""
    mark, log, before, off = bench.mark(), bench.log(LOG), bench.clock(), bench.behind_hub().magnitude()
    hub = bench.hub.utc
    lawful = set_clock(bench.edition)(hub + case.command, hub, case.tolerance_s)
    bench.set_clock(hub + case.command, case.tolerance_s)
    adjusted, refused = (bench.new_entries(LOG, log, name) for name in (ADJUSTED, NOT_ADJUSTED))
    if lawful.adjusted_to is not None:
        _expect_hubs_time(bench, str(case))
        if something_to_adjust(bench, off):
            _expect_entries(bench, "meter.set-clock.adjustment-logged", adjusted, refused, f"{ADJUSTED!r} ({case})")
        return
    with bench.claims("meter.set-clock.no-adjustment-outside-tolerance"):
        # Near the hub a comparison may adjust meanwhile.
        near = off.high if off.low <= limit_ms(bench) else 0
        bench.expect_unmoved(before, bench.clock(), f"not adjusted ({case})", allowed=near)
    _expect_entries(bench, "meter.set-clock.refusal-logged", refused, adjusted, f"{NOT_ADJUSTED!r} ({case})")
    if lawful.alert:
        with bench.claims("meter.set-clock.refusal-alerted"):
            alerts = bench.alerts(NOT_ADJUSTED, mark)
            bench.expect(
                bool(alerts), f"an Alert {NOT_ADJUSTED!r} over the HAN Interface ({case})", f"{len(alerts)} Alerts"
            )


def _is_refused(bench: Bench, date: int, tolerance_s: int) -> bool:
    """Execute Set Clock and return whether the device refused: it says so in the Event Log, or its clock has not moved."""
    log, before = bench.log(LOG), bench.clock()
    bench.set_clock(date, tolerance_s)
    return bool(bench.new_entries(LOG, log, NOT_ADJUSTED)) or not bench.has_moved(before, bench.clock())


def _expect_entries(bench: Bench, requirement: str, right: list[Entry], wrong: list[Entry], which: str) -> None:
    """Hold that Set Clock made one right entry and no wrong one."""
    with bench.claims(requirement):
        bench.expect(len(right) == 1, f"one entry {which} in the {LOG}", f"{len(right)} entries")
        bench.expect(not wrong, f"no entry in the {LOG} that says the opposite of {which}", f"{len(wrong)} entries")


def _expect_hubs_time(bench: Bench, when: str) -> None:
    """Hold that the device's clock shows the hub's date and time."""
    with bench.claims("meter.set-clock.adjusts-within-tolerance"):
        granularity = bench.parameter("meter.set-clock.adjusts-within-tolerance", "granularity_s") * SECOND
        off = bench.behind_hub().magnitude()
        bench.expect(bench.at_most(off, granularity), f"the hub's date and time within {granularity} ms ({when})", off)


def _expect_daily_reads_over_a_leap(bench: Bench) -> None:
    """Set the clock to the hub's time and hold that each midnight leapt over, and the one after, has its daily read."""
    before, log = bench.device_now, bench.log(DAILY)
    _set_to_hub(bench)
    bench.wait(HOUR // SECOND)
    after = bench.device_now
    leapt = midnights_passed(before, after)
    bench.require(bool(leapt), "the clock was not set forward over a midnight")
    _expect_daily_reads(bench, log, leapt, after)
    bench.wait(DAY // SECOND)
    _expect_daily_reads(bench, log, midnights_passed(before, bench.device_now), bench.device_now)


def _expect_daily_reads(bench: Bench, before: list[Entry], midnights: tuple[int, ...], now: int) -> None:
    """Hold that the Daily Read Log gained an entry for each of `midnights`, stamped from the first of them to `now`."""
    gained = [e for e in bench.gained(DAILY, before) if midnights[0] <= e["utc"] <= now]
    with bench.claims("meter.set-clock.calendar-events-kept"):
        bench.expect(len(gained) >= len(midnights), f"{len(midnights)} daily reads", f"{len(gained)}: {gained}")


@verifies(*VERIFIES)
def check_stays_lawful_in_any_order(bench: Bench) -> None:
    """Whatever hub, supplier and time do, in orders that are explored and shrunk, clock, calendar and Commands obey the rules."""
    machine = machine_for(bench)
    tour(machine)
    seed(bench.seed)(machine)
    run_state_machine_as_test(machine, settings=exploration(bench, steps=25))
    report(machine)


@verifies(*VERIFIES)
def check_stays_lawful_over_a_long_walk(bench: Bench) -> None:
    """One meter lives through a long random walk of everything hub, supplier and time may do, and obeys the rules throughout."""
    machine = machine_for(bench)
    tour(machine)
    walk(machine, steps=bench.examples * STEPS_A_WALK)
    report(machine)
