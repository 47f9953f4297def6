"""Fetching with the real pip, from a folder of our own instead of an index: no network."""

import hashlib
import zipfile

import pytest

from fusion_edu.data.fetch import SOURCES, FetchError, Source, downloads, fetch

NAME = "fusion_edu_toy"


@pytest.fixture
def shelf(monkeypatch, tmp_path):
    """A folder with one wheel, the only place pip may look at; returns the source that describes the wheel."""
    wheel = tmp_path / f"{NAME}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("toy/data.txt", "hello" * 1000)
        file.writestr(f"{NAME}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n")
        file.writestr(
            f"{NAME}-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr(f"{NAME}-1.0.dist-info/RECORD", "")
    content = wheel.read_bytes()
    source = Source(
        NAME, "1.0", wheel.name, hashlib.sha256(content).hexdigest(), len(content), "MIT", "https://x", "toy"
    )
    monkeypatch.setitem(SOURCES, "toy", source)
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return wheel


def test_a_wheel_arrives_whole(shelf):
    assert fetch("toy").read_bytes() == shelf.read_bytes()
    assert sorted(path.name for path in downloads().iterdir()) == [".verified", shelf.name]


def test_pip_itself_refuses_another_content(shelf):
    shelf.write_bytes(shelf.read_bytes() + b"x")
    with pytest.raises(FetchError, match="SHA-256 is wrong"):
        fetch("toy")
    assert [path.name for path in downloads().iterdir()] == []


def test_an_index_without_the_package(shelf):
    shelf.unlink()
    with pytest.raises(FetchError, match=f"does not offer {NAME}==1.0"):
        fetch("toy")


def test_an_index_that_does_not_answer(shelf, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: nobody listens
    with pytest.raises(FetchError, match="check the network and run `python3 start.py` again"):
        fetch("toy")
