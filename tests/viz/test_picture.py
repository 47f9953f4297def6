"""What show() puts into a page: one image in two shades, the same bytes at every run, never without words."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from fusion_edu import viz
from fusion_edu.viz import picture


def lines():
    return viz.curves(
        {f"line {i}": [1 / (i + k) for k in range(1, 50)] for i in range(1, 5)}, x="epoch", y="loss (nats)"
    )


@pytest.fixture
def shown(monkeypatch):
    """What show() would display."""
    outputs = []
    monkeypatch.setattr(picture, "bundle", lambda data, *, metadata: outputs.append((data, metadata)))
    return outputs


def test_png_bytes_are_the_same_at_every_run_and_small():
    first = viz.png(lines())
    assert first == viz.png(lines())
    assert len(first) < 20_000
    image = Image.open(io.BytesIO(first))
    assert image.size == (640, 360)
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert not {"Software", "Creation Time", "date"} & set(image.info)


def test_show_puts_one_image_in_two_shades(shown):
    viz.show(lines(), alt='Four "curves" <fall>.')
    [(data, metadata)] = shown
    page = data["text/html"]
    assert page.count("<img") == 1
    assert 'alt="Four &quot;curves&quot; &lt;fall&gt;."' in page
    assert data["text/plain"] == metadata["image/png"]["alt"] == 'Four "curves" <fall>.'
    night, day = (base64.b64decode(code) for code in re.findall(r"base64,([^)\"]+)", page))
    assert day == data["image/png"]
    shades = [Image.open(io.BytesIO(part)).convert("RGB") for part in (day, night)]
    assert shades[0].size == shades[1].size
    assert shades[0].getpixel((0, 0)) == (255, 255, 255)
    assert max(shades[1].getpixel((0, 0))) < 32
    viz.show(lines(), alt='Four "curves" <fall>.')
    assert shown[0] == shown[1]


def test_the_light_image_needs_no_style(shown):
    """Where styles are taken out (GitHub, a notebook that is not trusted) an image with its words is left."""
    viz.show(lines(), alt="Four curves fall.")
    bare = re.sub(r"<style>.*?</style>|(style|class)=\"[^\"]*\"", "", shown[0][0]["text/html"], flags=re.DOTALL)
    assert bare.count("base64,") == 1
    assert "display:none" not in shown[0][0]["text/html"]


def test_show_says_the_alt_text_and_leaves_no_figure_open(capsys):
    figure, ax = plt.subplots()
    viz.show(ax, alt="An empty frame.")
    viz.show([*viz.canvas(2)], alt="Two empty frames.")
    assert plt.get_fignums() == []
    assert capsys.readouterr().out == "An empty frame.\nTwo empty frames.\n"


def test_show_refuses_silence_and_strangers():
    with pytest.raises(ValueError, match="alt is empty"):
        viz.show(viz.canvas(), alt=" ")
    with pytest.raises(TypeError, match="plot is a str, needs a matplotlib Figure or Axes"):
        viz.png("plot")


MARKS = ((0, 0, 0), (230, 159, 0), (240, 228, 66), (0, 114, 178), (213, 94, 0))


@pytest.mark.parametrize("colours", [256, 128])
def test_a_small_spot_keeps_its_colour_among_many_pale_ones(colours):
    shades = np.random.default_rng(0).integers(200, 256, (200, 200, 3), dtype=np.uint8)
    for k, mark in enumerate(MARKS):
        shades[10 * k : 10 * k + 2, :2] = mark
    read = np.asarray(
        Image.open(io.BytesIO(picture.coded(Image.fromarray(shades), colours=colours))).convert("RGB"), int
    )
    off = [np.abs(read[10 * k, 0] - mark).max() for k, mark in enumerate(MARKS)]
    assert max(off) <= 20, off
