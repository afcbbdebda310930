"""The simulated hub's arithmetic, logs, and what the Data Store may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smets_conformance.bench.hub import HubClock
from smets_conformance.bench.logs import capacity_of, kept
from smets_conformance.bench.store import another, lost
from smets_spec.dictionary import Choice, Integer, Listing, Log, Matrix, Record, Text, load_dictionary

DICTIONARY = load_dictionary()


def test_a_steady_hub_keeps_its_offset() -> None:
    clock = HubClock(5_000, since=1_000)
    assert clock.offset_at(10**12) == 5_000
    assert clock.utc_at(70_000) == 75_000
    assert clock.steady_for(100) is None


def test_a_drifting_hub_gains_its_rate() -> None:
    # 50 parts in a million over a day: 86 400 000 ms * 50 / 1 000 000 = 4 320 ms.
    clock = HubClock(0, since=0, ppm=50)
    assert clock.offset_at(86_400_000) == 4_320
    # A tenth of a second takes 100 / 50 * 1 000 000 = 2 000 000 ms.
    assert clock.steady_for(100) == 2_000_000
    assert HubClock(0, since=0, ppm=-50).offset_at(86_400_000) == -4_320


def test_a_silent_hub_has_no_time() -> None:
    silent = HubClock(None, since=0)
    assert (silent.offset_at(5), silent.utc_at(5), silent.steady_for(100)) == (None, None, None)


@given(st.integers(-(10**6), 10**6), st.integers(-500, 500), st.integers(0, 10**9), st.integers(0, 10**9))
def test_drift_adds_up(offset: int, ppm: int, first: int, second: int) -> None:
    clock = HubClock(offset, since=0, ppm=ppm)
    middle = clock.offset_at(first)
    whole = clock.offset_at(first + second)
    assert middle is not None
    assert whole is not None
    then = HubClock(middle, since=first, ppm=ppm).offset_at(first + second)
    assert then is not None
    assert abs(then - whole) <= 1


def log(*stamps: int) -> list[dict[str, Any]]:
    return [{"utc": stamp} for stamp in stamps]


@pytest.mark.parametrize(
    ("before", "after", "capacity", "remaining"),
    [
        ((), (), 3, 0),
        ((1, 2), (1, 2), 3, 2),
        ((1, 2), (1, 2, 3), 3, 2),
        ((1, 2, 3), (2, 3, 4), 3, 2),
        ((1, 2, 3), (4, 5, 6), 3, 0),
        ((1, 2, 3), (2, 3), 3, None),  # lost without need
        ((1, 2), (2, 3), 3, None),  # lost before it was full
        ((1, 2, 3), (1, 3, 4), 3, None),  # lost another than the oldest
        ((1, 2, 3), (3, 2, 1), 3, None),  # turned round
        ((1, 2, 3), (1, 2, 4), 3, None),  # lost the youngest
        ((1, 2, 3), (), 3, None),
        ((1, 2, 3, 4), (1, 2, 3, 4, 5), 3, 4),  # roomier than it must be
        ((7, 7, 7), (7, 7, 8), 3, 2),  # several of one moment
        ((6, 7, 7), (7, 7, 7), 3, 2),
    ],
)
def test_a_log_loses_only_its_oldest_entries_and_only_when_full(
    before: tuple[int, ...], after: tuple[int, ...], capacity: int, remaining: int | None
) -> None:
    assert kept(log(*before), log(*after), capacity) == remaining


@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 10))
def test_a_circular_log_is_always_recognised(before: int, new: int, capacity: int) -> None:
    held = log(*range(before))[-capacity:]
    after = [*held, *log(*range(100, 100 + new))][-capacity:]
    assert kept(held, after, capacity) == max(0, min(len(held), capacity - new))


def test_every_log_of_the_dictionary_has_a_capacity() -> None:
    found = {name: capacity_of(item.value) for name, item in DICTIONARY.items.items() if isinstance(item.value, Log)}
    # Four hours of six minutes are 40; 92 days of half hours are 4 416.
    assert (found["Event Log"], found["Daily Read Log"], found["Network Data Log"], found["Profile Data Log"]) == (
        100,
        31,
        40,
        4_416,
    )


@pytest.mark.parametrize(
    ("value", "shape", "wanted"),
    [
        (4, Integer(unit="x"), 5),
        (10, Integer(unit="x", maximum=10), 9),
        ("a", Text(), "ax"),
        ("ax", Text(), "ay"),
        ("12", Text(pattern="[0-9]*"), "127"),
        ("7", Text(pattern="[0-9]*"), "8"),
        ("2026-01-01", Text(pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}"), "2026-01-01"),
        ("day", Choice(values=("hour", "day")), "hour"),
        ("Locked", Choice(state="Supply Tamper State"), "unchanged"),
        ({"a": 1}, Record(fields={"a": Integer(unit="x")}), {"a": 2}),
        ([1, 2], Listing(of=Integer(unit="x")), [2, 3]),
        ([[1], [2]], Matrix(rows=2, columns=1, of=Integer(unit="x")), [[2], [3]]),
    ],
)
def test_another_value_is_lawful_and_different(value: Any, shape: Any, wanted: Any) -> None:
    assert another(value, shape, DICTIONARY) == wanted


def test_what_is_lost_is_named_and_a_log_may_grow() -> None:
    before = {"Supplier Message": "x", "Event Log": log(1), "Consumption Register": 5, "Model Type": "m"}
    after = {"Supplier Message": "", "Event Log": log(1, 2), "Consumption Register": 5}
    assert lost(before, after, DICTIONARY) == {
        "Supplier Message": "Supplier Message was 'x' and is ''",
        "Model Type": "Model Type is no longer answered for",
    }


def test_a_record_of_logs_is_compared_log_by_log() -> None:
    empty: dict[str, list[Any]] = {
        "prepayment credits": [],
        "payment-based debt payments": [],
        "prepayment registers": [],
    }
    before = {"Billing Data Log": {"registers": log(1), **empty}}
    assert lost(before, {"Billing Data Log": {"registers": log(1, 2), **empty}}, DICTIONARY) == {}
    assert lost(before, {"Billing Data Log": {"registers": log(2), **empty}}, DICTIONARY)
