"""The notebook of A1 that one learner gets, its model solution, and nbgrader's source, all from what was planted."""

import inspect
from collections.abc import Sequence

from nbformat import NotebookNode

from fusion_edu.assignments import cells
from fusion_edu.assignments.evidence import smallest
from fusion_edu.assignments.planting import Planted
from fusion_edu.autograder.locate import answer_id
from fusion_edu.autograder.variants import source_of

BRIEF = """# Assignment A1 · Bug hunt

Six small trainings. **Five have one mistake each, one is right**; which ones, and which mistakes, is yours alone. All of them run without an error,
and some of them even look as if they had learnt something.

For each program: read what it promises, work out by hand what it must do on a small input, find the line, **mend it in its cell**, and fill in
`FOUND` at the end. Change nothing in the right one.

| | points |
|---|---:|
| mended: 10 for each program that now keeps its promise on hidden inputs; the right program, broken, costs 10 | 50 |
| found: for each mistake its line (2), its cause (2), and an input on which the program as you got it breaks its promise (2); the right one, accused, costs 6 | 30 |
| half a page, marked by a person | 20 |

About two and a half hours. Lines are counted from the top of the cell, from 1 (*View > Show Line Numbers*), in the program as you got it: keep a copy."""
FOUND = """## What you found

For each program the `line`, the `cause` (one of its list, or `"none"`), and an `input`: a tuple of the arguments before `steps`, as plain numbers and
lists, for example `([[1.0], [2.0]], [2.0, 9.0], [True, False])`. It is tried on your program as it was and on the right one, with 3 steps."""
WRITTEN = """## Half a page

Which of your five mistakes left the printed result looking well? How could you have known without reading the code? Name one check that you will run
on your own trainings from now on, and the mistake that it would miss.

*(mechanism 8, evidence 8, clarity 4)*"""


def learner(planted: Sequence[Planted]) -> NotebookNode:
    """What the learner gets."""
    blank = {each.program.task.name: {"line": 0, "cause": "", "input": ()} for each in planted}
    return _book(planted, [each.source for each in planted], blank, hidden=False)


def solution(planted: Sequence[Planted]) -> NotebookNode:
    """The right programs, and what was planted."""
    found = {each.program.task.name: _truth(each) for each in planted}
    return _book(planted, [source_of(each.program.task.reference) for each in planted], found, hidden=False)


def for_nbgrader(planted: Sequence[Planted]) -> NotebookNode:
    """nbgrader's source: right programs, checks in hidden tests, which its release leaves out; nothing of any learner."""
    blank = {each.program.task.name: {"line": 0, "cause": "", "input": ()} for each in planted}
    return _book(planted, [source_of(each.program.task.reference) for each in planted], blank, hidden=True)


def _truth(planted: Planted) -> dict[str, object]:
    if planted.mistake is None:
        return {"line": 0, "cause": "none", "input": ()}
    return {"line": min(planted.lines), "cause": planted.cause, "input": smallest(planted)}


def _book(
    planted: Sequence[Planted], sources: Sequence[str], found: dict[str, dict[str, object]], *, hidden: bool
) -> NotebookNode:
    made = [cells.text(BRIEF), cells.code("import torch\nfrom torch import Tensor")]
    for each, source in zip(planted, sources, strict=True):
        task = each.program.task
        causes = "\n".join(f"- `{m.id}`: {m.symptom}" for m in sorted(task.mistakes, key=lambda m: m.id))
        promise = inspect.cleandoc(task.promise)
        made.append(
            cells.text(f"## {task.id} {task.title}\n\n{promise}\n\nCauses to choose from, or `none`:\n\n{causes}")
        )
        made.append(cells.answer(source.strip(), answer_id(task)))
        made.append(cells.code(each.program.tries))
        test = f"from fusion_edu.assignments.a1 import check\n\ncheck({task.id!r}, {task.name})"
        test = (
            f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS" if hidden else "# marked after you have handed in"
        )
        made.append(cells.check(test, f"check-{task.id.replace('.', '-')}", task.points))
    made += [cells.text(FOUND), cells.answer(_literal(found), "found-A1"), cells.text(WRITTEN)]
    made.append(cells.written("*Your half page.*", "written-A1", 20))
    return cells.book(made)


def _literal(found: dict[str, dict[str, object]]) -> str:
    return "FOUND = {\n" + "".join(f"    {name!r}: {claim!r},\n" for name, claim in found.items()) + "}"
