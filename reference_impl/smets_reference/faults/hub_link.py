"""Faults of the link with the Communications Hub Function and of its date and time (4.4.2.2, Glossary)."""
# ruff: noqa: D102 - the docstring of the class says what its altered method does

from __future__ import annotations

from smets_conformance.adapter.contract import Value
from smets_reference.clock import DAY_MS, Timekeeper
from smets_reference.faults.ids import (
    ASTRAY,
    COMPARES,
    ESTABLISHES,
    HUB_TIME,
    LEAVES_ALONE,
    MAINTAINS,
    RECEIVES_TIME,
    TOLD,
)
from smets_reference.faults.making import breaks
from smets_reference.hub_link import HubLink
from smets_reference.part import COMPARISON
from smets_reference.set_clock import SetClock


@breaks(ESTABLISHES, may=(MAINTAINS, RECEIVES_TIME))
class NeverLinksAgain(HubLink):
    """Once the Communications Hub Function has gone no link is established any more."""

    def appeared(self, peer: str, kind: str) -> None:
        if ".left" not in self.meter.store.items:
            super().appeared(peer, kind)

    def disappeared(self, peer: str) -> None:
        self.meter.store.put(".left", True)
        super().disappeared(peer)


@breaks(ESTABLISHES, may=(MAINTAINS, RECEIVES_TIME, HUB_TIME))
class LinksUnderWrongKind(HubLink):
    """A hub that comes back is linked as if it were a Gas Proxy Function."""

    def appeared(self, peer: str, kind: str) -> None:
        super().appeared(peer, kind)
        if peer in self.links and ".left" in self.meter.store.items:
            self.links[peer] = "Gas Proxy Function"

    def disappeared(self, peer: str) -> None:
        self.meter.store.put(".left", True)
        super().disappeared(peer)


@breaks(ESTABLISHES, may=(MAINTAINS,))
class ShowsLinksWithNobody(HubLink):
    """A link with a Communications Hub Function is shown although none is there any more."""

    def disappeared(self, peer: str) -> None:
        del peer


@breaks(MAINTAINS, may=(ESTABLISHES, *ASTRAY))
class DropsLinkWhenTimeSilent(HubLink):
    """When the hub gives no time the link is given up, and not taken up again."""

    def date_and_time(self) -> int | None:
        hub = super().date_and_time()
        if hub is None:
            self.links.clear()
        return hub


@breaks(MAINTAINS, may=(ESTABLISHES, *ASTRAY))
class DropsLinkAfterADay(HubLink):
    """A link is given up a day after power came."""

    def start(self) -> None:
        super().start()
        self.meter.queue.at_count(self.meter.count + DAY_MS, COMPARISON, self.drop)

    def drop(self, due: int) -> None:
        self.links.clear()


@breaks(MAINTAINS, may=(ESTABLISHES, *ASTRAY))
class LinkNotTakenUpAfterPowerLoss(HubLink):
    """When power returns nobody is looked for on the network."""

    def start(self) -> None:
        if self.meter.store.count == 0:
            super().start()


@breaks(RECEIVES_TIME, may=(ESTABLISHES, *ASTRAY))
class HubTimeReceivedOnce(HubLink):
    """The hub's date and time is received when the link is established, and reckoned on from there."""

    ahead: int | None = None

    def appeared(self, peer: str, kind: str) -> None:
        super().appeared(peer, kind)
        hub = super().date_and_time()
        self.ahead = None if hub is None else hub - self.meter.count

    def date_and_time(self) -> int | None:
        return None if self.ahead is None else self.meter.count + self.ahead


@breaks(HUB_TIME, may=ASTRAY)
class HubTimeFrozen(HubLink):
    """The first date and time received from the hub is taken for its date and time ever after."""

    def date_and_time(self) -> int | None:
        hub = super().date_and_time()
        frozen = self.meter.store.items.get(".frozen")
        if frozen is None and hub is not None:
            self.meter.store.put(".frozen", hub)
            return hub
        return frozen


@breaks(RECEIVES_TIME, may=(ESTABLISHES, *ASTRAY))
class HubTimeNeverReceived(HubLink):
    """The date and time of the hub never reaches the meter."""

    def date_and_time(self) -> int | None:
        return None


@breaks(HUB_TIME, may=(ESTABLISHES, *ASTRAY))
class HubDateIgnored(HubLink):
    """Of the hub's date and time only the time of day is taken, the date is the meter's own."""

    def date_and_time(self) -> int | None:
        hub, now = super().date_and_time(), self.meter.clock.now()
        return None if hub is None else now + (hub - now + DAY_MS // 2) % DAY_MS - DAY_MS // 2


@breaks(HUB_TIME, may=(ESTABLISHES, *ASTRAY))
class TimeFromElsewhere(HubLink):
    """Whatever the hub says, the date and time is taken from a time signal received by radio."""

    def date_and_time(self) -> int | None:
        return None if super().date_and_time() is None else self.meter.utc()


@breaks(HUB_TIME, may=(ESTABLISHES, *ASTRAY))
class TimeFromCommands(SetClock):
    """The date and time of a Set Clock is taken for the hub's."""

    def execute(self, parameters: dict[str, Value]) -> dict[str, Value]:
        self.adjust(parameters["date and time"], parameters["date and time"])
        return {}


class Remembers(HubLink):
    """A link that remembers that the hub was gone. Not a fault yet: a fault says what comes of it."""

    def disappeared(self, peer: str) -> None:
        self.meter.store.put(".left", True)
        super().disappeared(peer)


@breaks(LEAVES_ALONE, may=ASTRAY)
class ResyncsWithReturningHub(Remembers):
    """When the hub comes back the Clock takes on its date and time, however far off."""

    def appeared(self, peer: str, kind: str) -> None:
        super().appeared(peer, kind)
        hub = self.date_and_time()
        if hub is not None and ".left" in self.meter.store.items:
            self.meter.clock.step(hub - self.meter.clock.now())


class DeafAfterwards(Timekeeper):
    """Comparisons that end once the hub was gone."""

    def compare(self, due: int) -> int:
        return self.next_comparison() if ".left" in self.meter.store.items else super().compare(due)


@breaks(COMPARES, *TOLD, may=ASTRAY, timekeeper=DeafAfterwards)
class NoComparisonWithReturningHub(Remembers):
    """Once the hub was gone the Clock is not compared with it any more."""
