"""The simulated Communications Hub: a clock that can be set, drift and fall silent, and a link that can be cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HUB: Final = "hub"
KIND: Final = "Communications Hub Function"
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class HubClock:
    """The Communications Hub Date and Time as a function of bench time.

    `offset` ms ahead of the bench at bench time `since` (ms UTC), from then on gaining `ppm` parts in a million; None: the hub
    gives no time.
    """

    offset: int | None = 0
    since: int = 0
    ppm: int = 0

    def offset_at(self, bench_time: int) -> int | None:
        """Return how far ahead of the bench the hub is, in ms, rounded towards the past; None while it gives no time."""
        if self.offset is None:
            return None
        return self.offset + (bench_time - self.since) * self.ppm // MILLION

    def utc_at(self, bench_time: int) -> int | None:
        """Return the Communications Hub Date and Time at `bench_time`, in ms of UTC; None while the hub gives none."""
        offset = self.offset_at(bench_time)
        return None if offset is None else bench_time + offset

    def steady_for(self, bench_time: int, granularity: int) -> int | None:
        """Return the ms from `bench_time` until the offset has moved by `granularity` ms; None if it never does."""
        if self.offset is None or self.ppm == 0:
            return None
        return granularity * MILLION // abs(self.ppm)
