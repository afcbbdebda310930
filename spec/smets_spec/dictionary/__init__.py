"""The dictionary of a device: every data item, Command, Alert, Alarm, log entry and state by the one name that it bears.

The names are those of SMETS; where SMETS gives none, the dictionary does, and says from which paragraphs. It also holds the
vocabulary of acts and looks by which adapters speak. A name that is not in it raises `UnknownName`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from smets_spec.names import UnknownName
from smets_spec.strict_yaml import Map, Problem, Seq, YamlProblem, convert, load

__all__ = ["Dictionary", "UnknownName", "load_dictionary"]

DICTIONARY_DIR = Path(__file__).parent

ItemKind = Literal["constant", "configuration", "operational", "locally set"]
Origin = Literal["SMETS", "ours"]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What a value is made of, as it crosses the adapter contract."""


class Integer(_Shape, frozen=True, tag="integer"):
    """A whole number of `unit`, the smallest that the documents imply; `unit_from` says whether the text gives it."""

    unit: str
    unit_from: Origin = "ours"
    minimum: int | None = None
    maximum: int | None = None


class Text(_Shape, frozen=True, tag="text"):
    """Characters; `pattern`, where given, matches the whole."""

    pattern: str = ""


class Bytes(_Shape, frozen=True, tag="bytes"):
    """Octets, written as hexadecimal; `length` counts octets."""

    length: int | None = None
    unit_from: Origin = "ours"


class Flag(_Shape, frozen=True, tag="flag"):
    """Yes or no."""


class Choice(_Shape, frozen=True, tag="choice"):
    """One of `values`, or a value of the named `state`."""

    values: tuple[str, ...] = ()
    state: str = ""


class Name(_Shape, frozen=True, tag="name"):
    """The name of a data item of the kind `of`."""

    of: ItemKind


class ItemValue(_Shape, frozen=True, tag="item"):
    """The value of the data item `item`; where that is empty, of the one named beside it."""

    item: str = ""


class Listing(_Shape, frozen=True, tag="list"):
    """Several `of`: exactly `length`, or at most `most`, or any number."""

    of: Shape
    length: int | None = None
    most: int | None = None


class Matrix(_Shape, frozen=True, tag="matrix"):
    """A list of `rows` lists of `columns` values each."""

    rows: int
    columns: int
    of: Shape


class Record(_Shape, frozen=True, tag="record"):
    """A mapping with exactly these fields."""

    fields: dict[str, Shape]


class Mapped(_Shape, frozen=True, tag="map"):
    """A mapping from names of the kind `keys` to values."""

    keys: Literal["alert", "log entry", "configuration", "display"]
    of: Shape


class Log(_Shape, frozen=True, tag="log"):
    """Entries stamped `utc` (ms of UTC), oldest first, the oldest overwritten when full.

    It holds `capacity` entries, or those of the time it `covers` at one `every` so long (`at_least`: or more). `entries`
    names the log whose entries the dictionary lists; otherwise each entry has the `fields`.
    """

    fields: dict[str, Shape] = {}
    entries: Literal["", "Event Log", "Security Log"] = ""
    capacity: int | None = None
    covers: str = ""
    every: str = ""
    at_least: bool = False


Shape = Integer | Text | Bytes | Flag | Choice | Name | ItemValue | Listing | Matrix | Record | Mapped | Log


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a name comes from: the clause, the paragraph where one raises it, and the editions in which it stands there."""

    clause: str
    paragraph: int | None = None
    editions: tuple[str, ...] = ()


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all entries have: a name, sources, and the feature of the ICS without which the device need not have it."""

    name: str
    source: tuple[Source, ...] = ()
    where: str = ""

    def sources(self) -> tuple[Source, ...]:
        """Return every source."""
        return self.source

    def clauses(self, edition: str) -> tuple[str, ...]:
        """Return the clauses in which the name stands in `edition`; none when it does not."""
        return tuple(dict.fromkeys(s.clause for s in self.sources() if edition in s.editions))

    def stands_in(self, edition: str) -> bool:
        """Whether `edition` knows the name."""
        return any(edition in source.editions for source in self.sources())


