"""Prepared arrays are kept, told apart by their settings, and made again when damaged."""

import numpy as np
import pytest

from fusion_edu import storage
from fusion_edu.data.prepared import prepared


@pytest.fixture
def count(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))
    calls = []

    def ask(version=1, **settings):
        def make():
            calls.append(settings)
            return {"v": np.arange(3), "names": np.array(["a", "é"])}

        got = prepared("toy", make, sources=("emoji",), version=version, **settings)
        assert got["v"].tolist() == [0, 1, 2]
        assert got["names"].tolist() == ["a", "é"]
        return len(calls)

    return ask


def test_made_once_for_each_setting(count):
    assert [count(size=1), count(size=1), count(size=2), count(size=1, version=2), count(size=2)] == [1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-40], lambda b: b"", lambda b: b"PK" + b"x" * 90, lambda b: b.replace(b"\x02", b"\x03", 1)]
)
def test_a_damaged_file_is_made_again(count, damage):
    count()
    (file,) = (storage.cache() / "prepared").glob("*.npz")
    whole = file.read_bytes()
    start = whole.index(b"\x93NUMPY") + 100  # inside the first array, so that a changed byte is one of content
    file.write_bytes(whole[:start] + damage(whole[start:]))
    assert count() == 2
    assert count() == 2


def test_a_cache_that_cannot_be_written_costs_only_time(count, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "file" / "below"))
    assert [count(), count()] == [1, 2]
