"""Read Constant, Configuration and Operational Data, and Write Configuration Data (4.5.3.12 to .14, .23)."""

from __future__ import annotations

from smets_conformance.adapter.contract import Value
from smets_reference.part import Part


class Configuration(Part):
    """Answers for the Data Store. That names and values are those of the dictionary has been seen to before."""

    __slots__ = ()

    def read(self, parameters: dict[str, Value]) -> dict[str, Value]:
        """Return the item asked for and its value."""
        item = parameters["item"]
        return {"item": item, "value": self.meter.read(item)}

    def write(self, parameters: dict[str, Value]) -> dict[str, Value]:
        """Take the new values of all items named, and log that in the Event Log (4.5.3.23)."""
        for item, value in parameters["items"].items():
            self.meter.store.put(item, value)
        self.meter.logs.event("Configuration written")
        return {}
