"""`smets requirement new|carry|fix|lint`: the tools of those who write requirements."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

import click

from smets_conformance.cli.catalogue import known_edition, open_catalogue, verifies
from smets_conformance.cli.errors import BenchFailed, No, Wrong
from smets_conformance.cli.output import emit_json
from smets_spec.catalogue import Catalogue, Problem, YamlProblem, installed_texts
from smets_spec.catalogue.generated import stale
from smets_spec.catalogue.lint import lint
from smets_spec.catalogue.skeleton import skeleton
from smets_spec.catalogue.suspicion import Looked
from smets_spec.catalogue.upkeep import Work, carry, clear, fix, settle
from smets_spec.dictionary import DICTIONARY_DIR, load_dictionary

ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the requirements. Default: those installed.",
)


@click.command("new", epilog="Example: smets requirement new 4.4.7.2 --source documents.txt --out prepayment.yaml")
@click.argument("clause")
@click.option("--edition", default="gsme@4.2", show_default=True, metavar="E", help="The edition whose clause it is.")
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The source text, to find the other meter's words by.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it there, where no file is yet, not to the output.",
)
@ROOT
def new(clause: str, edition: str, source: Path | None, out: Path | None, root: Path | None) -> None:
    """Write a skeleton for CLAUSE: a record for each obligation that nothing restates yet, with every edition's source.

    With the source text, the paragraph of the other meter (gas, electricity) that says the same becomes a source as well.
    """
    catalogue = open_catalogue(root)
    words = _lines_of(source) if source else None
    try:
        text = skeleton(catalogue, known_edition(catalogue, edition), clause, words)
    except LookupError as error:
        raise Wrong(error.args[0]) from None
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise Wrong(f"{out}: cannot be written: {error.strerror}; name a new file in a folder that exists") from None
    click.echo(f"written: {out}")


@click.command("carry", epilog="Example: smets requirement carry gsme@4.2 gsme@5.0-draft4")
@click.argument("old")
@click.argument("new")
@ROOT
def carry_command(old: str, new: str, root: Path | None) -> None:
    """Extend to the edition NEW every source that names OLD and whose text reads the same there. Changes the YAML in place.

    Exits 1 when something is left to be compared by hand.
    """
    catalogue = open_catalogue(root)
    for edition in (old, new):
        known_edition(catalogue, edition)
    if old.partition("@")[0] != new.partition("@")[0]:
        raise Wrong(f"{old} and {new} are of two devices; name two editions of one")
    work = carry(catalogue.root, catalogue.texts, old, new)
    work.write()
    looked = {
        requirement: {**noted, new: noted[old]} if old in noted and new not in noted else noted
        for requirement, noted in catalogue.records.looked.items()
    }
    _report(work, _regenerate(catalogue.root, looked))


@click.command("fix", epilog="Example: smets requirement fix")
@click.option(
    "--clear", "cleared", metavar="ID", help="Also take the text as it stands now for the one that ID restates."
)
@click.option("--by", metavar="NAME", help="With --clear: who compared.")
@click.option(
    "--compared", metavar="TEXT", help="With --clear: what was compared, and why the requirement still holds."
)
@ROOT
def fix_command(cleared: str | None, by: str | None, compared: str | None, root: Path | None) -> None:
    """Bring positions, missing prints, links to checks and the generated files into step. Changes the YAML in place.

    A print that is there is never changed, so that a changed text stays suspect, until someone compares and says so
    with --clear; who compared what is kept in requirements/cleared.yaml.
    """
    if cleared and not (by and compared):
        raise Wrong("--clear wants --by NAME and --compared TEXT: who compared what")
    texts = installed_texts()
    folder = root or open_catalogue().root
    try:
        work = fix(folder, texts, verifies())
    except YamlProblem as error:
        raise Wrong(str(error)) from None
    work.write()
    looked: Looked | None = None
    if cleared:
        work, looked = _clear(open_catalogue(folder), cleared, by or "", compared or "", work)
    _report(work, _regenerate(folder, looked))


@click.command("lint", epilog="Example: smets requirement lint")
@ROOT
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def lint_command(root: Path | None, as_json: bool) -> None:
    """Name everything that is wrong with the requirements: form, names, sources, parts, rules, examples, links to checks.

    Exits 1 when anything is.
    """
    names = frozenset[str]().union(*(load_dictionary(each).names() for each in _dictionaries()))
    try:
        problems = lint(root, installed_texts(), names, verifies(), _variants())
    except YamlProblem as error:
        problems = list(error.problems)
    if as_json:
        emit_json(problems)
    else:
        _print(problems)
    if problems:
        raise No(f"{len(problems)} problems")
    if not as_json:
        click.echo("nothing is wrong")


def _clear(catalogue: Catalogue, requirement: str, by: str, compared: str, done: Work) -> tuple[Work, Looked]:
    """Clear a requirement's suspicion and looks, and note it; return all work done, and what was looked at without it."""
    if requirement not in catalogue.requirements:
        raise Wrong(f"there is no requirement {requirement!r}; smets explain and trace list them")
    reasons = [
        found[requirement]
        for edition in catalogue.requirements[requirement].editions
        for found in (catalogue.suspects(edition), catalogue.looks(edition))
        if requirement in found
    ]
    if not reasons:
        raise Wrong(f"{requirement} is neither suspect nor to be looked at in any edition; there is nothing to clear")
    cleared = clear(catalogue.root, catalogue.texts, requirement)
    if cleared.left:
        raise Wrong("\n".join(map(str, cleared.left)))
    noted = settle(catalogue.root, requirement, by, compared, reasons)
    for work in (cleared, noted):
        work.write()
    looked = {each: prints for each, prints in catalogue.records.looked.items() if each != requirement}
    return Work({}, done.done + cleared.done + noted.done, done.left), looked


def _regenerate(root: Path, looked: Looked | None) -> list[str]:
    """Write the generated files that are out of date; return their names."""
    catalogue = open_catalogue(root)
    try:
        found = stale(catalogue, looked)
    except YamlProblem as error:
        raise Wrong(str(error)) from None
    for name, content in found.items():
        (root / name).write_bytes(content)
    return [f"{root.name}/{name}: generated" for name in found]


def _report(work: Work, generated: list[str]) -> None:
    """Say what was done, and end with "no" when something is left."""
    for line in (*work.done, *generated):
        click.echo(line)
    if work.left:
        raise No("left to be done by hand:\n" + "\n".join(map(str, sorted(set(work.left)))))
    if not work.done and not generated:
        click.echo("everything was in step")


def _print(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))


def _lines_of(source: Path) -> Mapping[int, str]:
    """Return the lines of a source text by number."""
    try:
        return dict(enumerate(source.read_text(encoding="utf-8").split("\n"), start=1))
    except OSError as error:
        raise Wrong(f"{source}: cannot be read: {error.strerror}; name the source text") from None
    except UnicodeDecodeError:
        raise Wrong(f"{source}: is not UTF-8; save it as UTF-8") from None


def _dictionaries() -> list[str]:
    """Return the devices that have a dictionary."""
    return sorted(folder.name for folder in DICTIONARY_DIR.iterdir() if any(folder.glob("*.yaml")))


def _variants() -> set[str]:
    """Return the names of the legal variants there are."""
    names: set[str] = set()
    for entry in entry_points(group="smets.variants"):
        try:
            names |= entry.load().keys()
        except (ImportError, AttributeError) as error:
            raise BenchFailed(f"the variants {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
    return names


COMMANDS: dict[str, click.Command] = {
    "requirement new": new,
    "requirement carry": carry_command,
    "requirement fix": fix_command,
    "requirement lint": lint_command,
}
