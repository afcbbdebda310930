"""Stands between the suite and any system under test, and holds both to the contract.

What the adapter does wrong becomes an `AdapterError` that says what and in which call; what the suite does wrong, a `ValueError`,
so that each is put down to whom it belongs to. It also notes which acts and looks were used: the needs of a check.
"""

from __future__ import annotations

import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar, get_args

import msgspec

from smets_conformance.adapter.codec import check_carried
from smets_conformance.adapter.contract import (
    ACTS,
    Act,
    AdapterError,
    Command,
    Description,
    Event,
    Press,
    Reached,
    Send,
    Setup,
    SystemUnderTest,
    Unsupported,
    Value,
)
from smets_conformance.adapter.errors import AdapterLied, AdapterRaised, AdapterTimeout
from smets_conformance.adapter.exchange import name_of
from smets_conformance.adapter.naming import misspellings
from smets_conformance.adapter.process import ChildSystem
from smets_conformance.adapter.values import BadValue
from smets_spec.names import near_matches

EVENTS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Event)}
REAL_TIME_SLACK_MS: Final = 1_000  # by which a real adapter's clock may be ahead of ours
REPEAT_S: Final = 1.0  # after which an alarm that the adapter swallowed sounds again

T = TypeVar("T")


class Needs(msgspec.Struct, frozen=True):
    """The acts (`HubTime`, `Send Set Clock`) and looks used, each once, in order of the alphabet."""

    acts: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()


