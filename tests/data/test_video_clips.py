"""Clips with sound: the drawn ones keep their promise frame by frame; Boxing's come out of the game they say."""

import sys

import numpy as np
import pytest
import torch

from fusion_edu import has
from fusion_edu.data import atari, boxing, clips

needs_game = pytest.mark.skipif(not has("ale_py"), reason="ale-py, an optional extra, is not installed")


def loudest(samples):
    return samples.x["sound"].square().sum(2).argmax(1)


def test_the_clack_is_heard_when_the_loud_ball_touches_the_floor():
    samples = clips(200, seed=3)
    frame = samples.x["bounces"].gather(1, samples.y[:, None]).squeeze(1)
    assert torch.equal(loudest(samples), frame)
    for delay in (-3, -1, 2):
        assert torch.equal(loudest(clips(200, seed=3, delay=delay)), frame + delay)


def test_each_ball_is_lowest_at_its_bounce():
    samples = clips(100, seed=4, noise=0.0)
    floor = samples.x["frames"][:, :, 0, -3:]  # (n, 12, 3, 16)
    for side, half in enumerate((floor[..., :8], floor[..., 8:])):
        assert torch.equal(half.sum((2, 3)).argmax(1), samples.x["bounces"][:, side])
    apart = (samples.x["bounces"][:, 0] - samples.x["bounces"][:, 1]).abs()
    assert set(apart.tolist()) == {2, 3}


def test_neither_alone_tells_the_loud_ball():
    samples = clips(4000, seed=5)
    first = (samples.x["bounces"][:, 0] < samples.x["bounces"][:, 1]).float()
    heard_early = (loudest(samples) <= 5).float()
    for known in (first, heard_early, samples.x["frames"].mean((1, 2, 3, 4)), samples.x["sound"].square().mean((1, 2))):
        assert torch.corrcoef(torch.stack([known, samples.y.float()]))[0, 1].abs() < 0.05


def test_clips_are_the_same_for_a_seed_and_leave_the_generator_alone():
    state = torch.random.get_rng_state()
    one, two = clips(5, seed=6), clips(5, seed=6)
    assert all(torch.equal(one.x[m], two.x[m]) for m in one.x)
    assert not torch.equal(one.x["frames"], clips(5, seed=7).x["frames"])
    assert torch.equal(torch.random.get_rng_state(), state)


def test_refusals(monkeypatch):
    with pytest.raises(ValueError, match="delay is 9"):
        clips(5, seed=0, delay=9)
    with pytest.raises(ValueError, match="episodes is 0, needs >= 1"):
        boxing(0)
    monkeypatch.setattr(atari, "has", lambda package: False)
    with pytest.raises(atari.MissingExtra, match="optional package ale-py .*requirements-boxing.txt"):
        boxing(1)


@needs_game
def test_a_match_of_boxing(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))
    game = boxing(1, progress=False)
    assert game.x["frames"].shape[1:] == (8, 1, 24, 24)
    assert game.x["sound"].shape[1:] == (8, 1536)
    assert 0 <= game.x["frames"].min() < 0.1
    assert 0.7 < game.x["frames"].max() <= 1
    assert min(game.y.bincount(minlength=3)) >= 5
    assert torch.equal(game.groups, torch.zeros(len(game)).long())
    somebody = game.x["sound"].square().mean((1, 2))
    assert somebody[game.y < 2].min() > 10 * somebody[game.y == 2].median()  # a hit is always heard
    monkeypatch.setattr(atari, "play", lambda *a: pytest.fail("played again"))
    again = boxing(1, progress=False)
    assert all(torch.equal(game.x[m], again.x[m]) for m in game.x)


@needs_game
def test_the_boxer_who_scores_is_the_one_the_game_pays():
    sys.path.insert(0, str(atari.ENGINE.parent))
    try:
        import atari_engine
    finally:
        sys.path.pop(0)
    points = np.zeros(400, dtype=int)
    points[[100, 300]] = 1, -2
    near = np.zeros(400, dtype=bool)
    near[180:220] = True
    found = atari_engine.windows(points, near, np.random.default_rng(0))
    assert [label for _, label in found] == [0, 1, 2]
    for start, score in zip((found[0][0], found[1][0]), (100, 300), strict=True):
        assert 6 <= score - start < 15
    assert not points[found[2][0] - 18 : found[2][0] + 42].any()


@needs_game
def test_a_crash_of_the_emulator_is_an_error_not_an_end(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))
    engine = tmp_path / "engine.py"
    engine.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(atari, "ENGINE", engine)
    with pytest.raises(RuntimeError, match="the emulator failed"):
        boxing(1, progress=False)
