"""A2: a learner's test must let right programs pass and catch wrong ones, whatever it raises."""

import csv
import sys

import nbformat
import pytest
import torch

from fusion_edu.__main__ import main
from fusion_edu.assignments import tests_notebook, under_test
from fusion_edu.assignments.a2 import COURSE, KINDS, RIGHT
from fusion_edu.autograder.check import check
from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.variants import build, single, source_of
from fusion_edu.tasks import TASKS

WRONG = [(of, name, program) for of, programs in KINDS.values() for name, program in programs.items()]
ids = [f"{of} {name}" for of, name, _ in WRONG]


@pytest.mark.parametrize(("of", "name", "program"), WRONG, ids=ids)
def test_a_wrong_program_is_the_one_of_the_catalogue(of, name, program):
    task = TASKS[of]
    known = single(task, task.mistake(name))
    with guarded():
        for case in task.cases(3):
            assert not differences(observe(known, case), observe(program, case)), case.name


@pytest.mark.parametrize(("of", "program"), [(of, program) for of, both in RIGHT.items() for program in both])
def test_a_right_program_keeps_its_promise(of, program):
    task = TASKS[of]
    with guarded():
        for case in task.cases(3):
            assert not differences(observe(task.reference, case), observe(program, case)), case.name


def test_every_program_has_one_place_and_a_name_that_says_nothing():
    used = [program.__name__ for *_, program in WRONG] + [
        program.__name__ for both in RIGHT.values() for program in both
    ]
    there = [name for name, value in vars(under_test).items() if callable(value)]
    assert sorted(used) == sorted(there)


@pytest.mark.parametrize("task", COURSE.tasks, ids=lambda task: task.title)
def test_the_good_test_catches_every_kind(task):
    copy = build(task, source_of(task.reference), "copy")
    assert all(check(COURSE, task.id, copy, seed=seed).points == task.points for seed in range(3))


def outcomes(test, *numbers):
    return [check(COURSE, f"A2.{number}", test, seed=1) for number in numbers]


def one_value(loss):
    assert abs(loss(torch.tensor([0.5, 0.8]), torch.tensor([1.0, 0.0])).item() - 0.0725) < 1e-6
    return "anything"


def test_one_value_catches_some_kinds_and_is_told_which_it_misses():
    found = outcomes(one_value, 1, 2, 3, 4, 5)
    assert [verdict.points for verdict in found] == [10, 0, 0, 10, 0]
    assert found[1].evidence.case == "a wrong program: the margin"
    assert outcomes(lambda loss: [loss], 2)[0].mistakes == ("lets it pass",)


def test_who_passes_all_or_fails_all_gets_nothing():
    def nothing_matters(loss):
        loss(torch.ones(2), torch.ones(2))

    def nothing_is_right(loss):
        raise ValueError

    assert {verdict.points for verdict in outcomes(nothing_matters, 1, 2, 3, 4, 5)} == {0}
    found = outcomes(nothing_is_right, 1)[0]
    assert found.points == 0
    assert "right program" in found.evidence.case


def test_too_strict_a_test_fails_a_right_program():
    def exact(loss):
        one_value(loss)
        assert loss(torch.tensor([0.3]), torch.tensor([1.0])).item() == 0.3**2 / 2  # float32 is not float64

    assert outcomes(exact, 1)[0].mistakes == ("fails the right one",)


def test_another_exception_counts_as_well():
    def by_backward(loss):
        d = torch.tensor([0.5], dtype=torch.float64, requires_grad=True)
        value = loss(d, torch.ones(1, dtype=torch.float64))
        value.backward()  # RuntimeError where it is detached
        if value.dtype != torch.float64:
            raise TypeError

    assert outcomes(by_backward, 5)[0].correct


def test_nothing_written_is_not_attempted():
    def empty(loss):
        raise NotImplementedError

    assert outcomes(empty, 1)[0].outcome == "not_attempted"


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="grade needs Linux")
def test_in_the_sandbox(tmp_path):
    """The good tests, nothing written, and a test that tries to look at who else is there."""
    (tmp_path / "class.csv").write_text("id\nada\nbob\n")
    made = ["--roster", str(tmp_path / "class.csv"), "--out", str(tmp_path / "in"), "--marks", str(tmp_path / "marks")]
    assert main(["assignment", "A2", *made]) == 0
    (tmp_path / "in/ada/A2.ipynb").write_bytes((tmp_path / "marks/solutions/A2.ipynb").read_bytes())
    spy = "def test_masked_mse(loss):\n    import fusion_edu.assignments.a2\n    assert loss in fusion_edu.assignments.a2.RIGHT['02.3']"
    book = tests_notebook.learner()
    next(
        cell for cell in book.cells if "test_masked_mse(loss)" in cell.source and cell.cell_type == "code"
    ).source = spy
    (tmp_path / "in/eve").mkdir()
    nbformat.write(book, tmp_path / "in/eve/A2.ipynb")
    assert main(["assignment", "A2", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "marks")]) == 0
    rows = csv.DictReader((tmp_path / "marks/learners.csv").read_text(encoding="utf-8-sig").splitlines())
    assert {row["id"]: row["points"] for row in rows} == {"ada": "80", "bob": "0", "eve": "0"}
