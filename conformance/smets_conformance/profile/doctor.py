"""Everything that is wrong before a run, found by trying it: the adapter, what it reaches, and where the run will write."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from smets_conformance.adapter.contract import (
    AdapterError,
    Command,
    Event,
    Response,
    Send,
    Setup,
    SystemUnderTest,
)
from smets_conformance.adapter.guard import Guard
from smets_conformance.profile.crosscheck import IDENTIFICATION, Diagnosis, check_description, check_item
from smets_conformance.profile.declarations import Declarations
from smets_conformance.profile.features import feature_table
from smets_spec.catalogue import load_catalogue
from smets_spec.dictionary import load_dictionary
from smets_spec.editions import load_editions
from smets_spec.index import load_document

# Wednesday 14 January 2026, 10:11:12.457 UTC: no round number of anything, so that a coarse resolution shows.
START: Final = 1_768_385_472_457
STEPS: Final = (10, 100, 1_000, 10_000, 60_000)
READINGS: Final = (0, 1, 2, 3, 7, 47)  # seconds to wait before each reading of the clock
NOTICEABLE_MS: Final = (
    60_000  # an error of the clock beyond which a unit or a time zone is mistaken, rather than a device
)
PATIENCE_S: Final = 10
ROOM_BYTES: Final = 200 * 1024 * 1024


def doctor(declarations: Declarations, system: SystemUnderTest) -> list[Diagnosis]:
    """Try the adapter and hold what comes of it against the declarations; leave the device reset.

    A failure of the adapter is a diagnosis that stops, with its log, and ends the examination.
    """
    found: list[Diagnosis] = []
    try:
        found.extend(_examine(declarations, _guarded(declarations, system)))
    except AdapterError as error:
        log = str(getattr(error, "log", ""))
        found.append(
            Diagnosis("stop", str(error), "put the adapter right; docs/adapter.md says what each call owes", log=log)
        )
    return found


def _guarded(declarations: Declarations, system: SystemUnderTest) -> Guard:
    limits = declarations.ixit.limits
    return system if isinstance(system, Guard) else Guard(system, call_s=limits.call_s, reset_s=limits.reset_s)


def _examine(declarations: Declarations, system: Guard) -> list[Diagnosis]:
    """Return what is wrong, found in the order in which a run would meet it; stop at what makes going on pointless."""
    found = list(check_description(declarations, system.describe()))
    if any(d.level == "stop" for d in found):
        return found
    setup = Setup(utc=START, edition=declarations.edition)
    reached = system.reset("commissioned", setup)
    found.extend(_baseline(system, reached.utc))
    if IDENTIFICATION in system.describe().looks:
        found.extend(check_item(declarations.ics.item, system.look(IDENTIFICATION)))
    found.extend(_clock(declarations, system, reached.utc))
    found.extend(_command(declarations, system))
    system.reset("commissioned", setup)
    return found


def _baseline(system: Guard, utc: int) -> Iterator[Diagnosis]:
    if utc == START:
        return
    if system.describe().time == "virtual":
        what = f"reset was to begin at {START}, and began at {utc} (ms of UTC)"
        yield Diagnosis("wrong", what, "begin at Setup.utc, which virtual time allows")
    else:
        yield Diagnosis("note", "the bench's clock cannot be set", "checks that want a certain date are not testable")


def _clock(declarations: Declarations, system: Guard, utc: int) -> Iterator[Diagnosis]:
    """Read the clock a few times, letting time pass between: is it a time, near the bench's, as fine as declared?"""
    description = system.describe()
    if "Clock" not in description.looks:
        return
    shown: list[int] = []
    for seconds in READINGS:
        utc += system.advance(seconds) * 1000
        seen = system.look("Clock")
        if type(seen) is not int:
            yield Diagnosis("stop", f"the look Clock showed {seen!r}", "show ms of UTC, a whole number")
            return
        utc += description.looks["Clock"] * 1000
        shown.append(seen)
    step = max((s for s in STEPS if all(reading % s == 0 for reading in shown)), default=1)
    drift = sum(READINGS) * declarations.ixit.clock_drift_ppm // 1000 + 1
    lived = len(READINGS) * 1000 if description.time == "real" else 0  # whole seconds are counted, and some are lost
    yield from _clock_error(declarations, shown[-1] - utc, step + drift + lived)
    if step > declarations.ixit.resolution.clock_ms:
        what = f"the look Clock shows steps of {step} ms, resolution.clock_ms declares {declarations.ixit.resolution.clock_ms}"
        yield Diagnosis("wrong", what, f"declare resolution: {{clock_ms: {step}}}, or show finer", "declaration")


