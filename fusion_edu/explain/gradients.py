"""Attributions from gradients: saliency, and integrated gradients, which add up."""

import math

import torch
from torch import Tensor

from fusion_edu.explain.calls import Inputs, Model, copied, floats, gradient, pieces, quiet, scores, whole_again
from fusion_edu.values import whole

Baseline = float | Tensor | dict[str, Tensor]


def saliency(model: Model, x: Inputs, target: Tensor | None = None) -> Inputs:
    r"""How fast the score of each sample moves with each number of its input: :math:`|\partial s / \partial x|`.

    Args:
        model: ``model(x)`` -> (B, C) logits, or (B,) with ``target=None``; a Module is called in eval mode.
        x: (B, ...) floats, or one such tensor a modality.
        target: (B,) class numbers whose logit is explained.

    Returns:
        The shape of ``x``, in units of the score per unit of the input, >= 0. Flat where the model has saturated.

    Raises:
        TypeError: an input that is not of floats. ValueError: lengths or shapes that do not fit, a target out of range.

    Source: Simonyan, Vedaldi, Zisserman 2014, arXiv:1312.6034.
    """
    return whole_again(x, {name: slope.abs() for name, slope in gradient(model, x, target).items()})


def integrated_gradients(
    model: Model, x: Inputs, target: Tensor | None = None, *, baseline: Baseline = 0.0, steps: int = 32
) -> Inputs:
    r"""The gradient averaged along the straight way from a baseline, times the way: its sum is what the score has gained.

    .. math:: a_i = (x_i - b_i)\, \frac1K \sum_{k=0}^{K-1} \frac{\partial s}{\partial x_i}
        \Big(b + \tfrac{k + 1/2}{K} (x - b)\Big)

    Args:
        model, x, target: as in :func:`saliency`.
        baseline: where the way begins: a number for all, a tensor that fits ``x``, or one a modality. What equals it gets
            exactly 0: choose it so that it means "nothing there".
        steps: K >= 1 midpoints; more where :func:`completeness_gap` is not small. The model runs once a step.

    Returns:
        The shape of ``x``, in units of the score; signed.

    Raises:
        TypeError, ValueError: as :func:`saliency`; ``steps`` < 1 or a baseline that does not fit.

    Source: Sundararajan, Taly, Yan 2017, arXiv:1703.01365.
    """
    whole("steps", steps)
    ends, starts = floats(x), _start(x, baseline)
    total = {name: torch.zeros_like(values, dtype=_wide(values)) for name, values in ends.items()}
    for k in range(steps):
        share = (k + 0.5) / steps
        between = {name: starts[name] + share * (values - starts[name]) for name, values in ends.items()}
        for name, slope in gradient(model, whole_again(x, between), target).items():
            total[name] += slope.to(total[name].dtype) / steps
    return whole_again(
        x, {name: ((values - starts[name]) * total[name]).to(values.dtype) for name, values in ends.items()}
    )


def _wide(values: Tensor) -> torch.dtype:
    """At least float32: a sum of many small parts stalls in half precision."""
    return torch.promote_types(values.dtype, torch.float32)


def completeness_gap(
    model: Model, x: Inputs, attribution: Inputs, target: Tensor | None = None, *, baseline: Baseline = 0.0
) -> Tensor:
    """(B,): the sum of the attributions minus what the score gains from the baseline to x; 0 where nothing is lost.

    Args: as in :func:`integrated_gradients`; ``attribution`` is what it gave.

    Raises:
        TypeError, ValueError: inputs as there, or an attribution of other shapes than ``x``.
    """
    ends, starts, given = pieces(x), _start(x, baseline), pieces(attribution)
    if {n: v.shape for n, v in given.items()} != {n: v.shape for n, v in ends.items()}:
        raise ValueError("attribution has other shapes than x, needs one number for each number of x")
    rows = len(next(iter(ends.values())))
    with torch.no_grad(), quiet(model):
        high, low = (scores(model(copied(whole_again(x, place))), target, rows) for place in (ends, starts))
    added = sum(a.detach().reshape(rows, math.prod(a.shape[1:])).sum(1) for a in given.values())
    return added - (high - low)


def _start(x: Inputs, baseline: Baseline) -> dict[str, Tensor]:
    """The baseline, one tensor a modality, each of that modality's shape."""
    ends = pieces(x)
    if isinstance(baseline, dict) and baseline.keys() != ends.keys():
        raise ValueError(f"baseline names {sorted(baseline)}, needs {sorted(ends)} as x does")
    found = {}
    for name, values in ends.items():
        start = baseline[name] if isinstance(baseline, dict) else baseline
        start = torch.as_tensor(start, dtype=values.dtype, device=values.device)
        try:
            found[name] = start.expand_as(values)
        except RuntimeError:
            raise ValueError(
                f"baseline has shape {tuple(start.shape)}, needs one that expands to {tuple(values.shape)}"
            ) from None
    return found
