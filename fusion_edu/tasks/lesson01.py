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


def _by_row(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    def scaled(x: Tensor) -> Tensor:
        deviation = x.std(1, unbiased=False, keepdim=True)
        return (x - x.mean(1, keepdim=True)) / torch.where(deviation > 0, deviation, 1.0)

    return scaled(train), scaled(test)


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
    - All numbers are finite. The standard deviation divides by N (not N - 1).
    - A column whose values in `train` are all equal (whole numbers, whose mean no rounding changes) has standard deviation 0: divide it by 1 instead. So `train` becomes 0 there, and `test` its difference to that constant.
    - Any other column is divided by its deviation, however small: a wavelength in metres varies by 1e-7. It holds far from 0 too.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=standardize,
    named=(
        Case("2 features", (tensor([[0.0, 10.0], [2.0, 30.0]]), tensor([[4.0, 10.0]]))),
        Case("random", (Draw(1).normal(6, 3) * 5 + 2, Draw(2).normal(4, 3))),
        Case("constant column", (tensor([[1.0, 7.0], [3.0, 7.0]]), tensor([[2.0, 8.0]]))),
        Case("float64", (Draw(1).normal(6, 3, dtype=torch.float64), Draw(2).normal(4, 3, dtype=torch.float64))),
        Case("constant everywhere", (tensor([[1.0, 7.0], [3.0, 7.0]]), tensor([[2.0, 7.0], [5.0, 7.0]]))),
        Case("wavelengths in metres", (tensor([[4e-7], [5.5e-7], [7e-7]]), tensor([[5.5e-7], [6e-7]]))),
        Case("far from 0", (tensor([[10000.0], [10001.0], [10002.0]]), tensor([[10003.0]]))),
        Case("one test row", (tensor([[1.0, 50.0], [3.0, 10.0], [8.0, 30.0]]), tensor([[5.0, 40.0]]))),
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
            "one constant for all",
            edit(
                "torch.where(deviation > 0, deviation, torch.ones_like(deviation))",
                "deviation if (deviation > 0).all() else torch.ones_like(deviation)",
            ),
            "Where one column is constant you divide no column at all. Decide for each column by itself.",
            "one constant column leaves all on their scale",
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
        Mistake(
            "min max",
            edit(
                "train.mean(0)",
                "train.amin(0)",
                "train.std(0, unbiased=False)",
                "train.amax(0) - mean",
            ),
            "You brought the columns to 0 .. 1 by their smallest and largest value: one outlier squeezes all the others. Use mean and standard deviation.",
            "numbers from 0 to 1",
        ),
        Mistake(
            "largest value",
            edit("train.mean(0)", "0 * train[0]", "train.std(0, unbiased=False)", "train.abs().amax(0)"),
            "You divided by the largest absolute value: the mean stays where it was. Subtract the mean and divide by the standard deviation.",
            "numbers from -1 to 1, mean not 0",
        ),
        Mistake(
            "median",
            edit("train.mean(0)", "train.median(0).values"),
            "You subtracted the median. It resists outliers, but this task asks for the mean.",
            "the mean is not 0",
        ),
        Mistake(
            "absolute deviation",
            edit("train.std(0, unbiased=False)", "(train - mean).abs().mean(0)"),
            "You divided by the mean absolute deviation. The standard deviation squares first and takes the root of the mean.",
            "the deviation is not 1",
        ),
        Mistake(
            "euclidean norm",
            edit("train.std(0, unbiased=False)", "(train - mean).norm(dim=0)"),
            "√N too small: you divided by the root of the sum of squares. The standard deviation takes the root of their mean.",
            "√N times too small",
        ),
        Mistake(
            "naive variance",
            edit("train.std(0, unbiased=False)", "((train**2).mean(0) - mean**2).clamp_min(0).sqrt()"),
            "The mean of squares minus the square of the mean subtracts large numbers that are nearly equal: far from 0 no digit is left. Subtract the mean first, then square.",
            "wrong far from 0",
        ),
        Mistake(
            "rows",
            _by_row,
            "You standardised each row by its own numbers. Mean and deviation belong to a feature: take them over the rows, axis 0.",
            "every row has mean 0, no column has",
        ),
        Mistake(
            "eps added",
            edit("torch.where(deviation > 0, deviation, torch.ones_like(deviation))", "deviation + 1e-8"),
            "You added a small number to every deviation. A column that is constant in train then explodes in the test set, and one that varies by 1e-7 comes out too small. "
            "Divide by 1 where the deviation is 0, and only there.",
            "a constant column explodes in the test set",
        ),
        Mistake(
            "nearly constant",
            edit("deviation > 0", "deviation > 1e-3"),
            "You treat a column that varies little as a constant one: a wavelength in metres varies by 1e-7 and is data. Compare with 0.",
            "small units are not scaled",
        ),
        Mistake(
            "floor of one",
            edit("torch.where(deviation > 0, deviation, torch.ones_like(deviation))", "deviation.clamp_min(1)"),
            "Every deviation below 1 became 1, so small features stay small. Put 1 only where the deviation is 0.",
            "features in small units stay small",
        ),
        Mistake(
            "constant in test is 0",
            edit("torch.ones_like(deviation)", "torch.full_like(deviation, torch.inf)"),
            "Where a column is constant in train, your test rows are 0 as well. Divide it by 1: the difference to the constant remains.",
            "a drifting sensor looks constant",
        ),
        Mistake(
            "constant not centred",
            edit(
                "    return (train",
                "    mean = torch.where(train.std(0, unbiased=False) > 0, mean, torch.zeros_like(mean))\n    return (train",
            ),
            "A column that is constant in train kept its raw value. Subtract its mean as everywhere, and divide by 1.",
            "a constant column is not 0",
        ),
        Mistake(
            "nan patched",
            edit(
                "deviation = torch.where(deviation > 0, deviation, torch.ones_like(deviation))",
                "pass",
                "(train - mean) / deviation, (test - mean) / deviation",
                "torch.nan_to_num((train - mean) / deviation), torch.nan_to_num((test - mean) / deviation)",
            ),
            "You divided by 0 and patched the NaN afterwards: 0/0 became 0, but a test row that differs becomes the largest number there is. Divide such a column by 1.",
            "3e38 in the test set",
        ),
        Mistake(
            "fit on test",
            edit("train.mean(0)", "test.mean(0)", "train.std(0, unbiased=False)", "test.std(0, unbiased=False)"),
            "Mean and deviation come from the test set. Fit on train, apply to both.",
            "train has neither mean 0 nor deviation 1",
        ),
        Mistake(
            "test only centred",
            edit("(test - mean) / deviation", "test - mean"),
            "The test set was centred but not divided. It goes through the same two steps as train.",
            "the test set keeps its raw spread",
        ),
        Mistake(
            "test only divided",
            edit("(test - mean) / deviation", "test / deviation"),
            "The test set was divided but not centred. It goes through the same two steps as train.",
            "the test set is shifted",
        ),
        Mistake(
            "mean only",
            edit("(train - mean) / deviation, (test - mean) / deviation", "train - mean, test - mean"),
            "You subtracted the mean but did not divide: the feature with the large numbers still dominates.",
            "the deviation is not 1",
        ),
        Mistake(
            "swapped",
            edit(
                "(train - mean) / deviation, (test - mean) / deviation",
                "(test - mean) / deviation, (train - mean) / deviation",
            ),
            "You returned test first. The training rows come first.",
            "the two tables have changed places",
        ),
        Mistake(
            "overwrites",
            edit(
                "return (train - mean) / deviation, (test - mean) / deviation",
                "return train.sub_(mean).div_(deviation), (test - mean) / deviation",
            ),
            "The values are right, but your function overwrote train: operators that end in _ (and -=, /=) change their input. Work on a copy.",
            "the caller's table is changed",
        ),
        Mistake(
            "float32 forced",
            edit(
                "(train - mean) / deviation, (test - mean) / deviation",
                "((train - mean) / deviation).float(), ((test - mean) / deviation).float()",
            ),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "naive variance, floored",
            edit(
                "train.std(0, unbiased=False)",
                "((train**2).mean(0) - mean**2).clamp_min(torch.finfo(train.dtype).tiny).sqrt()",
                "deviation > 0",
                "(train != train[0]).any(0)",
            ),
            "The mean of squares minus the square of the mean subtracts large numbers that are nearly equal: far from 0 no digit is left. Subtract the mean first, then square.",
            "huge far from 0",
        ),
        Mistake(
            "leak joint, constant in train",
            edit(
                "mean = train.mean(0)",
                "both, same = torch.cat([train, test]), (train == train[0]).all(0)\n    mean = torch.where(same, train[0], both.mean(0))",
                "train.std(0, unbiased=False)",
                "both.std(0, unbiased=False)",
                "deviation > 0",
                "~same",
            ),
            "Leakage: the test rows are in your mean and deviation, so the training numbers move when only the test set changes. Fit on train, apply to both.",
            "the training numbers depend on the test set",
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

    - `seqs` is a list of B >= 1 tensors of shape (T_i, D), T_i >= 1, D >= 1, all of one dtype (float32 or float64). T is the longest T_i. `pad` is any float, NaN too.
    - It returns `x` of shape (B, T, D), dtype of the sequences: each sequence at the left, then `pad` up to T.
    - And `mask` of shape (B, T), dtype bool: True where a step is real, False where it is padding. Only the lengths decide: a real step may hold zeros, the value of `pad`, NaN or infinity.
    - The sequences are not changed. No gradient is asked for.
    """,
    reference=pad_and_mask,
    named=(
        Case("lengths 3 and 1", ([tensor([[1.0], [2.0], [3.0]]), tensor([[9.0]])],)),
        Case("zeros inside", ([tensor([[0.0], [0.0]]), tensor([[5.0], [0.0], [7.0]])],)),
        Case("pad -1", ([Draw(1).normal(2, 2), Draw(2).normal(4, 2)], -1.0)),
        Case("float64", ([Draw(1).normal(2, 2, dtype=torch.float64), Draw(2).normal(1, 2, dtype=torch.float64)],)),
        Case("the value of pad inside", ([tensor([[9.0, 1.0]]), tensor([[1.0, 2.0], [9.0, 9.0], [9.0, 3.0]])], 9.0)),
        Case("NaN and infinity inside", ([tensor([[math.nan, 1.0], [math.inf, 2.0]]), tensor([[3.0, math.nan]] * 3)],)),
        Case("pad with NaN", ([tensor([[1.0]]), tensor([[math.nan], [2.0]])], math.nan)),
        Case("one sequence of one step", ([tensor([[4.0, 0.0]])], 1.0)),
        Case(
            "the shortest first, then the longest",
            ([tensor([[1.0]]), tensor([[2.0], [3.0], [4.0]]), tensor([[5.0], [6.0]])],),
        ),
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
            edit("return x, mask", "return x, (x != pad).any(-1)"),
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
        Mistake(
            "mask from all features",
            edit("return x, mask", "return x, (x != pad).all(-1)"),
            "You guessed the mask from the values, so a step in which any feature equals `pad` counts as padding. Build the mask from the lengths.",
            "a real step with one zero is masked out",
        ),
        Mistake(
            "mask from nan",
            edit("return x, mask", "return x, mask & ~x.isnan().any(-1)"),
            "A real step that holds NaN counts as padding in your mask. The lengths alone say what is real.",
            "a step with NaN is masked out",
        ),
        Mistake(
            "all real",
            edit("mask[i, : len(s)] = True", "mask[i] = True"),
            "Your mask is True everywhere: the padding counts as data. Stop at the length of each sequence.",
            "the padding counts as real",
        ),
        Mistake(
            "one too many",
            edit("mask[i, : len(s)] = True", "mask[i, : len(s) + 1] = True"),
            "Off by one: the first step of the padding counts as real. The real steps are those at 0 .. len(s) - 1: a slice ends before its end, and a comparison takes <, not <=.",
            "one step of padding counts as real",
        ),
        Mistake(
            "integer mask",
            edit("return x, mask", "return x, mask.long()"),
            "The mask holds integers: ~mask gives -1 and -2, and x[mask] picks rows. It needs torch.bool.",
            "the mask is int64",
        ),
        Mistake(
            "mask with an axis too many",
            edit("return x, mask", "return x, mask[..., None]"),
            "The mask has shape (B, T, 1). It says one thing of each step: (B, T).",
            "shape (B, T, 1)",
        ),
        Mistake(
            "mask per feature",
            edit("return x, mask", "return x, mask[..., None].expand(x.shape).clone()"),
            "The mask has an entry for each number of x. It says one thing of each step: (B, T).",
            "shape (B, T, D)",
        ),
        Mistake(
            "lengths",
            edit("return x, mask", "return x, mask.sum(1)"),
            "You returned the lengths. They hold the same knowledge, but the task asks for a mask of shape (B, T).",
            "lengths instead of a mask",
        ),
        Mistake(
            "time first",
            edit("return x, mask", "return x.transpose(0, 1), mask"),
            "Your x has the time first, (T, B, D), as pad_sequence gives it unless told batch_first=True. The batch comes first.",
            "shape (T, B, D)",
        ),
        Mistake(
            "both time first",
            edit("return x, mask", "return x.transpose(0, 1), mask.T"),
            "Both results have the time first. The batch comes first: (B, T, D) and (B, T).",
            "shapes (T, B, D) and (T, B)",
        ),
        Mistake(
            "features before time",
            edit("return x, mask", "return x.transpose(1, 2), mask"),
            "Your x has the features before the time, (B, D, T), as a convolution wants it. Here it is (B, T, D).",
            "shape (B, D, T)",
        ),
        Mistake(
            "sorted by length",
            edit("    longest =", "    seqs = sorted(seqs, key=len, reverse=True)\n    longest ="),
            "Your rows are sorted by length, so row i is no longer sequence i and its label is another one's. Keep the order.",
            "rows no longer match their labels",
        ),
        Mistake(
            "last step repeated",
            edit("x[i, : len(s)] = s", "x[i, : len(s)], x[i, len(s) :] = s, s[-1]"),
            "You padded with the last step of each sequence. Pad with `pad`.",
            "the last step is repeated",
        ),
        Mistake(
            "zeros replaced",
            edit("return x, mask", "x[x == 0] = pad\n    return x, mask"),
            "Real zeros became `pad`: you looked for padding by value. Write the sequences into a tensor that is full of `pad`.",
            "zeros of the data become pad",
        ),
        Mistake(
            "nan cleaned",
            edit("= s\n", "= torch.nan_to_num(s)\n"),
            "NaN or infinity in a real step was replaced. Copy the data as they are: cleaning is another decision.",
            "bad readings vanish silently",
        ),
        Mistake(
            "swapped",
            edit("return x, mask", "return mask, x"),
            "You returned the mask first. The padded data come first.",
            "the two results have changed places",
        ),
        Mistake(
            "one step longer",
            edit("max(len(s) for s in seqs)", "max(len(s) for s in seqs) + 1"),
            "There is a step of padding too many: T is the length of the longest sequence.",
            "T is one too large",
        ),
        Mistake(
            "data only",
            edit("return x, mask", "return x"),
            "The mask is missing: return both, x and mask.",
            "nobody knows what is padding",
        ),
        Mistake(
            "as long as the first",
            edit("max(len(s) for s in seqs)", "len(seqs[0])", "= s\n", "= s[:longest]\n"),
            "T is the length of your first sequence: longer ones are cut. Take the longest of all.",
            "later sequences lose their end",
        ),
        Mistake(
            "as long as the last",
            edit("max(len(s) for s in seqs)", "len(seqs[-1])", "= s\n", "= s[:longest]\n"),
            "T is the length of your last sequence: longer ones are cut. Take the longest of all.",
            "longer sequences lose their end",
        ),
        Mistake(
            "room for the first only",
            edit("max(len(s) for s in seqs)", "len(seqs[0])"),
            "T is the length of your first sequence, and a longer one does not fit: an error. Take the longest of all.",
            "an error for a longer sequence",
        ),
        Mistake(
            "pad by arithmetic",
            edit("= s\n", "= s + 0 * pad\n"),
            "Where pad is NaN or infinite your real steps become NaN: a pad that is multiplied by a mask is not gone, since 0 times NaN is NaN. Write the sequences into a tensor full of pad, or take torch.where.",
            "NaN everywhere for a pad of NaN",
        ),
        Mistake(
            "steps of zeros masked",
            edit("mask[i, : len(s)] = True", "mask[i, : len(s)] = (x[i, : len(s)] != 0).any(-1)"),
            "A real step that holds only zeros counts as padding in your mask. Silence is data: the lengths alone say what is real.",
            "a real frame of zeros is masked out",
        ),
        Mistake(
            "steps without a sum masked",
            edit("mask[i, : len(s)] = True", "mask[i, : len(s)] = x[i, : len(s)].abs().sum(-1) > 0"),
            "A real step counts as padding in your mask where its numbers are zero or NaN (a sum of sizes above 0 is asked). The lengths alone say what is real.",
            "real frames of zeros or NaN are masked out",
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

    - `x` has shape (B, T, D), all sizes >= 1; `mask` (B, T), bool, True where a step is real. Real steps hold finite numbers. The result has shape (B, D) and the dtype of `x` (float32 or float64).
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
        Case("a real step of zeros", (tensor([[[0.0, 0.0], [3.0, 6.0]]]), tensor([[True, True]]))),
        Case("NaN in the padding", (tensor([[[1.0], [math.nan]]]), tensor([[True, False]]))),
        Case(
            "infinity in the padding, an empty row of NaN",
            (
                tensor([[[1.0], [-math.inf], [5.0]], [[math.nan], [math.nan], [math.nan]]]),
                tensor([[True, False, True], [False] * 3]),
            ),
        ),
        Case(
            "three real steps of four, negative",
            (tensor([[[-3.0], [7.0], [-1.0], [-8.0]]]), tensor([[True, False, True, True]])),
        ),
        Case(
            "float64",
            (
                Draw(5).normal(2, 4, 3, dtype=torch.float64),
                tensor([[True, True, False, True], [False, True, True, False]]),
            ),
        ),
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
            "The values are right, but no gradient reaches x: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "no gradient",
        ),
        Mistake(
            "max",
            edit(
                "return kept.sum(1) / count", "return torch.where(real, x, -torch.inf).amax(1).nan_to_num(neginf=0.0)"
            ),
            "You took the largest real step of each feature. The task asks for the mean.",
            "the largest step, not the mean",
        ),
        Mistake(
            "median",
            edit(
                "return kept.sum(1) / count", "return torch.where(real, x, math.nan).nanmedian(1).values.nan_to_num()"
            ),
            "You took the median of the real steps. The task asks for the mean.",
            "the middle step, not the mean",
        ),
        Mistake(
            "last real step",
            edit(
                "return kept.sum(1) / count",
                "return kept[torch.arange(len(x)), (mask.long() * torch.arange(x.shape[1])).argmax(1)]",
            ),
            "You returned the last real step. The task asks for the mean over all of them.",
            "all steps but the last are lost",
        ),
        Mistake(
            "root of count",
            edit("kept.sum(1) / count", "kept.sum(1) / count**0.5"),
            "You divided by the root of the number of real steps. A mean divides by the number itself.",
            "√count times too large",
        ),
        Mistake(
            "count minus one",
            edit("kept.sum(1) / count", "kept.sum(1) / (count - 1).clamp_min(1)"),
            "You divided by the number of real steps minus 1. That belongs to a variance; a mean divides by the number itself.",
            "too large, most for short clips",
        ),
        Mistake(
            "count plus one",
            edit("kept.sum(1) / count", "kept.sum(1) / (real.sum(1) + 1)"),
            "You divided by the number of real steps plus 1, to be safe from 0: now every mean is too small. Use max(count, 1).",
            "too small, most for short clips",
        ),
        Mistake(
            "count per number",
            edit("kept.sum(1) / count", "kept.sum(1) / (count * x.shape[-1])"),
            "D times too small: you counted each feature of a step. A step counts once.",
            "D times too small",
        ),
        Mistake(
            "count of first row",
            edit("kept.sum(1) / count", "kept.sum(1) / count[:1]"),
            "You divided every row by the length of the first one. Each row has its own.",
            "right for the first row only",
        ),
        Mistake(
            "mask of first row",
            edit("mask.unsqueeze(-1)", "mask[:1].unsqueeze(-1).expand(len(x), -1, -1)"),
            "You used the mask of the first row for all of them. Each row has its own.",
            "right for the first row only",
        ),
        Mistake(
            "empty row averaged",
            edit(
                "return kept.sum(1) / count",
                "return torch.where(mask.any(1, keepdim=True), kept.sum(1) / count, x.mean(1))",
            ),
            "Where no step is real, you averaged the padding. Such a row gives 0.",
            "an empty row shows its padding",
        ),
        Mistake(
            "over features",
            edit("kept.sum(1) / count", "kept.mean(2)"),
            "You averaged over the features, the last axis. Average over time, axis 1.",
            "shape (B, T)",
        ),
        Mistake(
            "over batch",
            edit("kept.sum(1)", "kept.sum(0)", "real.sum(1)", "real.sum(0)"),
            "You averaged over the samples, axis 0. Average over time, axis 1.",
            "shape (T, D)",
        ),
        Mistake(
            "all rows together",
            edit("kept.sum(1) / count", "kept.sum((0, 1)) / real.sum().clamp_min(1)"),
            "You averaged all sequences into one vector. Each sequence gets a mean of its own.",
            "shape (D,)",
        ),
        Mistake(
            "axis kept",
            edit("return kept.sum(1) / count", "return (kept.sum(1) / count)[:, None]"),
            "The shape is (B, 1, D) and should be (B, D): drop the axis over which you summed.",
            "shape (B, 1, D)",
        ),
        Mistake(
            "overwrites x",
            edit("kept = torch.where(real, x, torch.zeros_like(x))", "x[~mask] = 0\n    kept = x"),
            "Your function overwrote x, the caller's data (and fails where a gradient is asked for). Choose into a new tensor: torch.where or masked_fill.",
            "the caller's data are changed",
        ),
        Mistake(
            "float32 forced",
            edit("return kept.sum(1) / count", "return (kept.sum(1) / count).float()"),
            "float64 comes back as float32: keep the dtype of x.",
            "float64 becomes float32",
        ),
        Mistake(
            "first steps",
            edit(
                "torch.where(real, x, torch.zeros_like(x))",
                "torch.where((torch.arange(x.shape[1]) < mask.sum(1)[:, None])[:, :, None], x, torch.zeros_like(x))",
            ),
            "You took the first n steps of each row, n being the number of its real ones. That is right only where the padding stands at the end: choose by the mask, not by its sum.",
            "padding in front or in between is averaged",
        ),
        Mistake(
            "up to the last real step",
            edit("mask.unsqueeze(-1)", "mask.flip(1).cummax(1).values.flip(1).unsqueeze(-1)"),
            "You took all steps up to the last real one. Padding may stand before it: choose by the mask.",
            "padding in front or in between is averaged",
        ),
        Mistake(
            "average count",
            edit("real.sum(1).clamp_min(1)", "real.sum().clamp_min(1) / len(x)"),
            "You divided every row by the same number, the real steps of the batch divided by its rows. Count them in each row.",
            "right only where all rows are as long",
        ),
        Mistake(
            "longest count",
            edit("real.sum(1).clamp_min(1)", "real.sum(1).amax().clamp_min(1)"),
            "You divided every row by the number of real steps of the longest one. Count them in each row.",
            "short clips look quieter",
        ),
        Mistake(
            "finite for real",
            edit("mask.unsqueeze(-1)", "x.isfinite()"),
            "You took every finite number for real, and the mask has no effect. Padding may hold any number: choose by the mask.",
            "finite padding is averaged",
        ),
        Mistake(
            "nonzero for real",
            edit("mask.unsqueeze(-1)", "(x != 0)"),
            "You took every number other than 0 for real, and the mask has no effect. A real step may hold zeros, and padding any number: choose by the mask.",
            "real zeros are left out, padding is averaged",
        ),
        Mistake(
            "zeros not counted",
            edit("real.sum(1).clamp_min(1)", "(kept != 0).sum(1).clamp_min(1)"),
            "You divided by the numbers that are not 0 once the padding is cleared. A real step may hold zeros too: count the mask.",
            "too large where a real step holds 0",
        ),
        Mistake(
            "empty repaired afterwards",
            edit(
                "torch.where(real, x, torch.zeros_like(x))",
                "x.nan_to_num(0.0, 0.0, 0.0) * real",
                "return kept.sum(1) / count",
                "return torch.where(mask.any(1, keepdim=True), kept.sum(1) / real.sum(1), 0.0)",
            ),
            "The values are right, but the gradient of a row without data is NaN: you divided by 0 and repaired the result afterwards. Let the count be at least 1 before you divide.",
            "a NaN in the gradient",
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


def _interpolated_after_the_first(t_src: Tensor, v_src: Tensor, t_query: Tensor, fill: float = math.nan) -> Tensor:
    i = torch.searchsorted(t_src, t_query, right=True) - 1
    after = (i + 1).clamp_max(len(t_src) - 1)
    i = i.clamp_min(0)
    gap = t_src[after] - t_src[i]
    w = torch.where(
        gap > 0, (t_query - t_src[i]) / torch.where(gap > 0, gap, torch.ones_like(gap)), torch.zeros_like(gap)
    )
    known = v_src[i] + w * (v_src[after] - v_src[i])
    return torch.where(t_query >= t_src[0], known, torch.full_like(known, fill))


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

    - `t_src` (S,) holds the times of S >= 1 readings in ascending order, `v_src` (S,) their values, `t_query` (Q,) the Q >= 1 times asked for, in any order. All are finite floats of one dtype (float32 or float64).
    - The result has shape (Q,) and the dtype of `v_src`: the value of the last reading with t_src <= t. A reading taken exactly at t is known at t, one taken any later is not: no tolerance. Of several readings at one time the last counts.
    - Before the first reading there is no value: there the result is `fill`, any float, 0 too.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=align_last,
    named=(
        Case("between", (tensor([0.0, 1.0, 2.0]), tensor([10.0, 20.0, 30.0]), tensor([0.5, 1.9]))),
        Case("exact hit", (tensor([0.0, 1.0, 2.0]), tensor([10.0, 20.0, 30.0]), tensor([1.0, 2.0]))),
        Case("before the first", (tensor([1.0, 2.0]), tensor([5.0, 6.0]), tensor([0.2, 1.5]), -1.0)),
        Case("after the last", (tensor([0.0, 1.0]), tensor([5.0, 6.0]), tensor([9.0]))),
        Case("nearer to the next", (tensor([0.0, 10.0]), tensor([1.0, 2.0]), tensor([9.0]))),
        Case("fill 0", (tensor([1.0, 2.0]), tensor([5.0, 6.0]), tensor([0.2, 1.5]), 0.0)),
        Case("a reading of 0", (tensor([0.0, 1.0]), tensor([3.0, 0.0]), tensor([0.5, 2.0]), -1.0)),
        Case("fill nan by default", (tensor([1.0, 2.0]), tensor([5.0, 6.0]), tensor([0.2, 2.5]))),
        Case("just before a reading", (tensor([0.0, 1.0]), tensor([5.0, 6.0]), tensor([0.9999999, 1.0]))),
        Case(
            "two readings at one time",
            (tensor([1.0, 1.0, 2.0, 2.0]), tensor([4.0, 3.0, 8.0, 7.0]), tensor([1.0, 2.0, 1.5])),
        ),
        Case("any order", (tensor([0.0, 2.0, 4.0]), tensor([3.0, 9.0, 6.0]), tensor([5.0, 1.0, 3.0, 2.0]))),
        Case(
            "one reading, float64", (tensor([4.0]).double(), tensor([7.0]).double(), tensor([3.0, 5.0]).double(), -1.0)
        ),
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
            "nearest, but fill first",
            edit(
                "    known = v_src[index.clamp_min(0)]",
                "    near = (t_src[None] - t_query[:, None]).abs().argmin(1)\n    known = v_src[near]",
            ),
            "The nearest reading may lie in the future: that peeks too. Take the last one with t_src <= t.",
            "peeks where the next reading is nearer",
        ),
        Mistake(
            "nearest, the later of two",
            edit(
                "    known = v_src[index.clamp_min(0)]",
                "    gap = (t_src[None] - t_query[:, None]).abs()\n    known = v_src[len(t_src) - 1 - gap.flip(1).argmin(1)]",
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
            "interp, but fill first",
            _interpolated_after_the_first,
            "Linear interpolation needs the next reading, and that is a look-ahead: fine for resampling a file, wrong for predicting.",
            "mixes in the next reading",
        ),
        Mistake(
            "one too new",
            edit("index.clamp_min(0)", "(index + 1).clamp_max(len(v_src) - 1)"),
            "Your values are one reading too new: from the future. The number of readings with t_src <= t, minus 1, is the place of the last.",
            "one reading too new",
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
        Mistake(
            "fill or nan",
            edit("torch.full_like(known, fill)", "torch.full_like(known, fill or math.nan)"),
            "fill = 0 gives NaN in yours: `fill or nan` takes 0 for missing, because 0 counts as false. Use fill as it is, or test it with `is None`.",
            "fill = 0 is ignored",
        ),
        Mistake(
            "ties first",
            edit(
                "    known =",
                "    index = torch.where(index >= 0, torch.searchsorted(t_src, t_src[index.clamp_min(0)]), index)\n    known =",
            ),
            "Of several readings at one time you took the first. The last one counts: it was written later.",
            "a correction is ignored",
        ),
        Mistake(
            "stale is missing",
            edit("torch.where(index >= 0,", "torch.where((index >= 0) & (t_query <= t_src[-1]),"),
            "After the last reading you gave `fill`. Its value is still the last that is known: keep it.",
            "nothing is known after the last reading",
        ),
        Mistake(
            "exact only",
            edit("torch.where(index >= 0,", "torch.where((index >= 0) & (t_src[index.clamp_min(0)] == t_query),"),
            "You give a value only where a reading was taken exactly then. Between two readings the last one is known.",
            "almost everything is missing",
        ),
        Mistake(
            "one too old",
            edit("right=True) - 1", "right=True) - 2"),
            "Your values are one reading too old everywhere: the number of readings with t_src <= t, minus 1, is the place of the last.",
            "one reading too old",
        ),
        Mistake(
            "a little ahead",
            edit("searchsorted(t_src, t_query, right=True)", "searchsorted(t_src, t_query + 1e-3, right=True)"),
            "A reading that comes shortly after t is known at t in yours. Compare t_src <= t as it is, with no tolerance.",
            "peeks by a tolerance",
        ),
        Mistake(
            "times for values",
            edit("v_src[index.clamp_min(0)]", "t_src[index.clamp_min(0)]"),
            "You returned the times of the readings. Their values are in v_src.",
            "times instead of values",
        ),
        Mistake(
            "age",
            edit("v_src[index.clamp_min(0)]", "t_query - t_src[index.clamp_min(0)]"),
            "You returned how old the last reading is. The task asks for its value, from v_src.",
            "ages instead of values",
        ),
        Mistake(
            "index",
            edit("v_src[index.clamp_min(0)]", "index.to(v_src.dtype)"),
            "You returned the places of the readings. Look their values up in v_src.",
            "places instead of values",
        ),
        Mistake(
            "mean so far",
            edit(
                "v_src[index.clamp_min(0)]", "(v_src.cumsum(0) / torch.arange(1, len(v_src) + 1))[index.clamp_min(0)]"
            ),
            "You averaged all readings up to t. Only the last one counts.",
            "old readings never fade",
        ),
        Mistake(
            "largest so far",
            edit("v_src[index.clamp_min(0)]", "v_src.cummax(0).values[index.clamp_min(0)]"),
            "You took the largest value known so far. Take the last.",
            "values never fall",
        ),
        Mistake(
            "queries sorted",
            edit("searchsorted(t_src, t_query, right", "searchsorted(t_src, t_query.sort().values, right"),
            "You answered the queries in order of time. Entry i belongs to t_query[i], and they come in any order.",
            "answers no longer match their queries",
        ),
        Mistake(
            "early ones dropped",
            edit("torch.where(index >= 0, known, torch.full_like(known, fill))", "known[index >= 0]"),
            "You left out the times before the first reading, so the result is too short. Put `fill` there.",
            "fewer answers than queries",
        ),
        Mistake(
            "no fill but nan",
            edit("torch.full_like(known, fill)", "torch.full_like(known, math.nan)"),
            "`fill` is not used: yours is always NaN.",
            "fill has no effect",
        ),
        Mistake(
            "float32 forced",
            edit("torch.full_like(known, fill))", "torch.full_like(known, fill)).float()"),
            "float64 comes back as float32: keep the dtype of v_src.",
            "float64 becomes float32",
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
