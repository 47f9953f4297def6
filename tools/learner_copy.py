#!/usr/bin/env python3
"""Lay out the learner's folder: the course without its results, to work in; `start.py` runs this each time.

python tools/learner_copy.py [FOLDER]     default: my_course/ beside this course

A file that is not there is written. One that the learner has not changed follows the course. One that the learner has
changed is never touched: what is new is laid beside it, and a line says so. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("notebooks", "exercises", "solutions")
PAGES = ("docs/glossary.md",)
CLEARED = ("notebooks", "exercises")  # results would answer "Predict first" above them
RECORD = ".handed_out.json"  # file -> what was handed out: of the bytes, and of what a learner writes
LINK = re.compile(r"\]\((\.\./[^)#\s]+|[^)#:/\s]+\.(?:md|png))")


def course(root: Path) -> dict[str, bytes]:
    """Every file of a learner's folder: lessons, exercises, solutions, the glossary, and what they link to."""
    files = {name: (root / name).read_bytes() for name in PAGES}
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.ipynb")):
            content = path.read_bytes()
            files[f"{folder}/{path.name}"] = cleared(content) if folder in CLEARED else content
    waiting = list(files)
    while waiting:
        name = waiting.pop()
        for target in linked(name, files[name], root):
            if target not in files:
                files[target] = (root / target).read_bytes()
                waiting.append(target)
    return files


def linked(name: str, content: bytes, root: Path) -> list[str]:
    """The files of the course that a notebook or a page links to."""
    if not name.endswith((".ipynb", ".md")):
        return []
    text = content.decode("utf-8")
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    inside = root.resolve()
    paths = [(inside / name).parent.joinpath(to).resolve() for to in LINK.findall(text)]
    return [path.relative_to(inside).as_posix() for path in paths if path.is_file() and inside in path.parents]


def cleared(content: bytes) -> bytes:
    """A notebook without outputs, execution counts and saved widgets."""
    book = json.loads(content)
    book["metadata"].pop("widgets", None)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


def written(name: str, content: bytes) -> str:
    """Digest of what a learner writes: of a notebook its cells, for running it or opening it changes the rest."""
    if name.endswith(".ipynb"):
        with contextlib.suppress(ValueError, KeyError, TypeError):  # a damaged one counts as it is, bytes
            cells = json.loads(content)["cells"]
            content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    return digest(content)


def digest(content: bytes) -> str:
    """SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def hand_out(files: dict[str, bytes], folder: Path) -> list[str]:
    """Bring a learner's folder up to date with ``files``; what the learner changed stays.

    Returns:
        A line for each file whose new version lies beside the learner's own.

    Raises:
        OSError: the folder cannot be written.
    """
    known, lines = read_record(folder / RECORD), []
    for name in sorted(known.keys() - files.keys()):  # no longer in the course: goes, unless it is the learner's now
        path = folder / name
        if path.is_file() and written(name, path.read_bytes()) == known[name][1]:
            path.unlink()
        del known[name]
    for name, content in files.items():
        path, before, now = folder / name, known.get(name), [digest(content), written(name, content)]
        mine = written(name, path.read_bytes()) if path.is_file() else None
        if mine is None or (mine != now[1] and before and mine == before[1]) or (mine == now[1] and before != now):
            write(path, content)
        elif mine != now[1] and before != now:
            beside = path.with_name(f"{path.stem}.new{path.suffix}")
            write(beside, content)
            lines.append(f"{name} has changed in the course; yours stays, and the new one is {beside.name}")
        known[name] = now
    write(folder / RECORD, json.dumps(known, indent=1, sort_keys=True).encode())
    return lines


def read_record(path: Path) -> dict[str, list[str]]:
    """What was handed out; a missing or damaged record knows nothing, so that everything there counts as changed."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {name: [pair[0], pair[1]] for name, pair in record.items()}
    except (OSError, ValueError, AttributeError, TypeError, IndexError, KeyError):
        return {}


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none: beside, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def main(arguments: list[str]) -> int:
    """Lay the folder out and say what lies beside what; exit status 1 where it cannot be written."""
    folder = Path(arguments[0]) if arguments else ROOT / "my_course"
    try:
        for line in hand_out(course(ROOT), folder):
            print(f"  {line}")
    except OSError as error:
        print(f"{folder} cannot be written ({error}): free some space or make it writable", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
