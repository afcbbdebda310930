"""Fuzzing: whatever bytes arrive, a reader gives a value or its own typed error, never another exception.

Each target starts from sound inputs and breaks them: bytes flipped, cut, doubled, swapped with tokens that matter to the format.
"""

from __future__ import annotations

import importlib.util
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from proofs.ledger import ROOT, digest, resume
from smets_conformance.adapter import codec
from smets_conformance.adapter.contract import Act, Command, GasFlow, HubTime, Interrupt, Send
from smets_conformance.profile import DeclarationError
from smets_conformance.profile.reading import find_files, read_ics
from smets_conformance.runner.evidence import (
    Closing,
    EvidenceError,
    EvidenceLog,
    Identified,
    Trouble,
    read_evidence,
    verify_chain,
)
from smets_reports.record import Item, read_record
from smets_spec.catalogue import YamlProblem
from smets_spec.catalogue.read import read_records
from smets_spec.catalogue.texts import installed_texts
from smets_spec.ingest import SourceError, ingest, read_source
from smets_spec.ingest.decisions import Decisions, RestoredHeading, load_decisions
from smets_spec.strict_yaml import loads

BATCH = 200


class Target(NamedTuple):
    """A reader: what it is given, the errors it may answer with, the sound inputs to break, and tokens its format is made of."""

    read: Callable[[bytes], object]
    errors: tuple[type[BaseException], ...]
    seeds: Callable[[], list[bytes]]
    tokens: tuple[bytes, ...]


def _in_a_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return read(path)

    return run


def _requirements(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "meter").mkdir()
        (Path(folder) / "meter" / "clock.yaml").write_bytes(data)
        return read_records(Path(folder), installed_texts())


@cache
def _decisions() -> Decisions:
    """The shipped vocabulary of headings, and the one decision that the made-up document of the tests needs."""
    titles = RestoredHeading(("smets2-9.9",), ("Introduction",), ("start",), (), "the title is lost")
    clock = RestoredHeading(("smets2-9.9",), ("Clock",), (), ("383a87d894be",), "the heading is lost at a break")
    levels = msgspec.structs.replace(load_decisions().levels, endings=())
    return Decisions(levels=levels, restored=(titles, clock), lists=(), references=())


def _document(data: bytes) -> object:
    return ingest(read_source(data, "fuzzed"), "smets2-9.9", _decisions())


