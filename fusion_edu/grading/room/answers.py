"""Run one answer on the cases of its task, and hand back what it did as data."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fusion_edu.checks.attempt import is_stub
from fusion_edu.checks.observe import calls, guarded, observe
from fusion_edu.checks.outcome import Array, Opaque, Outcome, pack_outcome

LARGEST = 4 << 20  # bytes of one outcome
Say = Callable[[dict[str, Any], list[np.ndarray]], None]


def run(answer: Any, content: dict[str, Any], say: Say) -> None:
    """Say one frame a case, then a last one: whether it is a stub, and which forbidden functions ran."""
    if not callable(answer):
        return say({"missing": True}, [])
    with guarded():
        for number, case in enumerate(content["cases"]):
            _say_outcome(number, observe(answer, case), say)
        banned = tuple(content["forbidden"])
        ran = sorted(n for n in calls(answer, content["cases"][0]) if n.startswith(banned)) if banned else []
    return say({"finished": True, "stub": is_stub(answer), "ran": ran[:50]}, [])


def _say_outcome(number: int, outcome: Outcome, say: Say) -> None:
    arrays: list[np.ndarray] = []
    try:
        content = pack_outcome(outcome, arrays)
        if any(array.dtype.kind not in "biufcU" for array in arrays) or sum(a.nbytes for a in arrays) > LARGEST:
            raise ValueError
        say({"case": number, "outcome": content}, arrays)
    except (TypeError, ValueError, RecursionError):
        text = "larger than any right answer" if arrays and isinstance(outcome.value, Array) else "no plain data"
        arrays = []
        say({"case": number, "outcome": pack_outcome(Outcome(Opaque("object", text)), arrays)}, arrays)
