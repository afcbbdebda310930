"""British civil time, which no sound part of this meter keeps: only its mistakes do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def year_of(utc: int) -> int:
    """Return the year of a time in ms UTC."""
    return datetime.fromtimestamp(utc / 1000, UTC).year


def last_sunday(year: int, month: int) -> datetime:
    """Return 01:00 UTC on the last Sunday of a month of 31 days: British Summer Time begins in March and ends in October."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def ahead_of_utc(utc: int) -> int:
    """Return by how many ms civil time is ahead at a time in ms UTC: an hour in summer, else nothing."""
    begins, ends = (int(last_sunday(year_of(utc), month).timestamp()) * 1000 for month in (3, 10))
    return HOUR_MS if begins <= utc < ends else 0


def civil_midnight(after: int) -> int:
    """Return the first midnight by civil time after a time, both in ms UTC."""
    midnights = (after // DAY_MS * DAY_MS + days * DAY_MS for days in (1, 2))
    civil = (midnight - ahead_of_utc(midnight - HOUR_MS) for midnight in midnights)
    return next(midnight for midnight in civil if midnight > after)
