"""A search over the course that works without a network: it reads the learner's own folder."""

import html
import re
from pathlib import Path

import ipywidgets

from fusion_edu.widgets.finding import Section, excerpt, find, sections
from fusion_edu.widgets.form import box, card, link, output


def search(course: Path | str = "..") -> None:
    """Show a box that finds words in the lessons, the exercises and the glossary while one types.

    Args:
        course: the folder that holds ``notebooks/``, ``exercises/`` and ``docs/``.
    """
    places = sections(Path(course))
    query = ipywidgets.Text(placeholder="margin, calibration, 对比损失 …", description="Find", continuous_update=True)
    query.layout.width = "min(32em, 100%)"
    found = ipywidgets.HTML()
    query.observe(lambda change: setattr(found, "value", results(places, change["new"])), "value")
    text = "Search over lessons, exercises and glossary: type a word in the running notebook."
    output(text=text, live=box(query, found), page=card(text))


def results(places: list[Section], query: str) -> str:
    """The list of what was found, as HTML; "" while nothing is asked."""
    if not query.strip():
        return ""
    hits = find(places, query)
    rows = [f"<li>{link(h.to, h.title)}<br><small>{marked(h, query)}</small></li>" for h in hits]
    count = f"{len(hits)} place{'s' * (len(hits) != 1)}" if hits else "Nothing found. Try a shorter word."
    return card(f'{count}<ul style="margin:4px 0;padding-left:1.2em">{"".join(rows)}</ul>', live=True)


def marked(place: Section, query: str) -> str:
    """The words around the first hit, the hits in bold."""
    words = "|".join(re.escape(html.escape(word)) for word in query.split())
    return re.sub(f"({words})", r"<b>\1</b>", html.escape(excerpt(place, query)), flags=re.I)
