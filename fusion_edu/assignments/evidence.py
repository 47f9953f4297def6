"""An input that shows a mistake: read as plain numbers, and tried on the right and on the planted program, both of them ours."""

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from fusion_edu.assignments.planting import Planted
from fusion_edu.assignments.program import Program
from fusion_edu.autograder.case import Case, tensors
from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.variants import single

MOST_NUMBERS = 1000
STEPS = 3


def shows(planted: Planted, given: Any) -> str:
    """ "" where the planted program does something else than the right one on this input, else why that is not shown."""
    if planted.mistake is None:
        return "this program is right"
    task = planted.program.task
    try:
        args = arguments(planted.program, given)
        with guarded():
            right = observe(task.reference, Case("given", args))
            wrong = observe(single(task, planted.mistake), Case("given", args))
    except (ValueError, TypeError, RuntimeError, OverflowError, IndexError) as error:
        return f"the input does not keep the promise: {str(error)[:100]}"
    if right.error or not _finite(right):
        return "the input does not keep the promise: on it even the right program fails"
    return "" if differences(right, wrong) else "on this input the right program does the same"


def arguments(program: Program, given: Any) -> tuple[Any, ...]:
    """The call's arguments from nested lists of numbers: kinds and axes as in the program's first named case.

    Args:
        given: those before ``steps``; optional ones may be left out.

    Raises:
        ValueError: they do not keep the promise.
    """
    if not isinstance(given, list | tuple):
        raise ValueError("the input is no tuple of arguments")
    parameters = list(program.task.parameters.values())
    names = [p.name for p in parameters]
    before = parameters[: names.index("steps")]
    needed = sum(p.default is inspect.Parameter.empty for p in before)
    if not needed <= len(given) <= len(before):
        raise ValueError(f"{len(given)} arguments, needs {names[:needed]}")
    like = program.task.named[0].args
    args = [_argument(value, like[at], before[at].name) for at, value in enumerate(given)]
    args += [p.default for p in before[len(args) :]]
    if not program.allowed(*args):
        raise ValueError("see its statement")
    return (*args, STEPS)


def _argument(value: Any, like: Any, name: str) -> Any:
    if not isinstance(like, Tensor):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} is no number")
        return type(like)(value)
    found = torch.tensor(value, dtype=like.dtype)
    if found.ndim != like.ndim or not 0 < found.numel() <= MOST_NUMBERS or not found.isfinite().all():
        raise ValueError(
            f"{name} has shape {tuple(found.shape)}, needs {like.ndim} axes, finite numbers, some, not too many"
        )
    return found


def _finite(outcome: Outcome) -> bool:
    return all(torch.as_tensor(array.data).isfinite().all() for array in outcome.value)


def smallest(planted: Planted, seeds: Sequence[int] = range(20)) -> tuple[Any, ...]:
    """An input that shows the mistake, for the model solution: the smallest of the task's own cases that does."""
    cases = [case for seed in seeds for case in planted.program.task.cases(seed)]
    count = list(planted.program.task.parameters).index("steps")
    found = [
        plain(case.args[:count]) for case in sorted(cases, key=lambda case: sum(t.numel() for t in tensors(case.args)))
    ]
    return next(args for args in found if not shows(planted, args))


def plain(args: Sequence[Any]) -> tuple[Any, ...]:
    """Arguments as nested lists of short numbers."""
    return tuple(_short(a.tolist()) if isinstance(a, Tensor) else a for a in args)


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
    return round(value, 2) if isinstance(value, float) else value
