"""Temperature scaling: one number that makes a model as sure as it should be, and leaves every decision as it was."""

import scipy
import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers

COLDEST, HOTTEST = 0.01, 100.0


def fit_temperature(logits: Tensor, target: Tensor) -> float:
    r"""The temperature tau that makes ``softmax(logits / tau)`` most likely.

    Take VALIDATION data: on the training data a model is too often right, and tau comes out too small. The largest logit
    stays the largest, so accuracy does not change.

    .. math:: \min_\tau -\frac1N \sum_i \log \mathrm{softmax}(s_i / \tau)_{y_i}

    With b = 1/tau the slope, mean of E_p[s] - s_y, only rises with b: there is one minimum, found where it is 0.

    Args:
        logits: (N, C), no unit.
        target: (N,) class numbers.

    Returns:
        tau, 0.01 to 100: the ends where no minimum lies between (at 0.01 every sample is right).

    Raises: TypeError: target not integers. ValueError: shapes that do not fit, no sample, logits that are not finite, a target outside 0..C-1.

    Source: Guo 2017, arXiv:1706.04599.
    """
    sizes = expect(logits=(logits, "N C"), target=(target, "N"))
    s, y = logits.detach().cpu().double(), class_numbers("target", target.detach().cpu())
    if not sizes["N"] or not s.isfinite().all():
        raise ValueError(f"logits has {sizes['N']} rows, needs at least one, and finite values only")
    if y.min() < 0 or y.max() >= sizes["C"]:
        raise ValueError(f"target holds {y.min()}..{y.max()}, needs 0..{sizes['C'] - 1} as logits has")
    true = s.gather(1, y.unsqueeze(1)).squeeze(1)

    def slope(inverse: float) -> float:
        return (((s * inverse).softmax(1) * s).sum(1) - true).mean().item()

    hot, cold = 1 / HOTTEST, 1 / COLDEST
    if slope(hot) >= 0:
        return HOTTEST
    if slope(cold) <= 0:
        return COLDEST
    return 1 / scipy.optimize.brentq(slope, hot, cold, xtol=1e-12)


def apply_temperature(logits: Tensor, temperature: float) -> Tensor:
    """(N, C) probabilities ``softmax(logits / temperature)``, in the dtype of ``logits``; float16 is divided in float32.

    Raises:
        TypeError: logits that are not floating. ValueError: another shape, or a temperature that is not > 0.
    """
    expect(logits=(logits, "N C"))
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}, needs > 0")
    if not logits.is_floating_point():
        raise TypeError(f"logits has dtype {logits.dtype}, needs a floating dtype")
    wide = logits.to(torch.promote_types(logits.dtype, torch.float32))
    below = wide - wide.amax(dim=1, keepdim=True)
    scaled = (below / temperature).masked_fill(below == 0, 0.0)  # a tiny temperature leaves float32: 0 / 0
    return torch.softmax(scaled, dim=1).to(logits.dtype)
