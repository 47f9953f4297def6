"""Predictions in JupyterLab by keyboard alone: they open their reveal at once, and are there again after a reload."""

import json

import pytest
from lab_steps import choose_run, end_kernels, expect_no_error, opened, run_to, select
from playwright.sync_api import expect

LESSON = "notebooks/00_start_here.ipynb"


def focused(page):
    """What has the focus: of an option or a button its text."""
    return page.evaluate("document.activeElement.closest('label, button')?.innerText.trim()")


@pytest.mark.thorough
def test_a_reveal_opens_at_once_and_all_is_there_after_a_reload(page, lab):
    opened(page, lab, LESSON)
    asked = run_to(page, LESSON, "widgets.predict(", 'input[type="radio"]', 120)
    revealed = run_to(page, LESSON, "widgets.reveal(", "summary", 120)
    expect(revealed).to_contain_text("Predict first, above")

    asked.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(asked.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    assert focused(page) == "a guess", "the options are one Tab stop"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(revealed).to_contain_text("(rather sure)", timeout=20_000)
    expect(revealed).not_to_contain_text("Predict first")
    expect(asked.get_by_role("radio").first).to_be_disabled()

    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)
    opened(page, lab, LESSON)
    expect(asked.get_by_role("radio").nth(1)).to_be_checked(timeout=30_000)
    expect(revealed).to_contain_text("(rather sure)")
    assert page.get_by_text("model not found").count() == 0
    expect_no_error(page)


@pytest.mark.thorough
def test_after_a_new_start_of_the_kernel_a_lesson_says_what_to_do(page, lab):
    opened(page, lab, LESSON)
    asked = run_to(page, LESSON, "widgets.predict(", 'input[type="radio"]', 120)
    page.keyboard.press("Control+S")
    end_kernels(page, lab)
    opened(page, lab, LESSON)
    expect(asked.get_by_role("radio").first).to_be_visible(timeout=30_000)
    assert page.get_by_text("model not found").count() == 0
    said = "e => getComputedStyle(e, '::after').content"
    assert "run this cell again" in json.dumps(asked.locator(".fusion-edu").evaluate(said))
    select(asked)
    choose_run(page, "Run All Above Selected Cell")
    select(asked)
    choose_run(page, "Run Selected Cell and Do not Advance")
    expect(asked.locator(".jupyter-widgets-disconnected")).to_have_count(0, timeout=120_000)
