"""`smets adapter list`: the adapters that are installed."""

from __future__ import annotations

import click

from smets_conformance.adapter.load import installed_adapters
from smets_conformance.cli.output import emit_json, table


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """List the adapters that packages have installed; nothing is started.

    Two more kinds need no installing: module:Class, and exec:COMMAND for a program of any language.

    \b
    Example: smets adapter list
    """
    found = installed_adapters()
    if as_json:
        emit_json(found)
    else:
        table(("adapter", "made by", "package"), [(a.name, a.target, a.package) for a in found])


COMMANDS: dict[str, click.Command] = {"adapter list": list_command}
