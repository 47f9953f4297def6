"""Every dtype: the value of the same numbers in float64, or a sentence that names the argument."""

import pytest
import torch
from examples import every, right_or_refused, same
from torch import nn

HALVES = {torch.float16: 2e-2, torch.bfloat16: 1e-1}
WHOLE = [torch.uint8, torch.int16, torch.int64, torch.uint16]


def precise(example, function):
    """The same function in float64: a module with the same, already rounded, weights."""
    return function.double() if isinstance(function, nn.Module) else function


@every(lambda example: bool(example.floats))
@pytest.mark.parametrize("dtype", [torch.float32, *HALVES], ids=str)
def test_floats(example, dtype):
    floats = tuple(x.to(dtype) for x in example.floats)
    rtol = 1e-5 if example.wide else HALVES.get(dtype, 1e-3)
    weights = torch.float32 if example.wide else dtype
    right_or_refused(
        example,
        lambda: example(floats, example.whole, example.function(weights)),
        lambda: example(tuple(x.double() for x in floats), example.whole, precise(example, example.function(weights))),
        rtol,
    )


@every(lambda example: bool(example.floats))
@pytest.mark.parametrize("dtype", WHOLE, ids=str)
def test_integers_in_place_of_floats(example, dtype):
    floats = tuple((3 * x.abs()).floor().to(dtype) for x in example.floats)
    function = example.function()

    def want():
        return example(tuple(x.double() for x in floats), example.whole, function)

    right_or_refused(example, lambda: example(floats, example.whole, example.function(torch.float32)), want, 1e-5)


@every(lambda example: bool(example.whole))
@pytest.mark.parametrize("dtype", WHOLE, ids=str)
def test_class_numbers_of_every_width(example, dtype):
    whole = tuple(x.to(dtype) for x in example.whole)
    same(example(example.floats, whole), example(example.floats, example.whole), 1e-12)


@every(lambda example: bool(example.whole))
def test_class_numbers_with_a_fraction_are_refused(example):
    whole = tuple(x + 0.4 for x in example.whole)
    with pytest.raises((TypeError, ValueError), match=r"^\w+.* (has|is|holds) .*needs "):
        example(example.floats, whole)
