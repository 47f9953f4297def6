"""The optional drawing style: drawn in colour, row by row as the others. Without the font only the refusals are tested."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data import third_style


def test_refuses_a_size_out_of_range():
    with pytest.raises(ValueError, match="^size is 8, needs 16 to 256 pixels$"):
        data.openmoji(8)


def test_says_whether_it_is_here_without_a_download(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))
    assert not data.has_openmoji()


@pytest.mark.skipif(not data.has_openmoji(), reason="OpenMoji is optional and not here")
def test_draws_every_emoji_in_its_colours():
    pictures = data.openmoji(32)
    names = data.emoji_names()
    assert pictures.shape == (len(names), 3, 32, 32)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    ink = (pictures < 0.98).flatten(1).float().mean(1)
    assert ink.min() > 0.02
    for name, channel in (("red heart", 0), ("green heart", 1), ("blue heart", 2)):
        heart = pictures[names.index(name)]
        inside = heart[:, (heart.amax(0) - heart.amin(0)) > 0.2]
        assert inside.mean(1).argmax() == channel, name
    assert not torch.equal(pictures[0], pictures[1])
    assert third_style.FONT.endswith(".ttf")
