"""The device's oscillator: it counts milliseconds, a little too fast or too slow, with or without mains or battery."""

from __future__ import annotations

import random

BILLION = 1_000_000_000


class Oscillator:
    """Counts elapsed milliseconds since it was first started at `origin` (ms UTC), gaining `ppb` parts in 1,000,000,000.

    It is powered by a backup source of its own, so it also counts while the device is without power.
    """

    __slots__ = ("_rate", "origin", "ppb")

    def __init__(self, origin: int, ppb: int) -> None:
        """Start counting at `origin`."""
        self.origin = origin
        self.ppb = ppb
        self._rate = BILLION + ppb

    def elapsed(self, utc: int) -> int:
        """Return the count at a true time, both in milliseconds."""
        return (utc - self.origin) * self._rate // BILLION

    def utc(self, elapsed: int) -> int:
        """Return the first true time (ms UTC) at which the count has reached `elapsed`."""
        return self.origin - (-elapsed * BILLION) // self._rate


def temperature_compensated(seed: int) -> int:
    """Return the error in ppb of one specimen of a temperature compensated crystal: 1 to 5 ppm, either way, by its seed."""
    specimen = random.Random(seed)
    return specimen.choice((-1, 1)) * specimen.randint(1_000, 5_000)
