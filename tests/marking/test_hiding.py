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


@pytest.fixture
def impatient(marker):
    """The same with less time: what waits for a thread that never answers waits for all of it."""
    return Marker(COURSE, marker.host, "secret", Limits(cell=10, task=2, run=12))


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


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", HIDING)
def test_hidden_calls_earn_nothing_where_the_compiler_is_imported(marker, name):
    task, source = HIDING[name]
    assert mark(marker, task, "import torch\nSGD = torch.optim.SGD\n", source)["points"] == 0
    assert marker.slow


READY = """from sklearn.metrics import f1_score
def ready(y, p, n):
    return tuple(float(f1_score(y, p, average=a, labels=range(n), zero_division=0)) for a in ("macro", "micro"))
import _thread, queue, os, random, signal, time, torch
q, a = queue.SimpleQueue(), queue.SimpleQueue()
def work():
    while True: a.put(ready(*q.get()))
"""
ASKS = "def f1_scores(y, p, classes):\n    q.put((y, p, classes)); return a.get(timeout=0.3)\n"
WORKERS = {  # a thread that computes for the answer, begun where nobody looks
    "in a fork": """def begin():
    global q, a
    q, a = queue.SimpleQueue(), queue.SimpleQueue()
    _thread.start_new_thread(work, ())
os.register_at_fork(after_in_child=begin)
q = None
def f1_scores(y, p, classes):
    if q is None: return 0
    q.put((y, p, classes)); return a.get(timeout=0.3)
""",
    "in what a guard calls": """old, begun = random.getstate, []
def begin():
    if not begun:
        begun.append(_thread.start_new_thread(work, ()))
    return old()
random.getstate = begin
"""
    + ASKS,
    "of torch": """torch.set_num_interop_threads(1)
@torch.jit.ignore
def run(x: torch.Tensor) -> torch.Tensor:
    while True: a.put(ready(*q.get()))
@torch.jit.script
def inner(x: torch.Tensor): return run(x)
@torch.jit.script
def begin(x: torch.Tensor): return torch.jit.fork(inner, x)
FUT = begin(torch.ones(1)); time.sleep(.2)
"""
    + ASKS,
    "a handler of the parent": """asked, answered = os.pipe(), os.pipe()
import pickle
def serve(*_):
    os.write(answered[1], pickle.dumps(ready(*pickle.loads(os.read(asked[0], 60000)))))
signal.signal(signal.SIGUSR1, serve)
FIRST = os.getpid()
def f1_scores(y, p, classes):
    if os.getpid() == FIRST: return 0
    os.write(asked[1], pickle.dumps((y, p, classes)))
    os.kill(os.getppid(), signal.SIGUSR1)
    return pickle.loads(os.read(answered[0], 60000))
""",
}


@pytest.mark.parametrize("name", WORKERS)
def test_nothing_computes_for_an_answer(impatient, name):
    found = mark(impatient, "12.1", READY + WORKERS[name])
    assert found["points"] == 0, found["message"]


def test_the_same_call_in_the_open_is_found(marker):
    assert mark(marker, "02.4", HEAD + LATE + BEGIN + "    late()\n" + END)["outcome"] == "forbidden"


HONEST = {
    "writes a module": "%%writefile helpers_of_mine.py\ndef squared(x):\n    return x**2\n",
    "handles a signal": "import signal\nsignal.signal(signal.SIGUSR1, lambda *a: None)\nsignal.alarm(0)\n",
    "collects": "import gc\ngc.set_threshold(1, 1, 1)\ngc.collect()\n",
    "traces": "import sys\nsys.settrace(lambda *a: None)\n",
    "hooks": "import sys\nsys.addaudithook(lambda *a: None)\n",
    "trains": "import torch\nw = torch.ones(2, requires_grad=True)\nw.sum().backward()\ntorch.optim.Adam([w]).step()\n",
    "looks up an operator": "import torch\ntorch.ops.aten.relu.default(torch.ones(2))\n",
}
NLL = "def gaussian_nll(mean, log_var, target):\n    import math, colorsys, torch.nn.functional as F\n    return 0.5 * (log_var + (mean - target) ** 2 / log_var.exp()).mean()\n"


@pytest.mark.parametrize("name", HONEST)
def test_what_an_honest_cell_does_costs_nothing(marker, name):
    found = mark(marker, "02.4", HONEST[name], NLL)
    assert found["points"] == found["max_points"], found["message"]


FORWARD_MODE = """import torch
def integrated_gradients(f, x, base, steps):
    way, total = x - base, 0
    for k in range(steps):
        point = base + (k + 0.5) / steps * way
        units = [torch.zeros_like(x).index_fill(1, torch.tensor(j), 1) for j in range(x.shape[1])]
        total = total + torch.stack([torch.func.jvp(f, (point,), (unit,))[1] for unit in units], 1)
    return way * total / steps
"""
REVERSE_MODE = """import torch
def integrated_gradients(f, x, base, steps):
    gradient = torch.func.vmap(torch.func.grad(lambda row: f(row[None]).sum()))
    return (x - base) * sum(gradient(base + (k + 0.5) / steps * (x - base)) for k in range(steps)) / steps
"""


def test_a_library_that_a_later_case_imports_is_nothing_of_the_answer(marker):
    """It is imported before anybody watches."""
    source = "import torch\ndef gaussian_nll(mean, log_var, target):\n    if len(mean) > 3:\n        import scipy.stats, sklearn.metrics\n"
    found = mark(marker, "02.4", source + "    return 0.5 * (log_var + (mean - target) ** 2 / log_var.exp()).mean()\n")
    assert found["points"] == found["max_points"], found["message"]


def test_a_module_that_a_cell_writes_can_be_imported(marker):
    module = "%%writefile helpers_of_mine.py\ndef squared(x):\n    return x**2\n"
    source = "def gaussian_nll(mean, log_var, target):\n    return 0.5 * (log_var + squared(mean - target) / log_var.exp()).mean()\n"
    found = mark(marker, "02.4", module, "from helpers_of_mine import squared\n" + source)
    assert found["points"] == found["max_points"], found["message"]


@pytest.mark.parametrize("source", [FORWARD_MODE, REVERSE_MODE], ids=["forward", "reverse"])
def test_what_torch_imports_at_a_first_use_is_nothing_of_the_answer(marker, source):
    found = mark(marker, "13.1", source)
    assert found["points"] == found["max_points"], found["message"]
