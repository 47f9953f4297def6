"""Tasks of lesson 17: honest splits, decisions by cost, audits and cards."""

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 17.1 ---------------------------------------------------------------------------------------------


def group_split(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    """Rows of the test: all rows of the first patients of ``order``."""
    patients = groups.unique()
    count = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order[:count]])


def _by_row(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    rows = torch.arange(len(groups))
    return rows < int(test_frac * len(groups) + 0.5)


def _by_turn(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    """Patients in the order in which they come, not by number."""
    found: list[int] = []
    for patient in groups.tolist():
        if patient not in found:
            found.append(patient)
    patients = tensor(found)
    return torch.isin(groups, patients[order[: int(test_frac * len(found) + 0.5)]])


def _rows_until_enough(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    """Patients until so many rows are there."""
    test = torch.zeros(len(groups), dtype=torch.bool)
    for patient in groups.unique()[order]:
        if test.sum() >= test_frac * len(groups):
            break
        test |= groups == patient
    return test


def _until_rows_rounded(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    """Patients until so many rows are there, their number rounded."""
    test = torch.zeros(len(groups), dtype=torch.bool)
    for patient in groups.unique()[order]:
        if test.sum() >= int(test_frac * len(groups) + 0.5):
            break
        test |= groups == patient
    return test


def _first_rows(groups: Tensor, order: Tensor, test_frac: float) -> Tensor:
    return torch.arange(len(groups)) < int(test_frac * len(groups))


def _draw_groups(draw: Draw) -> list[Case]:
    def visits(patients: int, rows: int) -> tuple[Tensor, Tensor]:
        numbers = 3 * draw.order(3 * patients)[:patients] + 2
        groups = numbers[torch.cat([torch.arange(patients), draw.labels(patients, rows)])]
        return groups[draw.order(len(groups))], draw.order(patients)

    few, many = draw.whole(5, 7), draw.whole(9, 12)
    return [
        Case("random", (*visits(few, 10), 0.4)),
        Case("many patients", (*visits(many, 25), 0.25)),
        Case("a large test", (*visits(many, 12), 0.7)),
        Case("one visit each", (*visits(few, 0), 0.35)),
        Case("half a patient", (*visits(6, 8), 0.25)),
    ]


GROUP_SPLIT = Task(
    id="17.1",
    title="Split by patient, not by visit",
    promise=r"""
    Write `group_split(groups, order, test_frac)`: which rows are in the test, so that no patient is on both sides.

    - `groups` (N,) int64 holds the number of each row's patient, N >= 1. Numbers may have gaps and come in any order.
    - Let G be the number of different patients, and `groups.unique()` (sorted by number) their list. `order` (G,) int64 is a permutation of 0..G-1 that somebody has drawn: `order[0]` is the *position in that list* of the first patient of the test.
    - The test has the first k patients of `order`, with k = `test_frac` times G, rounded to the nearest whole number; where that product is exactly one half more than a whole number it is rounded up (0.625 times 4 is 2.5 and gives 3). `test_frac` is between 0 and 1; k may be 0 or G.
    - It returns a tensor (N,) of dtype bool: True for every row of those patients.
    - Nothing is drawn here, and the inputs are not changed.
    """,
    reference=group_split,
    named=(
        Case("four patients", (tensor([0, 0, 1, 1, 2, 2, 3, 3]), tensor([2, 0, 3, 1]), 0.5)),
        Case("unequal patients", (tensor([5, 5, 5, 5, 7, 8, 8, 9]), tensor([3, 1, 0, 2]), 0.25)),
        Case("gaps in the numbers", (tensor([10, 3, 10, 3, 7]), tensor([1, 2, 0]), 0.34)),
        Case("rounded up at a half", (tensor([4, 4, 6, 6, 8, 1]), tensor([0, 3, 2, 1]), 0.625)),
        Case("rounded down", (tensor([4, 4, 6, 6, 8, 1]), tensor([1, 3, 2, 0]), 0.3)),
        Case("nobody", (tensor([2, 2, 1]), tensor([1, 0]), 0.1)),
        Case("everybody", (tensor([2, 2, 1]), tensor([1, 0]), 1.0)),
        Case("one row", (tensor([6]), tensor([0]), 1.0)),
        Case("one patient", (tensor([6, 6]), tensor([0]), 0.4)),
    ),
    draws=_draw_groups,
    mistakes=(
        Mistake(
            "as many rows as patients",
            edit(
                "return torch.isin(groups, patients[order[:count]])",
                "place = order.argsort()[torch.searchsorted(patients, groups)]\n    return place.argsort(stable=True).argsort() < count",
            ),
            "You put the rows in the order of their patients and took the first k *rows*. The test has k *patients*, each with all rows.",
            "a patient is on both sides",
        ),
        Mistake(
            "by row",
            _by_row,
            "You cut the rows, not the patients: one patient's visits lie on both sides, and the model recognises the patient instead of the illness.",
            "one patient on both sides",
        ),
        Mistake(
            "order of rows",
            edit("torch.isin(groups, patients[order[:count]])", "torch.isin(torch.arange(len(groups)), order[:count])"),
            "You took order[:k] as numbers of *rows*. They are positions in the list of patients: look the patients up, then take all their rows.",
            "only a few rows are tested",
        ),
        Mistake(
            "position as number",
            edit("patients[order[:count]]", "order[:count]"),
            "You took the positions in `order` for the patients' numbers. They are places in groups.unique(): index it with them.",
            "other patients, or none",
        ),
        Mistake(
            "not drawn",
            edit("order[:count]", "torch.arange(count)"),
            "You always test the patients with the smallest numbers: `order` changes nothing. Old patients are not a random sample.",
            "always the same patients",
        ),
        Mistake(
            "inverted",
            edit("return torch.isin", "return ~torch.isin"),
            "You returned the rows to train on. The test has the first k patients of `order`.",
            "the other side",
        ),
        Mistake(
            "the last ones",
            edit("order[:count]", "order[len(patients) - count :]"),
            "You took the last k patients of `order`, not the first k.",
            "other patients",
        ),
        Mistake(
            "rounded up",
            edit("int(test_frac * len(patients) + 0.5)", "-int(-test_frac * len(patients) // 1)"),
            "You rounded k up. It is rounded to the nearest whole number.",
            "a patient too many",
        ),
        Mistake(
            "rounded down",
            edit("int(test_frac * len(patients) + 0.5)", "int(test_frac * len(patients))"),
            "You cut k off. It is rounded to the nearest whole number.",
            "a patient too few",
        ),
        Mistake(
            "half to even",
            edit("int(test_frac * len(patients) + 0.5)", "round(test_frac * len(patients))"),
            "You used round(), which turns 2.5 into 2. Here exactly one half rounds up.",
            "a patient too few where k is a half",
        ),
        Mistake(
            "share of rows",
            edit("test_frac * len(patients)", "test_frac * len(groups)"),
            "You took k from the number of rows. It is a share of the *patients*.",
            "too many patients",
        ),
        Mistake(
            "rows until enough",
            _rows_until_enough,
            "You added patients until the share of *rows* was reached. Here k counts patients.",
            "another number of patients",
        ),
        Mistake(
            "in order of coming",
            _by_turn,
            "You listed the patients in the order in which they come. The list is groups.unique(), sorted by number.",
            "other patients where the rows are not sorted",
        ),
        Mistake(
            "at least one",
            edit("int(test_frac * len(patients) + 0.5)", "max(1, int(test_frac * len(patients) + 0.5))"),
            "You always test one patient at least. Here k may be 0.",
            "a patient where none was asked for",
        ),
        Mistake(
            "one visit each",
            edit(
                "return torch.isin(groups, patients[order[:count]])",
                "test = torch.zeros(len(groups), dtype=torch.bool)\n    for patient in patients[order[:count]]:\n        test[(groups == patient).nonzero()[0]] = True\n    return test",
            ),
            "You took one row of each patient. All other visits of the same patient stay in the training side: that is the leak.",
            "one patient on both sides",
        ),
        Mistake(
            "row numbers",
            edit(
                "return torch.isin(groups, patients[order[:count]])",
                "return torch.isin(groups, patients[order[:count]]).nonzero().flatten()",
            ),
            "You returned the numbers of the rows. True and False for every row is asked for: (N,), bool.",
            "numbers instead of a mask",
        ),
        Mistake(
            "order read as ranks",
            edit("order[:count]", "order < count"),
            "You took the patients whose entry in `order` is below k: that reads `order` as a rank of each patient. Its first k entries are positions in the list.",
            "other patients",
        ),
        Mistake(
            "rows until enough, rounded",
            _until_rows_rounded,
            "You added patients until a rounded number of *rows* was reached. Here k counts patients.",
            "another number of patients",
        ),
        Mistake(
            "by row, rounded down",
            _first_rows,
            "You cut the rows, not the patients: one patient's visits lie on both sides, and the model recognises the patient instead of the illness.",
            "one patient on both sides",
        ),
        Mistake(
            "never all",
            edit(
                "int(test_frac * len(patients) + 0.5)", "min(int(test_frac * len(patients) + 0.5), len(patients) - 1)"
            ),
            "You always keep one patient for training. Here k may be G: then all are tested.",
            "a patient too few where all were asked for",
        ),
    ),
    hints=(
        "First the patients: groups.unique() lists each once, sorted.",
        "patients[order[:k]] are the patients of the test. Which rows are theirs?",
        "torch.isin(groups, chosen) marks them. int(x + 0.5) rounds a half up; round() does not.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("fusion_edu.data.split_groups", "sklearn.model_selection"),
)

# 17.2 ---------------------------------------------------------------------------------------------


def lag_features(x: Tensor, lags: int, horizon: int) -> tuple[Tensor, Tensor]:
    """Rows of the last readings (n, lags), and what comes ``horizon`` steps after each (n,)."""
    n = len(x) - lags - horizon + 1
    rows = torch.stack([x[t : t + lags] for t in range(n)])
    target = x[lags - 1 + horizon :]
    return rows, target


def _rolled(x: Tensor, lags: int, horizon: int) -> tuple[Tensor, Tensor]:
    return torch.stack([x.roll(lags - 1 - j) for j in range(lags)], dim=1), x.roll(-horizon)


def _minus_zero(x: Tensor, lags: int, horizon: int) -> tuple[Tensor, Tensor]:
    """Cut at -(horizon - 1), which is 0 and not the end where horizon is 1."""
    past = x[: -(horizon - 1)]
    n = max(len(past) - lags, 0)
    starts = torch.arange(n)
    return past[starts[:, None] + torch.arange(lags)], x[starts + lags + horizon - 1]


def _draw_series(draw: Draw) -> list[Case]:
    length, lags, horizon = draw.whole(14, 20), draw.whole(3, 5), draw.whole(2, 4)
    return [
        Case("random", (draw.normal(length), lags, horizon)),
        Case("float64", (draw.normal(length, dtype=torch.float64), 2, horizon)),
        Case("one lag", (draw.normal(length), 1, 1)),
        Case("a single row", (draw.normal(lags + horizon), lags, horizon)),
        Case("readings twice", (draw.labels(3, length).float(), lags, 1)),
    ]


LAG_FEATURES = Task(
    id="17.2",
    title="Traffic sensors: only the past",
    promise=r"""
    Write `lag_features(x, lags, horizon)`: rows to forecast a sensor from its own past.

    - `x` (T,) float32 or float64 holds readings at times 0 .. T-1. `lags` >= 1 and `horizon` >= 1 are ints, T >= lags + horizon.
    - Row i holds the `lags` readings that end at time t = i + lags - 1, oldest first: x[t-lags+1], ..., x[t]. Its target is x[t + horizon], later than everything in the row.
    - As many rows as have a target: n = T - lags - horizon + 1.
    - It returns two tensors of the dtype of `x`: the rows (n, lags) and the targets (n,).
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=lag_features,
    named=(
        Case("eight readings", (torch.arange(8.0), 3, 1)),
        Case("two steps ahead", (torch.arange(8.0), 2, 2)),
        Case("squares", (torch.arange(6.0) ** 2, 2, 1)),
        Case("a single row", (tensor([5.0, 1.0, 4.0, 2.0, 8.0]), 3, 2)),
        Case("one lag", (tensor([5.0, 1.0, 4.0, 2.0]), 1, 1)),
        Case("far ahead", (torch.arange(12.0) ** 2, 2, 5)),
        Case("many lags", (torch.arange(10.0) ** 2, 6, 1)),
    ),
    draws=_draw_series,
    mistakes=(
        Mistake(
            "the answer in the row",
            edit("target = x[lags - 1 + horizon :]", "target = x[lags - 1 :][:n]"),
            "Your target is the last reading of the row: horizon 0. The score will be perfect, the forecast worthless.",
            "the answer is in the row",
        ),
        Mistake(
            "one step too far",
            edit("return rows, target", "return rows[:-1], target[1:]"),
            "You forecast horizon + 1 steps: the row ends at t = i + lags - 1, the target is x[t + horizon].",
            "one row too few, one step too far",
        ),
        Mistake(
            "newest first",
            edit("x[t : t + lags]", "x[t : t + lags].flip(0)"),
            "Your rows hold the newest reading first. Oldest first is asked for.",
            "rows run backwards",
        ),
        Mistake(
            "last row lost",
            edit("return rows, target", "return rows[:-1], target[:-1]"),
            "The last row is missing: T - lags - horizon + 1 rows have a target.",
            "one row too few",
        ),
        Mistake(
            "the past as target",
            edit("target = x[lags - 1 + horizon :]", "target = x[:n]"),
            "Your target is the oldest reading of the row: you forecast the past.",
            "forecasts the past",
        ),
        Mistake(
            "one reading repeated",
            edit("x[t : t + lags]", "x[t : t + 1].repeat(lags)"),
            "Each row repeats one reading. It needs `lags` different times.",
            "no past in the row",
        ),
        Mistake(
            "newest repeated",
            edit("x[t : t + lags]", "x[t + lags - 1 : t + lags].repeat(lags)"),
            "Each row repeats its newest reading. It needs `lags` different times.",
            "no past in the row",
        ),
        Mistake(
            "looks ahead",
            edit("x[t : t + lags]", "x[t + horizon : t + lags + horizon]"),
            "Your row ends at the target itself: it looks ahead by `horizon` steps. It must end at t.",
            "the answer is in the row",
        ),
        Mistake(
            "next step always",
            edit("x[lags - 1 + horizon :]", "x[lags:][:n]"),
            "Your target is one step after the row, whatever the horizon is.",
            "horizon has no effect",
        ),
        Mistake(
            "steps of lags",
            edit(
                "for t in range(n)",
                "for t in range(0, n, lags)",
                "target = x[lags - 1 + horizon :]",
                "target = x[lags - 1 + horizon :][::lags]",
            ),
            "Your windows do not overlap: a row begins at every time.",
            "too few rows",
        ),
        Mistake(
            "steps of horizon in the row",
            edit("x[t : t + lags]", "x[[min(t + j * horizon, t + lags - 1) for j in range(lags)]]"),
            "Inside a row you jump by `horizon`. The readings of a row follow each other.",
            "readings are left out",
        ),
        Mistake(
            "columns as rows",
            edit(
                "torch.stack([x[t : t + lags] for t in range(n)])",
                "torch.stack([x[t : t + lags] for t in range(n)], dim=1)",
            ),
            "Your rows are columns: the shape is (lags, n), asked for is (n, lags).",
            "transposed",
        ),
        Mistake(
            "target in a column",
            edit("return rows, target", "return rows, target[:, None]"),
            "Your targets have shape (n, 1). Asked for is (n,): a loss would broadcast (lesson 02).",
            "a loss broadcasts",
        ),
        Mistake(
            "change as target",
            edit("return rows, target", "return rows, target - rows[:, -1]"),
            "Your target is the change since the last reading. Asked for is the reading itself.",
            "another target",
        ),
        Mistake(
            "every target",
            edit("x[lags - 1 + horizon :]", "torch.cat([x[lags - 1 + horizon :], x[:0]])[:1].repeat(n)"),
            "All rows have the first target.",
            "one target for all",
        ),
        Mistake(
            "one step too near",
            edit("target = x[lags - 1 + horizon :]", "target = x[lags - 2 + horizon :][:n]"),
            "You forecast horizon - 1 steps: the row ends at t = i + lags - 1, the target is x[t + horizon].",
            "one step too near",
        ),
        Mistake(
            "horizon from the oldest",
            edit("target = x[lags - 1 + horizon :]", "target = x[horizon:][:n]"),
            "You count the horizon from the *oldest* reading of the row. It counts from the newest, t = i + lags - 1.",
            "the answer is in the row",
        ),
        Mistake(
            "all steps",
            edit(
                "target = x[lags - 1 + horizon :]",
                "target = torch.stack([x[t + lags : t + lags + horizon] for t in range(n)])",
            ),
            "Your target holds all readings up to the horizon. One is asked for: the last of them, shape (n,).",
            "shape (n, horizon)",
        ),
        Mistake(
            "mean of the steps",
            edit(
                "target = x[lags - 1 + horizon :]",
                "target = torch.stack([x[t + lags : t + lags + horizon].mean() for t in range(n)])",
            ),
            "Your target is the mean of the readings up to the horizon. One reading is asked for: the last of them.",
            "a mean for a reading",
        ),
        Mistake(
            "without the newest",
            edit("x[t : t + lags]", "x[[max(t + j - 1, 0) for j in range(lags)]]"),
            "Your row ends one step too early: the newest reading, x[t], is missing. It holds x[t-lags+1] to x[t].",
            "the newest reading is missing",
        ),
        Mistake(
            "one reading ahead",
            edit("x[t : t + lags]", "x[t + 1 : t + lags + 1]"),
            "Your row ends one step too late: it holds x[t+1]. Row i holds x[t-lags+1] to x[t] with t = i + lags - 1.",
            "looks ahead",
        ),
        Mistake(
            "steps of horizon back",
            edit("x[t : t + lags]", "x[[max(t + lags - 1 - j * horizon, 0) for j in range(lags - 1, -1, -1)]]"),
            "Inside a row you go back by `horizon` at a time. The readings of a row follow each other.",
            "readings are left out",
        ),
        Mistake(
            "wraps around",
            _rolled,
            "You rolled the series: the first rows hold readings from its end, and the last targets come from its start. Keep only rows that have all their readings and a target.",
            "T rows, some of them from the other end",
        ),
        Mistake(
            "targets wrap around",
            edit(
                "n = len(x) - lags - horizon + 1",
                "n = len(x) - lags + 1",
                "x[lags - 1 + horizon :]",
                "x.roll(-horizon)[lags - 1 :]",
            ),
            "You rolled the series for the targets: the last rows have none, and get readings from its start. Keep only rows that have a target.",
            "the last targets come from the start",
        ),
        Mistake(
            "rows standardised",
            edit("return rows, target", "return (rows - x.mean()) / x.std().clamp_min(1e-12), target"),
            "You standardised the rows by mean and spread of the whole series: they know the future then. The readings themselves are asked for.",
            "other numbers, and the future in them",
        ),
        Mistake(
            "slice to minus 0",
            _minus_zero,
            "For a horizon of 1 your slice ends at -(horizon - 1), which is 0, the *start*, and nothing is left. Cut at a length counted from the front: len(x) - horizon + 1.",
            "no rows for a horizon of 1",
        ),
        Mistake(
            "one lag flattened",
            edit("return rows, target", "return rows.squeeze(1), target"),
            "With one lag your rows lose their axis: squeeze drops an axis of length 1. The shape is (n, lags), also for lags = 1.",
            "shape (n,) for one lag",
        ),
    ),
    hints=(
        "Write rows and targets for x = 0, 1, ..., 7 with 3 lags and horizon 1 on paper.",
        "Row i is x[i : i + lags]. At which position is its target?",
        "The last target is x[T-1]: from there count back to the number of rows. x.unfold(0, lags, 1) gives all windows.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 17.3 ---------------------------------------------------------------------------------------------


def cost_threshold(p: Tensor, c_fp: float, c_fn: float) -> Tensor:
    """Whether to treat, (N,) bool: where that costs at most as much as waiting, on average."""
    return (1 - p) * c_fp <= p * c_fn


def _draw_costs(draw: Draw) -> list[Case]:
    def away(n: int, c_fp: float, c_fn: float, dtype: torch.dtype = torch.float32) -> Tensor:
        """Probabilities that rounding cannot move over the limit."""
        p = draw.uniform(4 * n, dtype=dtype)
        return p[(p - c_fp / (c_fp + c_fn)).abs() > 1e-3][:n]

    found = [
        ("random", 1.0, float(draw.whole(2, 9))),
        ("alarms are dear", float(draw.whole(4, 9)), 1.0),
        ("thirds", 2.0, 1.0),
    ]
    return [
        *(Case(name, (away(12, alarm, miss), alarm, miss)) for name, alarm, miss in found),
        Case("float64", (away(8, 3.0, 5.0, torch.float64), 3.0, 5.0)),
        Case("small unit", (away(12, 0.01, 0.05), 0.01, 0.05)),
        Case("alarms are free", (away(6, 0.0, 2.0), 0.0, 2.0)),
    ]


COST = Task(
    id="17.3",
    title="Decide by cost, not by one half",
    promise=r"""
    Write `cost_threshold(p, c_fp, c_fn)`: whom to treat, where a false alarm costs `c_fp` and a missed illness `c_fn`.

    - `p` (N,) float32 or float64 holds the probability of being ill, 0 to 1, N >= 1. The costs are floats >= 0, not both 0, in any unit: they may be as small as 1e-9.
    - Treating costs $(1-p)\,c_\text{FP}$ on average, not treating $p\,c_\text{FN}$. Treat where the first is smaller or *exactly equal*.
    - It returns a tensor (N,) of dtype bool. (Where both cost the same, floats hold it exactly, as with p = ½ and `c_fp` = `c_fn`, whether you compare costs, p with a limit or the odds with a ratio; no other p is so near that rounding decides.)
    - The inputs are not changed.
    """,
    reference=cost_threshold,
    named=(
        Case("one to nine", (tensor([0.05, 0.15, 0.3, 0.6, 0.95]), 1.0, 9.0)),
        Case("equal costs", (tensor([0.4, 0.5, 0.6]), 1.0, 1.0)),
        Case("nine to one", (tensor([0.5, 0.85, 0.95]), 9.0, 1.0)),
        Case("a tie at a quarter", (tensor([0.125, 0.25, 0.375, 0.75]), 1.0, 3.0)),
        Case("a tie at three quarters", (tensor([0.125, 0.25, 0.75, 0.875]), 3.0, 1.0)),
        Case("sure", (tensor([0.0, 1.0]), 2.0, 5.0)),
        Case("misses are free", (tensor([0.0, 0.5, 1.0]), 1.0, 0.0)),
        Case("alarms are free", (tensor([0.0, 0.5, 1.0]), 0.0, 1.0)),
        Case("cents", (tensor([0.1, 0.3, 0.6, 0.9]), 0.02, 0.02)),
        Case("one patient", (tensor([0.2]), 1.0, 2.0)),
        Case("a tiny unit", (tensor([0.1, 0.3, 0.5, 0.7, 0.9]), 3e-9, 2e-9)),
        Case("costs of millionths", (tensor([0.2, 0.4, 0.47, 0.6]), 4e-6, 4e-6)),
        Case(
            "float64, close to one half",
            (tensor([0.5 - 1e-8, 0.5, 0.5 + 1e-8], dtype=torch.float64), 1.0, 1.0),
        ),
    ),
    draws=_draw_costs,
    mistakes=(
        Mistake(
            "one half",
            edit("(1 - p) * c_fp <= p * c_fn", "p >= 0.5"),
            "You cut at one half: that is right only where both errors cost the same.",
            "the costs change nothing",
        ),
        Mistake(
            "swapped",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) * c_fn <= p * c_fp"),
            "You exchanged the costs: c_fp is paid by treating somebody who is well, with probability 1 - p. The dearer a miss, the lower the limit: c_fp / (c_fp + c_fn).",
            "treats few where misses are dear",
        ),
        Mistake(
            "odds as probability",
            edit("(1 - p) * c_fp <= p * c_fn", "c_fp <= p * c_fn"),
            "Your limit is c_fp / c_fn. That is the limit of the *odds* p / (1 - p); for p it is c_fp / (c_fp + c_fn). (Or you left out the factor 1 - p: the same.)",
            "treats too few",
        ),
        Mistake(
            "strict", edit("<=", "<"), "On a tie you wait. Where both costs are exactly equal, treat.", "waits on a tie"
        ),
        Mistake(
            "inverted",
            edit("<=", ">="),
            "You treat where treating is the dearer choice: the sign points the wrong way.",
            "treats the healthy",
        ),
        Mistake(
            "alarms only",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) * c_fp <= p"),
            "You left out c_fn: what a miss costs changes nothing.",
            "misses cost one",
        ),
        Mistake(
            "misses only",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) <= p * c_fn"),
            "You left out c_fp: what a false alarm costs changes nothing.",
            "false alarms cost one",
        ),
        Mistake(
            "waits",
            edit("return (1 - p) * c_fp <= p * c_fn", "return ~((1 - p) * c_fp <= p * c_fn)"),
            "You returned whom *not* to treat.",
            "the others",
        ),
        Mistake(
            "difference",
            edit("(1 - p) * c_fp <= p * c_fn", "p * (c_fn - c_fp) >= c_fp"),
            "Your limit is c_fp / (c_fn - c_fp). Expand (1 - p) c_fp <= p c_fn: the costs add up.",
            "treats nobody where the costs are equal",
        ),
        Mistake(
            "as numbers",
            edit("return (1 - p) * c_fp <= p * c_fn", "return ((1 - p) * c_fp <= p * c_fn).to(p.dtype)"),
            "You returned numbers, 0.0 and 1.0. A bool tensor is asked for: it can pick rows, and ~ inverts it.",
            "picks no rows",
        ),
        Mistake(
            "product of costs",
            edit("(1 - p) * c_fp <= p * c_fn", "p >= c_fp * c_fn / (c_fp + c_fn)"),
            "Your limit is c_fp c_fn / (c_fp + c_fn), which changes with the unit of the costs. A limit for p has no unit: c_fp / (c_fp + c_fn).",
            "the unit decides",
        ),
        Mistake(
            "ranked",
            edit(
                "return (1 - p) * c_fp <= p * c_fn",
                "return p >= p.sort().values[min(int(len(p) * c_fp / (c_fp + c_fn)), len(p) - 1)]",
            ),
            "You treat a *share* of the patients. Each is decided by their own p, whoever else is there.",
            "others decide",
        ),
        Mistake(
            "above one half",
            edit("(1 - p) * c_fp <= p * c_fn", "p > 0.5"),
            "You cut at one half, and wait on a tie: that ignores the costs.",
            "the costs change nothing",
        ),
        Mistake(
            "miss without its probability",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) * c_fp <= c_fn"),
            "You took the whole cost of a miss. It is paid with probability p: p c_fn.",
            "treats too many",
        ),
        Mistake(
            "the smaller cost",
            edit("return (1 - p) * c_fp <= p * c_fn", "return torch.minimum((1 - p) * c_fp, p * c_fn)"),
            "You returned what the better decision costs. Asked for is the decision: whom to treat, bool.",
            "costs instead of decisions",
        ),
        Mistake(
            "the limit",
            edit("return (1 - p) * c_fp <= p * c_fn", "return torch.tensor(c_fp / (c_fp + c_fn))"),
            "You returned the limit. Compare each p with it: one decision a row.",
            "one number",
        ),
        Mistake(
            "row numbers",
            edit("return (1 - p) * c_fp <= p * c_fn", "return ((1 - p) * c_fp <= p * c_fn).nonzero().flatten()"),
            "You returned the numbers of the rows. True and False for every row is asked for: (N,), bool.",
            "numbers instead of a mask",
        ),
        Mistake(
            "tolerance",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) * c_fp <= p * c_fn + 1e-6"),
            "You treat also where that costs up to about 1e-6 more. Costs may be in a unit in which that is much: compare exactly.",
            "treats everybody where costs are small numbers",
        ),
        Mistake(
            "added to the costs",
            edit("(1 - p) * c_fp <= p * c_fn", "p >= c_fp / (c_fp + c_fn + 1e-6)"),
            "You added about 1e-6 to the sum of the costs. They are not both 0, and may be smaller than that: divide by the sum itself.",
            "treats everybody where costs are small numbers",
        ),
        Mistake(
            "divided by the cost of a miss",
            edit("(1 - p) * c_fp <= p * c_fn", "p / (1 - p) >= c_fp / c_fn"),
            "You divide by c_fn: where a miss costs nothing that is a ZeroDivisionError. Compare (1 - p) c_fp with p c_fn, without a division.",
            "an error where misses are free",
        ),
        Mistake(
            "nobody where misses are free",
            edit("(1 - p) * c_fp <= p * c_fn", "((1 - p) * c_fp <= p * c_fn) & (c_fn > 0)"),
            "Where a miss costs nothing you treat nobody. For p = 1 treating costs nothing either, and on a tie you treat.",
            "waits on a tie",
        ),
        Mistake(
            "whole costs",
            edit("(1 - p) * c_fp <= p * c_fn", "(1 - p) * int(c_fp) <= p * int(c_fn)"),
            "You cut the costs to whole numbers. They may be fractions: 0.02 becomes 0, and everybody is treated.",
            "fractions of a cost are lost",
        ),
        Mistake(
            "limit rounded",
            edit("(1 - p) * c_fp <= p * c_fn", "p >= round(c_fp / (c_fp + c_fn), 1)"),
            "You rounded the limit to one decimal. Whoever lies between the two limits is decided wrongly: compare with c_fp / (c_fp + c_fn) itself.",
            "wrong near the limit",
        ),
        Mistake(
            "whole numbers",
            edit("return (1 - p) * c_fp <= p * c_fn", "return ((1 - p) * c_fp <= p * c_fn).long()"),
            "You returned whole numbers, 0 and 1. A bool tensor is asked for: numbers pick other rows as an index, and ~ does not invert them.",
            "picks other rows",
        ),
    ),
    hints=(
        "Take one patient with p = 0.2, a false alarm that costs 1 and a miss that costs 9. What does each decision cost on average?",
        "Compare (1 - p) c_fp with p c_fn, row by row.",
        "Mind the tie.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

# 17.4 ---------------------------------------------------------------------------------------------


def leak_audit(
    train_x: Tensor, test_x: Tensor, train_group: Tensor, test_group: Tensor, train_time: Tensor, test_time: Tensor
) -> tuple[float, float, float]:
    """Shares of the test rows with a known group, with a twin in training, and not later than all of training."""
    known = torch.isin(test_group, train_group)
    twin = (test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)
    early = test_time <= train_time.max()
    return known.double().mean().item(), twin.double().mean().item(), early.double().mean().item()


def _draw_splits(draw: Draw) -> list[Case]:
    def audit(
        n: int, m: int, groups: int, twins: int, later: float, dtype: torch.dtype = torch.float32
    ) -> tuple[Tensor, ...]:
        train, test = draw.normal(n, 3, dtype=dtype), draw.normal(m, 3, dtype=dtype)
        if twins:
            test[draw.order(m)[:twins]] = train[draw.labels(n, twins)]
        return train, test, draw.labels(groups, n), draw.labels(2 * groups, m), draw.uniform(n), later + draw.uniform(m)

    n, m = draw.whole(6, 9), draw.whole(10, 14)
    return [
        Case("random", audit(n, m, 3, 4, 0.5)),
        Case("more to train", audit(m + 5, n, 4, 2, 0.3)),
        Case("float64, all later", audit(n, m, 3, 3, 1.0, torch.float64)),
        Case("no twins", audit(n, m, 2, 0, 0.0)),
        Case(
            "one feature alike",
            (
                torch.ones(n, 2),
                torch.cat([torch.ones(m, 1), draw.labels(2, m, 1).float()], dim=1),
                torch.zeros(n, dtype=torch.int64),
                draw.labels(2, m),
                draw.uniform(n),
                1 + draw.uniform(m),
            ),
        ),
    ]


_T = tensor([0.0, 1.0, 2.0])
LEAK_AUDIT = Task(
    id="17.4",
    title="Audit a split for leaks",
    promise=r"""
    Write `leak_audit(train_x, test_x, train_group, test_group, train_time, test_time)`: three shares of the *test* rows that should all be 0.

    - `train_x` (N, D) and `test_x` (M, D) are features (float, finite), N, M, D >= 1; `train_group` (N,) and `test_group` (M,) int64 say whose row it is; `train_time` (N,) and `test_time` (M,) float say when it was taken.
    - The first share: test rows whose group also occurs in training.
    - The second: test rows that have a *twin* in training, a row with exactly the same D features. (Exactly: no tolerance. 0.0 and -0.0 are equal.)
    - The third: test rows that are *not later than the latest* training row. At the same time is not later.
    - It returns these three numbers, each 0 to 1; Python floats or 0-d tensors. A row may count in several of them.
    - The inputs are not changed.
    """,
    reference=leak_audit,
    named=(
        Case(
            "clean",
            (
                tensor([[0.0, 1.0], [2.0, 3.0]]),
                tensor([[4.0, 5.0]]),
                tensor([1, 2]),
                tensor([3]),
                tensor([0.0, 1.0]),
                tensor([2.0]),
            ),
        ),
        Case(
            "the latest training row comes first",
            (
                tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]),
                tensor([[6.0, 7.0], [8.0, 9.0]]),
                tensor([1, 2, 3]),
                tensor([4, 5]),
                tensor([2.0, 0.0, 1.0]),
                tensor([1.5, 3.0]),
            ),
        ),
        Case(
            "same person",
            (
                tensor([[0.0, 1.0], [2.0, 3.0]]),
                tensor([[4.0, 5.0], [6.0, 7.0]]),
                tensor([1, 2]),
                tensor([2, 3]),
                tensor([0.0, 1.0]),
                tensor([2.0, 2.5]),
            ),
        ),
        Case(
            "same row",
            (
                tensor([[0.0, 1.0], [2.0, 3.0]]),
                tensor([[2.0, 3.0], [6.0, 7.0], [2.0, 7.0]]),
                tensor([1, 2]),
                tensor([4, 3, 5]),
                tensor([0.0, 1.0]),
                tensor([2.0, 2.5, 3.0]),
            ),
        ),
        Case(
            "features of two rows",
            (
                tensor([[0.0, 1.0], [2.0, 3.0]]),
                tensor([[0.0, 3.0], [2.0, 1.0]]),
                tensor([1, 2]),
                tensor([4, 3]),
                tensor([0.0, 1.0]),
                tensor([2.0, 2.5]),
            ),
        ),
        Case(
            "earlier",
            (torch.eye(3), 2 * torch.eye(3), tensor([1, 2, 3]), tensor([4, 5, 6]), _T, tensor([0.5, 1.5, 2.5])),
        ),
        Case(
            "at the same time",
            (torch.eye(3), 2 * torch.eye(3), tensor([1, 2, 3]), tensor([4, 5, 6]), _T, tensor([2.0, 3.0, 4.0])),
        ),
        Case(
            "before everything",
            (torch.eye(3), 2 * torch.eye(3), tensor([1, 2, 3]), tensor([4, 5, 6]), _T, tensor([-3.0, -2.0, 9.0])),
        ),
        Case(
            "one twin, many times",
            (
                torch.ones(4, 2),
                tensor([[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]),
                tensor([1, 1, 1, 1]),
                tensor([1, 1, 2]),
                torch.zeros(4),
                torch.ones(3),
            ),
        ),
        Case(
            "nearly the same",
            (tensor([[1.0, 2.0]]), tensor([[1.0, 2.000001]]), tensor([1]), tensor([2]), tensor([0.0]), tensor([1.0])),
        ),
        Case(
            "same sum",
            (
                tensor([[1.0, 2.0]]),
                tensor([[2.0, 1.0], [3.0, 0.0]]),
                tensor([1]),
                tensor([2, 3]),
                tensor([0.0]),
                tensor([1.0, 1.0]),
            ),
        ),
        Case(
            "all leaks at once",
            (tensor([[1.0]]), tensor([[1.0]]), tensor([1]), tensor([1]), tensor([0.0]), tensor([0.0])),
        ),
        Case(
            "twins in the test only",
            (
                torch.eye(2),
                torch.zeros(3, 2),
                tensor([1, 2]),
                tensor([7, 7, 7]),
                tensor([0.0, 1.0]),
                tensor([2.0, 2.0, 3.0]),
            ),
        ),
        Case(
            "zero and minus zero",
            (
                tensor([[0.0, 1.0]]),
                tensor([[-0.0, 1.0], [0.0, 2.0]]),
                tensor([1]),
                tensor([2, 3]),
                tensor([0.0]),
                tensor([1.0, 2.0]),
            ),
        ),
        Case(
            "tiny numbers",
            (
                tensor([[0.0, 1.0]]),
                tensor([[1e-30, 1.0], [0.0, 2.0]]),
                tensor([1]),
                tensor([2, 3]),
                tensor([0.0]),
                tensor([1.0, 2.0]),
            ),
        ),
        Case(
            "large group numbers",
            (
                tensor([[0.0, 1.0], [2.0, 3.0]]),
                tensor([[4.0, 5.0], [6.0, 7.0]]),
                tensor([16_777_216, 2**53]),
                tensor([16_777_217, 2**53 + 1]),
                tensor([0.0, 1.0]),
                tensor([2.0, 2.5]),
            ),
        ),
        Case(
            "nearly the same, float64",
            (
                tensor([[1.0, 2.0]], dtype=torch.float64),
                tensor([[1.0, 2.000000000001], [1.0, 3.0]], dtype=torch.float64),
                tensor([1]),
                tensor([2, 3]),
                tensor([0.0]),
                tensor([1.0, 2.0]),
            ),
        ),
    ),
    draws=_draw_splits,
    mistakes=(
        Mistake(
            "groups as float32",
            edit("torch.isin(test_group, train_group)", "torch.isin(test_group.float(), train_group.float())"),
            "You compared the group numbers as float32, in which large whole numbers run together: 16777217 becomes 16777216. Compare the integers.",
            "two people with large numbers are one",
        ),
        Mistake(
            "groups as float64",
            edit("torch.isin(test_group, train_group)", "torch.isin(test_group.double(), train_group.double())"),
            "You compared the group numbers as floating numbers, in which whole numbers above 2^53 run together. Compare the integers.",
            "two people with very large numbers are one",
        ),
        Mistake(
            "share of training",
            edit("torch.isin(test_group, train_group)", "torch.isin(train_group, test_group)"),
            "Your first number is a share of the *training* rows. Asked for are the test rows whose group occurs in training.",
            "the other side is counted",
        ),
        Mistake(
            "groups, not rows",
            edit("known = torch.isin(test_group, train_group)", "known = torch.isin(test_group.unique(), train_group)"),
            "Your first number counts groups. Count test *rows*: a person with many rows weighs more.",
            "a large group counts like a small one",
        ),
        Mistake(
            "clean groups",
            edit("torch.isin(test_group, train_group)", "~torch.isin(test_group, train_group)"),
            "Your first number is the share of rows whose group is *not* known. It is 1 where it should be 0.",
            "a clean split looks bad",
        ),
        Mistake(
            "any feature",
            edit(".all(dim=2)", ".any(dim=2)"),
            "For you a twin has *one* feature in common. All D must be equal.",
            "strangers count as twins",
        ),
        Mistake(
            "each feature somewhere",
            edit(
                "(test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)",
                "(test_x[:, None] == train_x[None]).any(dim=1).all(dim=1)",
            ),
            "You find each feature somewhere in training, perhaps in different rows. A twin is *one* row with all of them: first all over features, then any over rows.",
            "mixed rows count as twins",
        ),
        Mistake(
            "twins in training",
            edit(
                "(test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)",
                "(test_x[:, None] == train_x[None]).all(dim=2).any(dim=0)",
            ),
            "Your second number is the share of *training* rows with a twin in the test. Asked for are test rows.",
            "the other side is counted",
        ),
        Mistake(
            "pairs of twins",
            edit(".all(dim=2).any(dim=1)", ".all(dim=2)"),
            "You averaged over all pairs of rows. A test row either has a twin or not.",
            "far too small",
        ),
        Mistake(
            "same sum",
            edit(
                "(test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)",
                "torch.isin(test_x.sum(dim=1), train_x.sum(dim=1))",
            ),
            "You compare a number made of the row (its sum, say): different rows can share it.",
            "strangers count as twins",
        ),
        Mistake(
            "with tolerance",
            edit("(test_x[:, None] == train_x[None])", "torch.isclose(test_x[:, None], train_x[None])"),
            "You allow a tolerance. Here a twin is exactly equal: near ones are another question.",
            "near rows count as twins",
        ),
        Mistake(
            "twins within the test",
            edit(
                "(test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)",
                "(test_x[:, None] == torch.cat([train_x, test_x])[None]).all(dim=2).sum(dim=1) > 1",
            ),
            "You also count twins *within* the test. A leak needs one side each.",
            "repeated test rows count",
        ),
        Mistake(
            "same time is later",
            edit("test_time <= train_time.max()", "test_time < train_time.max()"),
            "For you a row at the same time as the latest training row is later. It is not: <=.",
            "a tie is overlooked",
        ),
        Mistake(
            "the earliest",
            edit("train_time.max()", "train_time.min()"),
            "You compare with the *earliest* training row. Test rows must be later than all of them: the latest counts.",
            "a mixed period looks clean",
        ),
        Mistake(
            "the mean time",
            edit("train_time.max()", "train_time.mean()"),
            "You compare with the mean time of training. Test rows must be later than all of it: the latest counts.",
            "a mixed period looks clean",
        ),
        Mistake(
            "later rows",
            edit("test_time <= train_time.max()", "test_time > train_time.max()"),
            "Your third number is the share of rows that *are* later. It is 1 where it should be 0.",
            "a clean split looks bad",
        ),
        Mistake(
            "counts",
            edit(
                "return known.double().mean().item(), twin.double().mean().item(), early.double().mean().item()",
                "return known.double().sum().item(), twin.double().sum().item(), early.double().sum().item()",
            ),
            "You returned counts. Shares of the test rows are asked for.",
            "above 1",
        ),
        Mistake(
            "order of the three",
            edit(
                "return known.double().mean().item(), twin.double().mean().item()",
                "return twin.double().mean().item(), known.double().mean().item()",
            ),
            "The first two numbers have changed places: groups first, then twins.",
            "group and twin exchanged",
        ),
        Mistake(
            "rows, not values",
            edit("test_time <= train_time.max()", "test_time <= train_time[-1]"),
            "You compare with the *last* training row. Rows need not be sorted by time: take the latest.",
            "unsorted rows mislead",
        ),
        Mistake(
            "every twin counted",
            edit(".all(dim=2).any(dim=1)", ".all(dim=2).sum(dim=1)"),
            "A test row counts once for every twin it has, so the share can exceed 1. It has a twin or not: any.",
            "above 1",
        ),
        Mistake(
            "divided by training rows",
            edit(
                "return known.double().mean().item(), twin.double().mean().item(), early.double().mean().item()",
                "n = len(train_x)\n    return known.sum().item() / n, twin.sum().item() / n, early.sum().item() / n",
            ),
            "You divided by the number of training rows. The shares are of the *test* rows.",
            "another divisor",
        ),
        Mistake(
            "row by row",
            edit(
                "twin = (test_x[:, None] == train_x[None]).all(dim=2).any(dim=1)",
                "n = min(len(train_x), len(test_x))\n    twin = torch.zeros(len(test_x))\n    twin[:n] = (test_x[:n] == train_x[:n]).all(dim=1).float()",
            ),
            "You compare each test row only with the training row at the same place. A twin may stand anywhere: compare with all.",
            "twins elsewhere are overlooked",
        ),
        Mistake(
            "bytes",
            edit(
                "twin = (test_x[:, None] == train_x[None])",
                "bits = torch.int64 if test_x.dtype == torch.float64 else torch.int32\n    twin = (test_x.view(bits)[:, None] == train_x.view(bits)[None])",
            ),
            "You compared the bytes of the rows: 0.0 and -0.0 are equal numbers with different bytes. Compare the numbers.",
            "0 and -0 count as different",
        ),
        Mistake(
            "distance 0",
            edit("(test_x[:, None] == train_x[None]).all(dim=2)", "(torch.cdist(test_x, train_x) == 0)"),
            "For you a twin is at distance 0: the square of a tiny difference is 0 in the computer. Compare the features themselves.",
            "rows that differ by little count as twins",
        ),
        Mistake(
            "compared in float32",
            edit("(test_x[:, None] == train_x[None])", "(test_x.float()[:, None] == train_x.float()[None])"),
            "You compared in float32: float64 rows that differ beyond the 7th digit become equal. Compare in the dtype they come in.",
            "near rows count as twins",
        ),
        Mistake(
            "text of the numbers",
            edit(
                "(test_x[:, None] == train_x[None])",
                "(torch.round(test_x[:, None].double(), decimals=6) == torch.round(train_x[None].double(), decimals=6))",
            ),
            "You compared rounded numbers (or their text): rows that differ in later digits count as twins. Here a twin is exactly equal.",
            "near rows count as twins",
        ),
        Mistake(
            "first leak only",
            edit("    return known", "    twin = twin & ~known\n    early = early & ~known & ~twin\n    return known"),
            "You counted a row for its first leak only (elif). A row may count in several of the three.",
            "later leaks look smaller",
        ),
        Mistake(
            "any row decides",
            edit(".double().mean()", ".double().amax()"),
            "You say whether there is a leak at all, 0 or 1. Shares of the test rows are asked for: the mean, not any.",
            "one row makes it 1",
        ),
        Mistake(
            "twins of the same group",
            edit(
                ".all(dim=2).any(dim=1)", ".all(dim=2).logical_and(test_group[:, None] == train_group[None]).any(dim=1)"
            ),
            "Your twins must also share the group. A twin is a row with the same D features, whosever it is.",
            "twins across groups are overlooked",
        ),
    ),
    hints=(
        "All three are shares of the test rows: one yes or no for each row, then the mean.",
        "test_x[:, None] == train_x[None] has shape (M, N, D). What must hold over D, and what over N?",
        "A row at the time of the latest training row is not later.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    view=as_numbers,
)

# 17.5 ---------------------------------------------------------------------------------------------


def abstention_threshold(confidence: Tensor, correct: Tensor, risk: float) -> float:
    """The smallest confidence from which on the share of errors is at most ``risk``; inf where there is none."""
    for t in confidence.sort().values.tolist():
        decided = confidence >= t
        errors = (~correct[decided]).double().mean().item()
        if errors <= risk:
            return t
    return float("inf")


def _first_from_above(confidence: Tensor, correct: Tensor, risk: float) -> float:
    """Goes down from the surest one and stops at the first breach."""
    best = float("inf")
    for t in confidence.sort(descending=True).values.tolist():
        if (~correct[confidence >= t]).double().mean().item() > risk:
            break
        best = t
    return best


def _ties_one_by_one(confidence: Tensor, correct: Tensor, risk: float) -> float:
    """Counts rows from the surest down, without waiting for the rest of a tie."""
    value, order = confidence.sort(descending=True, stable=True)
    errors = (~correct[order]).cumsum(0).double() / torch.arange(1, len(value) + 1)
    kept = (errors <= risk).nonzero().flatten().tolist()
    return value[kept[-1]].item() if kept else float("inf")


def _halving(confidence: Tensor, correct: Tensor, risk: float) -> float:
    """Looks for the limit by halving, as if errors could only fall."""
    found = confidence.unique().tolist()
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        kept = (~correct[confidence >= found[middle]]).double().mean().item() <= risk
        low, high = (low, middle) if kept else (middle + 1, high)
    return found[low] if low < len(found) else float("inf")


def _draw_confidences(draw: Draw) -> list[Case]:
    def rows(n: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
        confidence = draw.uniform(n, low=0.3, dtype=dtype)
        return confidence, draw.uniform(n) < confidence

    n = draw.whole(30, 40)
    tied = (draw.whole(3, 5) + draw.labels(5, n)).float() / 16
    return [
        Case("random", (*rows(n), 0.21)),
        Case("a strict risk", (*rows(n), 0.06)),
        Case("a loose risk", (*rows(n), 0.41)),
        Case("float64", (*rows(12, torch.float64), 0.25)),
        Case("ties", (tied, draw.uniform(n) < 0.75, 0.25)),
        Case("unsure is right", (1 - rows(n)[0], draw.uniform(n) < 0.6, 0.31)),
    ]


def _is(*values: int) -> Tensor:
    return tensor(values, dtype=torch.bool)


ABSTENTION = Task(
    id="17.5",
    title="From which confidence on may the model decide?",
    promise=r"""
    Write `abstention_threshold(confidence, correct, risk)`: the smallest threshold from which on the model may decide alone.

    - `confidence` (N,), dtype float32 or float64, of validation rows, N >= 1, in any order, ties possible; `correct` (N,) bool: whether the model was right; `risk` a float in [0, 1).
    - With threshold t the model decides the rows with confidence >= t and hands on the others. Its error rate is the share of wrong rows *among those it decides*.
    - Candidates are the values that occur in `confidence`. Return the *smallest* candidate whose error rate is <= `risk`; an equal one is allowed. (No rate is so near `risk` that rounding decides; it is equal only where floats hold both exactly, as 1 of 4 with risk 0.25.) A larger candidate may break the limit again; that does not matter.
    - If no candidate keeps the limit, return infinity: the model decides nothing.
    - It returns one number, a Python float or a 0-d tensor. The inputs are not changed.
    """,
    reference=abstention_threshold,
    named=(
        Case("the sure are right", (tensor([0.5, 0.6, 0.7, 0.8, 0.9]), _is(0, 0, 1, 1, 1), 0.1)),
        Case("exactly the limit", (tensor([0.5, 0.6, 0.7, 0.8]), _is(0, 1, 1, 1), 0.25)),
        Case("no candidate", (tensor([0.5, 0.9]), _is(1, 0), 0.2)),
        Case("all right", (tensor([0.9, 0.4, 0.6]), _is(1, 1, 1), 0.0)),
        Case("a breach above", (tensor([0.5, 0.6, 0.7, 0.8, 0.9, 0.95]), _is(1, 1, 1, 1, 1, 0), 0.2)),
        Case("ties with an error", (tensor([0.5, 0.5, 0.5, 0.75, 0.75]), _is(0, 1, 1, 1, 1), 0.22)),
        Case("a tie decides", (tensor([0.75, 0.75, 0.25]), _is(0, 1, 1), 0.4)),
        Case("a tie of right and wrong", (tensor([0.75, 0.75, 0.9]), _is(1, 0, 1), 0.2)),
        Case("unsorted", (tensor([0.8, 0.5, 0.9, 0.6, 0.7]), _is(1, 0, 1, 0, 1), 0.25)),
        Case("one row, right", (tensor([0.3]), _is(1), 0.0)),
        Case("one row, wrong", (tensor([0.3]), _is(0), 0.5)),
        Case("below one half", (tensor([0.125, 0.25, 0.375]), _is(0, 1, 1), 0.1)),
        Case(
            "most of the rows",
            (tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]), _is(0, 1, 1, 0, 1, 1, 0, 1, 1, 1), 0.35),
        ),
        Case("a breach in the middle", (tensor([0.1, 0.2, 0.3, 0.4, 0.5]), _is(0, 1, 1, 0, 1), 0.35)),
        Case("errors of all rows", (tensor([0.1, 0.2, 0.3, 0.4, 0.8, 0.9]), _is(1, 1, 1, 1, 0, 1), 0.17)),
        Case("wrong below right", (tensor([0.1, 0.2, 0.3, 0.4, 0.5]), _is(0, 0, 1, 1, 1), 0.3)),
        Case("a wrong row is the smallest", (tensor([0.2, 0.4, 0.6, 0.8]), _is(0, 1, 1, 1), 0.3)),
        Case(
            "float64, as float32 the same",
            (tensor([0.5, 0.5 + 1e-10, 0.5 + 2e-10, 0.5 + 3e-10], dtype=torch.float64), _is(0, 0, 1, 1), 0.1),
        ),
    ),
    draws=_draw_confidences,
    mistakes=(
        Mistake(
            "strictly surer",
            edit("decided = confidence >= t", "decided = confidence > t"),
            "Your model decides only rows *above* the threshold, not those at it: the row that gave t is missing from its own errors.",
            "the row at the threshold is left out",
        ),
        Mistake(
            "errors of all rows",
            edit("(~correct[decided]).double().mean().item()", "(~correct & decided).double().mean().item()"),
            "You divide the errors by all rows. The risk is the share among the rows that the model *decides*.",
            "the risk is too high",
        ),
        Mistake(
            "share right",
            edit("(~correct[decided])", "(correct[decided])"),
            "You hold the share of *right* answers against the risk.",
            "the worst threshold is taken",
        ),
        Mistake(
            "only right rows tried",
            edit("for t in confidence.sort()", "for t in confidence[correct].sort()"),
            "You tried only the confidences of right rows. All values of `confidence` are candidates: one at which a wrong row stands may keep the limit, too.",
            "some candidates are never tried",
        ),
        Mistake(
            "odds",
            edit(
                "(~correct[decided]).double().mean().item()",
                "((~correct[decided]).sum() / correct[decided].sum()).item()",
            ),
            "You divide the wrong rows by the right ones: those are odds. The error rate divides them by all rows that the model decides.",
            "too many errors are counted",
        ),
        Mistake(
            "largest",
            edit("confidence.sort().values.tolist()", "confidence.sort(descending=True).values.tolist()"),
            "You return the largest threshold that keeps the limit: the model hands on nearly everything. The smallest is asked for.",
            "nearly everything is handed on",
        ),
        Mistake(
            "stops at a breach",
            _first_from_above,
            "You go down from the surest row and stop at the first breach. A smaller threshold may keep the limit again: try all candidates.",
            "too little is decided",
        ),
        Mistake(
            "below the limit",
            edit("errors <= risk", "errors < risk"),
            "An error share exactly at the risk is allowed: <=.",
            "a row too few is decided",
        ),
        Mistake(
            "none is one",
            edit('float("inf")', "1.0"),
            "Where no candidate keeps the limit you return 1.0, at which a row of confidence 1 is still decided. Return infinity.",
            "sure rows are decided all the same",
        ),
        Mistake(
            "none is the largest",
            edit('float("inf")', "confidence.max().item()"),
            "Where no candidate keeps the limit you return the largest confidence, so its row is still decided. Return infinity.",
            "the surest row is decided all the same",
        ),
        Mistake(
            "none is zero",
            edit('float("inf")', "0.0"),
            "Where no candidate keeps the limit you return 0: the model decides *everything*. Return infinity.",
            "everything is decided",
        ),
        Mistake(
            "handed on",
            edit("decided = confidence >= t", "decided = confidence <= t"),
            "You look at the errors of the *unsure* rows. Decided are those with confidence >= t.",
            "the unsure rows are judged",
        ),
        Mistake(
            "order of coming",
            edit("confidence.sort().values.tolist()", "confidence.tolist()"),
            "You return the first candidate in the order of the rows. The smallest is asked for: sort.",
            "depends on the order of rows",
        ),
        Mistake(
            "share of rows",
            edit("return t", "return decided.double().mean().item()"),
            "You return the share of rows that are decided. The threshold is asked for.",
            "a share for a threshold",
        ),
        Mistake(
            "one minus risk",
            edit("errors <= risk", "errors <= 1 - risk"),
            "You allow errors up to 1 - risk.",
            "nearly everything is decided",
        ),
        Mistake(
            "confidence for errors",
            edit("(~correct[decided]).double().mean().item()", "(1 - confidence[decided]).double().mean().item()"),
            "You take 1 - confidence for the errors: that believes the model. Count them in `correct`.",
            "the model judges itself",
        ),
        Mistake(
            "risk as threshold",
            edit("return t", "return 1 - risk"),
            "You return 1 - risk where a threshold exists. A confidence need not mean what it says: count errors and return a candidate.",
            "the model judges itself",
        ),
        Mistake(
            "number of errors",
            edit(".double().mean().item()", ".double().sum().item()"),
            "You hold the *number* of errors against the risk. Take the share among the decided rows.",
            "nearly nothing is decided",
        ),
        Mistake(
            "ties one by one",
            _ties_one_by_one,
            "You add the rows one by one, so a threshold may be judged before all rows of the same confidence are in. All of them are decided together: look only behind the last one of a tie.",
            "a tie is cut in two",
        ),
        Mistake(
            "grid",
            edit("confidence.sort().values.tolist()", "torch.linspace(0, 1, 101, dtype=confidence.dtype).tolist()"),
            "You try thresholds on a grid of 101 numbers. The candidates are the values that occur in `confidence`.",
            "a threshold that nobody has",
        ),
        Mistake(
            "share of the errors",
            edit(
                "(~correct[decided]).double().mean().item()",
                "(~correct[decided]).sum().item() / max((~correct).sum().item(), 1)",
            ),
            "You divide the errors by the number of *all errors*. The risk is the share of wrong rows among those that are decided.",
            "another share",
        ),
        Mistake(
            "halving",
            _halving,
            "You look for the threshold by halving. That needs errors that only fall as the threshold rises; here they may rise again: try the candidates from the smallest up.",
            "another threshold",
        ),
        Mistake(
            "none is None",
            edit('float("inf")', "None"),
            "Where no candidate keeps the limit you return None. Return infinity: no confidence reaches it, so nothing is decided.",
            "nothing comes back",
        ),
    ),
    hints=(
        "For one threshold: which rows are decided, and which share of them is wrong?",
        "Try the candidates from the smallest up, and return the first that keeps the limit.",
        "With sorted rows and a cumulative sum it takes one pass, but mind ties: all rows of one confidence are decided together.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    view=as_numbers,
)

# 17.6 ---------------------------------------------------------------------------------------------


def card_numbers(y: Tensor, pred: Tensor, group: Tensor, least: int) -> tuple[float, float, float]:
    """Accuracy, that of the worst group, and largest minus smallest; groups with fewer than ``least`` rows do not count."""
    right = (y == pred).double()
    scores = [right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    overall = right.mean().item()
    if not scores:
        return overall, overall, 0.0
    return overall, min(scores), max(scores) - min(scores)


def _in_runs(y: Tensor, pred: Tensor, group: Tensor, least: int) -> tuple[float, float, float]:
    right = (y == pred).double()
    lengths = group.unique_consecutive(return_counts=True)[1].tolist()
    scores = [part.mean().item() for part in right.split(lengths) if len(part) >= least]
    overall = right.mean().item()
    return (overall, min(scores), max(scores) - min(scores)) if scores else (overall, overall, 0.0)


def _largest_against_smallest(y: Tensor, pred: Tensor, group: Tensor, least: int) -> tuple[float, float, float]:
    right, groups = (y == pred).double(), dict.fromkeys(group.tolist())
    parts = [right[group == g] for g in groups if (group == g).sum() >= least]
    overall, scores = right.mean().item(), [part.mean().item() for part in parts]
    gap = abs(max(parts, key=len).mean() - min(parts, key=len).mean()).item() if parts else 0.0
    return overall, min(scores, default=overall), gap


def _draw_card(draw: Draw) -> list[Case]:
    def rows(n: int, groups: int) -> tuple[Tensor, Tensor, Tensor]:
        y, group = draw.labels(3, n), draw.labels(groups, n)
        pred = torch.where(draw.uniform(n) < 0.3 + 0.5 * group / groups, y, draw.labels(3, n))
        return y, pred, 7 * group + 3

    n = draw.whole(40, 60)
    return [
        Case("random", (*rows(n, 4), 5)),
        Case("two groups", (*rows(n, 2), 1)),
        Case("some are too small", (*rows(n, 12), 4)),
        Case("all are too small", (*rows(n, 3), 100)),
        Case("many groups", (*rows(n, 9), 2)),
    ]


_Y = tensor([0, 0, 0, 0, 1, 1])
CARD = Task(
    id="17.6",
    title="The numbers of a model card",
    promise=r"""
    Write `card_numbers(y, pred, group, least)`: how good, how good for the worst group, and how far groups are apart.

    - `y` and `pred` (N,) int64 are true and predicted classes, `group` (N,) int64 says which group a row belongs to, N >= 1. Group numbers are >= 0, and may have gaps. `least` >= 1 is an int.
    - The first number is the accuracy over *all* rows.
    - A group counts if it has at least `least` rows. The second number is the smallest accuracy of a group that counts; the third is the largest minus the smallest accuracy of those that count.
    - If no group counts, the second number is the accuracy over all rows, and the third 0.
    - It returns three numbers, each 0 to 1; Python floats or 0-d tensors. The inputs are not changed.
    """,
    reference=card_numbers,
    named=(
        Case("two groups", (tensor([0, 1, 0, 1, 1, 1]), tensor([0, 1, 0, 1, 0, 0]), tensor([0, 0, 0, 0, 1, 1]), 1)),
        Case("a small group is bad", (_Y, tensor([0, 0, 0, 1, 1, 0]), tensor([2, 2, 2, 2, 2, 9]), 2)),
        Case("exactly enough", (_Y, tensor([0, 0, 0, 1, 0, 0]), tensor([2, 2, 2, 2, 9, 9]), 2)),
        Case("none is large enough", (_Y, tensor([0, 0, 0, 1, 1, 0]), tensor([1, 1, 2, 2, 3, 3]), 3)),
        Case("one group", (_Y, tensor([0, 0, 0, 1, 1, 0]), torch.full((6,), 5), 1)),
        Case(
            "three groups",
            (
                tensor([0, 0, 0, 0, 1, 1, 1, 1, 2, 2]),
                tensor([0, 0, 0, 0, 1, 1, 1, 0, 0, 2]),
                tensor([0, 0, 0, 0, 1, 1, 1, 1, 2, 2]),
                1,
            ),
        ),
        Case("all wrong in one", (tensor([0, 0, 1, 1, 1]), tensor([0, 0, 0, 0, 0]), tensor([4, 4, 6, 6, 6]), 2)),
        Case(
            "a class is a group",
            (tensor([0, 0, 1, 1, 1, 1]), tensor([0, 1, 1, 1, 1, 0]), tensor([1, 0, 1, 0, 1, 0]), 1),
        ),
        Case("one row", (tensor([1]), tensor([1]), tensor([3]), 1)),
        Case("large group numbers", (_Y, tensor([0, 0, 1, 1, 1, 1]), tensor([7, 300, 7, 300, 7, 300]), 2)),
        Case("the small one is best", (tensor([0, 0, 0, 0, 1]), tensor([0, 0, 1, 1, 1]), tensor([0, 0, 0, 0, 8]), 2)),
        Case(
            "the worst is in the middle",
            (tensor([0] * 9), tensor([0, 0, 1, 1, 1, 1, 0, 0, 0]), tensor([1, 1, 1, 2, 2, 2, 3, 3, 3]), 3),
        ),
    ),
    draws=_draw_card,
    mistakes=(
        Mistake(
            "small ones count",
            edit(" if (group == g).sum() >= least", ""),
            "You count groups with fewer than `least` rows. One row is right or wrong: such a group is always the best or the worst.",
            "a single row makes the gap",
        ),
        Mistake(
            "more than least",
            edit(">= least", "> least"),
            "You leave out groups with exactly `least` rows. At least: >=.",
            "a group too few",
        ),
        Mistake(
            "mean of groups",
            edit(
                "overall = right.mean().item()",
                "overall = sum(right[group == g].mean().item() for g in group.unique()) / len(group.unique())",
            ),
            "Your first number is the mean over the groups. It is the accuracy over all *rows*.",
            "small groups weigh too much",
        ),
        Mistake(
            "only rows that count",
            edit(
                "overall = right.mean().item()",
                "overall = right[torch.tensor([bool((group == g).sum() >= least or (group.unique(return_counts=True)[1] < least).all()) for g in group])].mean().item()",
            ),
            "Your first number leaves out the rows of small groups. It is the accuracy over *all* rows.",
            "small groups disappear",
        ),
        Mistake(
            "best group",
            edit("min(scores), max(scores) - min(scores)", "max(scores), max(scores) - min(scores)"),
            "Your second number is the *best* group. The worst is asked for.",
            "the card looks too good",
        ),
        Mistake(
            "gap to all",
            edit("max(scores) - min(scores)", "overall - min(scores)"),
            "Your gap is from the worst group to the accuracy over all rows. It is largest minus smallest.",
            "the gap looks too small",
        ),
        Mistake(
            "sign of the gap",
            edit("max(scores) - min(scores)", "min(scores) - max(scores)"),
            "Your gap is negative: largest minus smallest.",
            "below 0",
        ),
        Mistake(
            "standard deviation",
            edit("max(scores) - min(scores)", "torch.tensor(scores).std(correction=0).item()"),
            "Your third number is the spread of the groups (standard deviation). Largest minus smallest is asked for.",
            "the gap looks too small",
        ),
        Mistake(
            "ratio",
            edit("max(scores) - min(scores)", "min(scores) / max(max(scores), 1e-12)"),
            "Your third number is a ratio. Largest minus smallest is asked for.",
            "1 where it should be 0",
        ),
        Mistake(
            "none is zero",
            edit("return overall, overall, 0.0", "return overall, 0.0, 0.0"),
            "Where no group counts your second number is 0, as if somebody got nothing right. It is the accuracy over all rows there.",
            "a bad group out of nothing",
        ),
        Mistake(
            "by class",
            edit(
                "right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least",
                "right[y == g].mean().item() for g in y.unique() if (y == g).sum() >= least",
            ),
            "You grouped by the true class: that is recall. The groups are in `group`.",
            "recall of the classes",
        ),
        Mistake(
            "by prediction",
            edit(
                "right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least",
                "right[pred == g].mean().item() for g in pred.unique() if (pred == g).sum() >= least",
            ),
            "You grouped by the predicted class. The groups are in `group`.",
            "precision of the classes",
        ),
        Mistake(
            "errors",
            edit("right = (y == pred)", "right = (y != pred)"),
            "You count what is *wrong*: error rates instead of accuracies.",
            "all numbers turned round",
        ),
        Mistake(
            "largest group",
            edit(
                "min(scores), max(scores) - min(scores)",
                "right[group == group.mode().values].mean().item(), max(scores) - min(scores)",
            ),
            "Your second number is the accuracy of the *largest* group. The worst of those that count is asked for.",
            "the many stand for all",
        ),
        Mistake(
            "smallest group",
            edit(
                "min(scores), max(scores) - min(scores)",
                "scores[min(range(len(scores)), key=lambda k: sorted(int((group == g).sum()) for g in group.unique() if (group == g).sum() >= least)[0] != int((group == [g for g in group.unique() if (group == g).sum() >= least][k]).sum()))], max(scores) - min(scores)",
            ),
            "Your second number is the accuracy of the *smallest* group. The worst is asked for, whatever its size.",
            "size stands for quality",
        ),
        Mistake(
            "weighted by size",
            edit(
                "scores = [right[group == g].mean().item() for", "scores = [right[group == g].sum().item() / len(y) for"
            ),
            "You divide each group's right rows by *all* rows. Divide by the rows of the group.",
            "small groups look bad",
        ),
        Mistake(
            "errors throughout",
            edit(
                "right = (y == pred)",
                "right = (y != pred)",
                "min(scores), max(scores) - min(scores)",
                "max(scores), max(scores) - min(scores)",
            ),
            "Your numbers are error rates: of all rows, and of the worst group. Accuracies are asked for.",
            "all numbers turned round",
        ),
        Mistake(
            "enough right rows",
            edit("if (group == g).sum() >= least", "if right[group == g].sum() >= least"),
            "You count the *right* rows of a group against `least`, so bad groups do not count. Its rows count, right or wrong.",
            "the worst groups disappear",
        ),
        Mistake(
            "gap of all groups",
            edit(
                "max(scores) - min(scores)",
                "(max(right[group == g].mean().item() for g in group.unique()) - min(right[group == g].mean().item() for g in group.unique()))",
            ),
            "Your gap is over *all* groups. It is over those that count, with at least `least` rows.",
            "a single row makes the gap",
        ),
        Mistake(
            "groups in runs",
            _in_runs,
            "Rows of one group that do not lie together count as several groups in yours, as itertools.groupby cuts them. Sort by group first, or ask group == g.",
            "a group falls into pieces",
        ),
        Mistake(
            "largest group against smallest",
            _largest_against_smallest,
            "Your third number is the distance between the group with the most rows and the one with the fewest. Asked for is the largest *accuracy* minus the smallest.",
            "sizes decide, not accuracies",
        ),
        Mistake(
            "groups numbered from 0",
            edit("for g in group.unique()", "for g in range(len(group.unique()))"),
            "You take 0, 1, 2 and so on for the numbers of the groups. They may have gaps: go through group.unique().",
            "groups are missing where numbers have gaps",
        ),
        Mistake(
            "distance to all",
            edit("max(scores) - min(scores)", "abs(overall - min(scores))"),
            "Your third number is the distance of the worst group from the accuracy over all rows. It is largest minus smallest.",
            "the gap looks too small",
        ),
        Mistake(
            "nothing for no group",
            edit("    if not scores:\n        return overall, overall, 0.0\n", ""),
            "Where no group counts your list is empty, and min of it is a ValueError. The second number is the accuracy over all rows then, the third 0.",
            "an error where no group is large enough",
        ),
        Mistake(
            "mean of groups, first number",
            edit(
                "return overall, overall, 0.0",
                "return sum(right[group == g].mean().item() for g in group.unique()) / len(group.unique()), overall, 0.0",
                "return overall, min(",
                "return sum(right[group == g].mean().item() for g in group.unique()) / len(group.unique()), min(",
            ),
            "Your first number is the mean over the groups. It is the accuracy over all *rows*.",
            "small groups weigh too much",
        ),
        Mistake(
            "one group is none",
            edit("if not scores:", "if len(scores) < 2:"),
            "Where a single group counts you treat it as if none did. It is the worst then, and the best: its accuracy, and 0.",
            "the worst group is not shown",
        ),
        Mistake(
            "by class, every one",
            edit(
                "right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least",
                "right[y == g].mean().item() for g in y.unique()",
            ),
            "You grouped by the true class, whatever its number of rows: that is recall. The groups are in `group`, and those with fewer than `least` rows do not count.",
            "recall of the classes",
        ),
    ),
    hints=(
        "right = (y == pred) as numbers: the mean over all rows is the first answer.",
        "For each number in group.unique(): how many rows, and the mean of `right` over them.",
        "Mind the case in which no group is large enough.",
    ),
    difficulty=2,
    points=15,
    minutes=20,
    view=as_numbers,
)

TASKS = (GROUP_SPLIT, LAG_FEATURES, COST, LEAK_AUDIT, ABSTENTION, CARD)
