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


def cpu_seconds(
    command: Sequence[str | Path], *, cwd: Path | None = None, environment: dict[str, str] | None = None
) -> float:
    """Run `command` to its end and return the CPU seconds (user and system) that it and its children took.

    Raises:
        RuntimeError: the command failed; the message ends with what it printed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median_cpu(command: Sequence[str | Path], runs: int = 3, *, cwd: Path | None = None) -> float:
    """Return the median CPU seconds of `runs` runs of `command`, after one that is not counted."""
    cpu_seconds(command, cwd=cwd)
    return statistics.median(cpu_seconds(command, cwd=cwd) for _ in range(runs))


def rate(work: Callable[[], int], runs: int = 3) -> float:
    """Return the median of units per second of `work`, which does some and returns how many."""
    rates = []
    for _ in range(runs):
        start = time.perf_counter()
        units = work()
        rates.append(units / (time.perf_counter() - start))
    return statistics.median(rates)
