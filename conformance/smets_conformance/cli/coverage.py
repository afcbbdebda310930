"""`smets coverage`: obligations, requirements, checks and faults, counted, with every blank."""

from __future__ import annotations

from collections.abc import Iterable

import click

from smets_conformance.cli.catalogue import faults_by_requirement, known_edition, open_catalogue
from smets_conformance.cli.errors import No, Wrong
from smets_conformance.cli.output import emit_json, table
from smets_spec.catalogue import Catalogue, YamlProblem
from smets_spec.catalogue.coverage import Coverage, EditionCoverage, by_clause, coverage

HEADERS = ("obligations", "covered", "%", "blank", "requirements", "tests", "checks", "faults", "suspect", "look")
SHOWN_BLANKS = 20


@click.command(name="coverage")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="An edition such as gsme@4.2; may be repeated. Default: all.",
)
@click.option(
    "--only", default="", metavar="WHAT", help="A clause with all below it, a heading, or a pattern of requirement ids."
)
@click.option(
    "--by", type=click.Choice(["section", "device", "edition"]), default="edition", help="What a row of the table is."
)
@click.option("--json", "as_json", is_flag=True, help="Print every count and blank as JSON.")
def coverage_command(editions: tuple[str, ...], only: str, by: str, as_json: bool) -> None:
    """Count obligations, the requirements that restate them, and what verifies those.

    Exits 1 when an obligation within what was asked has no requirement.

    Example: smets coverage --edition gsme@4.2 --only 4.4.1
    """
    catalogue = open_catalogue()
    wanted = [known_edition(catalogue, edition) for edition in editions] or list(catalogue.texts)
    try:
        found = coverage(catalogue, wanted, only, faults_by_requirement())
    except (LookupError, YamlProblem) as error:
        raise Wrong(error.args[0]) from None
    if as_json:
        emit_json(found)
    elif by == "section":
        _print_sections(catalogue, found, only)
    else:
        _print_totals(found, by)
    if found.blanks:
        raise No(_blanks(found))


def _print_totals(found: Coverage, by: str) -> None:
    """Print a row an edition, or a row a device over all its editions."""
    groups: dict[str, list[EditionCoverage]] = {}
    for edition, counts in found.editions.items():
        groups.setdefault(edition.partition("@")[0] if by == "device" else edition, []).append(counts)
    table((by, *HEADERS), [(name, *_cells(group)) for name, group in groups.items()])


def _cells(group: Iterable[EditionCoverage]) -> tuple[object, ...]:
    """Return the cells of a row: what its editions count together."""
    each = list(group)
    obligations, covered = sum(c.obligations for c in each), sum(c.covered for c in each)
    return (
        obligations,
        covered,
        _percent(covered, obligations),
        obligations - covered,
        sum(c.requirements for c in each),
        sum(c.by_method["test"] for c in each),
        sum(c.with_checks for c in each),
        sum(c.with_faults for c in each),
        sum(c.suspect for c in each),
        sum(c.look for c in each),
    )


def _print_sections(catalogue: Catalogue, found: Coverage, only: str) -> None:
    """Print a row a clause of each edition."""
    rows = [
        (edition, row.clause, row.heading, row.obligations, row.covered, _percent(row.covered, row.obligations))
        for edition in found.editions
        for row in by_clause(catalogue, edition, only)
    ]
    table(("edition", "clause", "heading", "obligations", "covered", "%"), rows)


def _percent(part: int, whole: int) -> str:
    """Return a share in whole percent, rounded down so that 100 means all."""
    return f"{100 * part // whole}" if whole else "-"


def _blanks(found: Coverage) -> str:
    """Say how many obligations are blank, and which come first."""
    every = [
        f"{edition} {blank.clause} ¶{blank.paragraph}.{blank.part}"
        for edition, counts in found.editions.items()
        for blank in counts.blanks
    ]
    rest = f", and {len(every) - SHOWN_BLANKS} more (all with --json)" if len(every) > SHOWN_BLANKS else ""
    return f"{len(every)} obligations without a requirement: {', '.join(every[:SHOWN_BLANKS])}{rest}"


COMMANDS: dict[str, click.Command] = {"coverage": coverage_command}
