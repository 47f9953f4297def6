"""Pictures over time (lesson 01): the four streams of one event, and a slow sensor between its readings."""

from collections.abc import Mapping

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from fusion_edu.data.events import Event, Stream
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, STYLE, Look, cue


@mpl.rc_context(STYLE)
def timeline(event: Event, *, start: float = 0.0, seconds: float = 2.0) -> tuple[list[Axes], str]:
    """The four streams of an event above each other, between ``start`` and ``start + seconds``.

    Args:
        event: as ``data.event`` makes it.
        start: first second shown.
        seconds: width of the window, > 0.

    Returns:
        The four Axes, and one sentence that counts what each stream has in the window.
    """
    if seconds <= 0:
        raise ValueError(f"seconds is {seconds}, needs > 0")
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes = list(figure.subplots(4, 1, sharex=True, height_ratios=[1.5, 1.2, 1, 1]))
    end, counts = start + seconds, {}
    for ax, (name, stream) in zip(axes, event.streams.items(), strict=True):
        inside = ((stream.times >= start) & (stream.times < end)).nonzero().squeeze(1)
        counts[name] = len(inside)
        {"picture": _frames, "caption": _words, "sound": _wave, "sensors": _column}[name](ax, stream, inside, seconds)
        if start <= event.impact < end:
            ax.axvline(event.impact, color=COLOURS["vermillion"], linestyle="--", linewidth=1.2)
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        ax.set_xlim(start, end)
    axes[-1].set_xlabel("time (s); a picture stands at its left edge; dashed: the impact")
    told = f"{counts['picture']} pictures, {counts['caption']} words, {counts['sound']} sound samples"
    return axes, f"{seconds:g} s from second {start:g}: {told}, {counts['sensors']} rows of the sensor table."


def _frames(ax: Axes, stream: Stream, inside: Tensor, seconds: float) -> None:
    every = max(1, -(-len(inside) // 10))
    assert isinstance(stream.values, Tensor)
    assert stream.rate is not None
    width = 0.9 * min(seconds / 10, every / stream.rate)
    for i in inside[::every].tolist():
        at = stream.times[i].item()
        picture = stream.values[i].permute(1, 2, 0).numpy()
        ax.imshow(picture, extent=(at, at + width, 0, 1), aspect="auto", interpolation="nearest")
    ax.set(ylim=(0, 1), yticks=[])


def _words(ax: Axes, stream: Stream, inside: Tensor, seconds: float) -> None:
    assert isinstance(stream.values, tuple)
    for order, i in enumerate(inside.tolist()):
        at, height = stream.times[i].item(), 0.8 - 0.3 * (order % 3)
        ax.plot([at, at], [0, height + 0.12], color="#999999", linewidth=1)
        ax.text(at + 0.005 * seconds, height, stream.values[i], va="center", fontsize=10, clip_on=True)
    ax.set(ylim=(0, 1), yticks=[])


def _wave(ax: Axes, stream: Stream, inside: Tensor, seconds: float) -> None:
    assert isinstance(stream.values, Tensor)
    look: Look = {"marker": "o", "markersize": 3} if len(inside) < 200 else {}
    ax.plot(stream.times[inside], stream.values[inside], color=COLOURS["blue"], linewidth=0.8, **look)
    ax.set(ylim=(-1, 1))


def _column(ax: Axes, stream: Stream, inside: Tensor, seconds: float) -> None:
    """The acceleration; a reading that is missing is a cross at the bottom."""
    assert isinstance(stream.values, Tensor)
    values, times = stream.values[inside, 0], stream.times[inside]
    holes = times[values.isnan()]
    ax.scatter(times, values, s=14, color=COLOURS["blue"])
    ax.scatter(holes, torch.full_like(holes, -1.3), marker="x", s=30, color=COLOURS["vermillion"])
    ax.set(ylim=(-2, 7.5))


@mpl.rc_context(STYLE)
def aligned(
    readings: tuple[Tensor, Tensor], lines: Mapping[str, tuple[Tensor, Tensor]], *, y: str, now: float | None = None
) -> Axes:
    """A slow sensor's readings as dots, and curves over the same time.

    Args:
        readings: (times, values) of the sensor.
        lines: name -> (times, values).
        now: the moment that is being asked about; what comes after it is shaded.
    """
    ax = canvas(width=9, height=3.0, x="time (s)", y=y)
    for index, (name, (at, values)) in enumerate(lines.items()):
        look = {key: value for key, value in cue(index).items() if key != "marker"}
        ax.plot(at.tolist(), values.tolist(), label=name, **look)
    times, measured = (part.tolist() for part in readings)
    ax.scatter(times, measured, s=60, color="black", zorder=4, label="reading")
    if now is not None:
        ax.axvspan(now, ax.get_xlim()[1], color="#dddddd", zorder=0, label="not yet known")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
