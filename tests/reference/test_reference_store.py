"""The Data Store and the event queue: whatever is cut off, what remains is the state after some event; and order has no ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smets_conformance.adapter.contract import (
    Command,
    GasFlow,
    HubTime,
    Interrupt,
    Response,
    Restore,
    Send,
    Setup,
    Stopped,
)
from smets_reference import store as store_module
from smets_reference.adapter import ReferenceMeter
from smets_reference.design import SOUND
from smets_reference.engine.queue import EventQueue
from smets_reference.journal import Journal, whole_frames
from smets_reference.store import Store, held

CAPACITIES = {"short": 3, "long": 50}
EXACT = replace(SOUND, oscillator_error=lambda _seed: 0)
NOON = 1_768_305_600_000

VALUES = st.one_of(st.integers(-(2**40), 2**40), st.text(max_size=5), st.none(), st.lists(st.booleans(), max_size=3))
WRITES = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("abc"), VALUES),
    st.tuples(st.just("append"), st.sampled_from(("short", "long")), st.integers(0, 9)),
)
EVENTS = st.lists(st.lists(WRITES, min_size=1, max_size=4), max_size=12)
quick = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(store: Store, events: list[list[Any]]) -> list[Any]:
    """Carry out the events' writes, and return what the store held before any and after each."""
    states = [held(store)]
    for count, event in enumerate(events, start=1):
        for kind, name, value in event:
            if kind == "put":
                store.put(name, value)
            else:
                store.append(name, {"utc": count, "value": value})
        store.commit(count)
        states.append(held(store))
    return states


@quick
@given(events=EVENTS, data=st.data())
def test_a_file_cut_at_any_byte_is_the_state_after_some_event(
    tmp_path: Path, events: list[list[Any]], data: Any
) -> None:
    path = tmp_path / "store"
    path.unlink(missing_ok=True)
    store = Store(path, CAPACITIES)
    states = write(store, events)
    store.close()
    whole = path.read_bytes()
    assert len(list(whole_frames(whole))) == len(events)
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    after = sum(end <= cut for end, _ in whole_frames(whole))
    again = Store(path, CAPACITIES)
    assert held(again) == states[after]
    more = write(again, [[("put", "d", 1)]])
    again.close()
    third = Store(path, CAPACITIES)
    assert held(third) == more[-1], "what is added after a cut is kept"
    third.close()


