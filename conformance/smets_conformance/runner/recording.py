"""What the bench and the system under test do is written down here, line by line, on its way into the evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from smets_conformance.adapter.exchange import Exchange, name_of
from smets_conformance.runner.evidence import ExchangeLine, StepLine
from smets_conformance.verdicts import StepKind
from smets_reports.record import CheckVerdict, Step

Sink = Callable[[msgspec.Struct], None]


def nowhere(_line: msgspec.Struct) -> None:
    """Keep nothing: the sink of proofs, of which only the conclusions count."""


class CheckRecorder:
    """The recorder of one check (`smets_conformance.verdicts.Recorder`).

    Until `example` is called each step goes to `sink` at once. From then on the check is a property: steps are kept back, those
    of an example are forgotten when the next begins, and `finish` writes the last. Exchanges of every example are written
    when `every_example`, so that the run can be judged again from its evidence; else those of the last alone.
    """

    def __init__(self, check: str, sink: Sink, *, every_example: bool = True) -> None:
        """Record the check of that id into `sink`."""
        self.check = check
        self.examples = 0
        self.claims: dict[str, set[CheckVerdict]] = {}
        self.findings: dict[str, str] = {}
        self.decided_at: int | None = None
        self.n = 0
        self.device_seconds = 0
        self.used: set[str] = set()
        self._sink = sink
        self._every_example = every_example
        self._prefix = 0
        self._steps: list[StepLine] = []
        self._exchanges: list[ExchangeLine] = []

    def step(
        self,
        kind: StepKind,
        at: int,
        text: str,
        body: Any = None,
        device_utc: int | None = None,
        requirement: str = "",
        verdict: CheckVerdict | None = None,
        expected: str = "",
        reading: str = "",
        tolerance: str = "",
        interpretations: tuple[str, ...] = (),
    ) -> None:
        """Record one step; see `Recorder`."""
        self.n += 1
        if kind == "claim" and verdict is not None:
            self.claims.setdefault(requirement, set()).add(verdict)
            if verdict != "pass":
                self.decided_at = self.n
            if verdict == "fail":
                self.findings[requirement] = f"{requirement}: expected: {expected}; seen: {reading}"
        step = Step(
            self.n,
            kind,
            at,
            text,
            body,
            device_utc,
            requirement,
            verdict,
            expected,
            reading,
            tolerance,
            tuple(interpretations),
        )
        line = StepLine(self.check, step)
        if self.examples:
            self._steps.append(line)
        else:
            self._sink(line)

    def exchange(self, exchange: Exchange) -> None:
        """Record one call of the contract and its answer."""
        if exchange.call == "advance" and exchange.result is not None:
            self.device_seconds += exchange.result
        elif exchange.call == "do":
            self.used.add(name_of(exchange.args["act"]))
        elif exchange.call == "look":
            self.used.add(f"look {exchange.args['what']}")
        line = ExchangeLine(self.check, exchange, self.examples)
        if self.examples and not self._every_example:
            self._exchanges.append(line)
        else:
            self._sink(line)

    def example(self) -> None:
        """Begin another example of a property: what the one before it claimed to be broken does not count, what it showed does."""
        if not self.examples:
            self._prefix = self.n
        self.examples += 1
        self.n = self._prefix
        self.decided_at = None
        self.findings.clear()
        self._steps.clear()
        self._exchanges.clear()
        self.claims = {requirement: {"pass"} for requirement, seen in self.claims.items() if "pass" in seen}

    def finish(self) -> None:
        """Write what was kept back of the last example."""
        for line in (*self._steps, *self._exchanges):
            self._sink(line)
        self._steps.clear()
        self._exchanges.clear()
