"""A convolutional network that trains in seconds on small pictures."""

import torch
from torch import Tensor, nn

from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect


class SmallCNN(nn.Module):
    """Three convolutions, each halving the picture, then the mean over what is left of it.

    Args:
        channels: of the picture, 1 or 3.
        width: D, features it gives.

    Shape: images (B, channels, H, W), H and W >= 8 pixels; returns (B, D), D = ``self.width``.

    Raises: ValueError: another number of channels, or a picture too small.
    """

    def __init__(self, channels: int = 3, *, width: int = 64) -> None:
        super().__init__()
        self.channels, self.width = channels, width
        sizes = (channels, 32, 64, width)
        self.layers = nn.Sequential(*(_halve(a, b) for a, b in zip(sizes, sizes[1:], strict=False)))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # on a CPU a pass takes half the time

    def forward(self, images: Tensor) -> Tensor:
        sizes = expect(images=(images, f"B {self.channels} H W"))
        if min(sizes["H"], sizes["W"]) < 8:
            raise ValueError(f"images is {sizes['H']} x {sizes['W']} pixels, needs at least 8 x 8")
        check_dtype("images", images, self)
        return self.layers(images).mean((2, 3))


def _halve(inputs: int, outputs: int) -> nn.Sequential:
    """Look around, normalise, keep the strongest of 2 x 2."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)
    )
