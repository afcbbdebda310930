"""`smets trace`: from a clause to the faults that prove its checks, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import click
import msgspec

from smets_conformance.adapter.proof import Fault
from smets_conformance.cli.catalogue import faults_by_requirement, known_edition, open_catalogue, verifies
from smets_conformance.cli.errors import Wrong
from smets_conformance.cli.output import emit_json, table
from smets_spec.catalogue import Catalogue, Requirement


class Link(msgspec.Struct, frozen=True):
    """One obligation with what hangs from it; `requirement` is empty where nothing restates it."""

    edition: str
    clause: str
    heading: str
    paragraph: int
    part: int
    requirement: str = ""
    verification: str = ""
    checks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    doubt: str = ""


@click.command("trace", epilog="Example: smets trace meter.clock.adjusts --edition gsme@4.2")
@click.argument("what")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="An edition such as gsme@4.2; may be repeated. Default: all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trace(what: str, editions: tuple[str, ...], as_json: bool) -> None:
    """Show the chain clause, obligation, requirement, checks, faults of a clause, a requirement, or a check.

    WHAT is a clause number or heading, the id of a requirement, or the id of a check.
    """
    catalogue = open_catalogue()
    wanted = [known_edition(catalogue, edition) for edition in editions] or list(catalogue.texts)
    checks = verifies()
    faults = faults_by_requirement()
    ids = {what} & catalogue.requirements.keys() or set(checks.get(what, ()))
    found = [link for edition in wanted for link in _links(catalogue, edition, what, ids, faults)]
    if not found:
        raise Wrong(_nothing(catalogue, checks, wanted, what))
    if as_json:
        emit_json(found)
        return
    for requirement in dict.fromkeys(link.requirement for link in found if link.requirement):
        click.echo(f"{requirement}: {catalogue.requirements[requirement].statement()}")
    table(
        ("edition", "clause", "¶", "requirement", "by", "checks", "faults", "read as", "doubt"),
        [_row(link) for link in found],
    )


def _links(
    catalogue: Catalogue, edition: str, what: str, ids: set[str], faults: Mapping[str, Sequence[Fault]]
) -> Iterator[Link]:
    """Go through the obligations of an edition that were asked for, in the order of the text, then those whose place is gone."""
    standing = _standing(catalogue, edition)
    doubts = {**catalogue.looks(edition), **catalogue.suspects(edition)}
    headings = {number: clause.heading for number, clause in catalogue.texts[edition].items()}
    for at in dict.fromkeys([*_obligations(catalogue, edition, standing), *standing]):
        number, paragraph, part = at
        heading = headings.get(number, "(gone)")
        requirement = standing.get(at)
        if ids:
            asked = requirement is not None and requirement.id in ids
        else:
            asked = what == number or number.startswith(f"{what}.") or what.casefold() == heading.casefold()
        if asked:
            yield _link(edition, number, heading, paragraph, part, requirement, faults, doubts)


def _obligations(
    catalogue: Catalogue, edition: str, standing: Iterable[tuple[str, int, int]]
) -> Iterator[tuple[str, int, int]]:
    """Go through the parts that paragraphs hold, or that requirements claim of them, in the order of the text."""
    claimed: dict[tuple[str, int], set[int]] = {}
    for number, position, part in standing:
        claimed.setdefault((number, position), set()).add(part)
    for number, clause in catalogue.texts[edition].items():
        for paragraph in clause.paragraphs:
            held = range(1, catalogue.obligations(edition, number, paragraph.n) + 1)
            for part in sorted({*held, *claimed.get((number, paragraph.n), ())}):
                yield number, paragraph.n, part


def _standing(catalogue: Catalogue, edition: str) -> dict[tuple[str, int, int], Requirement]:
    """Return the requirement of each part of each paragraph."""
    return {
        (source.clause, source.paragraph, source.part or 1): requirement
        for requirement in catalogue.in_force(edition)
        for source in requirement.source_in(edition)
    }


def _link(
    edition: str,
    clause: str,
    heading: str,
    paragraph: int,
    part: int,
    requirement: Requirement | None,
    faults: Mapping[str, Sequence[Fault]],
    doubts: Mapping[str, str],
) -> Link:
    link = Link(edition, clause, heading, paragraph, part)
    if requirement is None:
        return link
    return msgspec.structs.replace(
        link,
        requirement=requirement.id,
        verification=requirement.verification,
        checks=requirement.checks,
        faults=tuple(
            fault.name for fault in faults.get(requirement.id, ()) if edition in fault.editions or not fault.editions
        ),
        interpretations=requirement.interpretation,
        doubt=doubts.get(requirement.id, ""),
    )


def _row(link: Link) -> tuple[object, ...]:
    return (
        link.edition,
        f"{link.clause} {link.heading}",
        f"{link.paragraph}.{link.part}",
        link.requirement or "(blank)",
        link.verification,
        ", ".join(link.checks),
        ", ".join(link.faults),
        " ".join(link.interpretations),
        link.doubt,
    )


def _nothing(catalogue: Catalogue, checks: Mapping[str, object], editions: list[str], what: str) -> str:
    """Say that nothing is called so, or that it obliges nothing, with what may have been meant."""
    where = ", ".join(editions) if len(editions) < 4 else "any edition"
    if what in catalogue.requirements or what in checks:
        return f"{what} has no paragraph in {where}; it stands elsewhere, see smets trace {what}"
    headings = {number: clause.heading for edition in editions for number, clause in catalogue.texts[edition].items()}
    if what in headings or what.casefold() in map(str.casefold, headings.values()):
        return f"{what} holds no obligation in {where}; name a clause below or beside it"
    near = get_close_matches(what, [*catalogue.requirements, *checks, *headings.values()], n=3)
    right = (
        f"did you mean {' or '.join(near)}?" if near else "a clause such as 4.4.1, or the id of a requirement or check"
    )
    return f"nothing in {where} is called {what!r}; {right}"


COMMANDS: dict[str, click.Command] = {"trace": trace}
