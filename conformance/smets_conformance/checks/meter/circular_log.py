"""What the Event Log and the Security Log have in common: a procedure for a circular log, and one for its stamps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from smets_conformance.bench import MINUTE, SECOND, Bench
from smets_conformance.bench.logs import Entry, kept
from smets_conformance.verdicts import Inconclusive

# How many entries are brought about between two readings of a log.
BATCH: Final = 10
OVER_LIMIT: Final = "Clock difference over limit"


def expect_circular(
    bench: Bench,
    log: str,
    entry: str,
    section: str,
    bring_about: Callable[[int], int],
    elsewhere: Callable[[int], int],
) -> None:
    """Fill `log` beyond its room with entries called `entry`, and hold that it takes each and drops none but the oldest.

    `bring_about` tries so many times to bring an entry about and returns how many it is sure of; `elsewhere` does so for the
    other log, which must take no room from this one; `section` is the part of the requirements' ids that names the log.

    Raises:
        Inconclusive: entries cannot be made or told apart, or the log has more room than was declared.
    """
    hundred = bench.parameter(f"{section}.holds-a-hundred-entries", "entries")
    bench.reset()
    before = bench.log(log)
    overwritten = False
    for filled in range(0, bench.log_capacity + 2 * BATCH, BATCH):
        sure = bring_about(BATCH)
        after = bench.log(log)
        remaining = kept(before, after, capacity=1)
        new = [each for each in after[remaining:] if each.get("entry") == entry]
        stamps = [each["utc"] for each in after if each.get("entry") == entry]
        bench.require(
            len(stamps) == len(set(stamps)), f"entries {entry!r} made at different times cannot be told apart"
        )
        bench.require(sure > 0 and (filled > 0 or len(new) >= sure), f"entries {entry!r} are not made")
        with bench.claims(f"{section}.overwrites-the-oldest"):
            seen = f"{len(before)} entries became {len(after)}"
            bench.expect(remaining is not None, "the entries before, in order, but for the oldest that made room", seen)
            bench.expect(len(new) >= sure, f"{sure} new entries at the end", f"{len(new)}")
        with bench.claims(f"{section}.holds-a-hundred-entries"):
            room = len(after) >= hundred or kept(before, after, hundred) is not None
            bench.expect(
                room, f"{hundred} entries or more before one is lost", f"{len(after)} entries, and some were lost"
            )
        overwritten = overwritten or (remaining is not None and remaining < len(before))
        before = after
    if not overwritten:
        raise Inconclusive(
            f"the {log} overwrote nothing although {len(before)} entries were made: it has more room than was declared",
            reason="declaration",
            blame="declaration",
        )
    elsewhere(3 * BATCH)
    after = bench.log(log)
    with bench.claims(f"{section}.overwrites-the-oldest"):
        seen = f"{len(before)} entries became {len(after)}"
        bench.expect(kept(before, after, capacity=1) is not None, "no entry lost to another log", seen)


def set_clock(bench: Bench, times: int) -> int:
    """Put the clock forward by Set Clock so many times, each an entry in the Event Log; return how often that was answered so."""
    obeyed = 0
    for _ in range(times):
        bench.hub.lead_device_by(30 * SECOND)
        response = bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
        obeyed += response is not None and response.outcome == "success"
        bench.wait(1)
    return obeyed


def stray(bench: Bench, times: int) -> int:
    """Make entries in the Security Log by a hub that strays and comes back; return of how many Alerts told."""
    mark = bench.mark()
    for _ in range(times):
        bench.hub.lead_device_by(20 * SECOND)
        bench.wait(bench.timing.comparison_s)
        bench.hub.lead_device_by(0)
        bench.wait(bench.timing.comparison_s)
    return min(times, len(bench.alerts(OVER_LIMIT, mark)))


def expect_stamped(bench: Bench, requirement: str, entries: list[Entry], low: int, high: int) -> None:
    """Hold that each entry is stamped with the device's own date and time by UTC, between `low` and `high` (ms UTC)."""
    low, high = low - bench.timing.step_ms, high + bench.timing.step_ms
    bench.require(bool(entries), "no entry was made whose stamp could be looked at")
    with bench.claims(requirement):
        stamps = [entry.get("utc") for entry in entries]
        lawful = all(isinstance(stamp, int) and low <= stamp <= high for stamp in stamps)
        bench.expect(lawful, f"stamped between {low} and {high} ms of UTC", stamps)
