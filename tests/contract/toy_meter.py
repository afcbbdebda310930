"""A gas meter of a few lines that keeps the contract, and every way in which one of its calls can break it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from smets_conformance.adapter import (
    Act,
    Alert,
    Command,
    Description,
    Event,
    HubTime,
    Reached,
    Response,
    Send,
    Setup,
    Unsupported,
    Value,
    serve,
)

ITEM = {
    "maker": "Toys",
    "model": "Toy meter",
    "hardware": "none",
    "firmware": "1",
    "firmware_sha256": "0" * 64,
    "identifier": "00" * 8,
}
DESCRIPTION: dict[str, Any] = {
    "name": "toy",
    "version": "1",
    "systems": ("gsme",),
    "acts": {"Send": ("Read Constant Data", "Write Configuration Data"), "HubTime": ()},
    "looks": {"Clock": 0, "Identification": 0},
    "wire": "native",
    "wakes": ("Alert",),
}


class Toy:
    """Shows the bench's time in steps of `step_ms`; answers a Command at once; alerts whatever the hub says, a second later."""

    def __init__(self, step_ms: int = 1, item: dict[str, str] | None = None, **description: Any) -> None:
        self.utc = 0
        self.step_ms = step_ms
        self.item = item or ITEM
        self.inbox: list[Act] = []
        self.due: list[Event] = []
        self.out: list[Event] = []
        self.wake_on: tuple[str, ...] = ()
        self.description = Description(**(DESCRIPTION | description))

    def describe(self) -> Description:
        return self.description

    def reset(self, baseline: str, setup: Setup) -> Reached:
        self.utc, self.wake_on = setup.utc, setup.wake_on
        self.inbox, self.due, self.out = [], [], []
        return Reached(baseline=baseline, utc=self.utc)

    def do(self, act: Act) -> None:
        if isinstance(act, HubTime) and act.node:
            raise Unsupported(f"there is no {act.node}")
        self.inbox.append(act)

    def advance(self, seconds: int) -> int:
        for act in self.inbox:
            if isinstance(act, Send) and isinstance(act.message, Command):
                values = {"item": act.message.parameters.get("item"), "value": "x"}
                self.out.append(Response(at=self.utc, ref=act.ref, outcome="success", values=values))
            elif isinstance(act, HubTime):
                self.due.append(Alert(at=self.utc + 1000, name="toy"))
        self.inbox = []
        gone = min(1, seconds) if self.due and "Alert" in self.wake_on else seconds
        self.utc += gone * 1000
        self.out += [event for event in self.due if event.at <= self.utc]
        self.due = [event for event in self.due if event.at > self.utc]
        return gone

    def take(self) -> Sequence[Event]:
        out, self.out = self.out, []
        return out

    def look(self, what: str, node: str = "") -> Value:
        return dict(self.item) if what == "Identification" else self.utc // self.step_ms * self.step_ms


def swallowing(_: Toy) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            time.sleep(0.05)
        except BaseException:  # noqa: BLE001 - this is the misdeed
            return 0
    return 0


def raising(error: BaseException) -> Callable[[Toy], Any]:
    def misbehave(_: Toy) -> Any:
        raise error

    return misbehave


def printing(text: bytes, *, then: int | None = None) -> Callable[[Toy], Any]:
    """Write to the descriptor that the protocol uses, whatever it is: the one pipe the child has besides its standard ones."""

    def misbehave(_: Toy) -> Any:
        os.write(sink(), text)
        if then is not None:
            os._exit(then)
        time.sleep(60)

    return misbehave


def sink() -> int:
    """Return the copy of standard output that `serve` made."""
    return max(int(fd.name) for fd in Path("/proc/self/fd").iterdir() if is_pipe(fd))


def is_pipe(fd: Path) -> bool:
    try:
        return str(fd.readlink()).startswith("pipe:")
    except OSError:
        return False


def closing(_: Toy) -> Any:
    os.close(sink())
    time.sleep(60)


