"""What one call of an answer did, as plain data: arrays, numbers, text. No tensor and no function crosses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True, eq=False)
class Array:
    """A tensor or a NumPy array as data; ``kind`` is "tensor" or "array", ``dtype`` e.g. "float32"."""

    kind: str
    dtype: str
    data: np.ndarray


@dataclass(frozen=True)
class Opaque:
    """Any other object: only its type and its text are kept."""

    type: str
    text: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an answer did on one case.

    Args:
        value: plain tree of Array, number, text, None, list, dict, Opaque.
        error: name of the exception, or None; ``errors`` names its base classes too.
        error_text, error_line: its text, and (line number, source line) in the learner's own code.
        gradient: one Array (or None) for each input asked for; None where none was asked for.
        changed: positions of inputs that were overwritten.
        repeats: whether a second call with equal inputs gave the same value.
        randomness: whether a global random generator was moved.
        printed: what was printed meanwhile.
    """

    value: Any = None
    error: str | None = None
    errors: tuple[str, ...] = ()
    error_text: str = ""
    error_line: tuple[int, str] | None = None
    gradient: tuple[Any, ...] | None = None
    changed: tuple[int, ...] = ()
    repeats: bool = True
    randomness: bool = False
    printed: str = ""


def plain(content: Any) -> Any:
    """The data in ``content``, of which nothing is left that an answer could still change or be asked by.

    Tensors and arrays are copied, once more where an object of the answer's own may have said what its array is; numbers and
    texts of classes of its own become those that they hold.
    """
    if isinstance(content, torch.Tensor):
        dtype = text(content.dtype).removeprefix("torch.")
        data = content.detach().cpu()
        if data.dtype in (torch.bfloat16, torch.float16):
            data = data.float()
        return Array("tensor", dtype, _own(data.resolve_conj().resolve_neg().numpy()))
    if isinstance(content, np.ndarray) and content.dtype != object:
        return Array("array", text(content.dtype), _own(content))
    if isinstance(content, np.generic):
        return plain(content.item())
    if content is None or type(content) is bool:
        return content
    for kind, exact in EXACT:
        if issubclass(type(content), kind):
            return exact(content)
    if isinstance(content, (list, tuple)):
        return [plain(item) for item in content]
    if isinstance(content, dict):
        return {text(key): plain(item) for key, item in content.items()}
    return Opaque(str.__str__(type(content).__name__), str.__str__(repr(content))[:200])


# the second makes of a number or a text of a class of its own the plain one
EXACT = (int, int.__int__), (float, float.__float__), (str, str.__str__)


def text(thing: Any) -> str:
    """As str, which could be a text of a class of the answer's own."""
    return str.__str__(str(thing))


def _own(data: Any, array: Callable[..., Any] = np.array, asarray: Callable[..., Any] = np.asarray) -> np.ndarray:
    """A copy that nobody else holds: ``__array__`` can hand out what it keeps, and an answer can put its own in place of NumPy's."""
    return array(asarray(data))  # type: ignore[no-any-return]


def pack(node: Any, arrays: list[np.ndarray]) -> Any:
    """``node`` as JSON content; its arrays are appended to ``arrays`` and named by position."""
    if isinstance(node, Array):
        arrays.append(node.data)
        return {"array": len(arrays) - 1, "kind": node.kind, "dtype": node.dtype}
    if isinstance(node, Opaque):
        return {"opaque": node.type, "text": node.text}
    if isinstance(node, dict):
        return {"dict": {key: pack(item, arrays) for key, item in node.items()}}
    if isinstance(node, (list, tuple)):
        return [pack(item, arrays) for item in node]
    return node


def unpack(content: Any, arrays: list[np.ndarray]) -> Any:
    """The inverse of ``pack``."""
    if isinstance(content, list):
        return [unpack(item, arrays) for item in content]
    if not isinstance(content, dict):
        return content
    if "array" in content:
        return Array(content["kind"], content["dtype"], arrays[content["array"]])
    if "opaque" in content:
        return Opaque(content["opaque"], content["text"])
    return {key: unpack(item, arrays) for key, item in content["dict"].items()}


def pack_outcome(outcome: Outcome, arrays: list[np.ndarray]) -> dict[str, Any]:
    """An outcome as JSON content beside a list of arrays, to cross a process boundary without pickle."""
    return {name: pack(getattr(outcome, name), arrays) for name in Outcome.__dataclass_fields__}


def unpack_outcome(content: dict[str, Any], arrays: list[np.ndarray]) -> Outcome:
    """The inverse of ``pack_outcome``."""
    parts = {name: unpack(item, arrays) for name, item in content.items()}
    for name in ("errors", "error_line", "gradient", "changed"):
        parts[name] = tuple(parts[name]) if parts[name] is not None else None
    return Outcome(**parts)
