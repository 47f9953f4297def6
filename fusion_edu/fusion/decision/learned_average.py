"""An average whose weights are learned."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fusion_edu.fusion.decision.scores import stacked
from fusion_edu.fusion.inputs import check_name, scores_of_present, weights_of_present
from fusion_edu.values import known_true


class LearnedAverage(nn.Module):
    r"""Weighted average of M models, with weights :math:`a = \mathrm{softmax}(w)`, the same for all samples.

    Args:
        modalities: names of the models; their order is the column order of ``present``.
        of: "probabilities" gives :math:`\log \sum_m a_m p^{(m)}`, "logits" gives :math:`\sum_m a_m \log p^{(m)}`,
            normalised.

    Shape: x[m] (B, C) finite logits (of -inf the gradient is NaN); present (B, M) bool, default all; returns (B, C) log-probabilities, which a
        cross-entropy takes as logits.
    Missing: the weights of those present are scaled up to sum 1. Missing entries of x may hold anything, NaN too.

    Raises: ValueError at construction: a name twice or none, ``of`` is another word. In the call: TypeError: no dict
        of floating tensors, ``present`` not bool; ValueError: keys or shapes differ, or a row without any model.
    """

    def __init__(self, modalities: Sequence[str], *, of: str = "probabilities") -> None:
        super().__init__()
        if of not in ("probabilities", "logits"):
            raise ValueError(f"of is {of!r}, needs 'probabilities' or 'logits'")
        for name in modalities:
            check_name(name)
        if not modalities or isinstance(modalities, str) or len(set(modalities)) != len(modalities):
            raise ValueError(f"modalities is {modalities!r}, needs different names, at least one")
        self.modalities, self.of = tuple(modalities), of
        self.scores = nn.Parameter(torch.zeros(len(self.modalities)))

    def weights(self, present: Tensor | None = None) -> Tensor:
        """The weights in use: (M,), or (B, M) where ``present`` is given; each row sums to 1.

        Raises:
            TypeError: ``present`` is no bool tensor. ValueError: it is not (B, M), or a row has no modality.
        """
        return weights_of_present(self.scores, present)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        logits, _ = stacked(x, self.modalities, present, what="x")
        scores = scores_of_present(self.scores, present)
        if self.of == "probabilities":  # what follows is exact for tiny ones, too, and takes twice as long
            mean = (scores.softmax(dim=-1).unsqueeze(-1) * logits.softmax(dim=-1)).sum(dim=1)
            if mean.numel() and known_true(mean.detach().amin() > torch.finfo(mean.dtype).tiny ** 0.5):
                return mean.log()
        log_p = logits.log_softmax(dim=-1)  # (B, M, C); uniform where missing
        if self.of == "logits":
            return (scores.softmax(dim=-1).unsqueeze(-1) * log_p).sum(dim=1).log_softmax(dim=-1)
        return torch.logsumexp(scores.log_softmax(dim=-1).unsqueeze(-1) + log_p, dim=1)
