"""Deep runs: the reference judged at the depth `deep`, edition by edition, each time with another seed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from proofs.ledger import ROOT, digest, resume

EDITIONS = ("gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4")


def judge(case: str, depth: str = "deep") -> dict[str, Any]:
    """Judge the reference by `<edition>/<seed>`; return the verdicts of its checks and what was violated, if anything."""
    edition, _, seed = case.partition("/")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "smets_conformance", "run", "--profile", edition, "--depth", depth]
        done = subprocess.run(
            [*command, "--seed", seed, "--out", folder], cwd=ROOT, capture_output=True, text=True, check=False
        )
        path = Path(folder) / "record.json"
        if not path.exists():
            return {"exit": done.returncode, "line": (done.stdout + done.stderr)[-500:]}
        record = json.loads(path.read_bytes())
    violated = sorted(result["id"] for result in record["requirements"] if result["status"] == "violated")
    checks = record["summary"]["by_check_verdict"]
    return {"exit": done.returncode, "line": record["summary"]["line"], "checks": checks, "violated": violated}


def prove(minutes: float, seeds: int = 5) -> bool:
    """Judge every edition with `seeds` seeds; return whether every run ended well."""
    cases = [f"{edition}/{seed}" for seed in range(1, seeds + 1) for edition in EDITIONS]
    kept = resume(
        "deep", digest("spec", "requirements", "conformance", "reference_impl"), cases, judge, minutes=minutes
    )
    bad = [case for case, result in kept["results"].items() if result["exit"]]
    print(
        f"deep: {len(kept['results'])} of {len(cases)} runs, {len(bad)} not as wished{': ' if bad else ''}{', '.join(bad)}"
    )
    return not bad
