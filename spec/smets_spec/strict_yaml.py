"""The one YAML reader: every scalar is text, nothing is guessed, and every problem names its file and line.

`load` gives plain data (`Map`, `Seq`, `str`) that remembers its lines; `load_as` and `convert` go on to a msgspec type and
report everything that does not fit at once. Numbers and truth values are converted by the type, never by YAML, so that
clause 5.10 stays 5.10 and `on` stays a word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

T = TypeVar("T")

DEEPEST = 100
LONGEST_LINE = 1000
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing wrong in a file: where, what, and what would be right."""

    file: str
    line: int
    what: str
    right: str

    def __str__(self) -> str:
        """Return `file:line: what; what would be right`."""
        return f"{self.file}:{self.line}: {self.what}; {self.right}"


class YamlProblem(ValueError):
    """What is wrong with one or more files, all of it: `problems`, one a line in the message."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep each problem once, in the order of files and lines."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Map(dict[str, "Value"]):
    """A mapping that knows the line it begins on, and the line of each of its keys."""

    __slots__ = ("_node",)

    def __init__(self, node: yaml.MappingNode) -> None:
        """Begin empty; `node` knows the lines."""
        super().__init__()
        self._node = node

    @property
    def line(self) -> int:
        """The line the mapping begins on."""
        return self._node.start_mark.line + 1

    @property
    def lines(self) -> dict[str, int]:
        """The line of each key."""
        words = ((key, key.start_mark) for key, _ in reversed(self._node.value) if isinstance(key, yaml.ScalarNode))
        return {key.value: mark.line + 1 for key, mark in words}


class Seq(list["Value"]):
    """A list that knows the line it begins on, and the line of each of its entries."""

    __slots__ = ("_node",)

    def __init__(self, node: yaml.SequenceNode, values: Iterable[Value]) -> None:
        """Hold `values`; `node` knows their lines."""
        super().__init__(values)
        self._node = node

    @property
    def line(self) -> int:
        """The line the list begins on."""
        return self._node.start_mark.line + 1

    @property
    def lines(self) -> list[int]:
        """The line of each entry."""
        return [child.start_mark.line + 1 for child in self._node.value]


Value = str | Map | Seq


class _Loader(yaml.CBaseLoader):
    """The C base loader without its search for tags, which takes half of its time and finds nothing: all is text."""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Note nothing on the way down."""

    def ascend_resolver(self) -> None:
        """Note nothing on the way up."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        """Call everything text."""
        return "tag:yaml.org,2002:str"


def load(path: Path, name: str = "") -> Map:
    """Read the file at `path`; `name` is what messages call it, by default its path.

    Raises:
        YamlProblem: it is missing, no UTF-8, no YAML, no mapping, or uses what is refused here: a byte order mark, tabs,
            anchors, aliases, tags, merge keys, duplicate keys, several documents.
    """
    name = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        _refuse(name, 1, f"cannot be read: {error.strerror}", "name a readable file")
    return loads(data, name)


def loads(data: bytes, name: str) -> Map:
    """Read YAML from bytes; see `load`."""
    node = compose(data, name)
    problems: list[Problem] = []
    value = _plain(node, name, problems)
    if problems:
        raise YamlProblem(problems)
    assert isinstance(value, Map)
    return value


def load_as(path: Path, kind: type[T], name: str = "") -> T:
    """Read the file at `path` as the msgspec type `kind`.

    Raises:
        YamlProblem: it cannot be read, or does not fit `kind`; all misfits are named.
    """
    return convert(load(path, name), kind, name or str(path))


def convert(value: Value, kind: type[T], file: str) -> T:
    """Turn data of this module into the msgspec type `kind`.

    Raises:
        YamlProblem: it does not fit; all misfits are named.
    """
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        line = value.line if isinstance(value, Map | Seq) else 1
        problems = list(_misfits(value, kind, file, line, ""))
        raise YamlProblem(problems or [Problem(file, line, str(error), "see the schema")]) from None


def compose(data: bytes, name: str) -> yaml.MappingNode:
    """Parse `data` into nodes with their marks, as editors of the text need them; see `load` for what is refused."""
    _check_bytes(data, name)
    loader = _Loader(data)
    try:
        if _needs_scan(data):
            _scan(data, name)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = data.count(b"\n", 0, error.position) + 1
        _refuse(name, line, f"holds the character #x{_code(error.character):04x}", "only printable characters")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        several = "another document" in str(error.problem)
        right = "keep one document a file" if several else "write well-formed YAML"
        _refuse(name, mark.line + 1 if mark else 1, f"is not YAML: {error.problem or error.context}", right)
    finally:
        loader.dispose()
    if node is None:
        _refuse(name, 1, "is empty", "a mapping of keys to values")
    if not isinstance(node, yaml.MappingNode):
        _refuse(name, node.start_mark.line + 1, "is not a mapping", "begin with a key and a colon")
    return node


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(character)


def _refuse(file: str, line: int, what: str, right: str) -> NoReturn:
    raise YamlProblem([Problem(file, line, what, right)])


def _check_bytes(data: bytes, name: str) -> None:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        _refuse(name, 1, "begins with a byte order mark", "save it as UTF-8 without one")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(name, line, f"is not UTF-8 (byte {data[error.start]:#04x})", "save it as UTF-8")
    if b"\t" in data:
        tabs = [number for number, text in enumerate(data.split(b"\n"), 1) if b"\t" in text]
        raise YamlProblem([Problem(name, line, "holds a tab", "indent and separate with blanks") for line in tabs])


def _needs_scan(data: bytes) -> bool:
    """Whether the text may hold an anchor, alias, tag or an abyss of nesting: rare, so that the slow look is rare."""
    if any(mark in data for mark in (b"&", b"*", b"!")):
        return True
    brackets = data.translate(None, NO_BRACKETS)
    for _ in range(3):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return len(brackets) > DEEPEST or max(map(len, data.split(b"\n"))) > LONGEST_LINE


def _scan(data: bytes, name: str) -> None:
    """Refuse anchors, aliases, tags and deep nesting (which would overflow the composer's stack), event by event."""
    problems: list[Problem] = []
    depth = 0
    for event in yaml.parse(data, Loader=yaml.CBaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            problems.append(
                Problem(name, line, f"uses the alias *{event.anchor}", "write the value out, or quote the text")
            )
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                problems.append(
                    Problem(name, line, f"sets the anchor &{event.anchor}", "write values out where they are used")
                )
            if tag := getattr(event, "tag", None):
                problems.append(Problem(name, line, f"uses the tag {tag}", "leave tags out: every value is text"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            _refuse(name, line, f"is nested deeper than {DEEPEST} levels", "flatten it")
    if problems:
        raise YamlProblem(problems)


def _plain(node: yaml.Node, name: str, problems: list[Problem]) -> Value:
    """Turn a node into text, `Map` or `Seq`, adding what is wrong to `problems`."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return Seq(node, [_plain(child, name, problems) for child in node.value])
    assert isinstance(node, yaml.MappingNode)
    mapping = Map(node)
    for key, child in node.value:
        word = key.value
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(name, key.start_mark.line + 1, "has a key that is no word", "use text as key"))
        elif word in mapping:
            first = mapping.lines[word]
            problems.append(
                Problem(name, key.start_mark.line + 1, f"repeats the key {word!r} of line {first}", "keep one of them")
            )
        elif word == "<<":
            problems.append(Problem(name, key.start_mark.line + 1, "uses a merge key", "write the values out"))
        else:
            mapping[word] = child.value if isinstance(child, yaml.ScalarNode) else _plain(child, name, problems)
    return mapping


def _misfits(value: Value, kind: Any, file: str, line: int, where: str) -> Iterator[Problem]:
    """Name everything in `value` that does not fit `kind`; `line` is where it stands, `where` its key."""
    kind, described = _unwrap(kind)
    found = False
    for problem in _misfits_inside(value, kind, file, line, where):
        found = True
        yield problem
    if not found:
        try:
            msgspec.convert(value, described, strict=False)
        except msgspec.ValidationError as error:
            shown = f"{value!r} " if isinstance(value, str) else ""
            at = f"{where}: " if where else ""
            yield Problem(file, line, f"{at}{shown}does not fit", _right(kind, described, str(error)))


def _misfits_inside(value: Value, kind: Any, file: str, line: int, where: str) -> Iterator[Problem]:
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if isinstance(value, Map):
            yield from _misfits_of_struct(value, kind, file, where)
        else:
            keys = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
            yield Problem(file, line, f"{where or 'this'} is no mapping", f"a mapping with keys of {keys}")
    elif origin in (tuple, list, frozenset, set):
        if isinstance(value, Seq):
            for item, at in zip(value, value.lines, strict=True):
                yield from _misfits(item, get_args(kind)[0], file, at, where)
        else:
            yield Problem(file, line, f"{where or 'this'} is no list", "a list: [a, b]")
    elif origin is dict:
        if isinstance(value, Map):
            for key, item in value.items():
                yield from _misfits(item, get_args(kind)[1], file, value.lines[key], f"{where}.{key}" if where else key)
        else:
            yield Problem(file, line, f"{where or 'this'} is no mapping", "a mapping: {key: value}")


def _misfits_of_struct(value: Map, kind: type[msgspec.Struct], file: str, where: str) -> Iterator[Problem]:
    hints = get_type_hints(kind, include_extras=True)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in value.keys() - fields.keys():
        near = difflib.get_close_matches(key, fields, n=1)
        right = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(fields)}"
        yield Problem(file, value.lines[key], f"unknown field {key!r}", right)
    for name, field in fields.items():
        if name in value:
            yield from _misfits(value[name], hints[field.name], file, value.lines[name], name)
        elif field.required:
            inside = f" of {where}" if where else ""
            yield Problem(file, value.line, f"the field {name!r}{inside} is missing", f"add {name}: …")


def _unwrap(kind: Any) -> tuple[Any, Any]:
    """Return a type without its annotation, and as it was."""
    return (get_args(kind)[0] if get_origin(kind) is Annotated else kind), kind


WORDS = {int: "a whole number", bool: "true or false", str: "text"}


def _right(kind: Any, described: Any, message: str) -> str:
    """Say in words what a value of that type looks like."""
    if get_origin(described) is Annotated:
        for note in get_args(described)[1:]:
            if isinstance(note, msgspec.Meta) and note.description:
                return note.description
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(map(str, get_args(kind)))
    if kind in WORDS and "type" not in message and "Expected" in message:
        return WORDS[kind]
    if get_origin(kind) is Union:
        return " or ".join(WORDS.get(each, str(each)) for each in get_args(kind))
    return re.sub(r" - at `.*`$", "", message)
