"""Event Log, as far as the clock writes it: room for a hundred entries, stamped by UTC, the oldest overwritten."""

from __future__ import annotations

from typing import Final

from smets_conformance.bench import MINUTE, SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.bench.logs import kept
from smets_conformance.checks import verifies

LOG: Final = "Event Log"
ADJUSTED: Final = "Clock adjusted"


@verifies("meter.event-log.holds-a-hundred-entries", "meter.event-log.overwrites-the-oldest")
def check_keeps_the_latest_hundred_entries(bench: Bench) -> None:
    """Filled by Set Clock beyond its room, the log holds a hundred entries or more, takes each new one and drops the oldest."""
    hundred = bench.parameter("meter.event-log.holds-a-hundred-entries", "entries")
    bench.reset()
    bench.wait(bench.timing.comparison_s)
    _set_clock_often(bench, bench.log_capacity + 5)
    full = bench.log(LOG)
    with bench.claims("meter.event-log.holds-a-hundred-entries"):
        bench.expect(
            len(full) >= hundred, f"{hundred} entries or more in a log that was filled", f"{len(full)} entries"
        )
    _set_clock_often(bench, 30)
    later = bench.log(LOG)
    remaining = kept(full, later, hundred)
    with bench.claims("meter.event-log.overwrites-the-oldest"):
        begun = bench.expect_found(remaining, "the latest entries in order, the oldest gone for new ones alone")
        new = [entry for entry in later[begun:] if entry.get("entry") == ADJUSTED]
        bench.expect(len(new) >= 30, "30 entries made while the log was full", f"{len(new)} entries")


@verifies("meter.event-log.entries-stamped")
def check_stamps_entries_by_utc(bench: Bench) -> None:
    """In summer as in winter, an entry bears the date and time by UTC that the device's clock showed."""
    for begin in (utc(2026, 1, 13, 9), utc(2026, 7, 7, 9), utc(2026, 7, 7, 23, 30)):
        bench.reset(begin)
        bench.hub.lead_device_by(3 * SECOND)
        bench.wait(bench.timing.comparison_s)
        log, before = bench.log(LOG), bench.device_now
        bench.set_clock(bench.hub.utc, 60 + bench.timing.command_latency_s)
        after, entries = bench.device_now, bench.new_entries(LOG, log, ADJUSTED)
        bench.require(bool(entries), f"no entry {ADJUSTED!r} to look at")
        low, high = min(before, after) - bench.timing.step_ms, max(before, after) + bench.timing.step_ms
        with bench.claims("meter.event-log.entries-stamped"):
            stamps = [entry.get("utc") for entry in entries]
            lawful = all(isinstance(stamp, int) and low <= stamp <= high for stamp in stamps)
            bench.expect(lawful, f"stamped between {low} and {high} ms of UTC", stamps)


def _set_clock_often(bench: Bench, times: int) -> None:
    """Give Set Clock, at the hub's time, a number of times, each at a time of its own."""
    for _ in range(times):
        bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
