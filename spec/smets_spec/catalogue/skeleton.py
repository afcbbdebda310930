"""Skeletons: for each obligation of a clause a record to be filled in, with the source of every edition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import msgspec

from smets_spec.catalogue.catalogue import Catalogue
from smets_spec.catalogue.edit import flow, scalar
from smets_spec.catalogue.suspicion import referents
from smets_spec.catalogue.texts import Texts
from smets_spec.catalogue.types import Requirement, Source
from smets_spec.index import Clause, Paragraph

# Gas and electricity meters say much alike: a requirement found in both is a `meter.` one. Of ESME, Part A is the meter.
COUNTERPARTS = {"gsme": "esme", "esme": "gsme"}
PARTS = (None, "A")
DEVICE = re.compile(r"\b(?:GSME|ESME)\b", re.IGNORECASE)
NUMBERED = re.compile(
    r"\b[Ss]ections?\s+\d+(?:\.\d+)*(?:(?:,|\s+and|\s+or|\s+to)\s+\d+(?:\.\d+)*)*|\(\d+(?:\.\d+)+\)|\[[A-Z]+\]"
)
MARKERS = re.compile(r"\[bookmark: [^\]]*\]|\[footnoteRef:\d+\]|^\s*(?:[ivxl]+|[a-z]|\d+)[.)]\s+")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KEYLETTERS = ("shall-not", "shall", "must", "should-not", "should", "may")


class Spot(msgspec.Struct, frozen=True):
    """A paragraph at its place in an edition."""

    edition: str
    clause: Clause
    paragraph: Paragraph

    @property
    def number(self) -> str:
        """The clause's number."""
        return self.clause.number or ""


Same = Callable[[Spot, Spot], bool]
# How a paragraph is known again in another edition: the same text in its place, anywhere, the same words, the same position.
WAYS: tuple[Callable[[Spot], object], ...] = (
    lambda each: (each.number, each.paragraph.n, each.paragraph.chain),
    lambda each: each.paragraph.chain,
    lambda each: each.paragraph.fingerprint,
    lambda each: (each.paragraph.n, each.paragraph.role, each.paragraph.label),
)


def skeleton(catalogue: Catalogue, edition: str, number: str, words: Mapping[int, str] | None = None) -> str:
    """Return a YAML file of records for the obligations of a clause that nothing restates yet.

    `words` are the source text's lines by number; with them the counterpart for the other meter is found by its words, and
    without them only where the print is the same.

    Raises:
        KeyError: there is no such edition.
        LookupError: it has no such clause, or the clause holds no obligation.
    """
    texts = catalogue.texts
    clause = texts[edition].get(number)
    if clause is None:
        near = get_close_matches(number, texts[edition], n=3)
        raise LookupError(f"{edition} has no clause {number}; near it: {', '.join(near) or 'none'}")
    claimed = _claimed(catalogue, edition)
    lines = ["# yaml-language-server: $schema=../schema.json", f"section: {scalar(clause.heading)}", "requirements:"]
    letters = iter(f"{first}{second}".strip() for first in f" {LETTERS}" for second in LETTERS)
    count = 0
    same = _by_words(words) if words else _by_print
    matched = [_matched(texts, name, clause) for name in texts if _device(name) == _device(edition)]
    for paragraph in clause.paragraphs:
        spot = Spot(edition, clause, paragraph)
        groups = list(_groups(texts, [found[paragraph.n] for found in matched if paragraph.n in found], same))
        obligations = catalogue.obligations(edition, number, paragraph.n)
        for part in range(1, obligations + 1):
            count += 1
            if owner := claimed.get((number, paragraph.n, part)):
                lines.append(f"  # ¶{paragraph.n} part {part}: {owner}")
            else:
                lines += _record(catalogue, spot, groups, part, next(letters))
    if not count:
        raise LookupError(f"{edition} {number} {clause.heading} holds no obligation; nothing is to be restated")
    return "\n".join(lines) + "\n"


def _claimed(catalogue: Catalogue, edition: str) -> dict[tuple[str, int, int], str]:
    """Return which requirement restates each part of each paragraph of an edition."""
    return {
        (source.clause, source.paragraph, source.part or 1): requirement.id
        for requirement in catalogue.in_force(edition)
        for source in requirement.source_in(edition)
    }


