"""The gates: what is recorded, kept and said when checks hold and when they fail."""

import json
import shutil
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import duckdb
import pytest
from sound_build import TABLES

from salesops.errors import CheckFailed
from salesops.quality import audit as auditing
from salesops.quality.audit import AuditFailed, gate, previous_row_counts, validate
from salesops.settings import PROJECT, Settings
from salesops.warehouse.build_folder import BuildFolder, NoBuild

SECRET = "Zeynep Secret"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"SALESOPS_PROJECT": str(PROJECT), "SALESOPS_HOME": str(tmp_path)})


@cache
def sound_file() -> Path:
    """A sound build's work file, made once."""
    file = Path(tempfile.mkdtemp()) / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, query in TABLES.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} as {query}")
    return file


def make(
    settings: Settings, build_id: str, broken: str | None = None, status: str = "built", **record: str | None
) -> BuildFolder:
    build = BuildFolder(settings.warehouse / "builds" / build_id)
    build.path.mkdir(parents=True)
    shutil.copy(sound_file(), build.work)
    if broken:
        with duckdb.connect(str(build.work)) as connection:
            connection.execute(broken)
    fields = {"build_id": build_id, "as_of": "2026-03-14", "known_at": None, "status": status, "checks": []} | record
    build.record_file.write_text(json.dumps(fields), encoding="utf-8")
    return build


def publish_by_hand(build: BuildFolder, settings: Settings) -> None:
    build.update_record(status="published")
    (settings.warehouse / "current").symlink_to(f"builds/{build.build_id}")


def test_a_sound_build_is_audited(settings: Settings) -> None:
    build = make(settings, "b1")
    gate(build, settings, "raw")
    assert build.record()["status"] == "built"
    gate(build, settings, "marts")
    record = build.record()
    assert record["status"] == "audited"
    assert {check["schema"] for check in record["checks"]} >= {"raw", "core", "compensation"}
    assert all(check["success"] and check["reason"] and check["remedy"] for check in record["checks"])
    counts = json.loads(build.audit_file.read_text(encoding="utf-8"))
    assert counts["marts"]["row_counts"]["core.fct_opportunities"] == 60
    assert not build.failing.exists()


def test_a_failed_check_names_check_table_count_and_remedy_and_no_value(settings: Settings, tmp_path: Path) -> None:
    build = make(settings, "b1", f"update core.fct_opportunities set stage_kind = '{SECRET}' where opportunity_id < 'crm:2'")
    with pytest.raises(AuditFailed) as raised:
        gate(build, settings, "marts")
    message = str(raised.value)
    assert isinstance(raised.value, CheckFailed) and raised.value.exit_status == 1
    # crm:0, crm:1 and crm:10 … crm:19
    assert "expect_column_values_to_be_in_set(stage_kind) on core.fct_opportunities (stage_kind): 12 of 60 rows" in message
    assert "Correct seeds/stage_map.csv" in message
    assert "\n" not in message
    assert build.record()["status"] == "failed"
    page = (tmp_path / "quality" / "index.html").read_text(encoding="utf-8")
    assert 'class="failed">failed' in page and "http" not in page
    for text in (message, page, build.record_file.read_text(encoding="utf-8"), build.audit_file.read_text(encoding="utf-8")):
        assert "Secret" not in text
    (rows,) = build.failing.glob("*.parquet")
    assert duckdb.sql(f"select count(*), min(stage_kind) from '{rows}'").fetchall() == [(12, SECRET)]
    assert stat.S_IMODE(rows.stat().st_mode) == 0o600
    assert stat.S_IMODE(build.failing.stat().st_mode) == 0o700


def test_a_warning_is_reported_and_stops_nothing(settings: Settings) -> None:
    build = make(settings, "b1", "update core.fct_opportunities set amount_plan = -1")
    checks = gate(build, settings, "marts")
    assert [check.expectation_id for check in checks if not check.success] == ["expect_column_values_to_be_between(amount_plan)"]
    assert build.record()["status"] == "audited"
    assert len(list(build.failing.glob("*.parquet"))) == 1


