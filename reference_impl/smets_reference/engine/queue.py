"""What happens next: two lanes of events, by the oscillator's count and by the calendar, in one order without ties."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

# An action is told when it was due, in the time of its lane (ms), and returns when it is due again, None for never.
Action: TypeAlias = Callable[[int], int | None]
# When it is due in the time of its lane, its rank, its number, what to do, and its lane. The number decides every tie.
Entry: TypeAlias = tuple[int, int, int, Action, list[Any]]


class EventQueue:
    """Events ordered by when they are due, then by rank (lower first), then by when they were first put in.

    The calendar runs `offset` ms ahead of the count. Setting the Clock moves every event of the calendar lane at once,
    simply because the offset has changed.
    """

    __slots__ = ("_calendar", "_elapsed", "_number")

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._elapsed: list[Entry] = []
        self._calendar: list[Entry] = []
        self._number = 0

    def at_count(self, due: int, rank: int, action: Action) -> None:
        """Let `action` happen when the oscillator's count reaches `due` ms."""
        self._put(self._elapsed, due, rank, action)

    def at_time(self, due: int, rank: int, action: Action) -> None:
        """Let `action` happen when the device's Clock shows `due` (ms UTC) or later."""
        self._put(self._calendar, due, rank, action)

    def cancel(self, action: Action) -> None:
        """Forget every event that would do `action`."""
        for lane in (self._elapsed, self._calendar):
            lane[:] = [entry for entry in lane if entry[3] != action]
            heapify(lane)

    def take_due(self, offset: int, limit: int) -> tuple[int, Entry] | None:
        """Take out the next event that is due by the count `limit`, and say at which count; None when there is none.

        That count lies in the past for an event that the Clock was set over.
        """
        elapsed, calendar = self._elapsed, self._calendar
        if calendar:
            first = calendar[0]
            due = first[0] - offset
            if not elapsed or (due, first[1], first[2]) < elapsed[0][:3]:
                return (due, heappop(calendar)) if due <= limit else None
        return (elapsed[0][0], heappop(elapsed)) if elapsed and elapsed[0][0] <= limit else None

    @staticmethod
    def put_back(entry: Entry, due: int) -> None:
        """Let what was taken out happen again when it is `due` in the time of its lane."""
        _, rank, number, action, lane = entry
        heappush(lane, (due, rank, number, action, lane))

    def _put(self, lane: list[Entry], due: int, rank: int, action: Action) -> None:
        self._number += 1
        heappush(lane, (due, rank, self._number, action, lane))
