"""Outcomes other than right and wrong, and what a check leaves untouched."""

import contextlib
import random
import time

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fusion_edu import evaluate
from fusion_edu.autograder import limit
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.compare import node_differences
from fusion_edu.autograder.devices import advice
from fusion_edu.autograder.diagnose import run
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.outcome import Array, pack_outcome, unpack_outcome
from fusion_edu.checks import TASKS, broken, check, task


def right(d, y, margin=1.0):
    return 0.5 * torch.where(y.bool(), d**2, torch.relu(margin - d) ** 2).mean()


def look(answer, task="04.2", **options):
    return check(task, answer, record=False, **{"seed": 0} | options)


def stub_pass(d, y, margin=1.0):
    """With a docstring."""
    pass


def stub_dots(d, y, margin=1.0): ...


def stub_raises(d, y, margin=1.0):
    raise NotImplementedError("write me")


def stub_nbgrader(d, y, margin=1.0):
    # YOUR CODE HERE
    raise NotImplementedError()


def stub_returns_dots(d, y, margin=1.0):
    return ...


@pytest.mark.parametrize("stub", [stub_pass, stub_dots, stub_raises, stub_nbgrader, stub_returns_dots, None, ...])
def test_a_stub_is_not_attempted(stub):
    report = look(stub)
    assert report.outcome == "not_attempted"
    assert report.points == 0
    assert "contrastive_loss(d, y, margin=1.0)" in report.message


def test_a_missing_return_is_wrong_not_a_stub():
    def forgot(d, y, margin=1.0):
        d * y  # noqa: B018

    report = look(forgot)
    assert report.outcome == "incorrect"
    assert "is the return missing?" in report.message


def test_a_result_handed_over_instead_of_the_function():
    report = look(right(torch.ones(2), torch.ones(2)))
    assert report.outcome == "incorrect"
    assert "check('04.2', contrastive_loss)" in report.message


def test_an_error_shows_the_learners_own_line():
    def raises(d, y, margin=1.0):
        helper = d[None]
        return torch.cat([helper, y.double()[:, None, None]])  # the line at fault

    report = look(raises)
    assert report.outcome == "raised"
    assert "RuntimeError" in report.message
    assert "the line at fault" in report.message
    assert "The task calls contrastive_loss(d=" in report.message


def test_a_wrong_number_of_arguments():
    report = look(lambda d: d.mean())
    assert report.outcome == "raised"
    assert "positional argument" in report.message


def test_exit_is_an_error():
    report = look(lambda d, y, margin=1.0: exit())
    assert report.outcome == "raised"


@pytest.mark.parametrize(
    ("task_id", "answer", "name"),
    [
        ("02.1", lambda p, t, r="mean": torch.nn.functional.mse_loss(p, t, reduction=r), "mse_loss"),
        ("02.1", lambda p, t, r="mean": torch.nn.MSELoss(reduction=r)(p, t), "mse_loss"),
        ("02.2", lambda p, t, d=1.0: torch.nn.functional.huber_loss(p, t, delta=d), "huber_loss"),
        ("03.1", lambda x: torch.softmax(x, 1), "softmax"),
        ("03.1", lambda x: x.softmax(1), "softmax"),
        ("03.1", lambda x: torch.nn.Softmax(1)(x), "softmax"),
        ("03.2", lambda x, t: torch.nn.CrossEntropyLoss()(x, t), "cross_entropy"),
        ("04.2", lambda d, y, m=1.0: TASKS["04.2"].reference(d, y, m), "fusion_edu.tasks"),
        ("12.2", lambda p, y, bins=10: evaluate.ece(p, y, bins=bins), "fusion_edu.evaluate"),
        ("12.1", lambda y, p, c: (evaluate.f1(p, y), evaluate.accuracy(p, y)), "fusion_edu.evaluate"),
    ],
)
def test_the_ready_made_answer_is_forbidden(task_id, answer, name):
    report = look(answer, task_id, seconds=60.0)  # scikit-learn underneath: a second, more on a busy machine
    assert report.outcome == "forbidden"
    assert name in report.message


def test_an_endless_loop_is_stopped_and_the_old_alarm_stays():
    def endless(d, y, margin=1.0):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    begin = time.monotonic()
    report = look(endless, seconds=0.3)
    assert report.outcome == "timed_out"
    assert "was stopped after" in report.message
    assert time.monotonic() - begin < 5
    with limit.seconds(5) as holds:
        assert holds


def test_the_callers_state_stays_as_it_was():
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            assert look(right).correct
            assert not torch.is_grad_enabled()
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert look(broken("00.2", "global seed"), "00.2").mistakes == ("global seed",)
    assert torch.equal(states[0], torch.get_rng_state())
    assert (states[1] == np.random.get_state()[1]).all()  # noqa: NPY002
    assert states[2] == random.getstate()


