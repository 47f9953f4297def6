"""A picture as a sequence: cut into square patches, row by row."""

from torch import Tensor

from fusion_edu.shapes import expect


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
    if isinstance(size, bool) or not isinstance(size, int) or size < 1 or sizes["H"] % size or sizes["W"] % size:
        raise ValueError(f"size is {size!r}, needs a whole number that divides {sizes['H']} and {sizes['W']} pixels")
    cut = images.unflatten(3, (-1, size)).unflatten(2, (-1, size))  # (B, C, rows, size, columns, size)
    return cut.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)
