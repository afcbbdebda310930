"""The five documents read from their source text, held against the shipped index and the extracts beside the checkout."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smets_spec.index import DOCUMENTS_DIR, Document, Paragraph, document_names, load_document
from smets_spec.ingest import Source, compare, ingest
from smets_spec.ingest.decisions import load_decisions
from smets_spec.ingest.write import to_json
from smets_spec.strict_yaml import load_as

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared"
DOCUMENTS = ["smets1-1.2", "smets2-2.0", "smets2-3.1", "smets2-4.2", "smets2-5.0-draft4"]


class Agreed(msgspec.Struct, forbid_unknown_fields=True):
    documents: tuple[str, ...]
    clause: str
    reason: str
    labels: tuple[int, ...] = ()
    places: tuple[int, ...] = ()


class Agreement(msgspec.Struct, forbid_unknown_fields=True):
    agreement: tuple[Agreed, ...]


@pytest.fixture(scope="module", params=DOCUMENTS)
def read(request: pytest.FixtureRequest, source: Source) -> Document:
    return ingest(source, request.param)


def extract(document: str) -> list[dict[str, Any]]:
    path = SHARED / "clauses" / f"{document}.json"
    if not path.is_file():
        pytest.skip("the extracts to compare with (../shared/clauses) are not beside the checkout")
    clauses: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["clauses"]
    return clauses


def differing(paragraph: Paragraph, other: dict[str, Any]) -> set[str]:
    """The fields in which a paragraph differs from the extract's."""
    theirs = {"label": None, "depth": 0, "governed_by": [], "shall": 0} | other
    ours = msgspec.to_builtins(paragraph) | {
        "governed_by": list(paragraph.governed_by),
        "depth": paragraph.depth,
        "label": paragraph.label,
        "shall": paragraph.shall,
    }
    return {f for f in ("role", "label", "depth", "governed_by", "chain", "shall") if ours[f] != theirs[f]}


def test_the_shipped_index_is_what_ingest_writes(read: Document) -> None:
    assert (DOCUMENTS_DIR / f"{read.document}.json").read_bytes() == to_json(read)
    assert compare(load_document(read.document), read) == []


def test_five_documents_are_shipped() -> None:
    assert document_names() == DOCUMENTS


def test_every_line_belongs_to_exactly_one_clause(read: Document, source: Source) -> None:
    extent = next(e for e in source.documents if e.document == read.document)
    restored = {c.line for c in read.clauses if c.heading_restored}
    lines = Counter(p.line for c in read.clauses for p in c.paragraphs)
    lines.update(c.line for c in read.clauses if not c.heading_restored)
    assert set(lines.values()) == {1}
    assert set(lines) == {line.number for line in extent.lines} >= restored


def test_clauses_agree_with_the_extract(read: Document) -> None:
    theirs = [
        (c["number"], c["heading"], c["line"], c["device"], c["part"], c["heading_restored"])
        for c in extract(read.document)
    ]
    assert [(c.number, c.heading, c.line, c.device, c.part, c.heading_restored) for c in read.clauses] == theirs


def test_paragraphs_agree_with_the_extract_save_where_a_reason_is_given(read: Document) -> None:
    agreed = load_as(HERE / "agreement.yaml", Agreement).agreement
    labels = {(a.clause, n) for a in agreed if read.document in a.documents for n in a.labels}
    places = {(a.clause, n) for a in agreed if read.document in a.documents for n in a.places}
    found: dict[tuple[str, int], set[str]] = {}
    for clause, theirs in zip(read.clauses, extract(read.document), strict=True):
        assert [(p.n, p.line, p.fingerprint) for p in clause.paragraphs] == [
            (p["n"], p["line"], p["fingerprint"]) for p in theirs["paragraphs"]
        ]
        for paragraph, other in zip(clause.paragraphs, theirs["paragraphs"], strict=True):
            if fields := differing(paragraph, other):
                found[clause.number or clause.heading, paragraph.n] = fields
    assert {place for place, fields in found.items() if fields == {"label"}} == labels
    assert {place for place, fields in found.items() if fields != {"label"}} == places


