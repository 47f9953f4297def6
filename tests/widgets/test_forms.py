"""Cards, predictions and quizzes, without a kernel."""

import pytest

from fusion_edu import storage
from fusion_edu.widgets import Question, answers, form, predict, quiz, reveal
from fusion_edu.widgets.prediction import _Form, _forms, score
from fusion_edu.widgets.quizzes import _page, _Quiz


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path))
    return tmp_path


def test_inline_marks_and_escapes():
    assert form.inline("**a** < `b<c` $x<y$ *z* 2*3*4") == "<b>a</b> &lt; <code>b&lt;c</code> $x&lt;y$ <em>z</em> 2*3*4"
    assert form.plain("**a** `b` $x$") == "a b x"


def test_colours_come_from_the_theme():
    page = form.card("text")
    assert "var(--jp-content-font-color1,inherit)" in page
    assert "background" not in page


def test_a_prediction_is_stored_and_compared(capsys):
    options = ["up", "down"]
    predict("t.1", "Which way?", options)
    _, radio, level, status, _ = _forms["t.1"].box.children
    assert (radio.value, level.value) == (None, None)
    radio.value = "up"
    assert answers.load("predictions") == {}
    assert "how sure are you?" in status.value
    level.value = "very sure"
    radio.value = "down"
    assert answers.load("predictions")["t.1"] == {"choice": "down", "sure": "very sure", "options": options}
    assert "Stored: <b>down</b> (very sure)" in status.value
    reveal("t.1", "up", "Because.")
    assert answers.load("predictions")["t.1"]["right"] is False
    assert _Form("t.1", "Which way?", options).radio.value == "down"
    assert score().startswith("So far 0 of 1 predictions right; Brier score 0.90")
    assert capsys.readouterr().out == "Predict first: Which way? up / down\nAnswer: up. Because.\n"


def pages(monkeypatch):
    shown = []
    monkeypatch.setattr("fusion_edu.widgets.prediction.output", lambda **parts: shown.append(parts["page"]))
    return shown


def shown_live(monkeypatch):
    shown = []
    monkeypatch.setattr("fusion_edu.widgets.prediction.output", lambda **parts: shown.append(parts["live"]))
    return shown


def test_a_reveal_that_ran_first_opens_when_the_prediction_is_made(monkeypatch):
    shown = shown_live(monkeypatch)
    predict("t.7", "Which way?", ["up", "down"])
    reveal("t.7", "up", "Because.")
    (_, radio, level, status, _), (opened, _) = (box.children for box in shown)
    assert "Predict first, above" in opened.value
    radio.value = "up"
    assert "Predict first, above" in opened.value
    level.value = "rather sure"
    assert "✓ You predicted it: up (rather sure)." in opened.value
    assert "Predict first" not in opened.value
    assert radio.disabled
    assert level.disabled
    assert "the answer is below" in status.value


def test_a_prediction_asked_again_still_opens_its_reveal(monkeypatch):
    shown = shown_live(monkeypatch)
    predict("t.8", "Which way?", ["up", "down"])
    reveal("t.8", "up", "Because.")
    predict("t.8", "Which way?", ["up", "down"])
    _, radio, level, _, _ = shown[2].children
    radio.value, level.value = "down", "a guess"
    assert "✗ You predicted: down (a guess)." in shown[1].children[0].value


def test_what_was_compared_stays_and_a_changed_question_is_asked_anew():
    old = {"choice": "a", "sure": "a guess", "options": ["a", "b"], "right": True}
    answers.save("predictions", "t.9", old)
    assert _Form("t.9", "Which?", ["a", "b"]).radio.disabled
    new = _Form("t.9", "Which?", ["a", "b", "c"])
    assert (new.radio.disabled, new.radio.value, new.level.value) == (False, None, None)


