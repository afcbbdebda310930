"""The generated files beside the authored ones: schema, coverage snapshot, and the prints of what was looked at."""

from __future__ import annotations

import msgspec

from smets_spec.catalogue.catalogue import Catalogue
from smets_spec.catalogue.coverage import snapshot
from smets_spec.catalogue.read import LOCK_NAME
from smets_spec.catalogue.schema import SCHEMA_NAME, schema
from smets_spec.catalogue.suspicion import Looked, look_again

COVERAGE_NAME = "coverage.txt"


def generated(catalogue: Catalogue, looked: Looked | None = None) -> dict[str, bytes]:
    """Return what each generated file holds for a catalogue, by its name.

    `looked` are the prints noted so far, by default those of the catalogue.

    Raises:
        YamlProblem: requirements claim parts that their paragraphs do not have.
    """
    noted = catalogue.records.looked if looked is None else looked
    prints = look_again(catalogue.requirements.values(), noted, catalogue.texts)
    lock = msgspec.json.format(msgspec.json.encode(prints, order="sorted"), indent=1)
    return {
        SCHEMA_NAME: schema(),
        COVERAGE_NAME: snapshot(catalogue).encode(),
        LOCK_NAME: lock + b"\n",
    }


def stale(catalogue: Catalogue, looked: Looked | None = None) -> dict[str, bytes]:
    """Return those of the generated files that are not what they should be, as they should be.

    Raises:
        YamlProblem: requirements claim parts that their paragraphs do not have.
    """
    found: dict[str, bytes] = {}
    for name, content in generated(catalogue, looked).items():
        path = catalogue.root / name
        if not path.is_file() or path.read_bytes() != content:
            found[name] = content
    return found
