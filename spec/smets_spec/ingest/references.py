"""Cross-references: finding them, resolving them against the headings, and holding the rest to the exceptions file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from smets_spec.index import Reference
from smets_spec.ingest.decisions import ReferenceException

_NUMBER = r"\d+(?:\.\d+)*"
_JOIN = r"\.?(?:,| and| or| to|, and)\s*(?:[Ss]ections?\s+|§)?"
_FOUND = re.compile(
    rf"(?:\b[Ss]ections?\s+|§)(?P<section>{_NUMBER}(?:{_JOIN}\s*{_NUMBER})*)"
    r"|\(\s*(?P<name>\d+(?:\.\d+)+)\s*\)"
    r"|(?<![\d.])(?P<bare>\d(?:\.\d+){2,})"
)
_ONE_NUMBER = re.compile(_NUMBER)
_ANNOTATION = re.compile(r"\s*\[(?:INFO|PIN|NUM|AMB)\]")
_BLANKS = re.compile(r"\s+")
Kind = Literal["name", "section", "bare"]


class Found(msgspec.Struct, frozen=True):
    """A reference as it stands in a paragraph: its kind, its target, and the text before it."""

    kind: Kind
    number: str
    before: str = ""


def find_references(text: str) -> list[Found]:
    """Return the references of a paragraph, in order."""
    found = []
    for match in _FOUND.finditer(text):
        if match["section"]:
            found += [Found("section", number) for number in _ONE_NUMBER.findall(match["section"])]
        elif match["name"]:
            found.append(Found("name", match["name"], text[: match.start()]))
        else:
            found.append(Found("bare", match["bare"]))
    return found


def plain_name(text: str) -> str:
    """Return a heading, or text before a reference, as the two are compared: no annotations, single blanks, letter case folded."""
    return _BLANKS.sub(" ", _ANNOTATION.sub("", text)).strip().casefold().removesuffix(" command")


def resolve(found: Found, headings: Mapping[str, str], exception: ReferenceException | None) -> tuple[Reference, str]:
    """Return the reference with its status, and what is wrong with it when it cannot be resolved and nothing excepts it, else "".

    `headings` gives the heading of each clause number of the document.
    """
    heading = headings.get(found.number)
    if exception is not None:
        name = exception.name or (heading if found.kind == "name" else None)
        return Reference(found.kind, found.number, name, exception.status), ""
    if heading is None:
        return Reference(
            found.kind, found.number, None, "wrong"
        ), f"refers to {found.number}, and there is no such clause"
    if found.kind != "name":
        return Reference(found.kind, found.number), ""
    if plain_name(found.before).endswith(plain_name(heading)):
        return Reference(found.kind, found.number, heading), ""
    name = found.before[-60:].strip()
    return Reference(
        found.kind, found.number, None, "wrong"
    ), f"{name!r} refers to {found.number}, which is {heading!r}"
