"""``--own-cases``: each learner's hidden inputs follow from name and secret, wherever and in whatever order they are marked."""

import re
import subprocess
import sys

import pytest
from attacks import RIGHT
from classroom import cells as notebook_cells
from classroom import notebook

from fusion_edu.__main__ import main
from fusion_edu.autograder import formatting
from fusion_edu.autograder.marking.batch import Settings, run
from fusion_edu.autograder.marking.submissions import Submission
from fusion_edu.autograder.marking.variant import variant
from fusion_edu.checks import TASKS
from fusion_edu.tasks import COURSE

WRONG = RIGHT.replace(".mean()", ".sum() * 1.5")  # no mistake of the catalogue: its report shows one of the inputs
LEARNERS = [f"learner{n}" for n in range(3)]


def shown(learners, **how):
    """What each learner's page shows: outcome, input and what came out of it."""
    data = notebook(notebook_cells(WRONG))
    found = {}
    for batch, results in run(
        [Submission(who, "x.ipynb", data) for who in learners], Settings(COURSE.where, "s", own_cases=True), **how
    ):
        for submission, result in zip(batch, results, strict=True):
            found[submission.learner] = [{**mark} for mark in result["marks"]]
    return found


@pytest.mark.thorough
def test_the_same_on_any_worker_and_in_any_order(confined):
    one = shown(LEARNERS)
    assert shown(LEARNERS[::-1], workers=2) == one
    assert shown(LEARNERS[1:2]) == {LEARNERS[1]: one[LEARNERS[1]]}


@pytest.mark.sample(20)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_inputs_of_two_learners_differ_and_nothing_else_does(task):
    ada, again, bo, other = (
        [line for line in variant(COURSE, secret, who, task.id[:2]) if line.startswith(("  ", task.id))]
        for secret, who in (("s", "ada"), ("s", "ada"), ("s", "bo"), ("t", "ada"))
    )
    assert ada == again
    assert ada != bo
    assert ada != other
    assert len(ada) == len(bo) == len(other)


def test_a_variant_in_a_process_of_its_own_is_the_same(tmp_path):
    command = [sys.executable, "-m", "fusion_edu", "grade", str(tmp_path), "--out", str(tmp_path)]
    command += ["--seed", "s", "--variant", "ada", "--lesson", "04"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == list(variant(COURSE, "s", "ada", "04"))


def test_its_seed_makes_the_same_inputs_in_a_check():
    """A teacher repeats in a notebook what a learner met."""
    head, *drawn = list(variant(COURSE, "s", "ada", "04"))[:8]
    task = TASKS["04.1"]
    seed = int(re.search(r"seed=(\d+)", head)[1])
    for case in task.cases(seed)[len(task.named) :][:5]:
        assert any(formatting.call_text(task, case) in line for line in drawn)


def test_the_secret_of_an_earlier_run_is_found(confined, tmp_path, capsys):
    own = tmp_path / "in"
    own.mkdir()
    (own / "ada.ipynb").write_bytes(notebook(notebook_cells(RIGHT)))
    arguments = ["grade", str(own), "--out", str(tmp_path / "out"), "--own-cases"]
    assert main([*arguments, "--variant", "ada"]) == 2
    assert "keeps no secret" in capsys.readouterr().err
    assert main(arguments) == 0
    capsys.readouterr()
    assert main([*arguments, "--variant", "ada", "--lesson", "04"]) == 0
    assert "contrastive_loss(d=" in capsys.readouterr().out
    assert main([*arguments, "--variant", "nobody", "--lesson", "04"]) == 2
    assert "nobody is no learner" in capsys.readouterr().err
    assert main([*arguments, "--variant", "ada", "--lesson", "99"]) == 2


def test_inputs_that_nobody_met_are_not_shown(confined, tmp_path, capsys):
    own = tmp_path / "in"
    own.mkdir()
    (own / "ada.ipynb").write_bytes(b"")
    arguments = ["grade", str(own), "--out", str(tmp_path / "out"), "--lesson", "04"]
    assert main(arguments) == 0
    capsys.readouterr()
    for more in ([], ["--seed", "s"]):
        assert main([*arguments, "--variant", "ada", *more]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "ada was marked without --own-cases" in said.err
