"""Steps that every browser test takes."""

import time

from playwright.sync_api import Page, expect

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
    page.locator(".jp-Notebook .jp-MarkdownCell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    place = page.evaluate(
        "[...document.querySelectorAll('.jp-CodeCell')].findLastIndex(c => c.querySelector('.jp-InputPrompt:not(.jp-Placeholder-prompt)'))"
    )
    number = page.locator(".jp-CodeCell").nth(place).locator(".jp-InputPrompt")
    expect(number).to_have_text(f"[{place + 1}]:", timeout=seconds * 1000)
    page.wait_for_selector(IDLE, timeout=60_000, state="attached")
