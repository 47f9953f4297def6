"""Calibration: of the cases a model calls with 80 % confidence, are 80 % right?"""

from dataclasses import dataclass

import torch
from torch import Tensor

from fusion_edu.evaluate.probabilities import checked, checked_rows, confidence
from fusion_edu.values import whole


@dataclass(frozen=True)
class Reliability:
    """Bins of confidence that hold at least one sample, K of them, from unsure to sure.

    ``confidence`` (K,) the mean of each bin; ``accuracy`` (K,) its share that is right; ``count`` (K,) its samples; all float64 but ``count``.
    """

    confidence: Tensor
    accuracy: Tensor
    count: Tensor

    @property
    def error(self) -> float:
        """Mean distance of the two, each bin weighted by its samples: the expected calibration error."""
        return ((self.confidence - self.accuracy).abs() * self.count).sum().item() / self.count.sum().item()


def reliability(probs: Tensor, target: Tensor, *, bins: int = 10, binning: str = "width") -> Reliability:
    """How often the model is right at each level of confidence.

    Args:
        probs: (N, C) probabilities; the confidence of a row is its largest one.
        target: (N,) class numbers.
        bins: how many, >= 1.
        binning: "width" cuts [0, 1] into equal parts, the left end belonging to a part, 1 to the last; "mass" puts
            about as many samples into each bin, and equal confidences into the same.

    Raises: TypeError, ValueError: as ``checked``; bins or binning out of range.
    """
    bins = whole("bins", bins)
    said, right = confidence(*checked("probs", probs, target))
    index = _bin(said, bins, binning)
    count = index.bincount(minlength=bins)
    used = count > 0
    mean_said, mean_right = (
        index.bincount(weights=values, minlength=bins)[used] / count[used] for values in (said, right)
    )
    return Reliability(mean_said, mean_right, count[used])


def ece(probs: Tensor, target: Tensor, *, bins: int = 10, binning: str = "width") -> float:
    """Expected calibration error, 0 to 1: the mean distance between confidence and accuracy over bins.

    What it hides:

    - It is never 0 on finite data: within a bin the share that is right scatters. ``ece_floor`` says how much an honest
      model would get; compare models on the same samples with the same bins.
    - It depends on the bins: more of them, more scatter; fewer, and over- and under-confidence cancel within a bin.
    - It looks at the chosen class only, and a model that always says the commonest class with its share gets about 0.
      So report accuracy and negative log-likelihood beside it.

    Args, errors: as ``reliability``.

    Source: Naeini 2015 (AAAI, "Obtaining well calibrated probabilities using Bayesian binning"); Guo 2017,
        arXiv:1706.04599; equal mass: Nguyen & O'Connor 2015, arXiv:1508.05154.
    """
    return reliability(probs, target, bins=bins, binning=binning).error


def ece_floor(probs: Tensor, *, bins: int = 10, binning: str = "width", draws: int = 200, seed: int = 0) -> float:
    """Mean error that these probabilities would get if they were true: labels are drawn from them.

    Args:
        probs, bins, binning: as ``reliability``.
        draws: how many sets of labels are drawn, >= 1; more make the mean steadier.
        seed: of the draws.

    Raises:
        TypeError, ValueError: as ``reliability``, no rows, or ``draws`` < 1.
    """
    values = checked_rows("probs", probs)
    draws = whole("draws", draws)
    if not len(values):
        raise ValueError("probs has no rows, needs at least one")
    generator = torch.Generator().manual_seed(seed)
    labels = torch.multinomial(values, draws, replacement=True, generator=generator)  # (N, draws)
    return sum(ece(values, one, bins=bins, binning=binning) for one in labels.unbind(1)) / draws


def _bin(said: Tensor, bins: int, binning: str) -> Tensor:
    """(N,) number of each sample's bin."""
    if binning == "width":
        return (said * bins).long().clamp_max(bins - 1)
    if binning != "mass":
        raise ValueError(f"binning is {binning!r}, needs 'width' or 'mass'")
    values, level, count = said.unique(return_inverse=True, return_counts=True)
    before = count.cumsum(0) - count  # samples of lower confidence
    return (before * bins // len(said))[level]
