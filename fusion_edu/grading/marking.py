"""Mark one submission: read it, find its answers, run them in rooms and judge what comes out."""

import hashlib
import time
from typing import Any

from fusion_edu.checks import TASKS, Task
from fusion_edu.checks.api import cases

from . import cells as look
from . import notebook, passes, plan, said, similar
from .notebook import Cell
from .room.limits import Limits
from .verdict import Judge, Mark
from .warm import NoRoom, Warm

SLOW = ("keras",)  # modules that are imported before any submission comes, where one imports them


def case_seed(secret: str, task: str, learner: str = "") -> int:
    """Seed of the random cases of a task; with a learner, of that learner's own."""
    digest = hashlib.sha256(f"{secret}\0{task}\0{learner}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


class Marker:
    """Marks submissions one after the other; holds a warm process and the judges of the tasks.

    Args:
        warm: where submissions run.
        secret: makes the random cases; the same one gives the same marks.
        limits: what a submission may use.
        lesson: e.g. "04", where all submissions are for one; else each notebook is looked at.
        own_cases: whether each learner gets random cases of their own.
    """

    def __init__(self, warm: Warm, secret: str, limits: Limits, *, lesson: str = "", own_cases: bool = False) -> None:
        self.warm, self.secret, self.limits = warm, secret, limits
        self.lesson, self.own_cases = lesson, own_cases
        self.judges: dict[tuple[str, str], Judge] = {}
        self.slow: Warm | None = None

    def mark(self, data: bytes, name: str, learner: str, note: str = "") -> dict[str, Any]:
        """The marks of a notebook as plain content; "note" says what is wrong with the file."""
        started = time.perf_counter()
        result = {"lesson": self.lesson, "note": "", "marks": [], "cells": {}, "hints": [], "sources": {}, "shapes": {}}
        try:
            if note and not data:
                raise notebook.Unreadable(note)
            result |= self._read_and_marked(data, name, learner)
        except (NoRoom, OSError):
            raise
        except Exception as error:  # whatever a file does to us, the others are to be marked
            known = isinstance(error, notebook.Unreadable)
            result["note"] = f"{error}" if known else f"{name} could not be read ({type(error).__name__})"
            tasks = [task for task in TASKS.values() if task.id[:2] == self.lesson]
            result["marks"] = [Mark(t.id, "not_attempted", 0, t.points, result["note"]).as_json() for t in tasks]
        result["note"] = "; ".join(dict.fromkeys(filter(None, [note, result["note"]])))
        return result | {"seconds": time.perf_counter() - started}

    def _read_and_marked(self, data: bytes, name: str, learner: str) -> dict[str, Any]:
        cells = notebook.read(data, name)
        found = plan.lesson_of(cells, TASKS.values())
        lesson, note = self.lesson or found or "", ""
        if found is None:
            note = f"{name} holds no answer to any task of the course"
        elif found != lesson:
            note = f"{name} is for lesson {found}, not {lesson}"
        tasks = [task for task in TASKS.values() if task.id[:2] == lesson]
        marks, failed = self._marks(cells, tasks, learner)
        sources = plan.sources(cells, tasks)
        return {
            "lesson": lesson,
            "note": note,
            "marks": [mark.as_json() for mark in marks],
            "cells": failed,
            "hints": look.suspicious(cells),
            "sources": sources,
            "shapes": {task: found for task, source in sources.items() if (found := similar.shape(source))},
        }

    def _marks(self, cells: list[Cell], tasks: list[Task], learner: str) -> tuple[list[Mark], dict[str, str]]:
        answers = [answer for task in tasks if (answer := plan.locate(cells, task))]
        judges = {task.id: self._judge(task, learner) for task in tasks}
        if not answers:
            return [judge.mark(said.Said()) for judge in judges.values()], {}
        warm = self._warm(cells)
        warm.bring({task: judge.inputs for task, judge in judges.items()})
        asked = [answer.task for answer in answers]
        return passes.run(lambda: warm.room(asked, self.limits), cells, answers, judges)

    def _judge(self, task: Task, learner: str) -> Judge:
        key = task.id, learner if self.own_cases else ""
        if any(other != key[1] for _, other in self.judges):
            self.judges.clear()
        if key not in self.judges:
            self.judges[key] = Judge(task, cases(task, case_seed(self.secret, *key)))
        return self.judges[key]

    def _warm(self, cells: list[Cell]) -> Warm:
        """The warm process for these cells: one that has imported what they import and takes seconds to do so."""
        if not any(look.imports(cells, package) for package in SLOW):
            return self.warm
        self.slow = self.slow or Warm(self.warm.tier, self.warm.hidden, SLOW)
        return self.slow

    def close(self) -> None:
        """End the warm processes."""
        for warm in filter(None, (self.warm, self.slow)):
            warm.close()
