"""Charts: the same bytes, the shipped fonts, every script shaped."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.support import NullTranslations
from report_build import ARABIC, PERSIAN, THAI, tables

from salesops.reporting.charts import draw
from salesops.reporting.definitions import Chart, load_definitions
from salesops.reporting.languages import Language
from salesops.settings import PROJECT, Settings

FONTS = PROJECT / "reports" / "fonts"
ENGLISH = Language(Locale.parse("en"), NullTranslations(), ZoneInfo("UTC"))
CHARTS = {d.report: d.charts for d in load_definitions(Settings.from_env({}))}["executive_summary"]
BARS = Chart(kind="bars", section="s", label="name", value="value", format="number")


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_the_same_rows_give_the_same_picture_and_others_another(name: str) -> None:
    rows: list[dict[str, Any]] = tables()[f"reports.rpt_executive_{name}"]
    chart = CHARTS[name]
    first, second = (draw(chart, rows, ENGLISH, "EUR", FONTS) for _ in range(2))
    assert first is not None
    assert first == second
    assert len(first) < 60_000
    rows[0][chart.value] *= 2
    assert draw(chart, rows, ENGLISH, "EUR", FONTS) != first


def test_without_values_there_is_no_picture() -> None:
    assert draw(BARS, [], ENGLISH, "EUR", FONTS) is None
    assert draw(BARS, [{"name": "a", "value": None}], ENGLISH, "EUR", FONTS) is None


def test_zero_and_one_value_can_be_drawn() -> None:
    assert draw(BARS, [{"name": "a", "value": Decimal(0)}], ENGLISH, "EUR", FONTS)
    line = CHARTS["win_rate_by_quarter"]
    assert draw(line, [{"period_label": "FY2025 Q4", "win_rate": Decimal(0)}], ENGLISH, "EUR", FONTS)


@pytest.mark.filterwarnings("error")
def test_values_below_zero_can_be_drawn() -> None:
    line = CHARTS["bookings_by_week"]
    weeks = [
        {"week_last_date": date(2026, 3, day), "bookings_to_date": Decimal(value), "quota_to_date": None}
        for day, value in ((1, 0), (8, -830_000))
    ]
    assert draw(line, weeks, ENGLISH, "USD", FONTS)
    assert draw(BARS, [{"name": "a", "value": -830_000}], ENGLISH, "USD", FONTS)
    assert draw(BARS, [{"name": "a", "value": -830_000}, {"name": "b", "value": 5}], ENGLISH, "USD", FONTS)


@pytest.mark.parametrize("name", [ARABIC, PERSIAN, THAI, "Ångström ß"])
def test_every_script_has_its_glyphs(name: str, recwarn: pytest.WarningsRecorder) -> None:
    assert draw(BARS, [{"name": name, "value": 1}], ENGLISH, "EUR", FONTS)
    assert not [warning for warning in recwarn if "missing" in str(warning.message).lower()]


def test_a_chart_for_readers_from_right_to_left_runs_so() -> None:
    arabic = Language(Locale.parse("ar"), NullTranslations(), ZoneInfo("UTC"))
    rows = [{"name": "a", "value": 1}, {"name": "b", "value": 2}]
    assert draw(BARS, rows, arabic, "EUR", FONTS) != draw(BARS, rows, ENGLISH, "EUR", FONTS)


def test_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert {file.stem for file in Path(FONTS).glob("*.ttf")} == {
        f"NotoSans{script}-{weight}" for script in ("", "Arabic", "Thai") for weight in ("Regular", "Bold")
    }
