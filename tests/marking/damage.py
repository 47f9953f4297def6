"""Structural damage to a notebook, twelve kinds. DAMAGES: name -> a function from cells to bytes."""

import json

from attacks import RIGHT
from classroom import ONE, THREE, cell, cells, notebook


def _whole() -> list[dict]:
    return cells(RIGHT)


def _without(*numbers: int) -> list[dict]:
    return [one for number, one in enumerate(_whole()) if number not in numbers]


def _bare() -> list[dict]:
    return [one | {"metadata": {}} for one in _whole()]


def _with_ids(name: str) -> list[dict]:
    found = _whole()
    for one in found:
        if one["metadata"]:
            one["metadata"]["nbgrader"]["grade_id"] = name
    return found


def _split() -> list[dict]:
    head, line, body = RIGHT.partition("    return ")
    parts = [
        cell("def hinge_of(d_pos, d_neg, margin):\n    return (d_pos - d_neg + margin).clamp(min=0)\n", "answer-04-3"),
        cell(head + line + "hinge_of(d_pos, d_neg, margin).mean()\n"),
    ]
    return [*_whole()[:3], *parts, *_whole()[4:]]


def _joined() -> list[dict]:
    first = "".join(_whole()[0]["source"])
    return [cell(first), cell(ONE + "\n" + RIGHT + "\n" + THREE, "answer-04-2")]


def _renamed() -> list[dict]:
    return cells(RIGHT.replace("triplet_loss", "my_triplet"))


def _stub_again() -> list[dict]:
    stub = cell(
        "def triplet_loss(d_pos, d_neg, margin=0.2):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n",
        "answer-04-3",
    )
    return [*_whole(), stub]


def _text(content: list[dict], **more) -> bytes:
    return json.dumps({"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more).encode()


def _as_text() -> list[dict]:
    return [one | {"source": "".join(one["source"])} for one in _whole()]


def _format_3() -> bytes:
    old = [{"cell_type": "code", "input": one["source"], "outputs": []} for one in _whole()]
    return json.dumps({"worksheets": [{"cells": old}], "nbformat": 3, "metadata": {}}).encode()


DAMAGES = {
    "answer cell twice": lambda: notebook([*_whole()[:4], _whole()[3], *_whole()[4:]]),
    "check cell twice": lambda: notebook([*_whole()[:3], _whole()[2], *_whole()[3:]]),
    "order reversed": lambda: notebook(_whole()[::-1]),
    "checks deleted": lambda: notebook(_without(2, 4, 6)),
    "ids deleted": lambda: notebook(_bare()),
    "all ids the same": lambda: notebook(_with_ids("answer-04-2")),
    "answer split over two cells": lambda: notebook(_split()),
    "all answers in one cell": lambda: notebook(_joined()),
    "function renamed": lambda: notebook(_renamed()),
    "the stub once more at the end": lambda: notebook(_stub_again()),
    "no metadata of the notebook": lambda: json.dumps({"cells": _as_text()}).encode(),
    "format 3": _format_3,
    "imports at the end": lambda: notebook([*_whole()[1:], _whole()[0]]),
    "byte order mark and \\r\\n": lambda: b"\xef\xbb\xbf" + _text(_as_text()).replace(b"\\n", b"\\r\\n"),
}  # fmt: skip

UNREADABLE = {
    "empty": (b"", "is empty"),
    "blank": (b" \n ", "is empty"),
    "no JSON": (b"hello", "cannot be parsed"),
    "cut off": (notebook(_whole())[:300], "cannot be parsed"),
    "a list": (b"[]", "no JSON object"),
    "no cells": (b"{}", "no code cell"),
    "cells that are none": (b'{"cells": [1, 2]}', "no list of cells"),
    "not UTF-8": (notebook(_whole()).replace(b"torch", b"t\xf6rch"), "not UTF-8"),
    "UTF-16": (notebook(_whole()).decode().encode("utf-16"), "not UTF-8"),
    "huge": (b" " * 20_000_001 + b"x", "more than 20 MB"),
    "nested": (b"[" * 100_000, "cannot be parsed"),
    "too many cells": (notebook([cell("x = 1")] * 1001), "at most 1000"),
    "no answers": (notebook([cell("x = 1")]), "no answer to any task"),
}
