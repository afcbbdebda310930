"""The commands people wait for, whole: one device judged, the proof of its checks, and questions about the specification."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.measure import Row, cost

SMETS = str(Path(sys.executable).with_name("smets"))
EDITION = "gsme@4.2"
SOURCES = Path(__file__).parents[2] / "shared" / "sources"
YES, YES_OR_NO = (0,), (0, 1)


class Task(msgspec.Struct, frozen=True):
    """A command, the seconds it may take, and which exit codes are answers; `wall`: by the wall, as several cores are at work."""

    what: str
    words: tuple[str, ...]
    seconds: float
    answers: tuple[int, ...] = YES
    wall: bool = False


JUDGE = ("run", "--profile", EDITION)
TASKS: Final = (
    Task(f"all checks of {EDITION}, quick", JUDGE, 15),
    Task(f"all checks of {EDITION}, certify", (*JUDGE, "--depth", "certify", "--seed", "1"), 60),
    Task(f"kill matrix of {EDITION}", ("faults", "--profile", EDITION, "-n", "2"), 120, YES_OR_NO, wall=True),
    Task("smets spec show", ("spec", "show", "4.4.1", "--edition", EDITION), 2),
    Task("smets spec diff", ("spec", "diff", "gsme@3.1", EDITION), 2, YES_OR_NO),
)


def rows(tasks: tuple[Task, ...] | None = None) -> Iterator[Row]:
    """Yield what each command takes; `smets spec verify` only where the source text lies beside the checkout."""
    if tasks is None:
        tasks = (*TASKS, *_verify())
    for task in tasks:
        with tempfile.TemporaryDirectory() as folder:
            out = ("--out", folder) if task.words[0] == "run" else ()
            took = cost([SMETS, *task.words, *out], answers=task.answers)
        seconds = took.wall if task.wall else took.cpu
        note = f"{took.cpu:.0f} CPU s on {os.cpu_count()} cores" if task.wall else ""
        yield Row(
            task.what,
            "s" if task.wall else "CPU s",
            seconds,
            {},
            f"≤ {task.seconds:g} s",
            seconds <= task.seconds,
            note,
        )


def _verify() -> Iterator[Task]:
    source = next(iter(sorted(SOURCES.glob("003_*.txt"))), None)
    if source is None:
        print("the source text is not beside the checkout: smets spec verify is not measured", file=sys.stderr)
        return
    yield Task("smets spec verify, five documents", ("spec", "verify", str(source)), 2)
