"""The doctor finds what is wrong before a run, says what to change and whose doing it is, and is content with what is sound."""

from __future__ import annotations

import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from tests.contract import toy_meter
from tests.contract.toy_meter import DESCRIPTION, ITEM, Toy, misbehaving

from smets_conformance.adapter import Response
from smets_conformance.cli import cli
from smets_conformance.profile import Declarations, declare, load_declarations
from smets_conformance.profile import doctor as examination
from smets_conformance.profile.crosscheck import Diagnosis
from smets_conformance.profile.doctor import doctor, environment
from smets_reports.record import Item

OTHER_ACTS = (
    "Press",
    "GasFlow",
    "Interrupt",
    "Restore",
    "Join",
    "Leave",
    "OpenPerimeter",
    "ClosePerimeter",
    "BatteryLevel",
    "CorruptFirmware",
)
ALL_ACTS: dict[str, tuple[str, ...]] = dict.fromkeys(OTHER_ACTS, ()) | DESCRIPTION["acts"]
ALL_LOOKS = dict.fromkeys(
    (
        "Clock",
        "Identification",
        "Communications Links",
        "Communications Hub Date and Time",
        "Supply",
        "Display",
        "Alarm",
    ),
    0,
)


@pytest.fixture(scope="module")
def declared() -> Declarations:
    """What is declared of the toy: the reference's answers, for another item."""
    reference = load_declarations("gsme@4.2")
    item = Item(maker="Toys", model="Toy meter", hardware="none", firmware="1")
    return msgspec.structs.replace(reference, ics=msgspec.structs.replace(reference.ics, item=item))


def sound(**changes: Any) -> Toy:
    """Return a toy that offers everything that a gas meter has."""
    offered: dict[str, Any] = {"acts": ALL_ACTS, "looks": ALL_LOOKS}
    return Toy(**(offered | changes))


def test_what_is_sound_has_no_complaint(declared: Declarations) -> None:
    assert doctor(declared, sound()) == []


def found(declared: Declarations, toy: Toy, says: str) -> Diagnosis:
    """Return the one diagnosis, and make sure that it is the only one."""
    diagnoses = doctor(declared, toy)
    assert [d for d in diagnoses if says in d.what] == diagnoses, diagnoses
    assert len(diagnoses) == 1
    assert diagnoses[0].right
    return diagnoses[0]


