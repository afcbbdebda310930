"""How commands speak: tables (Rich on a terminal, plain when piped), JSON, and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table: drawn by Rich on a terminal, in aligned plain columns when piped."""
    cells = [[str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        drawn = Table(*headers, title=title or None)
        for row in cells:
            drawn.add_row(*(cell.replace("[", "\\[") for cell in row))
        Console().print(drawn)
        return
    if title:
        click.echo(title)
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    for row in (list(headers), *cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def emit_json(value: Any) -> None:
    """Print `value` as indented JSON in canonical key order."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2).decode())
