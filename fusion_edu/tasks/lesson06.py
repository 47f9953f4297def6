"""Tasks of lesson 06: fusion of decisions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Curve, Mistake, Task, edit
from fusion_edu.tasks import given

# 06.1 ---------------------------------------------------------------------------------------------


def majority_vote(preds: Tensor, classes: int) -> Tensor:
    """Class numbers (M, N) of M models to (N,)."""
    votes = F.one_hot(preds, classes).sum(0)
    support = votes.gather(1, preds.T)
    first = support.argmax(1)
    return preds.T.gather(1, first[:, None])[:, 0]


def _smallest_class(preds: Tensor, classes: int) -> Tensor:
    return F.one_hot(preds, classes).sum(0).argmax(1)


def _largest_class(preds: Tensor, classes: int) -> Tensor:
    return classes - 1 - F.one_hot(preds, classes).sum(0).flip(1).argmax(1)


def _mean_number(preds: Tensor, classes: int) -> Tensor:
    return preds.double().mean(0).round().long()


def _median_number(preds: Tensor, classes: int) -> Tensor:
    return preds.median(0).values


def _first_to_lead(preds: Tensor, classes: int) -> Tensor:
    so_far = F.one_hot(preds, classes).cumsum(0).amax(2)  # votes of the leading class after each model
    lead = (so_far == so_far[-1]).long().argmax(0)  # the model that brought the winning count
    return preds.gather(0, lead[None])[0]


def _earliest_votes(preds: Tensor, classes: int) -> Tensor:
    early = torch.arange(len(preds), 0, -1).double()[:, None, None] / (len(preds) + 1) ** 2
    votes = F.one_hot(preds, classes)
    return (votes + early * votes).sum(0).argmax(1)


def _draw_votes(draw: Draw) -> list[Case]:
    m, n, c = draw.whole(3, 5), draw.whole(12, 20), draw.whole(3, 5)
    tied = torch.stack([draw.order(c) for _ in range(n)], 1)
    later = torch.cat([draw.labels(1, 1, n) + c, tied[:2], tied[:2].flip(0)])
    return [
        Case("one model", (draw.labels(c, 1, n), c)),
        Case("one sample", (draw.labels(c, m, 1), c)),
        Case("random", (draw.labels(c, m, n), c)),
        Case("two models", (draw.labels(c, 2, n), c)),
        Case("even", (draw.labels(3, 4, n), 3)),
        Case("as many models as samples", (draw.labels(c, 5, 5), c)),
        Case("all disagree", (tied, c)),
        Case("a tie among later models", (later, c + 1)),
        Case("many classes", (draw.labels(20, 9, n), 20)),
    ]


VOTE = Task(
    id="06.1",
    title="Majority vote with a tie rule",
    promise="""
    Write `majority_vote(preds, classes)`: for each sample the class with the most votes. In a tie, of the tied classes the one whose first vote stands in the lowest row.

    - `preds` has shape (M, N): row m holds the class numbers 0 .. classes-1 (int64) that model m gives to the N samples; M, N >= 1. `classes` is an int.
    - The result is a tensor of signed integers (any width) of shape (N,).
    - The most votes decide; no more than half of them is needed.
    - The input is not changed. No gradient is asked for: class numbers have none.
    """,
    reference=majority_vote,
    named=(
        Case("clear", (tensor([[0, 1], [0, 1], [2, 1]]), 3)),
        Case("a tie, 2 before 0", (tensor([[2], [0]]), 3)),
        Case("the first model is alone", (tensor([[2], [0], [0]]), 3)),
        Case("a tie among later models", (tensor([[3], [1], [1], [0], [0]]), 4)),
        Case("two against three", (tensor([[2], [2], [0], [0], [0]]), 3)),
        Case("votes in another order", (tensor([[1, 2], [0, 0], [2, 1]]), 3)),
        Case("square", (tensor([[0, 1, 2], [1, 1, 2], [0, 1, 0]]), 3)),
        Case("two of five, the first alone", (tensor([[0], [1], [1], [2], [3]]), 4)),
        Case("first against two others", (tensor([[2, 0], [1, 2], [1, 2]]), 3)),
        Case("two against two", (tensor([[1, 0, 2], [2, 0, 1], [2, 3, 1], [1, 3, 2]]), 4)),
        Case("five models, the last two decide", (tensor([[1, 0], [0, 1], [2, 1], [0, 3], [0, 3]]), 4)),
        Case("a tie of the second and the last", (tensor([[3], [2], [0], [0], [2]]), 4)),
        Case("one model, one sample, one class", (tensor([[0]]), 1)),
        Case("three hundred models", (tensor([[1]] * 260 + [[0]] * 40), 3)),
    ),
    draws=_draw_votes,
    mistakes=(
        Mistake(
            "smallest class",
            _smallest_class,
            "Your ties go to the smallest class number, as those of torch.mode and argmax over the counts do: class 0 then wins every tie. Here the first model decides a tie.",
            "class 0 wins every tie",
        ),
        Mistake(
            "largest class",
            _largest_class,
            "Your ties go to the largest class number. Here the first model decides a tie.",
            "the last class wins every tie",
        ),
        Mistake(
            "first to lead",
            _first_to_lead,
            "In a tie you took the class that reached the winning number of votes first while you counted. Of the tied classes, the one voted for first wins, however late its other votes come.",
            "the last vote decides, not the first",
        ),
        Mistake(
            "earliest votes",
            _earliest_votes,
            "In a tie you took the class whose votes come earliest taken together. Of the tied classes, the one with the very first vote wins; its other votes do not matter.",
            "all votes decide a tie, not the first",
        ),
        Mistake(
            "mean number",
            _mean_number,
            "You averaged class numbers: votes for 0 and 2 elect class 1, which nobody wanted. Count the votes.",
            "votes for 0 and 2 elect 1",
        ),
        Mistake(
            "median number",
            _median_number,
            "You took the median of class numbers, but the classes have no order. Count the votes.",
            "depends on how the classes are numbered",
        ),
        Mistake(
            "over samples",
            edit("    votes =", "    preds = preds.T\n    votes ="),
            "You voted over the samples: one answer for each model. The models vote, axis 0.",
            "shape (M,)",
        ),
        Mistake(
            "first model",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return preds[0]"),
            "You returned the first model: nobody voted.",
            "the other models have no effect",
        ),
        Mistake(
            "absolute majority",
            edit("first = support.argmax(1)", "first = (2 * support > len(preds)).long().argmax(1)"),
            "You asked for more than half of the votes; where nobody has them the first model decided. The most votes are enough.",
            "2 of 5 votes are not enough",
        ),
        Mistake(
            "last model decides",
            edit("first = support.argmax(1)", "first = len(preds) - 1 - support.flip(1).argmax(1)"),
            "Your ties go to the last model. Here the first one decides.",
            "the last model decides a tie",
        ),
        Mistake(
            "two votes suffice",
            edit("first = support.argmax(1)", "first = (support > 1).long().argmax(1)"),
            "You took the first class that has two votes, though another may have more. Compare with the most votes.",
            "two votes beat three",
        ),
        Mistake(
            "fewest votes",
            edit("support.argmax(1)", "support.argmin(1)"),
            "You elected the class with the fewest votes. Take the most: argmax.",
            "the rarest vote wins",
        ),
        Mistake(
            "last model",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return preds[-1]"),
            "You returned the last model: nobody voted.",
            "the other models have no effect",
        ),
        Mistake(
            "first counts twice",
            edit("F.one_hot(preds, classes).sum(0)", "F.one_hot(preds, classes).sum(0) + F.one_hot(preds[0], classes)"),
            "The first model has two votes in yours. It has one; only in a tie does it decide.",
            "1 + 1 votes against 2",
        ),
        Mistake(
            "first of all in a tie",
            edit(
                "first = support.argmax(1)",
                "tied = (votes == votes.amax(1, keepdim=True)).sum(1) > 1\n    first = torch.where(tied, 0, support.argmax(1))",
            ),
            "In every tie you took the vote of the first model, even where its class is not among the tied ones. Of the tied classes, the one voted for first wins.",
            "a class with too few votes wins a tie",
        ),
        Mistake(
            "one class for all",
            edit(
                "return preds.T.gather(1, first[:, None])[:, 0]",
                "return F.one_hot(preds, classes).sum((0, 1)).argmax().expand(preds.shape[1]).clone()",
            ),
            "You counted the votes of all samples together. Each sample has an election of its own.",
            "every sample gets the same class",
        ),
        Mistake(
            "vote counts",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return support.amax(1)"),
            "You returned how many votes the winner has. The task asks for its class number.",
            "counts instead of classes",
        ),
        Mistake(
            "table of votes",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return votes"),
            "You returned the counts of all classes. The task asks for the winner of each sample.",
            "shape (N, classes)",
        ),
        Mistake(
            "winning model",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return first"),
            "You returned the row of the model that voted for the winner. Look up its vote: the task asks for class numbers.",
            "row numbers instead of classes",
        ),
        Mistake(
            "largest number",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return preds.amax(0)"),
            "You took the largest class number that anybody voted for. Count the votes.",
            "one vote for the last class wins",
        ),
        Mistake(
            "smallest number",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return preds.amin(0)"),
            "You took the smallest class number that anybody voted for. Count the votes.",
            "one vote for class 0 wins",
        ),
        Mistake(
            "votes for 0 ignored",
            edit(
                "votes = F.one_hot(preds, classes).sum(0)",
                "votes = F.one_hot(preds, classes).sum(0)\n    votes[:, 0] = 0",
            ),
            "Votes for class 0 do not count in yours. 0 is a class as any other.",
            "class 0 never wins against another",
        ),
        Mistake(
            "first three only",
            edit("F.one_hot(preds, classes)", "F.one_hot(preds[:3], classes)"),
            "Only the first three models vote in yours. All M do.",
            "later models have no effect",
        ),
        Mistake(
            "votes for the last class ignored",
            edit(
                "votes = F.one_hot(preds, classes).sum(0)",
                "votes = F.one_hot(preds, classes).sum(0)\n    votes[:, -1] = 0",
            ),
            "Votes for the last class, number classes - 1, do not count in yours: does a range stop before its end?",
            "the last class never wins against another",
        ),
        Mistake(
            "first left out",
            edit("F.one_hot(preds, classes)", "F.one_hot(preds[min(1, len(preds) - 1) :], classes)"),
            "The first model has no vote in yours: a slice or range begins too late.",
            "the first model is not counted",
        ),
        Mistake(
            "last left out",
            edit("F.one_hot(preds, classes)", "F.one_hot(preds[: max(1, len(preds) - 1)], classes)"),
            "The last model has no vote in yours: a slice or range stops before its end.",
            "the last model has no effect",
        ),
        Mistake(
            "float result",
            edit("[:, 0]", "[:, 0].float()"),
            "Class numbers come back as floats. Return integers.",
            "the dtype is float32",
        ),
        Mistake(
            "axis kept",
            edit("return preds.T.gather(1, first[:, None])[:, 0]", "return preds.T.gather(1, first[:, None])"),
            "The shape is (N, 1) and should be (N,): drop the last axis.",
            "shape (N, 1)",
        ),
        Mistake(
            "classes from 1",
            edit("[:, 0]", "[:, 0] + 1"),
            "Your class numbers are one too large: they begin at 0.",
            "every class is one too large",
        ),
    ),
    hints=(
        "How many votes did the class of each model get? That is a number for each model and sample.",
        "F.one_hot(preds, classes).sum(0) counts: (N, classes). gather looks up the count of each vote.",
        "argmax returns the first of equal numbers: along the models, that is the tie rule.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 06.2 ---------------------------------------------------------------------------------------------


def average_probs(logits: Tensor, w: Tensor) -> Tensor:
    """(M, N, C) and weights (M,) to probabilities (N, C)."""
    p = torch.softmax(logits, dim=-1)
    w = w / w.sum()
    return (w[:, None, None] * p).sum(0)


def _average_logits(logits: Tensor, w: Tensor) -> Tensor:
    return torch.softmax((w[:, None, None] * logits).sum(0) / w.sum(), dim=-1)


def _draw_average(draw: Draw) -> list[Case]:
    m, n, c = draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7)
    w = draw.uniform(m, low=0.2, high=3.0)
    silent = w.clone()
    silent[0] = 0
    return [
        Case("one model", (draw.normal(1, n, c), tensor([3.0]))),
        Case("one sample, two classes", (draw.normal(m, 1, 2), w)),
        Case("random", (draw.normal(m, n, c) * 3, w)),
        Case("random cube", (draw.normal(3, 3, 3), draw.uniform(3, low=0.2, high=3.0))),
        Case("one weight is 0", (draw.normal(m, n, c), silent)),
        Case("large logits", (draw.normal(m, n, c) * 300, w)),
        Case("small weights", (draw.normal(m, n, c), w * 1e-3)),
        Case("float64", (draw.normal(m, n, c, dtype=torch.float64), w.double())),
        Case("gradient, random", (draw.normal(m, n, c), w), gradient=(0, 1)),
    ]


def _finite_at_zero(case: Case, outcome: Outcome) -> Outcome:
    """At a weight of 0, the end of its range, a right answer may have another slope (that of |w|), but a finite one."""
    w = case.args[1].numpy()
    if outcome.gradient is None or len(outcome.gradient) != 2:
        return outcome
    of_logits, slopes = outcome.gradient
    if not isinstance(slopes, Array) or slopes.data.shape != w.shape:
        return outcome
    free = (w == 0) & np.isfinite(slopes.data)
    return replace(outcome, gradient=(of_logits, replace(slopes, data=np.where(free, 0, slopes.data))))


AVERAGE = Task(
    id="06.2",
    title="Weighted average of decisions",
    promise=r"""
    Write `average_probs(logits, w)`: the weighted average of the models' probabilities, $\sum_m w_m \,\mathrm{softmax}(\mathrm{logits}_m) / \sum_m w_m$.

    - `logits` has shape (M, N, C): M models, N samples, C classes, all >= 1, finite, not yet softmaxed. `w` (M,) holds weights: 0, or from 1e-8 to 1e8, at least one above 0. Both have one dtype (float32 or float64).
    - The result has shape (N, C) and that dtype; each row sums to 1. Twice the weights give the same result.
    - It holds for large logits. Gradients flow back to `logits` and `w`; at a weight of exactly 0 any finite slope counts as right. The inputs are not changed.
    - You may call `torch.softmax`.
    """,
    reference=average_probs,
    named=(
        Case("they disagree", (tensor([[[4.0, 0.0]], [[0.0, 1.0]]]), tensor([1.0, 1.0]))),
        Case("weights 1, 2, 5", (Draw(1).normal(3, 2, 4), tensor([1.0, 2.0, 5.0]))),
        Case("cube", (Draw(1).normal(3, 3, 3), tensor([1.0, 2.0, 5.0]))),
        Case("one is far too sure", (tensor([[[50.0, 0.0]], [[0.0, 2.0]], [[0.0, 2.0]]]), tensor([1.0, 1.0, 1.0]))),
        Case("gradient", (Draw(2).normal(2, 2, 3), tensor([1.0, 3.0])), gradient=(0, 1)),
        Case("very small weights", (Draw(3).normal(2, 2, 3), tensor([1e-8, 3e-8]))),
        Case("a weight of 0", (Draw(4).normal(3, 2, 3), tensor([0.0, 0.5, 1.5]))),
        Case("logits of 1000", (tensor([[[1000.0, 999.0]], [[-1000.0, 0.0]]]), tensor([1.0, 0.5]))),
        Case("as many samples as models, float64", (Draw(5).normal(2, 2, 3).double(), tensor([2.0, 0.3]).double())),
        Case("one model, one sample", (tensor([[[1.0, 2.0, 0.5]]]), tensor([0.25]))),
        Case(
            "gradient, large logits and a small weight",
            (100 * Draw(6).normal(2, 1, 3), tensor([0.1, 0.4])),
            gradient=(0, 1),
        ),
        Case(
            "gradient, a weight of 0",
            # equal models: all weights have slope 0
            (Draw(7).normal(1, 2, 3).repeat(3, 1, 1), tensor([0.5, 0.0, 1.5])),
            gradient=(0, 1),
        ),
    ),
    draws=_draw_average,
    mistakes=(
        Mistake(
            "average logits",
            _average_logits,
            "You averaged the logits, or log-probabilities: that is a geometric mean, and one model that is far too sure (a logit of 50) outvotes all others. Average the probabilities. (06.3 multiplies on purpose.)",
            "one over-confident model outvotes two others",
        ),
        Mistake(
            "not normalised",
            edit("w = w / w.sum()", "pass"),
            "Your rows sum to Σw: divide the weights by their sum.",
            "rows sum to Σw",
        ),
        Mistake(
            "weights ignored",
            edit("(w[:, None, None] * p).sum(0)", "p.mean(0)"),
            "All models count the same: w is not used.",
            "w has no effect",
        ),
        Mistake(
            "softmax weights",
            edit("w = w / w.sum()", "w = torch.softmax(w, 0)"),
            "You put the weights through a softmax. They are weights already, not scores: 0 must stay 0, and twice the weights must change nothing. Divide by their sum.",
            "a model of weight 0 still counts",
        ),
        Mistake(
            "softmax over models",
            edit("torch.softmax(logits, dim=-1)", "torch.softmax(logits, dim=0)"),
            "Your softmax runs over the models, so that they compete for each class. It belongs over the classes, dim=-1.",
            "rows do not sum to 1",
        ),
        Mistake(
            "softmax over samples",
            edit("torch.softmax(logits, dim=-1)", "torch.softmax(logits, dim=1)"),
            "Your softmax runs over the samples: dim=1. It belongs over the classes, dim=-1.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "weights on classes",
            edit("w[:, None, None]", "w"),
            "Your weights meet the last axis, the classes: an error, or silently wrong where C equals M. Give them the axis of the models: w[:, None, None].",
            "an error, or silently wrong where C = M",
        ),
        Mistake(
            "double softmax",
            edit("return (w[:, None, None] * p).sum(0)", "return torch.softmax((w[:, None, None] * p).sum(0), -1)"),
            "A softmax of probabilities is nearly uniform. The average already sums to 1: leave it.",
            "everything near uniform",
        ),
        Mistake(
            "hard votes",
            edit(
                "p = torch.softmax(logits, dim=-1)",
                "p = F.one_hot(logits.argmax(-1), logits.shape[-1]).to(logits.dtype)",
            ),
            "You averaged hard votes: how sure each model was is lost. Average the probabilities.",
            "a share of votes, no gradient",
        ),
        Mistake(
            "exp overflows",
            edit("torch.softmax(logits, dim=-1)", "logits.exp() / logits.exp().sum(-1, keepdim=True)"),
            "exp of a large logit is infinite, and infinity/infinity is NaN. Take torch.softmax.",
            "NaN for large logits",
        ),
        Mistake(
            "detached",
            edit("p = torch.softmax(logits, dim=-1)", "p = torch.softmax(logits.detach(), dim=-1)"),
            "The values are right, but no gradient reaches the logits: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the models never learn",
        ),
        Mistake(
            "geometric mean",
            edit("return (w[:, None, None] * p).sum(0)", "return (w[:, None, None] * p.log()).sum(0).exp()"),
            "You took a geometric mean: the logarithm before the average. Its rows do not sum to 1, and one model that says 0 decides. Average the probabilities.",
            "rows do not sum to 1",
        ),
        Mistake(
            "product",
            edit("return (w[:, None, None] * p).sum(0)", "return p.prod(0) / p.prod(0).sum(-1, keepdim=True)"),
            "You multiplied the probabilities, and w is not used. Average them; 06.3 multiplies on purpose.",
            "one model that says 0 decides",
        ),
        Mistake(
            "surest model",
            edit("return (w[:, None, None] * p).sum(0)", "return p.amax(0)"),
            "You took the largest probability over the models: the rows do not sum to 1, and w is not used.",
            "rows sum to more than 1",
        ),
        Mistake(
            "median",
            edit("return (w[:, None, None] * p).sum(0)", "return p.median(0).values"),
            "You took the median over the models: the rows do not sum to 1, and w is not used.",
            "rows do not sum to 1",
        ),
        Mistake(
            "heaviest model",
            edit("return (w[:, None, None] * p).sum(0)", "return p[w.argmax()]"),
            "You returned the model with the largest weight. The others count too, each by its weight.",
            "the other models have no effect",
        ),
        Mistake(
            "first model",
            edit("return (w[:, None, None] * p).sum(0)", "return p[0]"),
            "You returned the first model alone.",
            "the other models have no effect",
        ),
        Mistake(
            "divide by models",
            edit("w = w / w.sum()", "w = w / len(w)"),
            "You divided by the number of models, so twice the weights give twice the result. Divide by the sum of the weights.",
            "rows sum to Σw / M",
        ),
        Mistake(
            "euclidean norm",
            edit("w / w.sum()", "w / w.norm()"),
            "You divided the weights by their Euclidean norm: their squares then sum to 1. Divide by their sum.",
            "rows sum to more than 1",
        ),
        Mistake(
            "largest weight",
            edit("w / w.sum()", "w / w.max()"),
            "You divided by the largest weight. Divide by the sum of the weights.",
            "rows sum to more than 1",
        ),
        Mistake(
            "floor of one",
            edit("w.sum()", "w.sum().clamp_min(1)"),
            "You kept the divisor at 1 or above, so the rows of small weights sum to less than 1. At least one weight is above 0: no floor is needed.",
            "small weights give small rows",
        ),
        Mistake(
            "eps added",
            edit("w.sum()", "(w.sum() + 1e-8)"),
            "You added a small number to the sum of the weights, so the rows of very small weights sum to less than 1. At least one weight is above 0: no epsilon is needed.",
            "very small weights give small rows",
        ),
        Mistake(
            "weights squared",
            edit("w / w.sum()", "w**2 / (w**2).sum()"),
            "You squared the weights first: the heavy models count too much.",
            "heavy models count too much",
        ),
        Mistake(
            "temperature",
            edit("torch.softmax(logits, dim=-1)", "torch.softmax(logits / logits.shape[-1] ** 0.5, dim=-1)"),
            "You divided the logits by √C first. They enter the softmax as they are.",
            "everything too unsure",
        ),
        Mistake(
            "sigmoid",
            edit("torch.softmax(logits, dim=-1)", "torch.sigmoid(logits)"),
            "You took a sigmoid for each class by itself: the rows do not sum to 1. Take the softmax over the classes.",
            "rows do not sum to 1",
        ),
        Mistake(
            "weights on samples",
            edit("w[:, None, None]", "w[None, :, None]"),
            "Your weights meet the samples, axis 1: an error, or silently wrong where N equals M. Give them the axis of the models: w[:, None, None].",
            "an error, or silently wrong where N = M",
        ),
        Mistake(
            "weight on logits",
            edit(
                "torch.softmax(logits, dim=-1)",
                "torch.softmax(w[:, None, None] * logits, dim=-1)",
                "w[:, None, None] * p).sum(0)",
                "p).mean(0)",
            ),
            "You multiplied the logits by the weights, which makes a model surer instead of more important. Weight the probabilities.",
            "heavy models become surer",
        ),
        Mistake(
            "class numbers",
            edit("(w[:, None, None] * p).sum(0)", "(w[:, None, None] * p).sum(0).argmax(-1)"),
            "You returned the class with the largest probability. The task asks for the probabilities.",
            "shape (N,)",
        ),
        Mistake(
            "logarithms",
            edit("(w[:, None, None] * p).sum(0)", "(w[:, None, None] * p).sum(0).log()"),
            "You returned logarithms. The task asks for probabilities.",
            "negative numbers",
        ),
        Mistake(
            "not averaged",
            edit("(w[:, None, None] * p).sum(0)", "w[:, None, None] * p"),
            "You weighted the models but did not add them: sum over axis 0.",
            "shape (M, N, C)",
        ),
        Mistake(
            "weights detached",
            edit("w = w / w.sum()", "w = (w / w.sum()).detach()"),
            "The values are right, but no gradient reaches w: .detach(), torch.no_grad(), .data or .tolist() cut the graph.",
            "the weights never learn",
        ),
        Mistake(
            "divisor detached",
            edit("w.sum()", "w.sum().detach()"),
            "The values are right, but the divisor is detached: the gradient then seeks to raise all weights together, which has no effect on the result.",
            "all weights drift together",
        ),
        Mistake(
            "overwrites w",
            edit("w = w / w.sum()", "w.div_(w.sum())"),
            "Your function overwrote the caller's weights (and fails where a gradient is asked for): /= and operators that end in _ change their input.",
            "the caller's weights are changed",
        ),
        Mistake(
            "float32 forced",
            edit("(w[:, None, None] * p).sum(0)", "(w[:, None, None] * p).sum(0).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "logarithm of the weights",
            edit(
                "return (w[:, None, None] * p).sum(0)",
                "return (torch.log_softmax(logits, -1) + w.log()[:, None, None]).logsumexp(0).exp()",
            ),
            "The values are right, but the gradient at a weight of 0 is NaN: you took the logarithm of the weights, which is infinite there. Multiply the probabilities by the weights.",
            "a NaN in the gradient",
        ),
        Mistake(
            "no softmax",
            edit("torch.softmax(logits, dim=-1)", "logits"),
            "You averaged the logits as they are: the softmax is missing, and the rows do not sum to 1. Take the softmax of each model first.",
            "rows do not sum to 1",
        ),
    ),
    hints=(
        "Two steps: probabilities of each model, then one average over the models.",
        "torch.softmax(logits, dim=-1), and w / w.sum() with shape (M, 1, 1).",
        "Multiply and sum over axis 0.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
    view=_finite_at_zero,
    curves=(
        Curve(
            "Two models say class 1 with logit 2; a third says class 0",
            "logit of the third model (1)",
            "probability of class 0 (1)",
            tuple(i / 2 for i in range(41)),
            lambda x: (tensor([[[x, 0.0]], [[0.0, 2.0]], [[0.0, 2.0]]]), tensor([1.0, 1.0, 1.0])),
            lambda p: p[0, 0],
        ),
        Curve(
            "Two models that disagree",
            "weight of the first; the second has 1 (1)",
            "probability of class 0 (1)",
            tuple(i / 10 for i in range(41)),
            lambda x: (tensor([[[2.0, 0.0]], [[0.0, 2.0]]]), tensor([x, 1.0])),
            lambda p: p[0, 0],
        ),
    ),
)

# 06.3 ---------------------------------------------------------------------------------------------


def product_of_experts(log_p: Tensor, log_prior: Tensor) -> Tensor:
    """Log-probabilities (M, N, C) and log-prior (C,) to log-probabilities (N, C)."""
    experts = len(log_p)
    score = log_p.sum(0) - (experts - 1) * log_prior
    return score - torch.logsumexp(score, dim=-1, keepdim=True)


def _log_table(draw: Draw, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.log_softmax(scale * draw.normal(*shape, dtype=dtype), -1)


def _draw_experts(draw: Draw) -> list[Case]:
    m, n, c = draw.whole(3, 4), draw.whole(2, 3), draw.whole(5, 6)
    prior = _log_table(draw, c)
    impossible = _log_table(draw, m, n, c)
    impossible[0, :, 0] = -torch.inf
    return [
        Case("one expert", (_log_table(draw, 1, n, c), prior)),
        Case("one sample, two experts", (_log_table(draw, 2, 1, c), prior)),
        Case("random", (_log_table(draw, m, n, c), prior)),
        Case("as many samples as classes", (_log_table(draw, m, 5, 5), _log_table(draw, 5))),
        Case("they know nothing", (prior.expand(m, n, c).clone(), prior)),
        Case("very sure", (_log_table(draw, m, n, c, scale=200), prior)),
        Case("one class is excluded", (impossible, prior)),
        Case("float64", (_log_table(draw, m, n, c, dtype=torch.float64), prior.double())),
        Case("gradient, random", (_log_table(draw, m, n, c), prior), gradient=(0, 1)),
    ]


EXPERTS = Task(
    id="06.3",
    title="Product of experts with the prior counted once",
    promise=r"""
    Write `product_of_experts(log_p, log_prior)`: the logarithm of $\prod_m p(c \mid x_m) / p(c)^{M-1}$, normalised over the classes.

    - `log_p` has shape (M, N, C): entry (m, n, c) is $\log p(c \mid x_m)$, what expert m thinks of class c for sample n. `log_prior` (C,) is $\log p(c)$. M, N, C >= 1; natural logarithms, one dtype (float32 or float64); each row is normalised, and log_prior is finite.
    - The result has shape (N, C) and that dtype: log-probabilities, so that their exp sums to 1 in each row.
    - M experts that know nothing (each says the prior) give the prior again. One expert alone is returned as he is, up to rounding.
    - It holds for very sure experts, with log-probabilities of -500. A class that one expert excludes (-infinity) stays excluded; at least one class is always left.
    - Gradients flow back to `log_p` and, for M >= 2, to `log_prior` (for finite numbers). The inputs are not changed.
    """,
    reference=product_of_experts,
    named=(
        Case("flat prior", (tensor([[[0.8, 0.2]], [[0.6, 0.4]]]).log(), tensor([0.5, 0.5]).log())),
        Case("two know nothing", (tensor([[[0.9, 0.1]], [[0.9, 0.1]]]).log(), tensor([0.9, 0.1]).log())),
        Case("three experts", (_log_table(Draw(1), 3, 2, 4), _log_table(Draw(2), 4))),
        Case("very sure", (_log_table(Draw(1), 3, 2, 4, scale=200), _log_table(Draw(2), 4))),
        Case("gradient", (_log_table(Draw(3), 2, 2, 3), _log_table(Draw(4), 3)), gradient=(0, 1)),
        Case("one expert", (_log_table(Draw(5), 1, 2, 3), _log_table(Draw(6), 3))),
        Case("four experts, one sample", (_log_table(Draw(7), 4, 1, 3), _log_table(Draw(8), 3))),
        Case(
            "one expert excludes a class",
            (tensor([[[0.0, 0.5, 0.5]], [[0.9, 0.1, 0.0]]]).log(), tensor([0.5, 0.25, 0.25]).log()),
        ),
        Case(
            "float64, as many samples as classes",
            (_log_table(Draw(9), 3, 3, 3, dtype=torch.float64), _log_table(Draw(10), 3, dtype=torch.float64)),
        ),
        Case("gradient, three experts", (_log_table(Draw(11), 3, 2, 3), _log_table(Draw(12), 3)), gradient=(0, 1)),
    ),
    draws=_draw_experts,
    mistakes=(
        Mistake(
            "no prior",
            edit(" - (experts - 1) * log_prior", ""),
            "The prior is counted M times: two experts that know nothing under a prior of 0.9 become 0.988 sure. Divide by the prior M - 1 times.",
            "two that know nothing become sure",
        ),
        Mistake(
            "one prior",
            edit("(experts - 1) * log_prior", "log_prior"),
            "You divided by the prior once. That is right for two experts; M experts count it M times and it should remain once, so divide M - 1 times.",
            "right for two experts, wrong for three",
        ),
        Mistake(
            "all priors",
            edit("(experts - 1) * log_prior", "experts * log_prior"),
            "You divided by the prior M times, and none is left: it should remain once.",
            "the prior has gone",
        ),
        Mistake(
            "prior added",
            edit("log_p.sum(0) - (experts - 1)", "log_p.sum(0) + (experts - 1)"),
            "You multiplied by the prior again. Divide by it: in logarithms, subtract.",
            "the prior counts 2M - 1 times",
        ),
        Mistake(
            "mean of logs",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "log_p.mean(0)"),
            "The mean of logarithms is never surer than its surest expert: evidence does not add up. Sum, and divide by the prior M - 1 times.",
            "two witnesses count as one",
        ),
        Mistake(
            "not normalised",
            edit("return score - torch.logsumexp(score, dim=-1, keepdim=True)", "return score"),
            "The probabilities do not sum to 1: subtract logsumexp over the classes.",
            "exp of a row does not sum to 1",
        ),
        Mistake(
            "probabilities",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)",
                "p = log_p.exp().prod(0) / log_prior.exp() ** (experts - 1)\n    return torch.log(p / p.sum(-1, keepdim=True))",
            ),
            "You multiplied probabilities, which underflow to 0 for sure experts: log 0 is -infinity, 0/0 NaN. Stay with logarithms to the end.",
            "-infinity or NaN for sure experts",
        ),
        Mistake(
            "returns probabilities",
            edit("return score - torch.logsumexp(score, dim=-1, keepdim=True)", "return torch.softmax(score, -1)"),
            "You returned probabilities; the task asks for their logarithms, log_softmax.",
            "numbers between 0 and 1",
        ),
        Mistake(
            "over batch",
            edit("dim=-1, keepdim=True", "dim=0, keepdim=True"),
            "You normalised over the samples. Normalise over the classes, dim=-1.",
            "samples compete with each other",
        ),
        Mistake(
            "detached",
            edit("log_p.sum(0)", "log_p.detach().sum(0)"),
            "The values are right, but no gradient reaches the experts: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the experts never learn",
        ),
        Mistake(
            "mixture",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "torch.logsumexp(log_p, 0)"),
            "You averaged the probabilities, as 06.2 does: two experts that agree are then no surer than one, and nobody can exclude a class. Multiply: sum the logarithms.",
            "agreement makes nobody surer",
        ),
        Mistake(
            "at least one prior",
            edit("(experts - 1) * log_prior", "max(experts - 1, 1) * log_prior"),
            "You divided by the prior for a single expert too. For M = 1 there is nothing to divide: M - 1 is 0.",
            "wrong for one expert",
        ),
        Mistake(
            "prior divided by experts",
            edit("(experts - 1) * log_prior", "log_prior / experts"),
            "You divided by the M-th root of the prior. Divide by the prior M - 1 times.",
            "the prior counts nearly M times",
        ),
        Mistake(
            "prior as probability",
            edit("(experts - 1) * log_prior", "(experts - 1) * log_prior.exp()"),
            "You subtracted the prior itself from logarithms. Subtract its logarithm, log_prior as it is.",
            "the prior has hardly any effect",
        ),
        Mistake(
            "tempered",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "(log_p.sum(0) - (experts - 1) * log_prior) / experts"),
            "You divided the sum of the logarithms by M: evidence then does not add up. Normalise by logsumexp alone.",
            "two witnesses count as one",
        ),
        Mistake(
            "surest expert",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "log_p.amax(0)"),
            "For each class you took the expert that likes it most. All experts count: sum their logarithms.",
            "no expert can exclude a class",
        ),
        Mistake(
            "most careful expert",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "log_p.amin(0)"),
            "For each class you took the expert that likes it least. All experts count: sum their logarithms.",
            "agreement makes nobody surer",
        ),
        Mistake(
            "first expert",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "log_p[0]"),
            "Only the first expert is in your result.",
            "the other experts have no effect",
        ),
        Mistake(
            "two experts only",
            edit("log_p.sum(0) - (experts - 1) * log_prior", "log_p[:2].sum(0) - (len(log_p[:2]) - 1) * log_prior"),
            "Only the first two experts are in your result. All M count.",
            "later experts have no effect",
        ),
        Mistake(
            "logs multiplied",
            edit("log_p.sum(0)", "log_p.prod(0)"),
            "You multiplied logarithms. A product of probabilities is a sum of logarithms.",
            "signs that depend on M",
        ),
        Mistake(
            "log clamped",
            edit("log_p.sum(0)", "log_p.clamp(min=-100).sum(0)"),
            "You cut the logarithms off at some size: an expert that excludes a class is then not believed. -infinity needs no cut here.",
            "excluded classes come back",
        ),
        Mistake(
            "naive normaliser",
            edit("torch.logsumexp(score, dim=-1, keepdim=True)", "score.exp().sum(-1, keepdim=True).log()"),
            "For sure experts every exp is 0, and log 0 is -infinity. Normalise with torch.logsumexp or log_softmax.",
            "infinite for sure experts",
        ),
        Mistake(
            "largest is 0",
            edit("torch.logsumexp(score, dim=-1, keepdim=True)", "score.amax(-1, keepdim=True)"),
            "You subtracted the largest number of the row: the best class then has probability 1. Subtract logsumexp over the classes.",
            "exp of a row sums to more than 1",
        ),
        Mistake(
            "one normaliser",
            edit("torch.logsumexp(score, dim=-1, keepdim=True)", "torch.logsumexp(score.flatten(), 0)"),
            "You normalised over the whole table. Each sample is normalised by itself, over its classes.",
            "the whole table sums to 1",
        ),
        Mistake(
            "bits",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)",
                "return (score - torch.logsumexp(score, dim=-1, keepdim=True)) / torch.log(score.new_tensor(2.0))",
            ),
            "Your logarithms have base 2. Here they are natural ones.",
            "1.44 times too large",
        ),
        Mistake(
            "class numbers",
            edit("return score - torch.logsumexp(score, dim=-1, keepdim=True)", "return score.argmax(-1)"),
            "You returned the likeliest class. The task asks for the log-probabilities of all classes.",
            "shape (N,)",
        ),
        Mistake(
            "prior detached",
            edit("* log_prior", "* log_prior.detach()"),
            "The values are right, but no gradient reaches log_prior: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the prior never learns",
        ),
        Mistake(
            "normaliser detached",
            edit(
                "torch.logsumexp(score, dim=-1, keepdim=True)", "torch.logsumexp(score, dim=-1, keepdim=True).detach()"
            ),
            "The values are right, but the normaliser is detached: the gradient then raises every class at once.",
            "another gradient",
        ),
        Mistake(
            "overwrites",
            edit("log_p.sum(0)", "log_p.sub_(log_prior).sum(0) + experts * log_prior"),
            "Your function overwrote log_p (and fails where a gradient is asked for): -= and operators that end in _ change their input.",
            "the caller's table is changed",
        ),
        Mistake(
            "float32 forced",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)",
                "return (score - torch.logsumexp(score, dim=-1, keepdim=True)).float()",
            ),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "one prior unless alone",
            edit("(experts - 1) * log_prior", "min(experts - 1, 1) * log_prior"),
            "However many experts there are, you divided by the prior once (and not at all for one alone). M experts count it M times and it should remain once, so divide M - 1 times.",
            "right for one and two experts, wrong for three",
        ),
        Mistake(
            "log of softmax",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)", "return torch.softmax(score, -1).log()"
            ),
            "You normalised the probabilities and took their logarithm: very small ones are 0 in float32, and log 0 is -infinity. log_softmax does both at once.",
            "-infinity for sure experts",
        ),
        Mistake(
            "log of softmax plus 1e-12",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)",
                "return (torch.softmax(score, -1) + 1e-12).log()",
            ),
            "A small number is added inside your logarithm, which caps it near -28: an excluded class comes back. log_softmax needs none.",
            "excluded classes come back",
        ),
        Mistake(
            "log of softmax plus 1e-8",
            edit(
                "return score - torch.logsumexp(score, dim=-1, keepdim=True)",
                "return (torch.softmax(score, -1) + 1e-8).log()",
            ),
            "A small number is added inside your logarithm, which caps it near -18: an excluded class comes back. log_softmax needs none.",
            "excluded classes come back",
        ),
        Mistake(
            "infinity cut at -1000",
            edit("log_p.sum(0)", "log_p.clamp(min=-1000).sum(0)"),
            "You replaced -infinity by a large negative number (a clamp): an excluded class comes back with a finite logarithm. -infinity needs no cut here.",
            "excluded classes come back",
        ),
        Mistake(
            "infinity cut at -1e9",
            edit("log_p.sum(0)", "log_p.clamp(min=-1e9).sum(0)"),
            "You replaced -infinity by a large negative number (a clamp): an excluded class comes back with a finite logarithm. -infinity needs no cut here.",
            "excluded classes come back",
        ),
        Mistake(
            "infinity replaced",
            edit("log_p.sum(0)", "log_p.nan_to_num().sum(0)"),
            "You replaced -infinity by the smallest finite number (nan_to_num): an excluded class comes back with a finite logarithm. Leave it as it is.",
            "excluded classes come back",
        ),
        Mistake(
            "samples counted as experts",
            edit("experts = len(log_p)", "experts = log_p.shape[1]"),
            "You counted the samples, axis 1, instead of the experts: M is the first axis of log_p.",
            "depends on the batch",
        ),
        Mistake(
            "classes counted as experts",
            edit("experts = len(log_p)", "experts = log_p.shape[2]"),
            "You counted the classes, the last axis, instead of the experts: M is the first axis of log_p.",
            "depends on the number of classes",
        ),
        Mistake(
            "mean of the experts",
            edit("log_p.sum(0)", "log_p.mean(0)"),
            "You averaged the logarithms of the experts and took off the prior M - 1 times. Sum them: only a sum holds the prior M times.",
            "the prior is divided out too often",
        ),
    ),
    hints=(
        "By Bayes' rule p(x_m | c) is p(c | x_m) / p(c), up to a factor without c. Multiply M of these by one p(c).",
        "In logarithms: the sum of the experts minus M - 1 times the prior.",
        "Normalise by subtracting logsumexp over the classes, or with log_softmax.",
    ),
    difficulty=4,
    points=20,
    minutes=25,
    curves=(
        Curve(
            "Two experts that agree, prior 0.9",
            "probability that each gives to class 0 (1)",
            "probability of both together (1)",
            tuple(i / 40 for i in range(1, 40)),
            lambda x: (tensor([[[x, 1 - x]], [[x, 1 - x]]]).log(), tensor([0.9, 0.1]).log()),
            lambda log_p: log_p[0, 0].exp(),
        ),
        Curve(
            "Three experts that agree, prior 0.9",
            "probability that each gives to class 0 (1)",
            "probability of all together (1)",
            tuple(i / 40 for i in range(1, 40)),
            lambda x: (tensor([[[x, 1 - x]]] * 3).log(), tensor([0.9, 0.1]).log()),
            lambda log_p: log_p[0, 0].exp(),
        ),
    ),
)

# 06.4 ---------------------------------------------------------------------------------------------

FitPredict = Callable[[Tensor, Tensor, Tensor], Tensor]


def out_of_fold(x: Tensor, y: Tensor, fold: Tensor, fit_predict: FitPredict) -> Tensor:
    """(N, D), targets (N,) and folds (N,) to predictions (N,)."""
    out = torch.empty_like(y)
    for k in fold.unique():
        held_out = fold == k
        out[held_out] = fit_predict(x[~held_out], y[~held_out], x[held_out])
    return out


def _last_model(x: Tensor, y: Tensor, fold: Tensor, fit_predict: FitPredict) -> Tensor:
    seen = fold != fold.max()
    return fit_predict(x[seen], y[seen], x)


def _leave_one_out(x: Tensor, y: Tensor, fold: Tensor, fit_predict: FitPredict) -> Tensor:
    rows = torch.arange(len(y))
    return torch.cat([fit_predict(x[rows != i], y[rows != i], x[rows == i]) for i in rows])


def _average_of_models(x: Tensor, y: Tensor, fold: Tensor, fit_predict: FitPredict) -> Tensor:
    return torch.stack([fit_predict(x[fold != k], y[fold != k], x) for k in fold.unique()]).mean(0)


def _draw_folds(draw: Draw) -> list[Case]:
    n, d = draw.whole(9, 14), draw.whole(2, 3)
    x, y = draw.normal(n, d), draw.normal(n)
    three = draw.order(n) % 3
    return [
        Case("three folds, memoriser", (x, y, three, given.nearest)),
        Case("three folds, line", (x, y, three, given.slope)),
        Case("two folds, mean", (x, y, draw.order(n) % 2, given.average)),
        Case("one row a fold", (x, y, draw.order(n), given.nearest)),
        Case("folds of any number", (x, y, tensor([7, 2, 40])[three], given.average)),
        Case("folds of unequal size", (x, y, (draw.order(n) < 2).long(), given.nearest)),
        Case("one feature, float64", (draw.normal(n, 1).double(), y.double(), three, given.slope)),
    ]


OUT_OF_FOLD = Task(
    id="06.4",
    title="Stack without cheating",
    promise="""
    Write `out_of_fold(x, y, fold, fit_predict)`: a prediction for every row, made by a model that saw no row of its fold.

    - `x` has shape (N, D), `y` (N,), one float dtype; `fold` (N,) holds the fold of each row (int64). The numbers of the folds need not start at 0 nor follow each other, and may be negative; there are at least two folds, of any size >= 1. N >= 2, D >= 1.
    - `fit_predict(x_train, y_train, x_test)` trains a model anew and returns its predictions for the rows of x_test, in their order, shape (rows of x_test,) and the dtype of `y`. How often you call it is not looked at.
    - For each fold: train on all rows of the other folds, in their order, and predict those of this fold. The result has shape (N,) and the dtype of `y`; entry i belongs to row i.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=out_of_fold,
    named=(
        Case(
            "memoriser",
            (
                tensor([[0.0], [1.0], [2.0], [3.0]]),
                tensor([0.0, 1.0, 0.0, 1.0]),
                tensor([0, 0, 1, 1]),
                given.nearest,
            ),
        ),
        Case(
            "mean",
            (
                tensor([[0.0], [1.0], [2.0], [3.0]]),
                tensor([0.0, 1.0, 2.0, 9.0]),
                tensor([0, 1, 0, 1]),
                given.average,
            ),
        ),
        Case("three folds", (Draw(1).normal(6, 2), Draw(2).normal(6), tensor([2, 0, 1, 1, 0, 2]), given.average)),
        Case("two rows", (tensor([[1.0], [2.0]]), tensor([3.0, 5.0]), tensor([4, 2]), given.slope)),
        Case("a negative fold", (Draw(3).normal(5, 2), Draw(4).normal(5), tensor([-1, 0, -1, 3, 0]), given.average)),
        Case(
            "three folds, memoriser",
            (Draw(5).normal(7, 2), Draw(6).normal(7), tensor([0, 2, 1, 1, 0, 2, 0]), given.nearest),
        ),
        Case(
            "three folds, a line, float64",
            (Draw(7).normal(6, 1).double(), Draw(8).normal(6).double(), tensor([2, 2, 0, 1, 0, 1]), given.slope),
        ),
        Case(
            "the last rows count most",
            (Draw(9).normal(6, 2), Draw(10).normal(6), tensor([0, 1, 2, 0, 1, 2]), given.fading),
        ),
    ),
    draws=_draw_folds,
    mistakes=(
        Mistake(
            "in sample",
            edit("fit_predict(x[~held_out], y[~held_out], x[held_out])", "fit_predict(x, y, x[held_out])"),
            "Leakage: the model saw the rows that it predicts. A memoriser looks perfect, and the stacker gives it all the weight. Train on the other folds only.",
            "a memoriser looks perfect",
        ),
        Mistake(
            "swapped",
            edit(
                "out[held_out] = fit_predict(x[~held_out], y[~held_out], x[held_out])",
                "out[~held_out] = fit_predict(x[held_out], y[held_out], x[~held_out])",
            ),
            "You trained on the fold and predicted the rest, and later folds overwrote earlier ones. Train on the rest, predict the fold.",
            "trained on the small part",
        ),
        Mistake(
            "same fold",
            edit(
                "fit_predict(x[~held_out], y[~held_out], x[held_out])",
                "fit_predict(x[held_out], y[held_out], x[held_out])",
            ),
            "You trained on the very fold that you predict. Train on the others: ~held_out.",
            "the worst leak",
        ),
        Mistake(
            "fold order",
            edit(
                "torch.empty_like(y)",
                "[]",
                "out[held_out] = fit_predict(x[~held_out], y[~held_out], x[held_out])",
                "out.append(fit_predict(x[~held_out], y[~held_out], x[held_out]))",
                "return out",
                "return torch.cat(out)",
            ),
            "Your predictions come fold by fold, so row i of the result is not row i of y. Write them back to their places: out[held_out] = ...",
            "rows no longer match y",
        ),
        Mistake(
            "first fold only",
            edit("for k in fold.unique():", "out.zero_()\n    for k in fold.unique()[:1]:"),
            "Only one fold was predicted: loop over all of them, and return after the loop.",
            "all other folds are 0",
        ),
        Mistake(
            "one model for all",
            _last_model,
            "One model predicted all rows, and most of them it had seen. Each fold needs a model of its own.",
            "most rows were seen in training",
        ),
        Mistake(
            "last fold forgotten",
            edit("for k in fold.unique():", "out.zero_()\n    for k in fold.unique()[:-1]:"),
            "The last fold was not predicted: its rows are 0.",
            "the last fold is 0",
        ),
        Mistake(
            "targets out of step",
            edit("y[~held_out], x[held_out])", "y[~held_out].flip(0), x[held_out])"),
            "The training targets do not match the training rows: they are in another order. Filter x and y in the same way.",
            "targets of other rows",
        ),
        Mistake(
            "folds from 0",
            edit("for k in fold.unique():", "out.zero_()\n    for k in range(max(int(fold.max()), -1) + 1):"),
            "You counted the folds from 0, so those with negative numbers were not predicted. Loop over the numbers that occur: fold.unique().",
            "folds below 0 are forgotten",
        ),
        Mistake(
            "leave one out",
            _leave_one_out,
            "You left out one row at a time: the model of a row saw the others of its fold. Leave out the whole fold.",
            "the model saw rows of the fold",
        ),
        Mistake(
            "one other fold",
            edit(
                "    for k in fold.unique():\n        held_out = fold == k",
                "    numbers = fold.unique()\n    for k, other in zip(numbers, numbers.roll(-1), strict=True):\n        held_out = fold == k",
                "x[~held_out], y[~held_out]",
                "x[fold == other], y[fold == other]",
            ),
            "You trained on one other fold. Train on all rows outside this one: ~held_out.",
            "most of the data are not used",
        ),
        Mistake(
            "earlier folds only",
            edit("x[~held_out], y[~held_out]", "x[fold < k], y[fold < k]"),
            "You trained on the folds before this one, as for time series: the first fold has nothing to learn from. Train on all other folds.",
            "the first fold has no training rows",
        ),
        Mistake(
            "average of all models",
            _average_of_models,
            "You averaged the predictions of all models, and most of them saw the row. Only the model of its own fold did not.",
            "most models saw the row",
        ),
        Mistake(
            "predictions reversed",
            edit("x[held_out])", "x[held_out]).flip(0)"),
            "Within a fold your predictions are in another order than its rows. fit_predict keeps the order of x_test: write them back as they come.",
            "rows of a fold are mixed up",
        ),
        Mistake(
            "written into y",
            edit("torch.empty_like(y)", "y"),
            "You wrote the predictions into y itself: the caller's targets are gone, and later folds learn from predictions. Make a new tensor.",
            "the targets are overwritten",
        ),
        Mistake(
            "residuals",
            edit("return out", "return y - out"),
            "You returned the errors, y minus prediction. The task asks for the predictions.",
            "errors instead of predictions",
        ),
        Mistake(
            "targets",
            edit("return out", "return y.clone()"),
            "You returned the targets themselves: a perfect score, and no model in it.",
            "a perfect score for every model",
        ),
        Mistake(
            "mean of fold",
            edit("x[held_out])", "x[held_out]).mean()"),
            "All rows of a fold got one number, the mean of their predictions. Each row keeps its own.",
            "rows of a fold are all alike",
        ),
        Mistake(
            "train size one too small",
            edit("x[~held_out], y[~held_out]", "x[~held_out][1:], y[~held_out][1:]"),
            "One row outside the fold is not trained on: a slice cuts it off. Use all of them.",
            "a training row is lost",
        ),
        Mistake(
            "column",
            edit("return out", "return out[:, None]"),
            "The shape is (N, 1) and should be (N,): y - prediction would become N x N.",
            "shape (N, 1)",
        ),
        Mistake(
            "list of folds",
            edit("return out", "return [out[fold == k] for k in fold.unique()]"),
            "You returned a list, one entry a fold. Write the predictions into one tensor of shape (N,), each to its row.",
            "a list, not a tensor",
        ),
        Mistake(
            "float32 forced",
            edit("return out", "return out.float()"),
            "float64 comes back as float32: keep the dtype of y.",
            "float64 becomes float32",
        ),
        Mistake(
            "training rows by fold",
            edit(
                "        out[held_out]",
                "        rows = torch.cat([(fold == g).nonzero()[:, 0] for g in fold.unique() if g != k])\n        out[held_out]",
                "x[~held_out], y[~held_out]",
                "x[rows], y[rows]",
            ),
            "Your training rows come fold by fold. They stay in their order, for there are models to which the order counts.",
            "a model that looks at the order learns something else",
        ),
        Mistake(
            "training rows reversed",
            edit("x[~held_out], y[~held_out]", "x[~held_out].flip(0), y[~held_out].flip(0)"),
            "Your training rows come in the reverse order. They stay in their order, for there are models to which the order counts.",
            "a model that looks at the order learns something else",
        ),
        Mistake(
            "folds 0 to K - 1",
            edit("for k in fold.unique():", "out.zero_()\n    for k in range(len(fold.unique())):"),
            "You took the folds 0 to K - 1, K being how many there are: a fold with another number was not predicted. Loop over the numbers that occur: fold.unique().",
            "folds with other numbers are forgotten",
        ),
        Mistake(
            "blocks of rows",
            edit(
                "for k in fold.unique():\n        held_out = fold == k",
                "for rows in torch.arange(len(y)).tensor_split(len(fold.unique())):\n"
                "        held_out = torch.zeros(len(y), dtype=torch.bool).index_fill(0, rows, True)",
            ),
            "You cut the rows into equal blocks, one after the other: of `fold` only the number of folds has an effect. It says for each row to which fold it belongs.",
            "other folds than those given",
        ),
        Mistake(
            "every K-th row",
            edit(
                "for k in fold.unique():\n        held_out = fold == k",
                "for k in range(len(fold.unique())):\n        held_out = torch.arange(len(y)) % len(fold.unique()) == k",
            ),
            "You put every K-th row into a fold: of `fold` only the number of folds has an effect. It says for each row to which fold it belongs.",
            "other folds than those given",
        ),
        Mistake(
            "earlier folds, or later ones",
            edit(
                "        out[held_out]",
                "        seen = fold < k if (fold < k).any() else fold > k\n        out[held_out]",
                "~held_out",
                "seen",
            ),
            "You trained on the folds before this one, as for time series (the first one on those behind it). Train on all other folds.",
            "most of the data are not used",
        ),
        Mistake(
            "later folds, or earlier ones",
            edit(
                "        out[held_out]",
                "        seen = fold > k if (fold > k).any() else fold < k\n        out[held_out]",
                "~held_out",
                "seen",
            ),
            "You trained on the folds behind this one (the last one on those before it). Train on all other folds.",
            "most of the data are not used",
        ),
        Mistake(
            "rounded",
            edit("return out", "return out.round()"),
            "You rounded the predictions to whole numbers, as if they were classes. They stay as fit_predict gives them.",
            "predictions are rounded",
        ),
        Mistake(
            "cut at one half",
            edit("return out", "return (out > 0.5).to(y.dtype)"),
            "You made classes 0 and 1 of the predictions. They stay as fit_predict gives them.",
            "0 and 1 instead of predictions",
        ),
        Mistake(
            "targets centred",
            edit("y[~held_out], x", "y[~held_out] - y.mean(), x"),
            "You subtracted the mean of all targets before training: it is missing from the predictions, and holds the targets of the fold itself. Train on the targets as they are.",
            "predictions around 0",
        ),
        Mistake(
            "targets centred and moved back",
            edit("y[~held_out], x[held_out])", "y[~held_out] - y.mean(), x[held_out]) + y.mean()"),
            "You subtracted the mean of all targets before training and added it afterwards: it holds the targets of the fold itself. Train on the targets as they are.",
            "the mean has seen the fold",
        ),
    ),
    hints=(
        "Write down for 4 rows in 2 folds: which rows may the model of fold 0 see?",
        "held_out = fold == k is a mask; ~held_out is everything else. fold.unique() lists the folds.",
        "out[held_out] = ... puts the predictions back where they belong.",
    ),
    difficulty=4,
    points=20,
    minutes=25,
)

TASKS = (VOTE, AVERAGE, EXPERTS, OUT_OF_FOLD)
