"""The difference of editions: expectations written by hand, and what must hold of every difference."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from smets_spec.catalogue import Requirement
from smets_spec.diff import Change, diff_clauses, diff_editions, touched
from smets_spec.editions import edition_clauses, editions_of, load_editions
from smets_spec.index import Clause

EXPECTED: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent / "diff_expectations.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
CASES = [(case["old"], case["new"], clause, rows) for case in EXPECTED for clause, rows in case["clauses"].items()]
NEIGHBOURS = [(a.id, b.id) for d in {e.device for e in load_editions().values()} for a, b in pairwise(editions_of(d))]


def row(change: Change) -> tuple[int | None, int | None, frozenset[str]]:
    return (
        change.old.paragraph if change.old else None,
        change.new.paragraph if change.new else None,
        frozenset(change.kinds),
    )


@pytest.mark.parametrize(("old", "new", "clause", "rows"), CASES, ids=lambda v: v if isinstance(v, str) else "")
def test_what_changed_is_what_was_read(old: str, new: str, clause: str, rows: list[dict[str, Any]]) -> None:
    changes = [c for c in diff_editions(old, new) if clause in {p.clause for p in (c.old, c.new) if p}]
    found = {row(c) for c in changes if c.paragraph is not None}
    assert found == {(number(r, "old"), number(r, "new"), frozenset(r["is"])) for r in rows}


def number(expected: dict[str, Any], side: str) -> int | None:
    return int(expected[side]) if side in expected else None


def test_an_edition_does_not_differ_from_itself() -> None:
    for one in load_editions():
        assert diff_editions(one, one) == []


@pytest.mark.parametrize(("old", "new"), sorted(NEIGHBOURS))
def test_every_paragraph_is_accounted_for_once(old: str, new: str) -> None:
    """Old paragraphs less the removed are the new ones less the added, and no print is lost or invented."""
    changes = [c for c in diff_editions(old, new) if c.paragraph is not None]
    before = {(c.number, p.n): p for c in edition_clauses(old) for p in c.paragraphs}
    after = {(c.number, p.n): p for c in edition_clauses(new) for p in c.paragraphs}
    left = [(c.old.clause, c.old.paragraph) for c in changes if c.old]
    came = [(c.new.clause, c.new.paragraph) for c in changes if c.new]
    assert len(left) == len(set(left))
    assert len(came) == len(set(came))
    removed = sum(c.new is None for c in changes)
    added = sum(c.old is None for c in changes)
    assert len(before) - removed == len(after) - added
    same_before = sorted((place, p.chain) for place, p in before.items() if place not in set(left))
    same_after = sorted((place, p.chain) for place, p in after.items() if place not in set(came))
    assert [chain for _, chain in same_before] == [chain for _, chain in same_after]
    for change in changes:
        if change.old and change.new:
            reads_same = change.old.fingerprint == change.new.fingerprint
            assert ("changed" in change.kinds) != reads_same
            assert ("governed differently" in change.kinds) == (reads_same and change.old.chain != change.new.chain)


@pytest.mark.parametrize(("old", "new"), sorted(NEIGHBOURS))
def test_backwards_is_the_mirror_image(old: str, new: str) -> None:
    there = [c for c in diff_editions(old, new) if c.paragraph is not None]
    back = [c for c in diff_editions(new, old) if c.paragraph is not None]
    assert sum("changed" in c.kinds for c in there) == sum("changed" in c.kinds for c in back)
    assert sum(c.old is None for c in there) == sum(c.new is None for c in back)


def altered(clauses: list[Clause], number: str, **changes: object) -> list[Clause]:
    return [msgspec.structs.replace(c, **changes) if c.number == number else c for c in clauses]


def test_one_word_changed_is_one_paragraph_changed() -> None:
    old = edition_clauses("gsme@4.2")
    clock = next(c for c in old if c.number == "4.4.1")
    first = msgspec.structs.replace(clock.paragraphs[0], fingerprint="f" * 12, chain="e" * 12)
    changes = diff_clauses(old, altered(old, "4.4.1", paragraphs=(first, *clock.paragraphs[1:])))
    assert [(c.kinds, c.clause, c.paragraph) for c in changes] == [(("changed",), "4.4.1", 1)]


def test_a_clause_inserted_moves_those_after_it_and_changes_none() -> None:
    old = edition_clauses("gsme@4.2")
    at = next(n for n, c in enumerate(old) if c.number == "4.5.3.21")
    new = Clause(number="4.5.3.21", heading="Sound Alarm", line=0, level=4, device="GSME")
    moved = [
        msgspec.structs.replace(c, number=f"4.5.3.{n}") for n, c in zip((22, 23, 24), old[at : at + 3], strict=True)
    ]
    changes = diff_clauses(old, [*old[:at], new, *moved, *old[at + 3 :]])
    assert {c.kinds for c in changes} == {("added",), ("moved",)}
    assert [c.clause for c in changes if c.kinds == ("added",)] == ["4.5.3.21"]
    assert {(c.old.clause, c.new.clause) for c in changes if c.old and c.new} == {
        ("4.5.3.21", "4.5.3.22"),
        ("4.5.3.22", "4.5.3.23"),
        ("4.5.3.23", "4.5.3.24"),
    }


def test_a_heading_reworded_keeps_its_clause() -> None:
    old = edition_clauses("gsme@4.2")
    changes = diff_clauses(old, altered(old, "4.5.3.20", heading="Set the Time"))
    assert [(c.kinds, c.clause, c.paragraph) for c in changes] == [(("changed",), "4.5.3.20", None)]


def test_two_items_swapped_are_two_moves_at_most_and_nothing_else() -> None:
    old = edition_clauses("gsme@4.2")
    physical = next(c for c in old if c.number == "4.3")
    p = list(physical.paragraphs)
    p[1], p[2] = msgspec.structs.replace(p[2], n=2), msgspec.structs.replace(p[1], n=3)
    changes = diff_clauses(old, altered(old, "4.3", paragraphs=tuple(p)))
    assert {kind for c in changes for kind in c.kinds} == {"moved"}
    assert {c.clause for c in changes} == {"4.3"}


def test_editions_of_two_devices_are_refused() -> None:
    with pytest.raises(ValueError, match="different devices"):
        diff_editions("gsme@4.2", "esme@4.2")


def requirement(source: list[dict[str, Any]], name: str) -> Requirement:
    plain = {"id": f"gsme.test.{name}", "obligation": "shall", "does": "something", "verification": "test"}
    return msgspec.convert({**plain, "source": source, "checks": [f"gsme.test.{name}"]}, Requirement)


def test_requirements_are_suspect_read_again_or_gone() -> None:
    """Set Clock from 3.1 to 4.2: paragraphs 4 changed, 6 removed, 7 moved; 4.4.7.2 paragraph 13 is governed differently."""

    def at(edition: str, clause: str, paragraph: int) -> dict[str, Any]:
        return {"editions": [edition], "clause": clause, "paragraph": paragraph, "chain": "0" * 12}

    requirements = [
        requirement([at("gsme@3.1", "4.5.3.20", 4)], "suspect"),
        requirement([at("gsme@3.1", "4.5.3.20", 4), at("gsme@4.2", "4.5.3.20", 4)], "read"),
        requirement([at("gsme@3.1", "4.5.3.20", 6)], "gone"),
        requirement([at("gsme@3.1", "4.5.3.20", 7)], "moved"),
        requirement([at("gsme@3.1", "4.4.7.2", 13)], "governed"),
        requirement([at("gsme@4.2", "4.5.3.20", 4)], "newer"),
    ]
    found = touched(diff_editions("gsme@3.1", "gsme@4.2"), requirements, "gsme@3.1", "gsme@4.2")
    assert {t.requirement.rpartition(".")[2]: t.standing for t in found} == {
        "suspect": "suspect",
        "read": "read again",
        "gone": "no longer stands",
        "governed": "suspect",
    }
    assert {t.requirement.rpartition(".")[2]: t.places for t in found}["governed"] == (
        "4.4.7.2 ¶13 governed differently",
    )
