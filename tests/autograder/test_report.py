"""How a check speaks: text, HTML, points for nbgrader, hints, pictures; unmask; statements; the progress file."""

import re
from pathlib import Path

import pytest
import torch

from fusion_edu import checks, storage
from fusion_edu.autograder.render import marked
from fusion_edu.checks import TASKS, broken, check, progress, task, unmask
from fusion_edu.tasks import given


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def look(answer, task="04.2"):
    return check(task, answer, seed=0, record=False)


def test_plain_text_is_the_points_and_html_the_card():
    bundle = look(broken("04.2", "detached"))._repr_mimebundle_()
    assert bundle["text/plain"] == "12"
    assert bundle["text/html"].startswith('<div role="status"')
    assert float(look(broken("04.2", "sum"))._repr_mimebundle_()["text/plain"]) == 0


def test_the_text_names_the_mistake_and_shows_the_smallest_input():
    text = str(look(broken("04.2", "no half")))
    assert "twice ours" in text
    assert "contrastive_loss(d=[2], y=[1], margin=1)" in text
    assert re.search(r"expected: +2\n +yours: +4$", text)


def test_learners_text_is_escaped():
    def evil(d, y, margin=1.0):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(2)>")

    page = look(evil)._repr_mimebundle_()["text/html"]
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_code_and_stress_in_a_message_look_like_that_and_nothing_else_does():
    assert marked("what it *adds*, by `x[0] *= 2`") == "what it <em>adds</em>, by <code>x[0] *= 2</code>"
    assert marked("`<b>` and *<i>*") == "<code>&lt;b&gt;</code> and <em>&lt;i&gt;</em>"
    for plain in ("a * b * c", "2*x*y", "f(*args, **options)", "one ` alone"):
        assert marked(plain) == plain


def test_hints_come_one_after_the_other():
    report = look(broken("04.2", "sum"))
    told = [report.hint() for _ in range(4)]
    assert told[0].startswith("Hint 1 of 3")
    assert told[2] == told[3]
    assert len(set(told)) == 3


@pytest.mark.parametrize(
    ("task_id", "mistake"),
    [("04.2", "squared margin"), ("02.2", "swapped"), ("04.3", "margin sign"), ("02.4", "no log term")],
)
def test_a_picture_shows_both_curves(task_id, mistake):
    page = look(broken(task_id, mistake), task_id)._repr_mimebundle_()["text/html"]
    assert 'src="data:image/png;base64,' in page
    assert re.search(r'alt="[^"]+your curve', page)
    assert page == look(broken(task_id, mistake), task_id)._repr_mimebundle_()["text/html"]


def test_no_picture_where_the_curves_agree():
    assert look(broken("04.2", "detached")).picture is None


@pytest.mark.parametrize("found", TASKS.values(), ids=TASKS)
def test_a_statement_says_what_its_check_demands(found):
    text = found.statement
    assert found.name in text
    assert len(found.hints) >= 2
    assert 1 <= found.difficulty <= 5
    tensors = any(isinstance(value, torch.Tensor) for case in found.named for value in case.args)
    wanted = [("dtype|integer|numbers", tensors), ("shape|rows|1-D|\\(N,\\)", tensors)]
    wanted += [("[Gg]radient", any(case.gradient for case in found.named)), ("ValueError", found.id == "02.1")]
    wanted += [("generators", any(case.randomness for case in found.named)), ("Not allowed", bool(found.forbidden))]
    wanted += [("not changed|1-D float|global", tensors), ("N >= |>= [123]|rows 0|at least one|from 1", tensors)]
    for words, needed in wanted:
        assert not needed or re.search(words, text), (found.id, words)
    assert all(len(mistake.message) > 20 and mistake.symptom for mistake in found.mistakes)


