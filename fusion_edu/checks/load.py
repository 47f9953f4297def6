"""Read a learner's function out of a file: a .py, or a notebook of which only definitions are run."""

import ast
import contextlib
import io
import json
import linecache
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import limit

MOST_BYTES = 20_000_000
CELL_SECONDS = 20
DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


class LoadError(Exception):
    """The file gives no function; ``outcome`` is how a check reports it, the text one sentence for the learner."""

    def __init__(self, text: str, outcome: str = "raised") -> None:
        super().__init__(text)
        self.outcome = outcome


def function(path: Path, name: str) -> Callable:
    """The function ``name`` of a file.

    A .py is run as a whole. Of a notebook only imports, definitions and assignments are run, in order, so that
    checks, plots and trainings in it cost nothing; an assignment that fails is skipped. The last definition counts.

    Raises:
        LoadError: no such file, not readable, it fails, or it defines no such function.
    """
    scope: dict[str, Any] = {"__name__": "answer"}
    if path.suffix == ".ipynb":
        return pick(*definitions(_cells(_text(path)), path.name), name, path.name)
    if path.suffix != ".py":
        raise LoadError(f"{path.name} is neither a .py nor an .ipynb")
    with quiet():
        _run(_text(path), str(path), scope)
    return pick(scope, {}, name, path.name)


def definitions(
    cells: list[str], file: str, *, everything: bool = False
) -> tuple[dict[str, Any], dict[str, LoadError]]:
    """What the cells of a notebook define, and what became of those that cannot be run, by their source.

    Args:
        cells: sources of the code cells; file: name of the notebook, for messages.
        everything: run every statement, not only those that define.
    """
    scope: dict[str, Any] = {"__name__": "answer"}
    failed = {}
    for number, source in enumerate(cells, 1):
        label = f"{file}, code cell {number}"
        try:
            with quiet(), limit.seconds(CELL_SECONDS):
                _run_definitions(source, label, scope, everything)
        except LoadError as error:
            failed[source] = error
        except limit.TimeUp:
            failed[source] = LoadError(f"{label}, did not finish within {CELL_SECONDS} s", outcome="timed_out")
    return scope, failed


def pick(scope: dict[str, Any], failed: dict[str, LoadError], name: str, file: str) -> Callable:
    """The function ``name`` of what was defined; a cell that should define it and cannot be run comes first.

    Raises:
        LoadError: there is none.
    """
    broken = [error for source, error in failed.items() if re.search(rf"^def {name}\b", source, re.M)]
    if broken:
        raise broken[-1]
    if not callable(scope.get(name)):
        raise next(iter(failed.values()), LoadError(f"{file} defines no function {name}", outcome="not_attempted"))
    return scope[name]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What is printed goes nowhere."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LoadError(
                f"{path.name} has {path.stat().st_size / 1e6:.0f} MB, needs at most {MOST_BYTES / 1e6:.0f} MB"
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LoadError(f"{path.name} is not UTF-8 text") from error


def _cells(text: str) -> list[str]:
    try:
        cells = json.loads(text)["cells"]
        code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        return [source if isinstance(source, str) else "".join(source) for source in code]
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError("the file is no notebook of format 4: it cannot be parsed") from error


def _run(source: str, file: str, scope: dict[str, Any]) -> None:
    try:
        exec(compile(source, file, "exec"), scope)
    except SyntaxError as error:
        raise LoadError(f"line {error.lineno} of {Path(file).name} is no Python: {error.msg}") from error
    except (Exception, SystemExit) as error:
        raise LoadError(f"{Path(file).name} fails when it is run: {type(error).__name__}: {error}") from error


def _run_definitions(source: str, label: str, scope: dict[str, Any], everything: bool) -> None:
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    linecache.cache[label] = (len(source), None, [line + "\n" for line in lines], label)
    try:
        tree = ast.parse("\n".join(lines), label)
    except SyntaxError as error:
        raise LoadError(f"{label}, line {error.lineno}, is no Python: {error.msg}") from error
    for node in tree.body:
        if not everything and not isinstance(node, DEFINING):
            continue
        try:
            exec(compile(ast.Module([node], []), label, "exec"), scope)
        except (Exception, SystemExit) as error:
            if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
                text = f"{label}, line {node.lineno}, fails when it is run: {type(error).__name__}: {error}"
                raise LoadError(text) from error
