"""Trace and HTML of 5,000 requirements with 5,000 checks, and of ten times as many, beside LOBSTER and Sphinx-Needs."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Row, cpu_seconds

COUNT = 5_000
SPHINX_COUNT = 1_000  # its cost grows faster than its input, and 5,000 take it a minute
MAKE = (
    "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]); from make_record import make_record; "
    "from smets_reports.record import write_record; write_record(make_record(int(sys.argv[1])), Path(sys.argv[3]))"
)
DRAW = (
    "import sys; from pathlib import Path; from smets_reports import write_all; from smets_reports.record import read_record; "
    "write_all(read_record(Path(sys.argv[1])), Path(sys.argv[2]))"
)
MAKERS = Path(__file__).parent.parent / "tests" / "reports"


def draw(count: int, folder: Path) -> tuple[float, int]:
    """Return the CPU seconds to read a record of `count` requirements and write all that is drawn from it, and the HTML's bytes."""
    record, out = folder / f"{count}.json", folder / f"out{count}"
    out.mkdir()
    cpu_seconds([sys.executable, "-c", MAKE, str(count), MAKERS, record])
    seconds = statistics.median(cpu_seconds([sys.executable, "-c", DRAW, record, out]) for _ in range(3))
    return seconds, (out / "report.html").stat().st_size


def rows() -> Iterator[Row]:
    """Yield seconds and bytes at 5,000 requirements, and how both grow to 50,000."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lobster").mkdir()
        (folder / "sphinx").mkdir()
        load, trace, lobster_bytes = peers.lobster(COUNT, folder / "lobster")
        needs, needs_bytes = peers.sphinx_needs(SPHINX_COUNT, folder / "sphinx")
        seconds, size = draw(COUNT, folder)
        tenfold, large = draw(10 * COUNT, folder)
    pair = f"{COUNT:,} requirements, {COUNT:,} checks"
    beside = {"LOBSTER, load, trace, HTML": load + trace, f"Sphinx-Needs, {SPHINX_COUNT:,} only": needs}
    yield Row(f"trace and HTML, {pair}", "CPU s", seconds, beside, "≤ 1.5 s", seconds <= 1.5, "CSV and JUnit included")
    sizes = {"LOBSTER": lobster_bytes / 1e6, f"Sphinx-Needs, {SPHINX_COUNT:,} only": needs_bytes / 1e6}
    yield Row(f"size of the HTML, {pair}", "MB", size / 1e6, sizes, "≤ 12 MB", size <= 12e6)
    yield Row(
        "the same for ten times as many: seconds",
        "× the seconds",
        tenfold / seconds,
        {},
        "≤ 12 ×",
        tenfold <= 12 * seconds,
    )
    yield Row("the same for ten times as many: bytes", "× the bytes", large / size, {}, "≤ 11 ×", large <= 11 * size)
