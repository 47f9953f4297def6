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
    - It holds for logits of any size: 1000 gives no NaN and no infinity, nor does a row far below the others.
    - Gradients flow back to `logits`. The input is not changed.
    """,
    reference=softmax,
    named=(
        Case("2 rows, 3 classes", (tensor([[0.0, 1.0, 2.0], [2.0, 0.0, 0.0]]),)),
        Case("square", (Draw(1).normal(3, 3),)),
        Case("huge", (tensor([[1000.0, 1001.0]]),)),
        Case("a very negative row", (tensor([[0.0, 0.0], [-2000.0, -2001.0]]),)),
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
            "The values are right, but no gradient reaches the logits: .detach(), .data or NumPy cut the graph.",
            "no gradient",
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

    - `logits` has shape (N, C), N, C >= 1, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers 0 .. C-1 (int64). The result is a 0-d tensor of the dtype of the logits.
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
            "log(p + 1e-7) hides the infinity, but caps the loss at 16.1 and kills the gradient just where the model is most wrong.",
            "the loss ends at 16.1, the gradient dies",
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
            "The value is right, but no gradient reaches the logits: .detach(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
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

    - `logits` has shape (N, C), N >= 1, C >= 2, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers 0 .. C-1 (int64); 0 <= eps <= 1.
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
        Case("gradient", (Draw(3).normal(2, 3), tensor([0, 2])), gradient=(0,)),
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

    - `logits` has shape (N, C), N, C >= 1, float32 or float64, not yet softmaxed; `target` (N,) holds class numbers (int64); `weight` (C,) is positive, of the dtype of the logits. The result is a 0-d tensor of that dtype.
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
            'Your loss is the plain mean: the weights are not used, or you averaged before you weighted and they cancel out. Take the losses of the samples first, reduction="none".',
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
            "The value is right, but no gradient reaches the logits: .detach(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
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
