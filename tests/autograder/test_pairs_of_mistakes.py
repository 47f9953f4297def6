"""Every two mistakes of a task are told apart; two at once are named."""

import itertools

import pytest

from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.diagnose import diagnose, run
from fusion_edu.autograder.observe import guarded
from fusion_edu.autograder.variants import pairs, single
from fusion_edu.checks import TASKS, check

# Pairs whose two edits compose; those that behave as one mistake alone (one hides the other); those that behave as another pair
# (most are the same program: where no label is used, no quantile matters, or an end of the grid always wins).
PAIRS = {
    "00.1": (13, 0, 0),
    "00.2": (30, 2, 0),
    "00.3": (19, 0, 0),
    "01.1": (30, 6, 0),
    "01.2": (18, 1, 0),
    "01.3": (31, 5, 0),
    "01.4": (10, 6, 0),
    "02.1": (34, 0, 0),
    "02.2": (19, 0, 0),
    "02.3": (23, 2, 2),
    "02.4": (40, 0, 0),
    "03.1": (28, 8, 0),
    "03.2": (53, 2, 0),
    "03.3": (27, 1, 0),
    "03.4": (23, 5, 0),
    "04.1": (39, 9, 0),
    "04.2": (58, 0, 0),
    "04.3": (32, 0, 0),
    "04.4": (19, 0, 0),
    "04.5": (34, 0, 0),
    "05.1": (41, 7, 0),
    "05.2": (20, 2, 0),
    "05.3": (40, 0, 0),
    "05.4": (46, 1, 0),
    "05.5": (37, 5, 0),
    "06.1": (3, 3, 0),
    "06.2": (34, 4, 0),
    "06.3": (27, 6, 0),
    "06.4": (8, 0, 0),
    "07.1": (52, 0, 0),
    "07.2": (18, 0, 0),
    "07.3": (17, 2, 0),
    "08.1": (48, 6, 0),
    "08.2": (31, 0, 0),
    "08.3": (22, 4, 0),
    "08.4": (29, 4, 0),
    "09.1": (50, 3, 0),
    "09.2": (25, 1, 0),
    "09.3": (23, 2, 0),
    "09.4": (32, 4, 0),
    "09.5": (17, 0, 0),
    "09.6": (13, 3, 0),
    "12.1": (26, 1, 0),
    "12.2": (47, 9, 0),
    "12.3": (28, 3, 3),
    "12.4": (36, 8, 0),
    "12.5": (41, 4, 7),
    "14.1": (13, 0, 0),
    "14.2": (5, 4, 0),
    "14.3": (11, 0, 0),
    "15.1": (13, 2, 0),
    "15.2": (20, 3, 0),
    "15.3": (39, 1, 0),
    "15.4": (17, 4, 4),
    "18.1": (18, 9, 0),
    "18.2": (6, 1, 0),
    "18.3": (36, 2, 0),
}

# Pairs that differ from one of their mistakes by no more than rounding, in a gradient that is 0: the processor decides.
ROUNDING = {("06.3", one, "over batch") for one in ("one prior", "all priors", "prior added")}


def same(task, one, two):
    return not any(differences(a, b, atol=task.atol) for a, b in zip(one, two, strict=True))


@pytest.fixture(scope="module")
def behaviour():
    """(singles, pairs) of a task: what each wrong version does on the cases of seed 0, computed once."""
    known = {}

    def of(task):
        if task.id not in known:
            with guarded():
                inputs = task.cases(0)
                right = run(task, task.reference, inputs)
                singles = {(m.id,): run(task, single(task, m), inputs) for m in task.mistakes}
                both = {(one.id, two.id): run(task, version, inputs) for one, two, version in pairs(task)}
            known[task.id] = right, singles, both
        return known[task.id]

    return of


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_no_two_mistakes_behave_alike(task, behaviour):
    right, singles, _ = behaviour(task)
    for one, two in itertools.combinations([right, *singles.values()], 2):
        assert not same(task, one, two)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_pairs_are_told_apart(task, behaviour):
    """A pair is named as itself unless one of its mistakes hides the other; those that do not look alike are counted above."""
    right, singles, both = behaviour(task)
    both = {ids: outcome for ids, outcome in both.items() if (task.id, *ids) not in ROUNDING}
    hidden = {ids for ids, outcome in both.items() if any(same(task, outcome, alone) for alone in singles.values())}
    rest = {ids: outcome for ids, outcome in both.items() if ids not in hidden}
    twins = {
        ids for one, two in itertools.combinations(rest, 2) if same(task, rest[one], rest[two]) for ids in (one, two)
    }
    assert not any(same(task, right, outcome) for outcome in both.values())
    assert (len(both), len(hidden), len(twins)) == PAIRS[task.id]
    inputs = task.cases(0)
    for ids, outcome in both.items():
        with guarded():
            found = tuple(mistake.id for mistake in diagnose(task, inputs, right, outcome).mistakes)
        if ids in hidden:
            assert len(found) == 1
        elif ids not in twins:
            assert found == ids


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_report_names_both(task, behaviour):
    _, singles, both = behaviour(task)
    for one, two, version in pairs(task)[-3:]:
        if not any(same(task, both[one.id, two.id], alone) for alone in singles.values()):
            message = check(task.id, version, seed=0, record=False).message
            assert message.startswith("Two mistakes at once.")
            assert len(message.splitlines()) == 3
