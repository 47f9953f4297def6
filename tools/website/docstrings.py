"""The house style of docstrings for Sphinx: "Shape: ..." and its like are paragraphs of their own, however they are set."""

import re

LABEL = re.compile(r"^(Shape|Missing|Raises|Returns|Source|Needs|Note): +(?=\S)")


def paragraphs(lines: list[str]) -> list[str]:
    """The same lines with an empty one before each label, the label in bold, and what belongs to it at the margin."""
    made: list[str] = []
    inside = False
    for line in lines:
        inside = bool(LABEL.match(line)) or (inside and line.startswith("    "))
        if LABEL.match(line):
            made += ["", LABEL.sub(r"**\1:** ", line)]
        else:
            made.append(line.strip() if inside else line)
    return made


def process(app, what, name, obj, options, lines: list[str]) -> None:
    """Sphinx's event autodoc-process-docstring."""
    lines[:] = paragraphs(lines)
