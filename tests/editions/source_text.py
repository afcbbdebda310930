"""The source text, when it lies beside the checkout."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"


@lru_cache(maxsize=1)
def rows() -> tuple[str, ...]:
    """Return the lines of the source text, bookmarks taken out; skip the test when the text is not here."""
    found = sorted(SOURCES.glob("003_*.txt"))
    if not found:
        pytest.skip("the source text does not lie beside the checkout")
    return tuple(re.sub(r"\[bookmark: [^\]]*\]", "", row) for row in found[0].read_text(encoding="utf-8").split("\n"))


def said(line: int) -> str:
    """Return the text of a line, numbered from 1."""
    return rows()[line - 1].strip()
