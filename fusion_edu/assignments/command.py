"""The command line: ``fusion-edu assignment A1 --roster class.csv --out HANDOUT --marks MARKS``, and later ``grade``."""

import argparse
import sys
from pathlib import Path

from fusion_edu.autograder import cli

COURSES = {name: f"fusion_edu.assignments.{name.lower()}:COURSE" for name in ("A1", "A2", "A3", "A4")}
APART = ("A1", "A3", "A4")  # whose points are more than those of the notebook's tasks


def main(words: list[str]) -> int:
    """Make a hand-out, or mark what came back; the exit status as of all commands."""
    if words[1:2] == ["grade"] and words[0] in COURSES:
        own = [*words[1:], "--own-cases"]
        no_format = (
            f"--format exports the points of notebooks alone, and most of {words[0]}'s stand in assignment.csv: "
            "leave it out, and enter the points as docs/assignments.md adds them"
        )
        return cli.main(
            own,
            course=COURSES[words[0]],
            prog=f"fusion-edu assignment {words[0]}",
            no_format=no_format if words[0] in APART else "",
        )
    parser = argparse.ArgumentParser(
        prog="fusion-edu assignment",
        description="Make a class's notebooks. Then: fusion-edu assignment A1 grade SUBMISSIONS --out MARKS",
    )
    parser.add_argument("assignment", choices=COURSES)
    parser.add_argument("--roster", type=Path, required=True, help="CSV of the class, with a column id")
    parser.add_argument("--out", type=Path, required=True, help="what learners get, one folder each")
    parser.add_argument("--marks", type=Path, required=True, help="yours alone: secret, solutions, later the marks")
    parser.add_argument("--seed", default="", help="the secret; a fresh one by default, kept in --marks")
    options = parser.parse_args(words)
    try:
        return _made(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _made(options: argparse.Namespace) -> int:
    from fusion_edu.assignments.handout import kept_secret, make
    from fusion_edu.autograder.marking.roster import read

    if options.marks.resolve() == options.out.resolve() or options.out.resolve() in options.marks.resolve().parents:
        raise ValueError(
            f"{options.marks} lies in {options.out}, which learners get: choose another folder for --marks"
        )
    people = read(options.roster).people
    secret = kept_secret(options.marks, options.seed)
    count = make(options.assignment, [person.id for person in people], options.out, options.marks, secret)
    print(f"{options.out}: {count} notebooks. {options.marks}: solutions and the secret, for you alone.")
    return 0
