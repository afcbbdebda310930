"""Load and validate 5,000 requirements, cold and warm, beside LOBSTER with TRLC."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import peers, synthetic
from benchmarks.measure import Row, cpu_seconds

COUNT = 5_000
LOAD = "import sys; from pathlib import Path; from smets_spec.catalogue import load_catalogue; load_catalogue(Path(sys.argv[1]))"
START = "import smets_spec.catalogue"


def rows() -> Iterator[Row]:
    """Yield the cold and the warm load, whole processes both, so that a peer's start-up is weighed against ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lobster").mkdir()
        tree = synthetic.write(folder, COUNT)
        load, trace, _ = peers.lobster(COUNT, folder / "lobster")

        def ours(cache: Path) -> float:
            return cpu_seconds([sys.executable, "-c", LOAD, tree], environment={"SMETS_CACHE": str(cache)})

        cold = statistics.median(ours(folder / f"cold{run}") for run in range(3))
        warm = statistics.median(ours(folder / "cold0") for _ in range(3))
        start = statistics.median(cpu_seconds([sys.executable, "-c", START]) for _ in range(3))
    beside = {"LOBSTER with TRLC, load": load, "the same, with trace and HTML": load + trace}
    note = f"whole process; starting it takes {start:.2f} s"
    yield Row(
        f"load and validate {COUNT:,} requirements, cold", "CPU s", cold, beside, "≤ 1.0 s", cold - start <= 1.0, note
    )
    yield Row(f"load {COUNT:,} requirements, warm", "CPU s", warm, beside, "≤ 0.2 s", warm - start <= 0.2, note)
