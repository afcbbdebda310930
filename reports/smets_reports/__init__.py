"""The run record, and everything drawn from it."""

from __future__ import annotations

from pathlib import Path

from smets_reports.junit import write_junit
from smets_reports.record import Record
from smets_reports.report import write_report
from smets_reports.traceability import write_traceability

__all__ = ["write_all", "write_junit", "write_report", "write_traceability"]


def write_all(record: Record, out: Path) -> list[Path]:
    """Write `report.html`, `traceability.csv` and `junit.xml` of `record` into the folder `out`, each whole or not at all.

    Raises:
        OSError: a file cannot be written; those named before it in this list were.
    """
    return [
        write_report([record], out / "report.html"),
        write_traceability([record], out / "traceability.csv"),
        write_junit([record], out / "junit.xml"),
    ]
