"""What `--adapter` can say, and what is answered when it says nothing sensible."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.contract import toy_meter

from smets_conformance.adapter import AdapterNotStarted, Setup
from smets_conformance.adapter.load import UnknownAdapter, load_adapter
from smets_conformance.cli import cli

MODULE = """
from tests.contract.toy_meter import Toy

class Half:
    def describe(self): ...

class Refusing(Toy):
    def __init__(self):
        raise OSError("no such port")

class Leaving(Toy):
    def __init__(self):
        raise SystemExit(0)

number = 7
"""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with someone's adapter module in it."""
    (tmp_path / "some_bench.py").write_text(MODULE)
    (tmp_path / "broken_bench.py").write_text("import no_such_thing\n")
    (tmp_path / "leaving_bench.py").write_text("import sys; sys.exit('bye')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize("name", ["some_bench:Toy", f"exec:{sys.executable} {toy_meter.__file__}"])
def test_an_adapter_is_found_and_each_one_made_is_fresh(name: str) -> None:
    adapter = load_adapter(name)
    for system in (adapter.make(), adapter.make()):
        assert system.describe().name == "toy"
        assert system.reset("commissioned", Setup(utc=5, edition="gsme@4.2")).utc == 5
        getattr(system, "close", lambda: None)()


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("refrence", "no adapter is called 'refrence'; did you mean 'reference'"),
        ("zzz", "no adapter is called 'zzz'; installed: .*reference"),
        ("some_bench:", "is not written as module:Class"),
        (":Toy", "is not written as module:Class"),
        ("some bench:Toy", "is not written as module:Class"),
        ("exec:", "names no command"),
        ("exec:'half", "is no command line: No closing quotation"),
        ("exec:no-such-command-anywhere", "'no-such-command-anywhere' is not found"),
        ("exec:./some_bench.py", "is not found, or not executable"),
    ],
)
def test_names_that_mean_nothing(name: str, says: str) -> None:
    with pytest.raises(UnknownAdapter, match=says):
        load_adapter(name)


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize(
    ("name", "says", "log"),
    [
        ("no_such_bench:Toy", "ModuleNotFoundError: No module named 'no_such_bench'", "Traceback"),
        ("broken_bench:Toy", "No module named 'no_such_thing'", "broken_bench.py"),
        ("leaving_bench:Toy", "SystemExit: bye", "leaving_bench.py"),
        ("some_bench:Tory", r"there is no 'Tory' in it; did you mean 'Toy'\?", ""),
        ("some_bench:number", "is int and no class", ""),
        ("some_bench:Refusing", "cannot be started: OSError: no such port", "some_bench.py"),
        ("some_bench:Leaving", "cannot be started: SystemExit: 0", "some_bench.py"),
        ("some_bench:Half", "it lacks reset, do, advance, take, look", ""),
    ],
)
def test_adapters_that_cannot_be_started(name: str, says: str, log: str) -> None:
    with pytest.raises(AdapterNotStarted, match=says) as caught:
        load_adapter(name).make()
    assert log in caught.value.log


def test_the_reference_is_listed() -> None:
    done = CliRunner().invoke(cli, ["adapter", "list"])
    assert done.exit_code == 0
    assert done.output.splitlines()[0].split() == ["adapter", "made", "by", "package"]
    assert any(line.startswith("reference ") for line in done.output.splitlines())
    assert '"name": "reference"' in CliRunner().invoke(cli, ["adapter", "list", "--json"]).output
