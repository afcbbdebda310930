"""A seeded sample of each long proof that `make prove` carries out whole."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from proofs import deep, fuzz, ledger, mutants, mutation

SOURCE = """
LIMIT = 10

def over(difference: int, limit: int = LIMIT) -> bool:
    if not limit:
        note(difference)
    return abs(difference) > limit and True
"""


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_whatever_arrives_is_read_or_refused(target: str) -> None:
    found = fuzz.batch(f"{target}/sample", 60)
    assert found["escaped"] == []
    assert found["read"] + found["refused"] == 60


def test_the_fuzzer_sees_what_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(data: bytes) -> object:
        return data.decode()

    monkeypatch.setitem(fuzz.TARGETS, "careless", fuzz.Target(careless, (), lambda: [b"sound"], (b"\xff",)))
    escaped = fuzz.batch("careless/0", 50)["escaped"]
    assert escaped
    assert all("UnicodeDecodeError" in each["error"] for each in escaped)


def test_a_deep_run_of_one_seed_ends_well() -> None:
    found = deep.judge("gsme@2.0/3", depth="quick")
    assert found["exit"] == 0, found
    assert found["violated"] == []
    assert set(found["checks"]) == {"pass"}


def test_every_place_of_a_module_can_be_changed_and_only_there(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(SOURCE)
    found = mutants.places(path)
    assert sorted(what for _, what in found) == sorted(
        (
            "10 becomes 11",
            "the condition is negated",
            "not is dropped",
            "the call is dropped",
            "and becomes or, or the reverse",
            "Gt becomes GtE",
            "True becomes False",
        )
    )
    sound = ast.unparse(ast.parse(SOURCE.replace(": int", "").replace(" -> bool", "")))
    changed = [ast.unparse(mutants.mutate(path, index)) for index in range(len(found))]
    assert len({sound, *changed}) == len(found) + 1
    with pytest.raises(IndexError, match="there is no 7"):
        mutants.mutate(path, 7)


def index_of(module: str, change: str, line: str) -> str:
    """Return the name of the one mutant of that change in the line that reads so."""
    lines = mutation.modules()[module].read_text().splitlines()
    places = mutants.places(mutation.modules()[module])
    [found] = [n for n, (at, what) in enumerate(places) if what == change and line in lines[at - 1]]
    return f"{module}:{found}"


def test_a_mutant_that_adjusts_whenever_it_likes_is_killed_by_a_finding() -> None:
    found = mutation.judge(index_of("smets_reference.clock", "Sub becomes Add", "self.rest_ms"))
    assert found["outcome"] == "killed", found
    assert "meter.clock.one-adjustment-a-day" in found["by"]


def test_a_sample_of_mutants_is_seeded_and_stratified() -> None:
    chosen = mutation.sample(60)
    assert chosen == mutation.sample(60)
    assert len(set(chosen)) == 60
    assert {mutant.rpartition(":")[0] for mutant in chosen} >= {"smets_reference.clock", "smets_reference.set_clock"}


def test_a_proof_goes_on_where_it_stopped_and_forgets_what_was_of_other_code(tmp_path: Path) -> None:
    ran: list[str] = []

    def run(case: str) -> dict[str, Any]:
        ran.append(case)
        if case == "b" and ran.count("b") == 1:
            raise KeyboardInterrupt
        return {"case": case}

    with pytest.raises(KeyboardInterrupt):
        ledger.resume("p", "one", "abc", run, minutes=1, home=tmp_path)
    kept = ledger.resume("p", "one", "abc", run, minutes=1, home=tmp_path)
    assert ran == ["a", "b", "b", "c"]
    assert kept["results"] == {case: {"case": case} for case in "abc"}
    assert ledger.resume("p", "one", "abc", run, minutes=1, home=tmp_path) == kept
    ledger.resume("p", "two", "abc", run, minutes=1, home=tmp_path)
    assert ran[4:] == ["a", "b", "c"]
