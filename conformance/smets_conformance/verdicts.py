"""What a check may conclude, and the one table by which conclusions become the status of a requirement and of a run.

A check ends by returning (pass) or by one of three exceptions. Anything else it raises, a bare `assert` included, is an error
of the suite. `STATUS_TABLE` is the whole of the policy: read it from the top, the first row that fits decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, Protocol, TypeAlias

import msgspec

from smets_reports.record import Blame, CheckVerdict, RunVerdict, Status

StepKind: TypeAlias = Literal["reset", "act", "advance", "event", "look", "claim", "note"]
Method: TypeAlias = Literal["test", "demonstration", "inspection", "analysis"]
ClaimVerdict: TypeAlias = Literal[CheckVerdict, "not-run"]
Outcome: TypeAlias = Literal[
    "violation", "misattributed", "error", "inconclusive", "not-testable", "not-run", "pass", "not-applicable", "none"
]


class Finding(Exception):
    """The device did not do what `requirement` obliges it to: the check fails, and the device is to blame.

    `expected` and `reading` are sentences for the report: what would have been right, and what was seen.
    """

    def __init__(self, requirement: str, message: str, *, expected: str = "", reading: str = "") -> None:
        """Blame the device for `message` under `requirement`."""
        super().__init__(requirement, message)
        self.requirement = requirement
        self.message = message
        self.expected = expected
        self.reading = reading

    def __str__(self) -> str:
        """Return the requirement and the message."""
        return f"{self.requirement}: {self.message}"


class Inconclusive(Exception):
    """It cannot be told whether the device did right. `reason` is a code, `blame` says whose doing that is.

    A declaration that observation contradicts is `Inconclusive(…, reason="declaration", blame="declaration")`.
    """

    def __init__(self, message: str, *, reason: str = "cannot-tell", blame: Blame = "undecided") -> None:
        """Say why nothing can be told, by a code and a sentence, and whose doing it is."""
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.blame: Blame = blame


class NotTestable(Exception):
    """The adapter does not offer what the check needs; `missing` names each act or look, such as `act Interrupt`."""

    def __init__(self, missing: str | Iterable[str]) -> None:
        """Name what is missing, one or several."""
        self.missing: tuple[str, ...] = (missing,) if isinstance(missing, str) else tuple(missing)
        super().__init__(self.missing)

    def __str__(self) -> str:
        """Return a sentence that lists what is missing."""
        return f"the adapter does not offer {', '.join(self.missing)}"


class Recorder(Protocol):
    """Where a bench writes down what it does; the runner's implementation puts it into the evidence."""

    def step(
        self,
        kind: StepKind,
        at: int,
        text: str,
        body: Any = None,
        device_utc: int | None = None,
        requirement: str = "",
        verdict: CheckVerdict | None = None,
        expected: str = "",
        reading: str = "",
        tolerance: str = "",
        interpretations: tuple[str, ...] = (),
    ) -> None:
        """Record one step of the procedure at bench time `at` (ms UTC); see `smets_reports.record.Step` for the fields."""
        ...

    def example(self) -> None:
        """Begin another example of a property: of a property only the last example is kept, and how many there were."""
        ...


class Claim(msgspec.Struct, frozen=True):
    """What one check concluded about one requirement, and whose doing it is."""

    verdict: ClaimVerdict
    blame: Blame | None = None


# The worst conclusion of all checks decides, in this order. `none`: no check verifies the requirement.
PRECEDENCE: Final[tuple[Outcome, ...]] = (
    "violation",
    "misattributed",
    "error",
    "inconclusive",
    "not-testable",
    "not-run",
    "pass",
    "not-applicable",
    "none",
)

Standing: TypeAlias = Literal["in-force", "suspect", "not-applicable"]


class StatusRow(msgspec.Struct, frozen=True):
    """One row of the policy; an empty condition fits everything."""

    status: Status
    reason: str
    outcome: Outcome | None = None
    standing: Standing | None = None
    tested: bool | None = None
    filed: bool | None = None


STATUS_TABLE: Final[tuple[StatusRow, ...]] = (
    StatusRow("violated", "the device failed a check that verifies it", outcome="violation"),
    StatusRow("not-applicable", "the device does not declare the features it applies to", standing="not-applicable"),
    StatusRow("suspect", "the text it was written from has changed and nobody has compared it yet", standing="suspect"),
    StatusRow("evidence-filed", "not verified by test; evidence has been filed", tested=False, filed=True),
    StatusRow("evidence-wanted", "not verified by test; evidence is wanted", tested=False),
    StatusRow("unverified", "a check failed, but not through the device", outcome="misattributed"),
    StatusRow("unverified", "a check ended in an error", outcome="error"),
    StatusRow("unverified", "a check could not tell", outcome="inconclusive"),
    StatusRow("unverified", "the adapter does not offer what a check needs", outcome="not-testable"),
    StatusRow("unverified", "not all of its checks were run", outcome="not-run"),
    StatusRow("unverified", "none of its checks applies to this device and edition", outcome="not-applicable"),
    StatusRow("unverified", "no check verifies it", outcome="none"),
    StatusRow("verified", "every check that verifies it passed", outcome="pass"),
)

WARNING_OBLIGATIONS: Final = frozenset({"should", "should-not", "may"})


def outcome_of(claims: Iterable[Claim]) -> Outcome:
    """Return the conclusion that decides among those of all checks of a requirement."""
    outcomes = {_outcome(claim) for claim in claims}
    return next(outcome for outcome in PRECEDENCE if outcome in outcomes or outcome == "none")


def _outcome(claim: Claim) -> Outcome:
    if claim.verdict == "fail":
        return "violation" if claim.blame == "device" else "misattributed"
    return claim.verdict


def status_of(outcome: Outcome, method: Method, standing: Standing, *, filed: bool = False) -> StatusRow:
    """Return the row of the policy that decides the status of a requirement.

    A waiver, or an equivalent standard by which a requirement is met, changes nothing here: it annotates a status and is never
    a skip.
    """
    for row in STATUS_TABLE:
        conditions = (
            (row.outcome, outcome),
            (row.standing, standing),
            (row.tested, method == "test"),
            (row.filed, filed),
        )
        if all(wanted is None or wanted == actual for wanted, actual in conditions):
            return row
    raise AssertionError(f"the status table has no row for {outcome}, {method}, {standing}")


def severity_of(obligation: str) -> Literal["violation", "warning"]:
    """Return how grave breaking an obligation of that keyword is: a broken *should* is a warning."""
    return "warning" if obligation in WARNING_OBLIGATIONS else "violation"


def run_verdict(*, violated: int, judged: int, reached: bool, same_item: bool) -> RunVerdict:
    """Return the verdict of a run: never *conforms*, which only a certificate may say.

    Args:
        violated: requirements violated, warnings not counted.
        judged: checks that began.
        reached: whether the device answered at all.
        same_item: whether the item under test identified itself alike at the start and at the end.
    """
    if judged == 0 or not reached or not same_item:
        return "void"
    return "does-not-conform" if violated else "not-fully-verified"


def exit_code(*, violated: int, void: bool, errors: int, complete: bool) -> int:
    """Return the exit code of a run: 1 for any violation, else 3 when it is void, broken off or holds an error, else 0."""
    if violated:
        return 1
    return 3 if void or errors or not complete else 0
