"""Tasks of lesson 12: numbers that you can defend."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 12.1 ---------------------------------------------------------------------------------------------


def f1_scores(y: Tensor, p: Tensor, classes: int) -> tuple[float, float]:
    """True and predicted classes (N,) to macro F1 and micro F1."""
    scores, pooled = [], torch.zeros(3)
    for c in range(classes):
        tp = ((p == c) & (y == c)).sum().item()
        fp = ((p == c) & (y != c)).sum().item()
        fn = ((p != c) & (y == c)).sum().item()
        scores.append(2 * tp / (2 * tp + fp + fn) if tp else 0.0)
        pooled += tensor([tp, fp, fn])
    tp, fp, fn = pooled.tolist()
    return sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)


def _f1_of_means(y: Tensor, p: Tensor, classes: int) -> tuple[float, float]:
    hits = [((p == c) & (y == c)).sum().item() for c in range(classes)]
    precision = sum(h / max((p == c).sum().item(), 1) for c, h in enumerate(hits)) / classes
    recall = sum(h / max((y == c).sum().item(), 1) for c, h in enumerate(hits)) / classes
    return 2 * precision * recall / max(precision + recall, 1e-12), sum(hits) / len(y)


def _draw_predictions(draw: Draw) -> list[Case]:
    n, c = draw.whole(20, 40), draw.whole(3, 5)
    y, guess = draw.labels(c, n), draw.labels(c, n)
    p = torch.where(draw.uniform(n) < 0.6, y, guess)
    rare = torch.cat([torch.zeros(n, dtype=torch.int64), draw.labels(3, 6)])
    return [
        Case("one sample, right", (tensor([1]), tensor([1]), 2)),
        Case("random", (y, p, c)),
        Case("classes that do not occur", (y, p, c + 2)),
        Case("rare classes", (rare, rare[draw.order(len(rare))], 3)),
        Case("one class is never predicted", (y, p.clamp_max(c - 2), c)),
        Case("all wrong", (y, (y + 1) % c, c)),
        Case("two classes", (y % 2, p % 2, 2)),
    ]


F1 = Task(
    id="12.1",
    title="Macro and micro F1 by hand",
    promise=r"""
    Write `f1_scores(y, p, classes)`: $F_1 = 2\,TP / (2\,TP + FP + FN)$, once as the mean over the classes and once from counts added over the classes.

    - `y` (N,) holds the true classes, `p` (N,) the predicted ones: integers 0 .. classes-1 (int64), N >= 1. `classes` is an int >= 2.
    - It returns two numbers, (macro, micro); Python floats or 0-d tensors.
    - Macro is the plain mean over all `classes`. A class that neither occurs nor is predicted has 0/0: count it as 0. (scikit-learn leaves such a class out.)
    - Micro adds TP, FP and FN over the classes first.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=f1_scores,
    named=(
        Case("8 of 10 in one class", (tensor([0] * 8 + [1, 1]), tensor([0] * 8 + [0, 1]), 2)),
        Case("a class that does not occur", (tensor([0, 1, 0, 1]), tensor([0, 1, 1, 1]), 3)),
        Case("three classes", (tensor([0, 0, 1, 1, 2, 2, 2]), tensor([0, 1, 1, 1, 2, 0, 2]), 3)),
        Case("predicted, but never true", (tensor([0, 0, 1]), tensor([0, 2, 1]), 4)),
        Case("never predicted", (tensor([0, 0, 1]), tensor([0, 0, 0]), 2)),
        Case(
            "several of each kind",
            (tensor([0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]), tensor([0, 0, 1, 1, 1, 1, 1, 0, 0, 2, 1, 1]), 3),
        ),
        Case("gaps between the classes", (tensor([0, 3, 3, 3, 5]), tensor([0, 3, 3, 5, 3]), 8)),
        Case("one sample", (tensor([1]), tensor([1]), 2)),
    ),
    draws=_draw_predictions,
    mistakes=(
        Mistake(
            "exchanged",
            edit(
                "return sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)",
                "return (sum(scores) / classes, 2 * tp / (2 * tp + fp + fn))[::-1]",
            ),
            "Macro and micro have changed places: macro is the mean over the classes, micro the pooled counts. (With one label a sample micro F1 is the accuracy.)",
            "macro and micro exchanged",
        ),
        Mistake(
            "weighted",
            edit("sum(scores) / classes", "sum(s * (y == c).sum().item() for c, s in enumerate(scores)) / len(y)"),
            "You weighted the classes by how often they occur: the rare ones disappear again. Macro counts each class once.",
            "rare classes disappear",
        ),
        Mistake(
            "only those that occur",
            edit("sum(scores) / classes", "sum(scores) / len(y.unique())"),
            "You divided by the number of classes that occur in y. Here all `classes` count, the missing ones with 0.",
            "missing classes are left out",
        ),
        Mistake(
            "only those seen",
            edit("sum(scores) / classes", "sum(scores) / len(torch.cat([y, p]).unique())"),
            "You divided by the number of classes seen in y or p, as scikit-learn does. Here all `classes` count, the missing ones with 0.",
            "classes never seen are left out",
        ),
        Mistake(
            "f1 of means",
            _f1_of_means,
            "You averaged precision and recall first and took F1 of the means. Take F1 of each class, then the mean.",
            "F1 of mean precision and mean recall",
        ),
        Mistake(
            "one added",
            edit("2 * tp / (2 * tp + fp + fn) if tp else 0.0", "(2 * tp + 1) / (2 * tp + fp + fn + 1)"),
            "You added 1 above and below the line of each class against 0/0: that moves every F1, and a class that is not there counts 1. Ask for 0/0 alone, and count it 0.",
            "every class is shifted",
        ),
        Mistake(
            "precision",
            edit("(2 * tp + fp + fn) if", "(2 * tp + 2 * fp) if"),
            "Your macro is that of precision: the false negatives are missing.",
            "missed samples cost nothing",
        ),
        Mistake(
            "recall",
            edit("(2 * tp + fp + fn) if", "(2 * tp + 2 * fn) if"),
            "Your macro is that of recall: the false positives are missing.",
            "false alarms cost nothing",
        ),
        Mistake(
            "accuracy of each class",
            edit("2 * tp / (2 * tp + fp + fn) if tp else 0.0", "((p == c) == (y == c)).double().mean().item()"),
            "You took the accuracy of one class against the rest: its many true negatives make a rare class look good. F1 does not count them.",
            "rare classes look good",
        ),
        Mistake(
            "jaccard",
            edit("2 * tp / (2 * tp + fp + fn) if", "tp / (tp + fp + fn) if"),
            "Your macro is TP / (TP + FP + FN), the Jaccard index. F1 counts TP twice, above and below.",
            "the Jaccard index",
        ),
        Mistake(
            "empty counts as one",
            edit("if tp else 0.0", "if tp + fp + fn else 1.0"),
            "A class that neither occurs nor is predicted counts 1 in your mean: a model becomes better by classes that are not there. Here it counts 0.",
            "classes that are not there help",
        ),
        Mistake(
            "macro twice",
            edit(", 2 * tp / (2 * tp + fp + fn)", ", sum(scores) / classes"),
            "You returned macro twice. Micro adds TP, FP and FN over the classes and takes one F1 of them.",
            "micro equals macro",
        ),
        Mistake(
            "micro twice",
            edit(
                "sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)",
                "2 * tp / (2 * tp + fp + fn), 2 * tp / (2 * tp + fp + fn)",
            ),
            "You returned micro twice. (With one label a sample it is the accuracy.) Macro is the mean of the F1 of each class.",
            "rare classes disappear",
        ),
        Mistake(
            "per cent",
            edit(
                "return sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)",
                "return tuple(100 * x for x in (sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)))",
            ),
            "Your numbers are per cent, 100 times ours. Return numbers between 0 and 1.",
            "100 times ours",
        ),
        Mistake(
            "not divided",
            edit("sum(scores) / classes", "sum(scores)"),
            "You added the F1 of the classes. Macro is their mean: divide by `classes`.",
            "above 1",
        ),
        Mistake(
            "class 1 only",
            edit("sum(scores) / classes", "scores[1]"),
            "Your macro is the F1 of class 1 alone, as for two classes with a positive one. Take the mean over all classes.",
            "one class decides",
        ),
        Mistake(
            "without class 0",
            edit("sum(scores) / classes", "sum(scores[1:]) / (classes - 1)"),
            "You left class 0 out of macro, as if it were the background. Here all classes count.",
            "class 0 does not count",
        ),
        Mistake(
            "worst class",
            edit("sum(scores) / classes", "min(scores)"),
            "Your macro is the F1 of the worst class. Take the mean over all classes.",
            "one class decides",
        ),
        Mistake(
            "median of the classes",
            edit("sum(scores) / classes", "sorted(scores)[(classes - 1) // 2]"),
            "Your macro is the median of the classes. Take their mean.",
            "the worst classes do not count",
        ),
        Mistake(
            "zeros left out",
            edit("sum(scores) / classes", "sum(scores) / max(sum(s > 0 for s in scores), 1)"),
            "You averaged over the classes with an F1 above 0: a class that is never found costs nothing. All `classes` count.",
            "a class that is never found costs nothing",
        ),
        Mistake(
            "weighted by predictions",
            edit("sum(scores) / classes", "sum(s * (p == c).sum().item() for c, s in enumerate(scores)) / len(p)"),
            "You weighted the classes by how often they are predicted. Macro counts each class once.",
            "rare predictions disappear",
        ),
        Mistake(
            "classes up to the largest",
            edit("sum(scores) / classes", "sum(scores) / (max(y.max(), p.max()).item() + 1)"),
            "You counted the classes up to the largest that is seen. Here all `classes` count, the missing ones with 0.",
            "the last classes are left out",
        ),
        Mistake(
            "0/0 raises",
            edit(" if tp else 0.0", ""),
            "A class that neither occurs nor is predicted raises a ZeroDivisionError. It counts 0.",
            "an error where a class is missing",
        ),
        Mistake(
            "0/0 is NaN",
            edit("if tp else 0.0", 'if tp + fp + fn else float("nan")'),
            "A class for which something is 0 / 0 (none predicted, none there, or neither) makes your macro NaN. Its F1 counts 0.",
            "NaN where a class is missing",
        ),
        Mistake(
            "TP once below",
            edit("(2 * tp + fp + fn) if", "(tp + fp + fn) if"),
            "Below the line your macro counts TP once: F1 = 2TP / (2TP + FP + FN).",
            "up to 2",
        ),
        Mistake(
            "jaccard in both",
            edit("2 * tp / (2 * tp + fp + fn)", "tp / (tp + fp + fn)"),
            "Both numbers are TP / (TP + FP + FN), the Jaccard index. F1 counts TP twice, above and below.",
            "the Jaccard index, twice",
        ),
        Mistake(
            "arithmetic mean",
            edit("2 * tp / (2 * tp + fp + fn) if", "(tp / (tp + fp) + tp / (tp + fn)) / 2 if"),
            "Your macro takes the arithmetic mean of precision and recall. F1 is their harmonic mean, nearer to the smaller.",
            "one of the two can be bad",
        ),
        Mistake(
            "geometric mean",
            edit("2 * tp / (2 * tp + fp + fn) if", "tp / math.sqrt((tp + fp) * (tp + fn)) if"),
            "Your macro takes the geometric mean of precision and recall. F1 is their harmonic mean.",
            "a little too large",
        ),
        Mistake(
            "F2",
            edit("2 * tp / (2 * tp + fp + fn) if", "5 * tp / (5 * tp + fp + 4 * fn) if"),
            "Your macro is that of F2, in which missed samples count four times. F1 counts FP and FN alike.",
            "missed samples count four times",
        ),
        Mistake(
            "true negatives in micro",
            edit(", 2 * tp / (2 * tp + fp + fn)", ", (len(y) * classes - fp - fn) / (len(y) * classes)"),
            "Your micro counts the true negatives as hits: with many classes it is near 1, whatever the model does. F1 does not count them.",
            "micro is near 1",
        ),
        Mistake(
            "class 0 not added",
            edit("sum(scores) / classes", "sum(scores[1:]) / classes"),
            "Class 0 is missing in the sum of your macro, while you divide by all `classes`. Here all classes count.",
            "class 0 counts as 0",
        ),
        Mistake(
            "last class not added",
            edit("sum(scores) / classes", "sum(scores[:-1]) / classes"),
            "The last class is missing in the sum of your macro, while you divide by all `classes`. They run from 0 to classes - 1, both included.",
            "the last class counts as 0",
        ),
        Mistake(
            "without the last class",
            edit("sum(scores) / classes", "sum(scores[:-1]) / (classes - 1)"),
            "You left the last class out of macro. The classes run from 0 to classes - 1, both included.",
            "the last class does not count",
        ),
        Mistake(
            "one class too many below",
            edit("sum(scores) / classes", "sum(scores) / (classes + 1)"),
            "You divided macro by classes + 1. The classes run from 0 to classes - 1: there are `classes` of them.",
            "a little too small",
        ),
        Mistake(
            "only those predicted",
            edit("sum(scores) / classes", "sum(scores) / len(p.unique())"),
            "You divided by the number of classes that are predicted. Here all `classes` count, the missing ones with 0.",
            "missed classes are left out",
        ),
        Mistake(
            "counts from class 1",
            edit("for c in range(classes)", "for c in range(1, classes)"),
            "You counted the classes from 1: class 0 is in neither number. They run from 0 to classes - 1.",
            "class 0 is not counted",
        ),
        Mistake(
            "false negatives forgotten",
            edit("2 * tp / (2 * tp + fp + fn) if", "2 * tp / (2 * tp + fp) if"),
            "The false negatives are missing below the line of your macro: F1 = 2TP / (2TP + FP + FN).",
            "missed samples cost nothing",
        ),
        Mistake(
            "false positives forgotten",
            edit("2 * tp / (2 * tp + fp + fn) if", "2 * tp / (2 * tp + fn) if"),
            "The false positives are missing below the line of your macro: F1 = 2TP / (2TP + FP + FN).",
            "false alarms cost nothing",
        ),
        Mistake(
            "false negatives forgotten in micro",
            edit(", 2 * tp / (2 * tp + fp + fn)", ", 2 * tp / (2 * tp + fp)"),
            "The false negatives are missing below the line of your micro: F1 = 2TP / (2TP + FP + FN).",
            "too large",
        ),
        Mistake(
            "false negatives forgotten in both",
            edit("2 * tp / (2 * tp + fp + fn)", "2 * tp / (2 * tp + fp)"),
            "The false negatives are missing below the line of both numbers: F1 = 2TP / (2TP + FP + FN).",
            "missed samples cost nothing",
        ),
        Mistake(
            "false positives forgotten in both",
            edit("2 * tp / (2 * tp + fp + fn)", "2 * tp / (2 * tp + fn)"),
            "The false positives are missing below the line of both numbers: F1 = 2TP / (2TP + FP + FN).",
            "false alarms cost nothing",
        ),
        Mistake(
            "jaccard in micro",
            edit(", 2 * tp / (2 * tp + fp + fn)", ", tp / (tp + fp + fn)"),
            "Your micro is TP / (TP + FP + FN), the Jaccard index. F1 counts TP twice, above and below.",
            "the Jaccard index",
        ),
        Mistake(
            "TP once below in both",
            edit("2 * tp / (2 * tp + fp + fn)", "2 * tp / (tp + fp + fn)"),
            "Below the line both numbers count TP once: F1 = 2TP / (2TP + FP + FN).",
            "up to 2",
        ),
        Mistake(
            "micro per class",
            edit(", 2 * tp / (2 * tp + fp + fn)", ", 2 * tp / (2 * tp + fp + fn) / classes"),
            "You divided micro by the number of classes. It is one F1 of the counts of all classes, and no mean.",
            "too small",
        ),
        Mistake(
            "rounded",
            edit(
                "return sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)",
                "return tuple(round(x, 2) for x in (sum(scores) / classes, 2 * tp / (2 * tp + fp + fn)))",
            ),
            "Both numbers are rounded to two decimals. Round where you print, not before.",
            "two decimals",
        ),
    ),
    hints=(
        "Count TP, FP and FN of one class with & and ==. Which samples are in none of the three?",
        "Macro: F1 of each class, then the mean over all classes. Micro: add the counts, then one F1.",
        "Mind the class with 2TP + FP + FN = 0.",
    ),
    difficulty=2,
    points=15,
    minutes=20,
    forbidden=("sklearn.metrics",),
    view=as_numbers,
)

