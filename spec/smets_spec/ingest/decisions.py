"""The hand decisions: reviewed data in YAML beside this module, each keyed by content and bearing its reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from smets_spec.index import Role
from smets_spec.strict_yaml import load_as

HERE = Path(__file__).parent


class TitleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The title of a section begins with `begins`; the section is about `device`, and comes directly after one of `after`."""

    begins: str
    device: str
    after: tuple[str, ...] = ()


class LevelRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Headings of one level, inside the level-2 section, level-3 group or level-4 clause named, or anywhere; `device` narrows."""

    level: int
    headings: tuple[str, ...]
    section: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    clause: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    reason: str = ""


class RunRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of equal headings after a given one, whose levels only their order tells."""

    documents: tuple[str, ...]
    heading: str
    after: str
    device: str
    part: str
    levels: tuple[int, ...]
    reason: str


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last heading of a document: a text without it is cut short."""

    documents: tuple[str, ...]
    heading: str


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vocabulary of headings, `levels.yaml`."""

    first_number: int
    default: int
    titles: tuple[TitleRule, ...]
    rules: tuple[LevelRule, ...]
    runs: tuple[RunRule, ...]
    endings: tuple[Ending, ...]

    def device_of(self, text: str, current: str) -> str | None:
        """Return the device whose section a heading opens inside the section about `current`, None when it opens none."""
        for title in self.titles:
            if text.casefold().startswith(title.begins.casefold()) and (not title.after or current in title.after):
                return title.device
        return None

    def level_of(self, heading: str, device: str, *, section: str, group: str, clause: str) -> int:
        """Return the level of a heading (casefolded) by the first rule that matches, given what is open above it."""
        if device == "GLOSSARY":
            return self.default
        for rule in self.rules:
            if (
                any(_is(heading, named) for named in rule.headings)
                and (not rule.device or device in rule.device)
                and _within(section, rule.section)
                and _within(group, rule.group)
                and _within(clause, rule.clause)
            ):
                return rule.level
        return self.default


def _is(heading: str, named: str) -> bool:
    """Tell whether a heading (casefolded) is the one that a rule names, wholly or up to a *."""
    named = named.casefold()
    return heading.startswith(named[:-1]) if named.endswith("*") else heading == named


def _within(open_heading: str, allowed: Sequence[str]) -> bool:
    return not allowed or open_heading in map(str.casefold, allowed)


class RestoredHeading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Headings lost at a break, outermost first; found by the print of the line before the break (`after`, where `start` is
    the beginning of the document) or of the line after it (`before`)."""

    documents: tuple[str, ...]
    headings: tuple[str, ...]
    after: tuple[str, ...]
    before: tuple[str, ...]
    reason: str


Of = Literal["", "innermost", "outer", "outermost"]


class ListDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a paragraph stands in its list where the rules cannot see it; found by the clause's heading and its opening words. `of`
    says of which open list; by default an item is of the innermost and a tail of the outermost."""

    documents: tuple[str, ...]
    heading: str
    begins: str
    place: Role
    reason: str
    of: Of = ""


class ReferenceException(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cross-reference that is wrong, misleading or external, found by document, clause, paragraph and target: the one whose
    name is `name`, or the `occurrence`-th, where a paragraph cites the target more than once."""

    documents: tuple[str, ...]
    clause: str
    paragraph: int
    target: str
    status: Literal["wrong", "misleading", "external"]
    reason: str
    name: str = ""
    occurrence: int = 0


class Decisions(msgspec.Struct, frozen=True):
    """All hand decisions."""

    levels: Levels
    restored: tuple[RestoredHeading, ...]
    lists: tuple[ListDecision, ...]
    references: tuple[ReferenceException, ...]


class _Restored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    restored_headings: tuple[RestoredHeading, ...]


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list_decisions: tuple[ListDecision, ...]


class _References(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    references: tuple[ReferenceException, ...]


@lru_cache(maxsize=4)
def load_decisions(directory: Path = HERE) -> Decisions:
    """Return the decisions in the four files of `directory`; by default those that are shipped.

    Raises:
        YamlProblem: a file is malformed; each problem with its line.
    """
    return Decisions(
        levels=load_as(directory / "levels.yaml", Levels),
        restored=load_as(directory / "restored_headings.yaml", _Restored).restored_headings,
        lists=load_as(directory / "list_decisions.yaml", _Lists).list_decisions,
        references=load_as(directory / "references.yaml", _References).references,
    )
