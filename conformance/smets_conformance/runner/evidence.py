"""The evidence log: one line for everything that happened in a run, chained so that nothing can be changed unseen.

A line is `{"kind", "hash", "digest", "salt", "body"}`. `digest` is the SHA-256 of salt and body as they stand in the file,
`hash` that of the line before it, the kind and the digest. So `salt` and `body` of a line can be taken out later and the chain
still holds; a guess at what was withheld cannot be confirmed without the salt. The last line's kind is `close`: a log without it
was broken off or cut short.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from smets_conformance.adapter.exchange import Exchange
from smets_reports.record import (
    Blame,
    CheckVerdict,
    ClauseRow,
    InterpretationRow,
    Item,
    RequirementResult,
    Step,
    VariantRow,
)

FORMAT = "smets-evidence/1"
TORN = "the line is torn"
GENESIS = hashlib.sha256(FORMAT.encode()).hexdigest()


class PlannedCheck(msgspec.Struct, frozen=True, omit_defaults=True):
    """A check of the plan: `decision` is `run`, or why it is not run; `why` is the sentence."""

    id: str
    title: str
    procedure: str
    procedure_version: str
    requirements: tuple[str, ...]
    decision: str
    why: str = ""


class Opening(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The first line: everything about the run that is known before it begins, the plan included.

    The requirements' `status` is what they would be with no check run; the record is derived without the suite that made it.
    """

    format: str
    run: str
    edition: str
    document: str
    stated_version: str
    standing: str
    profile: dict[str, Any]
    ixit: dict[str, Any]
    rig: dict[str, Any]
    adapter: dict[str, Any]
    suite: dict[str, str]
    started: str
    seed: int
    depth: str
    checks: tuple[PlannedCheck, ...]
    requirements: tuple[RequirementResult, ...]
    clauses: tuple[ClauseRow, ...] = ()
    interpretations: tuple[InterpretationRow, ...] = ()
    variants: tuple[VariantRow, ...] = ()
    shared: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Began(msgspec.Struct, frozen=True, omit_defaults=True):
    """A check began, with its own seed."""

    check: str
    seed: int = 0
    subject: str = ""


class StepLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of a check's procedure."""

    check: str
    step: Step


class ExchangeLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call of the contract and its answer. `example` counts the examples of a property, from 1."""

    check: str
    exchange: Exchange
    example: int = 0


class Conclusion(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a check concluded; the fields are those of `smets_reports.record.CheckResult`.

    `subject` names a fault or variant; `used` the acts and looks the check asked for, such as `act HubTime` and `look Clock`;
    `findings` is, by requirement, what was found.
    """

    check: str
    verdict: CheckVerdict
    reason: str = ""
    message: str = ""
    blame: Blame | None = None
    seconds: float = 0.0
    device_seconds: int = 0
    claims: dict[str, CheckVerdict] = {}
    findings: dict[str, str] = {}
    failed_at: int | None = None
    examples: int = 0
    subject: str = ""
    used: tuple[str, ...] = ()


class Identified(msgspec.Struct, frozen=True, omit_defaults=True):
    """The item under test as it identified itself, at the `start` or the `end`; None: the adapter offers no such look."""

    when: str
    item: Item | None


