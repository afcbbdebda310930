"""What an altered source text makes of the requirements: suspects and looks exactly where the text was altered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from smets_spec.catalogue import Requirement
from smets_spec.catalogue.catalogue import read_catalogue
from smets_spec.catalogue.suspicion import look_again, looks, suspects
from smets_spec.catalogue.texts import Texts, installed_texts
from smets_spec.editions import edition_clauses, load_editions
from smets_spec.index import Clause
from smets_spec.ingest import parse, read_source, write_indexes

GSME, GLOSSARY = "gsme@4.2", "glossary@4.2"


@pytest.fixture(scope="module")
def text(text_of: Callable[[str], str]) -> str:
    return text_of("smets2-4.2")


@pytest.fixture(scope="module")
def requirements() -> list[Requirement]:
    return list(read_catalogue()[0].requirements.values())


def texts_with(altered: str, folder: Path) -> Texts:
    """The texts of all editions, those of 4.2 from an altered source."""
    write_indexes([parse(read_source(altered.encode(), "altered.txt"), "smets2-4.2").document], folder)

    def read(edition: str) -> Iterable[Clause]:
        return edition_clauses(edition, folder) if edition.endswith("@4.2") else edition_clauses(edition)

    return Texts(load_editions(), read)


def resting_on(requirements: list[Requirement], edition: str, clause: str, paragraphs: range) -> set[str]:
    return {
        r.id for r in requirements for s in r.source_in(edition) if s.clause == clause and s.paragraph in paragraphs
    }


def test_a_lead_in_changed_makes_suspect_what_rests_on_its_items(
    text: str, requirements: list[Requirement], tmp_path: Path
) -> None:
    assert text.count("GSME shall be capable of comparing its date and time with") == 1
    texts = texts_with(
        text.replace("GSME shall be capable of comparing its date", "GSME shall be capable of checking its date"),
        tmp_path,
    )
    assert suspects(requirements, installed_texts(), GSME) == {}
    expected = resting_on(requirements, GSME, "4.4.1", range(2, 6))
    assert expected
    assert set(suspects(requirements, texts, GSME)) == expected
    assert suspects(requirements, texts, "gsme@3.1") == {}
    assert suspects(requirements, texts, "gsme@5.0-draft4") == {}


def test_a_number_in_brackets_changed_makes_nothing_suspect(
    text: str, requirements: list[Requirement], tmp_path: Path
) -> None:
    texts = texts_with(text.replace("(4.6.5.17)", "(4.6.5.18)"), tmp_path)
    assert suspects(requirements, texts, GSME) == {}


def test_a_clause_inserted_makes_suspect_what_stands_at_shifted_numbers_alone(
    text: str, requirements: list[Requirement], tmp_path: Path
) -> None:
    altered = text.replace("Set Clock\n", "Set Alarm\n\nA Command to set an alarm.\n\nSet Clock\n", 1)
    texts = texts_with(altered, tmp_path)
    shifted = {
        r.id
        for r in requirements
        for s in r.source_in(GSME)
        if s.clause.startswith("4.5.3.2") and s.clause >= "4.5.3.20"
    }
    assert set(suspects(requirements, texts, GSME)) == shifted != set()


def test_a_glossary_term_changed_raises_looks_where_it_is_used(
    text: str, requirements: list[Requirement], tmp_path: Path
) -> None:
    looked = look_again(requirements, {}, installed_texts())
    assert looks(requirements, looked, installed_texts(), GSME) == {}
    start = text.index("Glossary Version")
    term = text.index("Communications Hub Date and Time\n", start)
    body = text.index("\n\n", term) + 2
    texts = texts_with(text[:body] + "In short, t" + text[body + 1 :], tmp_path)
    raised = looks(requirements, looked, texts, GSME)
    assert raised
    assert all("Communications Hub Date and Time" in reason for reason in raised.values())
    assert suspects(requirements, texts, GSME) == {}
    (clause,) = (c.number for c in edition_clauses(GLOSSARY) if c.heading == "Communications Hub Date and Time")
    assert clause is not None
    assert set(suspects(requirements, texts, GLOSSARY)) == resting_on(requirements, GLOSSARY, clause, range(1, 2))
