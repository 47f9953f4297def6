"""expect: sizes bound, errors that name the argument, what it has and what it needs."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fusion_edu.shapes import expect


def test_binds_each_symbol_once():
    assert expect(a=(torch.zeros(6, 4), "B D"), b=(torch.zeros(6, 4), "B D")) == {"B": 6, "D": 4}


def test_a_symbol_must_keep_its_size():
    with pytest.raises(ValueError, match=r"b has shape \(6, 5\), needs \(B=6, D=4\)"):
        expect(a=(torch.zeros(6, 4), "B D"), b=(torch.zeros(6, 5), "B D"))


def test_a_symbol_used_twice_in_one_shape():
    with pytest.raises(ValueError, match="square has shape"):
        expect(square=(torch.zeros(2, 3), "N N"))


def test_numbers_are_sizes():
    assert expect(image=(torch.zeros(2, 3, 8, 8), "B 3 H W")) == {"B": 2, "H": 8, "W": 8}
    with pytest.raises(ValueError, match=r"image has shape \(2, 1, 8, 8\), needs \(B, 3, H, W\)"):
        expect(image=(torch.zeros(2, 1, 8, 8), "B 3 H W"))


def test_leading_axes_may_be_free():
    assert expect(x=(torch.zeros(7, 2, 5), "... D")) == {"D": 5}
    with pytest.raises(ValueError, match="x has shape"):
        expect(x=(torch.zeros(()), "... D"))


def test_the_number_of_axes_counts():
    with pytest.raises(ValueError, match=r"y has shape \(3, 1\), needs \(B=3\)"):
        expect(x=(torch.zeros(3), "B"), y=(torch.zeros(3, 1), "B"))


def test_not_a_tensor():
    with pytest.raises(TypeError, match=r"a is a list, needs a torch tensor of shape \(B, D\)"):
        expect(a=([1.0], "B D"))


def test_a_scalar_has_no_axes():
    assert expect(loss=(torch.zeros(()), "")) == {}


@given(st.lists(st.integers(0, 4), max_size=4))
def test_every_shape_fits_its_own_symbols(shape):
    names = [f"A{i}" for i in range(len(shape))]
    assert expect(x=(torch.zeros(shape), " ".join(names))) == dict(zip(names, shape, strict=True))
