"""What a learner does in JupyterLab: begin a lesson, move a slider by keyboard, fail an exercise, mend it, see the map."""

import pytest
from lab_steps import ERROR, expect_no_error, opened, run_all, run_to, write
from playwright.sync_api import expect

WRONG = """
def contrastive_loss(d, y, margin=1.0):
    pull, push = y * d**2, (1 - y) * torch.relu(margin - d) ** 2
    return (pull + push).mean()
"""
RIGHT = WRONG.replace(".mean()", ".mean() / 2")


@pytest.mark.thorough
def test_the_margin_of_lesson_04_moves(page, lab):
    path = "notebooks/04_contrastive_loss.ipynb"
    opened(page, lab, path)
    cell = run_to(page, path, "widgets.explore(", ".noUi-handle", 120)
    expect_no_error(page)
    assert page.get_by_text("model not found").count() == 0

    margin, sentence = cell.locator(".noUi-handle").nth(1), cell.get_by_text("dissimilar (y = 0)")
    expect(sentence).to_contain_text("margin 1.0")
    before = cell.locator("img").first.get_attribute("src")
    margin.focus()
    page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text("margin 1.1")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text("margin 1.5")
    expect(sentence).to_contain_text("outwards")
    picture = cell.locator("img").first
    assert picture.get_attribute("src") != before
    assert len(picture.get_attribute("alt")) > 20
    assert page.problems == []


def test_a_wrong_answer_is_named_and_a_right_one_moves_the_map(page, lab):
    opened(page, lab, "exercises/04_exercises.ipynb")
    run_all(page, 120)
    cells = page.locator(".jp-CodeCell")
    place = next(i for i in range(cells.count()) if "def contrastive_loss" in cells.nth(i).inner_text())
    report, chart = cells.nth(place + 1), cells.last.locator(".jp-OutputArea")
    expect(report).to_contain_text("Not attempted")
    expect(chart).to_contain_text("Refresh")
    expect(chart.locator("svg").first).to_contain_text("open, 0 of 70 points")

    write(page, place, WRONG)
    page.keyboard.press("Shift+Enter")
    expect(report).to_contain_text("divide", timeout=20_000)
    expect(report).to_contain_text("2N")
    expect(report).not_to_contain_text("Not attempted")

    write(page, place, RIGHT)
    page.keyboard.press("Shift+Enter")
    expect(report).to_contain_text("20 of 20 points", timeout=20_000)
    chart.get_by_role("button", name="Refresh the map").press("Enter")
    expect(chart.locator("svg").first).to_contain_text("started, 20 of 70 points", timeout=20_000)
    assert page.locator(ERROR).count() == 0
    assert page.problems == []
