"""Three ways to be missing: what their chances are, that nobody loses everything, and what is refused."""

import pytest
import torch

from fusion_edu.data import missing
from fusion_edu.fusion import drop_modalities

WAYS = ("at random", "by sensor", "informative")
Y = torch.arange(20_000) % 4


@pytest.mark.parametrize("way", WAYS)
def test_every_sample_keeps_something_and_a_seed_is_a_seed(way):
    present = missing(way, Y, 3, share=0.5, which=1, seed=3)
    assert present.shape == (len(Y), 3)
    assert present.dtype == torch.bool
    assert present.any(dim=1).all()
    assert torch.equal(present, missing(way, Y, 3, share=0.5, which=1, seed=3))
    assert not torch.equal(present, missing(way, Y, 3, share=0.5, which=1, seed=4))
    if way != "at random":
        assert present[:, [0, 2]].all()


def test_at_random_has_the_chances_of_independent_draws():
    """Of two modalities: both (1-s)^2; the absence says nothing about the class."""
    present = missing("at random", Y, share=0.4)
    assert (present.sum(1) == 2).double().mean().item() == pytest.approx(0.36, abs=0.015)
    by_class = [present[c == Y].double().mean(0) for c in range(4)]
    assert (torch.stack(by_class) - (1 - 0.4 * 0.6 - 0.08)).abs().max() < 0.03
    assert missing("at random", Y, share=0).all()
    assert (missing("at random", Y, share=1).sum(1) == 1).all()


def test_at_random_is_modality_dropout_of_what_is_all_there():
    got = missing("at random", Y, 3, share=0.6, seed=5)
    there = torch.ones(len(Y), 3, dtype=torch.bool)
    assert torch.equal(got, drop_modalities(there, 0.6, generator=torch.Generator().manual_seed(5)))


def test_a_sensor_fails_in_one_run():
    for seed in range(5):
        gone = ~missing("by sensor", Y[:100], which=1, share=0.3, seed=seed)[:, 1]
        assert gone.sum() == 30
        assert (gone != gone.roll(1)).sum() == 2  # one begin and one end, around the ring


def test_informative_tells_the_class():
    present = missing("informative", Y, which=0, share=0.5, strength=0.8)
    rates = [1 - present[c == Y, 0].double().mean().item() for c in range(4)]
    assert rates == pytest.approx([0.1, 0.1, 0.9, 0.9], abs=0.02)
    even = missing("informative", Y, which=0, share=0.5, strength=0)
    assert [1 - even[c == Y, 0].double().mean().item() for c in range(4)] == pytest.approx([0.5] * 4, abs=0.03)


@pytest.mark.parametrize("way", WAYS)
def test_no_rows(way):
    assert missing(way, Y[:0]).shape == (0, 2)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"way": "sometimes"}, r"^way is 'sometimes', needs one of at random, by sensor, informative$"),
        ({"share": 1.2}, r"^share is 1.2 and strength is 0.8, needs both from 0 to 1$"),
        ({"strength": -1}, r"^share is 0.5 and strength is -1, needs both from 0 to 1$"),
        ({"which": 2}, r"^which is 2 of modalities=2, needs at least 2 and one of them$"),
        ({"modalities": 1}, r"^which is 0 of modalities=1, needs at least 2"),
        ({"way": "informative", "share": 0.7}, r"^share is 0.7 with strength=0.8, needs share \(1 \+ strength\) <= 1$"),
        ({"y": torch.zeros(2, 2)}, r"^y has shape \(2, 2\), needs \(B\)$"),
    ],
)
def test_refusals(options, match):
    options = {"way": "at random", "y": Y[:8], "modalities": 2} | options
    way, y, modalities = (options.pop(name) for name in ("way", "y", "modalities"))
    with pytest.raises(ValueError, match=match):
        missing(way, y, modalities, **options)
