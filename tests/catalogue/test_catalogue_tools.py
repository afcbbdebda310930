"""The authors' tools: what they write, and that they touch nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smets_spec.catalogue import Catalogue, Texts, load_catalogue
from smets_spec.catalogue.edit import Edit, apply, scalar
from smets_spec.catalogue.generated import generated, stale
from smets_spec.catalogue.links import links
from smets_spec.catalogue.skeleton import generic, skeleton
from smets_spec.catalogue.upkeep import Work, carry, clear, fix, settle
from smets_spec.index import Clause
from smets_spec.strict_yaml import loads

ChainOf = Callable[[str, str, int], str]
VERIFIES = {"lamp.shine.shines": ("gsme.shine.at-dusk",), "lamp.hum.hums": ("meter.hum.while-lit",)}


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that were taken out, and those that were put in."""
    old, new = before.split("\n"), after.split("\n")
    return [line.strip() for line in old if line not in new], [line.strip() for line in new if line not in old]


def written(work: Work, path: Path) -> tuple[list[str], list[str]]:
    before = path.read_text()
    work.write()
    return changes(before, path.read_text())


def test_edits_are_made_from_one_text() -> None:
    assert apply("abcdef", [Edit(4, 5, "E"), Edit(1, 1, "-"), Edit(1, 2, "B"), Edit(6, 6, "!")]) == "a-BcdEf!"
    with pytest.raises(ValueError, match="two edits of one place"):
        apply("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])


@given(st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1))
def test_a_scalar_reads_back_as_written(text: str) -> None:
    assert loads(f"a: {scalar(text)}\nb: [{scalar(text)}]\n".encode(), "x") == {"a": text, "b": [text]}


def test_nothing_is_to_fix_in_what_is_in_step(tree: Path, texts: Texts) -> None:
    work = fix(tree, texts, VERIFIES)
    assert (work.texts, work.done, work.left) == ({}, (), ())


def test_fix_fills_in_a_print_that_was_left_out(
    changed_tree: Callable[..., Path], texts: Texts, chain_of: ChainOf
) -> None:
    chain = chain_of("gsme@1.0", "4.1", 2)
    root = changed_tree("lamp/shine.yaml", f", chain: {chain}", "")
    removed, added = written(fix(root, texts, VERIFIES), root / "lamp/shine.yaml")
    assert removed == ["- {editions: [gsme@1.0], clause: 4.1, paragraph: 2}"]
    assert added == [f"- {{editions: [gsme@1.0], clause: 4.1, paragraph: 2, chain: {chain}}}"]


def test_fix_follows_a_text_that_has_moved(changed_tree: Callable[..., Path], texts: Texts, chain_of: ChainOf) -> None:
    chain = chain_of("gsme@1.0", "4.2", 1)
    root = changed_tree("lamp/hum.yaml", "[gsme@1.0], clause: 4.2", "[gsme@1.0], clause: 4.1")
    removed, added = written(fix(root, texts, VERIFIES), root / "lamp/hum.yaml")
    assert added == [f"- {{editions: [gsme@1.0], clause: 4.2, paragraph: 1, chain: {chain}}}"]
    assert len(removed) == 1


def test_fix_splits_a_source_of_which_one_edition_has_moved(
    changed_tree: Callable[..., Path], texts: Texts, chain_of: ChainOf
) -> None:
    chain = chain_of("gsme@1.0", "4.2", 1)
    moved = f"      - {{editions: [gsme@1.1], clause: 4.3, paragraph: 1, chain: {chain}}}\n"
    root = changed_tree("lamp/hum.yaml", moved, "")
    path = root / "lamp/hum.yaml"
    one = f"[gsme@1.0], clause: 4.2, paragraph: 1, chain: {chain}}}"
    path.write_text(path.read_text().replace(one, one.replace("]", ", gsme@1.1]") + "   # both"))
    _, added = written(fix(root, texts, VERIFIES), path)
    assert added == [
        f"- {{editions: [gsme@1.0], clause: 4.2, paragraph: 1, chain: {chain}}}   # both",
        f"- {{editions: [gsme@1.1], clause: 4.3, paragraph: 1, chain: {chain}}}",
    ]
    assert load_catalogue(root, texts).suspects("gsme@1.1") == {}


def test_fix_never_changes_a_print(changed_tree: Callable[..., Path], texts: Texts, chain_of: ChainOf) -> None:
    root = changed_tree("lamp/shine.yaml", chain_of("gsme@1.0", "4.1", 2), "0123456789ab")
    assert fix(root, texts, VERIFIES).texts == {}
    assert list(load_catalogue(root, texts).suspects("gsme@1.0")) == ["gsme.shine.at-dusk"]


