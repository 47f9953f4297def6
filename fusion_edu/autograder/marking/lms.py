"""Marks as Canvas and Moodle take them in, and as a table with a row for each learner."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.export import BOM, cell
from fusion_edu.autograder.marking.learners import UNKNOWN, Learner
from fusion_edu.autograder.marking.roster import Person
from fusion_edu.autograder.verdict import WORDS

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade"]
MOODLE += ["Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
CRLF = "\r\n"
NONE = "-"  # what Moodle writes where there is nothing, and no formula
Lessons = Mapping[str, int]  # number -> greatest points


def table(learners: Iterable[Learner], lessons: Lessons) -> str:
    """One row a learner, one column a lesson, and the sum; for a spreadsheet."""
    rows: list[list[Any]] = [["id", "name", "email", *lessons, "points", "max_points", "note"]]
    for each in learners:
        own = ["" if (got := each.points(lesson)) is None else got for lesson in lessons]
        named = [cell(each.person.id), cell(each.person.name), cell(each.person.email)]
        rows.append([*named, *own, each.total, sum(lessons.values()), cell(each.note)])
    return BOM + export.table(rows, CRLF)


def canvas(learners: Iterable[Learner], lessons: Lessons, assignment: str = "") -> str:
    """Canvas's gradebook import: a column a lesson, or one column with the sum where an assignment is named.

    Learners without a number of Canvas are left out: Canvas would look for their names. Who handed in nothing has an
    empty cell, which changes nothing in Canvas.
    """
    heads, most = ([assignment], [sum(lessons.values())]) if assignment else (_heads(lessons), list(lessons.values()))
    rows: list[list[Any]] = [[*CANVAS, *heads], ["    Points Possible", *[""] * 4, *most]]
    for each in learners:
        if not each.person.canvas:
            continue
        row = each.person.row
        named = [
            cell(row.get("Student", each.person.name)),
            each.person.canvas,
            *(cell(row.get(head, "")) for head in CANVAS[2:]),
        ]
        got = [each.points(lesson) for lesson in lessons]
        if assignment:
            got = [each.total if each.best else None]
        rows.append([*named, *("" if one is None else one for one in got)])
    return export.table(rows, CRLF)


def _heads(lessons: Lessons) -> list[str]:
    return [f"Lesson {lesson}" for lesson in lessons]


def moodle(learners: Iterable[Learner], lessons: Lessons, heads: Iterable[str] = ()) -> str:
    """Moodle's grading worksheet: the sum over the lessons, and what each answer was.

    Args:
        heads: those of the worksheet that the roster was, if it was one: its rows come back as they were.
    """
    heads = list(heads)
    heads = heads if {"Identifier", "Grade"} <= set(heads) else MOODLE
    rows: list[list[Any]] = [[*heads, *(["Feedback comments"] if "Feedback comments" not in heads else [])]]
    for each in learners:
        if not each.person.moodle:
            continue
        person = each.person
        own: dict[str, Any] = {
            "Identifier": f"Participant {person.moodle}",
            "Full name": person.name,
            "Email address": person.email,
        }
        row = own | {head: text for head, text in person.row.items() if text}
        row = {head: text if text == NONE else cell(text) for head, text in row.items()}
        if each.best:
            row |= {"Grade": each.total, "Feedback comments": cell(_feedback(each))}
        if not row.get("Maximum Grade"):
            row["Maximum Grade"] = sum(lessons.values())
        rows.append([row.get(head, "") for head in rows[0]])
    return BOM + export.table(rows, CRLF)


def empty(people: Collection[Person], formats: Iterable[str]) -> list[str]:
    """For each system whose table would have no row a line that says so and what to do."""
    return [
        f"{name}.csv has no learner: no name tells a number of {name.capitalize()}, give its own table with --roster"
        for name in ("canvas", "moodle")
        if name in formats and not any(getattr(each, name) for each in people)
    ]


def maxima(people: Collection[Person], lessons: Lessons, formats: Iterable[str]) -> list[str]:
    """A line where Moodle's worksheet has another greatest grade than the lessons have points."""
    most = sum(lessons.values())
    told = {person.row.get("Maximum Grade", "") for person in people} - {"", NONE}
    other = sorted(text for text in told if not _is(text, most)) if "moodle" in formats and lessons else []
    return [
        f"moodle.csv: the worksheet's Maximum Grade is {', '.join(other)[:100]}, and {most} points were to be had: set the "
        f"maximum of Moodle's assignment to {most}, and mark again with a fresh worksheet"
    ] * bool(other)


def _is(text: str, number: int) -> bool:
    try:
        return float(text.replace(",", ".")) == number
    except ValueError:
        return False


def _feedback(learner: Learner) -> str:
    """A line a task: its outcome, its points, its named mistakes; never an input and never what it should have given."""
    lines = []
    for result in learner.best.values():
        for mark in result["marks"]:
            made = f" ({', '.join(mark['mistakes'])})" if mark["mistakes"] else ""
            said = f"{WORDS[mark['outcome']].title.lower()}{made}, {mark['points']} of {mark['max_points']} points"
            lines.append(f"{mark['task']} {mark['title']}: {said}")
    return "\n".join([*lines, *(note for note in learner.notes if note != UNKNOWN)])
