"""The simulated Communications Hub: a clock that can be set, drift and fall silent, and a link that can be cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from smets_conformance.adapter.contract import HubTime, Join, Leave
from smets_conformance.bench.errors import SuiteError
from smets_conformance.bench.timing import SECOND

if TYPE_CHECKING:
    from smets_conformance.bench.bench import Bench
    from smets_conformance.bench.readings import Reading

HUB: Final = "hub"
KIND: Final = "Communications Hub Function"
LINKS: Final = "Communications Links"
MILLION: Final = 1_000_000
# A drifting hub is stepped by this much, a tenth of the Clock's least resolution.
DRIFT_STEP_MS: Final = 100


@dataclass(frozen=True, slots=True)
class HubClock:
    """The Communications Hub Date and Time as a function of bench time.

    `offset` ms ahead of the bench at bench time `since` (ms UTC), from then on gaining `ppm` parts in a million; None: the hub
    gives no time.
    """

    offset: int | None = 0
    since: int = 0
    ppm: int = 0

    def offset_at(self, bench_time: int) -> int | None:
        """Return how far ahead of the bench the hub is, in ms, rounded towards the past; None while it gives no time."""
        if self.offset is None:
            return None
        return self.offset + (bench_time - self.since) * self.ppm // MILLION

    def utc_at(self, bench_time: int) -> int | None:
        """Return the Communications Hub Date and Time at `bench_time`, in ms of UTC; None while the hub gives none."""
        offset = self.offset_at(bench_time)
        return None if offset is None else bench_time + offset

    def steady_for(self, granularity: int) -> int | None:
        """Return the ms in which the offset moves by `granularity` ms; None if it never does."""
        if self.offset is None or self.ppm == 0:
            return None
        return granularity * MILLION // abs(self.ppm)


class Hub:
    """The simulated Communications Hub of a bench."""

    def __init__(self, bench: Bench) -> None:
        """Stand beside `bench`; reset gives the hub the bench's time."""
        self._bench = bench
        self.clock = HubClock()
        self._told: int | None = 0

    @property
    def utc(self) -> int:
        """The Communications Hub Date and Time now, in ms of UTC.

        Raises:
            SuiteError: the hub gives none now.
        """
        utc = self.clock.utc_at(self._bench.now)
        if utc is None:
            raise SuiteError("the hub gives no time now")
        return utc

    def begin(self) -> None:
        """Have the bench's own time, as after every reset, without telling the adapter."""
        self.clock = HubClock(0, self._bench.now)
        self._told = 0

    def set(self, offset: int, *, ppm: int = 0) -> None:
        """Let the hub run `offset` ms ahead of the bench, gaining `ppm` parts in a million from now on."""
        self._become(HubClock(offset, self._bench.now, ppm))

    def lead_device_by(self, difference: int) -> Reading:
        """Set the hub so that it is `difference` ms ahead of the device's clock as that shows now.

        Returns the reading of that clock: from before the hub moved, since a device may compare at once.
        """
        before = self._bench.clock()
        self.set(before.value + difference)
        return before

    def fall_silent(self) -> None:
        """Give no time any more."""
        self._become(HubClock(None, self._bench.now))

    def settle(self) -> None:
        """Let an adjustment under way come to its end, and none begin: a slow one may outlast a change of the hub's time."""
        if self._bench.timing.adjust_settling_s:
            self.fall_silent()
            self._bench.wait(self._bench.timing.adjust_settling_s)

    def leave(self, peer: str = HUB) -> None:
        """Disappear from the network; `peer` is the name it goes by there."""
        self._bench.do(Leave(peer=peer))

    def join(self, peer: str = HUB) -> None:
        """Appear on the network under a name and offer a Communications Link."""
        self._bench.do(Join(peer=peer, kind=KIND))

    def linked(self, peer: str = HUB) -> bool | None:
        """Return whether the device shows a Communications Link with the hub of that name; None where nobody can look."""
        if not self._bench.can_look(LINKS):
            return None
        links = cast("list[dict[str, str]]", self._bench.look(LINKS) or [])
        return any(link.get("peer") == peer and link.get("kind") == KIND for link in links)

    def steady_s(self) -> int:
        """Return for how many seconds the bench may let time pass before the hub's drift must be told to the adapter."""
        steady = self.clock.steady_for(DRIFT_STEP_MS)
        return 2**31 if steady is None else max(1, steady // SECOND)

    def drifted(self) -> None:
        """Tell the adapter how far the hub has drifted, where it has."""
        offset = self.clock.offset_at(self._bench.now)
        if offset != self._told:
            self._tell(offset)

    def _become(self, clock: HubClock) -> None:
        self.clock = clock
        self._tell(clock.offset_at(self._bench.now))

    def _tell(self, offset: int | None) -> None:
        self._told = offset
        self._bench.do(HubTime(offset=offset))