def test_references_agree_with_the_extract(read: Document) -> None:
    path = SHARED / "clauses" / "aids" / "xrefs.json"
    if not path.is_file():
        pytest.skip("the extract of cross-references (../shared/clauses/aids/xrefs.json) is not beside the checkout")
    inside = range(read.first_line, read.last_line + 1)
    theirs = Counter(
        (x["line"], x["number"]) for x in json.loads(path.read_text(encoding="utf-8")) if x["line"] in inside
    )
    ours = Counter((p.line, r.number) for c in read.clauses for p in c.paragraphs for r in p.references)
    # the extract takes the first of "Sections 4, 5 and 6 of this document", and one typed number of a heading
    entitled = {p.line for p in read.clauses[int(read.document == "smets1-1.2")].paragraphs}
    headings = {(c.line, c.number) for c in read.clauses}
    assert {place for place in ours - theirs if place[0] not in entitled} == set()
    assert {place for place in theirs - ours if place not in headings} == set()


def test_every_reference_resolves_or_is_excepted() -> None:
    statuses: Counter[str] = Counter()
    for name in DOCUMENTS:
        document = load_document(name)
        numbers = {c.number for c in document.clauses}
        for reference in (r for c in document.clauses for p in c.paragraphs for r in p.references):
            statuses[reference.status] += 1
            assert reference.number in numbers or reference.status == "external"
    excepted = Counter(dict.fromkeys(statuses, 0))
    for exception in load_decisions().references:
        excepted[exception.status] += len(exception.documents)
    assert {s: n for s, n in statuses.items() if s != "resolved"} == {
        s: n for s, n in excepted.items() if s != "resolved"
    }
    assert (statuses["wrong"], statuses["external"]) == (6, 7)
    assert sum(statuses.values()) == 6049


@pytest.mark.parametrize(
    ("document", "clause", "paragraph", "obligations"),
    [
        ("smets2-4.2", "4.4.1", 1, 1),
        ("smets2-4.2", "4.4.1", 2, 2),  # compares, and adjusts; then leads in two more
        ("smets2-4.2", "4.4.7.2", 3, 6),  # offer, show, alert, amount, order of charging, repayment
        ("smets2-4.2", "4.5.3.20", 2, 1),
        ("smets2-4.2", "4.5.3.20", 3, 2),  # adjusts, and logs
        ("smets2-4.2", "4.4.2.1", 2, 0),
        ("smets2-4.2", "4.6.4.1", 1, 1),
        ("smets2-4.2", "4.3", 28, 0),
        ("smets2-4.2", "5.10", 1, 0),
        ("smets2-4.2", "3", 1, 0),
        ("smets2-4.2", "6.4.3.2", 2, 1),
    ],
)
def test_obligations_that_were_counted_by_hand(document: str, clause: str, paragraph: int, obligations: int) -> None:
    assert load_document(document).clause(clause).paragraphs[paragraph - 1].obligations == obligations


def test_the_guide_tells_the_counts_that_are_shipped() -> None:
    guide = (HERE.parents[1] / "docs" / "clause-index.md").read_text(encoding="utf-8")
    for name in DOCUMENTS:
        paragraphs = [p for c in load_document(name).clauses for p in c.paragraphs]
        obligations, references = sum(p.obligations for p in paragraphs), sum(len(p.references) for p in paragraphs)
        footnotes = sum(len(p.footnotes) for p in paragraphs)
        clauses = len(load_document(name).clauses)
        assert f"| {name} | {clauses} | {len(paragraphs)} | {obligations} | {references} | {footnotes} |" in guide


def test_normative_paragraphs_come_close_to_the_extracts_families() -> None:
    """The extract marks 1,521 paragraphs of 4.2 normative, the Glossary apart; ours adds lead-ins with an act of their own."""
    theirs = {(c["number"], p["n"]) for c in extract("smets2-4.2") for p in c["paragraphs"] if "family" in p}
    clauses = [c for c in load_document("smets2-4.2").clauses if c.device != "GLOSSARY"]
    ours = {(c.number, p.n) for c in clauses for p in c.paragraphs if p.normative}
    assert len(theirs) == 1521
    roles = {(c.number, p.n): p.role for c in clauses for p in c.paragraphs}
    assert {roles[place] for place in ours - theirs} <= {"lead", "itemlead"}
    assert {roles[place] for place in theirs - ours} <= {"tail", "itemlead"}
    assert (len(ours - theirs), len(theirs - ours)) == (50, 14)
