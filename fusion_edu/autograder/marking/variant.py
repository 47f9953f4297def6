"""The hidden inputs of one learner, as ``--own-cases`` draws them: made again from the learner's name and the secret alone."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from fusion_edu.autograder import formatting
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.diagnose import run
from fusion_edu.autograder.marking.marker import case_seed
from fusion_edu.autograder.observe import guarded


def secret_of(out: Path) -> str:
    """The secret of an earlier run.

    Raises:
        ValueError: there was none, or its file is spoilt.
    """
    path, found = out / "results.sqlite", None
    if path.exists():
        try:
            with contextlib.closing(sqlite3.connect(path)) as results:
                found = results.execute("select content from settings where name = 'secret'").fetchone()
        except sqlite3.Error as error:
            raise ValueError(f"{path} cannot be read ({error}): give the --seed that was used") from error
    if found is None:
        raise ValueError(f"{out} keeps no secret: mark there first, or give the --seed that was used")
    secret: str = found[0]
    return secret


def asked(out: Path, learner: str) -> None:
    """Look whether this learner had inputs of their own in the run of ``out``, where there was one.

    Raises:
        ValueError: the learner had none, or the file is spoilt.
    """
    path = out / "results.sqlite"
    if not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path)) as results:
            found = results.execute("select content from results where learner = ?", (learner,)).fetchall()
            own = any(json.loads(text).get("own_cases") for (text,) in found)
    except (sqlite3.Error, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} cannot be read ({error}): mark into a new folder") from error
    if not own:
        why = "was marked without --own-cases" if found else "is no learner (an id of learners.csv)"
        raise ValueError(f"{learner} {why} in {out}: nobody met inputs of {learner}'s own there")


def variant(course: Course, secret: str, learner: str, lesson: str = "") -> Iterator[str]:
    """For each task a line with the seed, then each of the learner's own inputs and what the reference makes of it.

    Raises:
        ValueError: the course has no such lesson.
    """
    for task in course.asked(lesson):
        seed = case_seed(secret, task.id, learner)
        own = task.cases(seed)[len(task.named) :]
        with guarded():
            expected = run(task, task.reference, own)
        yield f'{task.id} {task.title}: check("{task.id}", {task.name}, seed={seed})'
        for case, outcome in zip(own, expected, strict=True):
            said = f"raises {outcome.error}" if outcome.error else formatting.show(outcome.value)
            yield f"  {case.name}: {formatting.call_text(task, case)} = {said}"
