"""Submissions as an honest class would hand them in: right in every style, wrong in every way of the catalogue, half-done.

Each answer is a cell that stands alone: the function with what it needs of the file it is written in.
"""

import ast
import copy
import importlib
import inspect
import json
import random
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from fusion_edu.autograder.task import Edit, Mistake
from fusion_edu.autograder.variants import edited, pairs, source_of
from fusion_edu.checks import TASKS, Task

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "autograder"))
Choice = dict[str, tuple[str, str]]  # task -> what kind of answer, and its cell
NEXT = "\n# %%\n"  # between two cells of one answer
EXERCISES = {path.stem[:2]: path for path in sorted((ROOT / "exercises").glob("*.ipynb"))}
KINDER = ("other name", "bug: an import that is nowhere")  # our marker finds the answer, nbgrader's check cell does not


@cache
def _parts(module: ModuleType) -> dict[str, str]:
    """The statements of a file that bind names at its top, by name; imports as absolute ones."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Import):
            found |= {name.asname or name.name: ast.unparse(ast.Import([name])) for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module.__name__.split(".")[: -node.level] if node.level else []
            home = ".".join([*package, node.module or ""])
            found |= {name.asname or name.name: ast.unparse(ast.ImportFrom(home, [name], 0)) for name in node.names}
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = ast.unparse(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.unparse(node)
    return found


def _bare(source: str) -> str:
    """Without annotations, which learners do not write."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
    return ast.unparse(tree)


def needed(source: str, module: ModuleType, own: tuple[str, ...] = ()) -> list[str]:
    """What ``source`` uses of its file, in the order in which it can stand before it."""
    parts, found = _parts(module), []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in parts and node.id not in own:
            part = _bare(parts[node.id])
            for line in (*needed(part, module, (*own, node.id)), part):
                if line not in found:
                    found.append(line)
    return found


