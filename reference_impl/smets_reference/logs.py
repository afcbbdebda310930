"""The Event Log and the Security Log (4.6.5.9, 4.6.5.17): who writes what into them, and when."""

from __future__ import annotations

from smets_conformance.adapter.contract import Alarm, Value
from smets_reference.part import Part

COMMAND = "Command and Outcome"


class Logs(Part):
    """Makes entries, stamped with the date and time of the device. How many a log holds is settled in the Data Store."""

    __slots__ = ()

    def security(self, entry: str, **values: Value) -> None:
        """Make an entry in the Security Log."""
        self.write("Security Log", entry, values)

    def event(self, entry: str, **values: Value) -> None:
        """Make an entry in the Event Log and sound an Alarm, each if the settings of that event want it (4.4.2)."""
        log, alarm = self.meter.behaviour.event_settings(self.meter.store.items, entry)
        if log:
            self.write("Event Log", entry, values)
        if alarm:
            self.meter.world.emit(Alarm(at=self.meter.utc(), device_utc=self.meter.clock.shown(), name="Event"))

    def write(self, log: str, entry: str, values: dict[str, Value]) -> None:
        """Add an entry to a log."""
        self.meter.store.append(log, {"utc": self.meter.clock.shown(), "entry": entry, **values})
