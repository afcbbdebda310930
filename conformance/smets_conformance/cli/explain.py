"""`smets explain`: everything about one check or requirement, and why it is, or is not, judged for a profile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from smets_conformance.checks import all_checks
from smets_conformance.cli.declared import declarations_of, json_option, judged_options, said_plainly
from smets_conformance.cli.errors import Wrong
from smets_conformance.cli.output import emit_json
from smets_conformance.plan import Plan, editions_of_run
from smets_conformance.proof.subjects import installed_faults, installed_variants
from smets_conformance.runner.run import prepare
from smets_spec.catalogue import Catalogue
from smets_spec.names import near_matches


@click.command("explain", epilog="Example: smets explain meter.clock.accuracy")
@click.argument("name", metavar="ID")
@judged_options
@json_option
def explain(
    name: str, profile: str | None, ixit: Path | None, rig: Path | None, adapter: str, only: str, as_json: bool
) -> None:
    """Explain a check or a requirement, ID: clauses, statement, checks, faults, variants, readings, and why it is selected or
    not. Starts the adapter to ask what it offers."""
    with said_plainly():
        prepared = prepare(adapter, declarations_of(profile, ixit, rig), only)
    catalogue, made = prepared.catalogue, prepared.plan
    if name in catalogue.requirements:
        told = _requirement(catalogue, made, name)
    elif name in all_checks():
        told = _check(catalogue, made, name)
    else:
        near = near_matches(name, [*catalogue.requirements, *all_checks()])
        hint = f"; did you mean {' or '.join(near[:3])}?" if near else ""
        raise Wrong(f"{name!r} is neither a check nor a requirement{hint}")
    if as_json:
        emit_json(told)
    else:
        _tell(told)


def _requirement(catalogue: Catalogue, made: Plan, name: str) -> dict[str, object]:
    requirement = catalogue.requirements[name]
    planned = next((r for r in made.requirements if r.id == name), None)
    decisions = {c.id: c for c in made.checks if name in c.requirements}
    faults = [f for f in installed_faults().values() if name in f.breaks]
    variants = [v for v in installed_variants().values() if v.interpretation in requirement.interpretation]
    place = catalogue.places[name]
    return {
        "requirement": name,
        "statement": requirement.statement(),
        "obligation": requirement.obligation,
        "verification": requirement.verification,
        "written in": f"{place.file} line {place.line}",
        "clauses": [
            f"{', '.join(source.editions)}: {source.clause} ¶{source.paragraph}"
            + (f" part {source.part}" if source.part else "")
            for source in requirement.source
        ],
        "parameters": [f"{key} = {value}" for key, value in requirement.parameters.items()],
        "interpretations": [_reading(catalogue, each) for each in requirement.interpretation],
        f"in {made.edition}": f"{planned.standing}: {planned.why}" if planned else "it does not stand in this edition",
        "checks": [f"{c.id}: {c.decision}: {c.why}" for c in decisions.values()],
        "faults that break it": [f"{f.name}: {f.description}" for f in faults],
        "legal variants": [f"{v.name} ({v.interpretation}): {v.description}" for v in variants],
        "evidence wanted": requirement.evidence,
        "reason": requirement.reason,
    }


def _reading(catalogue: Catalogue, name: str) -> str:
    entry = catalogue.interpretations[name]
    also = f"; tolerated as well: {'; '.join(entry.readings[r] for r in entry.tolerates)}" if entry.tolerates else ""
    return f"{name} {entry.title}: {entry.readings[entry.chosen]}{also}"


def _check(catalogue: Catalogue, made: Plan, name: str) -> dict[str, object]:
    planned = next(c for c in made.checks if c.id == name)
    editions = set(editions_of_run(made.edition))
    clauses = {
        f"{source.clause} ¶{source.paragraph}"
        for requirement in planned.requirements
        if requirement in catalogue.requirements
        for source in catalogue.requirements[requirement].source
        if editions & set(source.editions)
    }
    faults = [f for f in installed_faults().values() if set(f.breaks) & set(planned.requirements)]
    return {
        "check": name,
        "procedure": planned.procedure,
        "version": planned.procedure_version,
        "verifies": list(planned.requirements),
        "clauses": sorted(clauses),
        f"in {made.edition}": f"{planned.decision}: {planned.why}",
        "faults it is to kill": [f"{f.name}: {f.description}" for f in faults],
    }


def _tell(told: dict[str, object]) -> None:
    for key, value in told.items():
        if isinstance(value, str):
            if value:
                click.echo(f"{key}: {value}")
        elif isinstance(value, Iterable) and (lines := list(value)):
            click.echo(f"{key}:")
            for line in lines:
                click.echo(f"  {line}")


COMMANDS: dict[str, click.Command] = {"explain": explain}
