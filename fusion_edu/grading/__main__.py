"""``python -m fusion_edu.grading grade SUBMISSIONS --out GRADES`` and ``... check FILE.ipynb --watch``."""

import argparse
import sys
from pathlib import Path

from .batch import Settings
from .grade import grade
from .variant import secret_of, variant
from .warm import NoRoom
from .watch import check_file


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it did its work (for ``check``: when all is correct), 1 when not, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        return _grade(options) if options.command == "grade" else check_file(options.file, watch=options.watch)
    except (NoRoom, ValueError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it was.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fusion_edu.grading", description="Mark notebooks.")
    commands = parser.add_subparsers(dest="command", required=True)
    grade = commands.add_parser("grade", help="mark a folder of submissions")
    grade.add_argument("submissions", type=Path, help="folder of notebooks, or of folders or zips of notebooks")
    grade.add_argument("--out", type=Path, required=True, help="folder of the marks; an earlier run in it is continued")
    grade.add_argument("--workers", type=int, default=1, help="processes on this machine (default 1)")
    grade.add_argument("--scheduler", default="", help="address of a Dask scheduler, e.g. tcp://10.0.0.1:8786")
    grade.add_argument("--seed", default="", help="makes the hidden inputs; by default a fresh secret, kept in --out")
    grade.add_argument("--lesson", default="", help="e.g. 04, where all submissions are for one lesson")
    grade.add_argument("--own-cases", action="store_true", help="each learner gets hidden inputs of their own")
    grade.add_argument(
        "--trust-submissions", action="store_true", help="run them unconfined where nothing else is possible"
    )
    grade.add_argument(
        "--variant", default="", metavar="LEARNER", help="print this learner's own hidden inputs, and mark nothing"
    )
    check = commands.add_parser("check", help="check your own notebook")
    check.add_argument("file", type=Path, help="an .ipynb")
    check.add_argument("--watch", action="store_true", help="again at each change of the file")
    return parser


def _grade(options: argparse.Namespace) -> int:
    if options.variant:
        secret = options.seed or secret_of(options.out)
        print(*variant(secret, options.variant, options.lesson), sep="\n")
        return 0
    settings = Settings(
        options.seed, lesson=options.lesson, own_cases=options.own_cases, trust=options.trust_submissions
    )
    grade(options.submissions, options.out, settings, workers=options.workers, scheduler=options.scheduler)
    print(f"Marks: {options.out / 'grades.csv'}; the class: {options.out / 'class.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