def test_reveal_says_which_of_three_cases_it_is(monkeypatch):
    shown = pages(monkeypatch)
    reveal("t.2", "yes", "So it is.")
    for choice in ("yes", "no"):
        answers.save("predictions", "t.2", {"choice": choice, "sure": "a guess", "options": ["yes", "no"]})
        reveal("t.2", "yes", "So it is.")
    assert "Predict first, above, and the answer opens here" in shown[0]
    assert "<details>" in shown[0]
    assert "✓ You predicted it: yes" in shown[1]
    assert "✗ You predicted: no" in shown[2]
    assert all("<b>Answer: yes.</b> So it is." in page for page in shown)


def test_brier_by_hand():
    for key, sure, right in (("a", "a guess", True), ("b", "rather sure", False), ("c", "very sure", True)):
        answers.save("predictions", key, {"choice": "x", "options": ["x"], "sure": sure, "right": right})
    want = (0.5**2 + 0.75**2 + 0.05**2) / 3
    assert f"2 of 3 predictions right; Brier score {want:.2f}" in score()


@pytest.mark.parametrize(
    "content", ["{", "[1, 2]", '{"t.3": 7}', '{"t.3": {"choice": 9, "options": 3, "sure": [], "right": "x"}}']
)
def test_damaged_files_never_break_a_lesson(home, content):
    for book in ("predictions", "quizzes"):
        (home / f"{book}.json").write_text(content)
    predict("t.3", "Which?", ["a", "b"])
    reveal("t.3", "a", "Because.")
    quiz("t.3", [Question("Which?", {"a": "Yes.", "b": "No."}, "a")])
    assert isinstance(score(), str)


def test_a_folder_that_cannot_be_written_is_said_not_raised(monkeypatch):
    def full(path, content):
        raise OSError("disk is full: free some space")

    monkeypatch.setattr(storage, "write_json", full)
    form = _Form("t.4", "Which?", ["a", "b"])
    form.radio.value, form.level.value = "a", "a guess"
    assert "Not stored: disk is full" in form.status.value


def test_authors_mistakes_are_named():
    with pytest.raises(ValueError, match="needs at least two different answers"):
        predict("t.5", "Which?", ["a", "a"])
    predict("t.5", "Which?", ["a", "b"])
    with pytest.raises(ValueError, match="answer is 'c', needs one of"):
        reveal("t.5", "c", "")
    with pytest.raises(ValueError, match="answer is 'c', needs to be one of"):
        Question("Which?", {"a": "Yes.", "b": "No."}, "c")
    with pytest.raises(ValueError, match="'b'.* has no feedback"):
        Question("Which?", {"a": "Yes.", "b": " "}, "a")
    with pytest.raises(ValueError, match="questions is empty"):
        quiz("t", [])


QUESTIONS = [
    Question("One?", {"1": "Yes, *one*.", "2": "No, `two` is more."}, "1"),
    Question("Two?", {"3": "No.", "2": "Yes."}, "2"),
]


def test_quiz_gives_feedback_on_each_answer_and_keeps_the_first_try():
    form_ = _Quiz("t.6", QUESTIONS)
    form_.radios[0].value = "2"
    form_.button.click()
    assert "✗ <b>Not this one.</b> No, <code>two</code> is more." in form_.feedback[0].value
    assert "No answer yet" in form_.feedback[1].value
    assert answers.load("quizzes") == {}
    form_.radios[0].value = "1"
    form_.radios[1].value = "2"
    form_.button.click()
    assert "✓ <b>Right.</b> Yes, <em>one</em>." in form_.feedback[0].value
    assert "2 of 2 right now, 1 at the first try." in form_.total.value
    assert answers.load("quizzes") == {"t.6": {"first": 1, "right": 2, "of": 2}}
    assert "Last time: 1 of 2" in _Quiz("t.6", QUESTIONS).total.value


def test_the_saved_quiz_folds_every_feedback():
    page = _page(QUESTIONS)
    assert page.count("<details>") == 4
    assert "<summary>2</summary><p>✗ No, <code>two</code> is more.</p>" in page
