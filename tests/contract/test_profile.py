"""Declarations: what they must say, every way they can be wrong, and that all of it is named at once, with file and line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml
from click.testing import CliRunner

from smets_conformance.cli import cli
from smets_conformance.profile import DeclarationError, Declarations, built_in_profiles, declare, load_declarations
from smets_conformance.profile.features import FOLDER, FeatureTable, declarable, feature_table
from smets_conformance.profile.reading import find_files
from smets_spec.editions import edition_clauses
from smets_spec.strict_yaml import load_as

ICS = """\
edition: gsme@4.2
item:
  maker: Any
  model: Meter
  hardware: "1"
  firmware: 1.10
features:
  domestic: yes
  large_gas_meter: no
  supply_control: yes
  battery: yes
  mains: no
  other_power: no
  sub_ghz: no
  hub_interface: no
  tamper_detection: yes
  several_devices: no
choices:
  future_dated_commands: [Write Configuration Data]
  log_capacity: 128
"""
IXIT = """\
clock_compare_interval_s: 3600
clock_adjust_settling_s: 2
clock_drift_ppm: 20
storage_settling_s: 1
resolution:
  clock_ms: 1000
latency:
  command_s: 5
  response_s: 6
  alert_s: 7
"""
RIG = """\
laboratory: A laboratory
operator: Someone
clock_uncertainty_ms: 100
decision_rule: guard-band
instruments:
  - {name: Clock, serial: "7"}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A sound set of declarations; the path is the ICS's."""
    for kind, text in (("ics", ICS), ("ixit", IXIT), ("rig", RIG)):
        (tmp_path / f"meter.{kind}.yaml").write_text(text)
    return tmp_path / "meter.ics.yaml"


def change(ics: Path, kind: str, *changes: tuple[str, str]) -> None:
    """Replace whole lines, told by their beginning, in one of the files; to replace by nothing drops the line."""
    path = ics.with_name(f"meter.{kind}.yaml")
    text = path.read_text()
    for start, new in changes:
        text, count = re.subn(rf"^{re.escape(start)}.*\n", new and new + "\n", text, flags=re.M)
        assert count == 1, start
    path.write_text(text)


def problems(ics: Path) -> list[str]:
    """Return what is wrong, each without its folder."""
    with pytest.raises(DeclarationError) as caught:
        load_declarations(str(ics))
    return [line.removeprefix(f"{ics.parent}/") for line in str(caught.value).splitlines()]


def test_sound_declarations_are_read_as_what_they_mean(files: Path) -> None:
    read = load_declarations(str(files))
    assert (read.edition, read.ics.device, read.profile) == ("gsme@4.2", "gsme", "meter.ics.yaml")
    assert read.ics.item.firmware == "1.10", "text stays text"
    assert read.ics.features["domestic"] is True
    assert read.ics.features["sub_ghz"] is False
    assert read.ics.choices == {"future_dated_commands": ("Write Configuration Data",), "log_capacity": 128}
    assert (read.ixit.clock_drift_ppm, read.ixit.resolution.clock_ms, read.ixit.latency.alert_s) == (20, 1000, 7)
    assert (read.ixit.limits.call_s, read.ixit.limits.reset_s) == (30, 120)
    assert (read.rig.decision_rule, read.rig.instruments[0].serial) == ("guard-band", "7")


def test_the_digest_is_of_what_is_said_not_of_how(files: Path) -> None:
    first = load_declarations(str(files)).digest
    assert re.fullmatch(r"[0-9a-f]{64}", first)
    change(files, "ics", ("  domestic", "  # a remark\n  domestic: true"))
    assert load_declarations(str(files)).digest == first
    change(files, "rig", ("clock_uncertainty_ms", "clock_uncertainty_ms: 101"))
    assert load_declarations(str(files)).digest != first


@pytest.mark.parametrize("name", ["gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4"])
def test_the_built_in_profiles_are_sound(name: str) -> None:
    assert name in built_in_profiles()
    read = load_declarations(name)
    assert (read.edition, read.profile) == (name, name)
    assert read.ics.features.keys() == {f.name for f in feature_table().features if f.known_in(name)}


def test_every_edition_of_the_gas_meter_is_built_in() -> None:
    assert built_in_profiles() == declarable()


@pytest.mark.parametrize(
    ("ics", "ixit", "rig"),
    [
        ("meter.ics.yaml", "meter.ixit.yaml", "meter.rig.yaml"),
        ("meter.yaml", "meter.ixit.yaml", "meter.rig.yaml"),
        ("ics.yaml", "ixit.yaml", "rig.yaml"),
        ("topics.yaml", "topics.ixit.yaml", "topics.rig.yaml"),
    ],
)
def test_ixit_and_rig_lie_beside_the_ics(tmp_path: Path, ics: str, ixit: str, rig: str) -> None:
    (tmp_path / ics).write_text(ICS)
    found = find_files(str(tmp_path / ics))
    assert found == (tmp_path / ics, tmp_path / ixit, tmp_path / rig)
    named = find_files(str(tmp_path / ics), tmp_path / "a", tmp_path / "b")
    assert named[1:] == (tmp_path / "a", tmp_path / "b")


