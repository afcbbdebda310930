"""Event Log, as far as the clock writes it: room for a hundred entries, stamped by UTC, the oldest overwritten."""

from __future__ import annotations

from functools import partial
from typing import Final

from smets_conformance.bench import HOUR, MINUTE, SECOND, Bench
from smets_conformance.bench.boundaries import utc
from smets_conformance.checks import verifies
from smets_conformance.checks.meter.circular_log import expect_circular, expect_stamped, set_clock, stray

LOG: Final = "Event Log"


@verifies("meter.event-log.holds-a-hundred-entries", "meter.event-log.overwrites-the-oldest")
def check_keeps_the_latest_hundred_entries(bench: Bench) -> None:
    """Filled by Set Clock beyond its room, the log holds a hundred entries or more, takes each new one and drops the oldest."""
    expect_circular(bench, LOG, "Clock adjusted", "meter.event-log", partial(set_clock, bench), partial(stray, bench))


@verifies("meter.event-log.entries-stamped")
def check_stamps_entries_by_utc(bench: Bench) -> None:
    """In summer as in winter, adjusting or refusing to, an entry bears the date and time that the device's clock shows by UTC."""
    for begin in (utc(2026, 1, 13, 15), utc(2026, 7, 5, 9), utc(2026, 7, 5, 23, 30)):
        bench.reset(begin)
        bench.hub.lead_device_by(-HOUR)
        bench.wait(bench.timing.comparison_s)
        for entry, off in (("Clock not adjusted", DAY_OFF), ("Clock adjusted", 0)):
            log, before, sent = bench.log(LOG), bench.device_now, bench.now
            bench.set_clock(bench.hub.utc + off, MINUTE // SECOND + bench.timing.command_latency_s)
            after = bench.device_now
            at_once = after - (bench.now - sent)
            bench.require(not off or after > before, "the clock was set back by a Command that must be refused")
            entries = bench.new_entries(LOG, log, entry)
            ended = max(after, before + bench.now - sent)
            expect_stamped(bench, "meter.event-log.entries-stamped", entries, min(before, at_once), ended)


# How far off the hub a Command is that must be refused, in ms.
DAY_OFF: Final = 24 * HOUR
