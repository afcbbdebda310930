"""`smets spec show` and `smets spec diff` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smets_conformance.cli import cli
from smets_spec.index import load_document


def smets(*words: str) -> Result:
    return CliRunner().invoke(cli, ["spec", *words])


def test_show_gives_number_heading_and_every_paragraph() -> None:
    result = smets("show", "4.4.1", "--edition", "gsme@4.2")
    assert result.exit_code == 0, result.output
    clause = load_document("smets2-4.2").clause("4.4.1")
    assert result.output.startswith("gsme@4.2  4.4.1  Clock")
    for paragraph in clause.paragraphs:
        assert paragraph.fingerprint in result.output
        assert paragraph.chain in result.output
    assert "Security Log(4.6.5.17)" in result.output


def test_show_as_json_has_what_the_index_has() -> None:
    result = smets("show", "4.4.7.2", "--edition", "gsme@3.1", "--json")
    body = json.loads(result.output)
    assert body["edition"] == "gsme@3.1"
    assert body["clause"]["number"] == "4.4.7.2"
    assert len(body["clause"]["paragraphs"]) == len(load_document("smets2-3.1").clause("4.4.7.2").paragraphs)


def test_show_says_when_a_clause_has_no_paragraphs() -> None:
    assert "no paragraphs" in smets("show", "4.6.2", "--edition", "gsme@4.2").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "4.4.77", "--edition", "gsme@4.2"), "gsme@4.2 has no clause '4.4.77'; near it: 4.4.7 Payment Mode"),
        (("show", "Set Clok", "--edition", "gsme@4.2"), "near it: 4.5.3.20 Set Clock"),
        (("show", "4.4.1", "--edition", "gsme@4.3"), "there is no edition 'gsme@4.3'; near it: 'gsme@4.2'"),
        (("show", "4.4.1", "--edition", "gsme@4.2", "--source", "nowhere.txt"), "nowhere.txt: cannot be read"),
        (("diff", "gsme@4.2", "gsme@9"), "there is no edition 'gsme@9'"),
        (("diff", "gsme@4.2", "esme@4.2"), "are of different devices"),
    ],
)
def test_wrong_input_exits_2_and_says_what_would_be_right(words: tuple[str, ...], said: str) -> None:
    result = smets(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_show_with_a_source_gives_the_words_or_says_they_are_others(tmp_path: Path) -> None:
    """A made text that holds, at the indexed line, what was indexed once and what was not another time."""
    clause = load_document("smets2-4.2").clause("4.5.3.10")
    first, second = clause.paragraphs
    rows = [""] * second.line
    rows[first.line - 1] = "something else"
    text = tmp_path / "made.txt"
    text.write_text("\n".join(rows), encoding="utf-8")
    result = smets("show", "4.5.3.10", "--edition", "gsme@4.2", "--source", str(text))
    assert f"(line {first.line} of made.txt says something else: its print is " in result.output
    assert f"(line {second.line} of made.txt is empty" in result.output
    text.write_bytes(b"\xff\xfe\xff")
    assert smets("show", "4.5.3.10", "--edition", "gsme@4.2", "--source", str(text)).exit_code == 2


def test_show_with_the_source_has_every_word() -> None:
    sources = sorted((Path(__file__).resolve().parents[3] / "shared" / "sources").glob("003_*.txt"))
    if not sources:
        pytest.skip("the source text does not lie beside the checkout")
    result = smets("show", "4.5.3.20", "--edition", "gsme@4.2", "--source", str(sources[0]), "--json")
    texts = [p["text"] for p in json.loads(result.output)["clause"]["paragraphs"]]
    assert len(texts) == 5
    assert texts[0].startswith("A Command to set the Clock")
    assert not any(t.startswith("(line") for t in texts)


def test_diff_lists_changes_requirements_and_checks() -> None:
    result = smets("diff", "gsme@3.1", "gsme@4.2", "--json")
    assert result.exit_code == 0, result.output
    body = json.loads(result.output)
    assert body["counts"]["removed"] == 2
    assert {"old", "new", "counts", "changes", "requirements", "checks"} == set(body)
    text = smets("diff", "gsme@3.1", "gsme@4.2").output
    assert "4.5.3.20 ¶6 (b)" in text
    assert "checks to run again:" in text


def test_diff_of_one_edition_says_so() -> None:
    assert smets("diff", "ihd@4.2", "ihd@4.2").output == "ihd@4.2 and ihd@4.2 say the same\n"
