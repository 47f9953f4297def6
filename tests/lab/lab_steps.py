"""Steps that every browser test takes."""

import re
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parents[2]
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
STDERR = '[data-mime-type="application/vnd.jupyter.stderr"]'


def opened(page: Page, lab: tuple[str, str], path: str) -> None:
    """Open a notebook and wait for its kernel."""
    address, token = lab
    page.goto(f"{address}/lab/tree/{path}?token={token}&reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
    end = time.monotonic() + 120
    while not any(
        session["path"] == path and session["kernel"]["connections"] and session["kernel"]["execution_state"] == "idle"
        for session in page.request.get(f"{address}/api/sessions?token={token}").json()
    ):  # the page itself says idle before it is connected, and would then ask which kernel to use
        assert time.monotonic() < end, "the kernel did not start"
        page.wait_for_timeout(250)
    page.wait_for_selector(IDLE, timeout=120_000, state="attached")


def run_all(page: Page, seconds: float) -> None:
    """Run > Run All Cells, and wait until the last cell that shows its number has it, and the kernel rests.

    Cells with a hidden source show no number.
    """
    select(page.locator(".jp-Notebook .jp-MarkdownCell").first)  # a click might meet a link
    choose_run(page, "Run All Cells")
    place = page.evaluate(
        "[...document.querySelectorAll('.jp-CodeCell')].findLastIndex(c => c.querySelector('.jp-InputPrompt:not(.jp-Placeholder-prompt)'))"
    )
    number = page.locator(".jp-CodeCell").nth(place).locator(".jp-InputPrompt")
    expect(number).to_have_text(f"[{place + 1}]:", timeout=seconds * 1000)
    page.wait_for_selector(IDLE, timeout=60_000, state="attached")


def run_to(page: Page, path: str, call: str, control: str, seconds: float) -> Locator:
    """Run a notebook as far as the first code cell with a line that begins so, and wait for a control in its output."""
    book = nbformat.read(ROOT / path, as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    place = next(i for i, source in enumerate(code) if f"\n{call}" in f"\n{source}")
    cell = page.locator(".jp-CodeCell").nth(place)
    select(cell)
    choose_run(page, "Run All Above Selected Cell")
    select(cell)
    choose_run(page, "Run Selected Cell and Do not Advance")
    expect(cell.locator(control).first).to_be_visible(timeout=seconds * 1000)
    page.wait_for_selector(IDLE, timeout=60_000, state="attached")
    return cell


def select(cell: Locator) -> None:
    """Make a cell the one that commands mean, also where its source is folded and nothing of it can be clicked."""
    cell.scroll_into_view_if_needed()
    cell.dispatch_event("mousedown", {"button": 0})
    cell.dispatch_event("mouseup", {"button": 0})
    expect(cell).to_have_class(re.compile("jp-mod-active"))


def choose_run(page: Page, entry: str) -> None:
    """An entry of JupyterLab's menu Run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text(entry, exact=True).click()


def write(page: Page, cell: int, text: str) -> None:
    """Replace the text of a code cell by keyboard, and run it."""
    editor = page.locator(".jp-CodeCell").nth(cell).locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text.strip())
    page.keyboard.press("Shift+Enter")


def end_kernels(page: Page, lab: tuple[str, str]) -> None:
    """End the kernels of all notebooks."""
    address, token = lab
    for session in page.request.get(f"{address}/api/sessions?token={token}").json():
        page.request.delete(f"{address}/api/sessions/{session['id']}?token={token}")


def expect_no_error(page: Page) -> None:
    """No cell shows an error or a warning, and the page itself met none."""
    assert page.locator(ERROR).count() == 0
    assert page.locator(STDERR).count() == 0
    assert page.problems == []


def expect_new_picture(page: Page, cell: Locator, control: Locator, key: str) -> None:
    """One key on a control of a cell changes the cell's picture, which says in words what it shows."""
    picture = cell.locator("img").first
    assert len(picture.get_attribute("alt")) > 20
    before = picture.get_attribute("src")
    control.focus()
    page.keyboard.press(key)
    expect(cell.locator("img").first).not_to_have_attribute("src", before, timeout=30_000)