@pytest.mark.parametrize(
    ("toy", "level", "blame", "says"),
    [
        (sound(systems=("esme",)), "stop", "declaration", "the adapter reaches esme, the ICS declares a gsme"),
        (sound(acts=ALL_ACTS | {"Load": ()}), "stop", "adapter", "the act 'Load', which no gsme has"),
        (sound(looks=ALL_LOOKS | {"Clok": 0}), "stop", "adapter", "the look 'Clok', which no gsme has"),
        (
            sound(acts=ALL_ACTS | {"Send": ("Read Constant Data", "Write Configuration Data", "Set Clocks")}),
            "stop",
            "adapter",
            "the Command 'Set Clocks', which no gsme has",
        ),
        (
            sound(acts=ALL_ACTS | {"Send": ("Read Constant Data",)}),
            "wrong",
            "declaration",
            "Write Configuration Data is declared as a Command that can be future dated, but the adapter cannot send it",
        ),
        (
            sound(acts={k: v for k, v in ALL_ACTS.items() if k != "Interrupt"}),
            "note",
            "adapter",
            "the adapter does not offer the acts Interrupt",
        ),
        (
            sound(looks={k: v for k, v in ALL_LOOKS.items() if k != "Identification"}),
            "wrong",
            "adapter",
            "the item cannot be identified",
        ),
        (
            sound(item=ITEM | {"firmware": "2"}),
            "wrong",
            "declaration",
            "the item's firmware is '2', the ICS declares '1'",
        ),
        (sound(item=ITEM | {"identifier": "12"}), "wrong", "adapter", "identifies itself with identifier '12'"),
        (
            sound(item=ITEM | {"firmware_sha256": "x" * 64}),
            "wrong",
            "adapter",
            "identifies itself with firmware_sha256",
        ),
        (sound(item=ITEM | {"colour": "red"}), "wrong", "adapter", "shows 'colour', which is no part of it"),
        (sound(item={k: v for k, v in ITEM.items() if k != "model"}), "wrong", "adapter", "with model None"),
        (sound(step_ms=1000), "wrong", "declaration", "shows steps of 1000 ms, resolution.clock_ms declares 1"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) > 12 else "",
)
def test_what_is_wrong_is_found(declared: Declarations, toy: Toy, level: str, blame: str, says: str) -> None:
    diagnosis = found(declared, toy, says)
    assert (diagnosis.level, diagnosis.blame) == (level, blame)
    if "steps" in says:
        assert diagnosis.right == "declare resolution: {clock_ms: 1000}, or show finer"


def test_what_would_be_right_is_the_nearest_name(declared: Declarations) -> None:
    assert found(declared, sound(looks=ALL_LOOKS | {"Clok": 0}), "Clok").right == "did you mean 'Clock'?"


def test_offered_without_being_declared(declared: Declarations) -> None:
    without = declare(declared, {"battery": False, "mains": True})
    diagnosis = found(without, sound(), "offers the act 'BatteryLevel', but the ICS declares battery: no")
    assert (diagnosis.level, diagnosis.blame) == ("wrong", "declaration")
    large = declare(declared, {"large_gas_meter": True, "supply_control": False})
    found(large, sound(), "offers the look 'Supply', but the ICS declares supply_control: no")


def test_a_declared_coarse_clock_is_as_declared(declared: Declarations) -> None:
    assert doctor(declare(declared, {"resolution.clock_ms": 1000}), sound(step_ms=1000)) == []


@pytest.mark.parametrize(
    ("shift", "level"),
    [(-3_600_000, "wrong"), (-1_690_000_000_000, "wrong"), (5_000, "note")],
    ids=["zone", "unit", "off"],
)
def test_a_clock_that_is_elsewhere(declared: Declarations, shift: int, level: str) -> None:
    toy = sound()
    look = toy.look
    toy.look = lambda what, node="": look(what) + shift if what == "Clock" else look(what)  # type: ignore[method-assign]
    diagnosis = found(declared, toy, f"after reset the look Clock is {shift} ms from the bench's clock")
    assert (diagnosis.level, diagnosis.blame) == (level, "undecided"), (
        "a device may truly be off, and is judged for it by a check"
    )


def test_a_clock_that_is_no_time(declared: Declarations) -> None:
    toy = sound()
    look = toy.look
    toy.look = lambda what, node="": "noon" if what == "Clock" else look(what)  # type: ignore[method-assign]
    assert found(declared, toy, "the look Clock showed 'noon'").level == "stop"


def test_a_reset_to_another_time(declared: Declarations) -> None:
    toy = sound()
    reset = toy.reset
    toy.reset = lambda baseline, setup: reset(baseline, msgspec.structs.replace(setup, utc=setup.utc + 7))  # type: ignore[method-assign]
    assert found(declared, toy, "reset was to begin at").level == "wrong"


class Late(Toy):
    """Answers a Command `delay_s` later; None: never."""

    def __init__(self, delay_s: int | None) -> None:
        super().__init__(acts=ALL_ACTS, looks=ALL_LOOKS)
        self.delay_s = delay_s
        self.delayed: set[str] = set()

    def advance(self, seconds: int) -> int:
        before = len(self.out)
        gone = super().advance(seconds)
        answers = [e for e in self.out[before:] if isinstance(e, Response) and e.ref not in self.delayed]
        self.delayed.update(answer.ref for answer in answers)
        self.out = [event for event in self.out if event not in answers]
        if self.delay_s is not None:
            self.due += [msgspec.structs.replace(a, at=a.at + 1000 * self.delay_s) for a in answers]
        return gone


def test_a_late_response_contradicts_the_declared_latency(declared: Declarations) -> None:
    says = "the Response to Read Constant Data took 3 s, command_s and response_s declare 0 s together"
    assert found(declared, Late(3), says).blame == "declaration"
    assert doctor(declare(declared, {"latency.response_s": 2, "latency.command_s": 1}), Late(3)) == []


def test_a_response_that_never_comes(declared: Declarations) -> None:
    assert found(declared, Late(None), "no Response came to Read Constant Data within 10 s").blame == "undecided"


@pytest.mark.parametrize("misdeed", ["raises", "floats", "no event", "unknown act offered", "another baseline"])
def test_an_adapter_that_breaks_the_contract_is_a_diagnosis(declared: Declarations, misdeed: str) -> None:
    toy = misbehaving(misdeed)
    diagnoses = doctor(declared, toy)
    assert [d.blame for d in diagnoses if d.level == "stop"] == ["adapter"]
    if misdeed == "raises":
        assert "ZeroDivisionError: no clock" in diagnoses[-1].log


def test_the_device_is_left_reset(declared: Declarations) -> None:
    toy = sound()
    doctor(declared, toy)
    assert (toy.utc, toy.inbox, toy.out) == (examination.START, [], [])


# ---------------------------------------------------------------------- the machine


def test_this_machine_will_do(tmp_path: Path) -> None:
    assert environment(tmp_path / "new" / "out") == []
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written() -> None:
    (diagnosis,) = environment(Path("/proc/out"))
    assert diagnosis.level == "stop"
    assert "nothing can be written to /proc/out" in diagnosis.what


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    (diagnosis,) = environment(tmp_path / "out")
    assert (diagnosis.level, diagnosis.right) == ("stop", "name another folder with --out")


def test_too_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1_000_000))
    (diagnosis,) = environment(tmp_path)
    assert (diagnosis.level, "0 MiB are free" in diagnosis.what) == ("wrong", True)


