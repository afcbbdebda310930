"""Keeping sources and links in step with the clause index and the checks: carry, fix and clear, each as edits of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import yaml

from smets_spec.catalogue.edit import (
    Edit,
    apply,
    drop_field,
    entries,
    flow,
    holders,
    insert_after,
    replace_value,
    scalar,
    word,
    words,
)
from smets_spec.catalogue.read import authored_files
from smets_spec.catalogue.texts import Texts
from smets_spec.strict_yaml import Problem, compose

LEDGERS = ("informative", "reviewed")
CLEARED_NAME = "cleared.yaml"
CLEARED_HEAD = """\
# Doubts settled: which requirement, by whom, what was compared, and what the doubt was. Written by smets requirement fix.
cleared:"""

At = tuple[str, int]
Found = tuple[list[Edit], list[Problem]]


class Work(msgspec.Struct, frozen=True):
    """What an authors' tool would do: the new `texts` of files, what was `done` in words, and what it could not (`left`)."""

    texts: dict[Path, str]
    done: tuple[str, ...]
    left: tuple[Problem, ...]

    def write(self) -> None:
        """Write the files."""
        for path, text in self.texts.items():
            path.write_text(text, encoding="utf-8")


class Holder(msgspec.Struct, frozen=True):
    """A node that names a paragraph in editions, read: `name` is the requirement's id or the kind of ledger."""

    name: str
    file: str
    node: yaml.MappingNode
    editions: tuple[str, ...]
    clause: str
    paragraph: int
    chain: str
    siblings: tuple[str, ...]

    @property
    def at(self) -> At:
        """The clause and position named."""
        return self.clause, self.paragraph

    def problem(self, what: str, right: str) -> Problem:
        """Return a problem at the node's line."""
        return Problem(self.file, self.node.start_mark.line + 1, f"{self.name}: {what}", right)


def carry(root: Path, texts: Texts, old: str, new: str) -> Work:
    """Extend to the edition `new` every source and ledger entry that names `old` and whose text reads the same there.

    Raises:
        KeyError: one of the editions is not known.
        YamlProblem: a file is not well-formed.
    """
    places = _places(texts, new)
    taken = {
        (new, *holder.at)
        for path in authored_files(root)
        for _, holder in _holders(root, path)
        if new in holder.editions
    }

    def one(text: str, holder: Holder) -> Found:
        if old not in holder.editions or new in holder.siblings:
            return [], []
        found = _standing(holder, places)
        if len(found) != 1:
            what = f"{holder.clause} ¶{holder.paragraph} of {old} reads the same at {len(found)} places of {new}"
            right = "name the right one by hand" if found else f"compare, then add a source for {new}, or leave it out"
            return [], [holder.problem(what, right)]
        if holder.name in LEDGERS and (new, *found[0]) in taken:
            return [], []
        if found[0] == holder.at:
            grown = [edition for edition in texts if edition in {*holder.editions, new}]
            return [replace_value(text, holder.node, "editions", grown)], []
        return [insert_after(text, holder.node, _written(holder, [new], found[0]))], []

    return _worked(root, one, f"carried to {new}")


def fix(root: Path, texts: Texts, verifies: Mapping[str, Sequence[str]]) -> Work:
    """Bring prints left out, positions moved, and links to checks into step. A print that is there is never changed.

    Raises:
        YamlProblem: a file is not well-formed.
    """
    places = {edition: _places(texts, edition) for edition in texts}

    def one(text: str, holder: Holder) -> Found:
        unknown = [edition for edition in holder.editions if edition not in texts]
        if unknown or not holder.editions:
            return [], [holder.problem(f"there is no edition {', '.join(unknown)}", "name editions of editions.yaml")]
        if not holder.chain:
            return _fill(text, holder, texts)
        return _moved(text, holder, places), []

    moved = _worked(root, one, "put in step")
    linked = _linked(root, moved.texts, verifies)
    return Work({**moved.texts, **linked.texts}, moved.done + linked.done, moved.left)


