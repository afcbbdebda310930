"""Faults of the Event Log and the Security Log (4.6.5.9, 4.6.5.17), each seeded once for either."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from smets_conformance.adapter.contract import Value
from smets_reference.clock import DAY_MS
from smets_reference.data import CAPACITIES
from smets_reference.faults.civil_time import ahead_of_utc
from smets_reference.faults.ids import (
    EVENT_OVERWRITES,
    EVENT_ROOM,
    EVENT_STAMPED,
    RETAINED,
    SECURITY_OVERWRITES,
    SECURITY_ROOM,
    SECURITY_STAMPED,
)
from smets_reference.faults.making import seeded
from smets_reference.logs import Logs
from smets_reference.meter import Meter
from smets_reference.store import Entry, Store


def when_full(which: str, instead: Callable[[Store, Entry], None]) -> type[Store]:
    """Return a store that does `instead` with an entry for the log `which` when that is full."""

    class OtherwiseWhenFull(Store):
        """A store that does not overwrite the oldest entry."""

        def append(self, log: str, entry: Entry) -> None:
            """Add an entry to a log."""
            if log == which and len(self.logs[log]) == self.logs[log].maxlen:
                instead(self, entry)
            else:
                super().append(log, entry)

    return OtherwiseWhenFull


def refuse(_store: Store, _entry: Entry) -> None:
    """Drop the newest entry."""


def clear(log: str) -> Callable[[Store, Entry], None]:
    """Return what clears `log` before it adds the entry."""

    def cleared(store: Store, entry: Entry) -> None:
        store.logs[log].clear()
        store.append(log, entry)

    return cleared


def overwrite_second(log: str) -> Callable[[Store, Entry], None]:
    """Return what drops the second oldest entry of `log` in favour of the new one."""

    def overwritten(store: Store, entry: Entry) -> None:
        del store.logs[log][1]
        store.append(log, entry)

    return overwritten


def overwrite_newest(log: str) -> Callable[[Store, Entry], None]:
    """Return what drops the newest entry of `log` in favour of the new one."""

    def overwritten(store: Store, entry: Entry) -> None:
        store.logs[log].pop()
        store.append(log, entry)

    return overwritten


def stamping(which: str, stamp: Callable[[Meter], int]) -> type[Logs]:
    """Return logs that stamp entries of the log `which` otherwise."""

    class Misstamped(Logs):
        """Logs whose stamps are not the device's date and time by UTC."""

        def write(self, log: str, entry: str, values: dict[str, Value]) -> None:
            """Add an entry to a log."""
            if log == which:
                self.meter.store.append(log, {"utc": stamp(self.meter), "entry": entry, **values})
            else:
                super().write(log, entry, values)

    return Misstamped


def local_time(meter: Meter) -> int:
    """Return British civil time written as if it were UTC, in ms."""
    now = meter.clock.now()
    return now + ahead_of_utc(now)


def hubs_time(meter: Meter) -> int:
    """Return the hub's date and time where there is one, else the device's, in ms UTC."""
    hub = meter.hub_link.date_and_time()
    return meter.clock.now() if hub is None else hub


def day_only(meter: Meter) -> int:
    """Return the midnight before, in ms UTC."""
    return meter.clock.now() // DAY_MS * DAY_MS


def shared_room(which: str) -> type[Store]:
    """Return a store in which an entry of the other log takes the room of one of the log `which` when both hold a hundred."""

    class Shared(Store):
        """A store with one ring for two logs."""

        def append(self, log: str, entry: Entry) -> None:
            """Add an entry to a log."""
            full = sum(len(self.logs[each]) for each in REQUIREMENTS) >= 100
            if full and log != which and log in REQUIREMENTS and self.logs[which]:
                self.logs[which].popleft()
            super().append(log, entry)

    return Shared


# What goes wrong with a log, how, and which of its three requirements that breaks, which it may break besides.
ROOM, OVERWRITES, STAMPED = range(3)
MISTAKES: tuple[tuple[str, str, Callable[[str], dict[str, Any]], int, tuple[int, ...]], ...] = (
    ("of-99", "has room for 99 entries", lambda log: {"capacities": {**CAPACITIES, log: 99}}, ROOM, (OVERWRITES,)),
    ("of-64", "has room for 64 entries", lambda log: {"capacities": {**CAPACITIES, log: 64}}, ROOM, (OVERWRITES,)),
    ("refuses", "takes no entry when it is full", lambda log: {"store": when_full(log, refuse)}, OVERWRITES, (ROOM,)),
    ("starts-over", "is cleared when it is full", lambda log: {"store": when_full(log, clear(log))}, OVERWRITES, (ROOM,)),
    (
        "spares-oldest", "when full loses its second oldest entry",
        lambda log: {"store": when_full(log, overwrite_second(log))}, OVERWRITES, (ROOM,),
    ),
    (
        "loses-newest", "when full loses its newest entry for the new one",
        lambda log: {"store": when_full(log, overwrite_newest(log))}, OVERWRITES, (ROOM,),
    ),
    ("yields-room", "gives its room up to the other log", lambda log: {"store": shared_room(log)}, OVERWRITES, (ROOM,)),
    ("in-civil-time", "is stamped in civil time", lambda log: {"logs": stamping(log, local_time)}, STAMPED, ()),
    ("in-hubs-time", "is stamped with the hub's time", lambda log: {"logs": stamping(log, hubs_time)}, STAMPED, ()),
    ("by-day", "is stamped with the day alone", lambda log: {"logs": stamping(log, day_only)}, STAMPED, (OVERWRITES,)),
)  # fmt: skip
REQUIREMENTS = {
    "Event Log": (EVENT_ROOM, EVENT_OVERWRITES, EVENT_STAMPED),
    "Security Log": (SECURITY_ROOM, SECURITY_OVERWRITES, SECURITY_STAMPED),
}

for _log, _three in REQUIREMENTS.items():
    for _name, _what, _design, _broken, _besides in MISTAKES:
        seeded(
            f"{_log.lower().replace(' ', '-')}-{_name}",
            f"The {_log} {_what}.",
            _three[_broken],
            may=(*(_three[each] for each in _besides), RETAINED),
            **_design(_log),
        )
