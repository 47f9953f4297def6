"""Answers that are the same code but for names, comments and layout."""

import ast
import hashlib
from functools import lru_cache
from typing import Any

from fusion_edu.autograder.static import parse

FEWEST = 25  # nodes of a syntax tree: what is shorter coincides too easily
COMMON = 0.1  # what more than this share of a larger class wrote is no hint


def groups(results: list[dict[str, Any]]) -> list[tuple[str, list[str], tuple[str, str]]]:
    """(task, learners, two of the sources) of each group of answers of one shape, largest code first."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for result in results:
        for task, shape in result["shapes"].items():
            found.setdefault((task, shape), []).append((result["learner"], result["sources"][task]))
    most = max(3, COMMON * len(results))
    alike = {key: who for key, who in found.items() if 2 <= len({name for name, _ in who}) <= most}
    order = sorted(alike.items(), key=lambda item: (-len(item[1][0][1]), item[0]))
    return [(task, [name for name, _ in who], (who[0][1], who[1][1])) for (task, _), who in order]


@lru_cache(maxsize=1000)
def shape(source: str) -> str:
    """The same text for the same syntax tree with its names numbered; nothing for a short, broken or too deep one."""
    if not parse(source):
        return ""
    tree = ast.parse(source)  # one of our own, to change
    names: dict[str, str] = {}
    count = 0
    for node in ast.walk(tree):
        count += 1
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        for field in ("id", "arg", "name"):
            if isinstance(getattr(node, field, None), str):
                setattr(node, field, names.setdefault(getattr(node, field), f"v{len(names)}"))
    return hashlib.sha256(ast.dump(tree).encode("utf-8", "replace")).hexdigest()[:16] if count >= FEWEST else ""
