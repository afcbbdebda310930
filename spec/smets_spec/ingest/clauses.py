"""Splitting a document into clauses: headings, those restored at breaks, and the paragraphs under each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from smets_spec.ingest.boundaries import Extent
from smets_spec.ingest.decisions import Decisions, RestoredHeading
from smets_spec.ingest.headings import Heading, Numbering, is_numbered, looks_like_heading
from smets_spec.ingest.source import Line, SourceError

START = "start"


class Section(msgspec.Struct, frozen=True):
    """A heading and the paragraphs that stand under it, before the next heading."""

    heading: Heading
    lines: tuple[Line, ...]


def split_clauses(extent: Extent, decisions: Decisions) -> tuple[list[Section], set[int]]:
    """Return the clauses of a document in order, and which decisions on restored headings were used.

    Raises:
        SourceError: a heading is lost that no decision restores, a number does not follow, or text stands before any heading.
    """
    used: set[int] = set()
    sections: list[tuple[Heading, list[Line]]] = []
    for item in _headings_and_lines(extent, decisions, used):
        if isinstance(item, Heading):
            sections.append((item, []))
        else:
            sections[-1][1].append(item)
    return [Section(heading, tuple(lines)) for heading, lines in sections], used


def _headings_and_lines(extent: Extent, decisions: Decisions, used: set[int]) -> Iterator[Heading | Line]:
    numbered = is_numbered(extent.lines)
    numbering = Numbering(decisions, extent.document)
    previous = START
    for line in extent.lines:
        is_heading = looks_like_heading(line.text, numbered=numbered)
        if (previous == START and not numbered) or (line.after_break and previous != START):
            found = _restore(line, previous, extent.document, decisions.restored)
            if found is None and not is_heading:
                raise SourceError(
                    f"line {line.number}: a section begins here and its heading is lost; no decision in restored_headings.yaml "
                    f"knows this place in {extent.document} (after {previous}, before {line.fingerprint})"
                )
            if found is not None:
                used.add(found)
                for text in decisions.restored[found].headings:
                    yield numbering.take(text, line.number, restored=True)
        yield numbering.take(line.text, line.number) if is_heading else line
        previous = line.fingerprint


def _restore(line: Line, previous: str, document: str, restored: tuple[RestoredHeading, ...]) -> int | None:
    """Return the index of the decision that restores what was lost before `line`, None when there is none."""
    for i, decision in enumerate(restored):
        if document in decision.documents and (previous in decision.after or line.fingerprint in decision.before):
            return i
    return None
