"""What a case of another course may ask for, and counts, which are the same or are not."""

import pytest
import torch

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import node_differences


@pytest.mark.parametrize("more", [{"also": ((torch.ones(2),),)}, {"randomness": True}])
def test_a_case_with_a_gradient_looks_at_nothing_else(more):
    """Regression: the further calls and the generators were left out without a word."""
    with pytest.raises(ValueError, match="^case 'both' has gradient and also or randomness, needs one kind"):
        Case("both", (torch.ones(2),), gradient=(0,), **more)
    assert Case("one", (torch.ones(2),), **more).gradient == ()


@pytest.mark.parametrize(
    ("expected", "got", "found"),
    [
        (10_000, 10_001, ["value"]),
        (10_000, 10_000, []),
        (10_000, 10_001.0, []),  # a number with a point was computed, and may be rounded
        (10_000.0, 10_001, []),
        ([3, 20_000], [3, 20_001], ["value"]),
        (1, True, ["kind"]),
    ],
)
def test_whole_numbers_are_compared_exactly(expected, got, found):
    assert node_differences(expected, got) == found
