"""Communications Links with a Communications Hub Function: made, held, and used to receive the hub's date and time."""

from __future__ import annotations

from typing import Final

from smets_conformance.adapter.contract import Press
from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Bench
from smets_conformance.bench.hub import HUB, KIND
from smets_conformance.checks import verifies

LINKS: Final = "Communications Links"
REPORTED: Final = "Communications Hub Date and Time"
SEEK: Final = "Find Smart Metering Home Area Network and Re-establish Communications Links"


@verifies("meter.hub-link.establishes")
def check_links_with_a_hub_that_offers_itself(bench: Bench) -> None:
    """A hub that was gone and offers itself again is linked again, and works: Commands are answered, its time is used."""
    bench.reset()
    for gone_s in (MINUTE // SECOND, DAY // SECOND):
        bench.hub.leave()
        bench.wait(gone_s)
        bench.hub.join()
        bench.hub.set(0)
        bench.wait(bench.timing.comparison_s)
        _seek_if_need_be(bench)
        _expect_link(bench, "meter.hub-link.establishes", f"after the hub was gone for {gone_s} s")


@verifies("meter.hub-link.maintains")
def check_holds_the_link(bench: Bench) -> None:
    """The link stands and works after a week of use, after days in which the hub gave no time, and after a loss of power."""
    bench.reset()
    bench.wait(7 * DAY // SECOND)
    _expect_link(bench, "meter.hub-link.maintains", "after a week")
    bench.hub.fall_silent()
    bench.wait(2 * DAY // SECOND)
    bench.hub.lead_device_by(0)
    bench.wait(bench.timing.comparison_s)
    _expect_link(bench, "meter.hub-link.maintains", "after two days in which the hub gave no time")
    if "Interrupt" in bench.description.acts and "Restore" in bench.description.acts:
        bench.cut_power()
        bench.wait(HOUR // SECOND)
        bench.restore_power()
        bench.wait(bench.timing.comparison_s)
        _expect_link(bench, "meter.hub-link.maintains", "after an hour without power")


@verifies("meter.hub-link.receives-time", "glossary.communications-hub-date-and-time")
def check_receives_the_hubs_own_time(bench: Bench) -> None:
    """The time received is the hub's own, now, whatever UTC is: Set Clock brings the device to it each time it has moved."""
    bench.reset()
    for lead in (0, HOUR + 67 * SECOND, -DAY, 0):
        bench.hub.set(lead)
        bench.wait(bench.timing.comparison_s)
        bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
        off = bench.behind_hub().magnitude()
        for requirement in ("meter.hub-link.receives-time", "glossary.communications-hub-date-and-time"):
            with bench.claims(requirement):
                near = bench.at_most(off, _granularity(bench))
                bench.expect(near, f"the device at the hub's time, {lead} ms ahead of UTC", off)
        _expect_report(bench)


def _expect_report(bench: Bench) -> None:
    """Hold that the device reports the hub's time, where the adapter lets one look."""
    if not bench.can_look(REPORTED):
        return
    reported = bench.look(REPORTED)
    with bench.claims("meter.hub-link.receives-time"):
        shown = bench.expect_found(reported, "a Communications Hub Date and Time received")
        off = bench.reading("hub's time as received, ahead of the hub's own [ms]", shown - bench.hub.utc).magnitude()
        bench.expect(bench.at_most(off, _granularity(bench)), "the hub's own time, carried forward to now", off)


def _expect_link(bench: Bench, requirement: str, when: str) -> None:
    """Hold that the link with the hub stands, where one can look, and works."""
    with bench.claims(requirement):
        if bench.can_look(LINKS):
            links = bench.look(LINKS)
            hubs = [link for link in links or () if link.get("peer") == HUB and link.get("kind") == KIND]
            bench.expect(bool(hubs), f"a Communications Link with the {KIND} {when}", links)
        mark = bench.mark()
        ref = bench.send("Read Operational Data", {"item": "Event Log"}) if _can_read(bench) else ""
        answered = not ref or bench.response(ref, mark) is not None
        bench.expect(answered, f"a Command that came by the link answered {when}", "no Response")


def _can_read(bench: Bench) -> bool:
    return "Read Operational Data" in bench.description.acts.get("Send", ())


def _granularity(bench: Bench) -> int:
    """Return how near the hub's time an adjusted clock must be, in ms."""
    return bench.parameter("meter.set-clock.adjusts-within-tolerance", "granularity_s") * SECOND


def _seek_if_need_be(bench: Bench) -> None:
    """Let a person have the meter seek its network, where it has not linked by itself and there is such a Command."""
    if not bench.can_look(LINKS) or SEEK not in bench.description.acts.get("Press", ()):
        return
    if not any(link.get("peer") == HUB for link in bench.look(LINKS) or ()):
        bench.do(Press(command=SEEK))
        bench.wait(bench.timing.comparison_s)
