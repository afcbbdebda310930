"""The editions' clauses as the catalogue looks them up: by edition, clause and paragraph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from smets_spec.editions import edition_clauses, load_editions
from smets_spec.index import Clause, Paragraph


class Texts(Mapping[str, Mapping[str, Clause]]):
    """Each edition's clauses by number, read when first asked for."""

    def __init__(self, names: Iterable[str], read: Callable[[str], Iterable[Clause]]) -> None:
        """Know the editions `names`; `read` brings the clauses of one."""
        self._names = dict.fromkeys(names)
        self._read = read
        self._held: dict[str, dict[str, Clause]] = {}

    def __getitem__(self, edition: str) -> Mapping[str, Clause]:
        """Return the clauses of an edition; KeyError where there is no such edition."""
        if edition not in self._names:
            raise KeyError(edition)
        if edition not in self._held:
            self._held[edition] = {clause.number: clause for clause in self._read(edition) if clause.number}
        return self._held[edition]

    def __contains__(self, edition: object) -> bool:
        """Whether there is such an edition, without reading it."""
        return edition in self._names

    def __iter__(self) -> Iterator[str]:
        """Go through the editions' ids."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of editions."""
        return len(self._names)

    def paragraph(self, edition: str, clause: str, number: int) -> Paragraph | None:
        """Return a paragraph by its 1-based position, None where the edition has none there."""
        found = self[edition].get(clause)
        if found is None or not 1 <= number <= len(found.paragraphs):
            return None
        return found.paragraphs[number - 1]

    def anywhere(self, edition: str, clause: str) -> Clause | None:
        """Return a clause of the edition's document by its number, also one of another device's section."""
        version = edition.partition("@")[2]
        siblings = [name for name in self if name.partition("@")[2] == version and name != edition]
        return next((self[name][clause] for name in (edition, *siblings) if clause in self[name]), None)

    def glossary(self, edition: str) -> Mapping[str, Clause]:
        """Return the clauses of the glossary that goes with an edition: that of its document, empty where there is none."""
        name = f"glossary@{edition.partition('@')[2]}"
        return self.get(name, {})


def installed_texts() -> Texts:
    """Return the texts of every edition in the shipped clause index."""
    return Texts(load_editions(), edition_clauses)


def print_of(clause: Clause) -> str:
    """Return 12 hexadecimal digits over a clause's heading and own paragraphs, whatever its number."""
    said = [clause.heading.casefold(), *(paragraph.chain for paragraph in clause.paragraphs)]
    return sha256("\n".join(said).encode()).hexdigest()[:12]
