"""What the pages for adapter authors show is true: the example runs, the transcript is the protocol, no field is left out."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import yaml

from smets_conformance.adapter import ACTS, Description, Event, Setup, codec
from smets_conformance.adapter.guard import Guard
from smets_conformance.adapter.process import ChildSystem
from smets_conformance.profile import Ixit, Rig, load_declarations
from smets_conformance.profile.doctor import doctor
from smets_conformance.profile.features import feature_table

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "adapter.md").read_text()
DECLARATIONS = (DOCS / "declarations.md").read_text()


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.S)
    assert found is not None
    return found[1]


def test_the_example_keeps_the_contract() -> None:
    space: dict[str, Any] = {"__name__": "example"}
    exec(compile(block(PAGE, "python"), "docs/adapter.md", "exec"), space)
    declared = load_declarations("gsme@4.2")
    assert {d.level for d in doctor(declared, space["Meter"]()) if d.blame == "adapter"} == {"note"}


def test_the_example_can_be_served(tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text(block(PAGE, "python"))
    system = Guard(ChildSystem([sys.executable, str(script)]))
    try:
        assert system.reset("commissioned", Setup(utc=5, edition="gsme@4.2")).utc == 5
        assert system.advance(60) == 60
        assert system.look("Clock") == 60_005
    finally:
        system.close()


def test_the_transcript_is_the_protocol() -> None:
    asked: list[codec.Request] = []
    for line in block(PAGE, "json").splitlines():
        if '"call"' in line:
            request = codec.decode_request(line.encode())
            assert codec.encode_request(request).decode().strip() == line, "written as the suite writes it"
            asked.append(request)
        else:
            codec.decode_reply(line.encode(), asked.pop(0))
    assert asked == []


@pytest.mark.parametrize("kind", [*ACTS.values(), *get_args(Event)], ids=lambda kind: kind.__name__)
def test_every_act_and_event_is_explained(kind: type) -> None:
    rows = [row for row in PAGE.splitlines() if re.match(rf"\|[^|]*`{kind.__name__}`", row)]
    assert rows, kind
    if kind.__name__ not in ("Load", "Voltage"):
        for field in msgspec.structs.fields(kind):
            if field.name not in ("node", "at", "interface", "to", "ref", "message", "device_utc"):
                assert f"`{field.name}`" in rows[0], (kind, field.name)


def test_every_field_of_a_description_and_a_setup_is_explained() -> None:
    for kind in (Description, Setup):
        for field in msgspec.structs.fields(kind):
            assert f"`{field.name}`" in PAGE, field.name


def test_every_declaration_is_explained() -> None:
    table = feature_table()
    shown = yaml.safe_load(block(DECLARATIONS, "yaml"))
    assert shown["features"].keys() == {feature.name for feature in table.features}
    assert shown["choices"].keys() == {choice.name for choice in table.choices}
    names = [*leaves(Ixit), *leaves(Rig)]
    assert "latency.alert_s" in names
    for name in names:
        assert f"`{name}`" in DECLARATIONS, name


def leaves(kind: Any, before: str = "") -> list[str]:
    found: list[str] = []
    for field in msgspec.structs.fields(kind):
        group = isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
        found += leaves(field.type, f"{field.name}.") if group else [before + field.name]
    return found


def test_the_example_of_an_ics_is_sound(tmp_path: Path) -> None:
    (tmp_path / "x.ics.yaml").write_text(block(DECLARATIONS, "yaml"))
    builtin = Path(load_declarations.__code__.co_filename).parent / "builtin"
    read = load_declarations(
        str(tmp_path / "x.ics.yaml"), builtin / "reference.ixit.yaml", builtin / "reference.rig.yaml"
    )
    assert read.ics.item.firmware == "1.10"
