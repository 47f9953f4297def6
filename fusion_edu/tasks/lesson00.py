"""Tasks of lesson 00: shapes, seeds, intervals."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 00.1 ---------------------------------------------------------------------------------------------


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    """(N, D) and (M, D) to (N, M)."""
    diff = a[:, None, :] - b[None, :, :]
    return (diff**2).sum(-1)


def _by_gram(a: Tensor, b: Tensor) -> Tensor:
    return (a * a).sum(1)[:, None] + (b * b).sum(1)[None, :] - 2 * a @ b.T


def _draw_points(draw: Draw) -> list[Case]:
    n, m, d = draw.whole(2, 5), draw.whole(6, 8), draw.whole(2, 4)
    repeated = draw.normal(4, 3, dtype=torch.float64)
    return [
        Case("one row each, one feature", (draw.normal(1, 1), draw.normal(1, 1))),
        Case("random", (draw.normal(n, d), draw.normal(m, d))),
        Case("random, float64", (draw.normal(m, d, dtype=torch.float64), draw.normal(n, d, dtype=torch.float64))),
        Case("the same points twice", (repeated, repeated.clone())),
        Case("large numbers", (1e3 * draw.normal(3, 2), 1e3 * draw.normal(2, 2))),
        Case("gradient, random", (draw.normal(n, 3), draw.normal(2, 3)), gradient=(0, 1)),
    ]


POINTS = Task(
    id="00.1",
    title="All squared distances, without a loop",
    promise="""
    Write `pairwise_sq_dists(a, b)`: the squared Euclidean distance of every row of `a` to every row of `b`.

    - `a` has shape (N, D), `b` (M, D), with N, M, D >= 1; the result has shape (N, M), and entry (i, j) belongs to row i of `a` and row j of `b`.
    - All numbers are finite. The result is a tensor of the dtype of the inputs (float32 or float64). The inputs are not changed.
    - Gradients flow back to `a` and `b`.
    - It stays exact far from the origin: (10000, 1) and (10000, 1.5) are 0.25 apart, in float32 too, and for any number of rows.
    - Squared: not the distance itself. A loop over rows is right as well, only slower.
    """,
    reference=pairwise_sq_dists,
    named=(
        Case("2 rows, 3 rows", (tensor([[0.0, 0.0], [3.0, 4.0]]), tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]]))),
        Case("square", (Draw(1).normal(3, 4), Draw(2).normal(3, 4))),
        Case("one row each", (tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]]))),
        Case("far from the origin", (tensor([[10000.0, 1.0]]), tensor([[10000.0, 1.5]]))),
        Case("far from the origin, 30 rows", (Draw(5).normal(30, 2) + 1e4, Draw(6).normal(2, 2) + 1e4)),
        Case("the same points", (tensor([[3.0, 4.0], [1.0, 1.0]]), tensor([[3.0, 4.0], [1.0, 1.0]]))),
        Case("one row each, one feature", (tensor([[0.5]]), tensor([[-1.0]]))),
        Case("float64", (Draw(5).normal(2, 3, dtype=torch.float64), Draw(6).normal(4, 3, dtype=torch.float64))),
        Case("gradient", (Draw(3).normal(3, 2), Draw(4).normal(3, 2)), gradient=(0, 1)),
        Case(
            "gradient, a point that both have",
            (tensor([[3.0, 4.0], [1.0, 1.0]]), tensor([[3.0, 4.0]])),
            gradient=(0, 1),
        ),
    ),
    draws=_draw_points,
    mistakes=(
        Mistake(
            "sqrt",
            edit(".sum(-1)", ".sum(-1).sqrt()"),
            "You returned distances; the task asks for squared ones. Drop the root: it also costs you the gradient at 0.",
            "the 3-4-5 triangle gives 5, not 25",
        ),
        Mistake(
            "transposed",
            edit("a[:, None, :] - b[None, :, :]", "b[:, None, :] - a[None, :, :]"),
            "Your rows belong to b and your columns to a: the matrix is transposed. Give a the first axis: a[:, None, :] - b[None, :, :].",
            "shape (M, N), and silently wrong where N equals M",
        ),
        Mistake(
            "sum wrong dim",
            edit(".sum(-1)", ".sum(0)"),
            "You summed over the samples, not over the features: sum over the last axis.",
            "shape (M, D)",
        ),
        Mistake(
            "mean features",
            edit(".sum(-1)", ".mean(-1)"),
            "Every entry is D times too small: you averaged over the D features, and a squared distance sums them.",
            "every entry is D times too small",
        ),
        Mistake(
            "l1",
            edit("diff**2", "diff.abs()"),
            "You took absolute differences: summed, they are the city-block distance. Square the differences.",
            "the 3-4-5 triangle gives 7",
        ),
        Mistake(
            "gram cancel",
            _by_gram,
            "Far from the origin the digits are gone: |a|² + |b|² - 2ab is right on paper, but in float32 it subtracts large numbers "
            "that are nearly equal. Subtract the points first.",
            "0.25 becomes 0 far from the origin",
        ),
        Mistake(
            "detached",
            edit("return (diff**2)", "return (diff.detach() ** 2)"),
            "The values are right, but no gradient reaches a or b: .detach(), torch.no_grad(), .data or .numpy() cut the graph, and nothing can be trained through this.",
            "no gradient",
        ),
        Mistake(
            "root squared",
            edit("return (diff**2).sum(-1)", "return (diff**2).sum(-1).sqrt() ** 2"),
            "The values are right, but where two points coincide the gradient is NaN: the root has an infinite slope at 0, and squaring it afterwards comes too late. Leave the root out.",
            "NaN gradient where two points coincide",
        ),
        Mistake(
            "cdist",
            edit("return (diff**2).sum(-1)", "return torch.cdist(a, b) ** 2"),
            "Right for a few rows near the origin. From 26 rows on torch.cdist takes |a|² + |b|² - 2ab by default, and far from the origin its digits are gone. "
            "Subtract the points first.",
            "wrong from 26 rows on, far from the origin",
        ),
        Mistake(
            "gram clamped",
            edit(
                "return (diff**2).sum(-1)",
                "return ((a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T).clamp(min=0)",
            ),
            "|a|² + |b|² - 2ab loses its digits far from the origin; the clamp at 0 hides the negative results, but not the wrong ones. Subtract the points first.",
            "wrong far from the origin, though never negative",
        ),
        Mistake(
            "largest difference",
            edit("(diff**2).sum(-1)", "(diff**2).amax(-1)"),
            "Only the largest difference of each pair counts in yours. A Euclidean distance sums the squares of all D features.",
            "all features but one are ignored",
        ),
        Mistake(
            "square of sum",
            edit("(diff**2).sum(-1)", "diff.sum(-1) ** 2"),
            "You summed the differences and squared the sum, so +2 and -2 cancel. Square each difference first.",
            "differences of opposite sign cancel",
        ),
        Mistake(
            "not squared",
            edit("(diff**2)", "diff"),
            "You summed the differences as they are, so they cancel and may be negative. Square each of them.",
            "negative distances",
        ),
        Mistake(
            "dot product",
            edit("return (diff**2).sum(-1)", "return a @ b.T"),
            "You returned dot products: they are large where points agree. A squared distance is 0 there.",
            "a similarity, not a distance",
        ),
        Mistake(
            "cosine",
            edit(
                "return (diff**2).sum(-1)",
                "return 1 - torch.nn.functional.normalize(a, dim=1) @ torch.nn.functional.normalize(b, dim=1).T",
            ),
            "You returned 1 minus the cosine: the length of the rows has no effect on it. Sum the squared differences.",
            "only directions count",
        ),
        Mistake(
            "rows normalised",
            edit("diff = ", "a, b = (torch.nn.functional.normalize(x, dim=1) for x in (a, b))\n    diff = "),
            "You brought every row to length 1 before you measured. Measure the rows as they are.",
            "the lengths of the rows are gone",
        ),
        Mistake(
            "row with row",
            edit("a[:, None, :] - b[None, :, :]", "a - b"),
            "You paired row i of a with row i of b only: an error where N differs from M. Every row of a meets every row of b: a[:, None, :] - b[None, :, :].",
            "an error where N differs from M",
        ),
        Mistake(
            "half",
            edit("return (diff**2)", "return 0.5 * (diff**2)"),
            "Every entry is half of what it should be: a squared distance has no ½ in front.",
            "half the value",
        ),
        Mistake(
            "negative",
            edit("return (diff**2)", "return -(diff**2)"),
            "The sign is flipped: yours is a similarity. A squared distance is never negative.",
            "negative numbers",
        ),
        Mistake(
            "fourth power",
            edit(".sum(-1)", ".sum(-1) ** 2"),
            "You squared twice: the sum of the squares is already the squared distance.",
            "the 3-4-5 triangle gives 625",
        ),
        Mistake(
            "one number",
            edit(".sum(-1)", ".sum()"),
            "You summed over everything and kept one number. Sum over the features only, the last axis.",
            "one number for all pairs",
        ),
        Mistake(
            "features kept",
            edit("(diff**2).sum(-1)", "diff**2"),
            "The sum over the features is missing: your result has shape (N, M, D).",
            "shape (N, M, D)",
        ),
        Mistake(
            "float32 forced",
            edit(".sum(-1)", ".sum(-1).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "mirrored",
            edit(
                "return (diff**2).sum(-1)",
                "table, k = (diff**2).sum(-1).triu(), min(len(a), len(b))\n    mirror = torch.zeros_like(table)\n    mirror[:k, :k] = table.triu(1)[:k, :k].T\n    return table + mirror",
            ),
            "Below the diagonal your table mirrors what is above: you took it for symmetric. Entry (i, j) belongs to a[i] and b[j], entry (j, i) to a[j] and b[i], which are other points.",
            "half of the table belongs to other points",
        ),
    ),
    hints=(
        "Which shape must a - b have before you sum, so that every pair has its place?",
        "a[:, None, :] has shape (N, 1, D). What does broadcasting make of it and b[None, :, :]?",
        "Sum the squares over the last axis, the D features.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 00.2 ---------------------------------------------------------------------------------------------


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    """Row numbers of the training part and of the test part."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=generator)
    k = round(n * test_frac)
    return order[k:], order[:k]


