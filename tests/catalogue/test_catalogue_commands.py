"""The commands coverage, trace and requirement as their users meet them: output, exit codes, errors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smets_conformance.cli import cli
from smets_spec.catalogue import load_catalogue, requirements_root

Smets = Callable[..., Result]
COUNTS = {
    "paragraphs", "obligations", "covered", "requirements", "by_method",
    "with_checks", "with_faults", "suspect", "look", "blanks",
}  # fmt: skip


@pytest.fixture
def smets() -> Smets:
    def call(*words: object) -> Result:
        result = CliRunner().invoke(cli, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the committed requirements, in step."""
    root = tmp_path / "copy" / "requirements"
    shutil.copytree(requirements_root(), root)
    assert CliRunner().invoke(cli, ["requirement", "fix", "--root", str(root)]).exit_code == 0
    return root


def test_coverage_as_json_holds_every_count(smets: Smets) -> None:
    result = smets("coverage", "--json", "--edition", "gsme@4.2", "--edition", "sapc@5.0-draft4")
    assert result.exit_code == 1, "there are blanks"
    editions = json.loads(result.stdout)["editions"]
    assert editions.keys() == {"gsme@4.2", "sapc@5.0-draft4"}
    for counts in editions.values():
        assert counts.keys() == COUNTS
        assert counts["by_method"].keys() == {"test", "demonstration", "inspection", "analysis"}
        assert counts["blanks"][0].keys() == {"clause", "paragraph", "part"}
    assert editions["gsme@4.2"]["with_faults"] > 0


