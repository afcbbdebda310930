"""What is drawn from a record as tables: obligations counted, the CSV, the JUnit file, and files written whole or not at all."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from smets_reports import write_all
from smets_reports.files import write_whole
from smets_reports.junit import junit
from smets_reports.record import (
    CheckResult,
    CheckVerdict,
    ClauseRow,
    ParagraphRow,
    Record,
    RequirementResult,
    Source,
    Status,
    Step,
)
from smets_reports.report import check_blocks, deciding_steps, flattened, moment, percent, report
from smets_reports.tally import clause_tallies, paragraph_tally, roll_up
from smets_reports.traceability import HEADER, traceability


def requirement(name: str, status: Status = "verified", **fields: object) -> RequirementResult:
    """A requirement with nothing but a name, a status, and what is given."""
    plain = RequirementResult(name, "Clock", "The meter shall.", "shall", "test", status, "because", ())
    return msgspec.structs.replace(plain, **fields)


def check(name: str, verdict: CheckVerdict, **fields: object) -> CheckResult:
    """A check with nothing but a name, a verdict, and what is given."""
    return msgspec.structs.replace(CheckResult(name, "Title", "Procedure", "1", ("a.b",), verdict), **fields)


# Counting


@pytest.mark.parametrize(
    ("obligations", "covered", "rows", "expected"),
    [
        (0, 0, [], {}),
        (3, 0, [], {"uncaptured": 3}),
        (1, 1, [(None, "verified")], {"verified": 1}),
        (3, 1, [(2, "violated")], {"violated": 1, "uncaptured": 2}),
        # Two requirements of one obligation: the worse counts, once.
        (1, 1, [(None, "verified"), (None, "violated")], {"violated": 1}),
        (2, 2, [(1, "verified"), (2, "verified"), (2, "suspect")], {"verified": 1, "suspect": 1}),
        # One requirement that restates the whole of a paragraph with three obligations.
        (3, 3, [(None, "unverified")], {"unverified": 3}),
        # One named part, the rest restated as a whole.
        (3, 3, [(1, "violated"), (None, "verified")], {"violated": 1, "verified": 2}),
        # Restated although the index finds no obligation in it: nothing to count.
        (0, 0, [(None, "verified")], {}),
        # Named as covered, yet no requirement of the record stands there: it is not captured.
        (2, 2, [], {"uncaptured": 2}),
    ],
)
def test_the_obligations_of_a_paragraph(
    obligations: int, covered: int, rows: list[tuple[int | None, Status]], expected: dict[str, int]
) -> None:
    found = paragraph_tally(
        ParagraphRow(1, "text", obligations, covered=covered),
        [(part, requirement(f"r{n}", status)) for n, (part, status) in enumerate(rows)],
    )
    assert found == Counter(expected)
    assert found.total() == obligations


def test_counts_roll_up_over_subclauses_and_stop_at_the_next_clause() -> None:
    levels = {"4": 1, "4.1": 2, "4.1.1": 3, "4.1.2": 3, "4.2": 2, "5": 1}
    clauses = [ClauseRow(number, number, level, "GSME") for number, level in levels.items()]
    own = [Counter({"verified": n}) for n in (1, 2, 4, 8, 16, 32)]
    assert [tally["verified"] for tally in roll_up(clauses, own)] == [31, 14, 4, 8, 16, 32]
    assert [tally["verified"] for tally in own] == [1, 2, 4, 8, 16, 32]


def test_every_obligation_of_a_record_is_counted_once(make_record: Callable[..., Record]) -> None:
    record = make_record(200)
    total = sum((clause_tallies(record)), Counter[str]())
    assert total.total() == sum(p.obligations for clause in record.clauses for p in clause.paragraphs)
    assert total["violated"] == sum(r.status == "violated" for r in record.requirements)


# Traceability


def rows_of(record: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(traceability([record]))))


@pytest.fixture
def small(make_record: Callable[..., Record]) -> Record:
    """Clause 4.4.1: ¶1 with 3 obligations, the second restated by two checks' requirement; ¶2 informative; 4.5: a heading."""
    paragraphs = (
        ParagraphRow(1, "text", 3, "(a)", ("a.b",), covered=1),
        ParagraphRow(2, "text", 0, informative="overview"),
        ParagraphRow(3, "lead", 0),
        ParagraphRow(4, "text", 1),
    )
    return msgspec.structs.replace(
        make_record(1),
        clauses=(ClauseRow("4.4.1", "Clock", 3, "GSME", None, paragraphs), ClauseRow("4.5", "Interface", 2, "GSME")),
        requirements=(
            requirement(
                "a.b", sources=(Source("4.4.1", 1, 2), Source("9.1.7", 1)), checks=("a.one", "a.two", "a.gone")
            ),
        ),
        checks=(
            check("a.one", "fail", claims={"a.b": "fail"}, failed_at=3),
            check("a.two", "pass", claims={"a.b": "pass"}),
        ),
    )


