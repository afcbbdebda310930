"""`smets plan`: what would run for a profile, and why; what would not, and why not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from smets_conformance.cli.declared import declarations_of, json_option, judged_options, said_plainly
from smets_conformance.cli.output import emit_json, table
from smets_conformance.runner.run import prepare
from smets_spec.composition import EffectiveClause, effective_clauses


@click.command("plan", epilog="Example: smets plan --profile gsme@3.1 --only 'meter.set-clock.*'")
@judged_options
@click.option("--clauses", "with_clauses", is_flag=True, help="List also the clauses in force for the profile.")
@json_option
def plan(
    profile: str | None,
    ixit: Path | None,
    rig: Path | None,
    adapter: str,
    only: str,
    with_clauses: bool,
    as_json: bool,
) -> None:
    """Show which checks would run for a profile, and why; of the others why not. Starts the adapter to ask what it offers."""
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


def _clause(effective: EffectiveClause) -> dict[str, str]:
    return {
        "clause": effective.clause.number or "",
        "heading": effective.clause.heading,
        "standing": effective.standing.replace("_", " "),
        "by": effective.by or "",
    }


COMMANDS: dict[str, click.Command] = {"plan": plan}
