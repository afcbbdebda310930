"""Reading one clause: its paragraphs with their places, prints, obligations, footnotes and references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from smets_spec.index import Clause, Paragraph, Reference
from smets_spec.ingest.clauses import Section
from smets_spec.ingest.footnotes import find_footnotes, strip_footnotes
from smets_spec.ingest.ledger import Ledger
from smets_spec.ingest.lists import Placed, place_paragraphs
from smets_spec.ingest.normalise import chain
from smets_spec.ingest.obligations import count_obligations, count_shall, keywords
from smets_spec.ingest.references import find_references, resolve
from smets_spec.ingest.source import Line

_ANNOTATION = re.compile(r"\[(INFO|PIN|NUM|AMB)\]")


def read_clause(section: Section, headings: Mapping[str, str], ledger: Ledger, findings: list[str]) -> Clause:
    """Return a clause; a reference that resolves to none of `headings` and is not excepted is added to `findings`."""
    heading, lines = section.heading, section.lines
    texts = [strip_footnotes(line.text) for line in lines]
    places = place_paragraphs(texts, [ledger.place(heading.text, text) for text in texts])
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
            Paragraph(
                n=n,
                line=line.number,
                role=place.role,
                fingerprint=line.fingerprint,
                chain=_chain(heading.text, lines, n, place),
                label=place.label,
                depth=place.depth,
                governed_by=place.governed_by,
                shall=count_shall(line.text),
                obligations=count,
                keywords=keywords(line.text),
                footnotes=find_footnotes(line.text),
                references=_references(heading.number, n, line, headings, ledger, findings),
            )
            for n, (line, place, count) in enumerate(zip(lines, places, counts, strict=True), start=1)
        ),
    )


def _chain(heading: str, lines: Sequence[Line], n: int, place: Placed) -> str:
    before = [lines[g - 1].text for g in place.governed_by if g < n]
    after = [lines[g - 1].text for g in place.governed_by if g > n]
    return chain(heading, before, lines[n - 1].text, after)


def _references(
    clause: str | None, n: int, line: Line, headings: Mapping[str, str], ledger: Ledger, findings: list[str]
) -> tuple[Reference, ...]:
    """Return the references of paragraph `n`; what cannot be resolved and is not excepted becomes a finding."""
    references = []
    seen: Counter[str] = Counter()
    for found in find_references(line.text):
        seen[found.number] += 1
        reference, trouble = resolve(found, headings, ledger.exception(clause, n, found, seen[found.number]))
        references.append(reference)
        if trouble:
            findings.append(
                f"line {line.number}, clause {clause} paragraph {n}: {trouble}; put it right, or except it with its reason "
                "in references.yaml"
            )
    return tuple(references)
