"""The home page in JupyterLab: it fills itself, knows where the learner was, finds words, and its links open in tabs."""

import re

import pytest
from lab_steps import IDLE, expect_no_error, opened
from playwright.sync_api import expect


@pytest.fixture
def home(page, lab):
    opened(page, lab, "notebooks/home.ipynb")
    expect(page.locator(".jp-Notebook").get_by_text("Next:").first).to_be_visible(timeout=120_000)
    page.wait_for_selector(IDLE, timeout=60_000, state="attached")
    return page


def test_home_fills_itself_and_shows_the_next_step_the_track_and_the_map(home):
    book = home.locator(".jp-Notebook")
    essentials = book.locator("svg[role=group]").get_by_text("points").count()
    book.get_by_role("button", name="Full").click()
    expect(book.locator("svg[role=group]")).to_contain_text("CLIP, SigLIP", timeout=20_000)
    assert book.locator("svg[role=group]").get_by_text("points").count() > essentials
    expect_no_error(home)


@pytest.mark.thorough
def test_a_word_is_found_and_its_link_opens_the_lesson_at_that_place(home):
    box = home.get_by_placeholder("margin")
    box.fill("hinge of")
    hit = home.locator(".jp-Notebook a", has_text=re.compile("Contrastive loss")).last
    expect(hit).to_be_visible(timeout=20_000)
    hit.click()
    expect(home.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.jp-mod-current")).to_contain_text("04", timeout=60_000)
    assert home.problems == []


@pytest.mark.thorough
def test_a_cheat_sheet_opens_as_a_page_with_its_formulas(home):
    link = home.locator(".jp-RenderedMarkdown a", has_text="04 Contrastive loss")
    link.scroll_into_view_if_needed()
    link.click()
    sheet = home.locator(".jp-MarkdownViewer")
    expect(sheet).to_contain_text("04 on one page", timeout=60_000)
    expect(sheet.locator("mjx-container").first).to_be_visible(timeout=60_000)


def test_a_learner_sees_the_course_and_nothing_of_the_repository(page, lab):
    address, token = lab
    listed = page.request.get(f"{address}/api/contents?token={token}").json()["content"]
    names = {entry["name"] for entry in listed}
    assert names - {"fusion_edu"} == {
        "docs",
        "exercises",
        "notebooks",
        "solutions",
    }  # and the one file a lesson links to
