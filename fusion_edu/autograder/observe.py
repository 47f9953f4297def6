"""Run one answer on one case and note what it did. Knows no task and no reference, so that it can run where no answer may be."""

import contextlib
import io
import linecache
import math
import random
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np  # its old global generator is what must stay as it was, hence the NPY002 below
import torch

from fusion_edu.autograder import record
from fusion_edu.autograder.case import Case, mapped, tensors
from fusion_edu.autograder.outcome import Array, Outcome, plain, text

PRINTED_LIMIT = 2000  # characters kept of what an answer prints


def observe(answer: Callable[..., Any], case: Case) -> Outcome:
    """What ``answer`` does on ``case``. Call it inside ``guarded()``, which protects the caller's global state."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            parts = _with_gradient(answer, case) if case.gradient else _plainly(answer, case)
    except (Exception, SystemExit) as error:
        return Outcome(
            error=text(type(error).__name__),
            errors=tuple(text(base.__name__) for base in type(error).__mro__),
            error_text=text(error)[:300],
            error_line=_own_line(error, answer),
            printed=printed.getvalue()[:PRINTED_LIMIT],
        )
    return Outcome(**parts, printed=printed.getvalue()[:PRINTED_LIMIT])


def observed(
    answer: Callable[..., Any], cases: list[Case], *, operators: bool, trusted: bool = True
) -> tuple[list[Outcome], set[record.Call]]:
    """The outcome of each case, and what was called meanwhile (see ``record.calls``).

    ``trusted``: whether what runs while a library is imported is left out in all cases, not in the first alone.
    """
    with record.calls(operators=operators) as called:
        outcomes = []
        for case in cases:
            outcomes.append(observe(answer, case))
            if not trusted:
                record.no_more_imports()
    return outcomes, called


def _plainly(answer: Callable[..., Any], case: Case) -> dict[str, Any]:
    args = mapped(case.args, torch.Tensor.clone)
    if case.randomness:
        seed_everything(1234)
        before = _random_states()
    value = plain(answer(*args))
    moved = case.randomness and _random_states() != before
    changed = tuple(i for i, (was, now) in enumerate(zip(case.args, args, strict=True)) if not _untouched(was, now))
    again = plain(answer(*mapped(case.args, torch.Tensor.clone)))
    if case.also:
        value = [value, *(plain(answer(*mapped(args, torch.Tensor.clone))) for args in case.also)]
        again = [again, *value[1:]]
    return {"value": value, "changed": changed, "repeats": _equal(value, again), "randomness": moved}


def _with_gradient(answer: Callable[..., Any], case: Case) -> dict[str, Any]:
    """Outputs weighted by 1 .. 2, summed and sent back to the inputs that the case names."""
    args = list(mapped(case.args, torch.Tensor.clone))
    leaves = [t.requires_grad_(True) for i in case.gradient for t in tensors(args[i])]
    result = answer(*args)
    value = plain(result)
    ends = [t for t in tensors(result) if t.is_floating_point() and t.requires_grad]
    if not ends:
        return {"value": value, "gradient": (None,) * len(leaves)}
    first, *others = [
        (t * torch.linspace(1, 2, t.numel(), dtype=t.dtype).reshape(t.shape)).sum() if t.numel() > 1 else t.sum()
        for t in ends
    ]
    found = torch.autograd.grad(sum(others, start=first), leaves, allow_unused=True)
    return {"value": value, "gradient": tuple(None if g is None else plain(g) for g in found)}


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Random generators, default dtype, gradient mode and warnings are afterwards as they were before."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), torch.enable_grad():
            warnings.simplefilter("ignore")
            torch.set_default_dtype(torch.float32)
            seed_everything(1234)
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        torch.set_rng_state(states[2])
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


def seed_everything(seed: int) -> None:
    """Seed the CPU generators of torch, NumPy and Python."""
    torch.default_generator.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    random.seed(seed)


def _random_states() -> tuple[Any, ...]:
    legacy: Any = np.random.get_state()  # noqa: NPY002
    return (
        torch.get_rng_state().numpy().tobytes(),
        legacy[1].tobytes(),
        legacy[2],
        random.getstate(),
    )


def _untouched(was: Any, now: Any) -> bool:
    """Whether an argument holds what it held: the same numbers in the same lists and under the same keys."""
    if isinstance(was, torch.Tensor):
        return (
            isinstance(now, torch.Tensor)
            and was.shape == now.shape
            and was.dtype == now.dtype
            and (torch.equal(was, now) or bool(((was == now) | ((was != was) & (now != now))).all()))
        )
    if isinstance(was, (list, tuple)):
        return (
            isinstance(now, type(was))
            and len(was) == len(now)
            and all(_untouched(a, b) for a, b in zip(was, now, strict=True))
        )
    if isinstance(was, dict):
        return isinstance(now, dict) and list(was) == list(now) and all(_untouched(was[key], now[key]) for key in was)
    return was is now or bool(was == now) or was != was


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, Array) and isinstance(b, Array):
        return a.data.shape == b.data.shape and (
            a.data.tobytes() == b.data.tobytes()  # as a rule, and at once
            or np.allclose(a.data, b.data, rtol=1e-5, atol=1e-7, equal_nan=True)
        )
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return (a != a and b != b) or math.isclose(a, b, rel_tol=1e-5)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    return type(a) is type(b) and (a == b or type(a).__name__ == "Opaque")


def _own_line(error: BaseException, answer: Callable[..., Any]) -> tuple[int, str] | None:
    """The last line of the learner's own file or cell that the error passed through."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return None
    own = [entry for entry in traceback.extract_tb(error.__traceback__) if entry.filename == code.co_filename]
    if not own:
        return None
    line = own[-1].lineno or 0
    return line, linecache.getline(code.co_filename, line).strip()
