"""Small slips in a source, one at a time, each with a sentence that tells the slip and not the source."""

import ast
import copy
import re
from collections.abc import Iterator
from typing import TypeGuard

Slip = tuple[str, str, ast.AST]  # id, sentence, what stands there instead

BEHAVES = "Your function behaves as one that"
WORDS = {
    "mean": "the mean", "sum": "the sum", "max": "the largest", "amax": "the largest", "min": "the smallest", "amin": "the smallest",
    "median": "the median", "prod": "the product", "argmax": "the place of the largest", "argmin": "the place of the smallest",
    "any": "any", "all": "all", "ceil": "the next whole number above", "floor": "the next whole number below", "round": "the nearest whole number",
    "softmax": "a softmax", "log_softmax": "a log-softmax", "sigmoid": "a sigmoid", "tanh": "a tanh", "relu": "a relu",
    "exp": "exp", "log": "log", "sqrt": "a square root", "square": "a square", "abs": "absolute values", "var": "the variance", "std": "the standard deviation",
    "logsumexp": "a log-sum-exp", "zeros": "zeros", "ones": "ones", "zeros_like": "zeros", "ones_like": "ones", "new_zeros": "zeros", "new_ones": "ones",
}  # fmt: skip
INSTEAD = {
    "mean": ("sum", "median", "amax", "amin", "prod"),
    "sum": ("mean", "prod", "amax", "amin", "median"),
    "max": ("min", "mean", "sum"), "min": ("max", "mean", "sum"), "amax": ("amin", "mean", "sum"), "amin": ("amax", "mean", "sum"),
    "argmax": ("argmin",), "argmin": ("argmax",), "any": ("all",), "all": ("any",), "median": ("mean",),
    "ceil": ("floor", "round"), "floor": ("ceil", "round"), "round": ("floor", "ceil"),
    "softmax": ("log_softmax", "sigmoid"), "log_softmax": ("softmax",), "sigmoid": ("tanh", "relu"), "tanh": ("sigmoid", "relu"), "relu": ("tanh", "sigmoid", "abs"),
    "abs": ("square",), "square": ("abs",), "std": ("var",), "var": ("std",), "logsumexp": ("sum", "mean", "amax"),
    "zeros": ("ones",), "ones": ("zeros",), "zeros_like": ("ones_like",), "ones_like": ("zeros_like",), "new_zeros": ("new_ones",), "new_ones": ("new_zeros",),
}  # fmt: skip
STEPS = {
    "abs", "clamp", "clamp_min", "clamp_max", "sqrt", "log", "exp", "softmax", "log_softmax", "sigmoid", "tanh", "relu", "normalize", "flip",
    "sort", "round", "lower", "strip", "detach", "masked_fill", "nan_to_num", "square", "cumsum", "transpose", "permute",
}  # fmt: skip
OPERATORS: dict[type[ast.operator], tuple[str, type[ast.operator]]] = {
    ast.Add: ("plus", ast.Sub),
    ast.Sub: ("minus", ast.Add),
    ast.Mult: ("times", ast.Div),
    ast.Div: ("divided by", ast.Mult),
}
COMPARISONS = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}


