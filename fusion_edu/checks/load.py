"""Read a learner's function out of a file: a .py, or a notebook of which only definitions are run."""

import ast
import contextlib
import io
import json
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_BYTES = 20_000_000
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
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if path.suffix == ".ipynb":
            for number, source in enumerate(_cells(_text(path)), 1):
                _run_definitions(source, f"{path.name}, code cell {number}", scope)
        elif path.suffix == ".py":
            _run(_text(path), str(path), scope)
        else:
            raise LoadError(f"{path.name} is neither a .py nor an .ipynb")
    if not callable(scope.get(name)):
        raise LoadError(f"{path.name} defines no function {name}", outcome="not_attempted")
    return scope[name]


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


def _run_definitions(source: str, label: str, scope: dict[str, Any]) -> None:
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    linecache.cache[label] = (len(source), None, [line + "\n" for line in lines], label)
    try:
        tree = ast.parse("\n".join(lines), label)
    except SyntaxError as error:
        raise LoadError(f"{label}, line {error.lineno}, is no Python: {error.msg}") from error
    for node in tree.body:
        if not isinstance(node, DEFINING):
            continue
        try:
            exec(compile(ast.Module([node], []), label, "exec"), scope)
        except (Exception, SystemExit) as error:
            if not isinstance(node, (ast.Assign, ast.AnnAssign)):
                text = f"{label}, line {node.lineno}, fails when it is run: {type(error).__name__}: {error}"
                raise LoadError(text) from error
