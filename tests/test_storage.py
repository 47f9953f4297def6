"""Files are written whole or not at all, and a corrupt one is set aside."""

import errno
import os

import pytest

from fusion_edu import storage


def test_round_trip_in_a_new_folder(tmp_path):
    path = tmp_path / "a" / "b" / "progress.json"
    storage.write_json(path, {"04.2": [20, "正确"]})
    assert storage.read_json(path, {}) == {"04.2": [20, "正确"]}
    assert [p.name for p in path.parent.iterdir()] == ["progress.json"]


def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    storage.write(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(OSError, match="could not be written .*free some space"):
        storage.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["progress.json"]


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="could not be written"):
        storage.write(tmp_path / "file" / "x.json", b"{}")


def test_missing_gives_the_default(tmp_path):
    assert storage.read_json(tmp_path / "none.json", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("content", [b"{ half", b"[1, 2]", b"\xff\xfe\x00", b""])
def test_a_corrupt_file_is_set_aside_not_lost(tmp_path, content):
    path = tmp_path / "progress.json"
    path.write_bytes(content)
    assert storage.read_json(path, {}) == {}
    [aside] = tmp_path.iterdir()
    assert aside.name.startswith("progress.json.corrupt-")
    assert aside.read_bytes() == content


def test_folders_follow_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "c"))
    assert storage.home() == tmp_path / "h"
    assert storage.cache() == tmp_path / "c"


def test_a_file_that_cannot_be_read_is_not_corrupt(tmp_path):
    (tmp_path / "progress.json").mkdir()
    with pytest.raises(OSError, match="progress.json"):
        storage.read_json(tmp_path / "progress.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]
