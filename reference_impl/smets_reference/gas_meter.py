"""The measuring unit: how much gas has gone through, exactly, in litres times milliseconds an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smets_reference.part import Part

if TYPE_CHECKING:
    from smets_reference.meter import Meter

PER_LITRE = 3_600_000  # a flow of one litre an hour for one hour's milliseconds
VOLUME = ".volume"


class GasMeter(Part):
    """Counts gas while it has power. Its index is in non-volatile memory of its own kind, so it is right to the last."""

    __slots__ = ("_since", "_volume")

    def __init__(self, meter: Meter) -> None:
        """Take the index up where it was left; gas that went through without power was not measured."""
        super().__init__(meter)
        self._volume = int(meter.store.items.get(VOLUME, 0))
        self._since = self._now()

    def settle(self) -> int:
        """Bring the index up to now, before the flow changes or what has gone through is recorded; return it in whole litres."""
        utc = self._now()
        flow = self.meter.world.gas_flow
        if flow and utc != self._since:
            self._volume += flow * (utc - self._since)
            self.meter.store.note(VOLUME, self._volume)
        self._since = utc
        return self._volume // PER_LITRE

    def litres(self) -> int:
        """Return the Consumption Register (4.6.5.4) as it stands now, in whole litres."""
        return (self._volume + self.meter.world.gas_flow * (self._now() - self._since)) // PER_LITRE

    def _now(self) -> int:
        """Return the true time (ms UTC) that goes with the oscillator's count, whatever led to that count."""
        return self.meter.world.oscillator.utc(self.meter.count)
