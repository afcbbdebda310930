"""The JSON Schema of the authored files, made from the types, for editors to complete and check by."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from smets_spec.catalogue.types import FORMS, KINDS

SCHEMA_NAME = "schema.json"
PATTERNS = {
    "Requirement": {"id": "id"},
    "Source": {"clause": "clause", "chain": "chain"},
    "Informative": {"clause": "clause", "chain": "chain", "why": "why"},
    "Reviewed": {"clause": "clause", "chain": "chain"},
    "Interpretation": {"id": "interpretation"},
}


def schema() -> bytes:
    """Return the schema as JSON: a file holds one kind of record, told by its top key."""
    refs, components = msgspec.json.schema_components(KINDS.values(), ref_template="#/$defs/{name}")
    for name, fields in PATTERNS.items():
        for field, form in fields.items():
            pattern, right = FORMS[form]
            components[name]["properties"][field] |= {"pattern": f"^(?:{pattern.pattern})$", "description": right}
    for name in ("Source", "Informative", "Reviewed"):
        pattern, right = FORMS["edition"]
        editions = components[name]["properties"]["editions"]
        editions["items"] |= {"pattern": f"^(?:{pattern.pattern})$", "description": right}
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Requirements and ledgers of smets-conformance",
        "oneOf": [_file(key, ref) for key, ref in zip(KINDS, refs, strict=True)],
        "$defs": {name: _without_defaults(_loosened(component)) for name, component in components.items()},
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"


def _file(key: str, ref: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {key: {"type": "array", "items": ref}}
    if key == "requirements":
        properties["section"] = {"type": "string", "description": "the heading of the section"}
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _loosened(node: Any) -> Any:
    """Allow a number or a truth value where text stands: editors read 5.10 as a number, and on as true; to us all is text."""
    if isinstance(node, list):
        items: list[Any] = node
        return [_loosened(each) for each in items]
    if not isinstance(node, dict):
        return node
    fields: dict[str, Any] = node
    result = {key: _loosened(value) for key, value in fields.items()}
    if result.get("type") == "string" and "minLength" not in result:
        result["type"] = ["string", "number", "boolean"]
    return result


def _without_defaults(node: dict[str, Any]) -> dict[str, Any]:
    """Leave defaults out, which an editor would offer to write, and the indentation of docstrings."""
    properties = {
        name: {k: v for k, v in value.items() if k != "default"} for name, value in node["properties"].items()
    }
    return {**node, "properties": properties, "description": cleandoc(node["description"])}
