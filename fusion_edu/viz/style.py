"""How every figure looks: colours that colour-blind eyes tell apart, each with a line and a marker of its own.

Source of the palette: Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/.
"""

from typing import Any

from matplotlib.typing import RcKeyType

Look = dict[str, Any]  # keyword arguments of an artist: colour, marker, line, sizes

COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",
}
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
GREY = "#595959"
ROLES = {  # colour, marker and word of a method: blue and vermillion are told apart by every kind of eye
    "single": ("vermillion", "s", "one modality"),
    "fusion": ("blue", "o", "fusion"),
    None: ("blue", "o", ""),
}

STYLE: dict[RcKeyType, Any] = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#dddddd",
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "text.parse_math": True,
}


def cue(index: int) -> Look:
    """Colour, line and marker of the index-th series: after 8 colours the markers shift, so that no two look alike."""
    colour = list(COLOURS.values())[index % 8]
    return {"color": colour, "linestyle": LINES[(index + index // 8) % 8], "marker": MARKERS[(index + index // 8) % 8]}
