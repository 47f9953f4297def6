"""Memory laid out otherwise, few rows, and numbers far from the origin."""

import pytest
import torch
from examples import every, right_or_refused, same


def strided(x):
    """The same numbers, of which every second one in memory belongs to another tensor."""
    return torch.stack([x, torch.full_like(x, 7)], dim=-1)[..., 0]


@every()
def test_not_contiguous(example):
    function = example.function()
    floats, whole = (tuple(map(strided, group)) for group in (example.floats, example.whole))
    same(example(floats, whole, function), example(example.floats, example.whole, function), 1e-10)


@every(lambda example: example.rows)
@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(example, rows):
    """Right is what the function makes of finite numbers: no NaN, and no error of PyTorch's own."""
    floats, whole = (tuple(x[:rows] for x in group) for group in (example.floats, example.whole))
    function = example.function()

    def call():
        return example(floats, whole, function)

    right_or_refused(example, call, call, 0)


@every(lambda example: example.moves)
def test_far_from_the_origin(example):
    floats = tuple((x + 3000).float() for x in example.floats)
    want = example(tuple(x.double() for x in floats), example.whole)
    same(example(floats, example.whole), want, 1e-4)
