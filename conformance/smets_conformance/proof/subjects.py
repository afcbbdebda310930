"""The faults and variants that are installed, found by entry point: the judge never imports the devices it proves itself on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import TypeVar

import msgspec

from smets_conformance.adapter.contract import (
    Act,
    Description,
    Event,
    Reached,
    Setup,
    SystemUnderTest,
    Unsupported,
    Value,
)
from smets_conformance.adapter.exchange import name_of
from smets_conformance.adapter.load import UnknownAdapter, load_adapter
from smets_conformance.adapter.proof import Fault, Variant
from smets_spec.names import near_matches

P = TypeVar("P", Fault, Variant)
FAULT, VARIANT, WITHOUT = "fault:", "variant:", "without:"


def installed_faults() -> dict[str, Fault]:
    """Return every seeded fault by its name.

    Raises:
        ValueError: an entry point is no mapping of names to faults, or two packages use one name.
    """
    return _installed("smets.faults", Fault)


def installed_variants() -> dict[str, Variant]:
    """Return every legal variant by its name; see `installed_faults`."""
    return _installed("smets.variants", Variant)


def _installed(group: str, kind: type[P]) -> dict[str, P]:
    found: dict[str, P] = {}
    for point in entry_points(group=group):
        loaded = point.load()
        if not isinstance(loaded, dict) or not all(isinstance(entry, kind) for entry in loaded.values()):
            raise ValueError(f"the entry point {group}:{point.name} is no mapping of names to {kind.__name__}")
        for name, entry in loaded.items():
            if name in found or name != entry.name:
                raise ValueError(f"{group}:{point.name}: the name {name!r} is taken, or not what its entry says")
            found[name] = entry
    return found


def in_edition(subject: Fault | Variant, edition: str) -> bool:
    """Whether a fault can be seen, or a variant is legal, in an edition."""
    return not subject.editions or edition in subject.editions


def make_system(adapter: str) -> SystemUnderTest:
    """Start what `--adapter` names: beside the ways to a device, `fault:NAME` and `variant:NAME` of those installed.

    Raises:
        UnknownAdapter: nothing is called so.
        AdapterError: it cannot be started.
    """
    kind, _, name = adapter.partition(":")
    if kind not in ("fault", "variant"):
        return load_adapter(adapter).make()
    found: Mapping[str, Fault | Variant] = installed_faults() if kind == "fault" else installed_variants()
    if name not in found:
        near = near_matches(name, found)
        raise UnknownAdapter(f"no {kind} is called {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
    return found[name].make()


class Without:
    """A system under test that lacks one thing it could do: `act HubTime`, `act Send Set Clock`, `look Clock`."""

    def __init__(self, system: SystemUnderTest, lacks: str) -> None:
        """Stand before `system` and deny what is named."""
        self._system = system
        self._lacks = lacks
        self._what, _, self._name = lacks.partition(" ")

    def describe(self) -> Description:
        """Describe what is left."""
        full = self._system.describe()
        if self._what == "look":
            looks = {look: cost for look, cost in full.looks.items() if look != self._name}
            return msgspec.structs.replace(full, looks=looks)
        act, _, of = self._name.partition(" ")
        acts = {
            name: tuple(each for each in what if each != of) for name, what in full.acts.items() if of or name != act
        }
        return msgspec.structs.replace(full, acts=acts)

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Pass on."""
        return self._system.reset(baseline, setup)

    def do(self, act: Act) -> None:
        """Pass on, unless it is what lacks."""
        if self._lacks in (name_of(act), f"act {type(act).__name__}"):
            raise Unsupported(f"this adapter was told to be without {self._lacks}")
        self._system.do(act)

    def advance(self, seconds: int) -> int:
        """Pass on."""
        return self._system.advance(seconds)

    def take(self) -> Sequence[Event]:
        """Pass on."""
        return self._system.take()

    def look(self, what: str, node: str = "") -> Value:
        """Pass on, unless it is what lacks."""
        if self._lacks == f"look {what}":
            raise Unsupported(f"this adapter was told to be without {self._lacks}")
        return self._system.look(what, node)
