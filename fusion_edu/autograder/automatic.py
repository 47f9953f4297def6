"""Mistakes that no catalogue needs to list: the reference with something else going in, coming out, or in one small place of it.

Each one is a version that can be run, like a catalogued mistake, so that its sentence is only said where it is true: where it does
what the answer did on every case.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from fusion_edu.autograder.changed_inputs import of_inputs
from fusion_edu.autograder.changed_outputs import of_outputs
from fusion_edu.autograder.slips import slips
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import Version, build, single, source_of

PLAINEST = (
    "sign flipped", "per cent", "transposed", "axis too many", "squeezed", "squeezed in front", "float32", "detached", "as floats", "inverted",
    "ignored", "swapped", "rounded to 2 decimals", "last row", "first row", "sorted down", "NumPy",
)  # fmt: skip


@cache
def automatic(task: Task) -> tuple[tuple[Mistake, Callable[..., Any]], ...]:
    """All of them for one task: a mistake with its sentence, and the version that makes it."""
    found = [*of_inputs(task, task.reference), *of_outputs(task, task.reference), *_of_source(task)]
    return tuple((Mistake(name, function, sentence, name), function) for name, sentence, function in found)


@cache
def besides(task: Task) -> tuple[tuple[Mistake, Mistake, Callable[..., Any]], ...]:
    """Each catalogued mistake together with one of the plainest of these."""
    found = []
    for mistake in task.mistakes:
        version = single(task, mistake)
        for name, sentence, function in [*of_inputs(task, version), *of_outputs(task, version)]:
            if name.endswith(PLAINEST):
                found.append((mistake, Mistake(name, function, _beside(sentence), name), function))
    return tuple(found)


def _beside(sentence: str) -> str:
    """The sentence of a change, as it reads beside another mistake."""
    if "in value, but no gradient" in sentence:
        which = (
            f"to what your {sentence.split()[1]} output depends on"
            if sentence.startswith("Your ") and "output" in sentence
            else "back"
        )
        return f"No gradient flows {which}: {sentence.split(': ', 1)[1]}"
    for head, instead in (
        ("Your answer is ours ", "The result comes out "),
        ("Your answer is what a right one gives in float32", "The result comes out in float32"),
        ("Your answer is what a right one gives whose gradient does not reach", "The gradient does not reach"),
        ("Your answer is what a right one gives ", "The result is what one gets "),
    ):
        if sentence.startswith(head):
            return instead + sentence.removeprefix(head)
    return sentence.replace(" is ours ", " comes out ").replace("; the others are right", "")


def _of_source(task: Task) -> Iterator[Version]:
    for name, words, source in slips(source_of(task.reference)):
        try:
            yield name, words, build(task, source, name)
        except (SyntaxError, ValueError):
            continue
