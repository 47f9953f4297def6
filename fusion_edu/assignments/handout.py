"""One command makes what a class gets: a notebook for each learner, and, for the teacher alone, model solutions and a table."""

import io
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from fusion_edu import storage
from fusion_edu.assignments import claims_notebooks, four_sets, given, hunt_notebook, tests_notebook, three_sensors
from fusion_edu.assignments.planting import Planted, of_learner
from fusion_edu.assignments.programs import PROGRAMS
from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.store import Store

HEAD = ("learner", "program", "cause", "lines")


def kept_secret(marks: Path, seed: str = "") -> str:
    """The secret of a folder of marks, made there if there is none: ``grade`` finds the same one there.

    Raises:
        ValueError: the folder keeps another one than ``seed``, or cannot be used.
    """
    store = Store(marks / "results.sqlite")
    try:
        found = store.setting("secret", seed or secrets.token_hex(16))
    finally:
        store.close()
    if seed and found != seed:
        raise ValueError(f"{marks} keeps another secret than --seed: leave --seed out, or choose another folder")
    return found


def make(assignment: str, learners: Iterable[str], out: Path, marks: Path, secret: str) -> int:
    """Write ``out/ID/A1.ipynb`` for each learner; solutions and what was planted go beside the marks. Returns how many.

    Raises:
        ValueError: an id cannot be the name of a folder.
    """
    makers = {"A1": _hunt, "A2": _tests, "A3": _claims("A3"), "A4": _claims("A4")}
    return makers[assignment](list(learners), out, marks, secret)


def _hunt(learners: list[str], out: Path, marks: Path, secret: str) -> int:
    planted = {learner: of_learner(PROGRAMS, secret, learner) for learner in [*given.read(marks), *learners]}
    for learner in learners:
        _write(_inside(out, learner) / "A1.ipynb", hunt_notebook.learner(planted[learner]))
        _write(_inside(marks / "solutions", learner) / "A1.ipynb", hunt_notebook.solution(planted[learner]))
    given.add(marks, learners)
    table = [HEAD, *((who, *_row(each)) for who, programs in planted.items() for each in programs)]
    whole = [Planted(program, None, "") for program in PROGRAMS]
    _write(_source(marks, "A1"), hunt_notebook.for_nbgrader(whole))
    storage.write(marks / "planted.csv", export.spreadsheet(table))
    return len(learners)


def _tests(learners: list[str], out: Path, marks: Path, secret: str) -> int:
    for learner in learners:
        _write(_inside(out, learner) / "A2.ipynb", tests_notebook.learner())
    _write(marks / "solutions" / "A2.ipynb", tests_notebook.solution())
    _write(_source(marks, "A2"), tests_notebook.solution())
    return len(learners)


def _claims(name: str) -> Callable[[list[str], Path, Path, str], int]:
    arrays = {"A3": _four_sets, "A4": _three_sensors}[name]

    def written(learners: list[str], out: Path, marks: Path, secret: str) -> int:
        for learner in learners:
            _write(_inside(out, learner) / f"{name}.ipynb", claims_notebooks.book(name, solved=False))
            packed = io.BytesIO()
            np.savez_compressed(packed, **arrays(secret, learner))  # type: ignore[arg-type]
            storage.write(out / learner / f"{name}.npz", packed.getvalue())
        given.add(marks, learners)
        for path in (marks / "solutions" / f"{name}.ipynb", _source(marks, name)):
            _write(path, claims_notebooks.book(name, solved=True))
        return len(learners)

    return written


def _four_sets(secret: str, learner: str) -> dict[str, np.ndarray]:
    """The rows of A3 by "set side what"; the classes of the test rows stay with the teacher."""
    found: dict[str, np.ndarray] = {}
    for name in four_sets.NAMES:
        for side, rows in four_sets.sides(secret, learner, name).items():
            found |= {f"{name} {side} a": rows.a.numpy(), f"{name} {side} b": rows.b.numpy()}
            found |= {} if side == "test" else {f"{name} {side} y": rows.y.numpy()}
    return found


def _three_sensors(secret: str, learner: str) -> dict[str, np.ndarray]:
    """The rows of A4 by "side what"; the classes of the test rows stay with the teacher."""
    found: dict[str, np.ndarray] = {}
    for side, rows in three_sensors.world(secret, learner).sides.items():
        found |= {f"{side} {m}": x.numpy() for m, x in rows.x.items()}
        found |= {} if side == "test" else {f"{side} y": rows.y.numpy()}
    return found


def _source(marks: Path, name: str) -> Path:
    return marks / "nbgrader" / "source" / name / f"{name}.ipynb"


def _row(planted: Planted) -> tuple[str, str, str]:
    return planted.program.task.name, planted.cause, " ".join(map(str, sorted(planted.lines)))


def _inside(folder: Path, learner: str) -> Path:
    if not learner.strip(". ") or any(sign in learner for sign in "/\\\0"):
        raise ValueError(f"id {learner!r} cannot be the name of a folder: give this learner another one")
    return folder / learner


def _write(path: Path, book: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    storage.write(path, nbformat.writes(book).encode())
