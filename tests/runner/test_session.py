"""The controlled session: verdicts of every sort, adapters that fail in every way, and surroundings that would spoil it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import msgspec
import pytest
from tests.runner import toy_suite as toy

from smets_conformance.runner.conduct import Conducted, conduct
from smets_conformance.runner.evidence import read_evidence, verify_chain
from smets_conformance.runner.job import Entry
from smets_conformance.runner.record import record_from_evidence
from smets_reports.record import CheckResult, read_record


def run(out: Path, *checks: str, workers: int = 1, depth: str = "quick", **options: object) -> Conducted:
    names = [f"toy.{check}" for check in checks]
    return conduct(toy.opening(names), toy.job(names, depth, **options), out, workers=workers, quiet=True)


def results(conducted: Conducted) -> dict[str, CheckResult]:
    return {check.id.removeprefix("toy."): check for check in conducted.record.checks}


def told(conducted: Conducted) -> dict[str, tuple[str, str, str | None]]:
    return {name: (c.verdict, c.reason, c.blame) for name, c in results(conducted).items()}


def statuses(conducted: Conducted) -> dict[str, str]:
    return {r.id: r.status for r in conducted.record.requirements}


def test_a_sound_device(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub")
    assert told(done) == {"accurate": ("pass", "", None), "follows_hub": ("pass", "", None)}
    assert statuses(done) == {toy.REQUIREMENT: "verified", toy.OTHER: "verified"}
    assert done.record.complete
    assert done.code == 0
    assert done.record.summary.verdict == "not-fully-verified"
    assert done.record.summary.line == "not fully verified: 1 of 4 obligations verified, 0 violated, 3 uncaptured"
    assert verify_chain(tmp_path / "evidence.jsonl").ok
    assert read_record(tmp_path / "record.json") == done.record == record_from_evidence(tmp_path / "evidence.jsonl")
    assert {p.name for p in done.files} == {
        "evidence.jsonl", "record.json", "report.html", "traceability.csv", "junit.xml", "pytest.html",
    }  # fmt: skip
    assert all(p.stat().st_size for p in done.files)
    assert done.record.item.maker == "toy"


def test_one_violation_breaks_exactly_one_requirement(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub", error_ms=7_000)
    assert results(done)["follows_hub"].claims == {toy.REQUIREMENT: "inconclusive", toy.OTHER: "fail"}
    assert statuses(done) == {toy.REQUIREMENT: "unverified", toy.OTHER: "violated"}
    step = results(done)["follows_hub"].steps[results(done)["follows_hub"].failed_at - 1]  # type: ignore[operator]
    assert (step.requirement, step.reading, step.expected) == (toy.OTHER, "7000 ms off", "within 5000 ms")
    assert done.code == 1
    assert done.record.summary.verdict == "does-not-conform"


def test_every_other_verdict_and_whose_it_is(tmp_path: Path) -> None:
    done = run(tmp_path, "bare_assert", "cannot_tell", "wants_more", "silent", "flaky")
    assert told(done) == {
        "bare_assert": ("error", "bare-assert", "suite"),
        "cannot_tell": ("inconclusive", "cannot-tell", "undecided"),
        "wants_more": ("not-testable", "missing", "adapter"),
        "silent": ("inconclusive", "unclaimed", "undecided"),
        "flaky": ("inconclusive", "flaky", "undecided"),
    }
    assert statuses(done)[toy.REQUIREMENT] == "unverified"
    assert done.code == 3


def test_findings_are_taken_out_of_exception_groups(tmp_path: Path) -> None:
    done = run(tmp_path, "two_bugs")
    assert results(done)["two_bugs"].claims == {toy.REQUIREMENT: "fail", toy.OTHER: "fail"}


def test_a_claim_outside_its_scope_is_an_error_of_the_suite(tmp_path: Path) -> None:
    narrow = msgspec.structs.replace(
        toy.job(["toy.follows_hub"]), entries=(Entry("toy.follows_hub", (toy.REQUIREMENT,)),)
    )
    done = conduct(toy.opening(["toy.follows_hub"]), narrow, tmp_path, quiet=True)
    assert told(done) == {"follows_hub": ("error", "stray-claim", "suite")}


def test_of_a_property_the_record_keeps_the_last_example(tmp_path: Path) -> None:
    done = run(tmp_path, "property")
    check = results(done)["property"]
    assert check.verdict == "pass"
    assert check.examples > 3
    assert [step.kind for step in check.steps] == ["reset", "act", "claim"]
    exchanges = sum(line.__class__.__name__ == "ExchangeLine" for line in read_evidence(tmp_path / "evidence.jsonl"))
    assert exchanges == 3 * check.examples
    run(tmp_path, "property", depth="deep")
    kept = sum(line.__class__.__name__ == "ExchangeLine" for line in read_evidence(tmp_path / "evidence.jsonl"))
    assert kept == 3


@pytest.mark.parametrize(
    ("manners", "first", "second"),
    [
        ("raises at HubTime", ("error", "adapter", "adapter"), ("inconclusive", "adapter-again", "undecided")),
        ("dies at HubTime", ("error", "process-died", "adapter"), ("error", "process-died", "adapter")),
        ("is killed at HubTime", ("error", "process-died", "adapter"), ("error", "process-died", "adapter")),
    ],
)
def test_adapters_in_trouble(tmp_path: Path, manners: str, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    done = run(tmp_path, "accurate", "follows_hub", "property", "wants_more", manners=manners)
    assert told(done) == {
        "accurate": ("pass", "", None),
        "follows_hub": first,
        "property": second,
        "wants_more": ("not-testable", "missing", "adapter"),
    }
    assert done.code == 3
    assert done.record.complete
    assert verify_chain(tmp_path / "evidence.jsonl").ok


def test_an_adapter_that_hangs_is_given_up(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub", "property", manners="dawdles at HubTime", guarded=True)
    assert told(done) == {
        "accurate": ("pass", "", None),
        "follows_hub": ("error", "adapter", "adapter"),
        "property": ("inconclusive", "adapter-again", "undecided"),
    }
    assert "AdapterTimeout" in results(done)["follows_hub"].message
    assert any("Trouble: toy.follows_hub" in note for note in done.record.notes)


def test_an_adapter_that_cannot_be_started_makes_the_run_void(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub", "silent", "property", manners="does not start")
    assert done.record.summary.verdict == "void"
    assert done.code == 3
    assert "could not be started" in done.trouble
    assert told(done)["property"] == ("error", "not-judged", "undecided")


def test_another_item_at_the_end_makes_the_run_void(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", manners="changes 2")
    assert (done.record.item.firmware, done.record.item_at_end.firmware) == ("1", "12")
    assert (done.record.summary.verdict, done.code) == ("void", 3)


def test_no_checks_make_the_run_void(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.record.summary.verdict, done.code) == ("void", 3)


def test_workers_share_one_chain(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub", "property", "cannot_tell", workers=2)
    assert told(done)["follows_hub"][0] == "pass"
    assert len(done.record.checks) == 4
    assert verify_chain(tmp_path / "evidence.jsonl").ok
    assert (tmp_path / "pytest.html").stat().st_size


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    done = run(tmp_path, "accurate", "follows_hub", "cannot_tell", workers=2, manners="dies at HubTime")
    assert told(done)["follows_hub"] == ("error", "process-died", "adapter")
    assert told(done)["cannot_tell"][0] == "inconclusive"


def test_hostile_settings_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conftest.py").write_text("raise RuntimeError('loaded')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\npython_functions = none\n")
    (tmp_path / "pytest.py").write_text("raise RuntimeError('shadowed')\n")
    (tmp_path / "hypothesis.py").write_text("raise RuntimeError('shadowed')\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PYTEST_ADDOPTS": "-k nothing --collect-only",
        "PYTEST_PLUGINS": "no_such_plugin",
        "HYPOTHESIS_STORAGE_DIRECTORY": "/dev/null/x",
        "PYTHONOPTIMIZE": "2",
        "CI": "true",
    }.items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "out"
    out.mkdir()
    done = run(out, "accurate", "property", "two_bugs", "bare_assert")
    assert {name: c.verdict for name, c in results(done).items()} == {
        "accurate": "pass", "property": "pass", "two_bugs": "fail", "bare_assert": "error",
    }  # fmt: skip


def test_a_suite_that_cannot_be_built_is_said(tmp_path: Path) -> None:
    names = ["toy.accurate"]
    broken = msgspec.structs.replace(toy.job(names), suite=f"{toy.__name__}:nothing")
    done = conduct(toy.opening(names), broken, tmp_path, quiet=True)
    assert done.code == 3
    assert "toy_suite" in json.dumps([str(line) for line in read_evidence(tmp_path / "evidence.jsonl")])


def background(out: Path, mark: Path, limit: int = 0) -> subprocess.Popen[str]:
    """Start a run of a slow check in a process of its own; it touches `mark` when that check is under way."""
    code = textwrap.dedent(f"""
        import resource, sys
        from pathlib import Path
        from smets_conformance.runner.conduct import conduct
        from tests.runner import toy_suite as toy
        if {limit}:
            resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        names = ["toy.accurate", "toy.dawdles", "toy.follows_hub"]
        done = conduct(toy.opening(names), toy.job(names), Path({str(out)!r}), quiet=True)
        print(done.trouble)
        sys.exit(done.code)
    """)
    env = os.environ | {"TOY_MARK": str(mark)}
    return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)


def wait_for(mark: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not mark.exists():
        assert process.poll() is None, "the run ended before the slow check began"
        assert time.monotonic() < until, "the slow check never began"
        time.sleep(0.02)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_judged(tmp_path: Path, stop: signal.Signals) -> None:
    process = background(tmp_path, tmp_path / "mark")
    wait_for(tmp_path / "mark", process)
    process.send_signal(stop)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "2 planned checks were not judged: the run was interrupted" in printed
    record = read_record(tmp_path / "record.json")
    assert not record.complete
    assert {c.id: c.verdict for c in record.checks} == {
        "toy.accurate": "pass", "toy.dawdles": "error", "toy.follows_hub": "error",
    }  # fmt: skip
    assert verify_chain(tmp_path / "evidence.jsonl").ok
    assert (tmp_path / "report.html").is_file()


def test_a_kill_leaves_evidence_from_which_an_incomplete_record_is_derived(tmp_path: Path) -> None:
    process = background(tmp_path, tmp_path / "mark")
    wait_for(tmp_path / "mark", process)
    process.kill()
    process.communicate(timeout=30)
    evidence = tmp_path / "evidence.jsonl"
    report = verify_chain(evidence)
    assert (report.ok, report.problem) == (False, "the log ends without its closing line")
    record = record_from_evidence(evidence)
    assert not record.complete
    assert {c.id: c.verdict for c in record.checks}["toy.accurate"] == "pass"
    assert any("not whole" in note for note in record.notes)


def test_a_full_disk_is_said_and_what_is_there_is_kept(tmp_path: Path) -> None:
    process = background(tmp_path, tmp_path / "mark", limit=4_000)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "cannot be written after line" in printed
    assert "File too large" in printed
    assert not record_from_evidence(tmp_path / "evidence.jsonl").complete
