"""The same figure for a dark page: light ink on dark paper, pictures as they are."""

from collections.abc import Iterable

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.typing import ColorType

PAPER, INK = "#111111", "#e8e8e8"  # the first is what JupyterLab's dark theme puts behind an output
MARK, WORD = 4.0, 4.5  # least contrast of coloured marks and words; WCAG 2.2 asks for 3 and 4.5 (1.4.11 and 1.4.3)


def darken(figure: Figure) -> None:
    """Recolour a drawn figure in place. Greys change places, black for ``INK`` and white for ``PAPER``; colours stay, and
    those of lines and words become lighter where they would not stand out. Images, meshes, and words on images stay."""
    figure.patch.set_facecolor(night(figure.get_facecolor()))
    for ax in figure.axes:
        ax.tick_params(which="both", color=INK, labelcolor=INK)  # for ticks that are made later
        ax.patch.set_facecolor(night(ax.get_facecolor()))
    backs = {id(ax.patch) for ax in figure.axes} | {id(figure.patch)}
    on_images = {id(text) for ax in figure.axes for text in _on_images(ax)}
    for artist in figure.findobj(lambda found: id(found) not in backs | on_images):
        _recolour(artist)


def night(colour: ColorType, least: float = 1.0) -> tuple[float, float, float, float]:
    """A colour of the light figure as the dark one shows it.

    Args:
        least: contrast with ``PAPER`` that a colour (no grey) is lightened to.
    """
    red, green, blue, alpha = to_rgba(colour)
    paper, ink = np.array(to_rgba(PAPER)[:3]), np.array(to_rgba(INK)[:3])
    if max(red, green, blue) - min(red, green, blue) < 0.02:
        return (*(ink + (paper - ink) * green), alpha)
    while contrast((red, green, blue)) < least:
        red, green, blue = (part + 0.06 * (1 - part) for part in (red, green, blue))
    return red, green, blue, alpha


def contrast(colour: ColorType, with_: ColorType = PAPER) -> float:
    """Contrast of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    one, two = sorted((_luminance(colour), _luminance(with_)))
    return (two + 0.05) / (one + 0.05)


def _luminance(colour: ColorType) -> float:
    channels = np.array(to_rgba(colour)[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _on_images(ax: Axes) -> Iterable[Text]:
    """Words written on an image or a mesh: their colour was chosen for what is behind them."""
    covers = [part for part in ax.get_children() if isinstance(part, AxesImage | QuadMesh)]
    boxes = [part.get_window_extent() for part in covers]
    for text in ax.texts:
        x, y = text.get_transform().transform(text.get_position())
        if any(box.contains(x, y) for box in boxes):
            yield text


def _recolour(artist: Artist) -> None:
    if isinstance(artist, Text):
        _words(artist)
    elif isinstance(artist, Line2D):
        line, face, edge = artist.get_color(), artist.get_markerfacecolor(), artist.get_markeredgecolor()
        artist.set_color(night(line, MARK))
        artist.set_markerfacecolor(night(face, MARK) if to_rgba(face)[3] else "none")
        artist.set_markeredgecolor(night(edge, MARK) if to_rgba(edge)[3] else "none")
    elif isinstance(artist, Patch):
        _patch(artist)
    elif isinstance(artist, ContourSet):
        # turned round: what stood out still does
        lines = [night(colour, MARK) for colour in to_rgba_array(artist.get_edgecolor())[::-1]]
        artist.set_array(None)
        artist.set_edgecolor(lines)
    elif isinstance(artist, Collection) and artist.get_array() is None:
        faces, edges = to_rgba_array(artist.get_facecolor()), to_rgba_array(artist.get_edgecolor())
        _denser(artist)
        artist.set_facecolor([night(colour, MARK) for colour in faces] if len(faces) else "none")
        artist.set_edgecolor([night(colour, MARK) for colour in edges] if len(edges) else "none")


def _patch(patch: Patch) -> None:
    face, edge = patch.get_facecolor(), patch.get_edgecolor()
    _denser(patch)
    if to_rgba(face)[3]:
        patch.set_facecolor(night(face, MARK))
    if to_rgba(edge)[3]:
        patch.set_edgecolor(night(edge, MARK))


def _denser(artist: Artist) -> None:
    """What shows half of a light page would be lost on a dark one."""
    alpha = artist.get_alpha()
    if alpha is not None:
        artist.set_alpha(alpha**0.7)


def _words(text: Text) -> None:
    box = text.get_bbox_patch()
    behind: ColorType = PAPER
    if box is not None:
        _patch(box)
        behind = box.get_facecolor()
    new = night(text.get_color(), WORD)
    if contrast(new, behind) >= contrast(text.get_color(), behind):
        text.set_color(new)
    if isinstance(text, Annotation) and text.arrow_patch is not None:
        _patch(text.arrow_patch)
