"""One row of the table, and how a command's cost is taken: CPU seconds of the whole process and its children."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A measurement: `ours` and each peer's figure in `unit`, the target in words, and whether it is met."""

    what: str
    unit: str
    ours: float
    peers: dict[str, float]
    target: str
    met: bool
    note: str = ""


class Cost(msgspec.Struct, frozen=True):
    """What a command took: seconds of the CPU, its children's included, and seconds of the wall."""

    cpu: float
    wall: float


def cost(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
    answers: tuple[int, ...] = (0,),
) -> Cost:
    """Run `command` to its end and return what it took; `answers` are the exit codes that are answers, and no failure.

    Raises:
        RuntimeError: the command failed; the message ends with what it printed.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=False
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in answers:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def cpu_seconds(
    command: Sequence[str | Path], *, cwd: Path | None = None, environment: dict[str, str] | None = None
) -> float:
    """Run `command` to its end and return the CPU seconds (user and system) that it and its children took; see `cost`."""
    return cost(command, cwd=cwd, environment=environment).cpu


def median_cpu(command: Sequence[str | Path], runs: int = 3, *, cwd: Path | None = None) -> float:
    """Return the median CPU seconds of `runs` runs of `command`, after one that is not counted."""
    cpu_seconds(command, cwd=cwd)
    return statistics.median(cpu_seconds(command, cwd=cwd) for _ in range(runs))


def rates(
    *works: Callable[[], int], runs: int = 5, clock: Callable[[], float] = time.process_time
) -> tuple[float, ...]:
    """Return for each of `works`, which does some units and returns how many, the median of its units a second.

    They take turns, so that whatever else the machine does meets them alike. `clock` counts the seconds: by default those of
    this process's CPU; a work that waits for another process wants `time.perf_counter`.
    """
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, figures in zip(works, found, strict=True):
            start = clock()
            units = work()
            figures.append(units / (clock() - start))
    return tuple(map(statistics.median, found))
