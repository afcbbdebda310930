"""The run record: the one format a run leaves behind, complete enough to be read years later without this suite.

`evidence.jsonl` is written while the run goes; `record.json` is derived from it. Everything in `smets_reports` is drawn from
a `Record` and nothing else. Times are integer milliseconds of UTC on the bench's clock unless said otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

FORMAT = "smets-record/1"

CheckVerdict: TypeAlias = Literal["pass", "fail", "inconclusive", "not-applicable", "not-testable", "error"]
Blame: TypeAlias = Literal["device", "adapter", "declaration", "suite", "undecided"]
Status: TypeAlias = Literal[
    "verified", "violated", "unverified", "evidence-wanted", "evidence-filed", "suspect", "not-applicable"
]
RunVerdict: TypeAlias = Literal["conforms", "does-not-conform", "not-fully-verified", "void"]


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a requirement stands in the edition of the run: clause, 1-based paragraph, and which obligation of it."""

    clause: str
    paragraph: int
    part: int | None = None
    chain: str = ""


class FaultRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seeded fault that shows a requirement's checks can fail: what it is, which check killed it and with which reason."""

    fault: str
    description: str
    killed_by: str = ""
    reason: str = ""


class VariantRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A legal variant: the permitted reading it takes, and the checks that failed it (none, if the suite is right)."""

    variant: str
    description: str
    interpretation: str
    falsely_failed: tuple[str, ...] = ()


class InterpretationRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reading of an ambiguous text: the question, the reading chosen and what the oracle tolerates."""

    id: str
    question: str
    chosen: str
    tolerates: str = ""


class RequirementResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One requirement in the edition of the run, and what became of it. `statement` is the EARS sentence, `obligations` how
    many obligations of the clause index it covers, `reason` why the status is what it is."""

    id: str
    section: str
    statement: str
    obligation: str
    verification: str
    status: Status
    reason: str
    sources: tuple[Source, ...]
    obligations: int = 1
    blame: Blame | None = None
    severity: Literal["violation", "warning"] = "violation"
    checks: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    faults: tuple[FaultRow, ...] = ()
    annotations: tuple[str, ...] = ()
    evidence: str = ""
    look: bool = False


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a check's procedure as it ran.

    `kind`: reset, act, advance, event, look, claim, note. `at` bench time, `device_utc` what the device claimed. `text` is a
    sentence for a person; `body` the act, event, value or comparison as data. Of a claim, `requirement`, `verdict`, `expected`,
    `reading` and `tolerance` are set.
    """

    n: int
    kind: Literal["reset", "act", "advance", "event", "look", "claim", "note"]
    at: int
    text: str
    body: Any = None
    device_utc: int | None = None
    requirement: str = ""
    verdict: CheckVerdict | None = None
    expected: str = ""
    reading: str = ""
    tolerance: str = ""
    interpretations: tuple[str, ...] = ()


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a check did and concluded. `reason` is a code (`finding`, `missing-look`, …), `message` the sentence; `failed_at` the
    number of the step that decided; `claims` the verdict on each requirement it claims."""

    id: str
    title: str
    procedure: str
    procedure_version: str
    requirements: tuple[str, ...]
    verdict: CheckVerdict
    reason: str = ""
    message: str = ""
    blame: Blame | None = None
    seconds: float = 0.0
    device_seconds: int = 0
    claims: dict[str, CheckVerdict] = {}
    failed_at: int | None = None
    examples: int = 0
    steps: tuple[Step, ...] = ()


class ParagraphRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph of the edition: its obligations, the requirements that restate it, and whether it is informative."""

    n: int
    role: str
    obligations: int
    label: str = ""
    requirements: tuple[str, ...] = ()
    informative: str = ""
    covered: int = 0


class ClauseRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A clause of the edition, in document order, captured or not."""

    number: str | None
    heading: str
    level: int
    device: str
    part: str | None = None
    paragraphs: tuple[ParagraphRow, ...] = ()


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """The item under test, as it identifies itself."""

    maker: str = ""
    model: str = ""
    hardware: str = ""
    firmware: str = ""
    firmware_sha256: str = ""
    identifier: str = ""


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """Counts. The denominator `obligations` is always every obligation in force for the edition and profile; `by_status` counts
    obligations, with those no requirement restates yet under `uncaptured`."""

    verdict: RunVerdict
    line: str
    obligations: int
    by_status: dict[str, int]
    requirements: int
    checks: int
    by_check_verdict: dict[str, int]
    warnings: int = 0


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole run."""

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
    ended: str
    seed: int
    depth: str
    complete: bool
    summary: Summary
    item: Item
    item_at_end: Item
    clauses: tuple[ClauseRow, ...]
    requirements: tuple[RequirementResult, ...]
    checks: tuple[CheckResult, ...]
    interpretations: tuple[InterpretationRow, ...] = ()
    variants: tuple[VariantRow, ...] = ()
    shared: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence_sha256: str = ""


def read_record(path: Path) -> Record:
    """Read `record.json`.

    Raises:
        ValueError: the file is not a run record, or of a format this suite does not know.
    """
    try:
        record = msgspec.json.decode(path.read_bytes(), type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not a run record: {error}") from error
    if record.format != FORMAT:
        raise ValueError(f"{path}: its format is {record.format!r}; this suite reads {FORMAT!r}")
    return record


def write_record(record: Record, path: Path) -> None:
    """Write `record.json` in canonical key order, in whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n")
    partial.replace(path)
