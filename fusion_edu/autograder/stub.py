"""Whether anything was attempted, and in which line of the learner's own code an error arose."""

import dis
from collections.abc import Callable
from typing import Any

from fusion_edu.autograder.outcome import Opaque, Outcome

IDLE = {"RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "NOP", "LOAD_SMALL_INT", "NOT_TAKEN"}


def is_stub(answer: Callable[..., Any]) -> bool:
    """Whether the body is only ``pass``, ``...``, a docstring, or ``return None``."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    constants = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {step.opname for step in steps} <= IDLE and all(
        value in (None, ...) or isinstance(value, str) for value in constants
    )


def not_attempted(answer: Callable[..., Any], outcomes: list[Outcome]) -> bool:
    """A stub, or NotImplementedError raised by the learner's own code in every case."""
    if is_stub(answer):
        return True
    if all(outcome.error is None and outcome.value == Opaque("ellipsis", "Ellipsis") for outcome in outcomes):
        return True
    return all(o.error == "NotImplementedError" and _raised_itself(o) for o in outcomes)


def _raised_itself(outcome: Outcome) -> bool:
    return outcome.error_line is not None and "NotImplementedError" in (outcome.error_line[1] or "NotImplementedError")


PLAINER = {  # what PyTorch means by what it says
    "requires grad is being used in an in-place operation": "A tensor that needs a gradient, such as an input, is changed in place: work on a copy, and mind -=, x[...] = "
    "and methods whose names end in _.",
    "modified by an inplace operation": "A value that the gradient needs was changed in place afterwards: make a new tensor instead.",
    "does not require grad and does not have a grad_fn": "Nothing on the way asks for a gradient: requires_grad_() is missing, or .detach(), .item(), .data, torch.no_grad() or NumPy cuts the graph.",
    "Can't call numpy() on Tensor that requires grad": "NumPy knows no gradients: .detach() first where none is needed, else compute with torch.",
    "must have the same dtype": "Two dtypes meet there: make new tensors in the dtype of the inputs.",
    "must be same dtype": "Two dtypes meet there: make new tensors in the dtype of the inputs.",
    "to have the same dtype": "Two dtypes meet there: make new tensors in the dtype of the inputs.",
}


def raised_text(outcome: Outcome) -> str:
    """The error in one sentence, with the learner's own line, and in plainer words where there are some."""
    text = f"{outcome.error}: {outcome.error_text}" if outcome.error_text else f"{outcome.error}"
    if outcome.error == "SystemExit":
        text = "it called exit()"
    if outcome.error_line is None:
        return f"Your function raised {text}{_plainer(outcome)}"
    line, source = outcome.error_line
    return f"Line {line} of your code raised {text}" + (f"\n    {source}" if source else "") + _plainer(outcome)


def _plainer(outcome: Outcome) -> str:
    """What PyTorch means, on a line of its own; "" where nothing is known, or the words are the learner's."""
    own = outcome.error_line is not None and outcome.error_line[1].startswith("raise")
    if outcome.error != "RuntimeError" or own:
        return ""
    return next((f"\n{words}" for said, words in PLAINER.items() if said in outcome.error_text), "")
