"""What every part of a device is: it starts when power comes, and hears of steps of the Clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smets_reference.meter import Meter

# The order of events that are due at the same instant. Parts that keep no memory of what they have done come before those
# that do, so that a frame of the Data Store at that instant always stands for them too.
POWER, COMPARISON, HALF_HOUR, MIDNIGHT, COMMAND = range(5)


class Refused(Exception):
    """A Command that is not carried out, and why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, which the Response or Alert will tell."""
        super().__init__(reason)
        self.reason = reason


class Part:
    """A part of `meter`. What it must remember over a loss of power it keeps in the meter's Data Store, all else is lost."""

    __slots__ = ("meter",)

    def __init__(self, meter: Meter) -> None:
        """Take its place; the parts listed before it in the meter are there already."""
        self.meter = meter

    def start(self) -> None:
        """Begin to work: power has come, and every part is in its place."""

    def clock_stepped(self, difference: int) -> None:
        """Learn that the Clock has just been moved by `difference` ms."""
