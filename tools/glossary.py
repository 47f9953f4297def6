"""docs/glossary.md, gathered from the glossary tables at the end of the lessons: written once, where it is taught."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/glossary.md"
ROW = re.compile(r"^# \| ([^|]+) \| ([^|]*[\u4e00-\u9fff][^|]*) \| ([^|]+) \|$", re.M)
HEAD = """# Glossary

Every term of the lessons, in English and Chinese, with the lesson that teaches it.
Built from the lessons by `python3 start.py build`.

| term | 中文 | in one line | lesson |
|---|---|---|---|
"""


def page() -> str:
    """The whole page, terms in alphabetical order; a term of several lessons keeps its first explanation."""
    found: dict[str, tuple[str, str, str]] = {}
    for source in sorted(ROOT.glob("course/lessons/*.py")):
        for term, chinese, line in ROW.findall(source.read_text(encoding="utf-8")):
            if term.strip() != "term":
                found.setdefault(term.strip(), (chinese.strip(), line.strip(), source.stem))
    rows = [
        f"| {term} | {chinese} | {line} | [{stem[:2]}](../notebooks/{stem}.ipynb) |"
        for term, (chinese, line, stem) in sorted(found.items(), key=lambda item: item[0].lower())
    ]
    return HEAD + "\n".join(rows) + "\n"
