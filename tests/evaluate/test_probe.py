"""The linear probe against scikit-learn, on features whose knowledge is known, and what it refuses."""

import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from fusion_edu.evaluate import accuracy, linear_probe


@pytest.mark.parametrize("ridge", [0.5, 10.0])
def test_equals_scikit_learn(device, draw, ridge):
    train, test = draw(2, 40, 5)
    labels = torch.arange(40) % 3
    scaler = StandardScaler().fit(train.numpy())
    target = torch.nn.functional.one_hot(labels).double().numpy()
    model = Ridge(alpha=ridge).fit(scaler.transform(train.numpy()), target)
    want = torch.from_numpy(model.predict(scaler.transform(test.numpy())))
    got = linear_probe(train.to(device), labels.to(device), test.to(device), ridge=ridge)
    torch.testing.assert_close(got.cpu(), want)


def test_finds_what_is_there_whatever_its_scale_and_nothing_where_nothing_is(draw):
    noise, other = draw(2, 600, 4)
    labels = (noise[:, 0] > 0).long()
    quiet = noise * torch.tensor([1e-6, 1.0, 1.0, 1.0]) + torch.tensor([5.0, 0.0, 0.0, 0.0])
    assert accuracy(linear_probe(quiet[:300], labels[:300], quiet[300:]), labels[300:]) > 0.9
    assert accuracy(linear_probe(other[:300], labels[:300], other[300:]), labels[300:]) < 0.6


def test_dead_units_and_single_rows(draw):
    (x,) = draw(1, 6, 3)
    x[:, 1] = 0.1  # a unit that always says the same
    labels = torch.tensor([0, 1, 0, 1, 1, 1])
    wide, narrow = linear_probe(x, labels, x), linear_probe(x[:, [0, 2]], labels, x[:, [0, 2]])
    torch.testing.assert_close(wide, narrow)
    torch.testing.assert_close(linear_probe(x[:1], labels[1:2], x), torch.tensor([[0.0, 1.0]]).double().expand(6, 2))
    assert linear_probe(x, labels, x[:0]).shape == (0, 2)


def test_has_no_graph_and_is_float64(draw):
    x = draw(1, 8, 2)[0].float().requires_grad_()
    got = linear_probe(x, torch.arange(8) % 2, x)
    assert got.dtype == torch.float64
    assert not got.requires_grad


def test_refuses():
    x, y = torch.zeros(3, 2), torch.tensor([0, 1, 0])
    for call, error, match in [
        (lambda: linear_probe(x, y[:2], x), ValueError, r"^labels has shape \(2,\), needs \(N=3\)$"),
        (lambda: linear_probe(x, y, x[:, :1]), ValueError, r"^test has shape \(3, 1\), needs \(M, D=2\)$"),
        (lambda: linear_probe(x, y, x, ridge=0), ValueError, "^ridge is 0, needs > 0$"),
        (lambda: linear_probe(x[:0], y[:0], x), ValueError, "^train is empty, needs at least one row$"),
        (lambda: linear_probe(x, y - 1, x), ValueError, "^labels has the value -1, needs class numbers >= 0$"),
        (lambda: linear_probe(x, y.float(), x), TypeError, "^labels has dtype torch.float32, needs integers"),
        (lambda: linear_probe(x.long(), y, x), TypeError, "^train has dtype torch.int64, needs a floating dtype$"),
    ]:
        with pytest.raises(error, match=match):
            call()
