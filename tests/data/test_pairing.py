"""sample_pairs: labels tell the truth, the share is met, errors say why."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fusion_edu.data import sample_pairs


@given(st.integers(2, 6), st.integers(1, 60), st.integers(0, 99), st.floats(0, 1))
def test_similar_means_equal_labels(classes, n, seed, share):
    left, right = torch.arange(3 * classes) % classes, torch.arange(2 * classes) % classes
    i, j, similar = sample_pairs(left, right, n, seed, similar_share=share)
    for a, b, s in zip(i.tolist(), j.tolist(), similar.tolist(), strict=True):
        assert (left[a] == right[b]).item() == (s == 1)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_is_met_and_every_row_has_a_chance(share):
    labels = torch.arange(20) % 4
    i, j, similar = sample_pairs(labels, labels, 20_000, 0, similar_share=share)
    assert similar.mean().item() == pytest.approx(share, abs=0.015)
    assert set(i.tolist()) == set(j.tolist()) == set(range(20))


def test_same_seed_same_pairs_and_the_global_generator_rests():
    labels = torch.arange(10) % 3
    before = torch.get_rng_state()
    first, again, other = (sample_pairs(labels, labels, 50, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"n": 0}, "n is 0, needs a whole number >= 1"),
        ({"left": torch.tensor([])}, "left is empty, needs at least one row to pair"),
        ({"similar_share": 1.5}, "similar_share is 1.5, needs 0 to 1"),
        ({"right": torch.tensor([1, 1]), "similar_share": 1.0}, "right has no row with label 0"),
        ({"right": torch.tensor([0, 0]), "left": torch.tensor([0]), "similar_share": 0.0}, "without label 0"),
    ],
)
def test_refusals(arguments, match):
    given_ = {"left": torch.tensor([0, 1]), "right": torch.tensor([0, 1]), "n": 8, "seed": 0} | arguments
    with pytest.raises(ValueError, match=match):
        sample_pairs(**given_)
