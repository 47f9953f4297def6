"""Say in plain sentences how an answer differs, where no mistake has that name."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.case import Case, tensors
from fusion_edu.autograder.compare import ATOL, close, differences, family, node_differences, same_leaf, wrong_parts
from fusion_edu.autograder.formatting import ORDINALS, as_array, dtypes, show
from fusion_edu.autograder.outcome import Array, Opaque, Outcome
from fusion_edu.autograder.task import Task

CUTS = ".detach(), .item(), .data, torch.no_grad(), NumPy or torch.tensor(...) cuts"
RIGHT = re.compile(r"(The|Your) (\w+ ){1,2}(is|are) (right|in order), (but|and) ")
COPY = "work on a copy, and mind -=, x[...] = and methods whose names end in _"
OF_LISTS = "work on a copy, and mind sort, insert and append, x[...] =, -= and methods whose names end in _"
REPEATS = "Called twice with equal inputs, your function gives two different answers: something random or remembered is in it."
RANDOM = (
    "Your function moves the global random generator of its caller: use a private one, such as torch.Generator() or "
    "numpy.random.default_rng()."
)


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
    return bool(zero.any()) and close(as_array(expected.data), as_array(np.where(zero, 0, got.data)), atol=atol)


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
    return f"{name} (or another signed integer dtype)" if family(name) == "integer" else name
