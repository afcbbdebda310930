"""A gas meter killed with SIGKILL at a random instant of `advance` is as it was after some event, and misses nothing later."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

VARIABLE = "SMETS_KILLS"
SAMPLE = 10


@pytest.fixture(scope="module")
def kills() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_kills", Path(__file__).with_name("kills.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_killed_meter_is_as_it_was_after_some_event(kills: ModuleType) -> None:
    """By default a seeded sample; with SMETS_KILLS=200 that many, resumed from and kept in docs/proofs/kills.json."""
    wanted = os.environ.get(VARIABLE)
    results = _proved(kills, int(wanted)) if wanted else {str(seed): kills.kill(seed) for seed in range(SAMPLE)}
    wrong = {seed: result["wrong"] for seed, result in results.items() if result["wrong"]}
    assert not wrong
    inside = [result for result in results.values() if result["events before the kill"] > 0]
    assert len(inside) >= len(results) // 2, "most kills are to fall inside the advance, not before or after it"


def _proved(kills: ModuleType, wanted: int) -> dict[str, Any]:
    from proofs.ledger import digest, resume

    subject = digest("reference_impl", "tests/reference")
    kept = resume("kills", subject, map(str, range(wanted)), lambda seed: kills.kill(int(seed)), minutes=80)
    results: dict[str, Any] = kept["results"]
    assert len(results) == wanted, "stopped for lack of time: run it again to go on"
    return results
