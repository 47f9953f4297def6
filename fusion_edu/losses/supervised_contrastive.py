"""Supervised contrastive loss: all samples of one class find each other."""

import torch
from torch import Tensor

from fusion_edu.lengths import unit
from fusion_edu.losses.arguments import check_number, not_empty, widen
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect
from fusion_edu.values import comparable


@full_precision
def supervised_contrastive(
    z: Tensor, labels: Tensor, *, temperature: float = 0.1, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    r"""InfoNCE with several right answers: the mean over the positives P(i) of sample i, the logarithm inside.

    .. math:: \ell_i = -\frac{1}{|P(i)|} \sum_{p \in P(i)}
        \log \frac{\exp(\cos(z_i, z_p) / \tau)}{\sum_{j \neq i} \exp(\cos(z_i, z_j) / \tau)}

    Args:
        z: (B, D) embeddings; scaled to length 1 here. Put two views of each sample one behind the other for the paper's.
        labels: (B,) class numbers or bool; samples of one class are each other's positives, whether or not two labels
            are the same object.
        temperature: tau > 0, no unit.
        weight: (B,), >= 0.
        reduction: "none" gives (B,), 0 for a sample that is alone in its class; "sum" a scalar; "mean" one over the
            samples that do have a positive. Where no sample has one, the loss is 0: there is nothing to learn.

    Raises:
        TypeError: ``z`` is not floating, or labels are. ValueError: shapes or devices differ, B < 2, temperature <= 0.

    Source: Khosla 2020, arXiv:2004.11362, eq. 2 (L_out); temperature: section 4.
    """
    check_number("temperature", temperature, 0)
    batch = expect(z=(z, "B D"), labels=(labels, "B"))["B"]
    not_empty(z=z, labels=labels)
    (z,) = widen(z=z)
    if labels.is_floating_point() or labels.is_complex():
        raise TypeError(f"labels has dtype {labels.dtype}, needs integers or bool")
    if batch < 2:
        raise ValueError(f"z has {batch} row, needs >= 2: the other rows are positives and negatives")
    z = unit(z)
    self_ = torch.eye(batch, dtype=torch.bool, device=z.device)
    logits = (z @ z.T / temperature).masked_fill(self_, -torch.inf)  # (B, B)
    labels = comparable(labels)
    positive = (labels.unsqueeze(1) == labels) & ~self_
    count = positive.sum(1)
    surprise = logits.logsumexp(1, keepdim=True) - logits.masked_fill(self_, 0)
    values = torch.where(positive, surprise, 0).sum(1) / count.clamp_min(1)
    paired = reduce_loss((count > 0).to(z.dtype), "sum", weight)
    if reduction == "mean" and weight is None:
        return values.sum() / paired.clamp_min(1)
    paired = torch.where((count > 0).any(), paired, 1)  # where no sample has a positive, 0 is divided by 1
    return reduce_loss(values, reduction, weight, count=paired)
