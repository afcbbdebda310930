"""The whole way on the reference: a run, its record, the same evidence judged again, and the command line's answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from smets_conformance.cli import cli
from smets_conformance.digests import digest_of, proof_digest, suite_digest
from smets_conformance.profile import load_declarations
from smets_conformance.runner.again import REPLAY, Recorded
from smets_conformance.runner.conduct import Conducted
from smets_conformance.runner.evidence import Conclusion, EvidenceError, verify_chain
from smets_conformance.runner.job import Entry, Job
from smets_conformance.runner.run import Prepared, prepare, run
from smets_conformance.runner.suite import BUILD, Options, build
from smets_conformance.runner.worker import Judge
from smets_reports.record import CheckResult, Record, read_record
from smets_spec.catalogue import Catalogue, load_catalogue

EDITION = "gsme@4.2"
ONLY = ACCURACY = "meter.clock.accuracy"
DRIFT = "drift-uncorrected"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare("reference", load_declarations(EDITION), ONLY)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def done(prepared: Prepared, out: Path) -> Conducted:
    return run(prepared, out, quiet=True)


def smets(*arguments: str) -> tuple[int, str, Any]:
    """Return a command's exit code, its output, and the output as JSON where it is."""
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    try:
        return result.exit_code, result.output, json.loads(result.stdout)
    except ValueError:
        return result.exit_code, result.output, None


def judge_again(prepared: Prepared, recorded: Recorded, check: str, catalogue: Catalogue | None = None) -> Conclusion:
    """Judge one check again from evidence, in this process, with another catalogue if given."""
    job = Job(
        suite=BUILD,
        options=msgspec.to_builtins(Options("reference", prepared.options.declarations)),
        entries=(),
        seed=recorded.opening.seed,
        depth=recorded.opening.depth,
    )
    suite = build(job)._replace(open=recorded.open, identify=lambda _system: recorded.item, per_check=True)
    if catalogue is not None:
        make = suite.bench

        def bench(*arguments: Any) -> Any:
            made = make(*arguments)
            made.catalogue = catalogue
            return made

        suite = suite._replace(bench=bench)
    planned = next(c for c in prepared.plan.checks if c.id == check)
    return Judge(job, suite, lambda _line: None).judge(Entry(check, prepared.plan.scope(planned)))


def with_parameter(catalogue: Catalogue, requirement: str, name: str, value: str) -> Catalogue:
    """The catalogue with one number changed."""
    old = catalogue.requirements[requirement]
    assert name in old.parameters
    new = msgspec.structs.replace(old, parameters=old.parameters | {name: value})
    records = msgspec.structs.replace(catalogue.records, requirements=catalogue.requirements | {requirement: new})
    return Catalogue(records, catalogue.texts, catalogue.root)


def verdicts(checks: tuple[CheckResult, ...]) -> dict[str, tuple[str, dict[str, str], int]]:
    return {c.id: (c.verdict, dict(c.claims), c.examples) for c in checks}


def test_the_sound_device_is_not_failed(done: Conducted, out: Path) -> None:
    assert done.code == 0
    assert {c.verdict for c in done.record.checks} == {"pass"}
    assert done.record.complete
    assert done.record.item == done.record.item_at_end
    assert done.record.item.maker
    assert verify_chain(out / "evidence.jsonl").head == done.record.evidence_sha256
    assert read_record(out / "record.json") == done.record


def test_the_denominator_is_every_obligation_in_force(done: Conducted) -> None:
    summary = done.record.summary
    total = sum(p.obligations for c in done.record.clauses for p in c.paragraphs)
    assert summary.obligations == total == sum(summary.by_status.values())
    assert summary.line.startswith(
        f"not fully verified: {summary.by_status['verified']} of {total} obligations verified, 0 "
    )
    assert summary.by_status["verified"] >= 1
    assert summary.by_status["uncaptured"] > 0


def test_every_check_says_how_it_went(done: Conducted) -> None:
    for check in done.record.checks:
        assert check.title
        assert len(check.procedure_version) == 12
        kinds = {step.kind for step in check.steps}
        assert {"reset", "claim"} <= kinds, check.id
        claimed = {step.requirement for step in check.steps if step.kind == "claim"}
        assert claimed <= set(check.requirements)
        assert [step.n for step in check.steps] == list(range(1, len(check.steps) + 1))
        assert check.claims


