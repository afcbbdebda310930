"""The real suite, as a child process builds it: the checks, the bench, and every subject they can be run on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from smets_conformance.adapter.contract import Setup, SystemUnderTest
from smets_conformance.adapter.guard import Guard
from smets_conformance.bench import Bench
from smets_conformance.checks import all_checks
from smets_conformance.profile import Declarations, declare
from smets_conformance.proof.subjects import FAULT, VARIANT, WITHOUT, Without, installed_variants, make_system
from smets_conformance.runner.again import REPLAY, Recorded
from smets_conformance.runner.job import Entry, Job, Suite
from smets_conformance.verdicts import Recorder
from smets_reports.record import Item
from smets_spec.catalogue import load_catalogue

BUILD = f"{__name__}:build"
IDENTIFICATION = "Identification"
# Where the bench's clock stands while the item under test says who it is: Tuesday 13 January 2026, 09:00 UTC.
IDENTIFIED_AT = 1_768_294_800_000


class Options(msgspec.Struct, frozen=True):
    """What to judge, as `--adapter` names it, and what is declared of it."""

    adapter: str
    declarations: Declarations


def build(job: Job) -> Suite:
    """Return the suite for a job whose options are `Options`."""
    options = msgspec.convert(job.options, Options)
    declarations = options.declarations
    catalogue = load_catalogue()

    def open_system(entry: Entry) -> SystemUnderTest:
        system = _make(entry.subject, options.adapter)
        if entry.subject.startswith((FAULT, VARIANT)):
            return system  # our own devices need no guard, which costs as much as they do; the worker limits their time
        limits = declarations.ixit.limits
        return Guard(system, call_s=limits.call_s, reset_s=limits.reset_s)

    def bench(entry: Entry, system: SystemUnderTest, recorder: Recorder, seed: int) -> Bench:
        return Bench(
            system,
            declarations=declared_by(entry.subject, declarations),
            catalogue=catalogue,
            recorder=recorder,
            seed=seed,
            depth=job.depth,
        )

    def identify(system: SystemUnderTest) -> Item | None:
        return item_of(system, declarations.edition)

    if options.adapter.startswith(REPLAY):
        recorded = Recorded(Path(options.adapter.removeprefix(REPLAY)))
        return Suite(all_checks(), recorded.open, bench, lambda _system: recorded.item, per_check=True)
    return Suite(all_checks(), open_system, bench, identify)


def _make(subject: str, adapter: str) -> SystemUnderTest:
    if subject.startswith((FAULT, VARIANT)):
        return make_system(subject)
    system = make_system(adapter)
    return Without(system, subject.removeprefix(WITHOUT)) if subject.startswith(WITHOUT) else system


def declared_by(subject: str, declarations: Declarations) -> Declarations:
    """Return what is declared of a subject: a legal variant declares some things otherwise than the reference."""
    if not subject.startswith(VARIANT):
        return declarations
    return declare(declarations, installed_variants()[subject.removeprefix(VARIANT)].declares)


def item_of(system: SystemUnderTest, edition: str) -> Item | None:
    """Bring the system to its first baseline and ask who it is; None where it offers no such look."""
    description = system.describe()
    system.reset(description.baselines[0], Setup(utc=IDENTIFIED_AT, edition=edition))
    if IDENTIFICATION not in description.looks:
        return None
    said = system.look(IDENTIFICATION)
    known = Item.__struct_fields__
    return Item(**{name: str(value) for name, value in (said or {}).items() if name in known})
