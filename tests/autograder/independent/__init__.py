"""Answers to every task, written from the statements alone by somebody who had not seen the catalogue of mistakes.

A file a task (each has a second one, ``NN.T_b.py``, and some a third or fourth, ``NN.T_c.py``, ``NN.T_d.py``, each written when those before were used up), in blocks: ``# %% right: ...`` an answer in one more style, ``# %% wrong: ...`` with one mistake, ``# %% two: ...; ...``
with two; after the colon stands what is wrong, in the words of whoever wrote it. They measure the autograder, and keep it from
getting worse.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

BLOCK = re.compile(r"^# %% (right|wrong|two): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One answer; ``kind`` is "right", "wrong" or "two", ``says`` what is wrong with it."""

    task: str
    number: int
    kind: str
    says: str
    source: str

    def function(self, name: str) -> Callable:
        """The function that it defines."""
        scope: dict = {"__name__": "independent"}
        exec(compile(self.source, f"<{self.task} {self.number}>", "exec"), scope)
        return scope[name]


def answers(folder: Path = Path(__file__).parent) -> Iterator[Answer]:
    """All answers, by task."""
    numbers = defaultdict(count)
    for path in sorted(folder.glob("[0-9][0-9].[0-9]*.py")):
        parts, task = BLOCK.split(path.read_text(encoding="utf-8"))[1:], path.stem[:4]
        for kind, says, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            yield Answer(task, next(numbers[task]), kind, says.strip(), source)
