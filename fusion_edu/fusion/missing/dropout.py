"""Modality dropout: hide whole modalities while training, so that no model can lean on one of them alone."""

from typing import Any

import torch
from torch import Tensor, nn

from fusion_edu.data.absent import never_all
from fusion_edu.fusion.inputs import check_some, fusion_dims, in_order


def drop_modalities(present: Tensor, p: float, *, generator: torch.Generator | None = None) -> Tensor:
    """Hide each modality of each sample with probability ``p``, but never the last one of a sample.

    Args:
        present: (B, M) bool, what is there; what is missing stays missing.
        p: probability, 0 to 1. With 1 each sample keeps one modality, any of those it has.
        generator: of the draws, on the device of ``present``; default PyTorch's own.

    Returns:
        (B, M) bool. A sample that would have lost everything keeps one of its modalities, all of them equally likely.

    Raises:
        TypeError: ``present`` is no bool tensor. ValueError: its shape, a row without any modality, or ``p`` out of range.

    Source: Neverova, Wolf, Taylor and Nebout, "ModDrop", IEEE TPAMI 2016, arXiv:1501.00102.
    """
    _check_p(p)
    check_some(present)
    u = torch.rand(present.shape, generator=generator, device=present.device)
    return never_all(u, p, present)


class ModalityDropout(nn.Module):
    """A fusion layer that hides whole modalities from the layer inside while it trains; in ``eval`` it hides nothing.

    The layer inside sees ``present`` with fewer modalities, and does with the hidden ones what it does with missing ones.
    Nothing is rescaled: a modality that is there looks as it will look later. (``nn.Dropout`` divides by 1 - p.)

    Args:
        layer: a layer of ``fusion_edu.fusion`` with ``dims``.
        p: probability that a modality of a sample is hidden, 0 to 1; no sample loses all.

    Shape: as ``layer``, which also says what missing entries may hold.

    Raises: at construction TypeError: no fusion layer; ValueError: ``p`` out of range. In the call: as ``layer``.

    Source: Neverova, Wolf, Taylor and Nebout, "ModDrop", IEEE TPAMI 2016, arXiv:1501.00102.
    """

    def __init__(self, layer: nn.Module, p: float) -> None:
        super().__init__()
        _check_p(p)
        self.dims, self.p, self.layer = fusion_dims(layer), p, layer
        self.dim: Any = getattr(layer, "dim", None)

    def forward(
        self, x: dict[str, Tensor], present: Tensor | None = None, masks: dict[str, Tensor] | None = None
    ) -> Tensor:
        if self.training and self.p > 0:
            first = in_order(x, self.dims)[0]
            if present is None:
                present = torch.ones(len(first), len(self.dims), dtype=torch.bool, device=first.device)
            present = drop_modalities(present, self.p)
        return self.layer(x, present) if masks is None else self.layer(x, present, masks)

    def extra_repr(self) -> str:
        return f"p={self.p}"


def _check_p(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p is {p}, needs a probability, 0 to 1")
