"""Editions: their dates against the tables, what is in force on a day, and that they share out every document."""

from __future__ import annotations

import importlib.util
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from smets_spec.editions import (
    EDITIONS_FILE,
    default_edition,
    edition,
    edition_clauses,
    editions_of,
    is_maintained,
    load_editions,
    may_be_installed,
)
from smets_spec.index import load_document
from smets_spec.names import UnknownName
from smets_spec.strict_yaml import YamlProblem

DOCUMENTS = ("smets1-1.2", "smets2-2.0", "smets2-3.1", "smets2-4.2", "smets2-5.0-draft4")


def beside(name: str) -> ModuleType:
    """Load a helper that lies beside this file."""
    spec = importlib.util.spec_from_file_location(f"editions_{name}", Path(__file__).parent / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Read off the tables by hand.
@pytest.mark.parametrize(
    ("device", "on", "newest"),
    [
        ("gsme", date(2016, 9, 30), "gsme@2.0"),
        ("gsme", date(2018, 11, 7), "gsme@2.0"),
        ("gsme", date(2018, 11, 8), "gsme@3.1"),
        ("gsme", date(2019, 11, 28), "gsme@3.1"),
        ("gsme", date(2019, 11, 29), "gsme@4.2"),
        ("gsme", date(2030, 1, 1), "gsme@4.2"),
        ("ihd", date(2012, 12, 18), "ihd@1.2"),
        ("ihd", date(2016, 9, 30), "ihd@2.0"),
        ("gsms", date(2030, 1, 1), "gsms@1.2"),
        ("glossary", date(2018, 11, 8), "glossary@3.1"),
        ("glossary", date(2013, 1, 1), "glossary@1.2"),
        ("hcalcs", date(2024, 1, 1), "hcalcs@4.2"),
    ],
)
def test_the_default_is_the_newest_in_force(device: str, on: date, newest: str) -> None:
    assert default_edition(device, on) == newest


@pytest.mark.parametrize(("device", "on"), [("gsme", date(2016, 9, 29)), ("sapc", date(2030, 1, 1))])
def test_no_edition_in_force_is_said(device: str, on: date) -> None:
    with pytest.raises(LookupError, match=f"no edition of {device} is in force on"):
        default_edition(device, on)


@pytest.mark.parametrize(
    ("of", "on", "prepayment", "may"),
    [
        ("gsme@2.0", date(2021, 4, 27), False, True),
        ("gsme@2.0", date(2021, 4, 28), False, False),
        ("gsme@3.1", date(2021, 4, 27), False, True),
        ("gsme@3.1", date(2021, 4, 28), True, False),
        ("gsme@4.2", date(2019, 11, 28), False, False),
        ("gsme@4.2", date(2040, 1, 1), False, True),
        ("esms@1.2", date(2018, 12, 5), False, True),
        ("esms@1.2", date(2018, 12, 6), False, False),
        ("esms@1.2", date(2019, 3, 15), True, True),
        ("esms@1.2", date(2019, 3, 16), True, False),
        ("gsme@5.0-draft4", date(2040, 1, 1), False, False),
    ],
)
def test_installation_ends_on_its_day(of: str, on: date, prepayment: bool, may: bool) -> None:
    assert may_be_installed(of, on, prepayment=prepayment) is may


def test_an_installed_device_outlives_its_installation_period() -> None:
    assert is_maintained("gsme@2.0", date(2030, 1, 1))
    assert not is_maintained("gsme@5.0-draft4", date(2030, 1, 1))
    assert not is_maintained("glossary@5.0-draft4", date(2030, 1, 1))


def test_every_document_is_shared_out_among_its_editions() -> None:
    for document in DOCUMENTS:
        shared = [c for e in load_editions().values() if e.document == document for c in edition_clauses(e.id)]
        whole = list(load_document(document).clauses)
        if document == "smets1-1.2":
            assert whole.pop(0).heading == "Not Used"
        assert sorted(shared, key=lambda c: c.line) == sorted(whole, key=lambda c: c.line)


def test_an_edition_holds_its_device_alone() -> None:
    for one in load_editions().values():
        clauses = edition_clauses(one.id)
        assert {c.device for c in clauses} == {one.device.upper()}
        assert clauses[0].number == one.clauses
        assert all(c.number is None or c.number.partition(".")[0] == one.clauses for c in clauses)


def test_the_stated_version_is_that_of_the_heading() -> None:
    for one in load_editions().values():
        stated = edition_clauses(one.id)[0].heading.partition(" Version ")[2].strip()
        assert (one.stated_version or "") == stated, one.id
        assert one.stated_version or one.remark, f"{one.id} states no version and does not say why"


def test_editions_of_a_device_ascend() -> None:
    for device in {e.device for e in load_editions().values()}:
        versions = [e.version for e in editions_of(device)]
        assert versions == sorted(versions, key=lambda v: float(v.partition("-")[0]))


def test_the_dates_are_those_of_the_tables() -> None:
    said = beside("source_text").said
    read = 0
    for one in load_editions().values():
        for n, line in enumerate(one.table_lines):
            cells = [said(at) for at in range(line, line + 18) if said(at)]
            assert cells.pop(0) == one.id.partition("@")[2]
            days = [
                None if c.startswith("Not ") else datetime.strptime(c, "%d/%m/%y").date() for c in cells if "." not in c
            ]
            assert one.installation
            assert one.maintenance
            installed = [one.installation.start, one.installation.end]
            if one.installation.prepayment_end:
                installed.append(one.installation.prepayment_end)
            wanted = [*installed, one.maintenance.start, one.maintenance.end]
            if one.gbcs:
                wanted += [one.gbcs[n].start, one.gbcs[n].end]
                assert one.gbcs[n].version in cells
            assert days[: len(wanted)] == wanted, (one.id, line)
            read += 1
    assert read == 3 + 5 * 4


def test_an_unknown_edition_is_named_with_its_like() -> None:
    with pytest.raises(UnknownName, match=r"near it: 'gsme@4\.2'"):
        edition("gsm@4.2")
    with pytest.raises(UnknownName):
        editions_of("gmse-")


def test_a_malformed_file_is_refused_with_every_problem(tmp_path: Path) -> None:
    text = EDITIONS_FILE.read_text(encoding="utf-8")
    text = text.replace("id: gsme@3.1", "id: gsme@2.0", 1).replace("standing: draft", "standing: rumour", 1)
    bad = tmp_path / "editions.yaml"
    bad.write_text(text, encoding="utf-8")
    with pytest.raises(YamlProblem) as refused:
        load_editions(bad)
    assert "rumour" in str(refused.value)
    bad.write_text(
        EDITIONS_FILE.read_text(encoding="utf-8").replace("id: gsme@3.1", "id: gsme@2.0", 1), encoding="utf-8"
    )
    with pytest.raises(YamlProblem) as refused:
        load_editions(bad)
    line = text[: text.index("id: gsme@2.0", text.index("id: gsme@2.0") + 1)].count("\n") + 1
    assert f"editions.yaml:{line}: the edition gsme@2.0 stands twice" in str(refused.value)
    assert "is not device@document-version; gsme@3.1" in str(refused.value)