# 12.2 ---------------------------------------------------------------------------------------------


def ece(probs: Tensor, y: Tensor, bins: int = 10) -> float:
    """(N, C) and classes (N,) to the expected calibration error."""
    confidence, prediction = probs.max(1)
    right = (prediction == y).to(probs.dtype)
    place = (confidence * bins).long().clamp_max(bins - 1)
    total = 0.0
    for k in range(bins):
        inside = place == k
        if inside.any():
            gap = right[inside].mean() - confidence[inside].mean()
            total += inside.sum().item() / len(y) * abs(gap.item())
    return total


def _draw_probabilities(draw: Draw, n: int, c: int, bins: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Rows whose largest entry is not within rounding of the edge of a bin."""
    probs = torch.softmax(2 * draw.normal(2 * n + 20, c, dtype=dtype), 1)
    place = probs.amax(1) * bins
    return probs[(place - place.round()).abs() > 1e-3][:n]


def _draw_calibration(draw: Draw) -> list[Case]:
    n, c, bins = draw.whole(30, 50), draw.whole(3, 4), draw.whole(3, 8)
    found = []
    for name, count, size, of, dtype in (
        ("one sample", 1, c, 10, torch.float32),
        ("random", n, c, 10, torch.float32),
        ("random, other bins", n, c, bins, torch.float32),
        ("two classes, float64", n, 2, 10, torch.float64),
        ("one bin", n, c, 1, torch.float32),
        ("many bins", 20, c, 50, torch.float32),
    ):
        probs = _draw_probabilities(draw, count, size, of, dtype)
        found.append(Case(name, (probs, draw.labels(size, len(probs)), *([] if of == 10 else [of]))))
    sure = F.one_hot(draw.labels(c, n), c).float()
    edges = tensor(
        [[0.5, 0.25, 0.25], [0.75, 0.25, 0.0], [0.625, 0.375, 0.0], [0.875, 0.125, 0.0], [0.5, 0.125, 0.375]]
    )
    return [
        *found,
        Case("all sure", (sure, draw.labels(c, n))),
        Case("on the edges, 4 bins", (edges, tensor([0, 1, 0, 0, 1]), 4)),
    ]


ECE = Task(
    id="12.2",
    title="Expected calibration error",
    promise=r"""
    Write `ece(probs, y, bins=10)`: the gap between how sure a model is and how often it is right, $\sum_b \frac{n_b}{N} \,|\text{share right in } b - \text{mean confidence in } b|$.

    - `probs` has shape (N, C), N >= 1, C >= 2, dtype float32 or float64, rows of sum 1; `y` (N,) holds the true classes (int64).
    - The confidence of a sample is its largest probability, its prediction that class (no row has two largest).
    - The bins have equal width: bin k holds confidences from k/bins on and below (k + 1)/bins; a confidence of 1 belongs to the last bin. An empty bin adds nothing. A confidence lies on an edge exactly (as ½ does) or well beside it: rounding never decides.
    - It returns one number, a Python float or a 0-d tensor.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=ece,
    named=(
        Case("too sure", (tensor([[0.95, 0.05]] * 4), tensor([0, 0, 1, 1]))),
        Case("sure and right", (tensor([[1.0, 0.0], [0.0, 1.0]]), tensor([0, 1]))),
        Case("two bins", (tensor([[0.92, 0.08], [0.66, 0.34], [0.62, 0.38], [0.34, 0.66]]), tensor([0, 1, 0, 1]))),
        Case("sure and wrong", (tensor([[1.0, 0.0], [0.55, 0.45]]), tensor([1, 0]))),
        Case("5 bins", (_draw_probabilities(Draw(1), 40, 3, 5), Draw(2).labels(3, 40), 5)),
        Case(
            "on the edges, 4 bins",
            (
                tensor([[0.5, 0.25, 0.25], [0.75, 0.25, 0.0], [0.625, 0.375, 0.0], [0.875, 0.125, 0.0]]),
                tensor([0, 1, 0, 0]),
                4,
            ),
        ),
        Case(
            "upper bins",
            (tensor([[0.82, 0.18], [0.88, 0.12], [0.94, 0.06], [1.0, 0.0], [0.72, 0.28]]), tensor([0, 1, 0, 1, 1])),
        ),
        Case("ten bins", (_draw_probabilities(Draw(3), 30, 3, 90, torch.float64), Draw(4).labels(3, 30))),
    ),
    draws=_draw_calibration,
    mistakes=(
        Mistake(
            "bin centre",
            edit("confidence[inside].mean()", "(k + 0.5) / bins"),
            "You compared with the centre of the bin: a perfect model then has an error of 0.05. Take the mean confidence of the samples in it.",
            "a perfect model has 0.05",
        ),
        Mistake(
            "not weighted",
            edit("inside.sum().item() / len(y)", "1 / bins"),
            "Every bin counts the same in yours, empty ones included. Weight each by its share of the samples.",
            "a bin with one sample counts like a full one",
        ),
        Mistake(
            "filled bins equal",
            edit("inside.sum().item() / len(y)", "1 / len(place.unique())"),
            "You averaged over the filled bins: a bin with one sample counts like a full one. Weight each by its share of the samples.",
            "a bin with one sample counts like a full one",
        ),
        Mistake(
            "drops one",
            edit(".clamp_max(bins - 1)", ""),
            "A confidence of 1 falls out: it lands in bin number `bins`, which nobody visits, so your surest mistakes are not counted. It belongs to the last bin.",
            "the surest mistakes are not counted",
        ),
        Mistake(
            "true class",
            edit(
                "confidence, prediction = probs.max(1)",
                "prediction = probs.argmax(1)\n    confidence = probs.gather(1, y[:, None])[:, 0]",
            ),
            "You took the probability of the true class, which nobody knows at prediction time. Confidence is that of the predicted class, the largest.",
            "confidence needs the answer",
        ),
        Mistake(
            "squared",
            edit("abs(gap.item())", "gap.item() ** 2"),
            "You squared the gap; the formula takes its absolute value.",
            "small gaps nearly vanish",
        ),
        Mistake(
            "signed",
            edit("abs(gap.item())", "gap.item()"),
            "Without | | too sure and not sure enough cancel, whichever you take from which, and the result may be negative.",
            "may be negative",
        ),
        Mistake(
            "signed, the other way",
            edit("abs(gap.item())", "-gap.item()"),
            "Without | | too sure and not sure enough cancel, whichever you take from which, and the result may be negative.",
            "may be negative",
        ),
        Mistake(
            "largest gap",
            edit("total += inside.sum().item() / len(y) * abs(gap.item())", "total = max(total, abs(gap.item()))"),
            "That is the largest gap of all bins, the maximum calibration error. Add the gaps, each weighted by its share.",
            "the maximum calibration error",
        ),
        Mistake(
            "one bin",
            edit("(confidence * bins).long()", "(confidence * 0).long()"),
            "Your number is |accuracy - mean confidence|: either all samples are in one bin, or the gaps are added with their signs and | | comes last. Opposite gaps cancel. Take | | of each bin.",
            "accuracy minus mean confidence",
        ),
        Mistake(
            "upper edges",
            edit("(confidence * bins).long()", "((confidence * bins).ceil().long() - 1)"),
            "Your bins hold their upper edge, not their lower one: a confidence of exactly 0.5 lands one bin too low.",
            "a confidence on an edge is one bin too low",
        ),
        Mistake(
            "bins fixed",
            edit("bins).long().clamp_max(bins - 1)", "10).long().clamp_max(9)", "range(bins)", "range(10)"),
            "`bins` is not used: yours are always 10.",
            "bins has no effect",
        ),
        Mistake(
            "root mean square",
            edit("abs(gap.item())", "gap.item() ** 2", "return total", "return math.sqrt(total)"),
            "You took the root of the mean squared gap. The formula takes the mean of its absolute values.",
            "one large gap decides",
        ),
        Mistake(
            "not divided by N",
            edit("inside.sum().item() / len(y)", "inside.sum().item()"),
            "You weighted each bin by its number of samples. Divide by N: the weights are shares.",
            "grows with the number of samples",
        ),
        Mistake(
            "not weighted, not averaged",
            edit("inside.sum().item() / len(y) * abs", "abs"),
            "You added the gaps of the bins as they are. Weight each by its share of the samples.",
            "grows with the number of bins",
        ),
        Mistake(
            "divided by bins",
            edit("/ len(y)", "/ bins"),
            "You divided the number of samples of a bin by the number of bins. Its share is n_b / N, N the number of samples.",
            "grows with the number of samples",
        ),
        Mistake(
            "equal counts",
            edit("(confidence * bins).long()", "(confidence.argsort().argsort() * bins // len(y))"),
            "Your bins hold equally many samples. That is another variant; here the bins have equal width.",
            "bins of equal counts",
        ),
        Mistake(
            "bins from 1/C",
            edit(
                "(confidence * bins).long()",
                "((confidence - 1 / probs.shape[1]) / (1 - 1 / probs.shape[1]) * bins).long().clamp_min(0)",
            ),
            "Your bins cut the range from 1/C, the smallest confidence there is, to 1. They cut the range from 0 to 1.",
            "bins of another range",
        ),
        Mistake(
            "rounded bins",
            edit("(confidence * bins).long()", "(confidence * bins).round().long()"),
            "You rounded confidence · bins: your bins are shifted by half their width. Cut it off: .long().",
            "bins shifted by half",
        ),
        Mistake(
            "one bin too many",
            edit(
                "(confidence * bins).long().clamp_max(bins - 1)",
                "(confidence * (bins + 1)).long().clamp_max(bins)",
                "range(bins)",
                "range(bins + 1)",
            ),
            "You made one bin too many: `bins` bins have bins + 1 edges.",
            "bins + 1 bins",
        ),
        Mistake(
            "one bin too few",
            edit(
                "(confidence * bins).long().clamp_max(bins - 1)",
                "(confidence * max(bins - 1, 1)).long().clamp_max(max(bins - 2, 0))",
            ),
            "You made one bin too few: linspace(0, 1, bins) has `bins` edges, and between them lie bins - 1 bins. Take bins + 1 edges.",
            "bins - 1 bins",
        ),
        Mistake(
            "a bin for 1",
            edit(".clamp_max(bins - 1)", "", "range(bins)", "range(bins + 1)"),
            "A confidence of 1 has a bin of its own in yours. It belongs to the last one.",
            "the surest have their own bin",
        ),
        Mistake(
            "share of all",
            edit("right[inside].mean()", "right[inside].sum() / len(y)"),
            "You divided the hits of a bin by all N samples. The share right in b is among the samples of that bin.",
            "most bins look far too sure",
        ),
        Mistake(
            "overall accuracy",
            edit("right[inside].mean() -", "right.mean() -"),
            "You compared each bin with the accuracy over all samples. Take that of the samples in the bin.",
            "a model that knows when it is unsure is punished",
        ),
        Mistake(
            "overall confidence",
            edit("- confidence[inside].mean()", "- confidence.mean()"),
            "You compared each bin with the mean confidence over all samples. Take that of the samples in the bin.",
            "a model that knows when it is unsure is punished",
        ),
        Mistake(
            "median confidence",
            edit("confidence[inside].mean()", "confidence[inside].median()"),
            "You took the median confidence of a bin; the formula has the mean.",
            "the median, not the mean",
        ),
        Mistake(
            "lower edge",
            edit("confidence[inside].mean()", "k / bins"),
            "You compared with the lower edge of the bin. Take the mean confidence of the samples in it.",
            "every bin looks too modest",
        ),
        Mistake(
            "errors for hits",
            edit("prediction == y", "prediction != y"),
            "You counted the errors. The share right is compared with the confidence.",
            "a perfect model has an error of 1",
        ),
        Mistake(
            "softmax again",
            edit("probs.max(1)", "torch.softmax(probs, 1).max(1)"),
            "You took the softmax of probabilities: every confidence comes out too small. They are probabilities already.",
            "every model looks too modest",
        ),
        Mistake(
            "class 1",
            edit("confidence, prediction = probs.max(1)", "confidence, prediction = probs[:, 1], probs.argmax(1)"),
            "You took the probability of class 1. The confidence is the largest probability of each row.",
            "only class 1 is looked at",
        ),
        Mistake(
            "empty bins raise NaN",
            edit("if inside.any():", "if True:"),
            "The mean of an empty bin is NaN, and the sum with it. Skip empty bins.",
            "NaN as soon as a bin is empty",
        ),
        Mistake(
            "per cent",
            edit("return total", "return 100 * total"),
            "Your number is per cent, 100 times ours. Return a number between 0 and 1.",
            "100 times ours",
        ),
    ),
    hints=(
        "Confidence and prediction of a row come together: probs.max(1).",
        "(confidence * bins).long() is the number of the bin. Which number does a confidence of 1 get?",
        "For each bin: share of samples · |share right - mean confidence|.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    view=as_numbers,
    curves=(
        Curve(
            "Four samples of one confidence, three of them right",
            "confidence (1)",
            "calibration error (1)",
            tuple(0.5025 + i / 100 for i in range(50)),
            lambda x: (tensor([[x, 1 - x]] * 4), tensor([0, 0, 0, 1])),
        ),
    ),
)

# 12.3 ---------------------------------------------------------------------------------------------


def temperature_nll(val_logits: Tensor, val_y: Tensor, grid: Tensor) -> float:
    """(N, C), classes (N,) and temperatures (G,) to the best temperature."""
    nll = torch.stack([F.cross_entropy(val_logits / t, val_y) for t in grid])
    return grid[nll.argmin()].item()


def _draw_temperatures(draw: Draw) -> list[Case]:
    n, c = draw.whole(30, 60), draw.whole(3, 4)
    logits = 2 * draw.normal(n, c, dtype=torch.float64)
    drawn = (logits + torch.distributions.Gumbel(0.0, 1.0).icdf(draw.uniform(n, c, low=0.01, high=0.99))).argmax(1)
    grid = 2.0 ** (torch.arange(-6, 9, dtype=torch.float64) / 2)
    order = draw.order(len(grid))
    return [
        Case("one temperature", (draw.normal(n, c), draw.labels(c, n), tensor([0.7]))),
        Case("fits", (logits, drawn, grid)),
        Case("4 times too sure", (4 * logits, drawn, grid)),
        Case("not sure enough", (logits / 4, drawn, grid)),
        Case("float32", (3 * logits.float(), drawn, grid.float())),
        Case("large logits", (300 * logits, drawn, 100 * grid)),
        Case("grid in any order", (2 * logits, drawn, grid[order])),
        Case("one sample, right", (tensor([[2.0, 0.0]]), tensor([0]), tensor([0.5, 1.0, 2.0]))),
        Case("one sample, wrong", (tensor([[2.0, 0.0]]), tensor([1]), tensor([0.5, 1.0, 2.0]))),
        Case("T has no effect", (torch.zeros(3, c), draw.labels(c, 3), 0.5 + draw.uniform(4))),
    ]


TEMPERATURE = Task(
    id="12.3",
    title="Temperature scaling: choose T on validation data",
    promise="""
    Write `temperature_nll(val_logits, val_y, grid)`: of the temperatures in `grid` the T with the smallest mean cross-entropy of val_logits / T.

    - `val_logits` has shape (N, C), N >= 1, C >= 2, float32 or float64, not yet softmaxed, of any size; `val_y` (N,) holds the true classes (int64). They are validation data, never the test set.
    - `grid` (G,), G >= 1, holds temperatures above 0 of the same dtype, however small, in any order. Where several have the same cross-entropy, the first of them; others are not so near that rounding decides.
    - It returns T itself as one number, a Python float or a 0-d tensor. No logarithm of 0 may stand in the way, however large the logits are.
    - The inputs are not changed. No gradient is asked for. You may call `F.cross_entropy`.
    """,
    reference=temperature_nll,
    named=(
        Case("too sure", (tensor([[8.0, 0.0]] * 4), tensor([0, 0, 0, 1]), tensor([0.5, 1.0, 2.0, 4.0, 8.0, 16.0]))),
        Case(
            "not sure enough",
            (tensor([[0.2, 0.0], [0.2, 0.0], [0.0, 0.3]]), tensor([0, 0, 1]), tensor([0.05, 0.5, 1.0, 2.0])),
        ),
        Case(
            "3 classes, labels at random",
            (4 * Draw(1).normal(60, 3), Draw(3).labels(3, 60), tensor([0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0])),
        ),
        Case(
            "one is very sure and wrong",
            (tensor([[3.0, 0.0]] * 9 + [[12.0, 0.0]]), tensor([0] * 9 + [1]), tensor([0.5, 1.0, 2.0, 4.0, 8.0])),
        ),
        Case("large logits", (tensor([[800.0, 0.0]] * 4), tensor([0, 0, 0, 1]), tensor([1.0, 100.0, 700.0, 1600.0]))),
        Case("T has no effect", (torch.zeros(3, 2), tensor([0, 1, 1]), tensor([3.0, 1.0, 2.0]))),
        Case(
            "tiny logits, tiny temperatures",
            (
                2.2e-9 * tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]]),
                tensor([0] * 4),
                1e-9 * tensor([16.0, 8.0, 2.0, 1.0, 4.0]),
            ),
        ),
        Case(
            "logits of 10 and more",
            (tensor([[12.0, 10.0], [12.0, 10.0], [10.0, 12.0]]), tensor([0, 1, 0]), tensor([2.0, 0.5, 8.0])),
        ),
        Case("one sample, right", (tensor([[2.0, 0.0]]), tensor([0]), tensor([0.5, 1.0, 2.0, 400.0]))),
        Case(
            "a shuffled grid",
            (tensor([[3.0, 0.0]] * 3 + [[0.0, 3.0]]), tensor([0] * 4), tensor([4.0, 0.125, 0.4, 8.0, 2.5, 1.0])),
        ),
        Case(
            "nine sure, one far surer and wrong",
            (tensor([[3.0, 0.0]] * 9 + [[100.0, 0.0]]), tensor([0] * 9 + [1]), tensor([1.0, 5.0, 3.0])),
        ),
        Case("far too sure", (tensor([[900.0, 0.0]] * 4), tensor([1] * 4), tensor([1.0, 2.0, 4.0, 0.5]))),
        Case(
            "hard and easy",
            (
                tensor([[4.0, 0.0], [4.0, 0.0], [9.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 5.0], [3.0, 0.0]]),
                tensor([0] * 7),
                tensor([0.5, 8.0, 1.0, 2.0, 1.4, 4.0, 3.0, 0.25, 5.5]),
            ),
        ),
        Case(
            "right and wrong by turns",
            (
                tensor([[1.5, 0.0], [-3.5, 0.0], [2.5, 0.0], [-1.0, 0.0], [0.0, 0.0], [2.5, 0.0]]),
                tensor([0] * 6),
                tensor([1.0, 0.25, 2.0, 0.5, 4.0, 1.5, 8.0, 0.75]),
            ),
        ),
        Case(
            "3 classes, float64",
            (
                3 * Draw(4).normal(40, 3, dtype=torch.float64),
                Draw(5).labels(3, 40),
                2.0 ** torch.arange(-3, 7, dtype=torch.float64),
            ),
        ),
    ),
    draws=_draw_temperatures,
    mistakes=(
        Mistake(
            "multiplied",
            edit("val_logits / t", "val_logits * t"),
            "You multiplied by T: a model that is too sure then gets T < 1. Divide the logits by T.",
            "T < 1 for a model that is too sure",
        ),
        Mistake(
            "accuracy",
            edit("F.cross_entropy(val_logits / t, val_y)", "-((val_logits / t).argmax(1) == val_y).double().mean()"),
            "Accuracy does not depend on T, so you always get the first one. Minimise the cross-entropy.",
            "always the first T",
        ),
        Mistake(
            "largest",
            edit("argmin", "argmax"),
            "You chose the T with the largest cross-entropy, the worst. Take argmin.",
            "the worst T",
        ),
        Mistake(
            "scaled probabilities",
            edit("val_logits / t", "torch.softmax(val_logits, 1) / t"),
            "You divided probabilities by T and put them through a second softmax. Divide the logits.",
            "a softmax of probabilities",
        ),
        Mistake(
            "position",
            edit("grid[nll.argmin()].item()", "float(nll.argmin())"),
            "You returned the position in the grid. Return the temperature there: grid[...].",
            "a position, not a temperature",
        ),
        Mistake(
            "smallest loss",
            edit("grid[nll.argmin()].item()", "nll.min().item()"),
            "You returned the smallest cross-entropy. Return the temperature that gives it.",
            "a loss, not a temperature",
        ),
        Mistake(
            "mean confidence",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "(torch.softmax(val_logits / t, 1).amax(1).mean() - (val_logits.argmax(1) == val_y).double().mean()).abs()",
            ),
            "You matched the mean confidence to the accuracy, a calibration error of one bin: opposite gaps cancel in it. The cross-entropy judges each sample.",
            "a calibration error of one bin",
        ),
        Mistake(
            "logits as log probabilities",
            edit("F.cross_entropy(val_logits / t, val_y)", "F.nll_loss(val_logits / t, val_y)"),
            "You read the logits as log-probabilities: without the softmax the smallest T always looks best (or worst). Take F.cross_entropy.",
            "an end of the grid",
        ),
        Mistake(
            "last of equals",
            edit("grid[nll.argmin()]", "grid[len(grid) - 1 - nll.flip(0).argmin()]"),
            "Of several temperatures with the same cross-entropy you took the last one. Take the first.",
            "the last of equals",
        ),
        Mistake(
            "T squared",
            edit("val_logits / t", "val_logits / t**2"),
            "You divided by T². Divide the logits by T.",
            "the root of the right T",
        ),
        Mistake(
            "root of T",
            edit("val_logits / t", "val_logits / t.sqrt()"),
            "You divided by the root of T. Divide the logits by T.",
            "the square of the right T",
        ),
        Mistake(
            "divided after the log",
            edit("F.cross_entropy(val_logits / t, val_y)", "F.nll_loss(F.log_softmax(val_logits, 1) / t, val_y)"),
            "You divided the log-probabilities by T: the largest T always looks best, for it makes all losses small. Divide the logits, then take the softmax.",
            "always the largest T",
        ),
        Mistake(
            "loss divided",
            edit("val_logits / t, val_y)", "val_logits / t, val_y) / t"),
            "You divided the loss by T once more: a large T makes it small. Divide the logits only.",
            "T too large",
        ),
        Mistake(
            "Brier score",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "(torch.softmax(val_logits / t, 1) - F.one_hot(val_y, val_logits.shape[1])).square().sum(1).mean()",
            ),
            "You minimised the squared error of the probabilities, the Brier score. Asked for is the cross-entropy.",
            "a sure mistake costs too little",
        ),
        Mistake(
            "labels not used",
            edit("F.cross_entropy(val_logits / t, val_y)", "F.cross_entropy(val_logits / t, val_logits.argmax(1))"),
            "The true classes have no part in your score: it measures the prediction by itself (against its own class, or by its entropy), and the smallest T looks best.",
            "always the smallest T",
        ),
        Mistake(
            "probability cut off",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "-(val_logits / t).softmax(1).gather(1, val_y[:, None]).clamp_min(1e-7).log().mean()",
            ),
            "Your probability is cut off at 1e-7 before the logarithm: a sample that is sure and wrong costs at most 16, and a temperature that is too low looks good. Use F.cross_entropy, or log_softmax.",
            "what is sure and wrong costs too little",
        ),
        Mistake(
            "log of softmax",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "F.nll_loss(torch.log(torch.softmax(val_logits / t, 1)), val_y)",
            ),
            "For large logits the softmax of a class is 0, and its logarithm minus infinity or the floor that you put under it: all such temperatures look alike. F.cross_entropy computes both at once.",
            "all alike where the model is very sure",
        ),
        Mistake(
            "naive exp",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "-torch.log((val_logits / t).exp().gather(1, val_y[:, None])[:, 0] / (val_logits / t).exp().sum(1)).mean()",
            ),
            "exp of large logits is infinite, and infinity/infinity is NaN; argmin then takes the first NaN. F.cross_entropy subtracts the largest logit first.",
            "a T whose loss is NaN",
        ),
        Mistake(
            "worst sample",
            edit("val_logits / t, val_y)", 'val_logits / t, val_y, reduction="none").max()'),
            "You minimised the loss of the worst sample. Take the mean over all samples.",
            "one sample decides",
        ),
        Mistake(
            "median",
            edit("val_logits / t, val_y)", 'val_logits / t, val_y, reduction="none").median()'),
            "You minimised the median of the losses: sure mistakes, if few, cost nothing. Take the mean.",
            "sure mistakes cost nothing",
        ),
        Mistake(
            "first sample only",
            edit("val_logits / t, val_y)", "val_logits[:1] / t, val_y[:1])"),
            "You looked at the first sample only. Take the mean over all of them.",
            "one sample decides",
        ),
        Mistake(
            "grid sorted apart",
            edit("grid[nll.argmin()]", "grid.sort().values[nll.argmin()]"),
            "You take the temperature from a sorted grid: a position belongs to the grid as it came, and of equals the first one there counts.",
            "another temperature, where the grid is not sorted",
        ),
        Mistake(
            "reciprocal",
            edit("grid[nll.argmin()]", "(1 / grid[nll.argmin()])"),
            "You returned 1/T. Return T itself, the number that divides the logits.",
            "the reciprocal of T",
        ),
        Mistake(
            "stops too early",
            edit(
                "grid[nll.argmin()]",
                "grid[next((i for i in range(len(nll) - 1) if nll[i + 1] >= nll[i]), len(nll) - 1)]",
            ),
            "You stopped at the first temperature behind which the loss does not fall. The grid comes in any order: look at all of it.",
            "the first dip of the grid",
        ),
        Mistake(
            "gap of each sample",
            edit(
                "F.cross_entropy(val_logits / t, val_y)",
                "(torch.softmax(val_logits / t, 1).amax(1) - (val_logits.argmax(1) == val_y).to(t.dtype)).abs().mean()",
            ),
            "You minimised the mean gap between confidence and hit of each sample. Asked for is the cross-entropy.",
            "another measure",
        ),
        Mistake(
            "a tensor of one",
            edit("grid[nll.argmin()].item()", "grid[nll.argmin()][None]"),
            "Your result has shape (1,). Return one number: a Python float or a 0-d tensor.",
            "shape (1,)",
        ),
        Mistake(
            "1 is tried too",
            edit("    nll = ", "    grid = torch.cat([grid.new_ones(1), grid])\n    nll = "),
            "You tried T = 1 as well, or started from it: where nothing in the grid is better, you return a temperature that is not in it. Start from the first of the grid.",
            "a T that is not in the grid",
        ),
        Mistake(
            "divided again and again",
            edit(
                "val_logits / t, val_y) for t in grid",
                "val_logits.double() / t, val_y) for t in grid.double().cumprod(0)",
            ),
            "You divided logits that the temperatures before had divided already: the second T acts together with the first, and so on. Divide val_logits itself each time.",
            "only the first T is tried as it is",
        ),
        Mistake(
            "smallest of equals",
            edit("    nll = ", "    grid = grid.sort().values\n    nll = "),
            "You sorted the grid first: of several temperatures with the same cross-entropy you then took the smallest. Take the one that comes first in the grid.",
            "the smallest of equals",
        ),
        Mistake(
            "softmax twice",
            edit("F.cross_entropy(val_logits / t, val_y)", "F.cross_entropy(torch.softmax(val_logits / t, 1), val_y)"),
            "You took the softmax twice: F.cross_entropy wants logits.",
            "a softmax of probabilities",
        ),
    ),
    hints=(
        "For one T: F.cross_entropy(val_logits / T, val_y). Which T gives the smallest?",
        "torch.stack([... for t in grid]) collects the losses; argmin gives a position.",
        "Return grid[position], not the position.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    atol=1e-12,
    view=as_numbers,
    curves=(
        Curve(
            "Four samples, three of them right",
            "logit of the predicted class; the other has 0 (1)",
            "chosen temperature (1)",
            tuple(0.5 + i / 2 for i in range(24)),
            lambda x: (tensor([[x, 0.0]] * 4), tensor([0, 0, 0, 1]), torch.linspace(0.5, 12.0, 24)),
        ),
    ),
)

