"""How the dates and times of a column are written, told by its values alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from salesops.ingest.forms import ISO_TIMESTAMP, OFFSET

ORDERS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%d{0}%m{0}%y", "%m{0}%d{0}%y", "%Y{0}%m{0}%d")
NAMED = ("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%d. %B %Y", "%b %d, %Y", "%B %d, %Y")
DAYS = ("%Y-%m-%d", *(order.format(sign) for sign in ("/", ".", "-") for order in ORDERS), "%Y%m%d", *NAMED)
CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
FORMATS = (
    *DAYS,
    *(f"{day} {clock}" for day in DAYS for clock in CLOCKS),
    *(f"%Y-%m-%dT{clock}" for clock in CLOCKS[:3]),
    *(f"%Y-%m-%d{between}{clock}{end}" for between in "T " for clock in CLOCKS[:3] for end in ("Z", "%z")),
)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ISO = re.compile(rf"{ISO_DAY.pattern}|{ISO_TIMESTAMP}{OFFSET}?", re.ASCII)
LOOKS = re.compile(r"(?=.*\d)[\w\s:/.,+-]{6,35}")
COVER = 3
"""at most so many forms in one column"""


@dataclass(frozen=True)
class Moments:
    """Forms that together read every value."""

    formats: tuple[str, ...]
    is_iso: bool
    """read without a form"""
    has_clock: bool
    has_offset: bool
    evidence: str
    doubt: str | None
    years: tuple[int, int]

    @property
    def order(self) -> str | None:
        """d or m: what comes first where both are digits; None when neither does."""
        return _order(self.formats[0])


def find_moments(values: Iterable[tuple[str, int]], preferred: str | None = None) -> Moments | None:
    """The forms in which all values (text and line) are dates or times; None when there are none.

    `preferred` is the order, d or m, of another column of the file: it decides where both would fit.
    """
    listed = list(values)
    if not listed or not all(LOOKS.fullmatch(text) for text, _ in listed):
        return None
    read = {form: {text: when for text, _ in listed if (when := _parse(text, form))} for form in _plausible(listed)}
    read = {form: found for form, found in read.items() if found}
    chosen: list[str] = []
    missing = {text for text, _ in listed}
    while missing and len(chosen) < COVER:
        best = max(read, key=lambda form: (len(missing & set(read[form])), _order(form) == preferred), default=None)
        if best is None or not missing & set(read[best]):
            return None
        chosen.append(best)
        missing -= set(read[best])
    if missing:
        return None
    found = [when for form in chosen for when in read[form].values()]
    evidence, doubt = _evidence(listed, read, chosen, preferred)
    is_iso = all(ISO.fullmatch(text) for text, _ in listed)
    return Moments(
        formats=tuple(chosen),
        is_iso=is_iso,
        has_clock=any(when.time() != datetime.min.time() for when in found),
        has_offset=all(form.endswith(("Z", "%z")) for form in chosen),
        evidence="ISO" if is_iso else evidence,
        doubt=None if is_iso else doubt,
        years=(min(when.year for when in found), max(when.year for when in found)),
    )


def _plausible(listed: list[tuple[str, int]]) -> list[str]:
    """Forms that read one value of each shape, in either order of day and month."""
    shapes: dict[str, str] = {}
    for text, _ in listed:
        shapes.setdefault(re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", text)), text)
    samples = list(shapes.values())[:50]
    fitting = [form for form in FORMATS if any(_parse(text, form) for text in samples)]
    return list(dict.fromkeys([*fitting, *(turned for form in fitting if (turned := _turned(form)))]))


def _evidence(
    listed: list[tuple[str, int]], read: dict[str, dict[str, datetime]], chosen: list[str], preferred: str | None
) -> tuple[str, str | None]:
    """What shows the first form, and a doubt when the other order of day and month reads every value of it as well."""
    form = chosen[0]
    lines = dict(reversed(listed))
    more = "".join(f"; also {other}: {_first(lines, set(read[other]) - set(read[form]))}" for other in chosen[1:])
    turned = _turned(form)
    if turned is None:
        return f"{_first(lines, set(read[form]))}{more}", None
    rivals = read.get(turned, {})
    telling = [text for text in read[form] if text not in rivals]
    name = "day first" if _order(form) == "d" else "month first"
    if turned in chosen:
        both = f"{_first(lines, set(telling))}, and {_first(lines, set(rivals) - set(read[form]))}"
        return f"both orders{more}", f"{both}: day first and month first; what could be either would go to quarantine"
    if telling:
        return f"{_first(lines, set(telling))}: {name}{more}", None
    if all(rivals[text] == when for text, when in read[form].items()):
        return f"{_first(lines, set(read[form]))}, the same either way{more}", None
    if _order(form) == preferred:
        return f"{name}, as in another column{more}", None
    text = next(text for text, when in read[form].items() if rivals[text] != when)
    return f"{name}{more}", f"no value tells day from month: {text} in line {lines[text]}, say, fits both"


def _turned(form: str) -> str | None:
    order = _order(form)
    if order is None:
        return None
    return form.replace("%m", "%x").replace("%d", "%m").replace("%x", "%d")


def _order(form: str) -> str | None:
    return form[1] if form[1] in "dm" and "%b" not in form and "%B" not in form else None


def _first(lines: dict[str, int], texts: set[str]) -> str:
    text = min(texts, key=lambda text: lines[text])
    return f"{text} in line {lines[text]}"


def _parse(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=None)
    except ValueError:
        return None
