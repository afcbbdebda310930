"""Clock: accurate to UTC, compared with the Communications Hub, adjusted at most once in 24 hours, and not at all when far off."""

from __future__ import annotations

from smets_conformance.bench import SECOND, Bench
from smets_conformance.checks import verifies

LOG = "Security Log"
OVER_LIMIT = "Clock difference over limit"


@verifies(
    "meter.clock.compares-with-hub",
    "meter.clock.difference-logged",
    "meter.clock.difference-alerted",
    "meter.clock.no-adjustment-over-limit",
)
def check_leaves_the_clock_alone_and_tells_when_the_hub_is_far_off(bench: Bench) -> None:
    """More than ten seconds from the Communications Hub the clock stays as it is, the Security Log gains an entry and an Alert comes out."""
    limit = bench.parameter("meter.clock.no-adjustment-over-limit", "limit_s") * SECOND
    for seconds in FAR_OFF_S:
        bench.reset()
        mark, log = bench.mark(), bench.log(LOG)
        bench.hub.lead_device_by(seconds * SECOND)
        before = bench.clock()
        bench.wait(bench.timing.comparison_s)
        after = bench.clock()
        logged = bench.new_entries(LOG, log, OVER_LIMIT)
        alerts = bench.alerts(OVER_LIMIT, mark)
        with bench.claims("meter.clock.compares-with-hub"):
            bench.expect(
                bool(logged or alerts), f"a sign that a difference of {seconds} s was found by comparing", "none"
            )
        with bench.claims("meter.clock.no-adjustment-over-limit"):
            bench.expect_unmoved(before, after, f"the clock not adjusted by a hub {seconds} s ahead (limit {limit} ms)")
        with bench.claims("meter.clock.difference-logged"):
            bench.expect(bool(logged), f"an entry {OVER_LIMIT!r} in the {LOG} at {seconds} s", f"{len(logged)} entries")
        with bench.claims("meter.clock.difference-alerted"):
            bench.expect(
                bool(alerts), f"an Alert {OVER_LIMIT!r} over the HAN Interface at {seconds} s", f"{len(alerts)} Alerts"
            )


@verifies("meter.clock.difference-logged", "meter.clock.difference-alerted")
def check_tells_nothing_while_the_hub_is_near(bench: Bench) -> None:
    """Within ten seconds of the Communications Hub no Security Log entry and no Alert claims a difference over the limit."""
    for seconds in NEAR_S:
        bench.reset()
        mark, log = bench.mark(), bench.log(LOG)
        bench.hub.lead_device_by(seconds * SECOND)
        bench.wait(bench.timing.comparison_s)
        with bench.claims("meter.clock.difference-logged"):
            logged = bench.new_entries(LOG, log, OVER_LIMIT)
            bench.expect(not logged, f"no entry {OVER_LIMIT!r} in the {LOG} at {seconds} s", f"{len(logged)} entries")
        with bench.claims("meter.clock.difference-alerted"):
            alerts = bench.alerts(OVER_LIMIT, mark)
            bench.expect(not alerts, f"no Alert {OVER_LIMIT!r} at {seconds} s", f"{len(alerts)} Alerts")


# Well inside, just inside, just outside, far outside; an hour is a mistaken summer time, a day a date left uncompared.
NEAR_S = (5, -5, 9, -9)
FAR_OFF_S = (11, -11, 20, -20, 3_600, -3_600, 86_400, -86_405)