MANY = 40  # from so many rows on, two shuffles do not agree by chance


def _split_properties(case: Case, outcome: Outcome) -> Outcome:
    """Any shuffle is as good as ours: compare sizes, overlap, completeness, and what the seed does."""
    values = outcome.value if case.also else [outcome.value]
    if not all(_is_split(value) for value in values):
        return _forms(outcome, values)
    n, fraction, _ = case.args
    train, test = (part.data.tolist() for part in values[0])
    k = round(n * fraction)
    found = {
        "rows for training": len(train),
        "rows for testing": len(test),
        "rows in both parts": len(set(train) & set(test)),
        "every row is in a part": sorted(set(train) | set(test)) == list(range(n)),
        "no row twice in a part": len(set(train)) == len(train) and len(set(test)) == len(test),
    }
    if n >= MANY and 0 < k < n and test:
        # round the end: a block has two, a grid too
        steps = {(b - a) % n for a, b in pairwise([*sorted(test), min(test)])}
        found["the rows are shuffled"] = len(steps) > 2 and not _in_blocks(n, set(test))
    if case.also:
        sets = [frozenset(value[1].data.tolist()) for value in values]
        found["another seed gives another split"] = len(set(sets)) == len(sets)
    return replace(outcome, value=found, repeats=outcome.repeats or n < MANY)


