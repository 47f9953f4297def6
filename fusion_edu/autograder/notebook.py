"""Read a submitted notebook: its code cells in order, whatever state the file is in."""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager, make_tokens_by_line

MOST_BYTES = 20_000_000
MOST_CELLS = 1000
MOST_BRACKETS, MOST_COMMAS = 500_000, 3_000_000  # in the file: each is an object in memory
LONGEST_CELL, MOST_SOURCE = 50_000, 300_000  # characters of code: a syntax tree takes up to 1 kB for each
MOST_WORK = 1_000_000  # magics times characters, over all cells: IPython reads a cell anew for each magic
LONGER = 30  # characters by which a magic grows
HELP = 11  # by this times the square of its length a line costs that asks for help (`name?`), from where its bracket opens on
MAGIC = re.compile(r"^[^\S\n]*[!%?,;/]|=\s*[!%]|\?\s*$", re.MULTILINE)  # a line at a time, however many are empty
TIMED = re.compile(
    r"^([^\S\n]*)%time[^\S\n]+(?=\S)", re.MULTILINE
)  # what stands behind it is a statement of the notebook
WRITES = re.compile(r"%%(?:writefile|file)\s+(-a\s+|--append\s+)?([\w-]+\.py)")  # a module for later cells
RUNS_PYTHON = ("time", "timeit", "capture", "prun", "python", "python3")


class Unreadable(Exception):
    """The file is no notebook that can be marked; one sentence for the learner says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its position among all code cells from 1, its source as plain Python, and nbgrader's id for it."""

    number: int
    source: str
    grade_id: str


def read(data: bytes, name: str) -> list[Cell]:
    """The code cells of a notebook.

    Raises:
        Unreadable: it is empty, too large, not UTF-8, or no notebook.
    """
    content = _content(data, name)
    sheets = content.get("worksheets")  # format 3
    sheet = sheets[0] if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else {}
    cells = content.get("cells") or sheet.get("cells") or []
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unreadable(f"{name} is no notebook: its cells are no list of cells")
    code = [cell for cell in cells if cell.get("cell_type") == "code"]
    if not code:
        raise Unreadable(f"{name} has no code cell")
    if len(code) > MOST_CELLS:
        raise Unreadable(f"{name} has {len(code)} code cells, needs at most {MOST_CELLS}")
    left, work, found = MOST_SOURCE, MOST_WORK, []
    for number, cell in enumerate(code, 1):
        source = _source(cell)
        source = source if source.strip() else ""
        fits = len(source) <= min(LONGEST_CELL, left)
        left -= len(source) if fits else 0
        cost = _magic_work(source) if fits else 0
        if not fits:
            source = _refused(f"{len(source)} characters", f"{LONGEST_CELL} in a cell and {MOST_SOURCE} in a notebook")
        elif cost > work:
            source = _refused("too many shell lines and magics (!, % and ?) for its length", "a few of them")
        else:
            work -= cost
        found.append(Cell(number, plain_python(source), _grade_id(cell)))
    return found


def _magic_work(source: str) -> int:
    """What it takes to turn the magics of a cell into Python; none where it is Python already."""
    magics = len(MAGIC.findall("\n".join(source.splitlines())))  # IPython breaks lines where Python does not, too
    if not magics or _parses(source):
        return 0
    return magics * (len(source) + LONGER * magics) + HELP * sum(length**2 for length in _asking(source))


def _asking(source: str) -> list[int]:
    """Lengths of the lines that ask for help, as IPython sees them: with a bracket open a line goes on."""
    lines = (_without_cell_magic(source).rstrip("\n") + "\n").splitlines(keepends=True)
    found = []
    for tokens in make_tokens_by_line(lines):
        if len(tokens) > 2 and tokens[-2].string == "?":
            found.append(sum(map(len, lines[tokens[0].start[0] - 1 : tokens[-2].start[0]])))
    return found


def _refused(has: str, needs: str) -> str:
    """A cell that says why it was not run."""
    return f"raise ValueError('this cell has {has}, needs at most {needs}')"


def _content(data: bytes, name: str) -> dict[str, Any]:
    if not data.strip():
        raise Unreadable(f"{name} is empty")
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{name} has more than {MOST_BYTES / 1e6:.0f} MB: clear its outputs and save it again")
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS or data.count(b",") > MOST_COMMAS:
        raise Unreadable(f"{name} holds more than a notebook needs: clear its outputs and save it again")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is not UTF-8 text") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{name} is no notebook: it cannot be parsed as JSON") from error
    if not isinstance(content, dict):
        raise Unreadable(f"{name} is no notebook: it holds no JSON object")
    return content


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    entry = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    found = entry.get("grade_id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else ""


def plain_python(source: str) -> str:
    """The source as IPython hands it to Python: magics and shell lines become calls of get_ipython(), which does nothing here."""
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\x00", "")
    if _parses(source):
        return source
    source = TIMED.sub(r"\1", _without_cell_magic(source))
    try:
        return source if _parses(source) else TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError, RuntimeError):
        return source  # no Python, which whoever runs it will say


def _without_cell_magic(source: str) -> str:
    """A cell without its %%time or the like; what writes a module as Python; nothing of it where that runs no Python."""
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if written := WRITES.fullmatch(lines[first].rstrip()):
            mode, body = ("a" if written[1] else "w"), "\n".join(lines[first + 1 :])
            return f"with open({written[2]!r}, {mode!r}) as file_of_this_cell:\n    file_of_this_cell.write({body + chr(10)!r})"
        if lines[first][2:].rstrip().partition(" ")[0] not in RUNS_PYTHON:
            return ""
        lines[first] = ""
    return "\n".join(lines)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
