"""The gas meter: its parts put together, and the running of one event after the other."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from smets_conformance.adapter.contract import Alert, Value
from smets_reference.clock import Clock, Timekeeper
from smets_reference.commands import Commands
from smets_reference.configuration import Configuration
from smets_reference.data import factory_items, names_in
from smets_reference.design import Design
from smets_reference.engine.queue import EventQueue
from smets_reference.gas_meter import GasMeter
from smets_reference.hub_link import HubLink
from smets_reference.logs import Logs
from smets_reference.part import POWER, Part
from smets_reference.recording import Recording
from smets_reference.set_clock import SetClock
from smets_reference.store import PowerFailed, Store
from smets_reference.world import World

EDITION = ".edition"
OSCILLATOR = ".oscillator"


class Meter:
    """A meter under power. When power goes it is gone, and what remains of it is its Data Store and its oscillator."""

    __slots__ = (
        "behaviour",
        "clock",
        "commands",
        "configuration",
        "count",
        "gas_meter",
        "hub_link",
        "logs",
        "names",
        "parts",
        "queue",
        "readers",
        "recording",
        "set_clock",
        "store",
        "timekeeper",
        "world",
    )
    clock: Clock
    commands: Commands
    configuration: Configuration
    gas_meter: GasMeter
    hub_link: HubLink
    logs: Logs
    recording: Recording
    set_clock: SetClock
    timekeeper: Timekeeper

    def __init__(self, design: Design, world: World, store: Store) -> None:
        """Put the meter together and let it begin to work, with the Data Store as it is."""
        self.world = world
        self.store = store
        self.queue = EventQueue()
        self.count = world.oscillator.elapsed(world.utc)
        edition = str(store.items[EDITION])
        self.names = names_in(edition)
        self.behaviour = design.behaviour(edition)
        self.clock = design.clock(self)
        self.timekeeper = design.timekeeper(self)
        self.hub_link = design.hub_link(self)
        self.logs = design.logs(self)
        self.gas_meter = design.gas_meter(self)
        self.recording = design.recording(self)
        self.configuration = design.configuration(self)
        self.set_clock = design.set_clock(self)
        self.commands = design.commands(self)
        self.parts: tuple[Part, ...] = (
            self.clock,
            self.timekeeper,
            self.hub_link,
            self.logs,
            self.gas_meter,
            self.recording,
            self.configuration,
            self.set_clock,
            self.commands,
        )
        # Items that are not kept as such but worked out when they are wanted.
        self.readers: dict[str, Callable[[], Value]] = {
            "Consumption Register": self.gas_meter.litres,
            "Tariff TOU Register Matrix": lambda: [[self.gas_meter.litres(), 0, 0, 0]],
        }
        for part in self.parts:
            part.start()

    def utc(self) -> int:
        """Return true time in ms UTC, which no part may use but to state when something came out of it, and to sense."""
        return max(self.world.utc, self.world.oscillator.utc(self.count))

    def run(self, until: int, *, deaf: bool = False) -> None:
        """Live until the true time `until` (ms UTC), or, unless `deaf`, until just after the bench got what it waits for.

        Raises:
            PowerFailed: the power gave out; `count` tells when.
            OSError: the Data Store could not be kept.
        """
        world, queue, clock, store = self.world, self.queue, self.clock, self.store
        limit = world.oscillator.elapsed(until)
        while (taken := queue.take_due(clock.offset, limit)) is not None:
            count, entry = taken
            if count > self.count:
                self.count = count
            again = entry[3](entry[0])
            if again is not None:
                queue.put_back(entry, again)
            if store.changed:
                self.commit()
            if world.woken and not deaf:
                return
        self.count = limit
        world.utc = until

    def commit(self) -> None:
        """Keep what the event that is over has changed, and the index as it stood then."""
        self.gas_meter.settle()
        self.store.commit(self.count)

    def read(self, item: str) -> Value:
        """Return the value of a data item as it stands now, a copy of a log with its oldest entry first.

        Raises:
            KeyError: the meter holds no such item.
        """
        if item in self.store.logs:
            return [dict(entry) for entry in self.store.logs[item]]
        reader = self.readers.get(item)
        return deepcopy(self.store.items[item]) if reader is None else reader()

    def alert(self, name: str, values: dict[str, Value], to: str = "Supplier") -> None:
        """Send an Alert over the HAN Interface, unless the Alerts Configuration Settings restrict it (4.4.2 ¶11)."""
        if self.store.items["Alerts Configuration Settings"].get(name, True):
            at, device_utc = self.utc(), self.clock.shown()
            self.world.emit(Alert(at=at, interface="HAN", to=to, device_utc=device_utc, name=name, values=values))

    def fail_after(self, milliseconds: int) -> None:
        """Let the power fail after so many milliseconds of the device's own time."""
        self.queue.at_count(self.count + milliseconds, POWER, self._fail)

    def lose_power(self) -> None:
        """Cease to be. What the running event had changed is not kept; the index of the measuring unit is."""
        self.store.forget()
        self.commit()
        self.store.close()

    @staticmethod
    def _fail(_due: int) -> None:
        raise PowerFailed


def commission(design: Design, world: World, store: Store, edition: str) -> Meter:
    """Make a new meter of `edition` in an empty Data Store, its Clock right, and let it begin to work."""
    store.put(EDITION, edition)
    store.put(OSCILLATOR, [world.oscillator.origin, world.oscillator.ppb])
    store.put(".clock offset", world.utc - world.oscillator.elapsed(world.utc))
    for item, value in factory_items(edition).items():
        store.put(item, value)
    meter = Meter(design, world, store)
    meter.commit()
    return meter
