"""Knobs, the live redraw, and the saved picture."""

import io
import time

import ipywidgets
import pytest
import torch
from matplotlib.figure import Figure

from fusion_edu import viz
from fusion_edu.viz.picture import coded
from fusion_edu.widgets import explore
from fusion_edu.widgets.explorer import drawn, in_words, live, side_by_side
from fusion_edu.widgets.knobs import knob


def parabola(width, sign=1):
    ax = viz.canvas(width=4.8, height=3.2, x="x (m)", y="y (m)")
    x = torch.linspace(-1, 1, 50)
    ax.plot(x, sign * width * x**2)
    return ax, f"At width {width:g} the end is at {sign * width:g} m."


def test_knobs_follow_their_description():
    assert isinstance(knob("seeds", (2, 20, 1), 5), ipywidgets.IntSlider)
    slider = knob("loss_margin", (0.0, 2.0, 0.05), 1.0)
    assert (slider.description, slider.readout_format, slider.value) == ("loss margin", ".2f", 1.0)
    assert isinstance(knob("on", False, True), ipywidgets.Checkbox)
    assert knob("kind", ["a", "b"], "b").value == "b"
    ready = ipywidgets.FloatLogSlider()
    assert knob("rate", ready, 10.0) is ready


@pytest.mark.parametrize(
    ("spec", "start", "says"),
    [
        ((0, 1, 0.1), 2, "a starts at 2, needs 0 to 1"),
        ((0, 1, 0), 1, "a step > 0"),
        (["x"], "y", "a starts at 'y', needs one of"),
        ((0, 1), 0, r"a is \(0, 1\), needs \(low, high, step\)"),
    ],
)
def test_wrong_knobs_are_named(spec, start, says):
    with pytest.raises(ValueError, match=says):
        knob("a", spec, start)


def test_moving_a_slider_redraws_picture_alt_and_sentence():
    slider = knob("width", (0.5, 2.0, 0.5), 1.0)
    box = live(parabola, "A parabola.", {"width": slider})
    picture, sentence = box.children[1:3]
    before = picture.value
    slider.value = 2.0
    assert picture.value != before
    assert 'alt="A parabola. Now width = 2."' in picture.value
    assert "At width 2 the end is at 2 m." in sentence.value
    assert 'aria-live="polite"' in sentence.value


def test_a_redraw_costs_little_more_than_plain_matplotlib():
    """The peer draws the same line without our style and its layout; the best of seven turns each, in turns."""
    slider = knob("width", (0.5, 2.0, 0.001), 1.0)
    live(parabola, "A parabola.", {"width": slider})
    x = torch.linspace(-1, 1, 50)

    def ours(width):
        slider.value = width

    def plain(width):
        figure = Figure(figsize=(4.8, 3.2), dpi=100)
        figure.subplots().plot(x, width * x**2)
        figure.savefig(io.BytesIO(), format="png")

    def seconds(draw, width):
        started = time.process_time()
        draw(width)
        return time.process_time() - started

    turns = [(seconds(ours, width), seconds(plain, width)) for width in torch.linspace(1.1, 1.7, 7).tolist()]
    mine, peers = map(min, zip(*turns, strict=True))
    assert mine < 4 * peers  # about 2


def test_a_plot_that_fails_says_so_where_the_learner_looks():
    def fragile(width):
        if width > 1:
            raise ValueError("width <= 1")
        return viz.canvas()

    slider = knob("width", (0, 2, 1), 1)
    box = live(fragile, "A frame.", {"width": slider})
    slider.value = 2
    assert "could not be drawn (width = 2): ValueError: width &lt;= 1" in box.children[2].value


def test_an_empty_search_says_what_to_type_and_draws_nothing():
    asked = []

    def search(words):
        asked.append(words)
        return viz.canvas(), words

    field = ipywidgets.Text(value="a cat")
    box = live(search, "A frame.", {"words": field})
    before = box.children[1].value
    field.value = "  "
    assert asked == ["a cat"]
    assert "Type something into <b>words</b> and press Enter." in box.children[2].value
    assert box.children[1].value == before


def test_without_a_sentence_the_setting_is_said():
    figure, words = drawn(lambda size_of_x: viz.canvas(), {"size_of_x": 0.25})
    assert words == in_words({"size_of_x": 0.25}) == "size of x = 0.25"


def test_settings_read_as_words():
    assert in_words({"similar": True, "pair_kind": "a", "margin": 1.0}) == "similar = yes, pair kind = a, margin = 1"


def test_three_settings_stand_side_by_side_and_wide_plots_below_each_other():
    fixed = [{"width": 0.5}, {"width": 1.0}, {"width": 2.0}]
    day, night = side_by_side(parabola, fixed)
    assert 900 <= day.width <= 1000
    assert day.height < 400
    assert night.size == day.size
    assert day.getpixel((0, 0)) == (255, 255, 255)
    assert max(night.getpixel((0, 0))) < 32
    assert len(coded(day)) < 40_000
    assert coded(day) == coded(side_by_side(parabola, fixed)[0])
    wide, _ = side_by_side(lambda width: viz.canvas(2, width=9, height=3), fixed)
    assert wide.size == (900, 900)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"alt": " "}, "alt is empty"),
        ({"fixed": []}, "fixed has 0 settings"),
        ({"fixed": [{"depth": 1.0}]}, r"needs exactly the sliders \['width'\]"),
    ],
)
def test_authors_mistakes_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        explore(parabola, **({"alt": "A parabola.", "fixed": [{"width": 1.0}], "width": (0.5, 2.0, 0.5)} | change))
