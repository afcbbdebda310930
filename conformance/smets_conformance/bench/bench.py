"""The bench proper: one system under test, its time, its events, a simulated Communications Hub, and the claims made of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from smets_conformance.adapter.contract import (
    Act,
    AdapterError,
    Alert,
    Command,
    Event,
    Interrupt,
    Response,
    Restore,
    Send,
    Setup,
    SystemUnderTest,
    Value,
)
from smets_conformance.bench.errors import SuiteError
from smets_conformance.bench.hub import Hub
from smets_conformance.bench.logs import Entry, capacity_of, kept
from smets_conformance.bench.readings import Answer, Reading, answer, at_least, at_most
from smets_conformance.bench.timing import DAY, SECOND, timing_of
from smets_conformance.plan import requirements_of_run
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable, Recorder
from smets_spec.dictionary import UnknownName, load_dictionary

if TYPE_CHECKING:
    from smets_conformance.profile import Declarations
    from smets_spec.catalogue import Catalogue, Requirement

E_ = TypeVar("E_", bound=Event)
T_ = TypeVar("T_")

# Tuesday 13 January 2026, 09:17:23 UTC: no boundary of any calendar is near.
ORDINARY_DAY: Final = 1_768_295_843_000
EXAMPLES: Final = {"quick": 4, "certify": 30, "deep": 300}
RESET_SLACK_MS: Final = 60 * SECOND


class Bench:
    """One system under test on one bench, for the length of one check.

    `now` is the bench's clock (ms UTC); `events` everything that came out since the bench was built, in order.
    """

    def __init__(
        self,
        system: SystemUnderTest,
        *,
        declarations: Declarations,
        catalogue: Catalogue,
        recorder: Recorder,
        seed: int,
        depth: str,
    ) -> None:
        """Put `system` on the bench; nothing is done to it before `reset`."""
        self.system = system
        self.declarations = declarations
        self.catalogue = catalogue
        self.recorder = recorder
        self.seed = seed
        self.depth = depth
        self.timing = timing_of(declarations)
        self.edition: str = declarations.edition
        self.dictionary = load_dictionary(self.edition.partition("@")[0])
        self.description = system.describe()
        self.random = random.Random(seed)
        self.examples = EXAMPLES[depth]
        self.now = 0
        self.events: list[Event] = []
        self.hub = Hub(self)
        self._sent = 0
        self._claimed: Requirement | None = None
        self._findings: dict[str, Finding] = {}
        self._standing = frozenset(requirement.id for requirement in requirements_of_run(catalogue, self.edition))

    # ------------------------------------------------------------------ what the adapter offers

    def needs(self, *, acts: tuple[str, ...] = (), looks: tuple[str, ...] = ()) -> None:
        """Refuse to go on unless the adapter offers all of these.

        Raises:
            NotTestable: it does not; each missing act and look is named.
        """
        missing = [f"act {act}" for act in acts if act not in self.description.acts]
        missing += [f"look {look}" for look in looks if not self.can_look(look)]
        if missing:
            raise NotTestable(missing)

    def can_look(self, what: str) -> bool:
        """Return whether the adapter offers the look `what`."""
        self._known("look", what)
        return what in self.description.looks

    def _known(self, kind: str, name: str) -> Any:
        """Return the dictionary's entry of a name, in the edition of the run.

        Raises:
            SuiteError: the documents, and the dictionary for them, know no such name there.
        """
        try:
            return self.dictionary.require(kind, name, self.edition)
        except UnknownName as error:
            raise SuiteError(f"a check uses a name that nothing bears: {error}") from error

    # ------------------------------------------------------------------ acts, time, events

    def reset(self, utc: int | None = None) -> None:
        """Bring the device to its commissioned state: linked to the hub, whose time is the bench's, as is its own.

        Args:
            utc: where the bench's clock shall begin (ms UTC); None: anywhere.

        Raises:
            NotTestable: `utc` was asked for, and this bench's clock cannot be set.
        """
        setup = Setup(utc=ORDINARY_DAY if utc is None else utc, edition=self.edition, seed=self.seed)
        reached = self.system.reset("commissioned", setup)
        self.now = reached.utc
        self.recorder.step("reset", self.now, f"reset to {reached.baseline}", setup)
        self.hub.begin()
        if utc is not None and abs(reached.utc - utc) > RESET_SLACK_MS:
            raise NotTestable("reset to a chosen date and time")
        self._advance(0)

    def do(self, act: Act) -> None:
        """Deliver one act and let the device settle what is due at once.

        Raises:
            NotTestable: the adapter does not offer this kind of act.
        """
        self.needs(acts=(type(act).__name__,))
        self.recorder.step("act", self.now, _sentence(act), act)
        self.system.do(act)
        self._advance(0)

    def wait(self, seconds: int) -> None:
        """Let `seconds` pass; a drifting hub drifts meanwhile."""
        if seconds < 0:
            raise SuiteError(f"cannot wait {seconds} s")
        start, end = self.now, self.now + seconds * SECOND
        while self.now < end:
            self._advance(min((end - self.now + SECOND - 1) // SECOND, self.hub.steady_s()))
            self.hub.drifted()
        self.recorder.step("advance", self.now, f"waited {(self.now - start) // SECOND} s", seconds)

    def wait_until(self, bench_time: int) -> None:
        """Let time pass until the bench's clock shows at least `bench_time` (ms UTC)."""
        self.wait(max(0, -(-(bench_time - self.now) // SECOND)))

    def _advance(self, seconds: int) -> None:
        """Let at most `seconds` pass and collect what came out."""
        gone = self.system.advance(seconds)
        if gone < 0 or (gone == 0 and seconds > 0) or (gone > seconds and self.description.time == "virtual"):
            raise AdapterError(f"advance({seconds}) of {self.description.name} returned {gone} seconds")
        self.now += gone * SECOND
        for event in self.system.take():
            self.events.append(event)
            self.recorder.step("event", event.at, _sentence(event), event, event.device_utc)

    def mark(self) -> int:
        """Return a mark; events are searched from one."""
        return len(self.events)

    def since(self, mark: int, kind: type[E_]) -> Iterator[E_]:
        """Yield the events of a kind that came out after `mark`, in order."""
        return (event for event in self.events[mark:] if isinstance(event, kind))

    def alerts(self, name: str, mark: int) -> list[Alert]:
        """Return the Alerts of that name that came out over the HAN Interface after `mark`."""
        self._known("alert", name)
        return [alert for alert in self.since(mark, Alert) if alert.name == name and alert.interface == "HAN"]

    # ------------------------------------------------------------------ looks

    def look(self, what: str) -> Value:
        """Return what an observer sees now.

        Raises:
            NotTestable: the adapter does not offer this look.
        """
        self.needs(looks=(what,))
        seen = self.system.look(what)
        self.recorder.step("look", self.now, f"{what}: {seen}", seen)
        return seen

    def clock(self) -> Reading:
        """Return how far the device's clock is ahead of the bench's, in ms.

        Raises:
            NotTestable: the device's clock cannot be observed.
            Inconclusive: the device shows none.
        """
        shown = self.look("Clock")
        if not isinstance(shown, int) or isinstance(shown, bool):
            raise Inconclusive(f"the look Clock showed {shown!r}, not a date and time in ms of UTC", blame="adapter")
        cost = self.description.looks["Clock"] * SECOND
        return Reading(
            "clock ahead of the bench [ms]",
            shown - self.now,
            self.timing.clock_uncertainty_ms + cost,
            at=self.now,
            at_uncertainty=cost,
            claim=shown,
        )

    def reading(self, what: str, value: int) -> Reading:
        """Return a date and time, or a difference of two, that the device tells now, with the uncertainty of its clock (ms)."""
        return Reading(what, value, self.timing.clock_uncertainty_ms, at=self.now)

    @property
    def device_now(self) -> int:
        """What the device's clock shows now, in ms of UTC."""
        return self.now + self.clock().value

    def watch_clock(self, until: int) -> Iterator[Reading]:
        """Yield a reading of the device's clock after each sampling interval, the last at bench time `until` (ms UTC)."""
        while self.now < until:
            self.wait(min(self.timing.sampling_s, -(-(until - self.now) // SECOND)))
            yield self.clock()

    def await_adjustment(self, first: Reading) -> tuple[Reading, Reading] | None:
        """Wait until the clock has been adjusted by comparison, at most for a comparison and the 24 hours a meter may have to wait.

        `first` is a reading from before the hub was moved: a meter may compare as soon as it is. Returns the last reading
        before the adjustment began and one after it has settled; None if the clock was not moved.
        """
        last, until = first, self.now + DAY + (self.timing.comparison_s + self.timing.sampling_s) * SECOND
        if self.has_moved(first, self.clock()):
            self.wait(self.timing.adjust_settling_s + 1)
            return first, self.clock()
        for reading in self.watch_clock(until):
            if self.has_moved(first, reading):
                self.wait(self.timing.adjust_settling_s + 1)
                return last, self.clock()
            last = reading
        return None

    def has_moved(self, before: Reading, after: Reading) -> bool:
        """Return whether the clock was certainly adjusted between two readings: by more than uncertainty and drift explain."""
        return self._movement(before, after).low > self._drift(before, after)

    def moved(self, before: Reading, after: Reading, by: int) -> Answer:
        """Say whether the clock was adjusted between two readings, where that would have been by about `by` ms.

        It cannot be told where so great a movement could hide in what is uncertain about the readings.
        """
        if self.has_moved(before, after):
            return Answer.YES
        return Answer.CANNOT_TELL if self._movement(before, after).high >= abs(by) else Answer.NO

    def _movement(self, before: Reading, after: Reading) -> Reading:
        return after.minus(before, "movement of the clock against the bench [ms]").magnitude()

    def _drift(self, before: Reading, after: Reading) -> int:
        return self.timing.drift_ms((after.at - before.at) // SECOND)

    def behind_hub(self) -> Reading:
        """Return how far the Communications Hub Date and Time is ahead of the device's clock, in ms.

        Raises:
            SuiteError: the hub gives no time now.
        """
        offset = self.hub.clock.offset_at(self.now)
        if offset is None:
            raise SuiteError("the hub gives no time to compare with")
        hub = Reading("hub ahead of the bench [ms]", offset, 0, at=self.now)
        return hub.minus(self.clock(), "hub ahead of the device's clock [ms]")

    # ------------------------------------------------------------------ Commands and logs

    def send(
        self,
        command: str,
        parameters: Mapping[str, Value],
        *,
        execute_at: int | None = None,
        originator: str = "Supplier",
    ) -> str:
        """Send a Command over the HAN Interface, future dated where `execute_at` (ms UTC) is given; return its reference.

        Raises:
            NotTestable: the adapter cannot send this Command.
        """
        self._known("command", command)
        if command not in self.description.acts.get("Send", ()):
            raise NotTestable(f"act Send of {command}")
        self._sent += 1
        ref = f"{command} {self._sent}"
        message = Command(name=command, parameters=dict(parameters), execute_at=execute_at)
        self.do(Send(interface="HAN", originator=originator, ref=ref, message=message))
        return ref

    def response(self, ref: str, mark: int) -> Response | None:
        """Return the Response to the Command sent as `ref`, waiting for it as long as declared; None if none comes."""
        patience = self.timing.command_latency_s + self.timing.response_latency_s
        while True:
            for response in self.since(mark, Response):
                if response.ref == ref:
                    return response
            if patience <= 0:
                return None
            self._advance(1)
            self.hub.drifted()
            patience -= 1

    def execute(self, command: str, parameters: Mapping[str, Value], *, execute_at: int | None = None) -> Response:
        """Send a Command and return its Response.

        Raises:
            Inconclusive: no Response came within the declared latency; a check that claims Responses uses `send`.
        """
        mark = self.mark()
        found = self.response(self.send(command, parameters, execute_at=execute_at), mark)
        if found is None:
            raise Inconclusive(
                f"no Response to {command} within the declared latency", reason="no-response", blame="device"
            )
        return found

    def read(self, item: str) -> Value:
        """Return the value of a data item, read by Command.

        Raises:
            Inconclusive: the device refused to say.
        """
        found = self.try_read(item)
        if found is None:
            raise Inconclusive(f"the device does not answer for {item}", reason="refused", blame="device")
        return found["value"]

    def try_read(self, item: str) -> dict[str, Value] | None:
        """Return the values of the Response to reading a data item; None where the device refuses, as for one it does not hold."""
        command = READ_COMMANDS[self._known("item", item).kind]
        response = self.execute(command, {"item": item})
        return response.values if response.outcome == "success" else None

    def log(self, name: str) -> list[Entry]:
        """Return the entries of a log, oldest first, read by Command."""
        entries = self.read(name)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise Inconclusive(
                f"{name} was read as {type(entries).__name__}, not as a list of entries", blame="adapter"
            )
        return cast("list[Entry]", entries)

    def new_entries(self, log: str, before: list[Entry], name: str) -> list[Entry]:
        """Return the entries called `name` that a log gained since it was read as `before`.

        Raises:
            Inconclusive: the log does not continue what it held, so that nothing can be said of what is new.
        """
        self._known("log entry", name)
        return [entry for entry in self.gained(log, before) if entry.get("entry") == name]

    def gained(self, log: str, before: list[Entry]) -> list[Entry]:
        """Return the entries that a log gained since it was read as `before`.

        Raises:
            Inconclusive: the log does not continue what it held, so that nothing can be said of what is new.
        """
        now = self.log(log)
        remaining = kept(before, now, self.capacity(log))
        if remaining is None:
            raise Inconclusive(f"the {log} does not continue what it held before", reason="log-broken", blame="device")
        return now[remaining:]

    def capacity(self, log: str) -> int:
        """Return how many entries a log must have room for."""
        return capacity_of(self._known("item", log).value)

    @property
    def log_capacity(self) -> int:
        """How many entries the Event Log and the Security Log are declared to hold, at least a hundred."""
        return max(100, int(self.declarations.ics.choices.get("log_capacity", 100)))

    def is_configuration(self, item: str) -> bool:
        """Return whether a data item is constant or configuration data, which only Commands change."""
        return self._known("item", item).kind in ("constant", "configuration")

    def set_clock(self, date: int, tolerance_s: int) -> Response | None:
        """Execute Set Clock with a date and time (ms UTC) and a tolerance, and return its Response once all effects are out."""
        mark = self.mark()
        ref = self.send("Set Clock", {"date and time": date, "tolerance": tolerance_s})
        response = self.response(ref, mark)
        self.wait(self.timing.command_s)
        return response

    # ------------------------------------------------------------------ power

    def can_interrupt(self, how: str) -> bool:
        """Return whether power can be taken away `after_ms` or `after_writes`: an adapter that lists neither offers both."""
        listed = self.description.acts.get("Interrupt", ())
        return how in listed or not {"after_ms", "after_writes"} & set(listed)

    def cut_power(self) -> None:
        """Take all power away, now."""
        self.do(Interrupt())

    def restore_power(self) -> None:
        """Give power back."""
        self.do(Restore())

    # ------------------------------------------------------------------ requirements and claims

    def requirement(self, name: str) -> Requirement:
        """Return a requirement of the catalogue.

        Raises:
            SuiteError: there is none of that id.
        """
        try:
            return self.catalogue.requirements[name]
        except KeyError as error:
            raise SuiteError(f"a check names the requirement {name!r}, which the catalogue does not hold") from error

    def in_force(self, name: str) -> bool:
        """Return whether a requirement stands in the edition that the device is judged by."""
        return self.requirement(name).id in self._standing

    def parameter(self, requirement: str, name: str) -> int:
        """Return a number that a requirement states; its name ends in its unit.

        Raises:
            SuiteError: the requirement states no such number.
        """
        try:
            return int(self.requirement(requirement).parameters[name])
        except KeyError as error:
            raise SuiteError(f"{requirement} has no parameter {name!r}") from error

    @contextmanager
    def claims(self, requirement: str) -> Iterator[None]:
        """Say whose requirement the expectations inside are about. The first that is not met ends the block, not the check.

        So a check that claims several requirements finds each that is broken; it ends with all findings in `conclude`.

        Raises:
            SuiteError: claims are nested, or the requirement does not stand in the edition of the run.
        """
        if self._claimed is not None:
            raise SuiteError(f"a claim of {requirement} inside one of {self._claimed.id}")
        if not self.in_force(requirement):
            raise SuiteError(f"{requirement} does not stand in {self.edition}; ask bench.in_force first")
        self._claimed = self.requirement(requirement)
        try:
            yield
        except Finding as finding:
            self._findings.setdefault(requirement, finding)
        finally:
            self._claimed = None

    def conclude(self) -> None:
        """End the check, or an example of a property, with what was found.

        Raises:
            Finding: one requirement was found broken.
            ExceptionGroup: several were; it holds a Finding for each.
        """
        findings = list(self._findings.values())
        self._findings.clear()
        if len(findings) == 1:
            raise findings[0]
        if findings:
            raise ExceptionGroup("several requirements were found broken", findings)

    def expect(self, outcome: Answer | bool, expected: str, reading: object = "", tolerance: str = "") -> None:
        """Hold one expectation of the claimed requirement, and write it down.

        Args:
            outcome: whether it is met.
            expected: a sentence: what would be right.
            reading: what was seen.
            tolerance: what was allowed for.

        Raises:
            Finding: it is not met.
            Inconclusive: it cannot be told.
            SuiteError: no requirement is claimed.
        """
        claimed = self._claimed
        if claimed is None:
            raise SuiteError(f"an expectation outside bench.claims: {expected}")
        said = answer(outcome) if isinstance(outcome, bool) else outcome
        self.recorder.step(
            "claim",
            self.now,
            expected,
            requirement=claimed.id,
            verdict=_VERDICTS[said],
            expected=expected,
            reading=str(reading),
            tolerance=tolerance,
            interpretations=tuple(claimed.interpretation),
        )
        if said is Answer.NO:
            raise Finding(claimed.id, f"expected: {expected}; seen: {reading}", expected=expected, reading=str(reading))
        if said is Answer.CANNOT_TELL:
            raise Inconclusive(f"{claimed.id}: cannot tell whether {expected}; seen: {reading}")

    def expect_unmoved(
        self, before: Reading, after: Reading, expected: str, *, by: int | None = None, allowed: int = 0
    ) -> None:
        """Hold that the device's clock was not adjusted between two readings of it.

        Its own rate may have carried it as far as the declared oscillator allows.

        Args:
            before: the reading before, taken before anything could have moved the clock.
            after: the reading after.
            expected: a sentence: what would be right.
            by: how far an adjustment would have moved it (ms); where that could hide in the uncertainty nothing can be told.
            allowed: where `by` is not given, how far something lawful may have moved it meanwhile (ms).
        """
        moved, drift = self._movement(before, after), self._drift(before, after)
        tolerance = f"{moved.uncertainty} ms of reading, {drift} ms of drift, {allowed} ms of what is lawful"
        unmoved = answer(moved.low <= drift + allowed) if by is None else ~self.moved(before, after, by)
        self.expect(unmoved, expected, moved, tolerance)

    def at_most(self, reading: Reading, limit: int) -> Answer:
        """Say whether a reading is at most `limit`, by the decision rule that was declared."""
        return at_most(reading, limit, self.timing.decision_rule)

    def at_least(self, reading: Reading, limit: int) -> Answer:
        """Say whether a reading is at least `limit`, by the decision rule that was declared."""
        return at_least(reading, limit, self.timing.decision_rule)

    def require(self, fact: bool, otherwise: str) -> None:
        """Go on only where the stage for what is to be judged was reached.

        Raises:
            Inconclusive: it was not; `otherwise` says what is the case instead.
        """
        if not fact:
            raise Inconclusive(otherwise, reason="stage", blame="device")

    def require_found(self, found: T_ | None, otherwise: str) -> T_:
        """Return what was found; see `require`."""
        if found is None:
            raise Inconclusive(otherwise, reason="stage", blame="device")
        return found

    def begin_example(self) -> None:
        """Begin another example of a property; the next thing must be a reset."""
        self._findings.clear()
        self.recorder.example()

    def note(self, text: str) -> None:
        """Write a remark into the evidence."""
        self.recorder.step("note", self.now, text)


_VERDICTS: Final[dict[Answer, Any]] = {Answer.YES: "pass", Answer.NO: "fail", Answer.CANNOT_TELL: "inconclusive"}

LISTED: Final = 3  # entries of a list that are still told one by one
READ_COMMANDS: Final = {
    "constant": "Read Constant Data",
    "configuration": "Read Configuration Data",
    "operational": "Read Operational Data",
}


def _sentence(thing: Act | Event) -> str:
    """Return an act or event as one line for a person; what is long, such as a whole log, is in the exchange beside it."""
    kept = msgspec.structs.asdict(thing)
    defaults = dict(zip(reversed(thing.__struct_fields__), reversed(thing.__struct_defaults__), strict=False))
    told = (
        f"{name} {_short(value)}" for name, value in kept.items() if name != "at" and value != defaults.get(name, ...)
    )
    return f"{type(thing).__name__}: " + ", ".join(told)


def _short(value: Value) -> str:
    """Return a value in words, a long list as the number of its entries."""
    if isinstance(value, list) and len(value) > LISTED:
        return f"({len(value)} entries)"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_short(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, msgspec.Struct):
        return _sentence(cast("Act | Event", value))
    return str(value)
