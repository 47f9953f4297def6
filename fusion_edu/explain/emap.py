"""EMAP: what remains of a model's predictions when its interactions are taken away."""

from collections.abc import Callable

import torch
from torch import Tensor

from fusion_edu.explain.calls import quiet
from fusion_edu.values import whole

MOST_CALLS = 20_000_000  # combinations of rows; beyond it the answer would take hours
Model = Callable[[dict[str, Tensor]], Tensor]


def emap(model: Model, x: dict[str, Tensor], *, chunk: int = 4096) -> Tensor:
    r"""The best sum of one function a modality, for these N samples: the empirical multimodally-additive projection.

    .. math:: \hat f(x_i) = \sum_m \mathop{\mathrm{mean}}_{j: j_m = i} f(x_{j_1}^{(1)}, \dots, x_{j_M}^{(M)}) - (M - 1) \bar f

    The model sees every combination of the modalities of different samples, N**M of them. As accurate as the model
    itself: it did not need interactions. Clearly worse: it used them.

    Args:
        model: ``model(x)`` -> (B, ...) logits (project those, then take the class), row by row: evaluated without
            gradients, a Module in eval mode. Give ``FusionModel.fuse`` and encoded features to encode only once.
        x: for each of M >= 2 modalities (N, ...).
        chunk: combinations in one call of the model; bounds the memory.

    Returns:
        (N, ...) float64 if the model gives that, else float32.

    Raises:
        ValueError: fewer than two modalities, lengths differ, no samples, ``chunk`` < 1, more than 20 million
            combinations, or a model that does not give one row a combination.

    Source: Hessel & Lee 2020, arXiv:2010.06572.
    """
    n, count = _check(x, chunk)
    with torch.no_grad(), quiet(model):
        return _project(model, x, n, count, chunk)


def _project(model: Model, x: dict[str, Tensor], n: int, count: int, chunk: int) -> Tensor:
    device = next(iter(x.values())).device
    sums: Tensor | None = None  # (M, N, ...): of all predictions in which sample n gives modality m
    for start in range(0, count, chunk):
        flat = torch.arange(start, min(start + chunk, count), device=device)
        rows = torch.unravel_index(flat, (n,) * len(x))
        out = model({m: values[r] for (m, values), r in zip(x.items(), rows, strict=True)})
        if not isinstance(out, Tensor) or out.ndim == 0 or len(out) != len(flat):
            raise ValueError(f"model gave {getattr(out, 'shape', out)}, needs one row for each of {len(flat)}")
        if sums is None:
            sums, dtype = out.new_zeros(len(x), n, *out.shape[1:], dtype=torch.float64), out.dtype
        for one, r in zip(sums, rows, strict=True):
            one.index_add_(0, r, out.double())
    assert sums is not None  # _check: there is at least one combination
    means = sums / (count // n)
    additive = means.sum(dim=0) - (len(x) - 1) * means[0].mean(dim=0)
    return additive.to(torch.promote_types(dtype, torch.float32))


def _check(x: dict[str, Tensor], chunk: int) -> tuple[int, int]:
    """N, and the number of combinations."""
    if len(x) < 2:
        raise ValueError(f"x has {len(x)} modalities, needs at least 2: one has no interactions")
    whole("chunk", chunk)
    first, *others = x.items()
    n = len(first[1])
    for m, values in others:
        if len(values) != n:
            raise ValueError(f"x[{m!r}] has {len(values)} rows, needs {n} as {first[0]!r} has")
    count = n ** len(x)
    if not 0 < count <= MOST_CALLS:
        most = int(MOST_CALLS ** (1 / len(x)))
        raise ValueError(f"x has {n} rows, needs 1 to {most}: {len(x)} modalities make {n}**{len(x)} combinations")
    return n, count
