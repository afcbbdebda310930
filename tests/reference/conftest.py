"""A gas meter in the hand: what the tests of the reference drive it with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from smets_conformance.adapter.contract import (
    Act,
    Alert,
    Command,
    Event,
    GasFlow,
    HubTime,
    Interrupt,
    Response,
    Restore,
    Send,
    Setup,
)
from smets_reference.adapter import ReferenceMeter
from smets_reference.design import SOUND, Design

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def utc(text: str) -> int:
    """Return a time written as `2026-01-13 12:00:00` in ms UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def exact(_seed: int) -> int:
    """The error of an oscillator that has none, so that expectations can be worked out by hand."""
    return 0


class Drive:
    """A commissioned meter, and short words for what is done to it and seen of it."""

    def __init__(
        self, system: ReferenceMeter, at: str = "2026-01-13 12:00:00", edition: str = "gsme@4.2", seed: int = 0
    ) -> None:
        self.system = system
        self.begin = utc(at)
        self.sent = 0
        self.events: list[Event] = []
        system.reset("commissioned", Setup(utc=self.begin, edition=edition, seed=seed))

    def do(self, *acts: Act) -> None:
        for act in acts:
            self.system.do(act)

    def let(self, seconds: int = 0, *acts: Act) -> list[Event]:
        """Do the acts, let the seconds pass, and return what came out."""
        self.do(*acts)
        assert self.system.advance(seconds) == seconds
        came = list(self.system.take())
        self.events += came
        return came

    def command(self, name: str, parameters: dict[str, Any], execute_at: int | None = None, ref: str = "") -> Response:
        """Send a Command as the Supplier and return the Response."""
        self.sent += 1
        ref = ref or f"ref {self.sent}"
        message = Command(name=name, parameters=parameters, execute_at=execute_at)
        came = self.let(0, Send(interface="HAN", originator="Supplier", ref=ref, message=message))
        (response,) = [event for event in came if isinstance(event, Response)]
        assert (response.ref, response.to, response.interface) == (ref, "Supplier", "HAN")
        return response

    def read(self, item: str) -> Any:
        """Return the value of a configuration or operational item."""
        kinds = ("Operational", "Configuration", "Constant")
        responses = (self.command(f"Read {kind} Data", {"item": item}) for kind in kinds)
        return next(response.values["value"] for response in responses if response.outcome == "success")

    def write(self, items: dict[str, Any], execute_at: int | None = None, ref: str = "") -> Response:
        return self.command("Write Configuration Data", {"items": items}, execute_at, ref)

    def set_clock(self, asked: int, tolerance: int) -> Response:
        return self.command("Set Clock", {"date and time": asked, "tolerance": tolerance})

    def clock(self) -> int:
        return int(self.system.look("Clock"))

    def entries(self, log: str, name: str = "") -> list[int]:
        """Return the stamps of a log's entries, of those with that name where one is given."""
        return [entry["utc"] for entry in self.read(log) if not name or entry["entry"] == name]

    def alerts(self, name: str) -> list[Alert]:
        return [event for event in self.events if isinstance(event, Alert) and event.name == name]

    def hub(self, offset: int | None) -> None:
        self.do(HubTime(offset=offset))

    def flow(self, litres_per_hour: int) -> None:
        self.do(GasFlow(litres_per_hour=litres_per_hour))

    def without_power(self, seconds: int) -> None:
        self.let(seconds, Interrupt())
        self.let(0, Restore())


@pytest.fixture
def drive() -> Callable[..., Drive]:
    """Return what makes a meter of a design with an exact oscillator, unless it is asked for another."""

    def make(design: Design = SOUND, **setup: Any) -> Drive:
        return Drive(ReferenceMeter(design), **setup)

    return make
