"""Numbers that metrics must take as they are: integers, wide and narrow; sums a little off 1; far from the origin; many."""

import math

import pytest
import torch

from fusion_edu import evaluate
from fusion_edu.data import Standardiser

WHOLE = [torch.uint8, torch.int16, torch.int64, torch.uint16, torch.uint32]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_neighbours_are_the_nearest_also_far_from_the_origin(dtype):
    generator = torch.Generator().manual_seed(0)
    train = (1000 + 0.01 * torch.randn(100, 4, generator=generator, dtype=torch.float64)).to(dtype)
    test = (train.double() + 0.0005 * torch.randn(100, 4, generator=generator, dtype=torch.float64)).to(dtype)
    gap = (test.double()[:, None] - train.double()).square().sum(2)
    assert torch.equal(evaluate.knn_predict(train, torch.arange(100), test, k=1), gap.argmin(1))


@pytest.mark.parametrize("dtype", WHOLE)
def test_standardiser_computes_integers_as_numbers(dtype):
    train = torch.tensor([[0, 250], [1, 10], [0, 40], [1, 100]])
    want = (train.double() - train.double().mean(0)) / train.double().std(0, correction=0)
    fitted = Standardiser.fit(train.to(dtype))
    torch.testing.assert_close(fitted(train.to(dtype)).double(), want, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(fitted(train.double()), want)
    torch.testing.assert_close(Standardiser.fit(train.float())(train.to(dtype)).double(), want, rtol=1e-6, atol=1e-6)
    assert fitted(train.to(dtype)).dtype == torch.float32


def test_standardiser_in_float16_neither_overflows_nor_rounds_its_mean():
    train = torch.tensor([[40000.0], [60000.0], [50016.0]], dtype=torch.float16)
    got = Standardiser.fit(train)(train)
    exact = (train.double() - train.double().mean()) / train.double().std(correction=0)
    assert got.dtype == torch.float16
    torch.testing.assert_close(got.double(), exact, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("dtype", [*WHOLE, torch.int8])
def test_ranks_of_whole_numbers(dtype):
    assert evaluate.ranks(torch.tensor([[3, 1], [2, 5]], dtype=dtype)).tolist() == [1, 1]
    assert evaluate.ranks(torch.tensor([[1, 3], [5, 2]], dtype=dtype)).tolist() == [2, 2]
    assert evaluate.ranks(torch.tensor([[1, 1], [0, 0]], dtype=dtype)).tolist() == [2, 2]


def test_ranks_of_large_whole_numbers_are_not_rounded():
    large = 2**60
    assert evaluate.ranks(torch.tensor([[large + 1, large], [large, large + 1]])).tolist() == [1, 1]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_probabilities_pass_in_every_dtype(dtype):
    generator = torch.Generator().manual_seed(1)
    probs = torch.randn(64, 10, generator=generator).softmax(1).to(dtype)
    y = torch.arange(64) % 10
    exact = probs.double() / probs.double().sum(1, keepdim=True)
    assert evaluate.ece(probs, y) == pytest.approx(evaluate.ece(exact, y), abs=5e-2)
    assert evaluate.conformal_sets(probs, y, probs).shape == (64, 10)


def test_an_average_of_sure_models_may_pass_1_by_a_rounding():
    probs = torch.tensor([[1.0000001, 0.0], [0.0, 1.0000001]])
    assert evaluate.ece(probs, torch.tensor([0, 1])) == pytest.approx(0, abs=1e-6)
    for bad in (1.02, 0.98, math.nan):
        with pytest.raises(ValueError, match="^probs has rows that are not probabilities"):
            evaluate.ece(torch.tensor([[bad, 0.0]]), torch.tensor([0]))


@pytest.mark.parametrize(("a", "b"), [(3, 1), (10, 2), (40, 25)])
def test_mcnemar_sums_the_binomial(a, b):
    tail = sum(math.comb(a + b, k) for k in range(b + 1)) / 2 ** (a + b)
    first = torch.tensor([1] * a + [0] * b)
    assert evaluate.mcnemar(first, 1 - first).p == pytest.approx(min(1, 2 * tail), rel=1e-12)


def test_mcnemar_of_many_items():
    n = 1_000_000
    first = (torch.arange(n) % 2).bool()
    assert evaluate.mcnemar(first, ~first).p == 1


def test_temperature_refuses_classes_with_a_fraction():
    with pytest.raises(TypeError, match="^target has dtype torch.float32, needs integers: class numbers$"):
        evaluate.fit_temperature(torch.zeros(2, 3), torch.tensor([0.0, 1.7]))


def test_coverage_refuses_classes_out_of_range():
    with pytest.raises(ValueError, match=r"^target holds 0..5, needs 0..2 as sets has$"):
        evaluate.coverage(torch.ones(2, 3, dtype=torch.bool), torch.tensor([0, 5]))


def test_scaling_in_float16_divides_in_float32():
    logits = torch.tensor([[6e4, 0.0]], dtype=torch.float16)
    assert evaluate.apply_temperature(logits, 0.5).tolist() == [[1, 0]]
    cold = torch.tensor([[3.0, 1.0, 3.0], [0.0, -torch.inf, -1.0]])
    for temperature in (1e-45, 1e-300):
        assert evaluate.apply_temperature(cold, temperature).tolist() == [[0.5, 0, 0.5], [1, 0, 0]]
