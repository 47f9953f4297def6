"""The changes of a reference that its check does not notice, and why they may stay unnoticed."""

import importlib
import importlib.util

from agree import agrees
from guard import Guard, guards
from mutate import change, mutants

from fusion_edu.autograder.variants import build, source_of


def survivors(task, seeds=(0, 1)):
    """(number of mutants, {change: mutant} of those that no seed notices)."""
    source = source_of(task.reference)
    found = mutants(source)
    alive = [mutant for mutant in found if all(agrees(task, build(task, mutant, "mutant"), seed) for seed in seeds)]
    return len(found), {change(source, mutant): mutant for mutant in alive}


def unnoticed_guards(task, seeds=(0, 1)) -> list[Guard]:
    """Guards that no seed notices."""
    return [
        guard
        for guard in guards(source_of(task.reference))
        if all(agrees(task, build(task, guard.source, "guard"), seed) for seed in seeds)
    ]


def equivalents(task):
    """{change: why it changes nothing} as ``equivalents/lessonNN.py`` lists them; none where there is no such file."""
    return _listed(task, "EQUIVALENT")


def guarded(task):
    """{what is guarded, or how it reads with the guard: why that changes nothing}, as ``equivalents/lessonNN.py`` lists them."""
    return _listed(task, "GUARDED")


def _listed(task, name):
    module = f"equivalents.lesson{task.id[:2]}"
    if importlib.util.find_spec(module) is None:
        return {}
    return getattr(importlib.import_module(module), name, {}).get(task.id, {})
