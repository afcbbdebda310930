"""`smets profile check` and `smets profile new`: declarations validated and normalised, or written to be filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from smets_conformance.cli.errors import No, Wrong
from smets_conformance.cli.output import emit_json
from smets_conformance.profile import DeclarationError, load_declarations
from smets_conformance.profile.features import declarable, feature_table
from smets_conformance.profile.templates import templates, written
from smets_spec.editions import default_edition


@click.command("check")
@click.argument("profile", metavar="FILE")
@click.option("--ixit", type=click.Path(path_type=Path), help="The IXIT; by default beside the ICS.")
@click.option("--rig", type=click.Path(path_type=Path), help="The rig; by default beside the ICS.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_command(profile: str, ixit: Path | None, rig: Path | None, as_json: bool) -> None:
    """Validate declarations, each file and all together, and print them in their normal form with their digest.

    FILE is the ICS, or the name of a built-in profile. Everything wrong is named at once, with file and line (exit 2).

    \b
    Example: smets profile check meter.ics.yaml
    """
    try:
        declarations = load_declarations(profile, ixit, rig)
    except DeclarationError as error:
        raise Wrong(str(error)) from error
    if as_json:
        emit_json({"digest": declarations.digest, **msgspec.to_builtins(declarations)})
    else:
        click.echo(written(declarations), nl=False)


@click.command("new")
@click.argument("device")
@click.option("--edition", help="The edition to declare for; by default the newest in force.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(), help="The folder to write into; by default this one."
)
def new_command(device: str, edition: str | None, out: Path) -> None:
    """Write commented declarations to fill in: DEVICE.ics.yaml, DEVICE.ixit.yaml and DEVICE.rig.yaml.

    What only you can know is left as a question mark, which `smets profile check` refuses. A file that is there already is not
    touched.

    \b
    Example: smets profile new gsme --edition gsme@4.2 --out declared/
    """
    known, device = feature_table().device, device.lower()
    if device != known:
        raise Wrong(f"no declarations are known for the device {device!r}; there is {known}")
    chosen = edition or default_edition(device, datetime.now(UTC).date())
    if chosen not in declarable():
        raise Wrong(f"there is no edition {chosen!r} to declare a {device} for; there are {', '.join(declarable())}")
    texts = {out / f"{device}.{kind}.yaml": text for kind, text in templates(chosen).items()}
    if there := [str(path) for path in texts if path.exists()]:
        raise No(f"{', '.join(there)} exists already; name another folder with --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, "utf-8")
            click.echo(f"wrote {path}")
    except OSError as error:
        raise Wrong(f"{out}: cannot be written: {error.strerror}") from error


COMMANDS: dict[str, click.Command] = {"profile check": check_command, "profile new": new_command}
