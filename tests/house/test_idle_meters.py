"""No check passes a meter that does nothing; keeping time is all that is verified of one that does nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smets_reports.record import read_record


@pytest.mark.parametrize(("meter", "verified"), [("Inert", set()), ("Refuser", {"meter.clock.accuracy"})])
def test_nothing_is_verified_of_a_meter_that_does_nothing(meter: str, verified: set[str], tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "smets_conformance",
        "run",
        "--adapter",
        f"idle_meters:{meter}",
        "--out",
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    record = read_record(tmp_path / "record.json")
    assert {result.id for result in record.requirements if result.status == "verified"} == verified
    passed = {claimed for check in record.checks if check.verdict == "pass" for claimed in check.requirements}
    assert passed == verified
