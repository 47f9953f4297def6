"""Plots: data in, matplotlib Axes out; :func:`show` puts one, with its description, into the notebook."""

from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.charts import bars, curves, strip
from fusion_edu.viz.picture import png, show
from fusion_edu.viz.planes import heat, scatter
from fusion_edu.viz.style import COLOURS, LINES, MARKERS, STYLE, cue

__all__ = [
    "COLOURS",
    "LINES",
    "MARKERS",
    "STYLE",
    "bars",
    "canvas",
    "cue",
    "curves",
    "heat",
    "png",
    "scatter",
    "show",
    "strip",
]
