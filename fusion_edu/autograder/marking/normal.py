"""The normal form of an answer: the same for the same code under other names, comments, layout, imports and added lines."""

import ast
import contextlib
import copy
import hashlib
from collections import Counter
from functools import cache

from fusion_edu.autograder.static import bound

USUAL = {"np": "numpy", "F": "torch.nn.functional", "nn": "torch.nn", "torch": "torch", "math": "math"}
SAYS_NOTHING = {"print", "display", "len", "type", "repr", "str", "id", "isinstance"}
MOST_NODES = 3000
MOST_IN_ALL = 10_000  # nodes of all answers of a notebook, with what they use: further ones are taken as they stand
MOST_PARTS = 300  # statements that an answer uses: what is beyond is left out
ROUNDS = 10
BLOCKS = ("body", "orelse", "finalbody")
Function = ast.FunctionDef


class Code:
    """The statements of a whole notebook or file; they are not changed.

    Args:
        body: as ``static.parse`` gives them, of all cells in their order.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        self.functions = {node.name: node for node in body if isinstance(node, Function)}
        self.binding: dict[str, list[ast.stmt]] = {}
        for node in body:
            for name in dict.fromkeys(bound([node])):
                self.binding.setdefault(name, []).append(node)
        self.dotted = USUAL | _imports(body)
        self.left = MOST_IN_ALL
        # each once for all answers that use a statement, by which statement it is
        self.size = cache(lambda part: sum(1 for _ in ast.walk(part)))
        self.uses = cache(_uses)
        self.simple = cache(_simplified)
        self.text = cache(ast.dump)

    def normal(self, name: str) -> tuple[str, int]:
        """A digest of the normal form of function ``name`` with what it uses, and its size in nodes of its syntax tree.

        The last function of that name counts; of none, the last function that there is. ("", 0) where there is none.
        """
        start = self.functions.get(name) or next(reversed(self.functions.values()), None)
        if start is None:
            return "", 0
        parts = self._used(start.name)
        size = sum(map(self.size, parts))
        self.left -= size
        text = ""
        if self.left >= 0:
            # the errors: made by somebody who wants them; an f-string that Python cannot write
            with contextlib.suppress(RecursionError, ValueError):
                text = _written(copy.deepcopy([*map(self.simple, parts)]), self.dotted)
        text = text or "\n".join(map(self.text, parts))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16], size

    def _used(self, name: str) -> list[ast.stmt]:
        """The function and what it uses, in the order of its use."""
        parts, waiting, met = list[ast.stmt](), [name], {name}
        for wanted in waiting:  # grows meanwhile
            found = [self.functions[wanted]] if wanted in self.functions else self.binding.get(wanted, [])
            for part in found[: MOST_PARTS - len(parts)]:
                if part not in parts:
                    parts.append(part)
                    new = [each for each in dict.fromkeys(self.uses(part)) if each not in met]
                    met.update(new)
                    waiting += new
        return parts


def _simplified(part: ast.stmt) -> ast.stmt:
    own = copy.deepcopy(part)
    _simplify(own)
    return own


def _uses(part: ast.stmt) -> list[str]:
    """Names that a statement reads and does not give itself."""
    own = set(_given(part)) if isinstance(part, Function) else set()
    names = [n.id for n in _in_order(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return [name for name in names if name not in own]


def _imports(body: list[ast.stmt]) -> dict[str, str]:
    """What the names of imports stand for, wherever in the code they are."""
    found: dict[str, str] = {}
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _simplify(node: ast.stmt) -> None:
    """Without annotations, without lines that do nothing, and with each name that is given once put where it is used."""
    if not isinstance(node, Function):
        return
    for _ in range(ROUNDS):
        nodes = list(ast.walk(node))
        if len(nodes) > MOST_NODES:
            return
        before = len(nodes)
        read = _read(nodes)
        for inner in nodes:
            if isinstance(inner, ast.arg):
                inner.annotation = None
            elif isinstance(inner, (Function, ast.AsyncFunctionDef)):
                inner.returns = None
            for name in BLOCKS:
                if isinstance(block := getattr(inner, name, None), list):
                    setattr(inner, name, _block(block, read))
        _put_in(node, nodes, read)
        if sum(1 for _ in ast.walk(node)) == before:
            return


def _read(nodes: list[ast.AST]) -> Counter[str]:
    """How often each name is read, other than to give it a new value."""
    found = Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    for inner in nodes:
        if isinstance(inner, ast.Assign) and len(inner.targets) == 1 and isinstance(inner.targets[0], ast.Name):
            name = inner.targets[0].id
            found[name] -= sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(inner.value))
    return found


def _block(block: list[ast.stmt], read: Counter[str]) -> list[ast.stmt]:
    kept: list[ast.stmt] = []
    for node in block:
        if isinstance(node, ast.AnnAssign) and node.value:
            node = ast.copy_location(ast.Assign([node.target], node.value), node)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Constant):
            kept += node.body if node.test.value else node.orelse
        elif not _idle(node, read):
            kept.append(node)
        if isinstance(node, (ast.Return, ast.Raise)):
            break  # what comes after it is never run
    return kept


def _idle(node: ast.stmt, read: Counter[str]) -> bool:
    """Whether a statement does nothing that the result could depend on."""
    if isinstance(node, (ast.Pass, ast.Import, ast.ImportFrom, ast.Delete, ast.AnnAssign)):
        return True
    if isinstance(node, ast.Expr):
        calls = [
            inner for inner in ast.walk(node) if isinstance(inner, (ast.Call, ast.Await, ast.Yield, ast.YieldFrom))
        ]
        return all(
            isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id in SAYS_NOTHING for c in calls
        )
    if isinstance(node, ast.Assign):
        names = [inner for target in node.targets for inner in ast.walk(target) if isinstance(inner, ast.Name)]
        plain = all(isinstance(target, (ast.Name, ast.Tuple, ast.List)) for target in node.targets)
        same = isinstance(node.value, ast.Name) and [inner.id for inner in names] == [node.value.id]
        return plain and (same or not any(read[inner.id] > 0 for inner in names))
    if isinstance(node, (ast.If, ast.For, ast.While, ast.With)):
        return not node.body and not getattr(node, "orelse", [])
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and read[node.target.id] <= 0


def _put_in(function: Function, nodes: list[ast.AST], read: Counter[str]) -> None:
    """Replace each name that is given once, at the top of the function, by what it was given."""
    given = Counter(n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))
    given.update(n.arg for n in nodes if isinstance(n, ast.arg))
    put, kept, size = _Put(), list[ast.stmt](), 0
    for statement in function.body:
        statement = put.visit(statement)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if isinstance(statement, ast.Assign) and isinstance(target, ast.Name) and given[target.id] == 1:
            inside = list(ast.walk(statement.value))
            names = [n.id for n in inside if isinstance(n, ast.Name)]
            size += len(inside) * read[target.id]
            if target.id not in names and size < MOST_NODES:
                put.values[target.id] = statement.value
                continue
        kept.append(statement)
    function.body = kept


class _Put(ast.NodeTransformer):
    """Puts values where names are."""

    def __init__(self) -> None:
        self.values: dict[str, ast.expr] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.values[node.id]) if node.id in self.values else node


def _written(parts: list[ast.stmt], dotted: dict[str, str]) -> str:
    """The tree as text: names that the code gives itself are numbered, those of other modules are written in full."""
    own: dict[str, str] = {}
    for part in parts:
        for name in _given(part):
            own.setdefault(name, f"v{len(own)}")
    local = {part.name for part in parts if isinstance(part, Function)}
    for part in parts:
        for node in list(ast.walk(part)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in local:
                for keyword in node.keywords:
                    keyword.arg = own.get(keyword.arg or "", keyword.arg)
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                node.id = own.get(node.id) or dotted.get(node.id, node.id)
            elif isinstance(node, ast.arg):
                node.arg = own[node.arg]
            elif isinstance(node, (Function, ast.ClassDef)):
                node.name = own.get(node.name, node.name)
    return "\n".join(ast.unparse(ast.fix_missing_locations(part)) for part in parts)


def _given(part: ast.stmt) -> list[str]:
    """Names that a statement gives, in the order in which they stand there."""
    found = []
    for node in _in_order(part):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
        elif isinstance(node, ast.arg):
            found.append(node.arg)
        elif isinstance(node, (Function, ast.ClassDef)):
            found.append(node.name)
    return found


def _in_order(node: ast.AST) -> list[ast.AST]:
    found, waiting = list[ast.AST](), [node]
    while waiting:
        found.append(one := waiting.pop())
        waiting += reversed(list(ast.iter_child_nodes(one)))
    return found
