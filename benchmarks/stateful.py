"""Steps a second through the state machine of the clock on the reference meter, beside Hypothesis over a bare model."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from benchmarks.measure import Row, rates
from smets_conformance.adapter.exchange import Exchange, Recording
from smets_conformance.bench import Bench
from smets_conformance.checks.meter.clock_machine import ClockMachine, machine_for, walk
from smets_conformance.profile import load_declarations
from smets_conformance.runner.job import Entry, Job
from smets_conformance.runner.recording import CheckRecorder, nowhere
from smets_conformance.runner.suite import BUILD, Options, build

STEPS = 2_000
LONGEST = 50  # steps of one of Hypothesis's examples
TARGET = 3_000


class BareClock(RuleBasedStateMachine):
    """A clock of three numbers, and what may be done to it."""

    steps = 0

    @initialize()
    def begin(self) -> None:
        self.now = self.clock = self.hub = 0

    @rule(seconds=st.integers(-10, 10))
    def hub_moves(self, seconds: int) -> None:
        BareClock.steps += 1
        self.hub = self.now + seconds

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        BareClock.steps += 1
        self.now, self.clock, self.hub = (each + hours * 3_600 for each in (self.now, self.clock, self.hub))

    @rule(seconds=st.integers(-50, 50))
    def supplier_sets_the_clock(self, seconds: int) -> None:
        BareClock.steps += 1
        if abs(seconds) <= 10:
            self.clock = self.hub

    @invariant()
    def obeys(self) -> None:
        assert abs(self.clock - self.now) <= 10


class Reference:
    """The machine on a bench with the reference meter, put together as the runner does it, evidence recorded and let go."""

    def __init__(self) -> None:
        self.calls = 0
        declarations = load_declarations("gsme@4.2")
        options = msgspec.to_builtins(Options("reference", declarations))
        suite = build(Job(suite=BUILD, options=options, entries=(), seed=0, depth="quick"))
        entry = Entry("benchmark", ())
        recorder = CheckRecorder(entry.check, nowhere, every_example=False)
        self._system = suite.open(entry)

        def count(exchange: Exchange) -> None:
            self.calls += 1
            recorder.exchange(exchange)

        self.bench: Bench = suite.bench(entry, Recording(self._system, count), recorder, 0)
        self.machine: type[ClockMachine] = machine_for(self.bench)

    def walk(self, steps: int) -> int:
        walk(self.machine, steps)
        return steps


def explore(steps: int) -> int:
    """Let Hypothesis take about so many steps over the bare model; return how many it took."""
    BareClock.steps = 0
    phases = (Phase.explicit, Phase.generate)
    chosen = settings(
        max_examples=max(1, steps // LONGEST),
        stateful_step_count=LONGEST,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    seed(0)(BareClock)
    run_state_machine_as_test(BareClock, settings=chosen)
    return BareClock.steps


def rows(steps: int = STEPS) -> Iterator[Row]:
    """Yield the steps of a seeded random walk in a second of CPU time."""
    reference = Reference()
    taken = 0

    def ours() -> int:
        nonlocal taken
        taken += steps
        return reference.walk(steps)

    walked, explored = rates(ours, lambda: explore(steps), runs=3)
    yield Row(
        "stateful steps, a random walk on the reference",
        "steps/CPU s",
        walked,
        {"Hypothesis over a bare model": explored},
        f"≥ {TARGET:,}",
        walked >= TARGET,
        f"each step makes {reference.calls / taken:.0f} calls of the contract, {walked * reference.calls / taken:,.0f} a second",
    )
