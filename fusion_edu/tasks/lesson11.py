"""Tasks of lesson 11: losses and modalities that compete."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 11.1 ---------------------------------------------------------------------------------------------


def uncertainty_weighted(losses: Tensor, log_var: Tensor) -> Tensor:
    """(K,) losses and log variances to a scalar."""
    weights = 0.5 * torch.exp(-log_var)
    price = 0.5 * log_var
    return (weights * losses + price).sum()


def _draw_losses(draw: Draw) -> list[Case]:
    k = draw.whole(3, 6)
    losses, s = draw.uniform(k, low=0.1, high=5.0), draw.normal(k)
    return [
        Case("random", (losses, s)),
        Case("one loss", (losses[:1], s[:1])),
        Case("losses of other sizes", (losses * 10.0 ** draw.uniform(k, low=-3, high=4), 3 * s)),
        Case("at the fixed point", (losses, losses.log())),
        Case("float64", (losses.double(), s.double())),
        Case("gradient, random", (losses, s), gradient=(0, 1)),
    ]


UNCERTAINTY = Task(
    id="11.1",
    title="Let the losses weigh themselves",
    promise=r"""
    Write `uncertainty_weighted(losses, log_var)`: $\sum_k \tfrac12 e^{-s_k} L_k + \tfrac12 s_k$, where $s_k$ is a learned log variance.

    - `losses` has shape (K,): K >= 1 losses $L_k$ >= 0 of any size. `log_var` (K,) holds $s_k$, numbers between -20 and 20. Both have one dtype (float32 or float64).
    - The result is a scalar tensor of that dtype. It is a sum over the K losses, and it may be negative.
    - Gradients flow back to `losses` (they train the network) and to `log_var` (they train the weights). The inputs are not changed.
    """,
    reference=uncertainty_weighted,
    named=(
        Case("log variances of 0", (tensor([2.0, 4.0]), tensor([0.0, 0.0]))),
        Case("mixed", (tensor([2.0, 100.0]), tensor([1.0, 4.0]))),
        Case("a negative log variance", (tensor([0.5]), tensor([-2.0]))),
        Case("metres and millimetres", (tensor([0.04, 40_000.0]), tensor([-3.0, 10.0]))),
        Case("a loss of 0", (tensor([0.0, 1.0]), tensor([-5.0, 0.5]))),
        Case("very small and very large", (tensor([1e-6, 1e6]), tensor([-13.8, 13.8]))),
        Case("twenty and minus twenty", (tensor([3.0, 1e-8]), tensor([20.0, -20.0]))),
        Case("gradient", (tensor([2.0, 100.0]), tensor([1.0, 4.0])), gradient=(0, 1)),
        Case("gradient, three losses, float64", (tensor([0.3, 7.0, 2.0]).double(), tensor([-1.0, 2.0, 0.2]).double()), gradient=(0, 1)),
    ),
    draws=_draw_losses,
    mistakes=(
        Mistake(
            "no price",
            edit("(weights * losses + price).sum()", "(weights * losses).sum()"),
            "The term ½ s is missing: with s → ∞ every loss vanishes, and nothing pays for it.",
            "all weights go to 0",
        ),
        Mistake(
            "wrong sign",
            edit("torch.exp(-log_var)", "torch.exp(log_var)"),
            "You multiplied by exp(s): the noisier a loss is believed to be, the more it counts. It is exp(-s).",
            "noisy losses get more weight",
        ),
        Mistake(
            "price subtracted",
            edit("+ price", "- price"),
            "You subtracted ½ s: a large variance is paid for, and all weights go to 0. Add it.",
            "all weights go to 0",
        ),
        Mistake(
            "sigma itself",
            edit("0.5 * torch.exp(-log_var)", "0.5 / log_var**2", "0.5 * log_var", "torch.log(log_var)"),
            "You read the second argument as σ: where it crosses 0 this is infinite or NaN. It is s = log σ², any number.",
            "NaN where s is negative",
        ),
        Mistake(
            "variance itself",
            edit("0.5 * torch.exp(-log_var)", "0.5 / log_var", "0.5 * log_var", "0.5 * torch.log(log_var)"),
            "You read the second argument as the variance σ². It is its logarithm: the weight is ½ exp(-s).",
            "NaN where s is negative",
        ),
        Mistake(
            "log sigma",
            edit("torch.exp(-log_var)", "torch.exp(-2 * log_var)", "price = 0.5 * log_var", "price = log_var"),
            "You read s as log σ: exp(-2s) and + s. Here s is log σ², so it is exp(-s) and + ½ s.",
            "every s is half of ours",
        ),
        Mistake(
            "mean",
            edit("price).sum()", "price).mean()"),
            "You took the mean over the K losses. The formula sums: with one more loss the others must not count less.",
            "smaller by the factor K",
        ),
        Mistake(
            "whole price",
            edit("price = 0.5 * log_var", "price = log_var"),
            "Your price is s, the formula's is ½ s: the weights would settle at exp(s) = L/2 instead of L.",
            "the fixed point is at half the loss",
        ),
        Mistake(
            "whole weight",
            edit("weights = 0.5 * torch.exp(-log_var)", "weights = torch.exp(-log_var)"),
            "The ½ before exp(-s) is missing: the weights would settle at exp(s) = 2L instead of L.",
            "the fixed point is at twice the loss",
        ),
        Mistake(
            "no halves",
            edit("weights = 0.5 * ", "weights = ", "price = 0.5 * ", "price = "),
            "Both halves are missing: your value is twice ours. The fixed point is the same, the learning rate is not.",
            "twice ours",
        ),
        Mistake(
            "losses detached",
            edit("weights * losses", "weights * losses.detach()"),
            "The losses are detached: the weights learn, and the network does not.",
            "the network is not trained",
        ),
        Mistake(
            "weights detached",
            edit("torch.exp(-log_var)", "torch.exp(-log_var.detach())"),
            "The weight is detached: s feels only the price ½ s, runs to -∞, and the weights explode.",
            "the weights explode",
        ),
        Mistake(
            "price detached",
            edit("price = 0.5 * log_var", "price = 0.5 * log_var.detach()"),
            "The price is detached: s feels only how its weight lowers the loss, runs to +∞, and every weight goes to 0.",
            "all weights go to 0",
        ),
        Mistake(
            "softmax",
            edit("weights * losses + price", "torch.softmax(-log_var, 0) * losses"),
            "You weighted by a softmax of -s: its weights sum to 1, so that the easiest loss gets them all. Here each loss has a weight of its own, and a price.",
            "the easiest loss gets all weight",
        ),
        Mistake(
            "price of the squared loss",
            edit("weights * losses", "weights * losses**2"),
            "You squared the losses. A mean squared error is squared already.",
            "large losses count too much",
        ),
        Mistake(
            "log of the losses",
            edit("weights * losses", "weights * torch.log(losses)"),
            "You took the logarithm of the losses. It is the sum at the best s that equals ½ Σ log L, not its terms.",
            "-inf at a loss of 0",
        ),
        Mistake(
            "one for each loss",
            edit("(weights * losses + price).sum()", "weights * losses + price"),
            "You returned K numbers. Sum them: the network is trained with one.",
            "shape (K,)",
        ),
        Mistake(
            "common weight",
            edit("torch.exp(-log_var)", "torch.exp(-log_var.mean())"),
            "All losses got one weight, that of the mean of s. Each has its own.",
            "a constant factor",
        ),
        Mistake(
            "price is positive",
            edit("price = 0.5 * log_var", "price = 0.5 * log_var.abs()"),
            "Your price is ½ |s|: it pulls s to 0, so that no small loss can get a large weight. ½ s may be negative, and so may the sum.",
            "small losses cannot count more",
        ),
        Mistake(
            "price of exp",
            edit("price = 0.5 * log_var", "price = 0.5 * torch.log1p(torch.exp(log_var))"),
            "Your price is ½ log(1 + σ²), the variant of Liebel and Körner that never falls below 0. The formula here is ½ log σ².",
            "small losses cannot count more",
        ),
        Mistake("variance itself, of any sign", edit('0.5 * torch.exp(-log_var)', '0.5 / log_var', '0.5 * log_var', '0.5 * torch.log(log_var.abs())'),
                "You read the second argument as the variance σ². It is its logarithm: the weight is ½ exp(-s).", "negative weights where s is negative"),
        Mistake("price from 0 on", edit('price = 0.5 * log_var', 'price = 0.5 * log_var.clamp_min(0)'),
                "Your price is never below 0, so no small loss can earn a large weight. ½ s may be negative, and so may the sum.", "small losses cannot count more"),
        Mistake("sum from 0 on", edit('(weights * losses + price).sum()', '(weights * losses + price).sum().clamp_min(0)'),
                "You cut the result off at 0. It may be negative: at 0 your gradient vanishes and nothing learns any more.", "no gradient below 0"),
        Mistake("softmax weights", edit('torch.exp(-log_var)', 'torch.softmax(-log_var, 0)'),
                "You weighted by a softmax of -s: its weights sum to 1, so that the losses compete. Each has a weight of its own, exp(-s).", "the losses compete"),
        Mistake("softmax weights, no half", edit('0.5 * torch.exp(-log_var)', 'torch.softmax(-log_var, 0)'),
                "You weighted by a softmax of -s: its weights sum to 1, so that the losses compete. Each has a weight of its own, ½ exp(-s).", "the losses compete"),
        Mistake('log sigma in the weight', edit('torch.exp(-log_var)', 'torch.exp(-2 * log_var)'), 'Your weight is ½ exp(-2s), as if s were log σ. Here s is log σ², so it is ½ exp(-s).', 'weights too unlike'),
    ),
    hints=(
        "For one loss: which s makes ½ exp(-s) L + ½ s smallest? Set its slope to 0.",
        "torch.exp(-log_var) is 1 / σ², positive whatever s is.",
        "Multiply, add, sum; nothing is detached.",
    ),
    difficulty=2,
    points=15,
    minutes=15,
    curves=(
        Curve(
            "One loss of 4, over its log variance",
            "s (1)",
            "weighted loss",
            tuple(v / 4 for v in range(-4, 17)),
            lambda s: (tensor([4.0]), tensor([s])),
        ),
    ),
)  # fmt: skip

# 11.2 ---------------------------------------------------------------------------------------------


def ogm_coefficients(logits_a: Tensor, logits_b: Tensor, y: Tensor, alpha: float) -> tuple[float, float]:
    """(N, C) logits of two branches and classes (N,) to the two coefficients."""
    pa = torch.softmax(logits_a, dim=1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, dim=1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb


def _draw_branches(draw: Draw) -> list[Case]:
    n, c = draw.whole(4, 7), draw.whole(3, 5)
    y, alpha = draw.labels(c, n), float(draw.uniform(1, low=0.1, high=0.9))
    sure = 2.0 * F.one_hot(y, c)
    a, b = draw.normal(n, c), draw.normal(n, c)
    return [
        Case("random, a ahead", (a + sure, b, y, alpha)),
        Case("random, b ahead", (a, b + sure, y, alpha)),
        Case("random", (2 * a, 2 * b, y, alpha)),
        Case("one sample", (a[:1] + sure[:1], b[:1], y[:1], alpha)),
        Case("square", (draw.normal(4, 4), draw.normal(4, 4) + 2.0 * F.one_hot(draw.labels(4, 4), 4), draw.labels(4, 4), alpha)),
        Case("float64", (a.double() + sure, b.double(), y, alpha)),
    ]  # fmt: skip


OGM = Task(
    id="11.2",
    title="Slow down the modality that runs ahead",
    promise=r"""
    Write `ogm_coefficients(logits_a, logits_b, y, alpha)`: the factors $(k_a, k_b)$ of OGM-GE for the gradients of two branches. With
    $\rho = \sum_i p^a_{i, y_i} \,/\, \sum_i p^b_{i, y_i}$, where $p$ is the softmax of a branch's own logits:

    $k_a = 1 - \tanh(\alpha \rho)$ where $\rho > 1$, else 1; $\quad k_b = 1 - \tanh(\alpha / \rho)$ where $\rho < 1$, else 1.

    - `logits_a`, `logits_b` have shape (N, C) and one dtype (float32 or float64), finite, up to 50 in size; `y` (N,) holds the true classes (int64); N >= 1, C >= 2. `alpha` is a number > 0.
    - It returns two numbers, $(k_a, k_b)$; Python floats or 0-d tensors. They are factors, not part of the loss: no gradient is asked for.
    - At $\rho = 1$ both are 1. The inputs are not changed.
    """,
    reference=ogm_coefficients,
    named=(
        Case("a ahead", (tensor([[3.0, 0.0]]), tensor([[0.0, 0.0]]), tensor([0]), 0.5)),
        Case("b ahead", (tensor([[0.0, 0.0]]), tensor([[0.0, 4.0]]), tensor([1]), 0.5)),
        Case("neither", (tensor([[1.0, 0.0]]), tensor([[1.0, 0.0]]), tensor([0]), 0.5)),
        Case("a is sure and wrong", (tensor([[9.0, 0.0]]), tensor([[0.0, 1.0]]), tensor([1]), 0.5)),
        Case("four samples", (3 * Draw(1).normal(4, 3), 3 * Draw(2).normal(4, 3), tensor([0, 1, 2, 0]), 0.3)),
        Case("a leads in one sample, b in two", (tensor([[4.0, 0.0], [0.0, 0.5], [0.0, 0.5]]), tensor([[0.0, 0.0], [0.0, 2.0], [0.0, 2.0]]), tensor([0, 0, 1]), 0.4)),
        Case("one sample decides the ratio of means", (tensor([[0.0, 3.0], [2.0, 0.0]]), tensor([[0.0, 12.0], [4.0, 0.0]]), tensor([0, 0]), 0.2)),
        Case("a little ahead", (tensor([[1.001, 0.0]]), tensor([[1.0, 0.0]]), tensor([0]), 0.8)),
        Case("b a little ahead", (tensor([[1.0, 0.0]]), tensor([[1.001, 0.0]]), tensor([0]), 0.8)),
        Case("logits of 50", (tensor([[50.0, 0.0], [0.0, 50.0]]), tensor([[0.0, 50.0], [0.0, 1.0]]), tensor([0, 1]), 0.1)),
        Case("a far behind", (tensor([[-30.0, 0.0]]).double(), tensor([[2.0, 0.0]]).double(), tensor([0]), 0.1)),
        Case("b far behind", (tensor([[2.0, 0.0]]).double(), tensor([[-30.0, 0.0]]).double(), tensor([0]), 0.1)),
        Case("a small alpha, float64", (tensor([[2.0, 0.0, 1.0]]).double(), tensor([[0.0, 1.0, 0.0]]).double(), tensor([0]), 0.01)),
        Case("both nearly 0", (tensor([[-18.0, 0.0]]).double(), tensor([[-18.6, 0.0]]).double(), tensor([0]), 0.3)),
        Case("both nearly 0, b ahead", (tensor([[-18.6, 0.0]]).double(), tensor([[-18.0, 0.0]]).double(), tensor([0]), 0.3)),
        Case("a tiny alpha, a far behind", (tensor([[-17.0, 0.0]]).double(), tensor([[2.0, 0.0]]).double(), tensor([0]), 1e-7)),
        Case("both behind, a a little less", (tensor([[-9.0, 0.0], [-8.0, 0.0]]), tensor([[-9.5, 0.0], [-8.5, 0.0]]), tensor([0, 0]), 0.3)),
        Case("both almost 0", (tensor([[-25.0, 0.0]]).double(), tensor([[-25.6, 0.0]]).double(), tensor([0]), 0.3)),
    ),
    draws=_draw_branches,
    mistakes=(
        Mistake(
            "slows the weak",
            edit("return ka, kb", "return kb, ka"),
            "The two factors have changed places: the branch that is behind is slowed, and falls behind further.",
            "the weak branch starves sooner",
        ),
        Mistake(
            "largest probability",
            edit(".gather(1, y[:, None])", ".amax(1)"),
            "You took each branch's largest probability: a branch that is sure and wrong counts as ahead. Take the probability of the true class.",
            "sure mistakes count as ahead",
        ),
        Mistake(
            "accuracy",
            edit(
                "torch.softmax(logits_a, dim=1).gather(1, y[:, None])",
                "(logits_a.argmax(1) == y).to(logits_a.dtype)",
                "torch.softmax(logits_b, dim=1).gather(1, y[:, None])",
                "(logits_b.argmax(1) == y).to(logits_b.dtype)",
            ),
            "You compared the numbers of right answers. Compare the probabilities of the true class: they also say how sure.",
            "nothing happens while both are right",
        ),
        Mistake(
            "logits",
            edit("torch.softmax(logits_a, dim=1)", "logits_a", "torch.softmax(logits_b, dim=1)", "logits_b"),
            "You compared logits: their sum may be 0 or negative, and a constant added to all of them changes the ratio. Softmax first.",
            "negative ratios",
        ),
        Mistake(
            "sigmoid",
            edit("torch.softmax(logits_a, dim=1)", "torch.sigmoid(logits_a)", "torch.softmax(logits_b, dim=1)", "torch.sigmoid(logits_b)"),
            "You took a sigmoid of each logit. The classes exclude each other: softmax over the classes.",
            "probabilities that do not sum to 1",
        ),
        Mistake(
            "softmax over samples",
            edit("logits_a, dim=1", "logits_a, dim=0", "logits_b, dim=1", "logits_b, dim=0"),
            "Your softmax runs over the samples. A sample's probabilities sum to 1 over the classes: dim=1.",
            "the batch decides what a sample says",
        ),
        Mistake(
            "both slowed",
            edit("if rho > 1 else 1.0", "", "if rho < 1 else 1.0", ""),
            "Both branches are slowed. The one that is behind keeps the factor 1.",
            "training is slower, the balance as before",
        ),
        Mistake(
            "same ratio for b",
            edit("alpha / rho", "alpha * rho"),
            "For b the ratio is the other way round: 1 / ρ. Yours slows b by the wrong amount.",
            "b is slowed too little",
        ),
        Mistake(
            "no one minus",
            edit("1 - math.tanh(alpha * rho)", "math.tanh(alpha * rho)", "1 - math.tanh(alpha / rho)", "math.tanh(alpha / rho)"),
            "The `1 -` is missing: the further a branch is ahead, the faster it learns.",
            "the further ahead, the faster",
        ),
        Mistake(
            "from one on",
            edit("alpha * rho", "alpha * (rho - 1)", "alpha / rho", "alpha * (1 / rho - 1)"),
            "You took tanh(α(ρ - 1)), which has no jump at ρ = 1. Nicer perhaps, but the formula is tanh(αρ).",
            "a branch a little ahead is hardly slowed",
        ),
        Mistake(
            "alpha outside",
            edit("math.tanh(alpha * rho)", "alpha * math.tanh(rho)", "math.tanh(alpha / rho)", "alpha * math.tanh(1 / rho)"),
            "You multiplied the tanh by α; it belongs inside: tanh(α ρ).",
            "never slower than 1 - alpha",
        ),
        Mistake(
            "no alpha",
            edit("alpha * rho", "rho", "alpha / rho", "1 / rho"),
            "`alpha` is not used: it sets how strongly the leader is slowed.",
            "always strongest",
        ),
        Mistake(
            "exponential",
            edit("1 - math.tanh(alpha * rho)", "math.exp(-alpha * rho)", "1 - math.tanh(alpha / rho)", "math.exp(-alpha / rho)"),
            "You took exp(-αρ). The formula is 1 - tanh(αρ).",
            "another curve",
        ),
        Mistake(
            "mean of ratios",
            edit(
                "gather(1, y[:, None]).sum()\n    pb",
                "gather(1, y[:, None])\n    pb",
                "torch.softmax(logits_b, dim=1).gather(1, y[:, None]).sum()",
                "torch.softmax(logits_b, dim=1).gather(1, y[:, None])",
                "(pa / pb).item()",
                "(pa / pb).mean().item()",
            ),
            "You averaged the ratios of the samples: one sample for which b says almost 0 decides. Divide the sums.",
            "one sample decides",
        ),
        Mistake(
            "log likelihoods",
            edit("(pa / pb).item()", "(torch.softmax(logits_a, 1).gather(1, y[:, None]).log().sum() / torch.softmax(logits_b, 1).gather(1, y[:, None]).log().sum()).item()"),
            "You divided log-likelihoods: they are negative, and the better branch has the smaller one. Sum the probabilities.",
            "the weak branch is slowed",
        ),
        Mistake(
            "equal is slowed",
            edit("if rho > 1", "if rho >= 1"),
            "At ρ = 1 nobody is ahead, and yours slows a. The formula says ρ > 1.",
            "equal branches are not treated alike",
        ),
        Mistake(
            "both orders squared",
            edit("rho = (pa / pb).item()", "rho = (pa / pb).item() ** 2"),
            "Your ratio is squared.",
            "slowed too strongly",
        ),
        Mistake(
            "only a",
            edit("if rho < 1 else 1.0", "if False else 1.0"),
            "Branch b is never slowed: where ρ < 1 it is the one ahead.",
            "b runs ahead unhindered",
        ),
        Mistake(
            "only b",
            edit("if rho > 1 else 1.0", "if False else 1.0"),
            "Branch a is never slowed: where ρ > 1 it is the one ahead.",
            "a runs ahead unhindered",
        ),
        Mistake(
            "stops at zero",
            edit("return ka, kb", "return float(ka == 1), float(kb == 1)"),
            "You stop the leader altogether. It is slowed by the factor 1 - tanh(αρ).",
            "one branch learns at a time",
        ),
        Mistake(
            "ratio returned",
            edit("return ka, kb", "return rho, 1 / rho"),
            "You returned ρ and 1/ρ. Turn them into factors: 1 - tanh of α times the ratio, for the leader.",
            "the leader is sped up",
        ),
        Mistake("conditions exchanged", edit('alpha * rho) if rho > 1', 'alpha * rho) if rho < 1', 'alpha / rho) if rho < 1', 'alpha / rho) if rho > 1'),
                "Your conditions have changed places: a is slowed where ρ < 1, where it is *behind*. The leader is a where ρ > 1.", "the weak branch starves sooner"),
        Mistake("both equal ones slowed", edit('if rho > 1', 'if rho >= 1', 'if rho < 1', 'if rho <= 1'),
                "At ρ = 1 nobody is ahead, and yours slows both. The formula says ρ > 1 and ρ < 1.", "equal branches are slowed"),
        Mistake("equal b is slowed", edit('if rho < 1', 'if rho <= 1'),
                "At ρ = 1 nobody is ahead, and yours slows b. The formula says ρ < 1.", "equal branches are not treated alike"),
        Mistake("accuracy, guarded", edit('torch.softmax(logits_a, dim=1).gather(1, y[:, None])', '(logits_a.argmax(1) == y).to(logits_a.dtype)', 'torch.softmax(logits_b, dim=1).gather(1, y[:, None])', '(logits_b.argmax(1) == y).to(logits_b.dtype)', 'rho = (pa / pb).item()', 'rho = max(pa.item() / max(pb.item(), 1e-9), 1e-12)'),
                "You compared the numbers of right answers. Compare the probabilities of the true class: they also say how sure.", "nothing happens while both are right"),
        Mistake("geometric mean of ratios", edit('rho = (pa / pb).item()', 'rho = (F.cross_entropy(logits_b, y) - F.cross_entropy(logits_a, y)).exp().item()'),
                "Your ratio is exp of a difference of losses: the geometric mean of the samples' ratios. Divide the sums of the probabilities.", "one sample decides"),
        Mistake("ratio of losses", edit('rho = (pa / pb).item()', 'rho = (F.cross_entropy(logits_b, y) / F.cross_entropy(logits_a, y)).item()'),
                "You divided the losses. Sum the probabilities of the true class, and divide the sums.", "another ratio"),
        Mistake("all pairs of rows and classes", edit(".gather(1, y[:, None])", "[:, y]"),
                "p[:, y] takes, for every row, the classes of all rows: N x N numbers. Take the true class of each row: gather, or p[torch.arange(N), y].", "every row is asked for all classes"),
        Mistake("log likelihoods, guarded", edit("(pa / pb).item()", "max((F.cross_entropy(logits_a.double(), y) / F.cross_entropy(logits_b.double(), y)).item(), 1e-30)"),
                "You divided log-likelihoods: they are negative, and the better branch has the smaller one. Sum the probabilities.", "the weak branch is slowed"),
        Mistake("1e-8 in the ratio", edit("(pa / pb).item()", "(pa.double() / (pb.double() + 1e-8)).item()"),
                "You added a small number to the denominator: equal branches then have a ratio a little below 1, and where both probabilities are tiny it decides. The logits are finite, so no sum is 0: divide.", "equal branches are not treated alike"),
        Mistake("1e-8 in the ratio, float32", edit("(pa / pb).item()", "(pa / (pb + 1e-8)).item()"),
                "You added a small number to the denominator: where both probabilities are tiny it decides. The logits are finite, so no sum is 0: divide.", "wrong where both branches know little"),
        Mistake("1e-12 in the ratio", edit("(pa / pb).item()", "(pa.double() / (pb.double() + 1e-12)).item()"),
                "You added a small number to the denominator: equal branches then have a ratio a little below 1, and b is slowed. The logits are finite, so no sum is 0: divide.", "equal branches are not treated alike"),
        Mistake("largest taken off in place", edit("    pa = ", "    logits_a -= logits_a.amax(1, keepdim=True)\n    logits_b -= logits_b.amax(1, keepdim=True)\n    pa = "),
                "The values are right, but you took the largest logit off in the caller's tensors (-=). Write logits - largest, which makes new ones.", "the caller's logits are changed"),
        Mistake("softmax in place", edit("    pa = ", "    logits_a.copy_(torch.softmax(logits_a, 1)), logits_b.copy_(torch.softmax(logits_b, 1))\n    pa = ", "torch.softmax(logits_a, dim=1)", "logits_a", "torch.softmax(logits_b, dim=1)", "logits_b"),
                "The values are right, but you wrote the probabilities into the caller's tensors. Make new ones.", "the caller's logits are changed"),
    ),
    hints=(
        "Which number says how much of the truth a branch knows? Each row has one true class.",
        "softmax over the classes, then gather the column y of each row; sum over the batch.",
        "Exactly one branch is slowed, or none: the other factor is 1.",
    ),
    difficulty=3,
    points=20,
    minutes=25,
    view=as_numbers,
)  # fmt: skip

# 11.3 ---------------------------------------------------------------------------------------------


def gblend_weights(tr0: Tensor, tr1: Tensor, va0: Tensor, va1: Tensor) -> Tensor:
    """(K,) losses at two checkpoints to (K,) weights."""
    gain = (va0 - va1).clamp_min(0)
    overfit = (va1 - tr1) - (va0 - tr0)
    w = gain / (overfit**2).clamp_min(1e-6)
    return w / w.sum()


def _draw_checkpoints(draw: Draw) -> list[Case]:
    k = draw.whole(3, 5)
    tr0, gap0 = draw.uniform(k, low=1.5, high=2.5), draw.uniform(k, low=0.05, high=0.3)
    gain, more = draw.uniform(k, low=0.2, high=1.0), draw.uniform(k, low=0.1, high=0.8)
    va0 = tr0 + gap0
    va1 = va0 - gain
    tr1 = va1 - gap0 - more
    worse = va1.clone()
    worse[draw.whole(0, k - 1)] += 2
    return [
        Case("random", (tr0, tr1, va0, va1)),
        Case("one head becomes worse", (tr0, tr1, va0, worse)),
        Case("one head", (tr0[:1], tr1[:1], va0[:1], va1[:1])),
        Case("the gap shrinks", (tr0, va1 - gap0 / 2, va0, va1)),
        Case("float64", (tr0.double(), tr1.double(), va0.double(), va1.double())),
    ]


GBLEND = Task(
    id="11.3",
    title="Gradient blending from two checkpoints",
    promise=r"""
    Write `gblend_weights(tr0, tr1, va0, va1)`: weights of K losses (one head for each modality, one for both) from their training and validation losses at an early checkpoint (`tr0`, `va0`) and a late one (`tr1`, `va1`).

    $w_k \propto G_k / O_k^2$ with the gain $G = va0 - va1$ and the overfitting in between $O = (va1 - tr1) - (va0 - tr0)$.

    - All four have shape (K,), K >= 1, and one dtype (float32 or float64). At least one gain is above 0.
    - A gain below 0 counts as 0: that head gets weight 0. $O^2$ below 1e-6 counts as 1e-6.
    - The result has shape (K,) and that dtype, and sums to 1. The inputs are not changed. No gradient is asked for.
    """,
    reference=gblend_weights,
    named=(
        Case("two heads", (tensor([2.0, 2.0]), tensor([1.0, 0.2]), tensor([2.0, 2.0]), tensor([1.2, 1.5]))),
        Case("a gap from the start", (tensor([2.0, 1.5]), tensor([1.0, 0.5]), tensor([2.1, 1.9]), tensor([1.3, 1.4]))),
        Case("one head becomes worse", (tensor([2.0, 2.0, 2.0]), tensor([1.0, 0.2, 0.1]), tensor([2.0, 2.0, 2.0]), tensor([1.2, 1.5, 2.3]))),
        Case("the worse head is the first", (tensor([2.0, 2.0]), tensor([0.1, 1.0]), tensor([2.0, 2.0]), tensor([2.5, 1.3]))),
        Case("one does not overfit at all", (tensor([2.0, 2.0]).double(), tensor([1.0, 1.0]).double(), tensor([2.0, 2.0]).double(), tensor([1.0, 1.5]).double())),
        Case("two that overfit hardly", (tensor([2.0, 2.0]).double(), tensor([1.0, 1.5]).double(), tensor([2.0, 2.0]).double(), tensor([1.0001, 1.5002]).double())),
        Case("overfits by a hundredth", (tensor([2.0, 2.0]).double(), tensor([0.99, 1.0]).double(), tensor([2.0, 2.0]).double(), tensor([1.0, 1.02]).double())),
        Case("the gap shrinks in one", (tensor([2.0, 2.0]), tensor([1.0, 1.0]), tensor([2.5, 2.2]), tensor([1.2, 1.6]))),
        Case("small gains", (tensor([0.02, 0.03]).double(), tensor([0.01, 0.01]).double(), tensor([0.02, 0.03]).double(), tensor([0.0195, 0.0299]).double())),
        Case("losses of hundreds", (tensor([300.0, 200.0]), tensor([100.0, 150.0]), tensor([310.0, 220.0]), tensor([200.0, 190.0]))),
        Case("much overfitting, little gained", (tensor([200.0, 300.0]).double(), tensor([100.0, 100.0]).double(), tensor([200.0, 300.0]).double(), tensor([199.999, 299.997]).double())),
        Case("one head", (tensor([2.0]), tensor([1.0]), tensor([2.0]), tensor([1.5]))),
    ),
    draws=_draw_checkpoints,
    mistakes=(
        Mistake(
            "not squared",
            edit("(overfit**2).clamp_min(1e-6)", "(overfit**2).clamp_min(1e-6).sqrt()"),
            "You divided by |O|. The formula divides by O².",
            "overfitting heads keep too much",
        ),
        Mistake(
            "upside down",
            edit("w = gain / (overfit**2).clamp_min(1e-6)", "w = (overfit**2).clamp_min(1e-6) / gain.clamp_min(1e-6)"),
            "Upside down: the head that overfits most gets the weight.",
            "the overfitting head leads",
        ),
        Mistake(
            "late gap only",
            edit("(va1 - tr1) - (va0 - tr0)", "va1 - tr1"),
            "You took the gap at the late checkpoint. O is how much the gap has *grown*: subtract the gap at the early one.",
            "a gap from the start counts",
        ),
        Mistake(
            "training gain",
            edit("gain = (va0 - va1)", "gain = (tr0 - tr1)"),
            "Your gain is that of the training loss: it pays for memorising. G is the gain on the validation rows.",
            "memorising is paid",
        ),
        Mistake(
            "loss for gain",
            edit("gain = (va0 - va1)", "gain = va1"),
            "You put the late validation loss where its fall belongs: the head that is still bad gets the weight. (MultiBench's code does so by default.)",
            "the worst head leads",
        ),
        Mistake(
            "negative gains kept",
            edit(".clamp_min(0)", ""),
            "A head that became worse has a negative weight in yours: it would be trained away from its labels. Its weight is 0.",
            "negative weights",
        ),
        Mistake(
            "size of the gain",
            edit("(va0 - va1).clamp_min(0)", "(va0 - va1).abs()"),
            "You took |G|: a head that became worse is paid for it. Its weight is 0.",
            "a head that became worse is paid",
        ),
        Mistake(
            "sum of absolute weights",
            edit(".clamp_min(0)", "", "w / w.sum()", "w.clamp_min(0) / w.abs().sum()"),
            "You clamped after dividing by the sum of all sizes: the weights no longer sum to 1. Clamp the gain first.",
            "weights sum to less than 1",
        ),
        Mistake(
            "not normalised",
            edit("return w / w.sum()", "return w"),
            "Your weights do not sum to 1: divide by their sum.",
            "the learning rate depends on the data",
        ),
        Mistake(
            "by the largest",
            edit("w / w.sum()", "w / w.max()"),
            "You divided by the largest weight. They sum to 1: divide by the sum.",
            "the largest is 1",
        ),
        Mistake(
            "unit length",
            edit("w / w.sum()", "w / w.norm()"),
            "You scaled the weights to length 1. Their sum is 1: divide by it.",
            "the squares sum to 1",
        ),
        Mistake(
            "softmax",
            edit("w / w.sum()", "torch.softmax(w, 0)"),
            "You took a softmax of the ratios: the largest gets nearly all, and a head that became worse something. Divide by the sum.",
            "the winner takes it all",
        ),
        Mistake(
            "no floor",
            edit(".clamp_min(1e-6)", ""),
            "A head that does not overfit at all divides by 0 in yours. O² below 1e-6 counts as 1e-6.",
            "NaN without overfitting",
        ),
        Mistake(
            "floor added",
            edit("(overfit**2).clamp_min(1e-6)", "(overfit**2 + 1e-6)"),
            "You added 1e-6 to O². It is a floor: only what lies below counts as 1e-6.",
            "small gaps count too little",
        ),
        Mistake(
            "floor before the square",
            edit("(overfit**2).clamp_min(1e-6)", "overfit.clamp_min(1e-6) ** 2"),
            "You set the floor before squaring: an overfitting below 0 (a gap that shrinks) becomes 1e-12 and takes all the weight. Square first.",
            "a shrinking gap takes all",
        ),
        Mistake(
            "no overfitting",
            edit("w = gain / (overfit**2).clamp_min(1e-6)", "w = gain"),
            "You weighted by the gain alone. Divide by O²: the point of the method is who overfits.",
            "overfitting costs nothing",
        ),
        Mistake(
            "only overfitting",
            edit("w = gain / ", "w = 1 / "),
            "You weighted by 1 / O² alone: a head that learns nothing does not overfit, and gets everything. Multiply by the gain.",
            "a head that learns nothing leads",
        ),
        Mistake(
            "checkpoints swapped",
            edit("(va0 - va1)", "(va1 - va0)"),
            "Your gain has the wrong sign: a loss that falls is a gain, va0 - va1.",
            "who improves gets nothing",
        ),
        Mistake(
            "sum of gaps",
            edit("(va1 - tr1) - (va0 - tr0)", "(va1 - tr1) + (va0 - tr0)"),
            "You added the two gaps. O is what the gap has grown by: the late one minus the early one.",
            "a gap from the start counts twice",
        ),
        Mistake(
            "gain of the gap",
            edit("overfit = (va1 - tr1) - (va0 - tr0)", "overfit = va1 - va0"),
            "You divided by the squared change of the validation loss: then w is 1 / G, and who learns most gets least. O is how much the gap between training and validation has grown.",
            "who learns most gets least",
        ),
        Mistake("not squared, but the floor", edit('(overfit**2).clamp_min(1e-6)', 'overfit.abs().clamp_min(1e-6)'),
                "You divided by |O|. The formula divides by O²; its floor is 1e-6 as well.", "overfitting heads keep too much"),
        Mistake("floor of the size", edit('(overfit**2).clamp_min(1e-6)', 'overfit.abs().clamp_min(1e-6) ** 2'),
                "You set the floor of 1e-6 before squaring: O² then goes down to 1e-12. O² below 1e-6 counts as 1e-6: square first.", "a head without overfitting takes all"),
        Mistake("clamped last", edit('.clamp_min(0)', '', 'return w / w.sum()', 'return (w / w.sum()).clamp_min(0)'),
                "You clamped after dividing by the sum, which the negative weights are in: the others sum to more than 1. Clamp the gain first.", "weights do not sum to 1"),
        Mistake("growing gaps only", edit('overfit**2', 'overfit.clamp_min(0) ** 2'),
                "A gap that shrinks counts as none in yours, and takes all the weight. O² does not ask for the sign.", "a shrinking gap takes all"),
        Mistake('gain squared', edit('w = gain / ', 'w = gain**2 / '), 'You squared the gain. Only the overfitting is squared: G / O².', 'large gains count too much'),
        Mistake(
            "heads without gain left out",
            edit("return w / w.sum()", "return (w / w.sum())[gain > 0]"),
            "You left out the heads that gain nothing: then nobody knows which weight is whose. They stay, with weight 0.",
            "fewer weights than heads",
        ),
        Mistake(
            "gap without its brackets",
            edit("(va1 - tr1) - (va0 - tr0)", "va1 - tr1 - va0 - tr0"),
            "The brackets of the early gap are missing: va1 - tr1 - va0 - tr0 subtracts tr0. Write (va1 - tr1) - (va0 - tr0).",
            "the early training loss has the wrong sign",
        ),
    ),
    hints=(
        "Write the two gaps, va0 - tr0 and va1 - tr1, on paper. By how much did each grow?",
        "clamp_min(0) on the gain; clamp_min(1e-6) on the squared overfitting.",
        "Divide by the sum at the end.",
    ),
    difficulty=2,
    points=15,
    minutes=20,
)  # fmt: skip

# 11.4 ---------------------------------------------------------------------------------------------


def project_conflict(g: Tensor, other: Tensor) -> Tensor:
    """Two gradients (P,) to what is left of the first: (P,)."""
    dot = (g * other).sum()
    if dot >= 0:
        return g.clone()
    return g - dot / (other * other).sum() * other


def _draw_gradients(draw: Draw) -> list[Case]:
    p = draw.whole(3, 6)
    g, other = draw.normal(p), draw.normal(p)
    return [
        Case("random", (g, other)),
        Case("conflict", (g - 3 * other, other)),
        Case("agreement", (g + 3 * other, other)),
        Case("one number", (g[:1], -g[:1] * 2)),
        Case("opposite", (other * -0.5, other)),
        Case("a loud other", (g - 2 * other, 1000 * other)),
        Case("a quiet other", (g - 2 * other, 1e-3 * other)),
        Case("float64", (g.double() - 3 * other, other.double())),
    ]


CONFLICT = Task(
    id="11.4",
    title="Take out what works against the other",
    promise=r"""
    Write `project_conflict(g, other)`: one projection of PCGrad. Where the two gradients conflict, $g \cdot o < 0$, it takes the part of `g` along `other` away:

    $g - \dfrac{g \cdot o}{\lVert o \rVert^2}\, o$; else `g` as it is.

    - `g` and `other` have shape (P,), P >= 1, and one dtype (float32 or float64); numbers between 1e-5 and 1e5 in size, or 0. `other` may be all 0: then nothing is taken away.
    - The result has shape (P,) and that dtype. The inputs are not changed. No gradient is asked for.
    """,
    reference=project_conflict,
    named=(
        Case("conflict", (tensor([1.0, 0.0]), tensor([-1.0, 1.0]))),
        Case("agreement", (tensor([1.0, 0.0]), tensor([1.0, 1.0]))),
        Case("right angle", (tensor([1.0, 0.0]), tensor([0.0, 2.0]))),
        Case("agreement, one number against", (tensor([1.0, 2.0]), tensor([3.0, -1.0]))),
        Case("opposite", (tensor([2.0, -4.0]), tensor([-1.0, 2.0]))),
        Case("the other is long", (tensor([1.0, 1.0]), tensor([-30.0, 0.0]))),
        Case("the other is short", (tensor([1.0, 1.0]), tensor([-0.01, 0.0]))),
        Case("a slight conflict", (tensor([1.0, 0.0]).double(), tensor([-1e-3, 1.0]).double())),
        Case("very short gradients", (tensor([1e-5, 2e-5]).double(), tensor([-3e-5, 0.0]).double())),
        Case("the other is 0", (tensor([1.0, -2.0]), tensor([0.0, 0.0]))),
        Case("one number", (tensor([3.0]), tensor([-2.0]))),
        Case("three numbers", (tensor([1.0, -2.0, 0.5]), tensor([-2.0, 1.0, 4.0]))),
    ),
    draws=_draw_gradients,
    mistakes=(
        Mistake(
            "always",
            edit("dot >= 0", "False"),
            "You project always. Where the gradients agree the common part is what both want: leave `g` as it is.",
            "what both want is taken away",
        ),
        Mistake(
            "other way round",
            edit("dot >= 0", "dot <= 0"),
            "You project where the gradients agree, and leave the conflict in. Project where the dot product is below 0.",
            "conflicts stay",
        ),
        Mistake(
            "never",
            edit("return g - dot / (other * other).sum() * other", "return g.clone()"),
            "Nothing is taken away: below 0 the part along `other` goes.",
            "conflicts stay",
        ),
        Mistake(
            "not divided",
            edit("dot / (other * other).sum() * other", "dot * other"),
            "You did not divide by ‖other‖²: what you take away grows with the length of `other`. Divide by its squared length.",
            "wrong unless the other has length 1",
        ),
        Mistake(
            "length not squared",
            edit("(other * other).sum()", "(other * other).sum().sqrt()"),
            "You divided by ‖other‖. The projection divides by its square.",
            "wrong unless the other has length 1",
        ),
        Mistake(
            "own length",
            edit("(other * other).sum()", "(g * g).sum()"),
            "You divided by ‖g‖². The part along `other` is (g · other) / ‖other‖² times `other`.",
            "the rest is not at a right angle",
        ),
        Mistake(
            "both lengths",
            edit("(other * other).sum()", "((other * other).sum() * (g * g).sum()).sqrt()"),
            "You divided by ‖g‖ ‖other‖: that is the cosine. The projection divides by ‖other‖².",
            "the rest is not at a right angle",
        ),
        Mistake(
            "added",
            edit("return g - dot", "return g + dot"),
            "You added the part along `other`: the conflict is doubled. Subtract it.",
            "the conflict is doubled",
        ),
        Mistake(
            "along itself",
            edit("(other * other).sum() * other", "(other * other).sum() * g"),
            "You took away a part of `g` along itself: it changes its length and keeps its direction. Take away the part along `other`.",
            "the direction stays",
        ),
        Mistake(
            "the part taken",
            edit("return g - dot / (other * other).sum() * other", "return dot / (other * other).sum() * other"),
            "You returned the part that is to be taken away. Subtract it from `g`.",
            "only the conflict is left",
        ),
        Mistake(
            "other projected",
            edit("return g - dot / (other * other).sum() * other", "return other - dot / (g * g).sum() * g", "return g.clone()", "return other.clone()"),
            "You projected `other` onto `g`'s plane. The first argument is the one that changes.",
            "the wrong one of the two changes",
        ),
        Mistake(
            "mirrored",
            edit("- dot / (other", "- 2 * dot / (other"),
            "You took the part along `other` away twice: that mirrors `g`. Once is enough.",
            "mirrored instead of projected",
        ),
        Mistake(
            "half",
            edit("- dot / (other", "- 0.5 * dot / (other"),
            "You took half of the part along `other` away. All of it goes.",
            "half of the conflict stays",
        ),
        Mistake(
            "zeroed",
            edit("return g - dot / (other * other).sum() * other", "return torch.zeros_like(g)"),
            "You drop `g` altogether in a conflict. Only the part along `other` goes.",
            "the loss is not trained",
        ),
        Mistake(
            "signs that differ",
            edit("return g - dot / (other * other).sum() * other", "return torch.where(g * other < 0, 0.0, g)"),
            "You zeroed the numbers whose signs differ. The projection is of the whole vectors.",
            "it depends on the axes",
        ),
        Mistake(
            "length kept",
            edit("return g - dot / (other * other).sum() * other", "r = g - dot / (other * other).sum() * other\n    return r / r.norm().clamp_min(1e-12) * g.norm()"),
            "You scaled the rest back to the length of `g`. PCGrad does not: what is left is shorter.",
            "steps are too long",
        ),
        Mistake(
            "sum of both",
            edit("return g - dot / (other * other).sum() * other", "return g - dot / (other * other).sum() * other + other", "return g.clone()", "return g + other"),
            "You added `other`. The task asks for what is left of `g` alone; the sum comes later.",
            "the sum of both",
        ),
        Mistake(
            "in place",
            edit("return g - dot / (other * other).sum() * other", "g -= dot / (other * other).sum() * other\n    return g"),
            "You changed `g` itself: the other gradient must still be projected against the original.",
            "the second projection is wrong",
        ),
        Mistake("always, but for 0", edit('if dot >= 0:', 'if not other.any():'),
                "You project always. Where the gradients agree the common part is what both want: leave `g` as it is.", "what both want is taken away"),
        Mistake("at a right angle too", edit('dot >= 0', 'dot > 0'),
                "Where the dot product is 0 you divide as well: with an `other` of zeros that is 0/0, NaN. There nothing is taken away.", "NaN where the other is 0"),
        Mistake("other projected in a conflict", edit('return g - dot / (other * other).sum() * other', 'return other - dot / (g * g).sum() * g'),
                "In a conflict you return `other`, projected onto the plane of `g`. The first argument is the one that changes.", "the wrong one of the two changes"),
        Mistake("conflict of each number", edit('if dot >= 0:', 'if not other.any():', 'return g - dot / (other * other).sum() * other', 'return torch.where(g * other < 0, g - dot / (other * other).sum() * other, g)'),
                "You judge the conflict number by number. It is one of the whole vectors: the sign of their dot product decides for all.", "it depends on the axes"),
        Mistake("conflicting numbers only", edit('return g - dot / (other * other).sum() * other', 'return torch.where(g * other < 0, g - dot / (other * other).sum() * other, g)'),
                "In a conflict you change only the numbers whose signs differ. The projection changes the whole vector.", "it depends on the axes"),
        Mistake(
            "roles exchanged",
            edit("(other * other).sum() * other", "(g * g).sum() * g"),
            "You took away the part along `g` itself, (g · other) / ‖g‖² times `g`: the two have changed roles. Take away the part along `other`, (g · other) / ‖other‖² times `other`.",
            "the direction stays",
        ),
        Mistake(
            "signs that differ, always",
            edit("if dot >= 0:", "if not other.any():", "return g - dot / (other * other).sum() * other", "return torch.where(g * other < 0, 0.0, g)"),
            "You judge the conflict number by number, and zero what has another sign. It is one of the whole vectors: their dot product decides, and the projection changes all numbers.",
            "it depends on the axes",
        ),
        Mistake(
            "small conflicts left",
            edit("dot >= 0", "dot >= -1e-6"),
            "A small conflict is none in yours: the dot product is compared with a number a little below 0. Short gradients conflict too: compare with 0.",
            "short gradients stay in conflict",
        ),
    ),
    hints=(
        "Draw (1, 0) and (-1, 1). Which part of the first points against the second?",
        "The part of g along other is (g · other) / (other · other) times other.",
        "An `if` on the dot product; with 0 nothing is taken away.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)  # fmt: skip

# 11.5 ---------------------------------------------------------------------------------------------


def load_balance(probs: Tensor) -> Tensor:
    """Probabilities of a gate (B, E) to a scalar."""
    experts = probs.shape[1]
    share = F.one_hot(probs.argmax(1), experts).to(probs.dtype).mean(0)
    return experts * (share * probs.mean(0)).sum()


def _draw_gate(draw: Draw) -> list[Case]:
    b, e = draw.whole(5, 9), draw.whole(3, 4)
    probs = torch.softmax(draw.normal(b, e), 1)
    crowded = torch.softmax(draw.normal(b, e) + 4 * F.one_hot(tensor([1]), e), 1)
    return [
        Case("random", (probs,)),
        Case("crowded", (crowded,)),
        Case("one row", (probs[:1],)),
        Case("as many rows as experts", (torch.softmax(2 * draw.normal(4, 4), 1),)),
        Case("float64", (torch.softmax(draw.normal(b, e, dtype=torch.float64), 1),)),
        Case("gradient, random", (probs,), gradient=(0,)),
    ]


BALANCE = Task(
    id="11.5",
    title="Keep all experts at work",
    promise=r"""
    Write `load_balance(probs)`: the load term of a mixture of experts that sends each row to its best expert, $E \sum_e f_e P_e$.

    - `probs` has shape (B, E): the probabilities that a gate gives E experts for B rows (float32 or float64); rows sum to 1, B, E >= 1.
    - $f_e$ is the share of the rows whose largest probability is that of expert e; of equal ones the expert with the lowest number gets the row. $P_e$ is the mean of expert e's probabilities over the rows.
    - The result is a scalar tensor of that dtype: 1 where the load is even, E where one expert has all rows with certainty.
    - Gradients flow back to `probs` through $P_e$; the shares are counts and have none. The input is not changed.
    """,
    reference=load_balance,
    named=(
        Case("even and sure", (torch.eye(3),)),
        Case("one has all", (tensor([[1.0, 0.0], [1.0, 0.0]]),)),
        Case("two of three rows", (tensor([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]]),)),
        Case("unsure", (tensor([[0.34, 0.33, 0.33], [0.35, 0.33, 0.32]]),)),
        Case("a tie", (tensor([[0.5, 0.5], [0.1, 0.9], [0.2, 0.8]]),)),
        Case("three experts, four rows", (tensor([[0.5, 0.3, 0.2], [0.6, 0.1, 0.3], [0.1, 0.8, 0.1], [0.4, 0.3, 0.3]]),)),
        Case("one expert", (torch.ones(3, 1),)),
        Case("a hundred rows", (torch.softmax(Draw(4).normal(100, 5), 1),)),
        Case("gradient", (tensor([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]]),), gradient=(0,)),
        Case("gradient, float64", (torch.softmax(Draw(5).normal(4, 3, dtype=torch.float64), 1),), gradient=(0,)),
    ),
    draws=_draw_gate,
    mistakes=(
        Mistake(
            "no factor",
            edit("return experts * ", "return "),
            "The factor E is missing (or you took a mean over the experts, which cancels it): an even load would cost 1/E, and the price would depend on the number of experts.",
            "1/E where the load is even",
        ),
        Mistake(
            "squared means",
            edit("share * probs.mean(0)", "probs.mean(0) ** 2"),
            "You squared the mean probabilities. One factor is the share of the rows: a gate that is unsure everywhere may still send all rows to one expert.",
            "an unsure gate costs nothing",
        ),
        Mistake(
            "squared shares",
            edit("share * probs.mean(0)", "share**2"),
            "You squared the shares: counts have no gradient, so nothing is learned from the term.",
            "no gradient",
        ),
        Mistake(
            "sum of probabilities",
            edit("probs.mean(0)", "probs.sum(0)"),
            "You summed over the rows (counts for shares, or sums for mean probabilities): the term grows with the batch. Both are means over the B rows.",
            "B times ours",
        ),
        Mistake(
            "counts and sums",
            edit(".mean(0)", ".sum(0)"),
            "Counts and sums both grow with the batch: B² times ours. Take means over the rows.",
            "B² times ours",
        ),
        Mistake(
            "entropy",
            edit("experts * (share * probs.mean(0)).sum()", "(probs.mean(0) * probs.mean(0).log()).sum()"),
            "You took minus the entropy of the mean probabilities. It also pulls towards even, but the term here is E Σ f P.",
            "negative",
        ),
        Mistake(
            "variance",
            edit("experts * (share * probs.mean(0)).sum()", "probs.mean(0).var(correction=0)"),
            "You took the variance of the mean probabilities. The term here is E Σ f P: 1 where even.",
            "0 where even",
        ),
        Mistake(
            "excess",
            edit("(share * probs.mean(0)).sum()", "(share * probs.mean(0)).sum() - 1"),
            "You subtracted 1. The gradient is the same, but the term is 1 where the load is even.",
            "0 where even",
        ),
        Mistake(
            "over the experts",
            edit("probs.argmax(1)", "probs.argmax(0)"),
            "Your argmax runs over the rows: it finds the surest row of each expert. Each row chooses its expert: axis 1.",
            "every expert seems to have a row",
        ),
        Mistake(
            "least likely",
            edit("argmax", "argmin"),
            "You counted the expert with the smallest probability. Each row goes to its largest.",
            "the load is that of the worst experts",
        ),
        Mistake(
            "shares detached too",
            edit("probs.mean(0)).sum()", "probs.detach().mean(0)).sum()"),
            "The probabilities are detached: the gate cannot learn from the term. P needs its gradient.",
            "no gradient",
        ),
        Mistake(
            "largest only",
            edit("experts * (share * probs.mean(0)).sum()", "experts * (share * probs.mean(0)).max()"),
            "You took the most crowded expert alone. The term sums over all.",
            "only one expert feels it",
        ),
        Mistake(
            "largest share",
            edit("experts * (share * probs.mean(0)).sum()", "experts * share.max()"),
            "You took the largest share: a count, without a gradient. Multiply each share by the mean probability, and sum.",
            "no gradient",
        ),
        Mistake(
            "probability of the chosen",
            edit("experts * (share * probs.mean(0)).sum()", "experts * probs.amax(1).mean()"),
            "You averaged the probability of the chosen expert: that asks the gate to be unsure, not to be even.",
            "a sure and even gate is punished",
        ),
        Mistake(
            "last of equals",
            edit("probs.argmax(1)", "experts - 1 - probs.flip(1).argmax(1)"),
            "Your ties go to the expert with the highest number; the lowest gets them.",
            "ties go to the last",
        ),
        Mistake(
            "softmax again",
            edit("share * probs.mean(0)", "share * torch.softmax(probs, 1).mean(0)"),
            "You took a softmax of probabilities: they are nearly even afterwards, and so is the term.",
            "nearly 1 always",
        ),
        Mistake(
            "one less",
            edit("return experts * (", "return (experts - 1) * ("),
            "Your factor is E - 1. It is E, so that an even load costs 1.",
            "less than 1 where the load is even",
        ),
        Mistake(
            "factor of rows",
            edit("return experts * (", "return len(probs) * ("),
            "Your factor is the number of rows. It is the number of experts. (Or you counted rows instead of taking shares and left E out: the same.)",
            "grows with the batch",
        ),
        Mistake("mean over the experts", edit('return experts * (share * probs.mean(0)).sum()', 'return (share * probs.mean(0)).mean()'),
                "You took the mean over the experts: the sum divided by E. The term is the sum *times* E.", "1/E² where the load is even"),
        Mistake("all of equals", edit('F.one_hot(probs.argmax(1), experts).to(probs.dtype).mean(0)', '(probs == probs.amax(1, keepdim=True)).to(probs.dtype).mean(0)'),
                "Where two experts are equal both get the row in yours, so the shares sum to more than 1. The one with the lowest number gets it.", "shares sum to more than 1"),
        Mistake("equals share", edit('F.one_hot(probs.argmax(1), experts).to(probs.dtype).mean(0)', 'torch.nn.functional.normalize((probs == probs.amax(1, keepdim=True)).to(probs.dtype), p=1.0, dim=1).mean(0)'),
                "Where two experts are equal each gets half of the row in yours. The one with the lowest number gets all of it.", "ties are split"),
        Mistake("rows of the experts", edit('F.one_hot(probs.argmax(1), experts).to(probs.dtype).mean(0)', 'torch.bincount(probs.argmax(0), minlength=experts)[:experts].to(probs.dtype) / len(probs)'),
                "Your argmax runs over the rows: it finds the surest row of each expert. Each row chooses its expert: axis 1.", "rows are counted as experts"),
        Mistake('shares of the chosen only', edit('F.one_hot(probs.argmax(1), experts).to(probs.dtype).mean(0)', 'torch.bincount(probs.argmax(1)).to(probs.dtype) / len(probs)'), 'Your shares end with the last expert that got a row. Where the last experts got none, an error comes of it, or one share is stretched over all. Every expert needs an entry: minlength, or one_hot with the number of experts.', 'an error, or wrong, where the last expert is idle'),
        Mistake('gradient through the shares', edit('(share * probs.mean(0)).sum()', '((share + (probs - probs.detach()).mean(0)) * probs.mean(0)).sum()'), 'The value is right, but your shares have a gradient too, as a straight-through estimate gives them. The shares are counts: the gradient flows through P alone.', 'another gradient'),
    ),
    hints=(
        "Four rows, two experts: how many rows choose the first? That, divided by four, is f of the first.",
        "F.one_hot(probs.argmax(1), E) has a row for each sample; its mean over the rows is f.",
        "Only probs.mean(0) carries a gradient.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)  # fmt: skip

TASKS = (UNCERTAINTY, OGM, GBLEND, CONFLICT, BALANCE)
