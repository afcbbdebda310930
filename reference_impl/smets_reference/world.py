"""What surrounds the device and does not depend on it: true time, the oscillator, the gas pipe, and who is on the network."""

from __future__ import annotations

from smets_conformance.adapter.contract import Event, Stopped
from smets_reference.engine.oscillator import Oscillator


class World:
    """True time (`utc`, ms), and what the device can sense of its surroundings; it goes on while the device has no power."""

    __slots__ = ("gas_flow", "hub_offset", "oscillator", "outbox", "peers", "utc", "wake_on", "woken")

    def __init__(self, utc: int, oscillator: Oscillator, wake_on: frozenset[str]) -> None:
        """Begin at `utc` with no gas flowing and nobody on the network."""
        self.utc = utc
        self.oscillator = oscillator
        self.wake_on = wake_on
        self.woken = False
        self.outbox: list[Event] = []
        self.peers: dict[str, str] = {}  # who is on the network: name and kind
        self.hub_offset: int | None = 0  # the hub's clock runs so many ms ahead of true time; None: it does not tell
        self.gas_flow = 0  # litres an hour

    def emit(self, event: Event) -> None:
        """Let `event` come out of the device."""
        self.outbox.append(event)
        self.woken = self.woken or type(event).__name__ in self.wake_on

    def stopped(self, why: str) -> None:
        """Let it be seen that the device ceased to run."""
        self.emit(Stopped(at=self.utc, why=why))