@quick
@given(events=EVENTS, at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_damaged_byte_costs_that_frame_and_the_later_ones_and_nothing_else(
    tmp_path: Path, events: list[list[Any]], at: int, flip: int
) -> None:
    path = tmp_path / "store"
    path.unlink(missing_ok=True)
    store = Store(path, CAPACITIES)
    states = write(store, events)
    store.close()
    raw = bytearray(path.read_bytes())
    if raw:
        raw[at % len(raw)] ^= flip
        path.write_bytes(raw)
        again = Store(path, CAPACITIES)
        assert held(again) in states
        again.close()


@quick
@given(events=EVENTS, unfinished=st.lists(WRITES, min_size=1, max_size=4))
def test_an_event_that_did_not_come_to_its_end_is_not_kept(tmp_path: Path, events: Any, unfinished: Any) -> None:
    path = tmp_path / "store"
    path.unlink(missing_ok=True)
    store = Store(path, CAPACITIES)
    states = write(store, events)
    for kind, name, value in unfinished:
        if kind == "put":
            store.put(name, value)
        else:
            store.append(name, {"utc": 0, "value": value})
    store.forget()
    store.close()
    again = Store(path, CAPACITIES)
    assert held(again) == states[-1]
    again.close()


def test_a_long_journal_is_written_anew_and_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LONGEST", 500)
    store = Store(tmp_path / "store", CAPACITIES)
    for n in range(200):
        write(store, [[("put", "a", n), ("append", "short", n), ("append", "long", n)]])
        store.flush()
    assert (tmp_path / "store").stat().st_size < 200 * 30
    assert not (tmp_path / "store.new").exists()
    state = held(store)
    store.close()
    again = Store(tmp_path / "store", CAPACITIES)
    assert held(again) == state
    assert [entry["value"] for entry in again.logs["short"]] == [197, 198, 199]
    again.close()


def test_a_rewriting_that_was_cut_short_leaves_the_old_journal(tmp_path: Path) -> None:
    path = tmp_path / "store"
    journal = Journal(path)
    journal.append(b"one")
    journal.flush()
    path.with_suffix(".new").write_bytes(b"\x07\x00\x00\x00half")
    assert list(Journal(path).frames()) == [b"one"]
    journal.replace(b"all")
    journal.append(b"two")
    journal.close()
    journal.close()
    assert list(Journal(path).frames()) == [b"all", b"two"]


def _write_two(ref: str, value: int) -> Send:
    items = {"Supplier Message": f"message {value}", "Low Credit Threshold": value}
    return Send(
        interface="HAN",
        originator="S",
        ref=ref,
        message=Command(name="Write Configuration Data", parameters={"items": items}),
    )


@pytest.mark.parametrize("writes", range(1, 12))
def test_power_that_fails_after_any_write_leaves_all_of_an_event_or_nothing(writes: int) -> None:
    """The Command makes four writes (two items, two entries), the Clock's day many more."""
    meter = ReferenceMeter(EXACT)
    meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2"))
    meter.do(_write_two("first", 1))
    meter.advance(0)
    meter.do(Interrupt(after_writes=writes))
    meter.do(_write_two("second", 2))
    meter.do(GasFlow(litres_per_hour=3_600))
    meter.advance(86_400)
    came = [type(event).__name__ for event in meter.take()]
    assert came.count("Stopped") == 1
    meter.do(Restore())
    meter.advance(0)
    taken = writes > 4
    assert came.count("Response") == 1 + taken
    assert meter._store is not None
    items, logs = held(meter._store)
    assert (items["Supplier Message"], items["Low Credit Threshold"]) == (
        ("message 2", 2) if taken else ("message 1", 1)
    )
    assert len(logs["Event Log"]) == (4 if taken else 2)
    half_hours = [entry["utc"] for entry in logs["Profile Data Log"]]
    assert half_hours == [NOON + n * 1_800_000 for n in range(1, 49)]
    assert [entry["utc"] for entry in logs["Daily Read Log"]] == [NOON + 43_200_000]


def test_the_register_is_right_to_the_last_litre_when_power_fails(drive: Callable[..., Any]) -> None:
    meter = drive(EXACT)
    meter.flow(3_600)
    assert meter.let(1_000, Interrupt(after_ms=700_000)) == [Stopped(at=NOON + 700_000, why="power")]
    meter.let(0, Restore())
    assert meter.read("Consumption Register") == 700


def test_two_meters_from_one_seed_live_the_same_life(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        meter = ReferenceMeter(store=tmp_path / name)
        meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2", seed=7))
        meter.do(GasFlow(litres_per_hour=77))
        meter.advance(30 * 86_400)
        meter.close()
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 2)), max_size=30), st.integers(-5, 5))
@settings(max_examples=200, deadline=None, database=None)
def test_events_come_by_due_then_rank_then_age(entries: list[tuple[bool, int, int]], offset: int) -> None:
    queue, done = EventQueue(), []

    def note(key: tuple[int, int, int], _due: int) -> None:
        done.append(key)

    for number, (calendar, due, rank) in enumerate(entries):
        put = queue.at_time if calendar else queue.at_count
        put(due + (offset if calendar else 0), rank, partial(note, (due, rank, number)))
    last = 4
    while (taken := queue.take_due(offset, last)) is not None:
        count, entry = taken
        assert count <= last
        entry[3](entry[0])
    assert done == sorted(key for key in ((due, rank, n) for n, (_, due, rank) in enumerate(entries)) if key[0] <= last)


def test_an_event_that_recurs_keeps_its_lane_and_what_is_cancelled_never_comes() -> None:
    queue, done = EventQueue(), []

    def tick(due: int) -> int:
        done.append(due)
        return due + 10

    def other(due: int) -> None:
        done.append(-due)

    queue.at_time(1_000, 0, tick)
    queue.at_count(5, 0, other)
    queue.cancel(other)
    for limit in (0, 10, 20):
        while (taken := queue.take_due(1_000, limit)) is not None:
            _, entry = taken
            again = entry[3](entry[0])
            if again is not None:
                queue.put_back(entry, again)
    assert done == [1_000, 1_010, 1_020]


def test_every_frame_holds_the_index_as_it_stood_then(tmp_path: Path) -> None:
    """At 3 600 litres an hour a second is a litre, whatever wrote the frame: a half hour, an adjustment, a Command."""
    path = tmp_path / "store"
    meter = ReferenceMeter(EXACT, path)
    meter.reset("commissioned", Setup(utc=NOON, edition="gsme@4.2"))
    for act in (GasFlow(litres_per_hour=3_600), HubTime(offset=3_000), _write_two("first", 1)):
        meter.do(act)
    meter.advance(3_700)
    meter.do(_write_two("second", 2))
    meter.advance(1_000)
    meter.close()
    whole = path.read_bytes()
    ends = [end for end, _ in whole_frames(whole)]
    assert len(ends) > 6
    for end in ends:
        path.write_bytes(whole[:end])
        again = ReferenceMeter(EXACT, path)
        reached = again.reset("as left", Setup(utc=0, edition="gsme@4.2"))
        again.do(
            Send(
                interface="HAN",
                originator="S",
                ref="r",
                message=Command(name="Read Operational Data", parameters={"item": "Consumption Register"}),
            )
        )
        again.advance(0)
        (response,) = again.take()
        assert isinstance(response, Response)
        assert response.values["value"] == (reached.utc - NOON) // 1_000
        again.close()
