"""The Command Set Clock (4.5.3.20)."""

from __future__ import annotations

from smets_conformance.adapter.contract import Value
from smets_reference.part import Part, Refused

ADJUSTED = "Clock adjusted"


class SetClock(Part):
    """Adjusts the Clock to the Communications Hub Date and Time, if the Command's own date and time is near enough to that."""

    __slots__ = ()

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        """Carry out Set Clock with `date and time` (ms UTC) and `tolerance` (s).

        Raises:
            Refused: the difference is outside the tolerance, or there is nothing to compare with.
        """
        hub = self.meter.hub_link.date_and_time()
        if hub is None:
            self.refuse()
            raise Refused("the Communications Hub Date and Time is not available")
        difference = parameters["date and time"] - hub
        if not self.within(difference, parameters["tolerance"]):
            self.refuse()
            raise Refused(f"the date and time is {abs(difference)} ms from the Communications Hub Date and Time")
        self.adjust(parameters["date and time"], hub)
        return {}

    def within(self, difference: int, tolerance: int) -> bool:
        """Say whether a difference (ms, either way) is within a tolerance (s); at the bound it is."""
        return abs(difference) <= tolerance * 1000

    def adjust(self, asked: int, hub: int) -> None:
        """Adjust the Clock, not to the date and time asked for but to the hub's (both ms UTC), and log it (¶3)."""
        self.meter.clock.step(hub - self.meter.clock.now())
        self.meter.logs.event(ADJUSTED)

    def refuse(self) -> None:
        """Leave the Clock alone, and do what the edition wants done then (¶4 to ¶6)."""
        self.meter.behaviour.set_clock_refused(self.meter)
