"""What a check says of a difference that has no name: every kind of it in plain words."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.describe import form, sentence
from fusion_edu.autograder.diagnose import diagnose
from fusion_edu.autograder.formatting import both, call_text, show
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.side_effects import besides
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.where import elsewhere, in_outputs


def scaled(x: Tensor, by: float = 2.0) -> tuple[Tensor, Tensor]:
    """Twice the rows, and how many there are."""
    return by * x, torch.tensor(len(x))


ROWS = Case("rows", (torch.tensor([[1.0, 2.0], [3.0, 4.0]]),), gradient=(0,))
LARGE = Case("large", (torch.arange(40.0).reshape(8, 5),), randomness=True)
TASK = Task(
    id="99.1", title="Twice", promise="Twice.", reference=scaled, named=(ROWS, LARGE), draws=lambda draw: [], mistakes=(),
    hints=(), difficulty=1, points=5, minutes=5,
)  # fmt: skip


def said(answer, case=ROWS):
    with guarded():
        expected, got = observe(scaled, case), observe(answer, case)
    return sentence(TASK, case, expected, got)


def in_place(x, by=2.0):
    return x.mul_(by) if not x.requires_grad else by * x, torch.tensor(len(x))


def random_and_right(x, by=2.0):
    torch.rand(3)
    return by * x, torch.tensor(len(x))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: (2 * x, None), "a tensor of shape (); you returned nothing (None): is the return missing?"),
        (lambda x: (2 * x, {1}), "you returned an object of type set"),
        (lambda x: (2 * x, "two"), "you returned a text"),
        (lambda x: (2 * x, {"rows": 2}), "you returned a dict"),
        (lambda x: ((2 * x).detach().numpy(), torch.tensor(2)), "you returned a NumPy array"),
        (lambda x: (2 * x, [2, 3]), "you returned 2 values (a whole number, a whole number)"),
        (lambda x: 2 * x, "It should return 2 values (a tensor of shape (2, 2), a tensor of shape ())"),
        (lambda x: (2 * x, torch.tensor([2])), "The shape should be (); yours is (1,)."),
        (lambda x: (2 * x / 0, torch.tensor(2)), "The value is another one. There is an infinity in yours."),
        (lambda x: (2 * x * torch.nan, torch.tensor(2)), "The value is another one. There is a NaN in yours."),
        (lambda x: (2 * x.double(), torch.tensor(2)), "the dtype should be float32; yours is float64."),
        (lambda x: (2 * x, torch.tensor(2.0)), "the dtype should be int64 (or another signed integer dtype); yours is float32."),
        (lambda x: 1 / 0, "Your function raised ZeroDivisionError: division by zero"),
        (lambda x: (2 * x.detach(), torch.tensor(2)), "The value is right, but no gradient flows back"),
        (lambda x: (2 * x.clamp(max=2) + 2 * (x - 2).clamp(min=0).detach(), torch.tensor(2)), "the gradient to `x` is another one"),
    ],
)  # fmt: skip
def test_a_difference_in_words(answer, words):
    assert words in said(answer)


def test_an_overwritten_input_in_words():
    assert "your function overwrote `x`: work on a copy" in said(in_place, LARGE)


def test_a_moved_generator_in_words():
    assert said(random_and_right, LARGE).startswith("Your function moves the global random generator of its caller")


def test_a_value_in_few_characters():
    assert show(torch.zeros(8, 5)) == "<tensor of shape (8, 5)>"
    assert show(torch.zeros(0, 3)) == "<empty, shape (0, 3)>"
    assert show(torch.tensor([0.5], dtype=torch.float64)) == "[0.5] (float64)"
    assert show((1.0,)) == "(1,)"
    assert show({"a": 0.25, "b": [1, 2]}) == "a: 0.25; b: (1, 2)"
    assert show(len) == "len"
    assert show(None) == "None"
    assert call_text(TASK, Case("c", (torch.tensor([1.0]), 3.0))) == "scaled(x=[1], by=3)"


def test_of_a_large_output_the_first_entry_that_differs():
    def answer(x):
        twice = 2 * x
        twice[3, 1] = 0
        return twice, torch.tensor(len(x))

    with guarded():
        texts = both(TASK, observe(scaled, LARGE), observe(answer, LARGE))
    assert [text.split("; ")[-1] for text in texts] == ["first output at [3, 1]: 32", "first output at [3, 1]: 0"]


def test_of_right_values_the_gradients():
    with guarded():
        texts = both(TASK, observe(scaled, ROWS), observe(lambda x: (2 * x.detach(), torch.tensor(2)), ROWS))
    heads, gradients = zip(*(text.split(", gradient ") for text in texts), strict=True)
    assert heads == ("([[2, 4], [6, 8]], 2)",) * 2
    assert gradients[0].startswith("([[2, ")
    assert gradients[1] == "(None,)"


def test_which_of_several_outputs_is_wrong():
    with guarded():
        expected = [observe(scaled, case) for case in TASK.named]
        got = [observe(lambda x: (2 * x, torch.tensor(0)), case) for case in TASK.named]
        raised = [observe(lambda x: 1 / 0, case) for case in TASK.named]
    assert in_outputs(TASK, expected, got) == "Of your 2 outputs the second is wrong, the other is right. "
    assert in_outputs(TASK, expected, raised) == ""
    assert in_outputs(TASK, expected, expected) == ""


def test_whether_what_is_wrong_in_one_case_is_right_in_another():
    with guarded():
        expected = [observe(scaled, case) for case in TASK.named]
        got = [
            observe(lambda x: (2 * x.double() if len(x) == 2 else 2 * x, torch.tensor(len(x))), c) for c in TASK.named
        ]
    assert elsewhere(TASK, TASK.named, expected, got, 0)
    assert not elsewhere(TASK, TASK.named, expected, [got[0], got[0]], 0)


def test_a_form_in_words_whatever_the_values_are():
    with guarded():
        right, floats, rows = (
            observe(lambda x, make=make: make(x), LARGE).value
            for make in (lambda x: x.long(), lambda x: 3 * x, lambda x: x.long()[:3])
        )
    assert form(right, right) == ""
    assert form(right, floats) == "The dtype should be int64 (or another signed integer dtype); yours is float32."
    assert form([right, right], [right, rows]) == "The shape should be (8, 5); yours is (3, 5)."


def test_what_is_wrong_besides_a_mistake():
    """The mistake is: three times for twice. Beside it stands one thing more."""

    def threefold(x):
        return 3 * x, torch.tensor(len(x))

    def told(answer, case=ROWS):
        with guarded():
            outcomes = [observe(function, case) for function in (scaled, threefold, answer)]
        return [name for name, _ in besides(TASK, [case], *[[outcome] for outcome in outcomes])]

    assert told(threefold) == []
    assert told(lambda x: (3 * x.detach(), torch.tensor(len(x)))) == ["gradient of `x`"]
    assert told(lambda x: (3 * x.double(), torch.tensor(len(x)))) == ["another dtype"]
    assert told(lambda x: (x.mul_(3), torch.tensor(len(x))), LARGE) == ["overwrites `x`"]
    assert told(lambda x: (3 * x + 0 * torch.rand(1), torch.tensor(len(x))), LARGE) == ["global random generator"]


def kept(x: Tensor) -> Tensor:
    """The numbers as they are."""
    return x + 0.0


@pytest.mark.parametrize(("added", "named"), [(8e-6, False), (1.6e-5, True)])
def test_what_lies_between_right_and_wrong_is_not_named(added, named):
    """The answer is off by more than the tolerance; a version that is off by less is right, however near it is to the answer."""
    cases = [Case("zeros", (torch.zeros(3),)), Case("one", (torch.zeros(1),))]
    slip = Mistake("offset", edit("x + 0.0", f"x + {added}"), "You added something.", "something is added")
    task = replace(TASK, reference=kept, named=tuple(cases), mistakes=(slip,), atol=1e-5)
    with guarded():
        right, own = ([observe(function, case) for case in cases] for function in (kept, lambda x: x + 1.7e-5))
    found = diagnose(task, cases, right, own)
    assert ("offset" in [mistake.id for mistake in found.mistakes] if found else False) == named
