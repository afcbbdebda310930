"""Communications Links over the HAN Interface, above all the one with the Communications Hub Function (4.4.2, 4.4.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smets_reference.part import Part

if TYPE_CHECKING:
    from smets_reference.meter import Meter

HUB = "Communications Hub Function"
# 4.4.2: with these only if they are in the Device Log, with one Communications Hub Function, with nobody else.
LISTED = ("Gas Proxy Function", "PPMID")


class HubLink(Part):
    """The links that stand. They are not kept over a loss of power but established anew when it returns."""

    __slots__ = ("links",)

    def __init__(self, meter: Meter) -> None:
        """Begin without links."""
        super().__init__(meter)
        self.links: dict[str, str] = {}

    def start(self) -> None:
        """Look who is on the network."""
        for peer, kind in self.meter.world.peers.items():
            self.appeared(peer, kind)

    def appeared(self, peer: str, kind: str) -> None:
        """Establish a Communications Link with `peer` if it is one to have a link with."""
        if self.wanted(peer, kind):
            self.links[peer] = kind

    def disappeared(self, peer: str) -> None:
        """Let the link with `peer` go, and have one with another Communications Hub Function should there be one."""
        if self.links.pop(peer, None) == HUB:
            self.start()

    def time_changed(self) -> None:
        """Be at hand when the hub's date and time becomes another; this device asks for it when it wants it."""

    def wanted(self, peer: str, kind: str) -> bool:
        """Say whether the device may have a link with a peer of that name and kind (4.4.2 ¶2, 4.4.2.2 ¶1)."""
        if kind == HUB:
            return HUB not in self.links.values()
        return kind in LISTED and any(known["identifier"] == peer for known in self.meter.store.items["Device Log"])

    def date_and_time(self) -> int | None:
        """Receive the Communications Hub Date and Time (4.4.2.2 ¶2) in ms UTC; None while it is not to be had."""
        world = self.meter.world
        if world.hub_offset is None or HUB not in self.links.values():
            return None
        return self.meter.utc() + world.hub_offset
