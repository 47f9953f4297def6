"""What the docstrings of public functions must say: what a seed is of, what is refused, what an argument is."""

import inspect

import pytest

from fusion_edu import data, encoders, evaluate, explain, fusion

PUBLIC = {
    f"{module.__name__.split('.')[1]}.{name}": getattr(module, name)
    for module in (data, encoders, evaluate, explain, fusion)
    for name in module.__all__
}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
SEEDED = [name for name, function in FUNCTIONS.items() if "seed" in inspect.signature(function).parameters]
REFUSING = [
    "encoders.encode",
    "encoders.energy",
    "encoders.mel_filters",
    "evaluate.apply_temperature",
    "evaluate.coverage",
    "evaluate.ece_floor",
    "evaluate.gain",
    "evaluate.recall_at_k",
    "explain.completeness_gap",
    "explain.of_others",
    "fusion.nearest_neighbours",
]
TAKING = ["encoders.energy", "evaluate.confusion", "evaluate.ece_floor", "explain.leave_one_out", "explain.of_others", "explain.randomised"]  # fmt: skip


@pytest.mark.parametrize("name", SEEDED)
def test_a_seed_is_explained(name):
    assert "seed:" in FUNCTIONS[name].__doc__


@pytest.mark.parametrize("name", REFUSING)
def test_what_is_refused_is_said(name):
    assert "Raises:" in FUNCTIONS[name].__doc__


@pytest.mark.parametrize("name", TAKING)
def test_arguments_are_explained(name):
    assert "Args" in FUNCTIONS[name].__doc__
