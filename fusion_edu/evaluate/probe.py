"""A linear probe: what a hidden layer knows, whatever the head behind it makes of it."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers


@torch.no_grad()
def linear_probe(train: Tensor, labels: Tensor, test: Tensor, *, ridge: float = 10.0) -> Tensor:
    """Scores of a linear classifier that is fitted to frozen features: ridge regression onto the one-hot labels.

    Each feature is standardised by the training rows first. The solution is in closed form, so that nothing about it is
    trained a little longer for one model than for another.

    Args:
        train: (N, D) features of rows whose labels are known.
        labels: (N,) class numbers, integers >= 0.
        test: (M, D) features.
        ridge: penalty on the squared weights, > 0; against N rows of standardised features.

    Returns:
        (M, C) scores, float64; C is the largest label + 1. ``accuracy`` takes them.

    Raises:
        TypeError: labels that are no integers, or features that are not floating. ValueError: shapes that do not fit, no
            rows, a negative label, or ridge <= 0.

    Source: Alain and Bengio 2016, arXiv:1610.01644.
    """
    rows = expect(train=(train, "N D"), labels=(labels, "N"), test=(test, "M D"))["N"]
    for name, values in (("train", train), ("test", test)):
        if not values.is_floating_point():
            raise TypeError(f"{name} has dtype {values.dtype}, needs a floating dtype")
    if not rows or not ridge > 0:
        raise ValueError("train is empty, needs at least one row" if not rows else f"ridge is {ridge}, needs > 0")
    classes = class_numbers("labels", labels)
    if classes.min() < 0:
        raise ValueError(f"labels has the value {int(classes.min())}, needs class numbers >= 0")
    wide, new = train.double(), test.double()
    mean, spread = wide.mean(0), wide.std(0, correction=0)
    spread = torch.where(spread > 1e-12 * (1 + mean.abs()), spread, 1.0)
    wide, new = (wide - mean) / spread, (new - mean) / spread
    target = torch.nn.functional.one_hot(classes).double()
    level = target.mean(0)  # the features have mean 0: the constant is the mean of the targets, and is not penalised
    gram = wide.T @ wide + ridge * torch.eye(wide.shape[1], dtype=wide.dtype, device=wide.device)
    return new @ torch.linalg.solve(gram, wide.T @ (target - level)) + level
