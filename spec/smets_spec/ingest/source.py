"""Reading a source text: bytes to paragraphs, one a line, with the breaks at which a heading or a document begins."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from smets_spec.ingest.normalise import fingerprint

_BOOKMARK = re.compile(r"\[bookmark: [^\]]*\]")


class SourceError(Exception):
    """The source cannot be made an index; the message says what, where, and what would be right."""


class Line(msgspec.Struct, frozen=True, dict=True):
    """One paragraph of the source: its line number and its text without bookmarks.

    `after_break` marks a line that begins with a blank straight after another line: there a new section of the original
    began, and its heading, or the beginning of a document, was lost.
    """

    number: int
    text: str
    after_break: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """The print of the paragraph."""
        return fingerprint(self.text)


def read_lines(data: bytes) -> list[Line]:
    """Return the paragraphs of a source text.

    Raises:
        SourceError: the bytes are not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"line {row}: not UTF-8 (byte {data[error.start]:#04x}); save the text as UTF-8") from None
    rows = text.replace("\r\n", "\n").split("\n")
    return [
        Line(
            number=number,
            text=_BOOKMARK.sub("", row).strip(),
            after_break=row.startswith(" ") and (number == 1 or bool(rows[number - 2].strip())),
        )
        for number, row in enumerate(rows, start=1)
        if row.strip()
    ]
