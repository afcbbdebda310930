"""`smets spec show` and `smets spec diff`: one clause of an edition, and what changed between two editions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import msgspec

from smets_conformance.cli.errors import Wrong
from smets_conformance.cli.output import emit_json, table
from smets_spec.diff import Change, Place, Touched, diff_editions, touched
from smets_spec.editions import edition_clauses
from smets_spec.index import Clause, Paragraph
from smets_spec.names import UnknownName, near_matches
from smets_spec.strict_yaml import YamlProblem


@click.command(
    "show",
    epilog="Example: smets spec show 4.4.1 --edition gsme@4.2",
)
@click.argument("clause")
@click.option("--edition", "edition_id", required=True, metavar="E", help="The edition, such as gsme@4.2.")
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The source text; each paragraph is then shown with its words, if they are those that were indexed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(clause: str, edition_id: str, source: Path | None, as_json: bool) -> None:
    """Show one CLAUSE of an edition: its heading and every paragraph with role, label, prints and references."""
    found = _clause(clause, edition_id)
    texts = _texts(found, source) if source else {}
    if as_json:
        body = msgspec.to_builtins(found)
        for paragraph in body.get("paragraphs", ()):
            if paragraph["n"] in texts:
                paragraph["text"] = texts[paragraph["n"]]
        emit_json({"edition": edition_id, "clause": body})
        return
    click.echo(f"{edition_id}  {found.number}  {found.heading}  (line {found.line})")
    if not found.paragraphs:
        click.echo("no paragraphs")
        return
    table(
        ("¶", "role", "label", "line", "fingerprint", "chain", "under", "obligations", "keywords", "references"),
        [_row(paragraph) for paragraph in found.paragraphs],
    )
    for n, text in texts.items():
        click.echo(f"\n¶{n}  {text}")


def _clause(number: str, edition_id: str) -> Clause:
    """Return the clause, or end with near matches."""
    try:
        clauses = edition_clauses(edition_id)
    except UnknownName as error:
        raise Wrong(str(error)) from error
    except KeyError as error:
        raise Wrong(error.args[0]) from error
    for clause in clauses:
        if clause.number == number:
            return clause
    numbered = [c for c in clauses if c.number]
    near = [
        *near_matches(number, (c.heading for c in numbered)),
        *near_matches(number, (c.number or "" for c in numbered)),
    ]
    hints = dict.fromkeys(f"{c.number} {c.heading}" for n in near for c in numbered if n in (c.heading, c.number))
    hint = f"; near it: {', '.join(list(hints)[:5])}" if hints else ""
    raise Wrong(f"{edition_id} has no clause {number!r}{hint}")


def _row(paragraph: Paragraph) -> tuple[object, ...]:
    cited = [
        f"{r.name or ''}({r.number}){'' if r.status == 'resolved' else ' ' + r.status}" for r in paragraph.references
    ]
    return (
        paragraph.n,
        paragraph.role,
        paragraph.label or "",
        paragraph.line,
        paragraph.fingerprint,
        paragraph.chain,
        " ".join(map(str, paragraph.governed_by)),
        paragraph.obligations,
        " ".join(paragraph.keywords),
        ", ".join(cited),
    )


def _texts(clause: Clause, source: Path) -> dict[int, str]:
    """Return the words of each paragraph; where a line does not hold what was indexed, say so in their place."""
    from smets_spec.ingest.source import SourceError, read_lines

    try:
        lines = {line.number: line for line in read_lines(source.read_bytes())}
    except OSError as error:
        raise Wrong(f"{source}: cannot be read: {error.strerror}; give the source text") from error
    except SourceError as error:
        raise Wrong(f"{source}: {error}") from error
    texts: dict[int, str] = {}
    for paragraph in clause.paragraphs:
        line = lines.get(paragraph.line)
        if line is None:
            texts[paragraph.n] = f"(line {paragraph.line} of {source.name} is empty: another text than the indexed one)"
        elif line.fingerprint != paragraph.fingerprint:
            texts[paragraph.n] = (
                f"(line {paragraph.line} of {source.name} says something else: its print is {line.fingerprint})"
            )
        else:
            texts[paragraph.n] = line.text
    return texts


@click.command("diff", epilog="Example: smets spec diff gsme@3.1 gsme@4.2")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: str, new: str, as_json: bool) -> None:
    """Show every paragraph that is not in the edition NEW what it was in OLD, and which requirements and checks that touches.

    A paragraph is added, removed, changed (other words), moved (same words, other number or position) or governed differently
    (same words under another heading, lead-in or tail).
    """
    try:
        changes = diff_editions(old, new)
    except UnknownName as error:
        raise Wrong(str(error)) from error
    except (KeyError, ValueError) as error:
        raise Wrong(str(error.args[0])) from error
    requirements = _touched(changes, old, new)
    checks = sorted({check for t in requirements if t.standing != "no longer stands" for check in t.checks})
    counts = Counter(kind for change in changes for kind in change.kinds)
    if as_json:
        emit_json(
            {
                "old": old,
                "new": new,
                "counts": counts,
                "changes": changes,
                "requirements": requirements,
                "checks": checks,
            }
        )
        return
    if not changes:
        click.echo(f"{old} and {new} say the same")
        return
    table(("what", old, new, "heading"), [_change_row(change) for change in changes])
    click.echo(f"\n{', '.join(f'{counts[kind]} {kind}' for kind in sorted(counts))}")
    if requirements:
        click.echo()
        table(
            ("requirement", "standing", "because"),
            [(t.requirement, t.standing, "; ".join(t.places)) for t in requirements],
        )
    click.echo(f"\nchecks to run again: {', '.join(checks) or 'none'}")


def _touched(changes: list[Change], old: str, new: str) -> list[Touched]:
    from smets_spec.catalogue import load_catalogue

    try:
        catalogue = load_catalogue()
    except YamlProblem as error:
        raise Wrong(f"the requirements cannot be read:\n{error}") from error
    return touched(changes, catalogue.in_force(old), old, new)


def _change_row(change: Change) -> tuple[str, str, str, str]:
    place = change.new or change.old
    return ", ".join(change.kinds), _at(change.old), _at(change.new), place.heading if place else ""


def _at(place: Place | None) -> str:
    if place is None:
        return ""
    if place.paragraph is None:
        return f"{place.clause or ''} heading".strip()
    return f"{place.clause} ¶{place.paragraph}{f' ({place.label})' if place.label else ''}"


COMMANDS: dict[str, click.Command] = {"spec show": show, "spec diff": diff}
