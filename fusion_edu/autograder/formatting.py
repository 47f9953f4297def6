"""Calls, values and outcomes in few characters."""

from typing import Any

import numpy as np

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import close, same_value
from fusion_edu.autograder.outcome import Array, Opaque, Outcome
from fusion_edu.autograder.task import Task

SHOWN = 24  # at most so many numbers of an array are printed
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


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
        a, b = (as_array(np.asarray(node.data[place])) for node in (expected, got))
        if not close(a, b, atol=atol):
            return None, place
    return None


def as_array(data: np.ndarray) -> Array:
    """Numbers as a tensor's outcome."""
    return Array("tensor", str(data.dtype), data)


def dtypes(node: Any) -> str:
    """The dtypes of a value, or of several, in words."""
    return (
        " and ".join(dtypes(item) for item in node)
        if isinstance(node, list)
        else getattr(node, "dtype", type(node).__name__)
    )
