"""The evidence log: what is written can be read, what is changed is found, what is withheld breaks nothing."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from smets_conformance.runner.evidence import (
    Began,
    Closing,
    Conclusion,
    EvidenceError,
    EvidenceLog,
    Trouble,
    read_evidence,
    verify_chain,
    withhold,
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of six lines, closed."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceLog(path)
    for n in range(4):
        writer.append(Began(f"check {n}"))
    writer.append(Conclusion(check="check 0", verdict="pass", message='ünïcode and "quotes"'))
    writer.append(Closing("2026-01-01T00:00:00Z", True))
    writer.close()
    return path


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_whole_log_verifies_and_reads_back(log: Path) -> None:
    report = verify_chain(log)
    assert (report.ok, report.lines, report.closed, report.problem) == (True, 6, True, "")
    bodies = list(read_evidence(log))
    assert bodies[0] == Began("check 0")
    assert isinstance(bodies[-1], Closing)


@pytest.mark.parametrize("n", range(6))
def test_each_altered_line_is_found(log: Path, n: int) -> None:
    old = lines(log)
    body = json.loads(old[n])["body"]
    key = next(iter(body))
    changed = old[n].replace(json.dumps(body[key], ensure_ascii=False).encode(), b'"other"', 1)
    assert changed != old[n]
    log.write_bytes(b"".join([*old[:n], changed, *old[n + 1 :]]))
    report = verify_chain(log)
    assert (report.ok, report.line) == (False, n + 1)


@pytest.mark.parametrize("n", range(5))
def test_each_dropped_line_is_found(log: Path, n: int) -> None:
    old = lines(log)
    log.write_bytes(b"".join([*old[:n], *old[n + 1 :]]))
    report = verify_chain(log)
    assert (report.ok, report.line) == (False, n + 1)


@pytest.mark.parametrize("n", range(5))
def test_each_swap_is_found(log: Path, n: int) -> None:
    old = lines(log)
    old[n], old[n + 1] = old[n + 1], old[n]
    log.write_bytes(b"".join(old))
    assert (verify_chain(log).ok, verify_chain(log).line) == (False, n + 1)


@pytest.mark.parametrize("n", range(6))
def test_each_repeated_line_is_found(log: Path, n: int) -> None:
    old = lines(log)
    log.write_bytes(b"".join([*old[: n + 1], *old[n:]]))
    assert not verify_chain(log).ok


@pytest.mark.parametrize("n", range(6))
def test_every_truncation_is_found(log: Path, n: int) -> None:
    old = lines(log)
    log.write_bytes(b"".join(old[:n]))
    report = verify_chain(log)
    assert (report.ok, report.closed, report.line) == (False, False, n + 1)
    assert "closing line" in report.problem


def test_a_torn_line_is_found_and_passed_over_in_reading(log: Path) -> None:
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    assert verify_chain(log).problem == "the line is torn"
    assert len(list(read_evidence(log))) == 5


def test_the_hash_or_the_kind_cannot_be_exchanged(log: Path) -> None:
    old = lines(log)
    log.write_bytes(b"".join([old[0].replace(b'"kind":"check"', b'"kind":"close"'), *old[1:]]))
    assert verify_chain(log).line == 1


def test_bodies_can_be_withheld_and_the_chain_holds(log: Path, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.jsonl"
    assert withhold(log, shorter, frozenset({"verdict"})) == 1
    report = verify_chain(shorter)
    assert (report.ok, report.withheld, report.head) == (True, 1, verify_chain(log).head)
    assert "quotes" not in shorter.read_text()
    assert len(list(read_evidence(shorter))) == 5


def test_what_is_no_evidence_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("hello\n")
    with pytest.raises(EvidenceError, match="line 1"):
        list(read_evidence(path))
    assert verify_chain(path).line == 1
    with pytest.raises(EvidenceError, match="cannot be read"):
        verify_chain(tmp_path / "absent")


def test_each_line_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    writer = EvidenceLog(path)
    for n in range(3):
        writer.append(Trouble(str(n)))
        assert len(lines(path)) == n + 1
    writer.close()


def test_a_full_disk_is_said_and_what_is_written_stays() -> None:
    writer = EvidenceLog(Path("/dev/full"))
    with pytest.raises(EvidenceError, match="No space left"):
        writer.append(Trouble("x"))
    with pytest.raises(EvidenceError, match="closed"):
        writer.append(Trouble("y"))


def test_a_limit_on_the_file_leaves_a_readable_log(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    code = textwrap.dedent(f"""
        import resource
        from pathlib import Path
        from smets_conformance.runner.evidence import EvidenceLog, EvidenceError, Trouble
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        log = EvidenceLog(Path({str(path)!r}))
        try:
            while True:
                log.append(Trouble("x" * 100))
        except EvidenceError as error:
            print(error)
    """)
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot be written after line" in done.stdout
    assert len(list(read_evidence(path))) > 10
