"""The only maker of outcome, points and message: what an answer did, held against what the reference does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fusion_edu.autograder import describe, side_effects, stub
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import differences, same_value
from fusion_edu.autograder.counts import in_general
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.diagnose import Diagnosis, diagnose, failing, viewed
from fusion_edu.autograder.forbidden import banned, hidden
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.record import Call
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Evidence, Verdict

VALUES_SHARE = 60  # per cent of the points, where every value is right and something else is not


def judge(
    task: Task,
    cases: Sequence[Case],
    expected: list[Outcome],
    got: list[Outcome],
    *,
    stub: bool = False,
    used: str = "",
) -> Verdict:
    """The verdict on one answer. Pure: whoever ran the answer, and where, brings only outcomes.

    Args:
        task: what was asked.
        cases: named ones first, then random ones.
        expected, got: outcomes of the reference and of the answer on these cases.
        stub: nothing is written in the answer's body yet.
        used: what ``forbidden`` says of its calls, or "".
    """
    if stub:
        text = f"Nothing to check yet: write the body of {task.signature}."
        return verdict(task, "not_attempted", text)
    if used:
        return verdict(task, "forbidden", used)
    ours, theirs = ([viewed(task, *pair) for pair in zip(cases, outcomes, strict=True)] for outcomes in (expected, got))
    wrong = failing(task, ours, theirs)
    if not wrong:
        return verdict(task, "correct", f"All {len(cases)} cases agree, random ones included.", points=task.points)
    found = diagnose(task, list(cases), ours, theirs)
    return _wrong(_Seen(task, list(cases), ours, theirs, (expected, got), wrong, found))


def verdict(task: Task, outcome: str, message: str, *, points: int = 0, **more: Any) -> Verdict:
    """A verdict on this task."""
    return Verdict(task.id, task.title, outcome, message, points, task.points, hints=task.hints, **more)


def forbidden(course: Course, task: Task, called: Iterable[Call]) -> str:
    """Why an answer that called these functions does not count, in a sentence; "" where it does."""
    called = sorted(set(called))
    for module, name in called:
        if course.own(module):
            return f"Your function calls {module}.{name}. {course.rule}"
    if name := banned(course, task, called):
        return f"Your function calls {name}. That is the answer itself; here, write it with simpler operations."
    if what := hidden(task, called):
        return f"Your function {what}. Then nobody can see what it calls; here, write it with simple operations alone."
    return ""


@dataclass(frozen=True)
class _Seen:
    """A wrong answer: its outcomes, which of them are wrong, and the mistakes of the catalogue that explain it."""

    task: Task
    cases: list[Case]
    expected: list[Outcome]
    got: list[Outcome]
    raw: tuple[list[Outcome], list[Outcome]]  # both as they came; ``expected`` and ``got`` are as the task views them
    wrong: list[int]
    found: Diagnosis | None

    @cached_property
    def right_values(self) -> bool:
        """Whether every value is right, and something else is not."""
        return all(
            same_value(ours, yours, atol=self.task.atol) for ours, yours in zip(self.expected, self.got, strict=True)
        )

    @cached_property
    def at(self) -> int:
        """The failing case to show: a wrong value before a mere side effect, a named corner with its round numbers before
        a random one, then the smallest input."""

        def order(i: int) -> tuple[bool, bool, int]:
            same = same_value(self.expected[i], self.got[i], atol=self.task.atol)
            return same, i >= len(self.task.named), self.cases[i].size

        return min(self.wrong, key=order)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The mistakes' names."""
        return tuple(mistake.id for mistake in self.found.mistakes) if self.found else ()

    @cached_property
    def where(self) -> str:
        """In which cases only it is wrong, in a sentence; "" where that is no help."""
        return describe.where(self.task, self.cases, self.wrong)

    @cached_property
    def sentence(self) -> str:
        """How the case to show differs."""
        return describe.sentence(self.task, self.cases[self.at], self.expected[self.at], self.got[self.at])

    @property
    def evidence(self) -> Evidence:
        """The case to show, with both values."""
        ours, yours = describe.both(self.task, self.expected[self.at], self.got[self.at])
        case = self.cases[self.at]
        return Evidence(case=case.name, call=describe.call_text(self.task, case), expected=ours, got=yours)


