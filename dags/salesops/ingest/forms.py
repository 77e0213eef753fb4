"""From the text of an export to the canonical text of raw, as DuckDB SQL.

`value_sql` gives the canonical text, or null for what the form does not fit; `reason_sql` then says why.
Canonical: decimal 1234.56 (no trailing zeros, no exponent), integer 12, true/false, 2026-01-31, 2026-01-31T09:30:00Z.
"""

from dataclasses import dataclass

from salesops.ingest.entities import ColumnType
from salesops.ingest.mapping import DIGITS, SUFFIXES, UNITS, Form, NumberForm

SETUP = (
    "set TimeZone = 'UTC'",
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
DAY_FIRST, MONTH_FIRST = "%d-%m-%Y", "%m-%d-%Y"


@dataclass(frozen=True)
class Context:
    """What a mapping says about all its columns."""

    timezone: str
    years: tuple[int, int]


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def value_sql(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    """Canonical text of the SQL expression `text`; null when it is null or the form does not fit it."""
    kind = form.type or kind
    if form.values:
        cases = " ".join(f"when {quoted(key)} then {'null' if new is None else quoted(new)}" for key, new in form.values.items())
        other = _typed_value(text, form, kind, context) if form.other == "keep" else "null"
        return f"case {text} {cases} else {other} end"
    return _typed_value(text, form, kind, context)


def reason_sql(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    """The reason code for a text whose value is null."""
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


def _typed_value(text: str, form: Form, kind: ColumnType, context: Context) -> str:
    if kind in ("decimal", "integer"):
        value = _number(text, form.number or NumberForm(), form.percent)
        return value if kind == "decimal" else f"case when {value} not like '%.%' then {value} end"
    if kind == "boolean":
        return (
            f"case when lower({text}) in ('true', 't', 'yes', 'y', '1') then 'true' "
            f"when lower({text}) in ('false', 'f', 'no', 'n', '0') then 'false' end"
        )
    if kind in ("date", "timestamp"):
        candidates = _moments(text, form, kind, context)
        if not form.format:
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
    year = f"left({text}, 4) between '{context.years[0]}' and '{context.years[1]}'"
    arms = f"when {text} like '____-__-__' then case when {year} then try_cast({text} as date)::varchar end"
    if kind == "timestamp":
        cast = f"utc_text(try_cast({text} as timestamp))"
        arms = f"when {text} like '____-__-__T__:__:__.000Z' then case when {year} then {cast} end {arms}"
    return f"case {arms} else {other} end"


def _number(text: str, form: NumberForm, percent: bool) -> str:
    percent = percent or form.percent
    thousands, point = form.form[1] if len(form.form) > 7 else "", form.form[-3]
    group = BLANK if thousands == " " else f"[{thousands}]" if thousands else ""
    dot = "[.]" if point == "." else "[,]"
    plain = rf"\d+(?:{dot}\d*)?|{dot}\d+"
    body = rf"\d{{1,3}}(?:{group}\d{{3}})+(?:{dot}\d*)?|{plain}" if group else plain
    signs = "|".join(_escaped(sign) for sign in form.signs)
    sign = f"(?:{signs})?{BLANK}*" if signs else ""
    suffix = f"([{''.join(form.suffixes)}]?)" if form.suffixes else "()"
    after = "%?" if percent else ""
    opening, closing = (r"(\(?)", r"(\)?)") if form.parentheses else ("()", "()")
    pattern = quoted(
        rf"{BLANK}*{opening}{BLANK}*([+-]?){sign}([+-]?)({body}){BLANK}*{suffix}{BLANK}*{sign}{after}{closing}{BLANK}*"
    )
    latin = text if form.digits == "latin" else f"translate({text}, {quoted(DIGITS[form.digits])}, '0123456789')"

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
    if point != "." or form.digits != "latin":
        return slow
    return f"case {_common_numbers(text, power)} else {slow} end"


def _common_numbers(text: str, power: int) -> str:
    """Arms for the shapes that most numbers have, read the short way; the same values as the long way gives."""
    if power == -2:
        whole = f"split_part({text}, '.', 1)"
        return (
            rf"when regexp_full_match({text}, '(?:0|[1-9]\d?)(?:\.0+)?') "
            f"then case when {whole} = '0' then '0' else '0.' || rtrim(lpad({whole}, 2, '0'), '0') end"
        )
    if power:
        return rf"when {text} = '0' then '0'"
    return (
        f"when regexp_full_match({text}, {quoted(CANONICAL_NUMBER)}) then case when {text} = '-0' then '0' else {text} end "
        rf"when regexp_full_match({text}, '-?[1-9]\d*\.\d+') then rtrim(rtrim({text}, '0'), '.')"
    )


def _moments(text: str, form: Form, kind: ColumnType, context: Context) -> list[str]:
    """One expression a reading; each is canonical text or null."""
    zone = form.timezone or context.timezone
    if form.format:
        return [_by_format(text, format_, kind, zone) for format_ in form.format]
    turned = f"translate({text}, '/.', '--')"
    slashed = rf"regexp_full_match({text}, '\d{{1,2}}([/.-])\d{{1,2}}[/.-]\d{{4}}')"
    return [
        _iso(text, kind, zone),
        f"case when {slashed} then try_strptime({turned}, '{DAY_FIRST}')::date::varchar end",
        f"case when {slashed} then try_strptime({turned}, '{MONTH_FIRST}')::date::varchar end",
    ]


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
