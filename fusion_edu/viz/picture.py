"""One figure becomes one notebook output: its picture for light and for dark pages, and the sentence that says what it
shows."""

import base64
import html
import io
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from fusion_edu.viz.display import bundle
from fusion_edu.viz.night import darken
from fusion_edu.viz.style import STYLE

Plot = Figure | Axes | Sequence[Axes]
SHOW_NIGHT = "{object-position:-9999px 0;background:var(--night) 0 0/100% 100% no-repeat}"
THEMES = (
    "<style>@media screen{"
    'body[data-jp-theme-light="false"] .fusion-plot,body.vscode-dark .fusion-plot,'
    f"body.vscode-high-contrast:not(.vscode-high-contrast-light) .fusion-plot{SHOW_NIGHT}}}"
    "@media screen and (prefers-color-scheme:dark){"
    f'body:not([data-jp-theme-light]):not([class*="vscode"]) .fusion-plot{SHOW_NIGHT}}}</style>'
)


def figure_of(plot: Plot) -> Figure:
    """The figure of a figure, of Axes, or of a list of Axes."""
    if isinstance(plot, Figure):
        return plot
    axes = plot if isinstance(plot, Axes) or not len(plot) else plot[0]
    figure = axes.get_figure(root=True) if isinstance(axes, Axes) else None
    if figure is not None:
        return figure
    raise TypeError(f"plot is a {type(plot).__name__}, needs a matplotlib Figure or Axes")


@mpl.rc_context(STYLE)
def day_and_night(plot: Plot) -> tuple[Image.Image, Image.Image]:
    """The picture for a light page and the one for a dark page, of one size (RGB, 100 dots an inch); the figure is closed."""
    figure = figure_of(plot)
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    figure.set_dpi(100)
    day = _drawn(canvas)
    figure.set_layout_engine("none")  # everything stays where it is
    darken(figure)
    night = _drawn(canvas)
    plt.close(figure)
    return day, night


def _drawn(canvas: FigureCanvasAgg) -> Image.Image:
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])


def coded(picture: Image.Image, *, colours: int | None = 256) -> bytes:
    """PNG with at most so many colours (2 to 256), the same bytes at every run; None is fast, and for one look only.

    The colours are chosen so that each one drawn has one near it: those of a small spot too, not only the frequent ones.
    """
    file = io.BytesIO()
    if colours is None:
        picture.save(file, "PNG", compress_level=1)
    else:
        few = picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
    return file.getvalue()


def png(plot: Plot) -> bytes:
    """The picture for a light page as bytes, the same ones at every run; the figure is closed."""
    return coded(day_and_night(plot)[0])


def page(day: bytes, night: bytes, *, alt: str) -> str:
    """HTML that shows the PNG that suits the page: JupyterLab's theme, that of VS Code, elsewhere what the reader's system
    prefers. On paper, and where styles are taken out, it is the light one.

    It is one image, so that it is read out once: the dark PNG is its background, and the light one moves out of sight.

    Args:
        day, night: PNGs of one size.
        alt: what they show.
    """
    light, dark = (f"data:image/png;base64,{base64.b64encode(part).decode()}" for part in (day, night))
    style = f"max-width:100%;height:auto;--night:url({dark})"
    told = html.escape(alt, quote=True)
    return f'{THEMES}<img class="fusion-plot" alt="{told}" style="{style}" src="{light}">'


def show(plot: Plot, *, alt: str) -> None:
    """Display the figure once, in the colours of the page, and close it.

    Args:
        plot: a figure, its Axes, or a list of them.
        alt: what a reader who cannot see it should know, without numbers that change from run to run; it is the image's
            alternative text and the output's text/plain.

    Raises:
        ValueError: ``alt`` is empty.
    """
    if not alt.strip():
        raise ValueError("alt is empty, needs a sentence that says what the figure shows")
    day, night = (coded(picture) for picture in day_and_night(plot))
    data = {"text/html": page(day, night, alt=alt), "image/png": day, "text/plain": alt}
    bundle(data, metadata={"image/png": {"alt": alt}})
