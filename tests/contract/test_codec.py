"""Whatever the contract can carry crosses the wire unchanged, and what it cannot is refused on either side."""

from __future__ import annotations

import json
import string
from contextlib import suppress
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smets_conformance.adapter import ACTS, Act, BadValue, Command, Event, Setup, Value, check_value, codec
from smets_conformance.adapter.values import DEEPEST, LARGEST, LONGEST_TEXT

INTEGERS = st.integers(-LARGEST - 1, LARGEST)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | INTEGERS | TEXT
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
MAPPINGS = st.dictionaries(TEXT, VALUES, max_size=4)
COMMANDS = st.builds(
    Command,
    name=TEXT,
    recipient=TEXT,
    parameters=MAPPINGS,
    execute_at=st.none() | INTEGERS,
    flaw=st.none() | TEXT,
)
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: INTEGERS,
    int | None: st.none() | INTEGERS,
    str | Command: TEXT | COMMANDS,
    dict[str, Any]: MAPPINGS,
    Any: VALUES,
}


def structs(kind: Any) -> st.SearchStrategy[Any]:
    """Build one of a contract's structs from what its fields say they hold."""
    return st.builds(kind, **{f.name: FIELDS[f.type] for f in msgspec.structs.fields(kind)})


ACTS_BUILT: st.SearchStrategy[Act] = st.one_of([structs(kind) for kind in ACTS.values()])
EVENTS_BUILT: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of([structs(kind) for kind in get_args(Event)]), max_size=5
)
SETUPS = st.builds(
    Setup,
    utc=INTEGERS,
    edition=TEXT,
    credentials=st.dictionaries(TEXT, TEXT, max_size=3),
    configuration=MAPPINGS,
    wake_on=st.lists(TEXT, max_size=3).map(tuple),
    seed=INTEGERS,
)


@given(ACTS_BUILT)
@settings(max_examples=200)
def test_acts_cross_unchanged(act: Act) -> None:
    request = codec.Do(id=7, act=act)
    line = codec.encode_request(request)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert codec.decode_request(line) == request


@given(EVENTS_BUILT)
@settings(max_examples=200)
def test_events_cross_unchanged(events: list[Event]) -> None:
    line = codec.encode_reply(codec.Reply(3, events))
    assert line.count(b"\n") == 1
    assert codec.decode_reply(line, codec.Take(id=3)) == events


@given(VALUES)
def test_values_cross_unchanged_and_stay_what_they_were(value: Value) -> None:
    check_value(value)
    line = codec.encode_reply(codec.Reply(3, value))
    seen = codec.decode_reply(line, codec.Look(id=3, what="x"))
    assert seen == value
    assert repr(seen) == repr(value), "true is not one"


@given(SETUPS)
def test_setups_cross_unchanged(setup: Setup) -> None:
    request = codec.Reset(id=1, baseline="commissioned", setup=setup)
    assert codec.decode_request(codec.encode_request(request)) == request


@given(st.binary(max_size=60) | st.text(string.printable, max_size=60).map(str.encode))
def test_no_line_breaks_the_reader(line: bytes) -> None:
    for read in (codec.decode_request, lambda text: codec.decode_reply(text, codec.Take(id=1))):
        with suppress(codec.CodecError):
            read(line)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id":1,"call":"fly"}', "Invalid value 'fly'"),
        ('{"id":true,"call":"take"}', "Expected `int`, got `bool`"),
        ('{"call":"take"}', "missing required field `id`"),
        ('{"id":1,"call":"advance","seconds":1.0}', "Expected `int`, got `float`"),
        ('{"id":1,"call":"advance","seconds":"1"}', "Expected `int`, got `str`"),
        ('{"id":1,"call":"do","act":{"act":"Publication"}}', "Invalid value 'Publication'"),
        ('{"id":1,"call":"do","act":{"act":"HubTime"}}', "missing required field `offset`"),
        (
            '{"id":1,"call":"do","act":{"act":"Send","interface":"","originator":"","ref":"",'
            '"message":{"name":"x","parameters":{"q":[1.5]}}}}',
            r"act\.message\.parameters\.q\[0\]: 1\.5 is a float",
        ),
        ("[" * 100_000, "."),
    ],
)
def test_bad_requests_are_refused_by_place(line: str, says: str) -> None:
    with pytest.raises(codec.CodecError, match=says):
        codec.decode_request(line.encode())


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(codec.CodecError, match="at most 16777216"):
        codec.encode_reply(codec.Reply(1, ["x" * LONGEST_TEXT] * 4))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.0, "value: 1.0 is a float; use a whole number in the smallest unit"),
        ([{"a": [float("nan")]}], r"value\[0\]\.a\[0\]: nan is a float"),
        (b"\x00", "send bytes as hexadecimal text"),
        ({1, 2}, "is a set; use"),
        ({1: 2}, "value: has the key 1, an int; keys are text"),
        (LARGEST + 1, "beyond 64 bits"),
        (-LARGEST - 2, "beyond 64 bits"),
        ("x" * (LONGEST_TEXT + 1), "a text of 4194305 characters"),
        ("\ud800", "lone surrogate"),
        ({"\udfff": 1}, r"value \(a key\): a text with a lone surrogate"),
        ([0] * 1_000_001, "more than 1000000 things"),
        (Command(name="x"), "is a Command"),
    ],
)
def test_what_may_not_cross_is_refused_by_place(value: Any, says: str) -> None:
    with pytest.raises(BadValue, match=says):
        check_value(value)


def nested(depth: int) -> Value:
    value: Value = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_ends_where_it_says() -> None:
    check_value(nested(DEEPEST))
    with pytest.raises(BadValue, match=f"nested deeper than {DEEPEST} levels"):
        check_value(nested(DEEPEST + 1))


def test_the_wire_is_json_that_anyone_can_read() -> None:
    line = codec.encode_request(codec.Advance(id=5, seconds=60))
    assert json.loads(line) == {"id": 5, "call": "advance", "seconds": 60}
    reply = codec.encode_reply(codec.Reply(5, error=codec.Failure("unsupported", "no")))
    assert json.loads(reply) == {"id": 5, "error": {"kind": "unsupported", "message": "no"}}
    assert codec.decode_reply(b'{"id":5,"result":60}', codec.Advance(id=5, seconds=60)) == 60
