"""What the tests of ingest share: the source text when it lies beside the checkout, and a small document of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from smets_spec.ingest import Source, read_source
from smets_spec.ingest.decisions import Decisions, RestoredHeading, load_decisions
from smets_spec.ingest.source import Line

SOURCES = Path(__file__).parents[3] / "shared" / "sources"
SHARED = SOURCES.parent
OWN = Path(__file__).with_name("own_document.txt")


@pytest.fixture(scope="session")
def source_file() -> Path:
    found = sorted(SOURCES.glob("003_*.txt"))
    if not found:
        pytest.skip("the source text of the documents (../shared/sources/003_*.txt) is not beside the checkout")
    return found[0]


@pytest.fixture(scope="session")
def source(source_file: Path) -> Source:
    return read_source(source_file.read_bytes(), source_file.name)


@pytest.fixture(scope="session")
def text_of(source: Source) -> Callable[[str], str]:
    """The text of one document alone, breaks kept, bookmarks gone."""

    def row(line: Line, first: bool) -> str:
        return f"\n {line.text}" if line.after_break and not first else f"\n\n{line.text}"

    def text(document: str) -> str:
        lines = next(extent.lines for extent in source.documents if extent.document == document)
        return "".join(row(line, line is lines[0]) for line in lines).strip() + "\n"

    return text


@pytest.fixture(scope="session")
def own_text() -> str:
    return OWN.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def own_decisions() -> Decisions:
    """The shipped vocabulary of headings, and decisions about our own document alone."""
    restored = RestoredHeading(("smets2-9.9",), ("Introduction",), ("start",), (), "the title is lost")
    lost = RestoredHeading(("smets2-9.9",), ("Clock",), (), ("383a87d894be",), "the heading is lost at a break")
    levels = msgspec.structs.replace(load_decisions().levels, endings=())
    return Decisions(levels=levels, restored=(restored, lost), lists=(), references=())
