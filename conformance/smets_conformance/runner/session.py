"""The controlled pytest session: a child process in which the checks run, while this one alone writes the evidence.

The child's environment and command line are made here, so that no setting of the user's reaches it. It may die, with the adapter
inside it: what it sent is kept, the check it was at is an error of the adapter, and another child goes on with the rest.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import FrameType

import msgspec
import pytest

from smets_conformance.runner.evidence import Began, Conclusion
from smets_conformance.runner.job import Entry, Job, write_job
from smets_conformance.runner.plugin import ADDRESS, JOB_FILE, KEY

PLUGIN, SPREADING, DRAWING = (
    "smets_conformance.runner.plugin",
    "xdist.plugin",
    ("pytest_metadata.plugin", "pytest_html.plugin"),
)
UNWANTED = ("cacheprovider", "warnings", "logging", "doctest", "unittest", "stepwise", "pastebin", "junitxml")
USERS_OWN = ("PYTEST_", "HYPOTHESIS_", "PY_COLORS", "FORCE_COLOR", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONSTARTUP")
GRACE = 10.0  # seconds a child is given to stop when asked
LAST_PYTEST_CODE = 5
DEATHS = 2  # children in a row that may die without concluding anything

Handler = Callable[[str, bytes], None]


class SessionEnd(msgspec.Struct, frozen=True):
    """How the session ended. `unjudged` are the entries without conclusion and `why` says what became of them; `log` is what the
    processes printed, wanted when something went wrong."""

    unjudged: tuple[Entry, ...]
    interrupted: bool = False
    why: str = ""
    log: str = ""


class _Receiver:
    """Takes in what the processes of a session send, hands each line on, and knows what is judged and what was begun."""

    def __init__(self, handle: Handler) -> None:
        self.begun: dict[tuple[str, str], bool] = {}  # (subject, check): whether it is concluded
        self.key = secrets.token_bytes(32)
        self.listener = Listener(backlog=16, authkey=self.key)
        self.failure: Exception | None = None
        self.on_failure: Callable[[], None] = lambda: None
        self._handle = handle
        self._lock = threading.Lock()
        self._readers: list[threading.Thread] = []
        self._closing = False
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self) -> None:
        while True:
            try:
                connection = self.listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue  # someone else knocked, or a child died while knocking
            if self._closing:
                connection.close()
                return
            reader = threading.Thread(target=self._read, args=(connection,), daemon=True)
            self._readers.append(reader)
            reader.start()

    def _read(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    kind, _, body = connection.recv_bytes().partition(b" ")
                except (EOFError, OSError):
                    return
                try:
                    self._take(kind.decode(), body)
                except Exception as error:  # noqa: BLE001 - kept and raised again in the main thread
                    self.failure = self.failure or error
                    self.on_failure()
                    return

    def _take(self, kind: str, body: bytes) -> None:
        with self._lock:
            if kind == "check":
                began = msgspec.json.decode(body, type=Began)
                self.begun[began.subject, began.check] = False
            elif kind == "verdict":
                conclusion = msgspec.json.decode(body, type=Conclusion)
                self.begun[conclusion.subject, conclusion.check] = True
            self._handle(kind, body)

    def drain(self) -> None:
        """Wait until everything sent by processes that have ended is in."""
        for reader in list(self._readers):
            reader.join(GRACE)

    def judged(self) -> int:
        """Return how many entries are concluded."""
        return sum(self.begun.values())

    def close(self) -> None:
        """Stop listening. A thread that waits in `accept` is not woken by closing, so it is called on once more."""
        self._closing = True
        with (
            contextlib.suppress(OSError, EOFError, AuthenticationError),
            Client(self.listener.address, authkey=self.key),
        ):
            self._acceptor.join(GRACE)
        self.listener.close()


def run_session(job: Job, handle: Handler, out: Path, *, workers: int = 1, html: Path | None = None) -> SessionEnd:
    """Run the entries of `job` in child processes; `handle` gets every line they send, `(kind, JSON)`, one at a time.

    Args:
        job: what to run.
        handle: called in the order of arrival; what it raises ends the session and is raised here.
        out: folder for Hypothesis's home.
        workers: processes that run checks, each with a system under test of its own.
        html: where pytest-html writes its page.
    """
    receiver = _Receiver(handle)
    try:
        with _stoppable(), tempfile.TemporaryDirectory(prefix="smets-") as folder:
            return _run_children(job, receiver, Path(folder), out, workers, html)
    finally:
        receiver.close()


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Let a SIGTERM, which a time limit outside sends, stop a session as cleanly as an interrupt does."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run_children(
    job: Job, receiver: _Receiver, folder: Path, out: Path, workers: int, html: Path | None
) -> SessionEnd:
    remaining, deaths, why, interrupted = job.entries, 0, "", False
    log = folder / "pytest.log"
    log.touch()
    while remaining and not interrupted and deaths < DEATHS:
        before = receiver.judged()
        job_file = folder / JOB_FILE
        write_job(msgspec.structs.replace(job, entries=remaining), job_file)
        code, interrupted = _run_child(receiver, job_file, log, out, workers, html)
        receiver.drain()
        if receiver.failure is not None:
            raise receiver.failure
        began = [e for e in remaining if receiver.begun.get((e.subject, e.check)) is False]
        why = _why(code, interrupted)
        if not interrupted:
            for entry in began:
                _bury(receiver, entry, why)
        remaining = tuple(e for e in remaining if not receiver.begun.get((e.subject, e.check)))
        if not began and 0 <= code <= LAST_PYTEST_CODE:
            break  # the session ended by itself: the system under test, or the suite, cannot be started
        deaths = 0 if receiver.judged() > before + len(began) else deaths + 1
    return SessionEnd(remaining, interrupted, why if remaining else "", log.read_text(errors="replace")[-20_000:])


def _why(code: int, interrupted: bool) -> str:
    if interrupted:
        return "the run was interrupted"
    if code < 0:
        return f"the process that ran the checks was ended by signal {signal.Signals(-code).name}"
    if code == pytest.ExitCode.INTERRUPTED:
        return "the system under test could not be started twice in a row"
    return f"the process that ran the checks ended with code {code}"


def _bury(receiver: _Receiver, entry: Entry, why: str) -> None:
    """Conclude, for a check that died with its process, that the adapter is to blame: it ran in there."""
    conclusion = Conclusion(
        check=entry.check,
        verdict="error",
        reason="process-died",
        message=why,
        blame="adapter",
        claims=dict.fromkeys(entry.requirements, "error"),
        subject=entry.subject,
    )
    receiver._take("verdict", msgspec.json.encode(conclusion))


def _run_child(
    receiver: _Receiver, job_file: Path, log: Path, out: Path, workers: int, html: Path | None
) -> tuple[int, bool]:
    """Run one child to its end; return its exit code and whether someone interrupted."""
    with log.open("ab") as printed:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", *_arguments(job_file, workers, html)],
            env=_environment(receiver, out),
            cwd=Path.cwd(),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            process_group=0,  # an interrupt at the terminal comes here alone, and is passed on once
        )
    receiver.on_failure = child.terminate
    try:
        return child.wait(), False
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        with contextlib.suppress(KeyboardInterrupt):  # who insists gets what is there, without waiting for the child
            _await(child)
        return 0, True
    finally:
        _end_group(child)


def _await(child: subprocess.Popen[bytes]) -> None:
    """Give the child some time to stop as it was asked, and some more when told."""
    for insist in (child.terminate, child.kill):
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            insist()
        else:
            return


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End what the child left behind: workers, and adapters they started."""
    if child.poll() is None:
        child.kill()
        child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left


def _arguments(job_file: Path, workers: int, html: Path | None) -> list[str]:
    config = job_file.with_name("pytest.ini")
    config.write_text("[pytest]\n")
    arguments = ["-c", str(config), f"--rootdir={job_file.parent}", "--noconftest", "--capture=sys", "-q", "--tb=short"]
    arguments += [part for plugin in UNWANTED for part in ("-p", f"no:{plugin}")]
    arguments += ["-p", PLUGIN]
    if workers > 1:
        arguments += ["-p", SPREADING, "-n", str(workers)]
    if html is not None:
        arguments += [part for plugin in DRAWING for part in ("-p", plugin)]
        arguments += [f"--html={html.resolve()}", "--self-contained-html"]
    return [*arguments, str(job_file)]


def _environment(receiver: _Receiver, out: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)}
    return kept | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str((out / ".hypothesis").resolve()),
        "PYTHONHASHSEED": "0",
        ADDRESS: str(receiver.listener.address),
        KEY: receiver.key.hex(),
    }
