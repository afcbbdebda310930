"""`smets spec ingest` and `smets spec verify`: from the source text to the clause index, and the one held against the other."""

from __future__ import annotations

from pathlib import Path

import click

from smets_conformance.cli.errors import No, Wrong
from smets_conformance.cli.output import emit_json, table
from smets_spec.index import DOCUMENTS_DIR, Document, document_names, load_document
from smets_spec.ingest import Difference, Parsed, Source, SourceError, compare, parse, read_source, write_indexes
from smets_spec.ingest import ingest as ingest_document
from smets_spec.strict_yaml import YamlProblem

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DOCUMENT = click.option("--document", help="Only this document, e.g. smets2-4.2; by default every one in the file.")


@click.command()
@_FILE
@_DOCUMENT
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=DOCUMENTS_DIR, help="Where the index is written."
)
def ingest(file: Path, document: str | None, out: Path) -> None:
    """Rebuild the clause index from the source text FILE.

    Writes one JSON file a document into the package's documents folder, or into --out; nothing when any of it is refused.

    \b
    Example: smets spec ingest sources/text.txt --document smets2-4.2 --out /tmp/index
    """
    source = _read(file)
    indexes = []
    for name in _named(source, document):
        click.echo(f"reading {name}", err=True)
        try:
            indexes.append(ingest_document(source, name))
        except (SourceError, YamlProblem) as error:
            raise Wrong(str(error)) from None
    try:
        write_indexes(indexes, out)
    except OSError as error:
        raise Wrong(
            f"cannot write the index into {out}: {error.strerror}; name a folder that can be written with --out"
        ) from None
    table(["document", "clauses", "paragraphs", "obligations", "references", "footnotes"], map(_counts, indexes))


@click.command()
@_FILE
@_DOCUMENT
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def verify(file: Path, document: str | None, as_json: bool) -> None:
    """Hold the source text FILE against the clause index that is shipped.

    Exit code 0: they agree. 1: they differ; each place is printed. 2: the text is cut short, or another document.

    \b
    Example: smets spec verify sources/text.txt --document smets2-4.2
    """
    source = _read(file)
    results = {}
    for name in _named(source, document):
        if name not in document_names():
            raise Wrong(f"no index of {name} is shipped; there are {', '.join(document_names())}")
        try:
            parsed = parse(source, name)
        except (SourceError, YamlProblem) as error:
            raise Wrong(str(error)) from None
        results[name] = (compare(load_document(name), parsed.document), parsed)
    if as_json:
        emit_json(
            {name: {"differences": found, "findings": parsed.findings} for name, (found, parsed) in results.items()}
        )
    else:
        for name, (found, parsed) in results.items():
            _print(name, found, parsed)
    places = sum(len(found) + len(parsed.findings) for found, parsed in results.values())
    if places:
        raise No(f"{file.name} differs from the index in {places} place{'s' if places > 1 else ''}")


def _read(file: Path) -> Source:
    try:
        return read_source(file.read_bytes(), file.name)
    except SourceError as error:
        raise Wrong(f"{file}: {error}") from None
    except OSError as error:
        raise Wrong(f"{file} cannot be read: {error.strerror}") from None


def _named(source: Source, document: str | None) -> list[str]:
    return [document] if document else [extent.document for extent in source.documents]


def _counts(index: Document) -> list[object]:
    paragraphs = [paragraph for clause in index.clauses for paragraph in clause.paragraphs]
    return [
        index.document,
        len(index.clauses),
        len(paragraphs),
        sum(p.obligations for p in paragraphs),
        sum(len(p.references) for p in paragraphs),
        sum(len(p.footnotes) for p in paragraphs),
    ]


def _print(name: str, found: list[Difference], parsed: Parsed) -> None:
    if not found and not parsed.findings:
        click.echo(f"{name}: the same, {len(parsed.document.clauses)} clauses")
        return
    rows = [[d.kind, d.clause or "–", d.paragraph or "–", d.line or "–", d.heading, d.detail] for d in found]
    if rows:
        table(["what", "clause", "paragraph", "line", "heading", "how"], rows, title=name)
    for finding in parsed.findings:
        click.echo(f"{name}: {finding}")


COMMANDS = {"spec ingest": ingest, "spec verify": verify}