def written(task: Task, source: str, module: ModuleType) -> str:
    """A cell with this answer, named as the task asks."""
    source = _bare(source)
    name = next(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    source = source.replace(f"def {name}(", f"def {task.name}(", 1)
    return "\n\n".join([*needed(source, module, (task.name,)), source])


def answers(task: Task) -> Iterator[tuple[str, str]]:
    """(kind, cell) of every right style, mistake and wrong answer that the tests know, and of what else honest people hand in."""
    home = sys.modules[task.reference.__module__]
    lesson = importlib.import_module(f"right_answers.lesson{task.id[:2]}")
    for answer in lesson.RIGHT[task.id]:
        yield f"right: {answer.__name__}", written(task, source_of(answer), sys.modules[answer.__module__])
    for mistake in task.mistakes:
        yield f"mistake: {mistake.id}", written(task, edited(task, mistake), home)
    for one, two, _ in pairs(task)[:2]:
        yield f"two mistakes: {one.id} + {two.id}", written(task, _pair(task, one, two), home)
    yield from _others(task, written(task, source_of(task.reference), home))


def _pair(task: Task, one: Mistake, two: Mistake) -> str:
    """The second edit upon the first, or the other way round."""
    ways = (two.change, edited(task, one)), (one.change, edited(task, two))
    return next(made for change, source in ways if isinstance(change, Edit) and (made := change.apply(source)))


def _others(task: Task, right: str) -> Iterator[tuple[str, str]]:
    """Half-done, broken and unusual forms; ``right`` is the reference as a cell."""
    top, _, answer = right.rpartition(f"def {task.name}(")
    head, _, body = f"{top}def {task.name}({answer}".removeprefix(top).partition("\n")
    head = top + head
    yield "half-done: pass", f"{head}\n    pass"
    yield "half-done: a docstring", f'{head}\n    """Later."""'
    yield "half-done: returns nothing", right.replace("    return ", "    result = ")
    yield "half-done: cut off", f"{head}\n    x = ("
    yield "half-done: raises after some lines", f"{head}\n    1 + 1\n    raise NotImplementedError('to do')"
    yield "bug: a name that is nowhere", f"{head}\n    return reslut"
    yield "bug: a constant", f"{head}\n    return 0.0"
    yield "bug: an import that is nowhere", f"import no_such_package\n{right}"
    yield "other name", right.replace(f"def {task.name}(", "def my_own_name(")
    yield "helper with another name", f"{right.replace(f'def {task.name}(', 'def the_work(')}\n\n{task.name} = the_work"
    yield "twice, the second counts", f"{head}\n    return 1\n\n{right}"
    work = right.replace(f"def {task.name}(", "def the_work(")
    arguments = ", ".join(inspect.signature(task.reference).parameters)
    yield "helper in a cell of its own", f"{work}{NEXT}{head}\n    return the_work({arguments})"
    state = f"{work}\n\nSTATE = {{}}\nfor name in ['one']:\n    STATE[name] = the_work"
    yield "state of an earlier cell", f"{state}{NEXT}{head}\n    return STATE['one']({arguments})"
    yield "prints", f"{head}\n    print('here', end=' ')\n{body}"
    yield "warns", f"{head}\n    import warnings\n    warnings.warn('old')\n{body}"
    yield (
        "calls the library",
        f"{head}\n    from fusion_edu.losses import mse\n    mse(torch.ones(2), torch.zeros(2))\n{body}",
    )
    for name in task.forbidden:
        module, _, function = name.rpartition(".")
        if module in ("torch", "torch.nn.functional") and hasattr(importlib.import_module(module), function):
            arguments = ", ".join(inspect.signature(task.reference).parameters)
            call = f"def {task.name}({arguments}):\n    return {name}({arguments})"
            yield f"forbidden: {name}", f"import {module}\n\n{call}"


def plan(number: int, lessons: Iterable[str] = EXERCISES, seed: int = 0) -> list[tuple[str, Choice]]:
    """``number`` submissions, each for one lesson; while any answer was never handed in, such ones come first."""
    lessons = list(lessons)
    draw = random.Random(seed)
    every = {
        key: [each for each in answers(task) if each[0] not in KINDER]
        for key, task in TASKS.items()
        if key[:2] in lessons
    }
    waiting = {task: draw.sample(found, len(found)) for task, found in every.items()}
    result = []
    for _ in range(number):
        most = max(waiting, key=lambda task: len(waiting[task]))
        lesson = most[:2] if waiting[most] else draw.choice(lessons)
        choice = {}
        for task in (task for task in TASKS if task[:2] == lesson):
            if waiting[task]:
                choice[task] = waiting[task].pop()
            elif draw.random() < 0.8:  # else it stays as it was handed out
                choice[task] = draw.choice(every[task])
        result.append((lesson, choice))
    return result


def kinder() -> list[tuple[str, Choice]]:
    """Submissions to which our marker gives more on purpose: two for each lesson."""
    found = []
    for lesson in EXERCISES:
        tasks = [task for key, task in TASKS.items() if key[:2] == lesson]
        found += [(lesson, {task.id: (kind, dict(answers(task))[kind]) for task in tasks}) for kind in KINDER]
    return found


@cache
def _exercise(lesson: str) -> dict:
    return json.loads(EXERCISES[lesson].read_text(encoding="utf-8"))


def notebook(lesson: str, choice: Choice) -> bytes:
    """The exercise with these answers in their cells; a cell of its own comes before its answer."""
    book = copy.deepcopy(_exercise(lesson))
    of = {"answer-" + task.replace(".", "-"): source for task, (_, source) in choice.items()}
    cells = []
    for cell in book["cells"]:
        *before, answer = of.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), "").split(NEXT)
        for number, source in enumerate(before):
            extra = {"id": f"own-{number}-{cell['id']}", "metadata": {}, "outputs": [], "execution_count": None}
            cells.append({"cell_type": "code", "source": source, **extra})
        cells.append(cell | {"source": answer} if answer else cell)
    return json.dumps(book | {"cells": cells}).encode()
