"""Faults of the Data Store: what it forgets, when, and how (4.4.3)."""
# ruff: noqa: D102, D107 - the docstring of the class says what its altered method does

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from smets_conformance.adapter.contract import Value
from smets_reference.clock import DAY_MS
from smets_reference.commands import WAITING
from smets_reference.configuration import Configuration
from smets_reference.data import factory_items
from smets_reference.faults.civil_time import year_of
from smets_reference.faults.ids import (
    LOGS,
    NOT_MISSED,
    NOT_REPEATED,
    RETAINED,
    RETAINED_UNPOWERED,
)
from smets_reference.faults.making import breaks
from smets_reference.logs import Logs
from smets_reference.part import HALF_HOUR
from smets_reference.store import Entry, Store


class InField(Store):
    """A store that knows whether the meter has left the factory: with the first commit it has."""

    def __init__(self, path: Path, capacities: Mapping[str, int]) -> None:
        super().__init__(path, capacities)
        self.in_field = bool(self.items)

    def commit(self, count: int) -> None:
        super().commit(count)
        self.in_field = True


class Volatile(InField):
    """A store that keeps some items and logs only while there is power. Not a fault yet: a fault says which."""

    forgotten: ClassVar[tuple[str, ...]] = ()

    def put(self, item: str, value: Value) -> None:
        super().put(item, value)
        if self.in_field and item in self.forgotten:
            del self._put[item]

    def append(self, log: str, entry: Entry) -> None:
        super().append(log, entry)
        if log in self.forgotten:
            self._appended.pop()


@breaks(RETAINED_UNPOWERED)
class LosesEventLog(Volatile):
    """The Event Log is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Event Log",)


@breaks(RETAINED_UNPOWERED)
class LosesSecurityLog(Volatile):
    """The Security Log is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Security Log",)


@breaks(RETAINED_UNPOWERED)
class LosesDailyReadLog(Volatile):
    """The Daily Read Log is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Daily Read Log",)


@breaks(RETAINED_UNPOWERED)
class LosesProfileDataLog(Volatile):
    """The Profile Data Log is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Profile Data Log",)


@breaks(RETAINED_UNPOWERED)
class LosesStandingCharge(Volatile):
    """What is written to one configuration item, a record, is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Standing Charge",)


@breaks(RETAINED_UNPOWERED)
class LosesSupplierMessage(Volatile):
    """What is written to one configuration item, a text, is kept in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = ("Supplier Message",)


@breaks(RETAINED_UNPOWERED, may=(NOT_MISSED,))
class LosesWaitingCommands(Volatile):
    """Future dated Commands wait in volatile memory."""

    forgotten: ClassVar[tuple[str, ...]] = (WAITING,)


@breaks(RETAINED_UNPOWERED)
class LosesModelType(Store):
    """A constant is set at the factory in volatile memory."""

    def __init__(self, path: Path, capacities: Mapping[str, int]) -> None:
        super().__init__(path, capacities)
        if self.items:
            self.items["Model Type"] = ""


@breaks(RETAINED_UNPOWERED)
class LosesLatestEntry(Store):
    """An entry is written to storage only when the next one comes."""

    def append(self, log: str, entry: Entry) -> None:
        super().append(log, entry)
        self._appended[-1:] = [(log, each) for each in list(self.logs[log])[-2:-1]]


@breaks(RETAINED_UNPOWERED, may=(NOT_MISSED, NOT_REPEATED))
class LosesLastMinute(InField):
    """What is committed is written to storage a minute later: answered before it is kept."""

    def commit(self, count: int) -> None:
        waiting = [*getattr(self, "waiting", []), (count, self._put, self._appended)]
        for then, put, appended in waiting:
            if not self.in_field or then <= count - 60_000:
                self._put, self._appended = put, appended
                super().commit(then)
        self.waiting = [each for each in waiting if each[0] > count - 60_000] if self.in_field else []
        self._put, self._appended, self.count = {}, [], count

    def forget(self) -> None:
        self.waiting = []
        super().forget()


