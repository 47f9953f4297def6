"""``assignment.csv``: a row for each learner, the points that a program gives, and a sentence for each line."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion_edu import storage

NAME = "assignment.csv"


@dataclass(frozen=True)
class Line:
    """``got`` of ``most`` points for one part, and why."""

    part: str
    got: int
    most: int
    why: str


def write(out: Path, rows: Mapping[str, Sequence[Line]]) -> list[str]:
    """Write the file; a line for each learner."""
    page = io.StringIO()
    lines = []
    parts = [line.part for line in next(iter(rows.values()), ())]
    csv.writer(page).writerow(["learner", "points", "of", *parts, "why"])
    for learner, found in rows.items():
        got, most = sum(line.got for line in found), sum(line.most for line in found)
        why = " | ".join(f"{line.part}: {line.why}" for line in found)
        csv.writer(page).writerow([learner, got, most, *(line.got for line in found), why])
        lines.append(f"{learner}: {got} of {most} points, the written part apart")
    if rows:
        storage.write(out / NAME, ("\ufeff" + page.getvalue()).encode("utf-8", "replace"))
    return lines


def outcomes(results: Iterable[Mapping[str, Any]], learner: str) -> dict[str, bool]:
    """Task -> whether one of the learner's notebooks answers it right."""
    found: dict[str, bool] = {}
    for mark in (mark for each in results if each["learner"] == learner for mark in each["marks"]):
        found[mark["task"]] = found.get(mark["task"], False) or mark["outcome"] == "correct"
    return found


def literal(results: Iterable[Mapping[str, Any]], learner: str, name: str) -> dict[str, Any]:
    """The dictionary that the learner's last notebook gives to a name, {} where none does."""
    texts = [each.get("literals", {}).get(name, "{}") for each in results if each["learner"] == learner]
    found = json.loads(texts[-1]) if texts else {}
    return found if isinstance(found, dict) else {}
