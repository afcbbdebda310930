"""Faults of Set Clock, and of what a step of the Clock must leave whole (4.5.3.20)."""
# ruff: noqa: D102 - the docstring of the class says what its altered method does

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from smets_conformance.adapter.contract import Command, Value
from smets_reference.clock import DAY_MS, LIMIT_MS
from smets_reference.commands import WAITING, Commands
from smets_reference.editions import NOT_ADJUSTED, Behaviour, behaviour_in, set_clock_refused_4_2
from smets_reference.faults.civil_time import civil_midnight
from smets_reference.faults.ids import (
    ADJUSTMENT_LOGGED,
    CALENDAR_KEPT,
    INSIDE,
    NOT_MISSED,
    NOT_REPEATED,
    OFFERED,
    OUTSIDE,
    REFUSAL_ALERTED,
    REFUSAL_LOGGED,
    RETAINED_UNPOWERED,
    SET_ADJUSTS,
    SET_COMPARES,
    SET_LEAVES_ALONE,
    UNSET,
)
from smets_reference.faults.making import breaks, seeded
from smets_reference.logs import Logs
from smets_reference.part import COMMAND, HALF_HOUR, MIDNIGHT, Refused
from smets_reference.recording import HALF_HOUR_MS, NEXT_MIDNIGHT, Recording
from smets_reference.set_clock import ADJUSTED, SetClock

OLD = ("gsme@2.0", "gsme@3.1")


@breaks(OFFERED, *INSIDE, may=UNSET)
class SetClockRejected(SetClock):
    """Every Set Clock is answered with a failure, and nothing is done."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        raise Refused("this Command is not supported")


@breaks(OFFERED, may=UNSET)
class SetClockUnanswered(Commands):
    """Set Clock is carried out, and no Response sent."""

    def receive(self, originator: str, ref: str, command: Command) -> None:
        if command.name == "Set Clock":
            outcome, _ = self.attempt(lambda: self.carry_out(command))
            self.log(command.name, outcome)
        else:
            super().receive(originator, ref, command)


@breaks(*INSIDE, may=UNSET)
class SetClockDoesNothing(SetClock):
    """Within the tolerance Set Clock answers success, and nothing is done."""

    def adjust(self, asked: int, hub: int) -> None: ...


@breaks(SET_COMPARES, may=UNSET)
class SetClockComparesOwnClock(SetClock):
    """The Command's date and time is compared with the meter's own instead of the hub's."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        hub = self.meter.hub_link.date_and_time()
        asked = parameters["date and time"]
        if hub is None or not self.within(asked - self.meter.clock.now(), parameters["tolerance"]):
            self.refuse()
            raise Refused("the difference is outside the tolerance")
        self.adjust(asked, hub)
        return {}


@breaks(SET_COMPARES, *OUTSIDE, may=UNSET)
class SetClockComparesNothing(SetClock):
    """Any date and time is taken for near enough."""

    def within(self, difference: int, tolerance: int) -> bool:
        return True


