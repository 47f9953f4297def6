"""Other seeds are other seeds, and the table of claims is about the claims that the lessons make."""

import importlib.util
import sys
from pathlib import Path

import nbformat
import pytest

from fusion_edu.storage import read_json

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
spec = importlib.util.spec_from_file_location("redraw", ROOT / "tools/redraw.py")
redraw = importlib.util.module_from_spec(spec)
spec.loader.exec_module(redraw)
runs = redraw.runs

SEEDED = """
import numpy, torch, sklearn.model_selection, sklearn.utils
print(torch.manual_seed(3).initial_seed(), torch.Generator().manual_seed(3).initial_seed())
print(numpy.random.default_rng(3).random())
print(sklearn.utils.check_random_state(3).rand())
print(sklearn.model_selection.train_test_split(range(50), random_state=3)[0][:9])
"""
CLAIMS = """
import os
from fusion_edu import widgets
widgets.claim("99.sum", 2.0, above=1, says="two is more than one")
widgets.claim("99.seed", torch.Generator().manual_seed(0).initial_seed(), below=5, says="the seed is small")
"""


def notebook() -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for source in (SEEDED, CLAIMS, "1 / 0", "print('on')")]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "P"}})


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    own, other = notebook(), notebook()
    runs.run(own, folder, runs.Setting(), go_on=True)
    runs.run(other, folder, runs.Setting("sse", shift=1000), go_on=True)
    return own, other


@pytest.mark.thorough
def test_every_seed_is_another_one(two):
    own, other = (book.cells[0].outputs[0].text.splitlines() for book in two)
    assert own[0] == "3 3"
    assert other[0] == "1003 1003"
    assert all(a != b for a, b in zip(own, other, strict=True))


@pytest.mark.thorough
def test_the_extra_cell_leaves_no_trace(two):
    for book in two:
        assert [cell.execution_count for cell in book.cells] == [1, 2, 3, 4]
        assert book.cells[3].outputs[0].text == "on\n"


def test_claims_and_errors_are_found(two):
    own, other = (runs.claims_of(book) for book in two)
    assert [(c["key"], c["holds"]) for c in own] == [("99.sum", True), ("99.seed", True)]
    assert [(c["key"], c["holds"]) for c in other] == [("99.sum", True), ("99.seed", False)]
    assert "ZeroDivisionError" in runs.errors_of(two[0])[0]


def test_moving_cells_are_those_that_came_out_otherwise(two):
    own, other = two
    assert redraw.build.moving(own, other) == [own.cells[0].id, own.cells[1].id]


def test_a_cell_that_fills_a_cache_counts_as_moving_where_the_cache_was_full():
    def counts(code):
        return redraw.build.passing(nbformat.v4.new_code_cell(code))

    assert counts("words = encoders.text_features(mood.x['text'])")
    assert counts("irony = data.irony(600)")
    assert not counts("words = encoders.text_features(names, progress=False)")
    assert counts("checks.unmask('04.2', d, y, 1.0)")
    assert not counts("digits = data.mfeat()")


def test_a_claim_that_a_draw_did_not_reach_did_not_hold(tmp_path, monkeypatch):
    source = next((ROOT / "course/lessons").glob("*.py"))
    code = runs.code_hash(redraw.build.read(source))
    there = {"says": "s", "low": 1.0, "high": 3.0, "holds": True, "effect": ""}
    draws = {"1": {"claims": {"99.a": there}, "errors": []}, "2": {"claims": {}, "errors": ["cell-001: ValueError"]}}
    monkeypatch.setattr(runs, "DONE", tmp_path)
    runs.keep(source.stem, code, draws)
    assert redraw.rows(source) == {"99.a": {"says": "s", "draws": 2, "held": 1, "low": 1.0, "high": 3.0}}
    runs.keep(source.stem, "code of yesterday", draws)
    assert redraw.rows(source) == {}, "draws of other code count for nothing"


def test_draws_stay_good_where_only_what_is_shown_changes():
    def hash_of(code):
        return runs.code_hash(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]))

    code = (
        'x = over_seeds(run, range(3), label="{0}")\nviz.show(dots(x), alt="{0}")\nwidgets.reveal("99.a", "{0}", "{0}")'
    )
    assert hash_of(code.format("one")) == hash_of(code.format("two"))
    assert hash_of(code.format("one")) != hash_of(code.format("one").replace("range(3)", "range(4)"))


def test_another_sentence_or_limit_is_judged_on_the_draws_there_are(tmp_path, monkeypatch):
    def lesson(limit, effect="gain(a, b)"):
        claim = f'widgets.claim("99.a", {effect}, above={limit}, says="more than {limit}")'
        return nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("a, b = 1, 2"), nbformat.v4.new_code_cell(claim)]
        )

    assert runs.code_hash(lesson(0.1)) == runs.code_hash(lesson(0.2))
    mark = runs.stated(lesson(0.1))["99.a"].mark
    found = {"low": 0.15, "high": 0.3, "holds": True, "effect": mark}
    draws = [{"claims": {"99.a": found}, "errors": []}]
    row = redraw._row(runs.stated(lesson(0.1))["99.a"], "99.a", draws)
    assert (row["says"], row["held"], row["draws"]) == ("more than 0.1", 1, 1)
    row = redraw._row(runs.stated(lesson(0.2))["99.a"], "99.a", draws)
    assert (row["says"], row["held"], row["draws"]) == ("more than 0.2", 0, 1)
    assert redraw._row(runs.stated(lesson(0.1, "gain(b, a)"))["99.a"], "99.a", draws)["draws"] == 0


LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
def test_every_claim_of_a_lesson_was_drawn_again_and_held(path):
    table = read_json(redraw.TABLE, {})["claims"]
    stated = runs.claims_of(nbformat.read(path, as_version=4))
    claims = {c["key"]: c for c in stated}
    assert len(claims) == len(stated), "two claims share a key"
    assert claims, f"{path.name} claims nothing"
    assert all(key[:2] == path.stem[:2] for key in claims)
    assert {key for key in table if key[:2] == path.stem[:2]} == set(claims), "run start.py redraw"
    for key, claim in claims.items():
        assert table[key]["says"] == claim["says"], key
        assert table[key]["held"] >= redraw.ENOUGH * table[key]["draws"], key


@pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
def test_the_draws_that_are_kept_are_those_of_the_table(path):
    source = ROOT / f"course/lessons/{path.stem}.py"
    table = read_json(redraw.TABLE, {})["claims"]
    assert redraw.rows(source) == {key: row for key, row in table.items() if key[:2] == path.stem[:2]}


def test_the_page_is_the_table():
    assert redraw.PAGE.read_text(encoding="utf-8") == redraw.page(read_json(redraw.TABLE, {})["claims"])


@pytest.mark.parametrize(
    ("words", "says"), [(["5"], "there is no lesson 5"), (["--part", "9/8"], "invalid share value")]
)
def test_what_is_not_there_is_refused(words, says, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["redraw.py", *words, "--verify"])
    with pytest.raises(SystemExit):
        redraw.main()
    assert says in capsys.readouterr().err
