"""The passes over one notebook: all answers at once first, then, with care, those that this did not settle."""

from collections.abc import Callable
from typing import Any

from fusion_edu.autograder import static
from fusion_edu.autograder.locate import Answer
from fusion_edu.autograder.marking import plan
from fusion_edu.autograder.marking.mark import Judge
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.sandbox import Sandbox
from fusion_edu.autograder.verdict import Verdict

Marks = list[Verdict]
Failed = dict[str, str]


def run(
    open_sandbox: Callable[[], Sandbox], cells: list[Cell], answers: list[Answer], judges: dict[str, Judge]
) -> tuple[Marks, Failed]:
    """Marks of all tasks of ``judges``, and what became of cells that failed, by their number.

    Args:
        open_sandbox: gives a fresh sandbox.
        answers: those that were found.
        judges: by task, those without an answer too.
    """
    sandbox = open_sandbox()
    try:
        told, _ = response.read(sandbox.quick(plan.as_written(cells, answers)))
    finally:
        sandbox.close()
    marks = {task: judge.mark(told.get(task, response.Response())) for task, judge in judges.items()}
    left = [answer for answer in answers if not _settled(marks[answer.task]) and not _nothing_written(cells, answer)]
    if not left:
        return list(marks.values()), {}
    sandbox = open_sandbox()
    try:
        again = _Careful(sandbox, cells, answers, judges)
        found, failed = again.marks(left)
    finally:
        sandbox.close()
    return list((marks | found).values()), {str(number): text for number, text in failed.items()}


def _full(mark: Verdict) -> bool:
    return mark.points == mark.max_points


def _settled(mark: Verdict) -> bool:
    """Nothing to gain by care: all points, or in every case exactly what a named mistake does, which no accident looks like."""
    return _full(mark) or (mark.outcome == "incorrect" and bool(mark.mistakes))


def _nothing_written(cells: list[Cell], answer: Answer) -> bool:
    return static.is_stub(static.parse(cells[answer.cell - 1].source), answer.name)


class _Careful:
    """Passes in one sandbox in which nothing that an answer does costs another."""

    def __init__(self, sandbox: Sandbox, cells: list[Cell], answers: list[Answer], judges: dict[str, Judge]) -> None:
        self.sandbox, self.cells, self.answers, self.judges = sandbox, cells, answers, judges

    def marks(self, left: list[Answer]) -> tuple[dict[str, Verdict], dict[int, str]]:
        """By task the best of the passes that make a difference, and the cells that failed."""
        told, failed = self._pass(plan.as_written(self.cells, left))
        return {
            a.task: self._mark(a, told.get(a.task, response.Response()), several=len(left) > 1) for a in left
        }, failed

    def _mark(self, answer: Answer, told: response.Response, *, several: bool) -> Verdict:
        """``several``: whether other answers ran in the same pass, whose left-overs could have ended this one."""
        marks = [self.judges[answer.task].mark(told)]
        spoilt = self._others_act(answer) or (several and told.run.ended != "done")
        if not _full(marks[0]) and spoilt:
            marks.append(self._again(answer, plan.alone(self.cells, answer, self.answers)))
        if not _full(marks[0]) and (told.run.ended == "missing" or _misses_a_name(told.run)):
            marks.append(self._again(answer, plan.at_the_end(self.cells, [answer])))
        return max(marks, key=lambda mark: (mark.points, mark.outcome == "incorrect", bool(mark.mistakes)))

    def _others_act(self, answer: Answer) -> bool:
        """Whether a cell of another answer does more than define things, so that it could have spoilt this one."""
        others = {other.cell for other in self.answers} - {answer.cell}
        return any(cell.number in others and not static.plain(cell) for cell in self.cells)

    def _again(self, answer: Answer, cells: list[dict[str, Any]]) -> Verdict:
        return self.judges[answer.task].mark(self._pass(cells)[0].get(answer.task, response.Response()))

    def _pass(self, cells: list[dict[str, Any]]) -> tuple[dict[str, response.Response], dict[int, str]]:
        return response.read(self.sandbox.careful(cells))


def _misses_a_name(run: response.Run) -> bool:
    return any(outcome.error == "NameError" for outcome in run.outcomes)
