"""What a task hands to the next one, and when there is nothing to build."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from salesops.orchestration import steps
from salesops.settings import Settings
from salesops.warehouse import build as build_module
from salesops.warehouse.build import BuildPlan
from salesops.warehouse.build_folder import write_json

NOTHING_ASKED = {"as_of": None, "known_at": None, "publish": None, "send": None}


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuildPlan:
    settings = Settings.from_env({"SALESOPS_HOME": str(tmp_path)})
    plan = BuildPlan(
        build_id="abc",
        folder=settings.warehouse / "builds" / "abc",
        as_of=date(2026, 3, 14),
        known_at=datetime(2026, 3, 15, 6, tzinfo=UTC),
        looks_back=True,
        variables={"as_of": "2026-03-14", "stale_days": 30},
        inputs={"loads": "1f"},
        loads=("20260314T223000Z-0a",),
        is_published=False,
        settings=settings,
    )
    monkeypatch.setattr(build_module, "plan", lambda *_, **__: plan)
    return plan


def test_a_plan_survives_the_way_to_the_next_task(planned: BuildPlan) -> None:
    build = json.loads(json.dumps(steps.plan_build(planned.settings, NOTHING_ASKED)))
    assert steps._plan(planned.settings, build) == planned


@pytest.mark.parametrize(
    ("asked", "publish", "send"),
    [
        ({}, True, True),
        ({"as_of": "2025-12-31"}, False, False),
        ({"known_at": "2026-01-01T00:00:00+00:00"}, False, False),
        ({"as_of": "2025-12-31", "publish": True}, True, True),
        ({"as_of": "2025-12-31", "publish": True, "send": False}, True, False),
        ({"publish": False}, False, False),
    ],
)
def test_a_build_that_looks_back_reaches_nobody_unless_asked(
    planned: BuildPlan, asked: dict[str, Any], publish: bool, send: bool
) -> None:
    build = steps.plan_build(planned.settings, NOTHING_ASKED | asked)
    assert (build["publish"], build["send"]) == (publish, send)


def test_nothing_is_done_twice(planned: BuildPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = planned.settings
    assert steps.plan_build(settings, NOTHING_ASKED)["done"] is None
    planned.folder.mkdir(parents=True)
    write_json(planned.folder / "build.json", {"status": "failed"})
    assert steps.plan_build(settings, NOTHING_ASKED | {"publish": False})["done"] is None
    write_json(planned.folder / "build.json", {"status": "audited"})
    assert "passed its audit" in steps.plan_build(settings, NOTHING_ASKED | {"publish": False})["done"]
    assert steps.plan_build(settings, NOTHING_ASKED)["done"] is None
    (planned.folder / "withdrawn").touch()
    assert "rolled back" in steps.plan_build(settings, NOTHING_ASKED)["done"]
    monkeypatch.setattr(build_module, "plan", lambda *_, **__: replace(planned, is_published=True))
    assert "readers have build abc" in steps.plan_build(settings, NOTHING_ASKED)["done"]


def test_overdue_exports_are_warned_of_and_mailed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from salesops.ingest.load import land

    config, moment = tmp_path / "config", datetime(2026, 3, 3, tzinfo=UTC)
    (config / "mappings").mkdir(parents=True)
    (config / "mappings" / "crm.yml").write_text(
        "source: crm\ncadence: 1 day\nfiles:\n  - {match: teams*.csv, entity: team, columns: {team_id: Id}}\n"
    )
    (config / "recipients.yml").write_text(
        "allowed_domains: [example.com]\nrecipients:\n  - {address: ops@example.com, audiences: [operators]}\n"
    )
    settings = Settings.from_env({"SALESOPS_HOME": str(tmp_path), "SALESOPS_CONFIG": str(config)})
    (settings.landing / "crm").mkdir(parents=True)
    (settings.landing / "crm" / "teams_20260301T060000Z.csv").write_text("Id\na\n")
    land(settings, "crm")
    assert steps.report_overdue_exports(settings, datetime(2026, 3, 2, 6, tzinfo=UTC)) == []
    assert not settings.outbox.exists()
    for _ in range(2):
        (line,) = steps.report_overdue_exports(settings, moment)
        assert line.startswith("crm: the export after that of 2026-03-01 06:00 UTC was due by 2026-03-02 06:00 UTC: ")
        assert line in caplog.text
    assert len(list(settings.outbox.rglob("*.eml"))) == 1
