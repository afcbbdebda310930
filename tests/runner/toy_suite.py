"""A toy meter, toy checks and a toy bench, by which the runner is tried without the real ones. Not a test itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Description,
    Event,
    HubTime,
    Reached,
    Setup,
    SystemUnderTest,
    Value,
)
from smets_conformance.adapter.guard import Guard
from smets_conformance.runner.evidence import FORMAT, Opening, PlannedCheck
from smets_conformance.runner.job import Entry, Job, Suite
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable, Recorder
from smets_reports.record import ClauseRow, Item, ParagraphRow, RequirementResult, Source

REQUIREMENT = "toy.clock.accuracy"
OTHER = "toy.clock.adjusts"


class ToyMeter:
    """A clock with an error in milliseconds; `manners` makes it misbehave as an adapter."""

    def __init__(self, error_ms: int = 0, manners: str = "", firmware: str = "1") -> None:
        self.error_ms = error_ms
        self.manners = manners
        self.firmware = firmware
        self.now = 0
        self.looks = 0

    def describe(self) -> Description:
        return Description(
            name="toy", version="1", systems=("gsme",), acts={"HubTime": ()}, looks={"Clock": 0, "Identification": 0}
        )

    def reset(self, baseline: str, setup: Setup) -> Reached:
        self.now = setup.utc
        return Reached(baseline=baseline, utc=setup.utc)

    def do(self, act: Act) -> None:
        if self.manners == "raises at HubTime":
            raise AdapterError("the serial port is gone")
        if self.manners == "dies at HubTime":
            os._exit(7)
        if self.manners == "is killed at HubTime":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.manners == "dawdles at HubTime":
            time.sleep(60)

    def advance(self, seconds: int) -> int:
        self.now += seconds * 1000
        return seconds

    def take(self) -> Sequence[Event]:
        return ()

    def look(self, what: str, node: str = "") -> Value:
        self.looks += 1
        if what == "Identification":
            return {"maker": "toy", "firmware": self.firmware if self.looks == 1 else self.firmware + self.manners[-1:]}
        return self.now + self.error_ms


class ToyBench:
    def __init__(self, entry: Entry, system: SystemUnderTest, recorder: Recorder, seed: int) -> None:
        self.system = system
        self.recorder = recorder
        self.seed = seed
        self.now = 1_000_000

    def reset(self) -> None:
        self.system.reset("commissioned", Setup(utc=self.now, edition="gsme@4.2"))
        self.recorder.step("reset", self.now, "reset to commissioned")

    def hub(self, offset: int) -> None:
        self.system.do(HubTime(offset=offset))
        self.recorder.step("act", self.now, f"the hub's clock runs {offset} ms ahead", HubTime(offset=offset))

    def clock_within(self, requirement: str, limit_ms: int) -> None:
        seen = self.system.look("Clock")
        reading = f"{seen - self.now} ms off"
        verdict = "pass" if abs(seen - self.now) <= limit_ms else "fail"
        self.recorder.step(
            "claim",
            self.now,
            "the clock is right",
            requirement=requirement,
            verdict=verdict,  # type: ignore[arg-type]
            expected=f"within {limit_ms} ms",
            reading=reading,
        )
        if verdict == "fail":
            raise Finding(requirement, "the clock is wrong", expected=f"within {limit_ms} ms", reading=reading)


def check_accurate(bench: ToyBench) -> None:
    """The clock is within ten seconds.

    Reset; look at the clock.
    """
    bench.reset()
    bench.clock_within(REQUIREMENT, 10_000)


def check_follows_hub(bench: ToyBench) -> None:
    """The clock stays right when the hub's moves."""
    bench.reset()
    bench.hub(0)
    bench.clock_within(REQUIREMENT, 10_000)
    bench.clock_within(OTHER, 5_000)


def check_bare_assert(bench: ToyBench) -> None:
    """Asserts."""
    bench.reset()
    assert bench.now == 0, "now is not nought"


def check_cannot_tell(bench: ToyBench) -> None:
    """Cannot tell."""
    raise Inconclusive("the limit lies inside the reading's uncertainty")


def check_wants_more(bench: ToyBench) -> None:
    """Needs a look nobody offers."""
    raise NotTestable("look Communications Links")


