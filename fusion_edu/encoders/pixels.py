"""What the image encoders ask of a picture."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect


def check_pixels(images: Tensor, *, least: int) -> None:
    """Refuse pictures that are not (B, 3, H, W), smaller than ``least`` pixels, or not in [0, 1]."""
    sizes = expect(images=(images, "B 3 H W"))
    if min(sizes["H"], sizes["W"]) < least:
        raise ValueError(f"images is {sizes['H']} x {sizes['W']} pixels, needs at least {least} x {least}")
    if not images.is_floating_point():
        raise TypeError(f"images has dtype {images.dtype}, needs floating numbers in [0, 1]: divide by 255")
    if images.is_meta or torch.compiler.is_compiling() or not images.numel():
        return
    if images.max() > 2:  # noise may leave [0, 1] a little, bytes leave it far
        raise ValueError(f"images has the value {images.max().item():g}, needs 0 to 1: divide by 255")
