"""What the proofs are made of: seeded faults, which a check must kill, and legal variants, which none may fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from smets_conformance.adapter.contract import SystemUnderTest


class Fault(msgspec.Struct, frozen=True):
    """One small, named, realistic mistake in an otherwise sound device.

    `breaks` lists the requirement ids it violates, each of which some check must find; `may_also_break` those it may violate
    as a consequence. `editions` are those it can be seen in; empty means all. `make` builds a fresh faulty system.
    """

    name: str
    description: str
    breaks: tuple[str, ...]
    editions: tuple[str, ...]
    make: Callable[[], SystemUnderTest]
    may_also_break: tuple[str, ...] = ()


class Variant(msgspec.Struct, frozen=True):
    """A sound device that takes another permitted reading of an ambiguous text, the interpretation named (`A27`).

    `editions` are those in which it is legal, empty means all; `declares` holds what its ICS and IXIT say otherwise than the
    reference's, by the declared name. `make` builds a fresh system.
    """

    name: str
    description: str
    interpretation: str
    make: Callable[[], SystemUnderTest]
    editions: tuple[str, ...]
    declares: dict[str, Any]
