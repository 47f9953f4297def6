"""Tasks of lesson 03: losses of classes."""

import math  # noqa: F401  (wrong versions run in the namespace of this module)

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

GRID = tuple(-4 + 8 * i / 60 for i in range(61))

# 03.1 ---------------------------------------------------------------------------------------------


def softmax(logits: Tensor) -> Tensor:
    """(N, C) to (N, C), rows sum to 1."""
    z = logits - logits.max(dim=-1, keepdim=True).values
    e = torch.exp(z)
    return e / e.sum(dim=-1, keepdim=True)


def _draw_logits(draw: Draw) -> list[Case]:
    n, c = draw.whole(2, 4), draw.whole(5, 7)
    ties = draw.labels(3, n, c).float()
    far = draw.normal(n, c) + tensor([0.0, -3000.0] + [500.0] * (n - 2))[:, None]
    return [
        Case("one class", (draw.normal(2, 1),)),
        Case("one row", (draw.normal(1, c),)),
        Case("random", (draw.normal(n, c) * 3,)),
        Case("float64", (draw.normal(n, c, dtype=torch.float64) * 3,)),
        Case("ties", (ties,)),
        Case("large", (draw.normal(n, c) * 1000,)),
        Case("rows far apart", (far,)),
        Case("square, random", (draw.normal(3, 3) * 2,)),
        Case("gradient, random", (draw.normal(n, c) * 3,), gradient=(0,)),
        Case("gradient, ties", (ties,), gradient=(0,)),
    ]


