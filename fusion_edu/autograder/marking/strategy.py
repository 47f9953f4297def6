"""The passes over one notebook: all answers at once first, then, with care, those that this did not settle."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fusion_edu.autograder import judge, static
from fusion_edu.autograder.locate import Answer, locate
from fusion_edu.autograder.marking import plan
from fusion_edu.autograder.marking.mark import Judge
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.sandbox import Sandbox
from fusion_edu.autograder.verdict import Verdict

Marks = list[Verdict]
Failed = dict[str, str]
UNREACHED = response.Response(ended="unreached")


def run(
    open_sandbox: Callable[[], Sandbox],
    cells: list[Cell],
    answers: list[Answer],
    judges: dict[str, Judge],
    limits: Limits,
) -> tuple[Marks, Failed]:
    """Marks of all tasks of ``judges``, and what became of cells that failed, by their number.

    Args:
        open_sandbox: gives a fresh sandbox.
        answers: those that were found.
        judges: by task, those without an answer too.
        limits: ``run`` is what all careful passes have together.
    """
    sandbox = open_sandbox()
    try:
        told, _ = response.read(sandbox.quick(plan.as_written(cells, answers)))
    finally:
        sandbox.close()
    marks = {task: each.mark(told.get(task, response.Response())) for task, each in judges.items()}
    left = [
        answer
        for answer in answers
        if not _settled(marks[answer.task], cells, answer) and not _nothing_written(cells, answer)
    ]
    if not left:
        return list(marks.values()), {}
    careful = _Careful(open_sandbox, cells, answers, judges, limits.run)
    try:
        found, failed = careful.marks(left)
    finally:
        careful.close()
    return list((marks | found).values()), {
        f"{cell.number}": failed[cell.number] for cell in cells if cell.number in failed
    }


def _full(mark: Verdict) -> bool:
    return mark.points == mark.max_points


def _settled(mark: Verdict, cells: list[Cell], answer: Answer) -> bool:
    """Nothing to gain by care: all points, or in every case exactly what a named mistake does, which no accident looks like."""
    named = mark.outcome == "incorrect" and bool(mark.mistakes)
    return _full(mark) or (named and not _made_anew(cells, answer))


def _made_anew(cells: list[Cell], answer: Answer) -> bool:
    """Whether a later cell binds a name anew that the answer lives on: a helper that was mended there."""
    later = [node for cell in cells[answer.cell :] for node in static.parse(cell.source)]
    return not (static.needed(cells, [answer.name]) - {answer.name}).isdisjoint(static.bound(later))


def _nothing_written(cells: list[Cell], answer: Answer) -> bool:
    return static.is_stub(static.parse(cells[answer.cell - 1].source), answer.name)


class _Careful:
    """Passes in which nothing that an answer does costs another; each in a sandbox of its own, all before one deadline."""

    def __init__(
        self,
        open_sandbox: Callable[[], Sandbox],
        cells: list[Cell],
        answers: list[Answer],
        judges: dict[str, Judge],
        seconds: float,
    ) -> None:
        self.open_sandbox, self.cells, self.answers, self.judges = open_sandbox, cells, answers, judges
        self.deadline = time.monotonic() + seconds
        self.sandbox: Sandbox | None = None

    def marks(self, left: list[Answer]) -> tuple[dict[str, Verdict], dict[int, str]]:
        """By task the best of the passes that make a difference, and the cells that failed."""
        told, failed = self._pass(plan.as_written(self.cells, left))
        self.cells = [
            _without_end(cell) if failed.get(cell.number) == response.ENDLESS else cell for cell in self.cells
        ]
        said = {answer.task: told.get(answer.task, UNREACHED) for answer in left}
        # those that timed out take the most time: last
        order = sorted(left, key=lambda answer: said[answer.task].ended == "timed_out")
        marks = {a.task: self._mark(a, said[a.task], several=len(left) > 1) for a in order}
        return {a.task: self._explained(marks[a.task], a, said[a.task], failed) for a in order}, failed

    def _explained(self, mark: Verdict, answer: Answer, told: response.Response, failed: dict[int, str]) -> Verdict:
        """Where the cell of an answer failed before there was a function to call, that is said: a slip is no empty answer."""
        text = failed.get(answer.cell, "")
        unmade = told.run.ended == "missing" or not static.parse(self.cells[answer.cell - 1].source)
        if not text or not unmade or mark.outcome != "not_attempted":
            return mark
        outcome = "timed_out" if text == response.ENDLESS else "raised"
        task = self.judges[answer.task].task
        return judge.verdict(task, outcome, f"Code cell {answer.cell}: {text}")

    def _mark(self, answer: Answer, told: response.Response, *, several: bool) -> Verdict:
        """``several``: whether other answers ran in the same pass, whose left-overs could have ended this one."""
        marks = [self.judges[answer.task].mark(told)]
        others = self._others_act(answer)
        if told.run.ended == "timed_out" and not others:
            return marks[0]  # nothing that timed out by itself is run again
        spoilt = others or (several and told.run.ended != "done")
        if not _full(marks[0]) and spoilt:
            marks.append(self._again(answer, plan.alone(self.cells, answer, self.answers)))
        unready = told.run.ended == "missing" or _misses_a_name(told.run) or _made_anew(self.cells, answer)
        if not _full(marks[0]) and unready:
            marks.append(self._again(answer, plan.at_the_end(self.cells, [answer])))
        if marks[-1].outcome == "not_attempted" and told.run.ended == "missing":
            marks += self._earlier(answer)
        if told.ended == "unreached":
            marks = marks[1:] or marks  # a later pass knows more
        return max(marks, key=lambda mark: (mark.points, mark.outcome == "incorrect", bool(mark.mistakes)))

    def _earlier(self, answer: Answer) -> list[Verdict]:
        """Where the name of a function is given to something else later on, `loss = loss(x)`, the cell before it counts."""
        task, cells = self.judges[answer.task].task, self.cells
        while found := locate(cells := cells[: answer.cell - 1], task):
            answer = found
            mark = self._again(answer, plan.as_written(cells[: answer.cell], [answer]))
            if mark.outcome != "not_attempted":
                return [mark]
        return []

    def _others_act(self, answer: Answer) -> bool:
        """Whether a cell of another answer does more than define things, so that it could have spoilt this one."""
        others = {other.cell for other in self.answers} - {answer.cell}
        return any(cell.number in others and not static.plain(cell) for cell in self.cells)

    def _again(self, answer: Answer, cells: list[dict[str, Any]]) -> Verdict:
        return self.judges[answer.task].mark(self._pass(cells)[0].get(answer.task, UNREACHED))

    def _pass(self, cells: list[dict[str, Any]]) -> tuple[dict[str, response.Response], dict[int, str]]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            return {}, {}
        self.close()  # what an earlier pass did to its sandbox ends with it
        self.sandbox = self.open_sandbox()
        return response.read(self.sandbox.careful(cells, left))

    def close(self) -> None:
        """End the sandbox of the last pass."""
        if self.sandbox is not None:
            self.sandbox.close()
            self.sandbox = None


def _without_end(cell: Cell) -> Cell:
    """What a cell that did not finish defines: the rest of it is not run again."""
    return replace(cell, source=static.definitions(cell.source))


def _misses_a_name(run: response.Run) -> bool:
    return any(outcome.error == "NameError" for outcome in run.outcomes)
