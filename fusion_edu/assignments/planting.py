"""Which program of a learner has which mistake: drawn from the teacher's secret and the learner's id, so the same at each run."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from fusion_edu.assignments.program import Program
from fusion_edu.autograder.marking.marker import case_seed
from fusion_edu.autograder.task import Mistake
from fusion_edu.autograder.variants import edited, source_of


@dataclass(frozen=True)
class Planted:
    """A program as one learner gets it.

    Args:
        program: what it should be.
        mistake: what was planted; None where it is right.
        source: what the learner sees; ``lines``: the lines of it, from 1, that hold the mistake.
    """

    program: Program
    mistake: Mistake | None
    source: str
    lines: frozenset[int] = frozenset()

    @property
    def cause(self) -> str:
        """The id of the mistake, or "none"."""
        return self.mistake.id if self.mistake else "none"


def of_learner(programs: Sequence[Program], secret: str, learner: str) -> list[Planted]:
    """All programs with a mistake each, but for one that is right."""
    right = case_seed(secret, "the right one", learner) % len(programs)
    return [_planted(each, secret, learner) if at != right else _whole(each) for at, each in enumerate(programs)]


def _whole(program: Program) -> Planted:
    return Planted(program, None, source_of(program.task.reference))


def _planted(program: Program, secret: str, learner: str) -> Planted:
    task = program.task
    mistake = task.mistakes[case_seed(secret, f"planted in {task.id}", learner) % len(task.mistakes)]
    source = edited(task, mistake)
    assert source is not None, f"{mistake.id} does not fit {task.id}"
    return Planted(program, mistake, source, _changed(source_of(task.reference), source))


def _changed(right: str, wrong: str) -> frozenset[int]:
    """Lines of ``wrong`` that differ; where lines were taken out, those beside the gap."""
    matcher = difflib.SequenceMatcher(None, right.splitlines(), wrong.splitlines(), autojunk=False)
    found: set[int] = set()
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind != "equal":
            found |= set(range(start + 1, end + 1)) or {start, start + 1}
    return frozenset(found)
