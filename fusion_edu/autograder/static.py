"""What a cell is, from its source alone: which names it binds, whether it could do harm by being run."""

import ast
import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache

from fusion_edu.autograder.notebook import Cell

CALLED_FOR_SHOW = {"check", "unmask", "widgets", "display", "print", "help"}
LIBRARIES = (set(sys.stdlib_module_names) | {"torch", "numpy", "fusion_edu", "keras"}) - {
    "antigravity",
    "this",
    "turtle",
}
HARMLESS: tuple[type[ast.AST], ...] = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.expr_context,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.UnaryOp,
)
HARMLESS += (ast.unaryop, ast.Subscript, ast.keyword)
MAKE_DATA = {"float", "int", "torch.tensor", "torch.ones", "torch.zeros", "torch.arange", "torch.manual_seed"}


DEEPEST = 150  # levels of a syntax tree


@lru_cache(maxsize=2200)  # of one notebook, see ``forget``
def parse(source: str) -> list[ast.stmt]:
    """Statements of a cell, none where it is no Python or nested beyond reason. They are shared: look, do not change."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree.body
    return []


@lru_cache(maxsize=2200)
def names(source: str) -> frozenset[str]:
    """What the statements of a cell bind, see ``bound``."""
    return frozenset(bound(parse(source)))


LONGEST_LITERAL = 100_000  # characters of JSON


def literals(cells: Iterable[Cell], wanted: Iterable[str]) -> dict[str, str]:
    """By name the JSON of the last plain value that is given to it at the top of a cell; nothing is run."""
    found: dict[str, str] = {}
    for node in (node for cell in cells for node in parse(cell.source) if isinstance(node, ast.Assign)):
        for name in [target.id for target in node.targets if isinstance(target, ast.Name) and target.id in wanted]:
            try:
                text = json.dumps(ast.literal_eval(node.value), allow_nan=False)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, OverflowError):
                continue  # no plain value
            if len(text) <= LONGEST_LITERAL:
                found[name] = text
    return found


def forget() -> None:
    """Let go of the trees of a notebook."""
    parse.cache_clear()
    names.cache_clear()


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


def bound(statements: Iterable[ast.stmt]) -> list[str]:
    """Names that statements bind or write into, wherever in loops and branches that is; names of imports are not among them."""
    found: list[str] = []
    for node in (inner for statement in statements for inner in _outside_functions(statement)):
        if isinstance(node, DEFINITIONS):
            found.append(node.name)
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.append(node.name)
        elif isinstance(getattr(node, "ctx", None), ast.Store) and (name := _base(node)):
            found.append(name)
    return found


def _outside_functions(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and what is in it, but not what is in the functions and classes that it defines."""
    left: deque[ast.AST] = deque([statement])
    while left:
        node = left.popleft()
        yield node
        if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            left += ast.iter_child_nodes(node)


