"""Whether two outcomes are the same, and in which parts they differ."""

import math
from typing import Any

import numpy as np

from fusion_edu.autograder.outcome import Array, Opaque, Outcome

RTOL = {"float64": 1e-6, "float32": 2e-4, "bfloat16": 2e-2, "float16": 2e-3}
# what one rounding costs a right value that is handed back in half precision
ROUNDED = {"bfloat16": 2**-8, "float16": 2**-11}
CANCELS = 4  # a gradient is a sum of terms that take back each other: more of its digits are rounding than of a value's
ATOL = 1e-6  # times the largest finite number of the expected array, where that is above 1


def differences(expected: Outcome, got: Outcome, *, atol: float = ATOL) -> list[str]:
    """Names of the parts in which ``got`` differs: error, kind, shape, value, dtype, gradient, changed, repeats, randomness."""
    if expected.error or got.error:
        same = expected.error == got.error or (expected.error is not None and expected.error in got.errors)
        return [] if same else ["error"]
    parts = node_differences(expected.value, got.value, atol=atol)
    if not _same_gradient(expected.gradient, got.gradient, atol):
        parts.append("gradient")
    parts += [part for part in ("changed", "repeats", "randomness") if getattr(expected, part) != getattr(got, part)]
    return parts


def same_value(expected: Outcome, got: Outcome, *, atol: float = ATOL) -> bool:
    """Whether the numbers agree, whatever dtype, gradient and side effects are."""
    return not {"error", "kind", "shape", "value"} & set(differences(expected, got, atol=atol))


def node_differences(expected: Any, got: Any, *, atol: float = ATOL) -> list[str]:
    """As ``differences``, for two plain values; a list and a tuple count as the same."""
    if isinstance(expected, Array):
        return _array_differences(expected, got, atol)
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return ["kind"]
        found = [part for a, b in zip(expected, got, strict=True) for part in node_differences(a, b, atol=atol)]
        return list(dict.fromkeys(found))
    if isinstance(expected, dict):
        if not isinstance(got, dict) or got.keys() != expected.keys():
            return ["kind"]
        return list(
            dict.fromkeys(part for key in expected for part in node_differences(expected[key], got[key], atol=atol))
        )
    if isinstance(expected, bool) or expected is None or isinstance(expected, (str, Opaque)):
        return _scalar(type(expected) is type(got), expected == got)
    counts = isinstance(expected, int) and isinstance(got, int)  # nothing was rounded
    same = expected == got if counts else _close(expected, got, RTOL["float32"], atol)
    return _scalar(isinstance(got, (int, float)) and not isinstance(got, bool), same)


def wrong_parts(expected: Any, got: Any, *, atol: float = ATOL) -> list[int] | None:
    """Positions at which two lists of one length differ; None where they are no such lists."""
    if not isinstance(expected, list) or not isinstance(got, list) or len(expected) != len(got):
        return None
    return [i for i, (a, b) in enumerate(zip(expected, got, strict=True)) if node_differences(a, b, atol=atol)]


def _scalar(same_kind: bool, same: bool) -> list[str]:
    return ["kind"] if not same_kind else [] if same else ["value"]


def _array_differences(expected: Array, got: Any, atol: float) -> list[str]:
    if not isinstance(got, Array) or got.kind != expected.kind:
        return ["kind"]
    if got.data.shape != expected.data.shape:
        return ["shape"]
    parts = []
    if not close(expected, got, atol=atol):
        parts.append("value")
    if family(expected.dtype) != family(got.dtype):
        parts.append("dtype")
    return parts


def close(expected: Array, got: Array, *, atol: float = ATOL) -> bool:
    """Equal within the tolerance of the coarser dtype, of a half only what one rounding costs; NaN equals NaN, infinity itself."""
    a, b = expected.data, got.data
    if a.size == 0:
        return True
    if a.dtype.kind in "bui" and b.dtype.kind in "bui":
        return bool((a == b).all())
    a, b = a.astype(np.float64), b.astype(np.float64)
    of_got = ROUNDED.get(got.dtype, RTOL.get(got.dtype, 0))
    rtol = max(RTOL.get(expected.dtype, 0), of_got, 1e-6)
    finite = np.abs(a[np.isfinite(a)])
    scale = max(1.0, float(finite.max())) if finite.size else 1.0
    with np.errstate(invalid="ignore"):
        near = np.abs(a - b) <= atol * (scale if rtol > 1e-6 else 1.0) + rtol * np.abs(a)
    return bool((near & np.isfinite(a) & np.isfinite(b) | (a == b) | (np.isnan(a) & np.isnan(b))).all())


def _close(a: float, b: Any, rtol: float, atol: float) -> bool:
    if not isinstance(b, (int, float)):
        return False
    return (math.isnan(a) and math.isnan(b)) or a == b or math.isclose(a, b, rel_tol=rtol, abs_tol=atol)


def family(dtype: str) -> str:
    """The dtype as it is compared: all signed integers count as one."""
    return "integer" if dtype.startswith("int") else dtype


def _same_gradient(expected: tuple[Any, ...] | None, got: tuple[Any, ...] | None, atol: float) -> bool:
    """No gradient at all counts as a gradient of zeros."""
    if expected is None or got is None:
        return expected is got
    return all(same_leaf(a, b, atol) for a, b in zip(expected, got, strict=True))


def same_leaf(a: Array | None, b: Array | None, atol: float) -> bool:
    """Whether two gradients of one input agree; none counts as zeros."""
    if a is None or b is None:
        one = b if a is None else a
        return one is None or bool((one.data == 0).all())
    return a.data.shape == b.data.shape and close(a, b, atol=CANCELS * atol)
