"""Promises at an edge: zero rows in float16, no tokens at all, classes that training did not have, weights of any size."""

import numpy as np
import pytest
import torch
from torch import nn

from fusion_edu import fusion
from fusion_edu.model import DecisionModel, FusionModel

DIMS = {"a": 3, "b": 3}
TOKEN_LAYERS = {
    "SelfAttention": lambda: fusion.SelfAttention(DIMS, 4),
    "AttentionPool": lambda: fusion.AttentionPool(DIMS, 4),
    "Bottleneck": lambda: fusion.Bottleneck(DIMS, 4),
    "CrossAttention": lambda: fusion.CrossAttention(DIMS, 4),
    "CrossAttention by the first": lambda: fusion.CrossAttention(DIMS, 4, query="a"),
}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_a_zero_row_stays_zero_and_a_tiny_one_gets_length_1(dtype):
    layer = fusion.Concat(DIMS, normalise=True)
    x = {"a": torch.tensor([[0, 0, 0], [3e-5, 4e-5, 0]], dtype=dtype), "b": torch.ones(2, 3, dtype=dtype)}
    out = layer(x)
    assert out.dtype == dtype
    assert (out[0, :3] == 0).all()
    torch.testing.assert_close(out[1, :3].float(), torch.tensor([0.6, 0.8, 0]), rtol=2e-2, atol=0)
    missing = layer(x, torch.tensor([[False, True], [True, True]]))
    assert missing.isfinite().all()


@pytest.mark.parametrize("name", TOKEN_LAYERS)
def test_a_modality_without_any_token_counts_as_missing(name):
    torch.manual_seed(0)
    layer, b = TOKEN_LAYERS[name](), torch.randn(2, 5, 3)
    got = layer({"a": torch.empty(2, 0, 3), "b": b})
    want = layer({"a": torch.zeros(2, 1, 3), "b": b}, torch.tensor([[False, True]] * 2))
    torch.testing.assert_close(got, want)
    with pytest.raises(ValueError, match="^masks leave no token in row 0"):
        layer({"a": torch.empty(2, 0, 3), "b": torch.empty(2, 0, 3)})


def test_no_key_at_all_gives_zeros():
    assert (
        fusion.attention(torch.ones(2, 3, 4), torch.ones(2, 0, 4), torch.ones(2, 0, 5)).tolist()
        == torch.zeros(2, 3, 5).tolist()
    )


@pytest.mark.parametrize("weights", [None, [1.0, 3.0]])
@pytest.mark.parametrize("dim", [None, 4])
def test_weighted_sum_trains_under_autocast(weights, dim):
    torch.manual_seed(0)
    layer, x = fusion.WeightedSum(DIMS, dim, weights=weights), {m: torch.randn(5, 3) for m in DIMS}
    want = layer(x)
    with torch.autocast("cpu", torch.bfloat16):
        got = layer(x)
    torch.testing.assert_close(got.float(), want, rtol=5e-2, atol=5e-2)
    got.sum().backward() if got.requires_grad else None


def test_stacking_gives_a_column_to_each_class_also_to_one_it_never_saw():
    x = torch.tensor([[0.0], [1.0]]).repeat(30, 1) + torch.linspace(0, 0.1, 60)[:, None]
    y = torch.tensor([0, 2]).repeat(30)

    def train(features, labels):
        return lambda new: torch.stack([1 - new[:, 0].clamp(0, 1), torch.zeros(len(new)), new[:, 0].clamp(0, 1)], 1)

    probs = fusion.Stacking({"a": train}).fit({"a": x}, y).predict({"a": x})
    assert probs.shape == (60, 3)
    assert (probs[:, 1] == 0).all()
    assert torch.equal(probs.argmax(1), y)
    torch.testing.assert_close(probs.sum(1), torch.ones(60))


def test_stacking_refuses_classes_with_a_fraction():
    with pytest.raises(TypeError, match="^y has dtype torch.float32, needs integers: class numbers$"):
        fusion.Stacking({"a": None}).fit({"a": torch.zeros(4, 1)}, torch.tensor([0.0, 1.5, 0.0, 1.5]))


@pytest.mark.parametrize("scale", [1e-300, 1e-40, 1.0, 1e40, 1e300])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
def test_of_weights_only_the_ratio_counts(scale, dtype):
    p = {"a": torch.tensor([[1.0, 0.0]], dtype=dtype), "b": torch.tensor([[0.0, 1.0]], dtype=dtype)}
    want = torch.tensor([[0.25, 0.75]], dtype=dtype)
    torch.testing.assert_close(fusion.average_probabilities(p, weights={"a": scale, "b": 3 * scale}), want)
    layer = fusion.WeightedSum({"a": 2, "b": 2}, weights=[scale, 3 * scale])
    torch.testing.assert_close(layer(p), want, rtol=1e-3, atol=0)


def test_an_expert_without_variance_decides_alone():
    mean = {"a": torch.tensor([[2.0]]), "b": torch.tensor([[5.0]])}
    log_var = {"a": torch.tensor([[-torch.inf]]), "b": torch.tensor([[0.0]])}
    got, spread = fusion.product_of_gaussians(mean, log_var)
    assert (got.item(), spread.item()) == (2, -torch.inf)


def test_neighbours_far_from_the_origin():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(60, 4, generator=generator, dtype=torch.float64)
    far = (1000 + 0.01 * x).float()
    want = fusion.nearest_neighbours(far.double(), 3)
    assert torch.equal(fusion.nearest_neighbours(far, 3).double(), want)


def test_sizes_may_be_numbers_of_numpy():
    layer = fusion.LowRankFusion({"a": np.int64(3)}, np.int32(4), rank=np.uint8(2))
    assert layer({"a": torch.ones(1, 3)}).shape == (1, 4)
    for bad in (2.0, True, 0, "3"):
        with pytest.raises(ValueError, match=f"^dim is {bad!r}, needs a whole number >= 1$"):
            fusion.Gated(DIMS, bad)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_another_dtype_than_that_of_the_weights_is_refused_by_name(dtype):
    with pytest.raises(
        TypeError, match=rf"^x\['a'\] has dtype {dtype}, needs torch.float32, the dtype of the layer's weights$"
    ):
        fusion.Gated(DIMS, 4)({m: torch.ones(2, 3, dtype=dtype) for m in DIMS})


def test_missing_rows_stay_out_of_batch_statistics_when_compiled():
    torch.manual_seed(0)
    encoders = {m: nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)) for m in DIMS}
    model, x = FusionModel(encoders, fusion.Gated(DIMS, 4), nn.Linear(4, 2)), {m: torch.randn(8, 3) for m in DIMS}
    present = torch.tensor([[True, True], [True, False], [False, True], [True, True]] * 2)
    want = model(x, present)
    torch.compiler.reset()
    torch.testing.assert_close(torch.compile(model, backend="eager")(x, present), want)


def test_models_take_no_rows():
    x, present = {m: torch.zeros(0, 3) for m in DIMS}, torch.zeros(0, 2, dtype=torch.bool)
    fused = FusionModel({m: nn.Linear(3, 3) for m in DIMS}, fusion.Gated(DIMS, 4), nn.Linear(4, 2))
    experts = DecisionModel({m: nn.Linear(3, 2) for m in DIMS}, fusion.average_logits)
    assert fused(x, present).shape == experts(x, present).shape == (0, 2)
