"""The linter: everything that is wrong with authored requirements, held against the documents, the names, checks and rules."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TypeVar

from smets_spec.catalogue.catalogue import Catalogue, read_catalogue
from smets_spec.catalogue.coverage import part_problems
from smets_spec.catalogue.links import links
from smets_spec.catalogue.read import authored_files
from smets_spec.catalogue.suspicion import suspect_reason, term_names
from smets_spec.catalogue.terms import NameIndex, index_names, names_in
from smets_spec.catalogue.texts import Texts
from smets_spec.catalogue.types import Interpretation, Requirement, Source
from smets_spec.strict_yaml import Map, Problem, Seq, YamlProblem, load

R = TypeVar("R", Requirement, Interpretation)

LEAST_EXAMPLES = 3
CAPITALISED = re.compile(r"(?<![\w-])[A-Z][\w-]*(?:(?: of| and| the| to| for| with)? [A-Z][\w-]*)*")
UNWRITTEN = re.compile(r"…|\bTODO\b|\bTBD\b")
# Capitalised words of plain English and of units, which are no names.
ORDINARY = frozenset({"HAN", "UTC", "Great Britain", "Technical Specification"})


def lint(
    root: Path | None,
    texts: Texts,
    names: Collection[str],
    verifies: Mapping[str, tuple[str, ...]],
    variants: Collection[str] | None = None,
) -> list[Problem]:
    """Return every problem of the requirements under `root`.

    `names` are those of the dictionary, `verifies` the requirements of each check, `variants` the names of the legal
    variants there are (None: not known here, not checked).
    """
    catalogue, problems = read_catalogue(root, texts)
    known = index_names(_known(catalogue, names))
    tested = {requirement for named in verifies.values() for requirement in named}
    for raw, requirement, file in _raw(catalogue, "requirements", catalogue.requirements):
        for field, what, right in (
            *_sentence(requirement, known),
            *_rule(requirement),
            *_untested(requirement, tested),
        ):
            problems.append(Problem(file, raw.lines.get(field, raw.line), f"{requirement.id}: {what}", right))
        sources = raw["source"]
        for source, line in zip(requirement.source, sources.lines if isinstance(sources, Seq) else (), strict=True):
            problems += [
                Problem(file, line, f"{requirement.id}: {what}", right) for what, right in _place(source, texts)
            ]
    for raw, entry, file in _raw(catalogue, "interpretations", catalogue.interpretations):
        for name in [name for name in entry.variants if variants is not None and name not in variants]:
            what = f"{entry.id} names the variant {name!r}, which there is not"
            problems.append(Problem(file, raw.lines["variants"], what, "build it, or take it out"))
    problems += _outdated(catalogue, texts)
    problems += part_problems(catalogue, texts)
    problems += links(catalogue, verifies)
    return sorted(set(problems))


def _raw(catalogue: Catalogue, kind: str, records: Mapping[str, R]) -> Iterator[tuple[Map, R, str]]:
    """Go through the sound records of a kind beside what was read, with its lines, and the name of the file."""
    for path in authored_files(catalogue.root):
        name = f"{catalogue.root.name}/{path.relative_to(catalogue.root).as_posix()}"
        try:
            entries = load(path, name).get(kind, ())
        except YamlProblem:
            continue  # named already by whoever read the catalogue
        for entry in entries:
            if isinstance(entry, Map) and (record := records.get(str(entry.get("id")))):
                yield entry, record, name


def _outdated(catalogue: Catalogue, texts: Texts) -> Iterator[Problem]:
    """Go through the entries of the ledgers of paragraphs whose text is no longer what was read, so that they count for nothing."""
    for kind, entries in (("informative", catalogue.informative), ("reviewed", catalogue.reviewed)):
        for entry in entries:
            source = Source(entry.editions, entry.clause, entry.paragraph, entry.chain)
            for edition in entry.editions:
                if reason := suspect_reason(source, texts, edition):
                    yield Problem(
                        f"{catalogue.root.name}/{kind}.yaml",
                        1,
                        reason,
                        "read it again, and note its chain as it is now",
                    )


def _known(catalogue: Catalogue, names: Collection[str]) -> set[str]:
    """Return every name that a statement may use: the dictionary's, the headings' and the defined terms', and device names."""
    used = {edition for requirement in catalogue.requirements.values() for edition in requirement.editions}
    known = {*names, *ORDINARY, *(edition.partition("@")[0].upper() for edition in catalogue.texts)}
    for edition in used:
        known |= {clause.heading for clause in catalogue.texts[edition].values()}
        known |= {name for clause in catalogue.texts.glossary(edition).values() for name in term_names(clause)}
    return known


