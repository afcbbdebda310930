"""How a fault is seeded: a class that alters one part, decorated with the requirements it breaks, is the fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any, TypeVar

from smets_conformance.adapter.proof import Fault
from smets_reference.adapter import ReferenceMeter
from smets_reference.design import SOUND, Design
from smets_reference.part import Part
from smets_reference.store import Store

P = TypeVar("P", bound=type[Part] | type[Store])

FAULTS: dict[str, Fault] = {}


def breaks(
    *requirements: str, may: tuple[str, ...] = (), editions: tuple[str, ...] = (), **design: Any
) -> Callable[[P], P]:
    """Seed the decorated part as a fault that breaks `requirements`, and perhaps `may` as a consequence.

    The part's name is the fault's, its docstring the description. `design` is what else the faulty design has otherwise.
    """

    def seed(part: P) -> P:
        seeded(
            kebab(part.__name__),
            part.__doc__ or "",
            *requirements,
            may=may,
            editions=editions,
            **as_part(part),
            **design,
        )
        return part

    return seed


def seeded(
    name: str,
    description: str,
    *requirements: str,
    may: tuple[str, ...] = (),
    editions: tuple[str, ...] = (),
    **design: Any,
) -> None:
    """Seed the fault whose meters have `design` in place of what is sound. `may` can name what it breaks anyway.

    Raises:
        ValueError: the name is taken, or the fault has no description or breaks nothing.
    """
    if name in FAULTS or not description or not requirements:
        raise ValueError(f"the fault {name!r} needs a name of its own, a description, and a requirement that it breaks")
    make = partial(ReferenceMeter, replace(SOUND, name=name, **design))
    FAULTS[name] = Fault(
        name=name,
        description=" ".join(description.split()),
        breaks=requirements,
        editions=editions,
        make=make,
        may_also_break=tuple(each for each in dict.fromkeys(may) if each not in requirements),
    )


def as_part(part: type[Any]) -> dict[str, type[Any]]:
    """Return the place in a design where `part` belongs, and itself.

    Raises:
        LookupError: it is not a part of a design.
    """
    for place in fields(Design):
        if isinstance(place.default, type) and issubclass(part, place.default):
            return {place.name: part}
    raise LookupError(f"{part.__name__} derives from no part of a design")


def kebab(name: str) -> str:
    """Return a class's name as words joined by hyphens."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
