"""The shipped Salesforce mapping over a Data Export with ugly rows: where each record went, and how it reads."""

from pathlib import Path

import pytest
from ingest_home import FIXTURES, Home

from salesops.ingest.load import LoadCounts, land_folder
from salesops.ingest.mapping_files import SHIPPED, load_mapping

EXPORT = FIXTURES / "ingest" / "salesforce"
ZIP = "WE_00D000000000001EAA_2026-03-14T22-30-00Z.zip"


def identifier(number: int) -> str:
    return f"006{number:012d}AAA"


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, LoadCounts]:
    home = Home(tmp_path_factory.mktemp("salesforce"))
    home.put_zip(ZIP, {path.name: path.read_bytes() for path in EXPORT.glob("*.csv")})
    return home, land_folder(load_mapping(SHIPPED / "salesforce.yml"), home.landing, home.raw)


def test_every_broken_record_is_quarantined_with_its_line_and_reason(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    found = home.query("select _line, reason, column_name, _key from {quarantine} where entity = 'opportunity' order by 1")
    assert found == [
        (7, "too_many_fields", None, identifier(5)),
        (8, "bad_number", "amount", identifier(6)),
        (9, "bad_date", "close_date", identifier(7)),
        (10, "ambiguous_date", "close_date", identifier(8)),
        (11, "damaged_id", "opportunity_id", None),
        (12, "missing_key", "opportunity_id", None),
        (13, "missing_value", "stage", identifier(9)),
        (14, "repeated_header", None, None),
        (15, "blank_line", None, None),
        (16, "unclosed_quote", None, identifier(10)),
        (17, "stray_quote", None, identifier(11)),
        (18, "date_out_of_range", "close_date", identifier(12)),
        (19, "bad_number", "probability", identifier(13)),
        (20, "bad_boolean", "is_deleted", identifier(14)),
        (21, "bad_timestamp", "created_at", identifier(15)),
        (22, "too_few_fields", None, identifier(16)),
        (23, "duplicate_key", None, identifier(17)),
        (24, "duplicate_key", None, identifier(17)),
        (29, "undecodable_bytes", None, identifier(21)),
        (30, "nul_byte", None, identifier(22)),
    ]


def test_every_other_record_lands_and_the_counts_add_up(landed: tuple[Home, LoadCounts]) -> None:
    home, counts = landed
    lines = [line for (line,) in home.query("select _line from {opportunity} order by 1")]
    assert lines == [2, 3, 5, 6, 25, 27, 28]
    assert home.query("select _line, _key from {opportunity.seen}") == [(26, identifier(18))]
    (load,) = home.loads("salesforce")
    opportunities = next(file for file in load.files if file.file == f"{ZIP}/Opportunity.csv")
    assert (opportunities.read, opportunities.landed, opportunities.quarantined, opportunities.repeated) == (28, 7, 20, 1)
    assert all(file.is_balanced for file in load.files)
    assert counts.read == counts.landed + counts.quarantined + counts.repeated == sum(file.read for file in load.files)


def test_raw_text_is_the_record_as_it_stands_in_the_file(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    texts = dict(home.query("select _line, raw_text from {quarantine} where entity = 'opportunity'"))
    lines = (EXPORT / "Opportunity.csv").read_bytes().split(b"\r\n")
    # line 3 has a line end within a field, so that what follows stands one element earlier
    for line in (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 22, 23):
        assert texts[line].encode() == lines[line - 2], line
    assert "Caf\\xe9" in texts[29]
    assert "Nul\\x00l" in texts[30]


def test_values_have_their_canonical_form(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    columns = "opportunity_name, account_id, pipeline, amount, probability, close_date, next_step, created_at, is_deleted, _extra"
    found = home.query(f"select _line, {columns} from {{opportunity}} where _line in (2, 3, 5, 6, 27, 28)")
    rows = {row[0]: row[1:] for row in found}
    account, created = "001000000000001AAA", "2026-02-01T09:00:00Z"
    assert rows[2] == ("Deal", account, None, "1000", "0.1", "2026-03-31", None, created, "false", None)
    assert rows[3][0] == 'Acme, "North"'
    assert rows[3][3] == "2500.5"
    assert rows[3][6] == "Call back\nMonday"
    assert rows[3][-1] == '{"Renewal_Tier__c":"gold"}'
    assert rows[5][:2] == ("شركة النور", None)
    assert rows[6][7] == created
    assert rows[27][0] == '12" pipe'
    assert (rows[28][3], rows[28][4], rows[28][8]) == (None, None, "true")


def test_field_history_is_read_by_what_changed(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    rows = home.query(
        "select attribute, old_value, new_value, has_old_value from {opportunity_history} "
        "where _file like '%OpportunityFieldHistory.csv' order by history_id"
    )
    assert rows == [
        ("created", None, None, "true"),
        ("stage", "Prospecting", "Qualification", "true"),
        ("amount", "1000", "1250.5", "true"),
        ("close_date", "2026-03-31", "2026-04-30", "true"),
        ("owner_name", "Ada Lovelace", "Grace Hopper", "true"),
        ("owner", "005000000000001AAA", "005000000000002AAA", "true"),
        ("probability", "0.1", "0.25", "true"),
        ("Renewal_Tier__c", None, "gold", "true"),
    ]
    assert home.query("select _line, reason from {quarantine} where _file like '%OpportunityFieldHistory.csv'") == [
        (10, "bad_number")
    ]


def test_a_snapshot_becomes_a_row_for_each_attribute(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    rows = home.query(
        "select _line, attribute, new_value from {opportunity_history} where _file like '%OpportunityHistory.csv' order by 1, 2"
    )
    first = [
        ("amount", "1000"),
        ("close_date", "2026-03-31"),
        ("currency", "EUR"),
        ("forecast_category", "Pipeline"),
        ("probability", "0.1"),
        ("stage", "Prospecting"),
    ]
    assert [(name, value) for line, name, value in rows if line == 2] == first
    # an amount that was cleared is told as such
    assert [value for line, name, value in rows if line == 3 and name == "amount"] == [None]
    assert {line for line, _, _ in rows} == {2, 3}
    (load,) = home.loads("salesforce")
    file = next(file for file in load.files if file.file.endswith("/OpportunityHistory.csv"))
    assert (file.read, file.landed, file.quarantined, file.repeated) == (3, 2, 1, 0)
    assert file.entities["opportunity_history"].landed == 12


def test_tasks_and_events_are_activities(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    rows = home.query(
        "select activity_id, activity_type, who_id, occurred_at, duration_minutes, direction from {activity} order by 1"
    )
    person = "003000000000001AAA"
    assert rows == [
        ("00T000000000001AAA", "Call", person, "2026-02-03", None, "Outbound"),
        ("00T000000000002AAA", "Task", None, None, None, None),
        ("00U000000000001AAA", "meeting", person, "2026-02-04T13:00:00Z", "60", None),
        ("00U000000000002AAA", "meeting", person, "2026-02-05", "1440", None),
    ]


def test_users_have_a_full_name_and_machines_are_told_from_people(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    assert home.query("select user_name, manager_id, is_human, time_zone from {user} order by user_id") == [
        ("Ada Lovelace", "005000000000002AAA", "true", "Europe/Berlin"),
        ("Grace Hopper", None, "true", "Europe/London"),
        ("Automated Process", None, "false", "UTC"),
    ]


def test_the_ledger_says_what_is_complete_suspended_and_unmapped(landed: tuple[Home, LoadCounts]) -> None:
    home, _ = landed
    (load,) = home.loads("salesforce")
    assert load.extracted_at.isoformat() == "2026-03-14T22:30:00+00:00"
    assert load.is_complete
    assert load.full_exports == ["account", "activity", "opportunity", "team", "user"]
    assert load.tombstones_suspended == ["opportunity"]
    assert load.unmapped == [f"{ZIP}/Case.csv"]


def test_the_original_stands_compressed_under_its_hash(landed: tuple[Home, LoadCounts]) -> None:
    import gzip

    home, _ = landed
    (load,) = home.loads("salesforce")
    for file in load.files:
        archived = home.raw / "_files" / f"{file.sha256}.gz"
        assert gzip.decompress(archived.read_bytes()) == (EXPORT / Path(file.file).name).read_bytes()
        assert archived.stat().st_mode & 0o777 == 0o600
