"""Where the cell of an answer fails before there is a function, the learner reads why; it is no answer that was not tried."""

import dataclasses

import pytest
from attacks import RIGHT
from classroom import cell, notebook

from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.tasks import COURSE

STUB = "def triplet_loss(d_pos, d_neg, margin=0.2):\n    raise NotImplementedError\n"
UNCLOSED = "def triplet_loss(d_pos, d_neg, margin=0.2):\n    return (1\n"
BY_ID = "answer-04-3"


@pytest.fixture(scope="module")
def host(confined):
    made = Host(COURSE, "namespaces")
    yield made
    made.close()


def marked(host, *content, course=COURSE, run=20) -> dict:
    """The mark of 04.3, in a notebook whose first cell imports torch."""
    limits = Limits(cell=1, task=2, run=run)
    result = Marker(course, host, "secret", limits).mark(notebook([cell("import torch"), *content]), "x.ipynb", "x")
    assert result["lesson"] == "04"
    return next(mark for mark in result["marks"] if mark["task"] == "04.3")


@pytest.mark.parametrize(
    ("content", "outcome", "message"),
    [
        ([cell(UNCLOSED, BY_ID)], "raised", "Code cell 2: line 2 is no Python: '(' was never closed"),
        ([cell(RIGHT + "print(\n", BY_ID)], "raised", "is no Python: '(' was never closed"),
        ([cell("dfe triplet_loss(a):\n    return 1", BY_ID)], "raised", "Code cell 2: line 1 is no Python"),
        ([cell(STUB, BY_ID), cell(UNCLOSED)], "raised", "Code cell 3: line 2 is no Python"),
        ([cell("def triplet_loss(a, m=nowhere):\n    return 1", BY_ID)], "raised", "line 1: NameError: name 'nowhere'"),
        ([cell("while True:\n    pass\ntriplet_loss = max(abs, len)", BY_ID)], "timed_out", "did not finish"),
    ],
    ids=["unclosed", "right, then a slip", "no def", "beside the stub", "a default that fails", "endless"],
)
def test_what_became_of_the_cell_is_said(host, content, outcome, message):
    mark = marked(host, *content)
    assert (mark["outcome"], mark["points"]) == (outcome, 0)
    assert message in mark["message"]


@pytest.mark.parametrize(
    "content",
    [
        [cell(STUB, BY_ID)],
        [cell(STUB + "triplet_loss(1, 2)\n", BY_ID)],
        [cell("# later", BY_ID)],
    ],
    ids=["as handed out", "the stub was called", "emptied"],
)
def test_what_was_not_tried_stays_so(host, content):
    assert marked(host, *content)["outcome"] == "not_attempted"


def test_a_right_answer_beside_a_broken_cell_counts(host):
    assert marked(host, cell(RIGHT), cell(UNCLOSED, BY_ID))["outcome"] == "correct"


def test_what_was_not_reached_is_no_function_that_is_missing(host):
    slow = [cell(f"x{i} = {i}\nimport time\ntime.sleep(0.9)") for i in range(4)]
    mark = marked(host, *slow, cell(RIGHT, BY_ID), run=2)
    assert mark["outcome"] in ("correct", "timed_out"), mark  # the quick pass may be through in time
    assert "no function" not in mark["message"]


def test_a_package_that_is_not_there_costs_its_own_answer_alone(host):
    course = dataclasses.replace(COURSE, slow=("nowhere_to_be_found",))
    content = cell("import nowhere_to_be_found"), cell(RIGHT, BY_ID)
    assert marked(host, *content, course=course)["outcome"] in ("correct", "raised")


REBOUND = [
    [cell(RIGHT, BY_ID), cell("triplet_loss = triplet_loss(torch.ones(2), torch.ones(2)).item()")],
    [cell(RIGHT, BY_ID), cell("for triplet_loss in [1.0, 2.0]:\n    pass"), cell("triplet_loss = 3")],
]


@pytest.mark.parametrize("content", REBOUND, ids=["by its result", "twice"])
def test_a_name_that_is_given_to_something_else_later_costs_nothing(host, content):
    assert marked(host, *content)["outcome"] == "correct"


FUTURE = "from __future__ import annotations"
HINTED = RIGHT.replace("(d_pos, d_neg", "(d_pos: Tensor, d_neg: Tensor")
AWAITED = "async def get():\n    return 1\nONE = await get()"
SLASH = RIGHT.replace("):\n", "):\n    sep = '\\\\'\n    said = f'{d_pos.shape}{sep}{d_neg.shape}'\n", 1)
SCALED = RIGHT.replace(".mean()", ".mean() * SCALE[0]")
HELPED = RIGHT.replace(".mean()", ".mean() * one()")
BLANK = "x = {'a\u00a0b': 'c'}\nprint(f\"{x['a\u00a0b']}\".upper())"


@pytest.mark.parametrize(
    "content",
    [
        [cell(FUTURE), cell(HINTED, BY_ID)],
        [cell(AWAITED), cell(RIGHT, BY_ID)],
        [cell(SLASH, BY_ID)],
        [cell(BLANK), cell(RIGHT, BY_ID)],
        [cell("a" * 2000 + " b?"), cell(RIGHT, BY_ID)],
        [cell("# " + "why " * 100 + "?\n" + RIGHT, BY_ID)],
        [cell("%time SCALE = (1, 1)\n%time torch.ones(3)"), cell(SCALED, BY_ID)],
        [cell(RIGHT + "import time\ntime.sleep(3)", BY_ID)],
        [cell("import torch, tqdm as bars\nSCALE = [1]\nimport time; time.sleep(3)"), cell(SCALED, BY_ID)],
        [cell("def one():\n    return 2"), cell(HELPED, BY_ID), cell("def one():\n    return 1")],
    ],
    ids=[
        "a future import of an earlier cell",
        "await",
        "a backslash in an f-string",
        "a no-break space",
        "long help",
        "a long question in a comment",
        "a timed assignment",
        "a slow demonstration behind it",
        "a slow demonstration beside a constant",
        "a helper that is mended later",
    ],
)
def test_what_jupyter_runs_costs_no_mark(host, content):
    assert marked(host, *content)["outcome"] == "correct"
