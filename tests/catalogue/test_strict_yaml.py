"""The strict reader: text stays text, and whatever is refused is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from smets_spec.strict_yaml import Map, YamlProblem, convert, load, load_as, loads

REFUSED = {
    "unclosed list": (b"a: 1\nb: [1\n", 3, "is not YAML"),
    "unclosed quote": (b"a: 'x", 1, "is not YAML"),
    "two colons": (b"a: b: c", 1, "mapping values are not allowed"),
    "empty": (b"", 1, "is empty"),
    "only a comment": (b"# nothing\n", 1, "is empty"),
    "a list": (b"\n- a\n", 2, "is not a mapping"),
    "two documents": (b"--- {a: 1}\n--- {a: 2}\n", 2, "another document"),
    "byte order mark": (b"\xef\xbb\xbfa: 1", 1, "byte order mark"),
    "UTF-16": ("a: 1".encode("utf-16"), 1, "byte order mark"),
    "Latin-1": ("a: 1\nb: é\n".encode("latin-1"), 2, "is not UTF-8 (byte 0xe9)"),
    "a bell": ("a: ééééé\nb: \x07\nc: 1\n".encode(), 2, "#x0007"),
    "a tab": (b"a: 1\nb:\tc\n", 2, "holds a tab"),
    "an anchor": (b"a: &x 1\n", 1, "sets the anchor &x"),
    "an alias": (b"a: 1\nb: *x\n", 2, "alias"),
    "a tag": (b"a: !!int 3\n", 1, "uses the tag"),
    "a merge key": (b"a: 1\n<<: {b: 2}\n", 2, "merge key"),
    "a list as key": (b"a: 1\n? [b]\n: 2\n", 2, "key that is no word"),
    "nested flow": (b"a: " + b"[" * 100_000, 1, "nested deeper"),
    "nested blocks": (b"- " * 50_000, 1, "nested deeper"),
}


@pytest.mark.parametrize(("data", "line", "what"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_names_its_line(data: bytes, line: int, what: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        loads(data, "some.yaml")
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("some.yaml", line)
    assert what in problem.what
    assert problem.right


def test_every_scalar_is_text() -> None:
    values = loads(b"a: 5.10\nb: on\nc: 12:30\nd: 0x10\ne: null\nf: 1e5\ng: 2026-01-01\nh: ~\ni:\nj: x & y * z!\n", "x")
    expected = {"a": "5.10", "b": "on", "c": "12:30", "d": "0x10", "e": "null", "f": "1e5", "g": "2026-01-01", "h": "~"}
    assert values == {**expected, "i": "", "j": "x & y * z!"}


def test_every_duplicate_key_and_every_tab_is_named_at_once() -> None:
    with pytest.raises(YamlProblem) as caught:
        loads(b"a: 1\nb: {c: 1, c: 2}\na: 3\n", "x")
    assert [(each.line, each.what) for each in caught.value.problems] == [
        (2, "repeats the key 'c' of line 2"),
        (3, "repeats the key 'a' of line 1"),
    ]
    with pytest.raises(YamlProblem) as caught:
        loads(b"a:\t1\nb: 2\nc:\t3\n", "x")
    assert [each.line for each in caught.value.problems] == [1, 3]


def test_lines_of_keys_and_entries_are_known() -> None:
    value = loads(b"# head\na:\n  - x\n\n  - y\nb: {c: z}\n", "x")
    assert (value.line, value.lines) == (2, {"a": 2, "b": 6})
    entries = value["a"]
    assert not isinstance(entries, str | Map)
    assert entries.lines == [3, 5]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(YamlProblem, match=r"none\.yaml:1: cannot be read: No such file"):
        load(tmp_path / "none.yaml")


class Wheel(msgspec.Struct, forbid_unknown_fields=True):
    spokes: int
    made_of: Literal["wood", "iron"] = "wood"


class Cart(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    wheels: tuple[Wheel, ...]
    sizes: dict[str, int] = {}
    sold: bool = False


def test_text_is_converted_by_the_type(tmp_path: Path) -> None:
    path = tmp_path / "cart.yaml"
    path.write_text("name: 12\nwheels: [{spokes: 8, made_of: iron}]\nsizes: {long: 3}\nsold: true\n")
    assert load_as(path, Cart) == Cart("12", (Wheel(8, "iron"),), {"long": 3}, True)


def test_every_misfit_is_named_with_its_line_and_what_would_be_right() -> None:
    text = b"nam: cart\nwheels:\n  - spokes: many\n    made_of: gold\n  - spoke: 3\n  - round\nsizes: {long: x}\nsold: maybe\n"
    with pytest.raises(YamlProblem) as caught:
        convert(loads(text, "cart.yaml"), Cart, "cart.yaml")
    assert [str(each).removeprefix("cart.yaml:") for each in caught.value.problems] == [
        "1: the field 'name' is missing; add name: …",
        "1: unknown field 'nam'; did you mean 'name'?",
        "3: spokes: 'many' does not fit; a whole number",
        "4: made_of: 'gold' does not fit; one of wood, iron",
        "5: the field 'spokes' of wheels is missing; add spokes: …",
        "5: unknown field 'spoke'; did you mean 'spokes'?",
        "6: wheels is no mapping; a mapping with keys of spokes, made_of",
        "7: sizes.long: 'x' does not fit; a whole number",
        "8: sold: 'maybe' does not fit; true or false",
    ]


def test_a_repeated_key_beside_a_key_that_is_a_list_is_two_problems_and_no_accident() -> None:
    with pytest.raises(YamlProblem) as caught:
        loads(b"a: 1\n? [x]\n: 2\na: 3\n", "file.yaml")
    assert [(problem.line, problem.what) for problem in caught.value.problems] == [
        (2, "has a key that is no word"),
        (4, "repeats the key 'a' of line 1"),
    ]
