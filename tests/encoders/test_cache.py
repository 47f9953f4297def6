"""The cache of features: content decides, damage is noticed, nothing half written is read."""

import pytest
import torch

from fusion_edu import storage
from fusion_edu.encoders import cached, image_features, text_features
from fusion_edu.encoders.cache import fingerprint


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))


class Count:
    """Computes, and counts how often."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return torch.arange(6.0).view(2, 3).requires_grad_()


def test_computed_once_for_the_same_content(device):
    count, x = Count(), torch.rand(4, 2)
    first = cached("toy", [x, ("a", "b"), 3], count)
    again = cached("toy", [x.clone().to(device), ["a", "b"], 3], count)
    assert count.calls == 1
    assert torch.equal(first, again)
    assert first.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not first.requires_grad
    cached("toy", [x + 1e-6, ("a", "b"), 3], count)
    cached("toy", [x, ("ab", ""), 3], count)
    cached("toy", [x, ("a", "b"), 3], count, version=2)
    cached("other", [x, ("a", "b"), 3], count)
    assert count.calls == 5


def test_fingerprints_differ_where_anything_does():
    x = torch.arange(6, dtype=torch.float32)
    different = [
        (x,), (x.view(2, 3),), (x.view(3, 2),), (x.double(),), (x.int(),), (x, x), (x.flip(0),),
        ("a", "b"), (("a", "b"),), ("ab",), ("a b",), (1,), ("1",), (1.0,), (True,), (), ((),), (("",),), (torch.zeros(0),),
    ]  # fmt: skip
    assert len({fingerprint(*parts) for parts in different}) == len(different)
    assert fingerprint(x.view(2, 3).T.contiguous()) == fingerprint(x.view(2, 3).T)  # layout in memory does not count
    assert fingerprint(x.bfloat16()) == fingerprint(x.bfloat16().clone())
    assert fingerprint(torch.tensor([True, False])) != fingerprint(torch.tensor([True, True]))
    with pytest.raises(TypeError, match="parts has a dict, needs tensors"):
        fingerprint({"a": 1})


def change_a_value(b):
    return b[:-3] + bytes([b[-3] ^ 1]) + b[-2:]


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[:-5], lambda b: b"x" * 90, change_a_value])
def test_a_damaged_file_is_computed_again(damage):
    count = Count()
    cached("toy", ["k"], count)
    (file,) = (storage.cache() / "features").iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert cached("toy", ["k"], count).tolist() == [[0, 1, 2], [3, 4, 5]]
    cached("toy", ["k"], count)
    assert count.calls == 2


def test_an_interrupted_computation_leaves_nothing():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached("toy", ["k"], stop)
    assert not (storage.cache() / "features").exists()


def test_a_cache_that_cannot_be_written_costs_only_time(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "file" / "below"))
    count = Count()
    cached("toy", ["k"], count)
    cached("toy", ["k"], count)
    assert count.calls == 2


def test_features_of_pretrained_encoders_do_not_load_them_twice(monkeypatch):
    from fusion_edu.encoders import features

    class Toy(torch.nn.Module):
        def __init__(self, side=224):
            super().__init__()
            made.append(side)

        def tokenise(self, texts):
            return torch.tensor([[len(text)] for text in texts])

        def forward(self, x):
            return x.flatten(1)[:, :1].float()

    made = []
    monkeypatch.setattr(features, "EfficientNetLite0", Toy)
    monkeypatch.setattr(features, "MiniLM", Toy)
    images = torch.rand(3, 3, 4, 4)
    for _ in range(2):
        assert image_features(images, progress=False).shape == (3, 1)
        assert image_features(images, side=64, progress=False).shape == (3, 1)
        assert text_features(["a", "bc"], progress=False).tolist() == [[1], [2]]
    assert made == [224, 64, 224]
