"""Supervised contrastive loss: all samples of one class find each other."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion_edu.lengths import unit
from fusion_edu.losses.arguments import check_number, check_tensors, inverse_like, widen
from fusion_edu.losses.bands import NATS, RowRule
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.table import few, table_losses, weights_of
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers


@full_precision
def supervised_contrastive(
    z: Tensor,
    labels: Tensor,
    *,
    temperature: float = 0.1,
    chunk: int | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""InfoNCE with several right answers: the mean over the positives P(i) of sample i, the logarithm inside.

    .. math:: \ell_i = -\frac{1}{|P(i)|} \sum_{p \in P(i)}
        \log \frac{\exp(\cos(z_i, z_p) / \tau)}{\sum_{j \neq i} \exp(\cos(z_i, z_j) / \tau)}

    Args:
        z: (B, D) embeddings; scaled to length 1 here. Put two views of each sample one behind the other for the paper's.
        labels: (B,) class numbers or bool; samples of one class are each other's positives, whether or not two labels
            are the same object.
        temperature: tau > 0, no unit.
        chunk: rows of the (B, B) table in memory at a time; None chooses by size. The result is the same to rounding.
        weight: (B,), >= 0.
        reduction: "none" gives (B,), 0 for a sample that is alone in its class; "sum" a scalar; "mean" one over the
            samples that do have a positive. Where no sample has one, the loss is 0: there is nothing to learn.

    Raises:
        TypeError: ``z`` is not floating, or labels are. ValueError: shapes or devices differ, B < 2, temperature <= 0.

    Source: Khosla 2020, arXiv:2004.11362, eq. 2 (L_out); temperature: section 4.
    """
    check_number("temperature", temperature, 0)
    batch = expect(z=(z, "B D"), labels=(labels, "B"))["B"]
    check_tensors(z=z, labels=labels)
    (z,) = widen(z=z)
    labels = class_numbers("labels", labels, bool_too=True)
    if batch < 2:
        raise ValueError(f"z has {batch} row, needs >= 2: the other rows are positives and negatives")
    z = unit(z)
    scale = inverse_like("temperature", temperature, z)
    dense = few(z, chunk)
    if dense:
        positive = (labels.unsqueeze(1) == labels).fill_diagonal_(False).to(z.dtype)
        count = positive.sum(1)
    else:
        others, count = _positives(z, labels)
    found = count > 0
    paired = torch.where(found.any(), reduce_loss(found.to(z.dtype), "sum", weight), 1)  # if none is, 0 is divided by 1
    share = 1 / count.clamp_min(1)
    if dense:
        logits = (z / temperature @ z.T).fill_diagonal_(torch.finfo(z.dtype).min / 2)  # times 0 it is 0, -inf is not
        values = cross_entropy(logits, positive, reduction="none") * share
    else:
        expected = weights_of(reduction, weight, z, chunk, paired)
        expected = None if expected is None else torch.where(found, expected, 0)
        any_other = table_losses(Others, z, z, scale, chunk=chunk, expected=expected)
        values = any_other - torch.linalg.vecdot(z, others) / temperature * share
    return reduce_loss(torch.where(found, values, 0), reduction, weight, count=paired)


def _positives(z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The sum of the other rows of the class of each row, (B, D), and how many they are, (B,)."""
    _, group, size = labels.unique(return_inverse=True, return_counts=True)
    sums = z.new_zeros(len(size), z.shape[1]).index_add(0, group, z)
    return sums[group] - z, (size[group] - 1).to(z.dtype)


class Others(RowRule):
    """``log sum_j exp(s cos(z_i, z_j))`` over all j but i."""

    @staticmethod
    def plain(a: Tensor, b: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        own = torch.eye(len(a), dtype=torch.bool, device=a.device)
        return (scale * (a @ b.T)).masked_fill(own, -torch.inf).logsumexp(1)

    @staticmethod
    def band(logits: Tensor, first: int, bias: Tensor) -> tuple[Tensor, Tensor]:
        logits.diagonal(first).fill_(-torch.inf)
        top = logits.amax(1, keepdim=True)
        total = logits.sub_(top).exp2_().sum(1)
        return (total.log2() + top.squeeze(1)) * NATS, 1 / total
