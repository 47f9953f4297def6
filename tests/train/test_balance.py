"""OGM-GE and gradient blending against numbers by hand, with more than two modalities, and the slips of other codes."""

import math

import pytest
import torch
from torch import nn

from fusion_edu.train import blending_weights, modulate, ogm_coefficients


def true_class(rows, labels):
    total = 0.0
    for row, y in zip(rows, labels, strict=True):
        total += math.exp(row[y]) / sum(math.exp(s) for s in row)
    return total


def test_two_modalities_by_hand():
    """p of the true class: 3/4 against 1/4, so rho is 3 and 1/3."""
    logits = {"a": torch.tensor([[math.log(3.0), 0.0]]), "b": torch.tensor([[0.0, math.log(3.0)]])}
    found = ogm_coefficients(logits, torch.tensor([0]), alpha=0.5)
    assert found == pytest.approx({"a": 1 - math.tanh(1.5), "b": 1.0})
    assert ogm_coefficients(logits, torch.tensor([1]), alpha=0.5) == pytest.approx({"a": 1.0, "b": 1 - math.tanh(1.5)})


@pytest.mark.parametrize("count", [2, 3, 5])
def test_any_number_of_modalities_against_the_mean_of_the_others(device, draw, count):
    """The released code of OGM-GE takes two; its users ask for three."""
    logits = {f"m{k}": 2 * s for k, s in enumerate(draw(count, 6, 3))}
    y = [0, 1, 2, 0, 1, 2]
    says = {m: true_class(s.tolist(), y) for m, s in logits.items()}
    want = {}
    for m in says:
        rho = says[m] / (sum(v for k, v in says.items() if k != m) / (count - 1))
        want[m] = 1 - math.tanh(0.3 * rho) if rho > 1 else 1.0
    on_device = {m: s.to(device) for m, s in logits.items()}
    assert ogm_coefficients(on_device, torch.tensor(y, device=device), alpha=0.3) == pytest.approx(want)


def test_equals_slow_nobody_and_a_hopeless_branch_slows_the_other_fully():
    same = torch.randn(4, 3)
    y = torch.tensor([0, 1, 2, 0])
    assert ogm_coefficients({"a": same, "b": same.clone()}, y, alpha=0.5) == {"a": 1.0, "b": 1.0}
    never = torch.tensor([[0.0, 2000.0]])
    assert ogm_coefficients({"a": -never, "b": never}, torch.tensor([0]), alpha=0.5) == {"a": 0.0, "b": 1.0}
    assert ogm_coefficients({"a": never, "b": never}, torch.tensor([0]), alpha=0.5) == {"a": 1.0, "b": 1.0}


def branch():
    torch.manual_seed(0)
    layer = nn.Linear(40, 30)
    layer(torch.randn(8, 40)).square().sum().backward()
    return layer


def test_modulate_multiplies_the_gradient_and_nothing_else():
    layer, same = branch(), branch()
    other = nn.Linear(2, 2)
    modulate(layer, 0.25)
    modulate(other, 0.25)
    assert other.weight.grad is None
    for p, q in zip(layer.parameters(), same.parameters(), strict=True):
        torch.testing.assert_close(p.grad, 0.25 * q.grad)
        assert torch.equal(p, q)


def test_noise_has_the_size_of_the_gradient_before_it_was_multiplied():
    layer, same = branch(), branch()
    modulate(layer, 0.1, noise=1.0, generator=torch.Generator().manual_seed(3))
    extra = layer.weight.grad - 0.1 * same.weight.grad
    assert extra.std().item() == pytest.approx(same.weight.grad.std().item(), rel=0.05)
    assert abs(extra.mean().item()) < 0.1 * extra.std().item()
    again = branch()
    modulate(again, 0.1, noise=1.0, generator=torch.Generator().manual_seed(3))
    assert torch.equal(again.weight.grad, layer.weight.grad)


def test_noise_of_a_single_number_is_no_nan():
    p = nn.Linear(1, 1)
    p(torch.ones(1, 1)).sum().backward()
    modulate(p, 0.5, noise=1.0)
    assert p.weight.grad.item() == 0.5


def test_a_constant_coefficient_changes_nothing_under_adam():
    """What the docstring warns of: Adam divides a gradient by its usual size."""
    ends = []
    for coefficient in (1.0, 0.1):
        p = nn.Parameter(torch.tensor([3.0, -2.0]))
        holder = nn.ParameterList([p])
        optimizer = torch.optim.Adam([p], lr=0.01, eps=1e-12)
        for _ in range(50):
            optimizer.zero_grad()
            (p - 1).square().sum().backward()
            modulate(holder, coefficient)
            optimizer.step()
        ends.append(p.detach())
    torch.testing.assert_close(*ends)


