"""How the numbers of a column are written, told by its values alone."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from salesops.ingest.column_spec import DIGITS, NumberForm
from salesops.ingest.draft_words import words

NUMBER_FORMS: tuple[str, ...] = get_args(NumberForm.model_fields["form"].annotation)
BLANKS = " \u00a0\u202f\u2009"
SIGN = r"(?:[^\W\d_]{1,3}\.?|[^\w\s.,'()%+-]{1,3}|[A-Z]{1,2}\$)"
AROUND = re.compile(
    rf"[{BLANKS}]*(?P<open>\()?[{BLANKS}]*(?P<minus>[+-])?(?P<before>{SIGN})?[{BLANKS}]*(?P<inner>[+-])?"
    rf"(?P<core>[.,]?\d[\d.,'{BLANKS}]*?)[{BLANKS}]*(?P<suffix>[KMB])?[{BLANKS}]*(?P<after>{SIGN})?[{BLANKS}]*"
    rf"(?P<percent>%)?(?P<close>\))?[{BLANKS}]*"
)

CODE = re.compile(r"0\d")
"""a leading zero makes a code, not a number"""

Core = tuple[str, str, int]
"""the digits of a value with what stands between them, its text, and its line"""


@dataclass(frozen=True)
class Numbers:
    """A form that reads every value; `form` has the words of a mapping's `number`."""

    form: dict[str, object]
    evidence: str | None
    """the value that shows the form, and its line"""
    doubt: str | None
    """why another form may be meant"""
    others: tuple[str, ...]
    """forms that read every value too, but otherwise"""
    has_fraction: bool
    is_percent: bool
    largest: Decimal


def find_numbers(values: Iterable[tuple[str, int]], preferred: str | None = None) -> Numbers | None:
    """The form in which all values (text and line) are numbers; None when there is none.

    `preferred` is the form of another column of the file: it decides where several would fit and differ.
    """
    cores: list[Core] = []
    found: dict[str, set[str]] = {"signs": set(), "suffixes": set(), "digits": set()}
    is_percent = has_parentheses = False
    for text, line in values:
        latin, digits = _latin(text)
        match = AROUND.fullmatch(latin)
        if match is None or (match["open"] is None) != (match["close"] is None):
            return None
        cores.append((match["core"], text.strip(), line))
        if CODE.match(match["core"]) or (match["minus"] and match["inner"]):
            return None
        signs = {sign for sign in (match["before"], match["after"]) if sign}
        if not all(_is_currency(sign) for sign in signs):
            return None
        found["signs"] |= signs
        found["suffixes"] |= {match["suffix"]} - {None}
        found["digits"] |= {digits}
        is_percent |= match["percent"] is not None
        has_parentheses |= match["open"] is not None
    read = {form: numbers for form in NUMBER_FORMS if (numbers := _read_all(form, cores))}
    if not read or len(found["digits"] - {"latin"}) > 1 or len(found["signs"]) > 3:
        return None
    first = next(iter(read))
    # the shortest of the forms that read every value as the first one does
    chosen = preferred if preferred in read else min((form for form in read if read[form] == read[first]), key=len)
    others = tuple(form for form in read if read[form] != read[chosen])
    form: dict[str, object] = {"form": chosen} if chosen != NUMBER_FORMS[0] else {}
    for name in ("signs", "suffixes"):
        if found[name]:
            form[name] = sorted(found[name])
    if has_parentheses:
        form["parentheses"] = True
    if script := found["digits"] - {"latin"}:
        form["digits"] = script.pop()
    return Numbers(
        form=form,
        evidence=next((f"{text} in line {line}" for _, text, line in cores if not text.isdigit()), None),
        doubt=_doubt(cores, read, others, chosen) if chosen != preferred else None,
        others=others,
        has_fraction=any(value % 1 for value in read[chosen]),
        is_percent=is_percent,
        largest=max(read[chosen]),
    )


def _is_currency(sign: str) -> bool:
    return unicodedata.category(sign[-1]) == "Sc" or sign in words().signs


def _doubt(cores: list[Core], read: dict[str, list[Decimal]], others: tuple[str, ...], chosen: str) -> str | None:
    """The first value that another form reads otherwise."""
    for (_, text, line), *values in zip(cores, read[chosen], *(read[form] for form in others), strict=True):
        for form, value in zip(others, values[1:], strict=True):
            if value != values[0]:
                return f"{text} in line {line} is {values[0]} when written like {chosen}, {value} like {form}"
    return None


def _read_all(form: str, cores: list[Core]) -> list[Decimal] | None:
    """The numbers that the values are in a form; None when one does not fit."""
    *separators, point = (sign for sign in form if not sign.isdigit())
    thousands = separators[0] if separators else ""
    group = f"[{BLANKS}]" if thousands == " " else re.escape(thousands)
    body = rf"\d{{1,3}}(?:{group}\d{{3}})+" if len(separators) < 2 else rf"\d{{1,2}}(?:{group}\d\d)*{group}\d{{3}}"
    grouped = rf"{body}(?:{re.escape(point)}\d*)?|" if thousands else ""
    pattern = re.compile(rf"{grouped}\d+(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+")
    if not all(pattern.fullmatch(core) for core, _, _ in cores):
        return None
    drop = str.maketrans(point, ".", BLANKS if thousands == " " else thousands)
    return [Decimal(core.translate(drop)) for core, _, _ in cores]


def _latin(text: str) -> tuple[str, str]:
    """The text with latin digits, and the script of its own."""
    for script, digits in DIGITS.items():
        if script != "latin" and any(digit in text for digit in digits):
            return text.translate(str.maketrans(digits, DIGITS["latin"])), script
    return text, "latin"
