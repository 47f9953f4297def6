"""Controls: the same model with a modality of other samples, with a coalition of its modalities, or with shuffled weights."""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn

from fusion_edu.explain.calls import Model, copied, floats, pieces, quiet
from fusion_edu.values import whole

Score = Callable[[Tensor], float]
M = TypeVar("M", bound=nn.Module)


def of_others(rows: int, generator: torch.Generator | None = None) -> Tensor:
    """(N,) row numbers in which nobody keeps its own: one random ring through all rows. On the CPU.

    Args:
        rows: N >= 2, or 0.
        generator: of the ring; default PyTorch's own.

    Raises:
        ValueError: one row only.
    """
    if rows == 1:
        raise ValueError("rows is 1, needs at least 2: there is no other sample")
    order = torch.randperm(rows, generator=generator)
    return torch.empty_like(order).scatter_(0, order, order.roll(1))


@torch.no_grad()
def shuffled_control(
    model: Model, x: dict[str, Tensor], score: Score, *, draws: int = 5, seed: int = 0
) -> dict[str, float]:
    """The score as it is, and with each modality in turn taken from other samples: what the model does not use, costs nothing.

    Each modality keeps its distribution; only who goes with whom is broken. A fall says that the model uses the modality,
    not that a model without it would be worse: that one has to be trained.

    Args:
        model: ``model(x)`` -> (N, ...), row by row; a Module is called in eval mode, without gradients.
        x: for each modality (N, ...), N >= 2.
        score: ``score(prediction)`` -> a number, e.g. ``lambda s: evaluate.accuracy(s, y)``.
        draws: shuffles over which the score is averaged, >= 1. seed: of the shuffles.

    Returns:
        {"as it is": ..., name of each modality: score with that one from other samples}.

    Raises:
        ValueError: one sample only, lengths that differ, a modality called "as it is", or ``draws`` < 1.

    Source: Breiman 2001, doi:10.1023/A:1010933404324 (permutation importance).
    """
    whole("draws", draws)
    rows = len(next(iter(pieces(x).values())))
    if "as it is" in x:
        raise ValueError("x has a modality 'as it is', needs another name: it is that of the unshuffled score")
    generator = torch.Generator().manual_seed(seed)
    found = {}
    with quiet(model):
        found["as it is"] = float(score(model(copied(x))))
        for name, values in x.items():
            mixed = [of_others(rows, generator).to(values.device) for _ in range(draws)]
            found[name] = sum(float(score(model(copied(x | {name: values[order]})))) for order in mixed) / draws
    return found


def coalitions(
    model: Model,
    x: dict[str, Tensor],
    score: Score,
    *,
    absent: str = "shuffled",
    nothing: float | None = None,
    seed: int = 0,
) -> Callable[[frozenset[str]], float]:
    """v(S) for :func:`fusion_edu.explain.shapley`: the model's score with the modalities of S.

    Args:
        model, x, score: as in :func:`shuffled_control`.
        absent: what stands for the others: "shuffled" takes each from other samples, by a ring of its own; "missing" tells the model,
            ``model(x, present)`` with columns in the order of ``x``; "mean" puts the mean over the samples.
        nothing: v of the empty set, e.g. the share of the largest class. Needed for "missing"; default what the
            model scores with all modalities shuffled, or at their means.
        seed: of the shuffles.

    Raises:
        TypeError: numbers of words, say, for "mean". ValueError: another ``absent``, "missing" without ``nothing``, or a set
            with names that ``x`` lacks.
    """
    if absent not in ("shuffled", "missing", "mean"):
        raise ValueError(f"absent is {absent!r}, needs 'shuffled', 'missing' or 'mean'")
    if absent == "missing" and nothing is None:
        raise ValueError("nothing is None, needs the score without any modality: no fusion can be asked for it")
    rows = len(next(iter((floats(x) if absent == "mean" else pieces(x)).values())))
    generator = torch.Generator().manual_seed(seed)
    orders = {m: of_others(rows, generator).to(v.device) for m, v in x.items()} if absent == "shuffled" else {}

    @torch.no_grad()
    def value(group: frozenset[str]) -> float:
        if not group <= x.keys():
            raise ValueError(f"the coalition has {sorted(group - x.keys())}, needs names of x: {sorted(x)}")
        if not group and nothing is not None:
            return nothing
        with quiet(model):
            if absent == "missing":
                here = torch.tensor([m in group for m in x], device=next(iter(x.values())).device)
                return float(score(model(copied(x), here.expand(rows, -1))))
            return float(
                score(model(copied({m: v if m in group else _stand_in(v, orders.get(m)) for m, v in x.items()})))
            )

    return value


def _stand_in(values: Tensor, order: Tensor | None) -> Tensor:
    return values.mean(0, keepdim=True).expand_as(values) if order is None else values[order]


def randomised(model: M, *, seed: int = 0) -> M:
    """A copy whose weights are shuffled within each parameter: same architecture, same sizes of weights, nothing learned.

    An explanation that looks the same for it does not explain what was learned. Buffers (batch statistics) stay.

    Args:
        model: is left as it is.
        seed: of the shuffling.

    Source: Adebayo et al. 2018, arXiv:1810.03292.
    """
    twin, generator = copy.deepcopy(model), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in twin.parameters():
            order = torch.randperm(weights.numel(), generator=generator).to(weights.device)
            weights.copy_(weights.flatten()[order].view_as(weights))
    return twin
