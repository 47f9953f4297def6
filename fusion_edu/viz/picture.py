"""One figure becomes one notebook output: a PNG and the sentence that says what it shows."""

import io
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fusion_edu.viz.display import bundle
from fusion_edu.viz.style import STYLE

Plot = Figure | Axes | Sequence


def figure_of(plot: Plot) -> Figure:
    """The figure of a figure, of Axes, or of a list of Axes."""
    if isinstance(plot, Figure):
        return plot
    if isinstance(plot, Axes):
        return plot.get_figure(root=True)
    if len(plot) and isinstance(plot[0], Axes):
        return plot[0].get_figure(root=True)
    raise TypeError(f"plot is a {type(plot).__name__}, needs a matplotlib Figure or Axes")


@mpl.rc_context(STYLE)
def png(plot: Plot, *, dpi: int = 100) -> bytes:
    """The picture as bytes, the same ones at every run, and the figure closed."""
    figure = figure_of(plot)
    if not isinstance(figure.canvas, FigureCanvasAgg):
        FigureCanvasAgg(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
    plt.close(figure)
    return file.getvalue()


def show(plot: Plot, *, alt: str) -> None:
    """Display the figure once, and close it.

    Args:
        plot: a figure, its Axes, or a list of them.
        alt: what a reader who cannot see it should know, without numbers that change from run to run; it is the
            output's text/plain, and nbconvert writes it into the page.

    Raises:
        ValueError: ``alt`` is empty.
    """
    if not alt.strip():
        raise ValueError("alt is empty, needs a sentence that says what the figure shows")
    bundle({"image/png": png(plot), "text/plain": alt}, metadata={"image/png": {"alt": alt}})
