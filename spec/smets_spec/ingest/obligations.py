"""How many obligations a paragraph holds, by rule. The rule is told in docs/clause-index.md; its words are the tables here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smets_spec.ingest.headings import Heading
from smets_spec.ingest.lists import Placed

INFORMATIVE = ("INTRO", "NOTUSED")
SCOPE = (
    "overview",
    "introduction",
    "overviewintroduction - section not used",
)  # of a section: what it is about, and composition
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“‘(\[])")
_OBLIGES = re.compile(r"\b(?:shall|must)\b", re.IGNORECASE)
_ADVISES = re.compile(r"\bshould\b", re.IGNORECASE)
# "5.4 in Part A shall not apply to ESME" composes, "the functions that GSME shall be capable of performing" describes: they
# oblige to nothing.
_COMPOSES = re.compile(r"\bshall (?:mean|not apply to)\b")
_DESCRIBES = re.compile(
    r"\b(?:which|that)(?: (?:an? |the )?[A-Z]\w+)?(?: \([^)]*\))? (?:shall|must)\b|" + _COMPOSES.pattern
)
# "shall be capable of A, and B-ing": a further act joined to the first; without the comma only for what devices do so often
# that it is told as an act of its own, and not for the second of a pair such as "calculating and recording".
_JOINED = re.compile(
    r"(?:[,;] and|[,;] then|^then)(?: then| also)?(?: \w+ly)? (?P<act>\w+ing)\b(?![^.,;]* (?:shall|must)\b)"
    r"|(?:,|(?<![,;g]) and)(?: of| then)?(?: \w+ly)? (?i:arming|continuing|disabling|discarding|displaying|enabling|generating|"
    r"logging|recording|resetting|setting|sounding|suspending)\b|, sending\b"
)
# An item that begins so states its first act only after the condition's comma.
_CONDITION = re.compile(r"^(?:\w+[.)]\s+)?(?:following|if|in circumstances|on|once|otherwise|unless|when|where)\b")
_NO_ACTS = re.compile(
    r"according|being|comprising|containing|during|excluding|following|including|pertaining|regarding|resulting|using"
)
# A lead-in that ends so has stated an act of its own before it introduces its items: "monitoring the … and:".
_OWN_ACT = re.compile(r"\band(?: then| on \w+| on such \w+)?:$")
_KEYWORDS = {
    "shall": re.compile(r"\bshall\b(?! not\b)", re.IGNORECASE),
    "shall-not": re.compile(r"\bshall not\b", re.IGNORECASE),
    "must": re.compile(r"\bmust\b", re.IGNORECASE),
    "should": re.compile(r"\bshould\b(?! not\b)", re.IGNORECASE),
    "should-not": re.compile(r"\bshould not\b", re.IGNORECASE),
    "may": re.compile(r"\bmay\b"),
}
_SHALL = re.compile(r"\bshall\b", re.IGNORECASE)


def keywords(text: str) -> tuple[str, ...]:
    """Return which of the keywords a paragraph uses."""
    return tuple(word for word, pattern in _KEYWORDS.items() if pattern.search(text))


def count_shall(text: str) -> int:
    """Return how often a paragraph says "shall"."""
    return len(_SHALL.findall(text))


def count_obligations(heading: Heading, texts: Sequence[str], places: Sequence[Placed]) -> list[int]:
    """Return the number of obligations of each paragraph of a clause, given the paragraphs' texts and places."""
    if heading.device in INFORMATIVE or (heading.level == 2 and heading.text.casefold() in SCOPE):
        return [0] * len(texts)
    if heading.device == "GLOSSARY":
        return [0 if place.role in ("lead", "itemlead", "tail-lead") else 1 for place in places]
    return [_count(text, place, texts, defines=heading.level == 4) for text, place in zip(texts, places, strict=True)]


def _count(text: str, place: Placed, texts: Sequence[str], *, defines: bool) -> int:
    """Return the obligations of one paragraph; `defines` in a data item, Command or item of information, which a clause above
    obliges the device to have, whether or not its own words say "shall"."""
    governing = [texts[n - 1] for n in place.governed_by]
    obliged = defines or not governing or any(map(_OBLIGES.search, governing))
    *before, last = _SENTENCES.split(text)
    stated = sum(map(_acts, [*before, last]))
    match place.role:
        case "text":
            return stated or int(defines and text[:1].isupper() and not _COMPOSES.search(text))
        case "item":
            return stated or (_acts_of_item(text) if obliged else 0)
        case "tail":
            return stated or (_joined(text) if obliged else 0)
        case "tail-lead":
            return max(0, stated - 1)
        case _:
            return sum(map(_acts, before)) + _own_acts(last, obliged=obliged)


def _acts(sentence: str) -> int:
    """Return the obligations of a sentence: one for each word that obliges, and one for each further act joined to it."""
    words = len(_OBLIGES.findall(sentence)) - len(_DESCRIBES.findall(sentence))
    if words > 0:
        return words + _joined(sentence)
    return int(not _OBLIGES.search(sentence) and _ADVISES.search(sentence) is not None)


def _acts_of_item(text: str) -> int:
    """Return the acts of an item that leaves the obliging word to its lead-in."""
    return max(1, _joined(text)) if _CONDITION.match(text) else 1 + _joined(text)


def _own_acts(sentence: str, *, obliged: bool) -> int:
    """Return the obligations of a lead-in's last sentence beside the one by which it introduces its items."""
    if _OWN_ACT.search(sentence):
        return _acts(sentence) or int(obliged)
    return max(0, len(_OBLIGES.findall(sentence)) - len(_DESCRIBES.findall(sentence)) - 1)


def _joined(text: str) -> int:
    """Return the number of further acts that a sentence joins by ", and …ing"."""
    return sum(not _NO_ACTS.fullmatch(act) for act in _JOINED.findall(text))
