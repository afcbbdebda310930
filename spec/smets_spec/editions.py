"""Editions: which section of which document a device is held to, and from when to when."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from smets_spec.index import DOCUMENTS_DIR, Clause, load_document
from smets_spec.names import UnknownName
from smets_spec.strict_yaml import Problem, Seq, YamlProblem, convert, load

EDITIONS_FILE = Path(__file__).parent / "editions.yaml"

Standing = Literal["in force", "withdrawn", "draft"]


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days from `start` to `end`, both included; an `end` of None is not determined.

    `prepayment_end` is a later last day for meters that are to be prepayment meters (SMETS1 installation only).
    """

    start: date
    end: date | None = None
    prepayment_end: date | None = None

    def holds(self, on: date, *, prepayment: bool = False) -> bool:
        """Whether the day `on` is inside the period."""
        end = self.prepayment_end if prepayment and self.prepayment_end else self.end
        return self.start <= on and (end is None or on <= end)


class GbcsVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the Great Britain Companion Specification that goes with an edition, and from when to when it applies."""

    version: str
    start: date
    end: date | None = None


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One edition of one Technical Specification, such as `gsme@4.2`.

    `clauses` is the number of its section: the edition holds that clause and all below it. `stated_version` is what the
    section says of itself, None where the text says nothing. A period of None has no row in the tables.
    """

    id: str
    document: str
    device: str
    clauses: str
    standing: Standing
    stated_version: str | None = None
    installation: Period | None = None
    maintenance: Period | None = None
    gbcs: tuple[GbcsVersion, ...] = ()
    table_lines: tuple[int, ...] = ()
    remark: str = ""

    @property
    def version(self) -> str:
        """The document's version, the part of the id after the @."""
        return self.id.partition("@")[2]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[Edition, ...]


def load_editions(path: Path = EDITIONS_FILE) -> dict[str, Edition]:
    """Return every edition by its id, oldest document first.

    Raises:
        YamlProblem: the file is malformed; all its problems are named with their lines.
    """
    return dict(_load(path))


@lru_cache(maxsize=8)
def _load(path: Path) -> dict[str, Edition]:
    raw = load(path, path.name)
    taken = convert(raw, _File, path.name).editions
    rows = raw["editions"]
    assert isinstance(rows, Seq)
    problems: list[Problem] = []
    editions: dict[str, Edition] = {}
    for line, edition in zip(rows.lines, taken, strict=True):
        if edition.id in editions:
            problems.append(Problem(path.name, line, f"the edition {edition.id} stands twice", "keep one of them"))
        if edition.id != f"{edition.device}@{edition.document.partition('-')[2]}":
            right = f"{edition.device}@{edition.document.partition('-')[2]}"
            problems.append(Problem(path.name, line, f"the id {edition.id!r} is not device@document-version", right))
        editions[edition.id] = edition
    if problems:
        raise YamlProblem(problems)
    return editions


def edition(edition_id: str) -> Edition:
    """Return the edition of that id.

    Raises:
        UnknownName: there is no such edition.
    """
    editions = _load(EDITIONS_FILE)
    if edition_id not in editions:
        raise UnknownName("edition", edition_id, editions)
    return editions[edition_id]


def editions_of(device: str) -> list[Edition]:
    """Return the editions of a device, oldest first.

    Raises:
        UnknownName: no edition is of that device.
    """
    found = [e for e in _load(EDITIONS_FILE).values() if e.device == device]
    if not found:
        raise UnknownName("device", device, {e.device for e in _load(EDITIONS_FILE).values()})
    return found


def is_maintained(edition_id: str, on: date) -> bool:
    """Whether an installed device of that edition may be kept on the day `on`: its maintenance period is open.

    An introduction or a glossary, which the tables do not name, is maintained while a specification of its document is.

    Raises:
        UnknownName: there is no such edition.
    """
    asked = edition(edition_id)
    if asked.maintenance is not None:
        return asked.maintenance.holds(on)
    if asked.device not in ("intro", "glossary"):
        return False
    return any(
        e.document == asked.document and e.maintenance and e.maintenance.holds(on)
        for e in _load(EDITIONS_FILE).values()
    )


def may_be_installed(edition_id: str, on: date, *, prepayment: bool = False) -> bool:
    """Whether a device of that edition may be newly installed on the day `on`.

    `prepayment` asks for a meter that is to be a prepayment meter, for which SMETS1 was open longer.

    Raises:
        UnknownName: there is no such edition.
    """
    period = edition(edition_id).installation
    return period is not None and period.holds(on, prepayment=prepayment)


def default_edition(device: str, on: date) -> str:
    """Return the id of the newest edition in force of a device whose maintenance period is open on the day `on`.

    Raises:
        UnknownName: no edition is of that device.
        LookupError: none of its editions is in force on that day.
    """
    for candidate in reversed(editions_of(device)):
        if candidate.standing == "in force" and is_maintained(candidate.id, on):
            return candidate.id
    raise LookupError(
        f"no edition of {device} is in force on {on.isoformat()}; there are {[e.id for e in editions_of(device)]}"
    )


def edition_clauses(edition_id: str, directory: Path = DOCUMENTS_DIR) -> list[Clause]:
    """Return the clauses of an edition in the order of the text, part headings included.

    Raises:
        UnknownName: there is no such edition.
        KeyError: its document is not indexed, or lacks the edition's section.
    """
    asked = edition(edition_id)
    clauses = load_document(asked.document, directory).clauses
    starts = [n for n, clause in enumerate(clauses) if clause.number == asked.clauses]
    if not starts:
        raise KeyError(f"{asked.document} has no section {asked.clauses}, which {edition_id} is")
    rest = clauses[starts[0] + 1 :]
    end = next(
        (n for n, clause in enumerate(rest) if clause.number is not None and "." not in clause.number), len(rest)
    )
    return [clauses[starts[0]], *rest[:end]]