def test_a_built_in_profile_takes_another_rig(files: Path) -> None:
    read = load_declarations("gsme@3.1", rig=files.with_name("meter.rig.yaml"))
    assert (read.edition, read.rig.operator) == ("gsme@3.1", "Someone")


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ("gsme@4.3", "neither a file nor a built-in name; did you mean gsme@4.2?"),
        ("nowhere/x.yaml", "name a file, or one of gsme@2.0, gsme@3.1, gsme@4.2, gsme@5.0-draft4"),
    ],
)
def test_an_unknown_profile(profile: str, says: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        load_declarations(profile)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        (
            "ics",
            [("edition", "edition: gsme@4.3")],
            "meter.ics.yaml:1: unknown edition 'gsme@4.3'; did you mean 'gsme@4.2'?",
        ),
        (
            "ics",
            [("edition", "edition: esme@4.2")],
            "meter.ics.yaml:1: unknown edition 'esme@4.2'; did you mean 'gsme@4.2'?",
        ),
        ("ics", [("  maker", "")], "meter.ics.yaml:3: the item has no maker; write maker: as the item itself says it"),
        ("ics", [("  maker", '  maker: "?"')], "meter.ics.yaml:3: the item has no maker"),
        (
            "ics",
            [("  battery", "")],
            "the feature battery is not declared; add battery: yes or no; silence is no answer",
        ),
        ("ics", [("  battery", "  battery: maybe")], "meter.ics.yaml:11: the feature battery is 'maybe'; yes or no"),
        (
            "ics",
            [("  battery", "  batery: yes")],
            "meter.ics.yaml:11: unknown feature 'batery'; did you mean 'battery'?",
        ),
        ("ics", [("  mains", "  mains: no\n  mains: yes")], "meter.ics.yaml:13: repeats the key 'mains' of line 12"),
        (
            "ics",
            [("  large_gas_meter", "  large_gas_meter: yes")],
            "meter.ics.yaml:9: large_gas_meter: yes contradicts supply_control: yes: a Large Gas Meter is excepted from everything "
            "about controlling the Supply (4.1, 4.3); declare large_gas_meter: no, or change the other",
        ),
        (
            "ics",
            [("  domestic", "  domestic: no")],
            "meter.ics.yaml:8: domestic: no contradicts supply_control: yes: controlling the Supply is asked only of meters at "
            "Domestic Premises (4.1, 4.3)",
        ),
        (
            "ics",
            [("  supply_control", "  supply_control: no")],
            "meter.ics.yaml:10: supply_control: no contradicts domestic: yes and large_gas_meter: no: a meter at Domestic Premises "
            "that is no Large Gas Meter includes a Valve",
        ),
        (
            "ics",
            [("  battery", "  battery: no")],
            "meter.ics.yaml:13: other_power: no contradicts battery: no and mains: no: it includes a power source (4.3)",
        ),
        (
            "ics",
            [("edition", "edition: gsme@2.0"), ("  sub_ghz", "  sub_ghz: yes")],
            "the feature sub_ghz is declared, but gsme@2.0 knows no such thing; declare no; it begins with gsme@3.1",
        ),
        (
            "ics",
            [("  tamper_detection", "  tamper_detection: no")],
            "meter.ics.yaml:16: the feature tamper_detection is absent without a reason",
        ),
        (
            "ics",
            [("edition", "arguments: {battery: x}\nedition: gsme@4.2")],
            "nothing asks for an argument about 'battery'",
        ),
        (
            "ics",
            [("  log_capacity", "  log_capacity: 99")],
            "the choice log_capacity is 99; a whole number, 100 or more (4.6.5.17)",
        ),
        (
            "ics",
            [("  log_capacity", "  log_capacity: 1e3")],
            "the choice log_capacity is '1e3'; a whole number, 100 or more",
        ),
        ("ics", [("  log_capacity", "")], "the choice log_capacity is not declared"),
        (
            "ics",
            [("  log_capacity", "  log_capacty: 100")],
            "unknown choice 'log_capacty'; did you mean 'log_capacity'?",
        ),
        (
            "ics",
            [("  future", "  future_dated_commands: [Write Configuration]")],
            "names the Command 'Write Configuration', which gsme@4.2 does not have; did you mean 'Write Configuration Data'?",
        ),
        ("ics", [("  future", "  future_dated_commands: all")], "is 'all'; a list of Commands; [] for none"),
        ("ics", [("edition", "edtion: gsme@4.2")], "meter.ics.yaml:1: unknown field 'edtion'; did you mean 'edition'?"),
        ("ics", [("features", "features: [")], "meter.ics.yaml:9: is not YAML"),
        (
            "ixit",
            [("clock_drift_ppm", "")],
            "meter.ixit.yaml:1: the field 'clock_drift_ppm' is missing; add clock_drift_ppm: with your own number, such as 20: the "
            "worst rate of its own oscillator, in parts in a million",
        ),
        ("ixit", [("  alert_s", "")], "the field 'alert_s' of latency is missing; add alert_s: with your own number"),
        (
            "ixit",
            [("  alert_s", "  alert_s: -1")],
            "meter.ixit.yaml:10: alert_s: '-1' does not fit; a whole number, 0 or more",
        ),
        (
            "ixit",
            [("  alert_s", "  alert_s: 0.5")],
            "meter.ixit.yaml:10: alert_s: '0.5' does not fit; a whole number, 0 or more",
        ),
        ("ixit", [("  alert_s", "  alerts_s: 1")], "unknown field 'alerts_s'; did you mean 'alert_s'?"),
        (
            "ixit",
            [("clock_drift_ppm", "clock_drift_ppm: 20\nlimits: {call_s: 0}")],
            "call_s: '0' does not fit; a whole number of seconds",
        ),
        ("rig", [("decision_rule", "decision_rule: guess")], "does not fit; one of simple-acceptance, guard-band"),
        ("rig", [("operator", 'operator: "?"')], "meter.rig.yaml:2: operator: '?' does not fit; a name"),
        ("rig", [("clock_uncertainty_ms", "")], "such as 100: how far the bench's clock may be from UTC, in ms"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    files: Path, kind: str, changes: list[tuple[str, str]], says: str
) -> None:
    change(files, kind, *changes)
    found = problems(files)
    assert any(says in problem for problem in found), found


def test_one_mistake_is_told_once(files: Path) -> None:
    change(files, "ics", ("  battery", "  battery: maybe"))
    assert len(problems(files)) == 1


def test_everything_wrong_in_all_three_is_told_at_once(files: Path) -> None:
    change(files, "ics", ("  battery", "  battery: maybe"), ("  log_capacity", ""), ("  sub_ghz", ""))
    change(files, "ixit", ("  alert_s", "  alert_s: soon"), ("clock_drift_ppm", ""))
    files.with_name("meter.rig.yaml").unlink()
    found = problems(files)
    assert [problem.split(":")[0] for problem in found] == ["meter.ics.yaml"] * 3 + ["meter.ixit.yaml"] * 2 + [
        "meter.rig.yaml"
    ]
    assert "cannot be read: No such file or directory" in found[-1]


def test_no_feature_of_a_later_edition_need_be_declared(files: Path) -> None:
    change(files, "ics", ("edition", "edition: gsme@2.0"), ("  sub_ghz", ""), ("  large_gas_meter", ""))
    assert load_declarations(str(files)).edition == "gsme@2.0"


def test_an_absence_that_is_argued_is_accepted(files: Path) -> None:
    argued = "edition: gsme@4.2\narguments: {tamper_detection: it is sealed}"
    change(files, "ics", ("  tamper_detection", "  tamper_detection: no"), ("edition", argued))
    assert load_declarations(str(files)).ics.arguments == {"tamper_detection": "it is sealed"}


def test_a_large_gas_meter_without_valve_is_a_device(files: Path) -> None:
    change(files, "ics", ("  large_gas_meter", "  large_gas_meter: yes"), ("  supply_control", "  supply_control: no"))
    assert load_declarations(str(files)).ics.features["large_gas_meter"]


@pytest.fixture(scope="module")
def reference() -> Declarations:
    return load_declarations("gsme@4.2")


def test_a_variant_declares_some_things_otherwise(reference: Declarations) -> None:
    changed = declare(
        reference, {"log_capacity": 128, "latency.alert_s": 9, "clock_compare_interval_s": 60, "sub_ghz": True}
    )
    assert changed.ics.choices["log_capacity"] == 128
    assert (changed.ixit.latency.alert_s, changed.ixit.clock_compare_interval_s) == (9, 60)
    assert changed.ics.features["sub_ghz"] is True
    assert changed.digest != reference.digest
    assert reference.ics.choices["log_capacity"] == 100, "the declarations it was made from are as they were"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"log_capacty": 128}, "nothing declared is called 'log_capacty'"),
        ({"latency.never_s": 1}, "nothing declared is called 'latency.never_s'"),
        ({"latency.alert_s": -1}, "the IXIT cannot be changed so"),
        ({"log_capacity": 5}, "a whole number, 100 or more"),
        ({"large_gas_meter": True}, "contradicts supply_control: yes"),
    ],
)
def test_a_variant_cannot_declare_nonsense(reference: Declarations, changes: dict[str, object], says: str) -> None:
    with pytest.raises(DeclarationError, match=re.escape(says)):
        declare(reference, changes)


