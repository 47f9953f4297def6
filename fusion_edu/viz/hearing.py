"""Pictures of sound and of time (lesson 14): a spoken sentence, the frames of a clip, and how well two signals keep step."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from fusion_edu.encoders import energy, log_mel, pitch
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, STYLE, cue


@mpl.rc_context(STYLE)
def utterances(waves: Mapping[str, Tensor], *, sample_rate: int) -> list[Axes]:
    """One column a spoken sentence: log-mel bands, pitch and energy, frame by frame.

    Args:
        waves: title -> (T,) samples, 1 to 3 of them.
        sample_rate: samples a second.
    """
    figure = Figure(figsize=(9.2, 4.6), layout="constrained")
    axes = figure.subplots(3, len(waves), squeeze=False, sharex=True, sharey="row", height_ratios=[1.6, 1, 1])
    for column, (title, wave) in enumerate(waves.items()):
        top, middle, bottom = axes[:, column]
        bands, seconds = log_mel(wave, sample_rate=sample_rate), len(wave) / sample_rate
        top.imshow(bands.T, origin="lower", aspect="auto", cmap="Blues", extent=(0, seconds, 0, bands.shape[1]))
        f0, loud = pitch(wave, sample_rate=sample_rate), energy(wave)
        times = (torch.arange(len(f0)) * 256 + 512) / sample_rate  # middles of the frames
        middle.plot(times[f0 > 0], f0[f0 > 0], ".", color=COLOURS["vermillion"], markersize=4)
        bottom.plot(times, loud.clamp_min(-70), color=COLOURS["blue"], linewidth=1.2)
        top.set_title(title)
        bottom.set_xlabel("time (s)")
    for ax, name in zip(axes[:, 0], ("mel band", "pitch (Hz)", "energy (dB)"), strict=True):
        ax.set_ylabel(name)
    return axes.ravel().tolist()


@mpl.rc_context(STYLE)
def filmstrip(frames: Tensor, loudness: Tensor, *, names: Sequence[str] = ()) -> list[Axes]:
    """The frames of a clip side by side; below each, how loud it is.

    Args:
        frames: (T, 1, H, W) grey in [0, 1]; loudness: (T,), any unit.
        names: T texts above the frames, default their numbers from 0.
    """
    count = expect(frames=(frames, "T 1 H W"), loudness=(loudness, "T"))["T"]
    figure = Figure(figsize=(9.4, 2.1), layout="constrained")
    axes = figure.subplots(2, count, squeeze=False, height_ratios=[2.2, 1], sharey="row")
    low, high = float(loudness.min()), float(loudness.max())
    for t, (top, bottom) in enumerate(axes.T):
        top.imshow(frames[t, 0].clamp(0, 1), cmap="gray", vmin=0, vmax=1)
        top.set(xticks=[], yticks=[])
        top.set_title(names[t] if names else str(t), fontsize=9)
        bottom.bar(0, float(loudness[t]) - low, width=0.7, color=COLOURS["vermillion"])
        bottom.set(xticks=[], yticks=[], xlim=(-0.6, 0.6), ylim=(0, (high - low) * 1.05 or 1))
        for side in ("left", "bottom"):
            bottom.spines[side].set_visible(side == "bottom")
    axes[0, 0].set_ylabel("frame")
    axes[1, 0].set_ylabel("sound")
    return axes.ravel().tolist()


@mpl.rc_context(STYLE)
def in_step(signals: Mapping[str, Tensor], *, delay: int, title: str = "") -> Axes:
    """Two or more signals on one clock, each scaled to its largest value; the last one comes ``delay`` frames late.

    Args:
        signals: name -> (T,) values >= 0, one a frame.
        delay: frames by which the last one is moved to the right; what leaves the clip is lost, what enters is 0.
    """
    names = list(signals)
    ax = canvas(width=5.2, height=3.0, x="frame", y="share of the largest (1)", title=title)
    for index, name in enumerate(names):
        values = signals[name] / signals[name].max().clamp_min(1e-9)
        shown = shifted(values, delay) if name == names[-1] else values
        ax.plot(shown, label=name, **cue(index))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylim(-0.05, 1.65)
    ax.legend(loc="upper center", handlelength=2.0)
    return ax


def shifted(values: Tensor, delay: int) -> Tensor:
    """(T,) moved to the right by ``delay`` places (to the left where < 0), with zeros behind it."""
    moved = torch.zeros_like(values)
    count = len(values)
    if abs(delay) < count:
        moved[max(0, delay) : count + min(0, delay)] = values[max(0, -delay) : count - max(0, delay)]
    return moved
