"""The mark of one answer: what came out of the room against what the reference does, here, where no submission runs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fusion_edu.checks import Task, attempt, describe
from fusion_edu.checks.case import Case
from fusion_edu.checks.compare import same_value
from fusion_edu.checks.diagnose import diagnose, failing, run, viewed
from fusion_edu.checks.observe import guarded
from fusion_edu.checks.outcome import Outcome
from fusion_edu.checks.tasks import TASKS  # noqa: F401  (loaded before any worker forks its pool)

from .said import Run, Said

MOST_KNOWN = 500


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
        if said.stub or attempt.not_attempted(lambda: 1, got):
            return self._mark("not_attempted", f"Nothing is written yet in {self.task.signature}.")
        used = [banned for banned in self.task.forbidden if any(_is(name, banned) for name in said.ran)]
        if used or any(outcome.error == "Withheld" for outcome in got):
            name = used[0] if used else "a function of the library"
            return self._mark("forbidden", f"Your function calls {name}. Here, write it with simpler operations.")
        try:
            with guarded():
                return self._compared(got)
        except Exception:  # what a hostile answer hands back may break any comparison; it is then no right answer
            return self._mark("incorrect", "Your function returned something that cannot be compared.")

    def _compared(self, got: list[Outcome]) -> Mark:
        got = [viewed(self.task, case, outcome) for case, outcome in zip(self.cases, got, strict=True)]
        wrong = failing(self.task, self.expected, got)
        if not wrong:
            return self._mark("correct", f"All {len(self.cases)} cases agree.", points=self.task.points)
        found = diagnose(self.task, self.cases, self.expected, got)
        at = min(wrong, key=lambda i: (self._same(i, got[i]), i >= len(self.task.named), self.cases[i].size))
        shown = {"shown": describe.call_text(self.task, self.cases[at])[:500], "yours": _text(got[at])[:500]}
        if found and found.exact:
            named = tuple(mistake.id for mistake in found.mistakes)
            weak = all(self._same(i, outcome) for i, outcome in enumerate(got))
            points = self.task.points * 60 // 100 if weak else 0
            return self._mark("incorrect", _messages(found), points=points, mistakes=named, **shown)
        if found:
            return self._mark(
                "incorrect", f"It looks like this, though not everything fits: {_messages(found)}", **shown
            )
        if got[at].error and not self.expected[at].error:
            return self._mark("raised", attempt.raised_text(got[at])[:500], **shown)
        general = describe.patterns(self.expected, got)
        said = describe.sentence(self.task, self.expected[at], got[at])
        return self._mark("incorrect", f"In general: {general} {said}" if general else said, **shown)

    def _same(self, i: int, outcome: Outcome) -> bool:
        return same_value(self.expected[i], outcome, atol=self.task.atol)

    def _mark(self, outcome: str, message: str, *, points: int = 0, **more: Any) -> Mark:
        return Mark(self.task.id, outcome, points, self.task.points, message, **more)


def _is(name: str, banned: str) -> bool:
    return name == banned or name.startswith(banned + ".")


def _messages(found: Any) -> str:
    return "\n".join(mistake.message for mistake in found.mistakes)


def _text(outcome: Outcome) -> str:
    return f"raises {outcome.error}" if outcome.error else describe.show(outcome.value)
