"""Tasks of lesson 02: losses of numbers."""

import math

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

GRID = tuple(-4 + 8 * i / 60 for i in range(61))

# 02.1 ---------------------------------------------------------------------------------------------


def mse_loss(pred: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Two tensors of one shape to a scalar, or to that shape with "none"."""
    if pred.shape != target.shape:
        raise ValueError(f"pred has shape {tuple(pred.shape)}, target {tuple(target.shape)}, needs the same")
    squared = (target - pred) ** 2
    if reduction == "none":
        return squared
    return squared.mean() if reduction == "mean" else squared.sum()


def _in_place(pred: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    difference = target.data.sub_(pred.detach())
    squared = (difference + pred.detach() - pred) ** 2
    if reduction == "none":
        return squared
    return squared.mean() if reduction == "mean" else squared.sum()


def _draw_predictions(draw: Draw) -> list[Case]:
    n, k = draw.whole(3, 6), draw.whole(2, 4)
    double = draw.normal(n, k, dtype=torch.float64)
    return [
        Case("one number", (draw.normal(1), draw.normal(1))),
        Case("random", (draw.normal(n), draw.normal(n) * 3)),
        Case("3 axes, float64", (draw.normal(2, n, k, dtype=torch.float64), draw.normal(2, n, k, dtype=torch.float64))),
        Case("sum, 2-D", (draw.normal(n, k), draw.normal(n, k), "sum")),
        Case("none, 2-D", (double, double + 1, "none")),
        Case("shapes that broadcast", (draw.normal(n, 1), draw.normal(n, k))),
        Case("a row against a column", (draw.normal(n), draw.normal(n, 1), "sum")),
        Case("gradient, 2-D", (draw.normal(n, k), draw.normal(n, k)), gradient=(0,)),
        Case("gradient of the sum", (draw.normal(n), draw.normal(n), "sum"), gradient=(0,)),
        Case("gradient at a perfect fit", (double, double.clone()), gradient=(0,)),
    ]


MSE = Task(
    id="02.1",
    title="Mean squared error, exactly as the formula",
    promise=r"""
    Write `mse_loss(pred, target, reduction="mean")`: the mean of $(\mathrm{target} - \mathrm{pred})^2$.

    - `pred` and `target` have the same shape, any number of axes (none too) and at least one entry, and one dtype (float32 or float64), which the result keeps. All numbers are finite.
    - `reduction="mean"` gives the mean over all entries, `"sum"` their sum (both as a 0-d tensor), `"none"` the squared errors themselves in the shape of the inputs.
    - Shapes that differ raise ValueError, for every reduction: also where they would broadcast, as (N, 1) and (N,) do, or have as many entries.
    - Gradients flow back to `pred`; at a perfect fit they are 0. The inputs are not changed.
    """,
    reference=mse_loss,
    named=(
        Case("three numbers", (tensor([1.0, 2.0, 3.0]), tensor([1.0, 4.0, 0.0]))),
        Case("(3, 1) against (3,)", (tensor([[1.0], [2.0], [3.0]]), tensor([1.0, 2.0, 3.0]))),
        Case("(2, 3) against (3, 2)", (Draw(1).normal(2, 3), Draw(2).normal(3, 2))),
        Case("(1,) against ()", (tensor([1.0]), tensor(2.0))),
        Case("(2, 1) against (2, 3), none", (Draw(1).normal(2, 1), Draw(2).normal(2, 3), "none")),
        Case("(1, 3) against (2, 3)", (Draw(1).normal(1, 3), Draw(2).normal(2, 3))),
        Case("2-D", (Draw(1).normal(4, 3), Draw(2).normal(4, 3))),
        Case("no axis", (tensor(1.0), tensor(3.0))),
        Case("one entry", (tensor([1.5]), tensor([-0.5]))),
        Case(
            "none, 2-D, float64",
            (Draw(1).normal(2, 3, dtype=torch.float64), Draw(2).normal(2, 3, dtype=torch.float64), "none"),
        ),
        Case("gradient at a perfect fit", (tensor([1.0, 2.0]), tensor([1.0, 2.0])), gradient=(0,)),
        Case("sum", (tensor([1.0, 2.0]), tensor([3.0, 5.0]), "sum")),
        Case("none", (tensor([1.0, 2.0]), tensor([3.0, 5.0]), "none")),
        Case("gradient", (tensor([1.0, 2.0, 3.0]), tensor([1.0, 4.0, 0.0])), gradient=(0,)),
        Case("float64", (Draw(1).normal(3, dtype=torch.float64), Draw(2).normal(3, dtype=torch.float64))),
    ),
    draws=_draw_predictions,
    mistakes=(
        Mistake(
            "sum for mean",
            edit('squared.mean() if reduction == "mean" else squared.sum()', "squared.sum()"),
            'You summed where "mean" is asked for, so the loss grows with the batch. The mean divides by the number of entries, whatever one calls it in words.',
            "the loss grows with the batch",
        ),
        Mistake(
            "half",
            edit("squared.mean()", "0.5 * squared.mean()"),
            "A ½ too much: some texts put it in front so that the gradient is (pred - target). The mean of squares has none.",
            "half the value, half the gradient",
        ),
        Mistake(
            "broadcast",
            edit(
                'raise ValueError(f"pred has shape {tuple(pred.shape)}, target {tuple(target.shape)}, needs the same")',
                "pass",
            ),
            "(3, 1) against (3,) broadcasts to a 3x3 table: every prediction is compared with every target, and the best that can be learned is "
            "the mean of the targets. Compare the shapes first and raise ValueError.",
            "(N, 1) against (N,) makes an N x N table, silently",
        ),
        Mistake(
            "rmse",
            edit("squared.mean()", "squared.mean().sqrt()"),
            "That is the root mean squared error: another unit, another gradient, and NaN at a perfect fit.",
            "another unit; NaN at a perfect fit",
        ),
        Mistake(
            "mae",
            edit("(target - pred) ** 2", "(target - pred).abs()"),
            "That is the mean absolute error: outliers count linearly. Square the differences.",
            "outliers count linearly",
        ),
        Mistake(
            "square of mean",
            edit("return squared.mean() if", "return (target - pred).mean() ** 2 if"),
            "You squared the mean error, so +2 and -2 cancel. Square first, then average.",
            "errors of opposite sign cancel",
        ),
        Mistake(
            "divide by batch",
            edit("squared.mean() if", "squared.sum() / pred.shape[0] if"),
            "You divided by the number of rows. For (N, D) the mean divides by N times D.",
            "D times too large for (N, D)",
        ),
        Mistake(
            "detach",
            edit("(target - pred) ** 2", "(target - pred.detach()) ** 2"),
            "The value is right, but no gradient reaches pred: .detach(), torch.no_grad(), .item() or NumPy inside a loss. It prints well and never falls.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "inplace",
            _in_place,
            "Your function overwrote the caller's target: -=, x[...] = and methods whose names end in _ change their input. The second call then gives another value.",
            "the labels are overwritten",
        ),
        Mistake(
            "ignores none",
            edit('reduction == "none"', 'reduction == "nothing"'),
            'reduction="none" must give the squared errors themselves: masks and weights need them.',
            '"none" gives a scalar',
        ),
        Mistake(
            "half everywhere",
            edit("(target - pred) ** 2", "0.5 * (target - pred) ** 2"),
            "A ½ too much, in all three reductions. The square of the error has none in this task.",
            "half the value, half the gradient",
        ),
        Mistake(
            "compares lengths",
            edit("pred.shape != target.shape", "pred.shape[:1] != target.shape[:1]"),
            "You compared the first axis only: (N, 1) and (N,) or (N, K) still broadcast. Compare the whole shapes.",
            "(N, 1) against (N,) still makes a table",
        ),
        Mistake(
            "compares counts",
            edit("pred.shape != target.shape", "pred.numel() != target.numel()"),
            "You compared the numbers of entries: (N, 1) and (N,) have as many and still broadcast to N x N. Compare the shapes.",
            "(N, 1) against (N,) still makes a table",
        ),
        Mistake(
            "reshapes",
            edit(
                "    if pred.shape",
                "    if pred.numel() == target.numel():\n        pred = pred.reshape(target.shape)\n    if pred.shape",
            ),
            "You bring one of the two to the shape of the other. That hides a mistake of the caller: (2, 3) against (3, 2) pairs wrong numbers. Raise ValueError.",
            "shapes that differ are let through",
        ),
        Mistake(
            "sum ignored",
            edit('squared.mean() if reduction == "mean" else squared.sum()', "squared.mean()"),
            '"sum" gives the mean in yours: add the branch that sums.',
            '"sum" gives the mean',
        ),
        Mistake(
            "none flattened",
            edit("        return squared\n", "        return squared.flatten()\n"),
            '"none" must keep the shape of the inputs; yours has one axis.',
            '"none" loses the shape',
        ),
        Mistake(
            "none of absolute",
            edit("        return squared\n", "        return (target - pred).abs()\n"),
            '"none" gives absolute errors in yours. It is the squared errors before they are averaged.',
            '"none" is not squared',
        ),
        Mistake(
            "negative",
            edit("(target - pred) ** 2", "-((target - pred) ** 2)"),
            "The sign is flipped: a training step would make the error larger.",
            "negative numbers",
        ),
        Mistake(
            "difference of squares",
            edit("(target - pred) ** 2", "target**2 - pred**2"),
            "You squared first and subtracted then. Subtract first: (target - pred)².",
            "may be negative; 0 for -1 against 1",
        ),
        Mistake(
            "relative",
            edit("(target - pred) ** 2", "((target - pred) / target) ** 2"),
            "You divided each error by its target: infinite where the target is 0. The squared error is not relative.",
            "infinite at a target of 0",
        ),
        Mistake(
            "centred",
            edit("(target - pred) ** 2", "((target - pred) - (target - pred).mean()) ** 2"),
            "You subtracted the mean error before you squared: that is the variance of the errors, and a constant offset costs nothing.",
            "a constant offset costs nothing",
        ),
        Mistake(
            "divide by n - 1",
            edit("squared.mean()", "(squared.sum() / (squared.numel() - 1))"),
            "You divided by the number of entries minus 1. That belongs to a variance; the mean divides by the number itself.",
            "infinite or NaN for one entry",
        ),
        Mistake(
            "median",
            edit("squared.mean()", "squared.median()"),
            "You took the median of the squared errors: most entries then get no gradient. Take the mean.",
            "one entry gets all the gradient",
        ),
        Mistake(
            "largest",
            edit("squared.mean()", "squared.amax()"),
            "You took the largest squared error. Take the mean.",
            "one entry gets all the gradient",
        ),
        Mistake(
            "python number",
            edit("squared.mean() if", "squared.mean().item() if"),
            "You returned a Python number: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "one axis left",
            edit("squared.mean() if", "squared.mean().reshape(1) if"),
            "The mean has shape (1,) and should be 0-d.",
            "shape (1,)",
        ),
        Mistake(
            "float32 forced",
            edit("(target - pred) ** 2", "(target - pred).float() ** 2"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "none unchecked",
            edit("if pred.shape != target.shape", 'if reduction != "none" and pred.shape != target.shape'),
            'With reduction="none" you do not compare the shapes, and they broadcast in silence. Compare them first, for every reduction.',
            '"none" still makes a table',
        ),
        Mistake(
            "checked for the mean only",
            edit("if pred.shape != target.shape", 'if reduction == "mean" and pred.shape != target.shape'),
            'You compare the shapes for "mean" only. With "sum" and "none" they broadcast in silence: compare them first, for every reduction.',
            '"sum" and "none" still make a table',
        ),
        Mistake(
            "compares axes",
            edit("pred.shape != target.shape", "pred.dim() != target.dim()"),
            "You compared the numbers of axes: (N, 1) and (N, K) have two each and still broadcast. Compare the shapes.",
            "(N, 1) against (N, K) still makes a table",
        ),
        Mistake(
            "compares the last axis",
            edit("pred.shape != target.shape", "pred.shape[-1:] != target.shape[-1:]"),
            "You compared the last axis only: (1, D) and (N, D) still broadcast. Compare the whole shapes.",
            "(1, D) against (N, D) still makes a table",
        ),
        Mistake(
            "divide by batch, no axis",
            edit("squared.mean() if", "squared.sum() / (len(pred) if pred.dim() else 1) if"),
            "You divided by the number of rows. For (N, D) the mean divides by N times D.",
            "D times too large for (N, D)",
        ),
        Mistake(
            "half the sum",
            edit("else squared.sum()", "else 0.5 * squared.sum()"),
            'A ½ too much in "sum": some texts put it in front so that the gradient is (pred - target). The sum of squares has none.',
            '"sum" is halved',
        ),
        Mistake(
            "mean and sum swapped",
            edit('if reduction == "mean" else', 'if reduction == "sum" else'),
            '"mean" gives the sum in yours, and "sum" the mean.',
            '"mean" and "sum" have changed places',
        ),
        Mistake(
            "python numbers",
            edit(
                'return squared.mean() if reduction == "mean" else squared.sum()',
                'return (squared.mean() if reduction == "mean" else squared.sum()).item()',
            ),
            "You returned Python numbers: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "squeezes",
            edit("    if pred.shape", "    pred, target = pred.squeeze(), target.squeeze()\n    if pred.shape"),
            "You drop the axes of length 1 before you compare: (3, 1) and (3,) then count as the same shape. That hides a mistake of the caller: raise ValueError.",
            "(N, 1) against (N,) is let through",
        ),
    ),
    hints=(
        "Square each difference. What stands in front of the sum in the formula?",
        "Three branches: none, mean, sum. And what must happen before, if the shapes differ?",
        "if pred.shape != target.shape: raise ValueError(...)",
    ),
    difficulty=1,
    points=5,
    minutes=10,
    forbidden=(
        "torch.nn.functional.mse_loss",
        "torch.nn.functional.huber_loss",  # twice this one, and twice the next: the same numbers
        "torch.nn.functional.smooth_l1_loss",
        "torch.nn.functional.gaussian_nll_loss",
    ),
    curves=(
        Curve(
            "Loss of two predictions",
            "first prediction (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x, 1.0]), tensor([0.0, 0.0])),
        ),
    ),
)

# 02.2 ---------------------------------------------------------------------------------------------


def huber_loss(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """(N,) and (N,) to a scalar."""
    e = (pred - target).abs()
    near = 0.5 * e**2
    far = delta * (e - 0.5 * delta)
    return torch.where(e <= delta, near, far).mean()


def _draw_errors(draw: Draw) -> list[Case]:
    n = draw.whole(4, 8)
    delta = 0.5 + draw.whole(1, 8) / 4
    return [
        Case("one number", (draw.normal(1) * 3, draw.normal(1))),
        Case("random", (draw.normal(n) * 3, draw.normal(n))),
        Case(
            "float64, random delta",
            (draw.normal(n, dtype=torch.float64) * 4, draw.normal(n, dtype=torch.float64), delta),
        ),
        Case("small delta", (draw.normal(n), draw.normal(n), 0.1)),
        Case("at delta", (tensor([delta, -delta, 0.0]), torch.zeros(3), delta)),
        Case("outliers", (draw.normal(n) * 1e4, draw.normal(n))),
        Case("gradient, random delta", (draw.normal(n) * 3, draw.normal(n), delta), gradient=(0,)),
    ]


HUBER = Task(
    id="02.2",
    title="Huber: a parabola near, a line far",
    promise=r"""
    Write `huber_loss(pred, target, delta=1.0)`: the mean over all N of $\frac12 e^2$ where $|e| \le \delta$, and of $\delta\,(|e| - \frac12\delta)$ beyond, with $e = \mathrm{pred} - \mathrm{target}$ and $\delta$ = `delta`.

    - `pred` and `target` have shape (N,), N >= 1, and one dtype (float32 or float64); delta > 0, small or large. Errors are finite, up to a million. The result is a 0-d tensor of that dtype.
    - Gradients flow back to `pred`, finite everywhere, 0 at e = 0. The inputs are not changed.
    """,
    reference=huber_loss,
    named=(
        Case("small error", (tensor([0.5]), tensor([0.0]))),
        Case("large error", (tensor([3.0]), tensor([0.0]))),
        Case("delta 2", (tensor([0.5, 5.0, -4.0]), tensor([0.0, 0.0, 0.0]), 2.0)),
        Case("gradient", (tensor([0.5, 3.0, -4.0]), tensor([0.0, 0.0, 0.0])), gradient=(0,)),
        Case("at delta, on both sides", (tensor([0.5, -0.5, 0.0]), tensor([0.0, 0.0, 0.0]), 0.5)),
        Case("a million off", (tensor([1e6]), tensor([0.0]))),
        Case("delta 0.01", (tensor([0.004, 0.5, -0.02]), tensor([0.0, 0.0, 0.0]), 0.01)),
        Case(
            "float64, delta 3",
            (Draw(1).normal(5, dtype=torch.float64) * 4, Draw(2).normal(5, dtype=torch.float64), 3.0),
        ),
        Case(
            "gradient, delta 2, a perfect fit among them",
            (tensor([0.0, 1.0, -5.0, 1.5]), torch.zeros(4), 2.0),
            gradient=(0,),
        ),
        Case("gradient, a million off", (tensor([1e6, 0.5]), tensor([0.0, 0.0])), gradient=(0,)),
    ),
    draws=_draw_errors,
    mistakes=(
        Mistake(
            "no half",
            edit("0.5 * e**2", "e**2"),
            "Without the ½ the two pieces do not meet at |e| = delta: the loss jumps there.",
            "a jump at |e| = delta",
        ),
        Mistake(
            "discontinuous",
            edit("delta * (e - 0.5 * delta)", "delta * e"),
            "The line does not continue the parabola, it jumps by ½ delta²: subtract ½ delta inside the bracket.",
            "a jump of ½ delta² at the joint",
        ),
        Mistake(
            "smooth l1",
            edit("torch.where(e <= delta, near, far)", "torch.where(e <= delta, near / delta, far / delta)"),
            "That is Smooth L1, which is Huber divided by delta: the same at delta = 1 and nowhere else.",
            "delta times too small",
        ),
        Mistake(
            "swapped",
            edit("torch.where(e <= delta, near, far)", "torch.where(e <= delta, far, near)"),
            "Your branches are swapped: outliers get the parabola, the opposite of robust.",
            "outliers count by their square",
        ),
        Mistake(
            "delta not slope",
            edit("delta * (e - 0.5 * delta)", "(e - 0.5 * delta)"),
            "Beyond delta your line has slope 1; its slope must be delta.",
            "slope 1 for every delta",
        ),
        Mistake(
            "sum",
            edit(".mean()", ".sum()"),
            "You summed: the loss grows with N. Take the mean.",
            "the loss grows with N",
        ),
        Mistake(
            "signed e",
            edit("(pred - target).abs()", "(pred - target)"),
            "A large negative error falls into the parabola: compare |e| with delta, e = -4 is an outlier too.",
            "large negative errors count by their square",
        ),
        Mistake(
            "half of delta",
            edit("delta * (e - 0.5 * delta)", "delta * e - 0.5 * delta"),
            "The line starts too low or too high: you subtracted ½ delta where ½ delta² is due. The same at delta = 1 and nowhere else.",
            "a jump at the joint unless delta is 1",
        ),
        Mistake(
            "half added",
            edit("(e - 0.5 * delta)", "(e + 0.5 * delta)"),
            "You added ½ delta in the line; it is subtracted, so that the two pieces meet.",
            "a jump of delta² at the joint",
        ),
        Mistake(
            "half the line",
            edit("delta * (e - 0.5 * delta)", "0.5 * delta * (e - 0.5 * delta)"),
            "Beyond delta your line has half the slope it should: there is no ½ in front of it.",
            "the slope drops at the joint",
        ),
        Mistake(
            "pseudo huber",
            edit("torch.where(e <= delta, near, far)", "(delta**2 * ((1 + (e / delta) ** 2).sqrt() - 1))"),
            "That is the pseudo-Huber loss, a smooth relative. This task has two pieces: a parabola up to delta, then a line.",
            "close, but smaller",
        ),
        Mistake(
            "log cosh",
            edit("torch.where(e <= delta, near, far)", "(e + torch.nn.functional.softplus(-2 * e) - math.log(2))"),
            "That is log cosh, another smooth relative, and it has no delta. This task has two pieces: a parabola up to delta, then a line.",
            "delta has no effect",
        ),
        Mistake(
            "ignore delta",
            edit("e = (pred", "delta = 1.0\n    e = (pred"),
            "`delta` is not used: yours is always 1.",
            "delta has no effect",
        ),
        Mistake(
            "parabola only",
            edit("torch.where(e <= delta, near, far)", "near"),
            "Your loss is half the squared error everywhere: outliers still count by their square. Beyond delta it goes on as a line.",
            "outliers count by their square",
        ),
        Mistake(
            "line only",
            edit("torch.where(e <= delta, near, far)", "far"),
            "Your loss is the line everywhere, negative near 0. Up to delta it is a parabola.",
            "negative for small errors",
        ),
        Mistake(
            "absolute error",
            edit("torch.where(e <= delta, near, far)", "e"),
            "Your loss is the mean absolute error. Up to delta it is a parabola, ½ e², beyond it a line of slope delta.",
            "a kink at 0",
        ),
        Mistake(
            "clipped",
            edit("delta * (e - 0.5 * delta)", "torch.full_like(e, 0.5 * delta**2)"),
            "Beyond delta your loss is constant: outliers get no gradient at all. It goes on as a line of slope delta.",
            "outliers get no gradient",
        ),
        Mistake(
            "compares squares",
            edit("e <= delta", "e**2 <= delta"),
            "You compared e² with delta: the joint then lies at √delta. Compare |e| with delta.",
            "the joint lies at √delta",
        ),
        Mistake(
            "one branch for all",
            edit("torch.where(e <= delta, near, far)", "(near if e.mean() <= delta else far)"),
            "You chose one piece for the whole batch. Each error chooses by itself: torch.where.",
            "an error's loss depends on its neighbours",
        ),
        Mistake(
            "pieces averaged apart",
            edit(
                "torch.where(e <= delta, near, far).mean()",
                "(near[e <= delta].sum() / (e <= delta).sum().clamp_min(1) + far[e > delta].sum() / (e > delta).sum().clamp_min(1))",
            ),
            "You averaged the near errors and the far ones apart. The mean runs over all N together.",
            "few outliers weigh as much as all others",
        ),
        Mistake(
            "not reduced",
            edit("far).mean()", "far)"),
            "You returned the loss of each error. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "median",
            edit(".mean()", ".median()"),
            "You took the median of the losses: most errors then get no gradient. Take the mean.",
            "one error gets all the gradient",
        ),
        Mistake(
            "detached",
            edit("(pred - target)", "(pred.detach() - target)"),
            "The value is right, but no gradient reaches pred: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "float32 forced",
            edit(".abs()", ".abs().float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "line of signed e",
            edit("far = delta * (e - 0.5 * delta)", "far = delta * ((pred - target) - 0.5 * delta)"),
            "In the line you took e where |e| belongs: a large negative error then lowers the loss, without limit. Take the absolute value.",
            "large negative errors are rewarded",
        ),
        Mistake(
            "difference of parabolas",
            edit("far = delta * (e - 0.5 * delta)", "far = 0.5 * e**2 - 0.5 * (e - delta) ** 2"),
            "Beyond delta you subtract two squares that are nearly equal where the error is large: in float32 few digits are left at a million. Compute the line itself: delta (|e| - ½ delta).",
            "wrong for very large errors",
        ),
        Mistake(
            "compares e with half delta",
            edit("e <= delta", "e <= 0.5 * delta"),
            "Your parabola ends at ½ delta. It goes on to delta.",
            "a jump at ½ delta",
        ),
    ),
    hints=(
        "Sketch both pieces: they must meet at |e| = delta, with the same slope.",
        "Take e = |pred - target| once, and use it everywhere.",
        "torch.where(e <= delta, parabola, line).mean()",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("torch.nn.functional.huber_loss", "torch.nn.functional.smooth_l1_loss", "scipy.optimize"),
    curves=(
        Curve("Huber loss, delta = 1", "error e (1)", "loss (1)", GRID, lambda x: (tensor([x]), tensor([0.0]))),
        Curve("Huber loss, delta = 2", "error e (1)", "loss (1)", GRID, lambda x: (tensor([x]), tensor([0.0]), 2.0)),
        Curve(
            "Huber loss of two errors",
            "first error (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x, 1.0]), tensor([0.0, 0.0])),
        ),
    ),
)

# 02.3 ---------------------------------------------------------------------------------------------


def masked_mse(pred: Tensor, target: Tensor) -> Tensor:
    """(N, K) and (N, K) with NaN for missing, to a scalar."""
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def _draw_holes(draw: Draw) -> list[Case]:
    n, k = draw.whole(3, 6), draw.whole(2, 4)

    def holes(dtype: torch.dtype, share: float) -> Tensor:
        target = draw.normal(n, k, dtype=dtype)
        target[draw.uniform(n, k) < share] = math.nan
        target[0, 0], target[0, 1] = math.nan, 0.5
        return target

    empty_row = holes(torch.float32, 0.2)
    empty_row[-1] = math.nan
    return [
        Case("random holes", (draw.normal(n, k), holes(torch.float32, 0.4))),
        Case("float64", (draw.normal(n, k, dtype=torch.float64), holes(torch.float64, 0.3))),
        Case("an empty row", (draw.normal(n, k), empty_row)),
        Case("a single target", (draw.normal(2, 2), tensor([[math.nan, 1.5], [math.nan, math.nan]]))),
        Case("no hole", (draw.normal(n, k), draw.normal(n, k))),
        Case("one column", (draw.normal(3, 1), tensor([[math.nan], [1.0], [2.0]]))),
        Case("all holes, 2-D", (draw.normal(n, k), torch.full((n, k), math.nan))),
        Case("gradient, random holes", (draw.normal(n, k), holes(torch.float32, 0.4)), gradient=(0,)),
        Case("gradient, all holes", (draw.normal(n, k), torch.full((n, k), math.nan)), gradient=(0,)),
    ]


MASKED_MSE = Task(
    id="02.3",
    title="Targets with holes",
    promise="""
    Write `masked_mse(pred, target)`: the mean squared error over the targets that are there; NaN in `target` means missing.

    - `pred` and `target` have shape (N, K), N, K >= 1, and one dtype (float32 or float64). `pred` is finite, and so is every target that is there, 0 too. The result is a 0-d tensor of that dtype.
    - The sum of squares is divided by the number of targets that are there, in the whole table. If there is none, the result is 0; it may or may not hang on `pred`.
    - Gradients flow back to `pred`, and at the holes they are 0, not NaN. (No gradient towards `target` is asked for.)
    - The inputs are not changed.
    """,
    reference=masked_mse,
    named=(
        Case("one hole", (tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([[0.0, math.nan], [3.0, 2.0]]))),
        Case("all holes", (tensor([[1.0]]), tensor([[math.nan]]))),
        Case("all holes, float64", (Draw(4).normal(2, 2).double(), torch.full((2, 2), math.nan).double())),
        Case("gradient", (tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([[0.0, math.nan], [3.0, 2.0]])), gradient=(0,)),
        Case("a target of 0", (tensor([[1.0, 3.0]]), tensor([[0.0, math.nan]]))),
        Case(
            "an empty column, float64",
            (Draw(1).normal(3, 2).double(), tensor([[1.0, math.nan], [0.5, math.nan], [math.nan] * 2]).double()),
        ),
        Case("all there", (Draw(1).normal(2, 3), Draw(2).normal(2, 3))),
        Case("gradient, all holes", (tensor([[1.0, 2.0]]), tensor([[math.nan, math.nan]])), gradient=(0,)),
        Case(
            "an empty row",
            (tensor([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), tensor([[0.0, math.nan], [math.nan] * 2, [3.0, 4.0]])),
        ),
        Case("uneven rows", (tensor([[1.0, 1.0], [1.0, 1.0]]), tensor([[0.0, 0.0], [3.0, math.nan]]))),
    ),
    draws=_draw_holes,
    mistakes=(
        Mistake(
            "mean over all",
            edit("squared.sum() / present.sum().clamp_min(1)", "squared.mean()"),
            "You divided by all N·K entries, so missing labels count as perfect predictions. Divide by the number that is there.",
            "holes count as perfect predictions",
        ),
        Mistake(
            "nan through",
            edit("torch.where(present, target, pred.detach())", "target"),
            "The NaN of a missing target reached your sum, and the loss is NaN: replace it before you subtract.",
            "the loss is NaN",
        ),
        Mistake(
            "where after",
            edit(
                "torch.where(present, target, pred.detach())",
                "target",
                "squared = (pred - safe) ** 2",
                "squared = torch.where(present, (pred - safe) ** 2, torch.zeros_like(pred))",
            ),
            "The value looks right but the gradient is NaN: torch.where and nan_to_num also send a gradient through what they did not choose, and 0 · NaN is NaN. "
            "Clean the input before the arithmetic, not the result after it.",
            "right value, NaN gradient",
        ),
        Mistake(
            "zero fill",
            edit("torch.where(present, target, pred.detach())", "torch.nan_to_num(target)"),
            "Missing became the label 0: the model is taught zeros where nothing is known. Give these entries no error at all.",
            "the model is pulled to 0 at the holes",
        ),
        Mistake(
            "empty nan",
            edit(".clamp_min(1)", ""),
            "Where no target is there, you divide 0 by 0: let the count be at least 1.",
            "a batch without labels gives NaN",
        ),
        Mistake(
            "row drop",
            edit(
                "present = ~torch.isnan(target)",
                "present = (~torch.isnan(target)).all(1, keepdim=True).expand_as(target)",
            ),
            "You dropped every row that has one hole. Only that entry is missing: keep the others.",
            "whole rows are thrown away",
        ),
        Mistake(
            "per row mean",
            edit("squared.sum() / present.sum().clamp_min(1)", "(squared.sum(1) / present.sum(1).clamp_min(1)).mean()"),
            "You took the mean of the row means: rows with few labels weigh more. Divide once, by the count of the whole table.",
            "rows with few labels weigh more",
        ),
        Mistake(
            "detached",
            edit("(pred - safe) ** 2", "(pred.detach() - safe) ** 2"),
            "The value is right, but no gradient reaches pred: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "zero is missing",
            edit("present = ~torch.isnan(target)", "present = ~torch.isnan(target) & (target != 0)"),
            "A target of 0 counts as missing in yours. 0 is a number; only NaN means missing.",
            "targets of 0 teach nothing",
        ),
        Mistake(
            "inverted",
            edit("present = ~torch", "present = torch"),
            "Your mask is inverted: it keeps the holes. torch.isnan says what is missing, ~torch.isnan what is there.",
            "NaN, or nothing is learned",
        ),
        Mistake(
            "nanmean",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "return torch.nanmean((pred - target) ** 2)",
            ),
            "torch.nanmean comes after the subtraction: the value is right unless all are missing, but the gradient at the holes is NaN. Clean the input before the arithmetic.",
            "right value, NaN gradient; NaN without targets",
        ),
        Mistake(
            "mean fill",
            edit(
                "torch.where(present, target, pred.detach())",
                "torch.where(present, target, torch.nan_to_num(target.nanmean()))",
            ),
            "You filled the holes with the mean target, so the model is pulled to it where nothing is known. Give these entries no error at all.",
            "the model is pulled to the mean at the holes",
        ),
        Mistake(
            "sum",
            edit(" / present.sum().clamp_min(1)", ""),
            "You summed: the loss grows with the number of targets. Divide by it.",
            "the loss grows with the labels",
        ),
        Mistake(
            "divide by rows",
            edit("present.sum().clamp_min(1)", "len(pred)"),
            "You divided by the number of rows. Divide by the number of targets that are there, in the whole table.",
            "depends on how many columns are filled",
        ),
        Mistake(
            "divide by labelled rows",
            edit("present.sum().clamp_min(1)", "present.any(1).sum().clamp_min(1)"),
            "You divided by the number of rows with a target. Divide by the number of targets.",
            "depends on how many columns are filled",
        ),
        Mistake(
            "divide by holes",
            edit("present.sum()", "(~present).sum()"),
            "You divided by the number of holes. Divide by the number of targets that are there.",
            "more holes, smaller loss",
        ),
        Mistake(
            "count plus one",
            edit("present.sum().clamp_min(1)", "(present.sum() + 1)"),
            "You added 1 to the count to be safe from 0: now every loss is too small. Use max(count, 1).",
            "too small, most with few targets",
        ),
        Mistake(
            "per column mean",
            edit("squared.sum() / present.sum().clamp_min(1)", "(squared.sum(0) / present.sum(0).clamp_min(1)).mean()"),
            "You took the mean of the column means: columns with few labels weigh more. Divide once, by the count of the whole table.",
            "columns with few labels weigh more",
        ),
        Mistake(
            "mean of rows with labels",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "n = present.sum(1)\n    return (squared.sum(1) / n.clamp_min(1)).sum() / (n > 0).sum().clamp_min(1)",
            ),
            "You took the mean of the row means: rows with few labels weigh more. Divide once, by the count of the whole table.",
            "rows with few labels weigh more",
        ),
        Mistake(
            "mean of columns with labels",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "n = present.sum(0)\n    return (squared.sum(0) / n.clamp_min(1)).sum() / (n > 0).sum().clamp_min(1)",
            ),
            "You took the mean of the column means: columns with few labels weigh more. Divide once, by the count of the whole table.",
            "columns with few labels weigh more",
        ),
        Mistake(
            "rmse",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "return (squared.sum() / present.sum().clamp_min(1)).sqrt()",
            ),
            "That is the root of the mean squared error: another unit, and an infinite slope at a perfect fit. Leave the root out.",
            "another unit",
        ),
        Mistake(
            "absolute error",
            edit("(pred - safe) ** 2", "(pred - safe).abs()"),
            "That is the mean absolute error. Square the differences.",
            "outliers count linearly",
        ),
        Mistake(
            "half",
            edit("(pred - safe) ** 2", "0.5 * (pred - safe) ** 2"),
            "A ½ too much: the mean squared error has none.",
            "half the value, half the gradient",
        ),
        Mistake(
            "not reduced",
            edit("return squared.sum() / present.sum().clamp_min(1)", "return squared"),
            "You returned the table of squared errors. Sum it and divide by the number of targets that are there.",
            "a table, not a number",
        ),
        Mistake(
            "overwrites target",
            edit("return squared", "target[~present] = 0\n    return squared"),
            "The value is right, but your function wrote into the caller's target. Where that fills the holes, the next epoch trains on what stands there now. Work on a copy.",
            "the holes are lost for the next epoch",
        ),
        Mistake(
            "python number",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "return (squared.sum() / present.sum().clamp_min(1)).item()",
            ),
            "You returned a Python number: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "float32 forced",
            edit("(pred - safe) ** 2", "(pred - safe).float() ** 2"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "median",
            edit(
                "return squared.sum() / present.sum().clamp_min(1)",
                "return squared[present].median() if present.any() else squared.sum()",
            ),
            "You took the median of the squared errors: most entries then get no gradient. Take the mean over those that are there.",
            "one entry gets all the gradient",
        ),
        Mistake(
            "perfect ones not counted",
            edit("present.sum()", "(squared != 0).sum()"),
            "You divided by the number of squared errors that are not 0. An entry that fits perfectly counts too: count the targets that are there.",
            "too large where something fits perfectly",
        ),
    ),
    hints=(
        "~torch.isnan(target) says what is there. What may stand at the holes so that their error is 0?",
        "NaN must be gone before the subtraction: its gradient survives a later torch.where.",
        "Divide the sum of squares by the count of present targets, at least 1.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 02.4 ---------------------------------------------------------------------------------------------


def gaussian_nll(mean: Tensor, log_var: Tensor, target: Tensor) -> Tensor:
    """(N,) each to a scalar, in nats."""
    squared = (target - mean) ** 2
    return (0.5 * (log_var + squared * torch.exp(-log_var))).mean()


def _draw_normals(draw: Draw) -> list[Case]:
    n = draw.whole(4, 7)
    return [
        Case("one number", (draw.normal(1), draw.normal(1), draw.normal(1))),
        Case("random", (draw.normal(n), 2 * draw.normal(n), 3 * draw.normal(n))),
        Case("float64", tuple(draw.normal(n, dtype=torch.float64) for _ in range(3))),
        Case("very sure and very unsure", (torch.zeros(2), tensor([-20.0, 20.0]), tensor([1e-4, 50.0]))),
        Case("gradient, random", (draw.normal(n), 2 * draw.normal(n), 3 * draw.normal(n)), gradient=(0, 1)),
    ]


NLL = Task(
    id="02.4",
    title="Let the model say how sure it is",
    promise=r"""
    Write `gaussian_nll(mean, log_var, target)`: the mean over N of $\frac12\,(\log\sigma^2 + (y - \mu)^2/\sigma^2)$, the negative log-likelihood of a normal distribution without its constant.

    - `mean` ($\mu$), `log_var` ($\log\sigma^2$) and `target` ($y$) have shape (N,), N >= 1, and one dtype (float32 or float64). The result is a 0-d tensor of that dtype.
    - `log_var` is already a logarithm: it may be negative, from -60 to 60. `mean` and `target` are finite.
    - Gradients flow back to `mean` and `log_var`. The inputs are not changed.
    """,
    reference=gaussian_nll,
    named=(
        Case("variance 1", (tensor([0.0]), tensor([0.0]), tensor([2.0]))),
        Case("variance 4", (tensor([0.0]), tensor([1.3862944]), tensor([2.0]))),
        Case("tiny variance", (tensor([0.0]), tensor([-60.0]), tensor([0.0]))),
        Case("gradient", (Draw(1).normal(3), Draw(2).normal(3), Draw(3).normal(3)), gradient=(0, 1)),
        Case("random", (Draw(1).normal(5), Draw(2).normal(5), Draw(3).normal(5))),
        Case("sure, and nearly right", (tensor([0.0]), tensor([-40.0]), tensor([1e-9]))),
        Case("unsure, and far off", (tensor([0.0]), tensor([60.0]), tensor([1e13]))),
        Case("float64", (Draw(4).normal(3).double(), Draw(5).normal(3).double(), Draw(6).normal(3).double())),
        Case(
            "gradient, sure and unsure",
            (tensor([0.0, 0.0]), tensor([-40.0, 30.0]), tensor([1e-9, 1e6])),
            gradient=(0, 1),
        ),
    ),
    draws=_draw_normals,
    mistakes=(
        Mistake(
            "no log term",
            edit("log_var + squared", "squared"),
            "Without log σ² nothing keeps the variance small: the model declares that it knows nothing, and the loss goes to 0.",
            "infinite variance makes the loss 0",
        ),
        Mistake(
            "no half",
            edit("0.5 * (", "1.0 * ("),
            "Twice the value: the ½ is missing.",
            "twice the value",
        ),
        Mistake(
            "multiply var",
            edit("torch.exp(-log_var)", "torch.exp(log_var)"),
            "You multiplied by σ² instead of dividing: a model that is sure pays nothing for being wrong. exp(-log_var) is 1/σ².",
            "sure models may be wrong for free",
        ),
        Mistake(
            "log sigma",
            edit("torch.exp(-log_var)", "torch.exp(-2 * log_var)"),
            "You read log_var as log σ. It is log σ²: no factor 2.",
            "the variance is squared",
        ),
        Mistake(
            "var not log",
            edit("log_var + squared * torch.exp(-log_var)", "torch.log(log_var) + squared / log_var"),
            "You took log_var for the variance: it is already a logarithm and may be negative, hence the NaN.",
            "NaN for variances below 1",
        ),
        Mistake(
            "abs error",
            edit("(target - mean) ** 2", "(target - mean).abs()"),
            "The normal distribution has the squared error; the absolute one belongs to Laplace's.",
            "outliers count linearly",
        ),
        Mistake(
            "detach weight",
            edit("squared * torch.exp(-log_var)", "squared * torch.exp(-log_var).detach()"),
            "The value is right, but 1/σ² is detached: only the log term trains log_var, which then falls without end.",
            "log_var falls without end",
        ),
        Mistake(
            "clamped var",
            edit("torch.exp(-log_var)", "torch.exp(-log_var).clamp_max(1.0)"),
            "You cut 1/σ² at 1: no model gains from being surer than variance 1, and its gradient is gone there.",
            "being sure is not rewarded",
        ),
        Mistake(
            "sum",
            edit(").mean()", ").sum()"),
            "You summed: the loss grows with N. Take the mean.",
            "the loss grows with N",
        ),
        Mistake(
            "detached mean",
            edit("(target - mean) ** 2", "(target - mean.detach()) ** 2"),
            "The value is right, but no gradient reaches mean: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the mean is never trained",
        ),
        Mistake(
            "with the constant",
            edit("(0.5 * (log_var +", "(0.5 * (math.log(2 * math.pi) + log_var +"),
            "You added ½ log 2π, 0.919. It belongs to the normal distribution, but this task leaves the constant out; the gradient is the same.",
            "0.919 too large everywhere",
        ),
        Mistake(
            "log term not halved",
            edit("0.5 * (log_var + squared * torch.exp(-log_var))", "log_var + 0.5 * squared * torch.exp(-log_var)"),
            "The ½ stands in front of both terms: yours has a whole log σ², and the best variance is half of what it should be.",
            "the model becomes too sure",
        ),
        Mistake(
            "error not halved",
            edit("0.5 * (log_var + squared * torch.exp(-log_var))", "0.5 * log_var + squared * torch.exp(-log_var)"),
            "The ½ stands in front of both terms: yours has a whole squared error, and the best variance is twice what it should be.",
            "the model becomes too unsure",
        ),
        Mistake(
            "log term sign",
            edit("(log_var + squared", "(-log_var + squared"),
            "The sign of log σ² is flipped: yours rewards a large variance in both terms.",
            "the variance grows without end",
        ),
        Mistake(
            "sign",
            edit("return (0.5 *", "return (-0.5 *"),
            "The sign is flipped: that is the log-likelihood, and a training step would make the model worse.",
            "training makes the model worse",
        ),
        Mistake(
            "means divided",
            edit(
                "(0.5 * (log_var + squared * torch.exp(-log_var))).mean()",
                "0.5 * (log_var.mean() + squared.mean() / log_var.exp().mean())",
            ),
            "You divided the mean squared error by the mean variance. Each sample has a variance of its own: divide first, then take the mean.",
            "one variance for all",
        ),
        Mistake(
            "divide by sigma",
            edit("torch.exp(-log_var)", "torch.exp(-0.5 * log_var)"),
            "You divided by σ instead of σ²: log_var is log σ², so 1/σ² is exp(-log_var).",
            "the root of the variance",
        ),
        Mistake(
            "softplus",
            edit(
                "log_var + squared * torch.exp(-log_var)",
                "torch.nn.functional.softplus(log_var).log() + squared / torch.nn.functional.softplus(log_var)",
            ),
            "You took softplus(log_var) for the variance. log_var is already log σ²: the variance is exp(log_var).",
            "another variance",
        ),
        Mistake(
            "variance floor",
            edit(
                "log_var + squared * torch.exp(-log_var)",
                "log_var.exp().clamp_min(1e-6).log() + squared / log_var.exp().clamp_min(1e-6)",
            ),
            "You kept the variance above a floor (F.gaussian_nll_loss has one of 1e-6). Here log_var goes down to -60: no floor is needed, since nothing is divided.",
            "very sure models are cut off",
        ),
        Mistake(
            "variance plus eps",
            edit("squared * torch.exp(-log_var)", "squared / (torch.exp(log_var) + 1e-6)"),
            "You added a small number to the variance: a model that is sure beyond it gains nothing. exp(-log_var) needs no epsilon.",
            "very sure models are cut off",
        ),
        Mistake(
            "log var clamped",
            edit("return (", "log_var = log_var.clamp(-10, 10)\n    return ("),
            "You cut log_var off at some size: beyond it value and gradient are wrong. It may go from -60 to 60.",
            "no gradient beyond the cut",
        ),
        Mistake(
            "log var ignored",
            edit("log_var + squared * torch.exp(-log_var)", "squared"),
            "`log_var` is not used: yours is half the squared error, and the model cannot say how sure it is.",
            "the variance has no effect",
        ),
        Mistake(
            "log term detached",
            edit("(log_var + squared", "(log_var.detach() + squared"),
            "The value is right, but log σ² is detached: only the error term trains log_var, which then grows without end.",
            "log_var grows without end",
        ),
        Mistake(
            "log var detached",
            edit("return (", "log_var = log_var.detach()\n    return ("),
            "The value is right, but no gradient reaches log_var: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the variance is never trained",
        ),
        Mistake(
            "both detached",
            edit(
                "return (0.5 * (log_var + squared * torch.exp(-log_var))).mean()",
                "return (0.5 * (log_var + squared * torch.exp(-log_var))).mean().detach()",
            ),
            "The value is right, but no gradient reaches mean or log_var: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "log of the mean",
            edit(
                "return (0.5 * (log_var + squared * torch.exp(-log_var))).mean()",
                "return -(torch.logsumexp(-0.5 * (log_var + squared * torch.exp(-log_var)), 0) - math.log(len(mean)))",
            ),
            "You took the logarithm of the mean likelihood. The loss is the mean of the logarithms: samples are independent, so their likelihoods multiply.",
            "one good sample hides many bad ones",
        ),
        Mistake(
            "difference of squares",
            edit("(target - mean) ** 2", "target**2 - mean**2"),
            "You squared first and subtracted then. Subtract first: (target - mean)².",
            "may be negative",
        ),
        Mistake(
            "not reduced",
            edit(").mean()", ")"),
            "You returned the loss of each sample. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "median",
            edit(").mean()", ").median()"),
            "You took the median of the losses: most samples then get no gradient. Take the mean.",
            "one sample gets all the gradient",
        ),
        Mistake(
            "float32 forced",
            edit(
                "(target - mean) ** 2", "(target - mean) ** 2\n    squared, log_var = squared.float(), log_var.float()"
            ),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
    ),
    hints=(
        "log_var is log σ². How do you get 1/σ² from it without a division?",
        "exp(-log_var) is 1/σ². Which term stops the variance from growing without end?",
        "½ (log_var + squared error · exp(-log_var)), then the mean.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    forbidden=("torch.nn.functional.gaussian_nll_loss",),
    curves=(
        Curve(
            "Loss at error 2",
            "log variance (1)",
            "loss (nats)",
            tuple(-2 + i / 10 for i in range(61)),
            lambda x: (tensor([0.0]), tensor([x]), tensor([2.0])),
        ),
        Curve(
            "Loss at error 0.3",
            "log variance (1)",
            "loss (nats)",
            tuple(-5 + i / 10 for i in range(61)),
            lambda x: (tensor([0.0]), tensor([x]), tensor([0.3])),
        ),
    ),
)

TASKS = (MSE, HUBER, MASKED_MSE, NLL)