def test_fix_says_what_it_cannot_do(changed_tree: Callable[..., Path], texts: Texts, chain_of: ChainOf) -> None:
    root = changed_tree(
        "lamp/shine.yaml",
        f"[gsme@1.0], clause: 4.1, paragraph: 2, chain: {chain_of('gsme@1.0', '4.1', 2)}",
        "[gsme@1.0, gsme@1.1], clause: 4.1, paragraph: 2",
    )
    (problem,) = fix(root, texts, VERIFIES).left
    assert (problem.file, problem.line) == ("requirements/lamp/shine.yaml", 6)
    assert "its editions read differently: gsme@1.0" in problem.what


def test_fix_writes_the_checks_behind_the_method(tree: Path, texts: Texts) -> None:
    verifies = {
        "lamp.shine.wanes": ("gsme.shine.wanes",),
        "lamp.shine.shines": ("gsme.shine.at-dusk", "gsme.shine.wanes"),
    }
    path = tree / "lamp/shine.yaml"
    work = fix(tree, texts, verifies)
    assert sorted(each.name for each in work.texts) == ["hum.yaml", "shine.yaml"]
    assert written(work, path) == ([], ["checks: [lamp.shine.wanes, lamp.shine.shines]"])
    assert (
        "verification: test\n    checks: [lamp.shine.wanes, lamp.shine.shines]\n\n  - id: gsme.shine.waxes"
        in path.read_text()
    )
    assert (tree / "lamp/hum.yaml").read_text().endswith("verification: test\n")
    assert links(load_catalogue(tree, texts), verifies) == []


def test_after_fix_both_ends_agree_and_comments_stand(tree: Path, texts: Texts) -> None:
    requirements = st.sampled_from(["gsme.shine.at-dusk", "gsme.shine.wanes", "meter.hum.while-lit"])
    checks = st.sampled_from([f"lamp.some.check_of_a_rather_long_name_{letter}" for letter in "abcdefgh"])

    @settings(max_examples=25, deadline=None)
    @given(st.dictionaries(checks, st.sets(requirements, min_size=1)))
    def holds(named: dict[str, set[str]]) -> None:
        verifies = {check: tuple(sorted(each)) for check, each in named.items()}
        fix(tree, texts, verifies).write()
        assert links(load_catalogue(tree, texts), verifies) == []
        text = (tree / "lamp/shine.yaml").read_text()
        assert "# What a lamp does at dusk." in text
        assert "gsme.shine.at-dusk   # the first" in text
        assert not any(line.endswith(" ") for line in text.split("\n"))
        assert fix(tree, texts, verifies).texts == {}

    holds()


def test_carry_extends_what_reads_the_same_and_names_the_rest(tree: Path, texts: Texts) -> None:
    text = (tree / "lamp/hum.yaml").read_text()
    (tree / "lamp/hum.yaml").write_text("".join(line for line in text.splitlines(True) if "gsme@1.1" not in line))
    (tree / "lamp/hum.yaml").write_text(
        (tree / "lamp/hum.yaml").read_text().replace("[esme@1.0, esme@1.1]", "[esme@1.0]")
    )
    work = carry(tree, texts, "gsme@1.0", "gsme@1.1")
    assert [(each.file, each.line, each.what.partition(": ")[0]) for each in work.left] == [
        ("requirements/lamp/shine.yaml", 18, "gsme.shine.wanes"),
        ("requirements/lamp/shine.yaml", 25, "gsme.shine.waxes"),
    ]
    assert "reads the same at 0 places of gsme@1.1" in work.left[0].what
    work.write()
    carry(tree, texts, "esme@1.0", "esme@1.1").write()
    assert (tree / "lamp/hum.yaml").read_text().count("[esme@1.0, esme@1.1]") == 1
    found = load_catalogue(tree, texts)
    (source,) = found.requirements["meter.hum.while-lit"].source_in("gsme@1.1")
    assert (source.clause, source.paragraph) == ("4.3", 1), "moved by the clause put in before it"
    assert all(found.suspects(edition) == {} for edition in texts)
    assert [(each.clause, each.paragraph) for each in found.informative if "gsme@1.1" in each.editions] == [("4.4", 2)]
    assert carry(tree, texts, "gsme@1.0", "gsme@1.1").texts == {}


def test_clear_takes_the_text_as_it_stands_and_notes_who_compared(
    tree: Path, texts: Texts, world: dict[str, list[Clause]], new_clause: Callable[..., Clause]
) -> None:
    world["esme@1.1"] = [
        each if each.number != "5.2" else new_clause("5.2", "Hum", ("it hums, while Lit", 1))
        for each in world["esme@1.1"]
    ]
    texts = Texts(world, lambda name: world[name])
    assert list(load_catalogue(tree, texts).suspects("esme@1.1")) == ["meter.hum.while-lit"]
    _, added = written(clear(tree, texts, "meter.hum.while-lit"), tree / "lamp/hum.yaml")
    assert [each.partition(", chain")[0] for each in added] == [
        "- {editions: [esme@1.0], clause: 5.2, paragraph: 1",
        "- {editions: [esme@1.1], clause: 5.2, paragraph: 1",
    ]
    for by in ("A. Reader", "B: Reader"):
        settle(tree, "meter.hum.while-lit", by, 'a comma, and "while"', ["esme@1.1: differs"]).write()
    found = load_catalogue(tree, texts)
    assert found.suspects("esme@1.1") == {}
    assert [(each.by, each.compared, each.reasons) for each in found.records.cleared] == [
        ("A. Reader", 'a comma, and "while"', ("esme@1.1: differs",)),
        ("B: Reader", 'a comma, and "while"', ("esme@1.1: differs",)),
    ]


