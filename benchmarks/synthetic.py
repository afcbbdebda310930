"""Requirements by the thousand, of the shape and size of real ones, to measure with."""

from __future__ import annotations

import string
import sys
from hashlib import sha256
from itertools import islice
from pathlib import Path

PER_FILE = 25

RECORD = """\
  - id: meter.{section}.{aspect}
    source:
      - {{editions: [gsme@2.0, gsme@3.1], clause: {clause}, paragraph: {paragraph}, chain: {chains[0]}}}
      - {{editions: [gsme@4.2, gsme@5.0-draft4], clause: {clause}, paragraph: {paragraph}, chain: {chains[1]}}}
      - {{editions: [esme@2.0, esme@3.1], clause: {clause}, paragraph: {paragraph}, part: 1, chain: {chains[2]}}}
      - {{editions: [esme@4.2, esme@5.0-draft4], clause: {clause}, paragraph: {paragraph}, part: 1, chain: {chains[3]}}}
    obligation: shall
    while: operating in a mode of its own, number {number}
    when: the balance has reached the limit that was set
    does: show what has been set, and nothing else
    parameters: {{limit_s: {number}}}
    interpretation: [Z1]
    verification: test
    checks: [meter.{section_word}.{aspect_word}]
"""

LEDGER = """\
interpretations:
  - id: Z1
    title: whether made-up requirements are read
    readings: {wide: each is read, narrow: some are read}
    chosen: wide
    settled_by: reading them
"""


def word(number: int) -> str:
    """Return a word of small letters for a number of 0 or more, another for each."""
    letters = string.ascii_lowercase
    return (
        letters[number] if number < len(letters) else word(number // len(letters) - 1) + letters[number % len(letters)]
    )


def checks_of(count: int) -> dict[str, tuple[str, ...]]:
    """Return the checks that verify the `count` requirements of `write`, each with the requirement it names."""
    return {
        f"meter.{word(n // PER_FILE)}.{word(n % PER_FILE)}": (f"meter.{word(n // PER_FILE)}.{word(n % PER_FILE)}",)
        for n in range(count)
    }


def write(folder: Path, count: int) -> Path:
    """Write `count` requirements, and the ledger they name, under `folder`; return the folder of the requirements."""
    root = folder / "requirements"
    (root / "meter").mkdir(parents=True, exist_ok=True)
    (root / "interpretations.yaml").write_text(LEDGER)
    numbers = iter(range(count))
    while batch := list(islice(numbers, PER_FILE)):
        section = batch[0] // PER_FILE
        text = f"section: Section {section}\nrequirements:\n" + "\n".join(map(_record, batch))
        (root / "meter" / f"{word(section)}.yaml").write_text(text)
    return root


def _record(number: int) -> str:
    section, aspect = divmod(number, PER_FILE)
    return RECORD.format(
        section=word(section),
        aspect=word(aspect),
        section_word=word(section),
        aspect_word=word(aspect),
        clause=f"5.{section + 1}",
        paragraph=aspect + 1,
        number=number,
        chains=[sha256(f"{number} {each}".encode()).hexdigest()[:12] for each in range(4)],
    )


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])))
