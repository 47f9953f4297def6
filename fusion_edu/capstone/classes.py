"""Mark the projects of a class: what ``grade`` calls after it has marked the notebooks."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.capstone.handed_in import MOST_BYTES, NAME, read
from fusion_edu.capstone.points import Points, marked

HEAD = ("learner", "points", "of", "why")


def grade_folder(submissions: Path, out: Path, results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write ``capstone.csv``, a row for each ``submission.json``; nothing of a submission is run.

    Args:
        submissions: folder of folders or zips, one a learner.
        out: where the marks are.
        results: of the learners' notebooks: each has "learner", and "marks" with "task" and "outcome".

    Returns:
        One line a project. An empty list, and no file, where there is none.
    """
    rows = []
    for learner, data in handed_in(submissions):
        correct = {
            mark["task"]: mark["outcome"] == "correct"
            for each in results
            if each["learner"] == learner
            for mark in each["marks"]
        }
        rows.append((learner, *_row(data, correct)))
    if not rows:
        return []
    page = io.StringIO()
    csv.writer(page).writerows([HEAD, *rows])
    storage.write(out / "capstone.csv", ("\ufeff" + page.getvalue()).encode("utf-8", "replace"))
    return [f"{learner}: {got} of {most} points of the capstone's file" for learner, got, most, _ in rows]


def _row(data: bytes, correct: Mapping[str, bool]) -> tuple[int, int, str]:
    try:
        lines: list[Points] = marked(read(data), correct)
    except ValueError as error:
        return 0, 36, str(error)
    said = " | ".join(f"{line.line} {line.got}/{line.most}: {line.why}" for line in lines)
    return sum(line.got for line in lines), sum(line.most for line in lines), said


def handed_in(folder: Path, name: str = NAME) -> Iterator[tuple[str, bytes]]:
    """Learner and bytes of each file of that name; links are not followed, nothing is unpacked to disk."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        if entry.is_dir():
            found = [p for p in sorted(entry.rglob(name)) if p.is_file() and not p.is_symlink()]
            if found:
                with found[0].open("rb") as file:
                    yield entry.name, file.read(MOST_BYTES + 1)
        elif entry.suffix.lower() == ".zip":
            yield from ((entry.stem, data) for data in _zipped(entry, name))


def _zipped(path: Path, name: str) -> list[bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.rpartition("/")[2] == name:
                    with archive.open(member) as file:
                        return [file.read(MOST_BYTES + 1)]
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return [b""]  # a zip that cannot be read: its row says so
    return []
