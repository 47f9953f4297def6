"""Under ``torch.autocast`` a loss keeps its digits, and all others give the value to the digits of the narrow dtype."""

import pytest
import torch
from examples import every, numbers, same


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@every(lambda example: bool(example.floats))
def test_the_value_is_that_without_autocast(example, dtype):
    floats = tuple(x.float() for x in example.floats)
    function = example.function(torch.float32)
    want = example(floats, example.whole, function)
    with torch.autocast("cpu", dtype):
        got = example(floats, example.whole, function)
        narrow = example(tuple(x.to(dtype) for x in floats), example.whole, function) if example.wide else None
    if not example.wide:
        same(got, want, 1e-1)
        return
    same(got, want, 1e-5)
    assert all(x.isfinite().all() for x in numbers(narrow))
    assert not isinstance(got, torch.Tensor) or got.dtype == torch.float32
