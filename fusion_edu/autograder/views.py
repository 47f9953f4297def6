"""What of an outcome is compared where several forms of an answer are as good."""

from dataclasses import replace
from typing import Any

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.outcome import Array, Outcome


def as_numbers(case: Case, outcome: Outcome) -> Outcome:
    """Numbers, 0-d tensors and 0-d arrays count as the same, alone or several."""
    if isinstance(outcome.value, list):
        return replace(outcome, value=[_as_number(node) for node in outcome.value])
    return replace(outcome, value=_as_number(outcome.value))


def _as_number(node: Any) -> Any:
    if isinstance(node, Array) and node.data.size == 1 and node.data.ndim == 0:
        return float(node.data)
    return float(node) if isinstance(node, int) and not isinstance(node, bool) else node
