"""The changes of a reference that its check does not notice, and why they may stay unnoticed."""

import importlib
import importlib.util

from agree import agrees
from mutate import change, mutants

from fusion_edu.autograder.variants import build, source_of


def survivors(task, seeds=(0, 1)):
    """(number of mutants, {change: mutant} of those that no seed notices)."""
    source = source_of(task.reference)
    found = mutants(source)
    alive = [mutant for mutant in found if all(agrees(task, build(task, mutant, "mutant"), seed) for seed in seeds)]
    return len(found), {change(source, mutant): mutant for mutant in alive}


def equivalents(task):
    """{change: why it changes nothing} as ``equivalents/lessonNN.py`` lists them; none where there is no such file."""
    name = f"equivalents.lesson{task.id[:2]}"
    if importlib.util.find_spec(name) is None:
        return {}
    return importlib.import_module(name).EQUIVALENT.get(task.id, {})
