"""A row for each learner, over all lessons: of several notebooks for one lesson the best one counts; a project is no lesson."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fusion_edu.autograder.course import Course
from fusion_edu.autograder.marking.export import Results, points
from fusion_edu.autograder.marking.handed_in import Submission
from fusion_edu.autograder.marking.roster import Person, Roster

NOT_THERE = "handed in nothing"
UNKNOWN = "not on the roster"


@dataclass(frozen=True)
class Learner:
    """What one learner reached.

    Args:
        person: who it is.
        best: by lesson, the result that counts.
        notes: what a teacher should know.
    """

    person: Person
    best: Mapping[str, dict[str, Any]]
    notes: tuple[str, ...]

    def points(self, lesson: str) -> int | None:
        """Points of a lesson, None where nothing was handed in for it."""
        return points(self.best[lesson])[0] if lesson in self.best else None

    @property
    def total(self) -> int:
        """Points of all lessons."""
        return sum(points(result)[0] for result in self.best.values())

    @property
    def note(self) -> str:
        """All notes in one line."""
        return "; ".join(self.notes)


def people(submissions: Iterable[Submission], roster: Roster | None) -> dict[str, Person]:
    """By the learner of a submission who that is; those of the roster come first, whether they handed in or not."""
    found = {person.id: person for person in roster.people} if roster else {}
    for each in submissions:
        owner = each.owner
        known = found.get(each.learner) or Person(each.learner, owner.name, note=UNKNOWN if roster else "")
        number = owner.number or owner.id
        if owner.system == "canvas" and not known.canvas:
            known = replace(known, canvas=number)
        if owner.system == "moodle" and not known.moodle:
            known = replace(known, moodle=number)
        found[each.learner] = known
    return found


def lessons_of(course: Course, results: Results) -> dict[str, int]:
    """The lessons that were marked, with the greatest points of each."""
    numbers = sorted({result["lesson"] for result in results if result["lesson"]})
    return {number: sum(task.points for task in course.lesson(number)) for number in numbers}


def for_lesson(results: Results, lesson: str) -> Results:
    """Without the notebooks that hold no answer to the one lesson, where their learner has one that does: it says how many."""
    answering = {result["learner"] for result in results if result["sources"]}
    other = [
        bool(lesson and result["learner"] in answering and result["read"] and not result["sources"])
        for result in results
    ]
    left = Counter(result["learner"] for result, away in zip(results, other, strict=True) if away)
    kept = []
    for result, away in zip(results, other, strict=True):
        if not away:
            count = left.pop(result["learner"], 0)
            said = f"{count} notebook{'s' * (count > 1)} without an answer to lesson {lesson} left out" if count else ""
            kept.append(result | {"note": "; ".join(filter(None, [result["note"], said]))})
    return kept


def right_answers(results: Iterable[Mapping[str, Any]], learner: str) -> set[str]:
    """Ids of the tasks that one of the learner's notebooks answers right."""
    own = (mark for result in results if result["learner"] == learner for mark in result["marks"])
    return {mark["task"] for mark in own if mark["outcome"] == "correct"}


def by_learner(results: Results, people: Mapping[str, Person]) -> list[Learner]:
    """All learners, in the order of ``people`` first: who handed in nothing is one of them."""
    own: dict[str, Results] = {name: [] for name in people}
    for result in results:
        own.setdefault(result["learner"], []).append(result)
    return [_learner(people.get(name, Person(name)), found) for name, found in own.items()]


def _learner(person: Person, results: Results) -> Learner:
    handed: dict[str, Results] = {}
    for result in results:
        if result["lesson"]:
            handed.setdefault(result["lesson"], []).append(result)
    best = {
        lesson: max(found, key=lambda each: (points(each)[0], each["read"])) for lesson, found in sorted(handed.items())
    }
    several = [
        f"{count} notebooks for lesson {lesson}: {best[lesson]['name']} counts"
        for lesson, found in handed.items()
        if (count := sum(each["read"] for each in found)) > 1
    ]
    notes = [person.note, NOT_THERE if not results else "", *(result["note"] for result in results), *several]
    once = dict.fromkeys(part for note in notes for part in note.split("; ") if part)
    return Learner(person, best, tuple(once))
