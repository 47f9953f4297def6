"""Steps against one modality running ahead of the others: OGM-GE between backward and step, gradient blending before."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from fusion_edu.shapes import expect
from fusion_edu.values import all_true, class_numbers


@torch.no_grad()
def ogm_coefficients(logits: Mapping[str, Tensor], target: Tensor, *, alpha: float) -> dict[str, float]:
    r"""By what to multiply the gradient of each branch: 1, or less where it says more about the label than the others do.

    .. math:: s_m = \sum_i p^{(m)}_{i, y_i}, \quad \rho_m = \frac{s_m}{\text{mean of the other } s}, \quad
        k_m = 1 - \tanh(\alpha \rho_m) \text{ where } \rho_m > 1, \text{ else } 1

    With two modalities this is the formula of the paper. For more the paper has none; here a branch is compared with the mean of
    the others, so that several may be slowed.

    Args:
        logits: modality -> (B, C), what each branch says by itself; at least two modalities.
        target: (B,) class numbers.
        alpha: strength, > 0; the paper takes 0.1 to 0.8.

    Returns:
        modality -> coefficient in [0, 1]: 0 where the others give the label a probability that rounds to 0. At rho = 1 it falls from 1 to 1 - tanh(alpha) at once.

    Raises:
        TypeError: labels that are no integers. ValueError: fewer than two modalities, shapes that differ, a target
            outside 0..C-1, alpha <= 0.

    Source: Peng et al. 2022, arXiv:2203.15332, equations 8 to 10.
    """
    if len(logits) < 2:
        raise ValueError(f"logits has {len(logits)} modalities, needs at least 2: nobody can be ahead alone")
    if not 0 < alpha < math.inf:
        raise ValueError(f"alpha is {alpha}, needs > 0 and finite")
    named = {f"logits[{m!r}]": (s, "B C") for m, s in logits.items()}
    expect(**named, target=(target, "B"))
    rows = class_numbers("target", target).unsqueeze(1)
    for m, s in logits.items():
        if not all_true((rows >= 0) & (rows < s.shape[1])):
            raise ValueError(
                f"target holds {target.min()}..{target.max()}, needs 0..{s.shape[1] - 1} as logits[{m!r}] has"
            )
    says = {m: s.double().softmax(1).gather(1, rows).sum().item() for m, s in logits.items()}
    total = sum(says.values())
    found = {}
    for m, own in says.items():
        others = (total - own) / (len(says) - 1)
        ratio = own / others if others > 0 else (math.inf if own > 0 else 1.0)  # two hopeless ones: neither is ahead
        found[m] = 1 - math.tanh(alpha * ratio) if ratio > 1 else 1.0
    return found


@torch.no_grad()
def modulate(
    module: nn.Module, coefficient: float, *, noise: float = 0.0, generator: torch.Generator | None = None
) -> None:
    """Multiply the gradients of a branch, and add noise of their own size: call it between ``backward`` and ``step``.

    Mind the optimizer: Adam divides a gradient by its usual size, so that a coefficient that stays the same changes nothing;
    the paper uses SGD.

    Args:
        module: the encoder of one modality; parameters without a gradient stay as they are.
        coefficient: k of ``ogm_coefficients``, >= 0.
        noise: standard deviation of the noise, in standard deviations of the gradient before it was multiplied; 0 is OGM, 1
            is OGM-GE as the released code has it (there only for convolutions).
        generator: of the noise.

    Raises: ValueError: coefficient or noise < 0 or not finite.
    """
    for name, value in {"coefficient": coefficient, "noise": noise}.items():
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}, needs >= 0 and finite")
    for p in module.parameters():
        if p.grad is None:
            continue
        spread = p.grad.std(correction=0)
        p.grad.mul_(coefficient)
        if noise:
            drawn = torch.randn(p.grad.shape, generator=generator, device=p.grad.device, dtype=p.grad.dtype)
            p.grad.add_(noise * spread * drawn)


def blending_weights(
    before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    r"""Gradient blending: weights of several losses from how each of them learns and overfits between two checkpoints.

    .. math:: w_k \propto \frac{G_k}{O_k^2}, \quad G = V_0 - V_1, \quad O = (V_1 - T_1) - (V_0 - T_0)

    A head whose validation loss V rose has weight 0. The gain is of the validation loss: who divides the loss itself by the
    squared gap, as MultiBench's code does by default, favours the head that is still bad.

    Args:
        before, after: head -> (training loss T, validation loss V) at an early and a late checkpoint; the same heads, each
            trained with its own loss alone. The validation rows are held out from training, and nobody is scored on them.

    Returns:
        head -> weight; they sum to 1. Squared gaps below 1e-12 count as 1e-12: a head that does not overfit at all gets
        nearly everything.

    Raises:
        ValueError: other heads, numbers that are not finite, or no head whose validation loss fell.

    Source: Wang, Tran, Feiszli 2020, arXiv:1905.12681, proposition 1 (offline).
    """
    if not before or set(before) != set(after):
        raise ValueError(f"after has {sorted(after)}, needs the heads of before, {sorted(before)}, at least one")
    raw = {}
    for head, (train0, valid0) in before.items():
        train1, valid1 = after[head]
        if not all(map(math.isfinite, (train0, valid0, train1, valid1))):
            raise ValueError(
                f"before and after hold {(train0, valid0, train1, valid1)} for {head!r}, need finite losses"
            )
        overfit = (valid1 - train1) - (valid0 - train0)
        raw[head] = max(valid0 - valid1, 0.0) / max(overfit**2, 1e-12)
    total = sum(raw.values())
    if not total > 0:
        raise ValueError(
            "after has no head whose validation loss is below that of before, needs one that learned something"
        )
    return {head: value / total for head, value in raw.items()}