def dying(_: Toy) -> Any:
    print("last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


# What each does instead of its call: (call, misbehaviour).
MISDEEDS: dict[str, tuple[str, Callable[[Toy], Any]]] = {
    "raises": ("advance", raising(ZeroDivisionError("no clock"))),
    "exits": ("advance", raising(SystemExit(0))),
    "hangs": ("advance", lambda _: time.sleep(60)),
    "hangs and swallows": ("advance", swallowing),
    "floats": ("look", lambda _: {"litres": [1, 1.5]}),
    "bytes": ("look", lambda _: b"\x00"),
    "huge number": ("look", lambda _: 2**64),
    "not text keys": ("look", lambda _: {1: 2}),
    "bottomless": ("look", lambda _: bottomless()),
    "more seconds": ("advance", lambda _: 11),
    "fewer seconds": ("advance", lambda _: 9),
    "negative seconds": ("advance", lambda _: -1),
    "seconds as text": ("advance", lambda _: "10"),
    "seconds as truth": ("advance", lambda _: True),
    "nothing from advance": ("advance", lambda _: None),
    "no list": ("take", lambda _: 7),
    "no event": ("take", lambda _: [{"event": "Alert"}]),
    "event from the future": ("take", lambda toy: [Alert(at=toy.utc + 1, name="toy")]),
    "event from before reset": ("take", lambda toy: [Alert(at=toy.utc - 60_000, name="toy")]),
    "events out of order": (
        "take",
        lambda toy: [Alert(at=toy.utc, name="toy"), Alert(at=toy.utc - 1, name="toy")],
    ),
    "event with float": ("take", lambda toy: [Alert(at=toy.utc, name="toy", values={"off": [0.5]})]),
    "event with number for name": ("take", lambda toy: [Alert(at=toy.utc, name=7)]),  # type: ignore[arg-type]
    "misspelt Alert": ("take", lambda toy: [Alert(at=toy.utc, name="Clock diference over Limit")]),
    "misspelt interface": ("take", lambda toy: [Alert(at=toy.utc, name="toy", interface="Han")]),
    "misspelt outcome": ("take", lambda toy: [Response(at=toy.utc, outcome="Success")]),
    "answers an act": ("do", lambda _: "done"),
    "another baseline": ("reset", lambda _: Reached(baseline="shelf", utc=0)),
    "no Reached": ("reset", lambda _: {"baseline": "commissioned", "utc": 0}),
    "no description": ("describe", lambda _: {"name": "toy"}),
    "unknown act offered": ("describe", lambda _: Description(**(DESCRIPTION | {"acts": {"HubTme": ()}}))),
    "unknown event to wake on": ("describe", lambda _: Description(**(DESCRIPTION | {"wakes": ("Allert",)}))),
    "a look that gives time": ("describe", lambda _: Description(**(DESCRIPTION | {"looks": {"Clock": -1}}))),
    "no common baseline": ("describe", lambda _: Description(**(DESCRIPTION | {"baselines": ("shelf",)}))),
    "text for a cost": ("describe", lambda _: Description(**(DESCRIPTION | {"looks": {"Clock": "0"}}))),
    # of a child process only
    "dies": ("advance", dying),
    "ends": ("advance", lambda _: os._exit(3)),
    "closes its output": ("advance", closing),
    "prints garbage": ("advance", printing(b"Traceback (most recent call last):\n")),
    "ends inside a line": ("advance", printing(b'{"id":', then=0)),
    "a reply to something else": ("advance", printing(b'{"id":99,"result":10}\n')),
    "a reply of another type": ("advance", printing(b'{"id":4,"result":"10"}\n')),
    "huge reply": ("advance", lambda _: [os.write(sink(), b"x" * 65536) for _ in range(1000)]),
}


def bottomless() -> Value:
    value: list[Value] = []
    value.append(value)
    return value


def misbehaving(misdeed: str) -> Toy:
    """Return a toy that does one thing wrong."""
    call, misbehave = MISDEEDS[misdeed]
    toy = Toy()
    setattr(toy, call, lambda *_: misbehave(toy))
    return toy


if __name__ == "__main__":
    serve(misbehaving(sys.argv[1]) if len(sys.argv) > 1 else Toy())
