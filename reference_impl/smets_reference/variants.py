"""Legal variants: sound gas meters that take another permitted reading of a text that leaves it open."""
# ruff: noqa: D102 - the docstring of the class says what its altered method does

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from smets_conformance.adapter.contract import Value
from smets_conformance.adapter.proof import Variant
from smets_reference.adapter import ReferenceMeter
from smets_reference.clock import ADJUSTED as ADJUSTED_AT
from smets_reference.clock import DAY_MS, LIMIT_MS, Clock, Timekeeper
from smets_reference.commands import Commands
from smets_reference.data import CAPACITIES
from smets_reference.design import SOUND
from smets_reference.editions import behaviour_in, set_clock_refused_2_0
from smets_reference.hub_link import HUB, HubLink
from smets_reference.logs import COMMAND
from smets_reference.part import COMPARISON, HALF_HOUR, MIDNIGHT, Refused
from smets_reference.recording import HALF_HOUR_MS, NEXT_HALF_HOUR, NEXT_MIDNIGHT, Recording
from smets_reference.set_clock import ADJUSTED, SetClock


class EveryMinute(Timekeeper):
    """Compares every minute."""

    interval_ms: ClassVar[int] = 60_000


class TwiceADay(Timekeeper):
    """Compares every twelve hours."""

    interval_ms: ClassVar[int] = DAY_MS // 2


class Daily(Timekeeper):
    """Compares once a day."""

    interval_ms: ClassVar[int] = DAY_MS


class ListensToHub(HubLink):
    """Has the Clock compared as soon as the hub's date and time becomes another, beside every hour."""

    def time_changed(self) -> None:
        self.meter.timekeeper.compare(self.meter.count)


def slow(_seed: int) -> int:
    """Return the error in ppb of an oscillator that loses 1.7 seconds a day."""
    return -20_000


class ExactlyTenCountsAsOver(Timekeeper):
    """Takes a difference of exactly ten seconds for one over the limit."""

    def over_limit(self, difference: int) -> bool:
        return abs(difference) >= LIMIT_MS


class Slews(Timekeeper):
    """Adjusts by a twentieth of a second in every second, until the difference is gone."""

    def adjust(self, difference: int) -> None:
        self.meter.store.put(ADJUSTED_AT, self.meter.count)
        self.meter.queue.at_count(self.meter.count + 1000, COMPARISON, partial(self.slew, [difference]))

    def slew(self, left: list[int], due: int) -> int | None:
        part = max(-50, min(50, left[0]))
        left[0] -= part
        self.meter.clock.step(part)
        return due + 1000 if left[0] else None


