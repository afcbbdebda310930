"""The linter: what it flags in the small world, and that it flags nothing in what is sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from smets_spec.catalogue import Texts
from smets_spec.catalogue.lint import lint

Linked = Callable[[str, str, str], Path]

VERIFIES = {
    "lamp.shine.shines": ("gsme.shine.at-dusk",),
    "lamp.hum.hums": ("meter.hum.while-lit",),
    "lamp.shine.wanes": ("gsme.shine.wanes",),
}
LINKED = (
    "does: wane\n    verification: test\n",
    "does: wane\n    verification: test\n    checks: [lamp.shine.wanes]\n",
)
FLAGGED = yaml.safe_load((Path(__file__).parent / "flagged.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def linked(changed_tree: Callable[..., Path]) -> Linked:
    """The world's requirements with their checks, and one change."""

    def make(file: str, old: str, new: str) -> Path:
        root = changed_tree("lamp/shine.yaml", *LINKED)
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new, 1))
        return root

    return make


def test_the_sound_world_is_not_flagged(linked: Linked, texts: Texts) -> None:
    assert lint(linked("lamp/hum.yaml", "", ""), texts, (), VERIFIES, ()) == []


@pytest.mark.parametrize("slip", FLAGGED, ids=[slip["name"] for slip in FLAGGED])
def test_what_is_wrong_is_flagged(slip: dict[str, str], linked: Linked, texts: Texts) -> None:
    found = "\n".join(map(str, lint(linked("lamp/hum.yaml", slip["old"], slip["new"]), texts, (), VERIFIES, ())))
    assert slip["said"] in found


def test_a_name_of_the_dictionary_is_known(linked: Linked, texts: Texts) -> None:
    root = linked("lamp/hum.yaml", "does: hum", "does: hum for the Lamplighter's Guild, as GSME and AG do")
    assert lint(root, texts, ("Lamplighter", "Guild"), VERIFIES, ()) == []
    assert "nothing is called 'Guild'" in str(lint(root, texts, ("Lamplighter",), VERIFIES, ())[0])


def test_a_double_negation_is_flagged(linked: Linked, texts: Texts) -> None:
    root = linked("lamp/shine.yaml", "does: stay dim", "does: not stay dim")
    assert "does negates shall-not again" in str(lint(root, texts, (), VERIFIES, ())[0])


def test_a_test_without_check_is_flagged_once(tree: Path, texts: Texts) -> None:
    without = {check: named for check, named in VERIFIES.items() if check != "lamp.shine.wanes"}
    (problem,) = lint(tree, texts, (), without, ())
    assert str(problem).startswith(
        "requirements/lamp/shine.yaml:21: gsme.shine.wanes: is verified by test, and no check"
    )


def test_a_variant_that_nobody_built_is_flagged(linked: Linked, texts: Texts) -> None:
    root = linked("interpretations.yaml", "clauses: [4.1]", "clauses: [4.1]\n    variants: [lunar]")
    (problem,) = lint(root, texts, (), VERIFIES, ("solar",))
    assert str(problem).startswith(
        "requirements/interpretations.yaml:9: A1 names the variant 'lunar', which there is not"
    )
    assert lint(root, texts, (), VERIFIES, None) == lint(root, texts, (), VERIFIES, ("lunar",)) == []


def test_a_ledger_that_no_longer_holds_is_flagged(
    linked: Linked, texts: Texts, chain_of: Callable[[str, str, int], str]
) -> None:
    chain = chain_of("gsme@1.0", "4.3", 1)
    root = linked("reviewed.yaml", chain, "000000000000")
    (problem,) = lint(root, texts, (), VERIFIES, ())
    assert "gsme@1.0 4.3 ¶1: its text, or what governs it, was 000000000000 when read" in problem.what


def test_everything_is_named_at_once_also_beside_files_that_cannot_be_read(linked: Linked, texts: Texts) -> None:
    root = linked("lamp/hum.yaml", "does: hum", "does: hum.")
    (root / "broken.yaml").write_text("a: [1\n")
    (root / "interpretations.yaml").write_text("interpretations: []\n")
    found = [str(problem).partition(";")[0] for problem in lint(root, texts, (), VERIFIES, ())]
    assert found == [
        "requirements/broken.yaml:2: is not YAML: did not find expected ',' or ']'",
        "requirements/lamp/hum.yaml:10: meter.hum.while-lit: does ends like a sentence",
        "requirements/lamp/shine.yaml:30: there is no interpretation 'A1'",
    ]
