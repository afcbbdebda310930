"""What the authored files hold: requirements, and the ledgers beside them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Feature = bool | int | str
Words = Annotated[str, Meta(min_length=1, description="text in our own words")]
Position = Annotated[int, Meta(ge=1, description="a whole number of 1 or more")]
Obligation = Literal["shall", "shall-not", "must", "should", "should-not", "may", "definition"]
Method = Literal["test", "demonstration", "inspection", "analysis"]
Severity = Literal["violation", "warning", "none"]

# A broken "should" is a warning; a "may" or a definition cannot be broken by itself. "Shall be capable of" is a shall.
SEVERITY: dict[Obligation, Severity] = {
    "shall": "violation",
    "shall-not": "violation",
    "must": "violation",
    "should": "warning",
    "should-not": "warning",
    "may": "none",
    "definition": "none",
}

FORMS = {
    "id": (
        re.compile(r"glossary\.[a-z]+(-[a-z]+)*|[a-z]+(\.[a-z]+(-[a-z]+)*){2}"),
        "device.section.aspect (or glossary.term) in lower-case words joined by hyphens",
    ),
    "edition": (re.compile(r"[a-z]+@\d+\.\d+(-[a-z0-9]+)?"), "an edition such as gsme@4.2"),
    "clause": (re.compile(r"[1-9]\d*(\.[1-9]\d*)*"), "a clause number such as 4.4.7.2"),
    "chain": (re.compile(r"[0-9a-f]{12}"), "12 hexadecimal digits, as `smets requirement new` and `fix` write them"),
    "why": (re.compile(r"[a-z]+(-[a-z]+)*"), "one word, such as heading, rationale or definition"),
    "interpretation": (re.compile(r"[A-Z]+\d+"), "a capital letter and a number, such as A27"),
}


@lru_cache(maxsize=65536)
def malformed(form: str, text: str) -> str:
    """Return what a well-formed `text` of that form would be, or nothing when it is well-formed."""
    pattern, right = FORMS[form]
    return "" if pattern.fullmatch(text) else right


class Authored(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every authored record has in common: frozen, and no field that is not known."""


class Place(Authored, frozen=True):
    """Where a requirement stands: its file under `requirements/`, its line, and the heading of its section."""

    file: str
    line: int
    section: str


class Source(Authored, frozen=True):
    """The paragraph a requirement restates, in every edition where it reads the same.

    `paragraph` is the 1-based position in the clause; `part` which obligation of it, 0 where it holds one; `chain` the
    print of the text read and of what governs it.
    """

    editions: Annotated[tuple[str, ...], Meta(min_length=1, description="a list of editions such as [gsme@4.2]")]
    clause: str
    paragraph: Position
    chain: str
    part: Position = 0


class Example(Authored, frozen=True):
    """A worked example, computed by hand from the text: what is `given`, what it `gives`, and the `working`.

    Every value is text, or a list of text; quantities are in the units the requirement's rule documents.
    """

    given: dict[str, str | tuple[str, ...]]
    gives: dict[str, str | tuple[str, ...]]
    working: str = ""


class Requirement(Authored, frozen=True, rename={"while_": "while", "if_": "if"}):
    """One externally visible obligation, restated.

    `applies` maps a feature of the ICS to the values for which the requirement holds; `parameters` are the numbers that
    checks use, as text; `rule` names the function of `smets_spec.rules` that computes it, where one does; `evidence` and
    `reason` belong to requirements that no test verifies.
    """

    id: str
    source: Annotated[tuple[Source, ...], Meta(min_length=1, description="a list of one source or more")]
    obligation: Obligation
    does: Words
    verification: Method
    where: str = ""
    while_: str = ""
    when: str = ""
    if_: str = ""
    applies: dict[str, tuple[Feature, ...]] = {}
    parameters: dict[str, str] = {}
    interpretation: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    rule: str = ""
    examples: tuple[Example, ...] = ()
    evidence: str = ""
    reason: str = ""

    @property
    def device(self) -> str:
        """The first word of the id: a device, `meter` for gas and electricity alike, or a document's part."""
        return self.id.partition(".")[0]

    @property
    def severity(self) -> Severity:
        """How bad it is to break: it follows the keyword of the obligation."""
        return SEVERITY[self.obligation]

    @property
    def editions(self) -> tuple[str, ...]:
        """Every edition in which the requirement stands, in the order of its sources."""
        return tuple(dict.fromkeys(edition for source in self.source for edition in source.editions))

    def source_in(self, edition: str) -> tuple[Source, ...]:
        """Return the sources that the requirement has in an edition: none where it does not stand."""
        return tuple(source for source in self.source if edition in source.editions)

    def statement(self) -> str:
        """Return the whole sentence in the order of EARS: feature, state, trigger or unwanted condition, response."""
        conditions = [
            f"{word} {text}"
            for word, text in (("where", self.where), ("while", self.while_), ("when", self.when), ("if", self.if_))
            if text
        ]
        subject = "the meter" if self.device == "meter" else f"the {self.device.upper()}"
        response = (
            self.does
            if self.obligation == "definition"
            else f"{subject} {self.obligation.replace('-', ' ')} {self.does}"
        )
        if self.if_ and self.obligation != "definition":
            response = f"then {response}"
        sentence = ", ".join([*conditions, response])
        return f"{sentence[0].upper()}{sentence[1:]}."


class Interpretation(Authored, frozen=True):
    """A place where the text is ambiguous or wrong, and how we read it.

    `readings` are the possible ones by a short name; `chosen` is ours; `tolerates` are those that a device may take as
    well; `settled_by` what would decide; `clauses` where it arises, `variants` the sound devices built on a tolerated reading.
    """

    id: str
    title: Words
    readings: Annotated[dict[str, Words], Meta(min_length=1, description="a mapping of names to readings")]
    chosen: str
    settled_by: Words
    question: str = ""
    tolerates: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


class Informative(Authored, frozen=True):
    """A paragraph that obliges nothing, with the one word why."""

    editions: Annotated[tuple[str, ...], Meta(min_length=1, description="a list of editions such as [gsme@4.2]")]
    clause: str
    paragraph: Position
    chain: str
    why: str


class Reviewed(Authored, frozen=True):
    """A paragraph whose number of obligations somebody has counted by hand."""

    editions: Annotated[tuple[str, ...], Meta(min_length=1, description="a list of editions such as [gsme@4.2]")]
    clause: str
    paragraph: Position
    chain: str
    obligations: Annotated[int, Meta(ge=0, description="a whole number")]


class Cleared(Authored, frozen=True):
    """A doubt that somebody has settled: which requirement, `by` whom, what was `compared`, and the `reasons` for the doubt."""

    requirement: str
    by: Words
    compared: Words
    reasons: tuple[str, ...]


# A file is what its top key says: each holds records of one type.
Record = Requirement | Interpretation | Informative | Reviewed | Cleared
KINDS: dict[str, type[Record]] = {
    "requirements": Requirement,
    "interpretations": Interpretation,
    "informative": Informative,
    "reviewed": Reviewed,
    "cleared": Cleared,
}


class Records(msgspec.Struct, frozen=True):
    """Everything the files hold.

    `looked` are the prints of what each requirement's text refers to, as last looked at: by requirement, edition and name.
    """

    requirements: dict[str, Requirement]
    places: dict[str, Place]
    interpretations: dict[str, Interpretation]
    informative: tuple[Informative, ...]
    reviewed: tuple[Reviewed, ...]
    cleared: tuple[Cleared, ...]
    looked: dict[str, dict[str, dict[str, str]]]
