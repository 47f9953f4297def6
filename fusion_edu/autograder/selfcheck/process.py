"""The process in which a learner's own notebook is checked: it imports everything, waits for one request, answers, and ends.

It runs the learner's code beside the answers, as a check cell does: no marks are made here.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from fusion_edu.autograder import load
from fusion_edu.autograder.check import check
from fusion_edu.autograder.course import Course, find
from fusion_edu.autograder.judge import verdict
from fusion_edu.autograder.notebook import Cell

Answer = dict[str, Any]  # a Verdict as JSON, and as "text"


def answers(request: dict[str, Any]) -> Iterator[Answer]:
    """First {"loaded": true}, when the cells were run; then the answer to each task, in the order in which they were asked.

    Args:
        request: "course", "file" for messages, "folder" it is in, "cells" (number and source), "asked" {task: name}, "seed", "seconds" for a task.
    """
    course = find(request["course"])
    sys.path.insert(0, request["folder"])
    cells = [Cell(number, source, "") for number, source in request["cells"]]
    loaded = load.Loaded(cells, request["file"], request["asked"].values())
    yield {"loaded": True}
    for key, name in request["asked"].items():
        yield _answer(course, key, name, loaded, request["seed"], request["seconds"])


def _answer(course: Course, key: str, name: str, loaded: load.Loaded, seed: int | None, seconds: float) -> Answer:
    try:
        found = check(course, key, loaded.function(name), seed=seed, seconds=seconds)
    except load.LoadError as error:
        found = verdict(course.task(key), error.outcome, f"{error}")
    return found.as_json() | {"text": f"{found}"}


def main() -> None:
    """One request on standard input, one line of JSON for each answer."""
    out = _apart()
    request = sys.stdin.readline()
    if request.strip():
        own, content = os.getpid(), json.loads(request)
        nonce = content.pop("nonce")  # what the learner's code prints does not have it
        for answer in answers(content):
            if os.getpid() != own:
                break  # a fork that the learner's code has made
            print(json.dumps({"nonce": nonce} | answer), file=out, flush=True)
    os._exit(0)  # whatever the learner's code has registered for the end


def _apart() -> TextIO:
    """The standard output for the answers alone: what the learner's code prints goes nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return out


if __name__ == "__main__":
    main()
