"""Lesson 09 runs to its end in JupyterLab, and its search box answers to the keyboard."""

import pytest
from lab_steps import expect_new_picture, expect_no_error, opened, run_all
from playwright.sync_api import expect


@pytest.mark.thorough
def test_words_find_other_pictures(page, lab):
    opened(page, lab, "notebooks/09_alignment_and_retrieval.ipynb")
    run_all(page, 400)
    cell = page.locator(".jp-CodeCell").filter(has=page.locator('input[type="text"]')).first
    box = cell.locator('input[type="text"]').first
    box.fill("musical instrument")
    expect_new_picture(page, cell, box, "Enter")
    expect(cell).to_contain_text("musical instrument:")
    assert "musical instrument" in cell.locator("img").first.get_attribute("alt")

    sliders = page.locator(".jp-CodeCell").filter(has=page.locator(".noUi-handle")).first
    expect_new_picture(page, sliders, sliders.locator(".noUi-handle").first, "ArrowRight")
    expect_no_error(page)
