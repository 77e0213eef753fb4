"""Expected rows against a model's rows: equal in every column that is named, and none besides."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

# a case's column → the model's, where they differ: for every model, and for one
COLUMNS = {"period_start": "period_start_date", "valid_from": "valid_from_at", "valid_to": "valid_to_at"}
MODEL_COLUMNS = {
    "dim_date": {
        "date": "date_day",
        "fiscal_month_start": "fiscal_month_start_date",
        "fiscal_quarter_start": "fiscal_quarter_start_date",
        "fiscal_year_start": "fiscal_year_start_date",
    },
    "pipeline_daily": {"date": "date_day"},
    "funnel_lead_conversion": {"campaign": "first_touch_campaign_id"},
}
# what a column holds that an expected row does not name
UNNAMED: dict[str, Row] = {
    "pipeline_bridge": dict.fromkeys(
        ("opening", "revaluation", "transferred_in", "reopened", "new", "pulled_in", "increased", "won", "lost", "disqualified",
         "deleted_or_merged", "transferred_out", "pushed_out", "decreased", "closing"),
        "0.00",
    ),
}  # fmt: skip
# an id's qualifier is the source's name; the part after it is compared
IDENTIFIERS = ("opportunity_id", "subject_id", "owner_id", "account_id", "lead_id", "record_id", "should_have")
# columns of the format that say which row is meant, and name no column of a model
SELECTORS = ("absent", "on", "territory_type")
# a model with one dimension a row: the dimensions that an expected row may name as if they were columns
DIMENSIONS = ("owner", "team", "product", "region", "source", "pipeline", "type", "segment")
RATIOS = 6


def column(model: str, name: str) -> str:
    """The model's name of a case's column."""
    return MODEL_COLUMNS.get(model, {}).get(name, COLUMNS.get(name, name))


def is_equal(expected: Any, actual: Any) -> bool:
    """Whether a value of a case equals a value of a model.

    Numbers are compared by value, a fraction such as "2/3" and its model's value to six decimals, instants and
    days by what they denote, an id by the part after its qualifier.
    """
    if expected is None or actual is None:
        return expected is None and actual is None
    if isinstance(actual, bool) or isinstance(expected, bool):
        return bool(expected) is bool(actual)
    if isinstance(actual, datetime):
        text = str(expected)
        wanted = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
        return wanted == actual.replace(tzinfo=None)
    if isinstance(actual, date):
        return str(expected)[:10] == actual.isoformat()
    if isinstance(actual, (int, float, Decimal)):
        return _is_equal_number(str(expected), actual)
    text = str(actual)
    return text == str(expected) or text.split(":", 1)[-1] == str(expected)


def _is_equal_number(expected: str, actual: int | float | Decimal) -> bool:
    try:
        wanted = Fraction(expected)
    except (ValueError, ZeroDivisionError):
        return False
    try:
        found = Fraction(Decimal(str(actual)))
    except InvalidOperation:
        return False
    return (
        abs(wanted - found) <= Fraction(5, 10 ** (RATIOS + 1))
        if "/" in expected or isinstance(actual, float)
        else wanted == found
    )


def is_match(model: str, expected: Row, actual: Row) -> bool:
    """Whether a model's row equals an expected row in every column that it names."""
    for name, value in expected.items():
        if name == "on":
            starts, ends = actual["valid_from_date"], actual["valid_to_date"]
            day = date.fromisoformat(value)
            if (starts is not None and day < starts) or (ends is not None and day >= ends):
                return False
            continue
        if name in SELECTORS and column(model, name) not in actual:
            continue
        if not is_equal(value, actual[column(model, name)]):
            return False
    return True


def in_dimension(expected: Row, columns: Collection[str]) -> Row:
    """The expected row of a model with one dimension a row: without a dimension it means all, `team: north` the team."""
    if "dimension" not in columns or "dimension" in expected:
        return expected
    named = [name for name in DIMENSIONS if name in expected and name not in columns]
    row = {name: value for name, value in expected.items() if name not in named}
    return {**row, "dimension": named[0], "member": expected[named[0]]} if named else {**row, "dimension": "all"}


def differences(
    model: str,
    expected: Sequence[Row],
    actual: Sequence[Row],
    complete_by: Sequence[str],
    is_counted: Callable[[Row], bool] = lambda row: True,
) -> list[str]:
    """What differs, a line each; empty when the model's rows are as expected.

    `complete_by`: for each combination of these columns among the expected rows the model has no row besides.
    """
    found = []
    expected = [in_dimension(row, actual[0]) for row in expected] if actual else expected
    names = {name for row in expected for name in row if name not in SELECTORS}
    expected = [row if row.get("absent") else {**UNNAMED.get(model, {}), **row} for row in expected]
    missing = sorted(name for name in names if actual and column(model, name) not in actual[0])
    if missing:
        return [f"{model}: has no column {', '.join(missing)}"]
    rows = [row for row in actual if is_counted(row)]
    matched: set[int] = set()
    for row in expected:
        hits = [number for number, candidate in enumerate(rows) if is_match(model, row, candidate)]
        if row.get("absent"):
            found += [f"{model}: a row that should not be there: {_shown(model, row, rows[number])}" for number in hits]
        elif row.get("territory", "") is None and "on" in row and not hits:
            # nobody: a row without territory, or no row
            others = {name: value for name, value in row.items() if name != "territory"}
            found += [
                f"{model}: somebody instead of nobody: {_shown(model, row, candidate)}"
                for candidate in rows
                if is_match(model, others, candidate)
            ]
        elif len(hits) != 1:
            near = _nearest(model, row, rows)
            beside = f"; nearest: {_shown(model, row, near)}" if near else ""
            found.append(f"{model}: {len(hits)} rows instead of one for {_plain(row)}{beside}")
        matched |= set(hits)
    present = [row for row in expected if not row.get("absent")]
    if complete_by and present:
        found += _surplus(model, present, rows, matched, complete_by)
    return found


def _surplus(
    model: str, expected: Sequence[Row], rows: Sequence[Row], matched: set[int], complete_by: Sequence[str]
) -> list[str]:
    keys = [name for name in complete_by if name != "*"]
    groups = [{name: row[name] for name in keys if name in row} for row in expected]
    return [
        f"{model}: a row besides the expected ones: {_shown(model, expected[0], row)}"
        for number, row in enumerate(rows)
        if number not in matched and any(is_match(model, group, row) for group in groups)
    ]


def _nearest(model: str, expected: Row, rows: Sequence[Row]) -> Row | None:
    def likeness(row: Row) -> int:
        return sum(is_match(model, {name: value}, row) for name, value in expected.items() if name not in SELECTORS)

    best = max(rows, key=likeness, default=None)
    return best if best is not None and likeness(best) > 0 else None


def _plain(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())


def _shown(model: str, expected: Row, row: Row) -> str:
    return _plain({name: row.get(column(model, name)) for name in expected if name not in SELECTORS})
