"""Lay the repository's pages out for Sphinx, in the repository's own folders, so that links between them stay true."""

import re
import shutil
from pathlib import Path

import nbformat

from fusion_edu.syllabus import LESSONS
from fusion_edu.widgets import map_svg
from tools.website import links, reference
from tools.website.lessons import page_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fusion_edu"
BOOKS = ("notebooks", "exercises")  # answers stay in the repository
AFTER = {  # heading -> pages, those that are there; lessons and exercises are found by looking, other pages come last
    "Look up": ["docs/glossary.md", "docs/notation.md", "docs/faq.md", "docs/tools.md", "docs/claims.md"],
    "Teach": ["docs/teaching.md", "docs/grading.md", "docs/assignments.md", "docs/capstone.md", "docs/own_course.md"],
    "About": ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md"],
}  # fmt: skip


def stage(folder: Path) -> None:
    """Write everything that Sphinx reads."""
    books = {f"{kind}/{path.name}": path for kind in BOOKS for path in sorted((ROOT / kind).glob("[0-9]*.ipynb"))}
    pages = {path.relative_to(ROOT).as_posix(): path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]}
    pages.pop("README.md")
    api = reference.pages(PACKAGE)
    known = {*books, *pages, *api, "index.md"}
    (folder / "_static").mkdir(parents=True)
    for name, path in books.items():
        write(folder / name, nbformat.writes(page_of(path, folder, known)))
    for name, path in pages.items():
        write(folder / name, links.mend(path.read_text("utf-8"), str(Path(name).parent).removeprefix("."), known))
    for name, text in api.items():
        write(folder / name, text)
    for picture in ROOT.glob("docs/*.png"):
        shutil.copy(picture, folder / "docs")
    write(folder / "index.md", front(known))


def write(path: Path, text: str) -> None:
    """A file and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def front(known: set[str]) -> str:
    """The front page: its words, the map, and what stands in the column beside every page."""
    parts = {"Start": ["docs/installing.md"]}
    parts |= {"Lessons": sorted(name for name in known if name.startswith("notebooks/"))}
    parts |= {"Exercises": sorted(name for name in known if name.startswith("exercises/"))}
    parts |= {"Cheat sheets": sorted(name for name in known if name.startswith("docs/cheat_sheets/"))}
    parts |= AFTER
    listed = {name for names in parts.values() for name in names} | {"index.md"}
    parts |= {"More": sorted(name for name in known - listed if name.endswith(".md"))}
    parts |= {
        "API reference": ["api/index.rst", *sorted(known & {f"api/{name}.rst" for name in reference.public(PACKAGE)})]
    }
    trees = [tree(title, [name for name in names if name in known]) for title, names in parts.items()]
    text = (Path(__file__).parent / "front.md").read_text("utf-8")
    return "\n\n".join([text.replace("<!-- map -->", course_map(known)), *filter(None, trees)]) + "\n"


def tree(title: str, names: list[str]) -> str:
    """One part of the column; "" where it has no page."""
    if not names:
        return ""
    inside = "\n".join(re.sub(r"\.(md|ipynb|rst)$", "", name) for name in names)
    return f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{inside}\n```"


def course_map(known: set[str]) -> str:
    """What needs what, with a link in every box."""
    here = {n: lesson for n, lesson in LESSONS.items() if f"notebooks/{lesson.stem}.ipynb" in known}
    facts = {n: f"{lesson.minutes} minutes" for n, lesson in here.items()}
    drawing = map_svg.draw(here, {n: map_svg.State("open", 0, 0) for n in here}, facts=facts)
    drawing = re.sub(r'href="\.\./([^"]+)\.ipynb"', r'href="\1.html"', drawing)
    return f'<div class="course-map" tabindex="0" role="region" aria-label="Map of the course">{drawing}</div>'
