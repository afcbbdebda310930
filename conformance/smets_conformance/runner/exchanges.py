"""Every call that crosses the contract is written down, with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Description,
    Event,
    Reached,
    Send,
    Setup,
    SystemUnderTest,
    Value,
)
from smets_conformance.runner.recording import CheckRecorder


class Recording:
    """A system under test whose every call goes into the evidence. `call` names the one under way, or the last."""

    def __init__(self, system: SystemUnderTest, recorder: CheckRecorder) -> None:
        """Stand before `system`."""
        self.call = "start"
        self._system = system
        self._recorder = recorder

    def describe(self) -> Description:
        """Pass on, and record."""
        self.call = "describe"
        answer = self._system.describe()
        self._recorder.exchange({"call": "describe", "answer": answer})
        return answer

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Pass on, and record."""
        self.call = "reset"
        answer = self._system.reset(baseline, setup)
        self._recorder.exchange({"call": "reset", "baseline": baseline, "setup": setup, "answer": answer})
        return answer

    def do(self, act: Act) -> None:
        """Pass on, and record."""
        self.call = name_of(act)
        self._system.do(act)
        self._recorder.exchange({"call": "do", "act": act})

    def advance(self, seconds: int) -> int:
        """Pass on, and record."""
        self.call = "advance"
        gone = self._system.advance(seconds)
        self._recorder.device_seconds += gone
        self._recorder.exchange({"call": "advance", "seconds": seconds, "answer": gone})
        return gone

    def take(self) -> Sequence[Event]:
        """Pass on, and record."""
        self.call = "take"
        events = self._system.take()
        self._recorder.exchange({"call": "take", "answer": events})
        return events

    def look(self, what: str, node: str = "") -> Value:
        """Pass on, and record."""
        self.call = f"look {what}"
        seen = self._system.look(what, node)
        self._recorder.exchange({"call": "look", "what": what, "node": node, "answer": seen})
        return seen


def name_of(act: Act) -> str:
    """Return what an act is called in a list of needs: its kind, and of a Send the Command."""
    if isinstance(act, Send):
        return f"act Send {act.message.name}" if not isinstance(act.message, str) else "act Send"
    return f"act {type(act).__name__}"


def close_system(system: SystemUnderTest) -> None:
    """Let a system under test go; one that fails at this has failed already."""
    close: Any = getattr(system, "close", None)
    if close is not None:
        try:
            close()
        except AdapterError:
            return


def log_of(error: AdapterError) -> str:
    """Return the log an adapter's error carries, if any."""
    return str(getattr(error, "log", ""))