def test_the_same_evidence_judged_again_gives_the_same(
    prepared: Prepared, done: Conducted, out: Path, tmp_path: Path
) -> None:
    evidence = out / "evidence.jsonl"
    code, _, brief = smets("run", "--adapter", f"{REPLAY}{evidence}", "--only", ONLY, "--out", str(tmp_path), "--json")
    again: Record = read_record(tmp_path / "record.json")
    assert code == 0
    assert brief["summary"]["verdict"] == "not-fully-verified"
    assert verdicts(again.checks) == verdicts(done.record.checks)
    assert {r.id: r.status for r in again.requirements} == {r.id: r.status for r in done.record.requirements}


def test_one_oracle_changed_changes_the_verdict(prepared: Prepared, done: Conducted, out: Path) -> None:
    recorded = Recorded(out / "evidence.jsonl")
    stricter = with_parameter(prepared.catalogue, ACCURACY, "limit_s", "0")
    for check in (c.id for c in prepared.plan.to_run()):
        assert judge_again(prepared, recorded, check).verdict == "pass"
        changed = judge_again(prepared, recorded, check, stricter)
        assert changed.verdict in ("fail", "inconclusive"), check
        assert changed.claims == {ACCURACY: changed.verdict}


def test_evidence_that_was_altered_is_not_judged_again(done: Conducted, out: Path, tmp_path: Path) -> None:
    altered = tmp_path / "evidence.jsonl"
    altered.write_bytes((out / "evidence.jsonl").read_bytes().replace(b'"call":"advance"', b'"call":"look"', 1))
    with pytest.raises(EvidenceError, match="altered evidence is not judged again"):
        Recorded(altered)
    code, output, _ = smets("run", "--adapter", f"{REPLAY}{altered}", "--out", str(tmp_path / "out"))
    assert (code, "line" in output) == (3, True)


def test_evidence_is_not_overwritten_by_its_own_judging(done: Conducted, out: Path) -> None:
    before = (out / "evidence.jsonl").stat().st_size
    code, output, _ = smets("run", "--adapter", f"{REPLAY}{out / 'evidence.jsonl'}", "--out", str(out))
    assert (code, "another folder" in output, (out / "evidence.jsonl").stat().st_size) == (2, True, before)


def test_a_faulty_device_is_said_to_break_what_the_fault_lists(tmp_path: Path) -> None:
    code, output, _ = smets("run", "--adapter", f"fault:{DRIFT}", "--only", ONLY, "--out", str(tmp_path))
    record = read_record(tmp_path / "record.json")
    assert code == 1
    assert [r.id for r in record.requirements if r.status == "violated"] == [ACCURACY]
    assert output.splitlines()[-1].startswith("does not conform: ")
    assert len(output.splitlines()) < 24
    check = next(c for c in record.checks if c.verdict == "fail")
    step = check.steps[(check.failed_at or 0) - 1]
    assert (step.kind, step.verdict, step.requirement) == ("claim", "fail", ACCURACY)
    assert step.expected
    assert step.reading


def test_faults_are_killed_and_told_as_json() -> None:
    code, _, told = smets("faults", "--only", DRIFT, "-n", "1", "--json")
    assert (told["faults"], told["killed"], told["survivors"], told["variants"]) == (1, 1, [], 0)
    assert code == 0, told
    assert {"fault", "check", "requirement", "reason"} <= told["kills"][0].keys()
    assert all(kill["reason"].startswith(kill["requirement"]) for kill in told["kills"])


