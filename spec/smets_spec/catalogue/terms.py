"""The documents' names inside our sentences: found longest first, word by word, singular or plural."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

# Under its first word, each name's words with the name itself, the longest first.
NameIndex = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def index_names(names: Iterable[str]) -> NameIndex:
    """Return the names in the form that `names_in` searches."""
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        if words := tuple(WORD.findall(name)):
            for form in (words, (*words[:-1], f"{words[-1]}s")):
                index.setdefault(form[0], []).append((form, name))
    return {first: sorted(forms, key=lambda each: -len(each[0])) for first, forms in index.items()}


def names_in(text: str, index: NameIndex) -> Iterator[tuple[int, int, str]]:
    """Go through the names in a text: where each begins and ends, and the name. What lies inside a longer one is none."""
    matches = list(WORD.finditer(text))
    words = tuple(match.group() for match in matches)
    at = 0
    while at < len(words):
        found = next((each for each in index.get(words[at], ()) if words[at : at + len(each[0])] == each[0]), None)
        if found is None:
            at += 1
            continue
        form, name = found
        yield matches[at].start(), matches[at + len(form) - 1].end(), name
        at += len(form)
