"""The child-process client: a system under test that is a program of any language, spoken to in JSON lines over its pipes."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from smets_conformance.adapter import codec
from smets_conformance.adapter.contract import Act, AdapterError, Description, Event, Reached, Setup, Unsupported, Value
from smets_conformance.adapter.errors import (
    AdapterDied,
    AdapterMalformed,
    AdapterNotStarted,
    AdapterRaised,
    AdapterTimeout,
    LoggedError,
)
from smets_conformance.adapter.exchange import name_of

LOG_KEPT: Final = 64 * 1024  # bytes of the child's standard error, its end
IN_FLIGHT: Final = 64  # acts that may be unanswered
GRACE_S: Final = 2.0  # what a child is given to end by itself
SLICE_S: Final = 0.5  # how often it is looked whether a silent child still lives
DRAINED: Final = 64  # chunks of standard error taken at the end
CHUNK: Final = 1 << 16
NAMES: Final[dict[type, Callable[[Any], str]]] = {
    codec.Do: lambda request: f"do {name_of(request.act)}",
    codec.Advance: lambda request: f"advance({request.seconds})",
    codec.Look: lambda request: f"look at {request.what!r}",
    codec.Reset: lambda request: f"reset to {request.baseline!r}",
}


class ChildSystem:
    """A system under test that lives in a child process, in a process group of its own.

    Acts are sent without waiting for their answers; the next other call waits for all of them, and raises what an act led to.
    After any error but `Unsupported` and `AdapterRaised` the child is gone and every call raises `AdapterDied`. `close`, or losing
    the last reference, ends the whole process group and leaves no zombie.
    """

    def __init__(self, command: Sequence[str], *, call_s: float = 30.0, reset_s: float = 120.0) -> None:
        """Start `command` and settle the version of the protocol.

        Args:
            command: the program and its arguments; no shell is involved.
            call_s: seconds that a call may take.
            reset_s: seconds that starting and a reset may take.

        Raises:
            AdapterNotStarted: it cannot be run, ends at once, or speaks another version.
        """
        self.call_s, self.reset_s = call_s, reset_s
        self._command = list(command)
        self._count = 0
        self._due: deque[codec.Request] = deque()
        self._unsent = bytearray()
        self._received = bytearray()
        self._scanned = 0
        self._log = bytearray()
        self._real_time = False
        self._ended = ""
        try:
            self._child = _start(self._command)
        except OSError as error:
            raise AdapterNotStarted(f"the adapter {command[0]!r} cannot be run: {error.strerror}") from error
        self._end = weakref.finalize(self, _bury, self._child)
        self._stdin, self._stdout, self._stderr = _pipes(self._child)
        self._poll = select.poll()
        for pipe in (self._stdout, self._stderr):
            self._poll.register(pipe, select.POLLIN)
        self._greet()

    def _greet(self) -> None:
        try:
            greeting = self._ask(codec.Hello(id=self._next(), protocol=codec.PROTOCOL), self.reset_s)
        except LoggedError as error:
            self._give_up("did not start")
            raise AdapterNotStarted(f"the adapter {self._command[0]!r} did not start: {error}", error.log) from error
        if greeting.protocol != codec.PROTOCOL:
            self._give_up("speaks another version of the protocol")
            message = f"the adapter speaks version {greeting.protocol} of the protocol, this suite {codec.PROTOCOL}"
            raise AdapterNotStarted(message, self.log)

    @property
    def log(self) -> str:
        """What the child wrote to standard error, the last 64 KiB of it."""
        return self._log.decode("utf-8", "backslashreplace")

    def describe(self) -> Description:
        """Ask the child; see `SystemUnderTest`."""
        description: Description = self._ask(codec.Describe(id=self._next()), self.call_s)
        self._real_time = description.time == "real"
        return description

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Ask the child; see `SystemUnderTest`."""
        reached: Reached = self._ask(codec.Reset(id=self._next(), baseline=baseline, setup=setup), self.reset_s)
        return reached

    def do(self, act: Act) -> None:
        """Send the act to the child without waiting; what it leads to is raised by the call that follows."""
        while len(self._due) >= IN_FLIGHT:
            self._settle_one(self.call_s)
        self._send(codec.Do(id=self._next(), act=act))
        self._pump(time.monotonic() + self.call_s, until_sent=True)

    def advance(self, seconds: int) -> int:
        """Ask the child; see `SystemUnderTest`. In real time the seconds come on top of the limit."""
        limit = self.call_s + (seconds if self._real_time else 0)
        gone: int = self._ask(codec.Advance(id=self._next(), seconds=seconds), limit)
        return gone

    def take(self) -> Sequence[Event]:
        """Ask the child; see `SystemUnderTest`."""
        events: list[Event] = self._ask(codec.Take(id=self._next()), self.call_s)
        return events

    def look(self, what: str, node: str = "") -> Value:
        """Ask the child; see `SystemUnderTest`."""
        return self._ask(codec.Look(id=self._next(), what=what, node=node), self.call_s)

    def close(self) -> None:
        """End the child: its input is closed, it has two seconds, then its process group is killed. May be called twice."""
        if self._end.alive:
            assert self._child.stdin is not None
            self._child.stdin.close()
            _await_end(self._child, GRACE_S)
            self._give_up("was closed")

    # ------------------------------------------------------------------ requests and replies

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _ask(self, request: codec.Request, limit_s: float) -> Any:
        self._send(request)
        first: AdapterError | None = None
        result: Any = None
        while self._due:
            try:
                result = self._settle_one(limit_s)
            except (AdapterRaised, Unsupported) as error:
                first = first or error
        if first is not None:
            raise first
        return result

    def _send(self, request: codec.Request) -> None:
        if self._ended:
            raise AdapterDied(f"the adapter is gone: {self._ended}", self.log)
        try:
            self._unsent += codec.encode_request(request)
        except codec.CodecError as error:
            raise ValueError(f"{_name(request)} may not cross the contract: {error}") from error
        self._due.append(request)

    def _settle_one(self, limit_s: float) -> Any:
        """Wait for the next reply and return its result."""
        deadline = time.monotonic() + limit_s
        while (end := self._received.find(b"\n", self._scanned)) < 0:
            self._scanned = len(self._received)
            if self._scanned > codec.LONGEST_LINE:
                raise self._fail(AdapterMalformed, f"sent a line of over {codec.LONGEST_LINE} bytes")
            self._pump(deadline)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        self._scanned = 0
        try:
            result = codec.decode_reply(line, self._due[0])
        except codec.CodecError as error:
            raise self._fail(AdapterMalformed, f"sent {error}") from error
        request = self._due.popleft()
        if isinstance(result, codec.Failure):
            raise self._raised(request, result)
        return result

    def _raised(self, request: codec.Request, failure: codec.Failure) -> AdapterError:
        if failure.kind == "unsupported":
            return Unsupported(failure.message)
        log = f"{failure.trace}\n{self.log}" if failure.trace else self.log
        return AdapterRaised(f"the adapter answered {_name(request)} with an error: {failure.message}", log)

    def _pump(self, deadline: float, *, until_sent: bool = False) -> None:
        """Write what is unsent and read what there is, once; with `until_sent` until all is written."""
        while True:
            self._write()
            if until_sent and not self._unsent:
                return
            self._read(deadline)
            if not until_sent:
                return

    def _write(self) -> None:
        if not self._unsent:
            return
        try:
            del self._unsent[: os.write(self._stdin, self._unsent)]
        except BlockingIOError:
            self._poll.register(self._stdin, select.POLLOUT)
            return
        except BrokenPipeError as error:
            raise self._dead() from error
        if self._unsent:
            self._poll.register(self._stdin, select.POLLOUT)

    def _read(self, deadline: float) -> None:
        """Wait until a pipe is ready and take what it holds; notice a child that has ended while others hold its pipes."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._fail(AdapterTimeout, "did not answer in time")
            ready = self._poll.poll(min(left, SLICE_S) * 1000)
            if ready:
                break
            if _has_ended(self._child):
                raise self._dead()
        for pipe, _ in ready:
            if pipe == self._stdin:
                self._poll.unregister(pipe)
            elif pipe == self._stderr:
                self._read_log()
            else:
                self._read_replies()

    def _read_replies(self) -> None:
        chunk = os.read(self._stdout, CHUNK)
        if not chunk:
            raise self._dead()
        self._received += chunk
        if len(self._received) > 2 * codec.LONGEST_LINE:
            raise self._fail(AdapterMalformed, "sent far more than was asked for")

    def _read_log(self) -> None:
        if chunk := os.read(self._stderr, CHUNK):
            self._keep(chunk)
        else:
            self._poll.unregister(self._stderr)

    def _keep(self, written: bytes) -> None:
        self._log += written
        del self._log[:-LOG_KEPT]

    # ------------------------------------------------------------------ the end

    def _dead(self) -> LoggedError:
        """Return the error of a child that ended or closed its pipes, once it is known how."""
        _await_end(self._child, GRACE_S)
        return self._fail(AdapterDied, _manner_of_death(self._child))

    def _fail(self, kind: type[LoggedError], what: str) -> LoggedError:
        """End the child for what it did; return the error to raise, with its log."""
        asked = f" when asked to {_name(self._due[0])}" if self._due else ""
        message = f"the adapter {self._command[0]!r} {what}{asked}"
        self._give_up(what)
        return kind(message, self.log)

    def _give_up(self, why: str) -> None:
        self._ended = self._ended or f"it {why}"
        if self._end.alive:
            _kill(self._child)
            self._drain_log()
            self._end()

    def _drain_log(self) -> None:
        """Take what is left of standard error, without waiting for a writer that escaped the process group."""
        os.set_blocking(self._stderr, False)
        for _ in range(DRAINED):
            try:
                chunk = os.read(self._stderr, CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                return
            self._keep(chunk)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True)


def _pipes(child: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    """Return the descriptors of a child's standard input, which is made not to block, output and error."""
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    os.set_blocking(child.stdin.fileno(), False)
    return child.stdin.fileno(), child.stdout.fileno(), child.stderr.fileno()


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Return whether a child has ended, leaving it to be reaped: so its number, and its group's, stay its own."""
    return child.returncode is not None or _exit_of(child) is not None


def _exit_of(child: subprocess.Popen[bytes]) -> os.waitid_result | None:
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)


def _await_end(child: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not _has_ended(child) and time.monotonic() < deadline:
        time.sleep(0.01)


def _manner_of_death(child: subprocess.Popen[bytes]) -> str:
    end = _exit_of(child)
    if end is None:
        return "closed its output and went on running"
    if end.si_code == os.CLD_EXITED:
        return f"ended with exit code {end.si_status}"
    return f"was killed by {signal.Signals(end.si_status).name}"


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole process group; its leader has not been reaped, so the group is still its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _bury(child: subprocess.Popen[bytes]) -> None:
    """Kill the process group, reap its leader, close the pipes."""
    _kill(child)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _name(request: codec.Request) -> str:
    return NAMES.get(type(request), lambda r: type(r).__name__.lower())(request)
