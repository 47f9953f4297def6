"""Predict first, run, compare: the learner's guess is stored, and so is how sure they were."""

from collections.abc import Sequence

import ipywidgets

from fusion_edu.widgets import answers
from fusion_edu.widgets.form import card, inline, output, plain

SURE = {"a guess": 0.5, "rather sure": 0.75, "very sure": 0.95}
_asked: dict[str, tuple[str, ...]] = {}


def predict(key: str, question: str, options: Sequence[str]) -> None:
    """Ask for a prediction before the cell that answers it.

    Args:
        key: names it for :func:`reveal`, e.g. "04.aha".
        question: one sentence; `code`, **bold** and $TeX$ are rendered.
        options: at least two different answers, plain text.

    Raises:
        ValueError: fewer than two options, or one twice.
    """
    if len(set(options)) != len(options) or len(options) < 2:
        raise ValueError(f"options is {list(options)}, needs at least two different answers")
    _asked[key] = tuple(options)
    live = _live(key, question, list(options))
    text = f"Predict first: {plain(question)} " + " / ".join(options)
    output(text=text, live=live, page=_page(question, options))


def _live(key: str, question: str, options: list[str]) -> ipywidgets.VBox:
    stored = _stored().get(key, {})
    choice = stored["choice"] if stored.get("choice") in options else None
    sure = stored.get("sure", "a guess")
    wide = ipywidgets.Layout(width="auto", margin="0 0 0 18px")
    radio = ipywidgets.RadioButtons(options=options, value=choice, layout=wide)
    level = ipywidgets.RadioButtons(
        options=list(SURE), value=sure, description="How sure?", orientation="horizontal", layout=wide
    )
    status = ipywidgets.HTML(_status(choice, sure, ""))

    def keep(_change: object) -> None:
        if radio.value is not None:
            record = {"choice": radio.value, "sure": level.value, "options": options}
            status.value = _status(radio.value, level.value, answers.save("predictions", key, record))

    radio.observe(keep, "value")
    level.observe(keep, "value")
    asked = ipywidgets.HTMLMath(card(f"<b>Predict first.</b> {inline(question)}"))
    return ipywidgets.VBox([asked, radio, level, status])


def _stored() -> dict[str, dict]:
    """The predictions whose record is whole; the file is the learner's, so anything may be in it."""
    return {
        key: record
        for key, record in answers.load("predictions").items()
        if isinstance(record.get("choice"), str)
        and isinstance(record.get("options"), list)
        and record.get("sure") in list(SURE)
    }


def _status(choice: str | None, sure: str, problem: str) -> str:
    if problem:
        return card(inline(problem), edge="wrong", live=True)
    if choice is None:
        return card("Choose one: it is stored on this computer, and compared with what happens.", live=True)
    return card(f"Stored: <b>{inline(choice)}</b> ({sure}).", live=True)


def _page(question: str, options: Sequence[str]) -> str:
    listed = "".join(f"<li>{inline(option)}</li>" for option in options)
    note = "In the running lesson you choose one here, and it is compared with the result below."
    return card(f"<b>Predict first.</b> {inline(question)}<ul>{listed}</ul><small>{note}</small>")


def reveal(key: str, answer: str, explanation: str) -> None:
    """Show the answer beside the stored prediction.

    Args:
        key: as in :func:`predict`.
        answer: one of its options, word for word.
        explanation: why; `code`, **bold** and $TeX$ are rendered.

    Raises:
        ValueError: ``answer`` is none of the options asked in this notebook.
    """
    if key in _asked and answer not in _asked[key]:
        raise ValueError(f"answer is {answer!r}, needs one of {list(_asked[key])} as predict({key!r}) asked")
    record = _stored().get(key, {})
    if answer in record.get("options", []):
        record = record | {"right": record["choice"] == answer}
        answers.save("predictions", key, record)
    else:
        record = {}
    output(text=f"Answer: {plain(answer)}. {plain(explanation)}", page=_compared(record, answer, explanation))


def _compared(record: dict, answer: str, explanation: str) -> str:
    told = f"<p><b>Answer: {inline(answer)}.</b> {inline(explanation)}</p>"
    if not record:
        note = "No prediction is stored. Go back and choose first: a guess that fails is remembered best."
        return card(f"<p><small>{note}</small></p><details><summary>Show the answer</summary>{told}</details>")
    first = (
        f"✓ You predicted it: {inline(answer)} ({record.get('sure')})."
        if record["right"]
        else f"✗ You predicted: {inline(record['choice'])} ({record.get('sure')}). It came out differently."
    )
    return card(f"<p>{first}</p>{told}<p><small>{score()}</small></p>", edge="right" if record["right"] else "wrong")


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
