"""Loading: what the files say, all that is wrong with them at once, and the compiled cache."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from benchmarks.synthetic import write as write_synthetic

from smets_spec.catalogue import Catalogue, Texts, YamlProblem, load_catalogue, read_catalogue
from smets_spec.catalogue.cache import cache_folder
from smets_spec.strict_yaml import load

Changed = Callable[..., Path]


def problems_of(root: Path, texts: Texts) -> list[str]:
    with pytest.raises(YamlProblem) as caught:
        load_catalogue(root, texts)
    return [str(each) for each in caught.value.problems]


def test_a_requirement_is_read_as_it_was_written(
    catalogue: Catalogue, chain_of: Callable[[str, str, int], str]
) -> None:
    found = catalogue.requirements["gsme.shine.at-dusk"]
    assert (found.device, found.obligation, found.severity, found.verification) == (
        "gsme",
        "shall",
        "violation",
        "test",
    )
    assert found.parameters == {"limit_s": "10", "share": "007"}
    assert found.applies == {"wick": (True, 2, "long")}
    assert found.editions == ("gsme@1.0", "gsme@1.1")
    (source,) = found.source_in("gsme@1.1")
    assert (source.clause, source.paragraph, source.part, source.chain) == ("4.1", 2, 0, chain_of("gsme@1.1", "4.1", 2))
    assert found.source_in("esme@1.0") == ()
    place = catalogue.places["gsme.shine.wanes"]
    assert (place.file, place.line, place.section) == ("requirements/lamp/shine.yaml", 16, "Shine")


def test_statements_follow_ears(catalogue: Catalogue) -> None:
    assert {name: each.statement() for name, each in catalogue.requirements.items()} == {
        "meter.hum.while-lit": "While it is Lit, the meter shall hum.",
        "gsme.shine.at-dusk": "When dusk has come, the GSME shall shine.",
        "gsme.shine.wanes": "The GSME should wane.",
        "gsme.shine.waxes": "If it has waned, then the GSME shall not stay dim.",
    }
    every = msgspec.structs.replace(
        catalogue.requirements["gsme.shine.waxes"], where="it has a wick", while_="lit", when="touched"
    )
    assert (
        every.statement()
        == "Where it has a wick, while lit, when touched, if it has waned, then the GSME shall not stay dim."
    )
    meaning = msgspec.structs.replace(
        every, where="", while_="", when="", if_="", obligation="definition", does="dim means not Lit"
    )
    assert meaning.statement() == "Dim means not Lit."


def test_requirements_stand_in_the_editions_they_name(catalogue: Catalogue) -> None:
    assert [each.id for each in catalogue.in_force("gsme@1.1")] == ["meter.hum.while-lit", "gsme.shine.at-dusk"]
    assert [each.id for each in catalogue.in_force("esme@1.0")] == ["meter.hum.while-lit"]
    assert catalogue.in_force("glossary@1.0") == []


WRONG = yaml.safe_load((Path(__file__).parent / "wrong.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("wrong", WRONG, ids=[wrong["name"] for wrong in WRONG])
def test_what_is_wrong_is_named_with_file_and_line(wrong: dict[str, Any], changed_tree: Changed, texts: Texts) -> None:
    found = "\n".join(problems_of(changed_tree(wrong["file"], wrong["old"], wrong["new"]), texts))
    for each in wrong["said"]:
        assert each in found


def test_all_problems_of_all_files_are_named_at_once(changed_tree: Changed, texts: Texts) -> None:
    root = changed_tree(
        "lamp/hum.yaml", "does: hum", "dose: hum", broken="a: [1\n", other="interpretations: []\nreviewed: []\n"
    )
    text = (
        (root / "lamp/shine.yaml")
        .read_text()
        .replace("obligation: should\n", "obligation: maybe\n")
        .replace("[A1]", "[A9]")
    )
    (root / "lamp/shine.yaml").write_text(text)
    found = problems_of(root, texts)
    assert [each.partition(";")[0] for each in found] == [
        "requirements/broken.yaml:2: is not YAML: did not find expected ',' or ']'",
        "requirements/lamp/hum.yaml:3: the field 'does' is missing",
        "requirements/lamp/hum.yaml:10: unknown field 'dose'",
        "requirements/lamp/shine.yaml:19: obligation: 'maybe' does not fit",
        "requirements/lamp/shine.yaml:29: there is no interpretation 'A9'",
        "requirements/other.yaml:1: does not say what it holds",
    ]


def test_sound_records_beside_broken_ones_can_be_read(changed_tree: Changed, texts: Texts) -> None:
    catalogue, problems = read_catalogue(changed_tree("lamp/hum.yaml", "does: hum", "dose: hum"), texts)
    assert list(catalogue.requirements) == ["gsme.shine.at-dusk", "gsme.shine.wanes", "gsme.shine.waxes"]
    assert len(problems) == 2


def test_no_folder_is_a_problem(tmp_path: Path, texts: Texts) -> None:
    assert "there is no such folder" in problems_of(tmp_path / "nowhere", texts)[0]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note each time that the files are read rather than the cache."""
    seen: list[Path] = []

    def noted(path: Path, name: str) -> object:
        seen.append(path)
        return load(path, name)

    monkeypatch.setattr("smets_spec.catalogue.read.load", noted)
    return seen


