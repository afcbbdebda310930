"""What may cross the contract as a value: truth values, whole numbers, text, nothing, lists and mappings of these. No floats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

DEEPEST: Final = 32  # levels of nesting
LONGEST_TEXT: Final = 4 * 1024 * 1024  # characters
LARGEST: Final = 2**63 - 1  # of whole numbers, either way
MOST: Final = 1_000_000  # things held by all containers in one value
MANY: Final = 10_000  # things at one level of nesting, from where a value is looked at slowly
CONTAINERS: Final = (list, tuple, dict)


class BadValue(ValueError):
    """A value that may not cross the contract; the message begins with where in it, such as `values.entries[3].utc`."""


def check_value(value: Any, where: str = "value") -> None:
    """Refuse what is not bool, int (64 bits), str, None, list or dict with str keys, all the way down.

    Args:
        value: what is to cross.
        where: what the value is called in the message; places inside it are added.

    Raises:
        BadValue: naming the place and what stands there.
    """
    if not surely_fine(value):
        _look_closely(value, where)


def surely_fine(value: Any) -> bool:
    """Whether a value may cross, told quickly, as it is for nearly all; False says only that it must be looked at closely."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        deeper: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                fine = item.isascii() and len(item) <= LONGEST_TEXT
            elif kind is int:
                fine = -LARGEST - 1 <= item <= LARGEST
            elif kind is dict:
                fine = {str}.issuperset(map(type, item))
                deeper += item
                deeper += item.values()
            elif kind is list or kind is tuple:
                fine = True
                deeper += item
            else:
                fine = item is None or kind is bool
            if not fine:
                return False
        if not deeper:
            return True
        if len(deeper) > MANY:
            return False
        level = deeper
    return False


def _look_closely(value: Any, where: str) -> None:
    pending: list[tuple[Any, str, int]] = [(value, where, 0)]
    seen = 0
    while pending:
        item, place, depth = pending.pop()
        kind = type(item)
        if item is None or kind is bool:
            continue
        if kind is int or kind is str:
            _check_size(item, place)
            continue
        if depth >= DEEPEST:
            raise BadValue(f"{place}: nested deeper than {DEEPEST} levels")
        seen += len(item) if kind in CONTAINERS else 0
        if seen > MOST:
            raise BadValue(f"{where}: holds more than {MOST} things; send less at once")
        if kind is list or kind is tuple:
            pending.extend((inner, f"{place}[{n}]", depth + 1) for n, inner in enumerate(item))
        elif kind is dict:
            pending.extend(_members(item, place, depth + 1))
        else:
            raise BadValue(f"{place}: {_shown(item)} is {_article(kind)}; {_instead(kind)}")


def _check_size(item: int | str, place: str) -> None:
    if isinstance(item, str):
        if len(item) > LONGEST_TEXT:
            raise BadValue(f"{place}: a text of {len(item)} characters; at most {LONGEST_TEXT}")
        try:
            item.encode()
        except UnicodeEncodeError as error:
            raise BadValue(f"{place}: a text with a lone surrogate at {error.start}, which is no Unicode") from None
    elif not -LARGEST - 1 <= item <= LARGEST:
        raise BadValue(f"{place}: a number beyond 64 bits; send it as hexadecimal text")


def _members(item: dict[Any, Any], place: str, depth: int) -> Iterable[tuple[Any, str, int]]:
    for key, inner in item.items():
        if type(key) is not str:
            raise BadValue(f"{place}: has the key {_shown(key)}, {_article(type(key))}; keys are text")
        _check_size(key, f"{place} (a key)")
        yield inner, f"{place}.{key}", depth


def _shown(item: Any) -> str:
    try:
        text = repr(item)
    except Exception:  # noqa: BLE001 - the object is a stranger's, and the message is about it being wrong anyway
        text = "something that cannot even be shown"
    return text if len(text) <= 60 else text[:57] + "..."


def _article(kind: type) -> str:
    return f"{'an' if kind.__name__[0].lower() in 'aeio' else 'a'} {kind.__name__}"


def _instead(kind: type) -> str:
    if issubclass(kind, float):
        return "use a whole number in the smallest unit"
    if issubclass(kind, bytes | bytearray | memoryview):
        return "send bytes as hexadecimal text"
    return "use true or false, whole numbers, text, null, lists and mappings"