def test_clear_does_not_invent_a_place(tree: Path, texts: Texts, world: dict[str, list[Clause]]) -> None:
    world["esme@1.1"] = [each for each in world["esme@1.1"] if each.number != "5.2"]
    work = clear(tree, Texts(world, lambda name: world[name]), "meter.hum.while-lit")
    assert work.texts == {}
    assert "esme@1.1 has no 5.2 ¶1" in work.left[0].what


def test_a_skeleton_has_a_record_an_obligation_and_every_source(catalogue: Catalogue, chain_of: ChainOf) -> None:
    text = skeleton(catalogue, "gsme@1.0", "4.3")
    records = loads(text.encode(), "x")["requirements"]
    assert not isinstance(records, str)
    assert [each["source"] for each in records if not isinstance(each, str)] == [  # type: ignore[call-overload]
        [
            {
                "editions": ["gsme@1.0"],
                "clause": "4.3",
                "paragraph": "1",
                "part": str(part),
                "chain": chain_of("gsme@1.0", "4.3", 1),
            },
            *(
                [{"editions": ["gsme@1.1"], "clause": "4.4", "paragraph": "1", "chain": chain_of("gsme@1.1", "4.4", 1)}]
                if part == 1
                else []
            ),
        ]
        for part in (1, 2)
    ]
    assert "gsme@1.1 4.4 ¶1 holds 1 obligations: is this one of them?" in text
    assert "different from" not in text


def test_a_skeleton_merges_editions_and_finds_the_other_meter(catalogue: Catalogue, tree: Path, texts: Texts) -> None:
    (tree / "lamp/hum.yaml").unlink()
    text = skeleton(load_catalogue(tree, texts), "gsme@1.0", "4.2")
    assert "  - id: meter.hum.unnamed-a\n" in text
    assert "- {editions: [esme@1.0, esme@1.1], clause: 5.2, paragraph: 1, chain: " in text
    skipped = skeleton(catalogue, "gsme@1.0", "4.2")
    assert skipped.endswith("requirements:\n  # ¶1 part 1: meter.hum.while-lit\n")


def test_a_skeleton_names_what_reads_otherwise_and_what_is_referred_to(tree: Path, texts: Texts) -> None:
    for name in ("shine", "hum"):
        (tree / f"lamp/{name}.yaml").unlink()
    found = load_catalogue(tree, texts)
    shine = skeleton(found, "gsme@1.1", "4.1")
    assert shine.count("# reads otherwise than gsme@1.1: compare") == 3
    assert [line.strip() for line in shine.split("\n") if "id:" in line] == [
        f"- id: gsme.shine.unnamed-{letter}" for letter in "abc"
    ]
    assert "# referred to, and different from gsme@1.1 on: Tune" not in skeleton(found, "gsme@1.0", "4.2")


def test_a_skeleton_of_nothing_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(LookupError, match=r"gsme@1\.0 has no clause 4\.9; near it: "):
        skeleton(catalogue, "gsme@1.0", "4.9")
    with pytest.raises(LookupError, match="holds no obligation"):
        skeleton(catalogue, "gsme@1.0", "4.4")


def test_words_compare_without_device_references_tags_and_punctuation() -> None:
    gas = "2. GSME shall do (as set out in Sections 4.5.2 and 4.5.3) this(4.6.1) [INFO], now; and"
    electricity = "ESME shall do (as set out in Section 5.6.2) this now."
    assert generic(gas) == generic(electricity) == "meter shall do as set out in this now"


def test_generated_files_are_stale_until_they_are_written(catalogue: Catalogue, tree: Path, texts: Texts) -> None:
    assert list(stale(catalogue)) == ["schema.json", "coverage.txt", "looks.lock.json"]
    for name, content in generated(catalogue).items():
        (tree / name).write_bytes(content)
    again = load_catalogue(tree, texts)
    assert stale(again) == {}
    assert again.records.looked["meter.hum.while-lit"].keys() == {"gsme@1.0", "gsme@1.1", "esme@1.0", "esme@1.1"}
    (tree / "coverage.txt").write_text("everything")
    assert list(stale(again)) == ["coverage.txt"]
