"""Words of the mapping language: rows from a pattern of columns, texts extracted, time spans, made-up keys."""

from collections.abc import Callable
from typing import Any

import pytest
from ingest_home import Home
from pydantic import ValidationError

from salesops.errors import InputError
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

FILE = "deals_20260314T223000Z.csv"
ROWS = "select opportunity_id, new_value, changed_at from {opportunity_history} order by 1, 3, 2"

STAGES: dict[str, Any] = {
    "match": "deals*.csv",
    "entity": "opportunity_history",
    "columns": {
        "history_id": {"made_of": ["opportunity_id", "new_value", "changed_at"], "separator": "|"},
        "opportunity_id": "Id",
        "attribute": {"constant": "stage"},
    },
    "unpivot": {
        "match": {"changed_at": r'Date entered "(?P<row>.+?)(?: \([^()]*\))?"'},
        "name": "new_value",
        "skip_empty": True,
    },
}
HISTORY: dict[str, Any] = {
    "match": "deals*.csv",
    "entity": "opportunity_history",
    "columns": {
        "history_id": {"made_of": ["opportunity_id", "changed_at"]},
        "opportunity_id": "Id",
        "attribute": {"constant": "stage"},
    },
    "unpivot": {
        "match": {
            "new_value": r"(?:Stage Current Value|Previous Value \((?P<row>\d+)\))",
            "changed_at": r"Change Date(?: \((?P<row>\d+)\))? \((?P<timezone>[^()]+/[^()]+)\)",
        },
        "skip_empty": True,
    },
}
Build = Callable[..., Mapping]


def activity(column: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"match": "deals*.csv", "entity": "activity", "columns": {"activity_id": "Id", column: {"from": "Value"} | spec}}


def test_a_column_for_each_stage_becomes_a_row_for_each_stage_entered(home: Home, mapping_of: Build) -> None:
    home.put(
        FILE,
        'Id,"Date entered ""Demo (Sales)""","Date entered ""Won | (Sales)""","Date exited ""Demo (Sales)"""\n'
        "d1,2026-02-01 09:30,2026-03-01 10:00,2026-03-01 10:00\n"
        "d2,2026-02-02 09:30,,\n"
        "d3,,,\n"
        "d4,soon,2026-03-01 10:00,\n",
    )
    counts = land_folder(mapping_of(files=[STAGES | {"unmapped": "keep"}]), home.landing, home.raw)
    assert home.query(ROWS) == [
        ("d1", "Demo", "2026-02-01T09:30:00Z"),
        ("d1", "Won |", "2026-03-01T10:00:00Z"),
        ("d2", "Demo", "2026-02-02T09:30:00Z"),
    ]
    assert home.query("select history_id, _key, _extra from {opportunity_history} where opportunity_id = 'd2'") == [
        ("d2|Demo|2026-02-02T09:30:00Z", "d2|Demo|2026-02-02T09:30:00Z|stage", None)
    ]
    assert home.query("select _line, column_name, reason from {quarantine}") == [(5, "changed_at", "bad_timestamp")]
    # d3 entered no stage: it tells nothing, and is counted all the same
    assert (counts.read, counts.landed, counts.quarantined, counts.repeated) == (4, 2, 1, 1)


def test_one_stage_in_two_pipelines_keeps_both_entries(home: Home, mapping_of: Build) -> None:
    home.put(FILE, 'Id,"Date entered ""Won (A)""","Date entered ""Won (B)"""\nd1,2026-02-01 09:30,2026-03-01 10:00\n')
    land_folder(mapping_of(files=[STAGES]), home.landing, home.raw)
    assert home.query(ROWS) == [("d1", "Won", "2026-02-01T09:30:00Z"), ("d1", "Won", "2026-03-01T10:00:00Z")]


def test_numbered_groups_of_columns_become_rows_in_the_zone_that_the_header_names(home: Home, mapping_of: Build) -> None:
    header = "Id,Stage Current Value,Change Date (America/Detroit),Previous Value (1),Change Date (1) (America/Detroit)"
    # 1 February is winter in Detroit, five hours behind; 1 July is summer, four
    rows = "d1,Won,2026-07-01 09:00,Demo,2026-02-01 09:00\nd2,,2026-07-01 09:00,Demo,\nd3,,2026-07-02 00:00,,\n"
    home.put(FILE, f"{header}\n{rows}")
    land_folder(mapping_of(files=[HISTORY]), home.landing, home.raw)
    assert home.query(ROWS) == [
        ("d1", "Demo", "2026-02-01T14:00:00Z"),
        ("d1", "Won", "2026-07-01T13:00:00Z"),
        # a value that was cleared
        ("d3", None, "2026-07-02T04:00:00Z"),
    ]
    # a value without its time cannot be placed
    assert home.query("select _line, column_name, reason from {quarantine}") == [(3, "changed_at", "missing_value")]


def test_a_zone_that_is_none_refuses_the_file(home: Home, mapping_of: Build) -> None:
    home.put(FILE, "Id,Stage Current Value,Change Date (Mars/Utopia)\nd1,Won,2026-07-01 09:00\n")
    with pytest.raises(InputError, match="Mars/Utopia is no time zone: correct the header"):
        land_folder(mapping_of(files=[HISTORY]), home.landing, home.raw)


