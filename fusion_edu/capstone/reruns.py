"""Run a project's notebook from a clean kernel, twice: does it end, in time, and with the same predictions?"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from fusion_edu.capstone.handed_in import NAME, read
from fusion_edu.capstone.points import Points
from fusion_edu.optional import needed_by

MOST_SECONDS = 600.0
SAME = 1e-5  # largest difference of a probability between two runs


def rerun(folder: Path | str, *, most_seconds: float = MOST_SECONDS) -> list[Points]:
    """14 points: 8 for a notebook that runs from a clean kernel in time and writes ``submission.json``, 6 for the same one twice.

    The notebook runs with YOUR rights and files: only for projects that you trust, or in a virtual machine.

    Args:
        folder: with one notebook; it runs in copies of this folder, which stays as it is.
        most_seconds: of processor time, for one run.

    Raises:
        ValueError: the folder has no notebook, or several.
    """
    books = sorted(Path(folder).glob("*.ipynb"))
    if len(books) != 1:
        raise ValueError(f"{folder} holds {len(books)} notebooks, needs one: the one that writes {NAME}")
    found: list[Any] = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "project"
            shutil.copytree(folder, copy)
            (copy / NAME).unlink(missing_ok=True)
            try:
                seconds = _run(copy / books[0].name, most_seconds)
                found.append((seconds, read(copy / NAME)))
            except Exception as error:  # whatever the notebook does
                why = (
                    "it wrote none"
                    if isinstance(error, FileNotFoundError)
                    else f"{type(error).__name__}: {error}"[-200:]
                )
                return [Points("clean kernel", 0, 8, why), Points("same twice", 0, 6, "it did not run")]
    (seconds, one), (_, other) = found
    in_time = seconds <= most_seconds
    first = Points(
        "clean kernel", 8 if in_time else 4, 8, f"{seconds:.0f} s of processor time, at most {most_seconds:.0f}"
    )
    same = [run.keys() for run in one.runs] == [run.keys() for run in other.runs] and all(
        a[name].shape == b[name].shape and bool(((a[name] - b[name]).abs() <= SAME).all())
        for a, b in zip(one.runs, other.runs, strict=True) for name in a
    )  # fmt: skip
    return [
        first,
        Points(
            "same twice", 6 if same else 0, 6, "the same predictions" if same else "other predictions in the second run"
        ),
    ]


def _run(path: Path, most_seconds: float) -> float:
    """Processor time of all cells of a notebook, in a kernel of its own."""
    with needed_by("fusion_edu.capstone.rerun"):
        import nbformat
        from nbclient import NotebookClient
    book = nbformat.read(path, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("__import__('time').process_time()"))
    client = NotebookClient(book, timeout=round(3 * most_seconds), resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    return float(book.cells[-1].outputs[0].data["text/plain"])
