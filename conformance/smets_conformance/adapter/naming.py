"""Names in events that are almost the documents': an adapter's misspelling, which would otherwise be held against its device.

A name that is like none of the dictionary's is left alone: devices may send Alerts of their maker's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from smets_conformance.adapter.contract import Alarm, Alert, CommandIssued, Event, Publication, Response
from smets_spec.dictionary import KINDS, load_dictionary
from smets_spec.names import UnknownName

ALIKE: Final = 0.85  # no two names of the dictionary are that much alike

# Of each kind of event: which kind of the dictionary's names it bears, and where.
NAMED: Final[dict[type, tuple[str, Callable[[Any], str]]]] = {
    Alert: ("alert", lambda event: event.name),
    Alarm: ("alarm", lambda event: event.name),
    CommandIssued: ("command", lambda event: event.name),
    Publication: ("item", lambda event: event.item),
    Response: ("outcome", lambda event: event.outcome),
}


def misspellings(event: Event, device: str) -> Iterator[str]:
    """Yield a sentence for each name in an event that is almost one of the device's; nothing for devices without dictionary."""
    named = [("interface", event.interface)]
    if type(event) in NAMED:
        kind, name_of = NAMED[type(event)]
        named.append((kind, name_of(event)))
    for kind, name in named:
        if name and (meant := _meant(device, kind, name)):
            yield f"{name!r} is no {kind}; {meant!r} is one"


@lru_cache(maxsize=4096)
def _meant(device: str, kind: str, name: str) -> str:
    """Return the name that was probably meant, empty where the name is known or like no other."""
    known = _names(device, kind)
    if name in known:
        return ""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), by_fold, n=1, cutoff=ALIKE)
    return by_fold[near[0]] if near else ""


@lru_cache(maxsize=64)
def _names(device: str, kind: str) -> frozenset[str]:
    try:
        return frozenset(getattr(load_dictionary(device), KINDS[kind]))
    except UnknownName:
        return frozenset()
