"""Finding the SMETS documents inside a source text that may hold other documents before, between and after them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from smets_spec.ingest.source import Line, SourceError

_ENTITLED = re.compile(
    r"^This document is entitled .Smart Metering Equipment Technical Specifications (\d+) \(SMETS\d+\)"
)
_GLOSSARY = re.compile(r"^(?:\d+\s+)?Glossary Version (?P<version>.+)$")
_STATED = re.compile(r"^(?:\d+\s+)?[A-Z].{5,90} Technical Specifications? Version (?P<version>\S+(?: Draft \d+)?)$")


class Extent(msgspec.Struct, frozen=True):
    """Where a document stands: its id, its lines, and whether its Glossary, with which each ends, was found."""

    document: str
    lines: tuple[Line, ...]
    complete: bool

    @property
    def where(self) -> str:
        """The lines it spans, in words."""
        return f"lines {self.lines[0].number} to {self.lines[-1].number}"


def document_id(family: str, version: str) -> str:
    """Return the id of a document: `smets2-5.0-draft4` for family 2, version "5.0 Draft 4"."""
    return f"smets{family}-" + re.sub(r"\s*draft\s*", "-draft", version.strip().lower())


def find_documents(lines: Sequence[Line]) -> list[Extent]:
    """Return every SMETS document in the text, in order.

    A document begins at the last break at or before the paragraph that says what it is entitled, and ends before the first
    break after the title of its Glossary. Its version is the Glossary's, or, when the text ends early, the newest that a
    section states.

    Raises:
        SourceError: there is none.
    """
    entitled = [(i, match[1]) for i, line in enumerate(lines) if (match := _ENTITLED.match(line.text))]
    if not entitled:
        raise SourceError(
            "no SMETS document in it: nowhere does a paragraph say that the document is entitled "
            "'Smart Metering Equipment Technical Specifications'"
        )
    starts = [next((k for k in range(i, 0, -1) if lines[k].after_break), 0) for i, _ in entitled]
    limits = [*starts[1:], len(lines)]
    return [
        _extent(lines, start, limit, family) for start, limit, (_, family) in zip(starts, limits, entitled, strict=True)
    ]


def _extent(lines: Sequence[Line], start: int, limit: int, family: str) -> Extent:
    """Return the document that begins at index `start` and lies before index `limit`."""
    inside = range(start, limit)
    glossary = next((k for k in inside if _GLOSSARY.match(lines[k].text)), None)
    if glossary is None:
        stated = [match["version"] for k in inside if (match := _STATED.match(lines[k].text))]
        name = document_id(family, max(stated)) if stated else f"smets{family} of unknown version"
        return Extent(document=name, lines=tuple(lines[start:limit]), complete=False)
    end = next((k for k in range(glossary, limit) if lines[k].after_break), limit)
    match = _GLOSSARY.match(lines[glossary].text)
    version = match["version"] if match else ""
    return Extent(document=document_id(family, version), lines=tuple(lines[start:end]), complete=True)
