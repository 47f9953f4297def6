"""Finding words in the course: the sections of its notebooks and the rows of its glossary, and which of them fit best."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

MARKS = re.compile(r"[*`$]|\]\([^)]*\)|\[|<[^>]+>|^#+ ", re.M)  # markdown's own signs are no words
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| \[(\d\d)\]\(([^)]+)\) \|$", re.M)


@dataclass(frozen=True)
class Section:
    """A place in the course: ``to`` is its link, seen from ``notebooks/``."""

    title: str
    text: str
    to: str


def sections(course: Path) -> list[Section]:
    """Every section of the lessons and exercises in a learner's folder, and every word of the glossary.

    A notebook that cannot be read is left out.
    """
    found = _glossary(course / "docs/glossary.md")
    for kind in ("notebooks", "exercises"):
        for path in sorted((course / kind).glob("[0-9]*.ipynb")):
            found += _book(path, f"../{kind}/{path.name}")
    return found


def _book(path: Path, to: str) -> list[Section]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found, book = [], ""
    for part in re.split(r"^(?=##? )", text, flags=re.M):
        head, _, body = part.partition("\n")
        if not head.startswith("#"):
            continue
        name = head.lstrip("# ").strip()
        book = book or name
        title = plain(name) if name == book else f"{plain(book)}: {plain(name)}"
        found.append(Section(title, plain(body), f"{to}#{plain(name).replace(' ', '-')}"))
    return found


def _glossary(page: Path) -> list[Section]:
    try:
        rows = ROW.findall(page.read_text(encoding="utf-8"))
    except OSError:
        return []
    return [Section(f"{term} {chinese}", f"{line} (lesson {number})", to) for term, chinese, line, number, to in rows]


def plain(text: str) -> str:
    """Markdown as words."""
    return re.sub(r"\s+", " ", MARKS.sub("", text)).strip()


def find(places: list[Section], query: str, limit: int = 8) -> list[Section]:
    """The places that hold every word of the query, or a word that begins so; a word in a title counts most, first
    of all where the title begins with it: that is the glossary's row."""
    if len(query.strip()) < 2 and not _chinese(query.strip()):
        return []  # one letter begins half of all words
    wanted = [re.compile(("" if _chinese(word) else r"(?<!\w)") + re.escape(word), re.I) for word in query.split()]

    def score(place: Section) -> float:
        begins = [bool(word.match(place.title)) for word in wanted]
        each = [
            8 * (len(w.findall(place.title)) + b) + len(w.findall(place.text))
            for w, b in zip(wanted, begins, strict=True)
        ]
        return sum(each) / (1 + len(place.text) / 2000) if all(each) else 0

    ranked = sorted(((score(place), -n) for n, place in enumerate(places)), reverse=True)
    return [places[-n] for points, n in ranked[:limit] if points > 0]


def _chinese(word: str) -> bool:
    """Whether a word is written without spaces around it."""
    return bool(re.match(r"[\u3400-\u9fff]", word))


def excerpt(place: Section, query: str, wide: int = 140) -> str:
    """The words around the first hit."""
    first = re.search("|".join(re.escape(word) for word in query.split()), place.text, re.I)
    start = max(0, first.start() - wide // 2) if first else 0
    start = place.text.rfind(" ", 0, start) + 1
    end = place.text.find(" ", start + wide)
    return ("… " if start else "") + (place.text[start:] if end < 0 else place.text[start:end] + " …")