def test_prints_are_kept_out_and_shown(capsys):
    def chatty(d, y, margin=1.0):
        print("looking at", len(d))
        return right(d, y, margin)

    report = look(chatty)
    assert report.correct
    assert "looking at 1" in str(look(lambda d, y, margin=1.0: 3 * chatty(d, y, margin)))
    assert capsys.readouterr().out == ""
    assert "looking at 1" in str(report)


def test_the_same_seed_gives_the_same_report():
    one, two = (look(broken("04.2", "sum"), seed=7) for _ in range(2))
    assert str(one) == str(two)
    first, second = task("04.2").cases(7), task("04.2").cases(8)
    assert [c.name for c in first] == [c.name for c in second]
    assert not torch.equal(first[-2].args[0], second[-2].args[0])


def test_a_known_mistake_and_a_side_effect():
    """All values of a known mistake, and a side effect that it does not have."""

    def half_and_overwrites(d, y, margin=1.0):
        loss = 2 * right(d, y, margin)
        y.zero_()
        return loss

    report = look(half_and_overwrites)
    assert report.mistakes == ("no half", "overwrites `y`")
    assert report.points == 0
    assert "Second: Your function overwrote `y`" in report.message


@pytest.mark.parametrize(
    ("task_id", "answer", "words"),
    [
        ("04.2", lambda d, y, m=1.0: 3 * right(d, y, m), "3 times ours"),
        ("04.2", lambda d, y, m=1.0: right(d, y, m) + 0.25, "plus 0.25"),
        ("00.1", lambda a, b: (b[:, None] - a[None]).abs().pow(3).sum(-1), "value is another"),
        ("00.1", lambda a, b: ((a[:, None] - b[None]) ** 2).sum(-1)[:, :1], "shape should be"),
        ("03.2", lambda x, t: -x.log_softmax(1)[range(len(t)), t].mean() * torch.ones(1)[0] * float("nan"), "NaN"),
    ],
)
def test_an_unknown_mistake_is_described(task_id, answer, words):
    report = look(answer, task_id)
    assert report.outcome == "incorrect"
    assert report.mistakes == ()
    assert words in report.message, report.message


@pytest.mark.parametrize(
    ("answer", "mistake", "words", "points"),
    [
        (lambda d, y, m=1.0: -right(d, y, m), "output sign flipped", "with the sign flipped", 0),
        (lambda d, y, m=1.0: right(d, y, m).reshape(1), "output axis too many", "with an axis of length 1 at the end", 0),
        (lambda d, y, m=1.0: right(d, y, m).double(), "output float64", "in float64", 12),
        (lambda d, y, m=1.0: right(d, y, m**2), "margin squared", "for the square of `margin`", 0),
        (lambda d, y, m=1.0: right(d, y, m) + 0 * d.sum() + d.sum() - d.sum().detach(), "gradient of `d`", "the gradient to `d`", 12),
        (lambda d, y, m=1.0: _overwrites(d, y, m), "overwrites `d`", "overwrote `d`", 12),
    ],
)  # fmt: skip
def test_a_mistake_that_no_catalogue_lists_is_named(answer, mistake, words, points):
    report = look(answer)
    assert report.mistakes == (mistake,)
    assert words in report.message
    assert report.points == points


@pytest.mark.parametrize(
    ("of_micro", "second", "ids"),
    [
        (lambda x: x * x, "Your second output (of 2) is ours squared", ("weighted", "output 2 squared")),
        (lambda x: 0.9 * x + 0.01, "Your second output is wrong, too.", ("weighted",)),
    ],
)
def test_each_of_several_wrong_outputs_is_told_by_itself(of_micro, second, ids):
    weighted = broken("12.1", "weighted")

    def answer(*args):
        macro, micro = weighted(*args)
        return macro, of_micro(micro)

    report = look(answer, "12.1")
    assert (report.outcome, report.mistakes) == ("incorrect", ids)
    one, two = report.message.splitlines()
    assert one.startswith("Your first output (of 2): You weighted the classes")
    assert two.startswith(second)


def test_an_error_says_in_which_cases_alone_it_comes():
    def answer(labels):
        if (labels < 0).any():
            raise KeyError("negative")
        i, j = torch.triu_indices(len(labels), len(labels), 1)
        return i, j, (labels[i] == labels[j]).long()

    report = look(answer, "04.4")
    assert (report.outcome, report.seen) == ("raised", ("where",))
    assert "it is wrong only in “large and negative”" in report.message


def _overwrites(d, y, margin):
    loss = right(d, y, margin)
    if not d.requires_grad:
        d.mul_(2)
    return loss


def test_a_named_mistake_that_leaves_the_values_right_gets_60_percent():
    assert look(broken("04.2", "detached")).points == 12
    assert look(broken("04.1", "sqrt nan"), "04.1").points == 0  # its values differ where eps acts
    assert look(broken("00.2", "global seed"), "00.2").points == 3
    assert look(broken("04.2", "no half")).points == 0


