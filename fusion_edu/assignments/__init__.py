"""Assignments for a class, each a course of its own: bug hunts, tests to write, numbers to stand by. See docs/assignments.md."""

__all__: list[str] = []  # reached by its command, `fusion-edu assignment`
