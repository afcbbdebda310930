"""Communications Links with a Communications Hub Function: made, held, and used to receive the hub's date and time."""

from __future__ import annotations

from typing import Final

from smets_conformance.adapter.contract import Press
from smets_conformance.bench import DAY, HOUR, MINUTE, SECOND, Answer, Bench
from smets_conformance.bench.hub import HUB, KIND, LINKS
from smets_conformance.checks import verifies
from smets_conformance.verdicts import NotTestable

REPORTED: Final = "Communications Hub Date and Time"
SEEK: Final = "Find Smart Metering Home Area Network and Re-establish Communications Links"


@verifies("meter.hub-link.establishes")
def check_links_with_a_hub_that_offers_itself(bench: Bench) -> None:
    """Gone, the hub is linked no more; when it, or another in its place, offers itself, it is linked, and Commands are answered."""
    bench.reset()
    linked = HUB
    for peer, gone_s in ((HUB, MINUTE // SECOND), (HUB, DAY // SECOND), ("another hub", DAY // SECOND)):
        bench.hub.leave(linked)
        bench.wait(gone_s)
        if gone_s >= DAY // SECOND and bench.can_look(LINKS):
            with bench.claims("meter.hub-link.establishes"):
                shown = bench.look(LINKS)
                bench.expect(not bench.hub.linked(linked), "no link with a hub that has been gone for a day", shown)
        bench.hub.join(peer)
        linked = peer
        bench.hub.set(0)
        bench.wait(bench.timing.comparison_s)
        if gone_s >= DAY // SECOND:
            _seek_if_need_be(bench, peer)
        _expect_link(bench, peer, "meter.hub-link.establishes", f"after none was there for {gone_s} s")


@verifies("meter.hub-link.maintains")
def check_holds_the_link(bench: Bench) -> None:
    """The link stands and works after a week of use, after days in which the hub gave no time, and after a loss of power."""
    bench.reset()
    bench.wait(7 * DAY // SECOND)
    _expect_link(bench, HUB, "meter.hub-link.maintains", "after a week")
    bench.hub.fall_silent()
    bench.wait(2 * DAY // SECOND)
    bench.hub.lead_device_by(0)
    bench.wait(bench.timing.comparison_s)
    _expect_link(bench, HUB, "meter.hub-link.maintains", "after two days in which the hub gave no time")
    if "Interrupt" in bench.description.acts and "Restore" in bench.description.acts:
        bench.cut_power()
        bench.wait(HOUR // SECOND)
        bench.restore_power()
        bench.wait(bench.timing.comparison_s)
        _expect_link(bench, HUB, "meter.hub-link.maintains", "after an hour without power")


@verifies("meter.hub-link.receives-time", "glossary.communications-hub-date-and-time")
def check_receives_the_hubs_own_time(bench: Bench) -> None:
    """The time received is the hub's own, as it is now, whatever UTC is and whatever a Command says."""
    bench.reset()
    for lead in (0, HOUR + 67 * SECOND, -DAY, 0):
        signs = _signs_of_the_hubs_time(bench, lead)
        with bench.claims("meter.hub-link.receives-time"):
            bench.expect(
                any(signs.values()), f"a sign that the hub's time, {lead} ms ahead of UTC, was received", signs
            )
        with bench.claims(DEFINITION):
            bench.expect(any(signs.values()), f"the date and time of the hub itself, {lead} ms ahead of UTC", signs)
        with bench.claims(DEFINITION):
            bench.expect(
                signs.get("reported") is not False, "the date and time reported as the hub's is the hub's", signs
            )
            _expect_no_other_time(bench)


DEFINITION: Final = "glossary.communications-hub-date-and-time"


def _signs_of_the_hubs_time(bench: Bench, lead: int) -> dict[str, bool]:
    """Move the hub and return what shows that the device received its time: told a difference, reports it, takes it on."""
    mark = bench.mark()
    bench.hub.set(lead)
    limit_s = bench.parameter("meter.clock.no-adjustment-over-limit", "limit_s")
    apart = bench.at_least(bench.behind_hub().magnitude(), limit_s * SECOND) is Answer.YES
    bench.wait(bench.timing.comparison_s)
    signs = {"told": apart and bool(bench.alerts("Clock difference over limit", mark))}
    if bench.can_look(REPORTED):
        reported = bench.look(REPORTED)
        off = bench.reading("hub's time as reported, ahead of the hub's own [ms]", (reported or 0) - bench.hub.utc)
        signs["reported"] = bench.at_most(off.magnitude(), _granularity(bench)) is not Answer.NO
    bench.set_clock(bench.hub.utc, MINUTE // SECOND + bench.timing.command_latency_s)
    signs["taken on"] = _shows_the_hubs_time(bench)
    return signs


def _expect_no_other_time(bench: Bench) -> None:
    """Hold that no Command, far off the hub or saying UTC, is found to agree with the hub and moves the clock elsewhere."""
    for date in (bench.hub.utc + HOUR, bench.now):
        before, log = bench.clock(), bench.log("Event Log")
        bench.set_clock(date, MINUTE // SECOND)
        moved = bench.has_moved(before, bench.clock())
        refused = bool(bench.new_entries("Event Log", log, "Clock not adjusted"))
        lawful = refused or not moved or _shows_the_hubs_time(bench)
        bench.expect(lawful, "no other time taken for the hub's", bench.behind_hub())


def _shows_the_hubs_time(bench: Bench) -> bool:
    """Return whether the device's clock shows the hub's date and time, as near as a reading can tell."""
    return bench.at_most(bench.behind_hub().magnitude(), _granularity(bench)) is not Answer.NO


def _expect_link(bench: Bench, peer: str, requirement: str, when: str) -> None:
    """Hold that the link with the hub stands, where one can look, and works.

    Raises:
        NotTestable: one can neither look nor send a Command that reads.
    """
    if not bench.can_look(LINKS) and not _can_read(bench):
        raise NotTestable((f"look {LINKS}", "act Send of Read Operational Data"))
    with bench.claims(requirement):
        if bench.can_look(LINKS):
            bench.expect(
                bench.hub.linked(peer) is True, f"a Communications Link with the {KIND} {when}", bench.look(LINKS)
            )
        answered = True
        if _can_read(bench):
            mark = bench.mark()
            answered = bench.response(bench.send("Read Operational Data", {"item": "Event Log"}), mark) is not None
        bench.expect(answered, f"a Command that came by the link answered {when}", "no Response")


def _can_read(bench: Bench) -> bool:
    return "Read Operational Data" in bench.description.acts.get("Send", ())


def _granularity(bench: Bench) -> int:
    """Return how near the hub's time an adjusted clock must be, in ms."""
    return bench.parameter("meter.set-clock.adjusts-within-tolerance", "granularity_s") * SECOND


def _seek_if_need_be(bench: Bench, peer: str) -> None:
    """Let a person have the meter seek its network, where it has not linked by itself (A74).

    Raises:
        NotTestable: it has not, and the adapter cannot have a person ask for it.
    """
    if bench.hub.linked(peer) is not False:
        return
    if SEEK not in bench.description.acts.get("Press", ()):
        raise NotTestable(f"act Press of {SEEK}")
    bench.do(Press(command=SEEK))
    bench.wait(bench.timing.comparison_s)
