"""The house itself: what is shipped is whole, nobody imports whom they must not, and every text is our own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PACKAGES = ("smets_spec", "smets_reports", "smets_conformance", "smets_reference")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=240
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_code_data_and_requirements(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    for shipped in (
        "documents/smets2-4.2.json",
        "editions.yaml",
        "requirements/meter/clock.yaml",
        "requirements/interpretations.yaml",
    ):
        assert f"smets_spec/{shipped}" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "proofs/"))]


def test_an_installed_wheel_judges_the_reference(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    installed = run(
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", home, wheel
    )
    assert installed.returncode == 0, installed.stderr
    where = "import smets_spec, smets_conformance; print(smets_spec.__file__, smets_conformance.__file__)"
    seen = run(sys.executable, "-P", "-c", where, cwd=tmp_path, PYTHONPATH=str(home))
    assert all(part.startswith(str(home)) for part in seen.stdout.split()), seen.stdout + seen.stderr
    smets = "import sys; from smets_conformance.cli import main; sys.argv[0] = 'smets'; main()"
    command = (sys.executable, "-P", "-c", smets, "run", "--only", "meter.hub_link*", "--out", tmp_path / "out")
    judged = run(*command, cwd=tmp_path, PYTHONPATH=str(home))
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert (tmp_path / "out" / "report.html").is_file()


FORBIDDEN = re.compile(r"/work/|/root/|\bpypi\.org|registry\.npmjs|deb\.debian", re.IGNORECASE)


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    listed = run("git", "ls-files", "-z")
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of what is committed")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or path.suffix in {".png"} or not path.is_file():
            continue
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FORBIDDEN.search(text):
                found.append(f"{name}:{number}: {text.strip()[:80]}")
    assert not found, "\n".join(found)


def test_no_twelve_words_in_a_row_are_the_sources() -> None:
    tool = SHARED / "tools" / "verbatim"
    if not tool.is_file():
        pytest.skip("the source texts are not beside this checkout (../shared)")
    found = run(sys.executable, tool, ROOT)
    copied = [line for line in found.stdout.splitlines() if not names_a_clause(line)]
    assert not copied, "\n".join(copied)


def names_a_clause(finding: str) -> bool:
    """Whether what was found, as `FILE:LINE: n words: the words`, is a heading: clauses are called what the documents call them."""
    where, _, words = finding.rpartition(" words: ")
    name, line = where.split(":")[:2]
    if not name.startswith("spec/smets_spec/documents/"):
        return False
    text = (ROOT / name).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    headings = re.findall(r'"(?:heading|name)":"((?:[^"\\]|\\.)*)"', text)
    return any(words in " ".join(re.findall(r"[a-z0-9]+", heading.lower())) for heading in headings)


LISTEN = """
import sys
loaded = []
class Listener:
    def find_spec(self, name, path=None, target=None):
        loaded.append(name)
sys.meta_path.insert(0, Listener())
{work}
print("\\n".join(loaded))
"""
IMPORT_ALL = """
import importlib, pkgutil
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
HONESTY = {"smets_reference": "smets_spec.rules", "smets_conformance": "smets_reference"}


@pytest.mark.parametrize(("package", "stranger"), HONESTY.items())
def test_at_run_time_nobody_imports_whom_they_must_not(package: str, stranger: str) -> None:
    seen = run(sys.executable, "-c", LISTEN.format(work=IMPORT_ALL.format(package=package)))
    assert seen.returncode == 0, seen.stderr
    names = seen.stdout.split()
    assert package in names
    assert not [name for name in names if name == stranger or name.startswith(stranger + ".")]
