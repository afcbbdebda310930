"""Readings: what was observed, how far off it may be, and what can be said of it without pretending to know better.

All numbers are integers; a reading's value and uncertainty share whatever unit its name states, its times are milliseconds of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias

DecisionRule: TypeAlias = Literal["simple-acceptance", "guard-band"]


class Answer(Enum):
    """What a comparison of readings can say."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"

    def __invert__(self) -> Answer:
        """Return the answer to the opposite question."""
        return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(self, self)

    def __and__(self, other: Answer) -> Answer:
        """Return whether both hold: one *no* decides, then one doubt."""
        both = {self, other}
        return Answer.NO if Answer.NO in both else Answer.CANNOT_TELL if Answer.CANNOT_TELL in both else Answer.YES

    def __or__(self, other: Answer) -> Answer:
        """Return whether at least one holds: one *yes* decides, then one doubt."""
        return ~(~self & ~other)

    def __bool__(self) -> bool:
        """Refuse: a third answer must not be lost in a yes or no."""
        raise TypeError("an Answer has three values: compare it with Answer.YES, or hand it to bench.expect")


def answer(fact: bool) -> Answer:
    """Return a plain fact, such as an Alert having come out, as an answer."""
    return Answer.YES if fact else Answer.NO


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` ± `uncertainty`, observed at bench time `at` ± `at_uncertainty`; `claim` is the time the device put on it, if any.

    `what` names the thing read, with its unit.
    """

    what: str
    value: int
    uncertainty: int
    at: int
    at_uncertainty: int = 0
    claim: int | None = None

    def __post_init__(self) -> None:
        """Refuse a negative uncertainty."""
        if self.uncertainty < 0 or self.at_uncertainty < 0:
            raise ValueError(
                f"{self.what}: an uncertainty is at least 0, given {self.uncertainty}, {self.at_uncertainty}"
            )

    @property
    def low(self) -> int:
        """The least the true value can be."""
        return self.value - self.uncertainty

    @property
    def high(self) -> int:
        """The most the true value can be."""
        return self.value + self.uncertainty

    def __str__(self) -> str:
        """Return `what = value ± uncertainty`."""
        return f"{self.what} = {self.value} ± {self.uncertainty}"

    def __neg__(self) -> Reading:
        """Return the reading with its sign turned."""
        return Reading(f"-({self.what})", -self.value, self.uncertainty, self.at, self.at_uncertainty, self.claim)

    def minus(self, other: Reading, what: str) -> Reading:
        """Return the difference of two readings of one unit, named `what`; their uncertainties add up."""
        return Reading(
            what, self.value - other.value, self.uncertainty + other.uncertainty, self.at, self.at_uncertainty
        )

    def magnitude(self) -> Reading:
        """Return the absolute value; where the sign is in doubt, the interval reaches from 0."""
        return _interval(f"|{self.what}|", *_fold(self.low, self.high), self)


def _fold(low: int, high: int) -> tuple[int, int]:
    """Return the least and greatest absolute value within an interval."""
    least = 0 if low <= 0 <= high else min(abs(low), abs(high))
    return least, max(abs(low), abs(high))


def _interval(what: str, low: int, high: int, of: Reading) -> Reading:
    """Return a reading that covers an interval, one unit wider where its middle is no integer."""
    middle = (low + high) // 2
    return Reading(what, middle, high - middle, of.at, of.at_uncertainty, of.claim)


def at_most(reading: Reading, limit: int, rule: DecisionRule) -> Answer:
    """Say whether `reading` is at most `limit`.

    *No* only where the whole interval lies above the limit, under either rule: a device is never failed in doubt. `guard-band`
    says *yes* only where the whole interval lies within, `simple-acceptance` as soon as the value itself does; what is left
    cannot be told.
    """
    if reading.low > limit:
        return Answer.NO
    accepted = reading.high if rule == "guard-band" else reading.value
    return Answer.YES if accepted <= limit else Answer.CANNOT_TELL


def at_least(reading: Reading, limit: int, rule: DecisionRule) -> Answer:
    """Say whether `reading` is at least `limit`; the mirror of `at_most`."""
    return at_most(-reading, -limit, rule)