class Trouble(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something went wrong on the bench's side: what, and the log that goes with it."""

    text: str
    log: str = ""


class Closing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last line. `complete`: every planned check was judged."""

    ended: str
    complete: bool
    why: str = ""


KINDS: dict[str, type[msgspec.Struct]] = {
    "open": Opening,
    "item": Identified,
    "check": Began,
    "exchange": ExchangeLine,
    "step": StepLine,
    "verdict": Conclusion,
    "trouble": Trouble,
    "close": Closing,
}
KIND_OF = {struct: kind for kind, struct in KINDS.items()}
_DECODERS = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}
_ENCODER = msgspec.json.Encoder()


class _Line(msgspec.Struct, frozen=True):
    kind: str
    hash: str
    digest: str
    salt: str | None = None
    body: msgspec.Raw = msgspec.Raw()

    @property
    def withheld(self) -> bool:
        """Whether the body was taken out."""
        return not bytes(self.body)


_LINE = msgspec.json.Decoder(_Line)


class EvidenceError(Exception):
    """The evidence log cannot be written, or what is read is not one; the message says which file and where."""


def _digest(salt: str, body: bytes) -> str:
    return hashlib.sha256(salt.encode() + body).hexdigest()


def _link(previous: str, kind: str, digest: str) -> str:
    return hashlib.sha256(f"{previous} {kind} {digest}".encode()).hexdigest()


class EvidenceLog:
    """An evidence log being written: each line reaches the operating system before `append` returns. Safe among threads.

    Raises:
        EvidenceError: the file cannot be written (disk full, no permission).
    """

    def __init__(self, path: Path) -> None:
        """Begin a new log at `path`, replacing what is there."""
        self.path = path
        self.head = GENESIS
        self.lines = 0
        self._lock = threading.Lock()
        try:
            self._file: int | None = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        except OSError as error:
            raise EvidenceError(f"{path}: the evidence cannot be written: {error.strerror}") from error

    def append(self, body: msgspec.Struct) -> None:
        """Write one line."""
        self.append_raw(KIND_OF[type(body)], _ENCODER.encode(body))

    def append_raw(self, kind: str, body: bytes) -> None:
        """Write one line whose body is JSON already."""
        with self._lock:
            salt = secrets.token_hex(16)
            digest = _digest(salt, body)
            head = _link(self.head, kind, digest)
            start = f'{{"kind":"{kind}","hash":"{head}","digest":"{digest}","salt":"{salt}","body":'
            self._write(start.encode() + body + b"}\n")
            self.head = head
            self.lines += 1

    def _write(self, line: bytes) -> None:
        if self._file is None:
            raise EvidenceError(f"{self.path}: the evidence log is closed")
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            self.close()
            message = f"{self.path}: the evidence cannot be written after line {self.lines}: {error.strerror}"
            raise EvidenceError(message) from error

    def close(self) -> None:
        """Close the file; what is written stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ChainReport(msgspec.Struct, frozen=True):
    """What `verify_chain` found: `lines` that hold, the first `line` that does not (0: all do), and what is wrong with it.

    `cut_short`: nothing is wrong but that the log ends too early. `withheld` counts bodies taken out.
    """

    ok: bool
    lines: int
    closed: bool
    head: str
    withheld: int = 0
    line: int = 0
    problem: str = ""
    cut_short: bool = False


def verify_chain(path: Path) -> ChainReport:
    """Check a log from its first line to its last: an altered, dropped, inserted, moved or torn line, and a missing end, are found.

    Raises:
        EvidenceError: the file cannot be read.
    """
    head, count, withheld, closed = GENESIS, 0, 0, False
    for number, raw in enumerate(_raw_lines(path), 1):
        problem, line = _examine(raw, head, closed)
        if line is None:
            return ChainReport(False, count, closed, head, withheld, number, problem, problem == TORN)
        head, count, closed = line.hash, number, line.kind == "close"
        withheld += line.withheld
    if not closed:
        return ChainReport(
            False, count, closed, head, withheld, count + 1, "the log ends without its closing line", True
        )
    return ChainReport(True, count, closed, head, withheld)


def _examine(raw: bytes, head: str, closed: bool) -> tuple[str, _Line | None]:
    if closed:
        return "something follows the closing line", None
    if not raw.endswith(b"\n"):
        return TORN, None
    try:
        line = _LINE.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"not a line of evidence: {error}", None
    if not line.withheld and _digest(line.salt or "", bytes(line.body)) != line.digest:
        return "its body is not what was recorded", None
    if _link(head, line.kind, line.digest) != line.hash:
        return "it does not follow from the line before it: a line was altered, dropped, inserted or moved", None
    return "", line


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise EvidenceError(f"{path}: the evidence cannot be read: {error.strerror}") from error


def read_evidence(path: Path) -> Iterator[msgspec.Struct]:
    """Yield the bodies of a log in order, leaving out those withheld; a torn last line is passed over.

    Raises:
        EvidenceError: a line is not evidence, or of a kind or shape this suite does not know; the message names it.
    """
    for number, raw in enumerate(_raw_lines(path), 1):
        if not raw.endswith(b"\n"):
            return
        try:
            line = _LINE.decode(raw)
            if not line.withheld:
                yield _DECODERS[line.kind].decode(line.body)
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
            raise EvidenceError(
                f"{path}, line {number}: not a line of evidence this suite can read: {error}"
            ) from error


def withhold(path: Path, to: Path, kinds: frozenset[str]) -> int:
    """Copy a log without the bodies of those kinds; the chain stays whole. Return how many bodies were left out."""
    count = 0
    with to.open("wb") as out:
        for raw in _raw_lines(path):
            line = _LINE.decode(raw)
            if line.kind in kinds and not line.withheld:
                count += 1
                raw = msgspec.json.encode({"kind": line.kind, "hash": line.hash, "digest": line.digest}) + b"\n"
            out.write(raw)
    return count
