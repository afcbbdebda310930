"""Security Log, as far as the clock writes it: room for a hundred entries, stamped by UTC, the oldest overwritten."""

from __future__ import annotations

from typing import Final

from smets_conformance.bench import SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.bench.logs import kept
from smets_conformance.checks import verifies

LOG: Final = "Security Log"
OVER_LIMIT: Final = "Clock difference over limit"


@verifies("meter.security-log.holds-a-hundred-entries", "meter.security-log.overwrites-the-oldest")
def check_keeps_the_latest_hundred_entries(bench: Bench) -> None:
    """Filled by the hub straying, the log holds a hundred entries or more, takes each new one and drops the oldest."""
    hundred = bench.parameter("meter.security-log.holds-a-hundred-entries", "entries")
    bench.reset()
    _stray_often(bench, bench.log_capacity + 5)
    full = bench.log(LOG)
    with bench.claims("meter.security-log.holds-a-hundred-entries"):
        bench.expect(
            len(full) >= hundred, f"{hundred} entries or more in a log that was filled", f"{len(full)} entries"
        )
    _stray_often(bench, 10)
    later = bench.log(LOG)
    remaining = kept(full, later, hundred)
    with bench.claims("meter.security-log.overwrites-the-oldest"):
        begun = bench.expect_found(remaining, "the latest entries in order, the oldest gone for new ones alone")
        new = [entry for entry in later[begun:] if entry.get("entry") == OVER_LIMIT]
        bench.expect(len(new) >= 10, "10 entries made while the log was full", f"{len(new)} entries")


@verifies("meter.security-log.entries-stamped")
def check_stamps_entries_by_utc(bench: Bench) -> None:
    """In summer as in winter, an entry bears the date and time by UTC that the device's clock showed."""
    for begin in (utc(2026, 1, 13, 9), utc(2026, 7, 7, 9), utc(2026, 7, 7, 22, 30)):
        bench.reset(begin)
        log = bench.log(LOG)
        bench.hub.lead_device_by(20 * SECOND)
        low = bench.device_now - bench.timing.step_ms
        bench.wait(bench.timing.comparison_s)
        high = bench.device_now + bench.timing.step_ms
        entries = bench.new_entries(LOG, log, OVER_LIMIT)
        bench.require(bool(entries), f"no entry {OVER_LIMIT!r} to look at")
        with bench.claims("meter.security-log.entries-stamped"):
            stamps = [entry.get("utc") for entry in entries]
            lawful = all(isinstance(stamp, int) and low <= stamp <= high for stamp in stamps)
            bench.expect(lawful, f"stamped between {low} and {high} ms of UTC", stamps)


def _stray_often(bench: Bench, times: int) -> None:
    """Let the hub stray over the limit and come back a number of times, each time long enough to be compared with."""
    for _ in range(times):
        bench.hub.lead_device_by(20 * SECOND)
        bench.wait(bench.timing.comparison_s)
        bench.hub.lead_device_by(0)
        bench.wait(bench.timing.comparison_s)