def _in_blocks(n: int, test: set[int]) -> bool:
    """Whether the two parts take turns far more seldom than by lot: six standard deviations (Wald and Wolfowitz 1940)."""
    turns = 1 + sum((i in test) != (i + 1 in test) for i in range(n - 1))
    usual = 1 + 2 * len(test) * (n - len(test)) / n
    return turns < usual - 6 * math.sqrt(max(0.0, (usual - 1) * (usual - 2)) / (n - 1))


def _forms(outcome: Outcome, values: list[Any]) -> Outcome:
    """Two tensors of another form: what form they have, whichever rows were drawn; anything else as it is."""
    if not all(isinstance(v, list) and len(v) == 2 and all(isinstance(part, Array) for part in v) for v in values):
        return outcome
    return replace(
        outcome,
        value=[
            {f"the {name} part": f"{part.kind} of {part.dtype}, shape {part.data.shape}"}
            for value in values
            for name, part in zip(("training", "test"), value, strict=True)
        ],
    )


def _is_split(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(
            isinstance(part, Array) and part.kind == "tensor" and part.dtype.startswith("int") and part.data.ndim == 1
            for part in value
        )
    )


def _draw_splits(draw: Draw) -> list[Case]:
    n, seed = draw.whole(41, 90), draw.whole(10, 10_000)
    k = draw.whole(12, 28)
    small = draw.whole(3, 9)
    return [
        Case("random size", (n, (k + 0.3) / n, seed), also=((n, (k + 0.3) / n, seed + 1),), randomness=True),
        Case("random size, rounded up", (n, (k - 0.3) / n, seed), randomness=True),
        Case("few rows", (small, 1.2 / small, seed), randomness=True),
        Case("one row", (1, 0.0, seed), randomness=True),
    ]


