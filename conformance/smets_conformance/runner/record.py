"""The run record is derived from the evidence, by this one function, and from nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from smets_conformance.profile.crosscheck import check_item
from smets_conformance.runner.evidence import (
    Began,
    Closing,
    Conclusion,
    EvidenceError,
    Identified,
    Opening,
    PlannedCheck,
    StepLine,
    Trouble,
    read_evidence,
    verify_chain,
)
from smets_conformance.verdicts import Claim, Standing, outcome_of, run_verdict, severity_of, status_of
from smets_reports.record import (
    FORMAT,
    Blame,
    CheckResult,
    CheckVerdict,
    Item,
    Record,
    RequirementResult,
    Status,
    Step,
    Summary,
)
from smets_reports.tally import clause_tallies

# Decisions of the plan that are verdicts by themselves. Checks not in force, or not asked for, leave none.
VERDICT_OF_DECISION: Mapping[str, CheckVerdict] = {"not-testable": "not-testable", "not-applicable": "not-applicable"}
BLAME_OF_DECISION: Mapping[str, Blame] = {"not-testable": "adapter", "not-applicable": "declaration"}


class _Evidence:
    """The lines of a log, sorted by what they are about."""

    def __init__(self, path: Path) -> None:
        self.opening: Opening | None = None
        self.closing: Closing | None = None
        self.began: set[str] = set()
        self.concluded: dict[str, Conclusion] = {}
        self.steps: dict[str, list[Step]] = defaultdict(list)
        self.items: list[Identified] = []
        self.troubles: list[Trouble] = []
        for line in read_evidence(path):
            self._sort(line)

    def _sort(self, line: msgspec.Struct) -> None:
        match line:
            case Opening():
                self.opening = line
            case Closing():
                self.closing = line
            case Began():
                self.began.add(line.check)
            case Conclusion():
                self.concluded[line.check] = line
            case StepLine():
                self.steps[line.check].append(line.step)
            case Identified():
                self.items.append(line)
            case Trouble():
                self.troubles.append(line)


def record_from_evidence(path: Path) -> Record:
    """Derive the run record from an evidence log, also from one that was broken off: then it says so.

    Raises:
        EvidenceError: the log cannot be read, or holds no opening line.
    """
    chain = verify_chain(path)
    evidence = _Evidence(path)
    opening = evidence.opening
    if opening is None:
        raise EvidenceError(f"{path}: the evidence has no opening line, so nothing can be said of the run")
    results = tuple(
        result for check in opening.checks if (result := _check_result(check, evidence, opening)) is not None
    )
    requirements = tuple(_requirement_result(r, results, evidence, opening) for r in opening.requirements)
    closing = evidence.closing or Closing(opening.started, False, "the evidence ends without a closing line")
    record = Record(
        format=FORMAT,
        run=opening.run,
        edition=opening.edition,
        document=opening.document,
        stated_version=opening.stated_version,
        standing=opening.standing,
        profile=opening.profile,
        ixit=opening.ixit,
        rig=opening.rig,
        adapter=opening.adapter,
        suite=opening.suite,
        started=opening.started,
        ended=closing.ended,
        seed=opening.seed,
        depth=opening.depth,
        complete=closing.complete and evidence.closing is not None,
        summary=Summary("void", "", 0, {}, 0, 0, {}),
        item=_item(evidence.items, "start"),
        item_at_end=_item(evidence.items, "end"),
        clauses=opening.clauses,
        requirements=requirements,
        checks=results,
        interpretations=opening.interpretations,
        variants=opening.variants,
        shared=opening.shared,
        notes=(
            *opening.notes,
            *_notes(evidence, opening, closing, chain.problem and f"line {chain.line}: {chain.problem}"),
        ),
        evidence_sha256=chain.head,
    )
    return msgspec.structs.replace(record, summary=_summary(record, evidence))


def _check_result(check: PlannedCheck, evidence: _Evidence, opening: Opening) -> CheckResult | None:
    conclusion = evidence.concluded.get(check.id) or _concluded_by_plan(check, evidence, opening)
    if conclusion is None:
        return None
    return CheckResult(
        id=check.id,
        title=check.title,
        procedure=check.procedure,
        procedure_version=check.procedure_version,
        requirements=check.requirements,
        verdict=conclusion.verdict,
        reason=conclusion.reason,
        message=conclusion.message,
        blame=conclusion.blame,
        seconds=conclusion.seconds,
        device_seconds=conclusion.device_seconds,
        claims=conclusion.claims,
        failed_at=conclusion.failed_at,
        examples=conclusion.examples,
        steps=tuple(evidence.steps.get(check.id, ())),
    )


def _concluded_by_plan(check: PlannedCheck, evidence: _Evidence, opening: Opening) -> Conclusion | None:
    """Return what the plan alone concludes of a check; one that was to run and has no verdict is an error."""
    in_scope = [r.id for r in opening.requirements if r.id in check.requirements and r.status != "not-applicable"]
    if check.decision in VERDICT_OF_DECISION:
        verdict, blame = VERDICT_OF_DECISION[check.decision], BLAME_OF_DECISION[check.decision]
        return _all_alike(check.id, in_scope, verdict, check.decision, check.why, blame)
    if check.decision != "run":
        return None
    why = evidence.closing.why if evidence.closing else ""
    told = "it was begun and has no verdict" if check.id in evidence.began else "it was planned and never begun"
    message = f"{told}{': ' if why else ''}{why}"
    return _all_alike(check.id, in_scope, "error", "not-judged", message, "undecided")


def _all_alike(
    check: str, requirements: Iterable[str], verdict: CheckVerdict, reason: str, message: str, blame: Blame
) -> Conclusion:
    claims: dict[str, CheckVerdict] = dict.fromkeys(requirements, verdict)
    return Conclusion(check=check, verdict=verdict, reason=reason, message=message, blame=blame, claims=claims)


def _requirement_result(
    requirement: RequirementResult, checks: Iterable[CheckResult], evidence: _Evidence, opening: Opening
) -> RequirementResult:
    """Give a requirement its status by the table, from the claims of every check that verifies it."""
    by_id = {check.id: check for check in checks}
    verifying = [check for check in opening.checks if requirement.id in check.requirements]
    claims = [_claim(requirement.id, check, by_id.get(check.id)) for check in verifying]
    standing: Standing = "in-force"
    if requirement.status in ("suspect", "not-applicable"):
        standing = requirement.status
    outcome = outcome_of(claims)
    row = status_of(outcome, requirement.verification, standing, filed=requirement.status == "evidence-filed")  # type: ignore[arg-type]
    deciding = next(
        (
            by_id[check.id]
            for check, claim in zip(verifying, claims, strict=True)
            if outcome_of([claim]) == outcome and check.id in by_id
        ),
        None,
    )
    told = (
        requirement.reason
        if row.status in ("suspect", "not-applicable")
        else _told(deciding, evidence, requirement.id, row.status)
    )
    return msgspec.structs.replace(
        requirement,
        status=row.status,
        reason=f"{row.reason}: {told}" if told else row.reason,
        blame=deciding.blame if deciding is not None and row.status != "verified" else None,
        severity=severity_of(requirement.obligation),
        checks=tuple(check.id for check in verifying),
    )


def _told(deciding: CheckResult | None, evidence: _Evidence, requirement: str, status: Status) -> str:
    if deciding is None or status in ("verified", "evidence-wanted", "evidence-filed"):
        return ""
    conclusion = evidence.concluded.get(deciding.id)
    found = conclusion.findings.get(requirement) if conclusion else None
    return f"{deciding.id}: {(found or deciding.message).removeprefix(f'{requirement}: ')}"


def _claim(requirement: str, planned: PlannedCheck, result: CheckResult | None) -> Claim:
    if result is None:
        return Claim("not-applicable" if planned.decision == "not-in-force" else "not-run")
    return Claim(result.claims.get(requirement, result.verdict), result.blame)


def _item(items: Iterable[Identified], when: str) -> Item:
    return next((line.item for line in items if line.when == when and line.item is not None), Item())


def _same_item(items: Iterable[Identified]) -> bool:
    return len({line.item for line in items}) <= 1


def _notes(evidence: _Evidence, opening: Opening, closing: Closing, broken: str) -> Iterable[str]:
    if not _same_item(evidence.items):
        yield "The item under test did not identify itself alike throughout the run: the run is void."
    declared = msgspec.convert(opening.profile.get("item", {}), Item)
    for seen in dict.fromkeys(line.item for line in evidence.items if line.item is not None):
        yield from (
            f"{d.what[0].upper()}{d.what[1:]}: {d.right}." for d in check_item(declared, msgspec.to_builtins(seen))
        )
    if evidence.items and all(line.item is None for line in evidence.items):
        yield "The adapter offers no look Identification: that the item stayed the same is not shown."
    if closing.why:
        yield f"The run was not completed: {closing.why}."
    if broken:
        yield f"The evidence is not whole ({broken})."
    yield from (f"Trouble: {trouble.text}" for trouble in evidence.troubles)


def _summary(record: Record, evidence: _Evidence) -> Summary:
    by_status: Counter[str] = Counter(dict.fromkeys((*get_args(Status), "uncaptured"), 0))
    for tally in clause_tallies(record):
        by_status.update(tally)
    total = sum(clause_paragraph.obligations for clause in record.clauses for clause_paragraph in clause.paragraphs)
    broken = [r for r in record.requirements if r.status == "violated"]
    violated = sum(r.severity == "violation" for r in broken)
    verdict = run_verdict(
        violated=violated,
        judged=len(evidence.began),
        reached=bool(evidence.items),
        same_item=_same_item(evidence.items),
    )
    summary = Summary(
        verdict=verdict,
        line="",
        obligations=total,
        by_status=dict(by_status),
        requirements=len(record.requirements),
        checks=len(record.checks),
        by_check_verdict=dict(Counter(check.verdict for check in record.checks)),
        warnings=len(broken) - violated,
    )
    return msgspec.structs.replace(summary, line=_line(summary, violated, complete=record.complete))


_SAID = {
    "void": "void",
    "does-not-conform": "does not conform",
    "not-fully-verified": "not fully verified",
    "conforms": "conforms",
}


def _line(summary: Summary, violated: int, *, complete: bool) -> str:
    """Return the verdict as one line; `violated` counts requirements, whatever the number of obligations they restate."""
    verified = summary.by_status["verified"]
    shown = [
        name
        for name in ("unverified", "suspect", "evidence-wanted", "not-applicable", "uncaptured")
        if summary.by_status[name]
    ]
    rest = "".join(f", {summary.by_status[name]} {name.replace('-', ' ')}" for name in shown)
    warnings = f", {summary.warnings} warnings" if summary.warnings else ""
    broken_off = "" if complete else "; the run was broken off"
    said = _SAID[summary.verdict]
    return f"{said}: {verified} of {summary.obligations} obligations verified, {violated} violated{warnings}{rest}{broken_off}"
