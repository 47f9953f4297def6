"""Mistakes that no catalogue needs to list: the reference with something else going in, coming out, or in one small place of it.

Each one is a version that can be run, like a catalogued mistake, so that its sentence is only said where it is true: where it does
what the answer did on every case.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Any

import torch
from torch import Tensor

from fusion_edu.autograder.describe import CUTS, ORDINALS
from fusion_edu.autograder.outcome import Outcome, plain
from fusion_edu.autograder.slips import slips
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import build, single, source_of

CONSTANTS = (0.0, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0, 2.0, 1, 2, 10)

Change = Callable[[Any], Any]


@cache
def automatic(task: Task) -> tuple[tuple[Mistake, Callable[..., Any]], ...]:
    """All of them for one task: a mistake with its sentence, and the version that makes it."""
    found = [*_of_inputs(task, task.reference), *_of_outputs(task, task.reference), *_of_source(task)]
    return tuple((Mistake(name, function, sentence, name), function) for name, sentence, function in found)


@cache
def besides(task: Task) -> tuple[tuple[Mistake, Mistake, Callable[..., Any]], ...]:
    """Each catalogued mistake together with one of the plainest of these."""
    found = []
    for mistake in task.mistakes:
        version = single(task, mistake)
        for name, sentence, function in [*_of_inputs(task, version), *_of_outputs(task, version)]:
            if name.endswith(PLAINEST):
                found.append((mistake, Mistake(name, function, _beside(sentence), name), function))
    return tuple(found)


def _beside(sentence: str) -> str:
    """The sentence of a change, as it reads beside another mistake."""
    if "in value, but no gradient" in sentence:
        which = (
            f"to what your {sentence.split()[1]} output depends on"
            if sentence.startswith("Your ") and "output" in sentence
            else "back"
        )
        return f"No gradient flows {which}: {sentence.split(': ', 1)[1]}"
    for head, instead in (
        ("Your answer is ours ", "The result comes out "),
        ("Your answer is what a right one gives in float32", "The result comes out in float32"),
        ("Your answer is what a right one gives whose gradient does not reach", "The gradient does not reach"),
        ("Your answer is what a right one gives ", "The result is what one gets "),
    ):
        if sentence.startswith(head):
            return instead + sentence.removeprefix(head)
    return sentence.replace(" is ours ", " comes out ").replace("; the others are right", "")


FORM = (  # of an answer, whatever stands in it
    "axis too many", "axis too many in front", "squeezed", "squeezed in front", "squeezed at the end", "float32", "float64", "as floats", "as whole numbers", "per cent", "detached",
)  # fmt: skip
PLAINEST = (
    "sign flipped", "per cent", "transposed", "axis too many", "squeezed", "squeezed in front", "float32", "detached", "as floats", "inverted",
    "ignored", "swapped", "rounded to 2 decimals", "last row", "first row",
)  # fmt: skip


Version = tuple[str, str, Callable[..., Any]]  # id, sentence, function


def _of_outputs(task: Task, base: Callable[..., Any]) -> Iterator[Version]:
    parts, free = _parts(task), _is_free(task)
    for name, words, change in OUTPUTS:
        if free and name not in FORM:
            continue  # what looks like ours in another order may be a right answer
        yield f"output {name}", f"Your answer is ours {words}.", _after(base, change)
        for i in range(parts if parts > 1 else 0):
            which = f"Your {ORDINALS[i]} output (of {parts})"
            text = f"{which} is ours {words}; the others are right."
            yield f"output {i + 1} {name}", text, _after(base, _only(i, change))
    for i, j in itertools.combinations(range(parts), 2):
        text = f"Your {ORDINALS[i]} and {ORDINALS[j]} outputs have changed places."
        yield f"outputs {i + 1} and {j + 1} swapped", text, _after(base, _swapped(i, j))


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


def _after(base: Callable[..., Any], change: Change) -> Callable[..., Any]:
    return After(base, change)


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
    """The change of a tensor or a number, applied to each of several."""

    def changed(value: Any) -> Any:
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
    ("rounded to 2 decimals", "rounded to two decimals (round where you print, not before)", _floats(lambda x: x.round(decimals=2))),
    ("rounded to 4 decimals", "rounded to four decimals (round where you print, not before)", _floats(lambda x: x.round(decimals=4))),
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
    ("float32", "in float32: the dtype is that of the input in ours", _floats(lambda x: x.float())),
    ("float64", "in float64: the dtype is that of the input in ours", _floats(lambda x: x.double())),
    ("as floats", "as floats instead of whole numbers, or of True and False", _each(lambda x: x if x.is_floating_point() else x.float())),
    ("as whole numbers", "cut to whole numbers", _each(lambda x: x.long())),
    ("detached", f"in value, but no gradient flows back: {CUTS} the graph",
     _floats(lambda x: x.detach())),
)  # fmt: skip


def _of_inputs(task: Task, base: Callable[..., Any]) -> Iterator[Version]:
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


def _before(task: Task, base: Callable[..., Any], k: int, change: Change) -> Callable[..., Any]:
    default = list(task.parameters.values())[k].default

    @wraps(base)
    def version(*args: Any) -> Any:
        given = (
            args if k < len(args) else (*args, *(p.default for p in list(task.parameters.values())[len(args) : k + 1]))
        )
        if k >= len(args) and default is None:
            return base(*args)
        return base(*given[:k], change(given[k]), *given[k + 1 :])

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


def _of_source(task: Task) -> Iterator[Version]:
    for name, words, source in slips(source_of(task.reference)):
        try:
            yield name, words, build(task, source, name)
        except (SyntaxError, ValueError):
            continue