def _base(node: ast.AST) -> str:
    """x of x, x.y, x[0].y; "" where there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def needed(cells: list[Cell], names: Iterable[str]) -> set[str]:
    """Names that the functions ``names`` live on: what they use, what that uses, and so on."""
    uses: dict[str, list[set[str]]] = {}
    for node in (node for cell in cells for node in parse(cell.source)):
        used = _used(node)
        for name in touched(node):
            uses.setdefault(name, []).append(used)
    found, new = set(names), list(names)
    while new:
        more = set().union(*uses.pop(new.pop(), [])) - found
        found |= more
        new += more
    return found


def touched(node: ast.stmt) -> set[str]:
    """What a statement binds, writes into, or calls a method of."""
    names = set(bound([node]))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        names.add(_base(node.value))
    return names


def _used(node: ast.stmt) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def defines(cell: Cell, name: str) -> bool:
    """Whether a cell binds ``name``; by its text where it is no Python."""
    statements = parse(cell.source)
    return name in bound(statements) if statements else f"def {name}(" in cell.source.replace(" (", "(")


def functions(statements: list[ast.stmt]) -> list[str]:
    """Names of the functions that are defined at the top of a cell."""
    return [node.name for node in statements if isinstance(node, ast.FunctionDef)]


def imports(cells: list[Cell], package: str) -> bool:
    """Whether a cell imports a package, wherever the import stands."""
    statements = [statement for cell in cells if package in cell.source for statement in parse(cell.source)]
    nodes = [node for statement in statements for node in ast.walk(statement)]
    names = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return package in {name.split(".")[0] for name in names}


def is_stub(statements: list[ast.stmt], name: str) -> bool:
    """Whether a function of a cell only raises NotImplementedError, passes, or has nothing but a docstring."""
    bodies = [node.body for node in statements if isinstance(node, ast.FunctionDef) and node.name == name]
    return bool(bodies) and all(isinstance(node, (ast.Pass, ast.Raise)) or _constant(node) for node in bodies[-1])


def _constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def for_show(cell: Cell) -> bool:
    """Whether a cell only calls checks and widgets, so that it need not be run."""
    statements = parse(cell.source)
    return all(_constant(node) or (isinstance(node, ast.Expr) and _shown(node.value)) for node in statements)


def _shown(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Name)
    owner = node.func
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    plain = all(map(_harmless, [*node.args, *node.keywords]))
    return isinstance(owner, ast.Name) and owner.id in CALLED_FOR_SHOW and (plain or owner.id == "unmask")


def _harmless(node: ast.AST) -> bool:
    """Names, constants, lists and dicts of them, and calls that only make such data."""
    if isinstance(node, ast.Call):
        return _dotted(node.func) in MAKE_DATA and all(map(_harmless, [*node.args, *node.keywords]))
    return isinstance(node, HARMLESS) and all(map(_harmless, ast.iter_child_nodes(node)))


def _dotted(node: ast.expr) -> str:
    """ "torch.tensor" of such names, "" of all else."""
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return owner and f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def plain(cell: Cell) -> bool:
    """Whether running the cell can only define things: no snapshot is needed before it."""
    return all(_plain(node) for node in parse(cell.source))


def definitions(source: str) -> str:
    """What a cell only defines: its statements without those that could take any time."""
    kept = []
    for node in parse(source):
        if isinstance(node, ast.Import):
            kept += [ast.unparse(each) for each in (ast.Import([alias]) for alias in node.names) if _plain(each)]
        elif _plain(node):
            kept.append(ast.get_source_segment(source, node) or "")
    return "\n".join(kept)


def _plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return all(name.name.split(".")[0] in LIBRARIES for name in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").split(".")[0] in LIBRARIES
    if isinstance(node, ast.FunctionDef):
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        return not node.decorator_list and all(map(_harmless, defaults))
    if isinstance(node, ast.Assign):
        return all(map(_named, node.targets)) and _harmless(node.value)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and _harmless(node.value))


def _named(target: ast.expr) -> bool:
    """A name, or an entry of what a name stands for."""
    if isinstance(target, ast.Subscript):
        return isinstance(target.value, ast.Name) and _harmless(target.slice)
    return isinstance(target, ast.Name)


SUSPECT = {
    "setprofile",
    "getprofile",
    "settrace",
    "_getframe",
    "_current_frames",
    "get_objects",
    "get_referrers",
    "ctypes",
}
SUSPECT |= {
    "kill",
    "fork",
    "subprocess",
    "socket",
    "threading",
    "_thread",
    "multiprocessing",
    "make_fx",
    "mmap",
    "cffi",
}
SUSPECT |= {"f_back", "tb_frame", "_xxsubinterpreters", "_interpreters", "CodeType", "setitimer", "set_threshold"}
SUSPECT |= {"__del__", "f_locals", "gi_frame", "addaudithook", "monitoring", "_op_dk", "redispatch", "_testcapi"}
SUSPECT |= {"_decomp", "_refs", "_disable_profiler", "_enable_record_function", "setrlimit", "execv", "load_inline"}
SUSPECT |= {"currentframe", "walk_stack", "get_referents", "exc_info", "__traceback__", "inspect"}  # ways to the inputs
SUSPECT |= {"_exit", "_toggle_collection_dynamic"}
ENGINE = "fusion_edu.autograder"  # no homework speaks with what marks it


def suspicious(cells: list[Cell]) -> list[str]:
    """Names in a submission that homework has no use for: a hint for the teacher, no verdict."""
    nodes = [node for cell in cells for statement in parse(cell.source) for node in ast.walk(statement)]
    names = {getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None) for node in nodes}
    found = {name for name in names if isinstance(name, str) and name.split(".")[0] in SUSPECT}
    said = [getattr(node, "value", None) for node in nodes] + [getattr(node, "module", None) for node in nodes]
    return sorted(found | {ENGINE for each in [*said, *names] if isinstance(each, str) and each.startswith(ENGINE)})
