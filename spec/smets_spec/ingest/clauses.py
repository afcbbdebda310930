"""Splitting a document into clauses: headings, those restored at breaks, and the paragraphs under each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from smets_spec.ingest.boundaries import Extent
from smets_spec.ingest.headings import Heading, Numbering, is_numbered, looks_like_heading
from smets_spec.ingest.ledger import START, Ledger
from smets_spec.ingest.source import Line, SourceError


class Section(msgspec.Struct, frozen=True):
    """A heading and the paragraphs that stand under it, before the next heading."""

    heading: Heading
    lines: tuple[Line, ...]


def split_clauses(extent: Extent, ledger: Ledger) -> list[Section]:
    """Return the clauses of a document in order.

    Raises:
        SourceError: a heading is lost that no decision restores, or a number does not follow.
    """
    sections: list[tuple[Heading, list[Line]]] = []
    for item in _headings_and_lines(extent, ledger):
        if isinstance(item, Heading):
            sections.append((item, []))
        else:
            sections[-1][1].append(item)
    return [Section(heading, tuple(lines)) for heading, lines in sections]


def _headings_and_lines(extent: Extent, ledger: Ledger) -> Iterator[Heading | Line]:
    numbered = is_numbered(extent.lines)
    numbering = Numbering(ledger)
    previous = START
    for line in extent.lines:
        is_heading = looks_like_heading(line.text, numbered=numbered)
        if not numbered and (line.after_break or previous == START):
            lost = ledger.restored(line, previous)
            if not lost and not is_heading:
                raise SourceError(
                    f"line {line.number}: a section begins here and its heading is lost; no decision in restored_headings.yaml "
                    f"knows this place in {extent.document} (after {previous}, before {line.fingerprint})"
                )
            for text in lost:
                yield numbering.take(text, line.number, restored=True)
        yield numbering.take(line.text, line.number) if is_heading else line
        previous = line.fingerprint
