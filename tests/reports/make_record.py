"""Made-up run records of any size, for tests and measurements of what is drawn from a record. Nothing here is a judgement."""

from __future__ import annotations

import random
from collections import Counter

from smets_reports.record import (
    FORMAT,
    Blame,
    CheckResult,
    CheckVerdict,
    ClauseRow,
    FaultRow,
    InterpretationRow,
    Item,
    ParagraphRow,
    Record,
    RequirementResult,
    Source,
    Status,
    Step,
    Summary,
    VariantRow,
)
from smets_reports.tally import clause_tallies

START = 1_767_225_600_000  # 1 January 2026, 00:00 UTC
PER_CLAUSE = 8
SECTIONS = ("Clock", "Communications", "Data storage", "Set Clock", "Payment Mode", "Pricing", "Recording", "Security")
SUBJECTS = ("Clock", "Meter Balance", "Event Log", "Security Log", "Tariff Switching Table", "Valve", "Display")
TRIGGERS = (
    "a Command arrives over the HAN Interface",
    "half an hour has ended",
    "power returns",
    "midnight UTC passes",
)
ACTS = ("record it with its date and time", "send an Alert", "leave every other item unmoved", "show it on request")
# One requirement in ten is none of these and verified by test; the first is always violated so that small records show one.
MIX: tuple[tuple[Status, int], ...] = (
    ("violated", 2),
    ("unverified", 5),
    ("evidence-wanted", 6),
    ("evidence-filed", 2),
    ("suspect", 3),
    ("not-applicable", 6),
)
BLAMES: dict[Status, Blame] = {"violated": "device", "unverified": "adapter", "suspect": "suite"}
VERDICTS: dict[Status, CheckVerdict] = {
    "violated": "fail",
    "unverified": "inconclusive",
    "not-applicable": "not-applicable",
}
REASONS: dict[Status, str] = {
    "verified": "1 of 1 checks passed; 1 seeded fault of it was killed",
    "violated": "the Clock moved 11 s where 10 s is the most allowed",
    "unverified": "the adapter offers no look at the Security Log",
    "evidence-wanted": "needs an inspection of the enclosure",
    "evidence-filed": "laboratory report filed",
    "suspect": "the lead-in of the paragraph changed in this edition",
    "not-applicable": "declared: supply_control = no",
}
HOSTILE = (
    "</script><script>window.__pwned=1</script><img src=x onerror='window.__pwned=1'> \"'`&amp; 🙂 שלום \u202eabc\u0007"
)


def make_record(
    rows: int, *, edition: str = "gsme@4.2", seed: int = 1, hostile: str = "", complete: bool = True, steps: int = 8
) -> Record:
    """Return a record of `rows` requirements with one check each and `steps` exchanges a check; `hostile` is put into its texts."""
    draw = random.Random(seed)
    statuses = _statuses(rows, draw)
    requirements = tuple(_requirement(n, status, draw, hostile) for n, status in enumerate(statuses))
    checks = tuple(_check(r, n, steps, hostile) for n, r in enumerate(requirements))
    clauses = _clauses(requirements, draw)
    blank = Summary("not-fully-verified", "", 0, {}, rows, rows, {})
    record = Record(
        format=FORMAT,
        run=f"{edition}-{seed:08x}",
        edition=edition,
        document=f"smets2-{edition.partition('@')[2]}",
        stated_version=edition.partition("@")[2],
        standing="in force",
        profile={"device": "gsme", "edition": edition, "features": {"supply_control": True, "battery": True}},
        ixit={"clock_compare_interval_s": 3600, "latency.alert_s": 5},
        rig={"laboratory": "Example Test House", "operator": "A. Example", "decision_rule": "simple-acceptance"},
        adapter={"name": "example", "version": "1.0", "wire": "native", "time": "virtual"},
        suite={"version": "0.1.0", "python": "3.11"},
        started="2026-01-01T00:00:00Z",
        ended="2026-01-01T00:00:14Z",
        seed=seed,
        depth="quick",
        complete=complete,
        summary=blank,
        item=Item(f"Example Meters{hostile}", "G4-E", "rev C", "2.7.1", "9f" * 32, "00-11-22-33-44-55-66-77"),
        item_at_end=Item(f"Example Meters{hostile}", "G4-E", "rev C", "2.7.1", "9f" * 32, "00-11-22-33-44-55-66-77"),
        clauses=clauses,
        requirements=requirements,
        checks=checks,
        interpretations=(
            InterpretationRow(
                "A27",
                f"Is the limit itself allowed?{hostile}",
                "Yes: only more than the limit is outside it.",
                "either answer within one resolution step of the limit",
            ),
            InterpretationRow("A28", "What is a day?", "A day of UTC.", "a day of Local Time"),
        ),
        variants=(VariantRow("day-of-local-time", "counts adjustments by the day of Local Time", "A28"),),
        shared=("dictionary", "composition"),
        notes=("Made up for a test of the report.",),
        evidence_sha256="ab" * 32,
    )
    return _summarised(record)


