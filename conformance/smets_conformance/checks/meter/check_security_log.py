"""Security Log, as far as the clock writes it: room for a hundred entries, stamped by UTC, the oldest overwritten."""

from __future__ import annotations

from typing import Final

from smets_conformance.bench import SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.checks import verifies
from smets_conformance.checks.meter.circular_log import expect_circular, expect_stamped

LOG: Final = "Security Log"
OVER_LIMIT: Final = "Clock difference over limit"


@verifies("meter.security-log.holds-a-hundred-entries", "meter.security-log.overwrites-the-oldest")
def check_keeps_the_latest_hundred_entries(bench: Bench) -> None:
    """Filled by the hub straying, the log holds a hundred entries or more, takes each new one and drops the oldest."""

    def stray(times: int) -> int:
        mark = bench.mark()
        for _ in range(times):
            bench.hub.lead_device_by(20 * SECOND)
            bench.wait(bench.timing.comparison_s)
            bench.hub.lead_device_by(0)
            bench.wait(bench.timing.comparison_s)
        return len(bench.alerts(OVER_LIMIT, mark))

    expect_circular(bench, LOG, OVER_LIMIT, "meter.security-log", stray)


@verifies("meter.security-log.entries-stamped")
def check_stamps_entries_by_utc(bench: Bench) -> None:
    """In summer as in winter, an entry bears the date and time that the device's clock, not the hub, shows by UTC."""
    for begin in (utc(2026, 1, 13, 9), utc(2026, 7, 7, 9), utc(2026, 7, 7, 22, 30)):
        for lead in (20 * SECOND, -3 * 86_400 * SECOND):
            bench.reset(begin)
            log, still = bench.log(LOG), bench.clock()
            bench.hub.lead_device_by(lead)
            bench.wait(bench.timing.comparison_s)
            bench.require(not bench.has_moved(still, bench.clock()), "the clock was adjusted")
            low, entries = still.at + still.value, bench.new_entries(LOG, log, OVER_LIMIT)
            expect_stamped(bench, "meter.security-log.entries-stamped", entries, low, bench.device_now)
