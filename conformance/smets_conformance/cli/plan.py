"""`smets plan`: what would run for a profile, and why; what would not, and why not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from smets_conformance.cli.declared import declarations_of, json_option, judged_options, said_plainly
from smets_conformance.cli.errors import Wrong
from smets_conformance.cli.output import emit_json, table
from smets_conformance.runner.run import prepare
from smets_spec.composition import EffectiveClause, effective_clauses, load_composition
from smets_spec.names import UnknownName


@click.command("plan", epilog="Example: smets plan --profile gsme@3.1 --only 'meter.set-clock.*'")
@judged_options
@click.option("--clauses", "with_clauses", is_flag=True, help="List also the clauses in force for the profile.")
@click.option(
    "--edition", "edition_id", metavar="E", help="Instead of a profile: list the clauses in force in any edition, …"
)
@click.option(
    "--feature", "features", multiple=True, metavar="NAME[=VALUE]", help="… for a device with this feature; repeat it."
)
@json_option
def plan(
    profile: str | None,
    ixit: Path | None,
    rig: Path | None,
    adapter: str,
    only: str,
    with_clauses: bool,
    edition_id: str | None,
    features: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show which checks would run for a profile, and why; of the others why not. Starts the adapter to ask what it offers.

    With --edition no profile is read and no adapter started: the clauses in force are computed from the edition and the features,
    for any device of the documents.
    """
    if edition_id is not None:
        if profile:
            raise Wrong("--edition stands instead of a profile; leave one of the two out")
        _tell_clauses(edition_id, features, as_json)
        return
    if features:
        raise Wrong("--feature belongs to --edition; what a profile's device has stands in its ICS")
    with said_plainly():
        declarations = declarations_of(profile, ixit, rig)
        prepared = prepare(adapter, declarations, only)
    made = prepared.plan
    clauses = effective_clauses(made.edition, declarations.ics.features)
    if as_json:
        emit_json(
            {
                "edition": made.edition,
                "clauses": [_clause(clause) for clause in clauses],
                "checks": [
                    {"check": c.id, "requirements": c.requirements, "decision": c.decision, "why": c.why}
                    for c in made.checks
                ],
                "requirements": made.requirements,
            }
        )
        return
    table(("check", "decision", "why"), [(c.id, c.decision, c.why) for c in made.checks])
    blank = [r.id for r in made.requirements if not r.checks]
    if blank:
        click.echo(f"requirements that no check verifies: {', '.join(blank)}")
    if with_clauses:
        rows = [_clause(clause) for clause in clauses]
        table(("clause", "heading", "standing", "by"), [tuple(row.values()) for row in rows])
    counted = Counter(c.decision for c in made.checks)
    said = ", ".join(f"{n} {decision}" for decision, n in sorted(counted.items()))
    in_force = sum(clause.standing == "in_force" for clause in clauses)
    click.echo(
        f"{made.edition}: {in_force} clauses in force, {len(made.requirements)} requirements, checks: {said or 'none'}"
    )


def _tell_clauses(edition_id: str, features: tuple[str, ...], as_json: bool) -> None:
    """Print the clauses of an edition as they stand for a device of these features."""
    declared = dict(_feature(each) for each in features)
    try:
        known = sorted({part.when for part in load_composition(edition_id).parts if part.when})
        if unknown := sorted(declared.keys() - set(known)):
            right = f"those that do are {', '.join(known)}" if known else "none does"
            raise Wrong(f"the feature {unknown[0]!r} brings no part of {edition_id}; {right}")
        clauses = effective_clauses(edition_id, declared)
    except (UnknownName, ValueError) as error:
        raise Wrong(str(error)) from error
    rows = [_clause(clause) for clause in clauses]
    if as_json:
        emit_json({"edition": edition_id, "features": declared, "clauses": rows})
        return
    table(("clause", "heading", "standing", "by"), [tuple(row.values()) for row in rows])
    in_force = sum(clause.standing == "in_force" for clause in clauses)
    click.echo(f"{edition_id}: {in_force} clauses in force, {len(clauses) - in_force} disapplied")


def _feature(written: str) -> tuple[str, bool | int | str]:
    """Read `polyphase`, `polyphase=no`, `alcs=2` or `variant=word`."""
    name, _, value = written.partition("=")
    if value.isdecimal():
        return name, int(value)
    return name, {"": True, "yes": True, "no": False}.get(value, value)


def _clause(effective: EffectiveClause) -> dict[str, str]:
    return {
        "clause": effective.clause.number or "",
        "heading": effective.clause.heading,
        "standing": effective.standing.replace("_", " "),
        "by": effective.by or "",
    }


COMMANDS: dict[str, click.Command] = {"plan": plan}