SPLIT = Task(
    id="00.2",
    title="A split that is the same tomorrow",
    promise="""
    Write `seeded_split(n, test_frac, seed)`: divide the rows 0 .. n-1 at random into a training part and a test part.

    - It returns two 1-D tensors of signed integers (any width): first the rows for training, then those for testing. The order inside each does not matter.
    - The test part has `round(n * test_frac)` rows (Python's `round`); every row is in exactly one part.
    - `n` >= 1, 0 <= `test_frac` <= 1, `seed` is an int, 0 to 2**32 - 1. Either part may come out empty, by rounding too: it is then a tensor of length 0.
    - The same seed gives the same split at every call, another seed another one. The rows are shuffled.
    - The global random generators of torch, NumPy and Python stay as the caller left them.

    Any generator of your own will do: the check looks at these properties, not at which rows you drew.
    """,
    reference=seeded_split,
    named=(
        Case("ten rows", (10, 0.3, 0), randomness=True),
        Case("eleven rows, a quarter", (11, 0.25, 5), randomness=True),
        Case("2.5 rows, rounded to 2", (10, 0.25, 3), randomness=True),
        Case("2.2 rows, rounded to 2", (11, 0.2, 3), randomness=True),
        Case("3.5 rows, rounded to 4", (10, 0.35, 3), randomness=True),
        Case("nothing to test on", (5, 0.0, 0), randomness=True),
        Case("nothing to train on", (4, 1.0, 0), randomness=True),
        Case("one row, and that for testing", (1, 0.7, 1), randomness=True),
        Case("2.5 rows of 5, rounded to 2", (5, 0.5, 3), randomness=True),
        Case("half of 60 rows", (60, 0.5, 7), also=((60, 0.5, 8),), randomness=True),
        Case("two hundred rows", (200, 0.3, 0), also=((200, 0.3, 1), (200, 0.3, 2)), randomness=True),
    ),
    draws=_draw_splits,
    mistakes=(
        Mistake(
            "no seed",
            edit("generator = torch.Generator().manual_seed(seed)", "generator = None"),
            "The split ignores `seed`, so two runs give two test sets, and it draws from a global generator. Draw from torch.Generator().manual_seed(seed).",
            "two calls differ, and the global generator moves",
        ),
        Mistake(
            "global seed",
            edit("generator = torch.Generator().manual_seed(seed)", "torch.manual_seed(seed)\n    generator = None"),
            "Your function moves a global generator (torch.manual_seed, np.random.seed or random.seed do), and with it the caller's "
            "model and dropout. Use a generator of your own.",
            "the caller's random numbers start anew",
        ),
        Mistake(
            "fixed seed",
            edit("manual_seed(seed)", "manual_seed(0)"),
            "Every seed gives the same split: the generator is seeded, but not with `seed`. Then five seeds are one seed, five times.",
            "all seeds give one split",
        ),
        Mistake(
            "swapped",
            edit("return order[k:], order[:k]", "return order[:k], order[k:]"),
            "Your training part has the size of the test part. Either the two come in the wrong order (training first), or you took test_frac for the share of the training.",
            "the training part has n * test_frac rows",
        ),
        Mistake(
            "not shuffled",
            edit("torch.randperm(n, generator=generator)", "torch.arange(n)"),
            "No shuffle: your test part is a block of neighbouring rows, or evenly spaced ones. Where the file is sorted by class, it holds one class.",
            "the test part is a block or a grid of rows",
        ),
        Mistake(
            "floor",
            edit("round(n * test_frac)", "int(n * test_frac)"),
            "You cut off, as int(), floor and // do: 11 * 0.25 gives 2. The task asks for round(), which gives 3.",
            "a quarter of 11 rows gives 2, not 3",
        ),
        Mistake(
            "overlap",
            edit("return order[k:],", "return order,"),
            "The parts overlap: every test row is also trained on. That is leakage, and it makes every later number too good.",
            "every test row is trained on",
        ),
        Mistake(
            "frac 0 slice",
            edit("order[k:], order[:k]", "order[:-k], order[-k:]"),
            "With test_frac = 0 nothing is left to train on: order[:-0] is empty, because -0 is 0. Slice with n - k.",
            "test_frac = 0 gives an empty training part",
        ),
        Mistake(
            "with replacement",
            edit("torch.randperm(n, generator=generator)", "torch.randint(0, max(n, 1), (n,), generator=generator)"),
            "Some rows occur twice and some not at all: you drew with replacement. Shuffle instead, with torch.randperm.",
            "rows missing, rows doubled",
        ),
        Mistake(
            "private unseeded",
            edit(
                "generator = torch.Generator().manual_seed(seed)", "generator = torch.Generator()\n    generator.seed()"
            ),
            "Two calls with one seed give two splits: the generator is your own, which is good, but it is not seeded with `seed`.",
            "the same seed gives another split",
        ),
        Mistake(
            "rotated block",
            edit("torch.randperm(n, generator=generator)", "(torch.arange(n) + seed) % n"),
            "No shuffle: the seed only moves where your test part starts, and its rows are neighbours or evenly spaced. Shuffle all rows, then cut.",
            "the test part is a block that moves with the seed",
        ),
        Mistake(
            "ceil",
            edit("round(n * test_frac)", "math.ceil(n * test_frac)"),
            "You rounded up: 10 * 0.25 is 2.5 and gave 3. The task asks for round(), which gives 2 here.",
            "2.5 rows become 3",
        ),
        Mistake(
            "half up",
            edit("round(n * test_frac)", "int(n * test_frac + 0.5)"),
            "int(x + 0.5) rounds every half up. Python's round takes the even neighbour: 2.5 gives 2. Call round().",
            "2.5 rows become 3",
        ),
        Mistake(
            "training rounded",
            edit("round(n * test_frac)", "n - round(n * (1 - test_frac))"),
            "You round the size of the training part. Where half a row is left over, both roundings can go to the same side: round the size of the test part.",
            "2.5 rows of 5 become 3",
        ),
        Mistake(
            "at least one",
            edit("round(n * test_frac)", "max(1, round(n * test_frac))"),
            "You always test on at least one row. With test_frac = 0 the test part is empty.",
            "test_frac = 0 still takes a row",
        ),
        Mistake(
            "row lost",
            edit("return order[k:],", "return order[k + 1 :],"),
            "One row is in neither part: the two cuts do not meet. Cut both at the same k.",
            "a row is in no part",
        ),
        Mistake(
            "row in both",
            edit("order[:k]", "order[: k + 1]"),
            "The test part has a row too many, and that row is also trained on: a slice stops before its end, so order[:k] has k rows.",
            "one row is in both parts",
        ),
        Mistake(
            "tests on all",
            edit("order[k:], order[:k]", "order[k:], order"),
            "Your test part holds all rows, those that are trained on too. Only round(n * test_frac) of them belong there.",
            "the training rows are tested as well",
        ),
        Mistake(
            "training never empty",
            edit("order[k:], order[:k]", "order[-(n - k) :], order[:k]"),
            "With test_frac = 1 nothing is left for training, but order[-0:] is the whole order. Slice with k: order[k:].",
            "test_frac = 1 trains on every test row",
        ),
        Mistake(
            "empty part of floats",
            edit("order[k:], order[:k]", "torch.tensor(order[k:].tolist()), torch.tensor(order[:k].tolist())"),
            "An empty part comes out as float32: torch.tensor([]) knows no integers. Say dtype=torch.int64.",
            "floats where a part is empty",
        ),
        Mistake(
            "test rows with replacement",
            edit(
                "torch.randperm(n, generator=generator)",
                "torch.randint(0, n, (round(n * test_frac),), generator=generator)",
                "return order[k:], order[:k]",
                "rest = torch.ones(n, dtype=torch.bool)\n    rest[order] = False\n    return rest.nonzero()[:, 0], order",
            ),
            "Rows occur twice in your test part, and the training part is larger for it: you drew with replacement. Shuffle all rows with torch.randperm, and cut.",
            "rows tested twice",
        ),
        Mistake(
            "each row tossed",
            edit(
                "torch.randperm(n, generator=generator)",
                "torch.rand(n, generator=generator) < test_frac",
                "return order[k:], order[:k]",
                "return (~order).nonzero()[:, 0], order.nonzero()[:, 0]",
            ),
            "You tossed a coin for each row: the size of the test part is right on average only. It has round(n * test_frac) rows: shuffle all rows, and cut.",
            "a test part of another size",
        ),
    ),
    hints=(
        "torch.randperm(n) shuffles 0 .. n-1. Which of its arguments keeps the global generator out of it?",
        "torch.Generator().manual_seed(seed) makes a generator that nobody else uses.",
        "Cut the shuffled order at k = round(n * test_frac), and try your cut with k = 0.",
    ),
    difficulty=1,
    points=5,
    minutes=10,
    view=_split_properties,
)

