"""A small world of our own invention: two editions of two lamps with a glossary, and requirements for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smets_spec.catalogue import Catalogue, Texts, load_catalogue
from smets_spec.index import Clause, Paragraph, Reference
from smets_spec.ingest.normalise import chain, fingerprint

# A paragraph: what it says, how many obligations it holds, what governs it, and the clauses it refers to.
Said = tuple[str, int, tuple[int, ...], tuple[str, ...]]


def said(text: str, obligations: int = 1, under: tuple[int, ...] = (), refers: tuple[str, ...] = ()) -> Said:
    return text, obligations, under, refers


def clause(number: str, heading: str, *paragraphs: Said, part: str | None = None) -> Clause:
    texts = [text for text, _, _, _ in paragraphs]
    return Clause(
        number=number,
        heading=heading,
        line=1,
        level=number.count(".") + 1,
        device="LAMP",
        part=part,
        paragraphs=tuple(
            Paragraph(
                n=n,
                line=n,
                role="item" if under else "text",
                fingerprint=fingerprint(text),
                chain=chain(
                    heading, [texts[g - 1] for g in under if g < n], text, [texts[g - 1] for g in under if g > n]
                ),
                governed_by=under,
                obligations=obligations,
                keywords=("shall",) if obligations else (),
                references=tuple(Reference(kind="bare", number=each) for each in refers),
            )
            for n, (text, obligations, under, refers) in enumerate(paragraphs, start=1)
        ),
    )


OLD_GAS = [
    clause("4", "Lamp"),
    clause(
        "4.1",
        "Shine",
        said("the lamp does these:", 0),
        said("shining at dusk;", 1, (1,)),
        said("waning, and waxing", 2, (1,)),
    ),
    clause("4.2", "Hum", said("it hums while it is Lit", 1, (), ("4.3",))),
    clause("4.3", "Tune", said("the tune is an old one", 1, (), ("4.4",)), said("this explains itself")),
    clause("4.4", "Old Tunes", said("there are three of them", 0)),
]
# In the newer edition the lead-in of Shine, and Old Tunes, read otherwise, and a clause is put in before Hum.
NEW_GAS = [
    clause("4", "Lamp"),
    clause(
        "4.1",
        "Shine",
        said("the lamp, once wound, does these:", 0),
        said("shining at dusk;", 1, (1,)),
        said("waning, and waxing", 2, (1,)),
    ),
    clause("4.2", "Blink", said("it blinks twice")),
    clause("4.3", "Hum", said("it hums while it is Lit", 1, (), ("4.4",))),
    clause("4.4", "Tune", said("the tune is an old one", 1, (), ("4.5",)), said("this explains itself")),
    clause("4.5", "Old Tunes", said("there are four of them", 0)),
]
ELECTRICITY = [
    clause("5.1", "Shine", said("no lead-in here", 0), said("shining at dawn"), part="A"),
    clause("5.2", "Hum", said("it hums while it is Lit", 1, (), ("5.3",)), part="A"),
    clause("5.3", "Tune", said("the tune is a new one"), part="A"),
]
OLD_WORDS = [
    clause("9.1", "Lit", said("that it is Aglow", 0)),
    clause("9.2", "Aglow (AG)", said("that it can be seen", 0)),
]
NEW_WORDS = [
    clause("9.1", "Lit", said("that it is Aglow", 0)),
    clause("9.2", "Aglow (AG)", said("that it can be felt", 0)),
]
WORLD = {
    "gsme@1.0": OLD_GAS,
    "esme@1.0": ELECTRICITY,
    "glossary@1.0": OLD_WORDS,
    "gsme@1.1": NEW_GAS,
    "esme@1.1": ELECTRICITY,
    "glossary@1.1": NEW_WORDS,
}


def chain_at(edition: str, number: str, paragraph: int) -> str:
    """The print of a paragraph of the world."""
    return next(each for each in WORLD[edition] if each.number == number).paragraphs[paragraph - 1].chain


def source(editions: str, number: str, paragraph: int, part: int = 0) -> str:
    """A source as an author writes it, with the print of its first edition."""
    first = editions.partition(",")[0]
    named = f", part: {part}" if part else ""
    place = f"clause: {number}, paragraph: {paragraph}{named}"
    return f"{{editions: [{editions}], {place}, chain: {chain_at(first, number, paragraph)}}}"


def sound_tree() -> dict[str, str]:
    """The requirements of the world: all of Shine and Hum, nothing of Blink and Tune."""
    return {
        "lamp/shine.yaml": f"""\
