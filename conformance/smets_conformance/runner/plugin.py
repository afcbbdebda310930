"""The pytest plugin of a run, named by `-p` in every process: it makes the items from the job and judges them.

It works in a session that the runner controls and in xdist's workers; it is no entry point, so it is never loaded into a user's
own session. Evidence goes over a connection to the process that started the session, which alone writes the log.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smets_conformance.runner.evidence import KIND_OF, Conclusion
from smets_conformance.runner.job import Entry, Job, build_suite, read_job
from smets_conformance.runner.recording import Sink
from smets_conformance.runner.worker import Judge

JOB_FILE = "job.json"
ADDRESS, KEY = "SMETS_EVIDENCE_ADDRESS", "SMETS_EVIDENCE_KEY"
JUDGE = pytest.StashKey[Judge]()
_ENCODER = msgspec.json.Encoder()


class JudgedError(Exception):
    """How a fail or an error of a check is shown to pytest."""


class JobFile(pytest.File):
    """The job, collected as if it were a test file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each entry."""
        for entry in read_job(self.path).entries:
            name = f"{entry.subject}::{entry.check}" if entry.subject else entry.check
            yield CheckItem.from_parent(self, name=name, entry=entry)


class CheckItem(pytest.Item):
    """One check on one subject."""

    def __init__(self, *, entry: Entry, **rest: Any) -> None:
        """Stand for `entry`."""
        super().__init__(**rest)
        self.entry = entry

    def runtest(self) -> None:
        """Judge, and tell pytest: fail and error are failures, what decided nothing is a skip."""
        judge = _judge(self.config)
        conclusion = judge.judge(self.entry)
        if judge.hopeless:
            self.session.shouldstop = "the system under test cannot be started"
        _tell(conclusion)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the conclusion as one line; any other failure is pytest's to draw."""
        if excinfo.errisinstance(JudgedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the item stands, for reports."""
        return self.path, None, self.name


def _tell(conclusion: Conclusion) -> None:
    sentence = f"{conclusion.verdict} ({conclusion.reason}; {conclusion.blame}): {conclusion.message}"
    if conclusion.verdict in ("fail", "error"):
        raise JudgedError(sentence)
    if conclusion.verdict != "pass":
        pytest.skip(sentence)


def _judge(config: pytest.Config) -> Judge:
    """Return this process's judge, made with the first check it runs: xdist's controller never needs one."""
    if JUDGE not in config.stash:
        job = read_job(Path(config.args[0]))
        _settle_hypothesis(job)
        config.stash[JUDGE] = Judge(job, build_suite(job), _connect())
    return config.stash[JUDGE]


def _connect() -> Sink:
    connection = Client(os.environ[ADDRESS], authkey=bytes.fromhex(os.environ[KEY]))

    def send(line: msgspec.Struct) -> None:
        try:
            connection.send_bytes(KIND_OF[type(line)].encode() + b" " + _ENCODER.encode(line))
        except OSError:
            os._exit(pytest.ExitCode.INTERRUPTED)  # nobody listens any more: what would be judged now could not be kept

    return send


def _settle_hypothesis(job: Job) -> None:
    """Leave no setting of Hypothesis to chance: not its database, its deadline, nor the profile it picks for itself under CI."""
    from hypothesis import HealthCheck, Phase, settings

    phases = [Phase.explicit, Phase.generate, Phase.target] + ([Phase.shrink] if job.shrink else [])
    settings.register_profile(
        "smets",
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("smets")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> JobFile | None:
    """Collect the job file and nothing else."""
    return JobFile.from_parent(parent, path=file_path) if file_path.name == JOB_FILE else None


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Ask the item under test once more who it is, unless someone broke the session off."""
    judge = session.config.stash.get(JUDGE, None)
    if judge is not None:
        judge.bay.leave(identify=exitstatus != pytest.ExitCode.INTERRUPTED)
