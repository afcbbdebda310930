"""The peers in requirements traceability, driven as anyone would: LOBSTER with TRLC, and Sphinx-Needs.

They live in an environment of their own (`.cache/peers`), since they are measured beside us and are no part of us: LOBSTER
is under the AGPL.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import cpu_seconds

HOME = Path(__file__).parent.parent / ".cache" / "peers"
PACKAGES = ("bmw-lobster==1.0.6", "sphinx-needs==9.1.0", "sphinx")


def environment() -> Path:
    """Return the folder of the peers' commands, installing them on first use."""
    if not (HOME / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        pip: list[str | Path] = [
            HOME / "bin" / "python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
        ]
        subprocess.run([*pip, *PACKAGES], check=True)
        (HOME / "ready").touch()
    return HOME / "bin"


LOBSTER_FILES = {
    "requirement.rsl": "package smets\ntype Requirement {\n  description String\n}\n",
    "trlc.yaml": (
        "inputs: [requirement.rsl, all.trlc]\nconversion-rules:\n  - package: smets\n    record-type: Requirement\n"
        "    namespace: req\n    description-fields: [description]\n"
    ),
    "json.yaml": "inputs: [checks.json]\nname_attribute: name\ntag_attribute: tags\nsingle: true\n",
    "lobster.conf": (
        'requirements "Requirements" { source: "requirements.lobster"; }\n'
        'activity "Checks" { source: "checks.lobster"; trace to: "Requirements"; }\n'
    ),
}


def lobster(count: int, folder: Path) -> tuple[float, float, int]:
    """Trace `count` requirements to as many checks.

    Returns:
        CPU seconds to load and validate, CPU seconds to trace and write HTML, and the bytes of the HTML.
    """
    for name, text in LOBSTER_FILES.items():
        (folder / name).write_text(text)
    records = (f'Requirement r_{i} {{ description = "the meter does thing {i}" }}\n' for i in range(count))
    (folder / "all.trlc").write_text("package smets\n" + "".join(records))
    (folder / "checks.json").write_text(
        json.dumps([{"name": f"check_{i}", "tags": [f"smets.r_{i}"]} for i in range(count)])
    )
    tools = environment()

    def run(*words: str) -> float:
        return cpu_seconds([tools / words[0], *words[1:]], cwd=folder)

    load = run("lobster-trlc", "--config", "trlc.yaml", "--out", "requirements.lobster")
    trace = run("lobster-json", "--config", "json.yaml", "--out", "checks.lobster")
    trace += run("lobster-report", "--lobster-config", "lobster.conf", "--out", "report.lobster")
    trace += run("lobster-html-report", "report.lobster", "--out", "report.html")
    return load, trace, (folder / "report.html").stat().st_size


SPHINX_CONF = """project = "peer"
extensions = ["sphinx_needs"]
needs_types = [
    dict(directive="req", title="Requirement", prefix="R_", color="#BFD8D2", style="node"),
    dict(directive="check", title="Check", prefix="C_", color="#DCB239", style="node"),
]
"""


def sphinx_needs(count: int, folder: Path) -> tuple[float, int]:
    """Build HTML of `count` requirements and as many checks linked to them, a hundred a page.

    Returns:
        CPU seconds of the whole build, and the bytes of the HTML.
    """
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(SPHINX_CONF)
    pages = []
    for start in range(0, count, 100):
        entries = [
            f".. req:: Requirement {i}\n   :id: R_{i}\n\n   The meter does thing {i}.\n\n"
            f".. check:: Check {i}\n   :id: C_{i}\n   :links: R_{i}\n\n   Shows that it does.\n"
            for i in range(start, min(start + 100, count))
        ]
        pages.append(f"page{start}")
        (source / f"page{start}.rst").write_text(f"Page {start}\n=========\n\n" + "\n".join(entries))
    (source / "index.rst").write_text("Index\n=====\n\n.. toctree::\n\n" + "".join(f"   {page}\n" for page in pages))
    cost = cpu_seconds([environment() / "sphinx-build", "-q", "-b", "html", source, folder / "html"])
    return cost, sum(page.stat().st_size for page in (folder / "html").rglob("*.html"))
