"""The few kinds of charts: bars, a line, a line against its target. Every value is labelled where it stands."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.reporting.chart_style import BLUE, GRID, ORANGE, QUIET, drawing, png
from salesops.reporting.context import Row
from salesops.reporting.definitions import Chart
from salesops.reporting.languages import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR_HEIGHT = 0.34
_LINE_HEIGHT = 2.3
_TREND_HEIGHT = 1.7


def draw(chart: Chart, rows: Sequence[Row], language: Language, currency: str, fonts: Path) -> bytes | None:
    """The chart as PNG, 1200 pixels wide; None when there is nothing to draw. The same rows give the same bytes."""
    known = [row for row in rows if row[chart.value] is not None]
    if not known:
        return None
    write = _writer(chart, language, currency)
    heights = {"bars": max(1.2, 0.4 + _BAR_HEIGHT * len(known)), "line": _TREND_HEIGHT, "line_against_target": _LINE_HEIGHT}
    with drawing(fonts, heights[chart.kind]) as (figure, axes):
        if chart.kind == "bars":
            _bars(axes, chart, known, language, write)
        else:
            _lines(axes, chart, list(rows), language, write)
        if language.direction == "rtl":
            axes.invert_xaxis()
        return png(figure)


def _writer(chart: Chart, language: Language, currency: str) -> Callable[[Any], str]:
    if chart.format == "money":
        return lambda value: language.money_short(value, currency)
    if chart.format == "percent":
        return lambda value: language.percent(value, 0)
    return lambda value: language.number(value)


def _label(value: Any, language: Language) -> str:
    return language.day_short(value) if isinstance(value, date) else str(value)


def _bars(axes: "Axes", chart: Chart, rows: Sequence[Row], language: Language, write: Callable[[Any], str]) -> None:
    values = [float(row[chart.value]) for row in rows]
    places = range(len(rows))
    axes.barh(places, values, height=0.62, color=BLUE)
    axes.set_yticks(places, [_shortened(_label(row[chart.label], language)) for row in rows])
    axes.invert_yaxis()
    if language.direction == "rtl":
        axes.yaxis.tick_right()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(0, (max(values) or 1) * 1.2)
    for place, row, value in zip(places, rows, values, strict=True):
        axes.annotate(
            write(row[chart.value]),
            (value, place),
            xytext=(-5 if language.direction == "rtl" else 5, 0),
            textcoords="offset points",
            va="center",
            ha="right" if language.direction == "rtl" else "left",
            fontweight="bold",
        )


def _lines(axes: "Axes", chart: Chart, rows: Sequence[Row], language: Language, write: Callable[[Any], str]) -> None:
    places = list(range(len(rows)))
    values = [None if row[chart.value] is None else float(row[chart.value]) for row in rows]
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    shown = [place for place, _ in known]
    top = max(value for _, value in known)
    axes.plot(shown, [value for _, value in known], color=BLUE, linewidth=2.4, marker="o", markersize=4)
    last = rows[shown[-1]]
    is_below = chart.target is not None and last[chart.target] is not None and last[chart.value] < last[chart.target]
    ends = [(shown[-1], last[chart.value], chart.value_label, BLUE, is_below)]
    if chart.target is not None:
        targets = [(place, row[chart.target]) for place, row in zip(places, rows, strict=True) if row[chart.target] is not None]
        if targets:
            axes.plot([p for p, _ in targets], [float(v) for _, v in targets], color=ORANGE, linewidth=1.8, linestyle=(0, (5, 3)))
            ends.append((*targets[-1], chart.target_label, ORANGE, False))
            top = max(top, *(float(value) for _, value in targets))
    for place, value, label, colour, is_under in ends:
        text = write(value) if label is None else f"{language.gettext(label)}\n{write(value)}"
        is_last = place == places[-1]
        axes.annotate(
            text,
            (place, float(value)),
            xytext=(8 if is_under else 0, -4 if is_under else 6),
            textcoords="offset points",
            ha=("right" if is_last else "left" if is_under else "center"),
            va="top" if is_under else "bottom",
            color=colour,
            fontweight="bold",
            annotation_clip=False,
        )
    if chart.target is None:
        for place in shown[:-1]:
            row = rows[place]
            axes.annotate(
                write(row[chart.value]),
                (place, float(row[chart.value])),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color=QUIET,
                fontsize=9,
            )
    axes.set_ylim(0, top * 1.32 or 1)
    axes.set_xlim(-0.4, len(rows) - 0.6)
    axes.set_yticks([])
    step = max(1, -(-len(rows) // 5))
    marked = [place for place in places if (places[-1] - place) % step == 0]
    axes.set_xticks(marked, [_label(rows[place][chart.label], language) for place in marked])
    axes.axhline(0, color=GRID, linewidth=1)


def _shortened(text: str, longest: int = 26) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
