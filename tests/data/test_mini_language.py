"""The mini-language keeps its promises: order, senses, and a picture that tells the scene."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data.ambiguous import PLAIN, SCENES, SENSES, TILE


def test_the_translation_follows_the_two_tables():
    samples = data.mini_language(200, 0)
    assert samples.classes == SCENES
    for english, german, scene in zip(samples.x["english"], samples.x["german"], samples.y.tolist(), strict=True):
        words, said = english.split(), german.split()[::-1]
        assert 3 <= len(words) == len(said) <= 6
        for word, translation in zip(words, said, strict=True):
            assert translation == (SENSES[word][scene] if word in SENSES else PLAIN[word])


def test_no_german_word_is_the_translation_of_two():
    german = [*PLAIN.values(), *(word for senses in SENSES.values() for word in senses)]
    assert len(german) == len(set(german)) == 35
    assert all(len(senses) == len(SCENES) for senses in SENSES.values())


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_share_of_ambiguous_words(share):
    words = " ".join(data.mini_language(600, 1, ambiguous=share).x["english"]).split()
    assert sum(word in SENSES for word in words) / len(words) == pytest.approx(share, abs=0.04)


def test_without_noise_the_scene_can_be_read_off_one_region():
    """Each scene has a shape that no other picture shows; it stands in each of the four regions."""
    samples = data.mini_language(300, 2, noise=0.0)
    picture = samples.x["picture"]
    assert picture.shape == (300, 3, 2 * TILE, 2 * TILE)
    assert 0 <= picture.min() <= picture.max() <= 1
    seen = {scene: {} for scene in range(4)}
    for image, scene in zip((picture < 1).any(1), samples.y.tolist(), strict=True):
        for place in range(4):
            top, left = TILE * (place // 2), TILE * (place % 2)
            shape = tuple(image[top : top + TILE, left : left + TILE].flatten().tolist())
            seen[scene].setdefault(shape, set()).add(place)
    own = [{shape for shape in seen[s] if not any(shape in seen[o] for o in range(4) if o != s)} for s in range(4)]
    assert [len(shapes) for shapes in own] == [1, 1, 1, 1]
    assert all(seen[s][shape] == {0, 1, 2, 3} for s in range(4) for shape in own[s])


def test_seeds_and_the_global_generator():
    state = torch.random.get_rng_state()
    one, again, other = (data.mini_language(20, seed) for seed in (0, 0, 1))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert one.x["german"] == again.x["german"] != other.x["german"]
    assert torch.equal(one.x["picture"], again.x["picture"])


def test_errors_name_the_argument():
    with pytest.raises(ValueError, match="n is 0"):
        data.mini_language(0, 0)
    with pytest.raises(ValueError, match=r"ambiguous is 1\.5, needs 0 to 1"):
        data.mini_language(3, 0, ambiguous=1.5)
    with pytest.raises(ValueError, match="noise is -1, needs >= 0"):
        data.mini_language(3, 0, noise=-1)
