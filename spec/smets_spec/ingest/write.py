"""The index as a file: canonical JSON, one paragraph a line, so that a difference shows where the text differs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from smets_spec.index import Document


def to_json(document: Document) -> bytes:
    """Return the index as JSON: fields in the order of their types, one line a clause and one a paragraph."""
    head = msgspec.json.encode(msgspec.structs.replace(document, clauses=()))
    clauses = []
    for clause in document.clauses:
        line = msgspec.json.encode(msgspec.structs.replace(clause, paragraphs=()))
        if clause.paragraphs:
            line = line[:-1] + b',"paragraphs":[\n' + b",\n".join(map(msgspec.json.encode, clause.paragraphs)) + b"\n]}"
        clauses.append(line)
    return head.removesuffix(b"[]}") + b"[\n" + b",\n".join(clauses) + b"\n]}\n"


def write_indexes(documents: Iterable[Document], directory: Path) -> list[Path]:
    """Write each index into `directory`, all or none of them, and return their paths.

    Raises:
        OSError: the folder cannot be made or written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    drafts = {directory / f"{d.document}.json": (directory / f"{d.document}.json.part", to_json(d)) for d in documents}
    try:
        for draft, content in drafts.values():
            draft.write_bytes(content)
        for path, (draft, _) in drafts.items():
            draft.replace(path)
    finally:
        for draft, _ in drafts.values():
            draft.unlink(missing_ok=True)
    return list(drafts)
