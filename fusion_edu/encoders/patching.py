"""A picture as a sequence: cut into square patches, row by row."""

from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import whole


def patches(images: Tensor, size: int) -> Tensor:
    """Tokens of a picture: its patches from the top left, row by row, each flattened as (channels, size, size).

    Args:
        images: (B, C, H, W).
        size: side of a patch, in pixels; must divide H and W.

    Returns:
        (B, P, C size size), P = H W / size^2.

    Raises:
        ValueError: ``size`` does not divide the picture.
    Source: Dosovitskiy et al. 2021 (ViT), arXiv:2010.11929.
    """
    sizes = expect(images=(images, "B C H W"))
    need = f"that divides {sizes['H']} and {sizes['W']} pixels"
    size = whole("size", size, 1, need)
    if sizes["H"] % size or sizes["W"] % size:
        raise ValueError(f"size is {size}, needs a whole number {need}")
    cut = images.unflatten(3, (-1, size)).unflatten(2, (-1, size))  # (B, C, rows, size, columns, size)
    return cut.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)
