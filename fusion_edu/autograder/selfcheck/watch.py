"""``check FILE.ipynb --watch``: what is right, what changed, one mistake by its name, and what comes next, at each save."""

import inspect
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fusion_edu.autograder import load, notebook
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.selfcheck.checker import Checker
from fusion_edu.autograder.selfcheck.process import Answer

QUIET = {"correct": "✓", "not_attempted": "…"}
PAUSE = 0.25  # seconds between two looks at the file
WAITING = "Save the notebook to check it again; Ctrl+C stops."


Record = Callable[..., None]  # keeps what a learner has done: task, outcome, points, max_points, mistakes


def check_once(path: Path, checker: Checker, record: Record) -> int:
    """Check a notebook; 0 when all is right, else 1.

    Raises:
        LoadError: it cannot be read.
    """
    lesson, answers = checker.check(load.read(path), path)
    note = keep(record, answers, [])
    wrong = [answer["text"] for answer in answers if answer["outcome"] not in QUIET]
    told = [
        overview(checker.course, path.name, lesson, answers, []),
        *wrong,
        following(checker.course, lesson, answers),
    ]
    print("\n\n".join(filter(None, [*told, note])))
    return 0 if all_right(answers) else 1


def watch(path: Path, checker: Checker, record: Record) -> int:
    """Until Ctrl+C. A file that is missing or broken for a while is waited for; a save without a change in code is none."""
    before: list[Answer] = []
    seen = None
    path.stat()  # a name that is wrong from the start is an error
    stopped = threading.Event()

    def stop(_signal: int, _frame: object) -> None:
        stopped.set()  # Python drops an exception that a signal raises inside a __del__ or a weakref's callback
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGINT, stop)
    try:
        for data in versions(path, stopped):
            try:
                sources = [cell.source for cell in notebook.read(data, path.name)]
            except notebook.Unreadable as error:
                _show(f"{error}.", "It is read again when it is saved again." if data else WAITING)
                seen = None
                continue
            if sources == seen:
                continue
            seen = sources
            print("Checking ...", flush=True)
            lesson, answers = checker.check(notebook.read(data, path.name), path)
            note = keep(record, answers, before)
            course = checker.course
            told = overview(course, path.name, lesson, answers, before), one_report(answers, before)
            before = answers  # before it is told: whoever has read it may stop at once
            _show(*told, following(course, lesson, answers), note, WAITING)
            checker.prepare()
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, usual)
    print(f"\nStopped: {sum_of(before)}.", flush=True)
    return 0 if all_right(before) else 1


def versions(path: Path, stopped: threading.Event) -> Iterator[bytes]:
    """What the file holds, at first and after each save, until stopped; it is read when it has been quiet for a moment."""
    last = None
    while not stopped.is_set():
        stamp = _stamp(path)
        if stamp is not None and stamp != last:
            time.sleep(PAUSE)
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if _stamp(path) == stamp:
                last = stamp
                yield data
        else:
            time.sleep(PAUSE)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def keep(record: Record, answers: list[Answer], before: list[Answer]) -> str:
    """Count in the learner's progress what is new since the last look; a sentence where it cannot be kept."""
    known = {answer["task"]: answer for answer in before}
    try:
        for answer in answers:
            if answer["message"] != known.get(answer["task"], {}).get("message"):
                kept = {name: answer[name] for name in ("outcome", "points", "max_points")}
                record(answer["task"], **kept, mistakes=tuple(answer["mistakes"]))
    except OSError as error:
        return f"Your progress was not saved: {error}."
    return ""


def overview(course: Course, name: str, lesson: str, answers: list[Answer], before: list[Answer]) -> str:
    """One line for each task, with what changed since the last look."""
    if not answers:
        return f"{name} holds no answer to any task of the course."
    lines = [f"{name} · {_title(course, lesson)}", ""]
    known = {answer["task"]: answer for answer in before}
    width = max(len(answer["title"]) for answer in answers)
    for answer in answers:
        sign = QUIET.get(answer["outcome"], "✗")
        points = f"{answer['points']:3} of {answer['max_points']:2}"
        news = _news(answer, known.get(answer["task"]))
        lines.append(f"  {sign} {answer['task']} {answer['title']:{width}} {points}{news}")
    return "\n".join([*lines, "", f"  {sum_of(answers)}"])


def _title(course: Course, lesson: str) -> str:
    if not lesson and course.project_file:
        return f"the tasks that {course.project_file.name} names"
    return f"lesson {lesson}" + (f", {course.lessons[lesson]}" if lesson in course.lessons else "")


def _news(answer: Answer, before: Answer | None) -> str:
    if before is None or answer["message"] == before["message"]:
        return ""
    if answer["outcome"] == "correct":
        return "   now right" if before["outcome"] != "correct" else ""
    return "   no longer right" if before["outcome"] == "correct" else "   changed"


def one_report(answers: list[Answer], before: list[Answer]) -> str:
    """The report of one task that is wrong: one that changed since the last look, else the first."""
    known = {answer["task"]: answer["message"] for answer in before}
    wrong = [answer for answer in answers if answer["outcome"] not in QUIET]
    changed = [answer for answer in wrong if answer["message"] != known.get(answer["task"])]
    return next((answer["text"] for answer in changed + wrong), "")


def following(course: Course, lesson: str, answers: list[Answer]) -> str:
    """What to do next: the first task that is still empty, or the next lesson."""
    empty = [course.task(answer["task"]) for answer in answers if answer["outcome"] == "not_attempted"]
    if empty:
        task = empty[0]
        return f"Next: {task.id} {task.title}, about {task.minutes} minutes.\n{inspect.cleandoc(task.promise).splitlines()[0]}"
    later = [f"{number}, {title}" for number, title in course.lessons.items() if lesson and number > lesson]
    if answers and all_right(answers) and later:
        return f"All right! Next: lesson {later[0]}."
    return "All right!" if answers and all_right(answers) else ""


def sum_of(answers: list[Answer]) -> str:
    """Points of all."""
    return f"{sum(a['points'] for a in answers)} of {sum(a['max_points'] for a in answers)} points"


def all_right(answers: list[Answer]) -> bool:
    """Whether there is an answer to each task and all are right."""
    return bool(answers) and all(answer["outcome"] == "correct" for answer in answers)


def _show(*parts: str) -> None:
    """On a terminal in the place of what was there; in a file or a pipe below it."""
    if sys.stdout.isatty():
        if os.name == "nt":
            os.system("cls")
        else:
            print("\x1b[2J\x1b[3J\x1b[H", end="")
    else:
        print("-" * 60)
    print("\n\n".join(filter(None, parts)), flush=True)
