"""Run the source of a cell or a file statement by statement, as Python does, so that one that fails does not take the rest along."""

import __future__

import ast
import asyncio
import inspect
import linecache
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fusion_edu.autograder import limit

LONGEST = 400  # characters of an error
# among the names of a module: what it has imported from __future__ holds for its later cells
FLAGS = "__future_flags__"


@dataclass(frozen=True)
class Failure:
    """A statement that failed; ``node`` is None where the source is no Python."""

    line: int | None
    text: str
    node: ast.stmt | None = None

    def __str__(self) -> str:
        if self.node is None:
            return f"{f'line {self.line} is' if self.line else 'it is'} no Python: {self.text}"[:LONGEST]
        return f"line {self.line}: {self.text}"[:LONGEST]


def module(name: str) -> dict[str, Any]:
    """The names of a fresh module, which is known as ``name``: dataclasses and pickles look there."""
    made = types.ModuleType(name)
    sys.modules[name] = made
    return made.__dict__


def run(
    source: str, label: str, scope: dict[str, Any], wanted: Callable[[ast.stmt], bool] = lambda node: True
) -> list[Failure]:
    """Run the statements of a source that are wanted, in order; those that failed.

    Args:
        label: stands for the file in tracebacks.
        scope: where names are looked up and bound.
    """
    linecache.cache[label] = (len(source), None, [line + "\n" for line in source.split("\n")], label)
    try:
        body = ast.parse(source, label).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [Failure(getattr(error, "lineno", None), f"{getattr(error, 'msg', error)}")]
    failed = []
    flags = scope.get(FLAGS, 0) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for node in body:
        if not wanted(node):
            continue
        try:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                flags |= sum(getattr(__future__, name.name).compiler_flag for name in node.names)
                scope[FLAGS] = flags
            code = compile(ast.Module([node], []), label, "exec", flags, dont_inherit=True)
            if code.co_flags & inspect.CO_COROUTINE:  # await outside of a function, as in a notebook
                asyncio.run(eval(code, scope))
            else:
                exec(code, scope)
        except limit.TimeUp:
            raise
        except BaseException as error:
            failed.append(Failure(node.lineno, f"{type(error).__name__}: {_text(error)}", node))
    return failed


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return ""
