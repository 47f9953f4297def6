"""Regression data whose truth is known: a noisy linear law with outliers, and sensors of unequal noise."""

from collections.abc import Sequence

import torch

from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Samples


def line(
    n: int,
    seed: int,
    *,
    weights: Sequence[float] = (1.0, -2.0, 0.5),
    bias: float = 0.0,
    noise: float = 0.1,
    outliers: float = 0.0,
    size: float = 20.0,
) -> Samples:
    """y = x w + b + noise; some targets are wrong by a great deal.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        weights: the truth w, D numbers.
        noise: standard deviation of the ordinary error.
        outliers: share of the rows whose target is moved up, in [0, 1]; ``round(n * outliers)`` rows.
        size: by how much they are moved, in the unit of y.

    Returns:
        x["x"] (n, D) standard normal; x["outlier"] (n,) bool, which rows were moved; y (n,) float32.

    Raises:
        ValueError: n < 1, no weights, or outliers outside [0, 1].
    """
    positive(n=n, **{"number of weights": len(weights)})
    if not 0 <= outliers <= 1:
        raise ValueError(f"outliers is {outliers}, needs 0 to 1")
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, len(weights), generator=generator)
    y = x @ torch.tensor(weights, dtype=torch.float32) + bias + noise * torch.randn(n, generator=generator)
    moved = torch.zeros(n, dtype=torch.bool)
    moved[torch.randperm(n, generator=generator)[: round(n * outliers)]] = True
    return Samples({"x": x, "outlier": moved}, y + size * moved)


def noisy_sensors(n: int, seed: int, *, noise: Sequence[float] = (0.5, 1.0, 2.0)) -> Samples:
    """One quantity read by several sensors at once, each without bias and with a noise of its own.

    The best unbiased sum weighs sensor m by 1 / noise[m]^2; its variance is 1 / sum of those.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        noise: standard deviation of each of the M sensors, > 0.

    Returns:
        x["reading"] (n, M) float32; y (n,) the true value, standard normal.
    """
    positive(n=n, **{"number of sensors": len(noise)})
    positive(**{f"noise[{m}]": value for m, value in enumerate(noise)})
    generator = torch.Generator().manual_seed(seed)
    truth = torch.randn(n, generator=generator)
    error = torch.randn(n, len(noise), generator=generator) * torch.tensor(noise, dtype=torch.float32)
    return Samples({"reading": truth[:, None] + error}, truth)