SOFTMAX = Task(
    id="03.1",
    title="A softmax that survives large logits",
    promise=r"""
    Write `softmax(logits)`: $\exp(z_c) / \sum_k \exp(z_k)$ in each row.

    - `logits` has shape (N, C), N, C >= 1, finite, float32 or float64; the result has the same shape and dtype, and its rows sum to 1.
    - It holds for large logits: 1000 gives no NaN and no infinity, nor does a row far below the others.
    - Gradients flow back to `logits`. The input is not changed.
    """,
    reference=softmax,
    named=(
        Case("2 rows, 3 classes", (tensor([[0.0, 1.0, 2.0], [2.0, 0.0, 0.0]]),)),
        Case("square", (Draw(1).normal(3, 3),)),
        Case("huge", (tensor([[1000.0, 1001.0]]),)),
        Case("one row spread wide", (tensor([[0.0, 300.0, -300.0], [1.0, 2.0, 3.0]]),)),
        Case("one class", (tensor([[3.0], [-2.0]]),)),
        Case("float64, 4 classes", (Draw(3).normal(3, 4, dtype=torch.float64) * 3,)),
        Case("gradient, large", (tensor([[500.0, 499.0, 498.0]]),), gradient=(0,)),
        Case("a very negative row", (tensor([[0.0, 0.0], [-2000.0, -2001.0]]),)),
        Case("gradient, two are largest", (tensor([[2.0, 2.0, 0.0], [1.0, 0.5, 1.0]]),), gradient=(0,)),
        Case("gradient, logits far apart", (tensor([[0.0, 200.0, -200.0], [1.0, 2.0, 0.5]]),), gradient=(0,)),
        Case("gradient", (Draw(2).normal(2, 3),), gradient=(0,)),
    ),
    draws=_draw_logits,
    mistakes=(
        Mistake(
            "wrong axis",
            edit("e.sum(dim=-1, keepdim=True)", "e.sum(dim=0, keepdim=True)"),
            "Your columns sum to 1, not your rows: the probability of one sample depends on the others. Sum over the classes, dim=-1.",
            "columns sum to 1, not rows",
        ),
        Mistake(
            "no shift",
            edit("logits - logits.max(dim=-1, keepdim=True).values", "logits"),
            "exp(1000) is infinite, and infinity over infinity is NaN. Subtract the largest logit of the row first: the result is the same.",
            "NaN for logits near 1000",
        ),
        Mistake(
            "global shift",
            edit("logits.max(dim=-1, keepdim=True).values", "logits.max()"),
            "You subtracted the largest logit of the whole batch: a row far below it becomes 0/0. Take the maximum of each row.",
            "NaN in a row far below the others",
        ),
        Mistake(
            "no keepdim",
            edit("e.sum(dim=-1, keepdim=True)", "e.sum(dim=-1)"),
            "Without keepdim the row sums have shape (N,) and lie along the columns: an error where N differs from C, and wrong in silence where N equals C.",
            "an error, or silently wrong where N equals C",
        ),
        Mistake(
            "sigmoid",
            edit("return e / e.sum(dim=-1, keepdim=True)", "return torch.sigmoid(logits)"),
            "That is a sigmoid for each class by itself: the rows do not sum to 1.",
            "rows do not sum to 1",
        ),
        Mistake(
            "eps",
            edit("e.sum(dim=-1, keepdim=True)", "(e.sum(dim=-1, keepdim=True) + 1e-2)"),
            "Your rows sum to less than 1. Once the maximum is subtracted the sum is at least 1: no epsilon is needed.",
            "rows sum to less than 1",
        ),
        Mistake(
            "log",
            edit("return e / e.sum(dim=-1, keepdim=True)", "return torch.log(e / e.sum(dim=-1, keepdim=True))"),
            "That is the logarithm of the softmax: probabilities are not negative.",
            "negative numbers",
        ),
        Mistake(
            "l1 norm",
            edit("torch.exp(z)", "logits.abs()"),
            "You divided |logits| by their sum: the exponential is missing.",
            "a logit of 0 gives probability 0",
        ),
        Mistake(
            "detached",
            edit("return e /", "return e.detach() / e.detach().sum(dim=-1, keepdim=True) #"),
            "The values are right, but no gradient reaches the logits: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "no gradient",
        ),
        Mistake(
            "over samples",
            edit("dim=-1", "dim=0"),
            "Your softmax runs over the samples, dim=0: they compete with each other. It belongs over the classes, dim=-1.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "one sum for all",
            edit("e.sum(dim=-1, keepdim=True)", "e.sum()"),
            "You divided by the sum over the whole batch, so all of it sums to 1. Each row is divided by its own sum.",
            "the whole batch sums to 1",
        ),
        Mistake(
            "divide by mean",
            edit("e.sum(dim=-1, keepdim=True)", "e.mean(dim=-1, keepdim=True)"),
            "C times too large: you divided by the mean of the row. Divide by its sum.",
            "rows sum to C",
        ),
        Mistake(
            "euclidean norm",
            edit("e.sum(dim=-1, keepdim=True)", "e.norm(dim=-1, keepdim=True)"),
            "You divided by the Euclidean norm of the row: the squares then sum to 1, the numbers do not. Divide by the sum.",
            "the squares of a row sum to 1",
        ),
        Mistake(
            "divide by largest",
            edit("return e / e.sum(dim=-1, keepdim=True)", "return e"),
            "The division is missing: the largest entry of a row is 1, and the rows do not sum to 1. Divide by the sum of the row.",
            "the largest probability is always 1",
        ),
        Mistake(
            "base 2",
            edit("torch.exp(z)", "2**z"),
            "You took powers of 2, which makes every probability less sure. The softmax takes powers of e: torch.exp.",
            "less sure than it should be",
        ),
        Mistake(
            "squares",
            edit("torch.exp(z)", "logits**2"),
            "You divided squares by their sum: a logit of -3 then beats one of 2. The exponential is missing.",
            "negative logits win",
        ),
        Mistake(
            "temperature",
            edit("torch.exp(z)", "torch.exp(z / logits.shape[1] ** 0.5)"),
            "Your logits are divided by √C first, as in attention by the root of the width. A softmax takes them as they are.",
            "less sure the more classes there are",
        ),
        Mistake(
            "clipped logits",
            edit("logits - logits.max(dim=-1, keepdim=True).values", "logits.clamp(-50, 50)"),
            "You cut the logits at some size, so two large ones count as equal and get no gradient. Subtract the largest logit of the row instead.",
            "large logits count as equal",
        ),
        Mistake(
            "min shift",
            edit("logits.max(dim=-1, keepdim=True).values", "logits.min(dim=-1, keepdim=True).values"),
            "You subtracted the smallest logit: the largest one is then still far above 0, and its exp is infinite. Subtract the largest.",
            "NaN where a row is spread wide",
        ),
        Mistake(
            "mean shift",
            edit("logits.max(dim=-1, keepdim=True).values", "logits.mean(dim=-1, keepdim=True)"),
            "You subtracted the mean of the row: where it is spread wide the largest logit is still far above 0, and its exp is infinite. Subtract the largest.",
            "NaN where a row is spread wide",
        ),
        Mistake(
            "softmin",
            edit(
                "z = logits - logits.max(dim=-1, keepdim=True).values",
                "z = logits.min(dim=-1, keepdim=True).values - logits",
            ),
            "The sign is flipped: your smallest logit gets the largest probability.",
            "the smallest logit wins",
        ),
        Mistake(
            "complement",
            edit("return e /", "return 1 - e /"),
            "You returned 1 minus the probability.",
            "rows sum to C - 1",
        ),
        Mistake(
            "hard",
            edit(
                "return e / e.sum(dim=-1, keepdim=True)",
                "return F.one_hot(logits.argmax(-1), logits.shape[-1]).to(logits.dtype)",
            ),
            "You gave all to the largest logit. A softmax shares: every class gets something, and a gradient flows.",
            "no doubt, no gradient",
        ),
        Mistake(
            "twice",
            edit(
                "return e / e.sum(dim=-1, keepdim=True)",
                "e = torch.exp(e / e.sum(dim=-1, keepdim=True))\n    return e / e.sum(dim=-1, keepdim=True)",
            ),
            "Softmax twice: its input then lies in 0 .. 1, and the result is nearly uniform.",
            "everything near uniform",
        ),
        Mistake(
            "nan patched",
            edit(
                "logits - logits.max(dim=-1, keepdim=True).values",
                "logits",
                "return e / e.sum(dim=-1, keepdim=True)",
                "return torch.nan_to_num(e / e.sum(dim=-1, keepdim=True))",
            ),
            "exp of a large logit is infinite, and you patched the NaN afterwards: those rows do not sum to 1. Subtract the largest logit of the row first.",
            "rows of large logits sum to 0",
        ),
        Mistake(
            "overwrites",
            edit(
                "logits - logits.max(dim=-1, keepdim=True).values",
                "logits.sub_(logits.max(dim=-1, keepdim=True).values)",
            ),
            "Your function overwrote its input (and fails where a gradient is asked for): operators that end in _, and -=, change it. Work on a copy.",
            "the caller's logits are changed",
        ),
        Mistake(
            "float32 forced",
            edit("return e / e.sum(dim=-1, keepdim=True)", "return (e / e.sum(dim=-1, keepdim=True)).float()"),
            "float64 comes back as float32: keep the dtype of the logits.",
            "float64 becomes float32",
        ),
        Mistake(
            "one over a sum",
            edit(
                "return e / e.sum(dim=-1, keepdim=True)",
                "return 1 / torch.exp(logits[:, None, :] - logits[:, :, None]).sum(-1)",
            ),
            "The values are right, but the gradient is NaN where the logits of a row lie far apart: exp of a difference is infinite there, and 1 / infinity hides it. Subtract the largest logit, then divide exp by its sum.",
            "a NaN in the gradient",
        ),
        Mistake(
            "column shift",
            edit("logits.max(dim=-1, keepdim=True).values", "logits.max(dim=0, keepdim=True).values"),
            "You subtracted the largest logit of each column: the logits of a row are then shifted by different numbers, which changes its result. Take the maximum of each row.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "divided by the largest",
            edit("e.sum(dim=-1, keepdim=True)", "e.amax(dim=-1, keepdim=True)"),
            "You divided by the largest exponential of the row: its largest entry is 1, and the rows do not sum to 1. Divide by the sum.",
            "the largest probability is always 1",
        ),
        Mistake(
            "shift by the largest size",
            edit("logits.max(dim=-1, keepdim=True).values", "logits.abs().amax(dim=-1, keepdim=True)"),
            "You subtracted the largest |logit|: in a row far below 0 every exp is 0, and 0/0 is NaN. Subtract the largest logit, sign included.",
            "NaN in a very negative row",
        ),
        Mistake(
            "divided by the largest size",
            edit(
                "logits - logits.max(dim=-1, keepdim=True).values",
                "logits / logits.abs().amax(dim=-1, keepdim=True).clamp_min(1e-12)",
            ),
            "You divided by the largest |logit|, so twice the logits give the same probabilities. Subtract the largest logit: that changes nothing.",
            "the size of the logits has no effect",
        ),
        Mistake(
            "log, in one step",
            edit("return e / e.sum(dim=-1, keepdim=True)", "return z - e.sum(dim=-1, keepdim=True).log()"),
            "You returned log-probabilities. The probabilities are their exp.",
            "negative numbers",
        ),
    ),
    hints=(
        "What does exp(1000) give in float32? And does the softmax change when you subtract one number from a whole row?",
        "logits.max(dim=-1, keepdim=True).values has one number for each row.",
        "Keep the axis when you sum (keepdim=True), so that each row is divided by its own sum.",
    ),
    difficulty=1,
    points=5,
    minutes=10,
    forbidden=(
        "torch.softmax",
        "torch.Tensor.softmax",
        "torch.nn.functional.softmax",
        "torch.special_softmax",
        "torch.nn.functional.scaled_dot_product_attention",  # with the identity for keys and values
        "torch.distributions",
        "scipy.special",
    ),
    curves=(
        Curve(
            "Probability of class 1 of 3",
            "its logit; the others have 0 and 1 (1)",
            "probability (1)",
            GRID,
            lambda x: (tensor([[x, 0.0, 1.0], [0.0, 0.0, 0.0]]),),
            lambda value: value[0, 0],
        ),
    ),
)

