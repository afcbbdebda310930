"""What a paragraph says, put into the one form that is hashed: normalised text, fingerprint and chain (REQUIREMENTS)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_MARKERS = re.compile(r"\[bookmark: [^\]]*\]|\[footnoteRef:\d+\]")
_REFERENCE = re.compile(r"\s*\(\d+(?:\.\d+)+\)")
_LIST_MARKER = re.compile(r"^(?:[ivxl]+|[a-z]|\d+)[.)]\s+")
_ENDING = re.compile(r"(?:[;,]\s*(?:and|or)|[.;:,])$")
_BLANKS = re.compile(r"\s+")
PRINT_DIGITS = 12


def normalise(text: str) -> str:
    """Return `text` as it is compared: composed, without bookmarks, footnote marks, bracketed numbers, one list marker
    and one ending, white space collapsed, letter case folded."""
    text = unicodedata.normalize("NFC", text)
    text = _REFERENCE.sub("", _MARKERS.sub("", text))
    text = _BLANKS.sub(" ", text).strip()
    text = _LIST_MARKER.sub("", text, count=1)
    return _ENDING.sub("", text, count=1).strip().casefold()


def print_of(*normalised: str) -> str:
    """Return the print, 12 hexadecimal digits, of texts that are normalised already, joined by newlines."""
    return hashlib.sha256("\n".join(normalised).encode()).hexdigest()[:PRINT_DIGITS]


def fingerprint(text: str) -> str:
    """Return the print of one paragraph's normalised text."""
    return print_of(normalise(text))


def chain(heading: str, before: Iterable[str], text: str, after: Iterable[str]) -> str:
    """Return the print of a paragraph together with its clause's heading and what governs it, before and after it."""
    return print_of(*map(normalise, (heading, *before, text, *after)))
