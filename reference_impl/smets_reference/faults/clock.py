"""Faults of the Clock and of keeping it right (4.4.1)."""
# ruff: noqa: D102 - the docstring of the class says what its altered method does

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

from smets_conformance.adapter.contract import Alert
from smets_reference.clock import ADJUSTED, DAY_MS, LIMIT_MS, OVER_LIMIT, Clock, Timekeeper
from smets_reference.faults.civil_time import HOUR_MS, last_sunday, year_of
from smets_reference.faults.ids import (
    ACCURACY,
    ADJUSTS,
    COMPARES,
    DIFFERENCE_ALERTED,
    DIFFERENCE_LOGGED,
    LEAVES_ALONE,
    ONCE_A_DAY,
    SET_ADJUSTS,
    SET_COMPARES,
    STEPS,
    TOLD,
    UNKEPT,
)
from smets_reference.faults.making import breaks
from smets_reference.hub_link import HubLink
from smets_reference.part import COMPARISON
from smets_reference.set_clock import SetClock


class Trips(Clock):
    """A Clock that trips over dates. Not a fault yet: a fault says which."""

    __slots__ = ()

    def dates(self, year: int) -> dict[datetime, int]:
        """Return when in `year` it trips, and by how many ms."""
        raise NotImplementedError

    def start(self) -> None:
        self.await_next(self.now())

    def await_next(self, after: int) -> None:
        years = (self.dates(year_of(after) + each) for each in range(9))
        dates = {int(date.timestamp()) * 1000: by for each in years for date, by in each.items()}
        due = min(date for date in dates if date > after)
        self.meter.queue.at_time(due, COMPARISON, partial(self.trip, dates[due]))

    def trip(self, by: int, due: int) -> None:
        self.step(by)
        self.await_next(max(due, self.now()))


@breaks(ACCURACY, may=(SET_ADJUSTS, *TOLD, *STEPS))
class LeapDayLost(Trips):
    """After 28 February comes 1 March, in every year."""

    def dates(self, year: int) -> dict[datetime, int]:
        leap = (datetime(year, 3, 1) - timedelta(days=1)).day == 29
        return {datetime(year, 2, 29, tzinfo=UTC): DAY_MS} if leap else {}


@breaks(ACCURACY, may=(SET_ADJUSTS, *TOLD, *STEPS))
class SummerTimeKept(Trips):
    """The Clock, which is to show UTC, goes over to British Summer Time and back."""

    def dates(self, year: int) -> dict[datetime, int]:
        return {last_sunday(year, 3): HOUR_MS, last_sunday(year, 10): -HOUR_MS}


@breaks(ACCURACY, may=(SET_ADJUSTS, *TOLD, *STEPS))
class NewYearADayEarly(Trips):
    """After 31 December comes 2 January."""

    def dates(self, year: int) -> dict[datetime, int]:
        return {datetime(year, 1, 1, tzinfo=UTC): DAY_MS}


def two_hundred_ppm(_seed: int) -> int:
    """Return the error of a poor oscillator in ppb: 17 seconds a day."""
    return 200_000


@breaks(ACCURACY, ADJUSTS, may=UNKEPT, oscillator_error=two_hundred_ppm)
class DriftUncorrected(Timekeeper):
    """The oscillator gains 17 seconds a day, and the Clock is never brought back."""

    def adjust(self, difference: int) -> None: ...


@breaks(COMPARES, ADJUSTS, *TOLD, may=UNKEPT)
class NeverCompares(Timekeeper):
    """The Clock is never compared with the Communications Hub Date and Time."""

    def start(self) -> None: ...


@breaks(COMPARES, may=UNKEPT)
class ComparesOnce(Timekeeper):
    """The first comparison after power came is the last."""

    def start(self) -> None:
        self.meter.queue.at_count(self.next_comparison(), COMPARISON, self.only)

    def only(self, due: int) -> None:
        self.compare(due)


@breaks(COMPARES, may=UNKEPT)
class GivesUpOnSilence(Timekeeper):
    """Once a comparison found no Communications Hub Date and Time there is no other."""

    def start(self) -> None:
        self.meter.queue.at_count(self.next_comparison(), COMPARISON, self.unless_silent)

    def unless_silent(self, due: int) -> int | None:
        return None if self.meter.hub_link.date_and_time() is None else self.compare(due)


