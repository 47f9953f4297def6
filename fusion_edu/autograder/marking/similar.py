"""Answers that are the same code, in groups and in pairs of learners: hints for a teacher, no verdicts."""

import ast
import hashlib
import inspect
import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Any

from fusion_edu.autograder import notebook, static
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.locate import sources_of
from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.export import BOM, Results, cell
from fusion_edu.autograder.marking.normal import Code
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.task import Task

SHORT = 25  # nodes of a syntax tree: what is shorter coincides easily
MOST_PAIRS = 2_000_000
Forms = dict[str, tuple[str, int]]  # task -> digest of the normal form, size
Published = Mapping[str, set[str]]  # task -> digests


@dataclass(frozen=True)
class Group:
    """Learners whose answers to a task have one normal form.

    Args:
        texts: by learner, a digest of the answer letter for letter.
        wrong: somebody's is not right.
        published: it is that of the published solution.
        short: so short that it coincides easily.
        answered: how many learners answered the task.
        mistakes: what the answers were told.
        sources: of the first two learners.
    """

    task: str
    texts: dict[str, str]
    wrong: bool
    published: bool
    short: bool
    answered: int
    mistakes: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def learners(self) -> list[str]:
        """Who they are."""
        return sorted(self.texts)

    @property
    def letters(self) -> int:
        """How many of them have the same text, letter for letter; 0 where no two have."""
        most = max(Counter(self.texts.values()).values())
        return most if most > 1 else 0


@dataclass
class Pair:
    """Two learners and what they share.

    Args:
        bits: how unusual that is: log2(answers / answers of this form), summed over the tasks.
    """

    learners: tuple[str, str]
    bits: float = 0.0
    tasks: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)


def forms(cells: list[Cell], tasks: Iterable[Task], sources: Mapping[str, str]) -> Forms:
    """The normal form of each answer of a notebook; none of what nobody has written yet."""
    code = Code([statement for each in cells for statement in static.parse(each.source)])
    found = {}
    for task in tasks:
        source = sources.get(task.id, "")
        statements = static.parse(source)
        if static.is_stub(statements, task.name) or not (statements or _letters(source)):
            continue
        form = code.normal(task.name) if static.functions(statements) else ("", 0)
        found[task.id] = form if form[0] else (_digest(_letters(source)), SHORT)
    return found


def published(course: Course, asked: set[str], folder: Path | None = None) -> dict[str, set[str]]:
    """The normal forms of the right answers that learners can read: the references, and the solutions of a folder.

    Args:
        asked: ids of the tasks that matter.
        folder: of notebooks with solutions; none where there is none.

    Raises:
        ValueError: one of them cannot be read.
    """
    tasks = [task for task in course.tasks if task.id in asked]
    found: dict[str, set[str]] = {task.id: set() for task in tasks}
    for module in dict.fromkeys(task.reference.__module__ for task in tasks):
        code = Code(ast.parse(inspect.getsource(sys.modules[module])).body)
        for task in tasks:
            if task.reference.__module__ == module:
                found[task.id].add(code.normal(task.name)[0])
    for path in sorted(folder.glob("*.ipynb")) if folder and folder.is_dir() else []:
        data = path.read_bytes()
        here = [task for task in tasks if task.name.encode() in data]
        try:
            cells = notebook.read(data, path.name) if here else []
        except notebook.Unreadable as error:
            raise ValueError(f"solutions: {error}. Mend it, or give other --solutions") from error
        for name, (digest, _) in forms(cells, here, sources_of(cells, here)).items():
            found[name].add(digest)
    static.forget()
    return found


def groups(results: Results, known: Published) -> list[Group]:
    """All groups of two learners and more: wrong answers first, then large ones."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    answered: dict[str, set[str]] = {}
    for result in results:
        for task, (form, _) in result["shapes"].items():
            found.setdefault((task, form), []).append(result)
            answered.setdefault(task, set()).add(result["learner"])
    made = [_group(task, form, who, len(answered[task]), known) for (task, form), who in found.items()]
    alike = [group for group in made if len(group.texts) > 1]
    return sorted(alike, key=lambda group: (not group.wrong, -len(group.texts), group.task, group.learners))


def _group(task: str, form: str, results: Results, answered: int, known: Published) -> Group:
    marks = [mark for result in results for mark in result["marks"] if mark["task"] == task]
    return Group(
        task,
        {result["learner"]: _digest(_letters(result["sources"][task])) for result in results},
        any(mark["outcome"] != "correct" for mark in marks),
        form in known.get(task, ()),
        results[0]["shapes"][task][1] < SHORT,
        answered,
        tuple(dict.fromkeys(name for mark in marks for name in mark["mistakes"])),
        tuple(result["sources"][task] for result in results[:2]),
    )


def pairs(found: Iterable[Group]) -> tuple[list[Pair], int]:
    """Pairs of learners, the most unusual first, and how many of the largest groups were too many for it."""
    together: dict[tuple[str, str], Pair] = {}
    left, skipped = MOST_PAIRS, 0
    for group in sorted(found, key=lambda group: len(group.texts)):
        left -= len(group.texts) ** 2 // 2
        if left < 0:
            skipped += 1
            continue
        same = Counter(group.texts.values())
        for one, two in itertools.combinations(group.learners, 2):
            pair = together.setdefault((one, two), Pair((one, two)))
            letters = group.texts[one] == group.texts[two]
            pair.bits += log2((group.answered + 1) / (same[group.texts[one]] if letters else len(group.texts)))
            pair.tasks.append(group.task)
            for flag, tasks in ((letters, pair.letters), (group.wrong, pair.wrong), (group.published, pair.published)):
                if flag:
                    tasks.append(group.task)
    return sorted(together.values(), key=lambda pair: (-pair.bits, -len(pair.tasks), pair.learners)), skipped


def table(found: Iterable[Group]) -> str:
    """All groups as a CSV, none left out."""
    rows: list[list[Any]] = [
        ["task", "answer", "learners", "of", "same_letters", "published_solution", "short", "mistakes", "who"]
    ]
    for group in found:
        kind = "wrong" if group.wrong else "right"
        flags = [int(group.published), int(group.short)]
        who = [cell(", ".join(group.mistakes)), cell("; ".join(group.learners))]
        rows.append([group.task, kind, len(group.texts), group.answered, group.letters, *flags, *who])
    return BOM + export.table(rows)


def _letters(source: str) -> str:
    """A text without empty lines, whole-line comments and spaces at the ends of lines."""
    lines = [line.rstrip() for line in source.splitlines()]
    return "\n".join(line for line in lines if line and not re.match(r"\s*#", line))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