def _record(catalogue: Catalogue, spot: Spot, groups: list[list[Spot]], part: int, letter: str) -> Iterator[str]:
    """Write one record, with what is to be compared as comments."""
    devices = {each.edition.partition("@")[0] for group in groups for each in group}
    device = "meter" if len(devices) > 1 else devices.pop()
    section = "-".join(re.findall("[a-z]+", spot.clause.heading.lower())) or "section"
    yield f"  - id: {device}.{section}.unnamed-{letter}"
    yield "    source:"
    sources: list[Source] = []
    for group in groups:
        first = group[0]
        held = catalogue.obligations(first.edition, first.number, first.paragraph.n)
        if part > held:
            yield f"      # {first.edition} {first.number} ¶{first.paragraph.n} holds {held} obligations: is this one of them?"
            continue
        editions = tuple(each.edition for each in group)
        if first.paragraph.chain != spot.paragraph.chain and _device(first.edition) == _device(spot.edition):
            yield f"      # reads otherwise than {spot.edition}: compare, and leave it out where it obliges otherwise"
        source = Source(editions, first.number, first.paragraph.n, first.paragraph.chain, part if held > 1 else 0)
        sources.append(source)
        named = f", part: {source.part}" if source.part else ""
        place = f"clause: {source.clause}, paragraph: {source.paragraph}{named}, chain: {source.chain}"
        yield f"      - {{editions: {flow(editions)}, {place}}}"
    yield from _differing(catalogue.texts, tuple(sources))
    yield f"    obligation: {_obligation(spot)}"
    yield "    when: …"
    yield "    does: …"
    yield "    verification: test"
    yield ""


def _groups(texts: Texts, spots: Sequence[Spot], same: Same) -> Iterator[list[Spot]]:
    """Go through a paragraph's places in every edition of its device, then of the other meter, equal ones together."""
    others: list[Spot] = []
    for each in spots:
        device = _device(each.edition)
        edition = each.edition.replace(device, COUNTERPARTS.get(device, ""), 1)
        if edition in texts and (found := _counterpart(texts, each, edition, same)):
            others.append(found)
    grouped: dict[tuple[str, str, int, str], list[Spot]] = {}
    for each in (*spots, *others):
        key = (_device(each.edition), each.number, each.paragraph.n, each.paragraph.chain)
        grouped.setdefault(key, []).append(each)
    yield from grouped.values()


def _matched(texts: Texts, edition: str, clause: Clause) -> dict[int, Spot]:
    """Find where each paragraph of a clause stands in an edition, each place once: the surest ways first."""
    free = [
        Spot(edition, other, paragraph)
        for other in texts[edition].values()
        if other.heading == clause.heading and other.part == clause.part
        for paragraph in other.paragraphs
    ]
    found: dict[int, Spot] = {}
    for way in WAYS:
        for paragraph in clause.paragraphs:
            mine = Spot(edition, clause, paragraph)
            alike = [each for each in free if way(each) == way(mine)]
            if paragraph.n not in found and len(alike) == 1:
                found[paragraph.n] = alike[0]
                free.remove(alike[0])
    return found


def _counterpart(texts: Texts, spot: Spot, edition: str, same: Same) -> Spot | None:
    """Find what the other meter's edition says alike under the same heading."""
    found = [
        Spot(edition, clause, paragraph)
        for clause in texts[edition].values()
        if clause.part in PARTS and clause.heading.casefold() == spot.clause.heading.casefold()
        for paragraph in clause.paragraphs
    ]
    alike = [each for each in found if same(spot, each)]
    return alike[0] if len(alike) == 1 else None


def _by_print(one: Spot, other: Spot) -> bool:
    """Whether two paragraphs, and what governs them, have the same print."""
    return one.paragraph.chain == other.paragraph.chain


def _by_words(words: Mapping[int, str]) -> Same:
    """Return what tells whether two paragraphs, and what governs them, say the same but for the device and numbers."""

    def said(spot: Spot) -> list[str]:
        governing = [spot.clause.paragraphs[n - 1] for n in spot.paragraph.governed_by]
        return [generic(words.get(paragraph.line, paragraph.fingerprint)) for paragraph in (spot.paragraph, *governing)]

    return lambda one, other: said(one) == said(other)


def generic(text: str) -> str:
    """Return a paragraph's words without the device's name, references, tags and punctuation: as gas and electricity compare."""
    words = re.findall(r"[^\W_]+", NUMBERED.sub(" ", DEVICE.sub("meter", MARKERS.sub("", text))).casefold())
    while words and words[-1] in ("and", "or"):
        words.pop()
    return " ".join(words)


def _differing(texts: Texts, sources: tuple[Source, ...]) -> Iterator[str]:
    """Say which clauses, referred to by the same text, read differently in some of its editions."""
    for source in sources:
        probe = Requirement("x.x.x", (source,), "shall", "…", "test")
        first, *rest = source.editions
        before = referents(probe, texts, first)
        for edition in rest:
            now = referents(probe, texts, edition)
            changed = sorted(name for name in now if before.get(name, now[name]) != now[name])
            if changed:
                yield f"      # referred to, and different from {edition} on: {', '.join(changed)}"
            before = now


def _obligation(spot: Spot) -> str:
    """Return the keyword of a paragraph, or of what governs it."""
    governing = [spot.clause.paragraphs[n - 1] for n in spot.paragraph.governed_by]
    used = {keyword for paragraph in (spot.paragraph, *governing) for keyword in paragraph.keywords}
    if spot.edition.startswith("glossary@"):
        return "definition"
    return next((keyword for keyword in KEYLETTERS if keyword in used), "shall")


def _device(edition: str) -> str:
    return edition.partition("@")[0]
