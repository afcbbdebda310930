"""A system under test that answers from the evidence of an earlier run, so that it can be judged again without the device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Description,
    Event,
    Reached,
    Setup,
    Unsupported,
    Value,
)
from smets_conformance.adapter.errors import AdapterRaised, ReplayDivergence
from smets_conformance.adapter.exchange import Call, Exchange

RESULTS: Final[dict[str, Any]] = {
    "describe": Description,
    "reset": Reached,
    "do": None,
    "advance": int,
    "take": tuple[Event, ...],
    "look": Any,
}
PASSIVE: Final = ("describe", "look")


class Replay:
    """Answers each call with what was answered to it then, in the order it was recorded.

    Looks and descriptions that the check no longer asks for are passed over, since they changed nothing; a look that was not
    recorded at this point, or any other act, time or baseline, cannot be answered. Failures are raised again.
    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        """Answer from these exchanges, of one check, in their order."""
        self._exchanges = list(exchanges)
        self._position = 0
        self._description = next((e for e in self._exchanges if e.call == "describe" and not e.error), None)

    def describe(self) -> Description:
        """Answer as then, any number of times.

        Raises:
            ReplayDivergence: no description was recorded.
        """
        if self._description is None:
            raise self._diverged("describe", {})
        description: Description = _result(self._description)
        return description

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Answer as then; see `Replay`."""
        reached: Reached = self._answer("reset", {"baseline": baseline, "setup": setup})
        return reached

    def do(self, act: Act) -> None:
        """Answer as then; see `Replay`."""
        self._answer("do", {"act": act})

    def advance(self, seconds: int) -> int:
        """Answer as then; see `Replay`."""
        gone: int = self._answer("advance", {"seconds": seconds})
        return gone

    def take(self) -> Sequence[Event]:
        """Answer as then; see `Replay`."""
        events: tuple[Event, ...] = self._answer("take", {})
        return events

    def look(self, what: str, node: str = "") -> Value:
        """Answer as then; see `Replay`."""
        return self._answer("look", {"what": what, "node": node})

    def _answer(self, call: Call, args: dict[str, Any]) -> Any:
        wanted = _canonical(args)
        for position in range(self._position, len(self._exchanges)):
            exchange = self._exchanges[position]
            if exchange.call == call and _canonical(exchange.args) == wanted:
                self._position = position + 1
                return _result(exchange)
            if exchange.call not in PASSIVE:
                break
        raise self._diverged(call, args)

    def _diverged(self, call: Call, args: dict[str, Any]) -> ReplayDivergence:
        rest = self._exchanges[self._position :]
        due = next((e for e in rest if e.call not in PASSIVE), rest[0] if rest else None)
        expected = _sentence(due.call, due.args) if due else "none: the recording ends there"
        position = self._exchanges.index(due, self._position) + 1 if due else len(self._exchanges) + 1
        return ReplayDivergence(expected, _sentence(call, args), position)


def _result(exchange: Exchange) -> Any:
    if exchange.error:
        raise _again(exchange)
    return msgspec.convert(msgspec.to_builtins(exchange.result), RESULTS[exchange.call])


def _again(exchange: Exchange) -> AdapterError:
    kind, _, message = exchange.error.partition(": ")
    return Unsupported(message) if kind == "Unsupported" else AdapterRaised(f"as recorded: {exchange.error}")


def _canonical(args: dict[str, Any]) -> bytes:
    """Return arguments in one form, whether they are the contract's types or were read back from JSON."""
    return msgspec.json.encode(args, order="sorted")


def _sentence(call: str, args: dict[str, Any]) -> str:
    plain = msgspec.to_builtins(args)
    if call == "do":
        return f"do {_act(plain['act'])}"
    if call == "reset":
        return f"reset to {plain['baseline']!r} with {_members(plain['setup'])}"
    return f"{call}({', '.join(str(v) for v in plain.values() if v != '')})"


def _act(act: dict[str, Any]) -> str:
    return f"{act['act']}({_members({k: v for k, v in act.items() if k != 'act'})})"


def _members(plain: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in plain.items())
