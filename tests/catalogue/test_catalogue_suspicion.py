"""Suspects and looks: doubt arises exactly where the text, or what it refers to, has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from smets_spec.catalogue import Catalogue, Texts, load_catalogue
from smets_spec.catalogue.suspicion import look_again, referents
from smets_spec.index import Clause

World = dict[str, list[Clause]]
LIT, TUNE = "term Lit", "Tune"


def altered(world: World, edition: str, change: Callable[[list[Clause]], list[Clause]]) -> Texts:
    world[edition] = change(world[edition])
    return Texts(world, lambda name: world[name])


def test_nothing_is_suspect_as_written(catalogue: Catalogue) -> None:
    assert all(catalogue.suspects(edition) == {} for edition in catalogue.texts)


def test_a_changed_lead_in_makes_its_items_suspect_and_nothing_else(tree: Path, world: World) -> None:
    newer = world["gsme@1.1"][1]
    texts = altered(world, "gsme@1.0", lambda clauses: [clauses[0], newer, *clauses[2:]])
    found = load_catalogue(tree, texts)
    assert list(found.suspects("gsme@1.0")) == ["gsme.shine.at-dusk", "gsme.shine.wanes", "gsme.shine.waxes"]
    assert "gsme@1.0 4.1 ¶2: its text, or what governs it, was" in found.suspects("gsme@1.0")["gsme.shine.at-dusk"]
    assert found.suspects("gsme@1.1") == {}


def test_a_clause_that_is_gone_makes_suspect(tree: Path, world: World) -> None:
    texts = altered(world, "esme@1.1", lambda clauses: [each for each in clauses if each.number != "5.2"])
    found = load_catalogue(tree, texts)
    assert found.suspects("esme@1.1") == {"meter.hum.while-lit": "esme@1.1 has no clause 5.2"}
    assert found.suspects("esme@1.0") == {}


def test_a_paragraph_that_is_gone_makes_suspect(tree: Path, world: World) -> None:
    def shorten(clauses: list[Clause]) -> list[Clause]:
        return [
            msgspec.structs.replace(each, paragraphs=each.paragraphs[:2]) if each.heading == "Shine" else each
            for each in clauses
        ]

    found = load_catalogue(tree, altered(world, "gsme@1.0", shorten))
    assert list(found.suspects("gsme@1.0")) == ["gsme.shine.wanes", "gsme.shine.waxes"]
    assert found.suspects("gsme@1.0")["gsme.shine.wanes"] == "gsme@1.0 4.1 ¶3: the clause has 2 paragraphs"


def test_a_requirement_refers_to_the_clauses_of_its_text_and_the_terms_of_its_statement(catalogue: Catalogue) -> None:
    hum = catalogue.requirements["meter.hum.while-lit"]
    assert list(referents(hum, catalogue.texts, "gsme@1.0")) == [TUNE, LIT]
    assert list(referents(hum, catalogue.texts, "esme@1.0")) == [TUNE, LIT]
    shine = catalogue.requirements["gsme.shine.at-dusk"]
    assert referents(shine, catalogue.texts, "gsme@1.0") == {}


def noted(catalogue: Catalogue) -> Catalogue:
    """The catalogue with everything looked at as it stands."""
    looked = look_again(catalogue.requirements.values(), {}, catalogue.texts)
    return Catalogue(msgspec.structs.replace(catalogue.records, looked=looked), catalogue.texts, catalogue.root)


def seen_in(catalogue: Catalogue, texts: Texts) -> Catalogue:
    return Catalogue(catalogue.records, texts, catalogue.root)


def test_a_changed_term_or_clause_raises_a_look_in_its_edition_alone(
    catalogue: Catalogue, world: World, new_clause: Callable[..., Clause]
) -> None:
    before = noted(catalogue)
    assert all(before.looks(edition) == {} for edition in before.texts)
    reworded = new_clause("9.1", "Lit", ("that it burns", 0))
    texts = altered(world, "glossary@1.0", lambda clauses: [reworded, *clauses[1:]])
    after = seen_in(before, texts)
    assert after.looks("gsme@1.0") == {"meter.hum.while-lit": "gsme@1.0: term Lit reads differently"}
    assert after.looks("esme@1.0") == {"meter.hum.while-lit": "esme@1.0: term Lit reads differently"}
    assert after.looks("gsme@1.1") == after.looks("esme@1.1") == {}
    assert all(after.suspects(edition) == {} for edition in texts)


def test_a_referenced_clause_that_changes_raises_a_look_wherever_it_moves(
    catalogue: Catalogue, world: World, new_clause: Callable[..., Clause]
) -> None:
    before = noted(catalogue)
    moved = [each for each in world["gsme@1.0"] if each.number != "4.3"] + [
        msgspec.structs.replace(world["gsme@1.0"][3], number="4.9")
    ]
    assert seen_in(before, altered(dict(world), "gsme@1.0", lambda _: moved)).looks("gsme@1.0") == {
        "meter.hum.while-lit": "gsme@1.0: Tune stands no more"
    }
    tune = new_clause("4.3", "Tune", ("the tune is forgotten", 1))
    texts = altered(world, "gsme@1.0", lambda clauses: [*clauses[:3], tune, *clauses[4:]])
    assert seen_in(before, texts).looks("gsme@1.0") == {"meter.hum.while-lit": "gsme@1.0: Tune reads differently"}


def test_looks_reach_one_level_deep(catalogue: Catalogue, world: World, new_clause: Callable[..., Clause]) -> None:
    before = noted(catalogue)
    world["gsme@1.0"][4] = new_clause("4.4", "Old Tunes", ("there are none", 0))
    world["glossary@1.0"][1] = new_clause("9.2", "Aglow (AG)", ("that it is warm", 0))
    assert seen_in(before, Texts(world, lambda name: world[name])).looks("gsme@1.0") == {}


def test_looking_again_keeps_what_was_noted_and_follows_the_author(
    catalogue: Catalogue, world: World, new_clause: Callable[..., Clause]
) -> None:
    before = noted(catalogue)
    world["glossary@1.0"][0] = new_clause("9.1", "Lit", ("that it burns", 0))
    after = seen_in(before, Texts(world, lambda name: world[name]))
    again = look_again(after.requirements.values(), before.records.looked, after.texts)
    assert again == before.records.looked, "a changed term must stay to be looked at"
    hum = msgspec.structs.replace(after.requirements["meter.hum.while-lit"], while_="it is Aglow")
    reworded = look_again([hum], before.records.looked, after.texts)
    assert list(reworded[hum.id]["gsme@1.0"]) == ["term Aglow (AG)", TUNE]
    assert list(look_again([], before.records.looked, after.texts)) == []


def test_a_term_inside_a_longer_name_is_none(catalogue: Catalogue) -> None:
    hum = msgspec.structs.replace(
        catalogue.requirements["meter.hum.while-lit"], while_="playing Old Tunes, AG or Lit's"
    )
    assert list(referents(hum, catalogue.texts, "gsme@1.0")) == [TUNE, "term Aglow (AG)", LIT]
