"""The reference gas meter as a system under test: the six calls of the adapter contract over the meter and its world."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Command,
    Description,
    Event,
    GasFlow,
    HubTime,
    Interrupt,
    Join,
    Leave,
    Reached,
    Restore,
    Send,
    Setup,
    Unsupported,
    Value,
)
from smets_reference.commands import HANDLERS
from smets_reference.data import FIRMWARE, IDENTIFIER, MAKER, MODEL
from smets_reference.design import SOUND, Design
from smets_reference.engine.oscillator import Oscillator
from smets_reference.hub_link import HUB
from smets_reference.meter import EDITION, OSCILLATOR, Meter, commission
from smets_reference.store import PowerFailed, Store
from smets_reference.world import World
from smets_spec.dictionary import load_dictionary
from smets_spec.editions import editions_of

STORE_VARIABLE = "SMETS_REFERENCE_STORE"
COMMISSIONED, AS_LEFT = "commissioned", "as left"
WAKES = ("Alarm", "Alert", "Response", "Stopped")


class ReferenceMeter:
    """A gas meter of any SMETS2 edition that lives in virtual time and keeps its Data Store in a real file.

    The file is the one named by `store`, else by the environment variable SMETS_REFERENCE_STORE, else a temporary one.
    From the baseline `commissioned` a new meter begins; from `as left` the one whose Data Store is in that file powers up
    again, at the true time at which it last kept anything, or at `Setup.utc` if that is later.
    """

    def __init__(self, design: Design = SOUND, store: Path | None = None) -> None:
        """Build meters of that design, one at each `reset`."""
        self._design = design
        named = store or os.environ.get(STORE_VARIABLE)
        self._path = Path(named) if named else _temporary_store(self)
        self._store: Store | None = None
        self._world: World | None = None
        self._meter: Meter | None = None
        self._inbox: list[Act] = []

    def describe(self) -> Description:
        """Say what this adapter offers."""
        return Description(
            name="reference" if self._design is SOUND else f"reference: {self._design.name}",
            version=FIRMWARE,
            systems=("gsme",),
            acts={
                "GasFlow": (),
                "HubTime": (),
                "Interrupt": ("power",),
                "Join": load_dictionary("gsme").peers,
                "Leave": (),
                "Restore": ("power",),
                "Send": tuple(sorted(HANDLERS)),
            },
            looks=dict.fromkeys(LOOKS, 0),
            wire="native",
            wakes=WAKES,
            baselines=(COMMISSIONED, AS_LEFT),
        )

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Begin with a new meter (`commissioned`), or power the old one up from its Data Store (`as left`).

        Raises:
            AdapterError: the baseline or edition is unknown, something is asked for that is not offered, there is no
                Data Store to go on from or it belongs to another edition, or the file cannot be used.
        """
        self._refuse_unknown(baseline, setup)
        self._meter = None
        if self._store is not None:
            self._store.close()
        self._inbox.clear()
        try:
            self._begin(baseline, setup)
        except OSError as error:
            raise AdapterError(f"the Data Store cannot be kept in {self._path}: {error}") from error
        return Reached(baseline=baseline, utc=self._in_world().utc)

    def do(self, act: Act) -> None:
        """Take one act, to be delivered at the next `advance`.

        Raises:
            Unsupported: the adapter does not offer it.
        """
        refusal = UNSUPPORTED.get(type(act), _unknown_act)(act)
        if act.node:
            refusal = f"there is one meter and it has no name, not even {act.node!r}"
        if refusal:
            raise Unsupported(refusal)
        self._in_world()
        self._inbox.append(act)

    def advance(self, seconds: int) -> int:
        """Deliver what was done, let time pass, and return the seconds gone.

        Raises:
            AdapterError: the seconds are negative, nothing was reset before, or the Data Store could not be kept.
        """
        if seconds < 0:
            raise AdapterError(f"time goes forward only: advance({seconds})")
        world = self._in_world()
        start = world.utc
        world.woken = False
        acts, self._inbox = self._inbox, []
        try:
            self._live(start, deaf=True)
            for act in acts:
                self._deliver(act)
                self._live(start, deaf=True)
            gone = self._live_on(start, seconds)
            self._keep()
        except OSError as error:
            raise AdapterError(f"the Data Store could not be kept in {self._path}: {error}") from error
        return gone

    def take(self) -> Sequence[Event]:
        """Return everything that came out since last asked, in order."""
        world = self._in_world()
        events, world.outbox = world.outbox, []
        return events

    def look(self, what: str, node: str = "") -> Value:
        """Return what an observer sees now; None where it needs power and there is none.

        Raises:
            Unsupported: the adapter does not offer that look.
        """
        if what not in LOOKS or node:
            raise Unsupported(f"cannot look at {what!r} of {node or 'the meter'}; on offer: {', '.join(LOOKS)}")
        self._in_world()
        return LOOKS[what](self._meter, self._design)

    def close(self) -> None:
        """Let go of the Data Store's file."""
        if self._store is not None:
            self._store.close()

    def _in_world(self) -> World:
        if self._world is None:
            raise AdapterError("the meter was never reset: call reset first")
        return self._world

    @staticmethod
    def _refuse_unknown(baseline: str, setup: Setup) -> None:
        known = [edition.id for edition in editions_of("gsme")]
        refusals = (
            (baseline not in (COMMISSIONED, AS_LEFT), f"no baseline {baseline!r}; it is {COMMISSIONED} or {AS_LEFT}"),
            (
                setup.edition not in known,
                f"no edition {setup.edition!r} of the gas meter; there are {', '.join(known)}",
            ),
            (bool(setup.configuration), "configuration is not accepted at reset; send Write Configuration Data"),
            (
                not set(setup.wake_on) <= set(WAKES),
                f"cannot wake on all of {setup.wake_on}; only on {', '.join(WAKES)}",
            ),
        )
        for refused, why in refusals:
            if refused:
                raise AdapterError(why)

    def _begin(self, baseline: str, setup: Setup) -> None:
        if baseline == COMMISSIONED:
            self._path.unlink(missing_ok=True)
            oscillator = Oscillator(setup.utc, self._design.oscillator_error(setup.seed))
            world = World(setup.utc, oscillator, frozenset(setup.wake_on))
            world.peers["hub"] = HUB
            self._store = self._design.store(self._path, self._design.capacities)
            self._meter = commission(self._design, world, self._store, setup.edition)
        else:
            world = self._go_on(setup)
        self._world = world
        self._keep()

    def _go_on(self, setup: Setup) -> World:
        if not self._path.exists():
            raise AdapterError(f"there is no Data Store in {self._path} to go on from; name one by {STORE_VARIABLE}")
        self._store = store = self._design.store(self._path, self._design.capacities)
        if store.items.get(EDITION) != setup.edition:
            raise AdapterError(f"the meter in {self._path} is of {store.items.get(EDITION)}, not of {setup.edition}")
        oscillator = Oscillator(*store.items[OSCILLATOR])
        world = World(max(setup.utc, oscillator.utc(store.count)), oscillator, frozenset(setup.wake_on))
        world.peers["hub"] = HUB
        self._meter = Meter(self._design, world, store)
        return world

    def _live_on(self, start: int, seconds: int) -> int:
        """Let time pass; when the bench is to be woken, only to the end of the second in which that happens."""
        world = self._in_world()
        if not world.woken:
            self._live(start + 1000 * seconds)
        gone = -(-(self._true_time() - start) // 1000) if world.woken else seconds
        self._live(start + 1000 * gone, deaf=True)
        return gone

    def _live(self, until: int, *, deaf: bool = False) -> None:
        """Let the meter live until then, and the world go on should the meter lose its power."""
        world = self._in_world()
        if self._meter is not None:
            try:
                self._meter.run(until, deaf=deaf)
            except PowerFailed:
                self._lose_power()
        if self._meter is None and (deaf or not world.woken):
            world.utc = until

    def _true_time(self) -> int:
        return self._in_world().utc if self._meter is None else self._meter.utc()

    def _deliver(self, act: Act) -> None:
        try:
            DELIVERIES[type(act)](self, act)
            if self._meter is not None:
                self._meter.commit()
        except PowerFailed:
            self._lose_power()

    def _lose_power(self) -> None:
        if self._meter is not None:
            world = self._in_world()
            world.utc = self._meter.utc()
            self._meter.lose_power()
            self._meter = self._store = None
            world.stopped("power")

    def _keep(self) -> None:
        """Have the Data Store hold what it should, in the file, before the caller goes on."""
        if self._meter is not None:
            if self._meter.count != self._meter.store.count:
                self._meter.commit()
            self._meter.store.flush()

    def _send(self, act: Send) -> None:
        if self._meter is not None and isinstance(act.message, Command):
            addressee = act.message.recipient
            if not addressee or addressee == self._meter.store.items["GSME Identifier"]:
                self._meter.commands.receive(act.originator, act.ref, act.message)

    def _interrupt(self, act: Interrupt) -> None:
        if self._meter is None:
            return
        if act.after_writes:
            self._meter.store.fail_after(act.after_writes)
        elif act.after_ms:
            self._meter.fail_after(act.after_ms)
        else:
            self._lose_power()

    def _restore(self, _act: Restore) -> None:
        if self._meter is None:
            self._store = self._design.store(self._path, self._design.capacities)
            self._meter = Meter(self._design, self._in_world(), self._store)

    def _hub_time(self, act: HubTime) -> None:
        self._in_world().hub_offset = act.offset
        if self._meter is not None:
            self._meter.hub_link.time_changed()

    def _gas_flow(self, act: GasFlow) -> None:
        if self._meter is not None:
            self._meter.gas_meter.settle()
        self._in_world().gas_flow = act.litres_per_hour

    def _join(self, act: Join) -> None:
        self._in_world().peers[act.peer] = act.kind
        if self._meter is not None:
            self._meter.hub_link.appeared(act.peer, act.kind)

    def _leave(self, act: Leave) -> None:
        self._in_world().peers.pop(act.peer, None)
        if self._meter is not None:
            self._meter.hub_link.disappeared(act.peer)


DELIVERIES: dict[type[Any], Callable[[ReferenceMeter, Any], None]] = {
    GasFlow: ReferenceMeter._gas_flow,
    HubTime: ReferenceMeter._hub_time,
    Interrupt: ReferenceMeter._interrupt,
    Join: ReferenceMeter._join,
    Leave: ReferenceMeter._leave,
    Restore: ReferenceMeter._restore,
    Send: ReferenceMeter._send,
}


def _unknown_act(act: Any) -> str:
    return f"{type(act).__name__} cannot be done to this meter; it takes {', '.join(k.__name__ for k in DELIVERIES)}"


def _unsupported_send(act: Send) -> str:
    message = act.message
    if not isinstance(message, Command):
        return "the wire is native: send a Command as structure, not as a GBCS message"
    if message.flaw:
        return f"the flaw {message.flaw!r} cannot be reproduced: Commands are not yet secured"
    if act.interface != "HAN":
        return f"Commands are sent over HAN, not over {act.interface!r}"
    return "" if message.name in HANDLERS else f"no Command {message.name!r}; it knows {', '.join(HANDLERS)}"


def _unsupported_line(act: Interrupt | Restore) -> str:
    return "" if act.line == "power" else f"the meter has no line {act.line!r}, only power"


def _unsupported_flow(act: GasFlow) -> str:
    return "" if act.litres_per_hour >= 0 else f"gas does not flow backwards: {act.litres_per_hour} litres an hour"


def _unsupported_join(act: Join) -> str:
    peers = load_dictionary("gsme").peers
    return "" if act.kind in peers else f"nothing of the kind {act.kind!r} joins; it is one of {', '.join(peers)}"


UNSUPPORTED: dict[type[Any], Callable[[Any], str]] = {
    GasFlow: _unsupported_flow,
    HubTime: lambda _act: "",
    Interrupt: _unsupported_line,
    Join: _unsupported_join,
    Leave: lambda _act: "",
    Restore: _unsupported_line,
    Send: _unsupported_send,
}


def _identification(_meter: Meter | None, design: Design) -> Value:
    return {
        "maker": MAKER,
        "model": MODEL,
        "hardware": "simulated",
        "firmware": FIRMWARE,
        "firmware_sha256": _firmware_digest(design.name),
        "identifier": IDENTIFIER,
    }


def _links(meter: Meter | None, _design: Design) -> Value:
    return None if meter is None else [{"peer": peer, "kind": kind} for peer, kind in meter.hub_link.links.items()]


# What can be seen, and how. The label can be read without power.
LOOKS: dict[str, Callable[[Meter | None, Design], Value]] = {
    "Clock": lambda meter, _design: None if meter is None else meter.clock.shown(),
    "Communications Hub Date and Time": lambda meter, _design: (
        None if meter is None else meter.hub_link.date_and_time()
    ),
    "Communications Links": _links,
    "Identification": _identification,
}


@lru_cache(maxsize=256)
def _firmware_digest(design: str) -> str:
    """Return the SHA-256 of the code that makes up the meter, and of the design's name, in hexadecimal."""
    digest = hashlib.sha256(design.encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _temporary_store(owner: ReferenceMeter) -> Path:
    folder = tempfile.mkdtemp(prefix="smets-reference-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "store"
