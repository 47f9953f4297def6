"""Tensor fusion and its relatives: equal to each other where they should be, and built by the cheapest way."""

import itertools
import time
from math import prod

import pytest
import torch
from fusion_layers import DIMS, inputs, some_present
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu import fusion
from fusion_edu.fusion.feature.contract import best_cut, contract, cost, outer

few = settings(max_examples=25, deadline=None, derandomize=True)
sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("rank", [1, 4])
def test_low_rank_expanded_to_full_equals_tensor_fusion(device, missing, rank):
    torch.manual_seed(0)
    low, full = fusion.LowRankFusion(DIMS, 5, rank=rank).double(), fusion.TensorFusion(DIMS, 5).double()
    full.weight.data, full.bias.data = low.expand().detach(), torch.randn(5).double()
    low.bias.data = full.bias.data
    present = some_present(DIMS).to(device) if missing else None
    x = {m: v.to(device) for m, v in inputs(DIMS).items()}
    torch.testing.assert_close(low.to(device)(x, present), full.to(device)(x, present), rtol=0, atol=1e-6)


def test_low_rank_has_fewer_parameters_than_the_tensor():
    dims = dict.fromkeys("abc", 128)
    low, full = (sum(p.numel() for p in layer.parameters()) for layer in (
        fusion.LowRankFusion(dims, 8, rank=4), fusion.TensorFusion(dims, 8)))  # fmt: skip
    assert low == 4 * 8 * 3 * 129 + 8
    assert full == 8 * 129**3 + 8


def test_modalities_keep_their_order_where_names_do_not_sort():
    """Regression: nn.ParameterDict sorts the names of a plain dict."""
    low = fusion.LowRankFusion({"z": 2, "a": 3}, 1, rank=1)
    assert low.expand().shape == (3, 4, 1)


def test_two_modalities_by_hand():
    """[1; 2] x [1; 5], weights 1, 10, 100, 1000: 1 + 10 * 5 + 100 * 2 + 1000 * 10."""
    layer = fusion.TensorFusion({"a": 1, "b": 1}, 1)
    layer.weight.data = torch.tensor([[[1.0], [10.0]], [[100.0], [1000.0]]])
    a, b = torch.tensor([[2.0]]), torch.tensor([[5.0]])
    assert layer({"a": a, "b": b}) == 10251
    assert layer({"a": a, "b": b}, torch.tensor([[True, False]])) == 201


@few
@given(sizes=sizes, out=st.integers(1, 4), batch=st.integers(1, 4))
def test_every_cut_gives_the_whole_contraction(sizes, out, batch):
    generator = torch.Generator().manual_seed(1)
    vectors = [torch.randn(batch, s, generator=generator, dtype=torch.float64) for s in sizes]
    weight = torch.randn(*sizes, out, generator=generator, dtype=torch.float64)
    want = torch.zeros(batch, out, dtype=torch.float64)
    for index in itertools.product(*map(range, sizes)):
        want += prod(v[:, i] for v, i in zip(vectors, index, strict=True))[:, None] * weight[index]
    for cut in [None, *range(1, len(sizes) + 1)]:
        torch.testing.assert_close(contract(vectors, weight, cut), want)


@few
@given(sizes=sizes, out=st.integers(1, 300))
def test_no_cut_costs_less_than_the_best(sizes, out):
    best = best_cut(sizes, out)
    assert all(cost(sizes, out, best) <= cost(sizes, out, cut) for cut in range(1, len(sizes) + 1))


def test_outer_varies_the_first_slowest():
    a, b = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 10.0, 100.0]])
    assert outer([a, b]).tolist() == [[1, 10, 100, 2, 20, 200]]


@pytest.mark.parametrize(
    ("sizes", "out", "cut"),
    [([129, 129, 129], 8, 2), ([33, 33, 33], 128, 2), ([9, 9], 256, 2), ([129, 129], 8, 1), ([301, 5, 5], 8, 1)],
)
def test_chooses_between_factorised_and_materialised(sizes, out, cut):
    assert best_cut(sizes, out) == cut


@pytest.mark.parametrize(
    ("sizes", "out"), [([33, 33], 8), ([9, 9, 9], 32), ([17, 17, 17], 4), ([9, 9], 128), ([65, 5, 5], 8)]
)
def test_is_hardly_slower_than_the_better_of_both_extremes(sizes, out):
    """The benchmark measures it well, within 10 %; here a busy machine must not fail the suite."""
    torch.manual_seed(0)
    vectors, weight = [torch.randn(128, s) for s in sizes], torch.randn(*sizes, out)
    times = {cut: [] for cut in (None, 1, len(sizes))}
    for _ in range(15):
        for cut, seconds in times.items():
            start = time.perf_counter()
            contract(vectors, weight, cut)
            seconds.append(time.perf_counter() - start)
    chosen, *others = (min(seconds) for seconds in times.values())
    assert chosen <= 1.5 * min(others) + 1e-4


def test_never_builds_the_tensor():
    """3 x 128 to 8 would be 2.1 million numbers a sample; the largest that is built has 16,641."""
    seen = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            result = func(*args, **(kwargs or {}))
            if isinstance(result, torch.Tensor) and result.shape[:1] == (7,):
                seen.append(result.numel() // 7)
            return result

    layer = fusion.TensorFusion(dict.fromkeys("abc", 128), 8)
    x = {m: torch.randn(7, 128) for m in "abc"}
    with torch.no_grad(), Watch():
        layer(x)
    assert max(seen) == 129**2
