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
    HubTime,
    Interrupt,
    Join,
    Leave,
    Response,
    Restore,
    Send,
    Setup,
    SystemUnderTest,
    Value,
)
from smets_conformance.bench.hub import HUB, KIND, HubClock
from smets_conformance.bench.logs import Entry, added
from smets_conformance.bench.readings import Answer, Reading, answer, at_most
from smets_conformance.bench.timing import SECOND, timing_of
from smets_conformance.verdicts import Finding, Inconclusive, NotTestable, Recorder
from smets_spec.dictionary import load_dictionary

if TYPE_CHECKING:
    from smets_conformance.profile import Declarations
    from smets_spec.catalogue import Catalogue, Requirement

E_ = TypeVar("E_", bound=Event)

# Tuesday 13 January 2026, 09:17:23 UTC: no boundary of any calendar is near.
ORDINARY_DAY: Final = 1_768_295_843_000
EXAMPLES: Final = {"quick": 4, "certify": 30, "deep": 300}
RESET_SLACK_MS: Final = 60 * SECOND


class SuiteError(Exception):
    """A check uses the bench wrongly: a name nobody knows, a claim outside `claims`. Never the device's doing."""


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
        self.elapsed_s = 0
        self.events: list[Event] = []
        self.hub = Hub(self)
        self._sent = 0
        self._claimed: Requirement | None = None

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
        self._known("looks", what)
        return what in self.description.looks

    def _known(self, kind: str, name: str) -> None:
        """Hold a name against the dictionary.

        Raises:
            SuiteError: the documents, and the dictionary for them, know no such name.
        """
        try:
            self.dictionary.require(kind, name)
        except LookupError as error:
            raise SuiteError(f"a check names {name!r} among the {kind}: {error}") from error

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
        self.recorder.step("reset", self.now, f"reset to {reached.baseline}", msgspec.to_builtins(setup))
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
        self.recorder.step("act", self.now, _sentence(act), msgspec.to_builtins(act))
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
        self.elapsed_s += gone
        for event in self.system.take():
            self.events.append(event)
            self.recorder.step("event", event.at, _sentence(event), msgspec.to_builtins(event), event.device_utc)

    def mark(self) -> int:
        """Return a mark; events are searched from one."""
        return len(self.events)

    def since(self, mark: int, kind: type[E_]) -> Iterator[E_]:
        """Yield the events of a kind that came out after `mark`, in order."""
        return (event for event in self.events[mark:] if isinstance(event, kind))

    def alerts(self, name: str, mark: int) -> list[Alert]:
        """Return the Alerts of that name that came out over the HAN Interface after `mark`."""
        self._known("alerts", name)
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
        self._known("commands", command)
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
        self._known("items", item)
        command = READ_COMMANDS[self.dictionary.items[item].kind]
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
        self._known("log_entries", name)
        gained = added(before, self.log(log))
        if gained is None:
            raise Inconclusive(f"the {log} does not continue what it held before", reason="log-broken", blame="device")
        return [entry for entry in gained if entry.get("entry") == name]

    # ------------------------------------------------------------------ power

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
        return bool(self.requirement(name).source_in(self.edition))

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
        """Say whose requirement the expectations inside are about.

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
        finally:
            self._claimed = None

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

    def expect_unmoved(self, before: Reading, after: Reading, expected: str) -> None:
        """Hold that the device's clock was not adjusted between two readings of it.

        Its own rate may have carried it as far as the declared oscillator allows.
        """
        moved = after.minus(before, "movement of the clock against the bench [ms]").magnitude()
        drift = self.timing.drift_ms((after.at - before.at) // SECOND)
        within = at_most(moved, drift, "simple-acceptance") if moved.low > drift else Answer.YES
        self.expect(within, expected, moved, f"± {moved.uncertainty} ms of reading, {drift} ms of drift")

    def note(self, text: str) -> None:
        """Write a remark into the evidence."""
        self.recorder.step("note", self.now, text)


_VERDICTS: Final[dict[Answer, Any]] = {Answer.YES: "pass", Answer.NO: "fail", Answer.CANNOT_TELL: "inconclusive"}

READ_COMMANDS: Final = {
    "constant": "Read Constant Data",
    "configuration": "Read Configuration Data",
    "operational": "Read Operational Data",
}


class Hub:
    """The simulated Communications Hub of a bench."""

    def __init__(self, bench: Bench) -> None:
        """Stand beside `bench`; reset gives the hub the bench's time."""
        self._bench = bench
        self.clock = HubClock()
        self._told: int | None = 0

    @property
    def utc(self) -> int:
        """The Communications Hub Date and Time now, in ms of UTC.

        Raises:
            SuiteError: the hub gives none now.
        """
        utc = self.clock.utc_at(self._bench.now)
        if utc is None:
            raise SuiteError("the hub gives no time now")
        return utc

    def begin(self) -> None:
        """Have the bench's own time, as after every reset, without telling the adapter."""
        self.clock = HubClock(0, self._bench.now)
        self._told = 0

    def set(self, offset: int, *, ppm: int = 0) -> None:
        """Let the hub run `offset` ms ahead of the bench, gaining `ppm` parts in a million from now on."""
        self._become(HubClock(offset, self._bench.now, ppm))

    def lead_device_by(self, difference: int) -> None:
        """Set the hub so that it is `difference` ms ahead of the device's clock as that shows now."""
        self.set(self._bench.clock().value + difference)

    def fall_silent(self) -> None:
        """Give no time any more."""
        self._become(HubClock(None, self._bench.now))

    def leave(self) -> None:
        """Disappear from the network."""
        self._bench.do(Leave(peer=HUB))

    def join(self) -> None:
        """Appear on the network and offer a Communications Link."""
        self._bench.do(Join(peer=HUB, kind=KIND))

    def steady_s(self) -> int:
        """Return for how many seconds the bench may let time pass before the hub's drift must be told to the adapter."""
        steady = self.clock.steady_for(self._bench.now, DRIFT_STEP_MS)
        return 2**31 if steady is None else max(1, steady // SECOND)

    def drifted(self) -> None:
        """Tell the adapter how far the hub has drifted, where it has."""
        offset = self.clock.offset_at(self._bench.now)
        if offset != self._told:
            self._tell(offset)

    def _become(self, clock: HubClock) -> None:
        self.clock = clock
        self._tell(clock.offset_at(self._bench.now))

    def _tell(self, offset: int | None) -> None:
        self._told = offset
        self._bench.do(HubTime(offset=offset))


# A drifting hub is stepped by this much, a tenth of the Clock's least resolution.
DRIFT_STEP_MS: Final = 100


def _sentence(thing: Act | Event) -> str:
    """Return an act or event as one line for a person."""
    fields = msgspec.to_builtins(thing)
    kind = fields.pop("act", None) or fields.pop("event", None)
    fields.pop("at", None)
    return f"{kind}: " + ", ".join(f"{name} {value}" for name, value in fields.items())
