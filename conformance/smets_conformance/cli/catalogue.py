"""What the commands about requirements have in common: opening the catalogue, and what checks and faults say of it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path

from smets_conformance.adapter.proof import Fault
from smets_conformance.checks import all_checks
from smets_conformance.cli.errors import BenchFailed, Wrong
from smets_spec.catalogue import Catalogue, YamlProblem, load_catalogue


def open_catalogue(root: Path | None = None) -> Catalogue:
    """Load the catalogue.

    Raises:
        Wrong: something in its files is wrong; all of it is named.
    """
    try:
        return load_catalogue(root)
    except YamlProblem as error:
        raise Wrong(str(error)) from None


def known_edition(catalogue: Catalogue, name: str) -> str:
    """Return `name` if there is such an edition.

    Raises:
        Wrong: there is none; the message names the nearest.
    """
    if name not in catalogue.texts:
        near = get_close_matches(name, catalogue.texts, n=3, cutoff=0.4)
        right = f"did you mean {' or '.join(near)}?" if near else f"one of {', '.join(catalogue.texts)}"
        raise Wrong(f"there is no edition {name!r}; {right}")
    return name


def verifies() -> dict[str, tuple[str, ...]]:
    """Return the requirements that each check verifies, by the check's id."""
    return {check: function.__verifies__ for check, function in all_checks().items()}


def faults_by_requirement() -> dict[str, list[Fault]]:
    """Return the seeded faults that break each requirement.

    Raises:
        BenchFailed: an entry point for faults cannot be loaded.
    """
    found: dict[str, list[Fault]] = {}
    for fault in _seeded_faults():
        for requirement in fault.breaks:
            found.setdefault(requirement, []).append(fault)
    return found


def _seeded_faults() -> Iterable[Fault]:
    for entry in entry_points(group="smets.faults"):
        try:
            yield from entry.load().values()
        except (ImportError, AttributeError) as error:
            raise BenchFailed(f"the seeded faults {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
