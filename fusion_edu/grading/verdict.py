"""The mark of one answer: what came out of the room against what the reference does, here, where no submission runs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fusion_edu.checks import Task, attempt
from fusion_edu.checks.case import Case
from fusion_edu.checks.diagnose import run, viewed
from fusion_edu.checks.judge import judge
from fusion_edu.checks.observe import guarded
from fusion_edu.checks.outcome import Outcome
from fusion_edu.checks.tasks import TASKS  # noqa: F401  (loaded before any worker forks its pool)

from .said import Run, Said

MOST_KNOWN = 500
MOST_SAID, MOST_SHOWN = 2000, 500  # characters of a message, of an input or a value


@dataclass(frozen=True)
class Mark:
    """The mark of one answer. ``shown`` is the smallest failing input, ``yours`` what the answer did with it."""

    task: str
    outcome: str
    points: int
    max_points: int
    message: str
    mistakes: tuple[str, ...] = ()
    shown: str = ""
    yours: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain content for the store."""
        return asdict(self) | {"mistakes": list(self.mistakes)}


class Judge:
    """Cases and expected outcomes of one task, computed once.

    Args:
        task: what was asked.
        cases: named ones first.
    """

    def __init__(self, task: Task, cases: Sequence[Case]) -> None:
        self.task, self.cases = task, list(cases)
        self.inputs = {"cases": self.cases, "forbidden": task.forbidden}  # all that a room gets
        self.known: dict[bytes, Mark] = {}
        with guarded():
            self.expected = run(task, task.reference, self.cases)

    def mark(self, said: Said) -> Mark:
        """The mark of what an answer did. Answers that said the same, byte for byte, are compared once."""
        if said.digest not in self.known:
            if len(self.known) == MOST_KNOWN:
                self.known.clear()
            self.known[said.digest] = self._marked(said.run)
        return self.known[said.digest]

    def _marked(self, said: Run) -> Mark:
        if said.ended == "missing":
            return self._mark("not_attempted", f"There is no function {self.task.name} in the notebook.")
        if said.ended == "timed_out":
            return self._mark("timed_out", "Your function did not finish in time: look for a loop that never ends.")
        got = said.outcomes[: len(self.cases)]
        if said.ended != "done" or len(got) < len(self.cases):
            return self._mark("raised", "Your function ended the whole process, or used more memory than there is.")
        stub = said.stub or attempt.not_attempted(lambda: 1, got)
        used = next((banned for banned in self.task.forbidden if any(_is(name, banned) for name in said.ran)), "")
        if not used and any(outcome.error == "Withheld" for outcome in got):
            used = "a function of the library"
        try:
            with guarded():
                return self._judged(got, stub, used)
        except Exception:  # what a hostile answer hands back may break any comparison; it is then no right answer
            return self._mark("incorrect", "Your function returned something that cannot be compared.")

    def _judged(self, got: list[Outcome], stub: bool, used: str) -> Mark:
        if not stub and not used:
            got = [viewed(self.task, case, outcome) for case, outcome in zip(self.cases, got, strict=True)]
        found = judge(self.task, self.cases, self.expected, got, stub=stub, used=used)
        shown = (
            {"shown": found.evidence.call[:MOST_SHOWN], "yours": found.evidence.got[:MOST_SHOWN]}
            if found.evidence
            else {}
        )
        return self._mark(
            found.outcome, found.message[:MOST_SAID], points=found.points, mistakes=found.mistakes, **shown
        )

    def _mark(self, outcome: str, message: str, *, points: int = 0, **more: Any) -> Mark:
        return Mark(self.task.id, outcome, points, self.task.points, message, **more)


def _is(name: str, banned: str) -> bool:
    return name == banned or name.startswith(banned + ".")
