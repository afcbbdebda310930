"""How a check ended becomes its verdict: whatever it raised, and what it claimed on the way, through one table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from smets_conformance.adapter.contract import AdapterError
from smets_conformance.adapter.errors import ReplayDivergence
from smets_conformance.runner.evidence import Conclusion
from smets_conformance.runner.recording import CheckRecorder
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable
from smets_reports.record import Blame, CheckVerdict

# The worst of what a check raised and claimed decides, in this order.
PRECEDENCE: tuple[CheckVerdict, ...] = ("fail", "error", "inconclusive", "not-testable", "not-applicable", "pass")


class _End(NamedTuple):
    verdict: CheckVerdict
    reason: str
    message: str
    blame: Blame | None = None


def conclude(raised: BaseException | None, recorder: CheckRecorder, requirements: tuple[str, ...]) -> Conclusion:
    """Return the conclusion of a check that ended with `raised` (None: it returned).

    Args:
        raised: what left the check; exception groups, Hypothesis's among them, are unwrapped.
        recorder: holds the claims the check made.
        requirements: those it verifies that are in force and apply; a claim on another is an error of the suite.
    """
    causes = [] if raised is None else list(_leaves(raised))
    findings = {cause.requirement: str(cause) for cause in causes if isinstance(cause, Finding)}
    if findings or raised is None:  # a claim that failed on the way to another end is not a finding
        findings = recorder.findings | findings
    found = set(findings)
    stray = (found | set(recorder.claims)) - set(requirements)
    ends = [_end(cause) for cause in causes if not (isinstance(cause, Finding) and cause.requirement in stray)]
    ends += _ends_of_claims(recorder, requirements, stray, returned=raised is None)
    end = min(ends, key=lambda e: PRECEDENCE.index(e.verdict), default=_End("pass", "", ""))
    return Conclusion(
        check=recorder.check,
        verdict=end.verdict,
        reason=end.reason,
        message=end.message,
        blame=end.blame,
        device_seconds=recorder.device_seconds,
        claims=_claims(end.verdict, found, recorder, requirements, returned=raised is None),
        findings={requirement: findings[requirement] for requirement in requirements if requirement in findings},
        failed_at=None if end.verdict == "pass" else recorder.decided_at or recorder.n or None,
        examples=recorder.examples,
        used=tuple(sorted(recorder.used)),
    )


def _leaves(raised: BaseException) -> Iterator[BaseException]:
    if isinstance(raised, BaseExceptionGroup) and not _flaky(raised):
        for inner in raised.exceptions:
            yield from _leaves(inner)
    else:
        yield raised


def _flaky(raised: BaseException) -> bool:
    errors = sys.modules.get("hypothesis.errors")
    return errors is not None and isinstance(raised, errors.Flaky)


def _end(cause: BaseException) -> _End:
    if _flaky(cause):
        return _End("inconclusive", "flaky", f"the same example did not end alike twice: {cause}", "undecided")
    return next(end(cause) for kind, end in _ENDS if isinstance(cause, kind))


# What each kind of exception means, the first that fits.
_ENDS: tuple[tuple[type[BaseException], Callable[[Any], _End]], ...] = (
    (Finding, lambda e: _End("fail", "finding", str(e), "device")),
    (Inconclusive, lambda e: _End("inconclusive", e.reason, e.message, e.blame)),
    (NotTestable, lambda e: _End("not-testable", "missing", str(e), "adapter")),
    (ReplayDivergence, lambda e: _End("inconclusive", "not-recorded", str(e), "undecided")),
    (AdapterError, lambda e: _End("error", "adapter", f"{type(e).__name__}: {e}", "adapter")),
    (AssertionError, lambda e: _End("error", "bare-assert", f"a bare assert in the suite failed: {e}", "suite")),
    (BaseException, lambda e: _End("error", "exception", f"{type(e).__name__}: {e}", "suite")),
)


def _ends_of_claims(
    recorder: CheckRecorder, requirements: tuple[str, ...], stray: set[str], *, returned: bool
) -> Iterator[_End]:
    """Yield what the claims say beside what was raised: of a check that returned, each of its requirements must be claimed."""
    if stray:
        yield _End(
            "error", "stray-claim", f"claimed {', '.join(sorted(stray))}, which it does not verify here", "suite"
        )
    for requirement in requirements if returned else ():
        verdicts = recorder.claims.get(requirement)
        if not verdicts:
            yield _End(
                "inconclusive", "unclaimed", f"{requirement}: the device never came to where it is judged", "undecided"
            )
        elif "fail" in verdicts:
            yield _End("fail", "finding", f"{requirement}: a claim failed", "device")
        elif "inconclusive" in verdicts:
            yield _End("inconclusive", "cannot-tell", f"{requirement}: a claim could not be decided", "undecided")


def _claims(
    verdict: CheckVerdict, found: set[str], recorder: CheckRecorder, requirements: tuple[str, ...], *, returned: bool
) -> dict[str, CheckVerdict]:
    """Return the verdict on each requirement.

    Of a check that returned each claim stands for itself. Of one that a finding cut short, the other requirements are inconclusive:
    what was claimed of them may not have been all. Anything else that cut it short goes for all of them.
    """
    cut_short: CheckVerdict = "inconclusive" if verdict in ("fail", "pass") else verdict
    claims: dict[str, CheckVerdict] = {}
    for requirement in requirements:
        if requirement in found:
            claims[requirement] = "fail"
        elif returned and verdict != "error":
            claims[requirement] = "pass" if recorder.claims.get(requirement) == {"pass"} else "inconclusive"
        else:
            claims[requirement] = cut_short
    return claims
