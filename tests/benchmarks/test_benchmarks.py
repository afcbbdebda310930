"""Every measurement can still be made: each part at its smallest, its sums right, nothing said of time."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks import __main__ as bench  # noqa: E402
from benchmarks import adapter, browser, child, measure, meter, profile, runner, stateful, synthetic  # noqa: E402
from smets_conformance.adapter.contract import GasFlow  # noqa: E402
from smets_spec.catalogue import load_catalogue  # noqa: E402


@pytest.mark.parametrize("part", bench.PARTS)
def test_each_part_yields_rows(part: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{part}").rows)


def test_a_row_shows_each_peer_beside_its_ratio() -> None:
    row = measure.Row("reading", "s", 2.0, {"theirs": 5.0}, "≤ 1 s", False, "slow")
    assert bench.line(row) == "| reading | 2 s | theirs 5 (2.5 ×) | ≤ 1 s | NO | slow |"


def test_an_unknown_part_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "meters"])
    assert bench.main() == 2
    assert "no part meters" in capsys.readouterr().err


def test_the_cost_of_a_command_counts_its_cpu_and_not_its_sleep() -> None:
    took = measure.cost([sys.executable, "-c", "import time; time.sleep(0.4)"])
    assert took.wall >= 0.4
    assert 0 < took.cpu < took.wall
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure.cost([sys.executable, "-c", "raise SystemExit(3)"], answers=(0, 1))


def test_works_take_turns() -> None:
    order: list[str] = []
    ticks = iter(range(100))

    def work(name: str, units: int) -> int:
        order.append(name)
        return units

    found = measure.rates(lambda: work("a", 3), lambda: work("b", 5), runs=2, clock=lambda: float(next(ticks)))
    assert (order, found) == (["a", "b", "a", "b"], (3.0, 5.0))


def test_the_made_up_requirements_load(tmp_path: Path) -> None:
    assert len(load_catalogue(synthetic.write(tmp_path, 60)).requirements) == 60


def test_the_echo_sends_back_what_it_gets() -> None:
    lines = [{"call": "look", "id": n} for n in range(3)]
    asked = "".join(json.dumps(line) + "\n" for line in lines)
    told = subprocess.run(child.command("echo"), input=asked, capture_output=True, text=True, check=True).stdout
    assert [json.loads(line) for line in told.splitlines()] == lines


def test_calls_to_an_adapter() -> None:
    single, pipelined = adapter.rows(calls=2 * adapter.ACTS, turns=1)
    assert min(single.ours, pipelined.ours, *single.peers.values()) > 0


def test_the_meter_lives_and_its_register_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert meter.reference(2) == meter.bare(2) == 96
    monkeypatch.setattr(meter, "GasFlow", lambda litres_per_hour: GasFlow(litres_per_hour=litres_per_hour - 1))
    with pytest.raises(RuntimeError, match="300 litres an hour the meter answers"):
        meter.reference(1)


def test_the_state_machine_walks_on_the_reference() -> None:
    reference = stateful.Reference()
    assert reference.walk(10) == 10
    assert reference.calls > 10
    assert stateful.explore(100) > 10


def test_the_runner_and_its_peer(tmp_path: Path) -> None:
    assert runner._ours(tmp_path, 2, "whole") > 0
    assert runner._plain(tmp_path, 2) > 0


def test_a_command_is_weighed() -> None:
    (row,) = profile.rows((profile.TASKS[3],))
    assert (row.what, row.unit) == ("smets spec show", "CPU s")


def test_without_chromium_the_browser_part_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert list(browser.rows()) == []
    assert "no chromium" in capsys.readouterr().err


def test_without_the_source_text_verify_is_left_out_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(profile, "SOURCES", tmp_path)
    assert list(profile._verify()) == []
    assert "verify is not measured" in capsys.readouterr().err
    (tmp_path / "003_text.txt").touch()
    assert [task.words[:2] for task in profile._verify()] == [("spec", "verify")]
