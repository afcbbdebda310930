"""A toy gas meter, written from the clauses for these tests alone: small, slow, and wrong on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from smets_conformance.adapter.contract import (
    Act,
    Alert,
    Command,
    Description,
    Event,
    HubTime,
    Interrupt,
    Join,
    Leave,
    Reached,
    Response,
    Restore,
    Send,
    Setup,
    Stopped,
)
from smets_conformance.bench import Bench
from smets_conformance.profile import Declarations, declare, load_declarations
from smets_spec.catalogue import Catalogue, load_catalogue

S = 1_000
HOUR = 3_600 * S
DAY = 24 * HOUR
LATENCY_S = 40
COMMANDS = (
    "Set Clock",
    "Read Constant Data",
    "Read Configuration Data",
    "Read Operational Data",
    "Write Configuration Data",
)


class Toy:
    """Compares on the hour of its life, records at midnight, and keeps a handful of items; `mistakes` name what it gets wrong."""

    def __init__(self, mistakes: frozenset[str] = frozenset()) -> None:
        self.mistakes = mistakes
        self.acts: dict[str, tuple[str, ...]] = {
            kind.__name__: () for kind in (HubTime, Interrupt, Restore, Join, Leave)
        } | {"Send": COMMANDS}
        self.looks = {"Clock": 0, "Communications Links": 0}
        self.latency = LATENCY_S * S if "slow" in mistakes else 0

    def describe(self) -> Description:
        return Description(name="toy", version="1", systems=("gsme",), acts=self.acts, looks=self.looks, wire="native")

    def reset(self, baseline: str, setup: Setup) -> Reached:
        self.edition = setup.edition
        self.now = self.began = setup.utc
        self.off = 0  # device clock minus bench clock
        self.hub: int | None = 0
        self.links = ["hub"]
        self.last_adjusted: int | None = None
        self.powered = True
        self.armed: int | None = None
        self.writes_left: int | None = None
        self.shown = self.clock
        self.recorded: set[int] = set()
        self.waiting: list[tuple[int, Command, str]] = []
        self.inbox: list[tuple[int, str, Command]] = []
        self.events: list[Event] = []
        self.defaults = {
            "Supplier Message": "hello",
            "Low Credit Threshold": 100,
            "Customer Identification Number": "12",
        }
        self.items: dict[str, Any] = {
            "Model Type": "toy",
            "Consumption Register": 7,
            "Event Log": [],
            "Security Log": [],
            "Daily Read Log": [],
            **self.defaults,
        }
        return Reached(baseline=baseline, utc=setup.utc)

    @property
    def clock(self) -> int:
        return self.now + self.off

    def look(self, what: str, node: str = "") -> Any:
        if not self.powered:
            return None
        if what == "Clock":
            summer = "civil time" in self.mistakes and 3 < (self.clock // DAY // 30) % 12 < 9
            shown = self.clock + (HOUR if summer else 0)
            return shown // S * S if "whole seconds" in self.mistakes else shown
        return [{"peer": peer, "kind": "Communications Hub Function"} for peer in self.links]

    def take(self) -> Sequence[Event]:
        events, self.events = self.events, []
        return events

    def do(self, act: Act) -> None:
        match act:
            case HubTime(offset=offset):
                self.hub = offset
            case Join(peer=peer):
                self.links.append(peer)
            case Leave(peer=peer):
                self.links.remove(peer)
            case Interrupt(after_ms=None, after_writes=None):
                self.stop()
            case Interrupt(after_ms=int(late)):
                self.armed = self.now + late
            case Interrupt(after_writes=int(count)):
                self.writes_left = count
            case Restore():
                self.powered, self.armed, self.writes_left = True, None, None
                self.calendar()
                self.commands()
            case Send(ref=ref, message=Command() as command) if self.powered:
                self.inbox.append((self.now + self.latency, ref, command))
            case _:
                pass

    def stop(self) -> None:
        if self.powered:
            self.powered = False
            self.events.append(Stopped(at=self.now, why="power"))
            if "forgets" in self.mistakes:
                self.items |= self.defaults
            if "forgets the adjustment" in self.mistakes:
                self.last_adjusted = None

    def advance(self, seconds: int) -> int:
        end = self.now + seconds * S
        while True:
            ahead = [self.began + ((self.now - self.began) // HOUR + 1) * HOUR]
            ahead += [
                self.now + (-self.clock % DAY or DAY),
                *(due - self.off for due, _, _ in self.waiting if due > self.clock),
            ]
            ahead += [self.armed] if self.armed is not None and self.armed > self.now else []
            ahead += [due for due, _, _ in self.inbox if due > self.now]
            self.collect()
            soonest = min(ahead)
            if soonest > end:
                break
            self.now = soonest
            if self.armed is not None and self.now >= self.armed:
                self.stop()
            if self.powered:
                self.calendar()
                self.commands()
                if (self.now - self.began) % HOUR == 0:
                    self.compare()
        self.now = end
        return seconds

    def collect(self) -> None:
        due = [each for each in self.inbox if each[0] <= self.now]
        self.inbox = [each for each in self.inbox if each[0] > self.now]
        for _, ref, command in due if self.powered else ():
            self.receive(ref, command)

    def compare(self) -> None:
        if self.hub is None or not self.links or "never compares" in self.mistakes:
            return
        apart = self.hub - self.off
        if abs(apart) > (12 if "limit of twelve" in self.mistakes else 10) * S:
            self.enter("Security Log", "Clock difference over limit")
            if "no alert" not in self.mistakes:
                self.events.append(Alert(at=self.now, name="Clock difference over limit", interface="HAN"))
            if "adjusts anyway" in self.mistakes:
                self.off = self.hub
        elif abs(apart) >= S and (
            self.last_adjusted is None or self.now - self.last_adjusted >= DAY or "never rests" in self.mistakes
        ):
            self.off, self.last_adjusted = self.hub, self.now

    def calendar(self) -> None:
        first = (self.shown // DAY + 1) * DAY
        for midnight in range(first, self.clock + 1, DAY):
            if midnight not in self.recorded:
                self.recorded.add(midnight)
                self.enter("Daily Read Log", None, midnight)
        self.shown = self.clock

    def commands(self) -> None:
        for each in [each for each in self.waiting if each[0] <= self.clock]:
            due, command, ref = each
            if "repeats" not in self.mistakes:
                self.waiting.remove(each)
            elif ref in getattr(self, "done", ()) and self.clock > due + HOUR:
                continue
            self.done = {*getattr(self, "done", ()), ref}
            self.items |= command.parameters["items"]
            outcome = {"ref": ref, "command": command.name, "outcome": "success"}
            self.events.append(Alert(at=self.now, name="Future-dated Command outcome", interface="HAN", values=outcome))

    def enter(self, log: str, entry: str | None, stamp: int | None = None) -> None:
        made = {"utc": self.clock if stamp is None else stamp} | ({"entry": entry} if entry else {})
        room = 31 if log.startswith("Daily") else 64 if "small logs" in self.mistakes else 100
        self.items[log] = [*self.items[log], made][-room:]

    def receive(self, ref: str, command: Command) -> None:
        values: dict[str, Any] = {}
        outcome = "success"
        if command.execute_at is not None:
            self.waiting.append((command.execute_at, command, ref))
            outcome = "received"
        elif command.name == "Set Clock":
            outcome = self.set_clock(**{name.replace(" ", "_"): value for name, value in command.parameters.items()})
        elif command.name == "Write Configuration Data":
            for item, value in command.parameters["items"].items():
                if self.writes_left == 0:
                    self.stop()
                    return
                if self.writes_left is not None:
                    self.writes_left -= 1
                self.items[item] = value
        elif command.parameters["item"] in self.items:
            values = {"item": command.parameters["item"], "value": self.items[command.parameters["item"]]}
        else:
            outcome, values = "failure", {"reason": "not held"}
        if "mute" not in self.mistakes:
            self.events.append(Response(at=self.now, ref=ref, interface="HAN", outcome=outcome, values=values))

    def set_clock(self, date_and_time: int, tolerance: int) -> str:
        if self.hub is None:
            return "failure"
        hub = self.now + self.hub
        against = self.clock if "compares own clock" in self.mistakes else hub
        if abs(date_and_time - against) > tolerance * S:
            self.enter("Event Log", "Clock not adjusted")
            if self.edition in ("gsme@2.0", "gsme@3.1") and "no alert" not in self.mistakes:
                self.events.append(Alert(at=self.now, name="Clock not adjusted", interface="HAN"))
            return "failure"
        self.off = (date_and_time if "takes the Command's time" in self.mistakes else hub) - self.now
        self.enter("Event Log", "Clock adjusted")
        if "leap drops" in self.mistakes:
            self.shown = self.clock
        self.calendar()
        self.commands()
        return "success"


class Notes:
    """A recorder that keeps what the bench writes down."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.examples = 0

    def step(
        self,
        kind: str,
        at: int,
        text: str,
        body: Any = None,
        device_utc: int | None = None,
        requirement: str = "",
        verdict: str | None = None,
        expected: str = "",
        reading: str = "",
        tolerance: str = "",
        interpretations: tuple[str, ...] = (),
    ) -> None:
        self.steps.append({"kind": kind, "body": body, "requirement": requirement, "verdict": verdict, "text": text})

    def example(self) -> None:
        self.examples += 1

    def claims(self, verdict: str) -> set[str]:
        return {step["requirement"] for step in self.steps if step["kind"] == "claim" and step["verdict"] == verdict}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def declarations() -> Callable[..., Declarations]:
    """Return the reference's declarations of an edition, with other answers to some questions."""

    def of(edition: str = "gsme@4.2", **changed: Any) -> Declarations:
        return declare(load_declarations(edition), {name.replace("__", "."): value for name, value in changed.items()})

    return of


@pytest.fixture
def make_bench(catalogue: Catalogue, declarations: Callable[..., Declarations]) -> Callable[..., tuple[Bench, Notes]]:
    """Return a bench with a toy on it that makes the given mistakes, and its notes."""

    def make(*mistakes: str, edition: str = "gsme@4.2", toy: Toy | None = None, **changed: Any) -> tuple[Bench, Notes]:
        notes = Notes()
        system = toy or Toy(frozenset(mistakes))
        declared = declarations(edition, clock_drift_ppm=0, **changed)
        return Bench(system, declarations=declared, catalogue=catalogue, recorder=notes, seed=7, depth="quick"), notes

    return make


@pytest.fixture
def toy() -> type[Toy]:
    return Toy