def test_a_second_load_comes_from_the_cache_and_is_equal(
    tree: Path, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_catalogue(tree, texts)
    seen = reads(monkeypatch)
    second = load_catalogue(tree, texts)
    assert seen == []
    assert second.records == first.records


def test_a_changed_file_is_read_again(tree: Path, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    load_catalogue(tree, texts)
    path = tree / "lamp/hum.yaml"
    path.write_text(path.read_text().replace("does: hum", "does: sing"))
    seen = reads(monkeypatch)
    assert load_catalogue(tree, texts).requirements["meter.hum.while-lit"].does == "sing"
    assert len(seen) == 5
    (tree / "looks.lock.json").write_text('{"meter.hum.while-lit": {"gsme@1.0": {"Tune": "000000000000"}}}')
    assert load_catalogue(tree, texts).records.looked["meter.hum.while-lit"]["gsme@1.0"] == {"Tune": "000000000000"}


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-5], lambda data: data[:40] + b"X" + data[41:], lambda data: b"", lambda data: b"x" * 64],
)
def test_a_damaged_cache_is_built_again_and_says_why(
    damage: Callable[[bytes], bytes], tree: Path, texts: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    sound = load_catalogue(tree, texts)
    (kept,) = cache_folder().glob("catalogue-*.msgpack")
    kept.write_bytes(damage(kept.read_bytes()))
    with caplog.at_level(logging.DEBUG, "smets_spec"):
        assert load_catalogue(tree, texts).records == sound.records
    assert "is damaged and is built again" in caplog.text


def test_a_cache_that_cannot_be_written_does_no_harm(
    tree: Path, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, no folder")
    monkeypatch.setenv("SMETS_CACHE", str(blocked))
    with caplog.at_level(logging.DEBUG, "smets_spec"):
        assert len(load_catalogue(tree, texts).requirements) == 4
    assert "is not kept" in caplog.text


def test_old_caches_are_thrown_away(tree: Path, texts: Texts) -> None:
    for number in range(8):
        (tree / "lamp/hum.yaml").write_text((tree / "lamp/hum.yaml").read_text() + f"# {number}\n")
        load_catalogue(tree, texts)
    assert len(list(cache_folder().glob("*.msgpack"))) == 4


def test_requirements_by_the_hundred_load_warm_as_cold(tmp_path: Path) -> None:
    root = write_synthetic(tmp_path, 300)
    cold = load_catalogue(root)
    assert len(cold.requirements) == 300
    assert load_catalogue(root).records == cold.records
