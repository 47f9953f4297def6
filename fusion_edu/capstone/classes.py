"""Mark the projects of a class: what ``grade`` calls after it has marked the notebooks."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.learners import right_answers
from fusion_edu.autograder.marking.submissions import Files
from fusion_edu.capstone.handed_in import NAME, read
from fusion_edu.capstone.points import OF_FILE, marked

HEAD = ("learner", "points", "of", "why")


def grade_folder(files: Files, out: Path, results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write ``capstone.csv``, a row for each ``submission.json``; nothing of a submission is run.

    Args:
        files: gives learner and bytes of each file of a name.
        out: where the marks are.
        results: of the learners' notebooks: each has "learner", and "marks" with "task" and "outcome".

    Returns:
        One line a project. An empty list, and no file, where there is none.
    """
    rows = [(learner, *_row(data, right_answers(results, learner))) for learner, data in files(NAME)]
    if rows:
        storage.write(out / "capstone.csv", export.spreadsheet([HEAD, *rows]))
    return [f"{learner}: {got} of {most} points of the capstone's file" for learner, got, most, _ in rows]


def _row(data: bytes, right: Collection[str]) -> tuple[int, int, str]:
    try:
        lines = marked(read(data), right)
    except Exception as error:  # whatever a file does to us, the others are to be marked
        return 0, OF_FILE, str(error)
    said = " | ".join(f"{line.line} {line.got}/{line.most}: {line.why}" for line in lines)
    return sum(line.got for line in lines), OF_FILE, said
