"""Coverage by obligation, counted by hand for the small world, and the links between requirements and checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smets_spec.catalogue import Catalogue, Texts, YamlProblem, load_catalogue
from smets_spec.catalogue.coverage import Blank, by_clause, coverage, part_problems, snapshot
from smets_spec.catalogue.links import links
from smets_spec.index import Clause

VERIFIES = {"lamp.shine.shines": ("gsme.shine.at-dusk",), "lamp.hum.hums": ("meter.hum.while-lit",)}


def test_every_obligation_is_counted_once(catalogue: Catalogue) -> None:
    found = coverage(catalogue, ["gsme@1.0"], faults={"gsme.shine.wanes": ["stuck"], "gsme.shine.waxes": []}).editions[
        "gsme@1.0"
    ]
    # Shine 1 and 2, Hum 1, and Tune 2 by hand where the rule says 1; its second paragraph is informative.
    assert (found.paragraphs, found.obligations, found.covered) == (4, 6, 4)
    assert found.blanks == (Blank("4.3", 1, 1), Blank("4.3", 1, 2))
    assert (found.requirements, found.with_checks, found.with_faults, found.suspect, found.look) == (4, 2, 1, 0, 0)
    assert found.by_method == {"test": 3, "demonstration": 0, "inspection": 1, "analysis": 0}


def test_an_edition_is_covered_only_by_what_names_it(catalogue: Catalogue) -> None:
    found = coverage(catalogue, ["gsme@1.1", "glossary@1.0"])
    newer = found.editions["gsme@1.1"]
    assert (newer.paragraphs, newer.obligations, newer.covered) == (6, 7, 2)
    assert newer.blanks == (
        Blank("4.1", 3, 1),
        Blank("4.1", 3, 2),
        Blank("4.2", 1, 1),
        Blank("4.4", 1, 1),
        Blank("4.4", 2, 1),
    )
    assert found.editions["glossary@1.0"].obligations == 0
    assert found.blanks == 5


ASKED = {
    "4.1": (3, 0, 3),
    "4": (6, 2, 4),
    "shine": (3, 0, 3),
    "Tune": (2, 2, 0),
    "gsme.shine.*": (3, 0, 3),
    "gsme.shine": (3, 0, 3),
    "gsme.shine.wanes": (2, 0, 2),
    "meter.hum.while-lit": (1, 0, 1),
}


@pytest.mark.parametrize(("only", "expected"), ASKED.items(), ids=ASKED)
def test_only_what_is_asked_for_is_counted(only: str, expected: tuple[int, int, int], catalogue: Catalogue) -> None:
    found = coverage(catalogue, ["gsme@1.0"], only).editions["gsme@1.0"]
    assert (found.obligations, len(found.blanks), found.requirements) == expected


def test_what_nothing_is_called_is_refused_with_what_may_be_meant(catalogue: Catalogue) -> None:
    with pytest.raises(LookupError, match=r"nothing in gsme@1\.0 is called 'Shin'; did you mean 'Shine'"):
        coverage(catalogue, ["gsme@1.0"], "Shin")
    with pytest.raises(KeyError):
        coverage(catalogue, ["gsme@9.9"])


def test_counts_by_hand_hold_only_for_the_text_they_were_made_on(
    catalogue: Catalogue, world: dict[str, list[Clause]], new_clause: Callable[..., Clause]
) -> None:
    assert catalogue.obligations("gsme@1.0", "4.3", 1) == 2
    assert catalogue.obligations("gsme@1.0", "4.3", 2) == 0
    world["gsme@1.0"][3] = new_clause("4.3", "Tune", ("the tune is lost", 1), ("this explains all", 1))
    other = Catalogue(catalogue.records, Texts(world, lambda name: world[name]), catalogue.root)
    assert [other.obligations("gsme@1.0", "4.3", n) for n in (1, 2)] == [1, 1]
    with pytest.raises(KeyError, match=r"gsme@1\.0 has no paragraph 3 in clause 4\.3"):
        catalogue.obligations("gsme@1.0", "4.3", 3)


def test_a_clause_row_counts_its_own_paragraphs(catalogue: Catalogue) -> None:
    assert [(row.clause, row.heading, row.obligations, row.covered) for row in by_clause(catalogue, "gsme@1.0")] == [
        ("4.1", "Shine", 3, 3),
        ("4.2", "Hum", 1, 1),
        ("4.3", "Tune", 2, 0),
    ]


PARTS = {
    "beyond": ("part: 2", "part: 3", "gsme@1.0 4.1 ¶3 holds 2 obligations, so no part 3; name a part it has"),
    "missing": ("part: 1", "", "gsme@1.0 4.1 ¶3 holds 2 obligations; say which with part: 1 to 2"),
    "of one": ("paragraph: 2", "paragraph: 2, part: 2", "gsme@1.0 4.1 ¶2 holds one obligation, so no part 2"),
}


@pytest.mark.parametrize(("old", "new", "said"), PARTS.values(), ids=PARTS)
def test_a_part_that_a_paragraph_does_not_have_is_refused(
    old: str, new: str, said: str, changed_tree: Callable[..., Path], texts: Texts
) -> None:
    root = changed_tree("lamp/shine.yaml", old, new)
    text = (root / "lamp/shine.yaml").read_text()
    if old == "part: 1":  # alone, since a whole beside a part contradicts itself already
        (root / "lamp/shine.yaml").write_text(text[: text.index("  - id: gsme.shine.waxes")].replace(", ,", ","))
    found = load_catalogue(root, texts)
    assert said in str(next(part_problems(found, texts)))
    with pytest.raises(YamlProblem, match="obligation"):
        coverage(found, ["gsme@1.0"])


def test_a_paragraph_without_obligation_is_not_restated_unawares(
    changed_tree: Callable[..., Path], texts: Texts, chain_of: Callable[[str, str, int], str]
) -> None:
    added = f"""\
