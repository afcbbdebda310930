"""From a source text to a document of the clause index: `parse` reads it, `ingest` refuses what it cannot vouch for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from smets_spec.index import Document
from smets_spec.ingest.boundaries import Extent, find_documents
from smets_spec.ingest.clauses import Section, split_clauses
from smets_spec.ingest.decisions import Decisions, load_decisions
from smets_spec.ingest.ledger import Ledger
from smets_spec.ingest.reading import read_clause
from smets_spec.ingest.source import SourceError, read_lines

_END_OF_SENTENCE = (".", "]", ")", "”")


class Source(msgspec.Struct, frozen=True):
    """A source text: its file name, the digest of its bytes, and the documents found in it."""

    name: str
    sha256: str
    documents: tuple[Extent, ...]


class Parsed(msgspec.Struct, frozen=True):
    """A document as read, and what about it wants attention: each finding says where and what."""

    document: Document
    findings: tuple[str, ...]


def read_source(data: bytes, name: str) -> Source:
    """Return the documents of a source text; `name` is its file name, without a folder.

    Raises:
        SourceError: it is not UTF-8, or holds no SMETS document.
    """
    return Source(name, hashlib.sha256(data).hexdigest(), tuple(find_documents(read_lines(data))))


def ingest(source: Source, document: str, decisions: Decisions | None = None) -> Document:
    """Return the index of a document of the source.

    Raises:
        SourceError: the document is not there, is cut short, its headings do not number, a reference is neither resolved nor
            excepted, or a hand decision no longer applies.
    """
    parsed = parse(source, document, decisions)
    if parsed.findings:
        raise SourceError(f"{document}: " + "\n".join(parsed.findings))
    return parsed.document


def parse(source: Source, document: str, decisions: Decisions | None = None) -> Parsed:
    """Return the index of a document of the source with every finding about it, where `ingest` would refuse.

    Raises:
        SourceError: the document is not there, is cut short, or its headings do not number.
    """
    decisions = decisions or load_decisions()
    extent = choose(source, document)
    ledger = Ledger(decisions, document)
    sections = split_clauses(extent, ledger)
    _check_whole(source, extent, sections, decisions)
    headings = {section.heading.number: section.heading.text for section in sections if section.heading.number}
    findings: list[str] = []
    clauses = tuple(read_clause(section, headings, ledger, findings) for section in sections)
    index = Document(
        document=document,
        source=source.name,
        source_sha256=source.sha256,
        first_line=extent.lines[0].number,
        last_line=extent.lines[-1].number,
        clauses=clauses,
    )
    return Parsed(index, (*findings, *ledger.unused()))


def choose(source: Source, document: str) -> Extent:
    """Return the part of the source that is `document`.

    Raises:
        SourceError: it is not there, or is cut short.
    """
    for extent in source.documents:
        if extent.document == document and extent.complete:
            return extent
    cut = next((extent for extent in source.documents if extent.document == document), None)
    if cut is not None:
        raise _cut_short(source, cut, "before its Glossary")
    there = ", ".join(f"{e.document} ({e.where}{'' if e.complete else ', cut short'})" for e in source.documents)
    raise SourceError(f"{source.name} does not hold {document}; it holds {there}")


def _check_whole(source: Source, extent: Extent, sections: Sequence[Section], decisions: Decisions) -> None:
    """Refuse a document that ends in a heading, inside a sentence, or before its last heading."""
    if not sections[-1].lines or not extent.lines[-1].text.endswith(_END_OF_SENTENCE):
        raise _cut_short(source, extent, "inside a clause")
    headings = {section.heading.text for section in sections}
    for ending in decisions.levels.endings:
        if extent.document in ending.documents and ending.heading not in headings:
            raise _cut_short(source, extent, f"and {ending.heading!r}, with which it ends, is not there")


def _cut_short(source: Source, extent: Extent, how: str) -> SourceError:
    """Return the error that says where a document breaks off."""
    words = " ".join(extent.lines[-1].text.split()[:6])
    return SourceError(
        f"{source.name}: {extent.document} is cut short: it begins at line {extent.lines[0].number} and breaks off at line "
        f"{extent.lines[-1].number} ({words!r} …), {how}; give the whole document"
    )
