"""The marks of A4: the worst pattern of missing sensors counts, and a promise of coverage is held against hidden rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from fusion_edu.assignments import sheet
from fusion_edu.assignments.answers_file import agree, classes, content, part, sets
from fusion_edu.assignments.sheet import Line
from fusion_edu.assignments.three_sensors import CLASSES, PATTERNS, World, world
from fusion_edu.autograder.marking.submissions import Files
from fusion_edu.evaluate import accuracy, coverage

FILE = "A4.json"
NUMBERS, WORST, COVERED = 12, 24, 12  # points; the last for each of SETS
BELOW_BEST = 0.06  # a pattern may have so much less than who knows the truth
SETS = ("abc", "c")  # patterns for which prediction sets are handed in
PARTS = {"numbers": NUMBERS, "worst": WORST, **{f"sets {pattern}": COVERED for pattern in SETS}}
LEAST, MOST = 0.86, 0.94  # coverage that is accepted of a promised 0.9


def numbers(predictions: Mapping[str, Tensor], y: Tensor) -> dict[str, float]:
    """What a report must state: the accuracy with each pattern of sensors, and that of the worst one.

    Args:
        predictions: of each of PATTERNS the class of each row, (N,).
        y: (N,) true classes.
    """
    found = {f"accuracy: {pattern}": accuracy(predictions[pattern], y) for pattern in PATTERNS}
    return found | {"worst": min(found.values())}


def grade_folder(files: Files, out: Path, results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write ``assignment.csv``: 0 points where there is no ``A4.json``; nothing of one is run."""
    return sheet.of_files(files, FILE, out, results, PARTS, marked)


def marked(data: bytes, secret: str, learner: str) -> list[Line]:
    """A line for each part; one that cannot be read costs that part alone."""
    own = world(secret, learner)
    lines = []
    for (name, most), rule in zip(PARTS.items(), (_numbers, _worst, *map(_covered, SETS)), strict=True):
        try:
            why = rule(content(data), own)
        except ValueError as error:
            why = str(error)
        lines.append(Line(name, 0 if why else most, most, why or "all"))
    return lines


def _predictions(found: Any, own: World, side: str) -> dict[str, Tensor]:
    n = len(own.sides[side].y)
    return {p: classes(part(found, side, p), f"{side}, {p}", n, CLASSES) for p in PATTERNS}


def _numbers(found: Any, own: World) -> str:
    due = numbers(_predictions(found, own, "validation"), own.sides["validation"].y)
    off = agree(part(found, "reported"), due)
    return f"do not follow from the predictions: {', '.join(off[:3])}" if off else ""


def _worst(found: Any, own: World) -> str:
    got = _predictions(found, own, "test")
    behind = {p: own.best(p) - accuracy(got[p], own.sides["test"].y) for p in PATTERNS}
    worst = max(behind, key=lambda p: behind[p])
    return (
        f"with {worst} it is {behind[worst]:.3f} below what is possible, at most {BELOW_BEST} is accepted"
        if behind[worst] > BELOW_BEST
        else ""
    )


def _covered(pattern: str) -> Any:
    def rule(found: Any, own: World) -> str:
        y = own.sides["test"].y
        got = coverage(sets(part(found, "sets", pattern), f"sets, {pattern}", len(y), CLASSES), y)
        return (
            "" if LEAST <= got <= MOST else f"{got:.3f} of the hidden rows are covered, {LEAST} to {MOST} is accepted"
        )

    return rule
