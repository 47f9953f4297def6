"""Mark one submission: run it in a room, judge what comes out, and run an answer again where another may have spoilt it."""

import hashlib
import time
from typing import Any

import numpy as np

from fusion_edu.checks import TASKS, Task
from fusion_edu.checks.api import cases

from . import cells as look
from . import notebook, plan, said
from .room.inputs import pack_case
from .room.limits import Limits
from .verdict import Judge, Mark
from .warm import NoRoom, Warm

VERSION = 1  # raise it when marks could change


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

    def mark(self, data: bytes, name: str, learner: str, note: str = "") -> dict[str, Any]:
        """The marks of a notebook as plain content: "lesson", "note" for what is wrong with the file, "marks", "cells", "seconds"."""
        started = time.perf_counter()
        result: dict[str, Any] = {
            "lesson": self.lesson,
            "note": "",
            "marks": [],
            "cells": {},
            "hints": [],
            "sources": {},
        }
        try:
            if note and not data:
                raise notebook.Unreadable(note)
            cells = notebook.read(data, name)
            found = plan.lesson_of(cells, TASKS.values())
            result["lesson"] = self.lesson or found or ""
            if found is None:
                result["note"] = f"{name} holds no answer to any task of the course"
            elif self.lesson and found != self.lesson:
                result["note"] = f"{name} is for lesson {found}, not {self.lesson}"
            tasks = [task for task in TASKS.values() if task.id[:2] == result["lesson"]]
            marks, failed = self._marks(cells, tasks, learner)
            result |= {"marks": [mark.as_json() for mark in marks], "cells": failed, "hints": look.suspicious(cells)}
            result["sources"] = plan.sources(cells, tasks)
        except notebook.Unreadable as error:
            result["note"] = f"{error}"
            tasks = [task for task in TASKS.values() if task.id[:2] == self.lesson]
            result["marks"] = [Mark(t.id, "not_attempted", 0, t.points, f"{error}").as_json() for t in tasks]
        result["note"] = "; ".join(dict.fromkeys(filter(None, [note, result["note"]])))
        return result | {"seconds": time.perf_counter() - started}

    def _marks(self, cells: list, tasks: list[Task], learner: str) -> tuple[list[Mark], dict[str, str]]:
        answers = {task.id: answer for task in tasks if (answer := plan.locate(cells, task))}
        judges = {task.id: self._judge(task, learner) for task in tasks}
        if not answers:
            return [judge.mark(said.Run()) for judge in judges.values()], {}
        arrays: list[np.ndarray] = []
        inputs = {
            task: {
                "cases": [pack_case(c, arrays) for c in judges[task].cases],
                "forbidden": judges[task].task.forbidden,
            }
            for task in answers
        }
        room = self.warm.room(inputs, arrays, self.limits.as_json())
        try:
            return _Submission(room, cells, answers, judges).marks()
        finally:
            room.close()

    def _judge(self, task: Task, learner: str) -> Judge:
        key = task.id, learner if self.own_cases else ""
        if key not in self.judges:
            if self.own_cases:
                self.judges.clear()
            self.judges[key] = Judge(task, cases(task, case_seed(self.secret, *key)))
        return self.judges[key]


def _full(mark: Mark) -> bool:
    return mark.points == mark.max_points


class _Submission:
    """The passes over one notebook."""

    def __init__(self, room: Any, cells: list, answers: dict[str, plan.Answer], judges: dict[str, Judge]) -> None:
        self.room, self.cells, self.answers, self.judges = room, cells, answers, judges
        self.clean = all(look.plain(cell) or look.for_show(cell) for cell in cells)

    def marks(self) -> tuple[list[Mark], dict[str, str]]:
        """First all at once; then, with care, those that did not get all their points."""
        runs, _ = self._pass(plan.as_written(self.cells, self.answers.values()), careful=False)
        marks = {task: judge.mark(runs.get(task, said.Run())) for task, judge in self.judges.items()}
        left = [a for a in self.answers.values() if not _full(marks[a.task]) and not self._nothing_written(a)]
        failed: dict[int, str] = {}
        if left:
            runs, failed = self._pass(plan.as_written(self.cells, left), careful=True)
        for answer in left:
            marks[answer.task] = self._mark(answer.task, runs.get(answer.task))
        return list(marks.values()), {str(number): text for number, text in failed.items()}

    def _pass(self, cells: list[dict], *, careful: bool) -> tuple[dict[str, said.Run], dict[int, str]]:
        _, data = self.room.run(cells, careful=careful)
        return said.read(data)

    def _mark(self, task: str, run: said.Run | None) -> Mark:
        judge, answer = self.judges[task], self.answers[task]
        first = judge.mark(run or said.Run())
        if _full(first):
            return first
        marks = [first]
        if not self.clean or run is None or run.ended != "done":
            marks.append(self._again(judge, plan.alone(self.cells, answer, self.answers.values())))
        if run is None or run.ended == "missing" or any(o.error == "NameError" for o in run.outcomes.values()):
            marks.append(self._again(judge, plan.at_the_end(self.cells, [answer])))
        return max(marks, key=lambda mark: (mark.points, mark.outcome == "incorrect", bool(mark.mistakes)))

    def _nothing_written(self, answer: plan.Answer) -> bool:
        cell = self.cells[answer.cell - 1]
        return look.is_stub(look.parse(cell.source), answer.name)

    def _again(self, judge: Judge, cells: list[dict]) -> Mark:
        runs, _ = self._pass(cells, careful=True)
        return judge.mark(runs.get(judge.task.id, said.Run()))


__all__ = ["Limits", "Marker", "NoRoom", "case_seed"]
