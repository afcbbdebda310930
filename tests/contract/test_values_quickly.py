"""The quick look at a value lets nothing through that a close look would refuse, and has no doubt about ordinary values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smets_conformance.adapter.values import DEEPEST, LARGEST, BadValue, _look_closely, surely_fine

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats() | st.binary(max_size=3)
    | st.text(st.characters(codec=None), max_size=5)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4),
    max_leaves=20,
)


@settings(database=None, deadline=None, max_examples=100)
@given(VALUES)
def test_what_looks_fine_is_fine(value: Any) -> None:
    if surely_fine(value):
        _look_closely(value, "value")


@pytest.mark.parametrize(
    "value",
    [None, True, 0, LARGEST, -LARGEST - 1, "text", [], {}, (1, "a"), [{"utc": 1, "entry": "Clock adjusted"}] * 100],
)
def test_the_ordinary_needs_no_second_look(value: Any) -> None:
    assert surely_fine(value)


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [0.5, LARGEST + 1, "\ud800", {1: 2}, b"", [0.5], {"a": [{"b": 2.0}]}, nested(DEEPEST + 1)]
)
def test_what_is_wrong_is_never_fine(value: Any) -> None:
    assert not surely_fine(value)
    with pytest.raises(BadValue):
        _look_closely(value, "value")
