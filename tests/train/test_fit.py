"""fit against a loop written by hand, and every refusal it promises."""

import copy
import math

import pytest
import torch
from torch import nn

from fusion_edu import progress
from fusion_edu.train import Bar, History, fit


def linear(device="cpu", dtype=torch.float64):
    torch.manual_seed(1)
    return nn.Linear(3, 1, dtype=dtype).to(device)


def data(draw, device="cpu"):
    x, _ = draw(2, 20, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]], dtype=torch.float64) + 0.3
    return x.to(device), y.to(device)


def squares(prediction, target):
    return ((prediction - target) ** 2).mean()


def test_one_full_batch_step_of_sgd_is_the_formula(device, draw):
    x, y = data(draw, device)
    model = linear(device)
    w, b = model.weight.detach().clone(), model.bias.detach().clone()
    rest = x @ w.T + b - y
    history = fit(
        model, x, y, loss=squares, epochs=1, batch_size=20, learning_rate=0.1, optimizer="sgd", progress=False
    )
    assert history.train_loss == pytest.approx([(rest**2).mean().item()])
    torch.testing.assert_close(model.weight, w - 0.1 * 2 * rest.T @ x / 20)
    torch.testing.assert_close(model.bias, b - 0.1 * 2 * rest.mean(dim=0))


def test_many_steps_equal_a_loop_by_hand(draw):
    x, y = data(draw)
    model, other = linear(), linear()
    fit(model, x, y, loss=squares, epochs=3, batch_size=7, learning_rate=0.05, seed=5, progress=False)
    adam, order = torch.optim.Adam(other.parameters(), lr=0.05), torch.Generator().manual_seed(5)
    for _ in range(3):
        for rows in torch.randperm(20, generator=order).split(7):
            adam.zero_grad()
            squares(other(x[rows]), y[rows]).backward()
            adam.step()
    torch.testing.assert_close(model.weight, other.weight)


class Fused(nn.Module):
    def __init__(self):
        super().__init__()
        self.head, self.drop = nn.Linear(5, 2), nn.Dropout(0.5)

    def forward(self, x):
        return self.head(self.drop(torch.cat([x["image"], x["text"]], dim=1)))


def test_two_calls_are_identical_and_leave_the_global_generator_alone(device):
    x = {"image": torch.randn(30, 3), "text": torch.randn(30, 2)}
    y = torch.randint(2, (30,))
    first = Fused()
    second = copy.deepcopy(first)
    torch.manual_seed(7)
    want = torch.rand(1)
    torch.manual_seed(7)
    a = fit(first, x, y, loss=nn.CrossEntropyLoss(), epochs=4, batch_size=8, seed=3, device=device, progress=False)
    assert torch.equal(torch.rand(1), want)
    b = fit(second, x, y, loss=nn.CrossEntropyLoss(), epochs=4, batch_size=8, seed=3, device=device, progress=False)
    assert a == b
    assert len(a) == 4
    assert not first.training
    assert first.head.weight.device.type == device.type


def test_early_stop_goes_back_to_the_best_weights(draw):
    x, y = data(draw)
    model = linear()
    history = fit(
        model, x, y, loss=squares, epochs=200, learning_rate=0.3, valid=(x[:5], -y[:5]), patience=3, progress=False
    )
    assert len(history) < 200
    assert len(history) - 1 - history.best_epoch == 3
    assert min(history.valid_loss) == history.valid_loss[history.best_epoch]
    assert squares(model(x[:5]), -y[:5]).item() == pytest.approx(history.valid_loss[history.best_epoch])


def test_clip_bounds_the_step(draw):
    x, y = data(draw)
    model = linear()
    before = torch.cat([p.detach().flatten() for p in model.parameters()])
    fit(
        model,
        x,
        1e6 * y,
        loss=squares,
        epochs=1,
        batch_size=20,
        learning_rate=1.0,
        optimizer="sgd",
        clip=0.5,
        progress=False,
    )
    after = torch.cat([p.detach().flatten() for p in model.parameters()])
    assert (after - before).norm().item() == pytest.approx(0.5, rel=1e-4)


def test_a_loss_with_weights_of_its_own_learns_them(draw):
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_scale = nn.Parameter(torch.zeros((), dtype=torch.float64))

        def forward(self, prediction, target):
            return squares(prediction, target) * torch.exp(-self.log_scale) + self.log_scale

    loss = Scaled()
    fit(linear(), *data(draw), loss=loss, epochs=2, progress=False)
    assert loss.log_scale.item() != 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_mixed_precision_learns_on_cuda():
    x = torch.randn(256, 3)
    history = fit(linear("cuda", torch.float32), x, x[:, :1], loss=squares, epochs=30, amp=True, progress=False)
    assert history.train_loss[-1] < 0.1 * history.train_loss[0]


