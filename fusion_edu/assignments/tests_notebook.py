"""The notebook of A2, its model solution, and nbgrader's source."""

import inspect

from nbformat import NotebookNode

from fusion_edu.assignments import cells
from fusion_edu.assignments.a2 import COURSE
from fusion_edu.autograder.locate import answer_id
from fusion_edu.autograder.variants import source_of

BRIEF = """# Assignment A2 · Write the test

Whoever trains a model trusts its loss. Write the test that earns this trust, for two losses of the lessons: it lets every right program pass and
catches the wrong ones, which others have really written.

| | points |
|---|---:|
| for each of eight kinds of mistake: your test catches all wrong programs of this kind, and passes the right ones | 80 |
| half a page, marked by a person | 20 |

A test that fails a right program gets nothing for that loss. The checks say what kind your test misses, not what the programs are. About two hours."""
WRITTEN = """## Half a page

What did your first test miss, and what kind of input caught it in the end? Which mistake in a loss can no test of values find, and what would? How few
inputs would be enough for the first five kinds, and how do you know?

*(mechanism 8, evidence 8, clarity 4)*"""


def learner() -> NotebookNode:
    """What everybody gets."""
    return _book(solved=False)


def solution() -> NotebookNode:
    """Two good tests; also nbgrader's source, which makes the learners' notebook of it."""
    return _book(solved=True)


def _book(*, solved: bool) -> NotebookNode:
    made = [cells.text(BRIEF), cells.code("import torch\n\nfrom fusion_edu.assignments.a2 import check")]
    for function in dict.fromkeys(task.reference for task in COURSE.tasks):
        tasks = [task for task in COURSE.tasks if task.reference is function]
        first = tasks[0]
        made.append(cells.text(f"## {first.name}\n\n{inspect.cleandoc(first.promise)}"))
        source = source_of(function).strip()
        made.append(cells.answer(source if solved else cells.stub(first.signature), answer_id(first)))
        for task in tasks:
            made.append(
                cells.check(f"check({task.id!r}, {task.name})", f"check-{task.id.replace('.', '-')}", task.points)
            )
    made += [cells.text(WRITTEN), cells.written("*Your half page.*", "written-A2", 20)]
    return cells.book(made)