def test_failing_rows_of_an_earlier_audit_go(settings: Settings) -> None:
    build = make(settings, "b1", "update core.fct_opportunities set stage = null")
    with pytest.raises(AuditFailed):
        gate(build, settings, "marts")
    with duckdb.connect(str(build.work)) as connection:
        connection.execute("update core.fct_opportunities set stage = 'Discovery'")
    gate(build, settings, "marts")
    assert not list(build.failing.glob("*.parquet"))


def test_many_failures_are_counted_after_the_first_five(settings: Settings) -> None:
    build = make(
        settings, "b1", "update core.fct_quotas set quota_amount = null, quota_amount_plan = null, period_end_date = '2020-01-01'"
    )
    with duckdb.connect(str(build.work)) as connection:
        connection.execute("update compensation.compensation_statements set earned_amount = null, payable_amount = null")
        connection.execute("update compensation.compensation_credits set payee_id = null")
    with pytest.raises(AuditFailed, match=r"6 checks failed.*and 1 more"):
        gate(build, settings, "marts")


def test_volume_is_held_against_the_published_build(settings: Settings) -> None:
    publish_by_hand(before := make(settings, "b1"), settings)
    gate(before, settings, "marts")
    # 41 of 60 is under seven tenths
    build = make(settings, "b2", "delete from core.fct_opportunities where rowid >= 41")
    with pytest.raises(AuditFailed, match=r"volume on core\.fct_opportunities: 41 rows"):
        gate(build, settings, "marts")
    assert previous_row_counts(build, settings)["core.fct_opportunities"] == 60


@pytest.mark.parametrize("record", [{"as_of": "2026-03-13"}, {"known_at": "2026-03-10T00:00:00Z"}])
def test_a_build_that_looks_back_may_hold_less(settings: Settings, record: dict[str, str]) -> None:
    publish_by_hand(before := make(settings, "b1"), settings)
    gate(before, settings, "marts")
    gate(make(settings, "b2", "delete from core.fct_opportunities where rowid >= 10", **record), settings, "marts")


def test_validate_takes_the_newest_build_or_the_named_one(settings: Settings) -> None:
    with pytest.raises(NoBuild, match="holds no build"):
        validate(settings)
    make(settings, "aa1", "update core.fct_opportunities set stage = null")
    make(settings, "bb2")
    assert all(check.success for check in validate(settings))
    assert "stage_is_on_the_map" in [c.expectation_id for c in validate(settings, "aa", "marts") if c.stops]
    with pytest.raises(NoBuild, match=r"0 builds in .* are called zz: name one of aa1, bb2"):
        validate(settings, "zz")


def test_auditing_a_published_build_again_leaves_it_published(settings: Settings) -> None:
    publish_by_hand(build := make(settings, "b1", "update core.fct_opportunities set stage = null"), settings)
    with pytest.raises(AuditFailed):
        gate(build, settings, "marts")
    assert build.record()["status"] == "published"


def test_killed_in_the_middle_of_an_audit_the_next_one_ends_the_same(settings: Settings, tmp_path: Path) -> None:
    build = make(settings, "b1")
    script = (
        "import os\nfrom salesops.quality import audit\nfrom salesops.settings import Settings\n"
        "from salesops.warehouse.build_folder import find_build\n"
        f"audit.keep_failing_rows = lambda *a, **k: os.kill(os.getpid(), 9)\n"
        f"s = Settings.from_env({{'SALESOPS_PROJECT': {str(PROJECT)!r}, 'SALESOPS_HOME': {str(tmp_path)!r}}})\n"
        "audit.gate(find_build(s.warehouse, None), s, 'marts')\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert build.record()["status"] == "built"
    gate(build, settings, "marts")
    assert build.record()["status"] == "audited"


def test_a_gate_looks_at_its_own_schemas_only(settings: Settings) -> None:
    build = make(settings, "b1", "update core.fct_opportunities set stage = null")
    assert {check.schema for check in auditing.audit(build, settings, "raw")} == {"raw"}


def test_a_build_begun_anew_forgets_the_marts_of_the_attempt_before(settings: Settings) -> None:
    build = make(settings, "b1", "update core.fct_opportunities set stage = null")
    auditing.audit(build, settings, "marts")
    build.update_record(status="prepared", checks=[])
    auditing.audit(build, settings, "raw")
    assert {check["schema"] for check in build.record()["checks"]} == {"raw"}
    assert auditing.read_audit(build).keys() == {"raw"}
