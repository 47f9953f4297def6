"""A ready-made function that runs where nobody looks earns nothing, and what homework does stays as quick and as right as it was."""

import pytest
from classroom import cell, notebook
from hiding import BEGIN, END, HEAD, HIDING, LATE

from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.tasks import COURSE


@pytest.fixture(scope="module")
def marker(confined):
    made = Marker(COURSE, Host(COURSE, "namespaces"), "secret", Limits(cell=10, task=10, run=40))
    yield made
    made.close()


def mark(marker, task: str, *sources: str) -> dict:
    result = marker.mark(notebook([cell(source) for source in sources]), "x.ipynb", "x")
    return next(mark for mark in result["marks"] if mark["task"] == task)


@pytest.mark.sample(12)
@pytest.mark.parametrize("name", HIDING)
def test_hidden_calls_earn_nothing(marker, name):
    task, source = HIDING[name]
    found = mark(marker, task, source)
    assert found["points"] == 0, found["message"]
    assert found["outcome"] != "not_attempted", found["message"]


def test_the_same_call_in_the_open_is_found(marker):
    assert mark(marker, "02.4", HEAD + LATE + BEGIN + "    late()\n" + END)["outcome"] == "forbidden"


HONEST = {
    "handles a signal": "import signal\nsignal.signal(signal.SIGUSR1, lambda *a: None)\nsignal.alarm(0)\n",
    "collects": "import gc\ngc.set_threshold(1, 1, 1)\ngc.collect()\n",
    "traces": "import sys\nsys.settrace(lambda *a: None)\n",
    "hooks": "import sys\nsys.addaudithook(lambda *a: None)\n",
    "looks up an operator": "import torch\ntorch.ops.aten.relu.default(torch.ones(2))\n",
}
NLL = "def gaussian_nll(mean, log_var, target):\n    import math, colorsys, torch.nn.functional as F\n    return 0.5 * (log_var + (mean - target) ** 2 / log_var.exp()).mean()\n"


@pytest.mark.parametrize("name", HONEST)
def test_what_an_honest_cell_does_costs_nothing(marker, name):
    found = mark(marker, "02.4", HONEST[name], NLL)
    assert found["points"] == found["max_points"], found["message"]
