"""Lesson 15 runs to its end in JupyterLab, and another picture under the sentence gives another translation, by keyboard."""

from lab_steps import expect_new_picture, expect_no_error, opened, run_all


def test_the_lesson_runs_and_its_picture_can_be_swapped(page, lab):
    opened(page, lab, "notebooks/15_multimodal_translation.ipynb")
    run_all(page, 400)
    cell = page.locator(".jp-CodeCell").filter(has=page.get_by_label("workshop")).first
    expect_new_picture(page, cell, cell.get_by_label("workshop"), "Space")
    expect_no_error(page)
