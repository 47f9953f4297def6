"""Lesson 09 runs to its end in JupyterLab, and its search box answers to the keyboard."""

from lab_steps import ERROR, STDERR, opened, run_all
from playwright.sync_api import expect


def test_words_find_other_pictures(page, lab):
    opened(page, lab, "notebooks/09_alignment_and_retrieval.ipynb")
    run_all(page, 400)
    assert page.locator(ERROR).count() == 0
    assert page.locator(STDERR).count() == 0
    cell = page.locator(".jp-CodeCell").filter(has=page.locator('input[type="text"]')).first
    picture, box = cell.locator("img").first, cell.locator('input[type="text"]').first
    before = picture.get_attribute("src")
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("musical instrument")
    page.keyboard.press("Enter")
    expect(cell.locator("img").first).not_to_have_attribute("src", before, timeout=30_000)
    expect(cell).to_contain_text("musical instrument:")
    assert "musical instrument" in cell.locator("img").first.get_attribute("alt")

    slider = page.locator(".jp-CodeCell").filter(has=page.locator(".noUi-handle")).first
    before = slider.locator("img").first.get_attribute("src")
    slider.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    expect(slider.locator("img").first).not_to_have_attribute("src", before, timeout=30_000)
    assert page.problems == []
