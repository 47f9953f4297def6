"""Controlled generators: the truth they promise is measured on what they give."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data.drawn import COLOURS, PLACES, SIZES
from fusion_edu.data.scaling import Standardiser

MAKERS = {
    "gauss_pair": lambda seed: data.gauss_pair("xor", 40, seed).x,
    "loud_pair": lambda seed: data.loud_pair(40, seed).x,
    "blobs": lambda seed: data.blobs(3, 5, 40, seed).x,
    "line": lambda seed: data.line(40, seed, outliers=0.1).x,
    "noisy_sensors": lambda seed: data.noisy_sensors(40, seed).x,
    "scenes": lambda seed: data.scenes(40, seed).x,
    "event": lambda seed: {
        name: stream.values for name, stream in data.event(seed).streams.items() if name != "caption"
    },
}


@pytest.mark.parametrize("name", MAKERS)
def test_same_seed_same_data_and_the_global_generator_is_left_alone(name):
    state = torch.random.get_rng_state()
    one, again, other = MAKERS[name](0), MAKERS[name](0), MAKERS[name](1)
    assert torch.equal(torch.random.get_rng_state(), state)
    for key, values in one.items():
        if isinstance(values, tuple):
            assert values == again[key]
            assert values != other[key]
        else:
            assert torch.equal(values.nan_to_num(-1), again[key].nan_to_num(-1))
            assert values.dtype == torch.bool or not torch.equal(values.nan_to_num(-1), other[key].nan_to_num(-1))


def bits(samples):
    """u and v read back from noiseless modalities: the two places that each can be at."""
    return (samples.x[m] @ samples.x[m][0] > 0 for m in ("a", "b"))


@pytest.mark.parametrize("kind", ["redundant", "unique", "and", "xor"])
def test_gauss_pair_follows_its_rule(kind):
    s = data.gauss_pair(kind, 2000, 3, noise=0.0)
    assert s.x["a"].shape == s.x["b"].shape == (2000, 4)
    assert len(s.x["a"].unique(dim=0)) == len(s.x["b"].unique(dim=0)) == 2
    torch.testing.assert_close(s.x["a"].norm(dim=1), torch.full((2000,), 2.0))
    u, v = bits(s)
    tables = {"redundant": [1, 2], "unique": [1, 2], "and": [1, 4], "xor": [2, 2]}
    cells = {(p, q): s.y[(u == p) & (v == q)].float().mean() for p in (True, False) for q in (True, False)}
    present = [share for share in cells.values() if not share.isnan()]
    assert all(share in (0, 1) for share in present)  # u and v decide y
    ones, one_in = tables[kind]
    assert s.y.float().mean() == pytest.approx(ones / one_in if kind != "xor" else 0.5, abs=0.05)
    alone = [torch.stack([s.y[bit == p].float().mean() for p in (True, False)]) for bit in (u, v)]
    informs = [(means[0] - means[1]).abs() > 0.3 for means in alone]
    assert informs == {"redundant": [1, 1], "unique": [1, 0], "and": [1, 1], "xor": [0, 0]}[kind]


def test_loudness_is_only_a_unit():
    quiet, loud = data.gauss_pair("and", 50, 0), data.gauss_pair("and", 50, 0, loudness=100)
    torch.testing.assert_close(loud.x["b"], 100 * quiet.x["b"])
    assert torch.equal(loud.x["a"], quiet.x["a"])


def neighbours(train, y, test, truth):
    near = torch.cdist(test, train).topk(5, largest=False).indices
    return (y[near].mode(1).values == truth).float().mean().item()


def test_loud_pair_misleads_a_distance_as_documented():
    train, test = data.loud_pair(1000, 1), data.loud_pair(1000, 2)
    both = [torch.cat([s.x["quiet"], s.x["loud"]], dim=1) for s in (train, test)]
    scale = Standardiser.fit(both[0])
    views = (
        [s.x["quiet"] for s in (train, test)],
        [s.x["loud"] for s in (train, test)],
        both,
        [scale(b) for b in both],
    )
    got = [neighbours(a, train.y, b, test.y) for a, b in views]
    assert got == pytest.approx([0.927, 0.295, 0.295, 0.889], abs=0.01)


def test_blobs_share_their_layout_across_seeds():
    train, test = data.blobs(3, 5, 4000, 0), data.blobs(3, 5, 4000, 1)
    centres = [torch.stack([s.x["point"][s.y == c].mean(0) for c in range(3)]) for s in (train, test)]
    torch.testing.assert_close(*centres, atol=0.15, rtol=0)
    assert not torch.allclose(data.blobs(3, 5, 4000, 0, layout=1).x["point"], train.x["point"], atol=1)
    assert train.classes == ("0", "1", "2")


def test_line_has_the_law_and_the_outliers_it_promises():
    clean, dirty = data.line(400, 0, bias=3.0), data.line(400, 0, bias=3.0, outliers=0.05)
    design = torch.cat([clean.x["x"], torch.ones(400, 1)], dim=1)
    found = torch.linalg.lstsq(design, clean.y[:, None]).solution.squeeze(1)
    torch.testing.assert_close(found, torch.tensor([1.0, -2.0, 0.5, 3.0]), atol=0.03, rtol=0)
    assert dirty.x["outlier"].sum() == 20
    torch.testing.assert_close(dirty.y - clean.y, 20.0 * dirty.x["outlier"])


def test_noisy_sensors_have_the_noise_they_promise():
    s = data.noisy_sensors(20_000, 0, noise=(0.5, 1.0, 2.0))
    error = s.x["reading"] - s.y[:, None]
    torch.testing.assert_close(error.std(0), torch.tensor([0.5, 1.0, 2.0]), atol=0.03, rtol=0)
    assert error.mean(0).abs().max() < 0.05


def test_scenes_show_what_the_caption_says():
    s = data.scenes(300, 0, noise=0.0)
    assert s.x["image"].shape == (300, 3, 24, 24)
    assert torch.equal(s.y, s.x["factors"][:, 0])
    for image, caption, factors in zip(s.x["image"], s.x["caption"], s.x["factors"].tolist(), strict=True):
        shape, colour, size, place = factors
        inside = image.amax(0) > 0
        row, column = inside.nonzero().float().mean(0).tolist()
        assert PLACES[place] == f"{'top' if row < 11.5 else 'bottom'} {'left' if column < 11.5 else 'right'}"
        torch.testing.assert_close(image[:, inside].mean(1), torch.tensor(tuple(COLOURS.values())[colour]))
        words = caption.split()
        assert PLACES[place] in caption
        assert s.classes[shape] in words
        assert tuple(COLOURS)[colour] in words
        assert set(SIZES[size]) & set(words)
    assert data.scenes(50, 0).x["image"].max() <= 1


def test_event_streams_have_their_own_clocks_and_one_impact():
    for seed in range(5):
        e = data.event(seed)
        shapes = {name: tuple(s.values.shape) for name, s in e.streams.items() if name != "caption"}
        assert shapes == {"picture": (24, 3, 24, 24), "sound": (16000,), "sensors": (100, 4)}
        for stream in e.streams.values():
            assert len(stream.times) == len(stream.values)
            assert (stream.times.diff() >= 0).all()
            assert stream.times.min() >= 0
            assert stream.times.max() <= e.seconds
        sound, sensors, words = e.streams["sound"], e.streams["sensors"], e.streams["caption"]
        assert sound.times[sound.values.abs() > 0.2][0].item() == pytest.approx(e.impact, abs=0.02)
        assert words.times[words.values.index("hits")] >= e.impact
        full = data.event(seed, missing=0.0).streams["sensors"]
        assert full.times[full.values[:, 0].argmax()].item() == pytest.approx(e.impact + 0.01, abs=0.011)
        assert full.values[full.times < e.impact, 0].abs().max() < 0.3, "no reading knows of an impact that is to come"
        assert 0 < sensors.values.isnan().float().mean() < 0.12
        assert not full.values.isnan().any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.gauss_pair("or", 5, 0), "kind is 'or', needs one of redundant"),
        (lambda: data.gauss_pair("and", 0, 0), "n is 0, needs > 0"),
        (lambda: data.gauss_pair("and", 5, 0, noise=-1), "noise is -1, needs >= 0"),
        (lambda: data.loud_pair(5, 0, loudness=0), "loudness is 0, needs > 0"),
        (lambda: data.blobs(0, 2, 5, 0), "classes is 0, needs > 0"),
        (lambda: data.line(5, 0, outliers=2), "outliers is 2, needs 0 to 1"),
        (lambda: data.line(5, 0, weights=()), "number of weights is 0"),
        (lambda: data.noisy_sensors(5, 0, noise=(1.0, 0.0)), r"noise\[1\] is 0.0, needs > 0"),
        (lambda: data.scenes(5, 0, noise=-0.1), "noise is -0.1"),
        (lambda: data.event(0, seconds=0.1), "seconds is 0.1, needs 1 to 10"),
        (lambda: data.event(0, missing=1.0), "missing is 1.0"),
    ],
)
def test_generators_name_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_package_lists_its_names():
    assert set(data.__all__) <= set(dir(data))
    assert all(callable(getattr(data, name)) or name.isupper() for name in data.__all__)  # constants in capitals
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = data.nothing
