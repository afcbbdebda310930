"""The index as a file: canonical JSON, one paragraph a line, so that a difference shows where the text differs."""

from __future__ import annotations

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


def write_index(document: Document, directory: Path) -> Path:
    """Write the index into `directory` whole or not at all, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{document.document}.json"
    draft = path.with_suffix(".json.part")
    try:
        draft.write_bytes(to_json(document))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
