"""Numbers, dates and flags: what each form reads, by the form's own definition, and why it reads nothing else."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from salesops.ingest.column_spec import Form
from salesops.ingest.forms import Context, prepare, reason_sql, value_sql

BERLIN = Context("Europe/Berlin", (1900, 2199))
US = {"number": "1,234.56"}
EUROPE = {"number": "1.234,56"}


@pytest.fixture(scope="module")
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        prepare(connection)
        yield connection


def read(session: duckdb.DuckDBPyConnection, text: str, kind: str, form: dict[str, Any]) -> tuple[str | None, str | None]:
    parsed = Form.model_validate(form)
    value = value_sql("t", parsed, kind, BERLIN)  # type: ignore[arg-type]
    reason = reason_sql("t", parsed, kind, BERLIN)  # type: ignore[arg-type]
    row = session.execute(f"select {value}, case when {value} is null then {reason} end from (select ?::varchar as t)", [text])
    found = row.fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.0000", "1"),
        ("4", "0.25"),
        ("-.5000", "-2"),
        # 1/3, 2/3 and 1/7 to eighteen places, the last one rounded
        ("3", "0.333333333333333333"),
        ("1.5", "0.666666666666666667"),
        ("7", "0.142857142857142857"),
        ("1500.0000", "0.000666666666666667"),
        ("0.0001", "10000"),
        ("0", None),
        ("0.00", None),
        ("one", None),
        # more digits than can be held exactly, and an answer that would be nought
        ("0." + "0" * 30 + "1", None),
        ("1" + "0" * 30, None),
        ("9" * 60, None),
    ],
)
def test_a_rate_written_the_other_way_round(session: duckdb.DuckDBPyConnection, text: str, expected: str | None) -> None:
    form = {"number": {"inverse": True}}
    assert read(session, text, "decimal", form) == (expected, None if expected else "bad_number")


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("1234.56", {}, "1234.56"),
        ("1234.50", {}, "1234.5"),
        ("1000.0", {}, "1000"),
        ("100", {}, "100"),
        ("-5", {}, "-5"),
        ("+5", {}, "5"),
        ("0", {}, "0"),
        ("-0", {}, "0"),
        ("-0.00", {}, "0"),
        ("0.10", {}, "0.1"),
        ("007.10", {}, "7.1"),
        (".5", {}, "0.5"),
        ("5.", {}, "5"),
        (" 12 ", {}, "12"),
        ("12345678901234567890123456789.123456789012", {}, "12345678901234567890123456789.123456789012"),
        ("1,234.50", US, "1234.5"),
        ("1,234,567", US, "1234567"),
        ("1234.5", US, "1234.5"),
        ("1.234,50", EUROPE, "1234.5"),
        ("1.234", EUROPE, "1234"),
        ("0,5", EUROPE, "0.5"),
        ("1234,5", {"number": "1234,56"}, "1234.5"),
        ("1 234,5", {"number": "1 234,56"}, "1234.5"),
        ("1\u00a0234\u202f567,5", {"number": "1 234,56"}, "1234567.5"),
        ("1'234.5", {"number": "1'234.56"}, "1234.5"),
        ("$1,117.10", {"number": {"form": "1,234.56", "signs": ["$"]}}, "1117.1"),
        ("€ 3.500,00", {"number": {"form": "1.234,56", "signs": ["€"]}}, "3500"),
        ("3.500,00 €", {"number": {"form": "1.234,56", "signs": ["€"]}}, "3500"),
        ("-€3", {"number": {"form": "1.234,56", "signs": ["€"]}}, "-3"),
        ("$1,117.10K", {"number": {"form": "1,234.56", "signs": ["$"], "suffixes": ["K", "M"]}}, "1117100"),
        ("2.5M", {"number": {"suffixes": ["K", "M"]}}, "2500000"),
        ("7", {"number": {"suffixes": ["K", "M"]}}, "7"),
        ("(1,234.50)", {"number": {"form": "1,234.56", "parentheses": True}}, "-1234.5"),
        ("1100.04", {"number": {"in_units_of": "million"}}, "1100040000"),
        ("0", {"number": {"in_units_of": "million"}}, "0"),
        ("١٢٣٤٫٥".replace("٫", "."), {"number": {"digits": "arabic"}}, "1234.5"),
        ("۱۲۳۴", {"number": {"digits": "persian"}}, "1234"),
        ("๑๒๓", {"number": {"digits": "thai"}}, "123"),
        ("37.5", {"percent": True}, "0.375"),
        ("5", {"percent": True}, "0.05"),
        ("10", {"percent": True}, "0.1"),
        ("25.0", {"percent": True}, "0.25"),
        ("100", {"percent": True}, "1"),
        ("0", {"percent": True}, "0"),
        ("0.5", {"percent": True}, "0.005"),
        ("250", {"percent": True}, "2.5"),
        ("-12", {"percent": True}, "-0.12"),
        ("7 %", {"percent": True}, "0.07"),
    ],
)
def test_numbers(session: duckdb.DuckDBPyConnection, text: str, form: dict[str, Any], expected: str) -> None:
    assert read(session, text, "decimal", form) == (expected, None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("abc", {}),
        ("1e5", {}),
        ("1,234.50", {}),
        ("1 234", {}),
        ("--5", {}),
        ("5-", {}),
        ("1.2.3", {}),
        (".", {}),
        ("12,34", US),
        ("1,2345", US),
        ("1234.56", EUROPE),
        ("1.23", EUROPE),
        ("€5", {"number": {"signs": ["$"]}}),
        ("5K", {}),
        ("(5)", {}),
        ("(5", {"number": {"parentheses": True}}),
        ("٥", {}),
        ("5 %", {}),
        ("NaN", {}),
        ("inf", {}),
        ("0x10", {}),
    ],
)
def test_what_the_form_does_not_fit_is_no_number(session: duckdb.DuckDBPyConnection, text: str, form: dict[str, Any]) -> None:
    assert read(session, text, "decimal", form) == (None, "bad_number")


def test_an_integer_may_be_written_with_zeros_but_has_no_fraction(session: duckdb.DuckDBPyConnection) -> None:
    assert read(session, "12.0", "integer", {}) == ("12", None)
    assert read(session, "12.5", "integer", {}) == (None, "bad_number")


@pytest.mark.parametrize(
    ("text", "kind", "form", "expected"),
    [
        ("2026-02-01", "date", {}, "2026-02-01"),
        ("2026-02-01T00:00:00.000Z", "date", {}, "2026-02-01"),
        ("2026-02-01 00:00:00", "date", {}, "2026-02-01"),
        ("13/02/2026", "date", {}, "2026-02-13"),
        ("02.13.2026", "date", {}, "2026-02-13"),
        ("05/05/2026", "date", {}, "2026-05-05"),
        ("02/23/26", "date", {"format": "%m/%d/%y"}, "2026-02-23"),
        ("23. 2. 2026", "date", {"format": "%d. %m. %Y"}, "2026-02-23"),
        ("13/04/2026", "date", {"format": ["%m/%d/%Y", "%d/%m/%Y"]}, "2026-04-13"),
        ("2026-02-01T09:00:00.000Z", "timestamp", {}, "2026-02-01T09:00:00Z"),
        ("2026-02-01T09:00:00.123456Z", "timestamp", {}, "2026-02-01T09:00:00.123456Z"),
        # without an offset: Berlin, UTC+1 in winter and UTC+2 in summer
        ("2026-02-01 09:00:00", "timestamp", {}, "2026-02-01T08:00:00Z"),
        ("2026-07-01 09:00:00", "timestamp", {}, "2026-07-01T07:00:00Z"),
        ("2026-02-01 09:00", "timestamp", {}, "2026-02-01T08:00:00Z"),
        ("2026-02-01 09:00:00", "timestamp", {"timezone": "UTC"}, "2026-02-01T09:00:00Z"),
        ("2026-02-01T09:00:00+02:00", "timestamp", {}, "2026-02-01T07:00:00Z"),
        ("2026-02-01T09:00:00-0330", "timestamp", {}, "2026-02-01T12:30:00Z"),
        ("02/23/26 08:55 PM", "timestamp", {"format": "%m/%d/%y %I:%M %p", "timezone": "UTC"}, "2026-02-23T20:55:00Z"),
        ("02/23/26 12:05 AM", "timestamp", {"format": "%m/%d/%y %I:%M %p", "timezone": "UTC"}, "2026-02-23T00:05:00Z"),
        ("2026-02-01 09:00 +0200", "timestamp", {"format": "%Y-%m-%d %H:%M %z"}, "2026-02-01T07:00:00Z"),
        # a pure date stays one and is never shifted
        ("2026-02-01", "timestamp", {}, "2026-02-01"),
        ("02/23/26", "timestamp", {"format": "%m/%d/%y"}, "2026-02-23"),
    ],
)
def test_dates_and_timestamps(
    session: duckdb.DuckDBPyConnection, text: str, kind: str, form: dict[str, Any], expected: str
) -> None:
    assert read(session, text, kind, form) == (expected, None)


@pytest.mark.parametrize(
    ("text", "kind", "form", "reason"),
    [
        ("2026-02-30", "date", {}, "bad_date"),
        ("2026-02-01T10:00:00Z", "date", {}, "bad_date"),
        ("soon", "date", {}, "bad_date"),
        ("20260201", "date", {}, "bad_date"),
        ("31/04/2026", "date", {}, "bad_date"),
        ("1/2/26", "date", {}, "bad_date"),
        ("03/04/2026", "date", {}, "ambiguous_date"),
        ("03/04/2026", "timestamp", {}, "ambiguous_date"),
        ("03/04/2026", "date", {"format": ["%m/%d/%Y", "%d/%m/%Y"]}, "ambiguous_date"),
        ("2026-02-23", "date", {"format": "%m/%d/%y"}, "bad_date"),
        ("2569-01-31", "date", {}, "date_out_of_range"),
        ("1404-11-12", "date", {}, "date_out_of_range"),
        ("2569-01-31T09:00:00.000Z", "timestamp", {}, "date_out_of_range"),
        ("2026-02-01T25:00:00.000Z", "timestamp", {}, "bad_timestamp"),
        ("2026-02-30T09:00:00.000Z", "timestamp", {}, "bad_timestamp"),
        ("46054", "timestamp", {}, "bad_timestamp"),
    ],
)
def test_what_is_no_moment(session: duckdb.DuckDBPyConnection, text: str, kind: str, form: dict[str, Any], reason: str) -> None:
    assert read(session, text, kind, form) == (None, reason)


@pytest.mark.parametrize(("text", "expected"), [("TRUE", "true"), ("Yes", "true"), ("1", "true"), ("f", "false"), ("0", "false")])
def test_flags(session: duckdb.DuckDBPyConnection, text: str, expected: str) -> None:
    assert read(session, text, "boolean", {}) == (expected, None)


def test_a_value_list_translates_and_says_what_becomes_of_others(session: duckdb.DuckDBPyConnection) -> None:
    values = {"values": {"Won": "closed won", "Yes": True}}
    assert read(session, "Won", "text", values) == ("closed won", None)
    assert read(session, "Yes", "boolean", values) == ("true", None)
    assert read(session, "Lost", "text", values) == (None, "unknown_value")
    assert read(session, "Lost", "text", values | {"other": "keep"}) == ("Lost", None)


@pytest.mark.parametrize(
    ("text", "kind", "shape"),
    [
        ("2026-03-14T20:30:00.000Z", "timestamp", "%Y-%m-%dT%H:%M:%S.000Z"),
        ("2026-03-14T24:00:00.000Z", "timestamp", "%Y-%m-%dT%H:%M:%S.000Z"),
        ("2026-03-14", "date", "%Y-%m-%d"),
        ("2026-03-14", "timestamp", "%Y-%m-%d"),
    ],
)
def test_whatever_stands_in_place_of_one_sign_the_value_is_canonical_or_none(
    session: duckdb.DuckDBPyConnection, text: str, kind: str, shape: str
) -> None:
    texts = [text[:at] + sign + text[at + 1 :] for at in range(len(text)) for sign in "0123456789 -:T.Zxé"]
    value = value_sql("t", Form(), kind, BERLIN)  # type: ignore[arg-type]
    rows = session.execute(f"select t, {value} from (select unnest(?::varchar[]) as t)", [texts]).fetchall()
    assert len(rows) == len(texts)
    for found, canonical in rows:
        assert canonical is None or re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?", canonical), found
        if re.fullmatch(re.sub(r"\d", r"\\d", text[:19]) + re.escape(text[19:]), found):
            assert canonical == moment(found, shape), found


def moment(text: str, shape: str) -> str | None:
    """What Python reads, when the year is one that the context allows; a day may end at 24:00."""
    is_end_of_day = "T24:00:00" in text
    try:
        read = datetime.strptime(text.replace("T24", "T00") if is_end_of_day else text, shape) + timedelta(days=is_end_of_day)
    except ValueError:
        return None
    if not 1900 <= read.year <= 2199:
        return None
    return read.strftime("%Y-%m-%dT%H:%M:%SZ" if "H" in shape else "%Y-%m-%d")
