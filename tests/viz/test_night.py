"""The dark version: greys change places, colours stand out, pictures and what is written on them stay."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex, to_rgb

from fusion_edu import viz
from fusion_edu.viz.night import INK, PAPER, contrast, darken, night
from fusion_edu.viz.picture import day_and_night
from fusion_edu.viz.style import COLOURS, ROLES


def dark(ax):
    figure = ax.get_figure(root=True)
    figure.canvas.draw()
    darken(figure)
    return ax


@pytest.mark.parametrize(("colour", "want"), [("black", INK), ("white", PAPER), ("#E69F00", "#e69f00")])
def test_black_and_white_change_places_and_bright_colours_stay(colour, want):
    assert to_hex(night(colour, 4.0)) == want


def test_contrast_is_that_of_wcag():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", list(COLOURS))
def test_every_colour_stands_out_from_the_dark_paper(name):
    assert contrast(night(COLOURS[name], 4.0)) >= 4
    assert night((*to_rgb(COLOURS[name]), 0.5), 4.0)[3] == 0.5


@pytest.mark.parametrize("role", ["single", "fusion"])
def test_the_colours_of_roles_stand_out_on_both_papers(role):
    colour = COLOURS[ROLES[role][0]]
    assert contrast(colour, "white") >= 3
    assert contrast(colour, PAPER) >= 3


SEEN = {  # how eyes without the red, green or blue cone see linear RGB. Source: Machado 2009, doi:10.1109/TVCG.2009.113
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("eyes", list(SEEN))
@pytest.mark.parametrize("shade", [lambda colour: to_rgb(colour), lambda colour: night(colour, 4.0)[:3]])
def test_the_colours_of_roles_differ_for_every_eye(eyes, shade):
    linear = [np.array(shade(COLOURS[ROLES[role][0]])) ** 2.2 for role in ("single", "fusion")]
    one, two = (np.clip(np.array(SEEN[eyes]) @ colour, 0, 1) ** (1 / 2.2) for colour in linear)
    assert np.abs(one - two).max() > 0.4


def test_words_lines_and_faces_are_recoloured():
    ax = dark(viz.gains({"a": [0.05, 0.06], "b": [0.01, -0.02]}, x="gain (points)", title="two gains"))
    black = ax.containers[1].lines[0]
    assert to_hex(black.get_color()) == to_hex(black.get_markerfacecolor()) == INK
    assert {to_hex(text.get_color()) for text in [*ax.texts, ax.title, ax.xaxis.label, *ax.get_xticklabels()]} == {INK}
    assert to_hex(ax.get_facecolor()) == to_hex(ax.figure.get_facecolor()) == PAPER
    assert to_hex(ax.spines["left"].get_edgecolor()) == INK


def test_what_was_not_drawn_stays_so():
    ax = dark(viz.strip({"a": [0.1, 0.2], "b": [0.3, 0.4]}, y="accuracy (share)"))
    assert not len(ax.collections[0].get_facecolor())
    assert len(ax.collections[0].get_edgecolor())


def test_images_and_the_words_on_them_stay():
    ax = viz.heat(torch.tensor([[0.0, 1.0]]), rows=["r"], columns=["c", "d"], x="x", y="y")
    before = ax.images[0].to_rgba(ax.images[0].get_array())
    dark(ax)
    assert (ax.images[0].to_rgba(ax.images[0].get_array()) == before).all()
    assert [text.get_color() for text in ax.texts] == ["black", "white"]
    assert to_hex(ax.xaxis.label.get_color()) == INK


def test_words_in_a_coloured_box_keep_what_reads_better():
    ax = dark(viz.branches({"one": ["a"]}, ["b"]))
    boxed = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert to_hex(boxed["a"].get_color()) == "#000000"
    assert to_hex(boxed["b"].get_color()) == INK


def test_contours_that_stood_out_still_do():
    x = torch.arange(5.0)
    (_, right), _ = viz.loss_surface(x, x, slope=1.0, intercept=0.5)
    dark(right)
    edges = [contrast(colour) for colour in right.collections[0].get_edgecolor()]
    assert edges[0] == max(edges)
    assert min(edges) >= 4


def test_nothing_moves():
    day, dusk = (np.asarray(shade).astype(int) for shade in day_and_night(viz.bars({"a": 0.5}, x="count")))
    drawn_by_day = np.abs(day - 255).sum(2) > 120
    drawn_by_night = np.abs(dusk - 17).sum(2) > 60
    assert (drawn_by_day == drawn_by_night).mean() > 0.98
