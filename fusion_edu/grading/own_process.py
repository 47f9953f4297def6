"""The process in which a learner's own notebook is checked: it imports everything, waits for one request, answers, and ends.

It runs the learner's code beside the answers, as a check cell does: no marks are made here.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from fusion_edu.checks import check, load, task

Answer = dict[str, Any]


def answers(request: dict[str, Any]) -> Iterator[Answer]:
    """First {"loaded": true}, when the cells were run; then the answer to each task, in the order in which they were asked.

    Args:
        request: "file" for messages, "cells" (sources), "plain" (whether they only define things), "asked" {task: name}.
    """
    file, cells = request["file"], request["cells"]
    defined = load.definitions(cells, file)
    yield {"loaded": True}
    run = None
    for key, name in request["asked"].items():
        answer = _answer(key, name, defined, file)
        if answer["outcome"] != "correct" and not request["plain"]:  # it may live on what an earlier cell did
            run = run or load.definitions(cells, file, everything=True)
            again = _answer(key, name, run, file)
            answer = again if again["outcome"] == "correct" else answer
        yield answer


def _answer(key: str, name: str, defined: tuple, file: str) -> Answer:
    try:
        report = check(key, load.pick(*defined, name, file), record=False)
    except load.LoadError as error:
        return without_report(key, error.outcome, f"{error}")
    more = {"max_points": report.max_points, "text": f"{report}"}
    return report.as_json() | more


def without_report(key: str, outcome: str, message: str) -> Answer:
    """An answer for a function that was never called."""
    asked = task(key)
    text = f"✗ {asked.id} {asked.title}\n{message}"
    return {
        "task": key,
        "outcome": outcome,
        "mistakes": [],
        "message": message,
        "points": 0,
        "max_points": asked.points,
        "text": text,
    }


def main() -> None:
    """One request on standard input, one line of JSON for each answer."""
    out = _apart()
    request = sys.stdin.readline()
    if request.strip():
        for answer in answers(json.loads(request)):
            print(json.dumps(answer), file=out, flush=True)


def _apart() -> TextIO:
    """The standard output for the answers alone: what the learner's code prints goes nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return out


if __name__ == "__main__":
    main()
