"""A plot with knobs; saved, it is the same plot at three settings."""

import html
from collections.abc import Callable, Mapping, Sequence

import ipywidgets
import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from fusion_edu.viz.night import PAPER
from fusion_edu.viz.picture import Plot, coded, day_and_night, figure_of, page
from fusion_edu.viz.style import STYLE
from fusion_edu.widgets.form import box, card, inline, output
from fusion_edu.widgets.knobs import knob

Setting = Mapping[str, object]
Drawing = Callable[..., Plot | tuple[Plot, str]]


def explore(plot: Drawing, *, alt: str, fixed: Sequence[Setting], **sliders: object) -> None:
    """Let a learner turn the knobs of ``plot``.

    Args:
        plot: pure; ``plot(**setting)`` gives Axes or a Figure, or (one of them, a sentence with the numbers it shows).
            A figure up to about 5 x 3.4 inches redraws fast enough to follow the slider.
        alt: what the figure shows, whatever the setting.
        fixed: 1 to 3 settings for the saved notebook, each naming every slider; the live plot starts at the first.
        sliders: name=(low, high, step), a list of choices, True/False, or an ipywidgets control.

    Raises:
        ValueError: an empty ``alt``, no slider, or settings that do not name exactly the sliders.
    """
    if not alt.strip():
        raise ValueError("alt is empty, needs a sentence that says what the figure shows")
    if not sliders or not 1 <= len(fixed) <= 3:
        raise ValueError(
            f"fixed has {len(fixed)} settings and there are {len(sliders)} sliders, needs 1 to 3 and at least 1"
        )
    for setting in fixed:
        if set(setting) != set(sliders):
            raise ValueError(f"fixed has a setting of {sorted(setting)}, needs exactly the sliders {sorted(sliders)}")
    width = f"{0.6 * max(map(len, sliders)) + 1:g}em"
    knobs = {name: knob(name, spec, fixed[0][name], label_width=width) for name, spec in sliders.items()}
    text = f"{alt} Shown at " + "; ".join(in_words(setting) for setting in fixed) + "."
    day, night = (coded(picture, colours=128) for picture in side_by_side(plot, fixed))
    output(text=text, live=live(plot, alt, knobs), page=page(day, night, alt=text), picture=day)


def in_words(setting: Setting) -> str:
    """{"margin": 0.5} -> "margin = 0.5"."""
    return ", ".join(f"{name.replace('_', ' ')} = {_word(value)}" for name, value in setting.items())


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def drawn(plot: Drawing, setting: Setting) -> tuple[Figure, str]:
    """The figure at one setting, and its sentence (the setting itself where ``plot`` gives none)."""
    result = plot(**setting)
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], str):
        return figure_of(result[0]), result[1]
    return figure_of(result), in_words(setting)


def live(plot: Drawing, alt: str, knobs: dict[str, ipywidgets.Widget]) -> ipywidgets.VBox:
    """Knobs, picture and sentence. The front end sends the newest value only when the last redraw is done."""
    picture, sentence = ipywidgets.HTML(), ipywidgets.HTMLMath()

    def redraw(_change: object = None) -> None:
        setting = {name: control.value for name, control in knobs.items()}
        if empty := [name for name, value in setting.items() if isinstance(value, str) and not value.strip()]:
            sentence.value = card(f"Type something into <b>{html.escape(empty[0])}</b> and press Enter.", live=True)
            return
        try:
            figure, words = drawn(plot, setting)
            day, night = (coded(shade, colours=None) for shade in day_and_night(figure))
        except Exception as error:  # a callback's traceback would vanish in a log that nobody reads
            problem = f"This setting could not be drawn ({in_words(setting)}): {type(error).__name__}: {error}"
            sentence.value = card(html.escape(problem), edge="wrong", live=True)
            return
        picture.value = page(day, night, alt=f"{alt} Now {in_words(setting)}.")
        sentence.value = card(inline(words), live=True)

    for control in knobs.values():
        control.observe(redraw, "value")
    redraw()
    return box(*knobs.values(), picture, sentence)


@mpl.rc_context(STYLE)
def side_by_side(plot: Drawing, fixed: Sequence[Setting]) -> tuple[Image.Image, Image.Image]:
    """The plot at each setting in one picture, wide plots below each other: for a light page, and for a dark one."""
    varied = [name for name in fixed[0] if any(setting[name] != fixed[0][name] for setting in fixed)] or list(fixed[0])
    pictures, wide = [], False
    for setting in fixed:
        figure, _ = drawn(plot, setting)
        width, height = figure.get_size_inches()
        wide = wide or width > 2.2 * height
        if not wide and len(fixed) > 1:
            figure.set_size_inches(9.6 / len(fixed), height * max(9.6 / len(fixed) / width, 0.85))
        if figure.get_suptitle() == "":
            words = in_words({name: setting[name] for name in varied})
            figure.suptitle(words if wide else words.replace(", ", "\n"), fontsize=11, fontweight="bold")
        pictures.append(day_and_night(figure))
    days, nights = zip(*pictures, strict=True)
    return _joined(days, paper="white", down=wide), _joined(nights, paper=PAPER, down=wide)


def _joined(pictures: Sequence[Image.Image], *, paper: str, down: bool) -> Image.Image:
    widths, heights = [p.width for p in pictures], [p.height for p in pictures]
    size = (max(widths), sum(heights)) if down else (sum(widths), max(heights))
    joined, at = Image.new("RGB", size, paper), 0
    for picture in pictures:
        joined.paste(picture, (0, at) if down else (at, 0))
        at += picture.height if down else picture.width
    return joined
