"""Guards that people write against a division by zero or a logarithm of zero, put into a reference one at a time.

Each one changes a value on one side of it: an answer with such a guard is wrong wherever the statement's range goes there.
"""

import ast
import copy
from collections.abc import Iterator

from mutate import bare

EPSILONS = (1e-6, 1e-3)
TINY = (1e-6, 1e-3)
POSITIVE = {"sqrt", "log", "log2", "rsqrt", "reciprocal", "log1p"}


def guards(source: str) -> list[str]:
    """All sources that differ from ``source`` in one guard: a denominator, an argument of a root or logarithm, or a comparison with 0."""
    tree = bare(source)
    found = set()
    for place, node in enumerate(ast.walk(tree)):
        for field, child in _guarded(node):
            for other in _with_guard(child):
                changed = copy.deepcopy(tree)
                setattr(list(ast.walk(changed))[place], field, other)
                found.add(ast.unparse(ast.fix_missing_locations(changed)))
        if isinstance(node, ast.Compare) and _is_zero(node.comparators[0]):
            for number in TINY:
                changed = copy.deepcopy(tree)
                list(ast.walk(changed))[place].comparators[0] = ast.Constant(number)
                found.add(ast.unparse(ast.fix_missing_locations(changed)))
    return sorted(found - {ast.unparse(tree)})


def _guarded(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Fields of a node in which a guard would stand, with what stands there."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
        field = "right" if isinstance(node, ast.BinOp) else "value"
        if not isinstance(getattr(node, field), ast.Constant):
            yield field, getattr(node, field)
    if isinstance(node, ast.Attribute) and node.attr in POSITIVE and not isinstance(node.value, ast.Name):
        yield "value", node.value  # x.sum().sqrt()


def _with_guard(child: ast.expr) -> Iterator[ast.expr]:
    """The expression with each of the usual guards; those for numbers and those for tensors."""
    text = ast.unparse(child)
    for epsilon in EPSILONS:
        yield _parsed(f"({text}) + {epsilon}")
    for least in (1, *TINY):
        yield _parsed(f"torch.as_tensor({text}).clamp(min={least})")
    yield _parsed(f"({text} if torch.as_tensor({text}).abs().max() > 1e-6 else 1)")


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (0, 0.0) and not isinstance(node.value, bool)
