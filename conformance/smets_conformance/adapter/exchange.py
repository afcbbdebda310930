"""A call of the contract with its answer, as evidence keeps it, and the wrapper that hands each one on.

The arguments by call: `describe` {}, `reset` {"baseline", "setup"}, `do` {"act"}, `advance` {"seconds"}, `take` {},
`look` {"what", "node"}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Command,
    Description,
    Event,
    Reached,
    Send,
    Setup,
    SystemUnderTest,
    Value,
)

T = TypeVar("T")
Call: TypeAlias = Literal["describe", "reset", "do", "advance", "take", "look"]


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call: its arguments, and its result or, when it failed, the `error` as `kind: message`.

    Freshly recorded, arguments and results are the contract's types; read back from JSON they are plain data.
    """

    call: Call
    args: dict[str, Any] = {}
    result: Any = None
    error: str = ""


class Recording:
    """A system under test whose every call is handed, with its answer, to a callback.

    `call` names the call under way, or the last. A call that fails is handed on with its error before the error goes on.
    """

    def __init__(self, system: SystemUnderTest, emit: Callable[[Exchange], None]) -> None:
        """Stand before `system`; `emit` gets each `Exchange` once it is over."""
        self.call = "start"
        self._system = system
        self._emit = emit

    def describe(self) -> Description:
        """Pass on, and record."""
        return self._pass("describe", {}, self._system.describe)

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Pass on, and record."""
        return self._pass("reset", {"baseline": baseline, "setup": setup}, lambda: self._system.reset(baseline, setup))

    def do(self, act: Act) -> None:
        """Pass on, and record."""
        self._pass("do", {"act": act}, lambda: self._system.do(act), name_of(act))

    def advance(self, seconds: int) -> int:
        """Pass on, and record."""
        return self._pass("advance", {"seconds": seconds}, lambda: self._system.advance(seconds))

    def take(self) -> Sequence[Event]:
        """Pass on, and record."""
        return self._pass("take", {}, self._system.take)

    def look(self, what: str, node: str = "") -> Value:
        """Pass on, and record."""
        args = {"what": what, "node": node}
        return self._pass("look", args, lambda: self._system.look(what, node), f"look {what}")

    def _pass(self, call: Call, args: dict[str, Any], answer: Callable[[], T], name: str = "") -> T:
        self.call = name or call
        try:
            result = answer()
        except AdapterError as error:
            self._emit(Exchange(call, args, None, f"{type(error).__name__}: {error}"))
            raise
        self._emit(Exchange(call, args, result))
        return result


def name_of(act: Act) -> str:
    """Return what an act is called in messages: its kind, and of a Send the Command."""
    if isinstance(act, Send) and isinstance(act.message, Command):
        return f"act Send {act.message.name}"
    return f"act {type(act).__name__}"
