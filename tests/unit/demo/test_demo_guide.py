"""The guide from the demo to one's own data speaks of commands, options and files that there are."""

import argparse
import re
from pathlib import Path

from salesops.cli import parser
from salesops.demo.init import configuration_files

PROJECT = Path(__file__).parents[3]
GUIDE = (PROJECT / "docs" / "from-the-demo-to-your-own-data.md").read_text(encoding="utf-8")


def test_every_command_that_it_names_exists() -> None:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    named = set(re.findall(r"(?:`|/)salesops ([a-z]+)", GUIDE))
    assert {"init", "demo", "check", "ingest", "build", "run"} <= named
    assert named <= set(commands.choices)


def test_every_option_of_the_demo_that_it_names_exists() -> None:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    known = {option for action in commands.choices["demo"]._actions for option in action.option_strings}
    assert set(re.findall(r"`(?:salesops demo )?(--[a-z]+)", GUIDE)) <= known


def test_every_file_of_the_folder_is_in_its_table() -> None:
    for name in configuration_files():
        stem = Path(name).name
        is_covered = stem in GUIDE or stem.startswith(("commission_", "territor")) or name.startswith("mappings/")
        assert is_covered, name


def test_links_into_the_repository_lead_somewhere() -> None:
    written_elsewhere = {"plans-and-territories.md"}
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE):
        assert target in written_elsewhere or (PROJECT / "docs" / target).exists(), target
