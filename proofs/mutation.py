"""Mutation: change the reference gas meter mechanically, one place at a time, and see whether the conformance checks notice.

A mutant counts as killed only by a finding: a violated requirement, blamed on the device. A crash, a time-out, an error of the
bench does not count. Survivors are listed for a person to read: some behave no differently.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from math import sqrt
from pathlib import Path
from typing import Any

from proofs.ledger import ROOT, digest, resume
from proofs.mutants import places

HOME = ROOT / "reference_impl"
# Not behaviour of the device: the way to it, its seeded faults and variants, and what it is called.
LEFT_OUT = ("faults", "variants.py", "adapter.py", "__init__.py", "world.py")
SECONDS = 240
ADAPTER = "proofs.mutant:ReferenceMeter"
SEED = 20_260_101


def modules() -> dict[str, Path]:
    """Return the reference's modules that make up the device, by import name."""
    found = {}
    for path in sorted((HOME / "smets_reference").rglob("*.py")):
        inside = path.relative_to(HOME)
        if not any(part in LEFT_OUT for part in inside.parts):
            found[".".join(inside.with_suffix("").parts)] = path
    return found


def sample(count: int, seed: int = SEED) -> list[str]:
    """Return `count` mutants as `module:index`, stratified by module in proportion to its places, in a random order."""
    draw = random.Random(seed)
    by_module = {name: len(places(path)) for name, path in modules().items()}
    total = sum(by_module.values())
    chosen = []
    for name, size in by_module.items():
        share = min(size, max(1, round(count * size / total))) if size else 0
        chosen += [f"{name}:{index}" for index in draw.sample(range(size), share)]
    draw.shuffle(chosen)
    return chosen[:count]


def judge(mutant: str) -> dict[str, Any]:
    """Run every check against the mutant in a process of its own; return its outcome, its place, and the findings."""
    name, _, index = mutant.rpartition(":")
    line, change = places(modules()[name])[int(index)]
    found: dict[str, Any] = {"line": line, "change": change}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "smets_conformance", "run", "--adapter", ADAPTER, "--out", folder]
        environment = {**os.environ, "SMETS_MUTANT": mutant}
        try:
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return {**found, "outcome": "timed out"}
        record = Path(folder) / "record.json"
        results = json.loads(record.read_bytes())["requirements"] if record.exists() else []
    violated = sorted(result["id"] for result in results if result["status"] == "violated")
    if violated:
        return {**found, "outcome": "killed", "by": violated}
    return {**found, "outcome": "survived" if done.returncode == 0 else "crashed", "exit": done.returncode}


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a proportion."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle, half = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def prove(minutes: float, count: int = 120) -> bool:
    """Judge `count` mutants and print the share killed with its interval; return whether at least half are killed by findings."""
    kept = resume(
        "mutation", digest("reference_impl", "conformance", "requirements"), sample(count), judge, minutes=minutes
    )
    outcomes = Counter(result["outcome"] for result in kept["results"].values())
    done = sum(outcomes.values())
    low, high = interval(outcomes["killed"], done)
    print(f"mutation: {dict(outcomes)} of {done}; killed {low:.0%} to {high:.0%} (95 %)")
    return done == 0 or outcomes["killed"] * 2 >= done
