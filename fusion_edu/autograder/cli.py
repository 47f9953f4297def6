"""The command line of a course: check an answer or a notebook, list the tasks, mark a class."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from fusion_edu.autograder.limit import SECONDS
from fusion_edu.optional import EXTRAS, needed_by

__all__ = ["main", "said"]

MOST_WORKERS = 1000
NO_MORE: Mapping[str, str] = {}


def main(
    arguments: list[str] | None = None,
    *,
    course: str = "",
    more: Mapping[str, str] = NO_MORE,
    prog: str = "",
    no_format: str = "",
) -> int:
    """Run a command; returns the exit status: 0 when all is right or done, 1 when not, 2 for a wrong call.

    Args:
        arguments: by default those of the process.
        course: "module:NAME" of a Course; where it is "", the command line names one.
        more: commands that the caller carries out itself, and what the help says of each.
        prog: what the help calls the program; by default what runs these commands.
        no_format: why ``grade`` refuses ``--format`` for this course; "" where it does not.
    """
    _speak_utf8()
    options = _parser(course, more, prog).parse_args(arguments, argparse.Namespace(no_format=no_format))
    command = {"check": _check, "tasks": _tasks, "grade": _grade}[options.command]
    try:
        return said(f"The command {options.command}", lambda: command(options))
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it was.", file=sys.stderr)
        return 1


def said(what: str, run: Callable[[], int]) -> int:
    """Run a command; a package of an extra that is missing is one sentence, and exit status 2."""
    try:
        with needed_by(what):
            return run()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRAS:
            raise
        print(error, file=sys.stderr)
        return 2


def _speak_utf8() -> None:
    """Also into a pipe on Windows, where the usual encoding knows no tick."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _parser(course: str, more: Mapping[str, str], prog: str = "") -> argparse.ArgumentParser:
    prog = prog or ("fusion-edu" if more else "python -m fusion_edu.autograder")
    parser = argparse.ArgumentParser(prog=prog, description="The course on the command line.")
    named: dict[str, Any] = {"default": course, "help": argparse.SUPPRESS}
    if not course:
        named = {"required": True, "metavar": "MODULE:NAME", "help": "where the Course stands"}
    parser.add_argument("--course", **named)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check your own answers and name the mistakes")
    check.add_argument("what", nargs="+", metavar="[TASK] FILE", help="a notebook; or a task and a .py or .ipynb")
    check.add_argument("--watch", action="store_true", help="check a notebook again at each save")
    check.add_argument("--json", action="store_true", help="print one line of JSON a task")
    check.add_argument("--seed", type=int, help="of the random cases; fresh ones by default")
    check.add_argument("--limit", type=_positive, default=SECONDS, help=f"seconds for one task (default {SECONDS:g})")
    check.add_argument("--no-record", action="store_true", help="leave the progress file alone")
    commands.add_parser("tasks", help="list all tasks")
    grade = commands.add_parser("grade", help="mark a folder of submissions")
    grade.add_argument("submissions", type=Path, help="folder of notebooks, folders, zips; or a class's zip")
    grade.add_argument("--out", type=Path, required=True, help="folder of the marks; an earlier run in it is continued")
    grade.add_argument("--workers", type=_count, default=1, help="processes on this machine (default 1)")
    grade.add_argument("--scheduler", default="", help="address of a Dask scheduler, e.g. tcp://10.0.0.1:8786")
    grade.add_argument("--seed", default="", help="makes the hidden inputs; by default a fresh secret, kept in --out")
    grade.add_argument("--lesson", default="", help="e.g. 04, where all submissions are for one lesson")
    grade.add_argument("--own-cases", action="store_true", help="each learner gets hidden inputs of their own")
    grade.add_argument(
        "--trust-submissions", action="store_true", help="run them unconfined where nothing else is possible"
    )
    grade.add_argument("--roster", type=Path, help="CSV of the class: ids, names; Canvas's export, Moodle's worksheet")
    grade.add_argument("--name-pattern", default="", help="how names tell whose they are, e.g. '{name}_{id}_{file}'")
    grade.add_argument(
        "--format", action="append", default=[], choices=["canvas", "moodle"], help="also write marks for it"
    )
    grade.add_argument("--assignment", default="", help="Canvas's column for the sum, e.g. 'Exercises 04 (98765)'")
    grade.add_argument("--solutions", type=Path, help="published solutions (default: solutions/ beside the course)")
    grade.add_argument(
        "--variant", default="", metavar="LEARNER", help="print this learner's own hidden inputs, and mark nothing"
    )
    grade.add_argument("--again", default="", metavar="LEARNER", help="mark this learner's work anew")
    grade.add_argument("--secret", action="store_true", help="print the secret of the marks in --out, and mark nothing")
    for name, help_of in more.items():
        commands.add_parser(name, help=help_of)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number of processes, needs 1 to {MOST_WORKERS}")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, needs more than 0")
    return value


