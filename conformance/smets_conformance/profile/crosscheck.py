"""Holds what is observed of an implementation against what is declared of it, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.profile.declarations import Declarations, Ics
from smets_reports.record import Blame, Item
from smets_spec.dictionary import Dictionary, load_dictionary
from smets_spec.names import near_matches

Level: TypeAlias = Literal["stop", "wrong", "note"]

IDENTIFICATION: Final = "Identification"
# Acts that make sense only for a device with the feature; looks and Commands name theirs in the dictionary.
ACT_FEATURES: Final = {"BatteryLevel": "battery"}
ITEM_FORMS: Final = {
    "firmware_sha256": (re.compile(r"[0-9A-Fa-f]{64}"), "64 hexadecimal digits"),
    "identifier": (re.compile(r"[0-9A-Fa-f]{16}"), "16 hexadecimal digits, an EUI-64"),
}


class Diagnosis(msgspec.Struct, frozen=True):
    """One thing that is not as it should be before a run, what to do about it, and whose doing it is.

    `stop`: a run would be worth nothing. `wrong`: it can be run, and should be put right. `note`: good to know.
    """

    level: Level
    what: str
    right: str
    blame: Blame = "adapter"
    log: str = ""


def check_description(declarations: Declarations, description: Description) -> Iterator[Diagnosis]:
    """Yield where what the adapter offers and what is declared do not agree, names that the device cannot have included."""
    ics, dictionary = declarations.ics, load_dictionary(declarations.ics.device)
    if ics.device not in description.systems:
        what = f"the adapter reaches {', '.join(description.systems) or 'nothing'}, the ICS declares a {ics.device}"
        yield Diagnosis("stop", what, "name the adapter of this device, or the profile of that one", "declaration")
    yield from _unknown(description, dictionary, ics.device)
    yield from _commands(description, dictionary, ics)
    yield from _features(description, dictionary, ics)
    yield from _not_offered(description, dictionary, ics)
    if IDENTIFICATION not in description.looks:
        what = "the item cannot be identified, so it cannot be shown that one and the same was tested throughout"
        yield Diagnosis("wrong", what, f"offer the look {IDENTIFICATION}")


def _unknown(description: Description, dictionary: Dictionary, device: str) -> Iterator[Diagnosis]:
    offered = (
        ("act", description.acts, dictionary.acts),
        ("look", description.looks, dictionary.looks),
        ("Command", description.acts.get("Send", ()), dictionary.commands),
    )
    for kind, names, known in offered:
        for name in names:
            if name not in known:
                what = f"the adapter offers the {kind} {name!r}, which no {device} has"
                yield Diagnosis("stop", what, _near(kind, name, list(known)))


def _commands(description: Description, dictionary: Dictionary, ics: Ics) -> Iterator[Diagnosis]:
    sent = description.acts.get("Send", ())
    for name in sent:
        command = dictionary.commands.get(name)
        if command is not None and not command.stands_in(ics.edition):
            what = f"the adapter offers the Command {name!r}, which {ics.edition} does not have"
            yield Diagnosis("note", what, "nothing: it is not sent under this edition", "declaration")
    for name in ics.choices.get("future_dated_commands", ()):
        if name not in sent:
            what = f"{name} is declared as a Command that can be future dated, but the adapter cannot send it"
            yield Diagnosis(
                "wrong", what, f"offer Send of {name!r}, or leave it out of future_dated_commands", "declaration"
            )


def _features(description: Description, dictionary: Dictionary, ics: Ics) -> Iterator[Diagnosis]:
    """Offered without the feature being declared: one of the two is mistaken."""
    looks = {name: look.where for name, look in dictionary.looks.items()}
    commands = {name: command.where for name, command in dictionary.commands.items()}
    offered = (
        ("act", description.acts, ACT_FEATURES),
        ("look", description.looks, looks),
        ("Command", description.acts.get("Send", ()), commands),
    )
    for kind, names, features in offered:
        for name in names:
            feature = features.get(name, "")
            if feature and ics.features.get(feature) is False:
                what = f"the adapter offers the {kind} {name!r}, but the ICS declares {feature}: no"
                yield Diagnosis("wrong", what, f"declare {feature}: yes, or do not offer it", "declaration")


def _not_offered(description: Description, dictionary: Dictionary, ics: Ics) -> Iterator[Diagnosis]:
    """Declared, or the device's by its nature, without being offered: what needs it cannot be tested."""
    acts = {name: ACT_FEATURES.get(name, "") for name in dictionary.acts}
    looks = {name: look.where for name, look in dictionary.looks.items() if name != IDENTIFICATION}
    for kind, offered, wanted in (("act", description.acts, acts), ("look", description.looks, looks)):
        missing = [n for n, feature in wanted.items() if n not in offered and ics.features.get(feature) is not False]
        if missing:
            what = f"the adapter does not offer the {kind}s {', '.join(missing)}"
            yield Diagnosis("note", what, "offer them if you can: checks that need them are not testable")


def check_item(declared: Item, seen: Any) -> Iterator[Diagnosis]:
    """Yield where the look Identification is not complete, or not the item that the ICS declares."""
    fields = Item.__struct_fields__
    if not isinstance(seen, dict):
        what = f"the look Identification showed {seen!r}"
        yield Diagnosis("stop", what, f"a mapping with {', '.join(fields)}, each text")
        return
    for name in fields:
        value = seen.get(name)
        form, words = ITEM_FORMS.get(name, (re.compile(r".+"), "text"))
        if not isinstance(value, str) or not form.fullmatch(value):
            yield Diagnosis("wrong", f"the item identifies itself with {name} {value!r}", f"show {name} as {words}")
        elif (claimed := getattr(declared, name)) and claimed.casefold() != value.casefold():
            what = f"the item's {name} is {value!r}, the ICS declares {claimed!r}"
            yield Diagnosis("wrong", what, "declare the item that is tested, or test the one declared", "declaration")
    for name in seen.keys() - set(fields):
        yield Diagnosis(
            "wrong", f"the look Identification shows {name!r}, which is no part of it", _near("part", name, fields)
        )


def _near(kind: str, name: str, known: Any) -> str:
    near = near_matches(name, known)
    return f"did you mean {near[0]!r}?" if near else f"a {kind} of the dictionary: {', '.join(known)}"
