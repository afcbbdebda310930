"""Clock and Set Clock: when a meter's date and time may move, where to, and what it tells.

GSME 4.4.1 and 4.5.3.20, ESME 5.5.1 and 5.6.3.32; paragraphs below are those of GSME.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

SECOND: Final = 1_000
HOUR: Final = 3_600 * SECOND


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing with the hub obliges to: whether an adjustment is allowed, and whether an entry and an Alert are due."""

    may_adjust: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class SetClock:
    """What executing Set Clock comes to: the date and time taken on (ms UTC; None: unmoved), the Event Log entry, an Alert."""

    adjusted_to: int | None
    entry: str
    alert: bool


def over_limit(device: int, hub: int, limit_s: int) -> bool:
    """Return whether the hub's date and time differs from the device's by more than `limit_s`, in either direction.

    Exactly the limit is not more than the limit (4.4.1 ¶2).
    """
    return abs(hub - device) > limit_s * SECOND


def within_window(at: int, past: Iterable[int], window_h: int) -> bool:
    """Return whether an adjustment at `at` would be a second one within `window_h` hours of one of the `past` (4.4.1 ¶6).

    Any period of that length counts, not the calendar's days; exactly the length apart, two do not share a period.
    """
    return any(abs(at - earlier) < window_h * HOUR for earlier in past)


def compare_with_hub(device: int, hub: int, at: int, past: Iterable[int], limit_s: int, window_h: int) -> Comparison:
    """Return what a comparison of `device` with `hub` at time `at` obliges to (4.4.1 ¶2 to ¶6).

    `past` are the times of earlier adjustments, those by Set Clock left out. All times are ms UTC of one clock.
    """
    over = over_limit(device, hub, limit_s)
    return Comparison(may_adjust=not over and not within_window(at, past, window_h), tells=over)


def set_clock_4_2(command: int, hub: int, tolerance_s: int) -> SetClock:
    """Return what Set Clock comes to: the hub's time within the tolerance, else nothing but an entry (4.5.3.20 ¶2 to ¶4).

    Compared is the date and time of the Command with the hub's; the device's own plays no part.
    """
    if abs(command - hub) <= tolerance_s * SECOND:
        return SetClock(adjusted_to=hub, entry="Clock adjusted", alert=False)
    return SetClock(adjusted_to=None, entry="Clock not adjusted", alert=False)


def set_clock_2_0(command: int, hub: int, tolerance_s: int) -> SetClock:
    """Return what Set Clock comes to: as in 4.2, and an Alert where it does not adjust (4.5.3.20 ¶6)."""
    outcome = set_clock_4_2(command, hub, tolerance_s)
    return replace(outcome, alert=outcome.adjusted_to is None)


# By the document's version, which gas and electricity share.
SET_CLOCK: Final[Mapping[str, Callable[[int, int, int], SetClock]]] = {
    "2.0": set_clock_2_0,
    "3.1": set_clock_2_0,
    "4.2": set_clock_4_2,
    "5.0-draft4": set_clock_4_2,
}


def set_clock(edition: str) -> Callable[[int, int, int], SetClock]:
    """Return the rule of Set Clock for an edition such as `gsme@4.2`.

    Raises:
        KeyError: no rule is written for that edition.
    """
    return SET_CLOCK[edition.partition("@")[2]]
