"""From what `--adapter` names to a system under test: an entry point, a class in a module, or a command to run."""

from __future__ import annotations

import importlib
import shlex
import shutil
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import msgspec

from smets_conformance.adapter.contract import AdapterError, SystemUnderTest
from smets_conformance.adapter.errors import AdapterNotStarted
from smets_conformance.adapter.process import ChildSystem
from smets_spec.names import near_matches

GROUP = "smets.adapters"
CALLS = ("describe", "reset", "do", "advance", "take", "look")


class UnknownAdapter(ValueError):
    """`--adapter` names nothing that exists, or is not written as it must be; the message says what would be right."""


class Adapter(msgspec.Struct, frozen=True):
    """A way to a system under test. `make` starts a fresh one and raises `AdapterNotStarted` when that fails."""

    name: str
    make: Callable[[], SystemUnderTest]


class Found(msgspec.Struct, frozen=True):
    """An adapter that is installed: its name, the object it names, and the package that brought it."""

    name: str
    target: str
    package: str


def installed_adapters() -> list[Found]:
    """Return the adapters installed under the entry point group `smets.adapters`, by name."""
    found = [Found(p.name, p.value, p.dist.name if p.dist else "") for p in entry_points(group=GROUP)]
    return sorted(found, key=lambda adapter: adapter.name)


def load_adapter(name: str) -> Adapter:
    """Resolve what `--adapter` says: the name of an installed adapter, `module:Class`, or `exec:COMMAND`.

    A module is also looked for in the working directory. Nothing is started yet.

    Raises:
        UnknownAdapter: the name is nobody's, malformed, or its command is not to be found.
        AdapterNotStarted: the module cannot be imported or has no such class; the traceback is in its log.
    """
    if name.startswith("exec:"):
        return _command(name)
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name in points:
        return _named(name, lambda: points[name].load())
    module, colon, attribute = name.partition(":")
    if not colon:
        raise UnknownAdapter(_nobody(name, points))
    if not module or not attribute or not all(part.isidentifier() for part in f"{module}.{attribute}".split(".")):
        raise UnknownAdapter(f"the adapter {name!r} is not written as module:Class, such as my_bench.adapter:Meter")
    return _named(name, lambda: _attribute(module, attribute))


def _nobody(name: str, points: dict[str, EntryPoint]) -> str:
    near = near_matches(name, points)
    hint = f"did you mean {near[0]!r}?" if near else f"installed: {', '.join(sorted(points)) or 'none'}"
    return f"no adapter is called {name!r}; {hint} Else name module:Class, or exec:COMMAND"


def _command(name: str) -> Adapter:
    try:
        words = shlex.split(name.removeprefix("exec:"))
    except ValueError as error:
        raise UnknownAdapter(f"the adapter {name!r} is no command line: {error}") from error
    if not words:
        raise UnknownAdapter(f"the adapter {name!r} names no command; write exec:COMMAND, such as exec:./my-adapter")
    if shutil.which(words[0]) is None:
        raise UnknownAdapter(f"the adapter's command {words[0]!r} is not found, or not executable")
    return Adapter(name, lambda: ChildSystem(words))


def _named(name: str, find: Callable[[], Any]) -> Adapter:
    try:
        target = find()
    except AdapterError:
        raise
    except (Exception, SystemExit) as error:
        raise AdapterNotStarted(
            f"the adapter {name} cannot be loaded: {_said(error)}", traceback.format_exc()
        ) from error
    if not callable(target):
        raise AdapterNotStarted(
            f"the adapter {name} is {type(target).__name__} and no class, nor a function that makes one"
        )
    return Adapter(name, lambda: _make(name, target))


def _attribute(module: str, attribute: str) -> Any:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    found: Any = importlib.import_module(module)
    for part in attribute.split("."):
        if not hasattr(found, part):
            near = near_matches(part, (n for n in vars(found) if not n.startswith("_")))
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise AdapterNotStarted(
                f"the adapter {module}:{attribute} cannot be loaded: there is no {part!r} in it{hint}"
            )
        found = getattr(found, part)
    return found


def _make(name: str, target: Callable[[], Any]) -> SystemUnderTest:
    try:
        system = target()
    except AdapterError:
        raise
    except (Exception, SystemExit) as error:
        raise AdapterNotStarted(
            f"the adapter {name} cannot be started: {_said(error)}", traceback.format_exc()
        ) from error
    missing = [call for call in CALLS if not callable(getattr(system, call, None))]
    if missing:
        raise AdapterNotStarted(f"the adapter {name} is no system under test: it lacks {', '.join(missing)}")
    made: SystemUnderTest = system
    return made


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
