"""HTML that reads well in light and dark themes, and without any style at all.

A notebook that is not trusted yet loses its styles, aria attributes and SVG: what is left must still make sense, so the
meaning is in words and elements, never in a colour.
"""

import html
import re
from typing import Any

import ipywidgets

from fusion_edu.viz.display import bundle

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TEXT = "color:var(--jp-content-font-color1,inherit);font-size:var(--jp-content-font-size1,14px);line-height:1.5"
EDGES = {"plain": "#0072B2", "right": "#009E73", "wrong": "#D55E00"}
# ipywidgets gives each option one line of fixed height; here long ones wrap, with the circle beside their first line.
# A front end marks a widget whose kernel is gone with this class: two broken links, which say nothing without a sentence.
STYLE = """<style>
.fusion-edu .widget-radio { height: auto }
.fusion-edu .widget-radio-box label { display: flex; flex-direction: row-reverse; justify-content: flex-end;
  align-items: flex-start; height: auto; width: auto; line-height: 1.4; padding: 2px 0; white-space: normal }
.fusion-edu .widget-radio-box.widget-radio-box-horizontal label { padding-right: 12px }
.fusion-edu .widget-radio-box input { flex: none; height: auto; margin: 3px 8px 0 1px }
.fusion-edu .widget-toggle-buttons { height: auto; flex-wrap: wrap }
.fusion-edu.jupyter-widgets-disconnected::after { content: "The kernel is not running, or was started anew: run this "
  "cell again, and this works again."; padding: 4px 14px; color: var(--jp-content-font-color1, inherit) }
</style>"""


def inline(text: str) -> str:
    """Plain text to HTML: ``code``, **bold**, *emphasis*; TeX between dollars stays for MathJax."""
    parts = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    return "".join(_part(part) for part in parts)


def _part(part: str) -> str:
    safe = html.escape(part, quote=False)
    if part.startswith("$"):
        return safe
    if part.startswith("`"):
        return f"<code>{safe[1:-1]}</code>"
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", safe)
    return re.sub(r"(?<!\w)\*([^*\s][^*]*)\*", r"<em>\1</em>", safe)


def plain(text: str) -> str:
    """The same text without its marks."""
    return re.sub(r"[`$]|\*\*", "", text)


def card(body: str, *, edge: str = "plain", live: bool = False) -> str:
    """A box with a coloured left edge; ``live`` asks screen readers to read it when it changes."""
    said = ' role="status" aria-live="polite"' if live else ""
    style = f"{TEXT};border-left:4px solid {EDGES[edge]};padding:6px 14px;margin:6px 0;max-width:46em"
    return f'<div style="{style}"{said}>{body}</div>'


def link(to: str, words: str) -> str:
    """A link that looks like one also inside a widget, where JupyterLab gives links no look of their own."""
    style = "color:var(--jp-content-link-color,#0b5394);text-decoration:underline"
    return f'<a href="{html.escape(to, quote=True)}" style="{style}">{html.escape(words)}</a>'


def box(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Controls below each other, in the course's style; the style itself is the last child, and takes no room."""
    style = ipywidgets.HTML(STYLE, layout={"display": "none"})
    return ipywidgets.VBox([*children, style]).add_class("fusion-edu")


def output(
    *, text: str, live: ipywidgets.DOMWidget | None = None, page: str | None = None, picture: bytes | None = None
) -> None:
    """Display one output: the live widget, its saved form (HTML or PNG), and its text."""
    data: dict[str, Any] = {"text/plain": text}
    if live is not None:
        data[WIDGET_VIEW] = {"version_major": 2, "version_minor": 0, "model_id": live.model_id}
    if page is not None:
        data["text/html"] = page
    if picture is not None:
        data["image/png"] = picture
    bundle(data, metadata={"image/png": {"alt": text}} if picture is not None else None)