def clear(root: Path, texts: Texts, requirement: str) -> Work:
    """Take the text as it stands now for the one that a requirement restates, in every edition where it is suspect.

    Raises:
        YamlProblem: a file is not well-formed.
    """

    def one(text: str, holder: Holder) -> Found:
        if holder.name != requirement:
            return [], []
        now: dict[str, list[str]] = {}
        for edition in holder.editions:
            paragraph = texts.paragraph(edition, *holder.at)
            if paragraph is None:
                what = f"{edition} has no {holder.clause} ¶{holder.paragraph}"
                return [], [holder.problem(what, "name the paragraph it restates now, or leave the edition out")]
            now.setdefault(paragraph.chain, []).append(edition)
        return _split(text, holder, [(editions, holder.at, chain) for chain, editions in now.items()]), []

    return _worked(root, one, "cleared")


def _worked(root: Path, one: Callable[[str, Holder], Found], verb: str) -> Work:
    """Apply `one` to every holder of every file."""
    texts: dict[Path, str] = {}
    done: list[str] = []
    left: list[Problem] = []
    for path in authored_files(root):
        edits: list[Edit] = []
        text = ""
        for text, holder in _holders(root, path):
            made, problems = one(text, holder)
            edits += made
            left += problems
            if made:
                done.append(f"{holder.file}:{holder.node.start_mark.line + 1}: {holder.name}: {verb}")
        if edits:
            texts[path] = apply(text, edits)
    return Work(texts, tuple(done), tuple(left))


def _holders(root: Path, path: Path) -> Iterator[tuple[str, Holder]]:
    """Go through the holders of a file, each with the file's text."""
    data = path.read_bytes()
    name = f"{root.name}/{path.relative_to(root).as_posix()}"
    kind, records = entries(compose(data, name))
    text = data.decode()
    for record in records:
        nodes = list(holders(kind, record))
        siblings = tuple(edition for node in nodes for edition in words(node, "editions"))
        for node in nodes:
            position = word(node, "paragraph")
            yield (
                text,
                Holder(
                    name=word(record, "id") or kind,
                    file=name,
                    node=node,
                    editions=words(node, "editions"),
                    clause=word(node, "clause"),
                    paragraph=int(position) if position.isdecimal() else 0,
                    chain=word(node, "chain"),
                    siblings=siblings,
                ),
            )


def _places(texts: Texts, edition: str) -> dict[str, list[At]]:
    """Return where in an edition each chain stands."""
    places: dict[str, list[At]] = {}
    for number, clause in texts[edition].items():
        for paragraph in clause.paragraphs:
            places.setdefault(paragraph.chain, []).append((number, paragraph.n))
    return places


def _standing(holder: Holder, places: Mapping[str, list[At]]) -> list[At]:
    """Return where the text of a holder stands: at its own place alone if it does, else wherever."""
    found = places.get(holder.chain, [])
    return [holder.at] if holder.at in found else found


def _fill(text: str, holder: Holder, texts: Texts) -> Found:
    """Add the print that a holder leaves out."""
    chains: dict[str, str] = {}
    for edition in holder.editions:
        paragraph = texts.paragraph(edition, *holder.at)
        if paragraph is None:
            return [], [holder.problem(f"{edition} has no {holder.clause} ¶{holder.paragraph}", "name one that it has")]
        chains[edition] = paragraph.chain
    if len(set(chains.values())) > 1:
        listed = ", ".join(f"{edition} {chain}" for edition, chain in chains.items())
        return [], [holder.problem(f"its editions read differently: {listed}", "a source of its own for each text")]
    return [replace_value(text, holder.node, "chain", chains[holder.editions[0]])], []


