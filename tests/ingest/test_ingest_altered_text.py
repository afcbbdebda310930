"""The source text altered on purpose: index, numbers and chains change exactly there, or ingest says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from smets_spec.index import Document, load_document
from smets_spec.ingest import Parsed, SourceError, compare, ingest, parse, read_source

TextOf = Callable[[str], str]


class Place(NamedTuple):
    kind: str
    clause: str | None
    paragraph: int | None = None


def read(text: str, document: str) -> Parsed:
    return parse(read_source(text.encode(), "altered.txt"), document)


def differences(parsed: Parsed) -> list[Place]:
    shipped = load_document(parsed.document.document)
    return [Place(d.kind, d.clause, d.paragraph) for d in compare(shipped, parsed.document)]


def alter(text: str, old: str, new: str, *, after: str = "") -> str:
    """The text with one passage replaced: the first after `after`."""
    start = text.index(after) + len(after)
    assert old in text[start:], old
    return text[:start] + text[start:].replace(old, new, 1)


@pytest.fixture(scope="module")
def text(text_of: TextOf) -> str:
    return text_of("smets2-4.2")


def chains(document: Document, clause: str) -> list[tuple[str, str]]:
    return [(p.fingerprint, p.chain) for p in document.clause(clause).paragraphs]


def test_the_text_of_one_document_alone_reads_the_same(text: str) -> None:
    parsed = read(text, "smets2-4.2")
    assert differences(parsed) == []
    assert parsed.findings == ()


def test_one_word_changed(text: str) -> None:
    parsed = read(
        alter(text, "at all times", "at most times", after="GSME shall be capable of retaining"), "smets2-4.2"
    )
    assert differences(parsed) == [("paragraph changed", "4.4.3", 1)]
    assert parsed.findings == ()


def test_one_shall_made_may(text: str) -> None:
    parsed = read(
        alter(text, "GSME shall only be capable of addressing", "GSME may only be capable of addressing"), "smets2-4.2"
    )
    assert differences(parsed) == [("paragraph changed", "4.4.2", 10)]
    paragraph = parsed.document.clause("4.4.2").paragraphs[9]
    assert (paragraph.keywords, paragraph.shall, paragraph.obligations) == (("may",), 0, 0)


def test_the_lead_in_of_prepayment_changed_and_its_items_untouched(text: str) -> None:
    altered = alter(
        text, "GSME shall be capable of monitoring the Meter Balance", "GSME shall be able to monitor the Meter Balance"
    )
    parsed = read(altered, "smets2-4.2")
    items = range(11, 19)
    assert differences(parsed) == [
        ("paragraph changed", "4.4.7.2", 10),
        *(("chain changed", "4.4.7.2", n) for n in items),
    ]
    before, after = chains(load_document("smets2-4.2"), "4.4.7.2"), chains(parsed.document, "4.4.7.2")
    assert [n for n, (b, a) in enumerate(zip(before, after, strict=True), 1) if b[0] != a[0]] == [10]
    assert [n for n, (b, a) in enumerate(zip(before, after, strict=True), 1) if b[1] != a[1]] == [10, *items]


def test_a_glossary_term_changed(text: str) -> None:
    parsed = read(alter(text, "The seven day period", "The eight day period"), "smets2-4.2")
    (place,) = differences(parsed)
    assert place.kind == "paragraph changed"
    week = next(c for c in load_document("smets2-4.2").clauses if c.heading == "Week")
    assert (place.clause, place.paragraph) == (week.number, 1)


def test_a_clause_inserted_at_the_end_of_its_group(text: str) -> None:
    altered = alter(text, "Operational data\n", "New Setting\n\nA setting that is new.\n\nOperational data\n")
    parsed = read(altered, "smets2-4.2")
    assert differences(parsed) == [Place("clause added", "4.6.4.35")]
    assert parsed.document.clause("4.6.4.35").paragraphs[0].obligations == 1
    assert parsed.findings == ()


def test_a_clause_inserted_among_others_shifts_the_numbers_after_it(text: str) -> None:
    altered = alter(
        text,
        "Billing Calendar\n",
        "Big Setting\n\nA setting that is new.\n\nBilling Calendar\n",
        after="Configuration data\n",
    )
    parsed = read(altered, "smets2-4.2")
    found = differences(parsed)
    assert found[0] == Place("clause added", "4.6.4.2")
    assert found[1:] == [Place("clause renumbered", f"4.6.4.{n}") for n in range(3, 36)]
    assert all("refers to 4.6.4." in finding for finding in parsed.findings)
    with pytest.raises(SourceError, match=r"clause 4\.\S+ paragraph \d+: .* refers to 4\.6\.4\.\d+, which is"):
        ingest(read_source(altered.encode(), "altered.txt"), "smets2-4.2")


def test_a_heading_deleted(text: str) -> None:
    altered = alter(text, "Contact Details\n\n", "", after="Configuration data\n")
    parsed = read(altered, "smets2-4.2")
    found = differences(parsed)
    assert found[:3] == [
        ("paragraph added", "4.6.4.3", 2),
        Place("clause removed", "4.6.4.4"),
        Place("clause renumbered", "4.6.4.4"),
    ]
    assert found[2:] == [Place("clause renumbered", f"4.6.4.{n}") for n in range(4, 34)]
    assert any("'the Contact Details' refers to 4.6.4.4, which is 'Conversion Factor'" in f for f in parsed.findings)


def test_a_heading_deleted_above_a_typed_number(text: str) -> None:
    altered = alter(text, "Display of information\n\n", "", after="Single Element Electricity Metering Equipment\n")
    with pytest.raises(
        SourceError, match=r"'Presentation of information .* bears the number 5\.5\.4\.1 where 5\.5\.3\.1 is due"
    ):
        read(altered, "smets2-4.2")


def test_two_list_items_swapped(text: str) -> None:
    parsed = read(alter(text, "a Clock;\n\na Data Store;", "a Data Store;\n\na Clock;"), "smets2-4.2")
    assert differences(parsed) == [
        ("paragraph moved", "4.3", 2),
        ("read differently", "4.3", 2),  # its label
        ("paragraph moved", "4.3", 3),
        ("read differently", "4.3", 3),
    ]
    before, after = chains(load_document("smets2-4.2"), "4.3"), chains(parsed.document, "4.3")
    assert [after[0], after[2], after[1], *after[3:]] == before


def test_a_reference_changed_is_seen_although_the_print_leaves_it_out(text: str) -> None:
    parsed = read(alter(text, "Meter Balance(4.6.5.11) [PIN]", "Meter Balance(4.6.5.12) [PIN]"), "smets2-4.2")
    assert differences(parsed) == [("references changed", "4.4.5", 5)]
    (finding,) = parsed.findings
    assert "clause 4.4.5 paragraph 5: 'the Meter Balance' refers to 4.6.5.12, which is 'Network Data Log'" in finding


def test_sections_that_are_cited_move(text: str) -> None:
    parsed = read(alter(text, "Monitoring\n", "Timer\n\nIt ticks.\n\nMonitoring\n"), "smets2-4.2")
    shipped = load_document("smets2-4.2")
    moved = {
        c.number for c in shipped.clauses if (c.number or "").startswith(("4.4.6", "4.4.7", "4.4.8", "4.4.9", "4.4.10"))
    }
    citing = {
        (c.heading, p.n)
        for c in shipped.clauses
        for p in c.paragraphs
        for r in p.references
        if r.kind == "section" and r.number in moved
    }
    found = compare(shipped, parsed.document)
    assert {d.kind for d in found} == {"clause added", "clause renumbered", "reference points elsewhere"}
    assert [d.clause for d in found if d.kind == "clause added"] == ["4.4.6"]
    assert {d.detail for d in found if d.kind == "clause renumbered"} == {f"was {number}" for number in moved}
    assert {(d.heading, d.paragraph) for d in found if d.kind == "reference points elsewhere"} == citing


def test_a_word_beside_a_lost_heading_changed_does_not_lose_it(text: str) -> None:
    parsed = read(alter(text, "The Clock forming part", "The clockwork forming part"), "smets2-4.2")
    assert differences(parsed) == [("paragraph changed", "4.4.1", 1)]


@pytest.mark.parametrize("document", ["smets2-3.1", "smets2-5.0-draft4", "smets1-1.2"])
def test_another_document_named(text: str, document: str) -> None:
    with pytest.raises(
        SourceError, match=rf"altered\.txt does not hold {document}; it holds smets2-4\.2 \(lines 1 to \d+\)"
    ):
        read(text, document)


@pytest.mark.parametrize(
    ("until", "how"),
    [
        ("Part G2 ", "before its Glossary"),  # inside SAPC
        ("Glossary Version", "before its Glossary"),
        ("The seven day period", "and 'ZigBee Smart Energy Profile (SEP)', with which it ends, is not there"),
        ("ZSE", "inside a clause"),
    ],
)
def test_the_text_cut_off(text_of: TextOf, until: str, how: str) -> None:
    text = text_of("smets2-5.0-draft4")
    text = text[: text.rindex(until)].rstrip()
    if until == "The seven day period":
        text = text[: text.rindex(".") + 1]
    with pytest.raises(SourceError) as refused:
        read(text, "smets2-5.0-draft4")
    assert "smets2-5.0-draft4 is cut short: it begins at line 1 and breaks off at line" in str(refused.value)
    assert how in str(refused.value)
