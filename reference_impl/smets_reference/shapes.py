"""Whether a value has the shape that the dictionary gives it, and the plainest value of a shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from smets_conformance.adapter.contract import Value
from smets_spec import dictionary as d

Check: TypeAlias = Callable[[Any, Value, "Names"], str]


class Names:
    """The names that stand in one edition, by what keys of a mapping may be."""

    __slots__ = ("_items", "alerts", "dictionary", "edition", "entries")

    def __init__(self, dictionary: d.Dictionary, edition: str) -> None:
        """Pick out what stands in `edition`."""
        self.dictionary = dictionary
        self.edition = edition
        self.alerts = frozenset(n for n, a in dictionary.alerts.items() if a.stands_in(edition))
        self.entries = frozenset(n for n, e in dictionary.log_entries.items() if e.stands_in(edition))
        self._items: dict[str, dict[str, d.Item]] = {}
        for name, item in dictionary.items.items():
            if item.stands_in(edition):
                self._items.setdefault(item.kind, {})[name] = item

    def items(self, kind: str) -> Mapping[str, d.Item]:
        """Return the data items of `kind` (constant, configuration, operational, locally set), by name."""
        return self._items[kind]


def problem(shape: d.Shape, value: Value, names: Names) -> str:
    """Say what of `value` does not have the `shape`, and what would; nothing when it does."""
    return CHECKS[type(shape)](shape, value, names)


def _integer(shape: d.Integer, value: Value, _names: Names) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{value!r} is not a whole number of {shape.unit}"
    if shape.minimum is not None and value < shape.minimum:
        return f"{value} is less than {shape.minimum} {shape.unit}"
    if shape.maximum is not None and value > shape.maximum:
        return f"{value} is more than {shape.maximum} {shape.unit}"
    return ""


def _text(shape: d.Text, value: Value, _names: Names) -> str:
    if not isinstance(value, str):
        return f"{value!r} is not text"
    return (
        "" if not shape.pattern or re.fullmatch(shape.pattern, value) else f"{value!r} does not match {shape.pattern}"
    )


def _bytes(shape: d.Bytes, value: Value, _names: Names) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", value):
        return f"{value!r} is not a run of octets in hexadecimal"
    if shape.length is not None and len(value) != 2 * shape.length:
        return f"{value!r} is not {shape.length} octets"
    return ""


def _flag(_shape: d.Flag, value: Value, _names: Names) -> str:
    return "" if isinstance(value, bool) else f"{value!r} is not yes or no"


def _choice(shape: d.Choice, value: Value, names: Names) -> str:
    values = shape.values or names.dictionary.states[shape.state].values
    return "" if value in values else f"{value!r} is none of {', '.join(values)}"


def _name(shape: d.Name, value: Value, names: Names) -> str:
    return "" if value in names.items(shape.of) else f"there is no {shape.of} data item {value!r} in {names.edition}"


def _item(shape: d.ItemValue, value: Value, names: Names) -> str:
    return problem(names.dictionary.items[shape.item].value, value, names)


def _listing(shape: d.Listing, value: Value, names: Names) -> str:
    if not isinstance(value, list):
        return f"{value!r} is not a list"
    if shape.length is not None and len(value) != shape.length:
        return f"{len(value)} values where {shape.length} belong"
    if shape.most is not None and len(value) > shape.most:
        return f"{len(value)} values where at most {shape.most} belong"
    return _first((str(n), problem(shape.of, each, names)) for n, each in enumerate(value, start=1))


def _matrix(shape: d.Matrix, value: Value, names: Names) -> str:
    row = d.Listing(of=shape.of, length=shape.columns)
    return _listing(d.Listing(of=row, length=shape.rows), value, names)


def _record(shape: d.Record, value: Value, names: Names) -> str:
    if not isinstance(value, dict):
        return f"{value!r} is not a mapping with {', '.join(shape.fields)}"
    if value.keys() != shape.fields.keys():
        return f"it has {', '.join(value) or 'nothing'} where {', '.join(shape.fields)} belong"
    return _first((field, problem(inner, value[field], names)) for field, inner in shape.fields.items())


def _mapped(shape: d.Mapped, value: Value, names: Names) -> str:
    if not isinstance(value, dict):
        return f"{value!r} is not a mapping"
    inner = _values_of(shape, names)
    strange = [key for key in value if key not in inner]
    if strange:
        return f"there is no {shape.keys} {strange[0]!r} in {names.edition}"
    return _first((key, problem(inner[key], each, names)) for key, each in value.items())


def _values_of(shape: d.Mapped, names: Names) -> Mapping[str, d.Shape]:
    if shape.keys == "configuration":
        return {name: item.value for name, item in names.items("configuration").items()}
    known = {"alert": names.alerts, "log entry": names.entries}[shape.keys]
    return dict.fromkeys(known, shape.of)


def _first(problems: Iterable[tuple[str, str]]) -> str:
    return next((f"{where}: {what}" for where, what in problems if what), "")


CHECKS: dict[type[Any], Check] = {
    d.Integer: _integer,
    d.Text: _text,
    d.Bytes: _bytes,
    d.Flag: _flag,
    d.Choice: _choice,
    d.Name: _name,
    d.ItemValue: _item,
    d.Listing: _listing,
    d.Matrix: _matrix,
    d.Record: _record,
    d.Mapped: _mapped,
}


def plainest(shape: d.Shape, names: Names) -> Value:
    """Return the plainest value of a shape: zeros, nothing, the first of a choice."""
    if isinstance(shape, d.Integer):
        return max(0, shape.minimum or 0)
    if isinstance(shape, d.Text):
        return ""
    if isinstance(shape, d.Bytes):
        return "00" * (shape.length or 0)
    if isinstance(shape, d.Choice):
        return (shape.values or names.dictionary.states[shape.state].values)[0]
    return _plainest_of_many(shape, names)


def _plainest_of_many(shape: d.Shape, names: Names) -> Value:
    if isinstance(shape, d.Listing):
        return list(_times(shape.length or 0, shape.of, names))
    if isinstance(shape, d.Matrix):
        return [list(_times(shape.columns, shape.of, names)) for _ in range(shape.rows)]
    if isinstance(shape, d.Record):
        return {field: plainest(inner, names) for field, inner in shape.fields.items()}
    if isinstance(shape, d.Log):
        return []
    return {} if isinstance(shape, d.Mapped) else False


def _times(count: int, shape: d.Shape, names: Names) -> Iterator[Value]:
    return (plainest(shape, names) for _ in range(count))
