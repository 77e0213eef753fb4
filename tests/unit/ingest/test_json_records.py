"""JSON, as a list and one object a line: fields by dotted name, numbers as written, each broken record alone."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_home import DATA, Home

from salesops.errors import InputError
from salesops.ingest import json_records
from salesops.ingest.json_records import read_json
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.tables import TableReader

Build = Callable[..., Mapping]
DAY = "20260301T000000Z"


@pytest.fixture
def mapping(mapping_of: Build) -> Mapping:
    return mapping_of({"match": "teams*", "unmapped": "keep"})


def tally(home: Home, mapping: Mapping) -> tuple[int, int, int, int]:
    counts = land_folder(mapping, home.landing, home.raw)
    return counts.read, counts.landed, counts.quarantined, counts.repeated


def put(home: Home, content: str | bytes, ending: str = "ndjson") -> str:
    return home.put(f"teams_{DAY}.{ending}", content).name


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1", "1"),
        ("-0", "-0"),
        ("0.1", "0.1"),
        ("1.50", "1.50"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("12345678901234567890123456789", "12345678901234567890123456789"),
        ("5.80502800003085e+18", "5.80502800003085e+18"),
        ("1E400", "1E400"),
        ("true", "true"),
        ("false", "false"),
        ('"007"', "007"),
        ('" x "', " x "),
        ('"two\\nlines"', "two\nlines"),
        ('"\\u0634\\u0631\\u0643\\u0629 \\ud83d\\ude00"', "شركة 😀"),
        ('[1.50, "a", null, {"b": true}]', '[1.50,"a",null,{"b":true}]'),
        ("{}", None),
        ("null", None),
        ('""', None),
        ("[]", None),
    ],
)
@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_a_value_becomes_the_text_that_is_written(
    home: Home, mapping: Mapping, written: str, text: str | None, ending: str
) -> None:
    record = f'{{"Id": "a", "Name": "A", "Cell": {written}}}'
    put(home, f"[{record}]" if ending == "json" else record, ending)
    assert tally(home, mapping) == (1, 1, 0, 0)
    assert home.query("select json_extract_string(_extra, '$.Cell') from {team}") == [(text,)]


def test_nested_fields_have_dotted_names_and_records_their_own_line(home: Home, mapping_of: Build) -> None:
    entry = {"match": "teams*", "columns": {"team_id": "Id", "team_name": "detail.name", "parent_id": "detail.up.id"}}
    put(
        home,
        '[\n  {"Id": 1, "detail": {"name": "A", "up": {"id": 7}}},\n  {"Id": 2, "detail": {"name": "B",\n'
        '    "up": null}},\n  {"Id": 3, "detail": null}, {"Id": 4, "detail": {"name": "D"}}\n]\n',
        "json",
    )
    assert tally(home, mapping_of(entry)) == (4, 4, 0, 0)
    assert home.query("select _line, _key, team_name, parent_id from {team} order by 2") == [
        (2, "1", "A", "7"),
        (3, "2", "B", None),
        (5, "3", None, None),
        (5, "4", "D", None),
    ]


def test_the_list_may_stand_deep_within_the_file(home: Home, mapping_of: Build) -> None:
    content = {
        "meta": {"items": [1, {"a": "]"}]},
        "result": {"page": 1, "items": [{"Id": "a", "Name": "A"}], "next": None},
        "ok": 1,
    }
    put(home, json.dumps(content, indent=1), "json")
    assert tally(home, mapping_of({"match": "teams*.json", "dialect": {"records": "result.items"}})) == (1, 1, 0, 0)


def test_a_broken_line_is_quarantined_alone(home: Home, mapping_of: Build) -> None:
    lines = [
        b'{"Id": "a", "Name": "A"}',
        b'{"Id": "b", "Name": "B"',
        b"",
        b"[1]",
        b'{"Id": "c", "Id": "d"}',
        b'{"Id": "e", "x": {"y": 1}, "x.y": 2}',
        b'{"Id": "f", "Name": "\xff"}',
        b'{"Id": "g", "Name": "\\u0000"}',
        b'{"Id": "h", "Name": "\\ud800"}',
        b'{"Id": "i", "Name": NaN}',
        b'{"Id": "j"} {"Id": "k"}',
        b'{"Name": "no key"}',
        b"[" * 100_000,
        b'{"Id": "z", "Name": "Z"}',
    ]
    put(home, b"\r\n".join(lines) + b"\r\n")
    entry = {"match": "teams*", "unmapped": "keep", "dialect": {"encoding": "utf-8"}}
    assert tally(home, mapping_of(entry)) == (14, 2, 12, 0)
    assert home.query("select _line, reason from {quarantine} order by 1") == [
        (2, "bad_json"),
        (3, "blank_line"),
        (4, "bad_json"),
        (5, "repeated_field"),
        (6, "repeated_field"),
        (7, "undecodable_bytes"),
        (8, "nul_byte"),
        (9, "undecodable_bytes"),
        (10, "bad_json"),
        (11, "bad_json"),
        (12, "missing_key"),
        (13, "bad_json"),
    ]
    texts = dict(home.query("select _line, raw_text from {quarantine}"))
    assert texts[2] == lines[1].decode()
    assert texts[7] == '{"Id": "f", "Name": "\\xff"}'
    assert texts[12] == lines[11].decode()


def test_objects_of_a_list_that_do_not_fit_are_quarantined_alone(home: Home, mapping: Mapping) -> None:
    put(
        home,
        '[\n{"Id": "a", "Name": "A"},\n7,\n"text",\nnull,\n[{}],\n{"Id": "b", "Id": "b"},\n{"Id": "c", "Name": "\\u0000"}\n]',
        "json",
    )
    assert tally(home, mapping) == (7, 1, 6, 0)
    assert home.query("select _line, reason, raw_text from {quarantine} order by 1") == [
        (3, "bad_json", "7"),
        (4, "bad_json", '"text"'),
        (5, "bad_json", "null"),
        (6, "bad_json", "[{}]"),
        (7, "repeated_field", '{"Id": "b", "Id": "b"}'),
        (8, "nul_byte", '{"Id": "c", "Name": "\\u0000"}'),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"Id": "a", "Name": "A"},\n{"Id": "b", "Name": ]', "json:2: no JSON from here on"),
        ('[{"Id": "a", "Name": "A"},\n\n{"Id": "b", "Name": "B"', "json:3: no JSON from here on"),
        ('[{"Id": "a", "Name": "A"}', "json:1: ] is missing"),
        ('[{"Id": "a", "Name": "A"} {"Id": "b"}]', "json:1: ] is missing"),
        ('[{"Id": "a", "Name": "A"}]\n]', "json:2: something follows the end"),
        ('[{"Id": "a", "Name": "A"},]', "json:1: no JSON from here on"),
        ('{"Id": "a", "Name": "A"}\n{"Id": "b", "Name": "B"}\n', "name the path to it as dialect.records, or format: ndjson"),
        ("Id,Name\na,A\n", r"json:1: \[ is missing"),
        ("[" * 100_000, "json:1: no JSON from here on"),
        ('[{"Id": "a", "Label": "A"}]', "the header lacks 'Name', from which team.team_name is read"),
        ('[{"Id": "a", "Name": "A", "New": 1}]', "the header has 'New', which the mapping of crm does not know"),
        ('[{"Id": "a", "Name": {"en": "A"}}]', "the header lacks 'Name'"),
        ("", "the file is empty"),
    ],
)
def test_a_broken_list_is_refused_by_name(home: Home, mapping_of: Build, content: str, message: str) -> None:
    name = put(home, content, "json")
    with pytest.raises(InputError, match=message) as error:
        land_folder(mapping_of({"match": "teams*"}), home.landing, home.raw)
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)
    assert home.loads("crm") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"rows": []}', "nothing is named data: correct dialect.records"),
        ('{"data": {"Id": "a"}}', "name the path to it"),
        ('{"data": [], "data": [{"Id": "a"}]}', "data stands there twice"),
        ('{"data": [{"Id": "a"}]', "} is missing"),
        ("[]", "{ is missing"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(home: Home, mapping_of: Build, content: str, message: str) -> None:
    put(home, content, "json")
    with pytest.raises(InputError, match=message):
        land_folder(mapping_of({"match": "teams*.json", "dialect": {"records": "data"}}), home.landing, home.raw)


@pytest.mark.parametrize(("ending", "content"), [("json", " [ ] "), ("ndjson", "\n")])
def test_no_records_are_an_export_of_nothing(home: Home, mapping: Mapping, ending: str, content: str) -> None:
    put(home, content, ending)
    assert tally(home, mapping)[:2] == ((0, 0) if ending == "json" else (1, 0))
    assert home.loads("crm")[0].full_exports == ["team"]


def test_any_encoding_and_a_byte_order_mark(home: Home, mapping: Mapping, mapping_of: Build) -> None:
    content = '[{"Id": "a", "Name": "Ünïcode شركة"}]'
    for number, encoding in enumerate(("utf-8-sig", "utf-16"), 1):
        home.put(f"teams_2026030{number}T000000Z.json", content.encode(encoding))
    assert tally(home, mapping) == (2, 1, 0, 1)
    home.put("teams_20260303T000000Z.jsonl", '{"Id": "a", "Name": "Café"}'.encode("latin-1"))
    land_folder(mapping_of({"match": "*.jsonl", "dialect": {"encoding": "iso-8859-1"}}), home.landing, home.raw)
    assert home.query("select team_name from {team} order by 1") == [("Café",), ("Ünïcode شركة",)]


def test_json_within_a_zip(home: Home, mapping: Mapping) -> None:
    home.put_zip(f"crm_{DAY}.zip", {"teams.json": '[{"Id": "a", "Name": "A"}]', "teams2.jsonl": '{"Id": "b", "Name": "B"}'})
    assert tally(home, mapping) == (2, 2, 0, 0)
    assert home.query("select _file, _line from {team} order by 1") == [
        (f"crm_{DAY}.zip/teams.json", 1),
        (f"crm_{DAY}.zip/teams2.jsonl", 1),
    ]
    assert {(file.format, file.encoding) for file in home.loads("crm")[0].files} == {("json", "utf-8"), ("ndjson", "utf-8")}


def test_a_line_beyond_all_measure_is_passed_over(home: Home, mapping: Mapping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "RECORD_LIMIT", 1000)
    monkeypatch.setattr(json_records, "PIECE", 100)
    put(home, '{"Id": "a"}\n{"Id": "' + "x" * 5000 + '"}\n{"Id": "c", "Name": "C"}\n')
    assert tally(home, mapping) == (3, 2, 1, 0)
    assert home.query("select _line, reason from {quarantine}") == [(2, "record_too_long")]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda d: d),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.dictionaries(st.text("ab\"'{[,:\\ é", min_size=1, max_size=3), inner, max_size=3), max_leaves=6
)
OBJECTS = st.dictionaries(st.text("ab\"'{[,:\\ é", min_size=1, max_size=3), VALUES, max_size=4)


def flat(value: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Dotted names and texts, by another road: Python's own json, with numbers as they are written."""
    found: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            found |= flat(item, f"{prefix}{key}.")
        elif item not in (None, ""):
            found[prefix + key] = item if isinstance(item, str) else {True: "true", False: "false"}[item]
    return found


