"""The difference between two editions of a device, paragraph by paragraph, from the clause index alone.

Clauses are matched by the path of their headings, then by what they hold, so that a renumbered clause stays itself.
Paragraphs are matched by fingerprint; what is left between two matches is paired by what the index knows of it (place in
its list, keywords, references), for the index holds no text to compare.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from smets_spec.editions import edition, edition_clauses
from smets_spec.index import DOCUMENTS_DIR, Clause, Paragraph

if TYPE_CHECKING:
    from smets_spec.catalogue import Requirement

Kind = Literal["added", "removed", "changed", "moved", "governed differently"]

# Two paragraphs without equal text are one paragraph changed when they are at least this alike, of about 9.
ALIKE = 3.0
# Two clauses without equal path are one clause renamed when this share of the shorter one's paragraphs is equal.
SHARED = 0.5
# … or when both bear one number and this share of the shorter heading's words stands in the other.
SHARED_WORDS = 1 / 3
VERSION = re.compile(r"\s+version\s+\d.*$")
ANNOTATION = re.compile(r"\[(?:info|pin|amb|num)\]")

Path_ = tuple[str, ...]


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph of one edition, or with `paragraph` None the heading of a clause: where it stands, and its prints."""

    clause: str | None
    heading: str
    paragraph: int | None = None
    label: str | None = None
    line: int = 0
    fingerprint: str = ""
    chain: str = ""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paragraph or heading that is not in the new edition what it was in the old.

    `kinds`: added; removed; changed (other words); moved (same words, other number or position); governed differently (same
    words, but the heading, lead-in or tail that it hangs from changed).
    """

    kinds: tuple[Kind, ...]
    old: Place | None = None
    new: Place | None = None

    @property
    def clause(self) -> str | None:
        """The number of the clause, in the new edition where it is there."""
        place = self.new or self.old
        return place.clause if place else None

    @property
    def paragraph(self) -> int | None:
        """The position of the paragraph, in the new edition where it is there; None for a heading."""
        place = self.new or self.old
        return place.paragraph if place else None


Pair = tuple[Clause | None, Clause | None]
Unit = tuple[Clause, Paragraph]


def diff_editions(old: str, new: str, *, directory: Path = DOCUMENTS_DIR) -> list[Change]:
    """Return every change from the edition `old` to the edition `new` of one device, in the order of the new text.

    What was removed stands after what came before it in the old text.

    Raises:
        UnknownName: there is no such edition.
        ValueError: the editions are of different devices.
    """
    if edition(old).device != edition(new).device:
        raise ValueError(f"{old} and {new} are of different devices; name two editions of one")
    return diff_clauses(edition_clauses(old, directory), edition_clauses(new, directory))


def diff_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    """Return every change from the clauses `old` to the clauses `new`; see `diff_editions`."""
    pairs = _pair_clauses(old, new)
    inside = [_pair_paragraphs(before, after) for before, after in pairs]
    _follow_moves(inside)
    changes: list[Change] = []
    for (before, after), units in zip(pairs, inside, strict=True):
        changes += _heading_change(before, after)
        changes += [change for was, now in units if (change := _change(was, now))]
    return changes


def _heading_name(clause: Clause) -> str:
    name = ANNOTATION.sub(" ", clause.heading.casefold())
    return " ".join(VERSION.sub("", name).split())


def _paths(clauses: Sequence[Clause]) -> list[tuple[Path_, int]]:
    """Return for each clause the names of the headings it stands under and its own, and which of that path it is."""
    names = {c.number: _heading_name(c) for c in clauses if c.number}
    seen: Counter[Path_] = Counter()
    result: list[tuple[Path_, int]] = []
    for clause in clauses:
        steps = (clause.number or "").split(".")
        above = [names.get(".".join(steps[:n]), "") for n in range(1, len(steps))]
        path = (clause.part or "", *above, _heading_name(clause))
        result.append((path, seen[path]))
        seen[path] += 1
    return result


def _pair_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> list[Pair]:
    """Pair the clauses of two editions, in the order of the new text with the removed ones put in where they stood."""
    old_by_path = {path: n for n, path in enumerate(_paths(old))}
    partner: dict[int, int] = {}
    for n, path in enumerate(_paths(new)):
        if path in old_by_path:
            partner[n] = old_by_path[path]
    taken = set(partner.values())
    for n, m in _renamed(
        [n for n in range(len(new)) if n not in partner], [m for m in range(len(old)) if m not in taken], old, new
    ):
        partner[n] = m
    return [
        (old[m] if m is not None else None, new[n] if n is not None else None)
        for m, n in _weave(len(old), len(new), partner)
    ]


def _renamed(
    added: Sequence[int], removed: Sequence[int], old: Sequence[Clause], new: Sequence[Clause]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a new and an old clause that are one clause under another heading."""
    free = list(removed)
    for n in added:
        best = max(free, key=lambda m: _sameness(old[m], new[n]), default=None)
        if best is not None and _sameness(old[best], new[n]) >= SHARED:
            free.remove(best)
            yield n, best