@breaks(*TOLD, may=UNKEPT)
class ComparesTimeOfDay(Timekeeper):
    """Only the time of day is compared, so that a whole day is no difference."""

    def judge(self, difference: int) -> None:
        super().judge((difference + DAY_MS // 2) % DAY_MS - DAY_MS // 2)


@breaks(ADJUSTS, may=UNKEPT)
class NeverAdjusts(Timekeeper):
    """The Clock is compared and left as it is."""

    def adjust(self, difference: int) -> None: ...


@breaks(ADJUSTS, may=UNKEPT)
class AdjustsTheWrongWay(Timekeeper):
    """The difference is taken away where it should be added."""

    def adjust(self, difference: int) -> None:
        super().adjust(-difference)


@breaks(ADJUSTS, may=UNKEPT)
class Overcorrects(Timekeeper):
    """The Clock is moved by twice the difference."""

    def adjust(self, difference: int) -> None:
        super().adjust(2 * difference)


@breaks(ADJUSTS, may=UNKEPT)
class AdjustsOnlyForward(Timekeeper):
    """A Clock that is fast is not set back."""

    def worth_adjusting(self, difference: int) -> bool:
        return difference >= self.worth_adjusting_ms


@breaks(ADJUSTS, may=UNKEPT)
class AdjustsOnlyBack(Timekeeper):
    """A Clock that is slow is not set forward."""

    def worth_adjusting(self, difference: int) -> bool:
        return difference <= -self.worth_adjusting_ms


@breaks(ADJUSTS, may=UNKEPT)
class AdjustsOnceEver(Timekeeper):
    """The first adjustment is the last."""

    def rested(self) -> bool:
        return ADJUSTED not in self.meter.store.items


@breaks(ADJUSTS, may=UNKEPT)
class AdjustsUpToFiveSeconds(Timekeeper):
    """A difference of more than five seconds is left alone, and not told."""

    def worth_adjusting(self, difference: int) -> bool:
        return abs(difference) <= LIMIT_MS // 2 and super().worth_adjusting(difference)


@breaks(LEAVES_ALONE, may=UNKEPT)
class TellsAndAdjusts(Timekeeper):
    """A difference over the limit is logged and alerted, and the Clock adjusted all the same."""

    def report(self, difference: int) -> None:
        super().report(difference)
        if self.rested():
            self.adjust(difference)


@breaks(LEAVES_ALONE, *TOLD, may=UNKEPT)
class AdjustsByAnything(Timekeeper):
    """There is no limit."""

    def over_limit(self, difference: int) -> bool:
        return False


@breaks(LEAVES_ALONE, *TOLD, may=UNKEPT)
class LimitOfSixtySeconds(Timekeeper):
    """The limit is 60 seconds."""

    def over_limit(self, difference: int) -> bool:
        return abs(difference) > 60_000


@breaks(LEAVES_ALONE, *TOLD, may=UNKEPT)
class LimitOfTwelveSeconds(Timekeeper):
    """The limit is 12 seconds."""

    def over_limit(self, difference: int) -> bool:
        return abs(difference) > 12_000


@breaks(LEAVES_ALONE, *TOLD, may=UNKEPT)
class LimitOnlyWhenSlow(Timekeeper):
    """Only a Clock behind the hub is ever over the limit: the sign is not set aside."""

    def over_limit(self, difference: int) -> bool:
        return difference > LIMIT_MS


@breaks(LEAVES_ALONE, *TOLD, may=UNKEPT)
class LimitOnlyWhenFast(Timekeeper):
    """Only a Clock ahead of the hub is ever over the limit."""

    def over_limit(self, difference: int) -> bool:
        return difference < -LIMIT_MS


@breaks(ADJUSTS, *TOLD, may=UNKEPT)
class LimitOfEightSeconds(Timekeeper):
    """The limit is 8 seconds."""

    def over_limit(self, difference: int) -> bool:
        return abs(difference) > 8_000


@breaks(DIFFERENCE_LOGGED)
class DifferenceNotLogged(Timekeeper):
    """The Security Log entry about the difference is forgotten."""

    def log(self, difference: int) -> None: ...


@breaks(DIFFERENCE_LOGGED)
class DifferenceInEventLog(Timekeeper):
    """The entry about the difference goes into the Event Log."""

    def log(self, difference: int) -> None:
        self.meter.logs.write("Event Log", OVER_LIMIT, {})


@breaks(DIFFERENCE_LOGGED)
class DifferenceLoggedWhenSlow(Timekeeper):
    """The Security Log entry is made only when the Clock is behind."""

    def log(self, difference: int) -> None:
        if difference > 0:
            super().log(difference)


@breaks(DIFFERENCE_LOGGED)
class DifferenceLoggedFromFive(Timekeeper):
    """The Security Log entry is made from five seconds on."""

    def judge(self, difference: int) -> None:
        if LIMIT_MS // 2 < abs(difference) <= LIMIT_MS:
            self.log(difference)
        super().judge(difference)


@breaks(DIFFERENCE_ALERTED)
class DifferenceNotAlerted(Timekeeper):
    """The Alert about the difference is forgotten."""

    def alert(self, difference: int) -> None: ...


@breaks(DIFFERENCE_ALERTED)
class DifferenceOnUserInterface(Timekeeper):
    """The difference is shown on the User Interface and not sent over the HAN Interface."""

    def alert(self, difference: int) -> None:
        at, device_utc = self.meter.utc(), self.meter.clock.shown()
        self.meter.world.emit(Alert(at=at, interface="User Interface", device_utc=device_utc, name=OVER_LIMIT))


@breaks(DIFFERENCE_ALERTED)
class DifferenceAlertedWhenSlow(Timekeeper):
    """The Alert is sent only when the Clock is behind."""

    def alert(self, difference: int) -> None:
        if difference > 0:
            super().alert(difference)


@breaks(DIFFERENCE_ALERTED)
class DifferenceAlertedFromFive(Timekeeper):
    """The Alert is sent from five seconds on."""

    def judge(self, difference: int) -> None:
        if LIMIT_MS // 2 < abs(difference) <= LIMIT_MS:
            self.alert(difference)
        super().judge(difference)


@breaks(DIFFERENCE_ALERTED)
class DifferenceAlertedOnceEver(Timekeeper):
    """The Alert about a difference is sent once in the meter's life."""

    def alert(self, difference: int) -> None:
        if ".alerted" not in self.meter.store.items:
            self.meter.store.put(".alerted", True)
            super().alert(difference)


@breaks(ONCE_A_DAY)
class NeverRests(Timekeeper):
    """Every comparison may adjust."""

    def rested(self) -> bool:
        return True


@breaks(ONCE_A_DAY)
class RestsTillMidnight(Timekeeper):
    """One adjustment a day of the calendar, so that two may follow each other over midnight."""

    def rested(self) -> bool:
        return bool(self.meter.store.items.get(".adjusted on") != self.meter.clock.now() // DAY_MS)

    def adjust(self, difference: int) -> None:
        self.meter.store.put(".adjusted on", self.meter.clock.now() // DAY_MS)
        super().adjust(difference)


@breaks(ONCE_A_DAY)
class RestsTwelveHours(Timekeeper):
    """The next adjustment may come after twelve hours."""

    rest_ms: ClassVar[int] = 12 * HOUR_MS


@breaks(ONCE_A_DAY)
class RestsTwentyThreeHours(Timekeeper):
    """The next adjustment may come after twenty-three hours."""

    rest_ms: ClassVar[int] = 23 * HOUR_MS


@breaks(ONCE_A_DAY)
class AdjustmentForgottenWithoutPower(Timekeeper):
    """When the last adjustment was is not kept over a loss of power."""

    def start(self) -> None:
        self.meter.store.items.pop(ADJUSTED, None)
        super().start()


@breaks(ONCE_A_DAY)
class AdjustmentForgottenBySetClock(SetClock):
    """A Set Clock clears the memory of the last adjustment of the other kind."""

    def adjust(self, asked: int, hub: int) -> None:
        super().adjust(asked, hub)
        self.meter.store.put(ADJUSTED, self.meter.count - DAY_MS - 60_000)


@breaks(LEAVES_ALONE, may=UNKEPT)
class ResyncsWhenPowerReturns(Timekeeper):
    """When power returns the Clock takes on the hub's date and time, however far off."""

    def start(self) -> None:
        super().start()
        if self.meter.store.count:
            self.meter.queue.at_count(self.meter.count + 1000, COMPARISON, self.resync)

    def resync(self, due: int) -> None:
        hub = self.meter.hub_link.date_and_time()
        if hub is not None:
            self.meter.clock.step(hub - self.meter.clock.now())


@breaks(COMPARES, *TOLD, may=UNKEPT)
class NoComparisonAfterPowerLoss(Timekeeper):
    """The timer of the comparison is started at commissioning, and not when power returns."""

    def start(self) -> None:
        if not self.meter.store.count:
            super().start()


class SetByHand(SetClock):
    """A Set Clock that leaves a mark. Not a fault yet: a fault says what comes of it."""

    def adjust(self, asked: int, hub: int) -> None:
        super().adjust(asked, hub)
        self.meter.store.put(".set by hand", True)


@breaks(COMPARES, *TOLD, may=UNKEPT, set_clock=SetByHand)
class NoComparisonAfterSetClock(Timekeeper):
    """Once set by Set Clock the Clock is not compared any more."""

    def compare(self, due: int) -> int:
        if ".set by hand" in self.meter.store.items:
            return self.next_comparison()
        return super().compare(due)


@breaks(LEAVES_ALONE, may=UNKEPT)
class GivesInAfterAWeek(Timekeeper):
    """A difference over the limit that has lasted for a week is adjusted."""

    def judge(self, difference: int) -> None:
        if not self.over_limit(difference):
            self.meter.store.put(".over since", None)
        elif self.meter.store.items.get(".over since") is None:
            self.meter.store.put(".over since", self.meter.count)
        elif self.meter.count - int(self.meter.store.items[".over since"]) > 7 * DAY_MS:
            self.adjust(difference)
        super().judge(difference)


class Wraps(Timekeeper):
    """A difference kept in a counter too short for it. Not a fault yet: a fault says how short."""

    modulus: ClassVar[int]

    def judge(self, difference: int) -> None:
        super().judge((difference + self.modulus // 2) % self.modulus - self.modulus // 2)


@breaks(*TOLD, may=UNKEPT)
class DifferenceInSixteenBits(Wraps):
    """The difference in seconds is kept in sixteen bits."""

    modulus: ClassVar[int] = 2**16 * 1000


@breaks(*TOLD, may=UNKEPT)
class DifferenceInThirtyTwoBits(Wraps):
    """The difference in milliseconds is kept in thirty-two bits."""

    modulus: ClassVar[int] = 2**32


@breaks(*TOLD, may=UNKEPT)
class ComparesWithoutYear(Timekeeper):
    """Date and time are compared field by field, and the year is left out."""

    def judge(self, difference: int) -> None:
        year = 365 * DAY_MS
        super().judge((difference + year // 2) % year - year // 2)


@breaks(ONCE_A_DAY, may=UNKEPT)
class RestsOnlyAfterForward(Timekeeper):
    """Only an adjustment forward is remembered."""

    def adjust(self, difference: int) -> None:
        if difference > 0:
            super().adjust(difference)
        else:
            self.meter.clock.step(difference)


class ListensToHub(HubLink):
    """A link by which the meter compares as soon as the hub's date and time becomes another."""

    def time_changed(self) -> None:
        self.meter.timekeeper.compare(self.meter.count)


@breaks(LEAVES_ALONE, may=(*UNKEPT, SET_COMPARES), hub_link=ListensToHub)
class TellsAndAdjustsAtOnce(Timekeeper):
    """As soon as the hub is over the limit that is logged and alerted, and the Clock adjusted all the same."""

    def report(self, difference: int) -> None:
        super().report(difference)
        self.adjust(difference)