# 03.2 ---------------------------------------------------------------------------------------------


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """(N, C) and class numbers (N,) to a scalar, in nats."""
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    picked = logp[torch.arange(len(target), device=logits.device), target]
    return -picked.mean()


def _draw_classified(draw: Draw) -> list[Case]:
    n, c = draw.whole(4, 6), draw.whole(2, 3)
    many = draw.whole(5, 8)
    return [
        Case("one sample", (draw.normal(1, 4), draw.labels(4, 1))),
        Case("random", (draw.normal(n, c) * 3, draw.labels(c, n))),
        Case("more classes than samples, float64", (draw.normal(2, many, dtype=torch.float64), draw.labels(many, 2))),
        Case("square, random", (draw.normal(4, 4) * 2, draw.labels(4, 4))),
        Case("large logits", (draw.normal(n, c) * 1000, draw.labels(c, n))),
        Case("all one label", (draw.normal(n, c), torch.full((n,), c - 1))),
        Case("gradient, random", (draw.normal(n, c) * 3, draw.labels(c, n)), gradient=(0,)),
        Case("gradient, large logits", (draw.normal(n, 3) * 300, draw.labels(3, n)), gradient=(0,)),
    ]


CROSS_ENTROPY = Task(
    id="03.2",
    title="Cross-entropy from logits",
    promise="""
    Write `cross_entropy(logits, target)`: the mean over the N samples of -log softmax(logits)[target], in nats.

    - `logits` has shape (N, C), N, C >= 1, finite, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers 0 .. C-1 (int64). The result is a 0-d tensor of the dtype of the logits.
    - It holds for large logits: sure and wrong by 200 gives 200, not infinity, and a gradient without NaN.
    - Gradients flow back to `logits`. The inputs are not changed.
    """,
    reference=cross_entropy,
    named=(
        Case("one sample", (tensor([[0.0, 2.0, 0.0]]), tensor([1]))),
        Case("3 samples, 3 classes", (tensor([[2.0, 0.0, 1.0], [0.0, 3.0, 1.0], [1.0, 1.0, 1.0]]), tensor([0, 1, 2]))),
        Case("sure and wrong", (tensor([[200.0, 0.0]]), tensor([1]))),
        Case("4 samples, 3 classes", (Draw(1).normal(4, 3), tensor([2, 0, 1, 1]))),
        Case("gradient", (Draw(2).normal(3, 4), tensor([0, 3, 1])), gradient=(0,)),
        Case("gradient, sure and wrong", (tensor([[200.0, 0.0]]), tensor([1])), gradient=(0,)),
        Case("one class", (tensor([[2.0], [-1.0]]), tensor([0, 0]))),
        Case("a row far below the other", (tensor([[1000.0, 999.0], [-1000.0, -1001.0]]), tensor([1, 1]))),
        Case("float64, uneven labels", (Draw(3).normal(5, 3, dtype=torch.float64) * 2, tensor([0, 0, 0, 2, 0]))),
    ),
    draws=_draw_classified,
    mistakes=(
        Mistake(
            "double softmax",
            edit(
                "logits - torch.logsumexp(logits, dim=1, keepdim=True)",
                "torch.log_softmax(torch.softmax(logits, 1), 1)",
            ),
            "Softmax twice: you softmaxed and then took log_softmax again. Its input now lies in 0 .. 1, so the loss has a floor (0.551 with 3 classes) "
            "and training crawls. In Keras: Dense(softmax) together with from_logits=True.",
            "the loss has a floor: 0.551 with 3 classes",
        ),
        Mistake(
            "log of softmax",
            edit("logits - torch.logsumexp(logits, dim=1, keepdim=True)", "torch.log(torch.softmax(logits, 1))"),
            "A class with probability 0 in float32 gives log 0 = -infinity and a NaN gradient. Take log_softmax or logsumexp in one step.",
            "infinity, and a NaN gradient",
        ),
        Mistake(
            "log eps",
            edit("logits - torch.logsumexp(logits, dim=1, keepdim=True)", "torch.log(torch.softmax(logits, 1) + 1e-7)"),
            "A small number such as 1e-7 inside the logarithm (added, or as a clamp) hides the infinity, but caps the loss at 16.1 and kills the gradient just where the model is most wrong.",
            "the loss ends at 16.1, the gradient dies",
        ),
        Mistake(
            "log tiny eps",
            edit("logits - torch.logsumexp(logits, dim=1, keepdim=True)", "torch.log(torch.softmax(logits, 1) + 1e-9)"),
            "A small number such as 1e-9 inside the logarithm (added, or as a clamp) hides the infinity, but caps the loss at about 21 and kills the gradient just where the model is "
            "most wrong.",
            "the loss ends at 21, the gradient dies",
        ),
        Mistake(
            "log tinier eps",
            edit(
                "logits - torch.logsumexp(logits, dim=1, keepdim=True)", "torch.log(torch.softmax(logits, 1) + 1e-12)"
            ),
            "A small number such as 1e-12 inside the logarithm (added, or as a clamp) hides the infinity, but caps the loss at about 28 and kills the gradient just where the model is "
            "most wrong.",
            "the loss ends at 28, the gradient dies",
        ),
        Mistake(
            "sum",
            edit("-picked.mean()", "-picked.sum()"),
            "You summed over the samples: the loss grows with the batch. Over classes one sums, over samples one averages.",
            "the loss grows with the batch",
        ),
        Mistake(
            "mean classes",
            edit("return -picked.mean()", "return -picked.mean() / logits.shape[1]"),
            "C times too small: you averaged over the whole N x C table. The zeros of the one-hot labels are no terms.",
            "C times too small",
        ),
        Mistake(
            "wrong axis",
            edit("dim=1", "dim=0"),
            "You normalised over the batch: dim 0 are the samples. Take the classes, dim=1.",
            "samples compete with each other",
        ),
        Mistake(
            "argmax",
            edit(
                "picked = logp[torch.arange(len(target), device=logits.device), target]", "picked = logp.max(1).values"
            ),
            "The labels are not used: you scored the predicted class, so the loss rewards being sure, right or wrong. Pick the class in target.",
            "the labels are ignored",
        ),
        Mistake(
            "no log",
            edit("-picked.mean()", "-picked.exp().mean()"),
            "You averaged -p; the loss is -log p.",
            "numbers between -1 and 0",
        ),
        Mistake(
            "sign",
            edit("-picked.mean()", "picked.mean()"),
            "The sign is flipped: -log p is never negative, and yours falls without end.",
            "negative, and falls without end",
        ),
        Mistake(
            "outer index",
            edit("logp[torch.arange(len(target), device=logits.device), target]", "logp[:, target]"),
            "logp[:, target] takes every row with every label, N x N numbers. Pair them: logp[torch.arange(N), target].",
            "an N x N table instead of N numbers",
        ),
        Mistake(
            "log2",
            edit("-picked.mean()", "-picked.mean() / math.log(2)"),
            "Your result is in bits, base 2. PyTorch, Keras and this course use nats.",
            "1.44 times too large",
        ),
        Mistake(
            "detached",
            edit("return -picked.mean()", "return -picked.detach().mean()"),
            "The value is right, but no gradient reaches the logits: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "naive logsumexp",
            edit("torch.logsumexp(logits, dim=1, keepdim=True)", "logits.exp().sum(1, keepdim=True).log()"),
            "Right up to logits of 88 in float32, then exp is infinite. Take torch.logsumexp or log_softmax.",
            "infinity or NaN for large logits",
        ),
        Mistake(
            "shift of the batch",
            edit(
                "torch.logsumexp(logits, dim=1, keepdim=True)",
                "logits.max() - (logits - logits.max()).exp().sum(1, keepdim=True).log()",
            ),
            "You subtracted the largest logit of the whole batch: in a row far below it every exp is 0, and log 0 is -infinity. Take the maximum of each row.",
            "infinite in a row far below the others",
        ),
        Mistake(
            "log clamped",
            edit("return -picked.mean()", "return -picked.clamp(min=-100).mean()"),
            "You cut the log-probability off at some size: beyond it the loss stands still and its gradient is 0, just where the model is most wrong.",
            "no gradient where the model is most wrong",
        ),
        Mistake(
            "raw logit",
            edit("logits - torch.logsumexp(logits, dim=1, keepdim=True)", "logits"),
            "The softmax is missing: you took the logits for log-probabilities (F.nll_loss(logits, target) does that). It then pays to raise all logits without end.",
            "negative, and falls without end",
        ),
        Mistake(
            "sigmoid of true class",
            edit("logits - torch.logsumexp(logits, dim=1, keepdim=True)", "F.logsigmoid(logits)"),
            "You took a sigmoid of the true class alone, so the other classes do not compete. Take log_softmax over the classes.",
            "the other classes have no effect",
        ),
        Mistake(
            "binary",
            edit(
                "return -picked.mean()",
                "y = F.one_hot(target, logits.shape[1]).to(logits.dtype)\n"
                '    return F.binary_cross_entropy_with_logits(logits, y, reduction="none").sum(1).mean()',
            ),
            "You took a binary cross-entropy for each class: that is for labels that may hold together. One class of C needs a softmax.",
            "classes do not compete",
        ),
        Mistake(
            "brier",
            edit(
                "return -picked.mean()",
                "return ((logp.exp() - F.one_hot(target, logits.shape[1])) ** 2).sum(1).mean()",
            ),
            "You took the squared error of the probabilities (the Brier score): it ends at 2 and its gradient fades where the model is sure and wrong. Take -log p.",
            "never above 2",
        ),
        Mistake(
            "entropy",
            edit("return -picked.mean()", "return -(logp.exp() * logp).sum(1).mean()"),
            "The labels are not used: that is the entropy of the prediction, which only asks it to be sure.",
            "the labels are ignored",
        ),
        Mistake(
            "log of the mean",
            edit("return -picked.mean()", "return math.log(len(target)) - torch.logsumexp(picked, 0)"),
            "You took the logarithm of the mean probability. The loss is the mean of the logarithms: one sample that is badly wrong must hurt.",
            "good samples hide bad ones",
        ),
        Mistake(
            "labels from 1",
            edit("device=logits.device), target]", "device=logits.device), target - 1]"),
            "You picked the class before the true one: the labels begin at 0, so nothing is to be subtracted.",
            "the class before the true one is taught",
        ),
        Mistake(
            "averaged per class",
            edit("-picked.mean()", "-torch.stack([picked[target == k].mean() for k in target.unique()]).mean()"),
            "You averaged within each class first: a rare class then weighs as much as a frequent one. The task asks for the mean over all samples.",
            "rare classes weigh more",
        ),
        Mistake(
            "half",
            edit("return -picked.mean()", "return -0.5 * picked.mean()"),
            "Half of what it should be: the cross-entropy has no ½ in front.",
            "half the value, half the gradient",
        ),
        Mistake(
            "not reduced",
            edit("-picked.mean()", "-picked"),
            "You returned the loss of each sample. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "median",
            edit("picked.mean()", "picked.median()"),
            "You took the median of the losses: most samples then get no gradient. Take the mean.",
            "one sample gets all the gradient",
        ),
        Mistake(
            "worst sample",
            edit("picked.mean()", "picked.min()"),
            "You took the loss of the worst sample. Take the mean over all of them.",
            "one sample gets all the gradient",
        ),
        Mistake(
            "python number",
            edit("return -picked.mean()", "return -picked.mean().item()"),
            "You returned a Python number: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "float32 forced",
            edit("return -picked.mean()", "return -picked.mean().float()"),
            "float64 comes back as float32: keep the dtype of the logits.",
            "float64 becomes float32",
        ),
        Mistake(
            "logits cut off at 30",
            edit("    logp =", "    logits = logits.clamp(-30, 30)\n    logp ="),
            "You cut the logits off at 30: beyond it the loss is too small and its gradient 0, just where the model is most wrong. log_softmax or logsumexp needs no cut.",
            "no gradient for large logits",
        ),
        Mistake(
            "logits cut off at 50",
            edit("    logp =", "    logits = logits.clamp(-50, 50)\n    logp ="),
            "You cut the logits off at 50: beyond it the loss is too small and its gradient 0, just where the model is most wrong. log_softmax or logsumexp needs no cut.",
            "no gradient for large logits",
        ),
        Mistake(
            "logits cut off at 100",
            edit("    logp =", "    logits = logits.clamp(-100, 100)\n    logp ="),
            "You cut the logits off at 100: beyond it the loss is too small and its gradient 0, just where the model is most wrong. log_softmax or logsumexp needs no cut.",
            "no gradient for large logits",
        ),
        Mistake(
            "class 0 skipped",
            edit(
                "    return -picked.mean()",
                "    picked = picked[target > 0]\n    return -picked.sum() / max(len(picked), 1)",
            ),
            "Samples of class 0 do not count in yours. It is a class as all others: no label here means padding.",
            "class 0 is never learned",
        ),
    ),
    hints=(
        "-log softmax(z)[k] = log Σ exp(z) - z[k]. Which function computes the first term safely?",
        "torch.logsumexp(logits, dim=1) or torch.log_softmax(logits, dim=1).",
        "Pick one number in each row: logp[torch.arange(N), target].",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("torch.nn.functional.cross_entropy",),
    curves=(
        Curve(
            "Loss of one sample, 3 classes",
            "logit of the true class; the others have 0 and 1 (1)",
            "loss (nats)",
            GRID,
            lambda x: (tensor([[x, 0.0, 1.0]]), tensor([0])),
        ),
        Curve(
            "Loss of two samples",
            "logit of the true class (1)",
            "loss (nats)",
            GRID,
            lambda x: (tensor([[x, 0.0, 1.0], [0.0, 1.0, 0.0]]), tensor([0, 2])),
        ),
        Curve(
            "Loss of a sure answer",
            "logit of the true class; the other has 0 (1)",
            "loss (nats)",
            tuple(-60.0 + i for i in range(61)),
            lambda x: (tensor([[x, 0.0]]), tensor([0])),
        ),
    ),
)

# 03.3 ---------------------------------------------------------------------------------------------


def smooth_ce(logits: Tensor, target: Tensor, eps: float = 0.1) -> Tensor:
    """(N, C) and class numbers (N,) to a scalar, in nats."""
    classes = logits.shape[1]
    y = F.one_hot(target, classes).to(logits.dtype)
    y = (1 - eps) * y + eps / classes
    return -(y * F.log_softmax(logits, 1)).sum(1).mean()


def _draw_smooth(draw: Draw) -> list[Case]:
    n, c = draw.whole(3, 5), draw.whole(3, 6)
    eps = draw.whole(1, 9) / 10
    return [
        Case("one sample", (draw.normal(1, c), draw.labels(c, 1))),
        Case("random", (draw.normal(n, c) * 3, draw.labels(c, n), eps)),
        Case("float64, default eps", (draw.normal(n, c, dtype=torch.float64), draw.labels(c, n))),
        Case("2 classes, eps 1", (draw.normal(n, 2), draw.labels(2, n), 1.0)),
        Case("large logits", (draw.normal(n, c) * 300, draw.labels(c, n), eps)),
        Case("gradient, random", (draw.normal(n, c), draw.labels(c, n), eps), gradient=(0,)),
    ]


SMOOTH = Task(
    id="03.3",
    title="Soft labels and label smoothing",
    promise=r"""
    Write `smooth_ce(logits, target, eps=0.1)`: the cross-entropy towards softened labels, $y = (1 - \varepsilon) \cdot \text{one-hot} + \varepsilon / C$ with $\varepsilon$ = `eps`.

    - `logits` has shape (N, C), N >= 1, C >= 2, finite, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers 0 .. C-1 (int64); 0 <= eps <= 1.
    - The result is $-\sum_c y_c \log \mathrm{softmax}(\mathrm{logits})_c$, summed over the classes, averaged over the samples: a 0-d tensor of the dtype of the logits, in nats.
    - eps is spread over all C classes, the true one included (as PyTorch and Keras do).
    - It holds for large logits. Gradients flow back to `logits`. The inputs are not changed.
    """,
    reference=smooth_ce,
    named=(
        Case("3 classes", (tensor([[2.0, 0.0, -1.0]]), tensor([0]))),
        Case("eps 0.3", (Draw(1).normal(4, 5), tensor([0, 4, 2, 1]), 0.3)),
        Case("eps 0", (Draw(1).normal(4, 5), tensor([0, 4, 2, 1]), 0.0)),
        Case("float64", (Draw(2).normal(2, 3, dtype=torch.float64), tensor([0, 2]))),
        Case("eps 1", (Draw(4).normal(3, 4), tensor([0, 3, 1]), 1.0)),
        Case("sure and wrong by 200", (tensor([[200.0, 0.0, 0.0]]), tensor([1]), 0.2)),
        Case("2 classes", (Draw(5).normal(3, 2), tensor([0, 1, 1]), 0.4)),
        Case("gradient", (Draw(3).normal(2, 3), tensor([0, 2])), gradient=(0,)),
        Case("gradient, sure and wrong", (tensor([[200.0, 0.0, 0.0]]), tensor([1]), 0.2), gradient=(0,)),
        Case("one row far below the other", (tensor([[0.0, 1.0, 2.0], [300.0, 301.0, 299.0]]), tensor([0, 2]), 0.2)),
        Case("2 classes, 150 apart", (tensor([[150.0, 0.0]]), tensor([1]), 0.2)),
    ),
    draws=_draw_smooth,
    mistakes=(
        Mistake(
            "not normalised",
            edit("(1 - eps) * y + eps / classes", "y + eps / classes"),
            "Your soft labels sum to 1 + eps: shrink the one-hot label by (1 - eps) before you add.",
            "labels sum to 1 + eps",
        ),
        Mistake(
            "eps over c 1",
            edit("(1 - eps) * y + eps / classes", "(1 - eps) * y + eps / (classes - 1) * (1 - y)"),
            "You spread eps over the C - 1 wrong classes. That convention exists too; here, as in PyTorch and Keras, all C classes share it.",
            "the true class keeps exactly 1 - eps",
        ),
        Mistake(
            "eps each",
            edit("(1 - eps) * y + eps / classes", "(1 - eps) * y + eps"),
            "Every class got the whole eps, and the labels sum to more than 1. The classes share it: eps / C.",
            "labels sum to more than 1",
        ),
        Mistake(
            "mean classes",
            edit(".sum(1).mean()", ".mean()"),
            "C times too small: sum over the classes, then average over the samples.",
            "C times too small",
        ),
        Mistake(
            "kl",
            edit(
                "return -(y * F.log_softmax(logits, 1)).sum(1).mean()",
                "return (y * (torch.log(y.clamp_min(1e-12)) - F.log_softmax(logits, 1))).sum(1).mean()",
            ),
            "That is the KL divergence: the cross-entropy minus the entropy of the labels. Same gradient, another value, whose floor is 0.",
            "smaller by a constant",
        ),
        Mistake(
            "swap args",
            edit("-(y * F.log_softmax(logits, 1))", "-(F.softmax(logits, 1) * torch.log(y.clamp_min(1e-7)))"),
            "Cross-entropy is not symmetric: -Σ y log p, not -Σ p log y.",
            "labels and predictions have changed places",
        ),
        Mistake(
            "smooth logits",
            edit("F.log_softmax(logits, 1)", "F.log_softmax((1 - eps) * logits, 1)"),
            "You softened the prediction too. Soften the label only.",
            "the prediction is softened as well",
        ),
        Mistake(
            "sum",
            edit(".sum(1).mean()", ".sum()"),
            "You summed over the samples: the loss grows with the batch. Sum over classes, average over samples.",
            "the loss grows with the batch",
        ),
        Mistake(
            "no smoothing",
            edit("y = (1 - eps) * y + eps / classes", "pass"),
            "The labels are still hard: eps is not used.",
            "the plain cross-entropy",
        ),
        Mistake(
            "ignore eps",
            edit("classes = ", "eps = 0.1\n    classes = "),
            "`eps` is not used: yours is always 0.1.",
            "eps has no effect",
        ),
        Mistake(
            "nothing spread",
            edit("(1 - eps) * y + eps / classes", "(1 - eps) * y"),
            "The labels sum to 1 - eps: what is taken from the true class must be spread over all classes.",
            "labels sum to 1 - eps",
        ),
        Mistake(
            "targets of all samples",
            edit(
                "-(y * F.log_softmax(logits, 1)).sum(1).mean()",
                "-((1 - eps) * F.log_softmax(logits, 1)[:, target].mean() + eps * F.log_softmax(logits, 1).mean())",
            ),
            "logp[:, target] takes the targets of *all* samples for each sample, N x N numbers. Take one for each: logp[torch.arange(N), target], or gather.",
            "each sample has everybody's targets",
        ),
        Mistake(
            "shares swapped",
            edit("(1 - eps) * y + eps / classes", "eps * y + (1 - eps) / classes"),
            "eps and 1 - eps have changed places: with eps = 0.1 your label is nearly uniform.",
            "labels are nearly uniform",
        ),
        Mistake(
            "eps over two",
            edit("eps / classes", "eps / 2"),
            "You divided eps by 2, which is right for 2 classes. C classes share it: eps / C.",
            "right for 2 classes only",
        ),
        Mistake(
            "eps over batch",
            edit("eps / classes", "eps / len(target)"),
            "You divided eps by the number of samples. The classes share it: eps / C.",
            "depends on the batch",
        ),
        Mistake(
            "prediction smoothed",
            edit(
                "return -(y * F.log_softmax(logits, 1)).sum(1).mean()",
                "p = (1 - eps) * F.softmax(logits, 1) + eps / classes\n    return -torch.log(p.gather(1, target[:, None])).mean()",
            ),
            "You smoothed the prediction and left the label hard. It is the label that is smoothed: y, not softmax(logits).",
            "the loss has a ceiling",
        ),
        Mistake(
            "log of softmax",
            edit("F.log_softmax(logits, 1)", "torch.log(F.softmax(logits, 1))"),
            "A probability of 0 in float32 gives log 0 = -infinity, and its label is not 0. Take log_softmax in one step.",
            "infinity for large logits",
        ),
        Mistake(
            "true class without its share",
            edit("y = (1 - eps) * y + eps / classes", "y = (1 - eps) * y + eps / classes * (1 - y)"),
            "Your true class has 1 - eps and the others eps / C: the labels do not sum to 1. Each class gets eps / C, the true one too: 1 - eps + eps / C.",
            "the labels sum to less than 1",
        ),
        Mistake(
            "log eps",
            edit("F.log_softmax(logits, 1)", "torch.log(F.softmax(logits, 1) + 1e-7)"),
            "A small number such as 1e-7 inside the logarithm (added, or as a clamp) hides the infinity but ends at -16.1, and its gradient dies there. Take log_softmax in one step.",
            "every class costs at most 16.1",
        ),
        Mistake(
            "naive exp",
            edit("F.log_softmax(logits, 1)", "(logits - logits.exp().sum(1, keepdim=True).log())"),
            "Right up to logits of 88 in float32, then exp is infinite. Take log_softmax.",
            "infinity or NaN for large logits",
        ),
        Mistake(
            "double softmax",
            edit("F.log_softmax(logits, 1)", "F.log_softmax(F.softmax(logits, 1), 1)"),
            "Softmax twice: you softmaxed and then took log_softmax again. Its input then lies in 0 .. 1, so the loss has a floor.",
            "the loss has a floor",
        ),
        Mistake(
            "over samples",
            edit("F.log_softmax(logits, 1)", "F.log_softmax(logits, 0)"),
            "You normalised over the batch: dim 0 are the samples. Take the classes, dim=1.",
            "samples compete with each other",
        ),
        Mistake(
            "no log",
            edit("F.log_softmax(logits, 1)", "F.softmax(logits, 1)"),
            "The logarithm is missing: yours is -Σ y p, and the loss is -Σ y log p.",
            "numbers between -1 and 0",
        ),
        Mistake(
            "raw logits",
            edit("F.log_softmax(logits, 1)", "logits"),
            "The softmax is missing: you took the logits for log-probabilities.",
            "may fall without end",
        ),
        Mistake(
            "sign",
            edit("return -(y", "return (y"),
            "The sign is flipped: a cross-entropy is never negative.",
            "negative, and falls without end",
        ),
        Mistake(
            "squared error",
            edit(
                "return -(y * F.log_softmax(logits, 1)).sum(1).mean()",
                "return ((y - F.softmax(logits, 1)) ** 2).sum(1).mean()",
            ),
            "You took the squared error to the softened label. The task asks for the cross-entropy, -Σ y log p.",
            "never above 2",
        ),
        Mistake(
            "not reduced",
            edit(".sum(1).mean()", ".sum(1)"),
            "You returned the loss of each sample. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "detached",
            edit("F.log_softmax(logits, 1)", "F.log_softmax(logits.detach(), 1)"),
            "The value is right, but no gradient reaches the logits: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "float32 forced",
            edit(".mean()", ".mean().float()"),
            "float64 comes back as float32: keep the dtype of the logits.",
            "float64 becomes float32",
        ),
        Mistake(
            "classes of the batch",
            edit("F.one_hot(target, classes)", "F.one_hot(target)"),
            "Your one_hot counts the classes by the largest number in the batch: where the last class does not occur, the labels have too few columns. Say how many there are: F.one_hot(target, C).",
            "wrong where the last class does not occur",
        ),
        Mistake(
            "classes counted in target",
            edit("logits.shape[1]", "int(target.max()) + 1"),
            "You counted the classes by the largest number in `target`, which need not occur in every batch. The logits have one column for each: logits.shape[1].",
            "wrong where the last class does not occur",
        ),
        Mistake(
            "eps 0 as not given",
            edit("    classes = ", "    eps = eps or 0.1\n    classes = "),
            'eps = 0 becomes 0.1 in yours: `or` (or `if eps`) takes 0 for "not given". eps = 0 is allowed and means no smoothing.',
            "eps 0 smooths",
        ),
        Mistake(
            "shift of the whole batch",
            edit(
                "F.log_softmax(logits, 1)",
                "(logits - logits.max() - (logits - logits.max()).exp().sum(1, keepdim=True).log())",
            ),
            "You took the largest logit of the whole batch off: in a row that lies far below it every exp is 0, and log 0 is -infinity. Take the largest of each row, or call log_softmax.",
            "infinity for rows of small logits",
        ),
        Mistake(
            "shift by the mean",
            edit(
                "F.log_softmax(logits, 1)",
                "(logits - logits.mean(1, keepdim=True) - (logits - logits.mean(1, keepdim=True)).exp().sum(1, keepdim=True).log())",
            ),
            "You took the mean of each row off before exp: logits far above it still overflow. Take the largest of each row off, or call log_softmax.",
            "infinity where logits differ much",
        ),
        Mistake(
            "bits",
            edit("F.log_softmax(logits, 1)", "(F.log_softmax(logits, 1) / 0.6931471805599453)"),
            "Your loss is in bits (log2). It is asked for in nats: the natural logarithm.",
            "1.44 times too large",
        ),
        Mistake(
            "decimal digits",
            edit("F.log_softmax(logits, 1)", "(F.log_softmax(logits, 1) / 2.302585092994046)"),
            "Your loss uses the decimal logarithm. It is asked for in nats: the natural logarithm.",
            "2.3 times too small",
        ),
        Mistake(
            "log eps, 1e-8",
            edit("F.log_softmax(logits, 1)", "torch.log(F.softmax(logits, 1) + 1e-8)"),
            "A small number such as 1e-8 inside the logarithm hides the infinity but ends at -18.4, and its gradient dies there. Take log_softmax in one step.",
            "every class costs at most 18.4",
        ),
        Mistake(
            "log eps, 1e-12",
            edit("F.log_softmax(logits, 1)", "torch.log(F.softmax(logits, 1) + 1e-12)"),
            "A small number such as 1e-12 inside the logarithm hides the infinity but ends at -27.6, and its gradient dies there. Take log_softmax in one step.",
            "every class costs at most 27.6",
        ),
    ),
    hints=(
        "What must the softened labels of one sample sum to?",
        "F.one_hot(target, C) gives integers: bring them to the dtype of the logits.",
        "-(y · log_softmax(logits)), summed over classes, averaged over samples.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("torch.nn.functional.cross_entropy",),
    curves=(
        Curve(
            "Loss of one sample, eps 0.1",
            "logit of the true class; the others have 0 (1)",
            "loss (nats)",
            tuple(-2 + i / 5 for i in range(61)),
            lambda x: (tensor([[x, 0.0, 0.0]]), tensor([0])),
        ),
    ),
)

# 03.4 ---------------------------------------------------------------------------------------------


def weighted_ce(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """(N, C), class numbers (N,) and class weights (C,) to a scalar."""
    losses = F.cross_entropy(logits, target, reduction="none")
    w = weight[target]
    return (w * losses).sum() / w.sum()


def _weight_by_row(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    losses = F.cross_entropy(logits, target, reduction="none")
    w = weight.repeat(len(target))[: len(target)]
    return (w * losses).sum() / w.sum()


def _draw_weighted(draw: Draw) -> list[Case]:
    n, c = draw.whole(4, 6), draw.whole(2, 3)
    weight = draw.uniform(c, low=0.2, high=9.0)
    return [
        Case("one sample", (draw.normal(1, c), draw.labels(c, 1), weight)),
        Case("random", (draw.normal(n, c) * 3, draw.labels(c, n), weight)),
        Case("float64", (draw.normal(n, c, dtype=torch.float64), draw.labels(c, n), weight.double())),
        Case("more classes than samples", (draw.normal(2, 6), draw.labels(6, 2), draw.uniform(6, low=0.5, high=4.0))),
        Case("large logits", (draw.normal(n, c) * 300, draw.labels(c, n), weight)),
        Case("all one label", (draw.normal(n, c), torch.zeros(n, dtype=torch.int64), weight)),
        Case("gradient, random", (draw.normal(n, c), draw.labels(c, n), weight), gradient=(0,)),
    ]


WEIGHTED = Task(
    id="03.4",
    title="Class weights for rare classes",
    promise=r"""
    Write `weighted_ce(logits, target, weight)`: the cross-entropy of each sample, weighted by the weight of its own class: $\sum_i w_i \ell_i / \sum_i w_i$, where $w_i$ is `weight[target[i]]`.

    - `logits` has shape (N, C), N, C >= 1, finite, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers 0 .. C-1 (int64); `weight` (C,) is positive, small or large, of the dtype of the logits. The result is a 0-d tensor of that dtype.
    - It is divided by the weights of the samples in the batch: twice the weights give the same loss.
    - It holds for large logits. Gradients flow back to `logits` (none towards `weight` is asked for). The inputs are not changed.
    - You may use `F.cross_entropy` for the losses of the samples.
    """,
    reference=weighted_ce,
    named=(
        Case("2 classes", (tensor([[1.0, 0.0], [0.0, 0.0], [2.0, 0.0]]), tensor([0, 1, 0]), tensor([1.0, 9.0]))),
        Case(
            "twice the weights", (tensor([[1.0, 0.0], [0.0, 0.0], [2.0, 0.0]]), tensor([0, 1, 0]), tensor([2.0, 18.0]))
        ),
        Case("3 samples, 3 classes", (Draw(1).normal(3, 3), tensor([2, 0, 0]), tensor([1.0, 2.0, 5.0]))),
        Case("gradient", (Draw(2).normal(4, 3), tensor([0, 1, 2, 2]), tensor([1.0, 2.0, 5.0])), gradient=(0,)),
        Case("very small weights", (Draw(3).normal(3, 2), tensor([0, 1, 1]), tensor([1e-7, 3e-7]))),
        Case("sure and wrong by 200", (tensor([[200.0, 0.0], [0.0, 1.0]]), tensor([1, 1]), tensor([1.0, 0.5]))),
        Case("one sample", (Draw(4).normal(1, 3), tensor([1]), tensor([1.0, 0.25, 5.0]))),
        Case("float64", (Draw(5).normal(4, 3).double(), tensor([0, 0, 0, 2]), tensor([0.1, 2.0, 0.6]).double())),
        Case(
            "gradient, sure and wrong",
            (tensor([[200.0, 0.0], [0.0, 1.0]]), tensor([1, 1]), tensor([1.0, 0.5])),
            gradient=(0,),
        ),
    ),
    draws=_draw_weighted,
    mistakes=(
        Mistake(
            "plain mean",
            edit(" / w.sum()", " / len(target)"),
            "You divided by N, so twice the weights give twice the loss. Divide by the sum of the weights, as PyTorch does.",
            "twice the weights, twice the loss",
        ),
        Mistake(
            "divide by all weights",
            edit("w.sum()", "weight.sum()"),
            "You divided by the weights of the classes. Divide by those of the samples in the batch.",
            "depends on classes that are not in the batch",
        ),
        Mistake(
            "weight by position",
            _weight_by_row,
            "Your weights follow the row number, not the label: weight[target].",
            "weights follow the row number",
        ),
        Mistake(
            "weight logits",
            edit(
                'F.cross_entropy(logits, target, reduction="none")',
                'F.cross_entropy(logits * weight, target, reduction="none")',
                "weight[target]",
                "torch.ones_like(losses)",
            ),
            "You multiplied the logits. The weights belong on the losses.",
            "the logits are stretched",
        ),
        Mistake(
            "mean then weight",
            edit('reduction="none"', 'reduction="mean"'),
            'Your loss is the plain mean: the weights are not used, or they cancel out: you averaged before you weighted, or each weight (N, 1) met every loss (N,). Take the losses of the samples first, reduction="none".',
            "the weights cancel out",
        ),
        Mistake(
            "inverse",
            edit("weight[target]", "1 / weight[target]"),
            "You divided by the weight: the rare class counts less, not more.",
            "the rare class counts less",
        ),
        Mistake(
            "sum",
            edit(" / w.sum()", ""),
            "You did not divide: the loss grows with the batch and with the weights.",
            "the loss grows with the batch",
        ),
        Mistake(
            "detached",
            edit("(w * losses).sum()", "(w * losses.detach()).sum()"),
            "The value is right, but no gradient reaches the logits: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "weights of mean one",
            edit(" / w.sum()", " / (weight.mean() * len(target))"),
            "You scaled the class weights to mean 1 and divided by N. That depends on how many samples of each class are in the batch: divide by the sum of their weights.",
            "the scale depends on the mix of the batch",
        ),
        Mistake(
            "at least one",
            edit("w.sum()", "w.sum().clamp_min(1)"),
            "You kept the divisor at 1 or above, so small weights shrink the loss. Weights are positive: their sum needs no floor.",
            "small weights shrink the loss",
        ),
        Mistake(
            "eps added",
            edit("w.sum()", "(w.sum() + 1e-6)"),
            "You added a small number to the divisor, so very small weights shrink the loss. Weights are positive: their sum needs no epsilon.",
            "very small weights shrink the loss",
        ),
        Mistake(
            "divide by classes",
            edit("w.sum()", "len(weight)"),
            "You divided by the number of classes. Divide by the sum of the weights of the samples.",
            "the loss grows with the batch",
        ),
        Mistake(
            "weights squared",
            edit("weight[target]", "weight[target] ** 2"),
            "You weighted twice, with the square of each weight.",
            "rare classes count too much",
        ),
        Mistake(
            "root of weights",
            edit("weight[target]", "weight[target] ** 0.5"),
            "You took the root of each weight. Use it as it is.",
            "rare classes count too little",
        ),
        Mistake(
            "softmax of weights",
            edit("weight[target]", "torch.softmax(weight, 0)[target]"),
            "You put the weights through a softmax. They are weights already: twice the weights must change nothing.",
            "twice the weights, another loss",
        ),
        Mistake(
            "weight of prediction",
            edit("weight[target]", "weight[logits.argmax(1)]"),
            "You looked up the weight of the predicted class. A sample has the weight of its label: weight[target].",
            "the weight changes with the prediction",
        ),
        Mistake(
            "log weights on logits",
            edit(
                "F.cross_entropy(logits, target",
                "F.cross_entropy(logits + weight.log(), target",
                "weight[target]",
                "torch.ones_like(losses)",
            ),
            "You added the logarithm of the weights to the logits, which corrects a prior. Here the weights belong on the losses.",
            "the prediction is shifted",
        ),
        Mistake(
            "classes apart",
            edit(
                "return (w * losses).sum() / w.sum()",
                "seen = target.unique()\n"
                "    means = torch.stack([losses[target == k].mean() for k in seen])\n"
                "    return (weight[seen] * means).sum() / weight[seen].sum()",
            ),
            "You averaged within each class before you weighted, so frequent classes count too little. Weight every sample, then sum over all.",
            "the number of samples of a class has no effect",
        ),
        Mistake(
            "mean weight",
            edit("return (w * losses).sum() / w.sum()", "return w.mean() * losses.mean()"),
            "You multiplied the mean loss by the mean weight: no sample counts more than another. Multiply each loss by its own weight.",
            "all samples count the same",
        ),
        Mistake(
            "over samples",
            edit(
                'F.cross_entropy(logits, target, reduction="none")',
                "-F.log_softmax(logits, 0)[torch.arange(len(target)), target]",
            ),
            "You normalised over the batch: dim 0 are the samples. Take the classes, dim=1.",
            "samples compete with each other",
        ),
        Mistake(
            "double softmax",
            edit("F.cross_entropy(logits, target", "F.cross_entropy(F.softmax(logits, 1), target"),
            "Softmax twice: F.cross_entropy takes the logits as they are.",
            "the loss has a floor",
        ),
        Mistake(
            "log of softmax",
            edit(
                'F.cross_entropy(logits, target, reduction="none")',
                "-torch.log(F.softmax(logits, 1)).gather(1, target[:, None])[:, 0]",
            ),
            "For large logits exp overflows, or a probability is 0 and its logarithm -infinity, with a NaN gradient. Take F.cross_entropy or log_softmax.",
            "infinity for large logits",
        ),
        Mistake(
            "log eps",
            edit(
                'F.cross_entropy(logits, target, reduction="none")',
                "-torch.log(F.softmax(logits, 1) + 1e-7).gather(1, target[:, None])[:, 0]",
            ),
            "A small number such as 1e-7 inside the logarithm (added, or as a clamp) hides the infinity but ends at 16.1, and its gradient dies there. Take F.cross_entropy or log_softmax.",
            "the loss ends at 16.1",
        ),
        Mistake(
            "sign",
            edit("return (w", "return -(w"),
            "The sign is flipped: a cross-entropy is never negative.",
            "negative, and falls without end",
        ),
        Mistake(
            "not reduced",
            edit("return (w * losses).sum() / w.sum()", "return w * losses / w.sum()"),
            "You returned a number for each sample. Sum them.",
            "shape (N,)",
        ),
        Mistake(
            "overwrites weight",
            edit("w = weight[target]", "w = weight.div_(weight.sum())[target]"),
            "The value is right, but your function overwrote the caller's weights: /=, x[...] = and methods whose names end in _ change their input.",
            "the class weights are changed",
        ),
        Mistake(
            "float32 forced",
            edit("return (w * losses).sum() / w.sum()", "return ((w * losses).sum() / w.sum()).float()"),
            "float64 comes back as float32: keep the dtype of the logits.",
            "float64 becomes float32",
        ),
    ),
    hints=(
        "Each sample has the weight of its class. How do you look up N weights at once?",
        "weight[target] has shape (N,).",
        "Multiply, sum, and divide by the sum of these N weights.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

TASKS = (SOFTMAX, CROSS_ENTROPY, SMOOTH, WEIGHTED)
