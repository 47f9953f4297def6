"""First looks at raw data (lesson 00): labelled pictures in a row, and the streams of one event on one clock."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from fusion_edu.data.events import SENSORS, Event
from fusion_edu.shapes import expect
from fusion_edu.viz.style import COLOURS, GREY, STYLE

FRAMES = 6  # pictures drawn along the recording


@mpl.rc_context(STYLE)
def gallery(
    rows: Sequence[Tensor], labels: Sequence[str], *, names: Sequence[str] = (), groups: Sequence[str] = ()
) -> list[Axes]:
    """The same K things in one or more rows of pictures, each row at its own resolution.

    Args:
        rows: pictures (K, 3, S, S) in [0, 1]; S may differ from row to row.
        labels: what each row shows.
        names: K texts below each column, quoted; groups: K titles above.

    Raises:
        ValueError: no row, another number of labels than rows, or of texts than pictures.
    """
    if not rows or len(labels) != len(rows):
        raise ValueError(f"labels has {len(labels)} texts, needs {len(rows)}, one a row, and at least one row")
    count = len(rows[0])
    for k, row in enumerate(rows):
        expect(**{f"row_{k}": (row, f"{count} 3 S S")})
    for what, texts in (("names", names), ("groups", groups)):
        if texts and len(texts) != count:
            raise ValueError(f"{what} has {len(texts)} texts, needs {count}, one a picture")
    figure = Figure(figsize=(1.2 * count, 1.15 * len(rows) + 0.9), layout="constrained")
    axes = figure.subplots(len(rows), count, squeeze=False)
    for line, (row, label) in zip(axes, zip(rows, labels, strict=True), strict=True):
        for ax, picture in zip(line, row, strict=True):
            ax.imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color="#bbbbbb")
        line[0].set_ylabel(label, fontsize=10)
    for ax, group in zip(axes[0], groups, strict=False):
        ax.set_title(group, fontsize=11, fontweight="bold")
    for ax, name in zip(axes[-1], names, strict=False):
        ax.set_xlabel(name.replace(" ", "\n"), fontsize=10)
    return axes.ravel().tolist()


@mpl.rc_context(STYLE)
def event_streams(event: Event) -> list[Axes]:
    """Four streams of one event, below each other on one clock; a dashed line marks the impact.

    Args:
        event: with the streams "picture", "caption", "sound" and "sensors", as ``data.event`` makes them.
    """
    figure = Figure(figsize=(9, 5.4), layout="constrained")
    axes = figure.subplots(4, 1, sharex=True, height_ratios=(1.6, 1.3, 1, 1)).tolist()
    _frames(axes[0], event)
    _words(axes[1], event)
    sound, sensors = event.streams["sound"], event.streams["sensors"]
    picture = event.streams["picture"].values
    assert isinstance(sound.values, Tensor)
    assert isinstance(sensors.values, Tensor)
    assert isinstance(picture, Tensor)
    axes[2].plot(sound.times.tolist(), sound.values.tolist(), color=COLOURS["blue"], linewidth=0.8)
    axes[3].plot(sensors.times.tolist(), sensors.values[:, 0].tolist(), ".-", color=COLOURS["blue"], linewidth=1)
    sizes = (tuple(picture.shape), len(event.streams["caption"].values))
    named = (
        ("picture", f"{sizes[0][0]} frames of {sizes[0][2]} × {sizes[0][3]} pixels, {FRAMES} of them drawn"),
        ("caption", f"{sizes[1]} words, when somebody says them"),
        ("sound", f"{len(sound.values):,} samples; amplitude (1)"),
        ("sensor", f"{len(sensors.values)} readings; {SENSORS[0]}, one of {sensors.values.shape[1]} columns"),
    )
    for ax, (name, what) in zip(axes, named, strict=True):
        ax.set_ylabel(name, rotation=0, ha="right", va="center", fontweight="bold")
        ax.yaxis.set_label_coords(-0.06, 0.5)
        ax.set_title(what, loc="left", fontsize=10, color=GREY, pad=3)
        ax.axvline(event.impact, color=COLOURS["vermillion"], linestyle="--", linewidth=1.4)
    axes[-1].set(xlabel="time (s)", xlim=(0, event.seconds))
    return axes


def _frames(ax: Axes, event: Event) -> None:
    """Every frame that is drawn stands over the moment at which it was taken (its left edge)."""
    stream = event.streams["picture"]
    assert isinstance(stream.values, Tensor)
    width = 0.92 * event.seconds / FRAMES
    for i in range(0, len(stream.times), len(stream.times) // FRAMES):
        start = stream.times[i].item()
        frame = stream.values[i].permute(1, 2, 0).numpy()
        ax.imshow(frame, extent=(start, start + width, 0, 1), aspect="auto", interpolation="nearest")
    ax.set(ylim=(0, 1), yticks=[])
    ax.spines[["left"]].set_visible(False)


def _words(ax: Axes, event: Event) -> None:
    """Words on four heights in turn, so that neighbours do not cover each other."""
    stream = event.streams["caption"]
    for k, (word, time) in enumerate(zip(stream.values, stream.times.tolist(), strict=True)):
        height = 0.85 - 0.24 * (k % 4)
        shift, side = (-6, "right") if time > 0.92 * event.seconds else (6, "left")
        ax.plot(time, height, "o", color=COLOURS["blue"], markersize=5)
        ax.annotate(word, (time, height), (shift, 0), textcoords="offset points", va="center", ha=side)
    ax.set(ylim=(-0.05, 1.05), yticks=[])
    ax.spines[["left"]].set_visible(False)
