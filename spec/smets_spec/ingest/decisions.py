"""The hand decisions: reviewed data in YAML beside this module, each keyed by content and bearing its reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

HERE = Path(__file__).parent
T = TypeVar("T")


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

    heading: str
    after: str
    device: str
    part: str
    levels: tuple[int, ...]
    reason: str


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vocabulary of headings, `levels.yaml`."""

    first_number: int
    default: int
    titles: tuple[TitleRule, ...]
    rules: tuple[LevelRule, ...]
    runs: tuple[RunRule, ...]

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
                heading in map(str.casefold, rule.headings)
                and (not rule.device or device in rule.device)
                and _within(section, rule.section)
                and _within(group, rule.group)
                and _within(clause, rule.clause)
            ):
                return rule.level
        return self.default

    def run_after(self, previous: str, heading: str, *, device: str, part: str | None) -> list[int]:
        """Return the levels of a run of `heading` that begins after the heading `previous` (both casefolded), else []."""
        for run in self.runs:
            if (run.after.casefold(), run.heading.casefold(), run.device, run.part) == (
                previous,
                heading,
                device,
                part,
            ):
                return list(run.levels)
        return []


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


class ListDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a paragraph stands in its list where the rules cannot see it; found by the clause's heading and its opening words."""

    documents: tuple[str, ...]
    heading: str
    begins: str
    place: Literal[
        "text", "lead", "item", "itemlead", "outer", "outermost", "tail", "inner-tail", "tail-lead", "inner-tail-lead"
    ]
    reason: str


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


def load_yaml(path: Path) -> Any:
    """Return what a YAML file holds, every scalar as text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


def _read(name: str, type_: type[T], key: str | None = None) -> T:
    content = load_yaml(HERE / name)
    return msgspec.convert(content if key is None else content[key], type=type_, strict=False)


@lru_cache(maxsize=1)
def load_decisions() -> Decisions:
    """Return the decisions that are shipped."""
    return Decisions(
        levels=_read("levels.yaml", Levels),
        restored=_read("restored_headings.yaml", tuple[RestoredHeading, ...], "restored_headings"),
        lists=_read("list_decisions.yaml", tuple[ListDecision, ...], "list_decisions"),
        references=_read("references.yaml", tuple[ReferenceException, ...], "references"),
    )
