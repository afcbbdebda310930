"""The Clock, and how it is kept right against the Communications Hub Date and Time (4.4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from smets_reference.part import COMPARISON, Part

if TYPE_CHECKING:
    from smets_reference.meter import Meter

LIMIT_MS = 10_000  # 4.4.1: beyond this difference the Clock is left alone, and the difference logged and alerted
DAY_MS = 24 * 3_600_000

OFFSET = ".clock offset"
ADJUSTED = ".clock adjusted"
OVER_LIMIT = "Clock difference over limit"


class Clock(Part):
    """The device's date and time: the oscillator's count and an offset that only `step` changes.

    The offset is kept in the same register as the count, which has its backup source; here both are in the Data Store.
    """

    __slots__ = ("offset",)

    def __init__(self, meter: Meter) -> None:
        """Take the offset up where it was left."""
        super().__init__(meter)
        self.offset = int(meter.store.items.get(OFFSET, 0))

    def now(self) -> int:
        """Return the date and time that the device goes by, in ms UTC."""
        return self.meter.count + self.offset

    def shown(self) -> int:
        """Return the date and time as the device states it in stamps, messages and to whoever looks, in ms UTC."""
        return self.now()

    def step(self, difference: int) -> None:
        """Move the Clock by `difference` ms, and let every part that follows the calendar come to terms with it."""
        self.offset += difference
        self.meter.store.put(OFFSET, self.offset)
        for part in self.meter.parts:
            part.clock_stepped(difference)


class Timekeeper(Part):
    """Compares the Clock with the Communications Hub Date and Time again and again, and adjusts it or reports (4.4.1)."""

    __slots__ = ()

    interval_ms: ClassVar[int] = 3_600_000
    # Differences below this are within what one comparison can tell; adjusting would only follow its noise.
    worth_adjusting_ms: ClassVar[int] = 500
    # By its own oscillator's count, so longer by what a specimen may gain in a day and more.
    rest_ms: ClassVar[int] = DAY_MS + 5_000

    def start(self) -> None:
        """Compare at every whole interval of the oscillator's count, so that a loss of power does not shift it."""
        self.meter.queue.at_count(self.next_comparison(), COMPARISON, self.compare)

    def next_comparison(self) -> int:
        """Return the count (ms) at which the next comparison is due."""
        return (self.meter.count // self.interval_ms + 1) * self.interval_ms

    def compare(self, due: int) -> int:
        """Compare once (4.4.1); return the count (ms) at which to do so again."""
        hub = self.meter.hub_link.date_and_time()
        if hub is not None:
            self.judge(hub - self.meter.clock.now())
        return self.next_comparison()

    def judge(self, difference: int) -> None:
        """Adjust by, or report, a difference (ms) found against the Communications Hub Date and Time."""
        if self.over_limit(difference):
            self.report(difference)
        elif self.worth_adjusting(difference) and self.rested():
            self.adjust(difference)

    def over_limit(self, difference: int) -> bool:
        """Say whether a difference (ms, either way) is more than the text lets the device adjust by."""
        return abs(difference) > LIMIT_MS

    def worth_adjusting(self, difference: int) -> bool:
        """Say whether a difference (ms, either way) is one to act on."""
        return abs(difference) >= self.worth_adjusting_ms

    def rested(self) -> bool:
        """Say whether the last adjustment of this kind is more than 24 hours ago."""
        last = self.meter.store.items.get(ADJUSTED)
        return last is None or self.meter.count - int(last) >= self.rest_ms

    def adjust(self, difference: int) -> None:
        """Adjust the Clock to the Communications Hub Date and Time, and remember when."""
        self.meter.store.put(ADJUSTED, self.meter.count)
        self.meter.clock.step(difference)

    def report(self, difference: int) -> None:
        """Log and alert that the difference (ms) is over the limit, at every comparison that finds it so (4.4.1 ii, iii)."""
        self.log(difference)
        self.alert(difference)

    def log(self, difference: int) -> None:
        """Make the Security Log entry (4.4.1 ii)."""
        self.meter.logs.security(OVER_LIMIT)

    def alert(self, difference: int) -> None:
        """Send the Alert (4.4.1 iii)."""
        self.meter.alert(OVER_LIMIT, {})
