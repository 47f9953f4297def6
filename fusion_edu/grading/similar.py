"""Answers that are the same code but for names, comments and layout."""

import ast
from functools import lru_cache
from typing import Any

FEWEST = 25  # nodes of a syntax tree: what is shorter coincides too easily
COMMON = 0.1  # what more than this share of a larger class wrote is no hint


def groups(results: list[dict[str, Any]]) -> list[tuple[str, list[str], tuple[str, str]]]:
    """(task, learners, two of the sources) of each group of alike answers, largest code first."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for result in results:
        for task, source in result["sources"].items():
            shape = _shape(source)
            if shape:
                found.setdefault((task, shape), []).append((result["learner"], source))
    most = max(3, COMMON * len(results))
    alike = {key: who for key, who in found.items() if 2 <= len({name for name, _ in who}) <= most}
    order = sorted(alike.items(), key=lambda item: (-len(item[0][1]), item[0]))
    return [(task, [name for name, _ in who], (who[0][1], who[1][1])) for (task, _), who in order]


@lru_cache(maxsize=4096)
def _shape(source: str) -> str:
    """The syntax tree with its names numbered in the order of their appearance, or nothing for a short or broken one."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names: dict[str, str] = {}
    count = 0
    for node in ast.walk(tree):
        count += 1
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        for field in ("id", "arg", "name"):
            if isinstance(getattr(node, field, None), str):
                setattr(node, field, names.setdefault(getattr(node, field), f"v{len(names)}"))
    return ast.dump(tree) if count >= FEWEST else ""
