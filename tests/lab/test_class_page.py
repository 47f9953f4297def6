"""The class page in a browser: its heads sort, by mouse and by keyboard, in the light and in the dark."""

import pytest

from fusion_edu.autograder.marking.class_page import class_page
from fusion_edu.autograder.marking.learners import by_learner
from fusion_edu.tasks import COURSE

POINTS = [20, 3, 0, 15, 8]


def mark(points):
    return {
        "task": "04.2", "outcome": "correct" if points == 20 else "incorrect", "points": points, "max_points": 20, "message": "m",
        "mistakes": [], "title": "t", "looks_like": [], "advice": [], "printed": "", "seed": 0, "evidence": None,
    }  # fmt: skip


def results():
    common = {
        "lesson": "04",
        "note": "",
        "cells": {},
        "hints": [],
        "sources": {},
        "shapes": {},
        "read": True,
        "seconds": 1.0,
        "tier": "none",
    }
    return [
        common | {"learner": f"learner {k}", "name": f"{k}.ipynb", "marks": [mark(points)]}
        for k, points in enumerate(POINTS)
    ]


@pytest.fixture
def opened(tab, tmp_path):
    people = by_learner(results(), {})
    (tmp_path / "class.html").write_text(class_page(COURSE, results(), people), encoding="utf-8")
    tab.goto(f"file://{tmp_path}/class.html")
    return tab


def column(tab):
    """The points of the learners as they stand on the page."""
    table = tab.locator("table.sortable").first
    heads = [text.strip() for text in table.locator("thead th").all_inner_texts()]
    at = heads.index("points") + 1
    return [int(text) for text in table.locator(f"tbody tr > :nth-child({at})").all_inner_texts()]


def test_a_head_sorts_its_table_and_a_second_time_the_other_way_round(opened):
    head = opened.locator("table.sortable").first.get_by_role("button", name="points")
    head.click()
    assert column(opened) == sorted(POINTS)
    head.press("Enter")
    assert column(opened) == sorted(POINTS, reverse=True)
    assert opened.locator("th[aria-sort=descending]").count() == 1
    assert opened.problems == []


def test_the_page_follows_the_theme_and_fits_a_narrow_window(opened):
    shade = "getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).color"
    seen = []
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        seen.append(opened.evaluate(shade))
    assert seen[0] != seen[1]
    opened.set_viewport_size({"width": 420, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