class Display(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the User Interface shows an item: the paragraph of 4.4.5 and what stands between a reader and it."""

    paragraph: int
    pin: bool = False
    after_physical_access: bool = False


class Item(_Entry, frozen=True, kw_only=True):
    """A data item: its kind, the shape of its value, how it is displayed; `open` says what of the layout the text leaves open."""

    kind: ItemKind
    value: Shape
    display: Display | None = None
    open: str = ""

    @property
    def annotations(self) -> tuple[str, ...]:
        """The annotations of the item: [PIN] where its display hides behind the Privacy PIN."""
        return ("PIN",) if self.display and self.display.pin else ()


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter of a Command, in the editions that have it."""

    value: Shape
    editions: tuple[str, ...] = ()
    required: bool = True


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to give a Command: the interface, its clause, annotations; `future_dated` names what decides if it may be."""

    interface: Literal["HAN", "User Interface"]
    source: tuple[Source, ...]
    pin: bool = False
    physical_access: bool = False
    future_dated: str = ""


class CommandEntry(_Entry, frozen=True, kw_only=True):
    """A Command: where it can be given, its parameters, and what its Response carries on success."""

    on: tuple[Given, ...]
    parameters: dict[str, Parameter] = {}
    response: dict[str, Shape] = {}
    open: str = ""

    def sources(self) -> tuple[Source, ...]:
        """Return the sources of every way to give it."""
        return tuple(source for given in self.on for source in given.source)

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The interfaces over which it can be given."""
        return tuple(given.interface for given in self.on)


class AlertEntry(_Entry, frozen=True, kw_only=True):
    """An Alert over the HAN Interface, what it carries, and whether the User Interface must show it too."""

    values: dict[str, Shape] = {}
    shown: bool = False


class AlarmEntry(_Entry, frozen=True, kw_only=True):
    """An audible Alarm."""


class LogEntry(_Entry, frozen=True, kw_only=True):
    """An entry of a log, and what it carries beside its time."""

    log: Literal["Event Log", "Security Log"]
    values: dict[str, Shape] = {}


class State(_Entry, frozen=True, kw_only=True):
    """A state and the values it can have."""

    values: tuple[str, ...]
    values_from: Origin


class ActEntry(_Entry, frozen=True, kw_only=True):
    """An act of the adapter contract that a device of this kind can undergo."""

    meaning: str


class Look(_Entry, frozen=True, kw_only=True):
    """Something of the device that an observer can look at."""

    value: Shape
    meaning: str


class DisplayEntry(_Entry, frozen=True, kw_only=True):
    """Something that the User Interface shows and that is no data item."""

    pin: bool


class _Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    items: tuple[Item, ...]


class _Commands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    commands: tuple[CommandEntry, ...]


class _Alerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    alerts: tuple[AlertEntry, ...]


class _Alarms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    alarms: tuple[AlarmEntry, ...]


class _LogEntries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    log_entries: tuple[LogEntry, ...]


class _States(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    states: tuple[State, ...]


class _Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[str, ...]
    acts: tuple[ActEntry, ...]
    looks: tuple[Look, ...]
    displays: tuple[DisplayEntry, ...]
    interfaces: tuple[str, ...]
    originators: tuple[str, ...]
    peers: tuple[str, ...]
    outcomes: tuple[str, ...]


FILES: dict[str, Any] = {
    "items": _Items,
    "commands": _Commands,
    "alerts": _Alerts,
    "alarms": _Alarms,
    "log_entries": _LogEntries,
    "states": _States,
    "vocabulary": _Vocabulary,
}
KINDS = {
    "item": "items",
    "command": "commands",
    "alert": "alerts",
    "alarm": "alarms",
    "log entry": "log_entries",
    "state": "states",
    "act": "acts",
    "look": "looks",
    "display": "displays",
    "interface": "interfaces",
    "originator": "originators",
    "peer": "peers",
    "outcome": "outcomes",
}


class Dictionary(msgspec.Struct, frozen=True):
    """Every name of one device, by kind and name; `editions` are those it speaks of."""

    device: str
    editions: tuple[str, ...]
    items: dict[str, Item]
    commands: dict[str, CommandEntry]
    alerts: dict[str, AlertEntry]
    alarms: dict[str, AlarmEntry]
    log_entries: dict[str, LogEntry]
    states: dict[str, State]
    acts: dict[str, ActEntry]
    looks: dict[str, Look]
    displays: dict[str, DisplayEntry]
    interfaces: tuple[str, ...]
    originators: tuple[str, ...]
    peers: tuple[str, ...]
    outcomes: tuple[str, ...]

    def require(self, kind: str, name: str, edition: str = "") -> Any:
        """Return the entry of that kind and name (the name itself where names are all there is).

        `kind` is a key of `KINDS`. With an `edition`, the name must stand in it.

        Raises:
            UnknownName: there is no such kind, or no such name of that kind, or not in that edition.
        """
        if kind not in KINDS:
            raise UnknownName("kind of name", kind, KINDS)
        known: Mapping[str, _Entry] | tuple[str, ...] = getattr(self, KINDS[kind])
        if isinstance(known, tuple):
            if name not in known:
                raise UnknownName(kind, name, known)
            return name
        if name in known and (not edition or known[name].stands_in(edition)):
            return known[name]
        if edition:
            raise UnknownName(f"{kind} of {edition}", name, (n for n, e in known.items() if e.stands_in(edition)))
        raise UnknownName(kind, name, known)

    def names(self) -> frozenset[str]:
        """Return every name and every value of a state, for linters: what a capitalised run of words may be."""
        plain = {name for kind in KINDS.values() for name in getattr(self, kind)}
        values = {value for state in self.states.values() for value in state.values}
        return frozenset(plain | values)


def load_dictionary(device: str = "gsme", directory: Path = DICTIONARY_DIR) -> Dictionary:
    """Read the dictionary of a device.

    Raises:
        UnknownName: there is no dictionary of that device.
        YamlProblem: a file of it is malformed; all problems of all its files are named with their lines.
    """
    return _load(device, directory)


@lru_cache(maxsize=8)
def _load(device: str, directory: Path) -> Dictionary:
    folder = directory / device
    if not folder.is_dir():
        raise UnknownName(
            "dictionary", device, (p.name for p in directory.iterdir() if p.is_dir() and p.name[0] != "_")
        )
    problems: list[Problem] = []
    parts: dict[str, Any] = {}
    lists: dict[str, Any] = {}
    for stem, kind in FILES.items():
        path = folder / f"{stem}.yaml"
        try:
            raw = load(path, f"{device}/{path.name}")
            part = convert(raw, kind, f"{device}/{path.name}")
        except YamlProblem as error:
            problems += error.problems
            continue
        parts[stem] = part
        for field in part.__struct_fields__:
            entries = getattr(part, field)
            if entries and isinstance(entries[0], _Entry):
                lists[field] = _by_name(entries, part.editions, raw, field, f"{device}/{path.name}", problems)
    if problems:
        raise YamlProblem(problems)
    words: dict[str, Any] = {
        name: getattr(parts["vocabulary"], name) for name in ("interfaces", "originators", "peers", "outcomes")
    }
    dictionary = Dictionary(device=device, editions=parts["items"].editions, **lists, **words)
    problems = list(_loose_ends(dictionary, folder))
    if problems:
        raise YamlProblem(problems)
    return dictionary


E_ = TypeVar("E_", bound=_Entry)


def _by_name(
    entries: tuple[E_, ...], editions: tuple[str, ...], raw: Map, field: str, file: str, problems: list[Problem]
) -> dict[str, E_]:
    """Index entries by name with each source's editions filled in; note repeated names and editions the file does not name."""
    named: dict[str, E_] = {}
    rows = raw[field]
    assert isinstance(rows, Seq)
    for entry, line in zip(entries, rows.lines, strict=True):
        if entry.name in named:
            problems.append(Problem(file, line, f"the name {entry.name!r} stands twice", "keep one of them"))
        if not entry.sources():
            problems.append(Problem(file, line, f"{entry.name!r} has no source", "add source: [{clause: …}]"))
        for source in entry.sources():
            for strange in set(source.editions) - set(editions):
                right = f"one of {', '.join(editions)}"
                problems.append(Problem(file, line, f"{entry.name!r} names the edition {strange!r}", right))
        named[entry.name] = _with_editions(entry, editions)
    return named


def _with_editions(entry: E_, editions: tuple[str, ...]) -> E_:
    """Return the entry with every source that names no edition standing in all of them."""

    def filled(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(s if s.editions else msgspec.structs.replace(s, editions=editions) for s in sources)

    if isinstance(entry, CommandEntry):
        on = tuple(msgspec.structs.replace(given, source=filled(given.source)) for given in entry.on)
        parameters = {
            name: p if p.editions else msgspec.structs.replace(p, editions=editions)
            for name, p in entry.parameters.items()
        }
        return msgspec.structs.replace(entry, on=on, parameters=parameters)
    return msgspec.structs.replace(entry, source=filled(entry.source))


def _loose_ends(dictionary: Dictionary, folder: Path) -> Iterator[Problem]:
    """Name every state or data item that a shape points at and that is not there."""
    for stem, shapes in _shapes_by_file(dictionary).items():
        file = f"{folder.name}/{stem}.yaml"
        for owner, shape in shapes:
            for inner in within(shape):
                if isinstance(inner, Choice) and bool(inner.values) == bool(inner.state):
                    yield Problem(file, 1, f"{owner!r} has a choice of nothing, or of two things", "values or state")
                if isinstance(inner, Choice) and inner.state and inner.state not in dictionary.states:
                    yield Problem(file, 1, f"{owner!r} points at the state {inner.state!r}", "a state of states.yaml")
                if isinstance(inner, ItemValue) and inner.item and inner.item not in dictionary.items:
                    yield Problem(file, 1, f"{owner!r} points at the item {inner.item!r}", "an item of items.yaml")


def _shapes_by_file(dictionary: Dictionary) -> dict[str, list[tuple[str, Shape]]]:
    commands = [(c.name, s) for c in dictionary.commands.values() for s in c.response.values()]
    commands += [(c.name, p.value) for c in dictionary.commands.values() for p in c.parameters.values()]
    return {
        "items": [(i.name, i.value) for i in dictionary.items.values()],
        "commands": commands,
        "alerts": [(a.name, s) for a in dictionary.alerts.values() for s in a.values.values()],
        "log_entries": [(e.name, s) for e in dictionary.log_entries.values() for s in e.values.values()],
        "vocabulary": [(look.name, look.value) for look in dictionary.looks.values()],
    }


def within(shape: Shape) -> Iterator[Shape]:
    """Yield a shape and every shape inside it."""
    yield shape
    inner: Iterable[Shape] = ()
    if isinstance(shape, Listing | Matrix | Mapped):
        inner = (shape.of,)
    elif isinstance(shape, Record | Log):
        inner = shape.fields.values()
    for each in inner:
        yield from within(each)
