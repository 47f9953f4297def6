"""Say in plain sentences how an answer differs, where no mistake has that name."""

import inspect
from typing import Any

import numpy as np

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import close, differences
from fusion_edu.autograder.outcome import Array, Opaque, Outcome
from fusion_edu.autograder.task import Task

SHOWN = 24  # at most so many numbers of an array are printed


def call_text(task: Task, case: Case) -> str:
    """The call, e.g. ``contrastive_loss(d=[2.0], y=[1.0])``."""
    names = list(inspect.signature(task.reference).parameters)
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


def sentence(task: Task, expected: Outcome, got: Outcome) -> str:
    """How one outcome differs from the expected one: its first difference in words."""
    part = differences(expected, got, atol=task.atol)[0]
    if part == "error":
        if expected.error is None:
            return f"Your function raised {got.error}: {got.error_text}"
        return f"Here the task asks for a {expected.error}; your function " + (
            f"raised {got.error}." if got.error else "returned a value."
        )
    if part == "gradient":
        return _gradient_sentence(expected, got)
    texts = {
        "kind": f"It should return {_kind(expected.value)}; you returned {_kind(got.value)}.",
        "shape": f"The shape should be {_shapes(expected.value)}; yours is {_shapes(got.value)}.",
        "dtype": f"The values are right, but the dtype should be {_dtypes(expected.value)}; yours is {_dtypes(got.value)}.",
        "value": "The value is another one." + _nan_note(expected.value, got.value),
        "changed": "The value is right, but your function overwrote its input: work on a copy, and mind operators that end in _.",
        "repeats": "Called twice with equal inputs, your function gives two different answers: something random or remembered is in it.",
        "randomness": "Your function moves the global random generator of its caller: use a private one, torch.Generator().",
    }
    return texts[part]


def _gradient_sentence(expected: Outcome, got: Outcome) -> str:
    if got.gradient is None or all(g is None for g in got.gradient):
        return "The value is right, but no gradient flows back: .detach(), .item(), .data, NumPy or torch.tensor(...) cuts the graph."
    arrays = [g.data for g in got.gradient if g is not None]
    if any(np.isnan(g).any() or np.isinf(g).any() for g in arrays):
        return "The value is right, but the gradient holds NaN or infinity: one step with it destroys the weights."
    return "The value is right, but its gradient is another one."


def patterns(expected: list[Outcome], got: list[Outcome]) -> str:
    """A general remark that holds on every case with a comparable value, or nothing."""
    both = [(a.value, b.value) for a, b in zip(expected, got, strict=True) if a.error is None and b.error is None]
    both = [(a, b) for a, b in both if isinstance(a, Array) and isinstance(b, Array) and a.data.size]
    if len(both) < 3 or any(a.data.dtype.kind != "f" for a, _ in both):
        return ""
    if all(a.data.ndim == 2 and a.data.T.shape == b.data.shape and close(_array(a.data.T), b) for a, b in both):
        return "On every input your answer is the transpose of ours."
    both = [(a.data.astype(float), b.data.astype(float)) for a, b in both if a.data.shape == b.data.shape]
    both = [(a, b) for a, b in both if np.isfinite(a).all() and np.isfinite(b).all()]
    if len(both) < 3:
        return ""
    a, b = (np.concatenate([pair[k].ravel() for pair in both]) for k in (0, 1))
    return _ratio(a, b) or _offset(a, b)


def _ratio(a: np.ndarray, b: np.ndarray) -> str:
    large = np.abs(a) > 1e-3
    if large.sum() < 3:
        return ""
    ratio = float(np.median(b[large] / a[large]))
    if abs(ratio) < 1e-6 or abs(ratio - 1) < 1e-3 or not np.allclose(b, ratio * a, rtol=1e-3, atol=1e-5):
        return ""
    if abs(ratio + 1) < 1e-3:
        return "On every input your answer is ours with the sign flipped."
    inverse = f" (1/{1 / ratio:.4g})" if abs(ratio) < 1 else ""
    return f"On every input your answer is {ratio:.4g}{inverse} times ours."


def _offset(a: np.ndarray, b: np.ndarray) -> str:
    offset = float(np.median(b - a))
    if abs(offset) < 1e-4 or not np.allclose(b - a, offset, rtol=1e-3, atol=1e-5):
        return ""
    return f"On every input your answer is ours {'plus' if offset > 0 else 'minus'} {abs(offset):.4g}."


def _array(data: np.ndarray) -> Array:
    return Array("tensor", str(data.dtype), data)


def _nan_note(expected: Any, got: Any) -> str:
    if isinstance(expected, Array) and isinstance(got, Array) and got.data.dtype.kind == "f":
        if np.isnan(got.data).any() and not np.isnan(expected.data).any():
            return " There is a NaN in yours."
        if np.isinf(got.data).any() and not np.isinf(expected.data).any():
            return " There is an infinity in yours."
    return ""


def _kind(node: Any) -> str:
    if isinstance(node, Array):
        return f"a tensor of shape {node.data.shape}" if node.kind == "tensor" else "a NumPy array"
    if isinstance(node, Opaque):
        return f"an object of type {node.type}"
    if isinstance(node, list):
        return f"{len(node)} values ({', '.join(_kind(item) for item in node[:3])})"
    return "nothing (None): is the return missing?" if node is None else f"a {type(node).__name__}"


def _shapes(node: Any) -> str:
    return (
        " and ".join(_shapes(item) for item in node)
        if isinstance(node, list)
        else str(node.data.shape)
        if isinstance(node, Array)
        else "()"
    )


def _dtypes(node: Any) -> str:
    return (
        " and ".join(_dtypes(item) for item in node)
        if isinstance(node, list)
        else getattr(node, "dtype", type(node).__name__)
    )
