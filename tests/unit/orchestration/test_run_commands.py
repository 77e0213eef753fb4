"""What `salesops run` accepts, and what it says of the rest."""

import argparse

import pytest

from salesops.errors import ConfigurationError
from salesops.orchestration import commands
from salesops.orchestration import run as run_module
from salesops.orchestration.run import RunOptions


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunOptions]:
    found: list[RunOptions] = []
    monkeypatch.setattr(run_module, "run", lambda _, options: found.append(options) or 0)
    return found


def _main(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(words)
    return int(args.run(args))


def test_a_plain_run_asks_for_everything(asked: list[RunOptions]) -> None:
    assert _main("run") == 0
    assert asked == [RunOptions()]
    assert asked[0].conf == {}


def test_a_past_day_publishes_nothing_by_itself(asked: list[RunOptions]) -> None:
    _main("run", "--as-of", "2025-12-31", "--known-at", "2026-01-02T03:04:05Z")
    assert asked[0].conf == {"as_of": "2025-12-31", "known_at": "2026-01-02T03:04:05+00:00", "publish": False, "send": False}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--as-of", "31.12.2025"], "write it like 2026-01-31"),
        (["--known-at", "yesterday"], "write it like 2026-01-31T09:30:00Z"),
        (["--known-at", "2026-01-02T03:04:05"], "has no offset"),
        (["--publish"], "belong to --as-of"),
    ],
)
def test_wrong_usage_names_the_remedy(asked: list[RunOptions], words: list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        _main("run", *words)
    assert asked == []
