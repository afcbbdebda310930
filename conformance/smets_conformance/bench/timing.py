"""What the declarations say about time: how long to wait for what, and how far readings may be off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smets_conformance.bench.readings import DecisionRule

if TYPE_CHECKING:
    from smets_conformance.profile import Declarations

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONGEST_SAMPLING_S = 600


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in whole seconds, uncertainties in ms, the oscillator's worst rate in parts in a million."""

    compare_interval_s: int
    adjust_settling_s: int
    alert_latency_s: int
    response_latency_s: int
    command_latency_s: int
    clock_resolution_ms: int
    clock_drift_ppm: int
    storage_settling_s: int
    rig_clock_uncertainty_ms: int
    decision_rule: DecisionRule

    @property
    def comparison_s(self) -> int:
        """Seconds within which a change of the hub's time has been compared and everything that follows has come out.

        The device counts the interval by its own oscillator, which may be slow.
        """
        interval_s = self.compare_interval_s + -(-self.drift_ms(self.compare_interval_s) // SECOND)
        return interval_s + self.adjust_settling_s + self.alert_latency_s + self.command_latency_s + 1

    @property
    def sampling_s(self) -> int:
        """Seconds between two looks at a clock that is being watched: no adjustment takes place twice in between."""
        return min(self.compare_interval_s, LONGEST_SAMPLING_S)

    @property
    def command_s(self) -> int:
        """Seconds within which a Command sent now has had all its effects, is stored, and its Alert and entries are out."""
        latest = max(self.response_latency_s, self.alert_latency_s, self.adjust_settling_s, self.storage_settling_s)
        return self.command_latency_s + latest + 1

    @property
    def step_ms(self) -> int:
        """What lies safely to one side of a limit, in ms: beyond the reading, and a hub that tells its time in whole seconds."""
        return SECOND + self.clock_uncertainty_ms

    @property
    def clock_uncertainty_ms(self) -> int:
        """How far a reading of the device's clock may be off, in ms."""
        return self.clock_resolution_ms + self.rig_clock_uncertainty_ms

    def drift_ms(self, seconds: int) -> int:
        """Return how far the device's own oscillator may carry its clock in `seconds`, in ms, rounded up."""
        return -(-seconds * self.clock_drift_ppm // SECOND)


def timing_of(declarations: Declarations) -> Timing:
    """Read what concerns time from the declarations."""
    ixit, rig = declarations.ixit, declarations.rig
    return Timing(
        compare_interval_s=ixit.clock_compare_interval_s,
        adjust_settling_s=ixit.clock_adjust_settling_s,
        alert_latency_s=ixit.latency.alert_s,
        response_latency_s=ixit.latency.response_s,
        command_latency_s=ixit.latency.command_s,
        clock_resolution_ms=ixit.resolution.clock_ms,
        clock_drift_ppm=ixit.clock_drift_ppm,
        storage_settling_s=ixit.storage_settling_s,
        rig_clock_uncertainty_ms=rig.clock_uncertainty_ms,
        decision_rule=rig.decision_rule,
    )
