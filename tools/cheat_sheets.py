"""docs/cheat_sheets/: one printable page a lesson, gathered from what the lesson itself says: formulas, summary, words."""

import re
from pathlib import Path

from fusion_edu.syllabus import LESSONS, Lesson

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/cheat_sheets"
CELL = re.compile(r"^# %% \[markdown\].*?\n(.*?)(?=^# %%|\Z)", re.M | re.S)
FORMULA = re.compile(r"^\$\$.+?\$\$$", re.M | re.S)
HEADING = re.compile(r"^## (.+)$", re.M)


def words_of(source: Path) -> str:
    """The markdown of a lesson, without the comment signs."""
    return "\n".join(re.sub(r"^# ?", "", cell, flags=re.M) for cell in CELL.findall(source.read_text(encoding="utf-8")))


def sheet(lesson: Lesson, words: str) -> str:
    """The page of one lesson."""
    parts = re.split(r"^(?=## )", words, flags=re.M)
    formulas = [f"**{HEADING.match(p)[1].rstrip('.?')}**\n\n{f}" for p in parts[1:] for f in FORMULA.findall(p)]
    summary = next(part for part in parts if part.startswith("## Summary"))
    keep = re.search(r"^- .+?(?=\n\n|\Z)", summary, re.M | re.S)
    terms = re.search(r"^\|.+?(?=\n\n|\Z)", summary, re.M | re.S)
    up = "../.."
    pages = [
        f"# {lesson.number} on one page: {lesson.title}",
        f"[Lesson]({up}/notebooks/{lesson.stem}.ipynb) · [exercises]({up}/exercises/{lesson.exercises}.ipynb)",
        *(["## Formulas", *formulas] if formulas else []),
        *(["## What to keep", keep[0]] if keep else []),
        *(["## Words", terms[0]] if terms else []),
    ]
    return "\n\n".join(pages) + "\n"


def sheets() -> dict[Path, str]:
    """The pages of all lessons that have a source."""
    found = {lesson: ROOT / "course/lessons" / f"{lesson.stem}.py" for lesson in LESSONS.values()}
    return {FOLDER / f"{l.stem}.md": sheet(l, words_of(path)) for l, path in found.items() if path.is_file()}


def contents() -> str:
    """Links to them all, seen from notebooks/."""
    lines = [f"- [{l.number} {l.title}](../docs/cheat_sheets/{l.stem}.md)" for l in LESSONS.values()]
    return "\n".join(lines)
