"""``python -m fusion_edu.autograder --course MODULE:NAME check FILE``: the command line of any course."""

import sys

from fusion_edu.autograder.cli import main

if __name__ == "__main__":
    sys.exit(main())
