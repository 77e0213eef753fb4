"""The few kinds of charts: bars, a line, a line against its target. Every value is labelled where it stands."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

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
    axes.set_xlim(*_reach(values, 0.2))
    for place, row, value in zip(places, rows, values, strict=True):
        is_leftward = (value < 0) != (language.direction == "rtl")
        axes.annotate(
            write(row[chart.value]),
            (value, place),
            xytext=(-5 if is_leftward else 5, 0),
            textcoords="offset points",
            va="center",
            ha="right" if is_leftward else "left",
            fontweight="bold",
        )


def _lines(axes: "Axes", chart: Chart, rows: Sequence[Row], language: Language, write: Callable[[Any], str]) -> None:
    places = _places([row[chart.label] for row in rows])
    known = _points(places, rows, chart.value)
    targets = _points(places, rows, chart.target) if chart.target is not None else []
    axes.plot([p for p, _ in known], [float(v) for _, v in known], color=BLUE, linewidth=2.4, marker="o", markersize=4)
    if targets:
        axes.plot([p for p, _ in targets], [float(v) for _, v in targets], color=ORANGE, linewidth=1.8, linestyle=(0, (5, 3)))
        _say(axes, targets[-1], _named(chart.target_label, targets[-1][1], language, write), ORANGE, "right")
    aim = dict(targets).get(known[-1][0])
    is_under = known[-1][1] < (0 if aim is None else aim)
    _say(
        axes,
        known[-1],
        _named(chart.value_label, known[-1][1], language, write),
        BLUE,
        "left" if is_under else "right" if known[-1][0] == places[-1] and targets else "center",
        is_under=is_under,
    )
    if not targets:
        for place, value in known[:-1]:
            _say(axes, (place, value), write(value), QUIET, "center", weight="normal")
    width = max(places[-1] - places[0], 1)
    axes.set_ylim(*_reach([float(value) for _, value in [*known, *targets]], 0.32))
    axes.set_xlim(places[0] - width * 0.06, places[-1] + width * 0.06)
    axes.set_yticks([])
    step = max(1, -(-len(rows) // 5))
    marked = [number for number in range(len(rows)) if (len(rows) - 1 - number) % step == 0]
    axes.set_xticks([places[number] for number in marked], [_label(rows[number][chart.label], language) for number in marked])
    axes.axhline(0, color=GRID, linewidth=1)


def _reach(values: Sequence[float], room: float) -> tuple[float, float]:
    """From where to where an axis goes: zero and every value, with that share of room for their labels."""
    lowest, highest = min(0.0, *values), max(0.0, *values)
    beside = (highest - lowest) * room or 1.0
    return (lowest - beside if lowest < 0 else 0.0), highest + beside


def _places(labels: Sequence[Any]) -> list[float]:
    """Where points stand: days at their distance from each other, anything else side by side."""
    if all(isinstance(label, date) for label in labels):
        return [float(label.toordinal()) for label in labels]
    return [float(number) for number in range(len(labels))]


def _points(places: Sequence[float], rows: Sequence[Row], column: str) -> list[tuple[float, Any]]:
    return [(place, row[column]) for place, row in zip(places, rows, strict=True) if row[column] is not None]


def _named(label: str | None, value: Any, language: Language, write: Callable[[Any], str]) -> str:
    return write(value) if label is None else f"{language.gettext(label)}\n{write(value)}"


def _say(
    axes: "Axes",
    point: tuple[float, Any],
    text: str,
    colour: str,
    side: Literal["left", "center", "right"],
    is_under: bool = False,
    weight: str = "bold",
) -> None:
    axes.annotate(
        text,
        (point[0], float(point[1])),
        xytext=(8 if is_under else 0, -4 if is_under else 6),
        textcoords="offset points",
        ha=side,
        va="top" if is_under else "bottom",
        color=colour,
        fontweight=weight,
        fontsize=10.5 if weight == "bold" else 9.5,
        annotation_clip=False,
    )


def _shortened(text: str, longest: int = 26) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
