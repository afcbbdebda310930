"""The clause index: what every SMETS document consists of, without a sentence of it.

One file a document, `documents/<document>.json`, is written by `smets spec ingest` from the source text and read here.
A clause has a reconstructed number and a heading; a paragraph has its position, its role in a list, and prints of what
it said, so that a change in the text is seen without the text being kept.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

Role = Literal["text", "lead", "item", "itemlead", "tail", "tail-lead"]

DOCUMENTS_DIR = Path(__file__).parent / "documents"


class Footnote(msgspec.Struct, frozen=True, omit_defaults=True):
    """A footnote that stands inside a paragraph; `number` as printed, `fingerprint` of its normalised text."""

    number: int
    fingerprint: str


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cross-reference inside a paragraph.

    `kind` is `name` for `Name(n.n.n)`, `section` for `Section n` or `§n`, `bare` for another dotted number. `status` is
    `resolved`, `wrong` (points nowhere, or elsewhere than its name), `misleading` (resolves, yet the meaning disagrees) or
    `external` (another document); all but `resolved` stand in the exceptions file with a reason.
    """

    kind: Literal["name", "section", "bare"]
    number: str
    name: str | None = None
    status: Literal["resolved", "wrong", "misleading", "external"] = "resolved"


class Paragraph(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paragraph of a clause.

    `n` is its 1-based position in the clause, `line` its line in the source, `governed_by` the positions of the lead-ins and
    tails it hangs from, `fingerprint` and `chain` 12 hexadecimal digits (see REQUIREMENTS), `shall` the count of the word,
    `obligations` the number of obligations by rule (unreviewed), and `keywords` which of shall, shall-not, must, should,
    should-not, may it uses.
    """

    n: int
    line: int
    role: Role
    fingerprint: str
    chain: str
    label: str | None = None
    depth: int = 0
    governed_by: tuple[int, ...] = ()
    shall: int = 0
    obligations: int = 0
    keywords: tuple[str, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def normative(self) -> bool:
        """Whether the paragraph states at least one obligation."""
        return self.obligations > 0


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """A clause: its number (None for a part heading, which has level 1), heading, level, device and part (A, G1).

    Devices are GSME, ESME, … and, for what is no device, INTRO and GLOSSARY.
    """

    number: str | None
    heading: str
    line: int
    level: int
    device: str
    part: str | None = None
    heading_restored: bool = False
    annotations: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """One SMETS document: its id (`smets2-4.2`), the digest of the text it was read from, and its clauses in order."""

    document: str
    source: str
    source_sha256: str
    first_line: int
    last_line: int
    clauses: tuple[Clause, ...]

    def clause(self, number: str) -> Clause:
        """Return the clause of that number.

        Raises:
            KeyError: the document has no clause of that number.
        """
        for clause in self.clauses:
            if clause.number == number:
                return clause
        raise KeyError(f"{self.document} has no clause {number}")


def document_names() -> list[str]:
    """Return the ids of the documents whose index is shipped, oldest first."""
    return sorted(path.stem for path in DOCUMENTS_DIR.glob("*.json"))


@lru_cache(maxsize=16)
def load_document(name: str, directory: Path = DOCUMENTS_DIR) -> Document:
    """Read the index of the document `name`.

    Raises:
        KeyError: no such document is indexed.
    """
    path = directory / f"{name}.json"
    if not path.is_file():
        raise KeyError(f"no document {name!r} is indexed; there are {', '.join(document_names()) or 'none'}")
    return msgspec.json.decode(path.read_bytes(), type=Document)
