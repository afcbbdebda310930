"""Names that must exist: the error for one that does not, with the names that were perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownName(LookupError):
    """A name that nothing bears. `kind` says of what, `near` holds the names most like it, best first."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Compare `name` with the `known` names of that `kind`."""
        self.kind = kind
        self.name = name
        self.near = near_matches(name, known)
        hint = f"; near it: {', '.join(repr(n) for n in self.near)}" if self.near else ""
        super().__init__(f"there is no {kind} {name!r}{hint}")


def near_matches(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to five of the `known` names that are most like `name`, letter case set aside, best first."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    folded = name.casefold()
    close = get_close_matches(folded, by_fold, n=5, cutoff=0.6)
    inside = sorted((c for c in by_fold if folded and folded in c and c not in close), key=len)
    return tuple(by_fold[c] for c in (close + inside)[:5])
