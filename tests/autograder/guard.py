"""Guards that people write against a division by zero or a logarithm of zero, put into a reference one at a time.

Each one changes a value on one side of it: an answer with such a guard is wrong wherever the statement's range goes there.
"""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

from mutate import bare

EPSILONS = (1e-8, 1e-6, 1e-3)
TINY = (1e-6, 1e-3)
POSITIVE = {"sqrt", "log", "log2", "rsqrt", "reciprocal", "log1p"}
LIBRARIES = {"torch", "math", "np", "F"}
SHARES = {"softmax", "sigmoid"}  # probabilities, which some keep away from 0 and 1
LOG_SHARES = {"log_softmax", "logsigmoid"}
LENGTHS = {"norm", "std", "hypot"}


class Guard(NamedTuple):
    """What is guarded, how it reads with the guard, and the whole source then."""

    of: str
    text: str
    source: str


def guards(source: str) -> list[Guard]:
    """All sources that differ from ``source`` in one guard: of a denominator, of what a root or logarithm is taken of, of a
    length or a probability, or of a comparison with 0."""
    tree = bare(source)
    found = {}
    for place, node in enumerate(ast.walk(tree)):
        for field, i, others in _guarded(node):
            for other in others:
                changed = copy.deepcopy(tree)
                parent = list(ast.walk(changed))[place]
                of = ast.unparse(getattr(parent, field) if i is None else getattr(parent, field)[i])
                if i is None:
                    setattr(parent, field, other)
                else:
                    getattr(parent, field)[i] = other
                text = ast.unparse(parent if isinstance(parent, ast.Compare) else other)
                of = ast.unparse(node) if isinstance(parent, ast.Compare) else of
                result = ast.unparse(ast.fix_missing_locations(changed))
                found[result] = Guard(of, text, result)
    return sorted(found.values())


def _guarded(node: ast.AST) -> Iterator[tuple[str, int | None, list[ast.expr]]]:
    """Fields of a node in which a guard would stand, the position where the field is a list, and what would stand there."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
        field = "right" if isinstance(node, ast.BinOp) else "value"
        if not isinstance(getattr(node, field), ast.Constant):
            yield field, None, _small(getattr(node, field))
    if isinstance(node, ast.Attribute) and node.attr in POSITIVE and not _library(node.value):
        yield "value", None, _small(node.value)  # x.sum().sqrt()
    if isinstance(node, ast.Call) and _name(node) in POSITIVE and _library(node.func.value) and node.args:
        yield "args", 0, _small(node.args[0])  # torch.sqrt(x)
    if isinstance(node, ast.Compare) and _is_zero(node.comparators[0]):
        yield "comparators", 0, [ast.Constant(number) for number in TINY]
    for field, content in ast.iter_fields(node):
        for i, child in enumerate(content if isinstance(content, list) else [content]):
            if others := _results(child):
                yield field, i if isinstance(content, list) else None, others


def _small(child: ast.expr) -> list[ast.expr]:
    """The expression with each of the usual guards against a small number."""
    text = ast.unparse(child)
    guarded = [f"({text}) + {epsilon}" for epsilon in EPSILONS]
    guarded += [f"torch.as_tensor({text}).clamp(min={least})" for least in (1, *TINY)]
    guarded += [f"({text} if torch.as_tensor({text}).abs().max() > {number} else 1)" for number in TINY]
    return [_parsed(text) for text in guarded]


def _results(child: object) -> list[ast.expr]:
    """What a call's result is with a guard, where that is a length, a probability, or the logarithm of one."""
    name, text = (_name(child), ast.unparse(child)) if isinstance(child, ast.Call) else ("", "")
    if name in LENGTHS:
        return [_parsed(f"({text} + {epsilon})") for epsilon in EPSILONS]
    if name in SHARES:
        return [_parsed(f"{text}.clamp({least}, {1 - least})") for least in (1e-7, 1e-3)]
    if name in LOG_SHARES or _takes_logsumexp(child):
        return [_parsed(f"({text or ast.unparse(child)}).clamp(min={least})") for least in (-16.1, -100)]
    return []


def _takes_logsumexp(node: object) -> bool:
    """``score - torch.logsumexp(score)``, the logarithm of a probability."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.right, ast.Call)
        and _name(node.right) == "logsumexp"
    )


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _library(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in LIBRARIES


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (0, 0.0) and not isinstance(node.value, bool)