def test_each_obligation_check_and_blank_is_a_row(small: Record) -> None:
    columns = ("clause", "paragraph", "part", "capture", "requirement", "check", "check_verdict", "failed_at_step")
    assert [tuple(row[column] for column in columns) for row in rows_of(small)] == [
        ("4.4.1", "1", "2", "captured", "a.b", "a.one", "fail", "3"),
        ("4.4.1", "1", "2", "captured", "a.b", "a.two", "pass", ""),
        ("4.4.1", "1", "2", "captured", "a.b", "a.gone", "", ""),
        ("4.4.1", "1", "1", "blank", "", "", "", ""),
        ("4.4.1", "1", "3", "blank", "", "", "", ""),
        ("4.4.1", "2", "", "informative", "", "", "", ""),
        ("4.4.1", "3", "", "no obligation", "", "", "", ""),
        ("4.4.1", "4", "", "blank", "", "", "", ""),
        ("4.5", "", "", "no obligation", "", "", "", ""),
        ("9.1.7", "1", "", "captured", "a.b", "a.one", "fail", "3"),
        ("9.1.7", "1", "", "captured", "a.b", "a.two", "pass", ""),
        ("9.1.7", "1", "", "captured", "a.b", "a.gone", "", ""),
    ]


def test_every_row_has_every_column_and_every_clause_a_row(make_record: Callable[..., Record]) -> None:
    record = make_record(300)
    lines = list(csv.reader(io.StringIO(traceability([record, record]))))
    assert {len(line) for line in lines} == {len(HEADER)}
    assert {row["clause"] for row in rows_of(record)} == {clause.number for clause in record.clauses}
    blanks = sum(row["capture"] == "blank" for row in rows_of(record))
    assert blanks == record.summary.by_status["uncaptured"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(small: Record, start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    record = msgspec.structs.replace(
        small, requirements=(requirement("a.b", reason=text, sources=(Source("4.4.1", 1),)),)
    )
    assert rows_of(record)[0]["reason"] == f"'{text}"


# JUnit


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("pass", None),
        ("fail", "failure"),
        ("error", "error"),
        ("inconclusive", "skipped"),
        ("not-applicable", "skipped"),
        ("not-testable", "skipped"),
    ],
)
def test_each_verdict_has_its_place_in_junit(small: Record, verdict: CheckVerdict, outcome: str | None) -> None:
    one = check("meter.clock.keeps", verdict, reason="why", message="said", claims={"a.b": verdict})
    suite = ET.fromstring(junit([msgspec.structs.replace(small, checks=(one,))])).find("testsuite")
    assert suite is not None
    case = suite.find("testcase")
    assert case is not None
    assert (case.get("classname"), case.get("name")) == ("meter.clock", "keeps")
    assert [child.tag for child in case if child.tag != "properties"] == ([outcome] if outcome else [])
    assert ("requirement", "a.b") in [(p.get("name"), p.get("value")) for p in case.iter("property")]
    counts = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    for tag, attribute in counts.items():
        assert suite.get(attribute) == ("1" if tag == outcome else "0")
    if outcome:
        assert "said" in (case.find(outcome) or case[1]).get("message", "")


