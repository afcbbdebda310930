"""Declarations as text: commented files to fill in, and what was read in its normal form."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from smets_conformance.profile.declarations import Declarations, Ixit, Rig, asks_of
from smets_conformance.profile.features import Choice, Feature, feature_table

UNKNOWN: Final = "?"
WIDTH: Final = 110


def templates(edition: str) -> dict[str, str]:
    """Return the text of an ICS, an IXIT and a rig for that edition, by kind; `?` stands where only the reader knows."""
    return {"ics": "\n".join(_ics(edition)) + "\n", "ixit": "\n".join(_ixit()) + "\n", "rig": "\n".join(_rig()) + "\n"}


def _ics(edition: str) -> Iterable[str]:
    table = feature_table()
    yield from _comment("ICS: what the maker claims of the implementation. Replace every ? by your answer.")
    yield f"edition: {edition}"
    yield from _comment("The item under test, as it identifies itself. The last two may be left out; a run reads them.")
    yield "item:"
    for name in ("maker", "model", "hardware", "firmware"):
        yield f'  {name}: "?"'
    yield "#  firmware_sha256: 64 hexadecimal digits"
    yield "#  identifier: 16 hexadecimal digits"
    yield from _comment("Features: yes or no. To leave one out is no answer.")
    yield "features:"
    for feature in table.features:
        if feature.known_in(edition):
            yield from _question(feature)
    yield from _comment("Choices: what the documents leave to the maker.")
    yield "choices:"
    for choice in table.choices:
        yield from _question(choice)
    yield from _comment("Why a feature is absent that the text asks for within reason; a sentence each.")
    yield "#arguments:"
    for feature in table.features:
        if feature.argue:
            yield f"#  {feature.name}: where it is no, because {feature.argue}"


def _question(asked: Feature | Choice) -> Iterable[str]:
    settled = f", {', '.join(asked.interpretation)}" if isinstance(asked, Choice) and asked.interpretation else ""
    yield from _comment(f"{asked.question} ({asked.source.clause}{settled})", "  ")
    yield f'  {asked.name}: "?"'


def _ixit() -> Iterable[str]:
    yield from _comment(
        "IXIT: what testing needs to know of the implementation. Whole numbers; promise what is always kept."
    )
    yield from _numbers(Ixit)
    yield from _comment(
        "How long the adapter may take over a call before it counts as hung, in seconds; these are the defaults."
    )
    yield "#limits:"
    yield "#  call_s: 30"
    yield "#  reset_s: 120"


def _rig() -> Iterable[str]:
    yield from _comment("Rig: who tests, with what, and how doubt is decided.")
    yield 'laboratory: "?"'
    yield 'operator: "?"'
    yield from _numbers(Rig)
    yield from _comment(
        "A reading counts as it is (simple-acceptance), or passes only inside the limit by its whole uncertainty (guard-band)."
    )
    yield 'decision_rule: "?"'
    yield "#instruments:"
    yield "#  - {name: GPS clock, serial: '123', calibrated: 2026-01-31 by whom}"


def _numbers(kind: type, indent: str = "") -> Iterable[str]:
    """Ask for the numbers of a declaration, group by group."""
    asked = asks_of(kind)
    for field in msgspec.structs.fields(kind):
        if field.name in asked:
            yield from _comment(f"{asked[field.name].meaning}; for example {asked[field.name].example}", indent)
            yield f'{indent}{field.name}: "?"'
        elif field.required and isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield f"{indent}{field.name}:"
            yield from _numbers(field.type, indent + "  ")


def _comment(text: str, indent: str = "") -> Iterable[str]:
    return textwrap.wrap(
        text[0].upper() + text[1:], WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# "
    )


def written(declarations: Declarations) -> str:
    """Return declarations in their normal form: the three files one after the other, keys in order, defaults filled in."""
    parts = (("ICS", declarations.ics), ("IXIT", declarations.ixit), ("rig", declarations.rig))
    lines = [f"# digest {declarations.digest}"]
    for title, part in parts:
        lines += [f"# {title}", *_lines(msgspec.to_builtins(part))]
    return "\n".join(lines) + "\n"


def _lines(mapping: Mapping[str, Any], indent: str = "") -> Iterable[str]:
    for name, value in sorted(mapping.items()):
        if isinstance(value, Mapping):
            yield f"{indent}{name}:{'' if value else ' {}'}"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, bool):
            yield f"{indent}{name}: {'yes' if value else 'no'}"
        else:
            yield f"{indent}{name}: {json.dumps(value, ensure_ascii=False)}"
