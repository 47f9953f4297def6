"""The only maker of outcome, points and message: what an answer did, held against what the reference does."""

from collections.abc import Iterable, Sequence
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
    return _wrong(task, list(cases), ours, theirs, wrong, raw=(expected, got))


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


def _wrong(
    task: Task,
    cases: list[Case],
    expected: list[Outcome],
    got: list[Outcome],
    wrong: list[int],
    *,
    raw: tuple[list[Outcome], list[Outcome]],
) -> Verdict:
    found = diagnose(task, cases, expected, got)
    at = smallest(task, cases, expected, got, wrong)
    right_values = all(same_value(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True))
    shown: dict[str, Any] = {
        "points": task.points * VALUES_SHARE // 100 if right_values else 0,
        "evidence": _evidence(task, cases[at], expected[at], got[at]),
    }
    ids = tuple(mistake.id for mistake in found.mistakes) if found else ()
    if right_values and not found:
        several = side_effects.besides(task, cases, expected, expected, got)
        if len(several) > 1:
            both = tuple(name for name, _ in several)
            return verdict(task, "incorrect", _together([text for _, text in several]), mistakes=both, **shown)
        named = side_effects.side_effect(task, cases, expected, got)
        text = describe.sentence(task, cases[at], expected[at], got[at])
        where = describe.where(task, cases, wrong) if describe.elsewhere(task, cases, expected, got, at) else ""
        shown["seen"] = ("where",) if where else ()
        text = " ".join(filter(None, [text, where]))
        return verdict(task, "incorrect", text, mistakes=(named,) if named else (), **shown)
    if not found and (named := side_effects.only_errors(expected, got, wrong)):
        text = describe.sentence(task, cases[at], expected[at], got[at])
        return verdict(
            task, "incorrect", f"{text} {describe.where(task, cases, wrong)}".strip(), mistakes=(named,), **shown
        )
    if found and found.exact:
        return verdict(task, "incorrect", _named(found), mistakes=ids, **shown)
    if got[at].error and not expected[at].error and not ids:
        text = f"{stub.raised_text(got[at])}\nThe task calls {describe.call_text(task, cases[at])}."
        where = describe.where(task, cases, wrong)
        shown = {"evidence": shown["evidence"], "seen": ("where",) if where else ()}
        return verdict(task, "raised", "\n".join(filter(None, [text, where])), **shown)
    if found and found.scaled:
        return verdict(task, "incorrect", _named(found, found.scaled), mistakes=(*ids, "scaled"), **shown)
    if found and found.outcomes:
        more = side_effects.besides(task, cases, expected, found.outcomes, got)
        ids += tuple(name for name, _ in more)
        return verdict(task, "incorrect", _named(found, *(text for _, text in more)), mistakes=ids, **shown)
    if found and found.outputs:
        return verdict(task, "incorrect", _of_outputs(task, found, expected, got), mistakes=ids, **shown)
    values = [i for i in wrong if not same_value(expected[i], got[i], atol=task.atol)]
    steady = [i for i in values if got[i].repeats]  # what is drawn anew each time may agree by chance
    if not found and 2 * len(steady) < len(values):  # and has no value to speak of
        text = describe.REPEATS + bool(steady) * " Where they agree, the value is not always right."
        return verdict(task, "incorrect", text, mistakes=("does not repeat",), **shown)
    factor = in_general(task, cases, expected, got)
    where = describe.where(task, cases, wrong)
    said = [f"In general: {factor}"] if factor else []
    if found:
        share = "not everything that your function does fits"
        said.append(f"It looks like this, though {share}: {_named(found)}")
    else:
        other_form = _other_form(task, expected[at], got[at])
        of = raw if other_form else (expected, got)
        form = describe.form(of[0][at].value, of[1][at].value) if other_form else ""
        sentence = describe.sentence(task, cases[at], of[0][at], of[1][at])
        said.append(describe.outputs(task, expected, got) + (form or sentence))
    again = describe.remembered(cases, got, wrong)
    where = "" if again else where  # called by itself, it may be right there
    acts = " ".join(text for _, text in side_effects.acts(task, side_effects.apart(cases, expected, expected, got)))
    kinds = {"in general": factor, "where": where, "remembered": again, "acts": acts}
    text = " ".join(filter(None, [*said, where, again, acts and f"Besides, {acts[0].lower()}{acts[1:]}"]))
    seen = tuple(name for name, words in kinds.items() if words)
    return verdict(task, "incorrect", text, looks_like=ids, seen=seen, **shown)


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


def smallest(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome], wrong: list[int]) -> int:
    """The failing case to show: a wrong value before a mere side effect, a named corner with its round numbers before a
    random one, then the smallest input."""
    return min(
        wrong, key=lambda i: (same_value(expected[i], got[i], atol=task.atol), i >= len(task.named), cases[i].size)
    )


def _evidence(task: Task, case: Case, expected: Outcome, got: Outcome) -> Evidence:
    ours, yours = describe.both(task, expected, got)
    return Evidence(case=case.name, call=describe.call_text(task, case), expected=ours, got=yours)
