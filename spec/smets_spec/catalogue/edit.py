"""Surgery on authored YAML: the text is changed where it must be, and comments and layout stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import yaml

from smets_spec.catalogue.types import KINDS

WIDEST = 120
PLAIN = re.compile(r"[A-Za-z0-9][\w .@/()+-]*")


class Edit(msgspec.Struct, frozen=True, order=True):
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all edits made; those that insert at one place keep their order.

    Raises:
        ValueError: two edits overlap.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < done:
            raise ValueError(f"two edits of one place: {edit}")
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])


def entries(root: yaml.MappingNode) -> tuple[str, list[yaml.MappingNode]]:
    """Return what a file holds (its top key) and the nodes of its records; those that are no mappings are left out."""
    for key, value in root.value:
        if key.value in KINDS and isinstance(value, yaml.SequenceNode):
            return key.value, [entry for entry in value.value if isinstance(entry, yaml.MappingNode)]
    return "", []


def holders(kind: str, record: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """Go through the nodes of a record that name a paragraph in editions: its sources, or in a ledger the record itself."""
    if kind == "requirements":
        sources = field(record, "source")
        if isinstance(sources, yaml.SequenceNode):
            yield from (entry for entry in sources.value if isinstance(entry, yaml.MappingNode))
    elif field(record, "editions") is not None:
        yield record


def field(record: yaml.MappingNode, name: str) -> yaml.Node | None:
    """Return the node of a field's value, None where the record has no such field."""
    return next((value for key, value in record.value if key.value == name), None)


def word(record: yaml.MappingNode, name: str) -> str:
    """Return the text of a field that is a scalar, empty where there is none."""
    node = field(record, name)
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def words(record: yaml.MappingNode, name: str) -> tuple[str, ...]:
    """Return the texts of a field that is a list, none where there is none."""
    node = field(record, name)
    if not isinstance(node, yaml.SequenceNode):
        return ()
    return tuple(str(item.value) for item in node.value if isinstance(item, yaml.ScalarNode))


def replace_value(text: str, record: yaml.MappingNode, name: str, value: str | Sequence[str], after: str = "") -> Edit:
    """Give a field another value, or add it, behind the field `after` if that stands there, else as the last."""
    for key, node in record.value:
        if key.value == name:
            return Edit(key.end_mark.index, _end(node), _written(name, value, key.start_mark.column))
    neighbour = field(record, after) or record.value[-1][1]
    if record.flow_style:
        return Edit(_end(neighbour), _end(neighbour), f", {name}{_written(name, value, 0)}")
    column = record.value[0][0].start_mark.column
    line_end = _line_end(text, _end(neighbour))
    return Edit(line_end, line_end, f"\n{' ' * column}{name}{_written(name, value, column)}")


def drop_field(text: str, record: yaml.MappingNode, name: str) -> Edit:
    """Take a field out of a record written one field a line, with its line or lines."""
    key, node = next((key, value) for key, value in record.value if key.value == name)
    start = text.rfind("\n", 0, key.start_mark.index)
    return Edit(start, _line_end(text, _end(node)), "")


def insert_after(text: str, entry: yaml.Node, written: str) -> Edit:
    """Add an entry to a list written one entry a line, behind `entry`."""
    line_start = text.rfind("\n", 0, entry.start_mark.index) + 1
    dash = text.rfind("-", line_start, entry.start_mark.index)
    line_end = _line_end(text, _end(entry))
    return Edit(line_end, line_end, f"\n{' ' * (dash - line_start)}- {written}")


def flow(values: Sequence[str]) -> str:
    """Write a list on one line."""
    return f"[{', '.join(map(scalar, values))}]"


def scalar(value: str) -> str:
    """Write text plainly where YAML allows it everywhere, else in double quotes."""
    if PLAIN.fullmatch(value) and not value.endswith(" "):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _written(name: str, value: str | Sequence[str], column: int) -> str:
    """Write what follows a field's name, a list that is too long for a line on lines of its own."""
    line = f": {value if isinstance(value, str) else flow(value)}"
    if isinstance(value, str) or column + len(name) + len(line) <= WIDEST:
        return line
    return ":" + "".join(f"\n{' ' * (column + 2)}- {scalar(each)}" for each in value)


def _end(node: yaml.Node) -> int:
    """Return where a node's text ends; a block's own mark lies behind the blank lines and comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last: Any = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found