def test_unmask_says_which_wrong_versions_an_input_shows():
    weak = unmask("04.2", torch.tensor([2.0]), torch.tensor([1.0]), 1.0)
    assert "no half" in weak.exposed
    assert {"sum", "squared margin", "ignore margin"} <= set(weak.hidden)
    strong = unmask("04.2", torch.tensor([0.5, 1.5, 2.5, 0.0]), torch.tensor([0.0, 1.0, 0.0, 1.0]), 2.0)
    assert set(weak.exposed) < set(strong.exposed)
    assert "unmasks" in str(strong)
    assert strong._repr_html_().count("<li") == len(task("04.2").mistakes)


def test_the_input_that_lesson_04_gives_as_an_answer_does_what_it_says():
    lesson = (Path(__file__).parents[2] / "course/lessons/04_contrastive_loss.py").read_text(encoding="utf-8")
    call = re.search(r"Answer</summary><code>(checks\.unmask\(.*?)</code>", lesson, re.DOTALL)[1].replace("\n#", "")
    assert eval(call, {"checks": checks, "torch": torch}).hidden == ()
    assert eval(call.replace(".double()", ""), {"checks": checks, "torch": torch}).hidden == ("float32 forced",)


def test_unmask_takes_lists_and_models():
    found = unmask("05.1", [torch.tensor([[3.0, 4.0]]), torch.tensor([[2.0]])])
    assert {"detached", "no normalise"} <= set(found.exposed)
    assert "flatten all" in found.hidden
    rows, folds = torch.eye(4), torch.tensor([0, 0, 1, 1])
    found = unmask("06.4", rows, torch.tensor([1.0, 2.0, 3.0, 4.0]), folds, given.nearest)
    assert found.call.endswith("fold=[0, 0, 1, 1], fit_predict=nearest)")
    assert "in sample" in found.exposed


def test_unmask_refuses_an_input_that_a_right_answer_fails_on():
    with pytest.raises(ValueError, match="a right answer itself raises"):
        unmask("04.2", torch.ones(3), torch.ones(2), 1.0)


def test_progress_keeps_the_best_and_counts_mistakes(home):
    check("04.2", broken("04.2", "no half"))
    check("04.2", broken("04.2", "detached"))
    check("04.2", None)
    check("04.2", broken("04.2", "no half"))
    entry = progress.read()["04.2"]
    assert entry == {
        "best": 12,
        "max_points": 20,
        "tries": 3,
        "outcome": "not_attempted" if entry["outcome"] == "not_attempted" else "incorrect",
        "mistakes": {"no half": 2, "detached": 1},
    }
    check("00.3", lambda x: (x.mean(), 1.96 * x.std() / len(x) ** 0.5))
    assert progress.read()["00.3"]["outcome"] == "correct"
    check("00.3", lambda x: x)
    assert progress.read()["00.3"]["outcome"] == "correct"
    progress.reset()
    assert progress.read() == {}


def test_a_corrupt_progress_file_is_set_aside(home):
    for content in ("{ not json", "[1, 2]", '{"04.2": 7, "00.3": {"best": "many"}}'):
        home.mkdir(exist_ok=True)
        progress.path().write_text(content)
        check("04.2", broken("04.2", "no half"))
        assert progress.read()["04.2"]["tries"] == 1
        progress.reset()
    assert len(list(home.glob("checks.json.corrupt-*"))) == 2


def test_progress_is_written_whole_or_not_at_all(home, monkeypatch):
    check("04.2", broken("04.2", "no half"))
    before = progress.path().read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "replace", full)
    report = check("04.2", broken("04.2", "sum"))
    assert report.mistakes == ("sum",)
    assert "not saved" in report.advice[-1]
    assert progress.path().read_bytes() == before


def test_what_a_terminal_obeys_is_not_printed():
    def safe_distance(a, b, eps=1e-12):
        print("\x1b]0;mine\x07\x1b[2J")
        raise ValueError("\x1b[31mred\x9b")

    said = str(check("04.1", safe_distance, seed=0, record=False))
    assert "red" in said
    assert not [sign for sign in said if ord(sign) < 32 and sign not in "\t\n" or 0x7F <= ord(sign) < 0xA0]
