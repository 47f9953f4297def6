"""One pass over a notebook: run its cells one after the other, and each answer right after its cell."""

import ast
import contextlib
import importlib
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder import execute
from fusion_edu.autograder.sandbox.inside import alone, frames, runner
from fusion_edu.autograder.sandbox.inside.forks import end, listen
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.inside.standins import Absent


class Pass:
    """One pass over a notebook, in a process that ends with it.

    Args:
        cells: {"number", "source", "snapshot", "asked": [{"task", "name"}]} each.
        cases: by task id: {"cases": [Case], "watched": whether its calls are noted}.
        own: descriptors, the first of which is where frames go; an answer in a fork of its own gets none of them.
        careful: whether cells and answers run in forks, so that what one does to the process costs no other.
        confined: whether this sandbox has process numbers of its own.
    """

    def __init__(
        self,
        cells: list[dict[str, Any]],
        cases: dict[str, dict[str, Any]],
        own: tuple[int, ...],
        limits: Limits,
        *,
        careful: bool,
        confined: bool,
    ) -> None:
        self.cells, self.cases, self.own, self.limits, self.careful = cells, cases, own, limits, careful
        self.confined = confined
        self.scope = _main_module()

    def run(self) -> None:
        """All cells. The process that returns need not be the one that was started."""
        self._import_early()
        for cell in self.cells:
            self._in_snapshot(cell) if cell["snapshot"] and self.careful else self._plainly(cell)
            for asked in cell["asked"]:
                self._answer(asked) if self.careful else self._answer_here(asked)

    def _import_early(self) -> None:
        """Import what a watched answer imports inside a function: each call of an import that comes late would count as its own."""
        for cell in self.cells:
            if any(self.cases[asked["task"]]["watched"] for asked in cell["asked"]):
                for name in _imported_inside(cell["source"]):
                    with contextlib.suppress(Exception):
                        importlib.import_module(name)
        importlib.invalidate_caches()  # a cell may write the module yet

    def _plainly(self, cell: dict[str, Any]) -> None:
        failed = execute.run(cell["source"], f"<cell {cell['number']}>", self.scope)
        if failed:
            self.say({"cell": cell["number"], "ended": "raised", "text": f"{failed[0]}"})

    def _in_snapshot(self, cell: dict[str, Any]) -> None:
        """Run a cell in a fork, which then carries on; where it crashes or hangs, carry on here as if it had not been."""
        done, mark = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(done)
            self._plainly(cell)
            os.write(mark, b".")
            os.close(mark)
            return
        os.close(mark)
        ready = select.select([done], [], [], self.limits.cell)[0]
        if ready and os.read(done, 1):
            os._exit(0)  # the fork has the state now
        os.close(done)
        how = end(pid)
        self.say({"cell": cell["number"], "ended": "died" if ready else "timed_out", "text": how})

    def _answer(self, asked: dict[str, str]) -> None:
        """Run one answer on its cases, in a fork of its own, which can speak for this task only."""
        task = asked["task"]
        watched = self.cases[task]["watched"]
        if watched:
            alone.hand_over(confined=self.confined)
            alone.forget_handlers()
            if not alone.is_single():  # what a fork runs has started one: it could compute for the answer
                return self.say({"task": task, "ended": "died"}, [np.zeros(0, np.uint8)])
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                for fd in (ours, *self.own):
                    os.close(fd)
                frames.send(theirs, runner.run(self.scope.get(asked["name"]), self.cases[task]))
            finally:
                os._exit(0)
        os.close(theirs)
        data, ended = listen(pid, ours, time.monotonic() + self.limits.task, self.limits.output // 2)
        os.close(ours)
        return self.say({"task": task, "ended": ended}, [np.frombuffer(data, np.uint8)])

    def _answer_here(self, asked: dict[str, str]) -> None:
        """The same without a fork: quick, and enough where everything is right."""
        if self.cases[asked["task"]]["watched"] and not alone.is_alone():
            return  # what a cell has started could compute for the answer: a careful pass ends it first
        said = runner.run(self.scope.get(asked["name"]), self.cases[asked["task"]])
        self.say({"task": asked["task"], "ended": "done"}, [np.frombuffer(said, np.uint8)])

    def say(self, header: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> None:
        """One frame to the judge."""
        frames.send(self.own[0], frames.pack(header, arrays))


def _imported_inside(source: str) -> list[str]:
    """Modules that are imported inside functions, as ``import a.b`` and ``from a.b import c`` name them."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        inside = [node for function in functions for node in ast.walk(function)]
        names = [name.name for node in inside if isinstance(node, ast.Import) for name in node.names]
        return [*names, *(node.module for node in inside if isinstance(node, ast.ImportFrom) and node.module)]
    return []


def _main_module() -> dict[str, Any]:
    scope = execute.module("__main__")
    idle: Callable[..., Any] = Absent()
    scope.update(get_ipython=idle, display=idle)
    torch.set_num_threads = idle  # threads would not survive the next fork
    sys.path.append(os.getcwd())  # of modules that a cell writes
    return scope
