"""Logs as lists of entries, oldest first: what was added to a circular log between two readings, and whether it kept the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Entry: TypeAlias = dict[str, Any]


def kept(before: Sequence[Entry], after: Sequence[Entry]) -> int | None:
    """Return how many of the youngest entries of `before` begin `after`, in order; None if no way of overwriting explains it.

    A circular log loses its oldest entries only, and only for new ones: `after` is an end piece of `before` with what was added
    behind it. Every entry of `before` must be there unless as many new ones took their place.
    """
    for lost in range(len(before) + 1):
        remaining = len(before) - lost
        added = len(after) - remaining
        if added >= lost and list(after[:remaining]) == list(before[lost:]):
            return remaining
    return None


def added(before: Sequence[Entry], after: Sequence[Entry]) -> list[Entry] | None:
    """Return the entries of `after` that `before` did not hold; None if `before` is not continued by `after`."""
    remaining = kept(before, after)
    return None if remaining is None else list(after[remaining:])