# 00.3 ---------------------------------------------------------------------------------------------


def mean_ci(x: Tensor) -> tuple[float, float]:
    """(S,) results of S seeds to their mean and the half-width of its interval."""
    s = x.std(unbiased=True)
    half = 1.96 * s / math.sqrt(x.numel())
    return x.mean().item(), half.item()


# 97.5 % quantiles of Student's t with 1 .. 29 degrees of freedom
STUDENT = (
    12.70620, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.30600, 2.26216, 2.22814, 2.20099, 2.17881,
    2.16037, 2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387, 2.06866, 2.06390,
    2.05954, 2.05553, 2.05183, 2.04841, 2.04523,
)  # fmt: skip


def _student(x: Tensor) -> tuple[float, float]:
    s = x.std(unbiased=True)
    return x.mean().item(), (STUDENT[x.numel() - 2] * s / math.sqrt(x.numel())).item()


def _draw_results(draw: Draw) -> list[Case]:
    return [
        Case(f"{n} seeds", (draw.uniform(n, low=0.5, high=0.99, dtype=dtype),))
        for n, dtype in ((2, torch.float32), (draw.whole(3, 6), torch.float32), (draw.whole(10, 30), torch.float64))
    ] + [Case("losses", (100 * draw.normal(draw.whole(4, 8)),))]


