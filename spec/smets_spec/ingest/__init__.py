"""Reading a source text: `read_source` finds its documents, `ingest` makes the index of one, `compare` holds two together."""

from __future__ import annotations

from smets_spec.ingest.compare import Difference, compare
from smets_spec.ingest.document import Parsed, Source, ingest, parse, read_source
from smets_spec.ingest.source import SourceError
from smets_spec.ingest.write import write_indexes

__all__ = [
    "Difference",
    "Parsed",
    "Source",
    "SourceError",
    "compare",
    "ingest",
    "parse",
    "read_source",
    "write_indexes",
]
