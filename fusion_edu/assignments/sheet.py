"""``assignment.csv``: a row for each learner, the points that a program gives, and a sentence for each line."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.autograder.marking import export

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
    lines = []
    table: list[list[Any]] = [
        ["learner", "points", "of", *(line.part for line in next(iter(rows.values()), ())), "why"]
    ]
    for learner, found in rows.items():
        got, most = sum(line.got for line in found), sum(line.most for line in found)
        why = " | ".join(f"{line.part}: {line.why}" for line in found)
        table.append([learner, got, most, *(line.got for line in found), why])
        lines.append(f"{learner}: {got} of {most} points, the written part apart")
    if rows:
        storage.write(out / NAME, export.spreadsheet(table))
    return lines


def literal(results: Iterable[Mapping[str, Any]], learner: str, name: str) -> dict[str, Any]:
    """The dictionary that the learner's last notebook gives to a name, {} where none does."""
    texts = [each.get("literals", {}).get(name, "{}") for each in results if each["learner"] == learner]
    found = json.loads(texts[-1]) if texts else {}
    return found if isinstance(found, dict) else {}
