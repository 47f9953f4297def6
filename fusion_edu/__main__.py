"""The command line of this course: ``fusion-edu check 04.2 answer.py``; ``python -m fusion_edu`` is the same."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from fusion_edu.autograder import cli

__all__ = ["main"]

COURSE = Path(__file__).resolve().parents[1]
MORE = {
    "assignment": "make a class's assignment, with bugs of each learner's own; then mark it",
    "capstone": "mark your project's file; with --run also run its notebook twice",
    "classroom": "lay out a class: its folder, its tools",
    "data": "fetch and verify the data of the lessons",
    "doctor": "say what is installed and what is missing",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 when all is right or done, 1 when not, 2 for a wrong call.

    Args:
        arguments: by default those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["assignment"]:
        return cli.said("The command assignment", lambda: assignment(words[1:]))
    if words[:1] == ["capstone"]:
        return cli.said("The command capstone", lambda: capstone(words[1:]))
    if words[:1] == ["classroom"]:
        return classroom(words[1:])
    if words[:1] == ["data"]:
        return cli.said("The command data", lambda: data(words[1:]))
    if words == ["doctor"]:
        return doctor()
    return cli.main(words, course="fusion_edu.tasks:COURSE", more=MORE)


def assignment(words: list[str]) -> int:
    """Make an assignment for a class, or mark it."""
    from fusion_edu.assignments import command

    return command.main(words)


def capstone(words: list[str]) -> int:
    """Points of a project in a folder: what its file shows, and with --run what two runs of its notebook show."""
    from fusion_edu.capstone import marked, read, rerun
    from fusion_edu.capstone.handed_in import NAME

    folders = [word for word in words if word != "--run"]
    if len(folders) != 1 or folders[0].startswith("-"):
        print("usage: fusion-edu capstone FOLDER [--run]   (--run runs the notebook with your rights)", file=sys.stderr)
        return 2
    try:
        lines = marked(read(Path(folders[0]) / NAME)) + (rerun(folders[0]) if "--run" in words else [])
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in lines:
        print(f"{line.line:20}{line.got:3} of {line.most:2}  {line.why}")
    print(f"{'together':20}{sum(line.got for line in lines):3} of {sum(line.most for line in lines):2}  "
          "(own loss and fusion are not looked at here: fusion-edu check NOTEBOOK)")  # fmt: skip
    return 0 if all(line.got == line.most for line in lines) else 1


def classroom(words: list[str]) -> int:
    """Run the course's own tool, which needs the solutions: they are in the course's folder, and in no wheel."""
    tool = Path("tools/classroom.py")
    course = next((place for place in (COURSE, Path.cwd()) if (place / tool).is_file()), None)
    if course is None:
        print("fusion-edu classroom needs the solutions: run it in the folder of the course.", file=sys.stderr)
        return 2
    environment = {**os.environ, "PYTHONPATH": str(course)}
    return subprocess.run([sys.executable, str(course / tool), *words], env=environment).returncode


def data(words: list[str]) -> int:
    """Fetch and verify the data."""
    from fusion_edu.data import fetch

    return fetch.main(words)


def doctor() -> int:
    """Say what is installed and what is missing."""
    from fusion_edu import doctor

    return doctor.main()


if __name__ == "__main__":
    sys.exit(main())
