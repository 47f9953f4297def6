"""Write the test: which wrong versions does an input of the learner unmask, and which stay hidden?"""

from dataclasses import dataclass
from typing import Any

from fusion_edu.autograder import render
from fusion_edu.autograder.case import Case, tensors
from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.diagnose import run
from fusion_edu.autograder.formatting import call_text
from fusion_edu.autograder.observe import guarded
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import single


@dataclass(frozen=True)
class Unmasked:
    """Ids of the mistakes that an input shows (``exposed``) and of those that pass unseen (``hidden``)."""

    task: str
    call: str
    exposed: tuple[str, ...]
    hidden: tuple[str, ...]
    symptoms: dict[str, str]

    def __str__(self) -> str:
        total = len(self.exposed) + len(self.hidden)
        lines = [f"{self.call} unmasks {len(self.exposed)} of {total} wrong versions."]
        lines += [f"  ✓ {name}: {self.symptoms[name]}" for name in self.exposed]
        lines += [f"  … {name} gives the right answer here" for name in self.hidden]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return render.html("unmasked.html", found=self)


def unmask(course: Course, key: str, *inputs: Any) -> Unmasked:
    """Run every wrong version of a task on one input.

    Args:
        course: whose task it is.
        key: id or name of the task.
        inputs: the arguments of one call; values, dtypes and, where the task asks for one, the gradient are compared.

    Raises:
        ValueError: unknown task, or the right answer itself fails on this input.
    """
    asked = course.task(key)
    cases = [Case("yours", tuple(inputs)), *_with_gradient(asked, inputs)]
    with guarded():
        expected = run(asked, asked.reference, cases)
        failed = next((outcome for outcome in expected if outcome.error), None)
        if failed:
            raise ValueError(
                f"a right answer itself raises {failed.error} on {call_text(asked, cases[0])}: {failed.error_text}"
            )
        shown = {mistake.id: _shows(asked, mistake, cases, expected) for mistake in asked.mistakes}
    return Unmasked(
        task=asked.id,
        call=call_text(asked, cases[0]),
        exposed=tuple(name for name, exposed in shown.items() if exposed),
        hidden=tuple(name for name, exposed in shown.items() if not exposed),
        symptoms={mistake.id: mistake.symptom for mistake in asked.mistakes},
    )


def _shows(task: Task, mistake: Mistake, cases: list[Case], expected: list[Any]) -> bool:
    got = run(task, single(task, mistake), cases)
    return any(differences(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True))


def _with_gradient(task: Task, inputs: tuple[Any, ...]) -> list[Case]:
    asked = next((case.gradient for case in task.named if case.gradient), ())
    given = [tensors(inputs[i]) if i < len(inputs) else [] for i in asked]
    usable = all(found and all(t.is_floating_point() for t in found) for found in given)
    return [Case("yours, gradient", tuple(inputs), gradient=asked)] if asked and usable else []
