"""Judging the evidence of an earlier run again, without the device: what was recorded, check by check, and what was declared then.

The checks, the readings and the declarations may be newer; the acts must be the same. Of a property only the examples that
were recorded can be judged again: all of them at depth `quick`, deeper the last alone.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.adapter.exchange import Exchange
from smets_conformance.adapter.replay import Replay
from smets_conformance.profile import Declarations, Ics, Ixit, Rig
from smets_conformance.runner.evidence import (
    EvidenceError,
    ExchangeLine,
    Identified,
    Opening,
    read_evidence,
    verify_chain,
)
from smets_conformance.runner.job import Entry
from smets_reports.record import Item

REPLAY = "replay:"


class Recorded:
    """What an evidence log holds that can be judged again."""

    def __init__(self, path: Path) -> None:
        """Read the log at `path`.

        Raises:
            EvidenceError: it cannot be read, holds no opening line, or was altered (one that merely ends early may be judged).
        """
        chain = verify_chain(path)
        if not chain.ok and not chain.cut_short:
            raise EvidenceError(f"{path}, line {chain.line}: {chain.problem}; altered evidence is not judged again")
        self.item: Item | None = None
        self._exchanges: dict[str, list[Exchange]] = defaultdict(list)
        opening: Opening | None = None
        for line in read_evidence(path):
            match line:
                case Opening():
                    opening = line
                case ExchangeLine():
                    self._exchanges[line.check].append(line.exchange)
                case Identified():
                    self.item = self.item or line.item
        if opening is None:
            raise EvidenceError(f"{path}: the evidence has no opening line, so nothing of it can be judged again")
        self.opening = opening

    def open(self, entry: Entry) -> Replay:
        """Return a system that answers one check from what was recorded of it."""
        return Replay(self._exchanges[entry.check])

    @property
    def description(self) -> Description:
        """What the adapter offered then."""
        return msgspec.convert(self.opening.adapter, Description)

    @property
    def declarations(self) -> Declarations:
        """What was declared then."""
        return Declarations(
            ics=msgspec.convert(self.opening.profile, Ics),
            ixit=msgspec.convert(self.opening.ixit, Ixit),
            rig=msgspec.convert(self.opening.rig, Rig),
            profile="as recorded",
        )
