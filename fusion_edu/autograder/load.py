"""Read a learner's function out of a file of their own, to be called in this process: a .py or a notebook."""

import ast
import contextlib
import io
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from fusion_edu.autograder import execute, limit, notebook, static
from fusion_edu.autograder.notebook import Cell

CELL_SECONDS = 20
BREAKING = (*static.DEFINITIONS, *static.IMPORTS)
MODULE = "answer"  # how the learner's code is called as a module


class LoadError(Exception):
    """The file gives no function; ``outcome`` is how a check reports it, the text one sentence for the learner."""

    def __init__(self, text: str, outcome: str = "raised") -> None:
        super().__init__(text)
        self.outcome = outcome


class Loaded:
    """The functions that are asked for, out of the cells of a notebook, or of a file as its only cell.

    Args:
        cells: in their order; of each only imports run, and what the functions live on, so that trainings and plots cost nothing.
        file: for messages.
        names: of the functions.
    """

    def __init__(self, cells: list[Cell], file: str, names: Iterable[str]) -> None:
        self.file, self.cells = file, cells
        self.scope = execute.module(MODULE)
        self.scope.update(get_ipython=_Idle(), display=_Idle())
        self.failed: dict[int, LoadError] = {}  # by number of the cell
        self.broken: set[int] = set()  # cells that are no Python, or in which an import or a definition failed
        self.needed = static.needed(cells, names)
        for cell in cells:
            self._run(cell)

    def _run(self, cell: Cell) -> None:
        label = f"{self.file}, code cell {cell.number}" if self.file.lower().endswith(".ipynb") else self.file
        try:
            with quiet(), limit.seconds(CELL_SECONDS):
                failures = execute.run(cell.source, label, self.scope, self._wanted)
        except limit.TimeUp:
            self.failed[cell.number] = LoadError(f"{label}, did not finish within {CELL_SECONDS} s", "timed_out")
            self.broken.add(cell.number)
            return
        breaking = [f for f in failures if f.node is None or isinstance(f.node, BREAKING)]
        if failures:
            self.failed[cell.number] = LoadError(_told(label, (breaking or failures)[0]))
        if breaking:
            self.broken.add(cell.number)

    def _wanted(self, node: ast.stmt) -> bool:
        return isinstance(node, static.IMPORTS) or not self.needed.isdisjoint(static.touched(node))

    def function(self, name: str) -> Callable[..., Any]:
        """The function of that name; the last definition counts, and a broken cell that should define it comes first.

        Raises:
            LoadError: there is none.
        """
        for cell in reversed(self.cells):
            if cell.number in self.broken and static.defines(cell, name):
                raise self.failed[cell.number]
        found: Callable[..., Any] | None = self.scope.get(name)
        if callable(found):
            return found
        nothing = LoadError(f"{self.file} defines no function {name}", outcome="not_attempted")
        raise next(iter(self.failed.values()), nothing)


class _Idle:
    """Stands for IPython in a file's magics: does nothing, whatever is asked."""

    def __call__(self, *args: Any, **kwargs: Any) -> "_Idle":
        return self

    def __getattr__(self, name: str) -> "_Idle":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _told(label: str, failure: execute.Failure) -> str:
    if failure.node is None:
        return f"{label}, line {failure.line}, is no Python: {failure.text}"
    return f"{label}, line {failure.line}, fails when it is run: {failure.text}"


def function(path: Path, name: str) -> Callable[..., Any]:
    """The function ``name`` of a file. Modules beside the file can be imported, as ``python FILE`` does.

    Raises:
        LoadError: no such file, not readable, it fails, or it defines no such function.
    """
    cells = read(path)
    sys.path.insert(0, str(path.resolve().parent))
    return Loaded(cells, path.name, [name]).function(name)


def read(path: Path) -> list[Cell]:
    """The code cells of a notebook, or a .py as one cell.

    Raises:
        LoadError: no such file, not readable, or neither.
    """
    kind = path.suffix.lower()
    if kind not in (".py", ".ipynb"):
        raise LoadError(f"{path.name} is neither a .py nor an .ipynb")
    try:
        if kind == ".ipynb":
            return notebook.read(path.read_bytes(), path.name)
        with tokenize.open(path) as file:  # knows the coding line of a source
            return [Cell(1, file.read(), "")]
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, SyntaxError) as error:
        raise LoadError(f"{path.name} is not UTF-8 text") from error
    except notebook.Unreadable as error:
        raise LoadError(f"{error}") from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What is printed goes nowhere."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
