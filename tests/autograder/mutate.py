"""Small changes of a reference, one at a time: how many of them does a check notice?"""

import ast
import copy
import difflib
from collections.abc import Iterator

OPERATORS = {ast.Sub: ast.Add, ast.Add: ast.Sub, ast.Div: ast.Mult, ast.Mult: ast.Div, ast.Pow: ast.Mult}
OPERATORS |= {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv}
COMPARISONS = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt, ast.Lt: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARISONS |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
NAMES = {
    "mean": ("sum", "median"),
    "sum": ("mean", "prod", "amax"),
    "max": ("min",),
    "min": ("max",),
    "amax": ("amin",),
    "exp": ("log1p", "tanh", "square"),
    "abs": ("square", "neg"),
    "sqrt": ("square", "abs"),
    "clamp_min": ("clamp_max",),
    "clamp_max": ("clamp_min",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "new_ones": ("new_zeros",),
    "logsumexp": ("sum", "amax"),
    "log_softmax": ("softmax",),
    "softmax": ("log_softmax",),
    "searchsorted": ("bucketize",),
    "sigmoid": ("tanh",),
    "tanh": ("sigmoid",),
    "cat": ("stack",),
    "stack": ("cat",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "ceil": ("floor",),
    "any": ("all",),
    "all": ("any",),
}


def mutants(source: str) -> list[str]:
    """All sources that differ from ``source`` in one operator, operand, constant, comparison, name, argument, call, condition,
    slice or statement. Annotations, docstrings and texts of errors change nothing and are left out."""
    tree = bare(source)
    found = set()
    for place, node in enumerate(ast.walk(tree)):
        for field, content in ast.iter_fields(node):
            for i, child in enumerate(content if isinstance(content, list) else [content]):
                for other in _replacements(child) if isinstance(child, ast.AST) else ():
                    changed = copy.deepcopy(tree)
                    _put(list(ast.walk(changed))[place], field, i, other)
                    found.add(ast.unparse(ast.fix_missing_locations(changed)))
    return sorted(filter(_compiles, found - {ast.unparse(tree)}))


def bare(source: str) -> ast.Module:
    """The syntax tree without what does nothing."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.body = [step for step in node.body if not _is_text(step)]
            for argument in node.args.args:
                argument.annotation = None
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args = []
    return tree


def change(source: str, mutant: str) -> str:
    """The changed lines of a mutant, as ``old -> new``: its name in the lists of equivalents."""
    before, after = ast.unparse(bare(source)).splitlines(), mutant.splitlines()
    old, new = [], []
    for line in difflib.ndiff(before, after):
        (old if line[0] == "-" else new if line[0] == "+" else []).append(line[2:].strip())
    return f"{'; '.join(old)} -> {'; '.join(new)}"


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _put(node: ast.AST, field: str, i: int, other: ast.AST | None) -> None:
    content = getattr(node, field)
    if not isinstance(content, list):
        setattr(node, field, other)
    elif other is None:
        content[i : i + 1] = [] if len(content) > 1 or field != "body" else [ast.Pass()]
    else:
        content[i] = other


def _is_text(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy with other fields."""
    other = copy.copy(node)
    for name, content in fields.items():
        setattr(other, name, content)
    return other


def _replacements(node: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in the place of ``node``; None where it may be missing."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in OPERATORS:
                yield _with(node, op=OPERATORS[type(op)]())
            if isinstance(op, (ast.Sub, ast.Div, ast.Pow, ast.MatMult)):
                yield _with(node, left=right, right=left)
            yield from (left, right)
        case ast.Compare(ops=[op], left=left, comparators=[right]) if type(op) in COMPARISONS:
            yield _with(node, ops=[COMPARISONS[type(op)]()])
            if isinstance(op, (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
                yield _with(node, left=right, comparators=[left])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(other) for other in {value + 1, value - 1, 0, value * 2} - {value})
        case ast.Attribute(attr=name):
            yield from (_with(node, attr=other) for other in NAMES.get(name, ()))
        case ast.Name(id=name, ctx=ast.Load()):
            yield from (
                _with(node, id=other) for other in {"min": ["max"], "max": ["min"], "any": ["all"]}.get(name, ())
            )
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
            yield from (body, orelse)
        case ast.Slice(lower=lower, upper=upper, step=step):
            for name, bound in (("lower", lower), ("upper", upper), ("step", step)):
                if bound is not None:
                    yield _with(node, **{name: None})
        case ast.comprehension(ifs=ifs) if ifs:
            yield _with(node, ifs=[])
        case ast.If(test=test, body=[first, *_]):
            yield from (_with(node, test=ast.UnaryOp(ast.Not(), test)), _with(node, test=ast.Constant(True)))
            if not isinstance(first, ast.Raise) or node.orelse:
                yield _with(node, test=ast.Constant(False))
            else:
                yield None
        case ast.AugAssign(op=op, target=target, value=value):
            yield from (_with(node, op=OPERATORS[type(op)]()), ast.Assign([target], value), None)
        case ast.Expr():
            yield None
        case ast.Assign(targets=[ast.Subscript()]) | ast.Continue() | ast.Break():
            yield None


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """A keyword less, two arguments exchanged, or no call at all: ``x.f(y)`` is then ``x``, ``torch.f(x)`` is ``x``."""
    for i in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])
    for i in range(len(node.args) - 1):
        yield _with(node, args=[*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]])
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if owner is not None and not (isinstance(owner, ast.Name) and owner.id in ("torch", "F", "math", "np", "random")):
        yield owner
    elif len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
