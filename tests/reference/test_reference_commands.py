"""Commands, Responses, Alerts and configuration (4.4.2, 4.5.3, 4.6), and what the adapter refuses to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smets_conformance.adapter.contract import (
    AdapterError,
    Alarm,
    Alert,
    Command,
    GasFlow,
    Interrupt,
    Join,
    OpenPerimeter,
    Restore,
    Send,
    Setup,
    Stopped,
    Unsupported,
)
from smets_reference.adapter import ReferenceMeter
from smets_reference.data import names_in
from smets_reference.design import SOUND
from smets_reference.editions import TABLE, behaviour_in
from smets_reference.shapes import problem
from smets_spec.dictionary import load_dictionary
from smets_spec.editions import editions_of

EXACT = replace(SOUND, oscillator_error=lambda _seed: 0)
HOUR = 3_600_000
NOON = 1_768_305_600_000  # 2026-01-13 12:00:00
OUTCOME = "Future-dated Command outcome"
EDITIONS = [edition.id for edition in editions_of("gsme")]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_item_of_the_edition_can_be_read_and_has_its_shape(drive: Callable[..., Any], edition: str) -> None:
    meter = drive(EXACT, edition=edition)
    names = names_in(edition)
    for kind in ("constant", "configuration", "operational"):
        for item, entry in names.items(kind).items():
            response = meter.command(f"Read {kind.title()} Data", {"item": item})
            assert response.outcome == "success"
            assert response.values["item"] == item
            if type(entry.value).__name__ != "Log" and item != "Billing Data Log":
                assert problem(entry.value, response.values["value"], names) == ""
    assert meter.command("Read Configuration Data", {"item": "Privacy PIN"}).outcome == "failure"


def test_an_item_of_a_later_edition_does_not_stand_in_an_earlier_one(drive: Callable[..., Any]) -> None:
    item = {"item": "Events Configuration Settings"}
    assert drive(edition="gsme@2.0").command("Read Configuration Data", item).outcome == "failure"
    assert drive(edition="gsme@3.1").command("Read Configuration Data", item).outcome == "success"


@pytest.mark.parametrize("kind", ["Constant", "Configuration", "Operational"])
@pytest.mark.parametrize("item", ["Moon Phase", "", "privacy pin"])
def test_reading_what_is_not_there_fails_with_a_reason(drive: Callable[..., Any], kind: str, item: str) -> None:
    response = drive().command(f"Read {kind} Data", {"item": item})
    assert response.outcome == "failure"
    assert repr(item) in response.values["reason"]


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        ("Standing Charge", {"amount": 31_000, "per": 86_400}, {"amount": -1, "per": 86_400}),
        ("Supplier Message", "Cheaper gas", 7),
        ("Currency Units", "European Central Bank Euro", "Guineas"),
        ("Debt Recovery per Payment", 10_000, 10_001),
        ("Meter Point Reference Number (MPRN)", "1234567890", "12 34"),
        ("Tariff TOU Price Matrix", [[1, 2, 3, 4]], [[1, 2, 3]]),
        ("Tariff Threshold Matrix", [[1], [2], [3]], [1, 2, 3]),
        ("Debt Recovery Rates [1 … 2]", [{"amount": 1, "per": "day"}] * 2, [{"amount": 1, "per": "day"}]),
        ("Alerts Configuration Settings", {OUTCOME: False}, {"No such Alert": False}),
        ("Device Log", [{"identifier": "00" * 8, "kind": "PPMID", "credentials": "0A"}], [{"identifier": "00" * 8}]),
        (
            "GSME Security Credentials",
            [{"party": "Supplier", "credentials": "AB"}],
            [{"party": "S", "credentials": "xy"}],
        ),
        ("Billing Calendar", {"first": NOON, "every": "month"}, {"first": True, "every": "month"}),
    ],
)
def test_configuration_is_taken_when_sound_and_refused_whole_when_not(
    drive: Callable[..., Any], item: str, good: Any, bad: Any
) -> None:
    meter = drive(EXACT)
    assert meter.write({item: good}).outcome == "success"
    assert meter.read(item) == good
    assert meter.entries("Event Log", "Configuration written") == [NOON]
    before = meter.read("Low Credit Threshold")
    refused = meter.write({"Low Credit Threshold": before + 1, item: bad})
    assert refused.outcome == "failure"
    assert item in refused.values["reason"]
    assert (meter.read(item), meter.read("Low Credit Threshold")) == (good, before)
    assert meter.entries("Event Log", "Configuration written") == [NOON]


def test_a_command_and_its_outcome_are_logged_but_not_that_something_was_read(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.write({"Supplier Message": "a"})
    meter.write({"Supplier Message": 0})
    meter.set_clock(NOON + 99_000, 1)
    logged = [(e["command"], e["outcome"]) for e in meter.read("Event Log") if e["entry"] == "Command and Outcome"]
    write = "Write Configuration Data"
    assert logged == [(write, "success"), (write, "failure"), ("Set Clock", "failure")]


def test_a_future_dated_command_is_received_and_its_outcome_alerted(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    response = meter.write({"Supplier Message": "hello"}, execute_at=NOON + HOUR, ref="later")
    assert (response.outcome, response.values) == ("received", {})
    meter.let(3_599)
    assert meter.read("Supplier Message") == ""
    (alert,) = [event for event in meter.let(1) if isinstance(event, Alert)]
    assert (alert.name, alert.interface, alert.to, alert.at) == (OUTCOME, "HAN", "Supplier", NOON + HOUR)
    assert alert.values == {"ref": "later", "command": "Write Configuration Data", "outcome": "success", "reason": ""}
    assert meter.read("Supplier Message") == "hello"


def test_the_same_future_dated_command_twice_is_carried_out_once(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    for _ in range(2):
        assert meter.write({"Supplier Message": "hello"}, execute_at=NOON + HOUR, ref="one").outcome == "received"
    other = meter.write({"Supplier Message": "other"}, execute_at=NOON + HOUR, ref="one")
    assert other.outcome == "failure"
    assert "'one'" in other.values["reason"]
    meter.let(2 * 3600)
    assert len(meter.alerts(OUTCOME)) == 1


def test_what_cannot_be_future_dated_is_refused(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    response = meter.command("Set Clock", {"date and time": NOON, "tolerance": 1}, execute_at=NOON + HOUR)
    assert response.outcome == "failure"
    assert "future dated" in response.values["reason"]


def test_a_time_that_has_come_is_now(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    assert meter.write({"Supplier Message": "now"}, execute_at=NOON).outcome == "success"
    assert meter.alerts(OUTCOME) == []


def test_waiting_commands_outlast_a_loss_of_power_and_are_carried_out_once(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.write({"Supplier Message": "hello"}, execute_at=NOON + HOUR)
    meter.without_power(2 * 3600)
    assert meter.read("Supplier Message") == "hello"
    meter.write({"Supplier Message": "later"})
    meter.without_power(60)
    assert meter.read("Supplier Message") == "later"
    assert len(meter.alerts(OUTCOME)) == 1


def test_alerts_can_be_restricted(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.write({"Alerts Configuration Settings": {"Clock difference over limit": False}})
    meter.hub(60_000)
    meter.let(3600)
    assert meter.alerts("Clock difference over limit") == []
    assert meter.entries("Security Log", "Clock difference over limit") == [NOON + HOUR]


def test_events_can_be_kept_out_of_the_log_and_made_to_sound_from_3_1_on(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT, edition="gsme@3.1")
    meter.write({"Events Configuration Settings": {"Clock adjusted": {"alarm": True, "log": False}}})
    meter.set_clock(NOON, 1)
    assert meter.entries("Event Log", "Clock adjusted") == []
    assert [event.name for event in meter.events if isinstance(event, Alarm)] == ["Event"]


def test_a_message_for_another_device_is_none_of_its_business(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    command = Command(name="Set Clock", recipient="FF" * 8, parameters={"date and time": NOON, "tolerance": 1})
    assert meter.let(0, Send(interface="HAN", originator="Supplier", ref="x", message=command)) == []
    assert meter.entries("Event Log") == []


def test_without_power_it_answers_nothing_and_shows_only_its_label(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    command = Command(name="Set Clock", parameters={"date and time": NOON, "tolerance": 1})
    send = Send(interface="HAN", originator="Supplier", ref="x", message=command)
    assert meter.let(60, Interrupt(), send) == [Stopped(at=NOON, why="power")]
    looks = ("Clock", "Communications Links", "Communications Hub Date and Time")
    assert [meter.system.look(what) for what in looks] == [None] * 3
    assert meter.system.look("Identification")["identifier"] == "02005E10000000A1"
    assert meter.let(60, Restore()) == []
    assert meter.clock() == NOON + 120_000


def test_power_fails_after_the_time_armed(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    assert meter.let(10, Interrupt(after_ms=2_500)) == [Stopped(at=NOON + 2_500, why="power")]


@pytest.mark.parametrize("kind", ["Response", "Stopped"])
def test_it_wakes_at_the_end_of_the_second(kind: str) -> None:
    meter = ReferenceMeter(EXACT)
    meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2", wake_on=(kind,)))
    meter.do(Interrupt(after_ms=2_500))
    assert meter.advance(10) == (3 if kind == "Stopped" else 10)
    assert meter.advance(10) == 10
    meter.do(Restore())
    command = Command(name="Set Clock", parameters={"date and time": NOON, "tolerance": 99})
    meter.do(Send(interface="HAN", originator="Supplier", ref="x", message=command))
    assert meter.advance(10) == (0 if kind == "Response" else 10)
    meter.take()


def test_it_wakes_on_a_timed_event_and_misses_none() -> None:
    meter = ReferenceMeter(EXACT)
    meter.reset("commissioned", Setup(utc=NOON + 250, edition="gsme@4.2", wake_on=("Alert",)))
    meter.do(
        Send(
            interface="HAN",
            originator="S",
            ref="x",
            message=Command(name="Write Configuration Data", parameters={"items": {}}, execute_at=NOON + HOUR),
        )
    )
    assert meter.advance(7_200) == 3_600
    assert [type(event).__name__ for event in meter.take()] == ["Response", "Alert"]
    assert meter.advance(7_200) == 7_200


def test_what_it_describes_is_in_the_dictionary() -> None:
    dictionary, description = load_dictionary("gsme"), ReferenceMeter().describe()
    for act in description.acts:
        dictionary.require("act", act)
    for look in description.looks:
        dictionary.require("look", look)
    for command in description.acts["Send"]:
        dictionary.require("command", command)


def _send(**changes: Any) -> Send:
    return Send(**{"interface": "HAN", "originator": "S", "ref": "x", "message": Command(name="Set Clock"), **changes})


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (OpenPerimeter(), "OpenPerimeter"),
        (_send(message="00FF"), "native"),
        (_send(message=Command(name="Set Clock", flaw="bad signature")), "bad signature"),
        (_send(message=Command(name="Add Credit")), "Add Credit"),
        (_send(interface="User Interface"), "User Interface"),
        (Interrupt(line="mains"), "mains"),
        (GasFlow(litres_per_hour=-1), "-1"),
        (Join(peer="x", kind="Toaster"), "Toaster"),
        (Restore(node="second"), "second"),
    ],
)
def test_an_act_that_is_not_offered_says_so(drive: Callable[..., Any], act: Any, says: str) -> None:
    with pytest.raises(Unsupported, match=says):
        drive().system.do(act)


def test_misuse_says_what_would_be_right(tmp_path: Path) -> None:
    meter = ReferenceMeter(store=tmp_path / "none")
    with pytest.raises(AdapterError, match="never reset"):
        meter.advance(1)
    sound = Setup(utc=NOON, edition="gsme@4.2")
    for baseline, setup, says in (
        ("brand new", sound, "brand new"),
        ("commissioned", Setup(utc=NOON, edition="gsme@9"), "gsme@4.2"),
        ("commissioned", Setup(utc=NOON, edition="gsme@4.2", configuration={"a": 1}), "Write Configuration Data"),
        ("commissioned", Setup(utc=NOON, edition="gsme@4.2", wake_on=("Dawn",)), "Dawn"),
        ("as left", sound, "no Data Store"),
    ):
        with pytest.raises(AdapterError, match=says):
            meter.reset(baseline, setup)
    meter.reset("commissioned", sound)
    with pytest.raises(AdapterError, match="forward"):
        meter.advance(-1)
    with pytest.raises(Unsupported, match="Moon"):
        meter.look("Moon")
    with pytest.raises(AdapterError, match=r"gsme@4\.2, not of gsme@2\.0"):
        meter.reset("as left", Setup(utc=NOON, edition="gsme@2.0"))


def test_a_store_that_cannot_be_kept_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    meter = ReferenceMeter(store=tmp_path / "missing" / "store")
    with pytest.raises(AdapterError, match="missing"):
        meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2"))


def test_a_full_disk_is_an_error_that_names_the_file() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full on this system")
    meter = ReferenceMeter()
    meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2"))
    assert meter._store is not None
    with full.open("wb", buffering=0) as device:
        kept, meter._store._journal._descriptor = meter._store._journal._descriptor, device.fileno()
        with pytest.raises(AdapterError, match=r"could not be kept.*No space left"):
            meter.advance(86_400)
        meter._store._journal._descriptor = kept


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_behaviour_bears_the_first_edition_it_holds_for(edition: str) -> None:
    behaviour = behaviour_in(edition)
    for name, since in TABLE.items():
        newest = max(first for first in since if EDITIONS.index(first) <= EDITIONS.index(edition))
        assert getattr(behaviour, name) is since[newest]
        for first, function in since.items():
            assert function.__name__ == f"{name}_{first.partition('@')[2].replace('.', '_')}"
    with pytest.raises(ValueError, match="gsme@9"):
        behaviour_in("gsme@9")
