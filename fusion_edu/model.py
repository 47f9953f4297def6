"""Whole models: an encoder for each modality, then a fusion of features or of decisions."""

from collections.abc import Callable

from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_name, check_present, fill_missing, in_order, widths
from fusion_edu.values import readable

__all__ = ["DecisionModel", "FusionModel"]


class FusionModel(nn.Module):
    """Encoders, a feature fusion, and a head.

    Args:
        encoders: for each modality, raw (B, ...) -> (B, D_m).
        fusion: a layer of ``fusion_edu.fusion``; its ``dims`` names the same modalities and gives their D_m.
        head: fused (B, D) -> prediction, e.g. ``nn.Linear(D, C)``.

    Shape: x[m] (B, ...) as encoder m takes it; present (B, M) bool in the order of ``fusion.dims``, default all.
    Missing: those rows never reach the encoder; no NaN of theirs gets into a gradient, nor into batch statistics. (Under
        ``torch.compile`` zeros are encoded in their place; an encoder that takes batch statistics breaks the graph.)

    Raises: ValueError at construction: encoders and ``fusion.dims`` name different modalities. In the call: as
        ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(self, encoders: dict[str, nn.Module], fusion: nn.Module, head: nn.Module) -> None:
        super().__init__()
        dims = widths(fusion)
        in_order(encoders, dims, "encoders")
        self.encoders = nn.ModuleDict({m: encoders[m] for m in dims})
        self.fusion, self.head = fusion, head

    def encode(self, x: dict[str, Tensor], present: Tensor | None = None) -> dict[str, Tensor]:
        """Features (B, D_m) of each modality, 0 where missing."""
        return _run(self.encoders, x, present, widths(self.fusion))

    def fuse(self, features: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """Prediction from the features that ``encode`` gave."""
        return self.head(self.fusion(features, present))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        return self.fuse(self.encode(x, present), present)


class DecisionModel(nn.Module):
    """One model for each modality, and a rule that combines what they say.

    Args:
        experts: for each modality, raw (B, ...) -> (B, C) logits; its order is the column order of ``present``.
        combine: ``combine(logits, present=present)`` -> (B, C), e.g. ``average_logits`` or a ``LearnedAverage``.

    Shape and missing rows: as in ``FusionModel``.
    """

    def __init__(self, experts: dict[str, nn.Module], combine: Callable[..., Tensor]) -> None:
        super().__init__()
        for m in experts:
            check_name(m)
        self.experts, self.combine = nn.ModuleDict(experts), combine

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        return self.combine(_run(self.experts, x, present), present=present)


def _run(
    modules: nn.ModuleDict, x: dict[str, Tensor], present: Tensor | None, dims: dict[str, int] | None = None
) -> dict[str, Tensor]:
    """Every module on the rows that have its modality, 0 in the other rows.

    ``dims`` are needed where no row has a modality; default the width of another.
    """
    inputs = in_order(x, modules)
    # batch statistics break a graph of torch.compile here: else zeros would enter them
    if present is None or not len(present) or present.is_meta or not (_averages(modules) or readable(present)):
        parts = zip(modules.items(), fill_missing(inputs, present), strict=True)
        return {m: module(part) for (m, module), part in parts}
    check_present(present, modules, inputs[0])
    outputs = {}
    for (m, module), part, here in zip(modules.items(), inputs, present.unbind(1), strict=True):
        rows = here.nonzero().squeeze(1)
        if len(rows):
            seen = module(part[rows])
            outputs[m] = seen.new_zeros(len(here), *seen.shape[1:]).index_copy(0, rows, seen)
    like = next(iter(outputs.values()))
    for m in modules:
        if m not in outputs:
            outputs[m] = like.new_zeros(len(like), like.shape[1] if dims is None else dims[m])
    return {m: outputs[m] for m in modules}  # in the order of present's columns


def _averages(modules: nn.Module) -> bool:
    """Whether a part takes statistics of the batch, so that a row too many would change the other rows."""
    return any(isinstance(part, nn.modules.batchnorm._BatchNorm) and part.training for part in modules.modules())