def _sameness(was: Clause, now: Clause) -> float:
    """Say how far two clauses of different headings hold the same paragraphs, 0 to 1, or bear one number and share words."""
    theirs = Counter(p.fingerprint for p in was.paragraphs)
    mine = Counter(p.fingerprint for p in now.paragraphs)
    shorter = min(theirs.total(), mine.total())
    share = (theirs & mine).total() / shorter if shorter else 0.0
    words, other = set(_heading_name(was).split()), set(_heading_name(now).split())
    renamed = was.number == now.number and len(words & other) >= SHARED_WORDS * min(len(words), len(other))
    return max(share, 1.0 if renamed else 0.0)


def _weave(olds: int, news: int, partner: dict[int, int]) -> Iterator[tuple[int | None, int | None]]:
    """Yield (old, new) positions in the order of the new text, each removed one after the last old one before it."""
    taken = set(partner.values())
    after: dict[int, list[int]] = defaultdict(list)
    anchor = -1
    for m in range(olds):
        if m in taken:
            anchor = m
        else:
            after[anchor].append(m)
    yield from ((m, None) for m in after[-1])
    for n in range(news):
        found = partner.get(n)
        yield found, n
        if found is not None:
            yield from ((m, None) for m in after[found])


UnitPair = tuple[Unit | None, Unit | None]


