"""Kills: the reference is killed with SIGKILL at 200 random instants, and loses nothing but what had not happened yet."""

from __future__ import annotations

from typing import Any

from tests.reference import kills

from proofs.ledger import digest, resume


def judge(case: str) -> dict[str, Any]:
    """Carry out the case of that seed."""
    return kills.kill(int(case))


def prove(minutes: float, count: int = 200) -> bool:
    """Kill `count` times; return whether nothing was wrong after any."""
    kept = resume(
        "kills",
        digest("reference_impl", without=("faults", "variants.py")),
        map(str, range(1, count + 1)),
        judge,
        minutes=minutes,
    )
    wrong = [case for case, result in kept["results"].items() if result["wrong"]]
    print(f"kills: {len(kept['results'])} of {count}, {len(wrong)} with something wrong after")
    return not wrong
