"""From a source text to a document of the clause index: `parse` reads it, `ingest` refuses what it cannot vouch for."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from smets_spec.index import Clause, Document, Paragraph, Reference
from smets_spec.ingest.boundaries import Extent, find_documents
from smets_spec.ingest.clauses import Section, split_clauses
from smets_spec.ingest.decisions import Decisions, load_decisions
from smets_spec.ingest.footnotes import find_footnotes, strip_footnotes
from smets_spec.ingest.headings import Heading
from smets_spec.ingest.lists import Placed, place_paragraphs
from smets_spec.ingest.normalise import chain, normalise
from smets_spec.ingest.obligations import count_obligations, count_shall, keywords
from smets_spec.ingest.references import Found, find_references, resolve
from smets_spec.ingest.source import Line, SourceError, read_lines

_ANNOTATION = re.compile(r"\[(INFO|PIN|NUM|AMB)\]")
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
    sections, restored = split_clauses(extent, decisions)
    _check_whole(source, extent, sections, decisions)
    reader = _Reader(document, decisions, {s.heading.number: s.heading.text for s in sections if s.heading.number})
    clauses = tuple(map(reader.clause, sections))
    findings = [*reader.findings, *_unused(document, decisions, restored, reader)]
    index = Document(
        document=document,
        source=source.name,
        source_sha256=source.sha256,
        first_line=extent.lines[0].number,
        last_line=extent.lines[-1].number,
        clauses=clauses,
    )
    return Parsed(index, tuple(findings))


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


class _Reader:
    """Turns sections into clauses, and keeps which decisions were used and what was found."""

    def __init__(self, document: str, decisions: Decisions, headings: dict[str, str]) -> None:
        self.document = document
        self.decisions = decisions
        self.headings = headings
        self.used_lists: set[int] = set()
        self.used_references: set[int] = set()
        self.findings: list[str] = []

    def clause(self, section: Section) -> Clause:
        """Return a clause with its paragraphs."""
        heading = section.heading
        plain = [msgspec.structs.replace(line, text=strip_footnotes(line.text)) for line in section.lines]
        decided = [self._list_decision(heading, line) for line in plain]
        places = place_paragraphs(plain, [None if i is None else self.decisions.lists[i] for i in decided])
        texts = [line.text for line in plain]
        counts = count_obligations(heading, texts, places)
        return Clause(
            number=heading.number,
            heading=heading.text,
            line=heading.line,
            level=heading.level,
            device=heading.device,
            part=heading.part,
            heading_restored=heading.restored,
            annotations=tuple(_ANNOTATION.findall(heading.text)),
            paragraphs=tuple(
                self._paragraph(heading, section.lines, n, place, count)
                for n, (place, count) in enumerate(zip(places, counts, strict=True), start=1)
            ),
        )

    def _paragraph(self, heading: Heading, lines: Sequence[Line], n: int, place: Placed, obligations: int) -> Paragraph:
        line = lines[n - 1]
        before = [lines[g - 1].text for g in place.governed_by if g < n]
        after = [lines[g - 1].text for g in place.governed_by if g > n]
        return Paragraph(
            n=n,
            line=line.number,
            role=place.role,
            fingerprint=line.fingerprint,
            chain=chain(heading.text, before, line.text, after),
            label=place.label,
            depth=place.depth,
            governed_by=place.governed_by,
            shall=count_shall(line.text),
            obligations=obligations,
            keywords=keywords(line.text),
            footnotes=find_footnotes(line.text),
            references=self._references(heading, line, n),
        )

    def _list_decision(self, heading: Heading, line: Line) -> int | None:
        """Return the index of the hand decision on a paragraph's place in its list."""
        for i, decision in enumerate(self.decisions.lists):
            if (
                self.document in decision.documents
                and decision.heading.casefold() == heading.text.casefold()
                and normalise(line.text).startswith(normalise(decision.begins))
            ):
                self.used_lists.add(i)
                return i
        return None

    def _references(self, heading: Heading, line: Line, n: int) -> tuple[Reference, ...]:
        """Return the references of a paragraph; what cannot be resolved and is not excepted becomes a finding."""
        references = []
        seen: Counter[str] = Counter()
        for found in find_references(line.text):
            seen[found.number] += 1
            i = self._exception(heading, n, found, seen[found.number])
            if i is not None:
                self.used_references.add(i)
            exception = None if i is None else self.decisions.references[i]
            reference, trouble = resolve(found, self.headings, exception)
            references.append(reference)
            if trouble:
                self.findings.append(
                    f"line {line.number}, clause {heading.number} paragraph {n}: {trouble}; put it right, or except it with "
                    "its reason in references.yaml"
                )
        return tuple(references)

    def _exception(self, heading: Heading, n: int, found: Found, occurrence: int) -> int | None:
        """Return the index of the exception for a reference, the `occurrence`-th to its target in paragraph `n`."""
        for i, e in enumerate(self.decisions.references):
            if (
                self.document in e.documents
                and (e.clause, e.paragraph, e.target) == (heading.number, n, found.number)
                and e.occurrence in (0, occurrence)
                and found.before.casefold().endswith(e.name.casefold())
            ):
                return i
        return None


def _unused(document: str, decisions: Decisions, restored: set[int], reader: _Reader) -> list[str]:
    """Return a finding for each hand decision about the document that matched nothing."""
    findings = []
    for i, r in enumerate(decisions.restored):
        if document in r.documents and i not in restored:
            findings.append(
                f"restored_headings.yaml: {' / '.join(r.headings)!r} is restored nowhere: its place is not found"
            )
    for i, d in enumerate(decisions.lists):
        if document in d.documents and i not in reader.used_lists:
            findings.append(f"list_decisions.yaml: nothing in a clause {d.heading!r} begins {d.begins!r}")
    for i, e in enumerate(decisions.references):
        if document in e.documents and i not in reader.used_references:
            findings.append(
                f"references.yaml: clause {e.clause} paragraph {e.paragraph} has no reference to {e.target}"
            )
    return findings
