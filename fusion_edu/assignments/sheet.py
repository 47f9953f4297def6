"""``assignment.csv``: a row for each learner, the points that a program gives, and a sentence for each line."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.assignments import given
from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.submissions import Files
from fusion_edu.autograder.marking.variant import secret_of

NAME = "assignment.csv"
NO_HAND_OUT = "no hand-out was made for this id: name the work with the id of its hand-out, or give --roster"
NOTHING = "nothing was handed in"


@dataclass(frozen=True)
class Line:
    """``got`` of ``most`` points for one part, and why."""

    part: str
    got: int
    most: int
    why: str


def of_files(
    files: Files,
    name: str,
    out: Path,
    results: Iterable[Mapping[str, Any]],
    parts: Mapping[str, int],
    marked: Callable[[bytes, str, str], Sequence[Line]],
) -> list[str]:
    """Mark the file ``name`` of each learner, nothing of which is run, and write the sheet: 0 points where there is none.

    Args:
        out: the folder of the marks, which keeps the secret.
        results: of the notebooks.
        marked: from the bytes of a file, the secret and the learner the lines of it.
    """
    try:
        secret = secret_of(out)
    except ValueError as error:
        return [f"no {NAME}: {error}"]
    rows = {learner: marked(data, secret, learner) for learner, data in files(name)}
    return write(out, parts, rows, [each["learner"] for each in results], f"no {name} was handed in")


def write(
    out: Path,
    parts: Mapping[str, int],
    marked: Mapping[str, Sequence[Line]],
    handed_in: Iterable[str] = (),
    lacks: str = "",
) -> list[str]:
    """Write the file: a row for each learner who handed something in or got a hand-out; a line for each.

    Args:
        out: the folder of the marks, which keeps who got a hand-out.
        parts: the columns, with the greatest points of each.
        marked: lines of whom there is something to mark.
        handed_in: the learners of whom anything came back; ``lacks``: what is not there, of those who are not in ``marked``.
    """
    known, came = dict.fromkeys(given.read(out)), dict.fromkeys(handed_in)
    lines = []
    table: list[list[Any]] = [["learner", "points", "of", *parts, "why"]]
    for learner in {**came, **dict.fromkeys(marked), **known}:
        found, why = marked.get(learner, ()), ""
        if known and learner not in known:
            found, why = (), NO_HAND_OUT
        elif not found:
            why = lacks if learner in came else NOTHING
        got = dict.fromkeys(parts, 0) | {line.part: line.got for line in found}
        said = why or " | ".join(f"{line.part}: {line.why}" for line in found)
        table.append([learner, sum(got.values()), sum(parts.values()), *got.values(), said])
        points = f"{learner}: {sum(got.values())} of {sum(parts.values())} points, the written part apart"
        lines.append(f"{points}: {why}" if why else points)
    if len(table) > 1:
        storage.write(out / NAME, export.spreadsheet(table))
    return lines


def literal(results: Iterable[Mapping[str, Any]], learner: str, name: str) -> dict[str, Any]:
    """The dictionary that the learner's last notebook gives to a name, {} where none does."""
    texts = [each.get("literals", {}).get(name, "{}") for each in results if each["learner"] == learner]
    found = json.loads(texts[-1]) if texts else {}
    return found if isinstance(found, dict) else {}
