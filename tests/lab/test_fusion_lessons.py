"""The lessons on fusion run to their end in JupyterLab, and their first slider moves the picture by keyboard."""

import pytest
from lab_steps import ERROR, STDERR, opened, run_all
from playwright.sync_api import expect


@pytest.mark.parametrize(
    "stem", ["05_feature_fusion", "07_image_text_project", "08_attention_and_graph_fusion", "14_speech_text_video"]
)
def test_the_lesson_runs_and_its_slider_moves(page, lab, stem):
    opened(page, lab, f"notebooks/{stem}.ipynb")
    run_all(page, 300)
    assert page.locator(ERROR).count() == 0
    assert page.locator(STDERR).count() == 0
    cell = page.locator(".jp-CodeCell").filter(has=page.locator(".noUi-handle")).first
    picture = cell.locator("img").first
    assert len(picture.get_attribute("alt")) > 20
    before = picture.get_attribute("src")
    cell.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    expect(cell.locator("img").first).not_to_have_attribute("src", before, timeout=30_000)
    assert page.problems == []
