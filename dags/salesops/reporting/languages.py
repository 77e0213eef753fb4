"""Languages of the mails: catalogues, and numbers, money and dates in the form of the recipient's locale."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from salesops.errors import ConfigurationError

DOMAIN = "salesops"
SOURCE_LANGUAGE = "en"
"""The language in which messages are written: its catalogue may leave them as they are."""


def catalogue_file(locales: Path, language: str) -> Path:
    """Where a language's catalogue stands, whether it exists or not."""
    return locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages(locales: Path) -> list[str]:
    """The languages that have a catalogue."""
    return sorted(file.parent.parent.name for file in locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def parse_locale(name: str, locales: Path) -> Locale:
    """A locale whose language has a catalogue; raises ConfigurationError naming the languages that have one."""
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise ConfigurationError(f"locale {name} is unknown: write one such as en or en_GB") from error
    known = languages(locales)
    if locale.language not in known:
        raise ConfigurationError(f"locale {name} has no catalogue in {locales}: use a language of {', '.join(known)}")
    return locale


@dataclass(frozen=True)
class Language:
    """How one recipient's mail speaks: its messages, its numbers, its dates, its direction."""

    locale: Locale
    translations: NullTranslations
    timezone: ZoneInfo

    @property
    def lang(self) -> str:
        """The language tag of HTML."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """ltr or rtl."""
        return str(self.locale.text_direction)

    def gettext(self, message: str, **values: Any) -> str:
        """The message in this language, filled with values."""
        text = str(self.translations.ugettext(message))
        return text % values if values else text

    def money(self, value: Decimal | int, currency: str) -> str:
        """An amount in whole units of its currency."""
        form = str(self.locale.currency_formats["standard"].pattern).replace(".00", "")
        return str(numbers.format_currency(value, currency, format=form, locale=self.locale, currency_digits=False))

    def money_exact(self, value: Decimal | int, currency: str) -> str:
        """An amount to the cent."""
        return str(numbers.format_currency(value, currency, locale=self.locale))

    def money_short(self, value: Decimal | int, currency: str) -> str:
        """An amount for a headline: €1.24M."""
        digits = 2 if Decimal(value).copy_abs() >= 1_000_000 else 0
        return str(numbers.format_compact_currency(value, currency, locale=self.locale, fraction_digits=digits))

    def money_change(self, value: Decimal | int, currency: str) -> str:
        """A signed change for a headline: +€120K."""
        return self._signed(value, lambda size: self.money_short(size, currency))

    def percent(self, value: Decimal | float, digits: int = 1) -> str:
        """A fraction as a percentage."""
        pattern = "#,##0%" if digits == 0 else f"#,##0.{'0' * digits}%"
        return str(numbers.format_percent(value, format=self._percent(pattern), locale=self.locale))

    def points(self, value: Decimal | float) -> str:
        """The signed difference of two fractions in percentage points, as a number."""
        return self._signed(Decimal(str(value)) * 100, lambda size: self.number(size, 1))

    def number(self, value: Decimal | int | float, digits: int = 0) -> str:
        """A number with so many decimals."""
        pattern = "#,##0" if digits == 0 else f"#,##0.{'0' * digits}"
        return str(numbers.format_decimal(value, format=pattern, locale=self.locale))

    def number_change(self, value: Decimal | int | float, digits: int = 0) -> str:
        """A signed number."""
        return self._signed(value, lambda size: self.number(size, digits))

    def day(self, value: date) -> str:
        """A day, such as 8 Mar 2026."""
        return str(dates.format_date(value, format="medium", locale=self.locale))

    def day_short(self, value: date) -> str:
        """A day without its year, such as Mar 8."""
        return str(dates.format_skeleton("MMMd", value, locale=self.locale))

    def days(self, first: date, after: date) -> str:
        """The days from the first up to, not including, the one after: Mar 2 – 8, 2026."""
        last = after - timedelta(days=1)
        if first == last:
            return self.day(first)
        return str(dates.format_interval(first, last, skeleton="yMMMd", locale=self.locale))

    def moment(self, value: datetime) -> str:
        """A UTC instant (without a zone) in the company's zone."""
        local = value.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.timezone)
        time = dates.format_time(local, format="short", tzinfo=self.timezone, locale=self.locale)
        pattern = str(self.locale.datetime_formats["medium"]).replace("'", "")
        return pattern.replace("{1}", self.day(local.date())).replace("{0}", str(time))

    def isolated(self, name: str) -> str:
        """A name within a plain sentence, kept from turning the words around it when its script runs the other way."""
        return f"\u2068{name}\u2069" if any(bidirectional(char) in {"R", "AL"} for char in name) else name

    def _signed(self, value: Any, form: Callable[[Any], str]) -> str:
        plus, minus = numbers.get_plus_sign_symbol(self.locale), numbers.get_minus_sign_symbol(self.locale)
        text = form(abs(value))
        if text == form(0):
            return text
        return f"{minus if value < 0 else plus}{text}"

    def _percent(self, pattern: str) -> str:
        standard = str(self.locale.percent_formats[None].pattern)
        return standard.replace("#,##0", pattern.removesuffix("%"))


def load_language(name: str, locales: Path, timezone: str) -> Language:
    """The language of a locale name; raises ConfigurationError for one without a catalogue, or a catalogue that is none."""
    locale = parse_locale(name, locales)
    file = catalogue_file(locales, locale.language)
    compiled = io.BytesIO()
    with file.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=locale.language, domain=DOMAIN))
    compiled.seek(0)
    return Language(locale, Translations(compiled, domain=DOMAIN), ZoneInfo(timezone))
