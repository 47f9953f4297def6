"""Changes of the references of lesson 13 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

EQUIVALENT = {}

GUARDED = {}
