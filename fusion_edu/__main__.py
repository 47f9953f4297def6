"""The command line of this course: ``python -m fusion_edu check 04.2 answer.py``, ``... grade FOLDER --out MARKS``."""

import sys
from functools import partial

from fusion_edu.autograder import cli

main = partial(cli.main, course="fusion_edu.tasks:COURSE")

if __name__ == "__main__":
    sys.exit(main())