# 12.4 ---------------------------------------------------------------------------------------------


def paired_bootstrap(correct_a: Tensor, correct_b: Tensor, idx: Tensor, level: float = 0.95) -> tuple[float, float]:
    """Hits (N,) and (N,) with R resamples (R, N) to the interval of mean(a) - mean(b)."""
    differences = (correct_a - correct_b)[idx].mean(1)
    q = (1 - level) / 2
    return torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()


def _hits(draw: Draw, n: int, rate: float, dtype: torch.dtype = torch.float32) -> Tensor:
    return (draw.uniform(n) < rate).to(dtype)


def _draw_matches(draw: Draw) -> list[Case]:
    n, r = draw.whole(15, 30), draw.whole(60, 120)
    a, b = _hits(draw, n, 0.8), _hits(draw, n, 0.6)
    near = torch.where(draw.uniform(n) < 0.1, 1 - a, a)
    return [
        Case("one item", (tensor([1.0]), tensor([0.0]), torch.zeros(3, 1, dtype=torch.int64))),
        Case("one resample", (a, b, draw.labels(n, 1, n))),
        Case("random", (a, b, draw.labels(n, r, n))),
        Case("random, level 0.8", (a, b, draw.labels(n, r, n), 0.8)),
        Case("they err on the same items", (a, near, draw.labels(n, r, n), 0.9)),
        Case("scores, float64", (draw.uniform(n).double(), draw.uniform(n).double(), draw.labels(n, r, n))),
        Case("few resamples", (a, b, draw.labels(n, 7, n), 0.5)),
    ]


