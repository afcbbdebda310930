"""What the commands that judge share: the options that say what is judged, and their errors as exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from smets_conformance.adapter.load import UnknownAdapter
from smets_conformance.cli.errors import BenchFailed, Wrong
from smets_conformance.plan import PlanError
from smets_conformance.profile import DeclarationError, Declarations, load_declarations
from smets_conformance.runner.describing import NotDescribed
from smets_conformance.runner.evidence import EvidenceError
from smets_spec.editions import default_edition
from smets_spec.strict_yaml import YamlProblem

F = TypeVar("F", bound=Callable[..., Any])
DEVICE = "gsme"

profile_option = click.option("--profile", metavar="FILE|NAME", help="The ICS, or an edition: its reference ICS.")
ixit_option = click.option("--ixit", type=click.Path(path_type=Path), help="The IXIT; by default beside the ICS.")
rig_option = click.option("--rig", type=click.Path(path_type=Path), help="The rig; by default beside the ICS.")
adapter_option = click.option(
    "--adapter",
    default="reference",
    show_default=True,
    help="A name, module:Class, exec:COMMAND; fault:NAME or variant:NAME.",
)
only_option = click.option(
    "--only", default="", metavar="PATTERN", help="Checks, requirements or a clause; * for any text."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def judged_options(command: F) -> F:
    """Add the options that say what is judged: `--profile`, `--ixit`, `--rig`, `--adapter`, `--only`."""
    for option in (only_option, adapter_option, rig_option, ixit_option, profile_option):
        command = option(command)
    return command


def declarations_of(profile: str | None, ixit: Path | None, rig: Path | None) -> Declarations:
    """Read the declarations; by default those of the reference gas meter at its newest edition in force."""
    return load_declarations(profile or default_edition(DEVICE, datetime.now(UTC).date()), ixit, rig)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn the library's errors into the command line's: what cannot be read is 2, what the bench fails at is 3."""
    try:
        yield
    except (DeclarationError, UnknownAdapter, PlanError, YamlProblem) as error:
        raise Wrong(str(error)) from error
    except (NotDescribed, EvidenceError) as error:
        raise BenchFailed(str(error)) from error
    except KeyboardInterrupt as error:
        raise BenchFailed(
            "interrupted; if a run had begun, its evidence is kept, and smets report draws reports from it"
        ) from error


def folder(path: Path) -> Path:
    """Return an output folder, made if need be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BenchFailed(f"{path}: the output folder cannot be made: {error.strerror}") from error
    return path
