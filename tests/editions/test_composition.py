"""Composition against lists written by hand, an override that is data alone, and entries that have gone stale."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from smets_spec.composition import COMPOSITION_FILE, effective_clauses, load_composition
from smets_spec.editions import load_editions
from smets_spec.index import DOCUMENTS_DIR, load_document
from smets_spec.strict_yaml import YamlProblem

HERE = Path(__file__).parent
LISTS = sorted([*HERE.glob("*_5_0_draft4.yaml"), HERE / "polyphase_4_2.yaml"])


def beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"composition_{name}", HERE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_hand(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return value


def spelt_out(short: list[str]) -> list[str]:
    """Turn 5.5.9.1-14 into 5.5.9.1, …, 5.5.9.14."""
    numbers = []
    for text in short:
        first, _, last = text.partition("-")
        above, _, start = first.rpartition(".")
        numbers += [f"{above}.{n}" for n in range(int(start), int(last) + 1)] if last else [text]
    return numbers


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_effective_clauses_are_those_read_from_the_text(path: Path) -> None:
    hand = by_hand(path)
    adopted = dict(hand.get("adopted", {}))
    if "also_adopted" in hand:
        adopted = {**by_hand(HERE / "sapc_5_0_draft4.yaml")["adopted"], **hand["also_adopted"]}
    found = effective_clauses(hand["edition"], hand["features"])
    own = [e for e in found if e.clause.number and e.adopted_from is None]
    in_force = [e.clause.number for e in own if e.standing == "in_force"]
    assert len(in_force) == len(set(in_force))
    assert sorted(filter(None, in_force)) == sorted(spelt_out(hand["in_force"]))
    disapplied = {e.clause.number: e.by for e in own if e.standing == "disapplied"}
    assert disapplied == {number: by for by, numbers in hand["disapplied"].items() for number in spelt_out(numbers)}
    assert {e.by: e.clause.number for e in found if e.adopted_from} == adopted
    assert {e.clause.number: e.continues for e in own if e.continues} == hand["continues"]


def test_a_device_without_parts_has_every_clause() -> None:
    found = effective_clauses("gsme@4.2", {"battery": True})
    assert len(found) == 144
    assert {e.standing for e in found} == {"in_force"}


def test_parts_come_with_their_features_only() -> None:
    alone = {e.clause.part for e in effective_clauses("esme@5.0-draft4", {"alcs": 0, "boost": False, "apc": "no"})}
    assert alone == {None, "A"}
    assert {e.clause.part for e in effective_clauses("esme@5.0-draft4", {"apc": 1})} == {None, "A", "F"}


def test_a_device_is_not_two_kinds_of_meter() -> None:
    with pytest.raises(ValueError, match="polyphase and twin_element at once"):
        effective_clauses("esme@4.2", {"twin_element": True, "polyphase": True})


def test_references_of_adopted_clauses_mean_the_adopter() -> None:
    found = {e.clause.number: e for e in effective_clauses("sapc@5.0-draft4", {}) if e.adopted_from}
    assert found["5.6.3.20"].references["5.7.4.18"] == ("9.6.2.4",)  # said in 9.1 paragraph 10
    assert found["5.5.1"].references["5.7.5.31"] == ("9.6.3.5",)  # Security Log, of the same name
    assert "5.5.10.2.3" not in found["5.6.3"].references  # no section of that name: stays what it is
    assert found["5.5.2"].references["5.5.10.5"] == ("9.4.4.5",)  # two are called Communications; this one adopts it


EDITIONS = [e.id for e in load_editions().values() if e.document != "smets1-1.2"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_entry_still_says_what_was_read(edition: str) -> None:
    load_composition(edition)


def test_counts_of_each_relation() -> None:
    assert [len(load_composition(f"esme@{v}").disapplies) for v in ("2.0", "3.1", "4.2", "5.0-draft4")] == [
        16,
        17,
        17,
        17,
    ]
    sapc = load_composition("sapc@5.0-draft4")
    assert len(sapc.adopts) + len(sapc.unbounded) == 57


def test_no_sentence_that_composes_is_left_out() -> None:
    said = beside("source_text").said
    for one in load_editions().values():
        if one.document == "smets1-1.2" or one.device not in ("esme", "sapc"):
            continue
        relations = load_composition(one.id)
        written = {
            (r.by.clause, r.by.paragraph): r for r in (*relations.disapplies, *relations.adopts, *relations.unbounded)
        }
        read: dict[tuple[str, int], str] = {}
        for clause in load_document(one.document).clauses:
            for paragraph in clause.paragraphs if clause.device == one.device.upper() else ():
                text = said(paragraph.line)
                if re.search(r"in Part A shall not apply to ESME|as if it were ESME", text):
                    read[clause.number or "", paragraph.n] = text
        assert read.keys() == written.keys()
        for place, text in read.items():
            relation = written[place]
            if hasattr(relation, "clause"):
                assert re.search(rf"(\(|Section ){re.escape(relation.clause)}( as if|\) in Part A)", text), text


def test_an_override_takes_effect_as_data(tmp_path: Path) -> None:
    """A test document whose Part B takes away Privacy PIN Protection: one clause more, one line of composition more."""
    documents = tmp_path / "documents"
    documents.mkdir()
    document = json.loads((DOCUMENTS_DIR / "smets2-4.2.json").read_bytes())
    at = next(n for n, c in enumerate(document["clauses"]) if c.get("number") == "5.12")
    paragraph = {"n": 1, "line": 16516, "role": "text", "fingerprint": "0" * 12, "chain": "1" * 12}
    new = {
        "number": "5.11.5",
        "heading": "Privacy PIN Protection",
        "line": 16515,
        "level": 3,
        "device": "ESME",
        "part": "B",
    }
    document["clauses"].insert(at, {**new, "paragraphs": [paragraph]})
    (documents / "smets2-4.2.json").write_text(json.dumps(document), encoding="utf-8")
    by = "by: {clause: 5.11.5, paragraph: 1, chain: 111111111111}"
    entry = f"disapplies:\n  - {{editions: [esme@4.2], clause: 5.5.5, scope: subtree, {by}}}\n"
    composition = tmp_path / "composition.yaml"
    text = COMPOSITION_FILE.read_text(encoding="utf-8")
    composition.write_text(text.replace("disapplies:\n", entry, 1), encoding="utf-8")

    def standing(features: dict[str, bool]) -> dict[str | None, tuple[str, str | None, str | None]]:
        found = effective_clauses("esme@4.2", features, composition=composition, directory=documents)
        return {e.clause.number: (e.standing, e.by, e.continues) for e in found}

    twin = standing({"twin_element": True})
    assert twin["5.5.5"] == ("disapplied", "5.11.5", None)
    assert twin["5.11.5"] == ("in_force", None, "5.5.5")
    assert standing({"polyphase": True})["5.5.5"] == ("in_force", None, None)
    assert {e.clause.number: e.standing for e in effective_clauses("esme@4.2", {"twin_element": True})}[
        "5.5.5"
    ] == "in_force"


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        (
            "clause: 5.10, paragraph: 1, chain: 5b0599ab254e",
            "clause: 5.10, paragraph: 1, chain: 0b0599ab254e",
            "no longer says what was read: its chain is 5b0599ab254e",
        ),
        ("clause: 5.5.7, scope", "clause: 5.5.77, scope", "esme@4.2 has no clause 5.5.77"),
        ("clause: 5.11.3, paragraph: 1,", "clause: 5.11.3, paragraph: 91,", "there is no esme@4.2 5.11.3 paragraph 91"),
    ],
)
def test_a_stale_entry_is_refused_with_file_and_line(tmp_path: Path, was: str, now: str, complaint: str) -> None:
    text = COMPOSITION_FILE.read_text(encoding="utf-8")
    line = text[: text.index(was)].count("\n") + 1
    bad = tmp_path / "composition.yaml"
    bad.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(YamlProblem) as refused:
        effective_clauses("esme@4.2", {}, composition=bad)
    assert str(refused.value).startswith(f"composition.yaml:{line}: ")
    assert complaint in str(refused.value)


def test_an_unknown_scope_or_field_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "composition.yaml"
    bad.write_text(
        COMPOSITION_FILE.read_text(encoding="utf-8").replace(
            "5.4, scope: subtree", "5.4, scope: forest, colour: green", 1
        ),
        encoding="utf-8",
    )
    with pytest.raises(YamlProblem) as refused:
        effective_clauses("esme@4.2", {}, composition=bad)
    assert "forest" in str(refused.value)
    assert "colour" in str(refused.value)
