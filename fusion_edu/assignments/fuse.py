"""The marks of A3: numbers, kind and decision follow from the predictions that were handed in, or they do not count."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from fusion_edu.assignments import sheet
from fusion_edu.assignments.answers_file import agree, classes, content, part
from fusion_edu.assignments.four_sets import NAMES, Side, kinds_of, sides
from fusion_edu.assignments.sheet import Line
from fusion_edu.autograder.marking.submissions import Files
from fusion_edu.evaluate import accuracy, paired_bootstrap

FILE = "A3.json"
MODELS = ("alone a", "alone b", "additive", "fused")
NUMBERS, KIND, FLOOR, DECISION = 4, 5, 3, 3  # points a set
PARTS = dict.fromkeys(NAMES, NUMBERS + KIND + FLOOR + DECISION)
FLOORS = {
    "redundant": 0.95,
    "unique": 0.93,
    "and": 0.93,
    "xor": 0.9,
}  # of "fused" on hidden rows; well below what the model solution has


def numbers(predictions: Mapping[str, Tensor], y: Tensor) -> dict[str, float]:
    """What a report must state: the accuracy of each model, and what fusing gains over the better single modality.

    Args:
        predictions: of each of MODELS the class of each row, (N,).
        y: (N,) true classes of these rows.

    Returns:
        "accuracy: alone a" and so on; "gain", "gain low", "gain high": 95 % paired bootstrap of fused minus the better one alone.
    """
    found = {f"accuracy: {name}": accuracy(predictions[name], y) for name in MODELS}
    best = max(MODELS[:2], key=lambda name: found[f"accuracy: {name}"])
    gain = paired_bootstrap((predictions["fused"] == y).double(), (predictions[best] == y).double())
    return found | {"gain": gain.mean, "gain low": gain.low, "gain high": gain.high}


def decision(found: Mapping[str, float]) -> str:
    """ "fuse" where the whole interval of the gain is above 0, else "do not fuse"."""
    return "fuse" if found["gain low"] > 0 else "do not fuse"


def grade_folder(files: Files, out: Path, results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write ``assignment.csv``: 0 points where there is no ``A3.json``; nothing of one is run."""
    return sheet.of_files(files, FILE, out, results, PARTS, marked)


def marked(data: bytes, secret: str, learner: str) -> list[Line]:
    """A line for each set."""
    kinds = kinds_of(secret, learner)
    lines = []
    for name in NAMES:
        try:
            lines.append(_set(name, part(content(data), name), kinds[name], sides(secret, learner, name)))
        except ValueError as error:
            lines.append(Line(name, 0, PARTS[name], str(error)))
    return lines


def _set(name: str, found: Any, kind: str, rows: Mapping[str, Side]) -> Line:
    got = {
        side: {
            model: classes(part(found, side, model), f"{name}, {side}, {model}", len(rows[side].y)) for model in MODELS
        }
        for side in ("validation", "test")
    }
    due = numbers(got["validation"], rows["validation"].y)
    off = agree(found.get("reported"), due)
    hidden = accuracy(got["test"]["fused"], rows["test"].y)
    points = {
        "numbers": (NUMBERS * (not off), f"do not follow from the predictions: {', '.join(off[:3])}"),
        "kind": (KIND * (found.get("kind") == kind), "is another one"),
        "floor": (FLOOR * (hidden >= FLOORS[kind]), f"fused has {hidden:.3f} on hidden rows, needs {FLOORS[kind]}"),
        "decision": (DECISION * (found.get("decision") == decision(due)), "does not follow from your own interval"),
    }
    wrong = [f"{part} {why}" for part, (value, why) in points.items() if not value]
    return Line(
        name, sum(value for value, _ in points.values()), NUMBERS + KIND + FLOOR + DECISION, "; ".join(wrong) or "all"
    )
