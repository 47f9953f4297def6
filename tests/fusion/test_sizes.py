"""The number of weights of each fusion follows from its definition."""

import pytest

from fusion_edu import fusion


def by_formula(d, m, r, k):
    """The number of weights of each fusion, from its definition."""
    return {
        "concat + linear": m * d * k + k,
        "weighted sum": m * (d * k + k) + m,
        "gate a sample": m * (d * k + k) + k,
        "gate a unit (GMU)": m * d * k + m * d * m * k,
        "FiLM": (m - 1) * (d * k + k) + 2 * (d * k + k),
        "MLB": m * (d * r + r) + r * k + k,
        "low-rank": m * r * (1 + d) * k + k,
        "tensor": (1 + d) ** m * k + k,
    }


@pytest.mark.parametrize(("width", "modalities", "rank"), [(8, 2, 1), (128, 3, 4), (512, 4, 16)])
def test_sizes_follow_the_formulas(width, modalities, rank):
    got = fusion.parameter_counts(width=width, modalities=modalities, rank=rank, dim=64)
    assert got == by_formula(width, modalities, rank, 64)
