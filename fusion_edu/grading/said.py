"""What came out of a room, as far as it can be believed: outcomes as data, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fusion_edu.checks.outcome import Array, Outcome, unpack_outcome

from .room import frames

TEXT = 300  # characters kept of any text


@dataclass
class Run:
    """What one answer did in one pass.

    Args:
        outcomes: by number of the case.
        ended: "done", "died", "timed_out", or "missing" where no such function was there.
        ran: forbidden functions that ran; ``stub``: nothing was written.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    ended: str = "missing"
    stub: bool = False
    ran: tuple[str, ...] = ()


def read(data: bytes) -> tuple[dict[str, Run], dict[int, str]]:
    """Runs by task, and what became of cells that failed. Reading stops where the bytes make no sense."""
    runs: dict[str, Run] = {}
    cells: dict[int, str] = {}
    for header, arrays in _frames(data):
        try:
            if "cell" in header:
                text = {"died": "it ended the process", "timed_out": "it did not finish"}.get(header["ended"], "")
                cells.setdefault(int(header["cell"]), (text or str(header["text"]))[:TEXT])
            else:
                runs.setdefault(str(header["task"]), _run(arrays[0].tobytes(), header["ended"]))
        except BROKEN:
            break
    return runs, cells


BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)


def _frames(data: bytes) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
    while data:
        try:
            header, arrays, data = frames.unpack(data)
        except frames.BadFrame:
            return
        yield header, arrays


def _run(data: bytes, ended: str) -> Run:
    run = Run(ended=ended if ended in ("died", "timed_out") else "died")
    for header, arrays in _frames(data):
        try:
            if "outcome" in header:
                run.outcomes.setdefault(int(header["case"]), _outcome(header["outcome"], arrays))
            elif header.get("missing") is True:
                run.ended = "missing"
            elif header.get("finished") is True and ended == "done":
                run.ended, run.stub = "done", header["stub"] is True
                run.ran = tuple(str(name)[:TEXT] for name in header["ran"])[:50]
        except BROKEN:
            break
    return run


def _outcome(content: dict[str, Any], arrays: list) -> Outcome:
    outcome = unpack_outcome(content, arrays)
    line = outcome.error_line
    fine = (
        (outcome.error is None or isinstance(outcome.error, str))
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
