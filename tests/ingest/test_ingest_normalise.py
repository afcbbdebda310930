"""Normalising, fingerprints and chains: what must not matter does not, what must does."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smets_spec.ingest.lists import roman
from smets_spec.ingest.normalise import chain, fingerprint, normalise, print_of

WORDS = st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=8).map(" ".join)
MARKERS = st.sampled_from(["", "1. ", "ii. ", "xli. ", "b) ", "a. "])
ENDINGS = st.sampled_from(["", ".", ";", ":", ",", "; and", ", or", ";  or"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[bookmark: _Ref1]The Log(4.6.5.17)  has\ta  note[footnoteRef:3].", "the log has a note"),
        ("1. the Log (5.7.5.31); and", "the log"),
        ("iv. an item", "an item"),
        ("a) an item;", "an item"),
        ("a bulb;", "a bulb"),
        ("lamp. It shines", "lamp. it shines"),
        ("kept. [3: what the note says]", "kept. [3: what the note says]"),
        ("Cafe\u0301 in Straße", "café in strasse"),
        ("as set out in Section 4.4.7.", "as set out in section 4.4.7"),
        ("(4) stays, (4.1) goes", "(4) stays, goes"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_a_fingerprint_is_the_head_of_a_sha256() -> None:
    assert fingerprint("1. A bulb;") == hashlib.sha256(b"a bulb").hexdigest()[:12]


def test_a_chain_is_the_print_of_heading_and_governing_paragraphs_in_order() -> None:
    expected = hashlib.sha256(b"clock [info]\nit shall\na bulb\neach red").hexdigest()[:12]
    assert (
        chain("Clock [INFO]", ["It shall:"], "a bulb;", ["each red."])
        == expected
        == print_of("clock [info]", "it shall", "a bulb", "each red")
    )


@given(
    WORDS,
    MARKERS,
    ENDINGS,
    st.lists(st.integers(1, 60), min_size=2, max_size=4),
    st.sampled_from([" ", "  ", "\t", "\u00a0"]),
)
def test_dressing_does_not_matter(words: str, marker: str, ending: str, number: list[int], blank: str) -> None:
    reference = f"({'.'.join(map(str, number))})"
    dressed = f"[bookmark: _Toc9] {marker}{words.upper().replace(' ', blank)}{reference}{ending} "
    plain = re.sub(r"\[bookmark: [^\]]*\] ", "", dressed)
    assert fingerprint(plain) == fingerprint(words)
    assert fingerprint(dressed) == fingerprint(words)


@given(WORDS, WORDS)
def test_words_matter(first: str, second: str) -> None:
    assert (fingerprint(first) == fingerprint(second)) == (first == second)


@given(WORDS, WORDS, WORDS)
def test_a_chain_tells_before_from_after(heading: str, text: str, governing: str) -> None:
    before, after = chain(heading, [governing], text, []), chain(heading, [], text, [governing])
    assert (before == after) == (governing == text)
    assert before != chain(heading, [], text, [])


@given(st.integers(1, 89))
def test_roman_labels(number: int) -> None:
    values = {"i": 1, "v": 5, "x": 10, "l": 50}
    digits = [values[sign] for sign in roman(number)]
    following = [*digits[1:], 0]
    assert sum(-d if d < after else d for d, after in zip(digits, following, strict=True)) == number
    assert re.fullmatch(r"l?x{0,3}(ix|iv|v?i{0,3})|xl(ix|iv|v?i{0,3})", roman(number))
