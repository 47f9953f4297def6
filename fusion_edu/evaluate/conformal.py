"""Conformal prediction: sets of classes that hold the true one as often as promised, however bad the model."""

import math

import torch
from torch import Tensor

from fusion_edu.evaluate.probabilities import checked, checked_rows
from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers


def conformal_sets(
    cal_probs: Tensor, cal_target: Tensor, test_probs: Tensor, *, alpha: float = 0.1, score: str = "lac", seed: int = 0
) -> Tensor:
    """Sets that hold the true class with probability between 1 - alpha and 1 - alpha + 1/(n + 1).

    A class is in the set where its score is at most the k-th smallest score of the true classes of the n calibration
    rows, k = ceil((n + 1)(1 - alpha)). The promise holds on average over calibration and test draws, not for each class
    or group, and only where both come from the same distribution; the upper bound needs scores without ties.

    Args:
        cal_probs, cal_target: (n, C) and (n,) rows that were NOT trained on.
        test_probs: (M, C).
        alpha: share of misses allowed, between 0 and 1.
        score: "lac", 1 - p: the smallest sets on average, empty where no class is likely; "aps", the probability of all
            classes likelier than this one plus a random share of its own: larger sets where the model is unsure.
        seed: of the random shares of "aps".

    Returns:
        (M, C) bool; all classes where n is too small for the promise (n < 1/alpha - 1).

    Raises: TypeError, ValueError: as ``checked``; other classes in test_probs; alpha or score out of range.

    Source: Vovk 2005; LAC: Sadinle 2019, arXiv:1609.00451; APS: Romano 2020, arXiv:2006.02544; an introduction:
        Angelopoulos & Bates 2021, arXiv:2107.07511.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}, needs a share between 0 and 1, e.g. 0.1")
    probs, target = checked("cal_probs", cal_probs, cal_target)
    test = checked_rows("test_probs", test_probs)
    if test.shape[1] != probs.shape[1]:
        raise ValueError(f"test_probs has {test.shape[1]} classes, needs {probs.shape[1]} as cal_probs has")
    if score == "lac":
        scores, offered = 1 - probs, 1 - test
    elif score == "aps":
        generator = torch.Generator().manual_seed(seed)
        scores, offered = (_mass_above(p, generator) for p in (probs, test))
    else:
        raise ValueError(f"score is {score!r}, needs 'lac' or 'aps'")
    true = scores.gather(1, target.unsqueeze(1)).squeeze(1).sort().values
    k = math.ceil((len(true) + 1) * (1 - alpha) - 1e-9)  # 0.9 * 10 must not become 10
    limit = true[k - 1] if k <= len(true) else math.inf
    return (offered <= limit).to(test_probs.device)


def coverage(sets: Tensor, target: Tensor) -> float:
    """Share of rows whose set (M, C) holds the true class (M,).

    Raises:
        TypeError: sets that are not bool, or a target that is not whole. ValueError: shapes that do not fit, no rows, or a
            class outside 0..C-1.
    """
    if not expect(sets=(sets, "M C"), target=(target, "M"))["M"]:
        raise ValueError("sets has no rows, needs at least one")
    if sets.dtype != torch.bool:
        raise TypeError(f"sets has dtype {sets.dtype}, needs bool: True where the class is in the set")
    classes = class_numbers("target", target).to(sets.device)
    if classes.min() < 0 or classes.max() >= sets.shape[1]:
        raise ValueError(f"target holds {classes.min()}..{classes.max()}, needs 0..{sets.shape[1] - 1} as sets has")
    return sets.gather(1, classes.unsqueeze(1)).double().mean().item()


def _mass_above(probs: Tensor, generator: torch.Generator) -> Tensor:
    """(N, C) probability of the classes before each one, likeliest first, plus a random share of its own."""
    ordered, order = probs.sort(dim=1, descending=True, stable=True)
    share = torch.rand(len(probs), 1, generator=generator, dtype=probs.dtype)
    mass = ordered.cumsum(1) - ordered * (1 - share)
    return torch.empty_like(mass).scatter_(1, order, mass)
