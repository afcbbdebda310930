"""Asking an adapter what it offers, in a child process, since an adapter may take the process it lives in down with it."""

from __future__ import annotations

import subprocess
import sys

import msgspec

from smets_conformance.adapter.contract import AdapterError, Description
from smets_conformance.adapter.guard import Guard
from smets_conformance.adapter.load import UnknownAdapter
from smets_conformance.profile import Limits
from smets_conformance.proof.subjects import make_system
from smets_conformance.runner.worker import close_system, log_of

LAST_LINES = 15


class _Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    description: Description | None = None
    unknown: str = ""
    failed: str = ""
    log: str = ""


class NotDescribed(Exception):
    """The adapter could not be started or did not answer; `log` is what it said."""

    def __init__(self, message: str, log: str = "") -> None:
        """Keep the sentence and the last lines of the log."""
        self.log = "\n".join(log.strip().splitlines()[-LAST_LINES:])
        super().__init__(f"{message}\n{self.log}".rstrip())


def describe_adapter(name: str, limits: Limits) -> Description:
    """Return what the adapter that `--adapter` names offers. `limits` are the declared time limits.

    Raises:
        UnknownAdapter: nothing is called so.
        NotDescribed: it could not be started, or failed at this first call.
    """
    seconds = limits.reset_s + limits.call_s
    command = [sys.executable, "-P", "-m", __name__, name, str(limits.call_s)]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        said = (error.stderr or b"").decode(errors="replace")
        raise NotDescribed(f"the adapter {name} did not say within {seconds} s what it offers", said) from error
    said = done.stderr.decode(errors="replace")
    try:
        answer = msgspec.json.decode(done.stdout.rpartition(b"\x00")[2], type=_Answer)
    except msgspec.DecodeError as error:
        raise NotDescribed(
            f"the adapter {name} ended its process (code {done.returncode}) when started", said
        ) from error
    if answer.unknown:
        raise UnknownAdapter(answer.unknown)
    if answer.description is None:
        raise NotDescribed(answer.failed, answer.log or said)
    return answer.description


def _answer(name: str, call_s: int) -> _Answer:
    try:
        system = Guard(make_system(name), call_s=call_s)
    except UnknownAdapter as error:
        return _Answer(unknown=str(error))
    except AdapterError as error:
        return _Answer(failed=str(error), log=log_of(error))
    try:
        return _Answer(description=system.describe())
    except AdapterError as error:
        return _Answer(failed=f"the adapter {name} failed when asked what it offers: {error}", log=log_of(error))
    finally:
        close_system(system)


if __name__ == "__main__":
    # Whatever the adapter itself prints stands before the mark.
    sys.stdout.buffer.write(b"\x00" + msgspec.json.encode(_answer(sys.argv[1], int(sys.argv[2]))))
