"""Patches: against torch's own unfolding, and back again."""

import pytest
import torch
from torch.nn import functional as F

from fusion_edu.encoders import patches


@pytest.mark.parametrize(("height", "width", "size"), [(24, 24, 6), (8, 12, 4), (6, 6, 6), (4, 6, 1)])
def test_equals_unfold(height, width, size):
    images = torch.randn(2, 3, height, width)
    got = patches(images, size)
    assert torch.equal(got, F.unfold(images, size, stride=size).transpose(1, 2))
    assert torch.equal(F.fold(got.transpose(1, 2), (height, width), size, stride=size), images)


@pytest.mark.parametrize("size", [0, 5, 2.0, True])
def test_refuses(size):
    with pytest.raises(ValueError, match=r"^size is .*, needs a whole number that divides 24 and 18 pixels$"):
        patches(torch.zeros(1, 3, 24, 18), size)
