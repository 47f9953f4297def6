"""Mistakes that no catalogue needs to list: the reference with something else coming out."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from fusion_edu.autograder.describe import CUTS
from fusion_edu.autograder.formatting import ORDINALS
from fusion_edu.autograder.outcome import Outcome, plain
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.variants import Change, Version

FORM = (  # of an answer, whatever stands in it
    "axis too many", "axis too many in front", "squeezed", "squeezed in front", "squeezed at the end", "float32", "float64", "as floats", "as whole numbers", "per cent", "detached", "NumPy", "list",
)  # fmt: skip


def of_outputs(task: Task, base: Callable[..., Any]) -> Iterator[Version]:
    """``base`` with a change of its result, or of one of several."""
    parts, free = _parts(task), _is_free(task)
    for name, words, change in OUTPUTS:
        if free and name not in FORM:
            continue  # what looks like ours in another order may be a right answer
        yield f"output {name}", f"Your answer is ours {words}.", After(base, change)
        for i in range(parts if parts > 1 else 0):
            which = f"Your {ORDINALS[i]} output (of {parts})"
            text = f"{which} is ours {words}; the others are right."
            yield f"output {i + 1} {name}", text, After(base, _only(i, change))
    for i, j in itertools.combinations(range(parts), 2):
        text = f"Your {ORDINALS[i]} and {ORDINALS[j]} outputs have changed places."
        yield f"outputs {i + 1} and {j + 1} swapped", text, After(base, _swapped(i, j))


@cache
def _parts(task: Task) -> int:
    """How many values a right answer returns."""
    value = task.reference(*task.named[0].args) if not _raises(task) else None
    return len(value) if isinstance(value, tuple) and len(value) <= len(ORDINALS) else 1


@cache
def _is_free(task: Task) -> bool:
    """Whether many answers are right, and their properties are compared."""
    if task.view is None or _raises(task):
        return False
    case = task.named[0]
    value = plain(task.reference(*case.args))
    also = [value, *(plain(task.reference(*args)) for args in case.also)]
    seen = task.view(case, Outcome(also if case.also else value)).value
    return isinstance(seen, dict) and not isinstance(value, dict)


def _raises(task: Task) -> bool:
    try:
        task.reference(*task.named[0].args)
    except Exception:
        return True
    return False


@dataclass(frozen=True)
class After:
    """A version with its result changed: who knows the result of ``base`` need not run it again."""

    base: Callable[..., Any]
    change: Change

    def __call__(self, *args: Any) -> Any:
        return self.change(self.base(*args))


def _only(i: int, change: Change) -> Change:
    return lambda values: (*values[:i], change(values[i]), *values[i + 1 :])


def _swapped(i: int, j: int) -> Change:
    def change(values: tuple[Any, ...]) -> tuple[Any, ...]:
        result = list(values)
        result[i], result[j] = result[j], result[i]
        return tuple(result)

    return change


def _each(change: Change) -> Change:
    """The change of a tensor, a number or a list of numbers, applied to each of several."""

    def changed(value: Any) -> Any:
        if isinstance(value, list) and value and set(map(type, value)) <= {int, float}:
            return change(torch.tensor(value, dtype=torch.float64 if float in map(type, value) else None)).tolist()
        if isinstance(value, (tuple, list)):
            return type(value)(changed(item) for item in value)
        if isinstance(value, dict):
            return {key: changed(item) for key, item in value.items()}
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return change(torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)).item()
        return change(value) if isinstance(value, Tensor) else value

    return changed


def _floats(change: Change) -> Change:
    return _each(lambda x: change(x) if x.is_floating_point() else x)


def _along(change: Change) -> Change:
    """Of what has an axis: a single number would become the same one in every case, and every such answer this one."""
    return _floats(lambda x: change(x) if x.ndim else x)


def _whole(dtype: torch.dtype) -> Change:
    """Of whole numbers what is left of them in a smaller dtype."""
    return _each(lambda x: x if x.is_floating_point() or x.dtype == torch.bool else x.to(dtype).to(x.dtype))


OUTPUTS: tuple[tuple[str, str, Change], ...] = (
    ("axis too many", "with an axis of length 1 at the end, as keepdim or an index [:, None] leaves it", _each(lambda x: x.unsqueeze(-1))),
    ("axis too many in front", "with an axis of length 1 in front", _each(lambda x: x.unsqueeze(0))),
    ("squeezed", "without its axes of length 1: squeeze() also drops an axis that belongs there", _each(torch.squeeze)),
    ("squeezed in front", "without its first axis where that has length 1: squeeze(0) also drops an axis that belongs there", _each(lambda x: x.squeeze(0))),
    ("squeezed at the end", "without its last axis where that has length 1: squeeze(-1) also drops an axis that belongs there", _each(lambda x: x.squeeze(-1))),
    ("sign flipped", "with the sign flipped", _each(lambda x: -x)),
    ("complement", "taken from 1: 1 - ours", _each(lambda x: 1 - x)),
    ("reciprocal", "upside down: 1 / ours", _floats(lambda x: 1 / x)),
    ("squared", "squared: a root is missing, or a square is too many", _floats(lambda x: x * x)),
    ("square root", "under a square root: a square is missing, or a root is too many", _floats(torch.sqrt)),
    ("exponential", "put through exp: is it still a logarithm that is asked for?", _floats(torch.exp)),
    ("logarithm", "put through log: is it a logarithm that is asked for?", _floats(torch.log)),
    ("softmax", "with a softmax too many", _along(lambda x: x.softmax(-1))),
    ("log softmax", "with a log-softmax too many", _along(lambda x: x.log_softmax(-1))),
    ("sigmoid", "with a sigmoid too many", _floats(torch.sigmoid)),
    ("tanh", "with a tanh too many", _floats(torch.tanh)),
    ("relu", "with everything below 0 set to 0", _floats(torch.relu)),
    ("per cent", "in per cent, 100 times as large", _each(lambda x: 100 * x)),
    ("doubled", "twice as large", _each(lambda x: 2 * x)),
    ("halved", "half as large", _floats(lambda x: x / 2)),
    ("absolute", "without its sign", _each(torch.abs)),
    ("clamped to 0..1", "cut off at 0 and at 1", _floats(lambda x: x.clamp(0, 1))),
    ("clamped at 1", "cut off at 1", _floats(lambda x: x.clamp(max=1))),
    ("rounded", "rounded to whole numbers", _floats(torch.round)),
    *((f"rounded to {n} decimal{'s' * (n > 1)}", f"rounded to {words} (round where you print, not before)", _floats(partial(torch.round, decimals=n)))
      for n, words in ((1, "one decimal"), (2, "two decimals"), (3, "three decimals"), (4, "four decimals"))),
    *((f"in {name}", f"in {name}, which ends at {torch.iinfo(dtype).max} and begins again below: some numbers are too large for it", _whole(dtype))
      for name, dtype in (("int8", torch.int8), ("uint8", torch.uint8), ("int16", torch.int16))),
    ("one too large", "plus 1", _each(lambda x: x + 1)),
    ("one too small", "minus 1", _each(lambda x: x - 1)),
    ("rows of length 1", "with every row scaled to length 1", _along(lambda x: torch.nn.functional.normalize(x, dim=-1))),
    ("rows that sum to 1", "with every row divided by its sum", _along(lambda x: x / x.sum(-1, keepdim=True))),
    ("cumulative", "summed up along the first axis", _each(lambda x: x.cumsum(0))),
    ("cumulative along rows", "summed up along the last axis", _each(lambda x: x.cumsum(-1))),
    ("sorted", "sorted, the smallest first", _each(lambda x: x.sort(-1).values)),
    ("sorted down", "sorted, the largest first", _each(lambda x: x.sort(-1, descending=True).values)),
    ("rows reversed", "in reverse order along the first axis", _each(lambda x: x.flip(0))),
    ("reversed", "in reverse order along the last axis", _each(lambda x: x.flip(-1))),
    ("shifted", "shifted by one along the first axis", _each(lambda x: x.roll(1, 0))),
    ("shifted back", "shifted back by one along the first axis", _each(lambda x: x.roll(-1, 0))),
    ("shifted along rows", "shifted by one along the last axis", _each(lambda x: x.roll(1, -1))),
    ("shifted back along rows", "shifted back by one along the last axis", _each(lambda x: x.roll(-1, -1))),
    ("transposed", "with its last two axes swapped", _each(lambda x: x.transpose(-1, -2))),
    ("first axes swapped", "with its first two axes swapped", _each(lambda x: x.transpose(0, 1))),
    ("reshaped", "in the shape of the transpose, but filled row by row: reshape where a transpose is needed",
     _each(lambda x: x.reshape(x.transpose(-1, -2).shape))),
    ("cut across", "in its shape, but with the numbers of its transpose row by row: two axes are mixed up, as by a reshape or by repeat for repeat_interleave",
     _each(lambda x: x.transpose(-1, -2).reshape(x.shape))),
    ("channels first", "with the last axis moved to the second place", _each(lambda x: x.movedim(-1, 1))),
    ("channels last", "with the second axis moved to the end", _each(lambda x: x.movedim(1, -1))),
    ("flattened", "flattened to one axis", _each(lambda x: x.reshape(-1))),
    ("mean", "averaged to one number", _floats(torch.mean)),
    ("sum", "summed to one number", _each(torch.sum)),
    ("mean of rows", "averaged over the first axis", _floats(lambda x: x.mean(0))),
    ("sum of rows", "summed over the first axis", _each(lambda x: x.sum(0))),
    ("NumPy", "as a NumPy array: a tensor is asked for", _each(lambda x: x.detach().numpy() if x.ndim else x)),
    ("list", "as a list: a tensor is asked for", _each(lambda x: x.tolist() if x.ndim else x)),
    ("float32", "in float32: the dtype is that of the input in ours", _floats(lambda x: x.float())),
    ("float64", "in float64: the dtype is that of the input in ours", _floats(lambda x: x.double())),
    ("as floats", "as floats instead of whole numbers, or of True and False", _each(lambda x: x if x.is_floating_point() else x.float())),
    ("as whole numbers", "cut to whole numbers", _each(lambda x: x.long())),
    ("detached", f"in value, but no gradient flows back: {CUTS} the graph",
     _floats(lambda x: x.detach())),
)  # fmt: skip