def slips(source: str) -> list[tuple[str, str, str]]:
    """Id, sentence and changed source of every slip that the source can have."""
    tree = ast.parse(source)
    found: dict[str, tuple[str, str, str]] = {}
    for place, node in enumerate(ast.walk(tree)):
        for name, sentence, other in _slips(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            for field in other._fields:
                setattr(target, field, getattr(other, field))
            if type(target) is not type(other):
                target.__class__ = type(other)
            text = ast.unparse(ast.fix_missing_locations(changed))
            found.setdefault(text, (f"{name} ({len(found) + 1})", sentence, text))
    return list(found.values())


def _slips(node: ast.AST) -> Iterator[Slip]:
    yield from _floors(node)
    yield from _never_cleared(node)
    yield from _numbered(node)
    if isinstance(node, ast.Attribute):
        for other in INSTEAD.get(node.attr, ()):
            text = f"{BEHAVES} takes {WORDS[other]} somewhere where the task needs {WORDS[node.attr]}."
            yield f"{other} for {node.attr}", text, ast.Attribute(node.value, other, node.ctx)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
        yield from _naively(node)
    elif isinstance(node, ast.Assign):
        yield from _between(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield from _brackets(node)
        yield from _left_out(node)
        sign, opposite = OPERATORS[type(node.op)]
        text = f"{BEHAVES} has a {OPERATORS[opposite][0]} somewhere where a {sign} belongs."
        yield f"{OPERATORS[opposite][0]} for {sign}", text, ast.BinOp(node.left, opposite(), node.right)
        if isinstance(node.op, (ast.Sub, ast.Div)):
            text = f"{BEHAVES} has the two sides of a {sign} swapped somewhere."
            yield f"sides of {sign} swapped", text, ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        text = f"{BEHAVES} leaves out a power (a square or a root) somewhere."
        yield "power missing", text, ast.BinOp(node.left, ast.Pow(), ast.Constant(1))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _comparisons(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "sign missing", f"{BEHAVES} has lost a minus sign somewhere.", ast.UnaryOp(ast.UAdd(), node.operand)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        text = f"{BEHAVES} has a mask the wrong way round somewhere."
        yield "mask inverted", text, ast.UnaryOp(ast.Invert(), node)
    elif (
        isinstance(node, ast.keyword)
        and node.arg in ("dim", "axis")
        and isinstance(node.value, (ast.Constant, ast.UnaryOp))
    ):
        for axis in (0, 1, -1, 2):
            text = f"{BEHAVES} works along axis {axis} somewhere, where another axis is needed."
            yield f"axis {axis}", text, ast.keyword(node.arg, ast.Constant(axis))
    elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool):
        text = f"{BEHAVES} has `{node.arg}` the other way round somewhere."
        yield f"{node.arg} the other way round", text, ast.keyword(node.arg, ast.Constant(not node.value.value))


SIZES = tuple(10.0**power for power in range(-12, 1))
PLACES = {"sqrt": "under a root", "log": "inside a logarithm", "rsqrt": "under a root", "log2": "inside a logarithm"}


def _of_module(function: ast.Attribute) -> bool:
    """Whether it is torch.sqrt and not x.sqrt."""
    return isinstance(function.value, ast.Name) and function.value.id in ("torch", "F", "math")


def _floors(node: ast.AST) -> Iterator[Slip]:
    """A small number added (or set as a floor) where people guard a division, a root or a logarithm, in every size."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not isinstance(node.right, ast.Constant):
        for size in SIZES:
            right = ast.BinOp(node.right, ast.Add(), ast.Constant(size))
            text = f"{BEHAVES} adds about {size:g} to what it divides by: where the divisor is small, or exactness counts, that changes the result."
            yield f"{size:g} added to a divisor", text, ast.BinOp(node.left, node.op, right)
            floor = ast.Call(ast.Attribute(node.right, "clamp_min", ast.Load()), [ast.Constant(size)], [])
            text = f"{BEHAVES} keeps what it divides by at about {size:g} or above: where the divisor is smaller, that changes the result."
            yield f"divisor of {size:g} at least", text, ast.BinOp(node.left, node.op, floor)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PLACES:
        module = _of_module(node.func)
        for size in SIZES:
            text = f"{BEHAVES} adds about {size:g} {PLACES[node.func.attr]}: where the number there is small, that changes the result."
            name = f"{size:g} added {PLACES[node.func.attr]}"
            if module and node.args:
                first = ast.BinOp(node.args[0], ast.Add(), ast.Constant(size))
                yield name, text, ast.Call(node.func, [first, *node.args[1:]], node.keywords)
            elif not module:
                inner = ast.BinOp(node.func.value, ast.Add(), ast.Constant(size))
                yield name, text, ast.Call(ast.Attribute(inner, node.func.attr, ast.Load()), node.args, node.keywords)


FILLERS = (-1.0, -10.0, -100.0, -1000.0, -10000.0)
LOWEST = re.compile(r"-(torch|math)\.inf|float\('-inf'\)|torch\.finfo\(.*\)\.min")


def _calls(node: ast.Call) -> Iterator[Slip]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name == "masked_fill" and LOWEST.fullmatch(ast.unparse(node.args[-1])):
        for size in FILLERS:
            text = f"{BEHAVES} puts about {size:g} where minus infinity belongs: beside numbers as low as that, it takes part."
            yield f"{size:g} for -infinity", text, ast.Call(node.func, [*node.args[:-1], ast.Constant(size)], [])
    if isinstance(node.func, ast.Attribute) and name in STEPS:
        method = not _of_module(node.func)
        kept = node.func.value if method else node.args[0] if node.args else None
        if kept is not None:
            yield (
                f"{name} missing",
                f"{BEHAVES} leaves out a step, `{name}`.",
                ast.Call(ast.Name("_same", ast.Load()), [kept], []),
            )
    yield from _reductions(node, name)
    if node.args and isinstance(node.args[-1], (ast.Constant, ast.UnaryOp)) and name in WORDS:
        for axis in (0, 1, -1):
            text = f"{BEHAVES} works along axis {axis} somewhere, where another axis is needed."
            yield f"axis {axis}", text, ast.Call(node.func, [*node.args[:-1], ast.Constant(axis)], node.keywords)
    if name in ("std", "var"):
        for correction in (0, 1):
            count = "N" if correction == 0 else "N - 1"
            keywords = [k for k in node.keywords if k.arg not in ("correction", "unbiased")]
            changed = [*keywords, ast.keyword("correction", ast.Constant(correction))]
            yield (
                f"divided by {count}",
                f"{BEHAVES} divides by {count} in a variance.",
                ast.Call(node.func, node.args, changed),
            )


def _reductions(node: ast.Call, name: str) -> Iterator[Slip]:
    """The median for the mean, which has another form along an axis, and one number over all where one an axis is due."""
    if name not in ("mean", "sum", "amax", "amin", "std", "var") or not isinstance(node.func, ast.Attribute):
        return
    module = _of_module(node.func)
    along = bool(node.args[module:]) or any(keyword.arg in ("dim", "axis") for keyword in node.keywords)
    if not along:
        text = f"{BEHAVES} takes {WORDS[name]} along the first axis alone somewhere, where one number of everything is needed."
        yield f"{name} along the first axis", text, ast.Call(node.func, [*node.args, ast.Constant(0)], node.keywords)
    if name == "mean" and not module:
        text = f"{BEHAVES} takes the median somewhere where the task needs the mean."
        median = ast.Attribute(node.func.value, "median" if along else "quantile", ast.Load())
        if along:
            yield (
                "median for mean",
                text,
                ast.Attribute(ast.Call(median, node.args, node.keywords), "values", ast.Load()),
            )
        else:  # of an even number the middle of two, as in NumPy; torch takes the lower
            yield "median for mean", text, ast.Call(median, [ast.Constant(0.5)], [])
    if along:
        text = f"{BEHAVES} takes {WORDS[name]} of everything together somewhere, where an axis stays."
        keywords = [keyword for keyword in node.keywords if keyword.arg not in ("dim", "axis", "keepdim")]
        yield f"{name} of everything", text, ast.Call(node.func, node.args[:module], keywords)


def _brackets(node: ast.BinOp) -> Iterator[Slip]:
    """(a - b) * c with its brackets elsewhere: a - b * c; and a - b * c as (a - b) * c."""
    text = f"{BEHAVES} has a bracket at another place: a product or a quotient takes in more, or less, of a sum than it should."
    left, right = node.left, node.right
    if isinstance(node.op, (ast.Mult, ast.Div)):
        if _is_sum(left):
            yield "bracket", text, ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))
        if _is_sum(right):
            yield "bracket", text, ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
    elif isinstance(node.op, (ast.Add, ast.Sub)):
        if _is_product(right):
            yield "bracket", text, ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
        if _is_product(left):
            yield "bracket", text, ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))


def _is_sum(node: ast.expr) -> TypeGuard[ast.BinOp]:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))


def _is_product(node: ast.expr) -> TypeGuard[ast.BinOp]:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))


def _left_out(node: ast.BinOp) -> Iterator[Slip]:
    """One side of a sum or of a product alone."""
    what = (
        "one part of a sum or of a difference" if isinstance(node.op, (ast.Add, ast.Sub)) else "a factor or a divisor"
    )
    text = f"{BEHAVES} leaves out {what} somewhere."
    for side in (node.left, node.right):
        if side is node.right and isinstance(node.op, ast.Div):
            continue
        yield "part left out", text, ast.Call(ast.Name("_same", ast.Load()), [side], [])


LIMITS = (10, 20, 30, 50, 80, 100)


def _naively(node: ast.Call) -> Iterator[Slip]:
    """A sigmoid and a softmax written out: exp leaves the range of floats, or all rows share one maximum."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("sigmoid", "softmax"):
        return
    module = _of_module(node.func)
    inner = node.args[0] if module and node.args else node.func.value
    if node.func.attr == "sigmoid":
        text = f"{BEHAVES} writes a sigmoid as exp(x) / (1 + exp(x)): exp of a large x is infinite, and infinity over infinity is NaN."
        yield "sigmoid by exp", text, _written("(lambda e: e / (1 + e))(torch.exp(_x))", inner)
        return
    axis = [*node.args[int(module) :], *(k.value for k in node.keywords if k.arg in ("dim", "axis"))]
    if not axis:
        return
    along = ast.unparse(axis[0])
    for label, words, form in (
        ("softmax by exp", "of a large x is infinite, and infinity over infinity is NaN", "torch.exp(_x)"),
        ("one maximum for all", "of x minus the largest of *all* numbers is 0 where a whole row lies far below, and 0 over 0 is NaN", "torch.exp(_x - _x.max())"),
    ):  # fmt: skip
        text = f"{BEHAVES} writes a softmax by exp: exp {words}. Take the largest of each row out first, as torch.softmax does."
        yield label, text, _written(f"(lambda e: e / e.sum({along}, keepdim=True))({form})", inner)
    for limit in LIMITS:
        text = f"{BEHAVES} cuts off at about {limit} what goes into a softmax: two larger numbers count as equal."
        yield f"cut off at {limit}", text, _written(f"torch.softmax(_x.clamp(-{limit}, {limit}), {along})", inner)


def _written(form: str, inner: ast.expr) -> ast.expr:
    """An expression with ``inner`` for its ``_x``, in a call so that it is computed once."""
    call = ast.parse(f"(lambda _x: {form})(0)", mode="eval").body
    assert isinstance(call, ast.Call)
    call.args = [inner]
    return call


def _between(node: ast.Assign) -> Iterator[Slip]:
    """A value on the way: without its graph, with two axes exchanged by a reshape, or cut off at some size."""
    if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return
    cut = f"{BEHAVES} cuts the graph at a value on the way: no gradient flows back through it."
    yield "detached on the way", cut, ast.Assign(node.targets, _written("_x.detach()", node.value))
    across = f"{BEHAVES} exchanges two axes by a reshape somewhere: it counts on through the numbers and moves no axis. Take a transpose."
    for one, two in ((0, 1), (-2, -1)):
        form = f"_x.reshape(_x.transpose({one}, {two}).shape).transpose({one}, {two})"
        yield "cut across on the way", across, ast.Assign(node.targets, _written(form, node.value))
    for limit in LIMITS:
        text = f"{BEHAVES} cuts off at about {limit} what it computes on the way: larger numbers count as equal."
        yield (
            f"cut off at {limit} on the way",
            text,
            ast.Assign(node.targets, _written(f"_x.clamp(-{limit}, {limit})", node.value)),
        )


def _never_cleared(node: ast.AST) -> Iterator[Slip]:
    """In a loop that adds up gradients: each time all of those before once more."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        total, added = ast.unparse(node.target), node.value
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
        total, added = ast.unparse(node.targets[0]), node.value.right
        if total != ast.unparse(node.value.left):
            return
    else:
        return
    if "autograd.grad(" not in ast.unparse(added):
        return
    text = (
        f"{BEHAVES} never clears the gradient: each step adds its own and all those before once more, as .grad does that is not "
        "set to None before a backward()."
    )
    held = f"_held = locals().get('_held', 0) + ({ast.unparse(added)})"
    yield "never cleared", text, ast.parse(f"if True:\n    {held}\n    {total} = {total} + _held").body[0]


def _numbered(node: ast.AST) -> Iterator[Slip]:
    """Whoever goes through the numbers that occur: 0, 1, 2 and so on instead."""
    if not isinstance(node, (ast.For, ast.comprehension)):
        return
    each = node.iter
    if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Attribute) or each.func.attr != "unique":
        return
    text = f"{BEHAVES} takes 0, 1, 2 and so on for the numbers that occur: where there are gaps it misses some, and finds others empty."
    counted = ast.parse(f"range(len({ast.unparse(each)}))", mode="eval").body
    if isinstance(node, ast.For):
        yield "numbered from 0", text, ast.For(node.target, counted, node.body, node.orelse)
    else:
        yield "numbered from 0", text, ast.comprehension(node.target, counted, node.ifs, node.is_async)


def _comparisons(node: ast.Compare) -> Iterator[Slip]:
    other = COMPARISONS.get(type(node.ops[0]))
    if other:
        text = f"{BEHAVES} treats equality the other way somewhere: mind ties and values exactly at a limit."
        yield "equality the other way", text, ast.Compare(node.left, [other()], node.comparators)
        turned = {ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Lt: ast.Gt, ast.LtE: ast.GtE}[type(node.ops[0])]
        text = f"{BEHAVES} has a comparison the wrong way round somewhere."
        yield "comparison the wrong way", text, ast.Compare(node.left, [turned()], node.comparators)
    if isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        instead = ast.NotEq() if isinstance(node.ops[0], ast.Eq) else ast.Eq()
        text = f"{BEHAVES} asks “equal” somewhere where “different” is meant, or the reverse."
        yield "equal for different", text, ast.Compare(node.left, [instead], node.comparators)
