"""The one look of all charts: shipped fonts, a palette that colour-blind people can tell apart, the same bytes each time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), of which blue and orange differ for every eye
BLUE = "#0072B2"
ORANGE = "#B85C00"
INK = "#1F2933"
QUIET = "#616E7C"
GRID = "#E4E7EB"

WIDTH_INCHES = 5.0
DPI = 240
FONTS = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Thai")


@contextmanager
def drawing(fonts: Path, height: float) -> Iterator[tuple["Figure", "Axes"]]:
    """A figure and its axes in the house style; fonts come from the folder given, never from the system."""
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    for file in sorted(fonts.glob("*.ttf")):
        if not any(known.fname == str(file) for known in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(str(file))
    style: Any = {
        "font.family": list(FONTS),
        "font.size": 10.5,
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": QUIET,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "axes.grid": False,
        "grid.color": GRID,
        "figure.facecolor": "white",
        "svg.hashsalt": "salesops",
        "path.simplify": True,
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
        yield figure, figure.subplots()


def png(figure: "Figure") -> bytes:
    """The picture as PNG of few colours, without a date or a version in it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba())).convert("RGB")
    packed = image.quantize(colors=64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    packed.save(written, format="PNG", optimize=True)
    return written.getvalue()