@given(records=st.lists(OBJECTS, max_size=6), indent=st.sampled_from([None, 1]), piece=st.integers(1, 40), ascii=st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_json_writes_is_read_back_whatever_the_pieces(
    tmp_path: Path, records: list[dict[str, Any]], indent: int | None, piece: int, ascii: bool
) -> None:
    def written(value: Any, space: int | None) -> str:
        return json.dumps(value, indent=space, ensure_ascii=ascii, default=float)

    as_list, as_lines = tmp_path / "list", tmp_path / "lines"
    as_list.write_text(written({"x": {"y": records}}, indent), encoding="utf-8")
    as_lines.write_text("".join(written(record, None) + "\n" for record in records), encoding="utf-8")
    texts = json.loads(written(records, None), parse_int=str, parse_float=str)
    expected = [flat(record) for record in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "PIECE", piece)
        for path, where in ((as_list, "x.y"), (as_lines, None)):
            table = read_json(path, where, "utf-8", {"a"}, tmp_path / "target", "name")
            reader = TableReader(table, tuple(range(len(table.header))))
            found = [
                dict(zip(table.header, list(row.values())[:-1], strict=True)) for b in reader.batches() for row in b.to_pylist()
            ]
            assert [{name: text for name, text in row.items() if text} for row in found] == expected
            assert (reader.records, table.faults) == (len(records), [])


@pytest.mark.parametrize(
    ("name", "answer"), [("testjson.json", "testjson_converted.csv"), ("testjson_nested.json", "testjson_nested_converted.csv")]
)
def test_other_peoples_json_reads_as_their_published_csv(home: Home, name: str, answer: str) -> None:
    """csvkit's examples; its answers name nested fields with a slash, write True for true and drop a time's first zero."""
    folder = DATA / "bad_csv" / "csvkit" / "examples"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/bad_csv")
    with (folder / answer).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    expected = [
        {
            column.replace("/", "."): cell.lower()
            if cell in ("True", "False")
            else cell.zfill(8)
            if column.endswith("time")
            else cell
            for column, cell in zip(header, row, strict=True)
            if cell
        }
        for row in rows
    ]
    mapping = Mapping.model_validate(
        {
            "source": "crm",
            "extraction": {"fixed": "2026-03-01T00:00:00Z"},
            "files": [{"match": "*.json", "entity": "team", "columns": {"team_id": "text"}, "unmapped": "keep"}],
        }
    )
    home.put(name, (folder / name).read_bytes())
    assert tally(home, mapping) == (len(rows), len(rows), 0, 0)
    found = home.query("select _key, _extra from {team} order by _line")
    assert [{"text": key} | json.loads(extra or "{}") for key, extra in found] == expected