BOOTSTRAP = Task(
    id="12.4",
    title="Is A really better than B?",
    promise="""
    Write `paired_bootstrap(correct_a, correct_b, idx, level=0.95)`: the percentile interval of mean(a) - mean(b) over resamples of the test items.

    - `correct_a` and `correct_b` (N,) say for the same N >= 1 test items what each model scored: any finite numbers, such as 1.0 for right and 0.0 for wrong; both float32 or both float64.
    - `idx` (R, N), R >= 1, int64: each row is one resample of the items. Use these, draw none yourself. A and B are resampled together.
    - It returns two numbers, (lower, upper), Python floats or 0-d tensors: the quantiles (1 - level)/2 and (1 + level)/2 of the R differences, 0 < level < 1, with linear interpolation as in `torch.quantile`.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=paired_bootstrap,
    named=(
        Case("20 items", (_hits(Draw(1), 20, 0.8), _hits(Draw(2), 20, 0.6), Draw(3).labels(20, 200, 20))),
        Case("30 items", (_hits(Draw(1), 30, 0.8), _hits(Draw(2), 30, 0.75), Draw(4).labels(30, 300, 30))),
        Case("as good as each other", (_hits(Draw(5), 40, 0.6), _hits(Draw(6), 40, 0.6), Draw(7).labels(40, 200, 40))),
        Case("level 0.8", (_hits(Draw(1), 20, 0.8), _hits(Draw(2), 20, 0.6), Draw(3).labels(20, 200, 20), 0.8)),
        Case(
            "two resamples",
            (tensor([1.0, 1.0, 0.0]), tensor([0.0, 1.0, 1.0]), tensor([[0, 0, 1], [2, 1, 2]]), 0.5),
        ),
        Case(
            "scores, float64",
            (
                Draw(8).uniform(12, dtype=torch.float64),
                Draw(9).uniform(12, dtype=torch.float64),
                Draw(10).labels(12, 40, 12),
                0.9,
            ),
        ),
        Case("a always right", (torch.ones(6), tensor([1.0, 0.0, 0.0, 1.0, 1.0, 0.0]), Draw(11).labels(6, 15, 6), 0.6)),
    ),
    draws=_draw_matches,
    mistakes=(
        Mistake(
            "unpaired",
            edit("(correct_a - correct_b)[idx].mean(1)", "correct_a[idx].mean(1) - correct_b[idx.flip(0)].mean(1)"),
            "You resampled A and B apart: that both err on the same items is lost, and a real difference drowns. Use the same row of idx for both.",
            "far too wide for models that err alike",
        ),
        Mistake(
            "one tail",
            edit("(1 - level) / 2", "1 - level"),
            "You cut the whole 1 - level off at each end: a 95 % interval then holds 90 %. Each end gets half of it.",
            "a 90 % interval",
        ),
        Mistake(
            "absolute",
            edit("(correct_a - correct_b)", "(correct_a - correct_b).abs()"),
            "|a - b| says how often they disagree, not who is better.",
            "always positive",
        ),
        Mistake(
            "swapped",
            edit("(correct_a - correct_b)", "(correct_b - correct_a)"),
            "The sign is flipped: you subtracted a from b.",
            "the sign is flipped",
        ),
        Mistake(
            "range",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "differences.min().item(), differences.max().item()",
            ),
            "You returned the smallest and the largest resample: that grows with R. Take the two quantiles.",
            "grows with the number of resamples",
        ),
        Mistake(
            "divided by root r",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(differences.mean() - 1.96 * differences.std() / math.sqrt(len(differences))).item(), "
                "(differences.mean() + 1.96 * differences.std() / math.sqrt(len(differences))).item()",
            ),
            "You divided by √R: your interval shrinks when you resample more, but resampling makes no data. The spread of the resamples is the interval.",
            "shrinks to nothing with more resamples",
        ),
        Mistake(
            "one deviation",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(differences.mean() - differences.std()).item(), (differences.mean() + differences.std()).item()",
            ),
            "Plus and minus one standard deviation holds about 68 %. Take the two quantiles of the resamples.",
            "a 68 % interval",
        ),
        Mistake(
            "over resamples",
            edit(".mean(1)", ".mean(0)"),
            "You averaged over the resamples, so their spread is gone. Average over the items of each resample, axis 1.",
            "the spread is gone",
        ),
        Mistake(
            "level fixed",
            edit("(1 - level) / 2", "0.025"),
            "`level` is not used: yours is always 0.95.",
            "level has no effect",
        ),
        Mistake(
            "upper first",
            edit("differences, q)", "differences, 1 - q)", "differences, 1 - q).item()\n", "differences, q).item()\n"),
            "The upper end came first. Return (lower, upper).",
            "upper, lower",
        ),
        Mistake(
            "squared",
            edit("(correct_a - correct_b)", "(correct_a - correct_b).square()"),
            "(a - b)² says how far they disagree, not who is better.",
            "never negative",
        ),
        Mistake(
            "b ignored",
            edit("(correct_a - correct_b)", "correct_a"),
            "That is the interval of A's own score. Asked for is the difference, mean(a) - mean(b).",
            "the interval of A alone",
        ),
        Mistake(
            "sum",
            edit(".mean(1)", ".sum(1)"),
            "You added the differences of a resample. Take their mean: divide by N.",
            "grows with the number of items",
        ),
        Mistake(
            "median of the items",
            edit(".mean(1)", ".median(1).values"),
            "You took the median difference of each resample; for hits it is hardly ever other than 0. Take the mean.",
            "0 nearly always",
        ),
        Mistake(
            "per cent",
            edit("(correct_a - correct_b)", "(100 * (correct_a - correct_b))"),
            "Your interval is in per cent, 100 times ours.",
            "100 times ours",
        ),
        Mistake(
            "relative",
            edit(
                "(correct_a - correct_b)[idx].mean(1)", "(correct_a - correct_b)[idx].mean(1) / correct_b[idx].mean(1)"
            ),
            "You divided by B's score. Asked for is the plain difference.",
            "how many times better",
        ),
        Mistake(
            "centred",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "torch.quantile(differences - differences.mean(), q).item(), torch.quantile(differences - differences.mean(), 1 - q).item()",
            ),
            "You subtracted the mean of the resamples: your interval lies around 0, whoever is better.",
            "always around 0",
        ),
        Mistake(
            "reverse",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(2 * (correct_a - correct_b).mean() - torch.quantile(differences, 1 - q)).item(), "
                "(2 * (correct_a - correct_b).mean() - torch.quantile(differences, q)).item()",
            ),
            "You mirrored the quantiles at the observed difference: that is the basic bootstrap. The percentile interval takes the two quantiles as they are.",
            "the mirror image",
        ),
        Mistake(
            "normal, of this level",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "*((differences.mean() + s * torch.special.ndtri(torch.tensor(1 - q)) * differences.std(correction=0)).item() for s in (-1, 1)),",
            ),
            "You took the mean ± z standard deviations: that assumes a normal distribution. Take the two quantiles of the resamples.",
            "always symmetric",
        ),
        Mistake(
            "normal",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(differences.mean() - 1.96 * differences.std()).item(), (differences.mean() + 1.96 * differences.std()).item()",
            ),
            "You took mean ± 1.96 standard deviations: that assumes a normal distribution and a level of 0.95. Take the two quantiles of the resamples.",
            "always symmetric",
        ),
        Mistake(
            "nearest rank",
            edit(
                "differences, q)",
                'differences, q, interpolation="nearest")',
                "differences, 1 - q)",
                'differences, 1 - q, interpolation="nearest")',
            ),
            "You took the nearest of the R differences. Where the quantile falls between two of them, interpolate linearly, as torch.quantile does by default.",
            "off by a step where R is small",
        ),
        Mistake(
            "outer ranks",
            edit(
                "differences, q)",
                'differences, q, interpolation="lower")',
                "differences, 1 - q)",
                'differences, 1 - q, interpolation="higher")',
            ),
            "You took the next difference outwards. Where the quantile falls between two of them, interpolate linearly, as torch.quantile does by default.",
            "a little too wide",
        ),
        Mistake(
            "sorted and cut",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "differences.sort().values[int(q * len(differences))].item(), differences.sort().values[int((1 - q) * len(differences))].item()",
            ),
            "You sorted the differences and took numbers q · R and (1 - q) · R. torch.quantile reckons with R - 1 steps and interpolates between two neighbours.",
            "off by a step where R is small",
        ),
        Mistake(
            "half level",
            edit("(1 - level) / 2", "level / 2"),
            "You took the quantile level/2. Cut (1 - level)/2 off at each end.",
            "far too narrow, or upside down",
        ),
        Mistake(
            "level above 1",
            edit("q = (1 - level) / 2", "q = (1 - level / 100) / 2"),
            "You divided level by 100. It is a share already: 0.95, not 95.",
            "far too wide or narrow",
        ),
        Mistake(
            "one end only",
            edit(
                "torch.quantile(differences, q).item(), ",
                "torch.quantile(differences, q).item(), (correct_a - correct_b).mean().item() + 0 * ",
            ),
            "Your upper end is the observed difference. It is the quantile (1 + level)/2 of the resamples.",
            "the upper end is the middle",
        ),
        Mistake(
            "half width",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "differences.mean().item(), ((torch.quantile(differences, 1 - q) - torch.quantile(differences, q)) / 2).item()",
            ),
            "You returned the middle and half of the width. Return (lower, upper).",
            "middle and half width",
        ),
        Mistake(
            "without ties",
            edit(
                "(correct_a - correct_b)[idx].mean(1)",
                "((correct_a - correct_b)[idx].sum(1) / (correct_a != correct_b)[idx].sum(1).clamp_min(1))",
            ),
            "You divided by the items on which the two differ. Those on which they agree count too: divide by N.",
            "too large by the items they agree on",
        ),
        Mistake(
            "distinct items",
            edit(
                "(correct_a - correct_b)[idx].mean(1)",
                "torch.stack([(correct_a - correct_b)[row.unique()].mean() for row in idx])",
            ),
            "You used each item of a resample once. A resample draws with replacement: an item that comes three times counts three times.",
            "far too narrow",
        ),
        Mistake(
            "quantiles apart",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(torch.quantile(correct_a[idx].mean(1), q) - torch.quantile(correct_b[idx].mean(1), q)).item(), "
                "(torch.quantile(correct_a[idx].mean(1), 1 - q) - torch.quantile(correct_b[idx].mean(1), 1 - q)).item()",
            ),
            "You took the quantiles of A and of B apart and subtracted them. Subtract within each resample first, then take the quantiles of the R differences.",
            "says nothing of the difference",
        ),
        Mistake(
            "two intervals",
            edit(
                "torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()",
                "(torch.quantile(correct_a[idx].mean(1), q) - torch.quantile(correct_b[idx].mean(1), 1 - q)).item(), "
                "(torch.quantile(correct_a[idx].mean(1), 1 - q) - torch.quantile(correct_b[idx].mean(1), q)).item()",
            ),
            "You made an interval of A and one of B and subtracted opposite ends: that they err on the same items is lost, and the result is too wide. Subtract within each resample first.",
            "far too wide",
        ),
        Mistake(
            "scores cut at one half",
            edit(
                "(correct_a - correct_b)[idx]",
                "((correct_a > 0.5).to(correct_a.dtype) - (correct_b > 0.5).to(correct_b.dtype))[idx]",
            ),
            "You made right and wrong of the scores: above one half, or not. A score may be any number: take it as it is.",
            "partial scores are rounded",
        ),
        Mistake(
            "any score a hit",
            edit(
                "(correct_a - correct_b)[idx]",
                "(correct_a.bool().to(correct_a.dtype) - correct_b.bool().to(correct_b.dtype))[idx]",
            ),
            "You took every score other than 0 for a hit. A score may be any number: take it as it is.",
            "partial scores count in full",
        ),
        Mistake(
            "wins and losses",
            edit("(correct_a - correct_b)[idx]", "(correct_a - correct_b).sign()[idx]"),
            "You counted who is better on each item, not by how much: with partial scores that is another number. Take the difference of the scores.",
            "a small lead counts in full",
        ),
        Mistake(
            "wins only",
            edit("(correct_a - correct_b)[idx]", "(correct_a > correct_b).to(correct_a.dtype)[idx]"),
            "You counted the items on which A is better, but not those on which B is. Take the difference of the scores.",
            "never negative",
        ),
        Mistake(
            "b not resampled",
            edit("(correct_a - correct_b)[idx].mean(1)", "correct_a[idx].mean(1) - correct_b.mean()"),
            "You resampled A and left B as it is: that both err on the same items is lost. Use the same row of idx for both.",
            "half of the pair does not move",
        ),
        Mistake(
            "a not resampled",
            edit("(correct_a - correct_b)[idx].mean(1)", "correct_a.mean() - correct_b[idx].mean(1)"),
            "You resampled B and left A as it is: that both err on the same items is lost. Use the same row of idx for both.",
            "half of the pair does not move",
        ),
        Mistake(
            "lower ranks",
            edit(
                "differences, q)",
                'differences, q, interpolation="lower")',
                "differences, 1 - q)",
                'differences, 1 - q, interpolation="lower")',
            ),
            "You took the next difference below the quantile. Where it falls between two of them, interpolate linearly, as torch.quantile does by default.",
            "a little too low",
        ),
    ),
    hints=(
        "One resample: the items of one row of idx. What does A minus B give on them?",
        "(correct_a - correct_b)[idx] has shape (R, N): one row a resample, A and B together.",
        "Mean of each row, then torch.quantile at (1 - level)/2 and at 1 - (1 - level)/2.",
    ),
    difficulty=3,
    points=15,
    minutes=25,
    view=as_numbers,
)

# 12.5 ---------------------------------------------------------------------------------------------


def conformal_sets(cal_p: Tensor, cal_y: Tensor, test_p: Tensor, alpha: float) -> Tensor:
    """Calibration (N, C) and classes (N,), test (M, C) to sets of classes (M, C)."""
    scores = (1 - cal_p.gather(1, cal_y[:, None])[:, 0]).sort().values
    k = math.ceil((len(scores) + 1) * (1 - alpha))
    if k > len(scores):
        return torch.ones_like(test_p, dtype=torch.bool)
    return 1 - test_p <= scores[k - 1]


def _sixteenths(draw: Draw, rows: int) -> Tensor:
    """Rows of three probabilities in sixteenths: ties occur, and 1 - p is exact."""
    low = draw.labels(9, rows)
    high = low + (draw.uniform(rows) * (17 - low)).long()
    return torch.stack([low, high - low, 16 - high], 1)[:, draw.order(3)].float() / 16


def _draw_sets(draw: Draw) -> list[Case]:
    n, m, c = draw.whole(20, 40), draw.whole(8, 12), draw.whole(3, 4)
    cal, test = torch.softmax(draw.normal(n, c), 1), torch.softmax(2 * draw.normal(m, c), 1)
    y = draw.labels(c, n)
    k = draw.labels(3, n)
    even = 4 * draw.whole(3, 8) - 1
    alpha = (draw.whole(1, n // 3) + 0.5) / (n + 1)
    return [
        Case("one for calibration", (cal[:1], y[:1], test, 0.55)),
        Case("one for calibration, too few", (cal[:1], y[:1], test, 0.25)),
        Case("random", (cal, y, test, alpha)),
        Case("random, one test row", (cal, y, test[:1], 0.305)),
        Case("float64", (cal.double(), y, test.double(), 1 - (n // 3 + 0.8) / (n + 1))),
        Case("too few", (cal[:5], y[:5], test, 0.1)),
        Case(
            "(n + 1)(1 - alpha) is whole", (_sixteenths(draw, even), draw.labels(3, even), _sixteenths(draw, m), 0.25)
        ),
        Case("ties", (_sixteenths(draw, n), draw.labels(3, n), _sixteenths(draw, m), alpha)),
        Case("sure and right", (torch.eye(3)[k], k, _sixteenths(draw, m), alpha)),
    ]


CONFORMAL = Task(
    id="12.5",
    title="Prediction sets with a promise",
    promise=r"""
    Write `conformal_sets(cal_p, cal_y, test_p, alpha)`: for each test sample a set of classes that holds the true one with probability 1 - alpha or more.

    - `cal_p` (N, C) holds the probabilities of N >= 1 calibration samples, `cal_y` (N,) their true classes (int64), `test_p` (M, C) the probabilities of M >= 1 test samples; C >= 2, one dtype (float32 or float64); 0 < alpha < 1, such that rounding does not move (N + 1)(1 - alpha) across a whole number.
    - The score of a calibration sample is 1 - the probability of its true class. q is the k-th smallest of the N scores, $k = \lceil (N + 1)(1 - \alpha) \rceil$ with $\alpha$ = `alpha`; equal scores each count.
    - The result is a bool tensor of shape (M, C): a class is in the set where 1 - its probability <= q. A set may hold several classes, or none.
    - If k > N there are too few calibration samples for this alpha, and every set holds all classes.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=conformal_sets,
    named=(
        Case(
            "7 samples, alpha ¼",
            (
                tensor([[i / 16, 1 - i / 16] for i in (2, 4, 6, 8, 10, 12, 14)]),
                tensor([0] * 7),
                tensor([[0.25, 0.75], [0.125, 0.875], [0.9375, 0.0625], [0.1875, 0.8125]]),
                0.25,
            ),
        ),
        Case("too few", (tensor([[0.875, 0.125], [0.75, 0.25]]), tensor([0, 0]), tensor([[0.99, 0.01]]), 0.1)),
        Case(
            "3 classes",
            (
                torch.softmax(Draw(1).normal(30, 3), 1),
                Draw(2).labels(3, 30),
                torch.softmax(2 * Draw(3).normal(20, 3), 1),
                0.105,
            ),
        ),
        Case(
            "5 samples, alpha 0.7",
            (
                tensor([[i / 16, 1 - i / 16] for i in (2, 5, 8, 11, 14)]),
                tensor([0] * 5),
                tensor([[i / 16, 1 - i / 16] for i in range(1, 16)]),
                0.7,
            ),
        ),
        Case(
            "sure and right",
            (tensor([[1.0, 0.0], [0.0, 1.0]] * 2), tensor([0, 1] * 2), tensor([[1.0, 0.0], [0.25, 0.75]]), 0.25),
        ),
        Case(
            "15 samples, alpha ⅛",
            (
                tensor([[i / 16, 1 - i / 16] for i in range(1, 16)]),
                tensor([0] * 15),
                tensor([[i / 32, 1 - i / 32] for i in range(1, 10)]),
                0.125,
            ),
        ),
        Case(
            "classes 1 and 2",
            (
                torch.softmax(Draw(4).normal(12, 3), 1),
                1 + Draw(5).labels(2, 12),
                torch.softmax(2 * Draw(6).normal(6, 3), 1),
                0.35,
            ),
        ),
        Case(
            "float64",
            (
                torch.softmax(Draw(7).normal(9, 3, dtype=torch.float64), 1),
                Draw(8).labels(3, 9),
                torch.softmax(2 * Draw(9).normal(6, 3, dtype=torch.float64), 1),
                0.25,
            ),
        ),
        Case(
            "equal scores",
            (
                tensor([[0.25, 0.75]] * 4 + [[0.5, 0.5], [0.75, 0.25]]),
                tensor([0] * 6),
                tensor([[i / 16, 1 - i / 16] for i in range(1, 16, 2)] + [[0.25, 0.75]]),
                0.55,
            ),
        ),
        Case(
            "float64, probabilities that float32 cannot tell apart",
            (
                tensor([[0.5 + i * 1e-8, 0.5 - i * 1e-8] for i in (1, 2, 3, 4, 5, 6, 7)], dtype=torch.float64),
                tensor([0] * 7),
                tensor([[0.5 + i * 1e-8, 0.5 - i * 1e-8] for i in (-3.5, 0.5, 2.5, 6.5)], dtype=torch.float64),
                0.45,
            ),
        ),
    ),
    draws=_draw_sets,
    mistakes=(
        Mistake(
            "no plus one",
            edit("(len(scores) + 1) * (1 - alpha)", "len(scores) * (1 - alpha)"),
            "Your sets are a little too small, and the promise is broken: the test sample is one of N + 1, so k = ⌈(N + 1)(1 - alpha)⌉.",
            "a little less than 1 - alpha",
        ),
        Mistake(
            "alpha for 1 alpha",
            edit("(1 - alpha)", "alpha"),
            "You took the quantile alpha: your sets hold the truth with probability alpha only. Take 1 - alpha.",
            "the truth is held with probability alpha",
        ),
        Mistake(
            "one too far",
            edit("scores[k - 1]", "scores[min(k, len(scores) - 1)]"),
            "You took the score after the one asked for: Python counts from 0, so the k-th smallest is scores[k - 1]. (NumPy's quantile with method='higher' does this too.)",
            "sets a little too large",
        ),
        Mistake(
            "floor",
            edit("math.ceil((len(scores) + 1) * (1 - alpha))", "max(int((len(scores) + 1) * (1 - alpha)), 1)"),
            "You rounded k down, and the promise is broken: round it up, math.ceil.",
            "a little less than 1 - alpha",
        ),
        Mistake(
            "largest probability",
            edit("cal_p.gather(1, cal_y[:, None])[:, 0]", "cal_p.max(1).values"),
            "You scored the largest probability, and the true classes are not used: no promise can come from that. Score the true class.",
            "the labels are ignored",
        ),
        Mistake(
            "too few",
            edit("return torch.ones_like(test_p, dtype=torch.bool)", "k = len(scores)"),
            "With too few calibration samples you took the largest score and promised what nobody can. The honest set then holds all classes.",
            "a promise that a few samples cannot keep",
        ),
        Mistake(
            "best only",
            edit("1 - test_p <= scores[k - 1]", "F.one_hot(test_p.argmax(1), test_p.shape[1]).bool()"),
            "Your sets hold one class each: the most probable. A set may hold several, or none.",
            "sets of one class",
        ),
        Mistake(
            "inverted",
            edit("1 - test_p <= scores[k - 1]", "test_p <= scores[k - 1]"),
            "Your sets hold the improbable classes: compare 1 - p with q, not p.",
            "improbable classes",
        ),
        Mistake(
            "strict",
            edit("1 - test_p <= scores[k - 1]", "1 - test_p < scores[k - 1]"),
            "A class whose score equals q is in the set: <=, not <. With ties the promise is broken otherwise.",
            "ties fall out",
        ),
        Mistake(
            "never empty",
            edit(
                "return 1 - test_p <= scores[k - 1]",
                "return (1 - test_p <= scores[k - 1]) | F.one_hot(test_p.argmax(1), test_p.shape[1]).bool()",
            ),
            "You put the most probable class into every set. That may be wanted, but it is another rule: here a set may be empty.",
            "no set is empty",
        ),
        Mistake(
            "rounded",
            edit("math.ceil((len(scores) + 1) * (1 - alpha))", "max(round((len(scores) + 1) * (1 - alpha)), 1)"),
            "You rounded k to the nearest whole number, and where that is down, the promise is broken: round it up, math.ceil.",
            "sometimes less than 1 - alpha",
        ),
        Mistake(
            "one too low",
            edit("scores[k - 1]", "scores[max(k - 2, 0)]"),
            "You took the score before the one asked for: the k-th smallest is scores[k - 1].",
            "sets a little too small",
        ),
        Mistake(
            "largest score",
            edit("scores[k - 1]", "scores[-1]"),
            "You took the largest score: your sets hold nearly everything. Take the k-th smallest.",
            "sets far too large",
        ),
        Mistake(
            "mean score",
            edit("scores[k - 1]", "scores.mean()"),
            "You compared with the mean score: no promise can come from that. Take the k-th smallest.",
            "alpha has no effect",
        ),
        Mistake(
            "largest first",
            edit(".sort()", ".sort(descending=True)"),
            "You took the k-th score from the wrong end: the scores 1 - p are sorted from the smallest up. (The probabilities themselves, sorted up, with p >= the k-th, come to the same.)",
            "the truth is held with probability alpha, about",
        ),
        Mistake(
            "plain quantile",
            edit(
                "    if k > len(scores):\n        return torch.ones_like(test_p, dtype=torch.bool)\n",
                "",
                "scores[k - 1]",
                "torch.quantile(scores, 1 - alpha)",
            ),
            "You took the plain quantile 1 - alpha of the scores. It interpolates, and does not count the test sample as one of N + 1: take the k-th smallest, k = ⌈(N + 1)(1 - alpha)⌉.",
            "a little less than 1 - alpha",
        ),
        Mistake(
            "interpolated",
            edit("scores[k - 1]", "torch.quantile(scores, k / len(scores))"),
            "You took a quantile with interpolation: that falls between two scores. Take the k-th smallest itself.",
            "sets a little too large",
        ),
        Mistake(
            "probability against score",
            edit("1 - test_p <= scores[k - 1]", "test_p >= scores[k - 1]"),
            "You compared the probability itself with q. q is a score, 1 - p of a true class, so compare scores: 1 - p <= q.",
            "p >= q where 1 - p <= q belongs",
        ),
        Mistake(
            "score not inverted",
            edit("(1 - cal_p.gather(1, cal_y[:, None])[:, 0])", "cal_p.gather(1, cal_y[:, None])[:, 0]"),
            "Your scores are the probabilities of the true classes, large where the model is right. The score is 1 - that.",
            "sets of improbable size",
        ),
        Mistake(
            "complement",
            edit("1 - test_p <= scores[k - 1]", "1 - test_p > scores[k - 1]"),
            "Your sets hold exactly the classes that they should not: <= q, not >.",
            "all but the right classes",
        ),
        Mistake(
            "class 0",
            edit("cal_p.gather(1, cal_y[:, None])[:, 0]", "cal_p[:, 0]"),
            "You scored class 0 of every sample. Score the true class: gather with cal_y.",
            "the labels are ignored",
        ),
        Mistake(
            "smallest probability",
            edit("cal_p.gather(1, cal_y[:, None])[:, 0]", "cal_p.min(1).values"),
            "You scored the smallest probability, and the true classes are not used. Score the true class.",
            "the labels are ignored",
        ),
        Mistake(
            "distinct scores",
            edit(".sort().values", ".unique()"),
            "You dropped scores that occur more than once. Equal scores each count.",
            "wrong where scores are equal",
        ),
        Mistake(
            "two-sided",
            edit("(1 - alpha)", "(1 - alpha / 2)"),
            "You cut alpha/2 off, as for an interval with two ends. A score has one bad end: 1 - alpha.",
            "sets too large",
        ),
        Mistake(
            "alpha ignored",
            edit("(1 - alpha)", "0.9"),
            "`alpha` is not used: your sets are the same, whatever coverage is asked for.",
            "alpha has no effect",
        ),
        Mistake(
            "too few, empty",
            edit("torch.ones_like(test_p, dtype=torch.bool)", "torch.zeros_like(test_p, dtype=torch.bool)"),
            "With too few calibration samples your sets are empty. What holds the truth for sure then is the set of all classes.",
            "empty sets with few samples",
        ),
        Mistake(
            "too few raises",
            edit("    if k > len(scores):\n        return torch.ones_like(test_p, dtype=torch.bool)\n", ""),
            "With too few calibration samples k is larger than N, and your function raises an error. Every set then holds all classes.",
            "an error with few samples",
        ),
        Mistake(
            "sizes",
            edit("return 1 - test_p <= scores[k - 1]", "return (1 - test_p <= scores[k - 1]).sum(1)"),
            "You returned how many classes each set holds. Return the sets: True where a class is in.",
            "sizes, not sets",
        ),
        Mistake(
            "numbers",
            edit(
                "return 1 - test_p <= scores[k - 1]",
                "return (1 - test_p <= scores[k - 1]).to(test_p.dtype)",
                "dtype=torch.bool",
                "dtype=test_p.dtype",
            ),
            "The sets are right, but yours hold numbers. Return True and False, dtype bool.",
            "floats, not bools",
        ),
        Mistake(
            "interpolated at the level",
            edit("scores[k - 1]", "torch.quantile(scores, min((len(scores) + 1) * (1 - alpha) / len(scores), 1.0))"),
            "You took a quantile with interpolation, at the level (N + 1)(1 - alpha) / N: that falls between two scores. Take the k-th smallest itself.",
            "sets a little too small",
        ),
        Mistake(
            "lower at the level",
            edit(
                "scores[k - 1]",
                'torch.quantile(scores, min((len(scores) + 1) * (1 - alpha) / len(scores), 1.0), interpolation="lower")',
            ),
            "You took a quantile that chooses the lower of two scores: k is rounded down in effect. Take the k-th smallest itself.",
            "sets a little too small",
        ),
        Mistake(
            "plain quantile, with the rule for too few",
            edit("scores[k - 1]", "torch.quantile(scores, 1 - alpha)"),
            "You took the plain quantile 1 - alpha of the scores. It interpolates, and does not count the test sample as one of N + 1: take the k-th smallest, k = ⌈(N + 1)(1 - alpha)⌉.",
            "a little less than 1 - alpha",
        ),
        Mistake(
            "k among the distinct",
            edit("scores[k - 1]", "scores.unique()[min(k, len(scores.unique())) - 1]"),
            "You counted the k-th smallest among the distinct scores. Equal scores each count.",
            "wrong where scores are equal",
        ),
        Mistake(
            "all pairs of rows and classes",
            edit("(1 - cal_p.gather(1, cal_y[:, None])[:, 0])", "(1 - cal_p[:, cal_y]).flatten()"),
            "cal_p[:, cal_y] takes, for every row, the classes of all rows: N x N scores. Take the true class of each row: gather, or cal_p[torch.arange(N), cal_y].",
            "N x N scores instead of N",
        ),
        Mistake(
            "k of N among N x N",
            edit(
                "(1 - cal_p.gather(1, cal_y[:, None])[:, 0])",
                "(1 - cal_p[:, cal_y]).flatten()",
                "len(scores)",
                "len(cal_y)",
            ),
            "cal_p[:, cal_y] takes, for every row, the classes of all rows: N x N scores, of which you took the k-th. Take the true class of each row: gather, or cal_p[torch.arange(N), cal_y].",
            "N x N scores instead of N",
        ),
    ),
    hints=(
        "The score is large where the model gave the truth a small probability. What does the k-th smallest of N scores say?",
        "k = math.ceil((N + 1) * (1 - alpha)); the k-th smallest is sorted[k - 1]. When is k > N?",
        "Compare 1 - test_p with q: True where a class is in the set.",
    ),
    difficulty=4,
    points=15,
    minutes=25,
)

TASKS = (F1, ECE, TEMPERATURE, BOOTSTRAP, CONFORMAL)
