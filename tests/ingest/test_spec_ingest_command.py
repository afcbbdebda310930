"""`smets spec ingest` and `smets spec verify` as a user meets them: what they write, print, refuse, and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smets_conformance.cli import cli
from smets_spec.index import DOCUMENTS_DIR, document_names

TextOf = Callable[[str], str]


def smets(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["spec", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def file(text_of: TextOf, tmp_path: Path) -> Path:
    path = tmp_path / "4.2.txt"
    path.write_text(text_of("smets2-4.2"), encoding="utf-8")
    return path


def test_ingest_writes_what_is_shipped(source_file: Path, tmp_path: Path) -> None:
    result = smets("ingest", source_file, "--out", tmp_path / "index")
    assert result.exit_code == 0, result.output
    written = sorted((tmp_path / "index").iterdir())
    assert [path.stem for path in written] == document_names()
    assert all(path.read_bytes() == (DOCUMENTS_DIR / path.name).read_bytes() for path in written)
    assert "reading smets2-4.2" in result.stderr
    assert "smets2-4.2         743      2027" in result.stdout


def test_ingest_of_one_document_is_the_same_in_a_file_of_its_own(file: Path, tmp_path: Path) -> None:
    result = smets("ingest", file, "--document", "smets2-4.2", "--out", tmp_path / "index")
    assert result.exit_code == 0, result.output
    (written,) = (tmp_path / "index").iterdir()
    ours, shipped = json.loads(written.read_bytes()), json.loads((DOCUMENTS_DIR / written.name).read_bytes())
    assert [c["heading"] for c in ours["clauses"]] == [c["heading"] for c in shipped["clauses"]]
    assert (ours["source"], ours["first_line"]) == ("4.2.txt", 1)


def test_verify_says_the_same(source_file: Path) -> None:
    result = smets("verify", source_file)
    assert result.exit_code == 0, result.output
    assert "smets2-4.2: the same, 743 clauses" in result.output


def test_verify_lists_the_places_that_differ(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("GSME shall be capable of monitoring the Meter", "GSME shall be capable of watching the Meter", 1),
        "utf-8",
    )
    result = smets("verify", file)
    assert result.exit_code == 1
    assert "paragraph changed  4.4.7.2  10" in result.output
    assert result.output.count("chain changed") == 8
    assert "4.2.txt differs from the index in 9 places" in result.output


def test_verify_in_json(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("The seven day period", "The eight day period", 1), "utf-8")
    result = smets("verify", file, "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)["smets2-4.2"]
    assert said["findings"] == []
    (difference,) = said["differences"]
    assert (difference["kind"], difference["heading"], difference["paragraph"]) == ("paragraph changed", "Week", 1)


def test_another_document_named(file: Path, tmp_path: Path) -> None:
    for command in (("ingest", "--out", tmp_path / "index"), ("verify",)):
        result = smets(*command, file, "--document", "smets2-3.1")
        assert result.exit_code == 2
        assert "4.2.txt does not hold smets2-3.1; it holds smets2-4.2 (lines 1 to " in result.output
    assert not (tmp_path / "index").exists()


def test_cut_off_inside_sapc(text_of: TextOf, tmp_path: Path) -> None:
    text = text_of("smets2-5.0-draft4")
    file = tmp_path / "cut.txt"
    file.write_text(text_of("smets2-4.2") + " " + text[: text.index("Part G2 ")], encoding="utf-8")
    result = smets("ingest", file, "--out", tmp_path / "index")
    assert result.exit_code == 2
    assert "cut.txt: smets2-5.0-draft4 is cut short: it begins at line" in result.output
    assert not (tmp_path / "index").exists()  # nothing of the whole one before it either
    assert smets("verify", file).exit_code == 2


def test_an_inconsistent_text_is_refused_with_every_place(file: Path, tmp_path: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Security Log(4.6.5.17)", "Security Log(4.6.5.18)"), "utf-8")
    result = smets("ingest", file, "--out", tmp_path / "index")
    assert result.exit_code == 2
    assert (
        "clause 4.3 paragraph 32: 'generating an entry to that effect in the Security Log' refers to 4.6.5.18"
        in result.output
    )
    assert result.output.count("refers to 4.6.5.18") == text.count("Security Log(4.6.5.17)")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfea", "line 1: not UTF-8 (byte 0xff); save the text as UTF-8"),
        (b"A list of errands.\n", "no SMETS document in it"),
        (b"", "no SMETS document in it"),
    ],
)
def test_what_is_no_source_text(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "other.txt"
    file.write_bytes(content)
    for command in ("ingest", "verify"):
        result = smets(command, file)
        assert result.exit_code == 2
        assert said in result.output


def test_a_document_whose_index_is_not_shipped(tmp_path: Path, own_text: str) -> None:
    file = tmp_path / "own.txt"
    file.write_text(own_text, encoding="utf-8")
    result = smets("verify", file)
    assert result.exit_code == 2
    assert "no index of smets2-9.9 is shipped; there are smets1-1.2, smets2-2.0" in result.output
    result = smets("ingest", file, "--out", tmp_path / "index")
    assert result.exit_code == 2
    assert "its heading is lost; no decision in restored_headings.yaml knows this place in smets2-9.9" in result.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = smets("verify", tmp_path / "nothing.txt")
    assert result.exit_code == 2
    assert "does not exist" in result.output


def test_an_index_that_cannot_be_written(file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    result = smets("ingest", file, "--out", tmp_path / "taken" / "index")
    assert result.exit_code == 2
    assert "cannot write the index into" in result.output
