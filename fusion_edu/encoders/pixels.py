"""What the image encoders ask of a picture."""

from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import readable


def check_pixels(images: Tensor, *, least: int) -> None:
    """Refuse pictures that are not (B, 3, H, W), smaller than ``least`` pixels, or far outside [0, 1]: below -1, above 2, NaN."""
    sizes = expect(images=(images, "B 3 H W"))
    if min(sizes["H"], sizes["W"]) < least:
        raise ValueError(f"images is {sizes['H']} x {sizes['W']} pixels, needs at least {least} x {least}")
    if not images.is_floating_point():
        raise TypeError(f"images has dtype {images.dtype}, needs floating numbers in [0, 1]: divide by 255")
    if not images.numel() or not readable(images):
        return
    low, high = images.min().item(), images.max().item()
    if high > 2:  # noise may leave [0, 1] a little, bytes leave it far
        raise ValueError(f"images has the value {high:g}, needs 0 to 1: divide by 255")
    if not low >= -1:
        raise ValueError(
            f"images has the value {low:g}, needs 0 to 1: hand over pictures that are not standardised yet"
        )
