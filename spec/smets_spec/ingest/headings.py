"""Recognising headings, their level, and the numbers that follow from them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from smets_spec.ingest.ledger import Ledger
from smets_spec.ingest.source import Line, SourceError

_NUMBERED = re.compile(r"^(?P<number>\d+(?:\.\d+)*)\s+(?P<heading>[A-Z].*)$")
_NOT_AN_ENDING = re.compile(r"(?:[.;:,]|[;,]\s*(?:and|or))$")
_LIST_ITEM = re.compile(r"^\d+\.\s")
_PART = re.compile(r"^Part (?P<part>[A-Z]\d?) [-–] \S")
_DEEPEST = 5
LONGEST = 140


class Heading(msgspec.Struct, frozen=True):
    """A heading with its place: number (None for a part), level 1 to 5, device and part; `restored` when its text was lost."""

    text: str
    line: int
    number: str | None
    level: int
    device: str
    part: str | None
    restored: bool


def looks_like_heading(text: str, *, numbered: bool) -> bool:
    """Tell whether a paragraph is a heading: a short line that begins with a capital or a digit, ends without punctuation,
    obliges nothing and is no list item. In a `numbered` document (SMETS1 kept its numbers) only numbered lines are."""
    if numbered:
        return _NUMBERED.match(text) is not None and len(text) < LONGEST and not _NOT_AN_ENDING.search(text)
    return (
        (text[:1].isupper() or text[:1].isdigit())
        and len(text) < LONGEST
        and not _NOT_AN_ENDING.search(text)
        and " shall " not in text
        and not _LIST_ITEM.match(text)
    )


class Numbering:
    """Where the headings have got to: the running counters, and the headings that contain the next one."""

    def __init__(self, ledger: Ledger) -> None:
        """Start before the first heading of the document that the ledger is about."""
        self.ledger = ledger
        self.levels = ledger.levels
        self.counters = [0] * _DEEPEST
        self.open: list[str] = [""] * _DEEPEST  # the heading now open at each level, casefolded
        self.device = ""
        self.part: str | None = None
        self.run: list[int] = []  # the levels that a decision gives the coming headings of a run
        self.run_of = ""

    def take(self, text: str, line: int, *, restored: bool = False) -> Heading:
        """Return the heading of that text with its number, and move on past it.

        Raises:
            SourceError: its typed number does not follow, or its level has no parent.
        """
        if part := _PART.match(text):
            self.part = part["part"]
            self.open[1:] = [""] * (_DEEPEST - 1)
            return Heading(text, line, None, 1, self.device, self.part, restored)
        typed = _NUMBERED.match(text)
        if typed:
            text = typed["heading"]
        parts = [int(p) for p in typed["number"].split(".")] if typed else []
        device = None if len(parts) > 1 or self.device == "GLOSSARY" else self.levels.device_of(text, self.device)
        level = 1 if device else len(parts) or self._level(text)
        if device:
            self.device, self.part = device, None
        if parts:
            self._check_typed(parts, text, line)
        self._count(level, text, line, start=parts[0] if parts else 0)
        number = ".".join(map(str, self.counters[:level]))
        return Heading(text, line, number, level, self.device, self.part, restored)

    def _level(self, text: str) -> int:
        """Return the level of a heading that bears no number: by decision for a run, by vocabulary, else 4."""
        key = text.casefold()
        previous = next((h for h in reversed(self.open) if h), "")
        if self.run and key == self.run_of:
            return self.run.pop(0)
        self.run = self.ledger.run(key, previous, self.device, self.part)
        if self.run:
            self.run_of = key
            return self.run.pop(0)
        return self.levels.level_of(key, self.device, section=self.open[1], group=self.open[2], clause=self.open[3])

    def _check_typed(self, parts: Sequence[int], text: str, line: int) -> None:
        """Refuse a typed number that is not a successor of the headings before it."""
        level = len(parts)
        parents = [c or 1 for c in self.counters[: level - 1]]
        first = level == 1 and not any(self.counters)
        if not first and [*parents, self.counters[level - 1] + 1] != list(parts):
            due = ".".join(map(str, [*parents, self.counters[level - 1] + 1]))
            raise SourceError(
                f"line {line}: heading {text!r} bears the number {'.'.join(map(str, parts))} where {due} is due; "
                "a heading before it is missing, added, or of another level (see levels.yaml, restored_headings.yaml)"
            )

    def _count(self, level: int, text: str, line: int, *, start: int) -> None:
        """Advance the counter of `level`; those below begin again."""
        if level == 1 and not any(self.counters):
            self.counters[0] = (start or self.levels.first_number) - 1
        for above in range(level - 1):
            if not self.counters[above]:
                if above == 0 or self.device != "GLOSSARY":
                    raise SourceError(
                        f"line {line}: heading {text!r} is of level {level} but no heading of level {above + 1} is open above "
                        "it; a heading before it is missing (see restored_headings.yaml) or its level is wrong (levels.yaml)"
                    )
                self.counters[above] = 1
        self.counters[level - 1] += 1
        self.counters[level:] = [0] * (_DEEPEST - level)
        self.open[level - 1] = text.casefold()
        self.open[level:] = [""] * (_DEEPEST - level)


def is_numbered(lines: Sequence[Line]) -> bool:
    """Tell whether a document kept its clause numbers: its first line is a numbered heading."""
    return _NUMBERED.match(lines[0].text) is not None
