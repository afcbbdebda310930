"""The Data Store as Commands show it: which items a device holds, what else an item could hold, and what must stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from smets_conformance.adapter.contract import Value
from smets_conformance.bench.logs import capacity_of, kept
from smets_conformance.verdicts import Inconclusive, NotTestable
from smets_spec.dictionary import Choice, Dictionary, Integer, Listing, Log, Matrix, Record, Shape, Text

if TYPE_CHECKING:
    from smets_conformance.bench.bench import Bench

Held: TypeAlias = dict[str, Value]

WRITE: Final = "Write Configuration Data"
READABLE: Final = ("constant", "configuration", "operational")
# Keys that shut the bench out when they change, and a setting that has a Command of its own (GSME 4.5.3.21, ESME 5.6.3.33).
LEFT_ALONE: Final = (
    "Device Log",
    "GSME Security Credentials",
    "Public Key Security Credentials Store",
    "Payment Mode",
)


def held(bench: Bench, names: Iterable[str] | None = None) -> Held:
    """Return the value of every data item that the device answers for, or of those `names`; logs are read first.

    Reading may itself be entered in a log (A31): read later, a full one would have lost entries to the reading.
    """
    known = bench.dictionary.items
    wanted = [name for name, item in known.items() if item.stands_in(bench.edition) and item.kind in READABLE]
    wanted = [name for name in wanted if names is None or name in names]
    wanted.sort(key=lambda name: not isinstance(known[name].value, Log))
    answers = {name: bench.try_read(name) for name in wanted}
    return {name: answer["value"] for name, answer in answers.items() if answer is not None}


def lost(before: Mapping[str, Value], after: Mapping[str, Value], dictionary: Dictionary) -> dict[str, str]:
    """Return, by item, a sentence for what `after` has not kept of `before`; only a log may differ, by entries it gained."""
    found = {}
    for name, was in before.items():
        if name not in after:
            found[name] = f"{name} is no longer answered for"
        elif not _same(was, after[name], dictionary.items[name].value):
            found[name] = f"{name} was {_short(was)} and is {_short(after[name])}"
    return found


def _same(before: Value, after: Value, shape: Shape) -> bool:
    """Return whether a value was kept; a log keeps its entries where only the oldest made room for new ones."""
    if isinstance(shape, Log) and isinstance(before, list) and isinstance(after, list):
        return kept(before, after, capacity_of(shape)) is not None
    if isinstance(shape, Record) and isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(
            _same(before[field], after[field], inner) for field, inner in shape.fields.items() if field in before
        )
    return bool(before == after)


def _short(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


LONGEST: Final = 200


def another(value: Value, shape: Shape, dictionary: Dictionary) -> Value:
    """Return a lawful value of the same shape that differs from `value`, or `value` itself where none can be made up."""
    if isinstance(shape, Integer) and isinstance(value, int):
        return value + 1 if shape.maximum is None or value < shape.maximum else value - 1
    if isinstance(shape, Text) and isinstance(value, str):
        return _other_text(value, shape.pattern)
    if isinstance(shape, Choice):
        values = shape.values or dictionary.states[shape.state].values
        return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
    if isinstance(shape, Record) and isinstance(value, dict):
        return {
            field: another(value[field], inner, dictionary) for field, inner in shape.fields.items() if field in value
        }
    if isinstance(shape, Listing | Matrix) and isinstance(value, list):
        inner = Listing(shape.of) if isinstance(shape, Matrix) else shape.of
        return [another(each, inner, dictionary) for each in value]
    return value


def _other_text(value: str, pattern: str) -> str:
    """Return another text: of digits where only digits are lawful, the same where the form is stricter."""
    if pattern not in ("", "[0-9]*"):
        return value
    ending = "7" if pattern else "x"
    return value[:-1] + ("8" if pattern else "y") if value.endswith(ending) else value + ending


def write(bench: Bench, items: Mapping[str, Value]) -> bool:
    """Write configuration data at once; return whether the device said success."""
    outcome = bench.execute(WRITE, {"items": dict(items)}).outcome
    bench.wait(bench.timing.command_s)
    return outcome == "success"


def fill(bench: Bench) -> list[str]:
    """Change every configuration data item that the device lets the bench change, so that no default passes for a kept value."""
    changed = []
    for name, item in bench.dictionary.items.items():
        if item.kind != "configuration" or name in LEFT_ALONE or not item.stands_in(bench.edition):
            continue
        answer = bench.try_read(name)
        if answer is None:
            continue
        other = another(answer["value"], item.value, bench.dictionary)
        if other != answer["value"] and write(bench, {name: other}):
            changed.append(name)
    return changed


def pick_settings(bench: Bench, many: int = 1) -> dict[str, Value]:
    """Return configuration data items, each a number or a text, that the device lets the bench write, with their values now.

    Raises:
        Inconclusive: it answers for too few such items.
    """
    found: dict[str, Value] = {}
    for name, item in bench.dictionary.items.items():
        if item.kind == "configuration" and isinstance(item.value, Integer | Text) and item.stands_in(bench.edition):
            answer = bench.try_read(name)
            if answer is not None and another(answer["value"], item.value, bench.dictionary) != answer["value"]:
                found[name] = answer["value"]
        if len(found) == many:
            return found
    raise Inconclusive(
        f"the device holds {len(found)} items that can be written freely; {many} are needed", reason="no-item"
    )


def another_of(bench: Bench, item: str, value: Value) -> Value:
    """Return a lawful value of `item` other than `value`."""
    return another(value, bench.dictionary.items[item].value, bench.dictionary)


def write_later(bench: Bench, item: str, value: Value, due: int) -> str:
    """Send a future dated Command that writes `item` when the device's clock shows `due` (ms UTC); return its reference.

    Raises:
        NotTestable: the maker declares that this Command cannot be future dated.
        Inconclusive: the device did not confirm that it received the Command.
    """
    declared: Any = bench.declarations.ics.choices.get("future_dated_commands", ())
    if WRITE not in declared:
        raise NotTestable(f"a future dated {WRITE} (the ICS declares none)")
    mark = bench.mark()
    ref = bench.send(WRITE, {"items": {item: value}}, execute_at=due)
    response = bench.response(ref, mark)
    if response is None or response.outcome != "received":
        seen = "no Response" if response is None else response.outcome
        raise Inconclusive(f"a future dated {WRITE} was answered by {seen}", reason="declaration", blame="declaration")
    bench.wait(bench.timing.command_s)
    return ref