def _check(options: argparse.Namespace) -> int:
    from fusion_edu.autograder.course import find
    from fusion_edu.autograder.load import LoadError, read
    from fusion_edu.autograder.selfcheck.checker import Checker
    from fusion_edu.autograder.selfcheck.watch import check_once, keep, watch

    course = find(options.course)
    *key, file = options.what
    path = Path(file)
    if len(key) > 1 or (not key and path.suffix.lower() != ".ipynb") or (key and options.watch):
        print("check needs a notebook, or a task and a file: check FILE.ipynb, check 04.2 FILE", file=sys.stderr)
        return 2
    record = _record(course.record, options.no_record)
    checker = None
    try:
        asked = course.task(key[0]).id if key else ""
        if not asked and options.watch:
            checker = Checker(course, seed=options.seed, seconds=options.limit)
            return watch(path, checker, record)
        cells = read(path)
        checker = Checker(course, seed=options.seed, seconds=options.limit)
        if not asked and not options.json:
            return check_once(path, checker, record)
        _, answers = checker.check(cells, path, asked)
        note = keep(record, answers, [])
        for answer in answers:
            text = answer.pop("text")
            print(json.dumps(answer, ensure_ascii=False) if options.json else text)
        print(*filter(None, [note]), end="\n" if note else "", file=sys.stderr)
        return 0 if answers and all(answer["outcome"] == "correct" for answer in answers) else 1
    except (LoadError, ValueError, OSError) as error:
        return _refused(options, f"{error}")
    finally:
        if checker:
            checker.close()


def _refused(options: argparse.Namespace, message: str) -> int:
    """There is nothing to check: said on standard error, or as JSON where that was asked for."""
    print(
        json.dumps({"task": "", "outcome": "", "message": message}, ensure_ascii=False) if options.json else message,
        file=sys.stdout if options.json else sys.stderr,
    )
    return 2


def _record(where: str, off: bool) -> Callable[..., None]:
    from fusion_edu.autograder.course import function

    return function(where) if where and not off else lambda *args, **kwargs: None


def _tasks(options: argparse.Namespace) -> int:
    from fusion_edu.autograder.course import find

    for task in find(options.course).tasks:
        print(f"{task.id}  {task.signature}  {task.points} points, {task.minutes} min: {task.title}")
    return 0


def _grade(options: argparse.Namespace) -> int:
    from fusion_edu.autograder.course import find
    from fusion_edu.autograder.marking.batch import Settings
    from fusion_edu.autograder.marking.grade import Class, grade
    from fusion_edu.autograder.marking.variant import asked, secret_of, variant
    from fusion_edu.autograder.sandbox.sandbox import NoSandbox

    try:
        if wrong := _without_effect(options):
            raise ValueError(wrong)
        if options.secret:
            print(secret_of(options.out))
            return 0
        if options.variant:
            secret = options.seed or secret_of(options.out)
            asked(options.out, options.variant)
            print(*variant(find(options.course), secret, options.variant, options.lesson), sep="\n")
            return 0
        settings = Settings(
            options.course,
            options.seed,
            lesson=options.lesson,
            own_cases=options.own_cases,
            trust=options.trust_submissions,
        )
        of = Class(
            options.roster,
            options.name_pattern,
            tuple(options.format),
            options.assignment,
            options.solutions or _solutions(options.course),
        )
        grade(
            options.submissions,
            options.out,
            settings,
            of=of,
            workers=options.workers,
            scheduler=options.scheduler,
            again=options.again,
        )
    except (NoSandbox, ValueError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    except OSError as error:
        named = f"{error.filename} cannot be used ({error.strerror}): free it or choose another one"
        print(named if error.filename is not None else f"{error}", file=sys.stderr)
        return 2
    others = "".join(f", {options.out / name}.csv" for name in ("canvas", "moodle") if name in options.format)
    print(f"Marks: {options.out / 'learners.csv'}{others}; the class: {options.out / 'class.html'}")
    return 0


def _without_effect(options: argparse.Namespace) -> str:
    """An option of ``grade`` that would do nothing, or that this course refuses, in a sentence; "" where there is none."""
    if options.format and options.no_format:
        return f"{options.no_format}"
    if options.assignment and "canvas" not in options.format:
        return "--assignment names a column of Canvas: add --format canvas, or leave it out"
    if options.solutions and not options.solutions.is_dir():
        return f"--solutions {options.solutions} is no folder: give the one of the published notebooks, or leave it out"
    return ""


def _solutions(course: str) -> Path | None:
    """The folder solutions/ beside the package of a course, where it has one."""
    package = import_module(course.partition(":")[0].partition(".")[0])
    folder = Path(package.__file__ or ".").resolve().parent.parent / "solutions"
    return folder if folder.is_dir() else None