class Guard:
    """A system under test that is held to the contract; see the module.

    Time limits hold in the main thread only, and cannot break into a call that is stuck in a library's C code: an adapter that may
    hang there should be run with `exec:`. In real time `advance` may take its seconds on top of the limit.
    """

    def __init__(self, system: SystemUnderTest, *, call_s: float = 30.0, reset_s: float = 120.0) -> None:
        """Stand before `system`; a call may take `call_s` seconds, a reset `reset_s`."""
        self._system = system
        self._limits = {"reset": reset_s}
        self._call_s = call_s
        self._limits_itself = isinstance(system, ChildSystem)
        if isinstance(system, ChildSystem):
            system.call_s, system.reset_s = call_s, reset_s
        self._description: Description | None = None
        self._acts: set[str] = set()
        self._looks: set[str] = set()
        self._wake_on: tuple[str, ...] = ()
        self._woke = False
        self._device = ""
        self._now = self._last_event = self._reset_utc = 0
        self._reset_at = time.monotonic()

    def needs(self) -> Needs:
        """Return which acts and looks were used so far."""
        return Needs(tuple(sorted(self._acts)), tuple(sorted(self._looks)))

    def close(self) -> None:
        """Let the system go, if it can be let go.

        Raises:
            AdapterError: it failed at that.
        """
        close = getattr(self._system, "close", None)
        if close is not None:
            self._call("close", close)

    # ------------------------------------------------------------------ the six calls

    def describe(self) -> Description:
        """Ask the adapter, the first time, and check what it says of itself; see `SystemUnderTest`."""
        if self._description is None:
            description = self._typed("describe", self._call("describe", self._system.describe), Description)
            for problem in description_problems(description):
                raise AdapterLied(f"the adapter's description cannot be: {problem}")
            self._description = description
        return self._description

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Pass on, and begin to watch the time; see `SystemUnderTest`.

        Raises:
            Unsupported: the baseline, a configuration, or an event to wake on is not offered.
        """
        description = self.describe()
        _own("setup", setup, Setup)
        if baseline not in description.baselines:
            raise Unsupported(f"the baseline {baseline!r} is not offered; there are {', '.join(description.baselines)}")
        if setup.configuration and not description.accepts_configuration:
            raise Unsupported("a configuration in reset is not accepted; it is written by Commands")
        if deaf := set(setup.wake_on) - set(description.wakes):
            raise Unsupported(f"waking on {', '.join(sorted(deaf))} is not offered")
        reached = self._typed("reset", self._call("reset", lambda: self._system.reset(baseline, setup)), Reached)
        if reached.baseline != baseline:
            raise AdapterLied(f"reset to {baseline!r} reached {reached.baseline!r}")
        self._now = self._last_event = self._reset_utc = reached.utc
        self._reset_at = time.monotonic()
        self._wake_on, self._woke = setup.wake_on, False
        self._device = setup.edition.partition("@")[0]
        return reached

    def do(self, act: Act) -> None:
        """Pass on what is offered; see `SystemUnderTest`.

        Raises:
            Unsupported: the act, or what of it, is not offered.
        """
        _own("act", act, type(act) if type(act).__name__ in ACTS else Act)
        offered = self.describe().acts
        kind, what = type(act).__name__, _what_of(act)
        if kind not in offered:
            raise Unsupported(f"the act {kind} is not offered")
        if what and what not in offered[kind]:
            raise Unsupported(f"the act {kind} of {what!r} is not offered")
        self._acts.add(name_of(act).removeprefix("act "))
        answer: object = self._call(f"do {name_of(act)}", lambda: self._system.do(act))
        if answer is not None:
            raise AdapterLied(f"do({kind}) answered {answer!r}; it answers nothing")

    def advance(self, seconds: int) -> int:
        """Pass on, and hold the seconds gone against those asked for; see `SystemUnderTest`."""
        if type(seconds) is not int or seconds < 0:
            raise ValueError(f"advance({seconds!r}): a whole number of seconds, 0 or more")
        real = self.describe().time == "real"
        began = time.monotonic()
        limit = self._call_s + (seconds if real else 0)
        gone = self._typed(
            "advance", self._call(f"advance({seconds})", lambda: self._system.advance(seconds), limit), int
        )
        self._check_gone(gone, seconds, time.monotonic() - began if real else None)
        self._now += gone * 1000
        return gone

    def take(self) -> Sequence[Event]:
        """Pass on, and check each event and its time; see `SystemUnderTest`."""
        events = self._call("take", self._system.take)
        if not isinstance(events, list | tuple):
            raise AdapterLied(f"take() answered {_shown(events)}; it answers a list of events")
        latest = self._latest()
        for n, event in enumerate(events):
            self._check_event(event, f"event {n + 1} of take()", latest)
        if self._woke and not any(type(event).__name__ in self._wake_on for event in events):
            raise AdapterLied(f"advance() returned early, but none of {', '.join(self._wake_on)} came out")
        self._woke = False
        return list(events)

    def look(self, what: str, node: str = "") -> Value:
        """Pass on what is offered; see `SystemUnderTest`.

        Raises:
            Unsupported: the look is not offered.
        """
        looks = self.describe().looks
        if what not in looks:
            raise Unsupported(f"the look {what!r} is not offered")
        self._looks.add(what)
        seen = self._call(f"look({what!r})", lambda: self._system.look(what, node))
        _carried(f"look({what!r})", seen)
        self._now += looks[what] * 1000
        return seen

    # ------------------------------------------------------------------ what is checked

    def _check_gone(self, gone: int, seconds: int, lived_s: float | None) -> None:
        """Hold the seconds gone against those asked for; in real time `lived_s` went by on the wall, which then decides."""
        if gone < 0:
            raise AdapterLied(f"advance({seconds}) returned {gone}; time does not run backwards")
        if gone > max(seconds, 0 if lived_s is None else int(lived_s) + 1):
            raise AdapterLied(f"advance({seconds}) returned {gone}: more than was asked for, and more than went by")
        if gone < seconds and lived_s is None:
            if not self._wake_on:
                raise AdapterLied(f"advance({seconds}) returned {gone}, with nothing in wake_on to return early for")
            self._woke = True

    def _latest(self) -> int:
        """Return the latest time (ms UTC) that an event can bear: the bench's, in real time by the wall."""
        if self.describe().time == "virtual":
            return self._now
        return self._reset_utc + int((time.monotonic() - self._reset_at) * 1000) + REAL_TIME_SLACK_MS

    def _check_event(self, event: Any, name: str, latest: int) -> None:
        if type(event) not in EVENTS.values():
            raise AdapterLied(f"{name} is {_shown(event)}, and no event")
        _fits(name, event, type(event))
        if event.at < self._last_event:
            raise AdapterLied(
                f"{name}, {type(event).__name__}, is at {event.at}, before {self._last_event}: time ran backwards"
            )
        if event.at > latest:
            raise AdapterLied(f"{name}, {type(event).__name__}, is at {event.at}, after the bench's time {latest}")
        for misspelling in misspellings(event, self._device):
            raise AdapterLied(f"{name}, {type(event).__name__}: {misspelling}")
        self._last_event = event.at

    def _typed(self, call: str, answer: Any, kind: type[T]) -> T:
        if type(answer) is not kind:
            raise AdapterLied(f"{call}() answered {_shown(answer)}; it answers {kind.__name__}")
        _fits(f"the answer to {call}()", answer, kind)
        return answer

    # ------------------------------------------------------------------ the call itself

    def _call(self, name: str, call: Callable[[], T], limit_s: float | None = None) -> T:
        limit = self._limits.get(name, self._call_s) if limit_s is None else limit_s
        try:
            if self._limits_itself or threading.current_thread() is not threading.main_thread():
                return call()
            with _time_limit(limit, name):
                return call()
        except (AdapterError, KeyboardInterrupt):
            raise
        except BaseException as error:
            message = f"the adapter raised {type(error).__name__} in {name}: {error}"
            raise AdapterRaised(message, traceback.format_exc()) from error


