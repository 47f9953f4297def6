"""CLIP's loss: both directions, and a temperature that is learned."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from fusion_edu.losses.arguments import check_number, check_values, scalar_like
from fusion_edu.losses.every_pair import matched
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.table import table_losses
from fusion_edu.losses.tiles import BothWays
from fusion_edu.precision import full_precision

SCALE_LIMIT = 100.0


@full_precision
def clip(
    a: Tensor,
    b: Tensor,
    *,
    scale: Tensor | float = 1 / 0.07,
    chunk: int | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""Row i of ``a`` must find row i of ``b``, and back: the mean of InfoNCE in both directions.

    .. math:: \ell_i = -\tfrac12 \left[\log p(b_i \mid a_i) + \log p(a_i \mid b_i)\right], \quad
        p(b_j \mid a_i) \propto \exp(s \cos(a_i, b_j))

    Args:
        a, b: (B, D) embeddings, row i of each of the same sample; scaled to length 1 here.
        scale: s = 1 / temperature > 0, a number or a scalar tensor that gets a gradient; ``CLIPLoss`` learns it.
        chunk: rows of the (B, B) table in memory at a time; None chooses by size. The result is the same to rounding.
        weight: (B,), >= 0.
        reduction: "none" gives (B,); "mean" or "sum" a scalar, in nats.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, ``scale`` <= 0, chunk < 1.

    Source: Radford 2021, arXiv:2103.00020, figure 3; earlier Zhang 2020 (ConVIRT), arXiv:2010.00747.
    """
    a, b = matched(a, b)
    return reduce_loss(table_losses(BothWays, a, b, scale_like(scale, a), chunk=chunk), reduction, weight)


class CLIPLoss(nn.Module):
    """``clip`` with a learned scale, of which the logarithm is stored: so it stays positive and moves in proportion.

    Args:
        temperature: the scale starts at 1 / temperature.
        limit: the scale never passes it; the paper found more to be unstable. At the limit only the gradient that would
            raise it further is 0: from there the way down is open.

    Shape: a, b (B, D); returns the mean, a scalar in nats. ``loss.scale`` is the scale in use.

    Raises: ValueError at construction: ``limit`` <= 0, ``temperature`` below 1 / limit or not finite.
    """

    def __init__(self, *, temperature: float = 0.07, limit: float = SCALE_LIMIT) -> None:
        super().__init__()
        if not limit > 0:
            raise ValueError(f"limit is {limit}, needs > 0")
        check_number("temperature", temperature, 0)
        if not 1 / limit <= temperature < math.inf:
            raise ValueError(f"temperature is {temperature}, needs >= {1 / limit:g}, so that the scale is <= {limit:g}")
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)))
        self.limit = limit

    @property
    def scale(self) -> Tensor:
        return _Ceiling.apply(self.log_scale.exp(), self.limit)  # type: ignore[no-untyped-call]

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return clip(a, b, scale=self.scale)


class _Ceiling(torch.autograd.Function):
    """``x.clamp_max(limit)``, whose gradient is 0 only where it points out of the range: nothing gets stuck beyond it."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, limit: float) -> Tensor:
        return x.clamp_max(limit)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        beyond = inputs[0] >= inputs[1]
        ctx.save_for_backward(beyond)
        ctx.save_for_forward(beyond)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (grad,) = grads
        (beyond,) = ctx.saved_tensors
        return grad.masked_fill(beyond & (grad < 0), 0.0), None  # a step goes against the gradient

    @staticmethod
    def jvp(ctx: Any, *steps: Any) -> Any:
        step, _ = steps
        (beyond,) = ctx.saved_tensors
        return step.masked_fill(beyond & (step > 0), 0.0)


def scale_like(scale: Tensor | float, a: Tensor) -> Tensor:
    """``scale`` as a scalar tensor beside ``a``, refused where it is not > 0 and finite; shared with ``siglip``."""
    scale = scalar_like("scale", scale, a)
    check_values("scale", scale, (scale > 0) & torch.isfinite(scale), "> 0 and finite")
    return scale
