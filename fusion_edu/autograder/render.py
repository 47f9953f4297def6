"""What a verdict looks like: as text, and as HTML from the templates beside this module. Every text is escaped."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from fusion_edu.autograder import curves
from fusion_edu.autograder.verdict import WORDS, Verdict

PRINTED = 200  # characters of what an answer printed
# signs that nobody sees: they turn the order of what follows
OBEYED = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
# and those that a terminal obeys
OBEYED |= dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}, "\ufffd")
MARKS = re.compile(r"`([^`\n]+)`|(?<![\w*])\*(?![\s*])([^*\n]+)(?<!\s)\*(?![\w*])")  # `code` and *stress*


@cache
def _templates() -> jinja2.Environment:
    folder = Path(__file__).parent / "templates"
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    found.globals |= {"lines": lines, "some": some}
    found.filters["marked"] = marked
    return found


def marked(text: str) -> Markup:
    """Escaped text with its `code` and its *stress* shown as such."""

    def shown(found: re.Match[str]) -> str:
        return f"<code>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>"

    return Markup(MARKS.sub(shown, str(escape(text))))


def html(template: str, **content: Any) -> str:
    """A template filled in."""
    page = _templates().get_template(template).render(**content).translate(OBEYED)
    return page.encode("utf-8", "replace").decode()


def lines(text: str) -> list[str]:
    """The lines that are not empty."""
    return [line for line in text.split("\n") if line]


def some(names: list[str], most: int) -> str:
    """At most so many names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def card(verdict: Verdict) -> str:
    """A verdict as an element of a notebook."""
    words = WORDS[verdict.outcome]
    picture = Markup(curves.image(verdict.picture)) if verdict.picture else ""
    return html(
        "verdict.html", verdict=verdict, sign=words.sign, words=words.title, colour=words.colour, picture=picture
    )


def text(verdict: Verdict) -> str:
    """A verdict for a terminal."""
    words = WORDS[verdict.outcome]
    score = f" ({verdict.score})" if verdict.score else ""
    found = [f"{words.sign} {verdict.task} {verdict.title}: {words.title}{score}", verdict.message]
    if verdict.evidence:
        found += [
            f"  smallest failing input ({verdict.evidence.case}): {verdict.evidence.call}",
            f"  expected: {verdict.evidence.expected}",
            f"  yours:    {verdict.evidence.got}",
        ]
    found += [f"  Advice: {sentence}" for sentence in verdict.advice]
    if verdict.printed.strip():
        found.append("  Your code printed: " + verdict.printed.strip()[:PRINTED].replace("\n", " | "))
    return "\n".join(filter(None, found)).translate(OBEYED)
