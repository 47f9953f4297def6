"""Pictures of regression (lesson 02): the valley that a loss makes, and lines around an outlier."""

from collections.abc import Callable, Mapping

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.losses import mse
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE, cue

Pull = Callable[[Tensor], Tensor]
SLOPES, INTERCEPTS = (-2.5, 4.5), (-3.5, 4.5)  # what the picture of the valley shows


def downhill(x: Tensor, y: Tensor, *, slope: float, intercept: float, reduction: str) -> tuple[float, float, float]:
    """Squared-error loss of the line, and minus its gradient with respect to slope and intercept.

    Args:
        x, y: (N,) points. reduction: "mean" or "sum".
    """
    at = torch.tensor([slope, intercept], dtype=torch.float64, requires_grad=True)
    loss = mse(at[0] * x.double() + at[1], y.double(), reduction=reduction)
    loss.backward()
    assert at.grad is not None
    return loss.item(), -at.grad[0].item() + 0.0, -at.grad[1].item() + 0.0  # + 0.0: no "-0"


@mpl.rc_context(STYLE)
def loss_surface(
    x: Tensor, y: Tensor, *, slope: float, intercept: float, reduction: str = "mean", rate: float = 0.2
) -> tuple[list[Axes], str]:
    """A line through points with its errors, beside the loss over (slope, intercept) and one step of gradient descent.

    Args:
        x, y: (N,) points.
        reduction: "mean" or "sum": how long the step is.
        rate: learning rate.

    Returns:
        The two Axes, and one sentence with the numbers.
    """
    expect(x=(x, "N"), y=(y, "N"))
    loss, by_slope, by_intercept = downhill(x, y, slope=slope, intercept=intercept, reduction=reduction)
    left, right = canvas(2, width=9, height=3.4)
    ends = torch.tensor([x.min().item() - 0.3, x.max().item() + 0.3])
    left.vlines(x.tolist(), y.tolist(), (slope * x + intercept).tolist(), color=COLOURS["vermillion"], linewidth=1.5)
    left.plot(ends.tolist(), (slope * ends + intercept).tolist(), color=COLOURS["blue"])
    left.scatter(x.tolist(), y.tolist(), s=36, color="black", zorder=3)
    left.set(xlabel="x (1)", ylabel="y (1)", title="the line and its errors", ylim=(-5.5, 6.5))
    _contours(right, x, y)
    step = (slope + rate * by_slope, intercept + rate * by_intercept)
    right.scatter([slope], [intercept], s=60, color=COLOURS["vermillion"], edgecolors="black", zorder=4)
    arrow = {"arrowstyle": "-|>", "linewidth": 2.2, "color": "black", "shrinkA": 0, "shrinkB": 0}
    right.annotate("", xy=step, xytext=(slope, intercept), arrowprops=arrow, annotation_clip=False, zorder=5)
    size = (by_slope**2 + by_intercept**2) ** 0.5
    words = f"reduction {reduction}: loss {loss:.2f}, gradient of length {size:.2f}"
    return [left, right], f"{words}, so one step at learning rate {rate:g} is {rate * size:.2f} long."


def _contours(ax: Axes, x: Tensor, y: Tensor) -> None:
    a = torch.linspace(*SLOPES, 81, dtype=torch.float64)
    b = torch.linspace(*INTERCEPTS, 81, dtype=torch.float64)
    line = a[None, :, None] * x.double() + b[:, None, None]  # (81, 81, N)
    values = (line - y.double()).square().mean(2)
    levels = values.min().item() + torch.tensor([0.1, 0.5, 1.5, 3, 6, 10, 16, 24], dtype=torch.float64)
    ax.contour(a.tolist(), b.tolist(), values.numpy(), levels=levels.tolist(), cmap="Blues_r", linewidths=1.3)
    row, column = divmod(int(values.argmin()), 81)
    ax.scatter(
        [a[column].item()], [b[row].item()], marker="*", s=120, color=COLOURS["green"], edgecolors="black", zorder=3
    )
    ax.set(
        xlim=SLOPES, ylim=INTERCEPTS, xlabel="slope (1)", ylabel="intercept (1)", title="the loss from above, one step"
    )


@mpl.rc_context(STYLE)
def outlier(
    x: Tensor, y: Tensor, *, lines: Mapping[str, tuple[float, float]], pulls: Mapping[str, Pull], row: int = -1
) -> tuple[list[Axes], str]:
    """Lines fitted by several losses around one marked target, beside how hard a point pulls at each of them.

    Args:
        x, y: (N,) points as they were fitted; point ``row`` is marked.
        lines: loss -> (slope, intercept).
        pulls: loss -> its slope as a function of the error, for the same losses.

    Returns:
        The two Axes, and one sentence with the slopes.

    Raises:
        ValueError: ``lines`` and ``pulls`` name different losses.
    """
    expect(x=(x, "N"), y=(y, "N"))
    if list(lines) != list(pulls):
        raise ValueError(f"pulls names {list(pulls)}, needs {list(lines)} as lines does")
    left, right = canvas(2, width=9, height=3.6)
    left.scatter(x.tolist(), y.tolist(), s=34, color=GREY, zorder=3)
    left.scatter(
        [x[row].item()], [y[row].item()], s=90, facecolors="none", edgecolors=COLOURS["vermillion"], linewidths=2
    )
    ends = torch.tensor([x.min().item(), x.max().item()])
    errors = torch.linspace(-6, 6, 121)
    for index, (loss, (slope, intercept)) in enumerate(lines.items()):
        look = cue(index) | {"marker": ""}
        left.plot(ends.tolist(), (slope * ends + intercept).tolist(), label=loss, **look)
        right.plot(errors.tolist(), pulls[loss](errors).tolist(), label=loss, **look)
    left.set(xlabel="x (1)", ylabel="y (1)", title="the fitted lines", ylim=(-6, 25))
    left.legend(loc="upper left", handlelength=3.2)
    right.set(xlabel="error: prediction - target (1)", ylabel="slope of the loss (1)", title="how hard one point pulls")
    right.grid(True)
    return [left, right], "Slopes: " + ", ".join(f"{loss} {slope:.2f}" for loss, (slope, _) in lines.items()) + "."