def test_the_table_names_only_what_there_is() -> None:
    table = load_as(FOLDER / "features.yaml", FeatureTable)
    names = {feature.name for feature in table.features}
    for edition in declarable():
        clauses = {clause.number: len(clause.paragraphs) for clause in edition_clauses(edition)}
        sources = [f.source for f in table.features if f.known_in(edition)] + [c.source for c in table.choices]
        for source in sources:
            assert 1 <= source.paragraph <= clauses[source.clause], (edition, source)
    for rule in table.rules:
        assert names >= rule.when.keys() | rule.must.keys()
        assert set(rule.editions) <= set(declarable())
        for name in rule.when.keys() | rule.must.keys():
            feature = next(f for f in table.features if f.name == name)
            assert all(feature.known_in(edition) for edition in rule.editions or declarable()), rule.because


# ---------------------------------------------------------------------- the command line


def test_check_prints_the_normal_form_which_reads_as_yaml(files: Path) -> None:
    done = CliRunner().invoke(cli, ["profile", "check", str(files)])
    assert done.exit_code == 0, done.output
    read = load_declarations(str(files))
    assert done.output.startswith(f"# digest {read.digest}\n")
    ics_text = done.output.split("# IXIT")[0]
    again = files.with_name("again.ics.yaml")
    again.write_text(ics_text)
    for kind in ("ixit", "rig"):
        files.with_name(f"again.{kind}.yaml").write_text(files.with_name(f"meter.{kind}.yaml").read_text())
    assert load_declarations(str(again)).digest == read.digest, "the normal form says the same"
    assert yaml.safe_load(ics_text)["choices"]["log_capacity"] == 128


