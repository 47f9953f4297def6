"""The table of attention shows the numbers it was given, and frames the region that was looked at most."""

import pytest
import torch

from fusion_edu import viz

ENGLISH, GERMAN = ("heavy", "bar"), ("Theke", "schwer")
WORDS = torch.tensor([[0.1, 0.9], [0.8, 0.2]])
REGIONS = torch.tensor([[0.0, 0.1, 0.8, 0.1], [0.25, 0.25, 0.25, 0.25]])


def test_the_numbers_and_the_frame():
    seen, left, right = viz.reading(torch.rand(3, 16, 16), ENGLISH, GERMAN, WORDS, REGIONS)
    assert [text.get_text() for text in left.texts] == ["0.10", "0.90", "0.80", "0.20"]
    assert [text.get_text() for text in right.texts][:4] == ["0.00", "0.10", "0.80", "0.10"]
    assert seen.patches[0].get_xy() == (-0.5, 7.5)
    assert viz.png(seen)


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"words has shape \(2, 2\), needs \(3, 2\)"):
        viz.reading(torch.rand(3, 16, 16), ENGLISH, (*GERMAN, "alt"), WORDS, REGIONS)
    with pytest.raises(ValueError, match="regions has shape"):
        viz.reading(torch.rand(3, 16, 16), ENGLISH, GERMAN, WORDS, REGIONS[:, :3])
