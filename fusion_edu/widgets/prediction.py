"""Predict first, run, compare: the learner's guess is stored, and so is how sure they were."""

from collections.abc import Callable, Sequence

import ipywidgets

from fusion_edu.widgets import answers
from fusion_edu.widgets.form import box, card, inline, output, plain

SURE = {"a guess": 0.5, "rather sure": 0.75, "very sure": 0.95}
_forms: dict[str, "_Form"] = {}  # those of this notebook


def predict(key: str, question: str, options: Sequence[str]) -> None:
    """Ask for a prediction before the cell that answers it.

    It is stored as soon as both are chosen, an option and how sure one is, and can be changed until it was compared.

    Args:
        key: names it for :func:`reveal`, e.g. "04.aha".
        question: one sentence; `code`, **bold** and $TeX$ are rendered.
        options: at least two different answers, plain text.

    Raises:
        ValueError: fewer than two options, or one twice.
    """
    if len(set(options)) != len(options) or len(options) < 2:
        raise ValueError(f"options is {list(options)}, needs at least two different answers")
    before = _forms.get(key)
    _forms[key] = _Form(key, question, list(options))
    if before is not None:
        _forms[key].show_reveal = before.show_reveal
    text = f"Predict first: {plain(question)} " + " / ".join(options)
    output(text=text, live=_forms[key].box, page=_page(question, options))


class _Form:
    """The live form of one prediction. The buttons that say how sure one is come last: one of them stores the choice."""

    def __init__(self, key: str, question: str, options: list[str]) -> None:
        self.key, self.options = key, options
        self.show_reveal: Callable[[], None] = lambda: None  # the reveal that was run already, if any
        stored = self._record()
        wide = ipywidgets.Layout(width="auto", margin="0 0 0 18px")
        self.radio = ipywidgets.RadioButtons(options=options, value=stored.get("choice"), layout=wide)
        self.level = ipywidgets.ToggleButtons(
            options=list(SURE),
            value=stored.get("sure"),
            description="How sure?",
            style={"button_width": "auto", "description_width": "initial"},
            layout=wide,
        )
        self.status = ipywidgets.HTML()
        for control in (self.radio, self.level):
            control.observe(self._keep, "value")
        asked = ipywidgets.HTMLMath(card(f"<b>Predict first.</b> {inline(question)}"))
        self.box = box(asked, self.radio, self.level, self.status)
        self.refresh()

    def _record(self) -> answers.Record:
        record = _stored().get(self.key, {})
        return record if record.get("options") == self.options and record["choice"] in self.options else {}

    def _keep(self, _change: object) -> None:
        problem = ""
        if None not in (self.radio.value, self.level.value):
            record = {"choice": self.radio.value, "sure": self.level.value, "options": self.options}
            problem = answers.save("predictions", self.key, record)
            self.show_reveal()
        self.refresh(problem)

    def refresh(self, problem: str = "") -> None:
        """Say what is stored. Once compared it stays as it was: a prediction is made before the answer."""
        record = self._record()
        self.radio.disabled = self.level.disabled = isinstance(record.get("right"), bool)
        if problem:
            self.status.value = card(inline(problem), edge="wrong", live=True)
        else:
            self.status.value = card(_status(self.radio.value, record), live=True)


def _status(chosen: str | None, record: answers.Record) -> str:
    if isinstance(record.get("right"), bool):
        return f"You predicted <b>{inline(record['choice'])}</b> ({record['sure']}): the answer is below."
    if record:
        return f"Stored: <b>{inline(record['choice'])}</b> ({record['sure']})."
    if chosen is None:
        return "Choose one, and how sure you are: it is stored on this computer, and compared with what happens."
    return "And how sure are you? Then it is stored."


def _stored() -> dict[str, answers.Record]:
    """The predictions whose record is whole; the file is the learner's, so anything may be in it."""
    return {
        key: record
        for key, record in answers.load("predictions").items()
        if isinstance(record.get("choice"), str)
        and isinstance(record.get("options"), list)
        and record.get("sure") in list(SURE)
    }


def _page(question: str, options: Sequence[str]) -> str:
    listed = "".join(f"<li>{inline(option)}</li>" for option in options)
    note = "In the running lesson you choose one here, and it is compared with the result below."
    return card(f"<b>Predict first.</b> {inline(question)}<ul>{listed}</ul><small>{note}</small>")


def reveal(key: str, answer: str, explanation: str) -> None:
    """Show the answer beside the stored prediction; where none is stored yet, open as soon as one is.

    Args:
        key: as in :func:`predict`.
        answer: one of its options, as it came out.
        explanation: why; `code`, **bold** and $TeX$ are rendered.

    Raises:
        ValueError: ``answer`` is none of the options asked in this notebook.
    """
    form = _forms.get(key)
    if form is not None and answer not in form.options:
        raise ValueError(f"answer is {answer!r}, needs one of {form.options} as predict({key!r}) asked")
    opened = ipywidgets.HTMLMath(layout={"width": "auto"})

    def show() -> None:
        opened.value = _compared(_judged(key, answer), answer, explanation)

    show()
    if form is not None:
        form.show_reveal = show
        form.refresh()
    output(text=f"Answer: {plain(answer)}. {plain(explanation)}", live=box(opened), page=opened.value)


def _judged(key: str, answer: str) -> answers.Record:
    """The stored record, now with whether it was right; {} where there is none for this question."""
    record = _stored().get(key, {})
    if answer not in record.get("options", []):
        return {}
    record = record | {"right": record["choice"] == answer}
    answers.save("predictions", key, record)
    return record


def _compared(record: answers.Record, answer: str, explanation: str) -> str:
    told = f"<p><b>Answer: {inline(answer)}.</b> {inline(explanation)}</p>"
    if not record:
        note = "Predict first, above, and the answer opens here: a guess that fails is remembered best."
        folded = f"<details><summary style='display:list-item'>Show the answer</summary>{told}</details>"
        return card(f"<p>{note}</p>{folded}", live=True)
    first = (
        f"✓ You predicted it: {inline(answer)} ({record.get('sure')})."
        if record["right"]
        else f"✗ You predicted: {inline(record['choice'])} ({record.get('sure')}). It came out differently."
    )
    edge = "right" if record["right"] else "wrong"
    return card(f"<p>{first}</p>{told}<p><small>{score()}</small></p>", edge=edge, live=True)


def score() -> str:
    """How well the learner's predictions are calibrated, in a sentence.

    The Brier score is the mean of (confidence - right)^2: 0 is perfect, 0.25 is what "50 % sure" of everything gets.
    Source: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
    """
    done = [record for record in _stored().values() if isinstance(record.get("right"), bool)]
    if not done:
        return "No prediction has been compared yet."
    right = sum(r["right"] for r in done)
    brier = sum((SURE[r["sure"]] - r["right"]) ** 2 for r in done) / len(done)
    return (
        f"So far {right} of {len(done)} predictions right; Brier score {brier:.2f} (0 is perfect, 0.25 is pure doubt)."
    )