def description_problems(description: Description) -> Iterator[str]:
    """Yield what cannot be in a description: acts, and kinds of event, that the contract does not know; looks that cost less than
    nothing; no baseline at all."""
    for act in description.acts:
        if act not in ACTS:
            yield f"it offers the act {act!r}, which the contract does not know{_hint(act, ACTS)}"
    for event in description.wakes:
        if event not in EVENTS:
            yield f"it wakes on {event!r}, which the contract does not know{_hint(event, EVENTS)}"
    for look, cost in description.looks.items():
        if cost < 0:
            yield f"the look {look!r} takes {cost} seconds"
    if "commissioned" not in description.baselines:
        yield "it does not offer the baseline 'commissioned', from which every check begins"


def _hint(name: str, known: dict[str, Any]) -> str:
    near = near_matches(name, known)
    return f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(known)}"


def _what_of(act: Act) -> str:
    """Return what of an act has to be on offer: a Command's name; empty where the kind alone decides."""
    if isinstance(act, Press):
        return act.command
    return act.message.name if isinstance(act, Send) and isinstance(act.message, Command) else ""


def _own(name: str, value: Any, kind: Any) -> None:
    """Check what the suite is about to send.

    Raises:
        ValueError: the suite is wrong, not the adapter.
    """
    try:
        msgspec.convert(msgspec.to_builtins(value), kind)
        check_carried(value, name)
    except (BadValue, msgspec.ValidationError, TypeError) as error:
        raise ValueError(f"the {name} may not cross the contract: {error}") from error


def _fits(name: str, answer: Any, kind: type) -> None:
    """Check that a struct's, or a number's, contents are what their types say."""
    _carried(name, answer)
    try:
        msgspec.convert(_fields(answer), kind)
    except (msgspec.ValidationError, TypeError) as error:
        raise AdapterLied(f"{name} is no {kind.__name__}: {error}") from error


def _fields(answer: Any) -> Any:
    """Return a struct's fields, and its tag, by name; anything else as it is. What a field carries is not copied: logs are long."""
    if not isinstance(answer, msgspec.Struct):
        return answer
    config = answer.__struct_config__
    tag = {config.tag_field: config.tag} if config.tag_field else {}
    return {**tag, **msgspec.structs.asdict(answer)}


def _carried(name: str, answer: Any) -> None:
    try:
        check_carried(answer, name)
    except BadValue as error:
        raise AdapterLied(f"the adapter's answer may not cross the contract: {error}") from error


def _shown(answer: Any) -> str:
    return f"a {type(answer).__name__}"


@contextmanager
def _time_limit(seconds: float, name: str) -> Iterator[None]:
    """Raise `AdapterTimeout` in the block after `seconds`, again and again if it is swallowed; put back whatever alarm was set."""
    rang, inside = False, True

    def ring(_signal: int, frame: FrameType | None) -> None:
        nonlocal rang
        if inside:
            rang = True
            raise AdapterTimeout(f"the adapter did not return from {name} within {seconds:g} s", _where(frame))

    began = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_S)
    try:
        yield
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - began)), interval)
    if rang:
        raise AdapterTimeout(
            f"the adapter did not return from {name} within {seconds:g} s, and swallowed being told so"
        )


def _where(frame: FrameType | None) -> str:
    return "".join(traceback.format_stack(frame, limit=12)) if frame else ""