def test_data_that_is_no_tensor_is_refused(draw):
    _, y = data(draw)
    with pytest.raises(TypeError, match=r"^x is a list, needs a torch tensor of shape \(N, ...\)$"):
        fit(linear(), [1.0], y, loss=squares, epochs=1, progress=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"y": torch.zeros(3, 1)}, "x has 20 samples, needs 3 as y has"),
        ({"x": torch.zeros(0, 3), "y": torch.zeros(0, 1)}, "y is empty, needs at least one sample"),
        ({"x": {}}, "x is empty"),
        ({"x": {"text": torch.zeros(4, 3)}}, r"x\['text'\] has 4 samples, needs 20"),
        ({"epochs": 0}, "epochs is 0, needs a whole number >= 1"),
        ({"learning_rate": float("nan")}, "learning_rate is nan, needs > 0"),
        ({"learning_rate": float("inf")}, "learning_rate is inf, needs > 0 and finite"),
        ({"optimizer": "magic"}, "optimizer is 'magic', needs one of adam, adamw, sgd"),
        ({"patience": 2}, r"patience is 2, needs valid=\(x, y\)"),
        ({"amp": True, "device": "cpu"}, "amp is True on cpu, needs a CUDA device"),
        ({"loss": lambda p, t: p - t}, r"loss gave shape \(20, 1\), needs a scalar"),
        ({"loss": lambda p, t: 1.0}, "loss gave a float, needs a scalar tensor"),
        ({"loss": lambda p, t: squares(p, t).detach()}, "loss gave a number without a graph, needs one to learn from"),
        ({"model": nn.Identity()}, "model has no parameter that learns"),
        ({"valid": (torch.zeros(2, 3), torch.zeros(3, 1))}, "valid x has 2 samples, needs 3"),
    ],
)
def test_refusals_name_the_argument(draw, change, says):
    x, y = data(draw)
    call = {"model": linear(), "x": x, "y": y, "loss": squares, "epochs": 1, "progress": False} | change
    with pytest.raises(ValueError, match=says):
        fit(call.pop("model"), call.pop("x"), call.pop("y"), **call)


def test_a_loss_that_explodes_names_epoch_and_remedy(draw):
    x, y = data(draw)
    with pytest.raises(FloatingPointError, match=r"in epoch \d+: try learning_rate=1 \(it is 10\), clip=1.0"):
        fit(linear(), x, y, loss=squares, epochs=300, learning_rate=10.0, optimizer="sgd", progress=False)
    x[3, 1] = torch.nan
    with pytest.raises(FloatingPointError, match="loss is nan in epoch 1: x holds nan or infinite values"):
        fit(linear(), x, y, loss=squares, epochs=2, progress=False)


def test_a_validation_loss_that_is_nan_is_refused_too(draw):
    """Regression: nan in epoch 1 was the best for good, for no number is below it."""
    x, y = data(draw)
    spoilt = y.clone()
    spoilt[2] = torch.nan
    for check, says in (((x, spoilt), "valid y holds nan"), ((x, y * 1e200), "try learning_rate")):
        with pytest.raises(FloatingPointError, match=rf"^valid loss is (nan|inf) in epoch 1: {says}"):
            fit(linear(), x, y, loss=squares, epochs=2, valid=check, patience=1, progress=False)


def test_a_number_is_better_than_nan():
    history = History()
    assert [history.add(1.0, v) for v in (math.nan, math.nan, 2.0, math.nan, 1.0)] == [True, False, True, False, True]
    assert history.best_epoch == 4


def test_history_keeps_the_first_of_equal_epochs():
    history = History()
    assert [history.add(1.0, v) for v in (0.5, 0.4, 0.4, 0.6)] == [True, True, False, False]
    assert history.best_epoch == 1


def test_redirected_output_stays_clean(capfd):
    with Bar(2, label="epochs") as bar:
        bar.step("loss 1.0")
        bar.step()
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_a_bar_that_is_made_and_not_entered_silences_no_other():
    """Regression: from then on every bar of the process was silent."""
    Bar(2, label="epochs").step()
    assert not progress._busy.get()
    with Bar(2, label="epochs"):
        assert progress._busy.get()
    assert not progress._busy.get()


class Rising(nn.Module):
    """A loss that learns: its own weight goes up by the learning rate where y is -1, and costs where y is 1."""

    def __init__(self):
        super().__init__()
        self.height = nn.Parameter(torch.zeros(()))

    def forward(self, prediction, target):
        return target.mean() * self.height + 0 * prediction.sum()


def test_goes_back_to_the_best_weights_of_a_loss_too():
    """Regression: the model went back and the loss did not, so the best validation loss belonged to no pair of them."""
    loss, x = Rising(), torch.ones(4, 1)
    options = {"epochs": 9, "batch_size": 4, "optimizer": "sgd", "learning_rate": 0.1, "progress": False}
    history = fit(nn.Linear(1, 1), x, -x, loss=loss, valid=(x, x), patience=3, **options)
    assert history.best_epoch == 0
    assert len(history) == 4
    assert loss.height.item() == pytest.approx(history.valid_loss[0])


@pytest.mark.parametrize(("rows", "sizes"), [(9, [4, 5]), (8, [4, 4]), (10, [4, 4, 2]), (1, [1]), (5, [5])])
def test_a_row_left_over_joins_the_batch_before_it(rows, sizes):
    """Regression: the last batch of 65 rows had one, without negatives and batch statistics."""
    seen = []

    def loss(prediction, target):
        seen.append(len(target))
        return squares(prediction, target)

    x = torch.randn(rows, 3)
    fit(nn.Linear(3, 1), x, x[:, :1], loss=loss, epochs=1, batch_size=4, progress=False)
    assert seen == sizes


def test_batches_of_one_are_taken_at_their_word():
    seen = []
    fit(nn.Linear(1, 1), torch.ones(3, 1), torch.ones(3, 1), epochs=1, batch_size=1, progress=False,
        loss=lambda p, y: seen.append(len(y)) or squares(p, y))  # fmt: skip
    assert seen == [1, 1, 1]


@pytest.mark.parametrize("name", ["epochs", "batch_size", "patience"])
def test_counts_are_whole_numbers(name):
    x = torch.ones(4, 1)
    options = {"epochs": 1, "batch_size": 4, "patience": 1} | {name: 1.5}
    with pytest.raises(ValueError, match=f"^{name} is 1.5, needs a whole number >= 1$"):
        fit(nn.Linear(1, 1), x, x, loss=squares, valid=(x, x), progress=False, **options)
