"""No verdict and no name hangs on the seed: what the named cases leave open, every seed decides in the same way.

A sample of seeds in the suite; ``FUSION_EDU_SEEDS=50`` tries so many.
"""

import itertools
import os

import pytest
from agree import agrees, agrees_on, expected, named
from guard import guards
from mutate import mutants
from test_right_answers import RIGHT

from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.diagnose import run
from fusion_edu.autograder.observe import guarded
from fusion_edu.autograder.variants import build, single, source_of
from fusion_edu.tasks import TASKS

SEEDS = range(100, 100 + int(os.environ.get("FUSION_EDU_SEEDS", "2")))


def unsteady(task, answer):
    """The seeds that accept it, where not all of them agree."""
    if not agrees_on(task, answer, *named(task)):
        return []
    verdicts = {seed: agrees(task, answer, seed) for seed in SEEDS}
    accepted = [seed for seed, verdict in verdicts.items() if verdict]
    return [] if len(accepted) in (0, len(SEEDS)) else accepted


@pytest.mark.sample(17)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_verdict_is_the_same_for_every_seed(task):
    source = source_of(task.reference)
    changed = [*mutants(source), *(guard.source for guard in guards(source))]
    found = {text: unsteady(task, build(task, text, "change")) for text in changed}
    assert not {text: seeds for text, seeds in found.items() if seeds}


@pytest.mark.thorough
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_right_answers_are_right_for_every_seed(task):
    for answer in [task.reference, *RIGHT[task.id]]:
        assert [seed for seed in SEEDS if not agrees(task, answer, seed)] == []


@pytest.mark.thorough
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_name_is_the_same_for_every_seed(task):
    """No mistake does the same as another, or as the right answer, on all cases of a seed."""
    versions = {"none": task.reference} | {mistake.id: single(task, mistake) for mistake in task.mistakes}
    outcomes = {name: {None: _run(task, version, task.named)} for name, version in versions.items()}

    def outcome(name, seed):
        if seed not in outcomes[name]:
            outcomes[name][seed] = _run(task, versions[name], expected(task, seed)[0][len(task.named) :])
        return outcomes[name][seed]

    for one, two in itertools.combinations(versions, 2):
        if not _same(task, outcome(one, None), outcome(two, None)):
            continue
        assert [seed for seed in SEEDS if _same(task, outcome(one, seed), outcome(two, seed))] == [], (one, two)


def _run(task, version, cases):
    with guarded():
        return run(task, version, list(cases))


def _same(task, one, two):
    return not any(differences(a, b, atol=task.atol) for a, b in zip(one, two, strict=True))