def test_an_unknown_task_or_mistake_is_named():
    with pytest.raises(ValueError, match="task '9.9' is unknown"):
        check("9.9", right)
    with pytest.raises(ValueError, match="has no mistake 'nope', needs one of"):
        broken("04.2", "nope")
    assert broken("04.2", "no-half") is broken("contrastive_loss", "no half")


def test_advice_about_devices():
    case = task("04.2").named[0]
    with guarded():
        assert "torch.zeros" in advice(lambda d, y, m: torch.maximum(m - d, torch.zeros(len(d))).sum(), case)
        assert ".numpy()" in advice(lambda d, y, m: torch.tensor(d.numpy().sum()), case)
        assert "stay on the CPU" in advice(lambda d, y, m: torch.tensor(d.sum().item()), case)
        assert (
            advice(lambda d, y, m: (d[y == 1] * torch.zeros(1, device=d.device)).sum() + torch.tensor(1.0), case) == ""
        )
        assert advice(lambda d, y, m: d[torch.arange(len(d))], case) == ""
        assert advice(lambda d, y, m: d * torch.ones(len(d), 1).to(d).sum(), case) == ""
        assert advice(lambda d, y, m: d * torch.ones(len(d)).type_as(d), case) == ""
        assert advice(lambda d, y, m: d * torch.ones(len(d)).to(d.device, d.dtype), case) == ""
        assert advice(lambda d, y, m: d * float(d.cpu().numpy().sum()), case) == ""
        assert "meets the inputs" in advice(lambda d, y, m: d * d.to("cpu"), case)
    costs_nothing = look(lambda d, y, m=1.0: right(d + torch.zeros(len(d), dtype=d.dtype), y, m))
    assert costs_nothing.correct
    assert costs_nothing.points == 20
    assert "would not run as it is on a GPU" in costs_nothing.advice[0]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_outcomes_cross_a_process_boundary_as_json_and_arrays(task):
    import json

    with guarded():
        for outcome in run(task, task.reference, task.cases(0)):
            arrays = []
            again = unpack_outcome(json.loads(json.dumps(pack_outcome(outcome, arrays))), arrays)
            assert not node_differences(outcome.value, again.value)
            assert (outcome.error, outcome.errors, outcome.repeats) == (again.error, again.errors, again.repeats)


numbers = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=6)


def array(values, dtype=np.float32):
    return Array("tensor", np.dtype(dtype).name, np.array(values, dtype=dtype))


@given(numbers)
def test_equals_itself_and_its_float64_twin_but_for_the_dtype(values):
    assert node_differences(array(values), array(values)) == []
    assert node_differences(array(values), array(array(values).data, np.float64)) == ["dtype"]


@given(numbers, st.integers(0, 5), st.floats(0.01, 10))
def test_a_change_of_one_percent_is_seen(values, place, share):
    other = np.array(values, dtype=np.float32)
    top = max(1.0, float(np.abs(other).max()))
    other[place % len(other)] += share * top
    assert node_differences(array(values), array(other)) == ["value"]


@given(numbers)
def test_nan_and_infinity_equal_only_themselves(values):
    for special in (np.nan, np.inf, -np.inf):
        with_special = array([*values, special])
        assert node_differences(with_special, with_special) == []
        assert node_differences(with_special, array([*values, 0.0])) == ["value"]
        assert node_differences(array([*values, 0.0]), with_special) == ["value"]


@given(numbers)
def test_shape_and_kind_are_seen(values):
    data = array(values).data
    assert node_differences(array(values), Array("tensor", "float32", data[None])) == ["shape"]
    assert node_differences(array(values), Array("array", "float32", data)) == ["kind"]
    assert node_differences(array(values), data.tolist()) == ["kind"]


def test_draws_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    draw = Draw(1)
    assert draw.whole(2, 2) == 2
    assert sorted(draw.order(4).tolist()) == [0, 1, 2, 3]
    assert torch.equal(Draw(5).normal(3), Draw(5).normal(3))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_rounding_to_half_precision_hides_no_wrong_value(dtype):
    rounded = look(lambda d, y, margin=1.0: right(d, y, margin).to(dtype))
    assert (rounded.outcome, rounded.points) == ("incorrect", 12), rounded
    off = look(lambda d, y, margin=1.0: (1.015 * right(d, y, margin)).to(dtype))
    assert (off.outcome, off.points) == ("incorrect", 0), off


def no_graph(d, y, margin=1.0):
    torch.set_grad_enabled(False)
    return right(d, y, margin)


def wide_from_now_on(d, y, margin=1.0):
    torch.set_default_dtype(torch.float64)
    return right(d, y, margin) + torch.zeros(())


@pytest.mark.parametrize("answer", [no_graph, wide_from_now_on])
def test_what_an_answer_sets_for_all_of_torch_is_not_set_for_the_reference(answer):
    assert look(answer).outcome == "incorrect"
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32


def test_infinity_is_no_repetition_of_a_number():
    given = []

    def answer(p):
        given.append(1)
        return float("inf") if len(given) % 2 else 5.0

    with guarded():
        assert not observe(answer, Case("", (torch.ones(2),))).repeats
