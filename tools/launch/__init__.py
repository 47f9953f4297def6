"""Parts of start.py: standard library only, and readable by any Python 3, so that an old one is refused in a sentence."""


class Problem(Exception):
    """A failure that the user can mend: one sentence that says how."""