class SlewsOverAnHour(Timekeeper):
    """Adjusts by a hundredth of the difference every 36 seconds, unless Set Clock comes between."""

    def adjust(self, difference: int) -> None:
        self.meter.store.put(ADJUSTED_AT, self.meter.count)
        parts = [difference // 100] * 99
        parts.append(difference - sum(parts))
        self.meter.queue.at_count(self.meter.count + 36_000, COMPARISON, partial(self.slew, parts, self.meter.count))

    def slew(self, parts: list[int], since: int, due: int) -> int | None:
        if int(self.meter.store.items.get(SET_AT, -1)) >= since:
            return None
        self.meter.clock.step(parts.pop())
        return due + 36_000 if parts else None


class EndsSlew(SetClock):
    """Sets the Clock in one step, and ends an adjustment that is under way."""

    def adjust(self, asked: int, hub: int) -> None:
        self.meter.store.put(SET_AT, self.meter.count)
        super().adjust(asked, hub)


class EntersOnlyWhatMoved(SetClock):
    """Enters no adjustment where the Clock showed the hub's date and time already."""

    def adjust(self, asked: int, hub: int) -> None:
        if abs(hub - self.meter.clock.now()) >= 500:
            super().adjust(asked, hub)


class StaysAlone(HubLink):
    """Takes a link up by itself with the hub it had, within an hour; otherwise a person must have it seek the network."""

    left: tuple[str, int] | None = None

    def disappeared(self, peer: str) -> None:
        super().disappeared(peer)
        self.left = (peer, self.meter.count)

    def wanted(self, peer: str, kind: str) -> bool:
        if kind == HUB and self.left and (peer != self.left[0] or self.meter.count - self.left[1] > 3_600_000):
            return False
        return super().wanted(peer, kind)


class StoresByTheDay(Recording):
    """Keeps the Consumption of the current Day and of the eight before it, which move at midnight."""

    def start(self) -> None:
        super().start()
        if DAYS not in self.meter.store.items:
            self.meter.store.put(DAYS, [0] * 9)
        self.meter.readers["Cumulative and Historical Value Store"] = self.days

    def midnight(self, due: int) -> int:
        self.meter.store.put(DAYS, [self.meter.gas_meter.settle(), *self.meter.store.items[DAYS][:8]])
        return super().midnight(due)

    def days(self) -> Value:
        ends = [self.meter.gas_meter.litres(), *self.meter.store.items[DAYS]]
        return {"days": [later - earlier for later, earlier in pairwise(ends)]}


class EveryFourAndAHalfHours(Timekeeper):
    """Compares every four and a half hours."""

    interval_ms: ClassVar[int] = 16_200_000


class AdjustsPartly(Timekeeper):
    """Adjusts by half the difference, at least by a second."""

    def adjust(self, difference: int) -> None:
        half = max(abs(difference) // 2, min(abs(difference), 1000))
        super().adjust(half if difference > 0 else -half)


class LeavesSixSecondsAlone(Timekeeper):
    """Does not act on a difference of up to six seconds."""

    worth_adjusting_ms: ClassVar[int] = 6_001


class TellsOnce(Timekeeper):
    """Tells a difference over the limit once, and again only after it had gone."""

    def judge(self, difference: int) -> None:
        over = self.over_limit(difference)
        if not (over and self.meter.store.items.get(".told", False)):
            super().judge(difference)
        if over is not self.meter.store.items.get(".told", False):
            self.meter.store.put(".told", over)


class ToleranceExclusive(SetClock):
    """Takes a difference equal to the tolerance for one outside it."""

    def within(self, difference: int, tolerance: int) -> bool:
        return abs(difference) < tolerance * 1000


class RemembersHubTime(HubLink):
    """Keeps the hub's last date and time running by its own oscillator, and uses that while the hub gives none."""

    ahead: int | None = None

    def start(self) -> None:
        super().start()
        self.meter.queue.at_count(self.meter.count, COMPARISON, self.receive)

    def receive(self, due: int) -> int:
        self.last_known()
        return due + 60_000

    def last_known(self) -> int | None:
        hub = self.date_and_time()
        if hub is not None:
            self.ahead = hub - self.meter.count
        return None if self.ahead is None else self.meter.count + self.ahead


class UsesLastKnown(SetClock):
    """Compares with the last known date and time of a hub that gives none."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        link = self.meter.hub_link
        hub = link.last_known() if isinstance(link, RemembersHubTime) else link.date_and_time()
        asked = parameters["date and time"]
        if hub is None or not self.within(asked - hub, parameters["tolerance"]):
            self.refuse()
            raise Refused("the date and time is outside the tolerance of the Communications Hub Date and Time")
        self.adjust(asked, hub)
        return {}


class FailsWithoutHubTime(SetClock):
    """Says in the Response alone that there was no date and time of the hub to compare with."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        if self.meter.hub_link.date_and_time() is None:
            raise Refused("the Communications Hub Date and Time is not available")
        return super().execute(parameters)


class RefusesSuccessfully(SetClock):
    """Answers success to a Set Clock outside its tolerance: that it was not to be adjusted has been carried out."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        try:
            return super().execute(parameters)
        except Refused:
            return {}


class CountsAsAdjustment(SetClock):
    """Lets Set Clock begin the 24 hours in which nothing else may adjust."""

    def adjust(self, asked: int, hub: int) -> None:
        self.meter.store.put(ADJUSTED_AT, self.meter.count)
        super().adjust(asked, hub)


class StampsBefore(SetClock):
    """Makes the entry about an adjustment before it adjusts."""

    def adjust(self, asked: int, hub: int) -> None:
        self.meter.logs.event(ADJUSTED)
        self.meter.clock.step(hub - self.meter.clock.now())


class RecordsAgain(Recording):
    """Records again what comes round again after the Clock was set back."""

    def clock_stepped(self, difference: int) -> None:
        if difference < 0:
            now = self.meter.clock.now()
            half_hour, midnight = -(-now // HALF_HOUR_MS) * HALF_HOUR_MS, -(-now // DAY_MS) * DAY_MS
            self.meter.store.put(NEXT_HALF_HOUR, [half_hour, self.meter.store.items[NEXT_HALF_HOUR][1]])
            self.meter.store.put(NEXT_MIDNIGHT, midnight)
            self._wait_anew(half_hour, HALF_HOUR, self.half_hour)
            self._wait_anew(midnight, MIDNIGHT, self.midnight)


class StampsAtTheLeap(Recording):
    """Stamps the daily read of a midnight that the Clock leapt over with the time when it is taken."""

    def _copy(self, log: str, due: int, items: tuple[str, ...]) -> None:
        super()._copy(log, max(due, self.meter.clock.shown()), items)


class AcceptsSecondHub(HubLink):
    """Has a link with every Communications Hub Function that offers one."""

    def wanted(self, peer: str, kind: str) -> bool:
        return kind == HUB or super().wanted(peer, kind)


class WholeSeconds(Clock):
    """States its date and time in whole seconds, which is the resolution that a Clock must have."""

    def shown(self) -> int:
        return self.now() // 1000 * 1000


class LogsReads(Commands):
    """Enters every Command in the Event Log, also one that only reads."""

    def log(self, command: str, outcome: str) -> None:
        self.meter.logs.event(COMMAND, command=command, outcome=outcome)


class NothingFutureDated(Commands):
    """Takes no Command for later."""

    future_dated: ClassVar[tuple[str, ...]] = ()


def _alerted_anyway(edition: str) -> Any:
    return replace(behaviour_in(edition), set_clock_refused=set_clock_refused_2_0)


SET_AT, DAYS = ".set at", ".days"
LATER = ("gsme@4.2", "gsme@5.0-draft4")
LARGER = {**CAPACITIES, "Event Log": 128, "Security Log": 128}

# Name, what it does, the open point, what its parts are, the editions (none named: all), what it declares otherwise.
ROWS: tuple[tuple[str, str, str, dict[str, Any], tuple[str, ...], dict[str, Any]], ...] = (
    (
        "compares-every-minute", "The Clock is compared with the hub every minute.", "A27",
        {"timekeeper": EveryMinute}, (), {"clock_compare_interval_s": 60},
    ),
    (
        "compares-twice-a-day", "The Clock is compared with the hub every twelve hours.", "A27",
        {"timekeeper": TwiceADay}, (), {"clock_compare_interval_s": 43_200},
    ),
    (
        "compares-daily", "The Clock is compared with the hub once a day.", "A27",
        {"timekeeper": Daily}, (), {"clock_compare_interval_s": 86_400},
    ),
    (
        "compares-daily-by-a-slow-clock", "The day between two comparisons is counted by a slow oscillator.", "A27",
        {"timekeeper": Daily, "oscillator_error": slow}, (), {"clock_compare_interval_s": 86_400, "clock_drift_ppm": 20},
    ),
    (
        "compares-at-once", "The Clock is compared with the hub as soon as the hub's time becomes another.", "A27",
        {"hub_link": ListensToHub}, (), {},
    ),
    (
        "tolerance-exclusive", "A difference equal to the tolerance of Set Clock is outside it.", "A28",
        {"set_clock": ToleranceExclusive}, (), {},
    ),
    (
        "nothing-future-dated", "No Command can be future dated.", "A29",
        {"commands": NothingFutureDated}, (), {"future_dated_commands": []},
    ),
    ("reads-logged", "Commands that only read are entered in the Event Log too.", "A31", {"commands": LogsReads}, (), {}),
    (
        "exactly-ten-counts-as-over", "A difference of exactly ten seconds is over the limit.", "A56",
        {"timekeeper": ExactlyTenCountsAsOver}, (), {},
    ),
    (
        "adjusts-by-slewing", "The Clock takes on the hub's time by a twentieth of a second in every second.", "A57",
        {"timekeeper": Slews}, (), {"clock_adjust_settling_s": 202},
    ),
    (
        "adjusts-over-an-hour", "The Clock takes on the hub's time by small steps over an hour.", "A57",
        {"timekeeper": SlewsOverAnHour, "set_clock": EndsSlew}, (), {"clock_adjust_settling_s": 3_640},
    ),
    ("adjusts-partly", "The Clock is adjusted by half the difference.", "A57", {"timekeeper": AdjustsPartly}, (), {}),
    (
        "adjusts-with-deadband", "A difference of up to six seconds is left alone.", "A57",
        {"timekeeper": LeavesSixSecondsAlone}, (), {},
    ),
    (
        "whole-second-clock", "The Clock is stated in whole seconds.", "A57",
        {"clock": WholeSeconds}, (), {"resolution.clock_ms": 1000},
    ),
    ("tells-once-an-excursion", "A lasting difference is logged and alerted once.", "A59", {"timekeeper": TellsOnce}, (), {}),
    (
        "set-clock-uses-last-known-hub-time", "Set Clock goes by the hub's last known time while the hub gives none.", "A61",
        {"hub_link": RemembersHubTime, "set_clock": UsesLastKnown}, (), {},
    ),
    (
        "set-clock-fails-without-hub-time", "Without the hub's time Set Clock fails and nothing is logged about the Clock.",
        "A61", {"set_clock": FailsWithoutHubTime}, (), {},
    ),
    (
        "set-clock-refusal-is-success", "A Set Clock outside its tolerance is answered with success.", "A62",
        {"set_clock": RefusesSuccessfully}, (), {},
    ),
    (
        "set-clock-refusal-alerted-anyway", "The Alert of older editions about a Set Clock outside its tolerance is sent.",
        "A63", {"behaviour": _alerted_anyway}, LATER, {},
    ),
    (
        "stores-by-the-day", "Consumption is held by the Day, and moves in its store at midnight.", "A66",
        {"recording": StoresByTheDay, "timekeeper": EveryFourAndAHalfHours}, (), {"clock_compare_interval_s": 16_200},
    ),
    (
        "nothing-entered-where-nothing-moved", "Set Clock enters no adjustment of a Clock that was right already.", "A73",
        {"set_clock": EntersOnlyWhatMoved}, (), {},
    ),
    ("seeks-when-asked", "A new hub, or one long gone, is linked when a person asks.", "A74", {"hub_link": StaysAlone}, (), {}),
    (
        "daily-read-repeated-after-setting-back", "What comes round again after the Clock was set back is recorded again.",
        "A65", {"recording": RecordsAgain}, (), {},
    ),
    ("second-hub-accepted", "A second Communications Hub Function gets a link.", "A68", {"hub_link": AcceptsSecondHub}, (), {}),
    (
        "log-of-128-entries", "The Event Log and the Security Log hold 128 entries.", "A69",
        {"capacities": LARGER}, (), {"log_capacity": 128},
    ),
    (
        "adjustment-stamped-before", "The entry about an adjustment bears the time before it.", "A70",
        {"set_clock": StampsBefore}, (), {},
    ),
    (
        "set-clock-counts-as-adjustment", "After a Set Clock nothing else adjusts for 24 hours.", "A71",
        {"set_clock": CountsAsAdjustment}, (), {},
    ),
    (
        "daily-read-stamped-at-the-leap", "A daily read that the Clock leapt over bears the time when it was taken.", "A72",
        {"recording": StampsAtTheLeap}, (), {},
    ),
)  # fmt: skip

VARIANTS: dict[str, Variant] = {
    name: Variant(
        name=name,
        description=description,
        interpretation=interpretation,
        make=partial(ReferenceMeter, replace(SOUND, name=name, **design)),
        editions=editions,
        declares=declares,
    )
    for name, description, interpretation, design, editions, declares in ROWS
}
