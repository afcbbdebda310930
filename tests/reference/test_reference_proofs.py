"""The reference is honest about where it comes from, every fault shows somewhere, and every variant is well declared."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

import pytest

from smets_conformance.adapter.contract import (
    Command,
    GasFlow,
    HubTime,
    Interrupt,
    Join,
    Leave,
    Restore,
    Send,
    Setup,
    SystemUnderTest,
)
from smets_reference.adapter import ReferenceMeter
from smets_reference.faults import FAULTS
from smets_reference.faults.making import breaks, kebab, seeded
from smets_reference.part import Part
from smets_reference.variants import VARIANTS
from smets_spec.catalogue import load_catalogue
from smets_spec.editions import editions_of

EDITIONS = [edition.id for edition in editions_of("gsme")]
HOUR, DAY = 3_600, 86_400
HUB = "Communications Hub Function"


def _modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_nothing_of_the_reference_loads_the_rules_or_the_judge() -> None:
    everything = (
        "import pkgutil, importlib, smets_reference\n"
        "for each in pkgutil.walk_packages(smets_reference.__path__, 'smets_reference.'): importlib.import_module(each.name)\n"
        "from smets_reference.faults import FAULTS; from smets_reference.variants import VARIANTS\n"
        "from smets_conformance.adapter.contract import Setup\n"
        "for each in (*FAULTS.values(), *VARIANTS.values()):\n"
        "    each.make().reset('commissioned', Setup(utc=0, edition='gsme@4.2'))"
    )
    loaded = _modules_after(everything)
    assert "smets_reference.faults.clock" in loaded
    strange = {
        name
        for name in loaded
        if name.startswith(("smets_spec.rules", "smets_reports"))
        or (name.startswith("smets_conformance.") and not name.startswith("smets_conformance.adapter"))
    }
    assert not strange


def test_the_judge_does_not_load_the_reference_by_itself() -> None:
    loaded = _modules_after("import smets_conformance.checks as checks, smets_conformance.cli\nchecks.all_checks()")
    assert not {name for name in loaded if name.startswith("smets_reference")}


@pytest.mark.parametrize(
    ("group", "value"),
    [("smets.adapters", ReferenceMeter), ("smets.faults", FAULTS), ("smets.variants", VARIANTS)],
)
def test_each_is_found_by_its_entry_point(group: str, value: object) -> None:
    (point,) = entry_points(group=group, name="reference")
    assert point.load() is value


def test_faults_and_variants_name_requirements_and_interpretations_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for fault in FAULTS.values():
        unknown = {*fault.breaks, *fault.may_also_break} - catalogue.requirements.keys()
        assert not unknown, fault.name
        assert not set(fault.breaks) & set(fault.may_also_break), fault.name
        assert set(fault.editions) <= set(EDITIONS), fault.name
        assert fault.description.endswith("."), fault.name
    for variant in VARIANTS.values():
        assert variant.interpretation in catalogue.interpretations, variant.name
        assert set(variant.editions) <= set(EDITIONS), variant.name


def test_every_requirement_verified_by_test_in_these_sections_has_a_fault() -> None:
    catalogue = load_catalogue()
    broken = {requirement for fault in FAULTS.values() for requirement in fault.breaks}
    mine = ("meter.clock.", "meter.set-clock.", "meter.data-storage.", "meter.hub-link.", "meter.event-log.",
            "meter.security-log.", "glossary.")  # fmt: skip
    wanted = {r.id for r in catalogue.requirements.values() if r.verification == "test" and r.id.startswith(mine)}
    assert wanted
    assert wanted <= broken


def test_every_variant_that_the_interpretations_want_is_built() -> None:
    wanted = {name: i for i, each in load_catalogue().interpretations.items() for name in each.variants}
    assert wanted.keys() <= VARIANTS.keys()
    assert all(VARIANTS[name].interpretation == where for name, where in wanted.items())


def test_a_fault_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="never-adjusts"):
        seeded("never-adjusts", "The name is taken.", "meter.clock.adjusts")
    with pytest.raises(ValueError, match="breaks-nothing"):
        seeded("breaks-nothing", "It breaks nothing.")
    with pytest.raises(LookupError, match="Stranger"):
        breaks("meter.clock.adjusts")(type("Stranger", (Part,), {"__doc__": "No design has a place for it."}))
    assert kebab("LimitOfTwelveSeconds") == "limit-of-twelve-seconds"


Scene = Callable[[SystemUnderTest], Iterator[Any]]


def _send(name: str, ref: str, execute_at: int | None = None, **parameters: Any) -> Send:
    given = {name.replace("_", " "): value for name, value in parameters.items()}
    command = Command(name=name, parameters=given, execute_at=execute_at)
    return Send(interface="HAN", originator="Supplier", ref=ref, message=command)


def _reset(system: SystemUnderTest, utc: int, edition: str) -> int:
    return system.reset("commissioned", Setup(utc=utc, edition=edition, seed=3)).utc


def _set_clock(system: SystemUnderTest, asked: int, tolerance: int) -> None:
    system.do(_send("Set Clock", "set", date_and_time=asked, tolerance=tolerance))
    system.advance(0)


def _logs(system: SystemUnderTest) -> list[Any]:
    for log in ("Event Log", "Security Log", "Daily Read Log"):
        system.do(_send("Read Operational Data", log, item=log))
    system.advance(0)
    return list(system.take())


def comparisons(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Differences of every size and sign, at the comparison and a day later; and then one after the other."""
    offsets = (4_000, 9_500, -9_500, 11_000, -11_000, 30_000, -30_000, DAY * 1000 + 2_000)
    for lone in (*((each,) for each in offsets), (0, 7_000, -7_000, 30_000, 0, 30_000), (None, 6_000)):
        _reset(system, 1_768_390_200_000, edition)  # 2026-01-14 11:30
        for offset in lone:
            system.do(HubTime(offset=offset))
            system.advance(HOUR + 60)
            yield system.look("Clock"), list(system.take())
            system.advance(25 * HOUR)
            yield system.look("Clock"), list(system.take())
        yield _logs(system)


