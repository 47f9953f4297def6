"""What holds for every loss: dtypes, reductions, weights, devices, gradients, errors."""

import pytest
import torch
from loss_calls import CALLS, B, dtypes, every_loss, reductions

from fusion_edu import losses


def test_the_table_has_every_loss():
    helpers = {"all_pairs", "batch_hard", "reduce_loss", "safe_distance"}
    several = {
        "load_balance",
        "prefix_cross_entropy",
        "uncertainty_weighted",
    }  # of a gate, a text, other losses: own tests
    modules = {"CLIPLoss", "SigLIPLoss", "UncertaintyWeighting"}  # each calls a function of the table
    whole_batch = {"barlow_twins", "vicreg"}  # one number a batch: test_redundancy.py
    functions = {getattr(call.loss, "func", call.loss).__name__ for call in CALLS.values()}
    assert functions == set(losses.__all__) - helpers - modules - whole_batch - several


@every_loss
@dtypes
def test_half_precision_is_computed_and_returned_in_float32(call, dtype, device):
    inputs = tuple(x.to(device, dtype, copy=True).requires_grad_() for x in call.inputs)
    rest = tuple(r.to(device, dtype if r.is_floating_point() else r.dtype) for r in call.rest)
    exact = tuple(x.detach().double() if x.is_floating_point() else x for x in (*inputs, *rest))
    want = call.loss(*exact, reduction="none")
    got = call.loss(*inputs, *rest, reduction="none")
    assert got.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    assert got.device.type == device.type
    torch.testing.assert_close(got.double(), want, rtol=2e-5, atol=2e-6)
    got.sum().backward()
    assert all(x.grad.dtype == dtype and x.grad.isfinite().all() for x in inputs)


@pytest.mark.sample(27)
@every_loss
@reductions
def test_gradients_of_first_and_second_order(call, reduction):
    inputs = tuple(x.clone().requires_grad_() for x in call.inputs)
    weight = torch.linspace(0.5, 2, call.weights, dtype=torch.float64)

    def loss(*x):
        return call(*x, reduction=reduction, weight=weight)

    assert torch.autograd.gradcheck(loss, inputs)
    assert torch.autograd.gradgradcheck(loss, inputs)


@every_loss
def test_mean_and_sum_reduce_none(call, device):
    inputs = tuple(x.to(device) for x in call.inputs)
    each, mean, total = (call(*inputs, reduction=r) for r in ("none", "mean", "sum"))
    assert each.shape == (B,)
    torch.testing.assert_close(each.sum(), total)
    torch.testing.assert_close(mean * B, total)


@every_loss
def test_mean_is_the_default(call):
    torch.testing.assert_close(call(), call(reduction="mean"), rtol=0, atol=0)


@every_loss
@reductions
def test_weights_of_one_change_nothing(call, reduction):
    ones = torch.ones(call.weights, dtype=torch.float64)
    torch.testing.assert_close(call(reduction=reduction, weight=ones), call(reduction=reduction))


@every_loss
def test_doubled_weights_double_the_sum_and_leave_the_mean(call):
    some = torch.linspace(0, 2, call.weights, dtype=torch.float64)
    torch.testing.assert_close(call(reduction="sum", weight=2 * some), 2 * call(reduction="sum", weight=some))
    soft = call.rest and call.rest[0].is_floating_point()  # then PyTorch, and this library, divide by B
    factor = 2 if soft else 1
    torch.testing.assert_close(call(weight=2 * some), factor * call(weight=some))


@every_loss
def test_refuses_weights_that_are_all_zero_for_the_mean(call):
    zeros = torch.zeros(call.weights)
    assert call(reduction="sum", weight=zeros) == 0
    if not (call.rest and call.rest[0].is_floating_point()):
        with pytest.raises(ValueError, match="^weight summed over the batch has the value 0, needs > 0 to divide by$"):
            call(weight=zeros)


@pytest.mark.sample(72)
@every_loss
@reductions
@dtypes
def test_runs_on_the_meta_device_where_there_are_no_values(call, reduction, dtype):
    inputs = tuple(x.to("meta", dtype, copy=True).requires_grad_() for x in call.inputs)
    loss = call(*inputs, reduction=reduction, weight=torch.ones(call.weights, device="meta"))
    assert loss.is_meta
    assert loss.shape == ((B,) if reduction == "none" else ())
    loss.sum().backward()
    assert all(x.grad.is_meta for x in inputs)


