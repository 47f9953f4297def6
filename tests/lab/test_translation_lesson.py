"""Lesson 15 runs to its end in JupyterLab, and another picture under the sentence gives another translation, by keyboard."""

from lab_steps import ERROR, STDERR, opened, run_all
from playwright.sync_api import expect


def test_the_lesson_runs_and_its_picture_can_be_swapped(page, lab):
    opened(page, lab, "notebooks/15_multimodal_translation.ipynb")
    run_all(page, 400)
    assert page.locator(ERROR).count() == 0
    assert page.locator(STDERR).count() == 0
    cell = page.locator(".jp-CodeCell").filter(has=page.get_by_label("workshop")).first
    picture = cell.locator("img").first
    assert len(picture.get_attribute("alt")) > 20
    before = picture.get_attribute("src")
    cell.get_by_label("workshop").focus()
    page.keyboard.press("Space")
    expect(cell.locator("img").first).not_to_have_attribute("src", before, timeout=30_000)
    assert page.problems == []
