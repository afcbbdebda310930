"""What is declared before a run: the ICS (the maker's claims), the IXIT (what testing needs) and the rig (who tests with what)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

import msgspec

from smets_reports.record import Item


class DeclarationError(ValueError):
    """Declarations that cannot be used: one problem a line, each with its place and what would be right."""


def _number(meaning: str, example: int) -> msgspec.Meta:
    return msgspec.Meta(ge=0, description="a whole number, 0 or more", extra={"meaning": meaning, "example": example})


class Asked(NamedTuple):
    """What a field of the IXIT or the rig asks for, and what an answer looks like."""

    meaning: str
    example: int


def asks_of(kind: type) -> dict[str, Asked]:
    """Return what the numbers of a declaration, and of the groups in it, ask for, by field."""
    found: dict[str, Asked] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for note in get_args(hint):
            if isinstance(note, msgspec.Meta) and note.extra:
                found[name] = Asked(**note.extra)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            found.update(asks_of(hint))
    return found


class Ics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the maker claims of the implementation.

    `features` holds every feature the edition knows; `choices` every choice the text leaves open; `arguments` the maker's reason
    where a feature is absent that the text asks for within reason.
    """

    edition: str
    item: Item
    features: dict[str, bool]
    choices: dict[str, Any]
    arguments: dict[str, str] = {}

    @property
    def device(self) -> str:
        """The kind of device, the part of the edition before the @."""
        return self.edition.partition("@")[0]


class Resolution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest steps in which the implementation's values can be seen."""

    clock_ms: Annotated[int, _number("the smallest step of the date and time that the adapter can show, in ms", 1000)]


class Latency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The longest that each thing takes, adapter and network included."""

    command_s: Annotated[
        int, _number("from a Command's delivery, or its date and time, to its execution, in seconds", 1800)
    ]
    response_s: Annotated[int, _number("from the execution of a Command to its Response, in seconds", 30)]
    alert_s: Annotated[int, _number("from an event to its Alert and its log entry, in seconds", 30)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the adapter may take over a call before it counts as hung; in real time `advance` may take its seconds more."""

    call_s: Annotated[int, msgspec.Meta(ge=1, description="a whole number of seconds, 1 or more")] = 30
    reset_s: Annotated[int, msgspec.Meta(ge=1, description="a whole number of seconds, 1 or more")] = 120


class Ixit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What testing needs to know of the implementation: all of it promised by the maker, none of it read off the documents."""

    clock_compare_interval_s: Annotated[
        int, _number("the longest between two comparisons of its Clock with the Communications Hub's, in seconds", 3600)
    ]
    clock_adjust_settling_s: Annotated[
        int, _number("from a comparison to the end of the adjustment it leads to, in seconds", 0)
    ]
    clock_drift_ppm: Annotated[int, _number("the worst rate of its own oscillator, in parts in a million", 20)]
    storage_settling_s: Annotated[int, _number("until new information would outlive a loss of power, in seconds", 0)]
    resolution: Resolution
    latency: Latency
    limits: Limits = Limits()


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something measured with: its serial number, and when and by whom it was calibrated."""

    name: str
    serial: str = ""
    calibrated: str = ""


Named = Annotated[str, msgspec.Meta(pattern=r"[^?\s]", description="a name")]


class Rig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who tests, with what, and how doubt is decided.

    `clock_uncertainty_ms` is how far the bench's clock may be from UTC. `decision_rule`: `simple-acceptance` takes a reading as it
    is, `guard-band` accepts only what lies inside the limit by the whole uncertainty.
    """

    laboratory: Named
    operator: Named
    clock_uncertainty_ms: Annotated[int, _number("how far the bench's clock may be from UTC, in ms", 100)]
    decision_rule: Literal["simple-acceptance", "guard-band"]
    instruments: tuple[Instrument, ...] = ()


class Declarations(msgspec.Struct, frozen=True, kw_only=True):
    """The three together, checked against each other. `profile` is the name they were asked for by, without its folder."""

    ics: Ics
    ixit: Ixit
    rig: Rig
    profile: str = ""

    @property
    def edition(self) -> str:
        """The edition the device is declared for, such as `gsme@4.2`."""
        return self.ics.edition

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what is declared, however it was written down."""
        return hashlib.sha256(msgspec.json.encode((self.ics, self.ixit, self.rig), order="sorted")).hexdigest()
