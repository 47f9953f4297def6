"""Tasks of lesson 01: scales, lengths, masks and clocks that differ."""

import math

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit

# 01.1 ---------------------------------------------------------------------------------------------


def standardize(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """(N, D) and (M, D), both on the scale of the training rows."""
    mean = train.mean(0)
    deviation = train.std(0, unbiased=False)
    deviation = torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    return (train - mean) / deviation, (test - mean) / deviation


def _draw_tables(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 9), draw.whole(2, 4)
    constant = draw.normal(n, 3)
    constant[:, 1] = float(draw.whole(-5, 5))
    return [
        Case("one test row", (draw.normal(n, d) * 3 + 1, draw.normal(1, d))),
        Case("float64", (draw.normal(n, d, dtype=torch.float64) - 4, draw.normal(n + 1, d, dtype=torch.float64))),
        Case(
            "very different scales",
            (draw.normal(n, 2) * tensor([1000.0, 0.01]), draw.normal(3, 2) * tensor([1000.0, 0.01])),
        ),
        Case("a constant column", (constant, draw.normal(2, 3) + 2)),
        Case("rows repeated", (draw.normal(2, 2).repeat(3, 1), draw.normal(2, 2).repeat(2, 1))),
    ]


STANDARDIZE = Task(
    id="01.1",
    title="Standardise a modality without leaking the test set",
    promise="""
    Write `standardize(train, test)`: bring each feature of `train` to mean 0 and standard deviation 1, and put `test` through the very same transform.

    - `train` has shape (N, D) with N >= 2, `test` (M, D) with M >= 1; it returns the two in this order, as tensors of the same shapes and dtype (float32 or float64).
    - The standard deviation divides by N (not N - 1).
    - A column that is constant in `train` has standard deviation 0: divide it by 1 instead. So `train` becomes 0 there, and `test` its difference to that constant.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=standardize,
    named=(
        Case("2 features", (tensor([[0.0, 10.0], [2.0, 30.0]]), tensor([[4.0, 10.0]]))),
        Case("random", (Draw(1).normal(6, 3) * 5 + 2, Draw(2).normal(4, 3))),
        Case("constant column", (tensor([[1.0, 7.0], [3.0, 7.0]]), tensor([[2.0, 8.0]]))),
        Case("float64", (Draw(1).normal(6, 3, dtype=torch.float64), Draw(2).normal(4, 3, dtype=torch.float64))),
    ),
    draws=_draw_tables,
    mistakes=(
        Mistake(
            "leak joint",
            edit(
                "mean = train.mean(0)",
                "both = torch.cat([train, test])\n    mean = both.mean(0)",
                "train.std(0, unbiased=False)",
                "both.std(0, unbiased=False)",
            ),
            "Leakage: the test rows are in your mean and deviation, so the training numbers move when only the test set changes. Fit on train, apply to both.",
            "the training numbers depend on the test set",
        ),
        Mistake(
            "test own stats",
            edit("(test - mean) / deviation", "(test - test.mean(0)) / test.std(0, unbiased=False).clamp_min(1e-12)"),
            "The test set was standardised by its own statistics: one single test row always becomes 0, and a test set that has drifted looks as if it had not.",
            "a single test row always becomes 0",
        ),
        Mistake(
            "per sample",
            edit("train.mean(0)", "train.mean()", "train.std(0, unbiased=False)", "train.std(unbiased=False)"),
            "One mean and one deviation for the whole table: the feature with the large numbers still drowns the other. Take them per feature, over axis 0.",
            "the large feature still dominates",
        ),
        Mistake(
            "ddof1",
            edit("unbiased=False", "unbiased=True"),
            "Off by √(N/(N-1)): torch.std divides by N - 1 unless told otherwise (NumPy and scikit-learn: by N). This task divides by N.",
            "off by √(N/(N-1))",
        ),
        Mistake(
            "no constant guard",
            edit("deviation = torch.where(deviation > 0, deviation, torch.ones_like(deviation))", "pass"),
            "A constant column has deviation 0, and 0/0 is NaN: one NaN ruins every later loss. Divide such a column by 1.",
            "NaN in a constant column",
        ),
        Mistake(
            "tiny floor",
            edit("torch.where(deviation > 0, deviation, torch.ones_like(deviation))", "deviation.clamp_min(1e-8)"),
            "In a column that is constant in train, a test row off by 1 becomes 100 million: you divided by a tiny floor. Divide such a column by 1.",
            "a constant column explodes in the test set",
        ),
        Mistake(
            "divide by var",
            edit(
                "(train - mean) / deviation, (test - mean) / deviation",
                "(train - mean) / deviation**2, (test - mean) / deviation**2",
            ),
            "You divided by the variance. Divide by its root, the standard deviation.",
            "the result has deviation 1/s, not 1",
        ),
        Mistake(
            "train only",
            edit("(test - mean) / deviation", "test"),
            "The test set is still on its raw scale: it must go through the same transform.",
            "the test set keeps its raw scale",
        ),
        Mistake(
            "scale only",
            edit("(train - mean) / deviation, (test - mean) / deviation", "train / deviation, test / deviation"),
            "You divided by the deviation but did not subtract the mean.",
            "the mean is not 0",
        ),
    ),
    hints=(
        "At deployment one test row comes alone. Which mean can you use for it?",
        "train.mean(0) and train.std(0, unbiased=False) have one number per feature.",
        "Where the deviation is 0, put 1 before you divide: torch.where or masked_fill.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 01.2 ---------------------------------------------------------------------------------------------


def pad_and_mask(seqs: list[Tensor], pad: float = 0.0) -> tuple[Tensor, Tensor]:
    """B sequences (T_i, D) to (B, T, D) and the mask (B, T) of what is real."""
    longest = max(len(s) for s in seqs)
    x = seqs[0].new_full((len(seqs), longest, seqs[0].shape[1]), pad)
    mask = torch.zeros(len(seqs), longest, dtype=torch.bool, device=seqs[0].device)
    for i, s in enumerate(seqs):
        x[i, : len(s)] = s
        mask[i, : len(s)] = True
    return x, mask


def _mask_by_values(seqs: list[Tensor], pad: float = 0.0) -> tuple[Tensor, Tensor]:
    x = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True, padding_value=pad)
    return x, (x != pad).any(-1)


def _draw_sequences(draw: Draw) -> list[Case]:
    d = draw.whole(2, 4)
    lengths = [draw.whole(1, 6) for _ in range(draw.whole(3, 5))]
    silent = draw.normal(4, 2)
    silent[draw.whole(0, 3)] = 0
    return [
        Case("one sequence", ([draw.normal(draw.whole(1, 4), 1)],)),
        Case("random lengths", ([draw.normal(length, d) for length in lengths],)),
        Case("float64, pad 9", ([draw.normal(length, 2, dtype=torch.float64) for length in lengths], 9.0)),
        Case("a silent frame", ([silent, draw.normal(draw.whole(5, 7), 2)],)),
        Case("equal lengths", ([draw.normal(3, 2), draw.normal(3, 2)], 0.5)),
    ]


PAD = Task(
    id="01.2",
    title="Batch sequences of different length",
    promise="""
    Write `pad_and_mask(seqs, pad=0.0)`: put sequences of different length into one tensor, and say which steps are real.

    - `seqs` is a list of B >= 1 tensors of shape (T_i, D), T_i >= 1, all of one dtype (float32 or float64). T is the longest T_i.
    - It returns `x` of shape (B, T, D), dtype of the sequences: each sequence at the left, then `pad` up to T.
    - And `mask` of shape (B, T), dtype bool: True where a step is real, False where it is padding. A real step may be all zeros.
    - The sequences are not changed. No gradient is asked for.
    """,
    reference=pad_and_mask,
    named=(
        Case("lengths 3 and 1", ([tensor([[1.0], [2.0], [3.0]]), tensor([[9.0]])],)),
        Case("zeros inside", ([tensor([[0.0], [0.0]]), tensor([[5.0], [0.0], [7.0]])],)),
        Case("pad -1", ([Draw(1).normal(2, 2), Draw(2).normal(4, 2)], -1.0)),
        Case("float64", ([Draw(1).normal(2, 2, dtype=torch.float64), Draw(2).normal(1, 2, dtype=torch.float64)],)),
    ),
    draws=_draw_sequences,
    mistakes=(
        Mistake(
            "inverted",
            edit("torch.zeros(len(seqs)", "torch.ones(len(seqs)", "= True", "= False"),
            "Your mask is inverted: here True means real data. (PyTorch's key_padding_mask means the opposite, Keras the same as here.)",
            "True marks the padding",
        ),
        Mistake(
            "mask from zero",
            _mask_by_values,
            "You guessed the mask from the values, so a silent frame counts as padding. Silence is data: build the mask from the lengths.",
            "a real frame of zeros is masked out",
        ),
        Mistake(
            "left pad",
            edit(
                "x[i, : len(s)] = s",
                "x[i, longest - len(s) :] = s",
                "mask[i, : len(s)] = True",
                "mask[i, longest - len(s) :] = True",
            ),
            "You padded at the left; the task pads at the right.",
            "the data stand at the right edge",
        ),
        Mistake(
            "truncate",
            edit(
                "max(len(s) for s in seqs)",
                "min(len(s) for s in seqs)",
                "x[i, : len(s)] = s",
                "x[i] = s[:longest]",
                "mask[i, : len(s)] = True",
                "mask[i] = True",
            ),
            "You cut all sequences to the shortest and threw data away. Pad to the longest.",
            "the longest sequence loses its end",
        ),
        Mistake(
            "float mask",
            edit("dtype=torch.bool, ", ""),
            "The mask is not bool: ~mask and x[mask] need torch.bool.",
            "the mask is float32",
        ),
        Mistake(
            "ignores pad",
            edit("seqs[0].shape[1]), pad)", "seqs[0].shape[1]), 0.0)"),
            "The argument `pad` is not used.",
            "padding is always 0",
        ),
        Mistake(
            "f32 forced",
            edit(
                "seqs[0].new_full((len(seqs), longest, seqs[0].shape[1]), pad)",
                "torch.full((len(seqs), longest, seqs[0].shape[1]), pad)",
            ),
            "float64 comes back as float32: torch.full and torch.zeros make float32 on the CPU. seqs[0].new_full(...) follows the data.",
            "float64 becomes float32",
        ),
        Mistake(
            "row mask off",
            edit("mask[i, : len(s)] = True", "mask[i, : len(s) - 1] = True"),
            "Off by one: the last real step is masked out. A slice already stops before its end.",
            "the last real step is masked out",
        ),
    ),
    hints=(
        "The lengths are known before you pad. What else does the mask need?",
        "Make a full tensor of `pad` with seqs[0].new_full((B, T, D), pad), then write each sequence into its row.",
        "mask[i, :len(s)] = True for each sequence.",
    ),
    difficulty=1,
    points=5,
    minutes=10,
)

# 01.3 ---------------------------------------------------------------------------------------------


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """(B, T, D) and (B, T) to (B, D)."""
    real = mask.unsqueeze(-1)
    kept = torch.where(real, x, torch.zeros_like(x))
    count = real.sum(1).clamp_min(1)
    return kept.sum(1) / count


def _draw_masked(draw: Draw) -> list[Case]:
    b, t, d = draw.whole(2, 4), draw.whole(3, 5), draw.whole(2, 4)
    mask = draw.uniform(b, t) < 0.6
    mask[0], mask[1, 0] = False, True
    dirty = draw.normal(b, t, d)
    dirty[~mask] = math.inf if draw.whole(0, 1) else math.nan
    square = draw.uniform(3, 3) < 0.5
    square[:, 0] = True
    return [
        Case("random mask, an empty row", (draw.normal(b, t, d), mask)),
        Case("NaN or infinity in the padding", (dirty, mask)),
        Case("float64", (draw.normal(b, t, d, dtype=torch.float64), mask)),
        Case("one step", (draw.normal(1, 1, 1), tensor([[True]]))),
        Case("T = D", (draw.normal(3, 3, 3), square)),
        Case("all real", (draw.normal(b, t, 1), torch.ones(b, t, dtype=torch.bool))),
        Case("gradient, random", (draw.normal(b, t, d), mask), gradient=(0,)),
        Case("gradient, NaN or infinity in the padding", (dirty, mask), gradient=(0,)),
    ]


MASKED_MEAN = Task(
    id="01.3",
    title="Average over real frames only",
    promise="""
    Write `masked_mean(x, mask)`: the mean over time of each sequence, its real steps only.

    - `x` has shape (B, T, D), all sizes >= 1; `mask` (B, T), bool, True where a step is real. The result has shape (B, D) and the dtype of `x` (float32 or float64).
    - Padding may hold anything, NaN and infinity too, and must not be seen in the result.
    - A row without any real step gives 0.
    - Gradients flow back to `x`: finite everywhere and 0 at the padding. The inputs are not changed.
    """,
    reference=masked_mean,
    named=(
        Case("one padded step", (tensor([[[2.0], [4.0], [100.0]]]), tensor([[True, True, False]]))),
        Case("T = D = 2", (Draw(1).normal(2, 2, 2), tensor([[True, False], [True, True]]))),
        Case(
            "gradient, T = D, an empty row",
            (Draw(4).normal(3, 3, 3), tensor([[True, False, False], [False] * 3, [True, True, False]])),
            gradient=(0,),
        ),
        Case("an empty row", (Draw(2).normal(2, 3, 2), tensor([[False] * 3, [True] * 3]))),
        Case("NaN in the padding", (tensor([[[1.0], [math.nan]]]), tensor([[True, False]]))),
        Case("gradient", (Draw(3).normal(2, 3, 2), tensor([[True, False, False], [True, True, True]])), gradient=(0,)),
    ),
    draws=_draw_masked,
    mistakes=(
        Mistake(
            "divide by T",
            edit("real.sum(1).clamp_min(1)", "x.shape[1]"),
            "You divided by the padded length: the mean of a short clip shrinks with the batch it happens to be in. Divide by its number of real steps.",
            "short clips look quieter",
        ),
        Mistake(
            "no mask",
            edit("torch.where(real, x, torch.zeros_like(x))", "x"),
            "The padding went into the sum: set it to 0 before you add up.",
            "the padding is in the sum",
        ),
        Mistake(
            "empty nan",
            edit(".clamp_min(1)", ""),
            "A row without data gives 0/0 = NaN. Let the count be at least 1: clamp_min(1).",
            "NaN where nothing is real",
        ),
        Mistake(
            "multiply nan",
            edit("torch.where(real, x, torch.zeros_like(x))", "x * real"),
            "x * mask does not remove NaN or infinity: NaN times 0 is NaN. Choose instead of multiplying: torch.where or masked_fill.",
            "a NaN in the padding survives",
        ),
        Mistake(
            "mask dim",
            edit("torch.where(real, x, torch.zeros_like(x))", "x * mask.unsqueeze(1)"),
            "Your mask lies along the features, not along time: it only runs because T equals D here. mask.unsqueeze(-1) has shape (B, T, 1).",
            "masks features; no error where T equals D",
        ),
        Mistake(
            "inverted",
            edit("mask.unsqueeze(-1)", "~mask.unsqueeze(-1)"),
            "You averaged the padding: True means real here.",
            "averages the padding",
        ),
        Mistake(
            "global count",
            edit("real.sum(1).clamp_min(1)", "real.sum().clamp_min(1)"),
            "You divided by the real steps of the whole batch. Count them in each row.",
            "divides by the steps of all rows together",
        ),
        Mistake(
            "sum only",
            edit("return kept.sum(1) / count", "return kept.sum(1)"),
            "You returned the sum: long clips get long vectors. Divide by the number of real steps.",
            "long clips get long vectors",
        ),
        Mistake(
            "detached",
            edit("return kept.sum(1)", "return kept.detach().sum(1)"),
            "The values are right, but no gradient reaches x: .detach(), .data or NumPy cut the graph.",
            "no gradient",
        ),
    ),
    hints=(
        "Which shape must the mask have to lie along time and not along the features?",
        "torch.where(mask.unsqueeze(-1), x, 0) keeps the real steps; what must you divide by?",
        "Divide by mask.sum(1, keepdim=True), at least 1.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 01.4 ---------------------------------------------------------------------------------------------


def align_last(t_src: Tensor, v_src: Tensor, t_query: Tensor, fill: float = math.nan) -> Tensor:
    """S readings at t_src, asked for at Q times: the last value that was known then."""
    index = torch.searchsorted(t_src, t_query, right=True) - 1
    known = v_src[index.clamp_min(0)]
    return torch.where(index >= 0, known, torch.full_like(known, fill))


def _interpolated(t_src: Tensor, v_src: Tensor, t_query: Tensor, fill: float = math.nan) -> Tensor:
    if len(t_src) == 1:
        return v_src[0].expand(len(t_query))
    i = torch.searchsorted(t_src, t_query, right=True).clamp(1, len(t_src) - 1)
    w = ((t_query - t_src[i - 1]) / (t_src[i] - t_src[i - 1])).clamp(0, 1)
    return v_src[i - 1] * (1 - w) + v_src[i] * w


def _draw_clocks(draw: Draw) -> list[Case]:
    s, q = draw.whole(3, 8), draw.whole(2, 6)
    times = draw.order(30)[:s].sort().values.float()
    ask = draw.uniform(q, low=-3, high=33)
    hits = times[draw.labels(s, q)]
    repeated = tensor([1.0, 1.0, 2.0, 2.0, 2.0, 5.0])
    return [
        Case("random clock", (times, draw.normal(s), ask)),
        Case("exact hits, any order", (times, draw.normal(s), hits)),
        Case("float64, fill 0", (times.double(), draw.normal(s, dtype=torch.float64), ask.double(), 0.0)),
        Case("two readings at one time", (repeated, draw.normal(6), tensor([0.5, 1.0, 1.5, 2.0, 7.0]), -9.0)),
        Case("one reading", (tensor([4.0]), draw.normal(1), tensor([3.0, 4.0, 5.0]), -1.0)),
    ]


ALIGN = Task(
    id="01.4",
    title="Align a slow sensor to fast frames, without peeking",
    promise="""
    Write `align_last(t_src, v_src, t_query, fill=nan)`: for each time asked for, the last value that was already known then.

    - `t_src` (S,) holds the times of S >= 1 readings in ascending order, `v_src` (S,) their values, `t_query` (Q,) the Q >= 1 times asked for, in any order. All are floats of one dtype, without NaN.
    - The result has shape (Q,) and the dtype of `v_src`: the value of the last reading with t_src <= t. A reading taken exactly at t is known at t. Of several readings at one time the last counts.
    - Before the first reading there is no value: there the result is `fill`.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=align_last,
    named=(
        Case("between", (tensor([0.0, 1.0, 2.0]), tensor([10.0, 20.0, 30.0]), tensor([0.5, 1.9]))),
        Case("exact hit", (tensor([0.0, 1.0, 2.0]), tensor([10.0, 20.0, 30.0]), tensor([1.0, 2.0]))),
        Case("before the first", (tensor([1.0, 2.0]), tensor([5.0, 6.0]), tensor([0.2, 1.5]), -1.0)),
        Case("after the last", (tensor([0.0, 1.0]), tensor([5.0, 6.0]), tensor([9.0]))),
        Case("nearer to the next", (tensor([0.0, 10.0]), tensor([1.0, 2.0]), tensor([9.0]))),
    ),
    draws=_draw_clocks,
    mistakes=(
        Mistake(
            "look ahead",
            edit(
                "torch.searchsorted(t_src, t_query, right=True) - 1",
                "torch.searchsorted(t_src, t_query).clamp_max(len(t_src) - 1)",
            ),
            "Look-ahead: at t = 0.5 you used the value measured at t = 1. Offline that scores high; online the value does not exist yet.",
            "uses the next reading, from the future",
        ),
        Mistake(
            "nearest",
            edit(
                "torch.searchsorted(t_src, t_query, right=True) - 1", "(t_src[None] - t_query[:, None]).abs().argmin(1)"
            ),
            "The nearest reading may lie in the future: that peeks too. Take the last one with t_src <= t.",
            "peeks where the next reading is nearer",
        ),
        Mistake(
            "strict",
            edit(", right=True", ""),
            "A reading taken exactly at t is known at t, and you used the one before it: t_src <= t, in searchsorted right=True.",
            "an exact hit gives the older value",
        ),
        Mistake(
            "no fill",
            edit("return torch.where(index >= 0, known, torch.full_like(known, fill))", "return known"),
            "Before the first reading you gave a value from the future. There is none yet: give `fill`.",
            "invents data before the sensor started",
        ),
        Mistake(
            "interp",
            _interpolated,
            "Linear interpolation needs the next reading, and that is a look-ahead: fine for resampling a file, wrong for predicting.",
            "mixes in the next reading",
        ),
        Mistake(
            "zero fill",
            edit("torch.full_like(known, fill)", "torch.zeros_like(known)"),
            "Missing is not zero: put `fill` there.",
            "no data looks like the value 0",
        ),
        Mistake(
            "last reading",
            edit(
                "index.clamp_min(0)",
                "index",
                "return torch.where(index >= 0, known, torch.full_like(known, fill))",
                "return known",
            ),
            "Before the first reading you gave the very last one: index -1 means the end of a tensor. Give `fill` there.",
            "index -1 reads the end of the file",
        ),
    ),
    hints=(
        "Imagine you live at time t. Which readings exist already?",
        "torch.searchsorted(t_src, t, right=True) counts the readings with t_src <= t.",
        "The count minus 1 is the place of the last one; where it is -1, nothing is known: torch.where.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

TASKS = (STANDARDIZE, PAD, MASKED_MEAN, ALIGN)