section: Old Tunes
requirements:
  - {{id: gsme.tunes.old, source: [{{editions: [gsme@1.0], clause: 4.4, paragraph: 1, chain: {chain_of("gsme@1.0", "4.4", 1)}}}],
     obligation: shall, does: know three tunes, verification: test}}
"""
    found = load_catalogue(changed_tree(tunes=added), texts)
    (problem,) = part_problems(found, ["gsme@1.0"])
    assert str(problem) == (
        "requirements/tunes.yaml:3: gsme.tunes.old: gsme@1.0 4.4 ¶1 holds no obligation by rule; "
        "count it by hand in requirements/reviewed.yaml"
    )


def test_the_snapshot_is_plain_and_complete(catalogue: Catalogue) -> None:
    assert snapshot(catalogue).split("\n\n")[1:3] == [
        "gsme@1.0: 4 of 6 obligations, 4 requirements\n  4.1 Shine: 3 of 3\n  4.2 Hum: 1 of 1",
        "esme@1.0: 1 of 3 obligations, 1 requirements\n  5.2 Hum: 1 of 1",
    ]


def test_links_that_agree_at_both_ends_are_no_problem(catalogue: Catalogue) -> None:
    assert links(catalogue, VERIFIES) == []


UNLINKED = {
    "no such check": (
        {"lamp.hum.hums": None},
        "lamp/hum.yaml:3: meter.hum.while-lit names the check 'lamp.hum.hums', which there is not",
    ),
    "check of another": (
        {"lamp.hum.hums": ("gsme.shine.wanes",)},
        "lamp/hum.yaml:3: meter.hum.while-lit names the check lamp.hum.hums, which does not verify it",
    ),
    "named at one end": (
        {"lamp.shine.wanes": ("gsme.shine.wanes",)},
        "lamp/shine.yaml:16: gsme.shine.wanes does not name the check lamp.shine.wanes, which verifies it",
    ),
    "no such requirement": (
        {"lamp.set_up.x": ("gsme.shine.wane",)},
        "checks/lamp/check_set_up.py:1: lamp.set_up.x verifies 'gsme.shine.wane', which there is not; did you mean gsme.",
    ),
}


@pytest.mark.parametrize(("change", "said"), UNLINKED.values(), ids=UNLINKED)
def test_links_that_disagree_are_named(
    change: dict[str, tuple[str, ...] | None], said: str, catalogue: Catalogue
) -> None:
    verifies = {check: named for check, named in {**VERIFIES, **change}.items() if named is not None}
    assert said in "\n".join(map(str, links(catalogue, verifies)))
