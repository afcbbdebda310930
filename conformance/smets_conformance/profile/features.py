"""The table of what may be declared of a device: features, the rules between them, and choices the documents leave open."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from smets_spec.editions import editions_of
from smets_spec.strict_yaml import load_as

FOLDER = Path(__file__).parent

Answer = Literal["yes", "no"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paragraph (1-based) of a clause that speaks of it."""

    clause: str
    paragraph: int


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a device has or has not. `editions`: where the text knows it, empty means all.

    `argue`: why its absence wants a reason of the maker's, empty where it does not.
    """

    name: str
    question: str
    source: Source
    editions: tuple[str, ...] = ()
    argue: str = ""

    def known_in(self, edition: str) -> bool:
        """Return whether the text of that edition knows the feature."""
        return not self.editions or edition in self.editions


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where all of `when` is declared, `must` has to be declared too, `because` of the text; in `editions`, empty means all."""

    when: dict[str, Answer]
    must: dict[str, Answer]
    because: str
    editions: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the text leaves to the maker: a list of Commands, or a number of at least `least`.

    `interpretation` names the readings it settles.
    """

    name: str
    question: str
    kind: Literal["commands", "count"]
    source: Source
    least: int = 0
    interpretation: tuple[str, ...] = ()


class FeatureTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that may be declared of one kind of device."""

    device: str
    features: tuple[Feature, ...]
    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]


@lru_cache(maxsize=1)
def feature_table() -> FeatureTable:
    """Return the table of the gas meter, the one kind of device that can be declared yet.

    Raises:
        YamlProblem: the file is malformed.
    """
    return load_as(FOLDER / "features.yaml", FeatureTable, "features.yaml")


def declarable() -> tuple[str, ...]:
    """Return the editions a device can be declared for, oldest first."""
    return tuple(edition.id for edition in editions_of(feature_table().device))
