"""How Hypothesis explores a device: as long as the depth asks, from the run's seed, keeping nothing on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, seed, settings

if TYPE_CHECKING:
    from smets_conformance.bench.bench import Bench


def exploration(bench: Bench, steps: int = 50) -> settings:
    """Return Hypothesis's settings: as many examples as the depth asks for, of at most `steps` steps each.

    Which phases run, shrinking above all, is left to the profile that the runner has loaded.
    """
    return settings(
        max_examples=bench.examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    )


def explored(bench: Bench) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator for a property on an inner function, which must call `bench.begin_example` and reset first."""

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        return seed(bench.seed)(exploration(bench)(test))

    return decorate