@pytest.mark.sample(6)
@every_loss
def test_stays_one_graph_under_torch_compile(call):
    torch.compiler.reset()
    compiled = torch.compile(lambda *x: call(*x), backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(*call.inputs), call())


@every_loss
def test_refuses_tensors_on_two_devices(call):
    with pytest.raises(ValueError, match=r"^weight is on meta, needs cpu, the device of"):
        call(weight=torch.ones(call.weights, device="meta"))
    if len(call.inputs) > 1:
        with pytest.raises(ValueError, match=r"is on meta, needs cpu, the device of \w+$"):
            call(*call.inputs[:-1], call.inputs[-1].to("meta"))
    else:
        with pytest.raises(ValueError, match=r"is on meta, needs cpu, the device of \w+$"):
            call.loss(call.inputs[0], call.rest[0].to("meta"))


@every_loss
def test_refuses_an_empty_batch(call):
    with pytest.raises(ValueError, match=r"^\w+ is empty, shape \(0.*\): needs at least one sample$"):
        call.loss(*(x[:0] for x in call.inputs), *(r[:0] for r in call.rest))


@every_loss
def test_refuses_an_axis_that_would_broadcast(call):
    """Regression: ``F.mse_loss`` of (8, 1) and (8,) broadcasts to 10.5 where 0 is true."""
    arguments = (*call.inputs, *call.rest)
    last = arguments[-1]
    one = last[:, :1] if last.ndim == 2 else last.unsqueeze(1)
    with pytest.raises(ValueError, match=rf"has shape \({B}, 1\), needs \("):
        call.loss(*arguments[:-1], one)


@every_loss
def test_refuses_what_is_no_tensor(call):
    arguments = (*call.inputs, *call.rest)
    with pytest.raises(TypeError, match="is a list, needs a torch tensor"):
        call.loss(arguments[0].tolist(), *arguments[1:])
    with pytest.raises(TypeError, match="is a list, needs a torch tensor"):
        call.loss(*arguments[:-1], arguments[-1].tolist())
    with pytest.raises(TypeError, match="weight is a list, needs a torch tensor"):
        call(weight=[1.0] * call.weights)


@every_loss
def test_refuses_numbers_that_are_not_real_and_floating(call):
    with pytest.raises(TypeError, match=r"^\w+ has dtype torch.int64, needs a floating dtype"):
        call(*(torch.ones_like(x, dtype=torch.int64) for x in call.inputs))
    with pytest.raises(TypeError, match=r"^\w+ has dtype torch.complex128, needs real numbers"):
        call(*(x.to(torch.complex128) for x in call.inputs))


@every_loss
def test_refuses_an_unknown_reduction(call):
    with pytest.raises(ValueError, match='^reduction is \'avg\', needs "none", "mean" or "sum"$'):
        call(reduction="avg")


@every_loss
def test_refuses_bad_weights(call):
    weight = torch.ones(call.weights, dtype=torch.float64)
    with pytest.raises(ValueError, match=rf"^weight has shape \({call.weights + 1},\), needs \({call.weights},?\)"):
        call(weight=torch.ones(call.weights + 1))
    for bad in (-1.0, torch.inf, torch.nan):
        with pytest.raises(ValueError, match=rf"^weight has the value {bad:.6g}, needs numbers >= 0 and finite$"):
            call(weight=weight.index_fill(0, torch.tensor([1]), bad))


@every_loss
def test_leaves_its_inputs_alone(call):
    before = [x.clone() for x in (*call.inputs, *call.rest)]
    call()
    assert all(torch.equal(x, y) for x, y in zip(before, (*call.inputs, *call.rest), strict=True))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("info_nce", "temperature"),
        ("info_nce in chunks", "temperature"),
        ("supervised_contrastive", "temperature"),
        ("contrastive", "margin"),
        ("contrastive_from_embeddings", "margin"),
        ("triplet", "margin"),
        ("huber", "delta"),
        ("focal", "gamma"),
        ("gaussian_nll", "eps"),
    ],
)
def test_a_number_that_would_learn_is_refused(name, number):
    """Regression: its gradient was none, or had the wrong sign."""
    call = CALLS[name]
    with pytest.raises(
        TypeError, match=rf"^{number} requires grad, needs a number.* clip and siglip learn their scale$"
    ):
        call(**{number: torch.tensor(0.5, requires_grad=True)})
    with pytest.raises(TypeError, match=rf"^{number} has shape \(1,\), needs a number"):
        call(**{number: torch.ones(1)})
    torch.testing.assert_close(call(**{number: torch.tensor(0.5)}), call(**{number: 0.5}))