# What a lamp does at dusk.
section: Shine
requirements:
  - id: gsme.shine.at-dusk   # the first
    source:
      - {source("gsme@1.0", "4.1", 2)}
      - {source("gsme@1.1", "4.1", 2)}
    obligation: shall
    when: dusk has come
    does: shine
    parameters: {{limit_s: 10, share: 007}}
    applies: {{wick: [true, 2, long]}}
    verification: test
    checks: [lamp.shine.shines]

  - id: gsme.shine.wanes
    source:
      - {source("gsme@1.0", "4.1", 3, 1)}
    obligation: should
    does: wane
    verification: test

  - id: gsme.shine.waxes
    source:
      - {source("gsme@1.0", "4.1", 3, 2)}
    obligation: shall-not
    if: it has waned
    does: stay dim
    interpretation: [A1]
    verification: inspection
    evidence: a drawing
    reason: waxing takes a month
""",
        "lamp/hum.yaml": f"""\
section: Hum
requirements:
  - id: meter.hum.while-lit
    source:
      - {source("gsme@1.0", "4.2", 1)}
      - {source("gsme@1.1", "4.3", 1)}
      - {source("esme@1.0, esme@1.1", "5.2", 1)}
    obligation: shall
    while: it is Lit
    does: hum
    verification: test
    checks:
      - lamp.hum.hums
""",
        "interpretations.yaml": """\
interpretations:
  - id: A1
    title: how long waxing takes
    readings: {month: a month, moon: a moon}
    chosen: month
    tolerates: [moon]
    settled_by: a calendar
    clauses: [4.1]
""",
        "informative.yaml": f"""\
informative:
  - {source("gsme@1.0", "4.3", 2)[:-1]}, why: rationale}}
""",
        "reviewed.yaml": f"""\
reviewed:
  - {source("gsme@1.0", "4.3", 1)[:-1]}, obligations: 2}}
""",
    }


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def texts() -> Texts:
    return Texts(WORLD, lambda edition: WORLD[edition])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The folder of the world's requirements."""
    return write(tmp_path / "requirements", sound_tree())


@pytest.fixture
def changed_tree(tmp_path: Path) -> Callable[..., Path]:
    """Write the world's requirements with some text of a file replaced, or files added."""

    def make(file: str = "", old: str = "", new: str = "", **added: str) -> Path:
        files = sound_tree()
        if file:
            assert old in files[file], f"{old!r} is not in {file}"
            files[file] = files[file].replace(old, new, 1)
        files |= {f"{name}.yaml": text for name, text in added.items()}
        return write(tmp_path / "requirements", files)

    return make


@pytest.fixture
def catalogue(tree: Path, texts: Texts) -> Catalogue:
    return load_catalogue(tree, texts)


@pytest.fixture
def world() -> dict[str, list[Clause]]:
    """The clauses of the world, to be altered."""
    return {edition: list(clauses) for edition, clauses in WORLD.items()}


@pytest.fixture
def new_clause() -> Callable[..., Clause]:
    """Make a clause of pairs of text and number of obligations."""

    def make(number: str, heading: str, *paragraphs: tuple[str, int]) -> Clause:
        return clause(number, heading, *(said(text, count) for text, count in paragraphs))

    return make


@pytest.fixture
def chain_of() -> Callable[[str, str, int], str]:
    """The print of a paragraph of the world."""
    return chain_at
