"""`smets report`: any report again, from the record that a run left behind or from the evidence of one that was killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from smets_conformance.cli.errors import BenchFailed, Wrong
from smets_conformance.runner.evidence import EvidenceError
from smets_conformance.runner.record import record_from_evidence
from smets_reports.files import write_whole
from smets_reports.junit import junit
from smets_reports.record import Record, read_record
from smets_reports.report import report as html
from smets_reports.traceability import traceability

# How each format is called when it is not told, and how it is drawn from records.
FORMATS: dict[str, tuple[str, Callable[[Sequence[Record]], list[bytes]]]] = {
    "html": ("report.html", lambda records: [piece.encode() for piece in html(records)]),
    "junit": ("junit.xml", lambda records: [junit(records)]),
    "csv": ("traceability.csv", lambda records: [traceability(records).encode()]),
    "json": ("record.json", lambda records: [_canonical(records[0])]),
}


@click.command(
    "report",
    epilog="Example: smets report out-2.0 out-3.1 out-4.2 --format html --out gsme.html",
)
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RECORD...")
@click.option("--format", "format_", required=True, type=click.Choice(list(FORMATS)), help="What to draw.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to write it, - for standard output. By default beside the first RECORD, as report.html, junit.xml, "
    "traceability.csv or record.json; a file of that name is replaced.",
)
def report(records: tuple[Path, ...], format_: str, out: Path | None) -> None:
    """Draw a report from each RECORD: a record.json, an evidence.jsonl, or the folder of a run.

    Of several, html becomes one page with a choice of edition, junit a suite each, csv one table; json takes one.
    """
    if format_ == "json" and len(records) > 1:
        raise Wrong(f"json is the record itself, so it takes one; {len(records)} were given")
    found = [_record_file(path) for path in records]
    usual, draw = FORMATS[format_]
    pieces = draw([_read(path) for path in found])
    if str(out) == "-":
        click.echo(b"".join(pieces), nl=False)
        return
    target = out or found[0].with_name(usual)
    try:
        click.echo(write_whole(target, pieces))
    except OSError as error:
        raise BenchFailed(f"{target}: cannot be written: {error.strerror}; nothing was left half-written") from error


def _record_file(path: Path) -> Path:
    """Return the file to read: `path`, or of a run's folder its record, or its evidence where the run was killed."""
    if not path.is_dir():
        return path
    for name in ("record.json", "evidence.jsonl"):
        if (path / name).is_file():
            return path / name
    raise Wrong(f"{path}: this folder holds neither record.json nor evidence.jsonl; name the folder a run wrote to")


def _read(path: Path) -> Record:
    """Read a record, or derive it from evidence; end with what is wrong with it."""
    try:
        return record_from_evidence(path) if path.suffix == ".jsonl" else read_record(path)
    except OSError as error:
        raise Wrong(f"{path}: cannot be read: {error.strerror}; name a record.json or an evidence.jsonl") from error
    except RecursionError as error:
        raise Wrong(f"{path}: not a run record: it is nested too deep to be one") from error
    except (ValueError, EvidenceError) as error:
        raise Wrong(str(error)) from error


def _canonical(record: Record) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n"


COMMANDS: dict[str, click.Command] = {"report": report}
