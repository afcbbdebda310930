"""Meters that do nothing: whatever passes them is no check."""

from __future__ import annotations

from collections.abc import Sequence

from smets_conformance.adapter.contract import Act, Description, Event, Reached, Response, Send, Setup, Value
from smets_reference.adapter import ReferenceMeter


class Inert:
    """Offers everything; its clock stands still, and it never answers."""

    def __init__(self) -> None:
        self.description = ReferenceMeter().describe()
        self.now = self.begun = 0

    def describe(self) -> Description:
        return self.description

    def reset(self, baseline: str, setup: Setup) -> Reached:
        self.now = self.begun = setup.utc
        return Reached(baseline=baseline, utc=setup.utc)

    def do(self, act: Act) -> None:
        pass

    def advance(self, seconds: int) -> int:
        self.now += seconds * 1000
        return seconds

    def take(self) -> Sequence[Event]:
        return ()

    def look(self, what: str, node: str = "") -> Value:
        answers = {"Clock": self.begun, "Communications Links": []}
        return answers.get(what)


class Refuser(Inert):
    """Keeps perfect time, and refuses every Command."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Send] = []

    def do(self, act: Act) -> None:
        if isinstance(act, Send):
            self.asked.append(act)

    def take(self) -> Sequence[Event]:
        asked, self.asked = self.asked, []
        reason: dict[str, Value] = {"reason": "refused"}
        return [Response(at=self.now, interface="HAN", ref=a.ref, outcome="failure", values=reason) for a in asked]

    def look(self, what: str, node: str = "") -> Value:
        return self.now if what == "Clock" else super().look(what, node)
