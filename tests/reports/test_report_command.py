"""`smets report`: from a record, a folder or several of them, into any format; and what it says of what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from smets_conformance.cli.report import report
from smets_conformance.runner.evidence import FORMAT, Began, Conclusion, EvidenceLog, Opening, PlannedCheck, StepLine
from smets_reports.record import Record, read_record, write_record


def smets_report(*words: object) -> Result:
    return CliRunner().invoke(report, [str(word) for word in words])


@pytest.fixture
def folder(make_record: Callable[..., Record], tmp_path: Path) -> Path:
    """The folder of a run."""
    write_record(make_record(30), tmp_path / "record.json")
    return tmp_path


@pytest.mark.parametrize(
    ("format_", "name", "holds"),
    [
        ("html", "report.html", "<!doctype html>"),
        ("junit", "junit.xml", "<testsuite "),
        ("csv", "traceability.csv", "edition,clause,"),
        ("json", "record.json", '"smets-record/1"'),
    ],
)
def test_each_format_from_a_folder_and_to_standard_output(folder: Path, format_: str, name: str, holds: str) -> None:
    done = smets_report(folder, "--format", format_)
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(folder / name)
    text = (folder / name).read_text()
    assert holds in text
    printed = smets_report(folder / "record.json", "--format", format_, "--out", "-")
    assert printed.stdout_bytes.replace(b"\r\n", b"\n").decode() == text


def test_json_of_a_record_is_the_record(folder: Path) -> None:
    before = read_record(folder / "record.json")
    assert smets_report(folder, "--format", "json", "--out", folder / "again.json").exit_code == 0
    assert read_record(folder / "again.json") == before
    assert (folder / "again.json").read_bytes() == (folder / "record.json").read_bytes()


def test_several_records_are_one_page(folder: Path, make_record: Callable[..., Record]) -> None:
    (folder / "old").mkdir()
    write_record(make_record(10, edition="gsme@3.1"), folder / "old" / "record.json")
    done = smets_report(folder, folder / "old", "--format", "html", "--out", folder / "both.html")
    assert done.exit_code == 0
    page = (folder / "both.html").read_text()
    assert page.count("<option ") == 2
    assert page.index("gsme@4.2 ·") < page.index("gsme@3.1 ·")
    assert smets_report(folder, folder / "old", "--format", "json").exit_code == 2


def test_the_evidence_of_a_killed_run_is_enough(make_record: Callable[..., Record], tmp_path: Path) -> None:
    """Three checks were planned; the run was killed in the middle of the line that concludes the second."""
    record = make_record(3)
    ran = [c for c in record.checks if c.verdict != "not-applicable"][:3]
    log = EvidenceLog(tmp_path / "evidence.jsonl")
    facts = {name: getattr(record, name) for name in COMMON}
    plan = tuple(PlannedCheck(c.id, c.title, c.procedure, c.procedure_version, c.requirements, "run") for c in ran)
    log.append(Opening(format=FORMAT, checks=plan, **facts))
    for check in ran[:2]:
        log.append(Began(check.id))
        for step in check.steps:
            log.append(StepLine(check.id, step))
        log.append(Conclusion(check=check.id, verdict=check.verdict, claims=check.claims, failed_at=check.failed_at))
    log.close()
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[: whole.rindex(b'"verdict"')])
    done = smets_report(tmp_path, "--format", "html")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "report.html").read_text()
    assert "This run is incomplete." in page
    assert "It is not the whole of the planned run." in page
    cases = ET.fromstring(smets_report(log.path, "--format", "junit", "--out", "-").output).iter("testcase")
    outcomes = {f"{case.get('classname')}.{case.get('name')}": [child.tag for child in case][1:] for case in cases}
    assert outcomes == {ran[0].id: [], ran[1].id: ["error"], ran[2].id: ["error"]}


# What the first line of evidence and a record both say.
COMMON = (
    *("run", "edition", "document", "stated_version", "standing", "profile", "ixit", "rig", "adapter", "suite"),
    *("started", "seed", "depth", "requirements", "clauses", "interpretations"),
)

# A name, what the file of that name holds (None: there is none), and what the message must hold.
WRONG: tuple[tuple[str, bytes | None, str], ...] = (
    ("empty.json", b"", "not a run record"),
    ("cut.json", b'{"format": "smets-record/1", "run"', "not a run record"),
    ("other.json", b"[1, 2]", "not a run record"),
    ("deep.json", b"[" * 200_000, "not a run record"),
    ("bytes.json", b"\xff\xfe\x00", "not a run record"),
    ("cut.jsonl", b'{"n": 1', "cut.jsonl"),
    ("empty.jsonl", b"", "no opening line"),
    ("nowhere.json", None, "cannot be read"),
    ("nowhere.jsonl", None, "nowhere.jsonl"),
)


@pytest.mark.parametrize(("name", "content", "word"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_no_record_is_said_with_its_name(tmp_path: Path, name: str, content: bytes | None, word: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = smets_report(tmp_path / name, "--format", "html", "--out", tmp_path / "out.html")
    assert done.exit_code == 2, done.output
    assert done.output.startswith("Error: ")
    assert word in done.output
    assert name in done.output
    assert not (tmp_path / "out.html").exists()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    done = smets_report(tmp_path, "--format", "html")
    assert done.exit_code == 2
    assert "neither record.json nor evidence.jsonl" in done.output


def test_a_record_of_another_format_is_refused(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    (folder / "record.json").write_text(json.dumps({**record, "format": "smets-record/9"}))
    done = smets_report(folder, "--format", "csv")
    assert done.exit_code == 2
    assert "smets-record/9" in done.output


def test_a_place_that_cannot_be_written_is_the_bench_at_fault(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    done = smets_report(folder, "--format", "csv", "--out", folder / "file" / "out.csv")
    assert done.exit_code == 3
    assert "cannot be written" in done.output
    assert sorted(path.name for path in folder.iterdir()) == ["file", "record.json"]
