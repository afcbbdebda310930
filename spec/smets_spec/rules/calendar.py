"""Calendars: what an adjustment of the clock leaps over, and when civil time changes (GSME 4.4.9.4, end of 4.5.3.20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

SECOND: Final = 1_000
DAY: Final = 86_400 * SECOND
SUNDAY: Final = 6

Due: TypeAlias = Literal["wait", "execute", "nothing"]


def midnights_passed(before: int, after: int) -> tuple[int, ...]:
    """Return every midnight UTC that a clock going, or leaping, from `before` to `after` comes to or passes; none going back.

    A midnight shown at `before` was come to earlier and is not counted; one shown at `after` is. All times are ms UTC.
    """
    first = (before // DAY + 1) * DAY
    return tuple(range(first, after + 1, DAY))


def future_dated_command(due: int, clock: int, executed: bool) -> Due:
    """Return what is to become of a future dated Command when the clock shows `clock`, having got there in whatever way.

    Once executed it is never executed again, even if the clock was set back before `due`; once due it is executed, even if
    the clock leapt over `due`; before that it waits (ms UTC).
    """
    if executed:
        return "nothing"
    return "execute" if clock >= due else "wait"


def summer_time(year: int) -> tuple[int, int]:
    """Return when British Summer Time begins and ends in a year: 01:00 UTC on the last Sundays of March and October (ms UTC)."""
    return _last_sunday(year, 3), _last_sunday(year, 10)


def _last_sunday(year: int, month: int) -> int:
    """Return 01:00 UTC on the last Sunday of a month of 31 days (ms UTC)."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    sunday = last - timedelta(days=(last.weekday() - SUNDAY) % 7)
    return int(sunday.timestamp()) * SECOND
