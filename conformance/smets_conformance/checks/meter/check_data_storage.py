"""Data storage: whatever the Data Store holds is still there, with and without power, whenever that is lost."""

from __future__ import annotations

from typing import Final

from smets_conformance.adapter.contract import GasFlow, Interrupt
from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.bench.store import Held, another_of, fill, held, lost, pick_settings, write, write_later
from smets_conformance.checks import verifies
from smets_conformance.verdicts import NotTestable

ALL_TIMES: Final = "meter.data-storage.retained-at-all-times"
NO_POWER: Final = "meter.data-storage.retained-without-power"
REGISTER: Final = "Consumption Register"
LATE_MS: Final = (0, 1, 2, 5, 10, 50, 250, 1_000)
LATE_WRITES: Final = (0, 1, 2, 3, 4, 6, 8)


@verifies(NO_POWER)
def check_keeps_every_item_without_power(bench: Bench) -> None:
    """Each data item and each log entry outlives a loss of power of seconds, of hours and of days."""
    for seconds in (5, 3 * HOUR // SECOND, 8 * DAY // SECOND):
        still = _unmoved_by_time(bench, [seconds])
        _fill_data_store(bench)
        before = held(bench)
        _without_power(bench, seconds)
        _expect_kept(bench, NO_POWER, before, still, f"after {seconds} s without power")


@verifies(NO_POWER)
def check_keeps_every_item_through_one_loss_of_power_after_another(bench: Bench) -> None:
    """Ten short losses of power in a row, some a second apart, leave the Data Store as it was."""
    losses = [1, 1, 2, 1, 3, 1, 1, 5, 1, 1]
    still = _unmoved_by_time(bench, losses)
    _fill_data_store(bench)
    before = held(bench)
    for seconds in losses:
        _without_power(bench, seconds)
    _expect_kept(bench, NO_POWER, before, still, "after ten losses of power")


@verifies(NO_POWER)
def check_keeps_what_it_confirmed_whenever_power_fails_while_writing(bench: Bench) -> None:
    """Power lost at any instant of a write leaves each item at its old or its new value, what was confirmed at the new."""
    bench.needs(acts=("Interrupt", "Restore"))
    for arm in _interruptions(bench):
        bench.reset()
        settings = pick_settings(bench, 2)
        news = {item: another_of(bench, item, value) for item, value in settings.items()}
        before = held(bench)
        bench.do(arm)
        mark = bench.mark()
        ref = bench.send("Write Configuration Data", {"items": dict(news)})
        response = bench.response(ref, mark)
        confirmed = response is not None and response.outcome == "success"
        if confirmed:
            bench.wait(bench.timing.storage_settling_s)
        _back_on_power(bench)
        after = held(bench)
        with bench.claims(NO_POWER):
            for item, old in settings.items():
                lawful = (news[item],) if confirmed else (old, news[item])
                bench.expect(after.get(item) in lawful, f"{item} one of {lawful} ({arm})", after.get(item))
        _expect_kept(bench, NO_POWER, before, set(before) - set(news), f"beside what was being written ({arm})")


@verifies(NO_POWER)
def check_keeps_its_logs_whenever_power_fails_while_recording(bench: Bench) -> None:
    """Power lost at any instant of the recording at midnight UTC takes nothing from a register and no entry from a log."""
    bench.needs(acts=("Interrupt", "Restore"))
    for arm in _interruptions(bench):
        bench.reset()
        _draw_gas(bench, 3 * HOUR // SECOND)
        midnight = (bench.now // DAY + 2) * DAY
        bench.wait_until(midnight - SECOND)
        before = held(bench)
        bench.do(arm if arm.after_ms is None else Interrupt(after_ms=arm.after_ms + SECOND))
        bench.wait(MINUTE // SECOND)
        _back_on_power(bench)
        still = {name for name in before if name == REGISTER or name.endswith("Log") or bench.is_configuration(name)}
        _expect_kept(bench, NO_POWER, before, still, f"after power failed around midnight ({arm})")


@verifies(NO_POWER, "meter.set-clock.future-dated-not-repeated")
def check_keeps_a_future_dated_command_without_power(bench: Bench) -> None:
    """A waiting Command outlives a loss of power and is executed at its time; an executed one is not executed again after one."""
    bench.reset()
    ((item, old),) = pick_settings(bench).items()
    value, due = another_of(bench, item, old), bench.device_now + HOUR
    write_later(bench, item, value, due)
    _without_power(bench, 5 * MINUTE // SECOND)
    bench.wait_until(due + MINUTE + bench.timing.comparison_s * SECOND)
    written = bench.read(item)
    with bench.claims(NO_POWER):
        bench.expect(written == value, f"{item} written by a Command that waited without power", written)
    bench.require(written == value, "the Command was not executed even once")
    bench.require(write(bench, {item: another_of(bench, item, value)}), f"{item} could not be written")
    _without_power(bench, 5 * MINUTE // SECOND)
    bench.wait(2 * HOUR // SECOND)
    with bench.claims("meter.set-clock.future-dated-not-repeated"):
        bench.expect(bench.read(item) != value, f"{item} not written again after a loss of power", bench.read(item))


@verifies(ALL_TIMES)
def check_keeps_every_item_for_months(bench: Bench) -> None:
    """Left alone with power for ninety days, over the end of a year, the meter keeps what nothing is lawfully changing."""
    _fill_data_store(bench, begin=utc(2026, 11, 17, 9))
    before = held(bench)
    for month in range(3):
        bench.wait(30 * DAY // SECOND)
        still = {name for name in before if bench.is_configuration(name) or name in KEPT_FOR_MONTHS}
        # It has room for three months (4.6.5.15), which may be as few as 90 days.
        still |= {"Profile Data Log"} & set(before) if month < 2 else set()
        _expect_kept(bench, ALL_TIMES, before, still, "after a month more")


# Operational data that no passing of time changes while no gas is drawn: a register, the two logs, the firmware's version.
KEPT_FOR_MONTHS: Final = (REGISTER, "Event Log", "Security Log", "Daily Read Log", "Firmware Version")


def _fill_data_store(bench: Bench, begin: int | None = None) -> None:
    """Reset, and leave nothing at its default: settings, registers, and entries in every log that can be brought about."""
    bench.reset(begin)
    changed = fill(bench)
    bench.require(bool(changed), "the device lets no configuration data item be written")
    _draw_gas(bench, 26 * HOUR // SECOND)
    bench.hub.lead_device_by(MINUTE)
    bench.wait(bench.timing.comparison_s)
    bench.set_clock(bench.hub.utc, 1 + bench.timing.command_latency_s)
    bench.wait(bench.timing.comparison_s)


def _draw_gas(bench: Bench, seconds: int) -> None:
    """Draw gas for a while, where the adapter can, so that registers and logs hold something."""
    if "GasFlow" in bench.description.acts:
        bench.do(GasFlow(litres_per_hour=600))
        bench.wait(seconds)
        bench.do(GasFlow(litres_per_hour=0))
    else:
        bench.wait(seconds)


def _unmoved_by_time(bench: Bench, losses: list[int]) -> set[str]:
    """Return the items that stay as they are where power is not lost: the control for losses of so many seconds each.

    Begun alike, it comes to the same midnights and half hours at which a meter lawfully moves what it holds.
    """
    _fill_data_store(bench)
    before = held(bench)
    for seconds in losses:
        bench.wait(bench.timing.storage_settling_s + seconds + bench.timing.command_s)
    return set(before) - set(lost(before, held(bench), bench.dictionary))


def _interruptions(bench: Bench) -> list[Interrupt]:
    """Return losses of power at instants that a write or a recording may be caught in.

    Raises:
        NotTestable: the adapter cannot take power away at a chosen instant.
    """
    arms = [Interrupt(after_ms=late) for late in LATE_MS if bench.can_interrupt("after_ms")]
    arms += [Interrupt(after_writes=late) for late in LATE_WRITES if bench.can_interrupt("after_writes")]
    if not arms:
        raise NotTestable(("act Interrupt after_ms", "act Interrupt after_writes"))
    return arms


def _without_power(bench: Bench, seconds: int) -> None:
    """Take power away for a while, once what is held has had its declared time to settle."""
    bench.wait(bench.timing.storage_settling_s)
    bench.cut_power()
    bench.wait(seconds)
    bench.restore_power()
    bench.wait(bench.timing.command_s)


def _back_on_power(bench: Bench) -> None:
    """Make sure that power is gone, whether the armed loss came about or not, and give it back."""
    bench.wait(2)
    bench.cut_power()
    bench.wait(10)
    bench.restore_power()
    bench.wait(bench.timing.command_s)


def _expect_kept(bench: Bench, requirement: str, before: Held, names: set[str], when: str) -> None:
    """Hold that each item named is as it was, and that each log has kept its entries in order."""
    bench.require(any(name in before for name in names), "the device answers for no data item that is to stay")
    after = held(bench, names)
    gone = lost({name: value for name, value in before.items() if name in names}, after, bench.dictionary)
    with bench.claims(requirement):
        bench.expect(
            not gone, f"{len(names)} data items kept {when}", "; ".join(gone.values()) or f"{len(names)} as before"
        )
