"""`salesops demo` as a user calls it."""

import argparse
import json
from pathlib import Path

import pytest

from salesops.demo import commands
from salesops.errors import ConfigurationError


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    return parser.parse_args(words)


def test_demo_names_what_it_wrote_and_writes_the_answers_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, answers = tmp_path / "landing", tmp_path / "answers.json"
    args = parse("demo", "--out", str(out), "--opportunities", "200", "--exports", "2", "--answers", str(answers))
    assert args.run(args) == 0
    printed = capsys.readouterr().out
    assert "WE_00D5e000000001FEAQ_2026-03-14T22-30-00Z.zip" in printed
    content = json.loads(answers.read_text(encoding="utf-8"))
    assert len(content["faults"]) == 14
    assert set(content["faults"][0]) == {"source", "file", "line", "reason", "what"}
    assert args.run(args) == 0
    assert "everything is there already" in capsys.readouterr().out
    assert json.loads(answers.read_text(encoding="utf-8"))["faults"] == content["faults"]


def test_answers_within_the_landing_folder_are_refused(tmp_path: Path) -> None:
    args = parse("demo", "--out", str(tmp_path), "--answers", str(tmp_path / "feeds" / "answers.json"))
    with pytest.raises(ConfigurationError, match="put it elsewhere"):
        args.run(args)


def test_demo_writes_to_the_landing_folder_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESOPS_LANDING", str(tmp_path / "somewhere"))
    monkeypatch.delenv("SALESOPS_CONFIG", raising=False)
    args = parse("demo", "--opportunities", "150", "--exports", "1")
    assert args.run(args) == 0
    assert len(list((tmp_path / "somewhere" / "salesforce").glob("*.zip"))) == 1
