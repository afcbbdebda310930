"""Calls to an adapter in a child process, one by one and pipelined, beside a bare echo of JSON lines over the same pipes."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.child import command
from benchmarks.measure import Row, rates
from smets_conformance.adapter.contract import HubTime
from smets_conformance.adapter.process import ChildSystem

CALLS = 4_000
TURNS = 9
ACTS = 50  # sent before the call that waits for them
BARE = 0.5  # how much of the bare echo's rate is wanted
PIPELINED = 2.0  # how many times the rate of single calls


def rows(calls: int = CALLS, turns: int = TURNS) -> Iterator[Row]:
    """Yield both rates, in calls a second of the wall: most of the time is spent in passing from one process to the other."""
    with _child() as system, _echo() as bare:

        def looks() -> int:
            for _ in range(calls):
                system.look("Clock")
            return calls

        def echoes() -> int:
            for number in range(calls):
                bare(number)
            return calls

        def acts() -> int:
            for _ in range(calls // ACTS):
                for number in range(ACTS):
                    system.do(HubTime(offset=number))
                system.advance(0)
            return calls // ACTS * (ACTS + 1)

        single, echoed, pipelined = rates(looks, echoes, acts, runs=turns, clock=time.perf_counter)
    yield Row(
        "adapter in a child process: calls, one by one",
        "calls/s",
        single,
        {"bare echo of JSON lines": echoed},
        f"≥ {BARE:g} of the echo",
        single >= BARE * echoed,
    )
    yield Row(
        "the same, pipelined",
        "calls/s",
        pipelined,
        {"ours, one by one": single},
        f"≥ {PIPELINED:g} × one by one",
        pipelined >= PIPELINED * single,
        f"{ACTS} acts, then the call that waits for them",
    )


@contextmanager
def _child() -> Iterator[ChildSystem]:
    system = ChildSystem(command("serve"))
    try:
        yield system
    finally:
        system.close()


@contextmanager
def _echo() -> Iterator[Callable[[int], object]]:
    """Give a function that sends a request, like ours in what it says, to a child that sends it back, and reads the reply."""
    with subprocess.Popen(command("echo"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        stdin, stdout = child.stdin, child.stdout
        assert stdin is not None
        assert stdout is not None

        def call(number: int) -> object:
            stdin.write(json.dumps({"call": "look", "id": number, "what": "Clock"}).encode() + b"\n")
            stdin.flush()
            return json.loads(stdout.readline())

        yield call
        stdin.close()
