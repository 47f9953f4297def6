"""What the README and the guides say is true: links, the check's words, the code, the table of lessons."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from fusion_edu.checks import broken, check
from fusion_edu.data import fetch
from fusion_edu.syllabus import LESSONS

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_into_the_repository_resolve(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_a_check_speaks_as_the_readme_shows():
    task, mistake, shown = re.search(r'<!-- check: "(.+?)" "(.+?)" -->\n```\n(.*?)\n```', README, re.S).groups()
    assert str(check(task, broken(task, mistake), seed=0, record=False)) == shown


def test_the_code_of_the_readme_runs():
    for block in re.findall(r"```python\n(.*?)```", README, re.S):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(block, {})


def test_the_table_of_lessons_is_the_syllabus():
    rows = re.findall(r"^\| (\d\d) \| \[(.+?)\]\(notebooks/(.+?)\.ipynb\) \| (\d+) \| (.+?) \|$", README, re.M)
    want = [(n, l.title, l.stem, str(l.minutes), ", ".join(l.needs) or "Python") for n, l in LESSONS.items()]
    assert rows == want


def test_every_fetched_package_is_credited_with_its_version():
    for name in fetch.FIRST_LESSONS:
        source = fetch.SOURCES[name]
        assert f"{source.package} {source.version}" in README, f"{source.package} {source.version} is not credited"
