"""What differs from edition to edition: functions named by the first edition they hold for, and the table that chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from smets_conformance.adapter.contract import Value
from smets_spec.editions import editions_of

if TYPE_CHECKING:
    from smets_reference.meter import Meter

NOT_ADJUSTED = "Clock not adjusted"

Refuse: TypeAlias = "Callable[[Meter], None]"
EventSettings: TypeAlias = Callable[[Mapping[str, Value], str], tuple[bool, bool]]


def set_clock_refused_2_0(meter: Meter) -> None:
    """Log that Set Clock was outside its tolerance, and send an Alert to that effect (4.5.3.20 ¶5, ¶6)."""
    meter.logs.event(NOT_ADJUSTED)
    meter.alert(NOT_ADJUSTED, {})


def set_clock_refused_4_2(meter: Meter) -> None:
    """Log that Set Clock was outside its tolerance; the Alert has gone (4.5.3.20 ¶4)."""
    meter.logs.event(NOT_ADJUSTED)


def event_settings_2_0(_items: Mapping[str, Value], _event: str) -> tuple[bool, bool]:
    """Return whether an event is logged and whether it sounds: there is no setting for it yet."""
    return True, False


def event_settings_3_1(items: Mapping[str, Value], event: str) -> tuple[bool, bool]:
    """Return whether an event is logged and whether it sounds, by its setting (4.4.2 ¶12, 4.6.4.34)."""
    setting = items["Events Configuration Settings"].get(event)
    return (True, False) if setting is None else (setting["log"], setting["alarm"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The behaviour of one edition where editions differ."""

    set_clock_refused: Refuse
    event_settings: EventSettings


# Each behaviour: from which edition on it is which.
TABLE: dict[str, dict[str, Any]] = {
    "set_clock_refused": {"gsme@2.0": set_clock_refused_2_0, "gsme@4.2": set_clock_refused_4_2},
    "event_settings": {"gsme@2.0": event_settings_2_0, "gsme@3.1": event_settings_3_1},
}


def behaviour_in(edition: str) -> Behaviour:
    """Return the behaviour of `edition`, each part of it from the newest edition in the table that is not newer.

    Raises:
        ValueError: the gas meter has no such edition.
    """
    order = [e.id for e in editions_of("gsme")]
    if edition not in order:
        raise ValueError(f"the gas meter has no edition {edition!r}; it has {', '.join(order)}")
    until_then = order[: order.index(edition) + 1]
    return Behaviour(
        **{name: next(since[e] for e in reversed(until_then) if e in since) for name, since in TABLE.items()}
    )