def test_data_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise KeyError("no document is indexed")

    monkeypatch.setattr(examination, "load_document", lost)
    diagnoses = environment(tmp_path)
    assert {d.blame for d in diagnoses} == {"suite"}
    assert any("the index of smets2-4.2 cannot be read" in d.what for d in diagnoses)


# ---------------------------------------------------------------------- the command


def smets_doctor(*args: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["doctor", *args])
    assert "Traceback (most recent call last)" not in done.stdout
    return done.exit_code, done.output


def test_the_reference_is_in_good_health(tmp_path: Path) -> None:
    code, said = smets_doctor("--out", str(tmp_path), "--json")
    assert code == 0, said
    assert {d["level"] for d in json.loads(said)} <= {"note"}


def test_another_device_than_declared_is_no(tmp_path: Path) -> None:
    adapter = f"exec:{sys.executable} {toy_meter.__file__}"
    code, said = smets_doctor("--adapter", adapter, "--out", str(tmp_path))
    assert code == 1
    assert "the item's maker is 'Toys', the ICS declares 'SMETS conformance project'" in said
    assert "things to put right before a run" in said


@pytest.mark.parametrize(
    ("adapter", "code", "says"),
    [
        ("exec:false", 3, "the adapter exec:false cannot be started"),
        ("no_such_module:Toy", 3, "No module named 'no_such_module'"),
        ("refrence", 2, "did you mean 'reference'?"),
        (f"exec:{sys.executable} {toy_meter.__file__} dies", 1, "was killed by SIGKILL when asked to advance"),
    ],
    ids=["ends at once", "no module", "no name", "dies later"],
)
def test_adapters_in_trouble(adapter: str, code: int, says: str, tmp_path: Path) -> None:
    got, said = smets_doctor("--adapter", adapter, "--out", str(tmp_path))
    assert got == code
    assert says in said


def test_declarations_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("edition: gsme@4.2\n")
    code, said = smets_doctor("--profile", str(tmp_path / "x.yaml"))
    assert code == 2
    assert "the field 'item' is missing" in said
