"""The checks as JUnit XML, for the tools that build and test servers have: one test case a check.

| verdict of the check | in the file |
|---|---|
| pass | a test case that passed |
| fail | `failure`, its type the reason code; where only a *should* was broken: passed, with the warning in `system-out` |
| error | `error` |
| inconclusive, not-applicable, not-testable | `skipped`, the message beginning with the verdict |

So the file is red exactly where `smets run` ends with 1 or 3. A requirement without a verdict is no test case: whether the
edition is verified is said by the properties of the suite (`verdict`, `obligations`, one for each status), never by a green bar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from smets_reports.files import write_whole
from smets_reports.record import CheckResult, Record

# What XML 1.0 cannot hold at all, however escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_OUTCOMES = {
    "fail": "failure",
    "error": "error",
    "inconclusive": "skipped",
    "not-applicable": "skipped",
    "not-testable": "skipped",
}


def write_junit(records: Sequence[Record], path: Path) -> Path:
    """Write the checks of `records`, a suite each, to `path`.

    Raises:
        OSError: it cannot be written; nothing is left half-written.
    """
    return write_whole(path, [junit(records)])


def junit(records: Sequence[Record]) -> bytes:
    """Return the checks of `records` as a JUnit document in UTF-8."""
    root = ET.Element("testsuites")
    for record in records:
        root.append(_suite(record))
    ET.indent(root, " ")
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(record: Record) -> ET.Element:
    warned = {r.id for r in record.requirements if r.severity == "warning"}
    cases = [_case(check, warned) for check in record.checks]
    outcomes = Counter(child.tag for case in cases for child in case)
    suite = _element(
        "testsuite",
        name=record.edition,
        id=record.run,
        timestamp=record.started,
        tests=str(len(cases)),
        failures=str(outcomes["failure"]),
        errors=str(outcomes["error"]),
        skipped=str(outcomes["skipped"]),
        time=f"{sum(check.seconds for check in record.checks):.3f}",
    )
    facts = {
        "edition": record.edition,
        "stated version": record.stated_version,
        "item": f"{record.item.maker} {record.item.model} {record.item.identifier}".strip(),
        "depth": record.depth,
        "seed": str(record.seed),
        "complete": "yes" if record.complete else "no",
        "verdict": record.summary.verdict,
        "line": record.summary.line,
        "obligations": str(record.summary.obligations),
        **{f"obligations {status}": str(n) for status, n in sorted(record.summary.by_status.items())},
    }
    suite.append(_properties(list(facts.items())))
    suite.extend(cases)
    return suite


def _case(check: CheckResult, warned: set[str]) -> ET.Element:
    """One check as a test case; its requirements, with the verdict on each, are its properties."""
    folder, _, name = check.id.rpartition(".")
    case = _element("testcase", classname=folder, name=name, time=f"{check.seconds:.3f}")
    facts = [("requirement", requirement) for requirement in check.requirements]
    facts += [(f"claim {requirement}", verdict) for requirement, verdict in check.claims.items()]
    facts += [("blame", check.blame)] if check.blame else []
    case.append(_properties(facts))
    outcome = _OUTCOMES.get(check.verdict)
    failed = {requirement for requirement, verdict in check.claims.items() if verdict == "fail"}
    if outcome == "failure" and failed and failed <= warned:
        _child(case, "system-out", f"warning: {check.message}")
    elif outcome:
        prefix = f"{check.verdict}: " if outcome == "skipped" else ""
        where = "" if check.failed_at is None else f"decided at step {check.failed_at}\n"
        text = f"{where}{check.procedure}" if outcome != "skipped" else ""
        _child(case, outcome, text, message=f"{prefix}{check.message}", type=check.reason or check.verdict)
    return case


def _properties(facts: Sequence[tuple[str, str]]) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in facts:
        _child(properties, "property", name=name, value=value)
    return properties


def _child(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = _element(tag, **attributes)
    child.text = _clean(text) or None
    parent.append(child)
    return child


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: _clean(value) for name, value in attributes.items()})


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
