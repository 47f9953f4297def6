"""An encoder of video: one small network looks at every frame, then time is summed up."""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import check_padding, masked_mean
from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect

POOLS = ("mean", "gru")


class FrameCNN(nn.Module):
    """The same two convolutions on every frame: pieces of 4 x 4 pixels, then each with its neighbours; place is kept.

    Args:
        channels, height, width: of a frame; height and width in pixels, multiples of 4.
        features: D, numbers a frame is turned into.

    Shape: frames (B, T, channels, height, width); returns (B, T, D).

    Raises: ValueError: height or width is no multiple of 4.
    """

    def __init__(self, channels: int, height: int, width: int, *, features: int = 32) -> None:
        super().__init__()
        if height % 4 or width % 4 or min(height, width) < 4:
            raise ValueError(f"a frame is {height} x {width} pixels, needs multiples of 4")
        self.size, self.width = (channels, height, width), features
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 16, 4, stride=4),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(height * width, features),  # 16 channels, a sixteenth of the places
        )

    def forward(self, frames: Tensor) -> Tensor:
        expect(frames=(frames, "B T {} {} {}".format(*self.size)))
        check_dtype("frames", frames, self)
        if not frames.numel():
            return frames.new_zeros(*frames.shape[:2], self.width)
        return self.layers(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])


class VideoEncoder(nn.Module):
    """Features of every frame, then one row for the clip.

    Args:
        frames: (B, T, ...) -> (B, T, D), e.g. a ``FrameCNN``; ``frames.width`` is D.
        pool: "mean" of the frames (their order does not count) or of a "gru"'s states over them (it does).
        width: size of the GRU's state; the mean keeps D.

    Shape: clips (B, T, ...) as ``frames`` takes them; mask (B, T) bool, true where a frame exists (default all), padding
    behind the last one; returns (B, ``self.width``). Padding never changes the result.

    Raises: ValueError: an unknown pool, or padding before a frame.

    Source: mean over frames: Karpathy 2014, doi:10.1109/CVPR.2014.223 (late fusion of frames); recurrent:
    Donahue 2015, arXiv:1411.4389.
    """

    def __init__(self, frames: nn.Module, *, pool: str = "mean", width: int = 32) -> None:
        super().__init__()
        if pool not in POOLS:
            raise ValueError(f"pool is {pool!r}, needs one of {', '.join(POOLS)}")
        self.frames = frames
        self.gru = nn.GRU(frames.width, width, batch_first=True) if pool == "gru" else None
        self.width = frames.width if self.gru is None else width

    def forward(self, clips: Tensor, mask: Tensor | None = None) -> Tensor:
        x = self.frames(clips)  # (B, T, D)
        mask = x.new_ones(x.shape[:2], dtype=torch.bool) if mask is None else mask
        expect(mask=(mask, f"{x.shape[0]} {x.shape[1]}"))
        if mask.dtype != torch.bool:
            raise TypeError(f"mask has dtype {mask.dtype}, needs bool: True where a frame exists")
        check_padding(mask, "mask has padding before a frame")
        if not x.numel():
            return x.new_zeros(len(x), self.width)
        return masked_mean(x if self.gru is None else self.gru(x)[0], mask)
