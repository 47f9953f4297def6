"""A claim speaks to a learner, and stops the builder."""

import pytest

from fusion_edu import evaluate, widgets
from fusion_edu.widgets import claims

GAIN = evaluate.Interval(0.034, 0.012, 5)


def test_what_holds_is_said_with_its_interval(capsys, monkeypatch):
    monkeypatch.setenv(claims.STRICT, "1")
    widgets.claim("05.gate", GAIN, above=0, says="a **gate** helps")
    assert capsys.readouterr().out == "✓ a gate helps: 0.034 ± 0.012 (5 seeds)\n"


def test_otherwise_a_learner_reads_how_often_it_held(capsys, monkeypatch):
    monkeypatch.delenv(claims.STRICT, raising=False)
    monkeypatch.setattr(claims, "redraws", lambda: {"05.gate": {"held": 19, "draws": 20}})
    widgets.claim("05.gate", GAIN, above=0.03, says="a gate helps")
    told = capsys.readouterr().out
    assert "came out otherwise here: 0.034 ± 0.012 (5 seeds). Expected: a gate helps" in told
    assert "In 19 of 20 runs" in told


def test_otherwise_the_builder_stops(monkeypatch):
    monkeypatch.setenv(claims.STRICT, "1")
    with pytest.raises(AssertionError, match="05.gate does not hold: a gate helps"):
        widgets.claim("05.gate", GAIN, below=0, says="a gate helps")


def test_a_claim_never_drawn_again_says_nothing_of_it():
    assert claims.record_of("99.none") == ""