def test_blending_by_hand():
    """Gains 0.8 and 0.5, growth of the gap 0.2 and 1.3: 0.8 / 0.04 = 20 against 0.5 / 1.69."""
    before = {"a": (2.0, 2.0), "b": (2.0, 2.0)}
    after = {"a": (1.0, 1.2), "b": (0.2, 1.5)}
    other = 0.5 / 1.3**2
    assert blending_weights(before, after) == pytest.approx({"a": 20 / (20 + other), "b": other / (20 + other)})


def test_the_gap_at_the_start_counts_off():
    before, after = {"a": (2.0, 2.1), "b": (1.5, 1.9)}, {"a": (1.0, 1.3), "b": (0.5, 1.4)}
    assert blending_weights(before, after) == pytest.approx({"a": 20 / 22, "b": 2 / 22})


def test_a_head_that_got_worse_has_no_weight():
    """Regression, MultiBench: abs() of the ratio pays a head whose validation loss rose."""
    found = blending_weights({"a": (2.0, 2.0), "b": (2.0, 2.0)}, {"a": (1.0, 1.2), "b": (0.1, 2.3)})
    assert found == {"a": 1.0, "b": 0.0}


def test_a_bad_head_that_hardly_learns_gets_little():
    """Regression, MultiBench: by default the validation loss itself stands where its gain belongs."""
    before = {"good": (2.0, 2.0), "bad": (2.0, 2.0)}
    found = blending_weights(before, {"good": (0.4, 0.5), "bad": (1.8, 1.9)})
    assert found["good"] == pytest.approx(1.5 / 1.6)
    assert 0.5 / 0.1**2 < 1.9 / 0.1**2  # that code would prefer the bad one


def test_no_overfitting_at_all_is_finite():
    found = blending_weights({"a": (2.0, 2.0), "b": (2.0, 2.0)}, {"a": (1.0, 1.0), "b": (1.0, 1.5)})
    assert found["a"] > 0.999
    assert sum(found.values()) == pytest.approx(1)


def test_refuses():
    one = torch.zeros(2, 3)
    y = torch.tensor([0, 1])
    with pytest.raises(ValueError, match="^logits has 1 modalities, needs at least 2: nobody can be ahead alone$"):
        ogm_coefficients({"a": one}, y, alpha=0.5)
    for alpha in (0, -1, math.inf, math.nan):
        with pytest.raises(ValueError, match=f"^alpha is {alpha}, needs > 0 and finite$"):
            ogm_coefficients({"a": one, "b": one}, y, alpha=alpha)
    with pytest.raises(ValueError, match=r"^logits\['b'\] has shape \(1, 3\), needs \(B=2, C=3\)$"):
        ogm_coefficients({"a": one, "b": one[:1]}, y, alpha=0.5)
    with pytest.raises(TypeError, match="^target has dtype torch.float32, needs integers: class numbers$"):
        ogm_coefficients({"a": one, "b": one}, y.float(), alpha=0.5)
    for bad in ([0, 3], [-1, 0]):
        with pytest.raises(
            ValueError, match=rf"^target holds {min(bad)}\.\.{max(bad)}, needs 0\.\.2 as logits\['a'\] has$"
        ):
            ogm_coefficients({"a": one, "b": one}, torch.tensor(bad), alpha=0.5)
    for name, options in (("coefficient", {"coefficient": -0.1}), ("noise", {"coefficient": 1.0, "noise": math.nan})):
        with pytest.raises(ValueError, match=f"^{name} is .*, needs >= 0 and finite$"):
            modulate(nn.Linear(1, 1), **options)
    with pytest.raises(ValueError, match=r"^after has \['b'\], needs the heads of before, \['a'\], at least one$"):
        blending_weights({"a": (1.0, 1.0)}, {"b": (1.0, 1.0)})
    with pytest.raises(ValueError, match="^before and after hold .* for 'a', need finite losses$"):
        blending_weights({"a": (1.0, 1.0)}, {"a": (math.nan, 1.0)})
    with pytest.raises(ValueError, match="^after has no head whose validation loss is below"):
        blending_weights({"a": (1.0, 1.0)}, {"a": (0.5, 1.0)})