def _pair_paragraphs(old: Clause | None, new: Clause | None) -> list[UnitPair]:
    """Pair the paragraphs of two clauses: equal text first, then what is left between, by likeness."""
    before = list(old.paragraphs) if old else []
    after = list(new.paragraphs) if new else []
    matcher = SequenceMatcher(None, [p.fingerprint for p in before], [p.fingerprint for p in after], autojunk=False)
    pairs: list[tuple[Paragraph | None, Paragraph | None]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(before[i:j], after[k:m], strict=True)
        else:
            pairs += _align(before[i:j], after[k:m], likeness)
    return [(_unit(old, was), _unit(new, now)) for was, now in pairs]


def _unit(clause: Clause | None, paragraph: Paragraph | None) -> Unit | None:
    return (clause, paragraph) if clause and paragraph else None


def likeness(was: Paragraph, now: Paragraph) -> float:
    """Say how much two paragraphs of other text seem to be one: their depth, label, role, keywords and references."""
    cited, cites = {r.number for r in was.references}, {r.number for r in now.references}
    either = cited | cites
    shared = len(cited & cites) / len(either) if either else 0.0
    return (
        2.0 * (was.depth == now.depth)
        + 0.5 * (was.label == now.label)
        + 1.0 * (was.role == now.role)
        + 3.0 * (was.keywords == now.keywords)
        + 3.0 * shared
        - 0.5 * abs(len(was.references) - len(now.references))
    )


def _align(
    old: Sequence[Paragraph], new: Sequence[Paragraph], alike: Callable[[Paragraph, Paragraph], float]
) -> list[tuple[Paragraph | None, Paragraph | None]]:
    """Pair two runs in order so that the sum of likenesses is greatest; pairs below `ALIKE` are not made."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    score = [[alike(was, now) for now in new] for was in old]
    for i in reversed(range(len(old))):
        for k in reversed(range(len(new))):
            paired = best[i + 1][k + 1] + score[i][k] if score[i][k] >= ALIKE else -1.0
            best[i][k] = max(paired, best[i + 1][k], best[i][k + 1])
    pairs: list[tuple[Paragraph | None, Paragraph | None]] = []
    i = k = 0
    while i < len(old) and k < len(new):
        if score[i][k] >= ALIKE and best[i][k] == best[i + 1][k + 1] + score[i][k]:
            pairs.append((old[i], new[k]))
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[k]))
            k += 1
    return pairs + [(was, None) for was in old[i:]] + [(None, now) for now in new[k:]]


def _follow_moves(inside: list[list[UnitPair]]) -> None:
    """Join, in place, a paragraph that left one clause with the one of equal text that came up in another.

    Only where that text stands once in each edition: a stock phrase that went here and came there has not moved.
    """
    before = Counter(was[1].fingerprint for units in inside for was, _ in units if was)
    after = Counter(now[1].fingerprint for units in inside for _, now in units if now)
    gone = {was[1].fingerprint: was for units in inside for was, now in units if was and not now}
    came = {now[1].fingerprint for units in inside for was, now in units if now and not was}
    moved = {print_ for print_ in came & gone.keys() if before[print_] == after[print_] == 1}
    for units in inside:
        joined = [(gone[now[1].fingerprint] if now and now[1].fingerprint in moved else was, now) for was, now in units]
        units[:] = [(was, now) for was, now in joined if now or (was and was[1].fingerprint not in moved)]


def _place(unit: Unit) -> Place:
    clause, paragraph = unit
    return Place(
        clause=clause.number,
        heading=clause.heading,
        paragraph=paragraph.n,
        label=paragraph.label,
        line=paragraph.line,
        fingerprint=paragraph.fingerprint,
        chain=paragraph.chain,
    )


def _change(was: Unit | None, now: Unit | None) -> Change | None:
    """Return what became of a paragraph, None when it is what it was."""
    if was is None or now is None:
        return Change(("removed",), old=_place(was)) if was else Change(("added",), new=_place(now)) if now else None
    kinds: list[Kind] = []
    if was[1].fingerprint != now[1].fingerprint:
        kinds.append("changed")
    elif was[1].chain != now[1].chain:
        kinds.append("governed differently")
    if (was[0].number, was[1].n) != (now[0].number, now[1].n):
        kinds.append("moved")
    return Change(tuple(kinds), old=_place(was), new=_place(now)) if kinds else None


def _heading_change(old: Clause | None, new: Clause | None) -> list[Change]:
    """Return what became of a heading: nothing, or one change."""
    was = Place(old.number, old.heading, line=old.line) if old else None
    now = Place(new.number, new.heading, line=new.line) if new else None
    kinds: list[Kind] = []
    if was is None:
        kinds.append("added")
    elif now is None:
        kinds.append("removed")
    elif was.heading != now.heading:
        kinds.append("changed")
    if was and now and was.clause != now.clause:
        kinds.append("moved")
    return [Change(tuple(kinds), old=was, new=now)] if kinds else []


class Touched(msgspec.Struct, frozen=True, omit_defaults=True):
    """A requirement whose text a new edition touched: where it stood, what became of that, and which checks verify it.

    `standing`: `suspect` until someone has read the new text for it; `read again` when it has a source there; `no longer
    stands` when everything that it restated is gone.
    """

    requirement: str
    standing: Literal["suspect", "read again", "no longer stands"]
    places: tuple[str, ...]
    checks: tuple[str, ...] = ()


def touched(changes: Iterable[Change], requirements: Iterable[Requirement], old: str, new: str) -> list[Touched]:
    """Return the requirements that stood in the edition `old` on a paragraph that `changes` (to `new`) altered, by id.

    A paragraph that was only moved reads as before: it touches nothing.
    """
    altered = {
        (c.old.clause, c.old.paragraph): c
        for c in changes
        if c.old and c.old.paragraph is not None and set(c.kinds) != {"moved"}
    }
    result: list[Touched] = []
    for requirement in requirements:
        stood = [(s.clause, s.paragraph) for s in requirement.source_in(old)]
        hit = [altered[place] for place in stood if place in altered]
        if not hit:
            continue
        standing: Literal["suspect", "read again", "no longer stands"] = "suspect"
        if requirement.source_in(new):
            standing = "read again"
        elif len(hit) == len(stood) and all(change.new is None for change in hit):
            standing = "no longer stands"
        places = tuple(f"{c.old.clause} ¶{c.old.paragraph} {', '.join(c.kinds)}" for c in hit if c.old)
        result.append(Touched(requirement.id, standing, places, requirement.checks))
    return sorted(result, key=lambda t: t.requirement)
