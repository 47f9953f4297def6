"""Check a learner's own notebook, on any system: a crash or an endless loop costs one task, and the next look finds a warm process."""

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from fusion_edu.checks import TASKS

from . import cells as look
from . import notebook, plan
from .own_process import Answer, without_report

TASK_SECONDS = 30.0  # a check has a limit of 10 s of its own, where the system has one
LOAD_SECONDS = 120.0  # imports from a cold disk, and the cells
DIED = "Your code ended the whole process, for example by exit() or by a crash."
SLOW = "Your code did not finish in time: look for a loop that never ends."


class Checker:
    """Checks notebooks one after the other; close it when done."""

    def __init__(self) -> None:
        self.ahead: _Process | None = _Process()

    def prepare(self) -> None:
        """Have a process ready for the next look."""
        self.ahead = self.ahead or _Process()

    def check(self, data: bytes, name: str) -> tuple[str, list[Answer]]:
        """The lesson of a notebook ("" where it is for none), and an answer for each task of it.

        Raises:
            Unreadable: it is no notebook.
        """
        cells = notebook.read(data, name)
        lesson = plan.lesson_of(cells, TASKS.values()) or ""
        tasks = [task for task in TASKS.values() if task.id[:2] == lesson]
        asked = {task.id: answer.name if (answer := plan.locate(cells, task)) else task.name for task in tasks}
        run = [
            cell for cell in cells if not look.for_show(cell) or not look.parse(cell.source)
        ]  # what is no Python is told
        request = {
            "file": name,
            "cells": [cell.source if cell in run else "" for cell in cells],
            "plain": all(look.plain(cell) for cell in run),
        }
        return lesson, self._all(request, asked)

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
                blamed = list(left) if not process.loaded else list(left)[:1]
                found += [without_report(key, *why) for key in blamed]
                left = {key: name for key, name in left.items() if key not in blamed}
        return found

    def close(self) -> None:
        """End the process that waits."""
        if self.ahead:
            self.ahead.close()


class _Process:
    """One process for one request."""

    def __init__(self) -> None:
        self.loaded = False
        root = Path(__file__).parents[2]
        code = f"import sys; sys.path.insert(0, {str(root)!r}); from fusion_edu.grading.own_process import main; main()"
        self.child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.child.stdout or ():
            self.lines.put(line)
        self.lines.put("")

    def ask(self, request: dict[str, Any]) -> tuple[list[Answer], tuple[str, str] | None]:
        """The answers that came, and (outcome, why) there are no more of them."""
        found: list[Answer] = []
        try:
            self.child.stdin.write(json.dumps(request) + "\n")
            self.child.stdin.flush()
        except OSError:
            return found, ("raised", DIED)
        while len(found) < len(request["asked"]):
            try:
                line = self.lines.get(timeout=TASK_SECONDS if self.loaded else LOAD_SECONDS)
            except queue.Empty:
                return found, ("timed_out", SLOW)
            if not line:
                return found, ("raised", DIED)
            answer = json.loads(line)
            if "loaded" in answer:
                self.loaded = True
            else:
                found.append(answer)
        return found, None

    def close(self) -> None:
        """End it, whatever it does."""
        self.child.kill()
        self.child.wait()
