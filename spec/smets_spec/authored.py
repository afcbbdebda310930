"""Authored YAML into Structs: every problem of a file is reported at once, each with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")
Place = tuple[str | int, ...]

UNDETERMINED = "not determined"


class AuthoredError(ValueError):
    """An authored file that cannot be taken; `problems` holds one line each: file, line, what is wrong, what would be right."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the problems, in the order found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Authored(msgspec.Struct, frozen=True):
    """A YAML file as plain lists, mappings and text, with the line on which each place in it begins."""

    path: Path
    value: Any
    lines: dict[Place, int]

    def where(self, place: Place) -> str:
        """Return `file:line` of a place, or of the nearest place round it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path.name}:{self.lines.get(place, 1)}"

    def entries(self, key: str, kind: type[T], problems: list[str]) -> list[tuple[T, str]]:
        """Convert the list under `key`, entry by entry, into `kind`; return each with its `file:line`.

        What cannot be converted is added to `problems` and left out.
        """
        raw = self.value.get(key, []) if isinstance(self.value, dict) else []
        if not isinstance(raw, list):
            problems.append(f"{self.where((key,))}: {key} must be a list")
            return []
        taken: list[tuple[T, str]] = []
        for number, entry in enumerate(raw):
            place = self.where((key, number))
            try:
                taken.append((msgspec.convert(entry, kind, strict=False), place))
            except msgspec.ValidationError as error:
                problems.append(f"{place}: {key} entry {number + 1}: {error}")
        return taken

    def only_keys(self, allowed: Sequence[str], problems: list[str]) -> None:
        """Add a problem for each top key that is not `allowed`."""
        if not isinstance(self.value, dict):
            problems.append(f"{self.where(())}: a mapping with {', '.join(allowed)} is wanted")
            return
        for key in self.value:
            if key not in allowed:
                problems.append(f"{self.where((key,))}: unknown field {key!r}; known are {', '.join(allowed)}")


def read_authored(path: Path) -> Authored:
    """Read a YAML file in which every scalar is text and no key stands twice; "not determined" becomes None.

    Raises:
        AuthoredError: the file is not well-formed YAML, or repeats a key.
    """
    try:
        with path.open("rb") as stream:
            root = yaml.compose(stream, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise AuthoredError([f"{path.name}:{mark.line + 1 if mark else 1}: {error}"]) from error
    lines: dict[Place, int] = {}
    problems: list[str] = []
    value = _plain(root, (), lines, problems, path.name) if root is not None else {}
    if problems:
        raise AuthoredError(problems)
    return Authored(path=path, value=value, lines=lines)


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int], problems: list[str], name: str) -> Any:
    """Turn a YAML node into lists, mappings and text, noting lines and repeated keys."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return None if node.value == UNDETERMINED else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*place, n), lines, problems, name) for n, child in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key, child in node.value:
        if key.value in result:
            problems.append(f"{name}:{key.start_mark.line + 1}: the key {key.value!r} stands twice")
        result[key.value] = _plain(child, (*place, key.value), lines, problems, name)
        lines[*place, key.value] = key.start_mark.line + 1
    return result