def test_check_as_json(files: Path) -> None:
    done = CliRunner().invoke(cli, ["profile", "check", str(files), "--json"])
    said = json.loads(done.output)
    read = load_declarations(str(files))
    assert said["digest"] == read.digest
    assert msgspec.convert(said["ixit"], type(read.ixit)) == read.ixit


def test_check_of_bad_declarations_is_wrong_usage(files: Path) -> None:
    change(files, "ics", ("  battery", "  battery: maybe"))
    done = CliRunner().invoke(cli, ["profile", "check", str(files)])
    assert done.exit_code == 2
    assert "meter.ics.yaml:11: the feature battery is 'maybe'; yes or no" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("edition", ["gsme@2.0", "gsme@4.2"])
def test_new_writes_files_that_ask_and_that_pass_once_answered(tmp_path: Path, edition: str) -> None:
    done = CliRunner().invoke(cli, ["profile", "new", "gsme", "--edition", edition, "--out", str(tmp_path / "d")])
    assert done.exit_code == 0, done.output
    ics = tmp_path / "d" / "gsme.ics.yaml"
    asked = [path.read_text().count('"?"') for path in sorted((tmp_path / "d").iterdir())]
    assert len(problems(ics)) == sum(asked), "each question mark is refused, and nothing else is wrong"
    for path in (tmp_path / "d").iterdir():
        text = path.read_text()
        for name, answer in (
            ("future_dated_commands", "[]"),
            ("log_capacity", "100"),
            ("decision_rule", "guard-band"),
            ("(?:domestic|supply_control|battery|tamper_detection)", "yes"),
            (r"\w+_(?:s|ms|ppm)", "1"),
            ("(?:maker|model|hardware|firmware|laboratory|operator)", "any"),
            (r"\w+", "no"),
        ):
            text = re.sub(rf'^( *{name}): "\?"$', rf"\1: {answer}", text, flags=re.M)
        path.write_text(text)
    assert load_declarations(str(ics)).edition == edition


def test_new_touches_nothing_that_is_there(files: Path) -> None:
    there = files.with_name("gsme.rig.yaml")
    there.write_text("mine")
    done = CliRunner().invoke(cli, ["profile", "new", "gsme", "--out", str(files.parent)])
    assert done.exit_code == 1
    assert "exists already" in done.output
    assert there.read_text() == "mine"
    assert not files.with_name("gsme.ics.yaml").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["toaster"], "no declarations are known for the device 'toaster'; there is gsme"),
        (["gsme", "--edition", "gsme@9"], "there is no edition 'gsme@9'"),
        (["gsme", "--out", "/proc/nowhere"], "cannot be written"),
    ],
)
def test_new_refuses_what_it_cannot_write(args: list[str], says: str) -> None:
    done = CliRunner().invoke(cli, ["profile", "new", *args])
    assert done.exit_code == 2
    assert says in done.output


def test_the_judge_of_declarations_never_meets_the_reference() -> None:
    code = "import sys, smets_conformance.profile.doctor; print([m for m in sys.modules if 'smets_reference' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
