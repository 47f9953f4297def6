"""Changes of the references of lesson 16 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

EQUIVALENT: dict[str, dict[str, str]] = {}
