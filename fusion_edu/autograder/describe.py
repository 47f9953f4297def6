"""Say in plain sentences how an answer differs, where no mistake has that name."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.case import Case, tensors
from fusion_edu.autograder.compare import (
    ATOL,
    close,
    differences,
    family,
    node_differences,
    same_leaf,
    same_value,
    wrong_parts,
)
from fusion_edu.autograder.outcome import Array, Opaque, Outcome
from fusion_edu.autograder.task import Task

SHOWN = 24  # at most so many numbers of an array are printed
FEW = 3  # failing cases that are told by their names


def call_text(task: Task, case: Case) -> str:
    """The call, e.g. ``contrastive_loss(d=[2.0], y=[1.0])``."""
    names = list(task.parameters)
    args = ", ".join(f"{name}={show(value)}" for name, value in zip(names, case.args, strict=False))
    return f"{task.name}({args})"


def show(content: Any) -> str:
    """A value in few characters: numbers where they are few, else the shape."""
    if hasattr(content, "detach"):
        content = Array("tensor", str(content.dtype).removeprefix("torch."), content.detach().cpu().numpy())
    if isinstance(content, Array):
        usual = content.dtype in ("float32", "int64", "bool")
        suffix = "" if usual else f" ({content.dtype})"
        if content.data.size > SHOWN:
            return f"<{content.kind} of shape {content.data.shape}>{suffix}"
        return " ".join(_numbers(content.data).split()) + suffix
    if isinstance(content, float):
        return f"{content:.6g}"
    if isinstance(content, (list, tuple)):
        return "(" + ", ".join(map(show, content)) + ("," if len(content) == 1 else "") + ")"
    if isinstance(content, dict):
        return "; ".join(f"{key}: {show(item)}" for key, item in content.items())
    if callable(content):
        return getattr(content, "__name__", "a function")
    return f"an object of type {content.type}" if isinstance(content, Opaque) else repr(content)


def _numbers(data: np.ndarray) -> str:
    if data.size == 0:
        return f"<empty, shape {data.shape}>"
    return np.array2string(
        data, separator=", ", threshold=SHOWN + 1, max_line_width=10_000, formatter={"float_kind": lambda x: f"{x:.5g}"}
    )


def both(task: Task, expected: Outcome, got: Outcome) -> tuple[str, str]:
    """Two outcomes in few characters: of large arrays the first entry that differs, of right values the gradient."""
    values = same_value(expected, got, atol=task.atol)
    at = None if values else _first_difference(expected.value, got.value, task.atol)

    def text(outcome: Outcome) -> str:
        if outcome.error:
            return f"raises {outcome.error}"
        shown = show(outcome.value)
        if values and outcome.gradient is not None:
            shown += f", gradient {show(list(outcome.gradient))}"
        if at is not None:
            output, place = at
            node = outcome.value if output is None else outcome.value[output]
            head = "" if output is None else f"{ORDINALS[output]} output "
            shown += f"; {head}at {list(place)}: {show(node.data[place].item())}"
        return shown

    return text(expected), text(got)


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def _first_difference(expected: Any, got: Any, atol: float) -> tuple[int | None, tuple[int, ...]] | None:
    """(output, index) of the first entry that differs, where the whole would not be shown."""
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got) <= len(ORDINALS):
        for i, (a, b) in enumerate(zip(expected, got, strict=True)):
            if isinstance(a, Array) and (found := _first_difference(a, b, atol)):
                return i, found[1]
        return None
    if not (isinstance(expected, Array) and isinstance(got, Array)) or expected.data.shape != got.data.shape:
        return None
    if expected.data.size <= SHOWN:
        return None
    for place in np.ndindex(expected.data.shape):
        a, b = (_array(np.asarray(node.data[place])) for node in (expected, got))
        if not close(a, b, atol=atol):
            return None, place
    return None


def where(task: Task, cases: Sequence[Case], wrong: Sequence[int]) -> str:
    """In which few cases alone an answer is wrong; "" where they are many."""
    if len(wrong) > FEW or len(wrong) * 3 > len(cases):
        return ""
    names = list(dict.fromkeys(f"“{cases[i].name}”" for i in wrong))
    rest = len(cases) - len(wrong)
    return f"The other {rest} cases agree: it is wrong only in {' and '.join(names)}."


def elsewhere(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome], at: int) -> bool:
    """Whether what is wrong in a case beside its values is right in another one that asks for it."""
    part = differences(expected[at], got[at], atol=task.atol)[0]

    def asks(i: int) -> bool:
        if part == "gradient":
            return bool(cases[i].gradient)
        return part != "dtype" or dtypes(expected[i].value) == dtypes(expected[at].value)

    return any(asks(i) and not differences(expected[i], got[i], atol=task.atol) for i in range(len(cases)))


def wrong_outputs(task: Task, expected: Sequence[Outcome], got: Sequence[Outcome]) -> tuple[list[int], int]:
    """Positions of the outputs that are wrong in any case, and how many outputs there are; none of 0 where each case has others."""
    wrong, counts = set(), set()
    for a, b in zip(expected, got, strict=True):
        if a.error and a.error == b.error:
            continue
        found = None if a.error or b.error else wrong_parts(a.value, b.value, atol=task.atol)
        if found is None:
            return [], 0
        wrong.update(found)
        counts.add(len(a.value))
    return (sorted(wrong), counts.pop()) if len(counts) == 1 else ([], 0)


def outputs(task: Task, expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """Which of several outputs are wrong in any case, where others are right in all of them; "" where that is not so."""
    wrong, count = wrong_outputs(task, expected, got)
    if count > len(ORDINALS) or not 0 < len(wrong) < count:
        return ""
    which, rest = " and ".join(ORDINALS[i] for i in wrong), count - len(wrong)
    return (
        f"Of your {count} outputs the {which} {'is' if len(wrong) == 1 else 'are'} wrong, "
        f"the other{'s are' if rest > 1 else ' is'} right. "
    )


def remembered(cases: Sequence[Case], got: Sequence[Outcome], wrong: Sequence[int]) -> str:
    """That each wrong answer is, digit for digit, the right one of an earlier case of which no argument is the same; else ""."""
    numbers: set[float] = set()
    for i in wrong:
        own = _leaves(got[i].value)
        before = (j for j in range(i) if j not in wrong and _alike(own, _leaves(got[j].value)))
        if got[i].error or not own or not any(_apart(cases[i], cases[j]) for j in before):
            return ""
        numbers |= {float(x) for leaf in own for x in leaf.ravel()} - {-1.0, 0.0, 1.0}
    return REMEMBERED if len(numbers) >= FEW else ""  # one or two numbers come twice by chance


def _apart(one: Case, two: Case) -> bool:
    pairs = zip(tensors(list(one.args)), tensors(list(two.args)), strict=False)
    return all(a.shape != b.shape or not torch.equal(a, b) for a, b in pairs)


def _leaves(value: Any) -> list[np.ndarray]:
    parts = value if isinstance(value, list) else [value]
    found = [part.data if isinstance(part, Array) else np.asarray(part) for part in parts]
    return [leaf for leaf in found if leaf.dtype.kind == "f" and np.isfinite(leaf).all()]


def _alike(one: list[np.ndarray], two: list[np.ndarray]) -> bool:
    return len(one) == len(two) and all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def sentence(task: Task, case: Case, expected: Outcome, got: Outcome) -> str:
    """How one outcome differs from the expected one: its first difference in words."""
    part = differences(expected, got, atol=task.atol)[0]
    names = list(task.parameters)
    if part == "error":
        if expected.error is None:
            return f"Your function raised {got.error}: {got.error_text}"
        return f"Here the task asks for a {expected.error}; your function " + (
            f"raised {got.error}." if got.error else "returned a value."
        )
    if part == "gradient":
        return _gradient_sentence(names, case, expected, got, task.atol)
    if part == "changed":
        args = " and ".join(f"`{names[i]}`" for i in got.changed) or "its input"
        return f"The value is right, but your function overwrote {args}: {copy_hint(case, got.changed)}."
    if part == "repeats":
        return REPEATS
    if part == "randomness":
        return RANDOM
    return _value_sentence(expected.value, got.value, task.atol)


def form(expected: Any, got: Any) -> str:
    """How the form of an answer differs (what it is, its shape, its dtype), where many values are right; "" where it does not."""
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return next(filter(None, (form(a, b) for a, b in zip(expected, got, strict=True))), "")
    part = next((part for part in node_differences(expected, got) if part != "value"), "")
    if part == "dtype":
        return f"The dtype should be {wanted(expected)}; yours is {dtypes(got)}."
    return _value_sentence(expected, got, ATOL) if part else ""


def alone(text: str) -> str:
    """A sentence without its remark that something is right: it stands beside another mistake now."""
    if found := RIGHT.match(text):
        rest = text[found.end() :]
        return rest if "_" in rest.split()[0] else rest[0].upper() + rest[1:]
    return text


CUTS = ".detach(), .item(), .data, torch.no_grad(), NumPy or torch.tensor(...) cuts"
RIGHT = re.compile(r"(The|Your) (\w+ ){1,2}(is|are) (right|in order), (but|and) ")
COPY = "work on a copy, and mind -=, x[...] = and methods whose names end in _"
OF_LISTS = "work on a copy, and mind sort, insert and append, x[...] =, -= and methods whose names end in _"
REPEATS = "Called twice with equal inputs, your function gives two different answers: something random or remembered is in it."
REMEMBERED = (
    "It is, digit for digit, what your function returned for another input before: does something stay from one call to the next "
    "(a cache, a global, a default list)?"
)
RANDOM = (
    "Your function moves the global random generator of its caller: use a private one, such as torch.Generator() or "
    "numpy.random.default_rng()."
)


def copy_hint(case: Case, changed: Sequence[int]) -> str:
    """What to mind where these arguments of a case were overwritten."""
    return OF_LISTS if any(isinstance(case.args[i], list) for i in changed if i < len(case.args)) else COPY


def leaf_names(names: list[str], case: Case) -> list[str]:
    """Each tensor of a case whose gradient is compared, as the task calls it."""
    return [
        f"`{names[i]}`" if isinstance(case.args[i], torch.Tensor) else f"`{names[i]}[{j}]`"
        for i in case.gradient
        for j, _ in enumerate(tensors(case.args[i]))
    ]


def leaves(names: list[str], case: Case, expected: Outcome, got: Outcome) -> list[tuple[Any, ...]]:
    """(argument, expected gradient, its own) of each tensor whose gradient is compared; nothing where none flows at all."""
    if expected.gradient is None or got.gradient is None or all(g is None for g in got.gradient):
        return []
    return list(zip(leaf_names(names, case), expected.gradient, got.gradient, strict=False))


def _value_sentence(expected: Any, got: Any, atol: float, inside: bool = False) -> str:
    """How two values differ; of several, the one that does (``inside`` of them)."""
    wrong = wrong_parts(expected, got, atol=atol)
    if wrong and len(wrong) < len(expected) <= len(ORDINALS):
        return _value_sentence(expected[wrong[0]], got[wrong[0]], atol, inside=True)
    if isinstance(expected, dict) and isinstance(got, dict) and expected.keys() == got.keys():
        wrong_keys = [key for key in expected if node_differences(expected[key], got[key], atol=atol)]
        return " ".join(f"“{key}” should be {_word(expected[key])}; yours is {_word(got[key])}." for key in wrong_keys)
    part = node_differences(expected, got, atol=atol)[0]
    if part == "kind" and inside and isinstance(expected, list) and isinstance(got, list):
        return f"The length of a list in it should be {len(expected)}; yours is {len(got)}."
    if part == "kind":
        number = isinstance(expected, (int, float)) and isinstance(got, Array) and got.data.size == 1
        return (
            f"It should return {_kind(expected)}; you returned {_kind(got)}{': .item() takes the number out' * number}."
        )
    if part == "shape":
        return f"The shape should be {_shapes(expected)}; yours is {_shapes(got)}."
    if part == "dtype":
        return f"The values are right, but the dtype should be {wanted(expected)}; yours is {dtypes(got)}."
    return "The value is another one." + _nan_note(expected, got)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else show(value)


def _gradient_sentence(names: list[str], case: Case, expected: Outcome, got: Outcome, atol: float) -> str:
    compared = leaves(names, case, expected, got)
    if not compared:
        return f"The value is right, but no gradient flows back: {CUTS} the graph."
    pairs = [(leaf, a, b) for leaf, a, b in compared if not same_leaf(a, b, atol)]
    lost = [leaf for leaf, _, b in pairs if b is None or not b.data.any()]
    if any(b is not None and not np.isfinite(b.data).all() for _, _, b in pairs):
        return "The value is right, but the gradient holds NaN or infinity: one step with it destroys the weights."
    if lost and len(lost) == len(pairs):
        return f"The value is right, but no gradient reaches {' and '.join(lost)}: {CUTS} the graph on its way."
    which = " and ".join(leaf for leaf, _, _ in pairs) or "its inputs"
    if all(b is not None and _only_where_zero(a, b, atol) for _, a, b in pairs):
        return f"The value is right, but the gradient to {which} is another one: it should be 0 where yours is not."
    return (
        f"The value is right, but the gradient to {which} is another one: is a part of the way cut by .detach(), .item() or "
        ".data, or does a clamp or a comparison stop it?"
    )


def _only_where_zero(expected: Array | None, got: Array, atol: float) -> bool:
    """Whether a gradient differs only in places where it should be 0."""
    if expected is None:
        return True
    zero = expected.data == 0
    return bool(zero.any()) and close(_array(expected.data), _array(np.where(zero, 0, got.data)), atol=atol)


def _array(data: np.ndarray) -> Array:
    return Array("tensor", str(data.dtype), data)


def _nan_note(expected: Any, got: Any) -> str:
    if isinstance(expected, Array) and isinstance(got, Array) and got.data.dtype.kind == "f":
        if np.isnan(got.data).any() and not np.isnan(expected.data).any():
            return " There is a NaN in yours."
        if np.isinf(got.data).any() and not np.isinf(expected.data).any():
            return " There is an infinity in yours."
    return ""


KINDS = {"int": "a whole number", "float": "a number", "bool": "a truth value", "str": "a text", "dict": "a dict"}


def _kind(node: Any) -> str:
    if isinstance(node, Array):
        return f"a tensor of shape {node.data.shape}" if node.kind == "tensor" else "a NumPy array"
    if isinstance(node, Opaque):
        return f"an object of type {node.type}"
    if isinstance(node, list):
        return f"{len(node)} values ({', '.join(_kind(item) for item in node[:3])})"
    if node is None:
        return "nothing (None): is the return missing?"
    return KINDS.get(type(node).__name__, f"a {type(node).__name__}")


def _shapes(node: Any) -> str:
    return (
        " and ".join(_shapes(item) for item in node)
        if isinstance(node, list)
        else str(node.data.shape)
        if isinstance(node, Array)
        else "()"
    )


def wanted(node: Any) -> str:
    """The dtypes of a right answer in words: all signed integers are as good."""
    if isinstance(node, list):
        return " and ".join(map(wanted, node))
    name = dtypes(node)
    return f"{name} (or another integer dtype)" if family(name) == "integer" else name


def dtypes(node: Any) -> str:
    return (
        " and ".join(dtypes(item) for item in node)
        if isinstance(node, list)
        else getattr(node, "dtype", type(node).__name__)
    )
