"""A progress bar that leaves one line, or none, in a saved notebook.

tqdm's own notebook bar is a widget, and its text bar prints hundreds of carriage returns; both read badly once saved.
Here tqdm writes into one display that is updated in place, and the last update is a plain sentence. Where tqdm is not
installed no bar moves, and that line is left all the same.
"""

import sys
from contextvars import ContextVar
from typing import Any, Self

from fusion_edu import has

__all__ = ["Bar", "in_kernel"]

_busy: ContextVar[bool] = ContextVar("a bar is already shown", default=False)


def in_kernel() -> bool:
    """Whether this runs in a notebook kernel, with a front end that can update a display."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


class Bar:
    """A bar over ``total`` steps, shown in a ``with`` block; inside another bar it is silent.

    Args:
        total: number of steps.
        label: what is counted, e.g. "epochs"; the line left behind reads "40 epochs".
        show: False makes it silent.

    In a terminal the bar goes to stderr and vanishes at the end; redirected output stays clean.
    """

    def __init__(self, total: int, *, label: str, show: bool = True) -> None:
        self.total, self.label, self.show, self.done = total, label, show, 0
        self._line: _Line | None = None
        self._bar: Any = None

    def step(self, note: str = "") -> None:
        """One more step is done; ``note`` stands right of the bar."""
        self.done += 1
        if self._bar is not None:
            self._bar.set_postfix_str(note, refresh=False)
            self._bar.update()

    def __enter__(self) -> Self:
        shown = self.show and not _busy.get()
        self._line = _Line() if shown and in_kernel() else None
        self._bar = _bar(self.total, self.label, self._line, shown) if has("tqdm") else None
        self._token = _busy.set(True)
        return self

    def __exit__(self, *error: object) -> None:
        _busy.reset(self._token)
        if self._bar is not None:
            self._bar.close()
        if self._line is not None:
            self._line.end(f"{self.done} {self.label}" + (", then stopped by an error" if error[0] else ""))


def _bar(total: int, label: str, line: "_Line | None", shown: bool) -> Any:
    from tqdm import tqdm

    hidden = None if shown and line is None else not shown  # None: tqdm asks whether it writes to a terminal
    return tqdm(total=total, desc=label, leave=False, disable=hidden, file=line, ascii=False, ncols=78, mininterval=0.2)


class _Line:
    """A file for tqdm: each write replaces the text of one notebook output."""

    encoding = "utf-8"

    def __init__(self) -> None:
        from IPython.display import display

        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text: str) -> None:
        if text.strip():
            self.end(text.strip())

    def flush(self) -> None:
        """Nothing is held back."""

    def end(self, text: str) -> None:
        self._handle.update({"text/plain": text}, raw=True)
