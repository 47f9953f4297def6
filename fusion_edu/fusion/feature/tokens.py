"""Sequences of tokens: what the attention layers ask of them, and how they are averaged. A vector is one token."""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.inputs import check_floating, check_present, in_order, widths
from fusion_edu.precision import check_dtype
from fusion_edu.values import all_true

Masks = dict[str, Tensor]


def token_features(
    x: dict[str, Tensor], layer: nn.Module, present: Tensor | None, masks: Masks | None
) -> tuple[list[Tensor], list[Tensor] | None]:
    """Checked tokens of each modality, in the order of ``layer.dims``, 0 where missing or padding, and which of them are real.

    Args:
        x: modality -> (B, T_m, D_m) tokens, or (B, D_m), which is one token.
        present: (B, M) bool, default all.
        masks: modality -> (B, T_m) bool, True where a token is real; modalities left out have no padding.

    Returns:
        M tensors (B, T_m, D_m), and M masks (B, T_m), or None where all tokens are real.

    Raises:
        TypeError, ValueError: as ``fusion_edu.fusion.inputs.features``; masks of other modalities, dtype, shape or
            device; a row whose modalities have no token.
    """
    dims = widths(layer)
    values = in_order(x, dims)
    given = {f"x[{m!r}]": v for m, v in zip(dims, values, strict=True)}
    check_floating({f"x[{m!r}]": (v, _pattern(m, d, v)) for (m, d), v in zip(dims.items(), values, strict=True)})
    for name, v in given.items():
        check_dtype(name, v, layer)
    values = [v.unsqueeze(1) if v.ndim == 2 else v for v in values]
    if present is not None:
        check_present(present, dims, values[0])
    if masks is not None:
        _check_masks(masks, dict(zip(dims, values, strict=True)))
    if present is None and not masks and all(v.shape[1] for v in values):
        return values, None
    real = [v.new_ones(v.shape[:2], dtype=torch.bool) for v in values] if masks is None else [
        masks.get(m, v.new_ones(v.shape[:2], dtype=torch.bool)) for m, v in zip(dims, values, strict=True)
    ]  # fmt: skip
    if present is not None:
        real = [mask & here.unsqueeze(1) for mask, here in zip(real, present.unbind(1), strict=True)]
    some = torch.cat(real, dim=1).any(dim=1)
    if not all_true(some):
        row = int((~some).nonzero()[0])
        raise ValueError(f"masks leave no token in row {row}, needs at least one: there is nothing to fuse")
    return [v.masked_fill(~mask.unsqueeze(2), 0.0) for v, mask in zip(values, real, strict=True)], real


def mean_of_present(vectors: list[Tensor], masks: list[Tensor] | None) -> Tensor:
    """Mean over the modalities that have a token, of M tensors (B, ...)."""
    stacked = torch.stack(vectors, dim=1)  # (B, M, ...)
    if masks is None:
        return stacked.mean(1)
    here = torch.stack([mask.any(1) for mask in masks], dim=1)  # (B, M)
    mean = masked_mean(stacked.flatten(2), here)
    return mean.view(stacked[:, 0].shape)


def _pattern(name: str, width: int, values: Tensor) -> str:
    return f"B T_{name} {width}" if isinstance(values, Tensor) and values.ndim == 3 else f"B {width}"


def _check_masks(masks: Masks, tokens: dict[str, Tensor]) -> None:
    if not isinstance(masks, dict):
        raise TypeError(f"masks is a {type(masks).__name__}, needs a dict: modality -> (B, T) bool")
    for m, mask in masks.items():
        if m not in tokens:
            raise ValueError(f"masks has {m!r}, needs modalities out of {', '.join(tokens)}")
        if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
            dtype = getattr(mask, "dtype", type(mask).__name__)
            raise TypeError(f"masks[{m!r}] has dtype {dtype}, needs bool: True where a token is real")
        if mask.shape != tokens[m].shape[:2]:
            raise ValueError(f"masks[{m!r}] has shape {tuple(mask.shape)}, needs {tuple(tokens[m].shape[:2])}, (B, T)")
        if mask.device != tokens[m].device:
            raise ValueError(f"masks[{m!r}] is on {mask.device}, needs {tokens[m].device}, the device of x")
