"""What a check costs in our runner, evidence and all, beside what a test costs in plain pytest."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Row, cpu_seconds

FEW, MANY = 500, 2_000
TURNS = 3
TARGET = 0.5  # milliseconds more
TOYS = Path(__file__).parent.parent / "tests" / "runner"
# A check needs a device: this one is reset and looked at, and one claim is made of what was seen.
RUN = """
import sys
from pathlib import Path
import toy_suite as toy
from smets_conformance.runner.conduct import conduct
from smets_conformance.runner.evidence import EvidenceLog
from smets_conformance.runner.session import run_session

count, out, whole = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "whole"
names = [f"toy.copy_{n}" for n in range(count)]
opening, job = toy.opening(names), toy.job(names, copies=count)
if whole:
    left = len(names) - sum(check.verdict == "pass" for check in conduct(opening, job, out, quiet=True).record.checks)
else:
    log = EvidenceLog(out / "evidence.jsonl")
    log.append(opening)
    left = len(run_session(job, log.append_raw, out).unjudged)
    log.close()
sys.exit(f"{left} checks did not pass" if left else 0)
"""
HTML = ("-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "--self-contained-html")
TESTS = """import pytest

@pytest.mark.parametrize("n", range({count}))
def test_trivial(n):
    assert n >= 0
"""


def rows(few: int = FEW, many: int = MANY, turns: int = TURNS) -> Iterator[Row]:
    """Yield the CPU milliseconds of one check more: judged, and with everything that is drawn from it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = _each(
            (few, many),
            turns,
            lambda count: _ours(folder, count, "judged"),
            lambda count: _plain(folder, count),
            lambda count: _ours(folder, count, "whole"),
            lambda count: _plain(
                folder, count, *HTML, f"--html={folder / 'peer.html'}", f"--junitxml={folder / 'peer.xml'}"
            ),
        )
    judged, plain, whole, drawn = costs
    target = f"≤ {TARGET:g} ms more than plain pytest"
    what = "one check more in a run"
    yield Row(
        f"{what}: judged, its evidence kept", "CPU ms", judged, {"pytest": plain}, target, judged - plain <= TARGET
    )
    yield Row(
        f"{what}: with its record and reports",
        "CPU ms",
        whole,
        {"pytest with HTML and JUnit": drawn},
        target,
        whole - drawn <= TARGET,
    )


def _each(counts: tuple[int, int], turns: int, *costs: Callable[[int], float]) -> list[float]:
    """Return for each of `costs` (CPU seconds of so many checks) the median milliseconds of one more; they take turns."""
    few, many = counts
    found: list[list[float]] = [[] for _ in costs]
    for _ in range(turns):
        for cost, figures in zip(costs, found, strict=True):
            figures.append((cost(many) - cost(few)) / (many - few) * 1000)
    return [statistics.median(figures) for figures in found]


def _ours(folder: Path, count: int, way: str) -> float:
    out = folder / f"out{count}"
    out.mkdir(exist_ok=True)
    return cpu_seconds([sys.executable, "-c", RUN, str(count), out, way], environment={"PYTHONPATH": str(TOYS)})


def _plain(folder: Path, count: int, *more: str) -> float:
    tests = folder / f"test_{count}.py"
    tests.write_text(TESTS.format(count=count))
    plain = ["-q", "-c", "/dev/null", f"--rootdir={folder}", "-p", "no:cacheprovider"]
    command: list[str | Path] = [sys.executable, "-m", "pytest", *plain, *more, tests]
    return cpu_seconds(command, environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
