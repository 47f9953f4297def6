"""What may not be called is found by every route, and no right answer is taken for it."""

import contextlib
import importlib
import inspect
import sys

import pytest
from routes import HEAD, MORE, ROUTES

from fusion_edu.autograder import check as autograder
from fusion_edu.autograder import execute, forbidden, record
from fusion_edu.autograder.observe import observe
from fusion_edu.tasks import COURSE, TASKS


def outcome(task: str, source: str) -> str:
    scope = execute.module("routes_answer")
    assert not execute.run(source, "<answer>", scope)
    return autograder.check(COURSE, task, scope[TASKS[task].name], seed=1, seconds=60).outcome


@pytest.mark.sample(40)
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_found_by_every_route(route):
    assert outcome(route[0], ROUTES[route]) == "forbidden"


@pytest.mark.sample(10)
@pytest.mark.parametrize("route", MORE, ids=" ".join)
def test_found_by_other_names(route):
    assert outcome(route[0], HEAD + MORE[route]) == "forbidden"


def test_simple_operations_are_allowed():
    source = "def mse_loss(pred, target, reduction='mean'):\n    if pred.shape != target.shape:\n        raise ValueError('shape')\n"
    source += "    e = (pred - target) ** 2\n    return e if reduction == 'none' else e.sum() if reduction == 'sum' else e.mean()\n"
    assert outcome("02.1", source) == "correct"


def test_every_forbidden_name_of_torch_has_a_route():
    names = {name.rpartition(".")[2] for task in TASKS.values() for name in task.forbidden if name.startswith("torch.")}
    tried = " ".join([*ROUTES.values(), *MORE.values()])
    assert not [name for name in names - {"multi_head_attention_forward", "special_softmax"} if name not in tried]


def _runs_as(name: str) -> tuple[str, str] | None:
    """Module and name under which Python runs a function; None where it is a package, no Python, or not here."""
    package, _, last = name.rpartition(".")
    with contextlib.suppress(ImportError):
        found = getattr(importlib.import_module(package or last), last, None)
        found = getattr(found, "forward", inspect.unwrap(found) if callable(found) else found)
        if inspect.isfunction(found):
            return found.__globals__["__name__"], found.__code__.co_qualname
    return None


def test_a_forbidden_name_is_found_under_the_one_by_which_python_runs_it():
    names = {name: task for task in TASKS.values() for name in task.forbidden if not name.startswith("fusion_edu")}
    runs = {name: call for name in names if (call := _runs_as(name))}
    assert {"numpy.trapezoid", "scipy.stats.entropy", "torch.nn.MultiheadAttention"} <= runs.keys()
    missed = [name for name, call in runs.items() if not forbidden.banned(COURSE, names[name], [call])]
    assert not missed


def test_operators_are_seen_in_this_torch():
    with record.calls(operators=True) as called:
        TASKS["02.1"].reference(*TASKS["02.1"].named[0].args)
    assert any(module == "aten" for module, _ in called)


def test_the_profile_functions_are_as_before():
    def own(*event):
        return None

    sys.setprofile(own)
    try:
        with record.calls(operators=True):
            pass
        assert sys.getprofile() is own
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("task", [task.id for task in COURSE.tasks if task.forbidden])
def test_no_reference_is_forbidden(task):
    with record.calls(operators=True) as called:
        for case in TASKS[task].cases(3):
            observe(TASKS[task].reference, case)
    assert not forbidden.banned(COURSE, TASKS[task], called)
    assert not forbidden.hidden(TASKS[task], called)


def test_a_recording_in_a_recording_gives_way():
    with record.calls(operators=True) as outer, record.calls(operators=True) as inner:
        TASKS["02.1"].reference(*TASKS["02.1"].named[0].args)
    assert any(module == "aten" for module, _ in outer)
    assert inner
