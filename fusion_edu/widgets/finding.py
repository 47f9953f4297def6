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
        found.append(Section(title, plain(body), f"{to}#{name.replace(' ', '-')}"))
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
    """The places that hold every word of the query, or a word that begins so; a word in a title counts most."""
    wanted = [re.compile(rf"(?<!\w){re.escape(word)}", re.I) for word in query.split()]
    if not any(len(word) > 1 or ord(word[0]) > 0x2E80 for word in query.split()):  # one Chinese sign is a word
        return []
    wanted = [re.compile(word.pattern.removeprefix(r"(?<!\w)"), re.I) if ord(q[0]) > 0x2E80 else word
              for word, q in zip(wanted, query.split(), strict=True)]  # fmt: skip

    def score(place: Section) -> float:
        each = [8 * len(word.findall(place.title)) + len(word.findall(place.text)) for word in wanted]
        return sum(each) / (1 + len(place.text) / 2000) if all(each) else 0

    ranked = sorted(((score(place), -n) for n, place in enumerate(places)), reverse=True)
    return [places[-n] for points, n in ranked[:limit] if points > 0]


def excerpt(place: Section, query: str, wide: int = 140) -> str:
    """The words around the first hit."""
    first = re.search("|".join(re.escape(word) for word in query.split()), place.text, re.I)
    start = max(0, first.start() - wide // 2) if first else 0
    start = place.text.rfind(" ", 0, start) + 1
    end = place.text.find(" ", start + wide)
    return ("… " if start else "") + (place.text[start:] if end < 0 else place.text[start:end] + " …")
