"""The hand decisions about one document, each ticked off when it is used, so that none is dropped silently."""

from __future__ import annotations

from collections.abc import Iterator

from smets_spec.ingest.decisions import Decisions, ListDecision, ReferenceException, RestoredHeading, RunRule
from smets_spec.ingest.normalise import normalise
from smets_spec.ingest.references import Found
from smets_spec.ingest.source import Line

START = "start"
Decision = RestoredHeading | ListDecision | ReferenceException | RunRule


class Ledger:
    """The decisions about one document."""

    def __init__(self, decisions: Decisions, document: str) -> None:
        """Open the ledger with the decisions that name `document`."""
        self.levels = decisions.levels
        self._restored = [d for d in decisions.restored if document in d.documents]
        self._lists = [d for d in decisions.lists if document in d.documents]
        self._references = [d for d in decisions.references if document in d.documents]
        self._runs = [d for d in decisions.levels.runs if document in d.documents]
        self._used: set[Decision] = set()

    def _use(self, found: Iterator[Decision]) -> Decision | None:
        decision = next(found, None)
        if decision is not None:
            self._used.add(decision)
        return decision

    def restored(self, line: Line, previous: str) -> tuple[str, ...]:
        """Return the headings lost before `line`, which stands after a line of print `previous`, outermost first."""
        decision = self._use(d for d in self._restored if previous in d.after or line.fingerprint in d.before)
        return decision.headings if isinstance(decision, RestoredHeading) else ()

    def run(self, heading: str, previous: str, device: str, part: str | None) -> list[int]:
        """Return the levels of a run of equal headings (casefolded) that begins after the heading `previous`, else []."""
        decision = self._use(
            d
            for d in self._runs
            if (d.heading.casefold(), d.after.casefold(), d.device, d.part) == (heading, previous, device, part)
        )
        return list(decision.levels) if isinstance(decision, RunRule) else []

    def place(self, heading: str, text: str) -> ListDecision | None:
        """Return the decision on the place of a paragraph in a clause of that heading."""
        decision = self._use(
            d
            for d in self._lists
            if d.heading.casefold() == heading.casefold() and normalise(text).startswith(normalise(d.begins))
        )
        return decision if isinstance(decision, ListDecision) else None

    def exception(self, clause: str | None, paragraph: int, found: Found, occurrence: int) -> ReferenceException | None:
        """Return the exception for a reference, the `occurrence`-th of its paragraph to its target."""
        decision = self._use(
            d
            for d in self._references
            if (d.clause, d.paragraph, d.target) == (clause, paragraph, found.number)
            and d.occurrence in (0, occurrence)
            and found.before.casefold().endswith(d.name.casefold())
        )
        return decision if isinstance(decision, ReferenceException) else None

    def unused(self) -> list[str]:
        """Return a finding for each decision that matched nothing."""
        mine: tuple[Decision, ...] = (*self._runs, *self._restored, *self._lists, *self._references)
        return [_complaint(decision) for decision in mine if decision not in self._used]


def _complaint(decision: Decision) -> str:
    match decision:
        case RunRule():
            return f"levels.yaml: no run of headings {decision.heading!r} comes after {decision.after!r}"
        case RestoredHeading():
            headings = " / ".join(decision.headings)
            return f"restored_headings.yaml: {headings!r} is restored nowhere: its place is not found"
        case ListDecision():
            return f"list_decisions.yaml: nothing in a clause {decision.heading!r} begins {decision.begins!r}"
        case ReferenceException():
            where = f"clause {decision.clause} paragraph {decision.paragraph}"
            return f"references.yaml: {where} has no such reference to {decision.target}"
