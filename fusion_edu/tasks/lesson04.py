"""Tasks of lesson 04: losses of pairs."""

import torch
import torch.nn.functional as F  # noqa: F401  (wrong versions run in the namespace of this module)
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

GRID = tuple(i / 20 for i in range(51))

# 04.1 ---------------------------------------------------------------------------------------------


def safe_distance(a: Tensor, b: Tensor, eps: float = 1e-12) -> Tensor:
    """(N, D) and (N, D) to (N,)."""
    squared = ((a - b) ** 2).sum(-1)
    return torch.sqrt(squared.clamp_min(eps))


def _draw_rows(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 6), draw.whole(2, 3)
    a = draw.normal(n, d)
    b = draw.normal(n, d)
    b[1] = a[1]
    return [
        Case("one row, one feature", (draw.normal(1, 1), draw.normal(1, 1))),
        Case("random, one pair identical", (a, b)),
        Case("float64", (draw.normal(n, d, dtype=torch.float64), draw.normal(n, d, dtype=torch.float64))),
        Case("square, random", (draw.normal(3, 3), draw.normal(3, 3))),
        Case("random, eps 4", (a * 2, b * 2, 4.0)),
        Case("large", (a * 1e4, b * 1e4)),
        Case("near", (draw.normal(2, 2, dtype=torch.float64) * 1e-4, torch.zeros(2, 2, dtype=torch.float64))),
        Case("gradient, one pair identical", (a, b), gradient=(0, 1)),
        Case("gradient, eps 0.5", (a, b, 0.5), gradient=(0, 1)),
    ]


