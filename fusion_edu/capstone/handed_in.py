"""``submission.json``: predictions, split and reported numbers of one project, and a sentence for what is wrong with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from fusion_edu import storage

NAME = "submission.json"
MOST_BYTES = 20_000_000
SIDES = ("train", "test")
Run = dict[str, Tensor]  # "full", "alone: picture", "missing: picture", "additive" -> (N, C) probabilities
MOST_ROWS = 20_000  # of the test: each interval draws them ten thousand times
MOST_RUNS, MOST_PREDICTIONS = 50, 20  # runs, and predictions in each: of every one numbers are computed


@dataclass(frozen=True)
class Project:
    """What a submission holds, checked.

    Args:
        question: one sentence.
        modalities: M >= 2 names.
        y: (N,) true classes of the test rows.
        runs: of the same test rows, one a seed: name of the prediction -> (N, C) probabilities. Names are "full", "alone: m" and
            "missing: m" for each modality m, and "additive", the model without interactions (EMAP, lesson 05).
        groups, rows: per side the group of each row, and a fingerprint of its content.
        times: per side when each row was taken; empty where rows have no time.
        reported: name -> number, as the report states it.
        best_alone: the modality that *validation* chose as the best single one.
        tasks: "loss" and "fusion" -> id of the course's task that the notebook holds an own answer to.
    """

    question: str
    modalities: tuple[str, ...]
    y: Tensor
    runs: tuple[Run, ...]
    groups: Mapping[str, Tensor]
    rows: Mapping[str, tuple[str, ...]]
    times: Mapping[str, Tensor] = field(default_factory=dict)
    reported: Mapping[str, float] = field(default_factory=dict)
    best_alone: str = ""
    tasks: Mapping[str, str] = field(default_factory=dict)


def fingerprints(*modalities: Tensor | Sequence[str]) -> list[str]:
    """16 hex digits for each row, made of its content in all modalities: equal rows have equal ones."""
    found = []
    for row in zip(*modalities, strict=True):
        digest = hashlib.sha256()
        for part in row:
            text = part if isinstance(part, str) else repr(torch.as_tensor(part).flatten().tolist())
            digest.update(f"{len(text)};{text}".encode())
        found.append(digest.hexdigest()[:16])
    return found


def write(
    folder: Path | str,
    *,
    question: str,
    y: Tensor,
    runs: Sequence[Mapping[str, Tensor]],
    groups: Mapping[str, Tensor],
    rows: Mapping[str, Sequence[str]],
    times: Mapping[str, Tensor] | None = None,
    reported: Mapping[str, float],
    best_alone: str,
    tasks: Mapping[str, str],
) -> Path:
    """Write ``submission.json`` into a folder; arguments as in :class:`Project`, ``rows`` from :func:`fingerprints`.

    Raises:
        ValueError: what :func:`read` would not take, with its sentence.
    """
    content = {
        "question": question,
        "y": y.tolist(),
        "runs": [{name: [[round(v, 7) for v in row] for row in p.tolist()] for name, p in run.items()} for run in runs],
        "groups": {side: groups[side].tolist() for side in SIDES},
        "rows": {side: list(rows[side]) for side in SIDES},
        "times": {side: times[side].tolist() for side in SIDES} if times else {},
        "reported": dict(reported),
        "best_alone": best_alone,
        "tasks": dict(tasks),
    }
    text = json.dumps(content, sort_keys=True).encode()
    read(text)
    path = Path(folder) / NAME
    storage.write(path, text)
    return path


def read(source: Path | str | bytes) -> Project:
    """The project in a file, or in its bytes. Nothing of it is run.

    Raises:
        ValueError: one sentence that names the field, what it holds and what it needs.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()[: MOST_BYTES + 1]
    if len(data) > MOST_BYTES:
        raise ValueError(f"{NAME} has more than {MOST_BYTES // 10**6} MB, needs fewer test rows")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{NAME} is no JSON: {str(error)[:100]}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{NAME} holds a {type(content).__name__}, needs a dictionary")
    try:
        return _project(content)
    except (KeyError, TypeError, AttributeError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{NAME} lacks a field or holds another kind of value: {str(error)[:100]}") from error


def _project(content: dict[str, Any]) -> Project:
    y = _whole("y", content["y"])
    if len(y) > MOST_ROWS:
        raise ValueError(f"y has {len(y)} test rows, needs at most {MOST_ROWS}: each interval is computed again")
    _few("runs", content["runs"], MOST_RUNS)
    for run in content["runs"]:
        _few("a run", run, MOST_PREDICTIONS)
    runs = tuple({str(name): _probabilities(name, p, len(y)) for name, p in run.items()} for run in content["runs"])
    if not runs:
        raise ValueError("runs is empty, needs one dictionary a seed")
    modalities = tuple(name.removeprefix("alone: ") for name in runs[0] if name.startswith("alone: "))
    groups = {side: _whole(f"groups of {side}", content["groups"][side]) for side in SIDES}
    rows = {side: tuple(map(str, content["rows"][side])) for side in SIDES}
    given = content.get("times") or {}
    times = {side: torch.tensor(given[side], dtype=torch.float64) for side in SIDES} if given else {}
    for name, sides in (("groups", groups), ("rows", rows), ("times", times)):
        for side, values in sides.items():
            need = len(y) if side == "test" else len(groups["train"])
            if len(values) != need:
                raise ValueError(f"{name} of {side} has {len(values)} entries, needs {need}")
    classes = max(p.shape[1] for run in runs for p in run.values()) if runs[0] else 0
    if classes and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise ValueError(
            f"y holds {int(y.min())}..{int(y.max())}, needs 0..{classes - 1} as the predictions have columns"
        )
    reported = {str(name): _number(name, value) for name, value in content.get("reported", {}).items()}
    tasks = {str(name): str(value) for name, value in content.get("tasks", {}).items()}
    return Project(
        str(content["question"]),
        modalities,
        y,
        runs,
        groups,
        rows,
        times,
        reported,
        str(content.get("best_alone", "")),
        tasks,
    )


def _whole(name: str, values: list[Any]) -> Tensor:
    if not values or not all(isinstance(v, int) and not isinstance(v, bool) and abs(v) < 2**63 for v in values):
        raise ValueError(f"{name} needs whole numbers, one a row, and at least one")
    return torch.tensor(values, dtype=torch.int64)


def _few(name: str, entries: Any, most: int) -> None:
    if len(entries) > most:
        raise ValueError(f"{name} has {len(entries)} entries, needs at most {most}")


def _number(name: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"reported {name} holds {str(value)[:20]!r}, needs a number")
    return float(value)


def _probabilities(name: str, rows: list[list[float]], n: int) -> Tensor:
    p = torch.tensor(rows, dtype=torch.float64)
    if p.ndim != 2 or len(p) != n or p.shape[1] < 2:
        raise ValueError(f"{name} has shape {tuple(p.shape)}, needs ({n}, C): a row of probabilities for each y")
    if not (p.isfinite().all() and (p >= 0).all() and ((p.sum(1) - 1).abs() < 1e-3).all()):
        raise ValueError(f"{name} holds rows that are no probabilities: finite, >= 0, of sum 1")
    return p
