"""The passes over one notebook: all answers at once first, then, with care, those that this did not settle."""

from collections.abc import Callable
from typing import Any

from . import cells as look
from . import plan, said
from .notebook import Cell
from .rooms import Room
from .verdict import Judge, Mark

Marks = list[Mark]
Failed = dict[str, str]


def run(
    open_room: Callable[[], Room], cells: list[Cell], answers: list[plan.Answer], judges: dict[str, Judge]
) -> tuple[Marks, Failed]:
    """Marks of all tasks of ``judges``, and what became of cells that failed, by their number.

    Args:
        open_room: gives a fresh room.
        answers: those that were found.
        judges: by task, those without an answer too.
    """
    room = open_room()
    try:
        told, _ = said.read(room.quick(plan.as_written(cells, answers)))
    finally:
        room.close()
    marks = {task: judge.mark(told.get(task, said.Said())) for task, judge in judges.items()}
    left = [answer for answer in answers if not _settled(marks[answer.task]) and not _nothing_written(cells, answer)]
    if not left:
        return list(marks.values()), {}
    room = open_room()
    try:
        again = _Careful(room, cells, answers, judges)
        found, failed = again.marks(left)
    finally:
        room.close()
    return list((marks | found).values()), {str(number): text for number, text in failed.items()}


def _full(mark: Mark) -> bool:
    return mark.points == mark.max_points


def _settled(mark: Mark) -> bool:
    """Nothing to gain by care: all points, or in every case exactly what a named mistake does, which no accident looks like."""
    return _full(mark) or (mark.outcome == "incorrect" and bool(mark.mistakes))


def _nothing_written(cells: list[Cell], answer: plan.Answer) -> bool:
    return look.is_stub(look.parse(cells[answer.cell - 1].source), answer.name)


class _Careful:
    """Passes in one room in which nothing that an answer does costs another."""

    def __init__(self, room: Room, cells: list[Cell], answers: list[plan.Answer], judges: dict[str, Judge]) -> None:
        self.room, self.cells, self.answers, self.judges = room, cells, answers, judges

    def marks(self, left: list[plan.Answer]) -> tuple[dict[str, Mark], dict[int, str]]:
        """By task the best of the passes that make a difference, and the cells that failed."""
        told, failed = self._pass(plan.as_written(self.cells, left))
        return {a.task: self._mark(a, told.get(a.task, said.Said()), several=len(left) > 1) for a in left}, failed

    def _mark(self, answer: plan.Answer, told: said.Said, *, several: bool) -> Mark:
        """``several``: whether other answers ran in the same pass, whose left-overs could have ended this one."""
        marks = [self.judges[answer.task].mark(told)]
        spoilt = self._others_act(answer) or (several and told.run.ended != "done")
        if not _full(marks[0]) and spoilt:
            marks.append(self._again(answer, plan.alone(self.cells, answer, self.answers)))
        if not _full(marks[0]) and (told.run.ended == "missing" or _misses_a_name(told.run)):
            marks.append(self._again(answer, plan.at_the_end(self.cells, [answer])))
        return max(marks, key=lambda mark: (mark.points, mark.outcome == "incorrect", bool(mark.mistakes)))

    def _others_act(self, answer: plan.Answer) -> bool:
        """Whether a cell of another answer does more than define things, so that it could have spoilt this one."""
        others = {other.cell for other in self.answers} - {answer.cell}
        return any(cell.number in others and not look.plain(cell) for cell in self.cells)

    def _again(self, answer: plan.Answer, cells: list[dict[str, Any]]) -> Mark:
        return self.judges[answer.task].mark(self._pass(cells)[0].get(answer.task, said.Said()))

    def _pass(self, cells: list[dict[str, Any]]) -> tuple[dict[str, said.Said], dict[int, str]]:
        return said.read(self.room.careful(cells))


def _misses_a_name(run: said.Run) -> bool:
    return any(outcome.error == "NameError" for outcome in run.outcomes)
