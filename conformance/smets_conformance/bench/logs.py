"""Logs as lists of entries, oldest first: what a circular log gained between two readings, and whether it kept the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from smets_spec.dictionary import Log

Entry: TypeAlias = dict[str, Any]

# How many entries a log must hold that the dictionary sizes by time; three months are 92 days at worst (A38 of the catalogue).
SPANS: Final = {"4 hours": 4 * 60, "3 months": 92 * 24 * 60, "6 minutes": 6, "30 minutes": 30}


def capacity_of(log: Log) -> int:
    """Return how many entries a log must have room for.

    Raises:
        KeyError: the dictionary sizes it by a time that is not known here.
    """
    return log.capacity if log.capacity is not None else SPANS[log.covers] // SPANS[log.every]


def kept(before: Sequence[Entry], after: Sequence[Entry], capacity: int) -> int | None:
    """Return how many entries of `before` still begin `after`, in order; None where no lawful overwriting explains it.

    A circular log loses its oldest entries only, one for each new one, and none before it holds `capacity`: `after` is an
    end piece of `before` with the new entries behind it. An older entry than the youngest of `before` is not new, and does
    not come up there again; of one moment there may be several alike.
    """
    most_lost = len(before) if len(after) >= capacity else 0
    for lost in range(most_lost + 1):
        remaining = len(before) - lost
        new = after[remaining:]
        continued = list(after[:remaining]) == list(before[lost:])
        if continued and len(new) >= lost and not any(entry in new for entry in _older(before[:lost], before[-1:])):
            return remaining
    return None


def _older(entries: Sequence[Entry], youngest: Sequence[Entry]) -> list[Entry]:
    """Return the entries stamped before the `youngest`."""
    return [entry for entry in entries if entry.get("utc", 0) < youngest[0].get("utc", 0)]
