"""What is said of a wrong answer: the first explanation that fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from fusion_edu.autograder import describe, side_effects, stub, where
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import differences, same_value
from fusion_edu.autograder.counts import in_general
from fusion_edu.autograder.diagnose import Diagnosis
from fusion_edu.autograder.formatting import ORDINALS, both, call_text
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Evidence


@dataclass(frozen=True)
class WrongAnswer:
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
        return where.in_cases(self.task, self.cases, self.wrong)

    @cached_property
    def sentence(self) -> str:
        """How the case to show differs."""
        return describe.sentence(self.task, self.cases[self.at], self.expected[self.at], self.got[self.at])

    @property
    def evidence(self) -> Evidence:
        """The case to show, with both values."""
        ours, yours = both(self.task, self.expected[self.at], self.got[self.at])
        case = self.cases[self.at]
        return Evidence(case=case.name, call=call_text(self.task, case), expected=ours, got=yours)


@dataclass(frozen=True)
class Explanation:
    """What is said of a wrong answer."""

    message: str
    mistakes: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    outcome: str = "incorrect"


def explain(answer: WrongAnswer) -> Explanation:
    """The first explanation that fits; the last one always does."""
    return next(told for explanation in EXPLANATIONS if (told := explanation(answer)))


def _beside_right_values(answer: WrongAnswer) -> Explanation | None:
    """Every value is right, and what is wrong beside them is no mistake of the catalogue."""
    if not answer.right_values or answer.found:
        return None
    several = side_effects.besides(answer.task, answer.cases, answer.expected, answer.expected, answer.got)
    if len(several) > 1:
        return Explanation(_together([text for _, text in several]), tuple(name for name, _ in several))
    named = side_effects.side_effect(answer.task, answer.cases, answer.expected, answer.got)
    elsewhere = where.elsewhere(answer.task, answer.cases, answer.expected, answer.got, answer.at)
    place = answer.where if elsewhere else ""
    return Explanation(_joined(answer.sentence, place), (named,) if named else (), seen=("where",) if place else ())


def _errors_alone(answer: WrongAnswer) -> Explanation | None:
    """Only the errors that the task asks for are wrong."""
    named = "" if answer.found else side_effects.only_errors(answer.expected, answer.got, answer.wrong)
    return Explanation(f"{answer.sentence} {answer.where}".strip(), (named,)) if named else None


def _exact(answer: WrongAnswer) -> Explanation | None:
    """Mistakes that explain all of it."""
    return Explanation(_named(answer.found), answer.ids) if answer.found and answer.found.exact else None


def _raised(answer: WrongAnswer) -> Explanation | None:
    """An error where a value was asked for, which no mistake explains."""
    if answer.ids or answer.expected[answer.at].error or not answer.got[answer.at].error:
        return None
    call = call_text(answer.task, answer.cases[answer.at])
    how = ", each argument by its position" if answer.got[answer.at].error == "TypeError" else ""
    text = f"{stub.raised_text(answer.got[answer.at])}\nThe task calls {call}{how}."
    said = "\n".join(filter(None, [text, answer.where]))
    return Explanation(said, seen=("where",) if answer.where else (), outcome="raised")


def _scaled(answer: WrongAnswer) -> Explanation | None:
    """Mistakes that explain it up to a factor."""
    if not (answer.found and answer.found.scaled):
        return None
    return Explanation(_named(answer.found, answer.found.scaled), (*answer.ids, "scaled"))


def _and_side_effects(answer: WrongAnswer) -> Explanation | None:
    """Mistakes that explain the values, and something else is wrong besides."""
    if not (answer.found and answer.found.outcomes):
        return None
    more = side_effects.besides(answer.task, answer.cases, answer.expected, answer.found.outcomes, answer.got)
    return Explanation(_named(answer.found, *(text for _, text in more)), (*answer.ids, *(name for name, _ in more)))


def _by_output(answer: WrongAnswer) -> Explanation | None:
    """Mistakes that explain some of several outputs."""
    if not (answer.found and answer.found.outputs):
        return None
    return Explanation(_of_outputs(answer.task, answer.found, answer.expected, answer.got), answer.ids)


def _drawn_anew(answer: WrongAnswer) -> Explanation | None:
    """Values that another call does not repeat, so that there is no value to speak of."""
    values = [i for i in answer.wrong if not same_value(answer.expected[i], answer.got[i], atol=answer.task.atol)]
    steady = [i for i in values if answer.got[i].repeats]  # what is drawn anew each time may agree by chance
    if answer.found or 2 * len(steady) >= len(values):
        return None
    text = describe.REPEATS + bool(steady) * " Where they agree, the value is not always right."
    return Explanation(text, ("does not repeat",))


def _measured(answer: WrongAnswer) -> Explanation:
    """No more than what can be measured: a factor, a place, a likeness; it always fits."""
    factor = in_general(answer.task, answer.cases, answer.expected, answer.got)
    again = where.remembered(answer.cases, answer.got, answer.wrong)
    place = "" if again else answer.where  # called by itself, it may be right there
    rows = side_effects.apart(answer.cases, answer.expected, answer.expected, answer.got)
    acts = " ".join(text for _, text in side_effects.acts(answer.task, rows))
    text = _joined(
        factor and f"In general: {factor}",
        _likeness(answer) if answer.found else _difference(answer),
        place,
        again,
        acts and f"Besides, {acts[0].lower()}{acts[1:]}",
    )
    kinds = {"in general": factor, "where": place, "remembered": again, "acts": acts}
    return Explanation(text, looks_like=answer.ids, seen=tuple(name for name, words in kinds.items() if words))


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


def _likeness(answer: WrongAnswer) -> str:
    assert answer.found
    return f"It looks like this, though not everything that your function does fits: {_named(answer.found)}"


def _difference(answer: WrongAnswer) -> str:
    ours, yours = answer.expected[answer.at], answer.got[answer.at]
    outputs = where.in_outputs(answer.task, answer.expected, answer.got)
    if not _other_form(answer.task, ours, yours):
        return outputs + answer.sentence
    ours, yours = (outcomes[answer.at] for outcomes in answer.raw)
    form = describe.form(ours.value, yours.value)
    return outputs + (form or describe.sentence(answer.task, answer.cases[answer.at], ours, yours))


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
    wrong, count = where.wrong_outputs(task, expected, got)
    texts = []
    for at, mistake in zip(found.outputs, found.mistakes, strict=True):
        head = f"Your {ORDINALS[at]} output (of {count})"
        text = describe.alone(mistake.message).replace("; the others are right", "")
        texts.append(text if text.startswith(head) else f"{head}: {text}")
    if rest := [ORDINALS[at] for at in wrong if at not in found.outputs]:
        texts.append(f"Your {' and '.join(rest)} output{'s are' if len(rest) > 1 else ' is'} wrong, too.")
    return "\n".join(texts)


def _together(texts: Sequence[str], *, ambiguous: bool = False) -> str:
    """Several sentences, each about one of several mistakes."""
    parts = [f"{ordinal.capitalize()}: {describe.alone(text)}" for ordinal, text in zip(ORDINALS, texts, strict=False)]
    same = ", or what comes to the same" if ambiguous else ""
    head = f"{COUNT.get(len(texts), len(texts))} mistakes at once{same}. Each is told as if it were the only one."
    return "\n".join([head, *parts])


COUNT = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