def test_coverage_of_a_captured_section_is_a_yes(smets: Smets) -> None:
    result = smets("coverage", "--edition", "gsme@4.2", "--only", "4.4.1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split()[:5] == ["gsme@4.2", "7", "7", "100", "0"]


def test_coverage_by_section_and_by_device(smets: Smets) -> None:
    rows = smets("coverage", "--edition", "gsme@4.2", "--by", "section", "--only", "Clock").stdout.splitlines()
    assert rows[1].split() == ["gsme@4.2", "4.4.1", "Clock", "7", "7", "100"]
    devices = [row.split()[0] for row in smets("coverage", "--by", "device").stdout.splitlines()[1:]]
    assert devices == ["intro", "gsms", "esms", "ihd", "glossary", "gsme", "esme", "ppmid", "hcalcs", "sapc"]


WRONG = {
    "coverage --edition gsme@4.3": "there is no edition 'gsme@4.3'; did you mean gsme@",
    "coverage --only meter.clocks.*": "is called 'meter.clocks.*'",
    "trace meter.clock.adjust": "nothing in any edition is called 'meter.clock.adjust'; did you mean meter.clock.adjusts",
    "trace 4 --edition glossary@4.2": "nothing in glossary@4.2 is called '4'",
    "trace meter.clock.adjusts --edition ihd@4.2": "has no paragraph in ihd@4.2; it stands elsewhere",
    "requirement new 4.4.99": "gsme@4.2 has no clause 4.4.99",
    "requirement new 4.4.1 --source none.txt": "none.txt: cannot be read: No such file",
    "requirement new 4.4.7.2 --out none/x.yaml": "none/x.yaml: cannot be written",
    "requirement carry gsme@4.2 esme@4.2": "are of two devices",
    "requirement fix --clear meter.clock.adjusts": "--clear wants --by NAME and --compared TEXT",
    "requirement lint --root nowhere": "there is no such folder",
}


@pytest.mark.parametrize(("words", "said"), WRONG.items(), ids=WRONG)
def test_wrong_usage_is_told_what_would_be_right(words: str, said: str, smets: Smets) -> None:
    result = smets(*words.split())
    assert result.exit_code == (1 if "lint" in words else 2)
    assert said in result.output
    assert "Traceback" not in result.output


def test_trace_goes_both_ways(smets: Smets) -> None:
    down = json.loads(smets("trace", "4.4.1", "--edition", "gsme@4.2", "--json").stdout)
    assert [(link["paragraph"], link["part"]) for link in down] == [
        (1, 1),
        (2, 1),
        (2, 2),
        (3, 1),
        (4, 1),
        (5, 1),
        (6, 1),
    ]
    adjusts = next(link for link in down if link["requirement"] == "meter.clock.adjusts")
    assert "never-adjusts" in adjusts["faults"]
    (up,) = json.loads(smets("trace", "meter.clock.adjusts", "--edition", "gsme@4.2", "--json").stdout)
    assert up == adjusts
    check = json.loads(
        smets("trace", "meter.clock.follows_a_hub_that_is_near", "--edition", "gsme@4.2", "--json").stdout
    )
    assert adjusts in check
    assert {link["clause"] for link in check} == {"4.4.1"}


def test_trace_shows_blanks_and_statements(smets: Smets) -> None:
    assert "(blank)" in smets("trace", "4.4.7.2", "--edition", "gsme@4.2").stdout
    assert "meter.clock.adjusts: When " in smets("trace", "meter.clock.adjusts").stdout


def test_a_new_file_loads_once_its_words_are_written(smets: Smets, copy: Path) -> None:
    out = copy / "meter" / "prepayment.yaml"
    assert smets("requirement", "new", "4.4.7.2", "--root", copy, "--out", out).exit_code == 0
    found = smets("requirement", "lint", "--root", copy).output
    assert "does is not written yet" in found
    before = len(load_catalogue().requirements)
    assert len(load_catalogue(copy).requirements) > before + 10
    assert smets("coverage", "--only", "4.4.7.2", "--edition", "gsme@4.2").exit_code == 1, (
        "the committed ones are as before"
    )
    again = smets("requirement", "new", "4.4.7.2", "--root", copy, "--out", out)
    assert again.exit_code == 2
    assert "cannot be written: File exists" in again.output


def test_fix_and_lint_of_what_is_in_step(smets: Smets, copy: Path) -> None:
    assert smets("requirement", "fix", "--root", copy).output == "everything was in step\n"
    assert smets("requirement", "lint", "--root", copy).output == "nothing is wrong\n"


def test_a_broken_file_is_named_by_every_command(smets: Smets, copy: Path) -> None:
    (copy / "meter" / "clock.yaml").write_text("section: Clock\nrequirements: [\n")
    for words in (("fix",), ("new", "4.4.1"), ("carry", "gsme@3.1", "gsme@4.2")):
        result = smets("requirement", *words, "--root", copy)
        assert result.exit_code == 2
        assert "requirements/meter/clock.yaml:3: is not YAML" in result.output
    result = smets("requirement", "lint", "--root", copy, "--json")
    assert result.exit_code == 1
    assert "requirements/meter/clock.yaml" in {problem["file"] for problem in json.loads(result.stdout)}


def test_carry_restores_an_edition_that_was_left_out(smets: Smets, copy: Path) -> None:
    path = copy / "meter" / "clock.yaml"
    text = path.read_text()
    assert text.count(", gsme@5.0-draft4]") >= 7
    path.write_text(text.replace(", gsme@5.0-draft4]", "]"))
    result = smets("requirement", "carry", "gsme@4.2", "gsme@5.0-draft4", "--root", copy)
    assert result.exit_code == 0, result.output
    assert path.read_text() == text
    assert (
        smets("requirement", "carry", "gsme@4.2", "gsme@5.0-draft4", "--root", copy).output
        == "everything was in step\n"
    )


def test_a_doubt_is_cleared_by_somebody_alone(smets: Smets, copy: Path) -> None:
    path = copy / "meter" / "clock.yaml"
    text = path.read_text()
    chain = load_catalogue().requirements["meter.clock.accuracy"].source[0].chain
    path.write_text(text.replace(chain, "0123456789ab", 1))
    assert smets("requirement", "fix", "--root", copy).exit_code == 0
    assert "0123456789ab" in path.read_text(), "fix never clears by itself"
    assert "meter.clock.accuracy" in load_catalogue(copy).suspects("gsme@4.2")
    words = ("requirement", "fix", "--root", copy, "--by", "A. Reader", "--compared", "nothing but a comma", "--clear")
    assert smets(*words, "meter.clock.accuracy").exit_code == 0
    assert path.read_text() == text
    assert load_catalogue(copy).suspects("gsme@4.2") == {}
    (entry,) = load_catalogue(copy).records.cleared
    assert (entry.requirement, entry.by, entry.compared) == ("meter.clock.accuracy", "A. Reader", "nothing but a comma")
    assert "was 0123456789ab when read" in entry.reasons[0]
    assert "nothing to clear" in smets(*words, "meter.clock.accuracy").output
    assert "there is no requirement 'meter.clock.x'" in smets(*words, "meter.clock.x").output


def test_a_look_is_cleared_and_stays_cleared(smets: Smets, copy: Path) -> None:
    lock = copy / "looks.lock.json"
    prints = json.loads(lock.read_text())
    noted = prints["meter.clock.difference-logged"]["gsme@4.2"]
    noted["Security Log"] = "000000000000"
    lock.write_text(json.dumps(prints))
    assert load_catalogue(copy).looks("gsme@4.2") == {
        "meter.clock.difference-logged": "gsme@4.2: Security Log reads differently"
    }
    smets("requirement", "fix", "--root", copy)
    assert "meter.clock.difference-logged" in load_catalogue(copy).looks("gsme@4.2"), "fix never clears by itself"
    clear = ("--clear", "meter.clock.difference-logged", "--by", "A. Reader", "--compared", "the log holds the same")
    assert smets("requirement", "fix", "--root", copy, *clear).exit_code == 0
    assert load_catalogue(copy).looks("gsme@4.2") == {}
