"""Explanations that cover something up and look what the score does: occlusion, and the deletion curve that judges a map."""

from collections.abc import Sequence

import torch
from torch import Tensor

from fusion_edu.explain.calls import Model, quiet, scores
from fusion_edu.shapes import expect
from fusion_edu.values import whole


@torch.no_grad()
def occlusion(
    model: Model, images: Tensor, target: Tensor | None = None, *, size: int, stride: int = 1, fill: float = 0.0
) -> Tensor:
    """How far each sample's score falls when a square is covered: at each pixel the mean over the squares that cover it.

    Args:
        model: ``model(images)`` -> (B, C) logits, or (B,) with ``target=None``; a Module is called in eval mode.
        images: (B, channels, H, W).
        target: (B,) class numbers.
        size: side of the square in pixels, 1 .. min(H, W); stride: steps of its corner. The last step is shortened so
            that every pixel is covered.
        fill: the value of the cover: one that means "nothing there", e.g. 1 on white paper.

    Returns:
        (B, H, W) in units of the score; positive where the place spoke for the class.

    Raises:
        ValueError: no pictures of four axes, ``size`` or ``stride`` out of range, target as in ``saliency``.

    Source: Zeiler & Fergus 2014, arXiv:1311.2901.
    """
    axes = expect(images=(images, "B C H W"))
    whole("size", size)
    whole("stride", stride)
    if size > min(axes["H"], axes["W"]):
        raise ValueError(f"size is {size}, needs at most {min(axes['H'], axes['W'])}: the picture is no larger")
    with quiet(model):
        before = scores(model(images.clone()), target, axes["B"])
        wide = torch.promote_types(before.dtype, torch.float32)  # bfloat16 counts no further than 256
        total = before.new_zeros(axes["B"], axes["H"], axes["W"], dtype=wide)
        count = before.new_zeros(axes["H"], axes["W"], dtype=wide)
        for top in _corners(axes["H"], size, stride):
            for left in _corners(axes["W"], size, stride):
                covered = images.clone()
                covered[:, :, top : top + size, left : left + size] = fill
                fall = before - scores(model(covered), target, axes["B"])
                total[:, top : top + size, left : left + size] += fall[:, None, None]
                count[top : top + size, left : left + size] += 1
    return (total / count).to(before.dtype)


def _corners(length: int, size: int, stride: int) -> list[int]:
    return sorted({*range(0, length - size, stride), length - size})


@torch.no_grad()
def deletion_curve(
    model: Model, images: Tensor, order_by: Tensor, target: Tensor, *, counts: Sequence[int], fill: float = 0.0
) -> Tensor:
    """The probability of the target while the pixels that a map calls important are covered, the most important first.

    A map that knows something makes it fall faster than another order does: compare with ``torch.rand_like(order_by)``, and
    with a random order of those pixels that are not ``fill`` already.

    Args:
        model: ``model(images)`` -> (B, C) logits; a Module is called in eval mode.
        images: (B, channels, H, W).
        order_by: (B, H, W), larger is covered earlier; of equal ones the first in reading order.
        target: (B,) class numbers.
        counts: how many pixels are covered, each 0 .. H W.
        fill: the value of the cover.

    Returns:
        (B, K) probabilities, one column for each of K counts.

    Raises:
        ValueError: shapes that do not fit, a count out of range, a NaN in ``order_by``.

    Source: Petsiuk, Das, Saenko 2018, arXiv:1806.07421.
    """
    axes = expect(images=(images, "B C H W"), order_by=(order_by, "B H W"))
    pixels = axes["H"] * axes["W"]
    for count in counts:
        whole("counts", count, 0)
        if count > pixels:
            raise ValueError(f"counts has {count}, needs at most {pixels}, the pixels of a picture")
    if order_by.isnan().any():
        raise ValueError("order_by holds nan, needs numbers that can be ordered")
    order = order_by.flatten(1).argsort(dim=1, descending=True, stable=True)
    columns = []
    with quiet(model):
        for count in counts:
            covered = torch.zeros_like(order, dtype=torch.bool).scatter(1, order[:, :count], True)  # (B, H W)
            flat = torch.where(covered[:, None], images.new_full((), fill), images.flatten(2))
            p = model(flat.view(images.shape)).softmax(dim=1)
            columns.append(scores(p, target, axes["B"]))
    return torch.stack(columns, dim=1) if columns else images.new_zeros(axes["B"], 0)
