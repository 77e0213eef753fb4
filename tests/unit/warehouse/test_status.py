import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from handmade import make_build, settings_for

from salesops.ingest.ledger import Load, LoadedFile, write_load
from salesops.quality.checks import Check
from salesops.warehouse.publish import publish
from salesops.warehouse.rollback import rollback
from salesops.warehouse.status import render, status


def check(name: str, *, success: bool, severity: str = "critical") -> Check:
    return Check("s", name, "t", "core", "deals", None, severity, success, 3, 10, "It is so.", "Mend it.")


def test_an_empty_installation_says_what_to_do_first(tmp_path: Path) -> None:
    text = render(status(settings_for(tmp_path)))
    assert text.splitlines() == [
        "Loads: none; put exports into the landing folder, then `salesops ingest`",
        "Last build: none; run `salesops build`",
        "Published: none; run `salesops publish`",
        "Mails: none",
    ]


def test_loads_builds_checks_publication_and_mails_are_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    folder = settings.raw / "salesforce" / "L1"
    folder.mkdir(parents=True)
    (settings.raw / "_files").mkdir()
    moment = datetime(2026, 3, 14, 22, 30, tzinfo=UTC)
    file = LoadedFile(
        read=10, landed=7, quarantined=1, repeated=2, file="Opportunity.csv", sha256="a", bytes=1, encoding="utf-8",
        delimiter=",", entities={}, seconds=0.1,
    )  # fmt: skip
    write_load(
        Load(
            load_id="L1", source="salesforce", extracted_at=moment, loaded_at=moment, mapping_sha256="m", extraction="x",
            is_complete=True, files=[file],
        ),
        folder,
    )  # fmt: skip
    for number in (1, 2):
        publish(make_build(tmp_path, number), settings)
    rollback(settings)
    broken = make_build(tmp_path, 3, status="failed")
    checks = [check("fine", success=True), check("wrong", success=False), check("odd", success=False, severity="warning")]
    broken.update_record(checks=[c.as_dict() for c in checks])
    settings.outbox.mkdir()
    with sqlite3.connect(settings.outbox / "outbox.db") as connection:
        connection.execute("create table mails (state text)")
        connection.executemany("insert into mails values (?)", [("sent",), ("sent",), ("unknown",)])
    connection.close()

    text = render(status(settings))
    assert "salesforce  extracted 2026-03-14 22:30 UTC  1 files  10 read = 7 landed + 1 quarantined + 2 repeated" in text
    assert f"Last build: {broken.build_id}, as of 2026-03-03, failed" in text
    assert "checks: 1 passed, 1 failed, 1 warnings" in text
    assert "failed: wrong on core.deals: 3 of 10 rows. It is so. To do: Mend it." in text
    assert "warning: odd on core.deals" in text
    assert "Published: 01" in text
    assert "not published by itself again: 02" in text
    assert text.endswith("Mails: 2 sent, 1 unknown")


def test_what_failed_in_dbt_is_told_too(tmp_path: Path) -> None:
    failure = {"kind": "test", "name": "unique_deal", "table": "deals", "file": "models/deals.yml", "failures": 3}
    make_build(tmp_path, 1, status="failed").update_record(checks=[failure])
    assert "failed: test unique_deal of deals: 3 rows (models/deals.yml)" in render(status(settings_for(tmp_path)))
