"""The programs of assignment A1: small trainings, each the reference of a task, with the mistakes that can be planted in it."""

from fusion_edu.assignments.programs import classes, line, noise, pairs, triplets, weighted

__all__ = ["PROGRAMS"]

PROGRAMS = (line.LINE, noise.NOISE, classes.CLASSES, weighted.WEIGHTED, pairs.PAIRS, triplets.TRIPLETS)
