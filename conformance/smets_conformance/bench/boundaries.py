"""Moments at which calendars, and clocks that keep them, go wrong: by UTC, in the years checks are staged in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from smets_conformance.bench.timing import SECOND
from smets_spec.rules.calendar import summer_time


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Return a date and time by UTC as ms of UTC."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * SECOND


BOUNDARIES: Final = {
    "midnight": utc(2026, 1, 14),
    "the end of a month": utc(2026, 5, 1),
    "the end of February in a common year": utc(2026, 3, 1),
    "the beginning of a leap day": utc(2028, 2, 29),
    "the end of a leap day": utc(2028, 3, 1),
    "the beginning of the last day of a year": utc(2026, 12, 31),
    "the end of a year": utc(2027, 1, 1),
    "the beginning of summer time": summer_time(2026)[0],
    "the end of summer time": summer_time(2026)[1],
    "midnight in summer": utc(2026, 7, 8),
    "local midnight in summer": utc(2026, 7, 8, 23),
}
