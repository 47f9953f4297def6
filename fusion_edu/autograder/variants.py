"""Wrong versions of a reference, built from its own source; two edits compose into one version."""

import inspect
import itertools
import sys
import textwrap
from collections.abc import Callable
from functools import cache

from fusion_edu.autograder.task import Edit, Mistake, Task


def source_of(function: Callable) -> str:
    """Source text of a function that stands in a file."""
    return textwrap.dedent(inspect.getsource(function))


def build(task: Task, source: str, label: str) -> Callable:
    """Run ``source`` where the reference lives, and take the function out; ``label`` stands in tracebacks."""
    scope = dict(vars(sys.modules[task.reference.__module__])) | {"__name__": "broken"}
    exec(compile(source, f"<{task.id} {label}>", "exec"), scope)
    return scope[task.name]


def edited(task: Task, mistake: Mistake) -> str | None:
    """Source of the wrong version, named as the reference; None where an edit does not apply."""
    if isinstance(mistake.change, Edit):
        return mistake.change.apply(source_of(task.reference))
    return source_of(mistake.change).replace(f"def {mistake.change.__name__}(", f"def {task.name}(", 1)


@cache
def single(task: Task, mistake: Mistake) -> Callable:
    """The wrong version with this one mistake.

    Raises:
        ValueError: its edit does not fit the reference.
    """
    source = edited(task, mistake)
    if source is None:
        raise ValueError(f"mistake {mistake.id!r} of task {task.id} does not fit its reference")
    return build(task, source, mistake.id)


@cache
def pairs(task: Task) -> tuple[tuple[Mistake, Mistake, Callable], ...]:
    """All versions with two mistakes whose edits compose."""
    found = []
    for one, two in itertools.combinations(task.mistakes, 2):
        source = _composed(task, one, two) or _composed(task, two, one)
        if source is None:
            continue
        try:
            found.append((one, two, build(task, source, f"{one.id} + {two.id}")))
        except SyntaxError:
            continue
    return tuple(found)


def _composed(task: Task, first: Mistake, second: Mistake) -> str | None:
    source = edited(task, first)
    if source is None or not isinstance(second.change, Edit):
        return None
    result = second.change.apply(source)
    return None if result == source else result
