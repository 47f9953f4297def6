"""Defects found in other libraries, as their users would meet them; those of all layers are in test_every_fusion."""

import torch
from torch import nn

from fusion_edu import fusion, train


def sign_of_a_product(n, seed):
    generator = torch.Generator().manual_seed(seed)
    x = {m: torch.randn(n, 4, generator=generator) for m in ("a", "b")}
    return x, (x["a"][:, 0] * x["b"][:, 0] > 0).long()


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.fusion = fusion.LowRankFusion({"a": 4, "b": 4}, 2, rank=4)

    def forward(self, x):
        return self.fusion(x)


def test_low_rank_fusion_learns_the_sign_of_a_product():
    """MultiBench's optimizer never sees its factors: accuracy .49; trained ones reach .91."""
    model, (x, y), (test_x, test_y) = Classifier(), sign_of_a_product(1500, 0), sign_of_a_product(500, 1)
    train.fit(model, x, y, loss=nn.functional.cross_entropy, epochs=8, learning_rate=0.02, progress=False)
    assert (model(test_x).argmax(1) == test_y).double().mean() > 0.9


def test_low_rank_fusion_registers_all_its_parameters():
    """MultiBench registers 132 of 198,276: dims 128 each, rank 4, output 128."""
    layer = fusion.LowRankFusion({"a": 128, "b": 128, "c": 128}, 128, rank=4)
    assert sum(p.numel() for p in layer.parameters()) == 3 * 4 * 129 * 128 + 128
    assert sum(v.numel() for v in layer.state_dict().values()) == 3 * 4 * 129 * 128 + 128


def test_products_keep_samples_apart():
    """MultiBench's multiplicative fusion returns (B, B, out) for its default task."""
    x = {"a": torch.randn(5, 3), "b": torch.randn(5, 3)}
    dims = {"a": 3, "b": 3}
    for layer in (fusion.Bilinear(dims, 2), fusion.MLB(dims, 2, rank=4), fusion.TensorFusion(dims, 2)):
        assert layer(x).shape == (5, 2)


def test_gaussian_experts_at_tiny_and_huge_variances():
    """MultiBench adds an epsilon: -19.1 where -22.7 is true. PyKale: NaN at a log variance of 100."""
    mean, tiny = {m: torch.zeros(1, 1) for m in "ab"}, {m: torch.full((1, 1), -22.0) for m in "ab"}
    _, log_var = fusion.product_of_gaussians(mean, tiny)
    torch.testing.assert_close(log_var, torch.tensor([[-22.6931]]), rtol=1e-5, atol=0)
    one, huge = (
        {"a": torch.ones(1, 1), "b": torch.full((1, 1), 5.0)},
        {"a": torch.zeros(1, 1), "b": torch.full((1, 1), 100.0)},
    )
    mu, log_var = fusion.product_of_gaussians(one, huge, prior=False)
    torch.testing.assert_close(mu, torch.ones(1, 1))
    torch.testing.assert_close(log_var, torch.zeros(1, 1))


def test_a_prediction_does_not_depend_on_who_else_is_in_the_batch():
    """fusilli 2.0.0 gives tables (B, D) to nn.MultiheadAttention, which takes them for one sequence of B tokens."""
    x = {"blood": torch.randn(8, 6), "scan": torch.randn(8, 6)}
    first = {m: v[:1] for m, v in x.items()}
    wrong = nn.MultiheadAttention(6, 2)
    assert not torch.allclose(wrong(*x.values(), x["scan"])[0][:1], wrong(*first.values(), first["scan"])[0])
    dims = {"blood": 6, "scan": 6}
    for layer in (fusion.SelfAttention(dims, 6), fusion.CrossAttention(dims, 6), fusion.Bottleneck(dims, 6)):
        torch.testing.assert_close(layer(x)[:1], layer(first))