DISTANCE = Task(
    id="04.1",
    title="A Euclidean distance that you can differentiate at 0",
    promise=r"""
    Write `safe_distance(a, b, eps=1e-12)`: $\sqrt{\max(\sum (a - b)^2, \varepsilon)}$ with $\varepsilon$ = `eps` for each row, the distance of row i of `a` to row i of `b`.

    - `a` and `b` have shape (N, D), N, D >= 1, finite, and one dtype (float32 or float64); eps > 0. The result has shape (N,) and that dtype.
    - `eps` is a floor under the squared distance, nothing is added to it. So for identical rows the default gives 1e-6 (an exact 0 is accepted there, too).
    - It stays exact far from the origin.
    - Gradients flow back to `a` and `b`. Where the floor acts, so for identical rows, they are 0; nowhere NaN or infinite. The inputs are not changed.
    """,
    reference=safe_distance,
    named=(
        Case("3-4-5", (tensor([[0.0, 0.0], [0.0, 1.0]]), tensor([[3.0, 4.0], [0.0, 1.0]]))),
        Case("eps 0.01", (tensor([[0.0, 0.0], [1.0, 2.0]]), tensor([[3.0, 4.0], [1.0, 2.0]]), 0.01)),
        Case("eps 4", (tensor([[0.0, 3.0]]), tensor([[0.0, 0.0]]), 4.0)),
        Case(
            "gradient, an identical pair",
            (tensor([[1.0, 2.0], [0.0, 0.0]]), tensor([[1.0, 2.0], [3.0, 4.0]])),
            gradient=(0, 1),
        ),
        Case("random", (Draw(1).normal(4, 3), Draw(2).normal(4, 3))),
        Case("square", (Draw(1).normal(3, 3), Draw(2).normal(3, 3))),
        Case("far from the origin", (tensor([[10000.0, 1.0]]), tensor([[10000.0, 1.5]]))),
        Case("0.0001 apart", (tensor([[1e-4, 0.0]]), tensor([[0.0, 0.0]]))),
        Case("float64", (Draw(3).normal(2, 3, dtype=torch.float64), Draw(4).normal(2, 3, dtype=torch.float64))),
        Case("one row, one feature, eps 0.0001", (tensor([[0.5]]), tensor([[0.5]]), 1e-4)),
        Case("gradient, 0.0001 apart", (tensor([[1e-4, 0.0]]), tensor([[0.0, 0.0]])), gradient=(0, 1)),
        Case(
            "gradient, eps 4",
            (tensor([[0.0, 3.0], [1.0, 0.0]]), tensor([[0.0, 0.0], [0.0, 0.0]]), 4.0),
            gradient=(0, 1),
        ),
        Case("30 rows, far from the origin", (1000 + Draw(5).normal(30, 2), 1000 + Draw(6).normal(30, 2))),
    ),
    draws=_draw_rows,
    mistakes=(
        Mistake(
            "sqrt nan",
            edit(".clamp_min(eps)", ""),
            "Identical rows give a NaN gradient: the root has slope infinity at 0, and infinity times 0 is NaN. One such pair destroys all weights. "
            "Put the floor inside the root.",
            "NaN gradient for identical pairs",
        ),
        Mistake(
            "eps outside",
            edit("torch.sqrt(squared.clamp_min(eps))", "torch.sqrt(squared) + eps"),
            "An epsilon added after the root mends the value, not the gradient: it is still NaN for identical rows. Put the floor inside.",
            "the gradient is still NaN",
        ),
        Mistake(
            "clamp after",
            edit("torch.sqrt(squared.clamp_min(eps))", "torch.sqrt(squared).clamp_min(eps)"),
            "A floor after the root comes too late: its slope at 0 is already infinite, and the gradient still NaN. Put the floor inside.",
            "the gradient is still NaN",
        ),
        Mistake(
            "squared",
            edit("torch.sqrt(squared.clamp_min(eps))", "squared.clamp_min(eps)"),
            "You returned the squared distance: 25 instead of 5.",
            "25 instead of 5",
        ),
        Mistake(
            "eps added",
            edit("squared.clamp_min(eps)", "squared + eps"),
            "You added eps to every squared distance, so all distances are a little too large. The task asks for a floor: max(Σ(a - b)², eps).",
            "every distance is a little too large",
        ),
        Mistake(
            "pairwise eps",
            edit("torch.sqrt(squared.clamp_min(eps))", "F.pairwise_distance(a, b)"),
            "F.pairwise_distance adds 1e-6 to each difference: identical rows get a distance and a push in a made-up direction, and d(a, b) is not d(b, a). "
            "It also knows nothing of your eps.",
            "identical pairs are pushed in a made-up direction",
        ),
        Mistake(
            "cdist",
            edit("torch.sqrt(squared.clamp_min(eps))", "torch.cdist(a, b)"),
            "cdist compares every row of a with every row of b, an N x N table. Here row i meets row i only.",
            "an N x N table",
        ),
        Mistake(
            "keepdim",
            edit("sum(-1)", "sum(-1, keepdim=True)"),
            "The shape is (N, 1) and should be (N,): with labels (N,) the next line would broadcast to N x N.",
            "shape (N, 1): the next line makes N x N",
        ),
        Mistake(
            "sum dim0",
            edit("sum(-1)", "sum(0)"),
            "You summed over the pairs. Sum over the features, the last axis.",
            "one number a feature, not a pair",
        ),
        Mistake(
            "sqrt of mean",
            edit(".sum(-1)", ".mean(-1)"),
            "√D too small: you averaged over the features. A distance sums them.",
            "√D times too small",
        ),
        Mistake(
            "big eps",
            edit("squared.clamp_min(eps)", "squared + 0.01"),
            "√(d² + 0.01): all small distances become at least 0.1, and a margin is no longer what it says. Use eps, and as a floor.",
            "no distance below 0.1",
        ),
        Mistake(
            "detached",
            edit("((a - b) ** 2)", "((a - b).detach() ** 2)"),
            "The values are right, but no gradient reaches a or b: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "no gradient",
        ),
        Mistake(
            "where after",
            edit(
                "return torch.sqrt(squared.clamp_min(eps))",
                "floor = torch.full_like(squared, eps).sqrt()\n    return torch.where(squared > eps, torch.sqrt(squared), floor)",
            ),
            "The values are right, but the gradient of identical rows is NaN: a clamp or a torch.where after the root still sends a gradient through the root, and 0 times infinity is NaN. "
            "Put the floor inside the root.",
            "right value, NaN gradient",
        ),
        Mistake(
            "gram",
            edit("((a - b) ** 2).sum(-1)", "(a**2).sum(-1) + (b**2).sum(-1) - 2 * (a * b).sum(-1)"),
            "|a|² + |b|² - 2ab subtracts large numbers that are nearly equal: far from the origin the digits are gone. Subtract the rows first.",
            "wrong far from the origin",
        ),
        Mistake(
            "manhattan",
            edit("return torch.sqrt(squared.clamp_min(eps))", "return (a - b).abs().sum(-1)"),
            "You summed absolute differences: that is the city-block distance, 7 for the 3-4-5 triangle. It knows nothing of eps either.",
            "the 3-4-5 triangle gives 7",
        ),
        Mistake(
            "largest difference",
            edit(".sum(-1)", ".amax(-1)"),
            "Only the largest difference of each row counts in yours. A Euclidean distance sums the squares of all features.",
            "all features but one are ignored",
        ),
        Mistake(
            "square of sum",
            edit("((a - b) ** 2).sum(-1)", "(a - b).sum(-1) ** 2"),
            "You summed the differences and squared the sum, so +2 and -2 cancel. Square each difference first.",
            "differences of opposite sign cancel",
        ),
        Mistake(
            "ignore eps",
            edit("clamp_min(eps)", "clamp_min(1e-12)"),
            "`eps` is not used. It is the floor under the squared distance.",
            "eps has no effect",
        ),
        Mistake(
            "floor under the distance",
            edit("clamp_min(eps)", "clamp_min(eps**2)"),
            "Your floor is under the distance: the result is at least eps. The task puts it under the squared distance, so the result is at least √eps.",
            "the floor is eps, not √eps",
        ),
        Mistake(
            "ceiling",
            edit("clamp_min(eps)", "clamp_max(eps)"),
            "You took the smaller of the squared distance and eps, so no distance is above √eps. eps is a floor: the larger of the two.",
            "no distance above √eps",
        ),
        Mistake(
            "dot product",
            edit("((a - b) ** 2).sum(-1)", "(a * b).sum(-1)"),
            "You took the dot product of the rows: it is large where they agree. Sum the squared differences.",
            "a similarity, not a distance",
        ),
        Mistake(
            "cosine",
            edit("return torch.sqrt(squared.clamp_min(eps))", "return 1 - F.cosine_similarity(a, b, dim=-1)"),
            "You returned 1 minus the cosine: the length of the rows has no effect on it. Take the root of the summed squared differences.",
            "only directions count",
        ),
        Mistake(
            "rows normalised",
            edit("squared = ", "a, b = F.normalize(a, dim=-1), F.normalize(b, dim=-1)\n    squared = "),
            "You brought the rows to length 1 before you measured. Measure them as they are.",
            "the lengths of the rows are gone",
        ),
        Mistake(
            "half",
            edit("return torch.sqrt", "return 0.5 * torch.sqrt"),
            "Half of what it should be: a distance has no ½ in front.",
            "half the value",
        ),
        Mistake(
            "mean of rows",
            edit("torch.sqrt(squared.clamp_min(eps))", "torch.sqrt(squared.clamp_min(eps)).mean()"),
            "You averaged over the pairs. Each row has a distance of its own.",
            "one number for all pairs",
        ),
        Mistake(
            "b detached",
            edit("(a - b)", "(a - b.detach())"),
            "The values are right, but no gradient reaches b: it is cut off by .detach(), torch.no_grad(), .data or NumPy.",
            "one of the two encoders never learns",
        ),
        Mistake(
            "overwrites a",
            edit("((a - b) ** 2)", "(a.sub_(b) ** 2)"),
            "Your function overwrote a (and fails where a gradient is asked for): -= and operators that end in _ change their input. Work on a copy.",
            "the caller's embeddings are changed",
        ),
        Mistake(
            "float32 forced",
            edit("((a - b) ** 2)", "((a - b).float() ** 2)"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "pairwise, your eps",
            edit("torch.sqrt(squared.clamp_min(eps))", "F.pairwise_distance(a, b, eps=eps)"),
            "F.pairwise_distance adds its eps to each difference: all distances change with it, and d(a, b) is not d(b, a). The task asks for a floor under the squared distance.",
            "eps is added to every difference",
        ),
        Mistake(
            "floor under each feature",
            edit("** 2)", "** 2).clamp_min(eps)"),
            "Your floor is under the square of each feature, so every feature that agrees adds eps. Sum first: the floor is under the squared distance.",
            "features that agree add up",
        ),
        Mistake(
            "eps for each feature",
            edit("** 2)", "** 2 + eps)"),
            "You added eps to the square of each feature: D eps are in every squared distance. The task asks for a floor under the sum.",
            "every distance is a little too large",
        ),
        Mistake(
            "diagonal of cdist",
            edit("torch.sqrt(squared.clamp_min(eps))", "torch.cdist(a, b).diagonal().clamp(min=eps**0.5)"),
            "You took the diagonal of cdist: from 26 rows on it computes |a|² + |b|² - 2ab, whose digits are gone far from the origin, and it fills an N x N table for N numbers. Subtract row from row.",
            "wrong for many rows far from the origin",
        ),
        Mistake(
            "manhattan, with the floor",
            edit("((a - b) ** 2).sum(-1)", "(a - b).abs().sum(-1) ** 2"),
            "You summed absolute differences: that is the city-block distance, 7 for the 3-4-5 triangle. Sum the squares, and take the root.",
            "the 3-4-5 triangle gives 7",
        ),
        Mistake(
            "all rows to all rows",
            edit("(a - b)", "(a[:, None] - b)"),
            "You compared every row of a with every row of b, an N x N table. Here row i meets row i only: a - b.",
            "an N x N table",
        ),
    ),
    hints=(
        "What is the slope of the square root at 0? And what is that times 0?",
        "The floor must act before the root sees the number.",
        "squared.clamp_min(eps) inside torch.sqrt.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    atol=2e-6,
    curves=(
        Curve(
            "Distance of two points, eps 0.25",
            "true distance (1)",
            "result (1)",
            GRID,
            lambda x: (tensor([[x, 0.0]]), tensor([[0.0, 0.0]]), 0.25),
        ),
    ),
)

# 04.2 ---------------------------------------------------------------------------------------------


def contrastive_loss(d: Tensor, y: Tensor, margin: float = 1.0) -> Tensor:
    """Distances (N,) and labels (N,), 1 = similar, to a scalar."""
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def _draw_pairs(draw: Draw) -> list[Case]:
    n = draw.whole(4, 7)
    margin = 0.5 + draw.whole(2, 6) / 4
    d = draw.uniform(n, high=3.0)
    y = draw.labels(2, n)
    y[:2] = tensor([0, 1])
    return [
        Case("one pair", (draw.uniform(1, high=2.0), draw.labels(2, 1))),
        Case("random, integer labels", (d, y, margin)),
        Case("float64", (draw.uniform(n, high=2.0, dtype=torch.float64), y.double())),
        Case("only similar", (d, torch.ones(n), margin)),
        Case("only different", (d, torch.zeros(n), margin)),
        Case("at 0 and at the margin", (tensor([0.0, margin, 0.0, margin]), tensor([0.0, 0.0, 1.0, 1.0]), margin)),
        Case("gradient, random", (d, y, margin), gradient=(0,)),
        Case("gradient, all equal", (torch.full((3,), 0.5), tensor([0, 1, 0])), gradient=(0,)),
    ]


CONTRASTIVE = Task(
    id="04.2",
    title="The contrastive loss of the article",
    promise=r"""
    Write `contrastive_loss(d, y, margin=1.0)`: $\frac{1}{2N} \sum_i [\, y_i d_i^2 + (1 - y_i) \max(m - d_i, 0)^2 \,]$ with the margin $m$.

    - `d` (N,), N >= 1, holds finite distances >= 0, float32 or float64; `y` (N,) is 1 for a similar pair and 0 for a different one, as floats of the dtype of `d` or as int64 (no bool, no uint8); margin > 0.
    - The result is a 0-d tensor of the dtype of `d`.
    - Gradients flow back to `d`, finite everywhere. The inputs are not changed.
    """,
    reference=contrastive_loss,
    named=(
        Case("similar and far", (tensor([2.0]), tensor([1.0]), 1.0)),
        Case("different and near", (tensor([0.5]), tensor([0.0]), 1.0)),
        Case("different, beyond the margin", (tensor([3.0]), tensor([0.0]), 1.0)),
        Case("margin 2", (tensor([0.5, 1.5, 2.5, 0.0]), tensor([0.0, 1.0, 0.0, 1.0]), 2.0)),
        Case("integer labels", (tensor([0.5, 0.7]), tensor([0, 1]), 1.0)),
        Case("gradient", (tensor([0.2, 0.5, 1.5, 0.9]), tensor([0, 1, 0, 0]), 1.0), gradient=(0,)),
        Case("at 0 and at the margin", (tensor([0.0, 0.5, 0.0, 0.5]), tensor([0.0, 0.0, 1.0, 1.0]), 0.5)),
        Case(
            "float64, three to one", (tensor([0.3, 0.2, 0.9, 2.0]).double(), tensor([1.0, 0.0, 1.0, 1.0]).double(), 1.5)
        ),
        Case(
            "gradient, at 0 and margin 2",
            (tensor([0.0, 0.0, 1.5, 3.0]), tensor([0.0, 1.0, 0.0, 0.0]), 2.0),
            gradient=(0,),
        ),
    ),
    draws=_draw_pairs,
    mistakes=(
        Mistake(
            "flipped y",
            edit("pull = y * d**2", "pull = (1 - y) * d**2", "push = (1 - y) *", "push = y *"),
            "You pull the different pairs together and push the similar ones apart: here y = 1 means similar, as in the article. "
            "(Hadsell et al. 2006 write Y = 0 for similar: look up the convention of every paper you copy.)",
            "similar pairs are pushed apart",
        ),
        Mistake(
            "squared margin",
            edit("torch.clamp(margin - d, min=0) ** 2", "torch.clamp(margin - d**2, min=0)"),
            "max(margin - d², 0) is another loss: its radius is √margin, and its gradient vanishes at d = 0, where the push should be strongest. "
            "Take max(margin - d, 0)².",
            "no push at d = 0, radius √margin",
        ),
        Mistake(
            "hinge not squared",
            edit("torch.clamp(margin - d, min=0) ** 2", "torch.clamp(margin - d, min=0)"),
            "The push is not squared: max(margin - d, 0)².",
            "a kink at the margin",
        ),
        Mistake(
            "square before max",
            edit("torch.clamp(margin - d, min=0) ** 2", "torch.clamp((margin - d) ** 2, min=0)"),
            "Nothing stops your push at the margin (there is no max, or it comes after the square and does nothing): different pairs beyond the margin are pulled back to it.",
            "pairs beyond the margin are pulled back",
        ),
        Mistake(
            "no max",
            edit("torch.clamp(margin - d, min=0) ** 2", "(margin - d)"),
            "Your push is margin - d itself, without max(·, 0) and without the square. So the loss has no floor: it always pays to push different pairs further apart.",
            "the loss falls without end",
        ),
        Mistake(
            "no half",
            edit("(2 * len(d))", "len(d)"),
            "Your loss is twice ours: the formula divides by 2N and you divided by N.",
            "twice the value, twice the gradient",
        ),
        Mistake(
            "sum",
            edit("/ (2 * len(d))", "/ 2"),
            "Your loss grows with the batch: divide by N as well.",
            "the loss grows with the batch",
        ),
        Mistake(
            "pos unsquared",
            edit("pull = y * d**2", "pull = y * d"),
            "Similar pairs pay y · d, but the formula says y · d²: your pull never fades, however near they are.",
            "a constant pull, however near",
        ),
        Mistake(
            "min not max",
            edit("torch.clamp(margin - d, min=0)", "torch.clamp(margin - d, max=0)"),
            "Your push acts on the wrong side: it charges different pairs beyond the margin and leaves the near ones alone. You want max(margin - d, 0).",
            "acts only beyond the margin",
        ),
        Mistake(
            "margin on pos",
            edit("pull = y * d**2", "pull = y * torch.clamp(d - margin, min=0) ** 2"),
            "You gave the similar pairs a margin too: inside it nothing pulls them together.",
            "similar pairs stop at the margin",
        ),
        Mistake(
            "ignore margin",
            edit("torch.clamp(margin - d, min=0)", "torch.clamp(1.0 - d, min=0)"),
            "`margin` is not used: yours is always 1.",
            "the margin has no effect",
        ),
        Mistake(
            "split means",
            edit(
                "(pull + push).sum() / (2 * len(d))",
                "0.5 * (pull.sum() / y.sum().clamp_min(1) + push.sum() / (1 - y).sum().clamp_min(1))",
            ),
            "You averaged similar and different pairs apart, which changes their balance. Sometimes that is wanted; this formula divides all by 2N.",
            "the balance of an uneven batch changes",
        ),
        Mistake(
            "detached",
            edit("(pull + push).sum()", "(pull + push).detach().sum()"),
            "The value is right, but no gradient reaches d: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "margin squared minus d squared",
            edit("torch.clamp(margin - d, min=0) ** 2", "torch.clamp(margin**2 - d**2, min=0)"),
            "max(margin² - d², 0) has the right radius, but no push at d = 0, where it should be strongest. Take max(margin - d, 0)².",
            "no push at d = 0",
        ),
        Mistake(
            "soft hinge",
            edit("torch.clamp(margin - d, min=0)", "F.softplus(margin - d)"),
            "You took a softplus for the max: pairs far beyond the margin still push. Take max(margin - d, 0).",
            "pairs beyond the margin still push",
        ),
        Mistake(
            "margin added",
            edit("torch.clamp(margin - d, min=0)", "torch.clamp(margin + d, min=0)"),
            "You added d to the margin: different pairs then attract each other, the more the further apart they are. Take max(margin - d, 0).",
            "different pairs attract each other",
        ),
        Mistake(
            "push subtracted",
            edit("(pull + push)", "(pull - push)"),
            "You subtracted the push, so being near to a different sample is a reward. Both terms are costs: add them.",
            "different pairs attract each other",
        ),
        Mistake(
            "push for all",
            edit("push = (1 - y) *", "push = 1 *"),
            "Your push acts on similar pairs too. It belongs to different pairs only: (1 - y).",
            "similar pairs never meet",
        ),
        Mistake(
            "pull for all",
            edit("pull = y * d**2", "pull = d**2"),
            "Your pull acts on different pairs too. It belongs to similar pairs only: y.",
            "different pairs are pulled together",
        ),
        Mistake(
            "pull only",
            edit("(pull + push)", "pull"),
            "The push is missing. Nothing keeps different pairs apart then, and one constant embedding is a perfect solution: collapse.",
            "everything collapses to a point",
        ),
        Mistake(
            "push only",
            edit("(pull + push)", "push"),
            "The pull is missing: similar pairs are left where they are.",
            "similar pairs never meet",
        ),
        Mistake(
            "push not halved",
            edit("pull = y * d**2", "pull = 0.5 * y * d**2", "(2 * len(d))", "len(d)"),
            "Your push is twice too strong against the pull: the ½ stands in front of both terms.",
            "the balance of pull and push changes",
        ),
        Mistake(
            "pull not halved",
            edit("push = (1 - y)", "push = 0.5 * (1 - y)", "(2 * len(d))", "len(d)"),
            "Your pull is twice too strong against the push: the ½ stands in front of both terms.",
            "the balance of pull and push changes",
        ),
        Mistake(
            "divide by similar",
            edit("(2 * len(d))", "(2 * y.sum().clamp_min(1))"),
            "You divided by the number of similar pairs. The formula divides by all N pairs.",
            "depends on the mix of the batch",
        ),
        Mistake(
            "divide by active",
            edit("(2 * len(d))", "(2 * ((pull + push) > 0).sum().clamp_min(1))"),
            "You divided by the pairs that cost something. The formula divides by all N pairs, those at 0 included.",
            "the scale changes as pairs become easy",
        ),
        Mistake(
            "distance squared before",
            edit("    pull =", "    d = d**2\n    pull ="),
            "You squared d first and put d² in for d: the formula has d² in the pull and d in the push.",
            "the pull grows with the fourth power",
        ),
        Mistake(
            "labels of -1",
            edit("y = y.to(d.dtype)", "y = 2 * y.to(d.dtype) - 1"),
            "Your labels are -1 and 1, and the formula wants 0 and 1: with y = -1 the pull becomes negative.",
            "the loss may be negative",
        ),
        Mistake(
            "median",
            edit("(pull + push).sum() / (2 * len(d))", "(pull + push).median() / 2"),
            "You took the median over the pairs: most of them then get no gradient. Sum and divide by 2N.",
            "one pair gets all the gradient",
        ),
        Mistake(
            "not reduced",
            edit("(pull + push).sum() / (2 * len(d))", "(pull + push) / 2"),
            "You returned a number for each pair. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "python number",
            edit("return (pull + push).sum() / (2 * len(d))", "return ((pull + push).sum() / (2 * len(d))).item()"),
            "You returned a Python number: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "float32 forced",
            edit("(pull + push).sum()", "(pull + push).float().sum()"),
            "float64 comes back as float32: keep the dtype of d.",
            "float64 becomes float32",
        ),
        Mistake(
            "terms as whole numbers",
            edit(
                "    y = y.to(d.dtype)",
                "    kind = y.dtype\n    y = y.to(d.dtype)",
                "(pull + push).sum()",
                "(pull + push).to(kind).sum()",
            ),
            "Your terms are kept in the dtype of y (zeros_like(y), or an assignment to it): where the labels are integers, they are cut to whole numbers and have no gradient. Give them the dtype of d.",
            "whole numbers where the labels are integers",
        ),
        Mistake(
            "d as whole numbers",
            edit(
                "    pull =",
                "    d = d.to(kind) if not kind.is_floating_point else d\n    pull =",
                "    y = y.to(d.dtype)",
                "    kind = y.dtype\n    y = y.to(d.dtype)",
            ),
            "Your distances become integers where the labels are: the fractions are gone, and the gradient with them. Turn y into the dtype of d, not d into that of y.",
            "whole numbers where the labels are integers",
        ),
    ),
    hints=(
        "Which pairs does max(margin - d, 0) touch, and which does it leave alone?",
        "For y = 1 only d² counts, for y = 0 only the push. What does the whole get divided by?",
        "torch.clamp(margin - d, min=0) ** 2 is the push; the sum is divided by 2N.",
    ),
    difficulty=3,
    points=20,
    minutes=25,
    curves=(
        Curve(
            "A different pair, margin 1",
            "distance d (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x]), tensor([0.0]), 1.0),
        ),
        Curve("A similar pair", "distance d (1)", "loss (1)", GRID, lambda x: (tensor([x]), tensor([1.0]), 1.0)),
        Curve(
            "A different pair, margin 2",
            "distance d (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x]), tensor([0.0]), 2.0),
        ),
        Curve(
            "Two similar pairs",
            "distance of the first (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x, 1.0]), tensor([1.0, 1.0]), 1.0),
        ),
        Curve(
            "A similar and two different pairs",
            "distance of all (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([x] * 3), tensor([1.0, 0.0, 0.0]), 1.0),
        ),
    ),
)

# 04.3 ---------------------------------------------------------------------------------------------


def triplet_loss(d_pos: Tensor, d_neg: Tensor, margin: float = 0.2) -> Tensor:
    """Distances to the positive and to the negative, (N,) each, to a scalar."""
    return torch.clamp(d_pos - d_neg + margin, min=0).mean()


def _draw_triplets(draw: Draw) -> list[Case]:
    n = draw.whole(4, 7)
    margin = 0.3 + draw.whole(1, 6) / 10
    near, far = draw.uniform(n, high=2.0), draw.uniform(n, high=2.0)
    return [
        Case("one triplet", (draw.uniform(1, high=1.0), draw.uniform(1, high=1.0))),
        Case("random", (near, far, margin)),
        Case("float64", (draw.uniform(n, dtype=torch.float64), draw.uniform(n, dtype=torch.float64))),
        Case(
            "all easy, float64",
            (draw.uniform(n, high=0.5).double(), draw.uniform(n, low=3.0, high=4.0).double(), margin),
        ),
        Case("collapsed", (torch.zeros(n), torch.zeros(n), margin)),
        Case("gradient, random", (near, far, margin), gradient=(0, 1)),
    ]


TRIPLET = Task(
    id="04.3",
    title="Triplets: relative, not absolute",
    promise="""
    Write `triplet_loss(d_pos, d_neg, margin=0.2)`: the mean over all N triplets of max(d_pos - d_neg + margin, 0).

    - `d_pos` and `d_neg` have shape (N,), N >= 1: distances (not squared) of the anchor to the positive and to the negative, finite, of one dtype (float32 or float64); margin >= 0. The result is a 0-d tensor of that dtype.
    - All N triplets count in the mean, the easy ones with 0. Where all are easy, the result may or may not hang on the inputs.
    - Gradients flow back to `d_pos` and `d_neg`. (Exactly at the hinge, where the max has two equal sides, no gradient is asked for.) The inputs are not changed.
    """,
    reference=triplet_loss,
    named=(
        Case("violated", (tensor([1.0]), tensor([0.5]))),
        Case("easy", (tensor([0.1]), tensor([2.0]))),
        Case("semi-hard", (tensor([0.5]), tensor([0.6]))),
        Case("margin 0", (tensor([0.5, 0.1, 0.7]), tensor([0.4, 0.3, 0.2]), 0.0)),
        Case("collapsed", (torch.zeros(3), torch.zeros(3), 0.7)),
        Case("far apart, float64", (tensor([3.0, 0.4, 1.0]).double(), tensor([0.5, 2.5, 0.9]).double(), 1.5)),
        Case("mixed, margin 0.5", (tensor([0.5, 0.1, 0.3]), tensor([0.6, 1.0, 0.1]), 0.5)),
        Case(
            "gradient, one of four far from the hinge",
            (tensor([1.0, 0.1, 0.9, 0.2]), tensor([0.3, 1.2, 0.8, 1.9]), 0.3),
            gradient=(0, 1),
        ),
        Case("gradient", (tensor([0.5, 0.1, 0.3]), tensor([0.6, 1.0, 0.1]), 0.5), gradient=(0, 1)),
    ),
    draws=_draw_triplets,
    mistakes=(
        Mistake(
            "swapped",
            edit("d_pos - d_neg", "d_neg - d_pos"),
            "You push the positive away: the positive must be nearer than the negative, so d_pos - d_neg.",
            "the positive is pushed away",
        ),
        Mistake(
            "margin sign",
            edit("+ margin", "- margin"),
            "The margin is added: the negative must be further away by the margin. Yours lets semi-hard triplets go free.",
            "semi-hard triplets cost nothing",
        ),
        Mistake(
            "no clamp",
            edit("torch.clamp(d_pos - d_neg + margin, min=0)", "(d_pos - d_neg + margin)"),
            "Without max(·, 0) easy triplets give a negative loss, and soon they alone count.",
            "easy triplets earn a reward",
        ),
        Mistake(
            "clamp mean",
            edit(
                "torch.clamp(d_pos - d_neg + margin, min=0).mean()",
                "torch.clamp((d_pos - d_neg + margin).mean(), min=0)",
            ),
            "Easy triplets cancel the hard ones: apply the max to each triplet, then average.",
            "easy triplets cancel hard ones",
        ),
        Mistake(
            "mean nonzero",
            edit(".mean()", ".sum() / (d_pos - d_neg + margin > 0).sum().clamp_min(1)"),
            "You averaged over the active triplets only (some libraries do): another scale, and the learning rate changes with the batch. Divide by all N.",
            "the scale changes as triplets become easy",
        ),
        Mistake(
            "squared",
            edit("d_pos - d_neg", "d_pos**2 - d_neg**2"),
            "That is the form with squared distances (FaceNet); the margin then has another unit. Here the distances enter as they are.",
            "the margin has another unit",
        ),
        Mistake(
            "sum",
            edit(".mean()", ".sum()"),
            "You summed: the loss grows with the batch. Take the mean.",
            "the loss grows with the batch",
        ),
        Mistake(
            "ignore margin",
            edit("d_pos - d_neg + margin", "d_pos - d_neg + 0.2"),
            "`margin` is not used: yours is always 0.2.",
            "the margin has no effect",
        ),
        Mistake(
            "detached",
            edit(".mean()", ".detach().mean()"),
            "The value is right, but no gradient reaches the distances: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
        ),
        Mistake(
            "margin or default",
            edit("+ margin", "+ (margin or 0.2)"),
            "margin = 0 gives the default in yours: `margin or 0.2` takes 0 for missing, because 0 counts as false. Use margin as it is.",
            "margin = 0 is ignored",
        ),
        Mistake(
            "margin outside",
            edit(
                "torch.clamp(d_pos - d_neg + margin, min=0).mean()", "torch.clamp(d_pos - d_neg, min=0).mean() + margin"
            ),
            "Your loss is never below the margin: you added it after the max, or cut off at the margin instead of 0. Add it inside, and cut off at 0.",
            "never below the margin; semi-hard triplets get no gradient",
        ),
        Mistake(
            "margin as floor",
            edit("torch.clamp(d_pos - d_neg + margin, min=0)", "torch.clamp(d_pos - d_neg, min=-margin)"),
            "You cut the difference off at -margin: the gradient is right, but the loss is too small by the margin and may be negative. Take max(d_pos - d_neg + margin, 0).",
            "too small by the margin",
        ),
        Mistake(
            "min not max",
            edit("min=0", "max=0"),
            "You took the smaller of the loss and 0: only the easy triplets are left, with a negative loss. Take the larger.",
            "only easy triplets count",
        ),
        Mistake(
            "absolute value",
            edit("torch.clamp(d_pos - d_neg + margin, min=0)", "(d_pos - d_neg + margin).abs()"),
            "You took the absolute value: easy triplets are pulled back until the negative is just one margin further. Take max(·, 0).",
            "easy triplets are pulled back",
        ),
        Mistake(
            "soft hinge",
            edit("torch.clamp(d_pos - d_neg + margin, min=0)", "F.softplus(d_pos - d_neg + margin)"),
            "You took a softplus for the max: easy triplets still cost something. Take max(·, 0).",
            "easy triplets still cost something",
        ),
        Mistake(
            "hinge squared",
            edit(".mean()", ".square().mean()"),
            "You squared the hinge. The triplet loss takes it as it is.",
            "large violations dominate",
        ),
        Mistake(
            "half",
            edit(".mean()", ".mean() / 2"),
            "Half of what it should be: the triplet loss has no ½ in front.",
            "half the value, half the gradient",
        ),
        Mistake(
            "hardest of the batch",
            edit("d_pos - d_neg + margin", "d_pos.max() - d_neg.min() + margin"),
            "You compared the furthest positive with the nearest negative of the whole batch. Entry i of d_pos and of d_neg belong to one anchor.",
            "anchors are mixed",
        ),
        Mistake(
            "worst triplet",
            edit(".mean()", ".max()"),
            "You took the worst triplet. Take the mean over all N.",
            "one triplet gets all the gradient",
        ),
        Mistake(
            "two hinges",
            edit(
                "torch.clamp(d_pos - d_neg + margin, min=0)",
                "(d_pos + torch.clamp(margin - d_neg, min=0))",
            ),
            "You compared d_neg with the margin and d_pos with 0, each by itself, as the contrastive loss does. The triplet loss compares the two with each other.",
            "absolute, not relative",
        ),
        Mistake(
            "ratio",
            edit("d_pos - d_neg + margin", "d_pos / d_neg - 1 + margin"),
            "You divided the distances. The triplet loss subtracts them: d_pos - d_neg + margin.",
            "infinite where d_neg is 0",
        ),
        Mistake(
            "margin multiplied",
            edit("d_pos - d_neg + margin", "(d_pos - d_neg) * margin"),
            "You multiplied by the margin. It is added.",
            "semi-hard triplets cost nothing",
        ),
        Mistake(
            "share violated",
            edit(
                "torch.clamp(d_pos - d_neg + margin, min=0).mean()",
                "(d_pos - d_neg + margin > 0).to(d_pos.dtype).mean()",
            ),
            "You returned the share of triplets that are violated: it has no gradient. Average by how much they are.",
            "no gradient",
        ),
        Mistake(
            "median",
            edit(".mean()", ".median()"),
            "You took the median over the triplets: most of them then get no gradient. Take the mean.",
            "one triplet gets all the gradient",
        ),
        Mistake(
            "not reduced",
            edit(".mean()", ""),
            "You returned a number for each triplet. Take their mean.",
            "shape (N,)",
        ),
        Mistake(
            "python number",
            edit(".mean()", ".mean().item()"),
            "You returned a Python number: .item() leaves the graph, and nothing can be trained. Return a 0-d tensor.",
            "no gradient",
        ),
        Mistake(
            "negative detached",
            edit("d_pos - d_neg", "d_pos - d_neg.detach()"),
            "The value is right, but no gradient reaches d_neg: the negatives are never pushed away.",
            "negatives are never pushed away",
        ),
        Mistake(
            "positive detached",
            edit("d_pos - d_neg", "d_pos.detach() - d_neg"),
            "The value is right, but no gradient reaches d_pos: the positives are never pulled near.",
            "positives are never pulled near",
        ),
        Mistake(
            "float32 forced",
            edit(".mean()", ".mean().float()"),
            "float64 comes back as float32: keep the dtype of the distances.",
            "float64 becomes float32",
        ),
        Mistake(
            "mean nonzero, NaN",
            edit(
                "return torch.clamp(d_pos - d_neg + margin, min=0).mean()",
                "each = torch.clamp(d_pos - d_neg + margin, min=0)\n    return each[each > 0].mean()",
            ),
            "You averaged over the active triplets only, and where all are easy that is the mean of nothing, NaN. Divide by all N.",
            "NaN where all triplets are easy",
        ),
        Mistake(
            "semi-hard only",
            edit(
                "torch.clamp(d_pos - d_neg + margin, min=0)",
                "(torch.clamp(d_pos - d_neg + margin, min=0) * (d_neg > d_pos))",
            ),
            "Triplets whose negative is nearer than the positive cost nothing in yours: the worst ones teach nothing. All that violate the margin count.",
            "the worst triplets cost nothing",
        ),
    ),
    hints=(
        "When is a triplet satisfied, so that its loss is 0?",
        "Its loss is 0 as soon as d_neg is larger than d_pos by the margin.",
        "torch.clamp(..., min=0) for each triplet, then the mean.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    curves=(
        Curve(
            "One triplet, d_pos = 1, margin 0.2",
            "distance to the negative (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([1.0]), tensor([x])),
        ),
        Curve(
            "Two triplets, one of them easy",
            "distance to the negative (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([1.0, 0.1]), tensor([x, 0.9])),
        ),
        Curve(
            "One triplet, d_pos = 1, margin 0.8",
            "distance to the negative (1)",
            "loss (1)",
            GRID,
            lambda x: (tensor([1.0]), tensor([x]), 0.8),
        ),
    ),
)

# 04.4 ---------------------------------------------------------------------------------------------


def make_pairs(labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(N,) labels to the rows i < j of all pairs and whether their labels agree."""
    n = len(labels)
    i, j = torch.triu_indices(n, n, offset=1, device=labels.device)
    return i, j, (labels[i] == labels[j]).long()


def _both_orders(labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    rows = torch.arange(len(labels))
    i, j = torch.meshgrid(rows, rows, indexing="ij")
    different = i != j
    return i[different], j[different], (labels[i[different]] == labels[j[different]]).long()


def _neighbours(labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    i = torch.arange(len(labels) - 1)
    j = i + 1
    return i, j, (labels[i] == labels[j]).long()


def _draw_labels(draw: Draw) -> list[Case]:
    n = draw.whole(4, 8)
    return [
        Case("random", (draw.labels(3, n),)),
        Case("many classes", (draw.labels(50, n) - 25,)),
        Case("all different", (draw.order(n),)),
        Case("two the same", (torch.full((2,), draw.whole(0, 9)),)),
    ]


PAIRS = Task(
    id="04.4",
    title="All pairs of a labelled batch",
    promise="""
    Write `make_pairs(labels)`: every pair of two different rows of a batch, once.

    - `labels` (N,), N >= 2, holds class numbers: any int64, large and negative ones too.
    - It returns three 1-D tensors of signed integers (any width that holds N) of length P = N(N-1)/2: `i`, `j` with i < j, and `y`, 1 where the two rows have the same label, else 0. Integers, not bool: 1 - y must work.
    - The pairs come in this order: (0, 1), (0, 2), ..., (0, N-1), (1, 2), ...
    - The input is not changed.
    """,
    reference=make_pairs,
    named=(
        Case("labels 0, 1, 0", (tensor([0, 1, 0]),)),
        Case("all the same", (tensor([2, 2, 2, 2]),)),
        Case("two", (tensor([0, 1]),)),
        Case("mixed", (tensor([0, 0, 1, 1, 2]),)),
        Case("large and negative", (tensor([16777216, 16777217, -3, 16777216, -3, 2**32 - 3, 3]),)),
        Case("6 rows, no order", (tensor([3, 1, 3, 0, 1, 0]),)),
        Case("140 rows", (Draw(1).labels(4, 140),)),
    ),
    draws=_draw_labels,
    mistakes=(
        Mistake(
            "self pairs",
            edit("offset=1", "offset=0"),
            "You paired each row with itself: N similar pairs at distance 0 that teach nothing, and a NaN gradient through the root. Start above the diagonal.",
            "N pairs at distance 0",
        ),
        Mistake(
            "both orders",
            _both_orders,
            "Each pair is there twice, as (i, j) and (j, i): twice the time for nothing. Keep i < j.",
            "each pair twice",
        ),
        Mistake(
            "adjacent",
            _neighbours,
            "Only neighbouring rows are paired. Pair every row with every later one.",
            "only neighbours",
        ),
        Mistake(
            "flipped",
            edit("labels[i] == labels[j]", "labels[i] != labels[j]"),
            "y = 1 must mean the same label; yours means a different one.",
            "y is inverted",
        ),
        Mistake(
            "bool y",
            edit(".long()", ""),
            "y is bool, and 1 - y fails in PyTorch for bool. Return integers: .long().",
            "1 - y raises an error",
        ),
        Mistake(
            "label diff",
            edit("(labels[i] == labels[j]).long()", "(labels[i] - labels[j])"),
            "Class numbers have no distance: compare them with ==.",
            "y is a difference of class numbers",
        ),
        Mistake(
            "pos only",
            edit(
                "    return i, j, (labels[i] == labels[j]).long()",
                "    same = labels[i] == labels[j]\n    i, j = i[same], j[same]\n    return i, j, (labels[i] == labels[j]).long()",
            ),
            "Only similar pairs are there. Nothing pushes apart then, and one constant embedding is a perfect solution: collapse.",
            "nothing pushes apart: collapse",
        ),
        Mistake(
            "i and j swapped",
            edit("return i, j,", "return j, i,"),
            "i and j have changed places: the smaller row number comes first.",
            "i > j",
        ),
        Mistake(
            "ordered by j",
            edit(
                "torch.triu_indices(n, n, offset=1, device=labels.device)",
                "torch.tril_indices(n, n, offset=-1, device=labels.device).flip(0)",
            ),
            "Your pairs are ordered by j: (0, 1), (0, 2), (1, 2), (0, 3). The task orders them by i.",
            "the same pairs in another order",
        ),
        Mistake(
            "reversed",
            edit("    return i, j,", "    i, j = i.flip(0), j.flip(0)\n    return i, j,"),
            "Your pairs come in the reverse order. The first is (0, 1).",
            "the same pairs in another order",
        ),
        Mistake(
            "first row only",
            edit("    return i, j,", "    i, j = i[i == 0], j[i == 0]\n    return i, j,"),
            "Only row 0 is paired with the others. Pair every row with every later one.",
            "only the pairs of row 0",
        ),
        Mistake(
            "last pair missing",
            edit("    return i, j,", "    i, j = i[:-1], j[:-1]\n    return i, j,"),
            "The last pair is missing: range(n - 1) or a slice stops before its end.",
            "one pair too few",
        ),
        Mistake(
            "each row once",
            edit("    return i, j,", "    i = torch.arange(0, n - 1, 2)\n    j = i + 1\n    return i, j,"),
            "Your pairs do not share a row: (0, 1), (2, 3), ... Pair every row with every later one.",
            "most pairs are missing",
        ),
        Mistake(
            "different only",
            edit(
                "    return i, j,",
                "    other = labels[i] != labels[j]\n    i, j = i[other], j[other]\n    return i, j,",
            ),
            "Only different pairs are there. Nothing pulls together then.",
            "nothing pulls together",
        ),
        Mistake(
            "labels for rows",
            edit("return i, j,", "return labels[i], labels[j],"),
            "You returned the labels of the pairs. i and j are row numbers.",
            "class numbers instead of row numbers",
        ),
        Mistake(
            "rows from 1",
            edit("return i, j,", "return i + 1, j + 1,"),
            "Your row numbers begin at 1. Rows are counted from 0.",
            "every row number is one too large",
        ),
        Mistake(
            "minus one for different",
            edit("(labels[i] == labels[j]).long()", "2 * (labels[i] == labels[j]).long() - 1"),
            "y is -1 for different pairs; here it is 0, so that 1 - y works.",
            "1 - y gives 2",
        ),
        Mistake(
            "float y",
            edit(".long()", ".float()"),
            "y is float; the task asks for integers: .long().",
            "y is float32",
        ),
        Mistake(
            "labels as float",
            edit("(labels[i] == labels[j])", "(labels.float()[i] == labels.float()[j])"),
            "You compared the labels as float32: class numbers beyond 16 million then fall together. Compare the integers.",
            "large class numbers fall together",
        ),
        Mistake(
            "neighbouring classes",
            edit("labels[i] == labels[j]", "(labels[i] - labels[j]).abs() <= 1"),
            "Class 1 and class 2 count as the same in yours. Only equal labels do.",
            "neighbouring class numbers count as the same",
        ),
        Mistake(
            "class 0 never similar",
            edit("labels[i] == labels[j]", "(labels[i] == labels[j]) & (labels[i] != 0)"),
            "Two rows of class 0 count as different in yours: 0 is a class as any other.",
            "class 0 is pushed apart",
        ),
        Mistake(
            "one tensor",
            edit(
                "return i, j, (labels[i] == labels[j]).long()",
                "return torch.stack([i, j, (labels[i] == labels[j]).long()])",
            ),
            "You stacked the three into one tensor. Return a tuple: i, j, y.",
            "one tensor instead of three",
        ),
        Mistake(
            "pairs in columns",
            edit("return i, j,", "return torch.stack([i, j], 1),"),
            "You returned the pairs as one tensor of shape (P, 2). Return i and j by themselves.",
            "two results instead of three",
        ),
        Mistake(
            "y first",
            edit("return i, j, (labels[i] == labels[j]).long()", "return (labels[i] == labels[j]).long(), i, j"),
            "You returned y first. The order is i, j, y.",
            "the results have changed places",
        ),
        Mistake(
            "one-hot labels",
            edit("(labels[i] == labels[j]).long()", "(F.one_hot(labels)[i] * F.one_hot(labels)[j]).sum(1)"),
            "You made a one-hot table of the labels. It fails for negative ones, and is huge for large ones. Compare them with ==.",
            "an error for negative labels",
        ),
        Mistake(
            "same sign",
            edit("labels[i] == labels[j]", "labels[i].sign() * labels[j].sign() > 0"),
            "Labels of one sign count as the same in yours (their product is above 0). That is right for -1 and 1 only: compare with ==.",
            "right for -1 and 1 only",
        ),
        Mistake(
            "both 1",
            edit("labels[i] == labels[j]", "labels[i] * labels[j] == 1"),
            "Your y is 1 only where the product of both labels is 1. Labels are names, not numbers: compare with ==.",
            "other classes are never similar",
        ),
        Mistake(
            "product of the labels",
            edit("(labels[i] == labels[j]).long()", "labels[i] * labels[j]"),
            "Your y is the product of both labels. Labels are names, not numbers: compare with ==.",
            "numbers other than 0 and 1",
        ),
        Mistake(
            "labels as int32",
            edit("(labels[i] == labels[j])", "(labels.int()[i] == labels.int()[j])"),
            "You compared the labels as int32: class numbers that lie 2³² apart fall together. Compare them as they are, int64.",
            "some large class numbers fall together",
        ),
        Mistake(
            "labels without their sign",
            edit("(labels[i] == labels[j])", "(labels.abs()[i] == labels.abs()[j])"),
            "You compared the labels without their sign: 3 and -3 fall together. Compare them as they are.",
            "3 and -3 fall together",
        ),
        Mistake(
            "differences cut at 1",
            edit("(labels[i] == labels[j]).long()", "1 - (labels[i] - labels[j]).clamp(max=1)"),
            "Your y is 1 minus the difference of the labels, cut off at 1. A difference can be negative, and y is then larger than 1. Compare with ==.",
            "y larger than 1",
        ),
        Mistake(
            "labels sorted",
            edit("    n = len(labels)", "    labels = labels.sort().values\n    n = len(labels)"),
            "You sorted the labels first, so y speaks of other rows than i and j do. Leave them in their order.",
            "y of other rows",
        ),
        Mistake(
            "last row left out",
            edit("    n = len(labels)", "    n = len(labels) - 1"),
            "All pairs with the last row are missing: the inner loop, over j, runs to N - 1 included.",
            "N - 1 pairs too few",
        ),
        Mistake(
            "one row each",
            edit(
                "return i, j, (labels[i] == labels[j]).long()",
                "return i[None], j[None], (labels[i] == labels[j]).long()[None]",
            ),
            "Your results have shape (1, P). The task asks for one axis, (P,).",
            "an axis too many",
        ),
    ),
    hints=(
        "With 3 rows there are 3 pairs: (0, 1), (0, 2), (1, 2). How many with 4?",
        "torch.triu_indices(n, n, offset=1), torch.combinations, or two loops with j > i.",
        "y = (labels[i] == labels[j]).long()",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

# 04.5 ---------------------------------------------------------------------------------------------


def contrastive_grad(a: Tensor, b: Tensor, y: Tensor, margin: float) -> Tensor:
    """(N, D), (N, D), labels (N,) to the gradient towards a, (N, D)."""
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    pull = y * diff
    push = -(1 - y) * torch.clamp(margin - d, min=0) * diff / d.clamp_min(1e-12)
    return (pull + push) / len(a)


def _draw_forces(draw: Draw) -> list[Case]:
    n, dim = draw.whole(3, 5), draw.whole(2, 4)
    a, b = draw.normal(n, dim), draw.normal(n, dim)
    b[0] = a[0]
    y = draw.labels(2, n)
    y[0] = 0
    return [
        Case("one pair, one feature", (tensor([[0.4]]), tensor([[0.1]]), tensor([0.0]), 1.0)),
        Case("random, a pair identical", (a, b, y, 3.0)),
        Case("random, small margin", (a, b, y.float(), 0.5)),
        Case(
            "float64",
            (draw.normal(n, dim, dtype=torch.float64), draw.normal(n, dim, dtype=torch.float64), y.double(), 2.0),
        ),
        Case("square", (draw.normal(3, 3), draw.normal(3, 3), tensor([0, 1, 0]), 5.0)),
        Case("identical and similar", (a, a.clone(), torch.ones(n), 1.0)),
    ]


FORCES = Task(
    id="04.5",
    title="The gradient by hand",
    promise=r"""
    Write `contrastive_grad(a, b, y, margin)`: $\partial L / \partial a$ of the contrastive loss $L$ of task 04.2, with $d = \|a - b\|$ for each row. Derive it, and then compare it with autograd.

    - `a` and `b` have shape (N, D), N, D >= 1, float32 or float64; all finite; `y` (N,) is 1 for similar and 0 for different, floats of that dtype or int64; margin > 0. `a` and `b` come without requires_grad.
    - The result is a tensor of shape (N, D) and the dtype of `a`. With $L = \frac{1}{2N} \sum_i [\, y_i d_i^2 + (1 - y_i) \max(m - d_i, 0)^2 \,]$ the factor $1/N$ is part of it.
    - Where d = 0 the gradient is 0. Any other d is at least 1e-5. The inputs are not changed.
    - Any way of computing it is right, autograd on copies too; the result itself need not be differentiable.
    """,
    reference=contrastive_grad,
    named=(
        Case("similar", (tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]]), tensor([1.0]), 1.0)),
        Case("different and near", (tensor([[0.3, 0.4]]), tensor([[0.0, 0.0]]), tensor([0.0]), 1.0)),
        Case("different and far", (tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]]), tensor([0.0]), 1.0)),
        Case("identical", (tensor([[1.0, 1.0]]), tensor([[1.0, 1.0]]), tensor([0.0]), 1.0)),
        Case("0.00001 apart", (tensor([[1e-5, 0.0]]), tensor([[0.0, 0.0]]), tensor([0]), 2.0)),
        Case(
            "float64, integer labels",
            (Draw(3).normal(3, 2).double(), Draw(4).normal(3, 2).double(), tensor([1, 0, 0]), 3.0),
        ),
        Case(
            "two identical pairs",
            (torch.ones(3, 2), tensor([[1.0, 1.0], [1.0, 1.0], [1.5, 1.0]]), tensor([0, 1, 0]), 0.7),
        ),
        Case("4 pairs, margin 4", (Draw(1).normal(4, 3), Draw(2).normal(4, 3), tensor([1.0, 0.0, 1.0, 0.0]), 4.0)),
    ),
    draws=_draw_forces,
    mistakes=(
        Mistake(
            "factor 2",
            edit("return (pull + push) / len(a)", "return 2 * (pull + push) / len(a)"),
            "Twice too long: the 2 of the square and the ½ of 1/(2N) cancel.",
            "twice too long",
        ),
        Mistake(
            "sign push",
            edit("push = -(1 - y)", "push = (1 - y)"),
            "Your different pairs attract each other: a step goes against the gradient, so the gradient of the push is -(margin - d) (a - b)/d.",
            "different pairs attract each other",
        ),
        Mistake(
            "no unit vector",
            edit(" * diff / d.clamp_min(1e-12)", " * diff"),
            "The push fades near d = 0, where it should be strongest: ∂d/∂a is the unit vector (a - b)/d. Divide by d.",
            "the push fades near d = 0",
        ),
        Mistake(
            "no clamp",
            edit("torch.clamp(margin - d, min=0)", "(margin - d)"),
            "Different pairs beyond the margin are pulled back: there the gradient is 0.",
            "far pairs are pulled back",
        ),
        Mistake(
            "pull unit",
            edit("pull = y * diff", "pull = y * diff / d.clamp_min(1e-12)"),
            "Your pull has the same strength at every distance: ∂d²/∂a is 2(a - b), with no unit vector.",
            "a constant pull",
        ),
        Mistake(
            "nan at zero",
            edit(".clamp_min(1e-12)", ""),
            "Identical rows give 0/0 = NaN: keep the divisor above 0.",
            "NaN for identical pairs",
        ),
        Mistake(
            "no mean",
            edit("(pull + push) / len(a)", "(pull + push)"),
            "N times too long: the 1/N is missing.",
            "N times too long",
        ),
        Mistake(
            "wrt b",
            edit("diff = a - b", "diff = b - a"),
            "Every arrow points the opposite way: that is ∂L/∂b, or the sign is flipped.",
            "all arrows are reversed",
        ),
        Mistake(
            "flipped y",
            edit("pull = y * diff", "pull = (1 - y) * diff", "push = -(1 - y)", "push = -y"),
            "You pull the different pairs together: y = 1 means similar.",
            "similar pairs are pushed apart",
        ),
        Mistake(
            "half",
            edit("(pull + push) / len(a)", "(pull + push) / (2 * len(a))"),
            "Half as long as it should be: you kept the ½ of 1/(2N), but the derivative of the square brings a 2 that cancels it.",
            "half as long",
        ),
        Mistake(
            "divide by all numbers",
            edit("(pull + push) / len(a)", "(pull + push) / a.numel()"),
            "D times too short: you divided by all N · D numbers. Divide by the N pairs.",
            "D times too short",
        ),
        Mistake(
            "divide by active",
            edit("(pull + push) / len(a)", "(pull + push) / ((pull + push) != 0).any(1).sum().clamp_min(1)"),
            "You divided by the pairs that have a gradient. The loss divides by all N pairs.",
            "the scale changes as pairs become easy",
        ),
        Mistake(
            "ignore margin",
            edit("torch.clamp(margin - d", "torch.clamp(1.0 - d"),
            "`margin` is not used: yours is always 1.",
            "the margin has no effect",
        ),
        Mistake(
            "constant push",
            edit("torch.clamp(margin - d, min=0)", "(d < margin).to(d.dtype)"),
            "Your push has the same strength at every distance. The derivative of (margin - d)² keeps a factor margin - d.",
            "the push does not fade towards the margin",
        ),
        Mistake(
            "hinge of squares",
            edit("torch.clamp(margin - d, min=0) * diff / d.clamp_min(1e-12)", "(d**2 < margin) * diff"),
            "Yours is the gradient of max(m - d², 0): the push does not fade as d comes near the margin, and ends at d = √m. The loss has max(m - d, 0)².",
            "another hinge",
        ),
        Mistake(
            "push over squared distance",
            edit("/ d.clamp_min(1e-12)", "/ (d**2).clamp_min(1e-24)"),
            "You divided by d²: (a - b)/d² is no unit vector. Divide by d once.",
            "near pairs fly apart",
        ),
        Mistake(
            "pull with distance",
            edit("pull = y * diff", "pull = y * diff * d"),
            "Your pull has a factor d too many: ∂d²/∂a is 2(a - b).",
            "far pairs are pulled too hard",
        ),
        Mistake(
            "pull for all",
            edit("pull = y * diff", "pull = diff"),
            "Your pull acts on different pairs too. It belongs to similar pairs only: y.",
            "different pairs are pulled together",
        ),
        Mistake(
            "push for all",
            edit("push = -(1 - y)", "push = -1"),
            "Your push acts on similar pairs too. It belongs to different pairs only: (1 - y).",
            "similar pairs are pushed apart as well",
        ),
        Mistake(
            "pull only",
            edit("(pull + push)", "pull"),
            "The push is missing: different pairs within the margin have a gradient too.",
            "different pairs get no gradient",
        ),
        Mistake(
            "pull with margin",
            edit("pull = y * diff", "pull = y * torch.clamp(d - margin, min=0) * diff / d.clamp_min(1e-12)"),
            "You gave the similar pairs a margin too. They are pulled at every distance.",
            "similar pairs stop at the margin",
        ),
        Mistake(
            "eps added",
            edit("d.clamp_min(1e-12)", "(d + 1e-6)"),
            "You added a small number to d, so near pairs are pushed too little, just where the push should be strongest. Put 0 where d is 0, and divide by d elsewhere.",
            "near pairs are pushed too little",
        ),
        Mistake(
            "near counts as identical",
            edit("d.clamp_min(1e-12)", "torch.where(d > 1e-3, d, torch.inf)"),
            "Pairs that are very near get no push in yours. Only where d is exactly 0 the gradient is 0.",
            "very near pairs get no push",
        ),
        Mistake(
            "made-up direction",
            edit("diff = a - b", "diff = a - b + 1e-6"),
            "You added a small number to every difference, as F.pairwise_distance does: identical pairs are pushed in a made-up direction. There the gradient is 0.",
            "identical pairs are pushed somewhere",
        ),
        Mistake(
            "squared distance",
            edit("diff.norm(dim=1, keepdim=True)", "(diff**2).sum(1, keepdim=True)"),
            "You forgot the root: d is the distance, not its square.",
            "the push ends at √margin",
        ),
        Mistake(
            "manhattan",
            edit("diff.norm(dim=1, keepdim=True)", "diff.abs().sum(1, keepdim=True)"),
            "You took the sum of absolute differences for d. Here it is the Euclidean distance.",
            "another distance",
        ),
        Mistake(
            "summed over pairs",
            edit("return (pull + push) / len(a)", "return ((pull + push) / len(a)).sum(0)"),
            "You summed or averaged over the pairs. Each row of a has a gradient of its own: shape (N, D).",
            "shape (D,)",
        ),
        Mistake(
            "length only",
            edit("return (pull + push) / len(a)", "return ((pull + push) / len(a)).norm(dim=1)"),
            "You returned the length of each arrow. The gradient has a direction: shape (N, D).",
            "shape (N,)",
        ),
        Mistake(
            "overwrites a",
            edit("diff = a - b", "diff = a.sub_(b)"),
            "The values are right, but your function overwrote a: -= and operators that end in _ change their input. Work on a copy.",
            "the caller's embeddings are changed",
        ),
        Mistake(
            "float32 forced",
            edit("return (pull + push) / len(a)", "return ((pull + push) / len(a)).float()"),
            "float64 comes back as float32: keep the dtype of a.",
            "float64 becomes float32",
        ),
    ),
    hints=(
        "Two chains: d² by a, and (margin - d)² by d and then d by a.",
        "∂d/∂a = (a - b)/d, a unit vector. What is it for identical rows?",
        "Similar: (a - b)/N. Different and within the margin: -(margin - d) (a - b)/(d N). Else 0.",
    ),
    difficulty=4,
    points=15,
    minutes=25,
    curves=(
        Curve(
            "Different pair on a line, margin 1",
            "a - b (1)",
            "gradient towards a (1)",
            tuple(-2 + i / 15 for i in range(61)),
            lambda x: (tensor([[x]]), tensor([[0.0]]), tensor([0.0]), 1.0),
        ),
        Curve(
            "Similar pair on a line",
            "a - b (1)",
            "gradient towards a (1)",
            tuple(-2 + i / 15 for i in range(61)),
            lambda x: (tensor([[x]]), tensor([[0.0]]), tensor([1.0]), 1.0),
        ),
    ),
)

TASKS = (DISTANCE, CONTRASTIVE, TRIPLET, PAIRS, FORCES)
