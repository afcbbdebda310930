"""The dictionary of the gas meter: complete against the index, held to the text, and strict about names and files."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from smets_spec.dictionary import (
    DICTIONARY_DIR,
    Dictionary,
    Integer,
    ItemValue,
    Log,
    Matrix,
    UnknownName,
    load_dictionary,
    within,
)
from smets_spec.editions import edition_clauses
from smets_spec.index import Clause
from smets_spec.strict_yaml import YamlProblem

EDITIONS = ("gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4")
KIND_OF_SECTION = {"4.6.1": "constant", "4.6.3": "locally set", "4.6.4": "configuration", "4.6.5": "operational"}
ANNOTATION = re.compile(r"\s*\[(?:INFO|PIN)\]")


@pytest.fixture(scope="module")
def gas() -> Dictionary:
    return load_dictionary("gsme")


def beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"dictionary_{name}", Path(__file__).parent / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def below(edition: str, sections: tuple[str, ...]) -> dict[str, Clause]:
    clauses = edition_clauses(edition)
    return {c.number: c for c in clauses if c.number and c.number.rpartition(".")[0] in sections}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_data_item_of_the_text_is_there_and_no_other(gas: Dictionary, edition: str) -> None:
    text = {n: c.heading for n, c in below(edition, tuple(KIND_OF_SECTION)).items()}
    ours = {number: item.name for item in gas.items.values() for number in item.clauses(edition)}
    assert ours == text
    assert {n: gas.items[name].kind for n, name in ours.items()} == {
        n: KIND_OF_SECTION[n.rpartition(".")[0]] for n in text
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_command_of_the_text_is_there_and_no_other(gas: Dictionary, edition: str) -> None:
    interfaces = {"4.5.2": "User Interface", "4.5.3": "HAN"}
    text = {
        n: (ANNOTATION.sub("", c.heading), interfaces[n.rpartition(".")[0]])
        for n, c in below(edition, tuple(interfaces)).items()
    }
    ours = {
        source.clause: (command.name, given.interface)
        for command in gas.commands.values()
        for given in command.on
        for source in given.source
        if edition in source.editions
    }
    assert ours == text


@pytest.mark.parametrize("edition", EDITIONS)
def test_commands_carry_the_annotation_pin(gas: Dictionary, edition: str) -> None:
    """4.2 lost the heading of 4.5.2.1; 3.1 and 5.0 Draft 4 have it, with its annotation."""
    text = {n for n, c in below(edition, ("4.5.2",)).items() if "[PIN]" in c.heading}
    ours = {s.clause for c in gas.commands.values() for g in c.on if g.pin for s in g.source if edition in s.editions}
    assert ours == text == {"4.5.2.1", "4.5.2.5", "4.5.2.6", "4.5.2.9"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_source_stands(gas: Dictionary, edition: str) -> None:
    clauses = {c.number: c for c in edition_clauses(edition)}
    kinds = (
        gas.items,
        gas.commands,
        gas.alerts,
        gas.alarms,
        gas.log_entries,
        gas.states,
        gas.acts,
        gas.looks,
        gas.displays,
    )
    for entries in kinds:
        for entry in entries.values():
            for source in entry.sources():
                if edition in source.editions:
                    assert source.clause in clauses, (entry.name, source)
                    assert (source.paragraph or 0) <= len(clauses[source.clause].paragraphs), (entry.name, source)


def test_the_counts_are_those_of_the_text(gas: Dictionary) -> None:
    kinds = [item.kind for item in gas.items.values()]
    assert {k: kinds.count(k) for k in set(kinds)} == {
        "constant": 3,
        "locally set": 1,
        "configuration": 34,
        "operational": 21,
    }
    assert sum("User Interface" in c.interfaces for c in gas.commands.values()) == 10
    assert sum("HAN" in c.interfaces for c in gas.commands.values()) == 23


# What raises an Alert, sounds an Alarm or writes a log, and what only speaks of one: the clauses left out, with why.
SPEAKS_OF_ALERTS = {
    ("4.4.2", "restricting the generation"),  # gating by configuration
    ("4.4.10.2.3", "restricting Authorisation"),  # role permissions
    ("4.4.10.3", "In executing and creating"),  # cryptography of messages
    ("4.6.4.1", "Settings to control"),
    ("4.6.4.16", "The threshold in Currency Units"),
    ("4.6.4.34", "Settings to control"),
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_paragraph_that_raises_an_alert_is_named(gas: Dictionary, edition: str) -> None:
    said = beside("source_text").said
    ours = {(s.clause, s.paragraph) for a in gas.alerts.values() for s in a.source if edition in s.editions}
    text = set()
    for clause in edition_clauses(edition):
        for paragraph in clause.paragraphs:
            words = said(paragraph.line)
            aside = any(clause.number == n and words.find(start) >= 0 for n, start in SPEAKS_OF_ALERTS)
            if re.search(r"\bAlert\b", words) and not aside:
                text.add((clause.number, paragraph.n))
    assert ours == text


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_paragraph_that_writes_a_log_is_named(gas: Dictionary, edition: str) -> None:
    said = beside("source_text").said
    for log in ("Event Log", "Security Log"):
        ours = {
            (s.clause, s.paragraph)
            for entry in gas.log_entries.values()
            if entry.log == log
            for s in entry.source
            if edition in s.editions
        }
        writes = set()
        for clause in edition_clauses(edition):
            for p in clause.paragraphs:
                words = said(p.line)
                clears = "clear all entries" in words and log == "Event Log"
                shows = re.search(
                    r"displaying the Security Log|the Event Log\(4.6.5.9\) \(with|modify or delete", words
                )
                if f"{log}(" in words and not clears and not shows:
                    items = (
                        [q.n for q in clause.paragraphs if p.n in q.governed_by] if words.rstrip().endswith(":") else []
                    )
                    writes |= {(clause.number, n) for n in items or [p.n]}
        assert ours == writes, log


@pytest.mark.parametrize("edition", EDITIONS)
def test_displays_are_the_list_of_4_4_5(gas: Dictionary, edition: str) -> None:
    """Each item of the list shows what the dictionary says, [PIN] where the text has it; twenty-one items, 14 with [PIN]."""
    said = beside("source_text").said
    display = next(c for c in edition_clauses(edition) if c.number == "4.4.5")
    shown: dict[int, bool] = {p: d.pin for d in gas.displays.values() for p in [d.source[0].paragraph] if p}
    for item in gas.items.values():
        if item.display:
            shown[item.display.paragraph] = item.display.pin
            words = said(display.paragraphs[item.display.paragraph - 1].line).casefold()
            bare = re.sub(r"\s*\[1 … 2\]| \(.*", "", item.name).casefold()
            assert bare in words or item.display.paragraph in (14, 15), item.name
    assert sorted(shown) == list(range(2, 25))
    assert {p for p, pin in shown.items() if pin} == {p.n for p in display.paragraphs if "[PIN]" in said(p.line)}
    assert sum(shown.values()) == 14


# Read off 4.6 by hand.
def test_structures_are_those_of_the_text(gas: Dictionary) -> None:
    sizes = {
        name: (item.value.rows, item.value.columns)
        for name, item in gas.items.items()
        if isinstance(item.value, Matrix)
    }
    assert sizes == {
        "Tariff Block Price Matrix": (4, 1),
        "Tariff Threshold Matrix": (3, 1),
        "Tariff TOU Price Matrix": (1, 4),
        "Tariff Block Counter Matrix": (4, 1),
        "Tariff TOU Register Matrix": (1, 4),
    }
    logs = {name: item.value for name, item in gas.items.items() if isinstance(item.value, Log)}
    assert {name: log.capacity or (log.covers, log.every, log.at_least) for name, log in logs.items()} == {
        "Daily Read Log": 31,
        "Prepayment Daily Read Log": 31,
        "Event Log": 100,
        "Security Log": 100,
        "Network Data Log": ("4 hours", "6 minutes", False),
        "Profile Data Log": ("3 months", "30 minutes", True),
    }
    billing = [s.capacity for s in within(gas.items["Billing Data Log"].value) if isinstance(s, Log)]
    assert billing == [12, 5, 10, 12]


def test_every_quantity_has_a_unit_and_no_float(gas: Dictionary) -> None:
    for item in gas.items.values():
        for shape in within(item.value):
            if isinstance(shape, Integer):
                assert shape.unit, item.name
            if isinstance(shape, ItemValue):
                assert shape.item in gas.items


def test_names_change_with_the_edition(gas: Dictionary) -> None:
    assert gas.alerts["Clock not adjusted"].stands_in("gsme@3.1")
    assert not gas.alerts["Clock not adjusted"].stands_in("gsme@4.2")
    assert not gas.alerts["Emergency Credit used up"].stands_in("gsme@3.1")
    assert not gas.items["Events Configuration Settings"].stands_in("gsme@2.0")
    assert gas.commands["Add Credit"].parameters["PTUT"].editions == ("gsme@2.0",)
    with pytest.raises(UnknownName, match=r"no item of gsme@2\.0 'Events Configuration Settings'"):
        gas.require("item", "Events Configuration Settings", "gsme@2.0")


def test_agreed_names_are_there(gas: Dictionary) -> None:
    """The names on which the reference, the checks and the adapters have agreed."""
    for kind, name in [
        ("alert", "Clock difference over limit"),
        ("alert", "Clock not adjusted"),
        ("alert", "Future-dated Command outcome"),
        ("log entry", "Clock difference over limit"),
        ("log entry", "Clock adjusted"),
        ("log entry", "Clock not adjusted"),
        ("log entry", "Configuration written"),
        ("look", "Clock"),
        ("look", "Identification"),
        ("look", "Communications Links"),
        ("look", "Communications Hub Date and Time"),
        ("interface", "HAN"),
        ("originator", "Gas Proxy Function"),
        ("peer", "IHD"),
        ("outcome", "received"),
    ]:
        gas.require(kind, name)
    assert set(gas.commands["Set Clock"].parameters) == {"date and time", "tolerance"}
    assert set(gas.commands["Write Configuration Data"].parameters) == {"items"}
    assert set(gas.alerts["Future-dated Command outcome"].values) == {"ref", "command", "outcome", "reason"}


def test_an_unknown_name_is_refused_with_its_like(gas: Dictionary) -> None:
    with pytest.raises(UnknownName, match="near it: 'Set Clock'") as refused:
        gas.require("command", "Set Clok")
    assert refused.value.near[0] == "Set Clock"
    with pytest.raises(UnknownName, match="no kind of name 'gadget'"):
        gas.require("gadget", "x")
    with pytest.raises(UnknownName, match="no peer 'ppmid'; near it: 'PPMID'"):
        gas.require("peer", "ppmid")
    with pytest.raises(UnknownName, match="no dictionary 'gsm'"):
        load_dictionary("gsm")


def test_names_hold_every_kind(gas: Dictionary) -> None:
    assert {
        "Meter Balance",
        "Set Clock",
        "Prepayment Mode",
        "Debt to Clear",
        "PPMID",
        "Configuration written",
    } <= gas.names()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(DICTIONARY_DIR / "gsme", tmp_path / "gsme")
    return tmp_path


def test_problems_of_all_files_are_told_at_once(copied: Path) -> None:
    for name, was, now in [
        ("items", "    kind: constant", "    kind: constnat"),
        ("commands", "pin: true", "pni: true"),
        ("states", "    values_from: SMETS", "    values_from: hearsay"),
    ]:
        path = copied / "gsme" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(YamlProblem) as refused:
        load_dictionary("gsme", copied)
    told = str(refused.value)
    items = (DICTIONARY_DIR / "gsme" / "items.yaml").read_text(encoding="utf-8")
    assert f"gsme/items.yaml:{items[: items.index('    kind: constant')].count(chr(10)) + 1}: " in told
    assert "pni" in told
    assert "hearsay" in told
    assert len(refused.value.problems) >= 3


@pytest.mark.parametrize(
    ("file", "was", "now", "complaint"),
    [
        ("items", "name: Model Type", "name: GSME Identifier", "the name 'GSME Identifier' stands twice"),
        ("items", "state: Payment Mode", "state: Payment Moed", "points at the state 'Payment Moed'"),
        (
            "items",
            "item: Consumption Register}",
            "item: Consumption Regster}",
            "points at the item 'Consumption Regster'",
        ),
        (
            "alerts",
            "editions: [gsme@3.1, gsme@4.2, gsme@5.0-draft4]}",
            "editions: [gsme@3.3]}",
            "names the edition 'gsme@3.3'",
        ),
        ("alarms", "source: [{clause: 4.5.2.6, paragraph: 2}]", "source: []", "has no source"),
    ],
)
def test_what_does_not_hang_together_is_refused(copied: Path, file: str, was: str, now: str, complaint: str) -> None:
    path = copied / "gsme" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(YamlProblem) as refused:
        load_dictionary("gsme", copied)
    assert complaint in str(refused.value)