def test_a_file_without_any_of_the_columns_is_refused_unless_they_are_optional(home: Home, mapping_of: Build) -> None:
    home.put(FILE, "Id\nd1\n")
    with pytest.raises(InputError, match="no column to unpivot to opportunity_history"):
        land_folder(mapping_of(files=[STAGES]), home.landing, home.raw)
    optional = STAGES | {"unpivot": STAGES["unpivot"] | {"optional": True}}
    counts = land_folder(mapping_of(files=[optional]), home.landing, home.raw)
    assert (counts.read, counts.landed, counts.quarantined, counts.repeated) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ({"duration": "milliseconds"}, {"90000": "1.5", "1": "0", "a lot": None}),
        ({"duration": "seconds"}, {"90": "1.5", "100": "1.67", "0": "0", "-60": "-1"}),
        ({"duration": "minutes"}, {"45": "45", "7.25": "7.25"}),
        ({"duration": "hours"}, {"1.5": "90"}),
        ({"duration": "clock"}, {"1:30": "90", "00:00": "0", "0:00:45": "0.75", "12:5": None, "0:60": None, "90": None}),
        ({"duration": "seconds", "number": "1.234,56"}, {"3.600": "60"}),
    ],
    ids=str,
)
def test_time_spans_become_minutes(home: Home, mapping_of: Build, spec: dict[str, Any], texts: dict[str, str | None]) -> None:
    home.put(FILE, "Id,Value\n" + "".join(f'{number},"{text}"\n' for number, text in enumerate(texts)))
    land_folder(mapping_of(files=[activity("duration_minutes", spec)]), home.landing, home.raw)
    found = dict(home.query("select activity_id, duration_minutes from {activity}"))
    assert {text: found.get(str(number)) for number, text in enumerate(texts)} == texts
    bad = [str(number) for number, value in enumerate(texts.values()) if value is None]
    if bad:
        assert home.query("select _key, reason from {quarantine} order by 1") == [(key, "bad_number") for key in bad]


def test_the_group_of_a_pattern_is_what_is_read(home: Home, mapping_of: Build) -> None:
    name = {"from": "Name", "extract": "([^;]*)(?:;.*)?"}
    team = {"columns": {"team_id": {"from": "Id", "extract": r"(?:zcrm_)?(\d+)"}, "team_name": name}}
    home.put("teams_20260314T223000Z.csv", "Id,Name\nzcrm_12,A;B\n13,C\nzcrm_x,D\n14,;E\n15\n")
    land_folder(mapping_of(team), home.landing, home.raw)
    assert home.query("select _key, team_name from {team} order by 1") == [("12", "A"), ("13", "C")]
    assert home.query("select _line, column_name, reason, _key from {quarantine} order by 1") == [
        (4, "team_id", "unfit_text", None),
        (5, "team_name", "unfit_text", "14"),
        (6, None, "too_few_fields", None),
    ]


@pytest.mark.parametrize("pattern", ["x", "(a)(b)", "(?=a)(b)", "(?<!a)(b)", r"(a)\1", "("])
def test_a_pattern_that_cannot_be_read_with_is_a_fault(mapping_of: Build, pattern: str) -> None:
    with pytest.raises(ValidationError):
        mapping_of({"columns": {"team_id": "Id", "team_name": {"from": "Name", "extract": pattern}}})


def test_a_damaged_record_is_known_by_what_is_read_of_its_key(home: Home, mapping_of: Build) -> None:
    team = {"columns": {"team_id": {"from": "Id", "extract": r"(?:zcrm_)?(\d+)"}, "team_name": "Name"}}
    home.put("teams_20260314T223000Z.csv", "Id,Name\nzcrm_11,B\nzcrm_12,A,too many\n")
    land_folder(mapping_of(team), home.landing, home.raw)
    assert home.query("select _key, reason from {quarantine}") == [("12", "too_many_fields")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unpivot": {"match": {"changed_at": "x"}}}, "say skip_empty: true"),
        ({"unpivot": {"match": {"changed_at": "x"}, "columns": {"stage": "S"}, "skip_empty": True}}, "either columns or match"),
        ({"unpivot": {"match": {"changed_at": "("}, "skip_empty": True}}, "no regular expression"),
        ({"columns": STAGES["columns"] | {"history_id": {"made_of": ["sequence"]}}}, "is made of sequence"),
        ({"columns": STAGES["columns"] | {"history_id": {"made_of": ["attribute"], "from": "Id"}}}, "read from nowhere else"),
    ],
)
def test_contradictions_are_faults_of_the_mapping(mapping_of: Build, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        mapping_of(files=[STAGES | change])


def test_two_entries_of_one_entity_reject_a_record_once(home: Home, mapping_of: Build) -> None:
    people = [
        {"match": "deals*.csv", "entity": "user", "columns": {"user_id": column, "user_name": column}}
        for column in ("Rep", "Boss")
    ]
    home.put(FILE, "Rep,Boss\nAda,Grace\nEve,Grace\ntoo,many,fields\n,\n")
    counts = land_folder(mapping_of(files=people), home.landing, home.raw)
    assert home.query("select _line, column_name, reason from {quarantine} order by 1") == [
        (4, None, "too_many_fields"),
        (5, None, "blank_line"),
    ]
    assert (counts.read, counts.landed, counts.quarantined, counts.repeated) == (4, 2, 2, 0)
    assert home.query("select _key from {user} order by 1") == [("Ada",), ("Eve",), ("Grace",)]
    (file,) = home.loads("crm")[0].files
    assert tuple(file.entities["user"].model_dump().values()) == (6, 3, 2, 1)