@breaks(RETAINED_UNPOWERED, may=LOGS)
class ReversesLogs(Store):
    """When power returns the logs are read back with the newest entry first."""

    def __init__(self, path: Path, capacities: Mapping[str, int]) -> None:
        super().__init__(path, capacities)
        for log in self.logs.values():
            log.reverse()


@breaks(RETAINED_UNPOWERED)
class ClearsLogsAfterDayWithoutPower(Logs):
    """The logs are kept by a capacitor, which lasts a day."""

    def start(self) -> None:
        if self.meter.count - self.meter.store.count > DAY_MS:
            for log in self.meter.store.logs.values():
                log.clear()


@breaks(RETAINED_UNPOWERED)
class ErasesBeforeWriting(InField):
    """An item is first erased and then written, and the power may fail in between."""

    def put(self, item: str, value: Value) -> None:
        if self.in_field and not item.startswith("."):
            self.items[item] = self._put[item] = None
            self.commit(self.count)
            self._written()
        super().put(item, value)


@breaks(RETAINED, may=(NOT_MISSED, NOT_REPEATED))
class FallsBackAfterAWeek(Configuration):
    """A week after it was written a configuration item falls back to what it left the factory with."""

    def write(self, parameters: dict[str, Value]) -> dict[str, Value]:
        for item in parameters["items"]:
            due = self.meter.count + 7 * DAY_MS
            self.meter.queue.at_count(due, HALF_HOUR, partial(self.fall_back, item))
        return super().write(parameters)

    def fall_back(self, item: str, due: int) -> None:
        self.meter.store.put(item, factory_items(self.meter.names.edition)[item])


@breaks(RETAINED, may=(NOT_MISSED, NOT_REPEATED))
class FallsBackAtNewYear(Configuration):
    """At the turn of the year the configuration falls back to what it left the factory with."""

    def start(self) -> None:
        new_year = datetime(year_of(self.meter.clock.now()) + 1, 1, 1, tzinfo=UTC)
        due = int(new_year.timestamp()) * 1000
        self.meter.queue.at_time(due, HALF_HOUR, self.fall_back)

    def fall_back(self, due: int) -> None:
        factory = factory_items(self.meter.names.edition)
        for item in self.meter.names.items("configuration"):
            self.meter.store.put(item, factory[item])


@breaks(RETAINED, may=LOGS)
class EntriesExpire(Logs):
    """Entries of the Event Log and the Security Log are deleted a week after they were made."""

    def start(self) -> None:
        self.meter.queue.at_count(self.meter.count + DAY_MS, HALF_HOUR, self.expire)

    def expire(self, due: int) -> int:
        for log in ("Event Log", "Security Log"):
            kept = self.meter.store.logs[log]
            while kept and kept[0]["utc"] < self.meter.clock.now() - 7 * DAY_MS:
                kept.popleft()
        return due + DAY_MS


@breaks(RETAINED)
class ProfileExpiresAfterAMonth(Logs):
    """Entries of the Profile Data Log, which has room for three months, are deleted after one."""

    def start(self) -> None:
        self.meter.queue.at_count(self.meter.count + DAY_MS, HALF_HOUR, self.expire)

    def expire(self, due: int) -> int:
        kept = self.meter.store.logs["Profile Data Log"]
        while kept and kept[0]["utc"] < self.meter.clock.now() - 30 * DAY_MS:
            kept.popleft()
        return due + DAY_MS


@breaks(RETAINED_UNPOWERED)
class ForgetsAfterAWeekWithoutPower(Logs):
    """A configuration item is kept by a capacitor, which lasts a week."""

    def start(self) -> None:
        if self.meter.store.count and self.meter.count - self.meter.store.count > 7 * DAY_MS:
            self.meter.store.put("Supplier Message", "")
