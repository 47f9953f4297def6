"""Mark a folder of submissions from beginning to end."""

import os
import secrets
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from fusion_edu import storage
from fusion_edu.autograder.course import Course, find, function
from fusion_edu.autograder.marking import batch, export, learners, lms, similar
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.class_page import class_page
from fusion_edu.autograder.marking.feedback import feedback
from fusion_edu.autograder.marking.handed_in import Submission
from fusion_edu.autograder.marking.owner import reader
from fusion_edu.autograder.marking.returned import moodle_zip
from fusion_edu.autograder.marking.roster import Person, Roster
from fusion_edu.autograder.marking.roster import read as read_roster
from fusion_edu.autograder.marking.store import Store
from fusion_edu.autograder.marking.submissions import Files, beside
from fusion_edu.autograder.marking.submissions import find as submissions_in


@dataclass(frozen=True)
class Class:
    """Who hands in, and for whom marks are written: nothing here changes a mark.

    Args:
        roster: a CSV of the learners.
        pattern: how names of files tell whose they are, e.g. "{name}_{id}_{file}".
        formats: of "canvas" and "moodle", what to write beside the tables that are always written.
        assignment: the column of Canvas that gets the sum; without one, each lesson is a column.
        solutions: a folder of notebooks that learners can read.
    """

    roster: Path | None = None
    pattern: str = ""
    formats: tuple[str, ...] = ()
    assignment: str = ""
    solutions: Path | None = None


NOBODY = Class()


def grade(
    folder: Path,
    out: Path,
    settings: Settings,
    *,
    of: Class = NOBODY,
    workers: int = 1,
    scheduler: str = "",
    bar: bool = True,
    again: str = "",
) -> Path:
    """Mark all submissions of ``folder`` and write the results to ``out``; what ``out`` has already is not marked again.

    Args:
        again: a learner whose work is marked anew, whatever ``out`` has.

    Raises:
        ValueError: there is nothing to mark, or no such lesson, or no such learner. NoSandbox: submissions cannot be confined here.
    """
    inner = Path(os.path.realpath(out))  # which a loop of links does not stop
    if Path(os.path.realpath(folder)) in (inner, *inner.parents):
        raise ValueError(f"{out} lies in {folder}: choose a folder for the marks that is outside of the submissions")
    course = find(settings.course)
    course.asked(settings.lesson)
    roster = read_roster(of.roster) if of.roster else None
    read = reader(of.pattern)
    read = roster.reader(read) if roster else read
    files = partial(beside, folder, read)
    submissions = _with_projects(course, files, submissions_in(folder, read))
    if again and again not in {each.learner for each in submissions}:
        raise ValueError(f"--again {again}: nobody of {folder} has this id, needs one of learners.csv")
    store = Store(out / "results.sqlite")
    try:
        results = _marked(store, submissions, (folder, out), settings, workers, scheduler, bar, again)
    except sqlite3.Error as error:
        raise ValueError(
            f"{out / 'results.sqlite'} could not be written ({error}): the same command goes on"
        ) from error
    finally:
        store.close()
    people = learners.people(submissions, roster)
    write(course, learners.for_lesson(results, settings.lesson), out, people, of, roster)
    said = lms.empty(people.values(), of.formats)
    said += lms.maxima(people.values(), learners.lessons_of(course, results), of.formats)
    projects = _projects(course, files, out, results)
    short = [f"{name}.csv holds the points of notebooks alone, not these:" for name in of.formats if projects]
    for line in [*said, *short, *projects]:
        print(line, file=sys.stderr)
    return out


def _with_projects(course: Course, files: Files, submissions: list[Submission]) -> list[Submission]:
    """The submissions, each with the tasks that its learner's project names, where there is one."""
    if not course.project_file:
        return submissions
    named = {learner: course.project_file.named(data) for learner, data in files(course.project_file.name)}
    return [replace(each, named=named.get(each.learner)) for each in submissions]


def _projects(course: Course, files: Files, out: Path, results: export.Results) -> list[str]:
    """What the course makes of files beside the notebooks; the marks of the notebooks are written already."""
    if not course.projects:
        return []
    lines: list[str] = function(course.projects)(files, out, results)
    return lines


def _marked(
    store: Store,
    submissions: list[Submission],
    folders: tuple[Path, Path],
    settings: Settings,
    workers: int,
    scheduler: str,
    bar: bool,
    again: str,
) -> export.Results:
    secret = settings.secret or store.setting("secret", secrets.token_hex(16))
    settings = replace(settings, secret=secret, hidden=tuple(str(path.resolve()) for path in folders))
    keys = {settings.key(each): each for each in submissions}
    store.forget({key for key, each in keys.items() if again and each.learner == again})
    known = store.known() & keys.keys()
    current = set(known)
    left = [each for key, each in keys.items() if key not in known]
    progress = tqdm(total=len(keys), initial=len(known), unit="submission", disable=not bar, file=sys.stderr)
    with progress:
        for done, results in batch.run(left, settings, workers=workers, scheduler=scheduler):
            marked = [(r.pop("key"), e.learner, e.name, r) for e, r in zip(done, results, strict=True)]
            store.add(marked)
            current |= {key for key, *_ in marked}  # of the bytes that were marked, which may have changed since
            progress.update(len(done))
    return store.results(current)


def write(
    course: Course,
    results: export.Results,
    out: Path,
    people: Mapping[str, Person],
    of: Class = NOBODY,
    roster: Roster | None = None,
) -> None:
    """All files of a class."""
    _single(course, results, out)
    rows, lessons = learners.by_learner(results, people), learners.lessons_of(course, results)
    absent = [row.person.id for row in rows if learners.NOT_THERE in row.notes]
    tasks = {mark["task"] for result in results for mark in result["marks"]}
    alike = similar.groups(results, similar.published(course, tasks, of.solutions))
    _text(out / "grades.csv", export.grades(results, {key: one.name for key, one in people.items()}, absent))
    _text(out / "learners.csv", lms.table(rows, lessons))
    if "canvas" in of.formats:
        _text(out / "canvas.csv", lms.canvas(rows, lessons, of.assignment))
    if "moodle" in of.formats:
        _text(out / "moodle.csv", lms.moodle(rows, lessons, roster.heads if roster else ()))
        storage.write(out / "moodle-feedback.zip", moodle_zip(rows, partial(feedback, course)))
    _text(out / "alike.csv", similar.table(alike))
    _text(out / "junit.xml", export.junit(results))
    _text(out / "class.html", class_page(course, results, rows, alike))


def _single(course: Course, results: export.Results, out: Path) -> None:
    """The files of each submission."""
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    (out / "gradescope").mkdir(exist_ok=True)
    names = [export.slug(result) for result in results]
    assert len(set(names)) == len(names), "two submissions share a page"
    for old in [*out.glob("feedback/*.html"), *out.glob("gradescope/*.json")]:
        if export.SLUG.fullmatch(old.stem) and old.stem not in names:
            old.unlink(missing_ok=True)  # of a learner who is gone
    for name, result in zip(names, results, strict=True):
        _text(out / f"feedback/{name}.html", feedback(course, result))
        _text(out / f"gradescope/{name}.json", export.gradescope(result))


def _text(path: Path, text: str) -> None:
    storage.write(path, text.encode("utf-8", "replace"))
