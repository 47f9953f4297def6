"""Check a learner's own notebook, on any system: a crash or an endless loop costs one task, and the next look finds a warm process."""

import json
import queue
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from fusion_edu.autograder.course import Course
from fusion_edu.autograder.judge import verdict
from fusion_edu.autograder.limit import LOOK_FOR, SECONDS
from fusion_edu.autograder.locate import lesson_of, locate, of_project
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.selfcheck.process import Answer
from fusion_edu.autograder.task import Task

# a check keeps its limit by itself, where the system has one; after so many times as long its process is ended
GRACE = 3
LOAD_SECONDS = 120.0  # imports from a cold disk, and the cells
DIED = "Your code ended the whole process, for example by exit() or by a crash."
SLOW = f"Your code did not finish in time: {LOOK_FOR}."
LONGEST_LINE = 200_000  # characters of an answer


class Checker:
    """Checks files one after the other; close it when done.

    Args:
        course: whose tasks they answer.
        seed: of the random cases; fresh ones by default.
        seconds: limit of one task.
    """

    def __init__(self, course: Course, *, seed: int | None = None, seconds: float = SECONDS) -> None:
        self.course, self.seed, self.seconds = course, seed, seconds
        self.ahead: _Process | None = _Process()

    def prepare(self) -> None:
        """Have a process ready for the next look."""
        self.ahead = self.ahead or _Process()

    def check(self, cells: list[Cell], path: Path, only: str = "") -> tuple[str, list[Answer]]:
        """The lesson of a notebook ("" where it is for none), and an answer for each task of it, or that its project names.

        Args:
            only: id of the one task that is to be checked.
        """
        lesson, tasks = self._asked_of(cells, path, only)
        asked = {task.id: answer.name if (answer := locate(cells, task)) else task.name for task in tasks}
        request = {
            "course": self.course.where,
            "file": path.name,
            "folder": str(path.resolve().parent),
            "cells": [(cell.number, cell.source) for cell in cells],
            "seed": self.seed,
            "seconds": self.seconds,
        }
        return lesson, self._all(request, asked)

    def _asked_of(self, cells: list[Cell], path: Path, only: str) -> tuple[str, list[Task]]:
        if only:
            return only.partition(".")[0], [self.course.task(only)]
        chosen = of_project(cells, self.course, self._named(path))
        if chosen is not None:
            return "", chosen
        lesson = lesson_of(cells, self.course.tasks) or ""
        return lesson, self.course.lesson(lesson)

    def _named(self, path: Path) -> tuple[str, ...] | None:
        """Ids of the tasks that the project's file beside a notebook names, None where there is none."""
        file = self.course.project_file
        place = path.parent / file.name if file else path
        return file.named(place.read_bytes()) if file and place.is_file() else None

    def _all(self, request: dict[str, Any], asked: dict[str, str]) -> list[Answer]:
        """All answers; where a process ends before it is done, another one goes on with the next task."""
        found: list[Answer] = []
        left = dict(asked)
        while left:
            process, self.ahead = self.ahead or _Process(), None
            try:
                answered, why = process.ask(request | {"asked": left})
            finally:
                process.close()
            found += answered
            left = dict(list(left.items())[len(answered) :])
            if left and why:
                blamed = list(left)[:1] if process.loaded else list(left)
                found += [self._without_check(key, *why) for key in blamed]
                left = {key: name for key, name in left.items() if key not in blamed}
        return found

    def _without_check(self, key: str, outcome: str, message: str) -> Answer:
        found = verdict(self.course.task(key), outcome, message)
        return found.as_json() | {"text": f"{found}"}

    def close(self) -> None:
        """End the process that waits."""
        if self.ahead:
            self.ahead.close()


class _Process:
    """One process for one request."""

    def __init__(self) -> None:
        self.loaded = False
        root = Path(__file__).parents[3]
        code = f"import sys; sys.path.insert(0, {str(root)!r}); from fusion_edu.autograder.selfcheck.process import main; main()"
        self.child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
        )
        self.lines: queue.Queue[str] = queue.Queue(maxsize=10)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.child.stdout is not None  # a pipe, as asked for
        while line := self.child.stdout.readline(LONGEST_LINE):
            self.lines.put(line)
        self.lines.put("")

    def ask(self, request: dict[str, Any]) -> tuple[list[Answer], tuple[str, str] | None]:
        """The answers that came, and (outcome, why) there are no more of them."""
        found: list[Answer] = []
        assert self.child.stdin is not None
        try:
            nonce = secrets.token_hex(16)
            self.child.stdin.write(json.dumps(request | {"nonce": nonce}) + "\n")
            self.child.stdin.flush()
        except OSError:
            return found, ("raised", DIED)
        expected = list(request["asked"])
        while len(found) < len(expected):
            try:
                line = self.lines.get(timeout=GRACE * request["seconds"] if self.loaded else LOAD_SECONDS)
            except queue.Empty:
                return found, ("timed_out", SLOW)
            try:
                answer = json.loads(line)
                if answer.pop("nonce") != nonce or answer.get("task", expected[len(found)]) != expected[len(found)]:
                    raise ValueError("forged")
                self.loaded = self.loaded or "loaded" in answer
                if "loaded" not in answer:
                    found.append({**answer, "task": answer["task"], "outcome": answer["outcome"]})
            except (ValueError, TypeError, KeyError):  # the process has ended, or the code wrote into what is ours
                return found, ("raised", DIED)
        return found, None

    def close(self) -> None:
        """End it, whatever it does."""
        self.child.kill()
        self.child.wait()
