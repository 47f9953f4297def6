"""Pictures of a translation (lesson 15): what the writer looked at, word by word."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.planes import heat
from fusion_edu.viz.style import COLOURS, STYLE


@mpl.rc_context(STYLE)
def reading(
    picture: Tensor, english: Sequence[str], german: Sequence[str], words: Tensor, regions: Tensor
) -> list[Axes]:
    """A picture beside the table of attention: each word written, and how much it looked at each word and each region.

    Args:
        picture: (3, H, W) in [0, 1]; its regions are four quarters, row by row.
        english: the S words read; german: the T words written.
        words: (T, S) attention over the words; regions: (T, 4) attention over the picture.

    Returns:
        The Axes of picture, words and regions. The region looked at most, by any word, is framed.
    """
    expect(picture=(picture, "3 H W"), words=(words, f"{len(german)} {len(english)}"))
    expect(regions=(regions, f"{len(german)} 4"))
    figure = Figure(figsize=(8.6, 1.5 + 0.34 * len(german)), layout="constrained")
    seen, left, right = figure.subplots(1, 3, width_ratios=(1.25, 0.62 * len(english), 2.2))
    height, width = picture.shape[1:]
    seen.imshow(picture.permute(1, 2, 0).cpu().numpy(), interpolation="nearest")
    best = int(regions.amax(0).argmax())
    corner = (best % 2 * width / 2 - 0.5, best // 2 * height / 2 - 0.5)
    seen.add_patch(Rectangle(corner, width / 2, height / 2, fill=False, edgecolor=COLOURS["vermillion"], linewidth=3))
    seen.set(xticks=[], yticks=[], title="picture")
    heat(words, rows=german, columns=english, x="word read", y="word written", title="attention to words (1)", ax=left)
    places = ("top left", "top right", "low left", "low right")
    heat(regions, rows=[""] * len(german), columns=places, x="", y="", title="to the picture (1)", ax=right)
    return [seen, left, right]
