"""Questions whose every answer, right or wrong, says why."""

from dataclasses import dataclass

import ipywidgets

from fusion_edu.widgets import answers
from fusion_edu.widgets.form import box, card, inline, output, plain


@dataclass(frozen=True)
class Question:
    """One question: ``options`` maps each answer to its feedback, ``answer`` is the right one.

    Raises:
        ValueError: fewer than two options, an answer that is none of them, or an empty feedback.
    """

    text: str
    options: dict[str, str]
    answer: str

    def __post_init__(self) -> None:
        if len(self.options) < 2 or self.answer not in self.options:
            raise ValueError(
                f"answer is {self.answer!r}, needs to be one of at least two options: {list(self.options)}"
            )
        silent = [option for option, feedback in self.options.items() if not feedback.strip()]
        if silent:
            raise ValueError(f"options[{silent[0]!r}] has no feedback, needs a sentence that says why")


def quiz(key: str, questions: list[Question]) -> None:
    """Show questions with radio buttons; "Check my answers" gives feedback on each, as often as wanted.

    Args:
        key: names the result, e.g. "04"; the first try of each question is what is stored.
        questions: at least one.

    Raises:
        ValueError: no question.
    """
    if not questions:
        raise ValueError("questions is empty, needs at least one")
    count = f"{len(questions)} question{'s' * (len(questions) > 1)}"
    text = f"Quiz, {count}: " + " ".join(f"{n}. {plain(q.text)}" for n, q in enumerate(questions, 1))
    output(text=text, live=_Quiz(key, questions).box, page=_page(questions))


class _Quiz:
    """The live form. Feedback waits for the button: arrow keys pass over options on their way to one."""

    def __init__(self, key: str, questions: list[Question]) -> None:
        self.key, self.questions = key, questions
        self.first: dict[int, bool] = {}
        wide = ipywidgets.Layout(width="auto", margin="0 0 0 18px")
        self.radios = [ipywidgets.RadioButtons(options=list(q.options), value=None, layout=wide) for q in questions]
        self.feedback = [ipywidgets.HTMLMath("") for _ in questions]
        self.button = ipywidgets.Button(
            description="Check my answers",
            button_style="primary",
            layout={"width": "auto", "margin": "6px 0 0 18px", "align_self": "flex-start"},
        )
        self.button.on_click(self.check)
        self.total = ipywidgets.HTML(self._last_time())
        rows = []
        for n, question in enumerate(questions):
            asked = ipywidgets.HTMLMath(card(f"<b>{n + 1}.</b> {inline(question.text)}"))
            rows += [asked, self.radios[n], self.feedback[n]]
        self.box = box(*rows, self.button, self.total)

    def check(self, _button: object = None) -> None:
        """Give feedback on every question that has an answer."""
        right = 0
        for n, (question, radio) in enumerate(zip(self.questions, self.radios, strict=True)):
            if radio.value is None:
                self.feedback[n].value = card("No answer yet.", live=True)
                continue
            good = radio.value == question.answer
            self.first.setdefault(n, good)
            right += good
            self.feedback[n].value = verdict(question, radio.value)
        self.total.value = card(
            self._score(right), edge="right" if right == len(self.questions) else "plain", live=True
        )

    def _score(self, right: int) -> str:
        of = len(self.questions)
        text = f"{right} of {of} right now, {sum(self.first.values())} at the first try."
        if len(self.first) == of:
            problem = answers.save("quizzes", self.key, {"first": sum(self.first.values()), "right": right, "of": of})
            text += f" {inline(problem)}" if problem else ""
        return text

    def _last_time(self) -> str:
        old = answers.load("quizzes").get(self.key, {})
        if not all(isinstance(old.get(name), int) for name in ("first", "of")):
            return ""
        return card(f"Last time: {old['first']} of {old['of']} at the first try.")


def verdict(question: Question, chosen: str) -> str:
    """The card that answers one choice, in words and not only in colour."""
    good = chosen == question.answer
    word = "✓ <b>Right.</b>" if good else "✗ <b>Not this one.</b>"
    return card(f"{word} {inline(question.options[chosen])}", edge="right" if good else "wrong", live=True)


def _page(questions: list[Question]) -> str:
    rows = []
    for n, question in enumerate(questions, 1):
        folded = "".join(
            f"<details><summary>{inline(option)}</summary><p>{'✓' if option == question.answer else '✗'} {inline(feedback)}</p></details>"
            for option, feedback in question.options.items()
        )
        rows.append(f'<p style="margin:12px 0 4px"><b>{n}.</b> {inline(question.text)}</p>{folded}')
    return card("<p>Decide first, then unfold an answer.</p>" + "".join(rows))
