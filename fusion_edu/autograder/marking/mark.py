"""The mark of one answer: what came out of the sandbox against what the reference does, here, where no submission runs."""

from collections.abc import Sequence
from dataclasses import replace

from fusion_edu.autograder import judge, limit, stub
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.sandbox.response import Response, Run
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Verdict

MOST_KNOWN = 500
MOST_SAID, MOST_SHOWN = 2000, 500  # characters of a message, of an input or a value


class Judge:
    """Cases and expected outcomes of one task, computed once.

    Args:
        course: whose task it is.
        task: what was asked.
        cases: named ones first.
    """

    def __init__(self, course: Course, task: Task, cases: Sequence[Case]) -> None:
        self.course, self.task, self.cases = course, task, list(cases)
        self.inputs = {"cases": self.cases, "watched": bool(task.forbidden)}  # all that the sandbox gets
        self.known: dict[bytes, Verdict] = {}
        with guarded():
            self.expected = [observe(task.reference, case) for case in self.cases]

    def mark(self, response: Response) -> Verdict:
        """The verdict on what an answer did. Answers that said the same, byte for byte, are compared once."""
        if response.digest not in self.known:
            if len(self.known) == MOST_KNOWN:
                self.known.clear()
            self.known[response.digest] = _short(self._marked(response.run)).without_expected()
        return self.known[response.digest]

    def _marked(self, said: Run) -> Verdict:
        task = self.task
        if said.ended == "missing":
            return judge.verdict(task, "not_attempted", f"There is no function {task.name} in the notebook.")
        if said.ended == "unreached":
            text = (
                "The time for the whole notebook was up before your function was called: look for cells that take long."
            )
            return judge.verdict(task, "timed_out", text)
        if said.ended == "timed_out":
            return judge.verdict(task, "timed_out", f"Your function did not finish in time: {limit.LOOK_FOR}.")
        got = said.outcomes[: len(self.cases)]
        if said.ended != "done" or len(got) < len(self.cases):
            return judge.verdict(
                task, "raised", "Your function ended the whole process, or used more memory than there is."
            )
        try:
            with guarded():
                return self._judged(said, got)
        except Exception:  # what a hostile answer hands back may break any comparison; it is then no right answer
            return judge.verdict(task, "incorrect", "Your function returned something that cannot be compared.")

    def _judged(self, said: Run, got: list[Outcome]) -> Verdict:
        empty = said.stub or stub.not_attempted(lambda: 1, got)
        used = judge.forbidden(self.course, self.task, said.called)
        if not used and (refused := next((outcome for outcome in got if outcome.error == "Withheld"), None)):
            module, _, name = refused.error_text.partition(" ")[0].rpartition(".")
            used = judge.forbidden(self.course, self.task, [(module, name)])
        return judge.judge(self.task, self.cases, self.expected, got, stub=empty, used=used)


def _short(verdict: Verdict) -> Verdict:
    """The same without what would fill a page: no verdict quotes a submission at length."""
    evidence = verdict.evidence and replace(
        verdict.evidence, call=verdict.evidence.call[:MOST_SHOWN], got=verdict.evidence.got[:MOST_SHOWN]
    )
    return replace(verdict, message=verdict.message[:MOST_SAID], evidence=evidence)