def test_plan_and_explain_answer() -> None:
    code, _, plan = smets("plan", "--json", "--profile", "gsme@2.0")
    assert code == 0
    assert plan["edition"] == "gsme@2.0"
    assert len(plan["clauses"]) > 100
    assert {c["decision"] for c in plan["checks"]} <= {"run", "not-in-force", "not-testable", "not-applicable"}
    code, output, _ = smets("explain", "meter.clock.accuracy")
    assert code == 0
    assert "4.4.1 ¶1" in output
    assert DRIFT in output
    check = next(c["check"] for c in plan["checks"] if ACCURACY in c["requirements"])
    assert check in output
    code, output, _ = smets("explain", check)
    assert (code, "verifies" in output) == (0, True)
    code, output, _ = smets("explain", "meter.clock.acuracy")
    assert (code, "did you mean meter.clock.accuracy" in output) == (2, True)


def test_the_clauses_of_any_device_can_be_planned() -> None:
    features = ("--feature", "twin_element", "--feature", "alcs=2", "--feature", "boost")
    code, _, told = smets("plan", "--edition", "esme@5.0-draft4", *features, "--json")
    disapplied = {row["clause"] for row in told["clauses"] if row["standing"] == "disapplied"}
    assert code == 0
    assert told["features"] == {"twin_element": True, "alcs": 2, "boost": True}
    assert disapplied
    _, _, plain = smets("plan", "--edition", "esme@5.0-draft4", "--json")
    assert {row["clause"] for row in plain["clauses"]} < {row["clause"] for row in told["clauses"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--edition", "esme@9"), "no edition 'esme@9'"),
        (("--edition", "esme@4.2", "--feature", "twin-element"), "twin_element"),
        (("--edition", "gsme@4.2", "--feature", "battery"), "none does"),
        (("--edition", "esme@4.2", "--feature", "twin_element", "--feature", "polyphase"), "at once"),
        (("--edition", "gsme@4.2", "--profile", "gsme@4.2"), "leave one"),
        (("--feature", "battery"), "stands in its ICS"),
    ],
)
def test_a_plan_of_clauses_that_cannot_be_made_says_why(arguments: tuple[str, ...], said: str) -> None:
    code, output, _ = smets("plan", *arguments)
    assert (code, said in output) == (2, True), output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--adapter", "no_such"), 2, "no adapter is called 'no_such'"),
        (("--adapter", "exec:false"), 3, "did not start"),
        (("--adapter", "no.such:Class"), 3, "cannot be loaded"),
        (("--adapter", "fault:nothing"), 2, "no fault is called 'nothing'"),
        (("--profile", "gsme@4.3"), 2, "did you mean gsme@4.2"),
        (("--only", "nothing-at-all"), 2, "no check matches"),
        (("--depth", "bottomless"), 2, "bottomless"),
        (("--out", "/dev/null/x"), 3, "cannot be made"),
        (("--adapter", f"{REPLAY}/no/such/file"), 3, "cannot be read"),
    ],
)
def test_bad_input_is_said_with_its_code(arguments: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    where = () if "--out" in arguments else ("--out", str(tmp_path))
    got, output, _ = smets("run", *arguments, *where)
    assert (got, said in output) == (code, True), output
    assert "Traceback" not in output.partition("\n")[0]


def test_ctrl_c_at_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from smets_conformance.cli import main; main()", "run", "--out", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    evidence, until = tmp_path / "evidence.jsonl", time.monotonic() + 60
    while not (evidence.exists() and b'"kind":"verdict"' in evidence.read_bytes()):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 3, output + errors
    assert "the run was interrupted" in output
    assert output.splitlines()[-1].startswith("not fully verified: ")
    assert output.splitlines()[-1].endswith("; the run was broken off")
    assert "planned and never begun" not in output
    record = read_record(tmp_path / "record.json")
    assert not record.complete
    assert {"pass", "error"} == {c.verdict for c in record.checks}
    assert all(c.reason == "not-judged" for c in record.checks if c.verdict == "error")


def test_the_suites_digest_changes_with_any_source_file(tmp_path: Path) -> None:
    def digest(text: str, name: str = "a.py") -> str:
        folder = tmp_path / text / "package"
        folder.mkdir(parents=True)
        (folder / name).write_text(text)
        return digest_of(folder)

    assert digest("x") != digest("y")
    assert digest("z", "needs.json") == digest("w", "kills.json")
    root = load_catalogue().root
    assert len({suite_digest(root), proof_digest(root), proof_digest(tmp_path)}) == 3
