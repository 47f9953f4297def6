"""Mark one submission: read it, find its answers, run them in sandboxes and judge what comes out."""

import hashlib
import re
import time
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from fusion_edu import has
from fusion_edu.autograder import judge, notebook, static
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.locate import lesson_of, locate, of_project, sources_of
from fusion_edu.autograder.marking import similar, strategy
from fusion_edu.autograder.marking.mark import Judge
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.sandbox import NoSandbox
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Verdict

# torch imports these, for seconds, at the first use of what stands in the next line
COMPILER = "torch._dynamo", "torch._decomp.decompositions_for_jvp"
USES_COMPILER = re.compile(
    r"\b(optim\.|torch\.(func|optim)\b|torch import (func|optim)\b|functorch|jvp|vjp|jacfwd|jacrev|forward_ad|utils\.checkpoint)"
)


def case_seed(secret: str, task: str, learner: str = "") -> int:
    """Seed of the random cases of a task; with a learner, of that learner's own."""
    digest = hashlib.sha256(f"{secret}\0{task}\0{learner}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


class Marker:
    """Marks submissions one after the other; holds a host and the judges of the tasks.

    Args:
        course: whose tasks they answer.
        host: where submissions run.
        secret: makes the random cases; the same one gives the same marks.
        limits: what a submission may use.
        lesson: e.g. "04", where all submissions are for one; else each notebook is looked at.
        own_cases: whether each learner gets random cases of their own.
    """

    def __init__(
        self, course: Course, host: Host, secret: str, limits: Limits, *, lesson: str = "", own_cases: bool = False
    ) -> None:
        self.course, self.host, self.secret, self.limits = course, host, secret, limits
        self.lesson, self.own_cases = lesson, own_cases
        self.judges: dict[tuple[str, str], Judge] = {}
        self.slow: Host | None = None

    def mark(
        self,
        data: bytes,
        name: str,
        learner: str,
        note: str = "",
        share: float = 1.0,
        named: Collection[str] | None = None,
    ) -> dict[str, Any]:
        """The marks of a notebook as plain content; "note" says what is wrong with the file, "read" whether it is a notebook.

        Args:
            share: the part of the time for careful passes that it has, where its learner handed in very many.
            named: ids of the tasks that the learner's project names: its notebook is marked for these alone.
        """
        started = time.perf_counter()
        result: dict[str, Any] = {
            "lesson": self.lesson,
            "note": "",
            "marks": [],
            "cells": {},
            "hints": [],
            "sources": {},
            "shapes": {},
            "read": False,
            "own_cases": self.own_cases,
        }
        try:
            if note and not data:
                raise notebook.Unreadable(note)
            result |= self._read_and_marked(data, name, learner, share, named)
        except (NoSandbox, OSError):
            raise
        except Exception as error:  # whatever a file does to us, the others are to be marked
            known = isinstance(error, notebook.Unreadable)
            result["note"] = f"{error}" if known else f"{name} could not be read ({type(error).__name__})"
            tasks = self.course.lesson(self.lesson)
            result["marks"] = [judge.verdict(t, "not_attempted", result["note"]).as_json() for t in tasks]
        finally:
            static.forget()
        result["note"] = "; ".join(dict.fromkeys(filter(None, [note, result["note"]])))
        return result | {"seconds": time.perf_counter() - started}

    def _read_and_marked(
        self, data: bytes, name: str, learner: str, share: float, named: Collection[str] | None
    ) -> dict[str, Any]:
        cells = notebook.read(data, name)
        lesson, tasks, note = self._asked(cells, name, named)
        marks, failed = self._marks(cells, tasks, learner, share)
        sources = sources_of(cells, tasks)
        return {
            "lesson": lesson,
            "note": note,
            "marks": [mark.as_json() for mark in marks],
            "cells": failed,
            "hints": static.suspicious(cells),
            "sources": sources,
            "shapes": similar.forms(cells, tasks, sources),
            "read": True,
            **({"literals": static.literals(cells, self.course.literals)} if self.course.literals else {}),
        }

    def _asked(self, cells: list[Cell], name: str, named: Collection[str] | None) -> tuple[str, list[Task], str]:
        """The lesson of a notebook ("" of a project's), the tasks that it is marked for, and what is wrong with it."""
        chosen = of_project(cells, self.course, named)
        if chosen is not None:
            return "", chosen, ""
        found = lesson_of(cells, self.course.tasks)
        lesson, note = self.lesson or found or "", ""
        if found is None:
            note = f"{name} holds no answer to any task of the course"
        elif found != lesson:
            note = f"{name} is for lesson {found}, not {lesson}"
        return lesson, self.course.lesson(lesson), note

    def _marks(
        self, cells: list[Cell], tasks: list[Task], learner: str, share: float
    ) -> tuple[list[Verdict], dict[str, str]]:
        answers = [answer for task in tasks if (answer := locate(cells, task))]
        judges = {task.id: self._judge(task, learner) for task in tasks}
        if not answers:
            return [each.mark(response.Response()) for each in judges.values()], {}
        host = self._host(cells)
        host.bring({task: each.inputs for task, each in judges.items()})
        asked = [answer.task for answer in answers]
        limits = replace(self.limits, run=self.limits.run * share)
        return strategy.run(lambda: host.sandbox(asked, limits), cells, answers, judges, limits)

    def _judge(self, task: Task, learner: str) -> Judge:
        key = task.id, learner if self.own_cases else ""
        if any(other != key[1] for _, other in self.judges):
            self.judges.clear()
        if key not in self.judges:
            self.judges[key] = Judge(self.course, task, task.cases(case_seed(self.secret, *key)))
        return self.judges[key]

    def _host(self, cells: list[Cell]) -> Host:
        """The host for these cells: one that has imported what they need and takes seconds to be imported."""
        run = [cell for cell in cells if not static.for_show(cell)]
        slow = tuple(filter(has, self.course.slow))
        imported = any(static.imports(run, package) for package in slow)
        if not imported and not any(USES_COMPILER.search(cell.source) for cell in run):
            return self.host
        self.slow = self.slow or Host(self.course, self.host.tier, self.host.hidden, (*slow, *COMPILER))
        return self.slow

    def close(self) -> None:
        """End the hosts."""
        for host in filter(None, (self.host, self.slow)):
            host.close()
