"""From the text of an export to the canonical text of raw, as DuckDB SQL.

`value_sql` gives the canonical text, or null for what the form does not fit; `reason_sql` then says why.
Canonical: decimal 1234.56 (no trailing zeros, no exponent), integer 12, true/false, 2026-01-31, 2026-01-31T09:30:00Z.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.ingest import calendars
from salesops.ingest.column_spec import DIGITS, SUFFIXES, UNITS, Digits, Form, NumberForm
from salesops.ingest.durations import minutes_sql
from salesops.ingest.entities import ColumnType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PERCENTAGES = ["0", *(f"0.{percent:02}".rstrip("0") for percent in range(1, 100)), "1"]
SETUP = (
    "set TimeZone = 'UTC'",
    # one of a list is far cheaper than shifting the point
    f"create or replace temp macro whole_percent(number) as ({PERCENTAGES})[1 + number::utinyint]",
    """create or replace temp macro plain_number(whole, fraction, negative) as
    case
        when ltrim(whole, '0') = '' and rtrim(fraction, '0') = '' then '0'
        else
            case when negative then '-' else '' end
            || coalesce(nullif(ltrim(whole, '0'), ''), '0')
            || coalesce('.' || nullif(rtrim(fraction, '0'), ''), '')
    end""",
    """create or replace temp macro shifted_number(whole, fraction, negative, digits) as
    case
        when digits >= 0 then plain_number(
            whole || rpad(fraction, digits::integer, '0'), substr(fraction, digits + 1), negative
        )
        else plain_number(
            left(lpad(whole, greatest(length(whole), 1 - digits)::integer, '0'),
                 greatest(length(whole), 1 - digits) + digits),
            right(lpad(whole, greatest(length(whole), 1 - digits)::integer, '0'), -digits) || fraction,
            negative
        )
    end""",
    # one divided by a canonical number, to 18 places; null for nought and for what 38 digits cannot hold.
    # A macro repeats its arguments, a lambda reckons them once.
    """create or replace temp macro inverse_number(number) as list_transform([number], lambda n: list_transform(
        [{
            'one': try_cast('1' || repeat('0', 18 + length(split_part(n, '.', 2))) as hugeint),
            'by': case when length(n) < 38 then nullif(try_cast(replace(ltrim(n, '-'), '.', '') as hugeint), 0) end
        }],
        lambda q: case when (q.one + q.by // 2) // q.by > 0 then
            case when n like '-%' then '-' else '' end || rtrim(rtrim(
                ((q.one + q.by // 2) // q.by // 1000000000000000000)::varchar || '.'
                || lpad(((q.one + q.by // 2) // q.by % 1000000000000000000)::varchar, 18, '0'), '0'), '.')
        end
    )[1])[1]""",
    "create or replace temp macro utc_text(ts) as replace(ts::timestamp::varchar, ' ', 'T') || 'Z'",
)

BLANK = "[ \\t\u00a0\u202f\u2009]"
CANONICAL_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?"
ISO_TIMESTAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
OFFSET = r"(?:Z|[+-]\d\d(?::?\d\d)?)"
SLASHED = r"\d{1,2}([/.-])\d{1,2}[/.-]\d{4}"
DAY_FIRST, MONTH_FIRST = "%d-%m-%Y", "%m-%d-%Y"


@dataclass(frozen=True)
class Context:
    """What a mapping says about all its columns."""

    timezone: str
    years: tuple[int, int]


def prepare(connection: "DuckDBPyConnection") -> None:
    """Give a connection what the expressions use: UTC, macros, calendars."""
    for statement in SETUP:
        connection.execute(statement)
    calendars.register(connection)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def value_sql(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    """Canonical text of the SQL expression `text`; null when it is null or the form does not fit it."""
    kind = form.type or kind
    text = _extracted(text, form)
    if form.values:
        cases = " ".join(f"when {quoted(key)} then {'null' if new is None else quoted(new)}" for key, new in form.values.items())
        other = _typed_value(text, form, kind, context) if form.other == "keep" else "null"
        return f"case {text} {cases} else {other} end"
    return _typed_value(text, form, kind, context)


def reason_sql(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    """The reason code for a text whose value is null."""
    if form.extract is not None:
        read = reason_sql(_extracted(text, form), form.model_copy(update={"extract": None}), kind, context)
        return f"case when {_extracted(text, form)} is null then 'unfit_text' else {read} end"
    kind = form.type or kind
    if form.values and form.other == "error":
        return "'unknown_value'"
    if kind in ("decimal", "integer"):
        return "'bad_number'"
    if kind == "boolean":
        return "'bad_boolean'"
    if kind in ("date", "timestamp"):
        candidates = _moments(text, form, kind, context)
        fitting = " + ".join(f"({candidate} is not null)::int" for candidate in candidates)
        differ = f"len(list_distinct([{', '.join(candidates)}])) > 1"
        return f"case when {differ} then 'ambiguous_date' when {fitting} > 0 then 'date_out_of_range' else 'bad_{kind}' end"
    return "'missing_value'"


def _extracted(text: str, form: Form) -> str:
    """The part of the text that is read; null when the pattern does not fit all of it."""
    if form.extract is None:
        return text
    whole = quoted(rf"\A(?:{form.extract})\z")
    return f"nullif(regexp_extract({text}, {whole}, 1, 's'), '')"


def _typed_value(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    if kind in ("decimal", "integer"):
        value = _number(text, form)
        if form.duration is not None:
            value = minutes_sql(text, value, form.duration)
        return value if kind == "decimal" else f"case when {value} not like '%.%' then {value} end"
    if kind == "boolean":
        return (
            f"case when lower({text}) in ('true', 't', 'yes', 'y', '1') then 'true' "
            f"when lower({text}) in ('false', 'f', 'no', 'n', '0') then 'false' end"
        )
    if kind in ("date", "timestamp"):
        candidates = _moments(text, form, kind, context)
        if not form.format and form.digits == "latin" and form.calendar == "gregorian":
            return _common_moment(text, kind, context, _checked_moment(candidates, context))
        return _checked_moment(candidates, context)
    return text


def _checked_moment(candidates: list[str], context: Context) -> str:
    """The reading on which all candidates that fit agree, when its year is plausible."""
    first = f"coalesce({', '.join(candidates)})" if len(candidates) > 1 else candidates[0]
    low, high = context.years
    conditions = [f"left({first}, 4) between '{low}' and '{high}'"]
    conditions += [f"coalesce({candidate} = {first}, true)" for candidate in candidates[1:]]
    return f"case when {' and '.join(conditions)} then {first} end"


def _common_moment(text: str, kind: ColumnType, context: Context, other: str) -> str:
    """The two shapes that most values have, read the short way; the same values as the long way gives."""
    first, last = f"{context.years[0]:04}-01-01", f"{context.years[1]:04}-12-31"
    day = f"try_cast({text} as date)"
    arms = f"when {text} like '____-__-__' then case when {day} between date '{first}' and date '{last}' then {day}::varchar end"
    if kind == "timestamp":
        # a cast forgives a blank, and takes 24:00 for the next day; anything else of this shape that it reads is canonical
        is_moment = f"{text} like '____-__-__T__:__:__.000Z' and not contains({text}, ' ') and not contains({text}, 'T24')"
        fits = f"try_cast({text} as timestamp) between timestamp '{first}' and timestamp '{last} 23:59:59'"
        arms = f"when {is_moment} then case when {fits} then left({text}, 19) || 'Z' end {arms}"
    return f"case {arms} else {other} end"


def _number(text: str, column: Form) -> str:
    form = column.number or NumberForm()
    percent, alphabet = column.percent or form.percent, form.digits if form.digits != "latin" else column.digits
    *groups, point = (sign for sign in form.form if not sign.isdigit())
    thousands = groups[0] if groups else ""
    group = {" ": BLANK, "'": "['’]", "": ""}.get(thousands, f"[{thousands}]")
    dot = "[.]" if point == "." else "[,]"
    plain = rf"\d+(?:{dot}\d*)?|{dot}\d+"
    by_three, by_two = rf"\d{{1,3}}(?:{group}\d{{3}})+", rf"\d{{1,2}}(?:{group}\d\d)*{group}\d{{3}}"
    body = rf"(?:{by_two if len(groups) > 1 else by_three})(?:{dot}\d*)?|{plain}" if group else plain
    signs = "|".join(_escaped(sign) for sign in form.signs)
    sign = f"(?:{signs})?{BLANK}*" if signs else ""
    suffix = f"([{''.join(form.suffixes)}]?)" if form.suffixes else "()"
    after = "[%٪]?" if percent else ""
    opening, closing = (r"(\(?)", r"(\)?)") if form.parentheses else ("()", "()")
    pattern = quoted(
        rf"{BLANK}*{opening}{BLANK}*([+-]?){sign}([+-]?)({body}){BLANK}*{suffix}{BLANK}*{sign}{after}{closing}{BLANK}*"
    )
    latin = _latin(text, alphabet, point, thousands)

    def part(number: int) -> str:
        return f"regexp_extract({latin}, {pattern}, {number})"

    digits = f"regexp_replace({part(4)}, {quoted(group)}, '', 'g')" if group else part(4)
    whole, fraction = f"split_part({digits}, {quoted(point)}, 1)", f"split_part({digits}, {quoted(point)}, 2)"
    negative = f"({part(1)} = '(' or {part(2)} = '-' or {part(3)} = '-')"
    balanced = f"({part(1)} = '(') = ({part(6)} = ')') and not ({part(2)} <> '' and {part(3)} <> '')"
    power = UNITS[form.in_units_of] - 2 * percent
    shift = str(power)
    if form.suffixes:
        powers = " ".join(f"when '{name}' then {SUFFIXES[name] + power}" for name in form.suffixes)
        shift = f"case {part(5)} {powers} else {shift} end"
    read = f"shifted_number({whole}, {fraction}, {negative}, {shift})"
    slow = f"case when regexp_full_match({latin}, {pattern}) and {balanced} then {read} end"
    if form.inverse:
        return f"inverse_number({slow})"
    if point != "." or alphabet != "latin":
        return slow
    return f"case {_common_numbers(text, power)} else {slow} end"


def _latin(text: str, alphabet: Digits, point: str = "", thousands: str = "") -> str:
    """The text with Latin digits, and with the form's own signs for the Arabic decimal and thousands separators."""
    if alphabet == "latin":
        return text
    signs = [*zip(DIGITS[alphabet], DIGITS["latin"], strict=True)]
    signs += [(arabic, sign) for arabic, sign in (("٫", point), ("٬", thousands)) if sign]
    before, after = ("".join(part) for part in zip(*signs, strict=True))
    return f"translate({text}, {quoted(before)}, {quoted(after)})"


def _common_numbers(text: str, power: int) -> str:
    """Arms for the shapes that most numbers have, read the short way; the same values as the long way gives."""
    if power == -2:
        return rf"when regexp_full_match({text}, '(?:\d|[1-9]\d|100)(?:\.0+)?') then whole_percent({text}) "
    if power:
        return rf"when {text} = '0' then '0'"
    return (
        f"when regexp_full_match({text}, {quoted(CANONICAL_NUMBER)}) then case when {text} = '-0' then '0' else {text} end "
        rf"when regexp_full_match({text}, '-?[1-9]\d*\.\d+') then rtrim(rtrim({text}, '0'), '.')"
    )


def _moments(text: str, form: Form, kind: ColumnType, context: Context) -> list[str]:
    """One expression a reading; each is canonical text or null."""
    zone, text = form.timezone or context.timezone, _latin(text, form.digits)
    if form.calendar != "gregorian":
        return _other_calendar(text, form, kind, zone)
    if form.format:
        return [_by_format(text, format_, kind, zone) for format_ in form.format]
    turned = f"translate({text}, '/.', '--')"
    slashed = f"regexp_full_match({text}, {quoted(SLASHED)})"
    return [
        _iso(text, kind, zone),
        f"case when {slashed} then try_strptime({turned}, '{DAY_FIRST}')::date::varchar end",
        f"case when {slashed} then try_strptime({turned}, '{MONTH_FIRST}')::date::varchar end",
    ]


def _other_calendar(text: str, form: Form, kind: ColumnType, zone: str) -> list[str]:
    """The same readings after the date has become a Gregorian one."""
    if form.format:
        turned = [calendars.gregorian(text, format_, form.calendar) for format_ in form.format]
        return [_by_format(moment, format_, kind, zone) for moment, format_ in turned]
    year, month, day = (f"substr({text}, {start}, {length})" for start, length in ((1, 4), (6, 2), (9, 2)))
    iso = f"{calendars.day_sql(year, month, day, form.calendar)} || substr({text}, 11)"
    dashed = f"case when regexp_full_match({text}, {quoted(SLASHED)}) then translate({text}, '/.', '--') end"
    slashed = [calendars.gregorian(dashed, format_, form.calendar)[0] for format_ in (DAY_FIRST, MONTH_FIRST)]
    return [_iso(f"(case when {text} like '____-__-__%' then {iso} end)", kind, zone), *slashed]


def _by_format(text: str, format_: str, kind: ColumnType, zone: str) -> str:
    moment = f"try_strptime({text}, {quoted(format_)})"
    if kind == "date" or not any(part in format_ for part in ("%H", "%I", "%-H", "%-I", "%c", "%X")):
        return f"({moment})::date::varchar"
    return f"utc_text({_utc(moment, 'UTC' if '%z' in format_ or format_.endswith('Z') else zone)})"


def _iso(text: str, kind: ColumnType, zone: str) -> str:
    day = f"when {text} like '____-__-__' then try_cast({text} as date)::varchar"
    cast = f"try_cast({text} as timestamp)"
    if kind == "date":
        midnight = rf"regexp_full_match({text}, '\d{{4}}-\d\d-\d\d[T ]00:00(?::00(?:\.0+)?)?{OFFSET}?')"
        return f"case {day} when {midnight} then try_cast(left({text}, 10) as date)::varchar end"
    # only a cast to timestamptz heeds an offset, and only one with a colon
    with_offset = rf"try_cast(regexp_replace({text}, '([+-]\d\d)(\d\d)$', '\1:\2') as timestamptz)"
    return (
        f"case when {text} like '____-__-__T__:__:__.000Z' then utc_text({cast}) {day} "
        f"when regexp_full_match({text}, {quoted(ISO_TIMESTAMP + OFFSET)}) then utc_text({with_offset}) "
        f"when regexp_full_match({text}, {quoted(ISO_TIMESTAMP)}) then utc_text({_utc(cast, zone)}) end"
    )


def _utc(moment: str, zone: str) -> str:
    """The UTC timestamp of a wall-clock moment in a zone."""
    return moment if zone == "UTC" else f"timezone('UTC', timezone({quoted(zone)}, {moment}))"


def _escaped(text: str) -> str:
    return "".join("\\" + char if not char.isalnum() and char.isascii() else char for char in text)
