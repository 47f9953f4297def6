"""The site: every page opened in a browser, on a desktop in the light and on a phone in the dark."""

import functools
import html.parser
import http.server
import json
import os
import re
import subprocess
import threading
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv-site"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SCREENS = {"desktop": ((1366, 900), "light"), "phone": ((390, 800), "dark")}
PARTS = {  # of the pages, by their names
    "lessons 00 to 06": "notebooks/0[0-6]",
    "lessons 07 to 12": "notebooks/(0[7-9]|1[0-2])",
    "lessons 13 to 18": "notebooks/1[3-8]",
    "exercises": "exercises/",
    "pages": "docs/",
    "all else": "(?!notebooks/[01]|exercises/|docs/)",
}
FORMULAS = """() => {
  const without = [...document.querySelectorAll(".math")].filter(e => !e.querySelector("mjx-container"));
  const raw = [...document.querySelectorAll(".has-math, .text_html")].filter(e => /\\$[^$\\s][^$]*\\$/.test(e.innerText));
  return [...without, ...document.querySelectorAll("mjx-merror"), ...raw].map(e => e.textContent.slice(0, 80));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `start.py site` builds it."""
    if not PYTHON.exists():
        pytest.skip("the environment that makes the site is not there: `python3 start.py site` makes it")
    folder = tmp_path_factory.mktemp("site") / "pages"
    made = subprocess.run([PYTHON, ROOT / "tools/website/build.py", folder], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
    assert made.stderr == "", made.stderr  # Sphinx warns of a link or a docstring that it does not understand
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The site served on this machine, as a web server would."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module", params=SCREENS)
def screen(request, browser, address):
    """A browser on one kind of screen; ``problems`` gathers what went wrong on a page."""
    (wide, high), scheme = SCREENS[request.param]
    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=browser, headless=True, args=["--no-sandbox", "--disable-gpu"])
        page = chrome.new_page(viewport={"width": wide, "height": high}, color_scheme=scheme)
        page.problems = []
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda asked: _own(page, asked.url, address))
        yield page
        chrome.close()


def _own(page: Page, url: str, address: str) -> None:
    if not url.startswith((address, "data:", "blob:", "about:")):
        page.problems.append(f"asks {url}")


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core, as the package axe-playwright-python brings it."""
    return next(VENV.glob("**/axe_playwright_python/axe.min.js")).read_text(encoding="utf-8")


def names(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)


@pytest.mark.parametrize("part", PARTS)
def test_every_page_opens_without_an_error_and_asks_no_other_host(site, screen, address, axe, part):
    found = {}
    for name in (name for name in names(site) if re.match(PARTS[part], name)):
        screen.problems.clear()
        screen.goto(f"{address}/{name}")
        if screen.locator(".math, .has-math").count():
            screen.evaluate("MathJax.startup.promise.then(() => true)")
        wide = screen.evaluate("document.documentElement.scrollWidth - innerWidth")
        problems = [
            *screen.problems,
            *(f"formula: {text}" for text in screen.evaluate(FORMULAS)),
            *hurdles(screen, axe),
        ]
        problems += [f"{wide} px wider than the screen"] if wide > 0 else []
        if problems:
            found[name] = problems
    assert not found, json.dumps(found, indent=1)


def hurdles(page: Page, axe: str) -> list[str]:
    """What axe-core calls serious or critical; the insides of formulas, thousands of elements, are MathJax's own."""
    page.evaluate(axe)
    result = page.evaluate("axe.run({exclude: ['mjx-container']}, {resultTypes: ['violations'], iframes: false})")
    grave = [rule for rule in result["violations"] if rule["impact"] in ("serious", "critical")]
    return [f"axe {rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:160]}" for rule in grave]


def test_formulas_and_plots_are_there(site, screen, address):
    screen.goto(f"{address}/notebooks/04_contrastive_loss.html")
    screen.evaluate("MathJax.startup.promise.then(() => true)")
    assert screen.locator("mjx-container").count() > 20
    shade = screen.evaluate("document.documentElement.dataset.theme")
    plots = screen.locator(f"img.only-{shade}.plot")
    assert plots.count() >= 5
    assert not screen.locator(f"img.plot:not(.only-{shade})").first.is_visible()
    plots.first.scroll_into_view_if_needed()
    screen.wait_for_function("e => e.complete && e.naturalWidth > 100", arg=plots.first.element_handle())


def test_a_cheat_sheet_is_one_page_on_paper(site, screen, address):
    long = {}
    for path in sorted((site / "docs/cheat_sheets").glob("*.html")):
        screen.goto(f"{address}/docs/cheat_sheets/{path.name}")
        if screen.locator(".math").count():
            screen.evaluate("MathJax.startup.promise.then(() => true)")
        long[path.stem] = len(re.findall(rb"/Type\s*/Page\b", screen.pdf(format="A4")))
    assert long
    assert set(long.values()) == {1}, long


def test_the_search_finds_a_lesson_and_a_function(screen, address):
    for word, page in (("hinge", "notebooks/04_contrastive_loss.html"), ("safe_distance", "api/losses.html")):
        screen.goto(f"{address}/search.html?q={word}")
        screen.locator(f'#search-results a[href*="{page}"]').first.wait_for(timeout=30_000)


class _Links(html.parser.HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        self.links += [given[key] for key in ("href", "src") if given.get(key)]


def test_no_link_inside_the_site_is_dead(site):
    pages = {name: _Links((site / name).read_text(encoding="utf-8")) for name in names(site)}
    dead = []
    for name, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(f"http://site/{name}", link))
            path = unquote(target.removeprefix("http://site/").partition("?")[0])
            if not target.startswith("http://site/"):
                continue
            lost = anchor and path in pages and unquote(anchor) not in pages[path].anchors
            if lost or not (site / path).is_file():
                dead.append(f"{name}: {link}")
    assert dead == []


def test_every_lesson_has_its_page_and_no_answer_is_given_away(site):
    for kind in ("notebooks", "exercises"):
        built = {path.stem for path in (site / kind).glob("*.html")}
        assert built == {path.stem for path in (ROOT / kind).glob("[0-9]*.ipynb")}
    assert not (site / "solutions").exists()
    text = (site / "exercises/04_exercises.html").read_text(encoding="utf-8")
    assert "NotImplementedError" in text
    assert "nn.functional.relu" not in text
