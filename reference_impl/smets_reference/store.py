"""The Data Store (4.4.3, 4.6): items and logs in a real file, changed whole event by whole event."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec

from smets_conformance.adapter.contract import Value
from smets_reference.journal import Journal

Entry = dict[str, Value]

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[int, dict[str, Any], list[tuple[str, dict[str, Any]]]])
# A journal longer than this, and than eight times the state itself, is written anew as one frame.
LONGEST = 1 << 22


class PowerFailed(Exception):
    """The supply gave out just after a write; whatever the running event had changed so far is not kept."""


class Store:
    """Named items and circular logs. `put` and `append` change the state at once and the file at the next `commit`.

    A commit is one frame of the journal: so the file always holds the state as it was after some event, never in the
    midst of one. Opening a store that exists brings back that state (4.4.3, "including on loss of power").
    """

    __slots__ = ("_appended", "_compact_at", "_countdown", "_journal", "_put", "count", "items", "logs")

    def __init__(self, path: Path, capacities: Mapping[str, int]) -> None:
        """Open the store in the file `path`, its logs holding as many entries as `capacities` says.

        Raises:
            OSError: the file cannot be used.
        """
        self.items: dict[str, Value] = {}
        self.logs: dict[str, deque[Entry]] = {name: deque(maxlen=size) for name, size in capacities.items()}
        self.count = 0  # the oscillator's count (ms) at the last commit
        self._put: dict[str, Value] = {}
        self._appended: list[tuple[str, Entry]] = []
        self._countdown = 0
        self._compact_at = LONGEST
        self._journal = Journal(path)
        for frame in self._journal.frames():
            self.count, put, appended = _DECODER.decode(frame)
            self.items.update(put)
            for log, entry in appended:
                self.logs[log].append(entry)

    def put(self, item: str, value: Value) -> None:
        """Hold `value` as the item's.

        Raises:
            PowerFailed: this was the write after which the power was to fail.
        """
        self.note(item, value)
        self._written()

    def note(self, item: str, value: Value) -> None:
        """Hold `value` as the item's without a write to storage: what keeps it is memory of its own kind."""
        self.items[item] = value
        self._put[item] = value

    def append(self, log: str, entry: Entry) -> None:
        """Add an entry to a log, over its oldest when it is full.

        Raises:
            PowerFailed: this was the write after which the power was to fail.
        """
        self.logs[log].append(entry)
        self._appended.append((log, entry))
        self._written()

    def fail_after(self, writes: int) -> None:
        """Let the power fail just after so many more writes."""
        self._countdown = writes

    @property
    def changed(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self._put or self._appended)

    def commit(self, count: int) -> None:
        """Keep what has changed since the last commit, and that the oscillator's count has come to `count` ms."""
        self.count = count
        self._journal.append(_ENCODER.encode((count, self._put, self._appended)))
        self._put = {}
        self._appended = []

    def flush(self) -> None:
        """Hand what was committed over to the operating system.

        Raises:
            OSError: it would not take it.
        """
        self._journal.flush()
        if self._journal.size > self._compact_at:
            entries = [(log, entry) for log, kept in self.logs.items() for entry in kept]
            self._journal.replace(_ENCODER.encode((self.count, self.items, entries)))
            self._compact_at = max(LONGEST, 8 * self._journal.size)

    def forget(self) -> None:
        """Drop what has changed since the last commit from what will be kept: the running event never came to its end."""
        self._put = {}
        self._appended = []
        self._countdown = 0

    def close(self) -> None:
        """Let go of the file; what was not committed is not kept."""
        self._journal.close()

    def _written(self) -> None:
        self._countdown -= 1
        if not self._countdown:
            raise PowerFailed


def held(store: Store) -> tuple[dict[str, Value], dict[str, list[Entry]]]:
    """Return a copy of all that a store holds: its items, and its logs oldest entry first."""
    return deepcopy(store.items), {name: deepcopy(list(log)) for name, log in store.logs.items()}


def count_of(frame: bytes) -> int:
    """Return the oscillator's count (ms) at which a frame was committed."""
    return _DECODER.decode(frame)[0]
