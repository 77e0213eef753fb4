"""What is broken on purpose is where the answers say, ends in quarantine for its reason, and nothing else does."""

import zipfile
from pathlib import Path

import pytest

from salesops.demo.generate import Demo, planted_faults, write_demo
from salesops.settings import Settings

COMPANY = Path(__file__).parents[3] / "dags" / "salesops" / "demo" / "company"


def line_of(landing: Path, source: str, file: str, line: int) -> bytes:
    """A physical line of a file, or of a file in a zip."""
    container, _, inner = file.partition("/")
    path = landing / source / container
    if inner:
        with zipfile.ZipFile(path) as archive:
            data = archive.read(inner)
    else:
        data = path.read_bytes()
    return data.split(b"\n")[line - 1]


def test_each_is_broken_in_its_own_way(small: tuple[Path, Demo]) -> None:
    signs = {
        "bad_number": (b"12,5OO.OO", b";folgt;"),
        "bad_date": (b'"2026-02-30"',),
        "missing_value": (b'"","',),
        "damaged_id": (b'"3.00503E+14"',),
        "undecodable_bytes": (b'"M\xfcller"',),
        "too_few_fields": (b'"001',),
        "too_many_fields": (b'"EMEA"',),
        "bad_timestamp": (b'"2026-03-07T25:61:00.000Z"',),
        "missing_key": (b'"","',),
        "stray_quote": (b'"Call "urgent", then mail"',),
        "repeated_header": (b'"Id","IsDeleted","LeadId"',),
        "blank_line": (b"",),
        "unclosed_quote": (b'"00U',),
    }
    found = {fault.reason for fault in small[1].faults}
    assert found == set(signs)
    assert len(small[1].faults) == 14
    for fault in small[1].faults:
        text = line_of(small[0], fault.source, fault.file, fault.line)
        assert any(sign in text for sign in signs[fault.reason]), fault
        if fault.reason == "blank_line":
            assert text == b""
        assert fault.file.split("/")[0] in (
            "WE_00D5e000000001FEAQ_2026-03-14T22-30-00Z.zip",
            "quotas_20260314T223000Z.csv",
        ), "only the last base export has broken records"


def test_the_last_file_ends_within_a_quoted_field(small: tuple[Path, Demo]) -> None:
    path = sorted((small[0] / "salesforce").glob("*.zip"))[-1]
    with zipfile.ZipFile(path) as archive:
        last = archive.read("Event.csv").split(b"\n")[-1]
    assert last and last.count(b'"') % 2 == 1


def test_a_single_export_has_nothing_broken(full: tuple[Path, Demo]) -> None:
    assert full[1].faults == []


def test_the_answers_can_be_had_without_a_landing_folder(small: tuple[Path, Demo]) -> None:
    assert planted_faults(opportunities=600) == small[1].faults


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Demo]:
    """A small demo through ingest, with a day after it."""
    from salesops.ingest.load import land

    home = tmp_path_factory.mktemp("home")
    demo = write_demo(home / "landing", opportunities=400, exports=2, days=1)
    settings = Settings.from_env({"SALESOPS_HOME": str(home), "SALESOPS_CONFIG": str(COMPANY)})
    for source in ("feeds", "salesforce"):
        land(settings, source)
    return settings, demo


def test_exactly_the_planted_records_are_in_quarantine(landed: tuple[Settings, Demo]) -> None:
    import duckdb

    settings, demo = landed
    rows = duckdb.sql(
        f"select _source, _file, _line, reason from read_parquet('{settings.raw}/*/*/quarantine.parquet')"
    ).fetchall()
    assert sorted(rows) == sorted((fault.source, fault.file, fault.line, fault.reason) for fault in demo.faults)


def test_the_raw_gate_lets_the_demo_pass(landed: tuple[Settings, Demo]) -> None:
    from salesops.ingest.gate import gate_faults
    from salesops.ingest.ledger import read_loads
    from salesops.ingest.mapping_files import load_mappings

    settings, _ = landed
    mappings = load_mappings(settings.config)
    for source in ("feeds", "salesforce"):
        loads = [load.load_id for load in read_loads(settings.raw, source)]
        assert len(loads) == 3
        assert gate_faults(settings.raw, mappings, loads) == []


def test_the_record_that_was_broken_is_right_again_the_day_after(landed: tuple[Settings, Demo]) -> None:
    import duckdb

    settings, demo = landed
    broken = duckdb.sql(
        f"select distinct _key from read_parquet('{settings.raw}/salesforce/*/quarantine.parquet') "
        "where entity = 'opportunity' and _key is not null"
    ).fetchall()
    assert len(broken) == 3
    seen = duckdb.sql(
        f"select _key, strftime(max(_extracted_at), '%Y-%m-%d') from "
        f"(select _key, _extracted_at from read_parquet('{settings.raw}/salesforce/*/opportunity.seen.parquet') union all "
        f"select _key, _extracted_at from read_parquet('{settings.raw}/salesforce/*/opportunity.parquet')) group by 1"
    ).fetchall()
    days = dict(seen)
    assert {days[key] for (key,) in broken} == {"2026-03-15"}
    assert demo.faults
