"""The other end of a pair of pipes: `serve` answers the adapter protocol for a system that does nothing, `echo` bare JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from smets_conformance.adapter.contract import Act, Description, Event, HubTime, Reached, Setup, Value
from smets_conformance.adapter.serve import serve


class Idle:
    """A system under test that does as little as the contract allows."""

    def __init__(self) -> None:
        self.acts = 0

    def describe(self) -> Description:
        return Description(name="idle", version="1", systems=("gsme",), acts={HubTime.__name__: ()}, looks={"Clock": 0})

    def reset(self, baseline: str, setup: Setup) -> Reached:
        return Reached(baseline=baseline, utc=setup.utc)

    def do(self, act: Act) -> None:
        self.acts += 1

    def advance(self, seconds: int) -> int:
        return seconds

    def take(self) -> Sequence[Event]:
        return ()

    def look(self, what: str, node: str = "") -> Value:
        return self.acts


def echo() -> None:
    """Read each line as JSON and write it again, until the other end closes."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(json.loads(line)).encode() + b"\n")
        sys.stdout.buffer.flush()


def command(way: str) -> list[str]:
    """Return what starts this file as a child; the folder it lies in must not shadow anybody's modules."""
    return [sys.executable, "-P", str(Path(__file__)), way]


if __name__ == "__main__":
    {"serve": lambda: serve(Idle()), "echo": echo}[sys.argv[1]]()