INTERVAL = Task(
    id="00.3",
    title="A number without an interval is a rumour",
    promise=r"""
    Write `mean_ci(x)`: the mean of S runs and the half-width of its 95 % interval, $1.96 \cdot s / \sqrt{S}$.

    - `x` is a 1-D float tensor (float32 or float64) of S >= 2 finite results of any size and sign, one a seed.
    - s is the sample standard deviation: its sum of squares is divided by S - 1.
    - It returns two numbers, (mean, half-width); Python floats or 0-d tensors. Equal results give half-width 0.
    - Use the 1.96 of the normal distribution. (For very few seeds Student's t is wider and better: `evaluate.interval` uses it.)
    """,
    reference=mean_ci,
    named=(
        Case("4 seeds", (tensor([0.80, 0.82, 0.78, 0.84]),)),
        Case("2 seeds", (tensor([0.0, 1.0]),)),
        Case("all equal", (tensor([0.5, 0.5, 0.5]),)),
        Case("5 seeds", (tensor([0.8, 0.7, 0.95, 0.6, 0.65]),)),
        Case("4 losses near 1000", (tensor([1000.125, 1000.375, 1000.0, 1000.25]),)),
        Case("3 negative ones, float64", (tensor([-2.0, -0.5, 1.0], dtype=torch.float64),)),
        Case(
            "1000 and a little, float64",
            (tensor([1000.0, 1000.001, 999.998, 1000.002], dtype=torch.float64),),
        ),
    ),
    draws=_draw_results,
    mistakes=(
        Mistake(
            "std not se",
            edit("1.96 * s / math.sqrt(x.numel())", "1.96 * s"),
            "Your interval is √S too wide: you gave the spread of one run. The mean of S runs is surer than one run: divide by √S.",
            "√S times too wide",
        ),
        Mistake(
            "divide by n",
            edit("math.sqrt(x.numel())", "x.numel()"),
            "Your interval is √S too narrow: divide by √S, not by S.",
            "√S times too narrow",
        ),
        Mistake(
            "ddof0",
            edit("unbiased=True", "unbiased=False"),
            "Your interval is a little too narrow: with few runs the deviation divides by S - 1. Dividing by S loses 29 % of it at S = 2.",
            "too narrow, most with 2 to 5 seeds",
        ),
        Mistake(
            "no 1.96",
            edit("1.96 * s", "s"),
            "One standard error covers about 68 %. For 95 % multiply by 1.96.",
            "a 68 % interval sold as 95 %",
        ),
        Mistake(
            "full width",
            edit("1.96 * s", "2 * 1.96 * s"),
            "Twice too wide: return the half-width, the h of mean ± h.",
            "twice too wide",
        ),
        Mistake(
            "variance",
            edit("1.96 * s /", "1.96 * s**2 /"),
            "You used the variance, which has the square of the unit. Take its root, the standard deviation.",
            "the unit is squared",
        ),
        Mistake(
            "interval ends",
            edit("return x.mean().item(), half.item()", "return (x.mean() - half).item(), (x.mean() + half).item()"),
            "You returned the two ends of the interval. The task asks for (mean, half-width).",
            "the first number is no mean",
        ),
        Mistake(
            "square root of n - 1",
            edit("math.sqrt(x.numel())", "math.sqrt(x.numel() - 1)"),
            "You divided by √(S - 1). The S - 1 is in s already; the mean of S runs divides by √S.",
            "too wide, most with few seeds",
        ),
        Mistake(
            "precedence",
            edit("math.sqrt(x.numel())", "(x.numel() / 2)"),
            "You divided by S/2. Did you write S**1/2? The power comes before the division: write S**0.5 or math.sqrt(S). "
            "(Dividing by S and doubling gives the same numbers.)",
            "S**1/2 is S/2",
        ),
        Mistake(
            "precedence inline",
            edit("math.sqrt(x.numel())", "x.numel() / 2"),
            "You divided by S and once more by 2. Did you write s / S**1/2? The power comes first, then both divisions: write S**0.5 or math.sqrt(S).",
            "s / S**1/2 is s / S / 2",
        ),
        Mistake(
            "squared error",
            edit("1.96 * s / math.sqrt(x.numel())", "1.96 * s**2 / x.numel()"),
            "s²/S is the square of the standard error. Take its root, s/√S, before you multiply by 1.96.",
            "the unit is squared",
        ),
        Mistake(
            "root over all",
            edit("1.96 * s / math.sqrt(x.numel())", "(1.96 * s**2 / x.numel()).sqrt()"),
            "The 1.96 stands under your root, so only 1.4 of it is left. Multiply after the root.",
            "1.4 times too narrow",
        ),
        Mistake(
            "two",
            edit("1.96", "2.0"),
            "You took 2 for the 1.96: close, but the task names the number.",
            "2 % too wide",
        ),
        Mistake(
            "90 percent",
            edit("1.96", "1.645"),
            "1.645 belongs to a 90 % interval (or to a one-sided one of 95 %). For 95 % on both sides take 1.96.",
            "covers 90 %, not 95 %",
        ),
        Mistake(
            "99 percent",
            edit("1.96", "2.576"),
            "2.576 belongs to a 99 % interval. For 95 % take 1.96.",
            "covers 99 %, not 95 %",
        ),
        Mistake(
            "student t",
            _student,
            "You used Student's t. With few seeds that is the better choice, but this task asks for the 1.96 of the normal distribution.",
            "wider, most with 2 to 5 seeds",
        ),
        Mistake(
            "median",
            edit("return x.mean()", "return x.median()"),
            "You returned the median of the runs. The interval belongs to their mean.",
            "the first number is no mean",
        ),
        Mistake(
            "best run",
            edit("return x.mean()", "return x.max()"),
            "You returned the best run: the more seeds, the better it looks. Report the mean.",
            "more seeds look better",
        ),
        Mistake(
            "half the range",
            edit("1.96 * s / math.sqrt(x.numel())", "(x.max() - x.min()) / 2"),
            "You returned half the range of the runs: it grows with every seed. Use 1.96 · s / √S.",
            "more seeds, wider interval",
        ),
        Mistake(
            "quantiles of the runs",
            edit(
                "1.96 * s / math.sqrt(x.numel())",
                "(x.quantile(0.975) - x.quantile(0.025)) / 2",
            ),
            "You took the 2.5 and 97.5 % quantiles of the runs: that is the spread of one run, not the error of their mean. Use 1.96 · s / √S.",
            "does not shrink with more seeds",
        ),
        Mistake(
            "absolute deviation",
            edit("x.std(unbiased=True)", "(x - x.mean()).abs().mean()"),
            "You took the mean absolute deviation for s. The standard deviation squares, divides by S - 1 and takes the root.",
            "too narrow",
        ),
        Mistake(
            "naive variance",
            edit(
                "x.std(unbiased=True)",
                "((((x**2).mean() - x.mean() ** 2) * x.numel() / (x.numel() - 1)).clamp_min(0)).sqrt()",
            ),
            "The mean of squares minus the square of the mean subtracts large numbers that are nearly equal: far from 0 no digit is left. Subtract the mean first, then square.",
            "wrong far from 0",
        ),
        Mistake(
            "swapped",
            edit("return x.mean().item(), half.item()", "return half.item(), x.mean().item()"),
            "You returned the half-width first. The mean comes first.",
            "the two numbers have changed places",
        ),
        Mistake(
            "upper end",
            edit("return x.mean().item(), half.item()", "return x.mean().item(), (x.mean() + half).item()"),
            "Your second number is the upper end of the interval. The task asks for the half-width alone.",
            "the mean is added to the half-width",
        ),
        Mistake(
            "mean only",
            edit("return x.mean().item(), half.item()", "return x.mean().item()"),
            "You returned the mean alone, a number without its interval. Return (mean, half-width).",
            "no interval",
        ),
        Mistake(
            "rounded",
            edit("return x.mean().item(), half.item()", "return round(x.mean().item(), 2), round(half.item(), 2)"),
            "You rounded to two decimals. Return the numbers as they are, and round where you print them.",
            "two decimals are left",
        ),
        Mistake(
            "median of an even number",
            edit("return x.mean()", "return x.quantile(0.5)"),
            "You returned the median of the runs. The interval belongs to their mean.",
            "the first number is no mean",
        ),
        Mistake(
            "absolute deviation over n - 1",
            edit("x.std(unbiased=True)", "(x - x.mean()).abs().sum() / (x.numel() - 1)"),
            "You took absolute deviations for s, their sum divided by S - 1. The standard deviation squares them first, and takes the root at the end.",
            "another spread",
        ),
        Mistake(
            "best and worst left out",
            edit("    s = x.std", "    x = x.sort().values[1:-1] if x.numel() > 4 else x\n    s = x.std"),
            "You left out the best and the worst run. All S runs count, in the mean and in the spread.",
            "the worst run is not reported",
        ),
        Mistake(
            "median deviation",
            edit("x.std(unbiased=True)", "(x - x.median()).abs().median()"),
            "You took the median absolute deviation for s. The standard deviation squares the deviations from the mean, divides by S - 1 and takes the root.",
            "too narrow",
        ),
    ),
    hints=(
        "How sure is a mean of S runs, compared with a single run?",
        "torch.std divides by S - 1 unless you tell it otherwise. NumPy's std divides by S.",
        "The half-width is 1.96 times s / √S.",
    ),
    difficulty=1,
    points=5,
    minutes=10,
    view=as_numbers,
)

TASKS = (POINTS, SPLIT, INTERVAL)