def _statuses(rows: int, draw: random.Random) -> list[Status]:
    weights = [100 - sum(weight for _, weight in MIX), *(weight for _, weight in MIX)]
    kinds: list[Status] = ["verified", *(status for status, _ in MIX)]
    some = draw.choices(kinds, weights, k=rows)
    return ["verified", "violated", "unverified", "suspect", "evidence-wanted", "not-applicable", *some][:rows]


def _requirement(n: int, status: Status, draw: random.Random, hostile: str) -> RequirementResult:
    section = SECTIONS[n // PER_CLAUSE % len(SECTIONS)]
    name = f"meter.{section.lower().replace(' ', '-')}.obligation-{n}"
    statement = (
        f"While operating normally, when {draw.choice(TRIGGERS)}, the meter shall {draw.choice(ACTS)} "
        f"of the {draw.choice(SUBJECTS)}, number {n}.{hostile}"
    )
    by_test = status not in ("evidence-wanted", "evidence-filed")
    killed = status in ("verified", "violated")
    return RequirementResult(
        id=name,
        section=section,
        statement=statement,
        obligation="shall" if n % 9 else "should",
        verification="test" if by_test else "inspection",
        status=status,
        reason=REASONS[status] + hostile,
        sources=(Source(_number(n // PER_CLAUSE), n % PER_CLAUSE + 1, None, f"{n:012x}"),),
        blame=BLAMES.get(status),
        checks=(f"{name}.holds",),
        interpretations=("A27",) if n % 5 == 0 else (),
        faults=(
            FaultRow(
                f"fault-{n}",
                f"the {section.lower()} takes the limit as outside",
                f"{name}.holds" if killed else "",
                "11 s is over the limit" if killed else "",
            ),
        )
        if by_test
        else (),
        evidence="" if by_test else "photographs of the enclosure",
        look=n % 40 == 7,
    )


def _check(requirement: RequirementResult, n: int, steps: int, hostile: str) -> CheckResult:
    verdict = VERDICTS.get(requirement.status, "pass")
    lines = tuple(_step(k, steps, n, requirement, verdict, hostile) for k in range(1, steps + 1))
    return CheckResult(
        id=requirement.checks[0],
        title=f"What number {n} obliges is done, and is not done while it is not called for.{hostile}",
        procedure="Reset to the commissioned baseline.\nPut the hub's clock ahead.\nLet an hour pass and look at the Clock.",
        procedure_version="0123456789ab",
        requirements=(requirement.id,),
        verdict=verdict,
        reason={"fail": "finding", "inconclusive": "missing-look"}.get(verdict, ""),
        message=requirement.reason if verdict != "pass" else "",
        blame=requirement.blame,
        seconds=0.012,
        device_seconds=3600,
        claims={requirement.id: verdict},
        failed_at=steps if verdict == "fail" else None,
        steps=lines,
    )


def _step(k: int, last: int, n: int, requirement: RequirementResult, verdict: CheckVerdict, hostile: str) -> Step:
    at = START + n * 60_000 + k * 450_000
    if k == last:
        return Step(
            k,
            "claim",
            at,
            f"The Clock is within the limit{hostile}",
            {"compared": "difference", "limit_ms": 10_000},
            requirement=requirement.id,
            verdict=verdict,
            expected="at most 10 s",
            reading="11 s" if verdict == "fail" else "4 s",
            tolerance="± 0.2 s",
            interpretations=requirement.interpretations,
        )
    kinds = (
        ("reset", "Reset to the baseline commissioned", {"baseline": "commissioned", "utc": at, "edition": "gsme@4.2"}),
        ("act", "The hub's clock is put 11 s ahead", {"type": "HubTime", "offset": 11_000}),
        ("advance", "An hour passes", {"seconds": 3600}),
        ("event", "Alert: Clock difference over limit", {"type": "Alert", "name": "Clock difference over limit"}),
        ("look", "The Clock shows the time", {"look": "Clock", "value": at + 11_000}),
    )
    kind, text, body = kinds[(k - 1) % len(kinds)] if k > 1 else kinds[0]
    return Step(k, kind, at, f"{text}{hostile}", body, device_utc=at + 11_000 if kind == "event" else None)  # type: ignore[arg-type]


def _number(clause: int) -> str:
    """The `clause`-th leaf: three levels under chapter 4."""
    return f"4.{clause // 400 + 4}.{clause // 20 % 20 + 1}.{clause % 20 + 1}"


def _clauses(requirements: tuple[RequirementResult, ...], draw: random.Random) -> tuple[ClauseRow, ...]:
    """Clauses that hold `requirements`, then half as many again that nothing restates."""
    count = (len(requirements) + PER_CLAUSE - 1) // PER_CLAUSE
    rows = [ClauseRow("4", "Gas Smart Metering Equipment Technical Specifications", 1, "GSME")]
    for index in range(count + max(2, count // 2)):
        if index % 400 == 0:
            rows.append(ClauseRow(f"4.{index // 400 + 4}", "Functional Requirements", 2, "GSME"))
        if index % 20 == 0:
            rows.append(ClauseRow(_number(index).rpartition(".")[0], SECTIONS[index // 20 % len(SECTIONS)], 3, "GSME"))
        mine = requirements[index * PER_CLAUSE : (index + 1) * PER_CLAUSE]
        held = [ParagraphRow(n, "item", 1, f"({n})", (r.id,), "", 1) for n, r in enumerate(mine, 1)]
        blank = [ParagraphRow(n, "text", draw.randint(0, 2)) for n in range(len(held) + 1, PER_CLAUSE + 2)]
        note = ParagraphRow(PER_CLAUSE + 2, "text", 0, informative="overview")
        rows.append(
            ClauseRow(
                _number(index), f"{SUBJECTS[index % len(SUBJECTS)]} {index}", 4, "GSME", None, (*held, *blank, note)
            )
        )
    return tuple(rows)


def _summarised(record: Record) -> Record:
    """Fill in the summary by counting."""
    import msgspec

    by_status = sum(clause_tallies(record), Counter[str]())
    total = by_status.total()
    line = (
        f"not fully verified: {by_status['verified']} of {total} obligations verified, {by_status['violated']} violated, "
        f"{by_status['uncaptured']} not captured"
    )
    verdict = "does-not-conform" if by_status["violated"] else "not-fully-verified"
    summary = Summary(
        verdict=verdict,  # type: ignore[arg-type]
        line=line,
        obligations=total,
        by_status=dict(by_status),
        requirements=len(record.requirements),
        checks=len(record.checks),
        by_check_verdict=dict(Counter(check.verdict for check in record.checks)),
    )
    return msgspec.structs.replace(record, summary=summary)
