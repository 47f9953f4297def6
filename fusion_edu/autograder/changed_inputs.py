"""Mistakes that no catalogue needs to list: the reference with something else going in."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor

from fusion_edu.autograder.task import Task
from fusion_edu.autograder.variants import Change, Version

DEFAULTS = (0.01, 0.001, 1e-6, 1e-7, 1e-8, 1e-10)  # besides these constants
CONSTANTS = (0.0, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0, 2.0, 1, 2, 10)


def of_inputs(task: Task, base: Callable[..., Any]) -> Iterator[Version]:
    """``base`` with a change of one argument, with two exchanged, or without the end of its inputs."""
    names = list(task.parameters)
    kinds = [_kind([case.args[k] for case in task.named if k < len(case.args)]) for k in range(len(names))]
    right = "Your answer is what a right one gives"
    for k, name in enumerate(names):
        for label, words, change in CHANGES.get(kinds[k], ()):
            yield f"{name} {label}", f"{right} {words.format(name=name)}.", _before(task, base, k, change)
        default = task.parameters[name].default
        fixed: Sequence[Any] = (
            [] if kinds[k] not in ("number", "switch") else CONSTANTS if kinds[k] == "number" else (True, False)
        )
        for value in dict.fromkeys([*([] if default is task.parameters[name].empty else [default]), *fixed]):
            text = f"{right} where `{name}` is {value}, whatever it was called with: `{name}` has no effect in yours."
            yield f"{name} always {value}", text, _before(task, base, k, _always(value))
        if isinstance(default, (int, float)) and not isinstance(default, bool):
            for value in {*CONSTANTS, *DEFAULTS} - {default}:
                text = f"{right} with {value} as the default of `{name}`; it is {default}."
                yield f"{name} {value} by default", text, _by_default(task, base, k, value)
    for (i, one), (j, two) in itertools.combinations(enumerate(names), 2):
        if kinds[i] and (kinds[i] == kinds[j] or {kinds[i], kinds[j]} <= TENSORS):
            text = f"{right} with `{one}` and `{two}` swapped."
            yield f"{one} and {two} swapped", text, _with_swapped(base, i, j)
    for label, size, cut in ENDS:
        text = (
            f"{right} without the {label} of its inputs: does a loop or a slice stop before its end, or begin too late?"
        )
        yield f"without the {label}", text, _shortened(base, size, cut)


def _rows_of(x: Any) -> int:
    return len(x) if isinstance(x, Tensor) and x.ndim else 0


def _columns_of(x: Any) -> int:
    return x.shape[-1] if isinstance(x, Tensor) and x.ndim > 1 and x.is_floating_point() else 0


def _items_of(x: Any) -> int:
    return len(x) if isinstance(x, list) and len(x) > 1 and isinstance(x[0], Tensor) else 0


ENDS: tuple[tuple[str, Callable[[Any], int], Change], ...] = (
    ("last row", _rows_of, lambda x: x[:-1]),
    ("first row", _rows_of, lambda x: x[1:]),
    ("last column", _columns_of, lambda x: x[..., :-1]),
    ("first column", _columns_of, lambda x: x[..., 1:]),
    ("last tensor", _items_of, lambda x: x[:-1]),
    ("first tensor", _items_of, lambda x: x[1:]),
)


def _shortened(base: Callable[..., Any], size: Callable[[Any], int], cut: Change) -> Callable[..., Any]:
    """The version on shorter inputs: cut are the first that can be, and all that are as long."""

    @wraps(base)
    def version(*args: Any) -> Any:
        longest = next(filter(None, map(size, args)), 0)
        return base(*(cut(x) if longest and size(x) == longest else x for x in args))

    return version


TENSORS = {"floats", "labels", "integers", "mask"}


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _kind(values: list[Any]) -> str:
    """What an argument is in all cases, in one word; "" where it differs or is nothing that can be changed."""
    found = {_kind_of(value) for value in values}
    for kind in ("integers", "floats"):  # a few of them may happen to be 0 and 1 only
        if found == {kind, "labels"}:
            return kind
    return found.pop() if len(found) == 1 else ""


def _kind_of(value: Any) -> str:
    if isinstance(value, Tensor):
        if value.dtype == torch.bool:
            return "mask"
        if value.numel() and set(value.detach().unique().tolist()) <= {0, 1}:
            return "labels"
        return "floats" if value.is_floating_point() else "integers"
    if isinstance(value, bool):
        return "switch"
    if isinstance(value, (int, float)):
        return "number"
    return "list" if isinstance(value, (list, tuple)) and value and isinstance(value[0], Tensor) else ""


def _rows(x: Tensor) -> Tensor:
    return (x - x.mean(0)) / x.std(0)


CHANGES: dict[str, tuple[tuple[str, str, Change], ...]] = {
    "floats": (
        ("detached", "whose gradient does not reach `{name}`: something cuts the graph on its way", lambda x: x.detach()),
        ("negative", "for -`{name}`", lambda x: -x),
        ("absolute", "for the absolute values of `{name}`", torch.abs),
        ("squared", "for the squares of `{name}`", lambda x: x * x),
        ("root", "for the square roots of `{name}`", torch.sqrt),
        ("exp", "for exp(`{name}`): is it a logarithm already?", torch.exp),
        ("log", "for log(`{name}`): is it a logarithm already?", torch.log),
        ("softmax", "where `{name}` has gone through a softmax first", lambda x: x.softmax(-1)),
        ("log softmax", "where `{name}` has gone through a log-softmax first", lambda x: x.log_softmax(-1)),
        ("sigmoid", "where `{name}` has gone through a sigmoid first", torch.sigmoid),
        ("tanh", "where `{name}` has gone through a tanh first", torch.tanh),
        ("clamped at 0", "where `{name}` is cut off at 0", lambda x: x.clamp(min=0)),
        *((f"clamped at {limit}", f"where `{{name}}` is cut off at about {limit} above and below", partial(torch.clamp, min=-limit, max=limit))
          for limit in (1, 2, 5, 10, 20, 30, 50, 100)),
        ("rounded", "where `{name}` is rounded first", torch.round),
        ("hard", "where only the largest of each row of `{name}` counts",
         lambda x: torch.nn.functional.one_hot(x.argmax(-1), x.shape[-1]).to(x.dtype)),
        ("rows of length 1", "where the rows of `{name}` are scaled to length 1 first", lambda x: torch.nn.functional.normalize(x, dim=-1)),
        ("scaled whole", "where all of `{name}` is divided by one common length", lambda x: x / x.norm().clamp_min(1e-12)),
        ("rows that sum to 1", "where the rows of `{name}` are divided by their sums first", lambda x: x / x.sum(-1, keepdim=True)),
        ("standardised", "where the columns of `{name}` are standardised first", _rows),
        ("centred", "where the columns of `{name}` are centred first", lambda x: x - x.mean(0)),
        ("equal", "where all entries of `{name}` are 1: it has no effect in yours", torch.ones_like),
        ("zero", "where `{name}` is 0 throughout: it has no effect in yours", torch.zeros_like),
        ("transposed", "where the last two axes of `{name}` are swapped", lambda x: x.transpose(-1, -2)),
        ("rows reversed", "where the rows of `{name}` come in reverse order", lambda x: x.flip(0)),
        ("reversed", "where the last axis of `{name}` runs backwards", lambda x: x.flip(-1)),
        ("sorted", "where `{name}` is sorted first", lambda x: x.sort(-1).values),
        ("shifted", "where `{name}` is shifted by one row", lambda x: x.roll(1, 0)),
        ("column", "where `{name}` is a column against the rows of the rest: each meets every other, N x N of them", lambda x: x.unsqueeze(1)),
        ("cut across", "where the first two axes of `{name}` are exchanged by a reshape, which counts on through the rows and moves no axis",
         lambda x: x.reshape(x.shape[1], x.shape[0], *x.shape[2:]).transpose(0, 1)),
        ("cut across at the end", "where the last two axes of `{name}` are exchanged by a reshape, which counts on through the rows and moves no axis",
         lambda x: x.reshape(*x.shape[:-2], x.shape[-1], x.shape[-2]).transpose(-1, -2)),
        ("float32", "in float32, computed in it or brought to it somewhere", lambda x: x.float()),
        ("mean", "where every entry of `{name}` is replaced by the mean of its row", lambda x: x.mean(-1, keepdim=True).expand_as(x)),
        ("mean of rows", "where `{name}` is replaced by its mean over the first axis", lambda x: x.mean(0).expand_as(x)),
    ),
    "mask": (
        ("inverted", "where `{name}` is inverted", lambda x: ~x),
        ("ignored", "where `{name}` is true throughout: it has no effect in yours", torch.ones_like),
        ("all off", "where `{name}` is false throughout", torch.zeros_like),
        ("rows reversed", "where `{name}` runs backwards", lambda x: x.flip(-1)),
        ("any", "where a column of `{name}` counts if any row has it", lambda x: x.any(0).expand_as(x)),
        ("all", "where a column of `{name}` counts only if all rows have it", lambda x: x.all(0).expand_as(x)),
        ("first row", "where the first row of `{name}` stands for all", lambda x: x[:1].expand_as(x)),
        ("any of a row", "where a whole row of `{name}` counts if any of it does", lambda x: x.any(-1, keepdim=True).expand_as(x)),
        ("all of a row", "where a row of `{name}` counts only if all of it does", lambda x: x.all(-1, keepdim=True).expand_as(x)),
    ),
    "labels": (
        ("inverted", "where 0 and 1 have changed places in `{name}`", lambda y: 1 - y),
        ("all 1", "where `{name}` is 1 throughout", torch.ones_like),
        ("all 0", "where `{name}` is 0 throughout", torch.zeros_like),
    ),
    "integers": (
        ("from 1", "where `{name}` counts from 1 instead of 0", lambda y: y + 1),
        ("one less", "where every `{name}` is one less", lambda y: y - 1),
        ("reversed", "where `{name}` runs backwards", lambda y: y.flip(0)),
        ("sorted", "where `{name}` is sorted first", lambda y: y.sort().values),
    ),
    "number": (
        ("squared", "for the square of `{name}`", lambda x: x * x),
        ("root", "for the square root of `{name}`", lambda x: math.sqrt(x)),
        ("doubled", "for twice `{name}`", lambda x: 2 * x),
        ("halved", "for half of `{name}`", lambda x: x / 2),
        ("one more", "for `{name}` + 1", lambda x: x + 1),
        ("one less", "for `{name}` - 1", lambda x: x - 1),
        ("upside down", "for 1 / `{name}`", lambda x: 1 / x),
        ("negative", "for -`{name}`", lambda x: -x),
        ("whole", "for `{name}` cut to a whole number", lambda x: type(x)(int(x))),
        ("complement", "for 1 - `{name}`", lambda x: 1 - x),
        ("exp", "for exp(`{name}`)", lambda x: math.exp(x)),
        ("log", "for log(`{name}`)", lambda x: math.log(x)),
    ),
    "switch": (("inverted", "where `{name}` means its opposite", lambda x: not x),),
    "list": (
        ("reversed", "where the order of `{name}` is reversed", lambda x: type(x)(reversed(x))),
        ("first only", "where only the first of `{name}` counts", lambda x: x[:1]),
        ("last only", "where only the last of `{name}` counts", lambda x: x[-1:]),
        ("all but the last", "where the last of `{name}` is left out", lambda x: x[:-1]),
        ("all but the first", "where the first of `{name}` is left out", lambda x: x[1:]),
        ("detached", "whose gradient does not reach `{name}`: something cuts the graph on its way",
         lambda x: type(x)(t.detach() for t in x)),
        ("rows of length 1", "where the rows of each of `{name}` are scaled to length 1 first",
         lambda x: type(x)(torch.nn.functional.normalize(t, dim=-1) for t in x)),
        ("softmax", "where each of `{name}` has gone through a softmax first", lambda x: type(x)(t.softmax(-1) for t in x)),
    ),
}  # fmt: skip


def _filled(task: Task, args: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """The arguments of a call, and the defaults of those up to ``count`` that it leaves out."""
    return *args, *(parameter.default for parameter in list(task.parameters.values())[len(args) : count])


def _before(task: Task, base: Callable[..., Any], k: int, change: Change) -> Callable[..., Any]:
    default = list(task.parameters.values())[k].default

    @wraps(base)
    def version(*args: Any) -> Any:
        given = _filled(task, args, k + 1)
        if k >= len(args) and default is None:
            return base(*args)
        return base(*given[:k], change(given[k]), *given[k + 1 :])

    return version


def _by_default(task: Task, base: Callable[..., Any], k: int, value: float) -> Callable[..., Any]:
    @wraps(base)
    def version(*args: Any) -> Any:
        return base(*args) if k < len(args) else base(*_filled(task, args, k), value)

    return version


def _with_swapped(base: Callable[..., Any], i: int, j: int) -> Callable[..., Any]:
    @wraps(base)
    def version(*args: Any) -> Any:
        if j >= len(args):
            return base(*args)
        changed = list(args)
        changed[i], changed[j] = changed[j], changed[i]
        return base(*changed)

    return version
