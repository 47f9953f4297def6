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

    - `a` and `b` have shape (N, D), N, D >= 1, and one dtype (float32 or float64); the result has shape (N,) and that dtype.
    - `eps` is a floor under the squared distance, nothing is added to it. For identical rows the default gives 1e-6; an exact 0 is accepted too.
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
            "The values are right, but no gradient reaches a or b: .detach(), .data or NumPy cut the graph.",
            "no gradient",
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

    - `d` (N,), N >= 1, holds distances >= 0, float32 or float64; `y` (N,) is 1 for a similar pair and 0 for a different one, as floats of the dtype of `d` or as integers; margin > 0.
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
            "You squared before the max, so the max does nothing: different pairs beyond the margin are pulled back to it.",
            "pairs beyond the margin are pulled back",
        ),
        Mistake(
            "no max",
            edit("torch.clamp(margin - d, min=0) ** 2", "(margin - d)"),
            "Without max(·, 0) the loss has no floor: it always pays to push different pairs further apart.",
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
            "The value is right, but no gradient reaches d: .detach(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
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
        Case("all easy", (draw.uniform(n, high=0.5), draw.uniform(n, low=3.0, high=4.0), margin)),
        Case("collapsed", (torch.zeros(n), torch.zeros(n), margin)),
        Case("gradient, random", (near, far, margin), gradient=(0, 1)),
    ]


TRIPLET = Task(
    id="04.3",
    title="Triplets: relative, not absolute",
    promise="""
    Write `triplet_loss(d_pos, d_neg, margin=0.2)`: the mean over all N triplets of max(d_pos - d_neg + margin, 0).

    - `d_pos` and `d_neg` have shape (N,), N >= 1: distances (not squared) of the anchor to the positive and to the negative, of one dtype (float32 or float64). The result is a 0-d tensor of that dtype.
    - All N triplets count in the mean, the easy ones with 0.
    - Gradients flow back to `d_pos` and `d_neg`. (Exactly at the hinge either side's gradient is right.) The inputs are not changed.
    """,
    reference=triplet_loss,
    named=(
        Case("violated", (tensor([1.0]), tensor([0.5]))),
        Case("easy", (tensor([0.1]), tensor([2.0]))),
        Case("semi-hard", (tensor([0.5]), tensor([0.6]))),
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
            "The value is right, but no gradient reaches the distances: .detach(), .item() or NumPy cut the graph.",
            "the loss prints well and never falls",
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

    - `labels` (N,), N >= 2, holds class numbers (int64).
    - It returns three 1-D integer tensors of length P = N(N-1)/2: `i`, `j` with i < j, and `y`, 1 where the two rows have the same label, else 0. Integers, not bool: 1 - y must work.
    - The pairs come in this order: (0, 1), (0, 2), ..., (0, N-1), (1, 2), ...
    - The input is not changed.
    """,
    reference=make_pairs,
    named=(
        Case("labels 0, 1, 0", (tensor([0, 1, 0]),)),
        Case("all the same", (tensor([2, 2, 2, 2]),)),
        Case("two", (tensor([0, 1]),)),
        Case("mixed", (tensor([0, 0, 1, 1, 2]),)),
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

    - `a` and `b` have shape (N, D), N, D >= 1, float32 or float64; `y` (N,) is 1 for similar and 0 for different, floats of that dtype or integers; margin > 0.
    - The result is a tensor of shape (N, D) and the dtype of `a`. With $L = \frac{1}{2N} \sum_i [\, y_i d_i^2 + (1 - y_i) \max(m - d_i, 0)^2 \,]$ the factor $1/N$ is part of it.
    - Where d = 0 the gradient is 0. The inputs are not changed.
    - Any way of computing it is right, autograd too; the result itself need not be differentiable.
    """,
    reference=contrastive_grad,
    named=(
        Case("similar", (tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]]), tensor([1.0]), 1.0)),
        Case("different and near", (tensor([[0.3, 0.4]]), tensor([[0.0, 0.0]]), tensor([0.0]), 1.0)),
        Case("different and far", (tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]]), tensor([0.0]), 1.0)),
        Case("identical", (tensor([[1.0, 1.0]]), tensor([[1.0, 1.0]]), tensor([0.0]), 1.0)),
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
            "That is ∂L/∂b, the opposite arrow.",
            "all arrows are reversed",
        ),
        Mistake(
            "flipped y",
            edit("pull = y * diff", "pull = (1 - y) * diff", "push = -(1 - y)", "push = -y"),
            "You pull the different pairs together: y = 1 means similar.",
            "similar pairs are pushed apart",
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