def _moved(text: str, holder: Holder, places: Mapping[str, Mapping[str, list[At]]]) -> list[Edit]:
    """Follow a text that stands, unchanged and once, at another place."""
    now: dict[At, list[str]] = {}
    for edition in holder.editions:
        found = _standing(holder, places[edition])
        now.setdefault(found[0] if len(found) == 1 else holder.at, []).append(edition)
    return _split(text, holder, [(editions, at, holder.chain) for at, editions in now.items()])


def _split(text: str, holder: Holder, groups: Sequence[tuple[list[str], At, str]]) -> list[Edit]:
    """Make one entry of each group of editions, place and chain: the first in place, the others behind it."""
    (editions, at, chain), *others = sorted(groups, key=lambda group: holder.editions.index(group[0][0]))
    edits: list[Edit] = []
    fields: dict[str, str | Sequence[str]] = {
        "editions": editions,
        "clause": at[0],
        "paragraph": str(at[1]),
        "chain": chain,
    }
    before: dict[str, str | Sequence[str]] = {
        "editions": list(holder.editions),
        "clause": holder.clause,
        "paragraph": str(holder.paragraph),
        "chain": holder.chain,
    }
    edits += [replace_value(text, holder.node, name, value) for name, value in fields.items() if value != before[name]]
    return edits + [insert_after(text, holder.node, _written(holder, *group)) for group in others]


def _written(holder: Holder, editions: Sequence[str], at: At, chain: str = "") -> str:
    """Write an entry like the holder's for other editions at another place."""
    fields = {"editions": flow(editions), "clause": at[0], "paragraph": str(at[1])}
    rest = {
        name: word(holder.node, name) for name in ("part", "chain", "obligations", "why") if word(holder.node, name)
    }
    rest["chain"] = chain or holder.chain
    return "{" + ", ".join(f"{name}: {value}" for name, value in {**fields, **rest}.items()) + "}"


def _linked(root: Path, texts: Mapping[Path, str], verifies: Mapping[str, Sequence[str]]) -> Work:
    """Write behind each requirement the checks that verify it, in the order of the checks."""
    wanted: dict[str, list[str]] = {}
    for check, requirements in verifies.items():
        for requirement in requirements:
            wanted.setdefault(requirement, []).append(check)
    changed: dict[Path, str] = {}
    done: list[str] = []
    for path in authored_files(root):
        name = f"{root.name}/{path.relative_to(root).as_posix()}"
        text = texts.get(path) or path.read_text(encoding="utf-8")
        kind, records = entries(compose(text.encode(), name))
        edits: list[Edit] = []
        for record in records if kind == "requirements" else []:
            checks = wanted.get(word(record, "id"), [])
            if list(words(record, "checks")) != checks:
                edits.append(
                    replace_value(text, record, "checks", checks, after="verification")
                    if checks
                    else drop_field(text, record, "checks")
                )
                done.append(
                    f"{name}:{record.start_mark.line + 1}: {word(record, 'id')}: checks {', '.join(checks) or 'none'}"
                )
        if edits:
            changed[path] = apply(text, edits)
    return Work(changed, tuple(done), ())


def settle(root: Path, requirement: str, by: str, compared: str, reasons: Sequence[str]) -> Work:
    """Note in the ledger who compared what when a requirement was cleared.

    Raises:
        YamlProblem: the ledger is not well-formed.
    """
    path = root / CLEARED_NAME
    text = path.read_text(encoding="utf-8").rstrip("\n") if path.is_file() else CLEARED_HEAD
    fields = {"requirement": requirement, "by": by, "compared": compared}
    lines = [f"    {name}: {scalar(value)}" for name, value in fields.items()]
    lines += ["    reasons:", *(f"      - {scalar(reason)}" for reason in reasons)]
    lines[0] = f"  - {lines[0].lstrip()}"
    written = "\n".join([text, *lines, ""])
    compose(written.encode(), CLEARED_NAME)
    return Work({path: written}, (f"{root.name}/{CLEARED_NAME}: {requirement}: cleared by {by}",), ())
