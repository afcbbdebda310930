"""Comparing two readings of a document: what was added, removed, renumbered, changed, or is governed differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, TypeVar

import msgspec

from smets_spec.index import Clause, Document, Paragraph, Reference

Kind = Literal[
    "clause added",
    "clause removed",
    "clause renumbered",
    "heading changed",
    "paragraph added",
    "paragraph removed",
    "paragraph moved",
    "paragraph changed",
    "governed differently",
    "chain changed",
    "references changed",
    "reference points elsewhere",
    "read differently",
]
T = TypeVar("T")
K = TypeVar("K")


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place where two readings differ: the clause by its number (in the newer reading, if it stands there) and heading, the
    paragraph by its position, None when the clause as a whole is meant, and its line in the newer reading."""

    kind: Kind
    clause: str | None
    heading: str
    paragraph: int | None = None
    line: int | None = None
    detail: str = ""


def compare(older: Document, newer: Document) -> list[Difference]:
    """Return every place where `newer` differs from `older`, in the order of the text; line numbers do not count."""
    pairs = _pair_clauses(older.clauses, newer.clauses)
    renumbered = {old.number: new.number for old, new in pairs if old and new and old.number != new.number}
    return [difference for old, new in pairs for difference in _compare_clauses(old, new, renumbered)]


def align(
    older: Sequence[T], newer: Sequence[T], old_keys: Sequence[K], new_keys: Sequence[K]
) -> list[tuple[T | None, T | None]]:
    """Return old and new elements side by side: those of equal keys in the same order, and those replaced one for one."""
    pairs: list[tuple[T | None, T | None]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal" or b - a == d - c:
            pairs += zip(older[a:b], newer[c:d], strict=True)
        else:
            pairs += [(old, None) for old in older[a:b]]
            pairs += [(None, new) for new in newer[c:d]]
    return pairs


def _pair_clauses(older: Sequence[Clause], newer: Sequence[Clause]) -> list[tuple[Clause | None, Clause | None]]:
    return align(older, newer, [(c.device, c.heading) for c in older], [(c.device, c.heading) for c in newer])


def _compare_clauses(
    old: Clause | None, new: Clause | None, renumbered: Mapping[str | None, str | None]
) -> Iterator[Difference]:
    if new is None:
        assert old is not None
        yield Difference("clause removed", old.number, old.heading)
        return
    if old is None:
        yield Difference("clause added", new.number, new.heading, line=new.line)
        return
    if old.number != new.number:
        yield Difference("clause renumbered", new.number, new.heading, line=new.line, detail=f"was {old.number}")
    if old.heading != new.heading:
        yield Difference("heading changed", new.number, new.heading, line=new.line, detail=f"was {old.heading!r}")
    if _outline(old) != _outline(new):
        yield Difference("read differently", new.number, new.heading, line=new.line, detail=_fields(old, new, _OUTLINE))
    yield from _compare_paragraphs(old, new, renumbered)


_OUTLINE = ("level", "device", "part", "heading_restored", "annotations")
_READING = ("role", "label", "depth", "shall", "obligations", "keywords", "footnotes")


def _outline(clause: Clause) -> tuple[object, ...]:
    return tuple(getattr(clause, name) for name in _OUTLINE)


def _fields(old: msgspec.Struct, new: msgspec.Struct, names: Sequence[str]) -> str:
    """Return which of the named fields differ, and how."""
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    return ", ".join(f"{name} {_show(getattr(old, name))} → {_show(getattr(new, name))}" for name in changed)


def _show(value: object) -> str:
    return "/".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _compare_paragraphs(old: Clause, new: Clause, renumbered: Mapping[str | None, str | None]) -> Iterator[Difference]:
    pairs = _match_moved(
        align(
            old.paragraphs,
            new.paragraphs,
            [p.fingerprint for p in old.paragraphs],
            [p.fingerprint for p in new.paragraphs],
        )
    )
    moved = {before.n: after.n for before, after in pairs if before and after}
    for before, after in pairs:
        if after is None:
            assert before is not None
            yield Difference("paragraph removed", new.number, new.heading, before.n)
        elif before is None:
            yield Difference("paragraph added", new.number, new.heading, after.n, after.line)
        else:
            for kind, detail in _compare_paragraph(before, after, moved, renumbered):
                yield Difference(kind, new.number, new.heading, after.n, after.line, detail)


def _match_moved(
    pairs: Sequence[tuple[Paragraph | None, Paragraph | None]],
) -> list[tuple[Paragraph | None, Paragraph | None]]:
    """Pair what was removed in one place with what was added with the same words in another."""
    added = {new.fingerprint: new for old, new in pairs if new is not None and old is None}
    gone = {old.fingerprint: old for old, new in pairs if old is not None and new is None and old.fingerprint in added}
    return [
        (gone.get(new.fingerprint), new) if old is None and new is not None else (old, new)
        for old, new in pairs
        if not (new is None and old is not None and gone.get(old.fingerprint) is old)
    ]


def _compare_paragraph(
    old: Paragraph, new: Paragraph, moved: Mapping[int, int], renumbered: Mapping[str | None, str | None]
) -> Iterator[tuple[Kind, str]]:
    """Return in what a paragraph differs; `moved` gives new positions for old ones, `renumbered` new clause numbers."""
    if old.n != new.n:
        yield "paragraph moved", f"was paragraph {old.n}"
    reading = _fields(old, new, _READING)
    if old.fingerprint != new.fingerprint:
        yield "paragraph changed", reading
    elif reading:
        yield "read differently", reading
    if tuple(moved.get(n, -n) for n in old.governed_by) != new.governed_by:
        yield "governed differently", f"by {_show(old.governed_by)} → {_show(new.governed_by)}"
    if old.fingerprint == new.fingerprint and old.chain != new.chain:
        yield "chain changed", "its words are the same, what governs them is not"
    yield from _compare_references(old.references, new.references, renumbered)


def _compare_references(
    old: Sequence[Reference], new: Sequence[Reference], renumbered: Mapping[str | None, str | None]
) -> Iterator[tuple[Kind, str]]:
    """Say which references changed, save where they follow their clauses' new numbers, and which stayed while those moved. Of
    those with a name ingest itself finds that the number is no longer the name's."""
    before, after = [r.number for r in old], [r.number for r in new]
    if before != after:
        if [renumbered.get(number, number) for number in before] != after:
            yield "references changed", f"{_show(tuple(before))} → {_show(tuple(after))}"
        return
    for number in (r.number for r in new if r.kind != "name" and r.number in renumbered):
        yield "reference points elsewhere", f"what was {number} is now {renumbered[number]}"
