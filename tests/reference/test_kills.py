"""A gas meter killed with SIGKILL at a random instant of `advance` is as it was after some event, and misses nothing later."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

# A seeded sample; `make prove` does two hundred, and keeps what came of them.
KILLS = int(os.environ.get("SMETS_KILLS", "10"))


def test_a_killed_meter_is_as_it_was_after_some_event() -> None:
    spec = importlib.util.spec_from_file_location("reference_kills", Path(__file__).with_name("kills.py"))
    assert spec is not None
    assert spec.loader is not None
    kills = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kills)
    results = {seed: kills.kill(seed) for seed in range(KILLS)}
    assert not {seed: result["wrong"] for seed, result in results.items() if result["wrong"]}
    inside = [result for result in results.values() if result["events before the kill"] > 0]
    assert len(inside) >= KILLS // 2, "most kills are to fall inside the advance, not before or after it"
