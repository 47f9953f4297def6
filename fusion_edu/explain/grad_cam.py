"""Grad-CAM: which places of a layer's feature maps speak for a class."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion_edu.explain.calls import Inputs, Model, copied, pieces, quiet, scores
from fusion_edu.shapes import expect


def grad_cam(
    model: Model, layer: nn.Module, x: Inputs, target: Tensor | None = None, *, size: tuple[int, int] | None = None
) -> Tensor:
    r"""Feature maps, weighted by the mean gradient of each channel, and only what speaks *for* the class.

    .. math:: \mathrm{ReLU}\Big(\sum_c \mathop{\mathrm{mean}}_{hw}\Big(\frac{\partial s}{\partial A_c}\Big) A_c\Big)

    Args:
        model: ``model(x)`` -> (B, C) logits, or (B,) with ``target=None``; a Module is called in eval mode.
        layer: a part of it that gives (B, channels, h, w), usually the last convolution; called once in a forward pass.
        x: as the model takes it.
        target: (B,) class numbers.
        size: (H, W) to enlarge the map to, bilinear; default the layer's own h x w.

    Returns:
        (B, h, w) or (B, H, W), each map divided by its own largest value: 0 to 1. All 0 where nothing speaks for the class.

    Raises:
        ValueError: the layer does not run, or runs twice, or gives no maps; shapes and target as in ``saliency``.

    Source: Selvaraju et al. 2017, arXiv:1610.02391.
    """
    rows = len(next(iter(pieces(x).values())))
    with torch.enable_grad(), quiet(model), _watched(layer) as seen:
        total = scores(model(copied(x)), target, rows).sum()
    if len(seen) != 1:
        raise ValueError(f"layer ran {len(seen)} times in a forward pass, needs once")
    expect(layer=(seen[0], "B C H W"))
    slope = torch.autograd.grad(total, seen[0], allow_unused=True)[0] if total.requires_grad else None
    maps = seen[0].detach()
    weight = torch.zeros_like(maps[:, :, :1, :1]) if slope is None else slope.mean(dim=(2, 3), keepdim=True)
    cam = (weight * maps).sum(1).relu()  # (B, h, w)
    if size is not None:
        cam = F.interpolate(cam[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
    most = cam.amax(dim=(1, 2), keepdim=True) if len(cam) else cam.new_ones(0, 1, 1)
    return torch.where(most > 0, cam / torch.where(most > 0, most, 1), 0)


@contextmanager
def _watched(layer: nn.Module) -> Iterator[list[Tensor]]:
    """What the layer gives, each time it runs; from there on gradients are recorded."""
    seen: list[Tensor] = []

    def keep(_layer: nn.Module, _inputs: object, out: Tensor) -> Tensor:
        seen.append(out if out.requires_grad else out.detach().requires_grad_())
        return seen[-1].clone()  # the next layer may work in place

    handle = layer.register_forward_hook(keep)
    try:
        yield seen
    finally:
        handle.remove()
