"""Wrong versions of a reference, built from its own source; two edits compose into one version."""

import difflib
import inspect
import itertools
import re
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from fusion_edu.autograder.task import Edit, Mistake, Task

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
ALIKE = 0.5  # of two sources: below it, a merge of both would be another program than its name says

Change = Callable[[Any], Any]
Version = tuple[str, str, Callable[..., Any]]  # id, sentence, function


def source_of(function: Callable[..., Any]) -> str:
    """Source text of a function that stands in a file."""
    return textwrap.dedent(inspect.getsource(function))


def build(task: Task, source: str, label: str) -> Callable[..., Any]:
    """Run ``source`` where the reference lives, and take the function out; ``label`` stands in tracebacks."""
    scope = dict(vars(sys.modules[task.reference.__module__])) | {"__name__": "broken", "_same": lambda x: x}
    exec(compile(source, f"<{task.id} {label}>", "exec"), scope)
    function: Callable[..., Any] = scope[task.name]
    return function


@cache
def edited(task: Task, mistake: Mistake) -> str | None:
    """Source of the wrong version, named as the reference; None where an edit does not apply."""
    if isinstance(mistake.change, Edit):
        return mistake.change.apply(source_of(task.reference))
    return source_of(mistake.change).replace(f"def {mistake.change.__name__}(", f"def {task.name}(", 1)


@cache
def single(task: Task, mistake: Mistake) -> Callable[..., Any]:
    """The wrong version with this one mistake.

    Raises:
        ValueError: its edit does not fit the reference.
    """
    source = edited(task, mistake)
    if source is None:
        raise ValueError(f"mistake {mistake.id!r} of task {task.id} does not fit its reference")
    return build(task, source, mistake.id)


@cache
def pairs(task: Task) -> tuple[tuple[Mistake, Mistake, Callable[..., Any]], ...]:
    """All versions with two mistakes that change different places of the reference."""
    source = source_of(task.reference)
    places = {mistake: _places(source, task, mistake) for mistake in task.mistakes}
    found = []
    for one, two in itertools.combinations(task.mistakes, 2):
        both = sorted([*places[one], *places[two]])
        apart = places[one] and places[two] and not any(a.meets(b) for a, b in itertools.pairwise(both))
        composed = _with(source, both) if apart else _one_in_the_other(task, one, two)
        try:
            if composed:
                found.append((one, two, build(task, composed, f"{one.id} + {two.id}")))
        except SyntaxError:
            continue
    return tuple(found)


def _one_in_the_other(task: Task, one: Mistake, two: Mistake) -> str | None:
    """The edit of one mistake made in the program of the other, where what it replaces still stands there."""
    for first, second in ((one, two), (two, one)):
        program = edited(task, first)
        if program and isinstance(second.change, Edit) and all(old in program for old, _ in second.change.steps):
            changed = second.change.apply(program)
            if changed and changed != program and changed != edited(task, second):
                return changed
    return None


class Place(NamedTuple):
    """A stretch of a source, and what stands there instead."""

    start: int
    end: int
    text: str

    def meets(self, later: "Place") -> bool:
        """Whether the next place overlaps this one, or nobody can say which of two insertions comes first."""
        inserts = self.start == self.end or later.start == later.end
        return self.end > later.start or (inserts and self.end == later.start)


def _places(source: str, task: Task, mistake: Mistake) -> list[Place]:
    """Where a mistake changes the reference: as its edit says, or as the two sources differ; [] where they share too little."""
    if isinstance(mistake.change, Edit) and (found := _of_edit(source, mistake.change)):
        return found
    changed = edited(task, mistake)
    return _of_sources(source, changed) if changed else []


def _of_edit(source: str, change: Edit) -> list[Place]:
    """The places of all steps in the source as it stands; [] where a step works on what another one wrote."""
    found = []
    for old, new in change.steps:
        at = [match.start() for match in re.finditer(re.escape(old), source)]
        if not at:
            return []
        found += [Place(start, start + len(old), new) for start in at]
    found.sort()
    overlap = any(a.end > b.start for a, b in itertools.pairwise(found))
    return [] if overlap or _with(source, found) != change.apply(source) else found


def _of_sources(source: str, changed: str) -> list[Place]:
    one, two = (TOKEN.findall(text) for text in (source, changed))
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    starts = [0, *itertools.accumulate(map(len, one))]
    return [
        Place(starts[i], starts[j], "".join(two[k:m])) for kind, i, j, k, m in matcher.get_opcodes() if kind != "equal"
    ]


def _with(source: str, places: list[Place]) -> str:
    for place in reversed(places):
        source = source[: place.start] + place.text + source[place.end :]
    return source
