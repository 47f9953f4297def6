"""The header card: time, needs, measured run time and device."""

import pytest

from fusion_edu import storage
from fusion_edu.widgets import header
from fusion_edu.widgets.header_card import device_here, run_time


@pytest.fixture
def times(tmp_path, monkeypatch):
    path = tmp_path / "run_times.json"
    monkeypatch.setattr("fusion_edu.widgets.header_card.RUN_TIMES", path)
    return path


def test_run_time_is_what_the_builder_measured(times):
    assert run_time("04") == ""
    storage.write_json(times, {"04": 14.2, "03": "x"})
    assert run_time("04") == "about 14 s of work for one CPU core"
    assert run_time("03") == ""


def test_card_tells_time_needs_and_device(times, monkeypatch):
    shown = []
    monkeypatch.setattr("fusion_edu.widgets.header_card.output", lambda **parts: shown.append(parts))
    header("04")
    assert shown[0]["text"] == "Lesson 04: Contrastive loss: pull and push; about 85 minutes"
    assert '<a href="03_cross_entropy.ipynb">03 Cross-entropy: classes, samples, logits</a>' in shown[0]["page"]
    assert device_here() in shown[0]["page"]
    assert "All cells" not in shown[0]["page"]


def test_unknown_lesson_is_named():
    with pytest.raises(ValueError, match="number is '99', needs one of 00, 01"):
        header("99")
