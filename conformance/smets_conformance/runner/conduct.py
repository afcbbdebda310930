"""Conducting a run: evidence opened, checks judged in a session, evidence closed, record and reports written, come what may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from smets_conformance.runner.evidence import Closing, EvidenceError, EvidenceLog, Opening, Trouble
from smets_conformance.runner.job import Job
from smets_conformance.runner.progress import Reporter
from smets_conformance.runner.record import record_from_evidence
from smets_conformance.runner.session import SessionEnd, run_session
from smets_conformance.verdicts import exit_code
from smets_reports import write_all
from smets_reports.record import Record, write_record

EVIDENCE, RECORD, HTML = "evidence.jsonl", "record.json", "pytest.html"


class Conducted(msgspec.Struct, frozen=True):
    """What a run left behind. `trouble` is what the user must be told beside the verdict; `files` is what was written."""

    record: Record
    files: tuple[Path, ...]
    trouble: str = ""

    @property
    def code(self) -> int:
        """The exit code of the run."""
        summary = self.record.summary
        return exit_code(
            violated=sum(r.status == "violated" and r.severity == "violation" for r in self.record.requirements),
            void=summary.verdict == "void",
            errors=summary.by_check_verdict.get("error", 0) + bool(self.trouble),
            complete=self.record.complete,
        )


def now() -> str:
    """Return the time of day, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def conduct(opening: Opening, job: Job, out: Path, *, workers: int = 1, quiet: bool = False) -> Conducted:
    """Run a job, keep its evidence in `out`, and derive everything else from it.

    Ctrl-C stops it cleanly; what was judged is kept and the record is marked incomplete.

    Raises:
        EvidenceError: not even the record could be made: the evidence cannot be written or has no opening line.
    """
    trouble = _judge(opening, job, out, workers, quiet)
    evidence = out / EVIDENCE
    record = record_from_evidence(evidence)
    files = [evidence, *(path for path in (out / HTML,) if path.is_file())]
    try:
        write_record(record, out / RECORD)
        files += [out / RECORD, *write_all(record, out)]
    except OSError as error:
        trouble = "; ".join(filter(None, (trouble, f"not every report could be written: {error}")))
    return Conducted(record, tuple(files), trouble)


def _judge(opening: Opening, job: Job, out: Path, workers: int, quiet: bool) -> str:
    """Run the session into a new evidence log; return what went wrong on the way, if anything."""
    (out / HTML).unlink(missing_ok=True)
    log = EvidenceLog(out / EVIDENCE)
    log.append(opening)
    try:
        with Reporter(len(job.entries), quiet=quiet) as reporter:
            end = run_session(job, _into(log, reporter), out, workers=workers, html=out / HTML)
        trouble = _trouble(end)
        if trouble and not end.interrupted:
            log.append(Trouble(trouble, end.log))
        log.append(Closing(now(), not end.unjudged, end.why))
    except EvidenceError as error:
        return f"{error}; what had been judged is kept, and the run is incomplete"
    finally:
        log.close()
    return trouble


def _into(log: EvidenceLog, reporter: Reporter) -> Callable[[str, bytes], None]:
    def take(kind: str, body: bytes) -> None:
        log.append_raw(kind, body)
        reporter.take(kind, body)

    return take


def _trouble(end: SessionEnd) -> str:
    if not end.unjudged:
        return ""
    return f"{len(end.unjudged)} planned checks were not judged: {end.why}"