def _clock_error(declarations: Declarations, error_ms: int, explained_ms: int) -> Iterator[Diagnosis]:
    """Judge only what a device's own error would not explain: that is for a check to find."""
    allowed = max(declarations.ixit.resolution.clock_ms, explained_ms) + declarations.rig.clock_uncertainty_ms
    if abs(error_ms) > NOTICEABLE_MS:
        what = f"after reset the look Clock is {error_ms} ms from the bench's clock"
        yield Diagnosis(
            "wrong", what, "show ms (not s) of UTC (not local time), and set the clock in reset", "undecided"
        )
    elif abs(error_ms) > allowed:
        what = f"after reset the look Clock is {error_ms} ms from the bench's clock, {allowed} ms are explained by what is declared"
        yield Diagnosis(
            "note", what, "set the clock in reset, or declare resolution and clock_uncertainty_ms", "undecided"
        )


def _command(declarations: Declarations, system: Guard) -> Iterator[Diagnosis]:
    """Send a Command that changes nothing, and see whether its Response keeps the declared latency."""
    name, item = "Read Constant Data", "GSME Identifier"
    if name not in system.describe().acts.get("Send", ()):
        return
    system.advance(0)
    system.take()
    message = Command(name=name, parameters={"item": item})
    system.do(Send(interface="HAN", originator="Supplier", ref="doctor 1", message=message))
    latency = declarations.ixit.latency
    declared, gone = latency.command_s + latency.response_s, 0
    system.advance(0)
    events = [*system.take()]
    while not _answered(events) and gone < declared + PATIENCE_S:
        gone += max(1, system.advance(1))
        events.extend(system.take())
    if not _answered(events):
        what = f"no Response came to {name} within {gone} s"
        yield Diagnosis(
            "wrong", what, "send a Response with the ref of the Send; declare latency.response_s", "undecided"
        )
    elif gone > declared:
        what = f"the Response to {name} took {gone} s, command_s and response_s declare {declared} s together"
        yield Diagnosis("wrong", what, "declare latency.command_s and latency.response_s as they are", "declaration")


def _answered(events: list[Event]) -> bool:
    return any(isinstance(event, Response) and event.ref == "doctor 1" for event in events)


# ---------------------------------------------------------------------- the environment


def environment(out: Path) -> list[Diagnosis]:
    """Return what is wrong with the machine: Python, the folder for output and its room, the data that the suite brings.

    Nothing stays behind in `out`.
    """
    found: list[Diagnosis] = []
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs a copied tree by hand can have any
        found.append(
            Diagnosis("stop", f"this is Python {sys.version.split()[0]}", "use Python 3.11 or later", "undecided")
        )
    found.extend(_output(out))
    for name, load in _data():
        try:
            load()
        except Exception as error:  # noqa: BLE001 - whatever is broken in the installation is to be told, not raised
            what = f"{name} cannot be read: {error}"
            found.append(Diagnosis("stop", what, "install smets-conformance again, or mend the file", "suite"))
    return found


def _data() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what the suite brings along, each with a way to read it."""
    yield "the table of features", feature_table
    yield "the dictionary", load_dictionary
    yield "the catalogue of requirements", load_catalogue
    for document in {edition.document: edition for edition in load_editions().values()}:
        yield f"the index of {document}", partial(load_document, document)


def _output(out: Path) -> Iterator[Diagnosis]:
    folder = next(p for p in (out.absolute(), *out.absolute().parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        what = f"nothing can be written to {out}: {error.strerror}"
        yield Diagnosis("stop", what, "name another folder with --out", "undecided")
        return
    if free < ROOM_BYTES:
        what = f"{free // 2**20} MiB are free where {out} lies"
        yield Diagnosis("wrong", what, f"make room: a run can write {ROOM_BYTES // 2**20} MiB", "undecided")
