"""How ingest reads a document, on a small one made up for it: every rule shows here without the source text."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smets_spec.index import Clause, Document, Footnote, Paragraph, Reference, Role
from smets_spec.ingest import SourceError, ingest, parse, read_source
from smets_spec.ingest.decisions import Decisions, ListDecision, Of, ReferenceException
from smets_spec.ingest.normalise import fingerprint

OWN = "smets2-9.9"
Reader = Callable[[str], Document]


@pytest.fixture
def read(own_decisions: Decisions) -> Reader:
    return lambda text: ingest(read_source(text.encode(), "own.txt"), OWN, own_decisions)


@pytest.fixture
def own(read: Reader, own_text: str) -> Document:
    return read(own_text)


def places(clause: Clause) -> list[tuple[str, str | None, int, tuple[int, ...]]]:
    return [(p.role, p.label, p.depth, p.governed_by) for p in clause.paragraphs]


def test_numbers_follow_from_the_levels_of_the_headings(own: Document) -> None:
    assert [(c.number, c.heading) for c in own.clauses] == [
        ("3", "Introduction"),
        ("4", "Gas Smart Metering Equipment Technical Specifications Version 9.9"),
        ("4.1", "Overview"),
        ("4.2", "Physical Requirements"),
        ("4.3", "Functional requirements"),
        ("4.3.1", "Clock"),
        ("4.3.2", "Data storage"),
        ("4.4", "Data Requirements"),
        ("4.4.1", "Constant data"),
        ("4.4.1.1", "Colour [INFO]"),
        ("4.4.1.2", "Wall Hour"),
        ("5", "Glossary Version 9.9"),
        ("5.1.1.1", "Lamp"),
        ("5.1.1.2", "Switch"),
    ]
    assert [c.heading for c in own.clauses if c.heading_restored] == ["Introduction", "Clock"]
    assert {c.device for c in own.clauses} == {"INTRO", "GSME", "GLOSSARY"}
    assert own.clause("4.4.1.1").annotations == ("INFO",)


def test_a_list_with_a_resumed_lead_in_and_a_tail(own: Document) -> None:
    assert places(own.clause("4.2")) == [
        ("lead", None, 0, ()),
        ("item", "i", 1, (1, 8)),
        ("item", "ii", 1, (1, 8)),
        ("item", "iii", 1, (1, 8)),
        ("tail-lead", None, 0, (1,)),
        ("item", "iv", 1, (1, 5, 8)),
        ("item", "v", 1, (1, 5, 8)),
        ("tail", None, 0, (1, 5)),
        ("text", None, 0, ()),
    ]


def test_a_nested_list(own: Document) -> None:
    assert places(own.clause("4.3.1"))[1:] == [
        ("lead", None, 0, ()),
        ("item", "i", 1, (2,)),
        ("itemlead", "ii", 1, (2,)),
        ("item", "a", 2, (2, 4)),
        ("item", "b", 2, (2, 4)),
        ("text", None, 0, ()),
    ]


@pytest.mark.parametrize(
    ("clause", "counts"),
    [
        ("3", [0, 0, 0, 0]),  # the Introduction informs
        ("4.1", [0]),  # so does an Overview
        ("4.2", [0, 1, 1, 1, 0, 1, 1, 0, 2]),  # lead-ins and tails only introduce; two words that oblige in the last
        ("4.3.1", [2, 1, 1, 0, 2, 1, 1]),  # an act joined; a lead-in with an act of its own; an item of two; a should
        ("4.3.2", [1]),
        ("4.4.1.1", [1]),  # a data item, obliged by the clause above it
        ("5.1.1.2", [0, 1, 1]),  # a definition
    ],
)
def test_obligations_by_rule(own: Document, clause: str, counts: list[int]) -> None:
    assert [p.obligations for p in own.clause(clause).paragraphs] == counts


def test_keywords(own: Document) -> None:
    assert own.clause("4.3.2").paragraphs[0].keywords == ("shall-not",)
    assert own.clause("4.3.1").paragraphs[6].keywords == ("should",)
    assert own.clause("4.2").paragraphs[8].shall == 2


def test_footnotes_and_references(own: Document) -> None:
    assert own.clause("3").paragraphs[0].footnotes == (Footnote(1, fingerprint("A note that is no one's.")),)
    assert own.clause("4.1").paragraphs[0].references == (Reference("section", "4.3"),)
    assert own.clause("4.3.1").paragraphs[1].references == (Reference("name", "4.4.1.2", "Wall Hour"),)


def test_the_chain_holds_heading_lead_ins_and_tails(own: Document, read: Reader, own_text: str) -> None:
    changed = read(own_text.replace("each of them red.", "each of them blue."))
    before, after = own.clause("4.2").paragraphs, changed.clause("4.2").paragraphs
    assert [p.n for p, q in zip(before, after, strict=True) if p.chain != q.chain] == [2, 3, 4, 6, 7, 8]
    assert [p.n for p, q in zip(before, after, strict=True) if p.fingerprint != q.fingerprint] == [8]


def test_line_ends_and_a_byte_order_mark_do_not_matter(own: Document, read: Reader, own_text: str) -> None:
    assert read("\ufeff" + own_text.replace("\n", "\r\n")).clauses == own.clauses


def test_other_documents_around_it_do_not_matter(own: Document, own_text: str, own_decisions: Decisions) -> None:
    around = f"1 Another Code\n\nIt says little.\n{own_text} Another Annex\n\nIt says nothing."
    read = ingest(read_source(around.encode(), "own.txt"), OWN, own_decisions)

    def bare(paragraph: Paragraph) -> Paragraph:
        return msgspec.structs.replace(paragraph, line=0)

    assert [tuple(map(bare, c.paragraphs)) for c in read.clauses] == [
        tuple(map(bare, c.paragraphs)) for c in own.clauses
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Wall Hour(4.4.1.2)",
            "Wall Hour(4.4.1.1)",
            r"clause 4\.3\.1 paragraph 2: .* refers to 4\.4\.1\.1, which is 'Colour",
        ),
        ("Section 4.3 ", "Section 4.7 ", r"clause 4\.1 paragraph 1: refers to 4\.7, and there is no such clause"),
        ("Constant data", "Wall data", "'Wall data' is of level 4 but no heading of level 3"),
        ("Overview\n", "4.2 Overview\n", r"bears the number 4\.2 where 4\.1 is due"),
        (
            "\n The lamp shall be capable of knowing",
            "\n The new lamp shall be capable of knowing",
            "its heading is lost",
        ),
        ("after a while.", "after a", "cut short.*'after a'"),
        ("\n\nA thing that stops it:\n\nat once; or\n\nafter a while.", "", r"cut short.*\('Switch' …\)"),
    ],
)
def test_what_is_wrong_is_said(read: Reader, own_text: str, old: str, new: str, said: str) -> None:
    assert own_text.count(old) == 1, old
    with pytest.raises(SourceError, match=said):
        read(own_text.replace(old, new))


def test_a_document_without_its_glossary_is_cut_short(read: Reader, own_text: str) -> None:
    with pytest.raises(SourceError, match=r"smets2-9\.9 is cut short: it begins at line 1 and breaks off at line \d+"):
        read(own_text.partition("Glossary")[0])


def test_a_text_without_any_document(own_decisions: Decisions) -> None:
    with pytest.raises(SourceError, match="no SMETS document in it"):
        read_source(b"1 Another Code\n\nIt says little.\n", "other.txt")


def test_a_text_that_is_not_utf8() -> None:
    with pytest.raises(SourceError, match=r"line 2: not UTF-8 \(byte 0xff\)"):
        read_source(b"one\n\xff\n", "other.txt")


def test_a_decision_that_matches_nothing_is_a_finding(own_text: str, own_decisions: Decisions) -> None:
    decisions = msgspec.structs.replace(
        own_decisions,
        restored=(
            *own_decisions.restored,
            msgspec.structs.replace(own_decisions.restored[1], after=(), before=("0" * 12,)),
        ),
        lists=(ListDecision((OWN,), "Clock", "nowhere to be found", "tail", "none"),),
        references=(ReferenceException((OWN,), "4.1", 1, "4.9", "wrong", "none"),),
    )
    findings = parse(read_source(own_text.encode(), "own.txt"), OWN, decisions).findings
    assert [finding.split(":")[0] for finding in findings] == [
        "restored_headings.yaml",
        "list_decisions.yaml",
        "references.yaml",
    ]


def test_an_excepted_reference_bears_its_status(own_text: str, own_decisions: Decisions) -> None:
    text = own_text.replace("Section 4.3 ", "Section 82 ")
    excepted = ReferenceException((OWN,), "4.1", 1, "82", "external", "an Act")
    decisions = msgspec.structs.replace(own_decisions, references=(excepted,))
    document = ingest(read_source(text.encode(), "own.txt"), OWN, decisions)
    assert document.clause("4.1").paragraphs[0].references == (Reference("section", "82", None, "external"),)


@pytest.mark.parametrize(
    ("place", "of", "expected"),
    [
        ("text", "", ("text", None, 0, ())),
        ("item", "outer", ("item", "iii", 1, (2,))),
        ("item", "outermost", ("item", "iii", 1, (2,))),
        ("tail", "", ("tail", None, 0, (2,))),
        ("tail", "innermost", ("tail", None, 0, (2, 4))),
        ("tail-lead", "innermost", ("tail-lead", None, 0, (2, 4))),
    ],
)
def test_a_list_decision_has_its_way(
    own_text: str, own_decisions: Decisions, place: Role, of: Of, expected: object
) -> None:
    decision = ListDecision((OWN,), "Clock", "taking the other", place, "tried", of)
    decisions = msgspec.structs.replace(own_decisions, lists=(decision,))
    document = ingest(read_source(own_text.encode(), "own.txt"), OWN, decisions)
    assert places(document.clause("4.3.1"))[5] == expected


@pytest.mark.parametrize("place", ["tail", "tail-lead", "item"])
def test_a_list_decision_where_no_list_is_open_is_no_accident(
    own_text: str, own_decisions: Decisions, place: Role
) -> None:
    decision = ListDecision((OWN,), "Clock", "The lamp should then be calm", place, "tried", "outer")
    decisions = msgspec.structs.replace(own_decisions, lists=(decision,))
    text = own_text.replace("taking the other.", "taking the other.\n\nIt rests.")
    document = ingest(read_source(text.encode(), "own.txt"), OWN, decisions)
    assert places(document.clause("4.3.1"))[7][0] == place


@given(st.lists(st.tuples(st.sampled_from(["drop", "double", "blank", "glue", "cut"]), st.integers(0, 80)), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mangled_text_is_read_or_refused_never_an_accident(
    own_text: str, own_decisions: Decisions, mangling: list[tuple[str, int]]
) -> None:
    lines = own_text.split("\n")
    for how, where in mangling:
        at = where % len(lines)
        mangled = {
            "drop": [],
            "double": [lines[at], "", lines[at]],
            "blank": [" " + lines[at]],
            "glue": [lines[at] + " " + lines[at - 1]],
            "cut": [lines[at][: len(lines[at]) // 2]],
        }
        lines[at : at + 1] = mangled[how]
        lines = lines or [""]
    try:
        parsed = parse(read_source("\n".join(lines).encode(), "own.txt"), OWN, own_decisions)
    except SourceError:
        return  # refused with a message; any other exception fails the test
    positions = [[p.n for p in c.paragraphs] for c in parsed.document.clauses]
    assert all(ns == list(range(1, len(ns) + 1)) for ns in positions)
    assert all(g != p.n for c in parsed.document.clauses for p in c.paragraphs for g in p.governed_by)
