"""``torch.func``: vmap, grad and jvp give what loops, autograd and differences give."""

import pytest
import torch
from examples import every, numbers, same
from torch.func import grad, jvp, vmap


def total(example, function):
    """The sum of all results, as a function of the floats."""

    def call(*floats):
        result = example(floats, example.whole, function)
        parts = result if isinstance(result, tuple) else (result,)
        return sum(part.sum() for part in parts)

    return call


@every(lambda example: example.smooth)
def test_vmap_is_a_loop(example):
    function = example.function()
    stacked = tuple(torch.stack([x, x.flip(0)]) for x in example.floats)
    got = vmap(lambda *floats: example(floats, example.whole, function))(*stacked)
    for k in (0, 1):
        one = example(tuple(x[k] for x in stacked), example.whole, function)
        same([part[k] for part in (got if isinstance(got, tuple) else (got,))], list(numbers(one)), 1e-9)


@every(lambda example: example.smooth)
def test_grad_is_that_of_autograd_also_under_vmap(example):
    call = total(example, example.function())
    leaves = tuple(x.clone().requires_grad_() for x in example.floats)
    want = torch.autograd.grad(call(*leaves), leaves)
    which = tuple(range(len(leaves)))
    same(grad(call, which)(*example.floats), want, 1e-9)
    twice = vmap(grad(call, which))(*(torch.stack([x, x]) for x in example.floats))
    same([x[1] for x in twice], want, 1e-9)


@every(lambda example: example.smooth)
def test_jvp_is_the_product_with_the_gradient(example):
    call = total(example, example.function())
    steps = tuple(torch.linspace(-1, 1, x.numel(), dtype=x.dtype).view_as(x) for x in example.floats)
    leaves = tuple(x.clone().requires_grad_() for x in example.floats)
    slopes = torch.autograd.grad(call(*leaves), leaves)
    try:
        _, got = jvp(call, example.floats, steps)
    except NotImplementedError as error:
        pytest.skip(f"no forward derivative in this PyTorch: {str(error)[:80]}")
    same(got, sum((slope * step).sum() for slope, step in zip(slopes, steps, strict=True)), 1e-8)
