"""Run one answer on the cases of its task, and hand back what it did as data."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from fusion_edu.autograder import operator_recording, record
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.observe import guarded, observe, observed
from fusion_edu.autograder.outcome import Array, Opaque, Outcome, pack_outcome
from fusion_edu.autograder.sandbox.inside import alone, frames, standins
from fusion_edu.autograder.stub import is_stub

MOST_CALLS = 1900  # functions that an answer called
LARGEST = 4 << 20  # bytes of the arrays of one outcome
LONGEST = 200_000  # characters of the rest of it


def run(answer: Any, content: dict[str, Any]) -> bytes:
    """One frame: the outcome of each case, whether the answer is a stub, and what ran where some functions are forbidden."""
    if not callable(answer):
        return frames.pack({"missing": True})
    stub = is_stub(answer)  # before it runs: who is asked afterwards could act where nobody watches
    standins.answering = True
    try:
        with guarded():
            cases = content["cases"]
            outcomes, ran = _watched(answer, cases) if content["watched"] else ([observe(answer, c) for c in cases], [])
    finally:
        standins.answering = False
    return pack(outcomes, stub=stub, ran=ran)


def _watched(answer: Callable[..., Any], cases: list[Case]) -> tuple[list[Outcome], list[record.Call]]:
    alone.stay_alone()
    single = alone.is_single()  # after the limit: nothing that runs from now on can start a thread
    alone.no_other_watch()
    operator_recording.refuse_compiled()
    operator_recording.no_frame_hook()
    outcomes, called = observed(answer, cases, operators=True, trusted=False)
    if not single:
        called = {record.ALIVE}
    elif len(called) > MOST_CALLS:  # more than homework needs: what is among them could not be handed back
        called = {record.TOO_MANY} | (called & {operator_recording.COMPILED})
    return outcomes, sorted(called)


def pack(outcomes: list[Outcome], **more: Any) -> bytes:
    """Outcomes as one frame, with ``more`` beside them."""
    arrays: list[np.ndarray] = []
    return frames.pack({"outcomes": [_packed(outcome, arrays) for outcome in outcomes], **more}, arrays)


def _packed(outcome: Outcome, arrays: list[np.ndarray]) -> dict[str, Any]:
    """An outcome as JSON content, its arrays appended; one that is no plain data, or too much of it, is named so."""
    before = len(arrays)
    text = "no plain data"
    try:
        content = pack_outcome(outcome, arrays)
        own = arrays[before:]
        if isinstance(outcome.value, Array) or own:
            text = "larger than any right answer"
        if (
            all(array.dtype.kind in "biufcU" for array in own)
            and sum(array.nbytes for array in own) <= LARGEST
            and len(json.dumps(content)) <= LONGEST
        ):
            return content
    except (TypeError, ValueError, RecursionError):
        pass
    del arrays[before:]
    return pack_outcome(Outcome(Opaque("object", text)), arrays)