def _record() -> list[bytes]:
    spec = importlib.util.spec_from_file_location("make_record", ROOT / "tests" / "reports" / "make_record.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("tests/reports/make_record.py, which makes the record to break")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return [msgspec.json.encode(made.make_record(6))]


def _evidence() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.jsonl"
        log = EvidenceLog(path)
        log.append(Identified(when="start", item=Item(maker="a maker", model="a model")))
        log.append(Trouble(text="the adapter died", log="its last words"))
        log.append(Closing(ended="2026-01-01T00:00:00Z", complete=True))
        log.close()
        return [path.read_bytes()]


def _acts() -> list[bytes]:
    command = Command(name="Set Clock", parameters={"date and time": 1_767_225_600_000, "tolerance": 10})
    acts: tuple[Act, ...] = (
        Send(interface="HAN", originator="Supplier", ref="1", message=command),
        HubTime(offset=None),
        Interrupt(after_writes=3),
        GasFlow(litres_per_hour=600),
    )
    return [codec.encode_request(codec.Do(id=n, act=act)) for n, act in enumerate(acts)]


def _files(pattern: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(ROOT.glob(pattern))]


YAML_TOKENS = (*b": ~- ~[~]~{~}~&a ~*a~<<: ~!!~'~\"~#~\n~\t".split(b"~"), b"\xff", b"\xef\xbb\xbf")
JSON_TOKENS = (*b'{~}~[~]~"~:~,~null~1e999~-0.5~\\u0000~\n'.split(b"~"), b"9" * 40, b"[" * 300, b"\xff")
TEXT_TOKENS = (
    *b"\n\n~\n ~ shall ~1. ~(4.4.1)~Section 4~[1: note]~[bookmark: x]~;~:".split(b"~"),
    b"\xe2\x80\x98",
    b"\xff",
)

TARGETS = {
    "strict yaml": Target(
        lambda data: loads(data, "fuzzed"), (YamlProblem,), _files("requirements/**/*.yaml"), YAML_TOKENS
    ),
    "requirements": Target(_requirements, (YamlProblem,), _files("requirements/meter/*.yaml"), YAML_TOKENS),
    "declarations": Target(
        _in_a_file(read_ics, "ics.yaml"),
        (YamlProblem, DeclarationError),
        lambda: [find_files("gsme@4.2").ics.read_bytes()],
        YAML_TOKENS,
    ),
    "adapter request": Target(codec.decode_request, (codec.CodecError,), _acts, JSON_TOKENS),
    "adapter reply": Target(
        lambda data: codec.decode_reply(data, codec.Take(id=1)),
        (codec.CodecError,),
        lambda: [b'{"id":1,"result":[{"event":"Alert","at":5,"name":"Clock difference over limit"}]}\n'],
        JSON_TOKENS,
    ),
    "evidence": Target(
        _in_a_file(lambda path: (verify_chain(path), list(read_evidence(path))), "evidence.jsonl"),
        (EvidenceError,),
        _evidence,
        JSON_TOKENS,
    ),
    "record": Target(_in_a_file(read_record, "record.json"), (ValueError,), _record, JSON_TOKENS),
    "source text": Target(_document, (SourceError,), _files("tests/ingest/*.txt"), TEXT_TOKENS),
}


def broken(sound: bytes, tokens: tuple[bytes, ...], draw: random.Random) -> bytes:
    """Return `sound` with one to four things done to it."""
    data = bytearray(sound)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) + 1)
        until = min(len(data), at + draw.choice((1, 2, 8, 64)))
        match draw.randrange(5):
            case 0:
                data[at:until] = draw.choice(tokens)
            case 1:
                data[at:at] = draw.choice(tokens)
            case 2:
                del data[at:until]
            case 3:
                data[at:at] = data[at:until]
            case _:
                data[at:until] = draw.randbytes(until - at)
    return bytes(data)


def batch(case: str, count: int = BATCH) -> dict[str, Any]:
    """Run one batch, named `<target>/<seed>`; return how many inputs were read, refused, and what else was raised."""
    name, _, seed = case.rpartition("/")
    target = TARGETS[name]
    draw = random.Random(f"{name} {seed}")
    seeds = [sound for sound in target.seeds() if sound] or [b" ".join(target.tokens)]
    read, refused, escaped = 0, 0, []
    for _ in range(count):
        data = broken(draw.choice(seeds), target.tokens, draw)
        try:
            target.read(data)
            read += 1
        except target.errors:
            refused += 1
        except Exception as error:  # noqa: BLE001 - an unforeseen exception is just what is looked for
            escaped.append({"error": f"{type(error).__name__}: {error}"[:300], "input": data[:2000].hex()})
    return {"read": read, "refused": refused, "escaped": escaped}


def cases(batches: int) -> Iterator[str]:
    """Yield the names of all batches."""
    for seed in range(batches):
        for name in TARGETS:
            yield f"{name}/{seed}"


def prove(minutes: float) -> bool:
    """Run 250 batches of each target (50,000 inputs each); return whether nothing escaped."""
    kept = resume(
        "fuzz",
        digest("spec", "conformance", "reports", without=("bench", "checks", "cli", "proof", "rules")),
        cases(250),
        batch,
        minutes=minutes,
    )
    escaped = sum(len(result["escaped"]) for result in kept["results"].values())
    print(f"fuzz: {len(kept['results']) * BATCH:,} inputs, {escaped} escaped")
    return escaped == 0