def test_a_broken_should_is_a_warning_not_a_failure(small: Record) -> None:
    one = check("a.one", "fail", message="too slow", claims={"a.b": "fail"})
    record = msgspec.structs.replace(small, checks=(one,), requirements=(requirement("a.b", severity="warning"),))
    suite = ET.fromstring(junit([record]))
    assert suite.find(".//failure") is None
    assert suite.findtext(".//system-out") == "warning: too slow"


def test_hostile_text_is_valid_xml_and_csv(make_record: Callable[..., Record], hostile: str) -> None:
    record = make_record(20, hostile=f'{hostile}\0\x1b\ufffe]]>,"\n;')
    tree = ET.fromstring(junit([record]))
    assert len(tree.findall(".//testcase")) == 20
    assert len({len(line) for line in csv.reader(io.StringIO(traceability([record]).replace("\0", "")))}) == 1


# The data inside the report


def test_the_deciding_step_is_the_first_claim_of_that_requirement_that_did_not_pass() -> None:
    steps = (
        Step(1, "claim", 0, "fine", requirement="a.b", verdict="pass"),
        Step(2, "claim", 0, "broken", requirement="a.b", verdict="fail"),
        Step(3, "claim", 0, "broken again", requirement="a.b", verdict="fail"),
        Step(4, "look", 0, "last"),
    )
    assert {name: step.n for name, step in deciding_steps(check("c", "fail", steps=steps, failed_at=4)).items()} == {
        "a.b": 2,
        "": 4,
    }
    assert deciding_steps(check("c", "pass", steps=steps)) == {}


def test_blocks_hold_every_check_once(make_record: Callable[..., Record]) -> None:
    import base64
    import zlib

    checks = make_record(700, steps=20).checks
    starts, blocks = check_blocks(checks)
    held = [msgspec.json.decode(zlib.decompress(base64.b64decode(block)), type=list[CheckResult]) for block in blocks]
    assert [c for block in held for c in block] == list(checks)
    assert len(blocks) > 2
    assert starts == [sum(map(len, held[:n])) for n in range(len(held))]
    assert check_blocks(()) == ([], [])


def test_a_report_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        report([])


def test_small_words() -> None:
    assert list(flattened({"a": {"b": True, "c": None}, "d": [1, False], "e": []})) == [
        ("a.b", "yes"),
        ("a.c", "not stated"),
        ("d", "1, no"),
        ("e", "none"),
    ]
    assert (percent(0, 0), percent(1, 3), percent(1, 100_000), percent(99_999, 100_000), percent(2, 2)) == (
        "0 %",
        "33.3 %",
        "< 0.1 %",
        "> 99.9 %",
        "100 %",
    )
    assert moment("2026-01-01T00:00:00Z") == moment("2026-01-01T00:00:00+00:00") == "2026-01-01 00:00:00 UTC"


# Files


def test_all_three_are_written(make_record: Callable[..., Record], tmp_path: Path) -> None:
    written = write_all(make_record(10), tmp_path / "out")
    assert [path.name for path in written] == ["report.html", "traceability.csv", "junit.xml"]
    assert sorted(tmp_path.joinpath("out").iterdir()) == sorted(written)
    assert write_all(make_record(10), tmp_path / "again")[0].read_bytes() == written[0].read_bytes()


def test_what_cannot_be_written_whole_leaves_what_was_there(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "report.html", [b"old"])

    def breaks() -> Iterator[bytes]:
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, breaks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_page_grows_with_its_rows_and_no_faster(make_record: Callable[..., Record]) -> None:
    sizes = {rows: sum(map(len, report([make_record(rows)]))) for rows in (1_000, 4_000)}
    assert sizes[1_000] < 12e6 / 5
    assert sizes[4_000] < 4.4 * sizes[1_000]
