"""What came out of a sandbox, as far as it can be believed: outcomes as data, and nothing else."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from fusion_edu.autograder.outcome import Array, Outcome, unpack_outcome
from fusion_edu.autograder.sandbox.inside import frames

ENDLESS = "it did not finish"  # what is said of a cell
TEXT = 300  # characters kept of any text
MOST_FRAMES = 2000  # one a cell and one an answer
MOST_CASES = 200
MOST_CALLS = 2000
MOST_PARTS = 100_000  # of lists and dicts, in all outcomes of one answer


@dataclass(frozen=True)
class Response:
    """The bytes that came from one answer, and how it ended: "done", "died", "timed_out", "missing" where no such function is
    there, or "unreached" where the pass ended before the answer was called."""

    data: bytes = b""
    ended: str = "missing"

    @property
    def digest(self) -> bytes:
        """The same for the same bytes and end: they get the same mark."""
        return hashlib.sha256(self.ended.encode() + b"\0" + self.data).digest()

    @cached_property
    def run(self) -> "Run":
        """What the bytes say."""
        return _run(self.data, self.ended) if self.ended in ("done", "died", "timed_out") else Run(ended=self.ended)


@dataclass(frozen=True)
class Run:
    """What one answer did in one pass.

    Args:
        outcomes: one a case, in their order.
        ended: "done", "died", "timed_out", "missing" or "unreached", as in a ``Response``.
        called: functions that it called, by module and name; ``stub``: nothing was written.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    ended: str = "missing"
    stub: bool = False
    called: tuple[tuple[str, str], ...] = ()


def read(data: bytes) -> tuple[dict[str, Response], dict[int, str]]:
    """What the answers said, by task, and what became of cells that failed. Reading stops where the bytes make no sense."""
    answers: dict[str, Response] = {}
    cells: dict[int, str] = {}
    for header, arrays in _frames(data):
        try:
            if "cell" in header:
                text = {"died": "it ended the process", "timed_out": ENDLESS}.get(header["ended"], "")
                cells.setdefault(int(header["cell"]), (text or str(header["text"]))[:TEXT])
            else:
                ended = header["ended"] if header["ended"] in ("done", "timed_out") else "died"
                answers.setdefault(str(header["task"]), Response(arrays[0].tobytes(), ended))
        except BROKEN:
            break
    return answers, cells


BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)


def _frames(data: bytes) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
    place = 0
    for _ in range(MOST_FRAMES):
        if place == len(data):
            return
        try:
            header, arrays, place = frames.unpack(data, place)
        except frames.BadFrame:
            return
        yield header, arrays


def _run(data: bytes, ended: str) -> Run:
    broken = Run(ended=ended if ended == "timed_out" else "died")
    for header, arrays in _frames(data):
        try:
            if header.get("missing") is True:
                return Run()
            outcomes = [_outcome(content, arrays) for content in header["outcomes"][:MOST_CASES]]
            if sum(1 for each in outcomes for _ in _nodes(each.value)) > MOST_PARTS:
                break  # what only a forger hands back: to compare it would take minutes
            called = tuple((str(module)[:TEXT], str(name)[:TEXT]) for module, name in header["ran"][:MOST_CALLS])
            return Run(outcomes, ended, header["stub"] is True, called) if ended == "done" else broken
        except BROKEN:
            break
    return broken


def _outcome(content: dict[str, Any], arrays: list[Any]) -> Outcome:
    outcome = unpack_outcome(content, arrays)
    line = outcome.error_line
    fine = (
        all(map(_honest, _arrays([outcome.value, list(outcome.gradient or ())])))
        and (outcome.error is None or isinstance(outcome.error, str))
        and all(isinstance(name, str) for name in outcome.errors)
        and (line is None or (isinstance(line[0], int) and isinstance(line[1], str) and len(line) == 2))
        and (outcome.gradient is None or all(g is None or isinstance(g, Array) for g in outcome.gradient))
        and isinstance(outcome.repeats, bool)
        and isinstance(outcome.randomness, bool)
    )
    if not fine:
        raise ValueError("outcome")
    return replace(
        outcome,
        error=outcome.error and outcome.error[:TEXT],
        error_text=str(outcome.error_text)[:TEXT],
        error_line=line and (line[0], line[1][:TEXT]),
        printed=str(outcome.printed)[:TEXT],
    )


def _arrays(node: Any) -> Iterator[Array]:
    """All arrays in nested lists and dicts."""
    return (each for each in _nodes(node) if isinstance(each, Array))


def _nodes(node: Any) -> Iterator[Any]:
    """Nested lists and dicts, and all that lies in them."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, (list, dict)):
            left += node.values() if isinstance(node, dict) else node


def _honest(array: Array) -> bool:
    """Whether an array is of the kind that it claims: a coarser claim would be compared with more tolerance."""
    came = str(array.data.dtype)
    half = array.kind == "tensor" and array.dtype in ("float16", "bfloat16") and came == "float32"
    return array.kind in ("tensor", "array") and (half or array.dtype == came)