@dataclass(frozen=True)
class _Told:
    """What is said of a wrong answer."""

    message: str
    mistakes: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    outcome: str = "incorrect"


def _wrong(seen: _Seen) -> Verdict:
    points = seen.task.points * VALUES_SHARE // 100 if seen.right_values else 0
    told = next(told for explain in EXPLANATIONS if (told := explain(seen)))
    return verdict(
        seen.task,
        told.outcome,
        told.message,
        points=points,
        evidence=seen.evidence,
        mistakes=told.mistakes,
        looks_like=told.looks_like,
        seen=told.seen,
    )


def _beside_right_values(seen: _Seen) -> _Told | None:
    """Every value is right, and what is wrong beside them is no mistake of the catalogue."""
    if not seen.right_values or seen.found:
        return None
    several = side_effects.besides(seen.task, seen.cases, seen.expected, seen.expected, seen.got)
    if len(several) > 1:
        return _Told(_together([text for _, text in several]), tuple(name for name, _ in several))
    named = side_effects.side_effect(seen.task, seen.cases, seen.expected, seen.got)
    elsewhere = describe.elsewhere(seen.task, seen.cases, seen.expected, seen.got, seen.at)
    where = seen.where if elsewhere else ""
    return _Told(_joined(seen.sentence, where), (named,) if named else (), seen=("where",) if where else ())


def _errors_alone(seen: _Seen) -> _Told | None:
    """Only the errors that the task asks for are wrong."""
    named = "" if seen.found else side_effects.only_errors(seen.expected, seen.got, seen.wrong)
    return _Told(f"{seen.sentence} {seen.where}".strip(), (named,)) if named else None


def _exact(seen: _Seen) -> _Told | None:
    """Mistakes that explain all of it."""
    return _Told(_named(seen.found), seen.ids) if seen.found and seen.found.exact else None


def _raised(seen: _Seen) -> _Told | None:
    """An error where a value was asked for, which no mistake explains."""
    if seen.ids or seen.expected[seen.at].error or not seen.got[seen.at].error:
        return None
    call = describe.call_text(seen.task, seen.cases[seen.at])
    text = f"{stub.raised_text(seen.got[seen.at])}\nThe task calls {call}."
    said = "\n".join(filter(None, [text, seen.where]))
    return _Told(said, seen=("where",) if seen.where else (), outcome="raised")


def _scaled(seen: _Seen) -> _Told | None:
    """Mistakes that explain it up to a factor."""
    if not (seen.found and seen.found.scaled):
        return None
    return _Told(_named(seen.found, seen.found.scaled), (*seen.ids, "scaled"))


def _and_side_effects(seen: _Seen) -> _Told | None:
    """Mistakes that explain the values, and something else is wrong besides."""
    if not (seen.found and seen.found.outcomes):
        return None
    more = side_effects.besides(seen.task, seen.cases, seen.expected, seen.found.outcomes, seen.got)
    return _Told(_named(seen.found, *(text for _, text in more)), (*seen.ids, *(name for name, _ in more)))


def _by_output(seen: _Seen) -> _Told | None:
    """Mistakes that explain some of several outputs."""
    if not (seen.found and seen.found.outputs):
        return None
    return _Told(_of_outputs(seen.task, seen.found, seen.expected, seen.got), seen.ids)


def _drawn_anew(seen: _Seen) -> _Told | None:
    """Values that another call does not repeat, so that there is no value to speak of."""
    values = [i for i in seen.wrong if not same_value(seen.expected[i], seen.got[i], atol=seen.task.atol)]
    steady = [i for i in values if seen.got[i].repeats]  # what is drawn anew each time may agree by chance
    if seen.found or 2 * len(steady) >= len(values):
        return None
    text = describe.REPEATS + bool(steady) * " Where they agree, the value is not always right."
    return _Told(text, ("does not repeat",))


