"""The committed requirements: sound, in step with documents, checks and generated files, and nothing in them in doubt."""

from __future__ import annotations

import pytest

from smets_conformance.checks import all_checks
from smets_spec.catalogue import Catalogue, installed_texts, load_catalogue, requirements_root
from smets_spec.catalogue.coverage import coverage
from smets_spec.catalogue.generated import stale
from smets_spec.catalogue.lint import lint
from smets_spec.catalogue.schema import SCHEMA_NAME, schema
from smets_spec.dictionary import load_dictionary

SECTIONS = {
    "gsme": ("4.4.1", "4.4.2.2", "4.4.3", "4.5.3.20"),
    "esme": ("5.5.1", "5.5.2.1", "5.5.3", "5.6.3.32"),
}
EDITIONS = ("2.0", "3.1", "4.2", "5.0-draft4")


@pytest.fixture(scope="module")
def committed() -> Catalogue:
    return load_catalogue()


def test_the_schema_is_what_the_types_say() -> None:
    assert (requirements_root() / SCHEMA_NAME).read_bytes() == schema(), "run smets requirement fix"


def test_the_generated_files_are_up_to_date(committed: Catalogue) -> None:
    assert list(stale(committed)) == [], "run smets requirement fix"


def test_the_linter_finds_nothing() -> None:
    verifies = {check: function.__verifies__ for check, function in all_checks().items()}
    found = lint(None, installed_texts(), load_dictionary("gsme").names(), verifies)
    assert [str(problem) for problem in found] == []


def test_nothing_is_suspect_or_to_be_looked_at(committed: Catalogue) -> None:
    assert {edition: committed.suspects(edition) for edition in committed.texts if committed.suspects(edition)} == {}
    assert {edition: committed.looks(edition) for edition in committed.texts if committed.looks(edition)} == {}


@pytest.mark.parametrize("version", EDITIONS)
@pytest.mark.parametrize("device", SECTIONS)
def test_the_sections_captured_have_no_blank(device: str, version: str, committed: Catalogue) -> None:
    for clause in SECTIONS[device]:
        found = coverage(committed, [f"{device}@{version}"], clause)
        assert found.blanks == 0, clause
        assert found.editions[f"{device}@{version}"].covered > 0


def test_what_is_not_captured_is_blank(committed: Catalogue) -> None:
    counts = coverage(committed, committed.texts).editions
    assert counts["gsme@4.2"].blanks
    assert counts["sapc@5.0-draft4"].covered == 0
    for edition, found in counts.items():
        assert found.covered + len(found.blanks) == found.obligations, edition
        assert sum(found.by_method.values()) == found.requirements, edition
