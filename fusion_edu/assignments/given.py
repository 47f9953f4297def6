"""Who got a hand-out: kept beside the marks, so that work of another id is not marked against what nobody was given."""

import json
from collections.abc import Iterable
from pathlib import Path

from fusion_edu import storage

NAME = "handouts.json"


def read(marks: Path) -> list[str]:
    """The ids; [] where no hand-out was made into this folder of marks.

    Raises:
        ValueError: the file is spoilt.
    """
    path = marks / NAME
    try:
        found = json.loads(path.read_bytes()) if path.exists() else []
    except ValueError as error:
        raise ValueError(f"{path} is spoilt ({error}): delete it and make the hand-outs again") from error
    return [str(each) for each in found]


def add(marks: Path, learners: Iterable[str]) -> None:
    """Keep these ids too, after the earlier ones."""
    every = list(dict.fromkeys([*read(marks), *learners]))
    storage.write(marks / NAME, json.dumps(every, ensure_ascii=False).encode())
