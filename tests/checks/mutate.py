"""Small changes to a reference, one at a time: how many of them does a check notice?"""

import ast
import copy
from collections.abc import Callable, Iterator

OPERATORS = {ast.Sub: ast.Add, ast.Add: ast.Sub, ast.Div: ast.Mult, ast.Mult: ast.Div, ast.Pow: ast.Mult}
OPERATORS |= {ast.BitAnd: ast.BitOr}
COMPARISONS = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt, ast.Lt: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
NAMES = {
    "mean": ("sum", "median"),
    "sum": ("mean", "prod", "amax"),
    "max": ("min",),
    "exp": ("log1p", "tanh", "square"),
    "abs": ("square", "neg"),
    "sqrt": ("square", "abs"),
    "clamp_min": ("clamp_max",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "logsumexp": ("sum", "amax"),
    "log_softmax": ("softmax",),
    "searchsorted": ("bucketize",),
    "softmax": ("log_softmax",),
    "sigmoid": ("tanh",),
    "tanh": ("sigmoid",),
    "cat": ("stack",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "clamp_max": ("clamp_min",),
    "ceil": ("floor",),
    "new_ones": ("new_zeros",),
    "empty_like": ("zeros_like",),
}


def mutants(source: str) -> list[str]:
    """All sources that differ from ``source`` in one operator, constant, comparison, name, argument or slice."""
    tree = ast.parse(source)
    for node in ast.walk(tree):  # annotations, defaults and docstrings do nothing
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.body = [
                step for step in node.body if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
            ]
            for argument in node.args.args:
                argument.annotation = None
    found = set()
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[place])
            found.add(ast.unparse(ast.fix_missing_locations(other)))
    return sorted(found - {ast.unparse(tree)})


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    def put(name: str, value: object) -> Callable[[ast.AST], None]:
        return lambda other: setattr(other, name, value)

    if isinstance(node, ast.BinOp):
        if type(node.op) in OPERATORS:
            yield put("op", OPERATORS[type(node.op)]())
        if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
            yield lambda other: _swap(other)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield put("ops", [COMPARISONS[type(node.ops[0])]()])
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield put("value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        for value in {node.value + 1, node.value - 1, 0, node.value * 2} - {node.value}:
            yield put("value", value)
    if isinstance(node, ast.Attribute):
        for name in NAMES.get(node.attr, ()):
            yield put("attr", name)
    if isinstance(node, ast.UnaryOp):
        yield lambda other: _bare(other)
    if isinstance(node, ast.Call):
        for i in range(len(node.keywords)):
            yield lambda other, i=i: other.keywords.pop(i)


def _swap(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def _bare(node: ast.UnaryOp) -> None:
    node.op = ast.UAdd()