def a_rest_of_most_of_a_day(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Adjustments wanted 3, 13 and 23 hours after another, and over midnight; after a loss of power, after a Set Clock."""
    for pause, between in ((3, ""), (13, ""), (23, ""), (3, "power"), (3, "set"), (3, "first")):
        now = _reset(system, 1_768_428_000_000, edition)  # 2026-01-14 22:00
        system.do(HubTime(offset=3_000))
        if between == "first":
            _set_clock(system, now, 600)
        else:
            system.advance(HOUR + 60)
        system.do(HubTime(offset=6_000))
        if between == "power":
            system.do(Interrupt())
            system.do(Restore())
        if between == "set":
            _set_clock(system, now + HOUR * 1000, 600)
            system.do(HubTime(offset=9_000))
        system.advance(pause * HOUR)
        yield system.look("Clock")
    _reset(system, 1_768_428_000_000, edition)
    for offset in (-3_000, -6_000):
        system.do(HubTime(offset=offset))
        system.advance(HOUR + 60)
        yield system.look("Clock")


def set_clocks(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Set Clock on either side of its tolerance, near and far from the meter's own time, the hub silent, and twice a day."""
    utc = 1_768_390_200_000
    for hub, off, tolerance in (
        (0, 0, 5), (0, 4_000, 5), (0, -4_000, 5), (0, 5_500, 5), (0, -5_500, 5), (0, 60_000, 5), (0, -60_000, 5),
        (40_000, -40_000, 5), (-40_000, 0, 5), (40_000, 3_000, 5), (0, DAY * 1000, 5),
    ):  # fmt: skip
        now = _reset(system, utc, edition)
        system.do(HubTime(offset=hub))
        for _ in range(2):
            _set_clock(system, now + hub + off, tolerance)
            yield system.look("Clock"), list(system.take())
        yield _logs(system)
    now = _reset(system, utc, edition)
    system.do(HubTime(offset=None))
    _set_clock(system, now + 70_000, 100)
    yield system.look("Clock"), _logs(system)


def steps(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Leaps over midnights and due times, and setting back over them, in winter and summer, with Commands waiting."""
    for begin in (1_768_428_000_000, 1_783_029_600_000):  # 22:00 on 2026-01-14 and on 2026-07-02
        for step in (3 * HOUR, 51 * HOUR, -3 * HOUR, -60):
            now = _reset(system, begin, edition)
            for n in (1, 4):
                at = now + n * HOUR * 1000
                system.do(_send("Write Configuration Data", f"later {n}", at, items={"Low Credit Threshold": n}))
            system.advance(2 * HOUR + 30 if step < 0 else 30)
            system.do(HubTime(offset=step * 1000))
            _set_clock(system, now, 10**9)
            system.advance(6 * HOUR)
            yield _logs(system)
            system.advance(3 * DAY)
            yield _logs(system)


def boundaries(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """A leap day, the turns of summer time, the turn of the year, and two months left alone."""
    for begin in (1_835_348_400_000, 1_774_738_800_000, 1_792_882_800_000, 1_798_740_000_000):
        _reset(system, begin, edition)
        system.do(_send("Write Configuration Data", "w", items={"Low Credit Threshold": 77}))
        system.do(HubTime(offset=20_000))
        system.advance(HOUR)
        system.do(HubTime(offset=0))
        system.advance(60 * DAY)
        system.do(_send("Read Configuration Data", "r", item="Low Credit Threshold"))
        yield system.look("Clock"), _logs(system)


def losses_of_power(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Everything written, power lost at once, after a write and for long, and everything read."""
    for writes, off in ((None, 1), (None, 2 * DAY), (2, 1), (5, 1)):
        now = _reset(system, 1_768_390_200_000, edition)
        system.do(GasFlow(litres_per_hour=300))
        system.advance(DAY)
        items = {
            "Supplier Message": "hello",
            "Standing Charge": {"amount": 3, "per": 86_400},
            "Calorific Value": 40_000,
        }
        system.do(_send("Write Configuration Data", "now", items=items))
        for hours in (1, 3):
            later = now + (DAY + hours * HOUR) * 1000
            system.do(_send("Write Configuration Data", f"in {hours} h", later, items={"Low Credit Threshold": hours}))
        system.do(HubTime(offset=20_000))
        system.advance(2 * HOUR)
        system.do(HubTime(offset=0))
        system.do(Interrupt(after_writes=writes))
        system.do(
            _send("Write Configuration Data", "again", items={"Supplier Message": "bye", "Low Credit Threshold": 9})
        )
        system.advance(off)
        system.do(Restore())
        system.advance(2 * HOUR)
        for kind, item in (
            ("Operational", "Profile Data Log"), ("Constant", "Model Type"),
            *(("Configuration", item) for item in (*items, "Low Credit Threshold")),
        ):  # fmt: skip
            system.do(_send(f"Read {kind} Data", item, item=item))
        yield _logs(system), system.look("Communications Links")


def comings_and_goings(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """The hub leaves, comes back, falls silent and speaks again."""
    now = _reset(system, 1_768_390_200_000, edition)
    for act in (
        Leave(peer="hub"),
        Join(peer="hub", kind=HUB),
        HubTime(offset=None),
        HubTime(offset=5_000),
        Interrupt(),
        Restore(),
    ):
        system.do(act)
        system.advance(HOUR)
        yield system.look("Communications Links"), system.look("Communications Hub Date and Time"), system.look("Clock")
    system.advance(2 * DAY)
    system.do(HubTime(offset=DAY * 1000))
    _set_clock(system, now + 4 * DAY * 1000, 10**6)
    yield system.look("Communications Links"), system.look("Communications Hub Date and Time"), _logs(system)


def full_logs(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Either log filled beyond its room, in summer."""
    now = _reset(system, 1_783_029_600_000, edition)
    system.do(HubTime(offset=25_000))
    system.advance(131 * HOUR)
    for n in range(70):
        _set_clock(system, now + n, 1)
        system.advance(1)
    yield _logs(system)


def far_apart(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """The hub away by what overruns a counter, by a year, and by little for more than a week; Set Clock likewise."""
    utc = 1_768_390_200_000
    for offset in (2**16 * 1000 + 2_000, 2**32 + 2_000, 365 * DAY * 1000 + 2_000):
        now = _reset(system, utc, edition)
        system.do(HubTime(offset=offset))
        system.advance(HOUR + 60)
        yield system.look("Clock"), _logs(system)
        system.do(HubTime(offset=3_000))
        _set_clock(system, now + HOUR * 1000 + offset, 100)
        yield system.look("Clock"), list(system.take())
    now = _reset(system, utc, edition)
    system.do(HubTime(offset=40_000))
    system.advance(9 * DAY)
    yield system.look("Clock")
    system.do(HubTime(offset=3_000))
    _set_clock(system, now + 9 * DAY * 1000 + 70_000, 2**16 + 5)
    yield system.look("Clock")


def small_and_large_steps(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """A few seconds over a midnight, back over the time of a Command carried out, and a leap over ten midnights."""
    now = _reset(system, 1_768_435_196_000, edition)  # 2026-01-14 23:59:56
    system.do(HubTime(offset=6_000))
    _set_clock(system, now, 600)
    system.advance(HOUR)
    yield _logs(system)
    now = _reset(system, 1_768_390_200_000, edition)
    system.do(_send("Write Configuration Data", "soon", now + 10_000, items={"Low Credit Threshold": 5}))
    system.advance(12)
    system.do(HubTime(offset=-6_000))
    _set_clock(system, now, 600)
    system.advance(60)
    yield _logs(system)
    system.do(HubTime(offset=10 * DAY * 1000))
    _set_clock(system, now + 10 * DAY * 1000, 600)
    system.advance(HOUR)
    yield _logs(system)


def long_times(system: SystemUnderTest, edition: str) -> Iterator[Any]:
    """Forty days left alone; eight days without power; a hub gone for hours; one log filled after the other."""
    _reset(system, 1_768_390_200_000, edition)
    system.do(_send("Write Configuration Data", "now", items={"Supplier Message": "kept"}))
    system.advance(40 * DAY)
    system.do(_send("Read Operational Data", "profile", item="Profile Data Log"))
    system.do(Interrupt())
    system.advance(8 * DAY)
    system.do(Restore())
    system.advance(60)
    system.do(_send("Read Configuration Data", "message", item="Supplier Message"))
    yield _logs(system)
    system.do(Leave(peer="hub"))
    system.advance(2 * HOUR)
    system.do(Join(peer="hub", kind=HUB))
    system.advance(HOUR)
    yield system.look("Communications Links")
    now = _reset(system, 1_768_390_200_000, edition)
    for n in range(70):
        _set_clock(system, now + n, 1)
        system.advance(1)
    system.do(HubTime(offset=25_000))
    system.advance(60 * HOUR)
    yield _logs(system)


SCENES: tuple[Callable[[SystemUnderTest, str], Iterator[Any]], ...] = (
    comparisons,
    a_rest_of_most_of_a_day,
    set_clocks,
    steps,
    losses_of_power,
    comings_and_goings,
    full_logs,
    boundaries,
    far_apart,
    small_and_large_steps,
    long_times,
)


@lru_cache(maxsize=64)
def _sound(scene: Callable[[SystemUnderTest, str], Iterator[Any]], edition: str) -> list[str]:
    return [repr(seen) for seen in scene(ReferenceMeter(), edition)]


def _differs(make: Callable[[], SystemUnderTest], edition: str) -> str:
    for scene in SCENES:
        if any(repr(seen) != sound for seen, sound in zip(scene(make(), edition), _sound(scene, edition), strict=True)):
            return scene.__name__
    return ""


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_shows(name: str) -> None:
    edition = (FAULTS[name].editions or ("gsme@2.0",))[-1]
    assert _differs(FAULTS[name].make, edition), f"{name} does in every scene what the sound meter does"


@pytest.mark.parametrize(
    "name", sorted(VARIANTS.keys() - {"exactly-ten-counts-as-over", "tolerance-exclusive", "second-hub-accepted"})
)
def test_a_variant_shows(name: str) -> None:
    """Those left out differ only where a scene cannot go without knowing the oscillator: exactly at a bound, or at a second hub."""
    edition = (VARIANTS[name].editions or ("gsme@2.0",))[-1]
    assert _differs(VARIANTS[name].make, edition), f"{name} does in every scene what the reference does"


def test_all_modules_import_under_their_names() -> None:
    assert importlib.import_module("smets_reference.faults").FAULTS is FAULTS