def _sentence(requirement: Requirement, known: NameIndex) -> Iterator[tuple[str, str, str]]:
    """Go through what is wrong with the words of a requirement: the field, what, and what would be right."""
    fields = {"where": requirement.where, "while": requirement.while_, "when": requirement.when, "if": requirement.if_}
    for field, text in {**fields, "does": requirement.does}.items():
        if not text:
            continue
        if UNWRITTEN.search(text):
            yield field, f"{field} is not written yet", "say it in our own words"
        if text.endswith((".", ",", ";", ":")) or text != text.strip():
            yield (
                field,
                f"{field} ends like a sentence",
                "leave the last mark out: it becomes part of one",
            )
        if field != "does" and text.split()[0].lower() in fields:
            yield field, f"{field} begins with {text.split()[0]!r}", f"leave it out: {field} says so"
        if re.search(r"\b(?:shall|must|should)\b", text):
            yield field, f"{field} states the obligation", "obligation: says shall, must or should"
        if field == "does" and requirement.obligation.endswith("-not") and re.match(r"not\b|never\b", text):
            yield (
                field,
                f"{field} negates {requirement.obligation} again",
                "say what it does not do, once",
            )
        for name in _unknown_names(text, known):
            right = "a name of the dictionary, a heading or a defined term, or small letters"
            near = get_close_matches(name, [each for forms in known.values() for _, each in forms], n=1, cutoff=0.75)
            yield (
                field,
                f"nothing is called {name!r}",
                f"did you mean {near[0]!r}?" if near else right,
            )


def _unknown_names(text: str, known: NameIndex) -> Iterator[str]:
    """Go through the runs of capitalised words that are no known name."""
    letters = list(text)
    for start, end, _ in names_in(text, known):
        letters[start:end] = " " * (end - start)
    for match in CAPITALISED.finditer("".join(letters)):
        yield match.group()


def _rule(requirement: Requirement) -> Iterator[tuple[str, str, str]]:
    """Go through what is wrong with a requirement's rule and its worked examples."""
    if requirement.rule and not _is_rule(requirement.rule):
        yield (
            "rule",
            f"smets_spec.rules has no {requirement.rule!r}",
            "module.function, such as clock.over_limit",
        )
    if (requirement.rule or requirement.examples) and len(requirement.examples) < LEAST_EXAMPLES:
        what = f"{len(requirement.examples)} worked examples"
        yield "examples", what, f"at least {LEAST_EXAMPLES}, computed by hand from the text"


@cache
def _is_rule(name: str) -> bool:
    """Whether `module.function` of the package of rules exists."""
    module, _, function = name.rpartition(".")
    if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", module):
        return False
    try:
        found = importlib.import_module(f"smets_spec.rules.{module}")
    except ModuleNotFoundError:
        return False
    return callable(getattr(found, function, None))


def _place(source: Source, texts: Texts) -> Iterator[tuple[str, str]]:
    """Go through the editions of a source that have no such clause or paragraph."""
    for edition in source.editions:
        clause = texts[edition].get(source.clause) if edition in texts else None
        if edition not in texts:
            continue
        if clause is None:
            near = get_close_matches(source.clause, texts[edition], n=1)
            yield (
                f"{edition} has no clause {source.clause}",
                f"did you mean {near[0]}?" if near else "a clause that it has",
            )
        elif source.paragraph > len(clause.paragraphs):
            held = len(clause.paragraphs)
            yield (
                f"{edition} {source.clause} has no paragraph {source.paragraph}",
                f"one of 1 to {held}" if held else "another clause",
            )


def _untested(requirement: Requirement, tested: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Say so where a requirement is to be verified by test and no check verifies it."""
    if requirement.verification == "test" and requirement.id not in tested:
        yield (
            "verification",
            "is verified by test, and no check verifies it",
            "write one, then run smets requirement fix",
        )
