"""Footnotes: in the source a note's text stands in brackets behind the paragraph that it belongs to."""

from __future__ import annotations

import re

from smets_spec.index import Footnote
from smets_spec.ingest.normalise import fingerprint

_NOTE = re.compile(r"\[(\d+): ((?:[^\[\]]|\[[^\[\]]*\])*)(?:\]|$)")


def find_footnotes(text: str) -> tuple[Footnote, ...]:
    """Return the footnotes of a paragraph, with the prints of what they say."""
    return tuple(Footnote(int(number), fingerprint(note)) for number, note in _NOTE.findall(text))


def strip_footnotes(text: str) -> str:
    """Return a paragraph without its footnotes and their marks, as its list structure is read."""
    return re.sub(r"\[footnoteRef:\d+\]", "", _NOTE.sub("", text)).strip()
