"""The catalogue: every requirement and ledger, loaded whole or refused with all that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from smets_spec.catalogue import cache
from smets_spec.catalogue.read import LOCK_NAME, authored_files, read_records, uncollected
from smets_spec.catalogue.suspicion import looks, suspects
from smets_spec.catalogue.texts import Texts, installed_texts
from smets_spec.catalogue.types import Informative, Interpretation, Place, Records, Requirement, Reviewed
from smets_spec.editions import EDITIONS_FILE
from smets_spec.strict_yaml import Problem, YamlProblem

PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Catalogue:
    """What the requirements say (`records`, read from `root`), held against the editions' `texts`."""

    records: Records
    texts: Texts
    root: Path

    @property
    def requirements(self) -> dict[str, Requirement]:
        """Every requirement by its id."""
        return self.records.requirements

    @property
    def places(self) -> dict[str, Place]:
        """Where each requirement stands in the authored files."""
        return self.records.places

    @property
    def interpretations(self) -> dict[str, Interpretation]:
        """The ledger of interpretations by id."""
        return self.records.interpretations

    @property
    def informative(self) -> tuple[Informative, ...]:
        """The ledger of paragraphs that oblige nothing."""
        return self.records.informative

    @property
    def reviewed(self) -> tuple[Reviewed, ...]:
        """The ledger of paragraphs whose obligations were counted by hand."""
        return self.records.reviewed

    @cached_property
    def _in_force(self) -> dict[str, list[Requirement]]:
        by_edition: dict[str, list[Requirement]] = {}
        for requirement in self.requirements.values():
            for edition in requirement.editions:
                by_edition.setdefault(edition, []).append(requirement)
        return by_edition

    @cached_property
    def _counted(self) -> dict[tuple[str, str, int], tuple[str, int]]:
        """The chain and number of obligations that a ledger gives a paragraph of an edition."""
        nothing = (((entry, 0) for entry in self.informative), ((entry, entry.obligations) for entry in self.reviewed))
        return {
            (edition, entry.clause, entry.paragraph): (entry.chain, count)
            for ledger in nothing
            for entry, count in ledger
            for edition in entry.editions
        }

    def in_force(self, edition: str) -> list[Requirement]:
        """Return the requirements that stand in an edition, in the order of the files."""
        return list(self._in_force.get(edition, ()))

    def obligations(self, edition: str, clause: str, paragraph: int) -> int:
        """Return how many obligations a paragraph holds: as counted by hand while its text is the same, else by rule.

        Raises:
            KeyError: there is no such edition, or no such paragraph in it.
        """
        found = self.texts.paragraph(edition, clause, paragraph)
        if found is None:
            raise KeyError(f"{edition} has no paragraph {paragraph} in clause {clause}")
        chain, count = self._counted.get((edition, clause, paragraph), ("", 0))
        return count if chain == found.chain else found.obligations

    def suspects(self, edition: str) -> dict[str, str]:
        """Return the requirements whose text in an edition is not, or no longer, what was read, each with the reason."""
        return suspects(self.in_force(edition), self.texts, edition)

    def looks(self, edition: str) -> dict[str, str]:
        """Return the requirements that refer in an edition to a changed definition or clause, each with the reason."""
        return looks(self.in_force(edition), self.records.looked, self.texts, edition)


def requirements_root() -> Path:
    """Return where the requirements lie: beside the installed package, or in the checkout it runs from.

    Raises:
        YamlProblem: they are in neither place.
    """
    for folder in (PACKAGE / "requirements", PACKAGE.parent.parent / "requirements"):
        if folder.is_dir():
            return folder
    right = "install the whole package, or run from a checkout"
    raise YamlProblem([Problem("requirements", 1, "there is no such folder", right)])


def load_catalogue(root: Path | None = None, texts: Texts | None = None) -> Catalogue:
    """Load the requirements under `root` (by default the installed ones), from the compiled cache where it holds them.

    Raises:
        YamlProblem: something in the files is wrong; all of it is named, with file and line.
    """
    root = _checked(root or requirements_root())
    texts = texts or installed_texts()
    lock = [root / LOCK_NAME] if (root / LOCK_NAME).is_file() else []
    key = cache.key_of(root, [*authored_files(root), *lock, EDITIONS_FILE])
    with uncollected():
        records = cache.fetch(key)
    if records is None:
        records, problems = read_records(root, texts)
        if problems:
            raise YamlProblem(problems)
        cache.keep(key, records)
    return Catalogue(records, texts, root)


def read_catalogue(root: Path | None = None, texts: Texts | None = None) -> tuple[Catalogue, list[Problem]]:
    """Read the requirements as they stand, past the cache: what is sound of them, and every problem of the rest."""
    root = _checked(root or requirements_root())
    texts = texts or installed_texts()
    records, problems = read_records(root, texts)
    return Catalogue(records, texts, root), problems


def _checked(root: Path) -> Path:
    if not root.is_dir():
        raise YamlProblem([Problem(str(root), 1, "there is no such folder", "name the folder of the requirements")])
    return root
