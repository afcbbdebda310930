"""The command `smets`: every subcommand is a module of this package, loaded when it is named."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version

import click

# Which module holds which command; a name of two words is a member of a group. Nothing else knows the list.
MODULES = {
    "run": "run",
    "plan": "plan",
    "explain": "explain",
    "coverage": "coverage",
    "faults": "faults",
    "trace": "trace",
    "report": "report",
    "doctor": "doctor",
    "spec show": "spec_show",
    "spec diff": "spec_show",
    "spec ingest": "spec_ingest",
    "spec verify": "spec_ingest",
    "requirement new": "requirement",
    "requirement carry": "requirement",
    "requirement fix": "requirement",
    "requirement lint": "requirement",
    "profile check": "profile",
    "profile new": "profile",
    "adapter list": "adapter",
}
GROUPS = {
    "spec": "The documents: show a clause, compare editions, ingest or verify a source text.",
    "requirement": "For authors of requirements: skeletons, carrying over, repairs, linting.",
    "profile": "Declarations of an implementation: the ICS, the IXIT and the rig.",
    "adapter": "Adapters, the way to a system under test.",
}


class _Lazy(click.Group):
    """A group whose members are imported only when they are called for."""

    def __init__(self, name: str, prefix: str = "", **rest: object) -> None:
        super().__init__(name, **rest)  # type: ignore[arg-type]
        self.prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the members' names in the order of the table."""
        inside = [name.removeprefix(self.prefix) for name in MODULES if name.startswith(self.prefix)]
        return list(dict.fromkeys(name.split()[0] for name in inside))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the member of that name."""
        name = self.prefix + cmd_name
        if name in GROUPS:
            return _Lazy(name, prefix=f"{name} ", help=GROUPS[name])
        if name not in MODULES:
            return None
        module = importlib.import_module(f"{__name__}.{MODULES[name]}")
        commands: dict[str, click.Command] = module.COMMANDS
        return commands[name]


cli = _Lazy("smets", help="Judge smart metering devices against SMETS: run, plan, explain, cover, prove, report.")
click.version_option(version("smets-conformance"), prog_name="smets")(cli)


def main() -> None:
    """Run the command line; a broken pipe is no error, an interrupt exits 130."""
    try:
        cli.main(prog_name="smets")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
