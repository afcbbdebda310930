"""`smets doctor`: everything that is wrong before a run."""

from __future__ import annotations

from pathlib import Path

import click

from smets_conformance.adapter.contract import AdapterError
from smets_conformance.adapter.guard import Guard
from smets_conformance.adapter.load import load_adapter
from smets_conformance.cli.declared import (
    adapter_option,
    declarations_of,
    ixit_option,
    json_option,
    profile_option,
    rig_option,
    said_plainly,
)
from smets_conformance.cli.errors import BenchFailed, No
from smets_conformance.cli.output import emit_json, table
from smets_conformance.profile.crosscheck import Diagnosis
from smets_conformance.profile.doctor import doctor, environment

LOG_SHOWN = 15  # lines


@click.command("doctor")
@profile_option
@ixit_option
@rig_option
@adapter_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="Where a run would write."
)
@json_option
def doctor_command(
    profile: str | None, ixit: Path | None, rig: Path | None, adapter: str, out: Path, as_json: bool
) -> None:
    """Say what is wrong before a run, and what to change.

    Reads the declarations, starts the adapter, resets the device, lets a minute or so pass, reads its clock and identification,
    and sends one Command that reads. Nothing is written; the device is left reset. Exit 1 if anything is wrong, 3 if the adapter
    cannot be started.

    \b
    Example: smets doctor --profile meter.ics.yaml --adapter exec:./my-adapter
    """
    with said_plainly():
        declarations = declarations_of(profile, ixit, rig)
        found = environment(out)
        system: Guard | None = None
        try:
            system = Guard(load_adapter(adapter).make())
        except AdapterError as error:
            found.append(Diagnosis("stop", str(error), "put the adapter right", log=str(getattr(error, "log", ""))))
    if system is not None:
        found += doctor(declarations, system)
        _let_go(system)
    _print(found, as_json)
    wrong = sum(diagnosis.level != "note" for diagnosis in found)
    if system is None:
        raise BenchFailed(f"the adapter {adapter} cannot be started")
    if wrong:
        raise No(f"{wrong} thing{'s' if wrong > 1 else ''} to put right before a run")


def _let_go(system: Guard) -> None:
    try:
        system.close()
    except AdapterError as error:
        click.echo(f"the adapter failed when let go: {error}", err=True)


def _print(found: list[Diagnosis], as_json: bool) -> None:
    if as_json:
        emit_json(found)
        return
    if not found:
        click.echo("nothing is wrong: a run can begin")
        return
    table(("", "what", "what would be right", "whose"), [(d.level, d.what, d.right, d.blame) for d in found])
    for diagnosis in found:
        for line in diagnosis.log.strip().splitlines()[-LOG_SHOWN:]:
            click.echo(f"  | {line}", err=True)


COMMANDS: dict[str, click.Command] = {"doctor": doctor_command}
