"""Inside a process that runs checks: the system under test is kept from check to check and replaced when it makes trouble."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import time
from collections import Counter
from collections.abc import Iterator
from types import FrameType

import msgspec

from smets_conformance.adapter.contract import AdapterError, SystemUnderTest
from smets_conformance.adapter.errors import AdapterTimeout, ReplayDivergence
from smets_conformance.adapter.exchange import Recording
from smets_conformance.runner.conclude import conclude
from smets_conformance.runner.evidence import Began, Conclusion, Identified, Trouble
from smets_conformance.runner.job import Entry, Job, Suite
from smets_conformance.runner.recording import CheckRecorder, Sink, nowhere

PROOF_S = 120.0  # what a check may take on a fault or variant, which nothing else guards
STARTS = 2  # how often in a row a system may fail to start before nothing more is tried


class Bay:
    """Where the system under test stands: one at a time, opened when wanted, identified whenever a new one is opened."""

    def __init__(self, suite: Suite, sink: Sink) -> None:
        """Stand empty."""
        self.failed_starts = 0
        self._suite = suite
        self._sink = sink
        self._system: SystemUnderTest | None = None
        self._subject = ""

    def system(self, entry: Entry) -> SystemUnderTest:
        """Return the system that `entry` is to be run on.

        Raises:
            AdapterError: it cannot be started.
        """
        if self._system is not None and (entry.subject != self._subject or self._suite.per_check):
            self.leave(identify=False)
        if self._system is None:
            self.failed_starts += 1
            self._system = self._suite.open(entry)
            self._subject = entry.subject
            self._identify("start")
            self.failed_starts = 0
        return self._system

    def _identify(self, when: str) -> None:
        if self._system is not None and not self._subject:
            self._sink(Identified(when, self._suite.identify(self._system)))

    def leave(self, *, identify: bool) -> None:
        """Give the system up; with `identify` ask it first who it is at the end."""
        try:
            if identify:
                self._identify("end")
        except AdapterError as error:
            self._sink(Trouble(f"the item under test could not be identified at the end: {error}", log_of(error)))
        finally:
            system, self._system = self._system, None
            if system is not None:
                close_system(system)


class Judge:
    """Runs entries of a job one after another, each to its conclusion, whatever happens in between."""

    def __init__(self, job: Job, suite: Suite, sink: Sink) -> None:
        """Be ready; nothing is started until the first entry."""
        self.job = job
        self.suite = suite
        self.sink = sink
        self.bay = Bay(suite, sink)
        self.deaths: Counter[str] = Counter()

    @property
    def hopeless(self) -> bool:
        """Whether the system under test cannot be started at all."""
        return self.bay.failed_starts >= STARTS

    def judge(self, entry: Entry) -> Conclusion:
        """Run one check and return what it concluded; its evidence goes to the sink as it arises.

        Raises:
            KeyboardInterrupt: someone wants to stop.
        """
        recorder = CheckRecorder(
            entry.check, self.sink if self.job.evidence else nowhere, every_example=self.job.depth == "quick"
        )
        seed = seed_of(self.job.seed, entry.check)
        self.sink(Began(entry.check, seed, entry.subject))
        began = time.perf_counter()
        raised, call = self._run(entry, recorder, seed)
        recorder.finish()
        conclusion = conclude(raised, recorder, entry.requirements)
        if isinstance(raised, AdapterError) and not isinstance(raised, ReplayDivergence):
            conclusion = self._trouble(raised, call, conclusion)
        conclusion = msgspec.structs.replace(
            conclusion, seconds=round(time.perf_counter() - began, 6), subject=entry.subject
        )
        self.sink(conclusion)
        return conclusion

    def _run(self, entry: Entry, recorder: CheckRecorder, seed: int) -> tuple[BaseException | None, str]:
        recording: Recording | None = None
        try:
            recording = Recording(self.bay.system(entry), recorder.exchange)
            with _limited(0 if self.job.evidence else PROOF_S, entry.check):
                self.suite.checks[entry.check](self.suite.bench(entry, recording, recorder, seed))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever leaves a check becomes its verdict, and nothing else may
            return error, recording.call if recording is not None else "start"
        return None, ""

    def _trouble(self, error: AdapterError, call: str, conclusion: Conclusion) -> Conclusion:
        """Give the system up after `error` in `call`. A second time at the same act it may as well be the device's doing."""
        log = log_of(error)
        self.sink(Trouble(f"{conclusion.check}: the adapter failed at {call}: {conclusion.message}", log))
        self.bay.leave(identify=False)
        self.deaths[call] += 1
        message = f"at {call}: {conclusion.message}"
        if self.deaths[call] > 1 and call != "start":
            again = f"{message} (its {_ordinal(self.deaths[call])} failure at this act)"
            return msgspec.structs.replace(
                conclusion,
                verdict="inconclusive",
                reason="adapter-again",
                message=again,
                blame="undecided",
                claims=dict.fromkeys(conclusion.claims, "inconclusive"),
            )
        return msgspec.structs.replace(conclusion, message=message)


def _ordinal(n: int) -> str:
    return {2: "second", 3: "third"}.get(n, f"{n}th")


def seed_of(seed: int, check: str) -> int:
    """Return a check's own seed, which stays the same whichever other checks run: 32 bits from the run's seed and its id."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{check}".encode()).digest()[:4], "big")


@contextlib.contextmanager
def _limited(seconds: float, check: str) -> Iterator[None]:
    """Raise `AdapterTimeout` when the block takes longer than `seconds`; 0: no limit, since the guard limits each call."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise AdapterTimeout(f"{check} was not through after {seconds:g} s")

    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def close_system(system: SystemUnderTest) -> None:
    """Let a system under test go; one that fails at this has failed already."""
    close = getattr(system, "close", None)
    if close is not None:
        with contextlib.suppress(AdapterError):
            close()


def log_of(error: AdapterError) -> str:
    """Return the log an adapter's error carries, if any."""
    return str(getattr(error, "log", ""))
