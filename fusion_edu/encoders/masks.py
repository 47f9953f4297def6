"""Sequences of unequal length in one tensor: zeros behind the end, and how to keep them out of the result."""

import torch
from torch import Tensor

from fusion_edu.values import all_true, comparable


def token_lengths(ids: Tensor) -> Tensor:
    """(B,) number of tokens in each row of ``ids`` (B, T), where 0 is padding.

    Raises:
        TypeError: ids are not whole numbers.
        ValueError: padding stands before a token; then the last token would not be where the length says.
    """
    if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
        raise TypeError(f"ids has dtype {ids.dtype}, needs whole numbers: an embedding looks rows up")
    used = comparable(ids) != 0
    check_padding(used, "ids has padding (0) before a token")
    return used.sum(1)


def check_padding(used: Tensor, what: str) -> None:
    """Refuse a mask (B, T) that is false before it is true; ``what`` begins the sentence."""
    if not all_true(~used[:, 1:] | used[:, :-1]):
        raise ValueError(f"{what}, needs it behind the last one")


def frame_lengths(x: Tensor) -> Tensor:
    """(B,) number of frames in each row of ``x`` (B, T, D): what follows the last frame with a non-zero value is padding."""
    position = torch.arange(1, x.shape[1] + 1, device=x.device)
    return ((x != 0).any(2) * position).amax(1)


def frame_mask(length: Tensor, frames: int) -> Tensor:
    """(B, frames) bool, true for the first ``length[i]`` frames of row i."""
    return torch.arange(frames, device=length.device) < length.unsqueeze(1)


def masked_mean(x: Tensor, mask: Tensor | None) -> Tensor:
    """(B, D) mean of the frames of ``x`` (B, T, D) where ``mask`` (B, T), by default all; 0 for a row without any."""
    if mask is None:
        return x.mean(1)
    kept = x.masked_fill(~mask.unsqueeze(2), 0.0)
    return kept.sum(1) / mask.sum(1, keepdim=True).clamp_min(1)


def last_frame(x: Tensor, length: Tensor) -> Tensor:
    """(B, D) frame ``length[i] - 1`` of row i of ``x`` (B, T, D); 0 for a row of length 0."""
    index = (length - 1).clamp_min(0).view(-1, 1, 1).expand(-1, 1, x.shape[2])
    return x.gather(1, index).squeeze(1).masked_fill((length == 0).unsqueeze(1), 0.0)
