"""What a person sees while a run goes: a bar on a terminal, a sparse line now and then where standard error is piped."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import TextIO

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from smets_conformance.runner.evidence import Conclusion

EVERY = 10.0  # seconds between two lines when piped


class Reporter:
    """Tells of each conclusion; used as a context so that the bar is taken away again."""

    def __init__(self, total: int, *, stream: TextIO | None = None, quiet: bool = False) -> None:
        """Expect `total` conclusions."""
        self.total = total
        self.verdicts: Counter[str] = Counter()
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._told = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Reporter:
        """Draw the bar, on a terminal."""
        if self._stream.isatty() and not self._quiet:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[counts]}"),
            )
            self._bar = Progress(*columns, console=Console(file=self._stream), transient=True)
            self._task = self._bar.add_task("judging", total=self.total, counts="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def take(self, kind: str, body: bytes) -> None:
        """Look at a line on its way into the evidence."""
        if kind != "verdict":
            return
        conclusion = msgspec.json.decode(body, type=Conclusion)
        self.verdicts[conclusion.verdict] += 1
        counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.verdicts.items()))
        if self._bar is not None:
            self._bar.update(self._task, advance=1, counts=counts)
        elif not self._quiet and time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            print(f"{self.verdicts.total()} of {self.total}: {counts}", file=self._stream, flush=True)
