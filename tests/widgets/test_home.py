"""The home page: where the learner was, what comes next, which track, and what a search finds."""

import json

import pytest

from fusion_edu.syllabus import LESSONS, TRACKS
from fusion_edu.widgets import answers, header
from fusion_edu.widgets.finding import Section, excerpt, find, sections
from fusion_edu.widgets.home import _Home
from fusion_edu.widgets.progress import states
from fusion_edu.widgets.search_box import results
from fusion_edu.widgets.way import Exercise, last, next_step

ESSENTIALS = TRACKS["essentials"].lessons
TASKS = [Exercise("00.1", "accuracy", 20, 20), Exercise("00.2", "seeds", 0, 10), Exercise("03.1", "softmax", 0, 10)]


def step(tasks, visits, lessons=ESSENTIALS):
    return next_step(lessons, states({t.id: (t.best, t.points) for t in tasks}, lessons), visits, tasks)


def test_a_new_learner_begins_with_the_first_lesson():
    assert step(TASKS, {}).to == "../notebooks/00_start_here.ipynb"


def test_a_lesson_that_was_read_asks_for_its_first_open_exercise():
    found = step(TASKS, {"00": {"at": 1.0}})
    assert found.words == "Exercise 00.2, seeds: 10 points"
    assert found.to == "../exercises/00_exercises.ipynb"


def test_the_lesson_opened_last_comes_before_earlier_ones_that_are_not_done():
    assert step(TASKS, {"00": {"at": 1.0}, "03": {"at": 2.0}}).words.startswith("Exercise 03.1")
    solved = [Exercise("03.1", "softmax", 10, 10), *TASKS[:2]]
    assert step(solved, {"00": {"at": 1.0}, "03": {"at": 2.0}}).words.startswith("Exercise 00.2")


def test_where_all_is_done_there_is_no_link():
    lessons = {"00": LESSONS["00"]}
    assert step([Exercise("00.1", "accuracy", 20, 20)], {"00": {"at": 1.0}}, lessons).to == ""


def test_a_damaged_file_of_visits_counts_as_no_visit():
    assert last({"00": {"at": "yesterday"}, "99": {"at": 5.0}, "01": {}}, LESSONS) == ""


def test_the_tracks_grow_and_the_full_one_has_every_lesson():
    essentials, practitioner, full = (set(track.lessons) for track in TRACKS.values())
    assert essentials < practitioner <= full == set(LESSONS)
    for track in TRACKS.values():
        assert all(set(lesson.needs) <= set(track.numbers) for lesson in track.lessons.values()), track.title


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path))
    return tmp_path


def test_opening_a_lesson_moves_the_home_page(own, capsys):
    assert "Welcome." in _Home().words.value
    header("04")
    answers.save("quizzes", "04", {"first": 1, "right": 2, "of": 4})
    page = _Home()
    assert "04 Contrastive loss: pull and push</a>: 0 of 70 points, quiz 2 of 4." in page.words.value
    assert "Exercise 04.1" in page.words.value


def test_the_track_is_remembered_and_its_map_has_no_other_lesson(own):
    page = _Home()
    assert "09 CLIP" not in page.map.value
    page.tracks.value = "full"
    assert "CLIP, SigLIP" in page.map.value
    assert _Home().tracks.value == "full"
    answers.save("track", "chosen", {"name": "no such track"})
    assert _Home().tracks.value == "essentials"


@pytest.fixture
def course(tmp_path):
    cells = [
        "# 04 Contrastive loss\n\nA pair.",
        "## The *margin*\n\nBeyond the margin a pair costs nothing.",
        "more of it",
    ]
    book = {"cells": [{"cell_type": "markdown", "source": [text]} for text in cells]}
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/04_x.ipynb").write_text(json.dumps(book))
    (tmp_path / "notebooks/05_damaged.ipynb").write_text("{")
    (tmp_path / "docs").mkdir()
    row = "| margin | 间隔 | the distance beyond which a pair costs nothing | [04](../notebooks/04_x.ipynb) |"
    (tmp_path / "docs/glossary.md").write_text(row, encoding="utf-8")
    return sections(tmp_path)


def test_sections_and_words_are_found(course):
    first, second = find(course, "margin")
    assert (first.title, first.to) == ("margin 间隔", "../notebooks/04_x.ipynb")
    assert second.title == "04 Contrastive loss: The margin"
    assert second.to == "../notebooks/04_x.ipynb#The-margin"
    assert find(course, "间隔") == [first]
    assert find(course, "marg beyond") == [first, second]
    assert find(course, "argin") == []
    assert find(course, "m") == []
    assert find(course, "margin giraffe") == []


def test_what_is_typed_is_words_and_never_html_nor_a_pattern():
    place = Section("a < b", "x <script> (y", "../notebooks/x.ipynb")
    page = results([place], "<script>")
    assert "<script>" not in page
    assert "<b>&lt;script&gt;</b>" in page
    assert "Nothing found" in results([place], "((")
    assert results([place], "  ") == ""
    assert excerpt(Section("t", "word " * 100 + "needle " + "word " * 100, ""), "needle").count("needle") == 1
