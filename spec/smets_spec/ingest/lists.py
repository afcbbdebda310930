"""Lists: which paragraphs lead in, which are items of what, what closes them, and the labels that the source lost.

The source has one line a paragraph and no indentation, so a list shows only in its punctuation: a lead-in ends in a colon, an
item in a semicolon, the last but one in "; and" or "; or", the last in a full stop; a comma means that a tail follows, which
takes up the sentence of the lead-in again, or, ending in a colon, leads in further items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from smets_spec.index import Role
from smets_spec.ingest.decisions import ListDecision, Of

_MARKER = re.compile(r"^(?P<label>[ivxl]+|[a-z]|\d+)[.)]\s+|^(?P<bullet>·)\s+")
_LAST_BUT_ONE = re.compile(r"[;,)]\s*(?:and|or)$")
_RESUMES = re.compile(r"^and (?:where|unless|any)\b")
_NEW_SENTENCE = re.compile(r"^[A-Z].* shall .*:$")
_ROMAN = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


class Placed(msgspec.Struct):
    """A paragraph's place: role, label and depth in its list, and the 1-based positions of what governs it."""

    role: Role
    label: str | None = None
    depth: int = 0
    governed_by: tuple[int, ...] = ()


class _List(msgspec.Struct):
    """An open list: its lead-in, the lead-in that resumed it, its items so far, and whether its last item was announced."""

    lead: int | None
    resumed: int | None = None
    items: int = 0
    labelled: int = 0
    announced: bool = False
    finished: bool = False

    @property
    def leads(self) -> tuple[int, ...]:
        """The lead-ins that govern the next item."""
        return tuple(n for n in (self.lead, self.resumed) if n is not None)


def _ends(text: str) -> str:
    """Return how a paragraph ends: "and" for an item that announces the last, else its last character."""
    return "and" if _LAST_BUT_ONE.search(text) else text[-1:]


def roman(number: int) -> str:
    """Return a number from 1 to 399 in small Roman numerals."""
    digits = ""
    for sign, value in _ROMAN:
        while number >= value:
            digits += sign
            number -= value
    return digits


def place_paragraphs(texts: Sequence[str], decided: Sequence[ListDecision | None]) -> list[Placed]:
    """Return the place of every paragraph of one clause; `decided` holds the hand decision on each, or None."""
    state = _State()
    for n, (text, decision) in enumerate(zip(texts, decided, strict=True), start=1):
        state.add(n, text, decision)
    return state.placed


class _State:
    """What is open while the paragraphs of a clause are read in order."""

    def __init__(self) -> None:
        self.placed: list[Placed] = []
        self.open: list[_List] = []  # outermost first
        self.count = 0  # of labels at depth 1: it runs on from list to list through the clause
        self.ending = ""  # of the paragraph before

    def add(self, n: int, text: str, decision: ListDecision | None) -> None:
        """Place paragraph `n` as decided, else by its punctuation and that of the paragraph before it."""
        place, of = (decision.place, decision.of) if decision else self._place(text)
        if decision is None:
            self._close_finished(text)
        self._close_inside(of or ("outermost" if place in ("tail", "tail-lead") else "innermost"))
        match place:
            case "text":
                self.open.clear()
                self.placed.append(Placed("text"))
            case "lead":
                self.open = [_List(lead=n)]
                self.placed.append(Placed("lead"))
            case "item" | "itemlead":
                self._item(n, text, place)
            case "tail":
                self._tail(n)
            case "tail-lead":
                self._tail_lead(n)
        self.ending = _ends(text)

    def _place(self, text: str) -> tuple[Role, Of]:
        """Return a paragraph's role, and of which open list it is, by its punctuation and that of the one before it."""
        colon, announces = text.endswith(":"), _ends(text) in (";", "and")
        item: Role = "itemlead" if colon else "item"
        alone: Role = "lead" if colon else "item" if announces else "text"
        if not self.open:
            return alone, ""
        if self.placed[-1].role in ("lead", "itemlead", "tail-lead") or _MARKER.match(text):
            return item, ""
        if self.ending == "," or (_RESUMES.match(text) and colon and self.ending in (";", "and")):
            return ("tail-lead" if colon else "tail"), ""
        if self.ending in (";", "and") and not _NEW_SENTENCE.match(text):
            return item, ""
        # in small letters the sentence of the outermost lead-in goes on, whatever full stop came between
        return ("itemlead", "outermost") if colon and text[:1].islower() else (alone, "")

    def _close_finished(self, text: str) -> None:
        """Leave nested lists whose last item is past: it was announced by "; and", or ended in a full stop."""
        marker = _MARKER.match(text)
        while len(self.open) > 1 and not (marker and marker["bullet"]):
            if not self.open[-1].finished and not (self.ending == "." and self.open[-1].items):
                return
            self.open.pop()

    def _close_inside(self, of: Of) -> None:
        """Leave the nested lists inside the one named."""
        if of == "outermost":
            del self.open[1:]
        elif of == "outer" and len(self.open) > 1:
            self.open.pop()

    def _leads(self) -> tuple[int, ...]:
        """The lead-ins of all open lists."""
        return tuple(lead for around in self.open for lead in around.leads)

    def _item(self, n: int, text: str, role: Role) -> None:
        if not self.open:  # the heading itself leads in
            self.open = [_List(lead=None)]
        inside = self.open[-1]
        self.placed.append(Placed(role, self._label(inside, text), len(self.open), self._leads()))
        inside.items += 1
        inside.finished = inside.announced
        inside.announced = bool(_LAST_BUT_ONE.search(text))
        if role == "itemlead":
            self.open.append(_List(lead=n))

    def _tail(self, n: int) -> None:
        """Close the innermost list: the tail governs its items, and its lead-ins govern the tail."""
        first = self.open[-1].lead or 0 if self.open else n
        for placed in self.placed[first:]:
            if placed.role in ("item", "itemlead"):
                placed.governed_by += (n,)
        self.placed.append(Placed("tail", None, 0, self._leads()))
        del self.open[-1:]

    def _tail_lead(self, n: int) -> None:
        """Resume the innermost list: what comes is led in by this paragraph too, in the stead of an earlier one that resumed it."""
        if not self.open:
            self.open = [_List(lead=None)]
        resumed = self.open[-1]
        resumed.resumed = None
        self.placed.append(Placed("tail-lead", None, 0, self._leads()))
        resumed.resumed = n
        resumed.announced = resumed.finished = False

    def _label(self, inside: _List, text: str) -> str | None:
        """Return an item's label, None for a bullet. A typed one counts, but "1." stands for any number that the source lost: as
        the mark of a list's first item it begins the count again, on a later one it says nothing."""
        marker = _MARKER.match(text)
        if marker and marker["bullet"]:
            return None
        typed = marker["label"] if marker else ""
        depth = len(self.open)
        inside.labelled += 1
        number = inside.labelled
        if depth == 1:
            self.count = 1 if typed == "1" and not inside.items else self.count + 1
            number = self.count
        if typed and not typed.isdigit():
            return typed
        return chr(ord("a") + number - 1) if depth == 2 and number <= 26 else roman(number)