def check_silent(bench: ToyBench) -> None:
    """Claims nothing."""
    bench.reset()


def check_property(bench: ToyBench) -> None:
    """The clock is right whatever the hub says."""
    from hypothesis import given, seed, settings
    from hypothesis import strategies as st

    @seed(bench.seed)
    @settings(max_examples=20)
    @given(st.integers(-5, 5))
    def holds(offset: int) -> None:
        bench.recorder.example()
        bench.reset()
        bench.hub(offset)
        bench.clock_within(REQUIREMENT, 10_000)

    holds()


def check_two_bugs(bench: ToyBench) -> None:
    """Hypothesis finds two different things and raises them as a group."""
    from hypothesis import given, seed, settings
    from hypothesis import strategies as st

    @seed(bench.seed)
    @settings(max_examples=200)
    @given(st.integers(0, 100))
    def holds(number: int) -> None:
        bench.recorder.example()
        if number > 50:
            raise Finding(REQUIREMENT, "too much")
        if number < 5:
            raise Finding(OTHER, "too little")

    holds()


def check_flaky(bench: ToyBench) -> None:
    """Fails only once."""
    from hypothesis import given, seed
    from hypothesis import strategies as st

    failed: list[int] = []

    @seed(bench.seed)
    @given(st.integers(0, 100))
    def holds(number: int) -> None:
        bench.recorder.example()
        if number > 50 and not failed:
            failed.append(number)
            raise Finding(REQUIREMENT, "once")

    holds()


def check_dawdles(bench: ToyBench) -> None:
    """Takes its time, and says so in a file."""
    bench.reset()
    bench.clock_within(REQUIREMENT, 10_000)
    Path(os.environ["TOY_MARK"]).touch()
    time.sleep(60)


CHECKS: dict[str, Callable[[Any], None]] = {
    f"toy.{name.removeprefix('check_')}": function
    for name, function in list(globals().items())
    if name.startswith("check_")
}


def build(job: Job) -> Suite:
    options = job.options

    def open_system(entry: Entry) -> SystemUnderTest:
        if options.get("manners") == "does not start":
            raise AdapterError("no such device")
        meter = ToyMeter(options.get("error_ms", 0), options.get("manners", ""))
        return Guard(meter, call_s=0.5) if options.get("guarded") else meter

    def identify(system: SystemUnderTest) -> Item:
        system.reset("commissioned", Setup(utc=0, edition="gsme@4.2"))
        seen = system.look("Identification")
        return Item(maker=seen["maker"], firmware=seen["firmware"])

    copies = {f"toy.copy_{n}": check_accurate for n in range(options.get("copies", 0))}
    return Suite(CHECKS | copies, open_system, ToyBench, identify)


def opening(checks: Sequence[str], edition: str = "gsme@4.2") -> Opening:
    """An opening line for a run of toy checks over two requirements of one paragraph each."""
    clause = ClauseRow(
        "4.4.1",
        "Clock",
        2,
        "GSME",
        paragraphs=(ParagraphRow(1, "text", 1, requirements=(REQUIREMENT,), covered=1), ParagraphRow(2, "text", 3)),
    )
    return Opening(
        format=FORMAT,
        run="toy",
        edition=edition,
        document="smets2-4.2",
        stated_version="4.2",
        standing="in force",
        profile={},
        ixit={},
        rig={},
        adapter={},
        suite={},
        started="2026-01-01T00:00:00Z",
        seed=1,
        depth="quick",
        checks=tuple(PlannedCheck(c, c, "", "", verified_by(c), "run") for c in checks),
        requirements=tuple(
            RequirementResult(r, "Clock", "…", "shall", "test", "unverified", "", (Source("4.4.1", 1),))
            for r in (REQUIREMENT, OTHER)
        ),
        clauses=(clause,),
    )


def verified_by(check: str) -> tuple[str, ...]:
    """What a toy check verifies."""
    return (REQUIREMENT, OTHER) if check in ("toy.follows_hub", "toy.two_bugs") else (REQUIREMENT,)


def job(checks: Sequence[str], depth: str = "quick", **options: Any) -> Job:
    """A job of toy checks."""
    entries = tuple(Entry(check, verified_by(check)) for check in checks)
    return Job(suite=f"{__name__}:build", options=options, entries=entries, seed=1, depth=depth)
