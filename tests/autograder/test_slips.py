"""A slip in a source does what its sentence says: the changed program against the formula that somebody would have written instead."""

import pytest
import torch
from torch import tensor

from fusion_edu.autograder.slips import slips

nan = float("nan")


def changed(source, label):
    """The programs that the slips of one label make of ``def f``, and their sentences."""
    found = []
    for name, sentence, text in slips(source):
        if name.rpartition(" (")[0] == label:
            scope = {"torch": torch, "_same": lambda x: x}
            exec(compile(text, "<slip>", "exec"), scope)
            found.append((scope["f"], sentence))
    assert found, [name for name, _, _ in slips(source)]
    return found


def one(source, label):
    """The one program of a label."""
    [(function, sentence)] = changed(source, label)
    assert sentence.startswith("Your function behaves as one that ")
    return function


def f(body, *arguments):
    """A source: ``def f`` with these arguments, x alone by default."""
    return f"def f({', '.join(arguments or ['x'])}):\n    return {body}\n"


@pytest.mark.parametrize(
    ("source", "label", "inputs", "result"),
    [
        (f("(a - b) * c", *"abc"), "bracket", (7.0, 2.0, 3.0), 7.0 - 2.0 * 3.0),
        (f("a * (b + c)", *"abc"), "bracket", (7.0, 2.0, 3.0), 7.0 * 2.0 + 3.0),
        (f("a - b * c", *"abc"), "bracket", (7.0, 2.0, 3.0), (7.0 - 2.0) * 3.0),
        (f("a / b + c", *"abc"), "bracket", (8.0, 2.0, 3.0), 8.0 / (2.0 + 3.0)),
        (f("a / b", *"ab"), "part left out", (8.0, 2.0), 8.0),
        (f("a / b", *"ab"), "sides of divided by swapped", (8.0, 2.0), 0.25),
        (f("a ** 2", "a"), "power missing", (8.0,), 8.0),
        (f("a / b", *"ab"), "0.1 added to a divisor", (8.0, 1.9), 4.0),
        (f("a / b", *"ab"), "divisor of 0.1 at least", (tensor(8.0), tensor(0.0)), 80.0),
        (f("torch.sqrt(x)"), "0.01 added under a root", (tensor(0.0),), 0.1),
        (f("x.sqrt()"), "0.01 added under a root", (tensor(0.0),), 0.1),
        (f("x.log()"), "1 added inside a logarithm", (tensor(0.0),), 0.0),
        (f("x.exp()"), "exp missing", (tensor(3.0),), 3.0),
        (f("x.mean()"), "median for mean", (tensor([0.0, 1.0, 5.0]),), 1.0),
        (f("x.mean(1)"), "median for mean", (tensor([[0.0, 1.0, 5.0]]),), [1.0]),
        (f("x.sum(1)"), "sum of everything", (tensor([[1.0, 2.0], [3.0, 4.0]]),), 10.0),
        (f("x.sum()"), "sum along the first axis", (tensor([[1.0, 2.0], [3.0, 4.0]]),), [4.0, 6.0]),
        (f("torch.mean(x)"), "mean along the first axis", (tensor([[1.0, 2.0], [3.0, 4.0]]),), [2.0, 3.0]),
        ("def f(x):\n    y = x * 2\n    return y + 1\n", "cut off at 20 on the way", (tensor([5.0, 15.0, -15.0]),), [11.0, 21.0, -19.0]),
        (f("x.std(0)"), "divided by N", (tensor([0.0, 2.0]),), 1.0),
        (f("-x"), "sign missing", (tensor(3.0),), 3.0),
        (f("x[~m]", "x", "m"), "mask inverted", (tensor([1.0, 2.0]), tensor([True, False])), [1.0]),
        (f("x > 0"), "equality the other way", (tensor(0.0),), True),
        (f("x > 0"), "comparison the wrong way", (tensor(-1.0),), True),
        (f("x == 0"), "equal for different", (tensor(1.0),), True),
        (f("x.masked_fill(m, -torch.inf).amax()", "x", "m"), "-10 for -infinity", (tensor([1.0, -50.0]), tensor([True, False])), -10.0),
        (f("torch.sigmoid(x)"), "sigmoid by exp", (tensor([0.0, 1000.0]),), [0.5, nan]),
        (f("x.softmax(1)"), "softmax by exp", (tensor([[0.0, 0.0], [1000.0, 0.0]]),), [[0.5, 0.5], [nan, 0.0]]),
        (f("torch.softmax(x, 1)"), "one maximum for all", (tensor([[0.0, 0.0], [-3000.0, -3000.0]]),), [[0.5, 0.5], [nan, nan]]),
        (f("torch.softmax(x, dim=1)"), "cut off at 50", (tensor([[60.0, 70.0]]),), [[0.5, 0.5]]),
    ],
)  # fmt: skip
def test_the_changed_program_is_the_slip(source, label, inputs, result):
    values = [torch.as_tensor(function(*inputs)) for function, _ in changed(source, label)]
    expected = torch.as_tensor(result)
    assert any(torch.allclose(value.to(expected.dtype), expected, equal_nan=True) for value in values), values


def test_a_softmax_without_an_axis_is_left_alone():
    assert not [name for name, _, _ in slips(f("x.softmax()")) if name.startswith(("softmax by", "cut off"))]


def test_a_value_on_the_way_loses_its_graph_or_is_cut_across():
    source = "def f(x):\n    y = x * 2\n    return y.sum(1)\n"
    cut = one(source, "detached on the way")
    assert not cut(torch.ones(2, 2, requires_grad=True)).requires_grad
    x = torch.arange(6.0).reshape(2, 3)
    across = [function(x) for function, _ in changed(source, "cut across on the way")]
    assert any(torch.equal(value, (2 * x).reshape(3, 2).T.sum(1)) for value in across)


@pytest.mark.parametrize("step", ["total += ", "total = total + "])
def test_a_gradient_that_is_never_cleared_counts_the_first_steps_again(step):
    source = (
        "def f(x):\n    total = 0.0\n    for k in (1.0, 10.0):\n"
        f"        {step}torch.autograd.grad(k * x, x)[0]\n    return total\n"
    )
    x = tensor(1.0, requires_grad=True)
    assert one(source, "never cleared")(x) == 1.0 + (1.0 + 10.0)


@pytest.mark.parametrize(
    "body",
    [
        "    return [int((x == k).sum()) for k in x.unique()]\n",
        "    found = []\n    for k in x.unique():\n        found.append(int((x == k).sum()))\n    return found\n",
    ],
)
def test_groups_that_are_counted_from_0_miss_those_behind_a_gap(body):
    assert one("def f(x):\n" + body, "numbered from 0")(tensor([0, 5, 5])) == [1, 0]
