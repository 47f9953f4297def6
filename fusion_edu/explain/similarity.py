"""How alike are two maps?"""

import scipy
import torch
from torch import Tensor


def rank_correlation(a: Tensor, b: Tensor) -> Tensor:
    """Spearman's correlation of two maps, one a sample: 1 the same order of places, 0 no relation.

    Args:
        a, b: (B, ...) of one shape; equal values share their mean rank.

    Returns:
        (B,) float64 on the CPU; nan where a map is constant.

    Raises:
        ValueError: shapes differ, fewer than two places, or a NaN.
    """
    if a.shape != b.shape or a.ndim < 2 or a.shape[1:].numel() < 2:
        raise ValueError(f"b has shape {tuple(b.shape)}, needs that of a, {tuple(a.shape)}, with at least two places")
    for name, values in (("a", a), ("b", b)):
        if values.isnan().any():
            raise ValueError(f"{name} holds nan, needs numbers that can be ordered")
    if not len(a):
        return torch.zeros(0, dtype=torch.float64)
    ranks = [
        torch.from_numpy(scipy.stats.rankdata(v.detach().flatten(1).double().cpu().numpy(), axis=1)) for v in (a, b)
    ]
    first, second = (r - r.mean(1, keepdim=True) for r in ranks)
    return (first * second).sum(1) / (first.norm(dim=1) * second.norm(dim=1))