@breaks(SET_LEAVES_ALONE, may=UNSET)
class SetClockComparesTimeOfDay(SetClock):
    """The date is set aside, and only the time of day compared."""

    def within(self, difference: int, tolerance: int) -> bool:
        return super().within((difference + DAY_MS // 2) % DAY_MS - DAY_MS // 2, tolerance)


@breaks(SET_COMPARES, may=UNSET)
class SetClockBelievesWhenHubSilent(SetClock):
    """While the hub gives no time the Command's is taken on."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        if self.meter.hub_link.date_and_time() is None:
            self.adjust(parameters["date and time"], parameters["date and time"])
            return {}
        return super().execute(parameters)


@breaks(SET_ADJUSTS, may=UNSET)
class SetClockTakesCommandTime(SetClock):
    """The Clock is set to the Command's date and time instead of the hub's."""

    def adjust(self, asked: int, hub: int) -> None:
        super().adjust(asked, asked)


@breaks(*INSIDE, may=UNSET)
class SetClockHeldToTenSeconds(SetClock):
    """The limit of ten seconds, which is not for Set Clock, is applied to it."""

    def adjust(self, asked: int, hub: int) -> None:
        if abs(hub - self.meter.clock.now()) > 10_000:
            raise Refused("the difference is more than 10 seconds")
        super().adjust(asked, hub)


@breaks(*INSIDE, may=UNSET)
class SetClockOnceADay(SetClock):
    """The limit of one adjustment in 24 hours, which is not for Set Clock, is applied to it."""

    def adjust(self, asked: int, hub: int) -> None:
        last = self.meter.store.items.get(".set at")
        if last is not None and self.meter.count - int(last) < DAY_MS:
            raise Refused("the Clock was set less than 24 hours ago")
        self.meter.store.put(".set at", self.meter.count)
        super().adjust(asked, hub)


@breaks(SET_ADJUSTS, may=UNSET)
class SetClockOnlyForward(SetClock):
    """A Clock that is fast is not set back."""

    def adjust(self, asked: int, hub: int) -> None:
        super().adjust(asked, max(hub, self.meter.clock.now()))


@breaks(*INSIDE, may=UNSET)
class ToleranceInMilliseconds(SetClock):
    """The tolerance is read as milliseconds."""

    def within(self, difference: int, tolerance: int) -> bool:
        return abs(difference) <= tolerance


@breaks(*OUTSIDE, may=UNSET)
class ToleranceInMinutes(SetClock):
    """The tolerance is read as minutes."""

    def within(self, difference: int, tolerance: int) -> bool:
        return abs(difference) <= tolerance * 60_000


@breaks(*INSIDE, may=UNSET)
class ToleranceHalved(SetClock):
    """The tolerance is taken for the width of what is allowed, half of it on either side."""

    def within(self, difference: int, tolerance: int) -> bool:
        return 2 * abs(difference) <= tolerance * 1000


@breaks(*OUTSIDE, may=UNSET)
class ToleranceDoubled(SetClock):
    """The tolerance is taken twice."""

    def within(self, difference: int, tolerance: int) -> bool:
        return abs(difference) <= 2 * tolerance * 1000


@breaks(*OUTSIDE, may=UNSET)
class ToleranceOnlyAhead(SetClock):
    """A Command however far behind the hub is within the tolerance: the sign is not set aside."""

    def within(self, difference: int, tolerance: int) -> bool:
        return difference <= tolerance * 1000


@breaks(*OUTSIDE, may=UNSET)
class ToleranceOnlyBehind(SetClock):
    """A Command however far ahead of the hub is within the tolerance."""

    def within(self, difference: int, tolerance: int) -> bool:
        return -difference <= tolerance * 1000


@breaks(SET_LEAVES_ALONE, may=UNSET)
class SetClockRefusesAndAdjusts(SetClock):
    """Outside the tolerance the refusal is logged, and the Clock adjusted to the hub's time all the same."""

    def refuse(self) -> None:
        hub = self.meter.hub_link.date_and_time()
        if hub is not None:
            self.meter.clock.step(hub - self.meter.clock.now())
        super().refuse()


@breaks(SET_LEAVES_ALONE, may=UNSET)
class SetClockRefusesAndObeys(SetClock):
    """Outside the tolerance the refusal is logged, and the Command's date and time taken on all the same."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        try:
            return super().execute(parameters)
        except Refused:
            if self.meter.hub_link.date_and_time() is not None:
                self.meter.clock.step(parameters["date and time"] - self.meter.clock.now())
            raise


class Misentered(Logs):
    """Logs in which some event is entered otherwise. Not a fault yet: a fault says which and how."""

    __slots__ = ()

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {}

    def event(self, entry: str, **values: Value) -> None:
        where = self.instead.get(entry, ("Event Log", entry))
        if where is not None:
            log, name = where
            self.write(log, name, values)


@breaks(ADJUSTMENT_LOGGED)
class AdjustmentNotLogged(Misentered):
    """The Event Log entry about an adjustment by Set Clock is forgotten."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {ADJUSTED: None}


@breaks(ADJUSTMENT_LOGGED)
class AdjustmentInSecurityLog(Misentered):
    """The entry about an adjustment by Set Clock goes into the Security Log."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {ADJUSTED: ("Security Log", ADJUSTED)}


@breaks(ADJUSTMENT_LOGGED, may=(REFUSAL_LOGGED,))
class AdjustmentLoggedAsRefusal(Misentered):
    """An adjustment by Set Clock is entered as none."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {ADJUSTED: ("Event Log", NOT_ADJUSTED)}


@breaks(REFUSAL_LOGGED)
class RefusalNotLogged(Misentered):
    """The Event Log entry about a Set Clock outside its tolerance is forgotten."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {NOT_ADJUSTED: None}


@breaks(REFUSAL_LOGGED)
class RefusalInSecurityLog(Misentered):
    """The entry about a Set Clock outside its tolerance goes into the Security Log."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {NOT_ADJUSTED: ("Security Log", NOT_ADJUSTED)}


@breaks(REFUSAL_LOGGED, may=(ADJUSTMENT_LOGGED,))
class RefusalLoggedAsAdjustment(Misentered):
    """A Set Clock outside its tolerance is entered as an adjustment."""

    instead: ClassVar[dict[str, tuple[str, str] | None]] = {NOT_ADJUSTED: ("Event Log", ADJUSTED)}


@breaks(REFUSAL_LOGGED, may=(REFUSAL_ALERTED,))
class RefusalOnlyWhenCommandLate(SetClock):
    """Only a Command behind the hub's time is entered, and alerted, as refused."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        hub = self.meter.hub_link.date_and_time()
        if hub is not None and parameters["date and time"] > hub:
            if self.within(parameters["date and time"] - hub, parameters["tolerance"]):
                return super().execute(parameters)
            raise Refused("the difference is outside the tolerance")
        return super().execute(parameters)


def refusals_not_alerted(edition: str) -> Behaviour:
    """Return the behaviour of `edition` but for the Alert about a Set Clock outside its tolerance."""
    return replace(behaviour_in(edition), set_clock_refused=set_clock_refused_4_2)


seeded(
    "refusal-not-alerted",
    "The Alert about a Set Clock outside its tolerance, which only later editions leave out, is left out.",
    REFUSAL_ALERTED,
    editions=OLD,
    behaviour=refusals_not_alerted,
)


@breaks(REFUSAL_ALERTED, editions=OLD)
class RefusalAlertedOnceEver(SetClock):
    """The Alert about a Set Clock outside its tolerance is sent once in the meter's life."""

    def refuse(self) -> None:
        if ".refused" in self.meter.store.items:
            set_clock_refused_4_2(self.meter)
        else:
            self.meter.store.put(".refused", True)
            super().refuse()


@breaks(CALENDAR_KEPT)
class LeapDropsMidnight(Recording):
    """A midnight that the Clock leaps over is not recorded: after a step forward the calendar begins anew."""

    def clock_stepped(self, difference: int) -> None:
        if difference > 0:
            now = self.meter.clock.now()
            self._wait_anew(now // DAY_MS * DAY_MS + DAY_MS, MIDNIGHT, self.midnight)
            self._wait_anew(now // HALF_HOUR_MS * HALF_HOUR_MS + HALF_HOUR_MS, HALF_HOUR, self.half_hour)
        super().clock_stepped(difference)


@breaks(CALENDAR_KEPT)
class LeapRecordsOneMidnight(Recording):
    """Of several midnights that the Clock leaps over at once only the last is recorded."""

    def clock_stepped(self, difference: int) -> None:
        midnight = self.meter.clock.now() // DAY_MS * DAY_MS
        if difference > 0 and midnight > self.meter.store.items[NEXT_MIDNIGHT]:
            self._wait_anew(midnight, MIDNIGHT, self.midnight)
        super().clock_stepped(difference)


@breaks(CALENDAR_KEPT)
class MidnightByLocalTime(Recording):
    """The daily read is taken at midnight by civil time, in summer an hour before midnight UTC."""

    def start(self) -> None:
        self.meter.store.put(NEXT_MIDNIGHT, civil_midnight(self.meter.clock.now()))
        super().start()

    def midnight(self, due: int) -> int:
        super().midnight(due)
        self.meter.store.put(NEXT_MIDNIGHT, civil_midnight(due))
        return civil_midnight(due)


@breaks(CALENDAR_KEPT)
class SettingBackDeletesRead(Recording):
    """When the Clock is set back over midnight the entry of that midnight is deleted, and not made again."""

    def clock_stepped(self, difference: int) -> None:
        log = self.meter.store.logs["Daily Read Log"]
        if log and log[-1]["utc"] > self.meter.clock.now():
            log.pop()
        super().clock_stepped(difference)


@breaks(CALENDAR_KEPT)
class SettingBackLosesDays(Recording):
    """After the Clock is set back nothing is recorded until it has come to where it was, and a day more."""

    def clock_stepped(self, difference: int) -> None:
        if difference < 0:
            was = self.meter.clock.now() - difference
            self._wait_anew(was // DAY_MS * DAY_MS + 2 * DAY_MS, MIDNIGHT, self.midnight)


@breaks(NOT_MISSED, may=(NOT_REPEATED,))
class LeapDropsCommands(Commands):
    """A future dated Command whose time the Clock leaps over is dropped."""

    def clock_stepped(self, difference: int) -> None:
        for kept in self.waiting():
            if kept["execute_at"] <= self.meter.clock.now():
                self.done_with(kept)

    def time_has_come(self, kept: dict[str, Any], due: int) -> None:
        if kept in self.waiting():
            super().time_has_come(kept, due)


@breaks(NOT_MISSED, may=(NOT_REPEATED,))
class LeapMovesCommands(Commands):
    """The time of a future dated Command moves with the Clock: it waits for as long as it would have."""

    def clock_stepped(self, difference: int) -> None:
        moved = [{**kept, "execute_at": kept["execute_at"] + difference} for kept in self.waiting()]
        self.meter.store.put(WAITING, moved)
        for kept in moved:
            self.await_time(kept)

    def time_has_come(self, kept: dict[str, Any], due: int) -> None:
        if kept in self.waiting():
            super().time_has_come(kept, due)


@breaks(NOT_MISSED, may=(NOT_REPEATED,))
class SetClockClearsCommands(Commands):
    """A step of the Clock clears the Commands that wait for their time."""

    def clock_stepped(self, difference: int) -> None:
        self.meter.store.put(WAITING, [])

    def time_has_come(self, kept: dict[str, Any], due: int) -> None:
        if kept in self.waiting():
            super().time_has_come(kept, due)


@breaks(NOT_REPEATED)
class SettingBackRepeatsCommands(Commands):
    """When the Clock is set back to before the time of a Command carried out, it is carried out again at that time."""

    def done_with(self, kept: dict[str, Any]) -> None:
        super().done_with(kept)
        done = self.meter.store.items.get(".done commands", [])
        self.meter.store.put(".done commands", [*done, kept])

    def clock_stepped(self, difference: int) -> None:
        done = self.meter.store.items.get(".done commands", [])
        again = [kept for kept in done if kept["execute_at"] > self.meter.clock.now()]
        self.meter.store.put(".done commands", [kept for kept in done if kept not in again])
        self.meter.store.put(WAITING, [*self.waiting(), *again])
        for kept in again:
            self.await_time(kept)


@breaks(NOT_MISSED, may=(NOT_REPEATED,))
class CommandsByOldClock(Commands):
    """How long a future dated Command waits is worked out on receipt, whatever becomes of the Clock."""

    def await_time(self, kept: dict[str, Any]) -> None:
        due = kept["execute_at"] - self.meter.clock.offset
        self.meter.queue.at_count(due, COMMAND, partial(self.time_has_come, kept))


@breaks(NOT_REPEATED, may=(RETAINED_UNPOWERED,))
class PowerLossRepeatsCommands(Commands):
    """That a future dated Command was carried out is not kept, so that it is carried out again when power returns."""

    def done_with(self, kept: dict[str, Any]) -> None:
        self.meter.store.items[WAITING] = [each for each in self.waiting() if each != kept]


@breaks(SET_ADJUSTS, may=UNSET)
class SetClockLeavesFiveSeconds(SetClock):
    """A difference of up to five seconds is logged as adjusted and left."""

    def adjust(self, asked: int, hub: int) -> None:
        if abs(hub - self.meter.clock.now()) <= 5_000:
            self.meter.logs.event(ADJUSTED)
        else:
            super().adjust(asked, hub)


@breaks(*INSIDE, may=UNSET)
class ToleranceInSixteenBits(SetClock):
    """The tolerance in seconds is kept in sixteen bits."""

    def within(self, difference: int, tolerance: int) -> bool:
        return super().within(difference, tolerance % 2**16)


@breaks(SET_COMPARES, may=UNSET)
class SetClockDifferenceInThirtyTwoBits(SetClock):
    """The difference in milliseconds is kept in thirty-two bits."""

    def within(self, difference: int, tolerance: int) -> bool:
        return super().within((difference + 2**31) % 2**32 - 2**31, tolerance)


@breaks(CALENDAR_KEPT)
class LeapRecordsThreeMidnights(Recording):
    """Of many midnights that the Clock leaps over the last three are recorded."""

    def clock_stepped(self, difference: int) -> None:
        third = self.meter.clock.now() // DAY_MS * DAY_MS - 2 * DAY_MS
        if difference > 0 and third > self.meter.store.items[NEXT_MIDNIGHT]:
            self._wait_anew(third, MIDNIGHT, self.midnight)
        super().clock_stepped(difference)


@breaks(CALENDAR_KEPT)
class SmallLeapDropsMidnight(Recording):
    """A midnight that an adjustment of a few seconds leaps over is not recorded."""

    def clock_stepped(self, difference: int) -> None:
        if 0 < difference <= LIMIT_MS:
            now = self.meter.clock.now()
            self._wait_anew(now // DAY_MS * DAY_MS + DAY_MS, MIDNIGHT, self.midnight)
        super().clock_stepped(difference)


@breaks(NOT_REPEATED)
class SmallStepBackRepeatsCommands(SettingBackRepeatsCommands):
    """An adjustment of a few seconds back over the time of a Command carried out has it carried out again."""

    def clock_stepped(self, difference: int) -> None:
        if -LIMIT_MS <= difference < 0:
            super().clock_stepped(difference)


@breaks(NOT_MISSED, may=(NOT_REPEATED,))
class LeapExecutesOneCommand(LeapDropsCommands):
    """Of several future dated Commands that the Clock leaps over at once only the first is carried out."""

    def clock_stepped(self, difference: int) -> None:
        for kept in [kept for kept in self.waiting() if kept["execute_at"] <= self.meter.clock.now()][1:]:
            self.done_with(kept)
