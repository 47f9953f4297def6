"""The hardest positive and the hardest negative of every anchor, for the triplet loss."""

import torch
from torch import Tensor

from fusion_edu.lengths import distances
from fusion_edu.losses.arguments import check_tensors, widen
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect
from fusion_edu.values import all_true, class_numbers


@full_precision
@torch.no_grad()
def batch_hard(a: Tensor, b: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """For each row of ``a``, which row of ``b`` is the farthest right answer, and which the nearest wrong one.

    ``positive, negative = batch_hard(a, b)``, then ``triplet(a, b[positive], b[negative])``. For one modality with classes
    call ``batch_hard(z, z, labels)``: a sample is its own positive only where it is alone in its class.

    Args:
        a, b: (B, D) embeddings, floating.
        labels: (B,) class numbers or bool of the rows of both; rows of one class are right answers. None: row i belongs
            to row i alone.

    Returns:
        positive, negative: (B,) int64 row numbers of ``b``, by Euclidean distance; no gradient. Of equal ones the first.

    Raises:
        TypeError: ``a`` is not floating, or labels are. ValueError: shapes or devices differ, empty batch, or a row
            without a negative.

    Source: batch-hard: Hermans 2017, arXiv:1703.07737; the hardest negative across modalities: Faghri 2018 (VSE++),
        arXiv:1707.05612.
    """
    batch = expect(a=(a, "B D"), b=(b, "B D"))["B"]
    check_tensors(a=a, b=b)
    a, b = widen(a=a, b=b)
    if labels is None:
        labels = torch.arange(batch, device=a.device)
    expect(labels=(labels, str(batch)))
    check_tensors(a=a, labels=labels)
    labels = class_numbers("labels", labels, bool_too=True)
    right = labels.unsqueeze(1) == labels  # (B, B)
    if not all_true(~right.all(1)):
        raise ValueError(f"labels has the class {labels[right.all(1)][0].item()} only, needs a negative for every row")
    distance = distances(a, b)  # exact also where rows nearly coincide
    positive = distance.masked_fill(~right, -1).argmax(1)
    negative = distance.masked_fill(right, torch.inf).argmin(1)
    return positive, negative