def _measured(seen: _Seen) -> _Told:
    """No more than what can be measured: a factor, a place, a likeness; it always fits."""
    factor = in_general(seen.task, seen.cases, seen.expected, seen.got)
    again = describe.remembered(seen.cases, seen.got, seen.wrong)
    where = "" if again else seen.where  # called by itself, it may be right there
    rows = side_effects.apart(seen.cases, seen.expected, seen.expected, seen.got)
    acts = " ".join(text for _, text in side_effects.acts(seen.task, rows))
    text = _joined(
        factor and f"In general: {factor}",
        _likeness(seen) if seen.found else _difference(seen),
        where,
        again,
        acts and f"Besides, {acts[0].lower()}{acts[1:]}",
    )
    kinds = {"in general": factor, "where": where, "remembered": again, "acts": acts}
    return _Told(text, looks_like=seen.ids, seen=tuple(name for name, words in kinds.items() if words))


EXPLANATIONS = (
    _beside_right_values,
    _errors_alone,
    _exact,
    _raised,
    _scaled,
    _and_side_effects,
    _by_output,
    _drawn_anew,
    _measured,
)


def _likeness(seen: _Seen) -> str:
    assert seen.found
    return f"It looks like this, though not everything that your function does fits: {_named(seen.found)}"


def _difference(seen: _Seen) -> str:
    ours, yours = ((outcomes[seen.at]) for outcomes in (seen.expected, seen.got))
    outputs = describe.outputs(seen.task, seen.expected, seen.got)
    if not _other_form(seen.task, ours, yours):
        return outputs + seen.sentence
    ours, yours = (outcomes[seen.at] for outcomes in seen.raw)
    form = describe.form(ours.value, yours.value)
    return outputs + (form or describe.sentence(seen.task, seen.cases[seen.at], ours, yours))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _other_form(task: Task, expected: Outcome, got: Outcome) -> bool:
    """Whether what came cannot even be viewed as an answer: then it is told as it came."""
    return task.view is not None and not {"kind", "shape"}.isdisjoint(differences(expected, got, atol=task.atol))


def _named(found: Diagnosis, *more: str) -> str:
    """The sentences of all mistakes that were found: of one as it stands, of several as parts of a whole."""
    texts = [mistake.message for mistake in found.mistakes] + list(more)
    return texts[0] if len(texts) == 1 else _together(texts, ambiguous=found.ambiguous)


def _of_outputs(task: Task, found: Diagnosis, expected: list[Outcome], got: list[Outcome]) -> str:
    """What is wrong with each of several outputs, as far as it has a name."""
    wrong, count = describe.wrong_outputs(task, expected, got)
    texts = []
    for at, mistake in zip(found.outputs, found.mistakes, strict=True):
        head = f"Your {describe.ORDINALS[at]} output (of {count})"
        text = describe.alone(mistake.message).replace("; the others are right", "")
        texts.append(text if text.startswith(head) else f"{head}: {text}")
    if rest := [describe.ORDINALS[at] for at in wrong if at not in found.outputs]:
        texts.append(f"Your {' and '.join(rest)} output{'s are' if len(rest) > 1 else ' is'} wrong, too.")
    return "\n".join(texts)


def _together(texts: Sequence[str], *, ambiguous: bool = False) -> str:
    """Several sentences, each about one of several mistakes."""
    parts = [
        f"{ordinal.capitalize()}: {describe.alone(text)}"
        for ordinal, text in zip(describe.ORDINALS, texts, strict=False)
    ]
    same = ", or what comes to the same" if ambiguous else ""
    head = f"{COUNT.get(len(texts), len(texts))} mistakes at once{same}. Each is told as if it were the only one."
    return "\n".join([head, *parts])


COUNT = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
