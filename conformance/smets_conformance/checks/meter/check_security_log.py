"""Security Log, as far as the clock writes it: room for a hundred entries, stamped by UTC, the oldest overwritten."""

from __future__ import annotations

from functools import partial
from typing import Final

from smets_conformance.bench import SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.checks import verifies
from smets_conformance.checks.meter.circular_log import OVER_LIMIT, expect_circular, expect_stamped, set_clock, stray

LOG: Final = "Security Log"


@verifies("meter.security-log.holds-a-hundred-entries", "meter.security-log.overwrites-the-oldest")
def check_keeps_the_latest_hundred_entries(bench: Bench) -> None:
    """Filled by the hub straying, the log holds a hundred entries or more, takes each new one and drops the oldest."""
    expect_circular(bench, LOG, OVER_LIMIT, "meter.security-log", partial(stray, bench), partial(set_clock, bench))


@verifies("meter.security-log.entries-stamped")
def check_stamps_entries_by_utc(bench: Bench) -> None:
    """In summer as in winter, an entry bears the date and time that the device's clock, not the hub, shows by UTC."""
    for begin in (utc(2026, 1, 13, 15), utc(2026, 7, 5, 9), utc(2026, 7, 5, 22, 30)):
        for lead in (20 * SECOND, -3 * 86_400 * SECOND):
            bench.reset(begin)
            log, still = bench.log(LOG), bench.hub.lead_device_by(lead)
            bench.wait(bench.timing.comparison_s)
            bench.require(not bench.has_moved(still, bench.clock()), "the clock was adjusted")
            low, entries = still.at + still.value, bench.new_entries(LOG, log, OVER_LIMIT)
            expect_stamped(bench, "meter.security-log.entries-stamped", entries, low, bench.device_now)
