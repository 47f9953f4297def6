"""Load balance: the term that keeps all experts of a mixture at work."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_tensors, widen
from fusion_edu.losses.classes import check_distribution
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect
from fusion_edu.values import whole


@full_precision
def load_balance(probs: Tensor, *, top: int = 1) -> Tensor:
    r"""How unevenly a gate spreads the rows of a batch over its experts: about 1 where evenly, up to E where one has all.

    .. math:: L = E \sum_{e=1}^{E} f_e P_e

    :math:`f_e` is the share of the places (B times ``top``) that expert e gets, :math:`P_e` the mean probability that the gate gives
    it. The shares are counts and have no gradient; it flows through :math:`P_e`, and lowers the experts that have many rows.

    Args:
        probs: (B, E) probabilities of the gate, rows that sum to 1; of equals the first expert is chosen.
        top: experts that each row goes to, 1 .. E.

    Returns:
        A scalar: the term of the batch. Multiply it by a small price before adding it to the loss.

    Raises:
        TypeError: ``probs`` is not floating. ValueError: not (B, E), empty, no probabilities, or ``top`` out of range.

    Source: Fedus, Zoph, Shazeer 2021 (Switch Transformer), arXiv:2101.03961, equations 4 to 6, where ``top`` is 1.
    """
    experts = expect(probs=(probs, "B E"))["E"]
    check_tensors(probs=probs)
    if whole("top", top) > experts:
        raise ValueError(f"top is {top}, needs 1 to {experts}, the experts of probs")
    (probs,) = widen(probs=probs)
    check_distribution("probs", probs)
    order = probs.detach().sort(dim=1, descending=True, stable=True).indices[:, :top]  # (B, top)
    share = torch.zeros_like(probs).scatter(1, order, 1.0).mean(0) / top  # (E,)
    return experts * (share * probs.mean(0)).sum()
