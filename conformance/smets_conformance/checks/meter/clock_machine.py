"""The clock and Set Clock as a state machine beside the rules: any order of what hub, supplier and time may do to a meter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from smets_conformance.adapter.contract import Value
from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Answer, Bench, Reading, SuiteError
from smets_conformance.bench.logs import Entry
from smets_conformance.bench.store import another_of, pick_settings, write, write_later
from smets_spec.rules.calendar import future_dated_command, midnights_passed
from smets_spec.rules.clock import over_limit, set_clock

DAILY: Final = "Daily Read Log"
LOG: Final = "Event Log"
OUTCOME: Final = "Future-dated Command outcome"
NEAR_S: Final = (-8, -5, -2, 0, 2, 5, 8)
FAR_S: Final = (-90_000, -7_200, -900, -30, 30, 900, 7_200, 90_000)
MISTAKES_MIN: Final = (-600, -60, -10, 10, 60, 600)
LATER_MIN: Final = (30, 90, 300, 1_500)
STEPS_A_WALK: Final = 25

# Every branch of the rules that a walk must take at least once, or it has shown nothing of it.
BRANCHES: Final = (
    "hub near",
    "hub far",
    "hub silent",
    "waited near",
    "waited far",
    "waited silent",
    "adjusted forward",
    "adjusted back",
    "refused early",
    "refused late",
    "leapt over midnight",
    "went over midnight",
    "came to midnight again",
    "command waits",
    "command executed in time",
    "command executed after a leap",
    "command not repeated",
)


class ClockMachine(RuleBasedStateMachine):
    """What the bench does to the meter, and what the rules then hold of it. Made for one bench by `machine_for`."""

    bench: ClassVar[Bench]
    fired: ClassVar[Counter[str]]
    visited: ClassVar[Counter[tuple[str, str]]]

    def __init__(self) -> None:
        """Know nothing yet; `begin` resets."""
        super().__init__()
        self.hub = "near"
        self.met: set[int] = set()
        self.due: int | None = None
        self.executed: int | None = None
        self.item = ""
        self.value: Value = None
        self.coming: Value = None
        self.mark = 0
        self.ref = ""

    @initialize()
    def begin(self) -> None:
        """Reset, and choose a setting to write in future."""
        self.bench.begin_example()
        self.bench.reset()
        ((self.item, self.value),) = pick_settings(self.bench).items()

    @rule(seconds=st.sampled_from(NEAR_S))
    def hub_comes_near(self, seconds: int) -> None:
        """The hub is within the limit of the device, and any device has compared with it."""
        self._move_hub("near", seconds)

    @rule(seconds=st.sampled_from(FAR_S))
    def hub_goes_far(self, seconds: int) -> None:
        """The hub is over the limit away from the device, and any device has compared with it."""
        self._move_hub("far", seconds)

    @rule()
    def hub_falls_silent(self) -> None:
        """The hub gives no time."""
        self.bench.hub.fall_silent()
        self._enter("silent")
        self._pass(self.bench.timing.comparison_s)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        """Hours pass."""
        self._pass(hours * HOUR // SECOND)
        self._fire(f"waited {self.hub}")

    @precondition(lambda self: self.hub != "silent")
    @rule(seconds=st.integers(-50, 50))
    def supplier_sets_the_clock(self, seconds: int) -> None:
        """Set Clock comes within its tolerance of the hub."""
        before, ahead = self.bench.device_now, self.bench.behind_hub().value
        log = self.bench.log(DAILY)
        self._set_clock(seconds, HOUR // SECOND + self.bench.timing.command_latency_s)
        self._fire("adjusted forward" if ahead > 0 else "adjusted back")
        self._enter("near")
        self.bench.wait(HOUR // SECOND)
        self._expect_calendar(before, log, "leapt" if ahead > 0 else "went")
        self._expect_command(leapt=True)

    @precondition(lambda self: self.hub != "silent")
    @rule(minutes=st.sampled_from(MISTAKES_MIN))
    def supplier_is_mistaken(self, minutes: int) -> None:
        """Set Clock comes outside its tolerance of the hub."""
        late = 2 * self.bench.timing.command_latency_s
        self._set_clock(minutes * MINUTE // SECOND + (late if minutes > 0 else -late), MINUTE // SECOND)
        self._fire("refused late" if minutes < 0 else "refused early")

    @precondition(lambda self: self.due is None)
    @rule(minutes=st.sampled_from(LATER_MIN))
    def supplier_writes_for_later(self, minutes: int) -> None:
        """A Command comes that is to be executed later."""
        self.coming = another_of(self.bench, self.item, self.value)
        self.due = self.bench.device_now + minutes * MINUTE
        self.executed = None
        self.mark = self.bench.mark()
        self.ref = write_later(self.bench, self.item, self.coming, self.due)
        self._fire("command waits")
        self._expect_command(leapt=False)

    @invariant()
    def obeys(self) -> None:
        """Nothing was found broken so far."""
        self.bench.conclude()

    def _enter(self, hub: str) -> None:
        self.visited[self.hub, hub] += 1
        self.hub = hub
        self._fire(f"hub {hub}")

    def _fire(self, branch: str) -> None:
        if branch not in BRANCHES:
            raise SuiteError(f"{branch!r} is no branch of the machine")
        self.fired[branch] += 1

    def _move_hub(self, hub: str, seconds: int) -> None:
        if over_limit(0, seconds * SECOND, limit_ms(self.bench) // SECOND) != (hub == "far"):
            raise SuiteError(f"a hub {seconds} s ahead is not {hub}")
        before, log = self.bench.device_now, self.bench.log(DAILY)
        self.bench.hub.settle()
        self._expect_calendar(before, log, "went")
        still = self.bench.hub.lead_device_by(seconds * SECOND)
        self._enter(hub)
        self._pass(self.bench.timing.comparison_s, still)

    def _pass(self, seconds: int, still: Reading | None = None) -> None:
        """Let time pass, and hold what the clock, the calendar and the waiting Command want of it; `still`: where it must stay."""
        before, log = self.bench.device_now, self.bench.log(DAILY)
        still = still or self.bench.clock()
        self.bench.wait(seconds)
        if self.hub == "far":
            with self.bench.claims("meter.clock.no-adjustment-over-limit"):
                self.bench.expect_unmoved(still, self.bench.clock(), "no adjustment by a hub over the limit")
        self._expect_calendar(before, log, "went")
        self._expect_command(leapt=False)

    def _set_clock(self, off_s: int, tolerance_s: int) -> None:
        """Execute Set Clock `off_s` from the hub's time and hold what the rule of the edition makes of it."""
        bench = self.bench
        before, log, hub, off = bench.clock(), bench.log(LOG), bench.hub.utc, bench.behind_hub().magnitude()
        lawful = set_clock(bench.edition)(hub + off_s * SECOND, hub, tolerance_s)
        bench.set_clock(hub + off_s * SECOND, tolerance_s)
        if lawful.adjusted_to is None or something_to_adjust(bench, off):
            with bench.claims(
                f"meter.set-clock.{'adjustment' if lawful.adjusted_to is not None else 'refusal'}-logged"
            ):
                bench.expect(bool(bench.new_entries(LOG, log, lawful.entry)), f"an entry {lawful.entry!r}", "none")
        if lawful.adjusted_to is None:
            # Near the hub a comparison may adjust meanwhile, and a slow adjustment go on.
            near = limit_ms(bench) if self.hub == "near" else 0
            with bench.claims("meter.set-clock.no-adjustment-outside-tolerance"):
                unmoved = f"not adjusted by a Command {off_s} s off the hub"
                bench.expect_unmoved(before, bench.clock(), unmoved, allowed=near)
            return
        granularity = bench.parameter("meter.set-clock.adjusts-within-tolerance", "granularity_s") * SECOND
        off = bench.behind_hub().magnitude()
        with bench.claims("meter.set-clock.adjusts-within-tolerance"):
            bench.expect(bench.at_most(off, granularity), "the hub's date and time", off)
        bench.require(bench.at_most(off, granularity) is not Answer.NO, "the clock could not be set")

    def _expect_calendar(self, before: int, log: list[Entry], how: str) -> None:
        """Hold that each midnight come to since the clock showed `before`, and not met earlier, has its daily read."""
        if self.bench.device_now % DAY < MINUTE:
            self.bench.wait(MINUTE // SECOND)  # the read may just be being taken
        now = self.bench.device_now
        passed = midnights_passed(before, now)
        new = [midnight for midnight in passed if midnight not in self.met]
        if new:
            self._fire(f"{how} over midnight")
        if len(new) < len(passed):
            self._fire("came to midnight again")
        gained = [entry for entry in self.bench.gained(DAILY, log) if new and new[0] <= entry["utc"] <= now]
        with self.bench.claims("meter.set-clock.calendar-events-kept"):
            self.bench.expect(len(gained) >= len(new), f"{len(new)} daily reads", f"{len(gained)}")
        self.met.update(passed)

    def _expect_command(self, leapt: bool) -> None:
        """Hold what the rule makes of the future dated Command at the time the clock shows now."""
        if self.due is None:
            return
        bench, now = self.bench, self.bench.device_now
        found = bench.read(self.item)
        match future_dated_command(self.due, now, self.executed is not None):
            case "execute" if now > self.due + MINUTE + bench.timing.command_s * SECOND:
                done = any(alert.values.get("ref") == self.ref for alert in bench.alerts(OUTCOME, self.mark))
                with bench.claims("meter.set-clock.future-dated-not-missed"):
                    written = found == self.coming or done
                    bench.expect(written, f"{self.item} written by a Command that was due", found)
                bench.require(found == self.coming, f"{self.item} did not keep what the Command wrote")
                self._fire("command executed after a leap" if leapt else "command executed in time")
                self.executed, self.value = now, another_of(bench, self.item, self.coming)
                bench.require(write(bench, {self.item: self.value}), f"{self.item} could not be written")
            case "nothing":
                with bench.claims("meter.set-clock.future-dated-not-repeated"):
                    bench.expect(found != self.coming, f"{self.item} not written a second time", found)
                if self.executed is not None and now > self.executed + DAY:
                    self._fire("command not repeated")
                    self.due = None
            case _:
                pass


def limit_ms(bench: Bench) -> int:
    """Return the difference up to which a comparison may adjust the clock, in ms."""
    return bench.parameter("meter.clock.adjusts", "limit_s") * SECOND


def something_to_adjust(bench: Bench, off: Reading) -> bool:
    """Return whether Set Clock surely finds a clock so far `off` the hub [ms] that it must be adjusted, not right already (A73)."""
    return off.low > SECOND + bench.timing.clock_uncertainty_ms


VERIFIES: Final = (
    "meter.clock.no-adjustment-over-limit",
    "meter.set-clock.adjusts-within-tolerance",
    "meter.set-clock.adjustment-logged",
    "meter.set-clock.no-adjustment-outside-tolerance",
    "meter.set-clock.refusal-logged",
    "meter.set-clock.calendar-events-kept",
    "meter.set-clock.future-dated-not-missed",
    "meter.set-clock.future-dated-not-repeated",
)


def machine_for(bench: Bench) -> type[ClockMachine]:
    """Return the machine for one bench, with tallies of its own."""
    body: dict[str, Any] = {"bench": bench, "fired": Counter(), "visited": Counter()}
    return type("ClockMachine", (ClockMachine,), body)


def tour(machine: type[ClockMachine]) -> None:
    """Take every branch once, in an order written by hand, so that no run depends on luck for it."""
    m = machine()
    m.begin()
    m.time_passes(1)
    m.hub_comes_near(5)
    m.time_passes(30)
    m.hub_goes_far(7_200)
    m.time_passes(2)
    m.supplier_writes_for_later(30)
    m.supplier_is_mistaken(10)
    m.supplier_is_mistaken(-10)
    m.supplier_sets_the_clock(40)
    m.hub_goes_far(-90_000)
    m.supplier_sets_the_clock(-40)
    m.time_passes(30)
    m.time_passes(30)
    m.supplier_writes_for_later(90)
    m.hub_falls_silent()
    m.time_passes(30)
    m.hub_goes_far(90_000)
    m.supplier_sets_the_clock(0)
    m.obeys()


def walk(machine: type[ClockMachine], steps: int) -> None:
    """Take so many steps at random, each as likely as any other that its state allows."""
    m = machine()
    m.begin()
    pick = machine.bench.random
    for _ in range(steps):
        moves: list[Callable[[], None]] = [
            lambda: m.hub_comes_near(pick.choice(NEAR_S)),
            lambda: m.hub_goes_far(pick.choice(FAR_S)),
            m.hub_falls_silent,
            lambda: m.time_passes(pick.randint(1, 30)),
        ]
        if m.hub != "silent":
            moves.append(lambda: m.supplier_sets_the_clock(pick.randint(-50, 50)))
            moves.append(lambda: m.supplier_is_mistaken(pick.choice(MISTAKES_MIN)))
        if m.due is None:
            moves.append(lambda: m.supplier_writes_for_later(pick.choice(LATER_MIN)))
        pick.choice(moves)()
        m.obeys()


def report(machine: type[ClockMachine]) -> None:
    """Write down how often each branch was taken and each change of the hub's state was made.

    Raises:
        SuiteError: a branch was never taken.
    """
    missed = [branch for branch in BRANCHES if not machine.fired[branch]]
    if missed:
        raise SuiteError(f"branches never taken: {', '.join(missed)}")
    machine.bench.note("branches taken: " + ", ".join(f"{branch} {machine.fired[branch]}" for branch in BRANCHES))
    pairs = sorted(machine.visited.items())
    machine.bench.note("changes of the hub: " + ", ".join(f"{a} to {b} {n}" for (a, b), n in pairs))
