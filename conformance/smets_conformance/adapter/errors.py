"""What can go wrong between the bench and a system under test, each kind an `AdapterError` with its log."""

from __future__ import annotations

from smets_conformance.adapter.contract import AdapterError


class LoggedError(AdapterError):
    """An error of the adapter with what is known of it: `log` holds a traceback, or what the child wrote to standard error."""

    def __init__(self, message: str, log: str = "") -> None:
        """Keep the sentence and the log."""
        super().__init__(message)
        self.log = log


class AdapterNotStarted(LoggedError):
    """The adapter cannot be brought to life: its module fails, its class refuses, its command cannot be run."""


class AdapterRaised(LoggedError):
    """The adapter answered a call with an exception of its own."""


class AdapterTimeout(LoggedError):
    """The adapter did not answer a call within its time limit."""


class AdapterDied(LoggedError):
    """The adapter's process ended, or closed its output, in the middle of its work."""


class AdapterMalformed(LoggedError):
    """What the adapter's process sent is not a message of the protocol."""


class AdapterLied(LoggedError):
    """What the adapter answered cannot be: a wrong type, a float, time that runs backwards, a name that nobody knows."""


class ReplayDivergence(LoggedError):
    """The check asks for something else than what was done in the run that is replayed. `expected` and `asked` say what."""

    def __init__(self, expected: str, asked: str, position: int) -> None:
        """Name the call the recording holds at `position` (from 1) and the one that was made."""
        super().__init__(
            f"the recording cannot answer: call {position} was {expected}, the check now asks {asked}; "
            "judge this check on the device itself"
        )
        self.expected = expected
        self.asked = asked
        self.position = position
