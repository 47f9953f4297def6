"""Run a notebook the way a learner does, or as another machine would: other processor, other seeds, one thread or two."""

import ast
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from fusion_edu.storage import write
from fusion_edu.widgets.claims import RECORD, STRICT

DONE = Path(__file__).resolve().parent.parent / "course/draws"  # draws that were made, a file a lesson, a line a draw

# What makes PyTorch, MKL and oneDNN compute as on a processor with these instructions and no newer ones.
PROCESSORS = {
    "native": {},
    "sse": {"ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "avx512": {
        "ATEN_CPU_CAPABILITY": "avx512",
        "MKL_ENABLE_INSTRUCTIONS": "AVX512",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
    },
}

# Run before the first cell: whoever sets a seed gets another one. torch.Generator is a C type, so a subclass takes its place.
OTHER_SEEDS = """
def _other_seeds(by):
    import random
    import numpy, torch
    def moved(function):
        def call(seed=None, *rest, **named):
            return function(seed + by if isinstance(seed, int) else seed, *rest, **named)
        return call
    class Generator(torch.Generator):
        def manual_seed(self, seed):
            return super().manual_seed(seed + by)
    torch.Generator = Generator
    torch.manual_seed = moved(torch.manual_seed)
    torch.random.manual_seed = torch.manual_seed
    numpy.random.default_rng = moved(numpy.random.default_rng)
    numpy.random.seed = moved(numpy.random.seed)
    random.seed = moved(random.seed)
    import sklearn.utils, sklearn.utils.validation, sys
    plain = sklearn.utils.validation.check_random_state
    other = moved(plain)
    sklearn.utils.validation.check_random_state = sklearn.utils.check_random_state = other
    for module in list(sys.modules.values()):
        if getattr(module, "check_random_state", None) is plain:
            module.check_random_state = other
_other_seeds({by})
del _other_seeds
"""
CLOCK = "__import__('time').process_time()"  # run after the last cell: what a busy machine does not stretch


@dataclass(frozen=True)
class Setting:
    """How one run differs from a learner's own: ``shift`` is added to every seed that is set."""

    processor: str = "native"
    shift: int = 0
    threads: int = 1
    strict: bool = False

    def environment(self) -> dict[str, str]:
        """The kernel's environment."""
        clean = {k: v for k, v in os.environ.items() if k != STRICT}
        strict = {STRICT: "1"} if self.strict else {}
        return clean | PROCESSORS[self.processor] | {"OMP_NUM_THREADS": str(self.threads)} | strict


def run(
    book: NotebookNode,
    folder: Path,
    setting: Setting,
    *,
    go_on: bool = False,
    on_cell: Callable[[], object] = lambda: None,
) -> float:
    """Run a notebook in place from ``folder``, as a learner with no progress yet; return its processor time in seconds.

    ``go_on``: an error ends its cell only; without it nbclient's CellExecutionError ends the run.
    """
    last = nbformat.v4.new_code_cell(CLOCK)
    first = [nbformat.v4.new_code_cell(OTHER_SEEDS.replace("{by}", str(setting.shift)))] if setting.shift else []
    cells, book.cells = book.cells, [*first, *book.cells, last]
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, timeout=1200, kernel_name="python3", resources=resources, allow_errors=go_on)
    client.on_cell_executed = lambda **_: on_cell()
    try:
        with tempfile.TemporaryDirectory() as home:
            client.execute(env=setting.environment() | {"FUSION_EDU_HOME": home})
    finally:
        book.cells = cells
        if first:
            _renumber(cells)
    return float(last.outputs[0].data["text/plain"])


def _renumber(cells: list[NotebookNode]) -> None:
    """Count as if the extra first cell had not been there."""
    for cell in cells:
        if cell.cell_type == "code" and cell.execution_count:
            cell.execution_count -= 1


def claims_of(book: NotebookNode) -> list[dict]:
    """The claims that a run notebook holds, in order."""
    return [
        output.data[RECORD]
        for cell in book.cells
        for output in cell.get("outputs", [])
        if RECORD in output.get("data", {})
    ]


def errors_of(book: NotebookNode) -> list[str]:
    """Cells that stopped with an error: "cell-031: AssertionError: ..."."""
    return [
        f"{cell.id}: {output.ename}: {output.evalue}"[:300]
        for cell in book.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def result_of(book: NotebookNode, how: Setting, seconds: float) -> dict:
    """What a run came to: its claims, the cells that stopped, and its processor time."""
    known = stated(book)
    return {
        "processor": how.processor,
        "threads": how.threads,
        "seconds": round(seconds, 1),
        "claims": {claim["key"]: _drawn(claim, known.get(claim["key"])) for claim in claims_of(book)},
        "errors": errors_of(book),
    }


def _drawn(found: dict, claim: "Stated | None") -> dict:
    """A claim as one run found it, short enough to keep: the sentence only where the lesson computes it."""
    ends = {end: float(f"{found[end]:.6g}") for end in ("low", "high")}
    says = {} if claim and claim.says else {"says": found["says"]}
    return ends | {"holds": found["holds"], "effect": claim.mark if claim else ""} | says


@dataclass(frozen=True)
class Stated:
    """A claim as a lesson's source states it: what is measured, and the sentence with its limits (None where it has none)."""

    effect: str
    says: str
    limits: tuple[float, float] | None

    @property
    def mark(self) -> str:
        """Tells by eight letters whether a draw measured this effect or an older one of the same key; "" for none."""
        return hashlib.sha256(self.effect.encode()).hexdigest()[:8] if self.effect else ""

    def holds(self, found: dict) -> bool:
        """Whether what a draw found bears the sentence out as it stands now."""
        if self.limits is None:
            return found["holds"]
        return bool(self.limits[0] < found["low"] and found["high"] < self.limits[1])


def stated(book: NotebookNode) -> dict[str, Stated]:
    """The claims of a lesson by key, read from its code."""
    calls = [call for cell in _code(book) for node in ast.walk(_parsed(cell)) if (call := _claim(node))]
    return {call.args[0].value: _stated(call) for call in calls}


def _code(book: NotebookNode) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def _parsed(source: str) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(source))


def _calls(node: ast.AST, *names: str) -> ast.Call | None:
    """The call, where a statement is nothing but a call of one of these functions."""
    call = node.value if isinstance(node, ast.Expr) else None
    return call if isinstance(call, ast.Call) and ast.unparse(call.func) in names else None


def _claim(node: ast.AST) -> ast.Call | None:
    """The call, where a statement is ``widgets.claim("05.gate", effect, ...)``."""
    call = _calls(node, "widgets.claim")
    return call if call and call.args and isinstance(call.args[0], ast.Constant) else None


def _stated(call: ast.Call) -> Stated:
    given = {word.arg: word.value for word in call.keywords}
    effect, says = ast.unparse(call.args[1]), given["says"]
    says = says.value if isinstance(says, ast.Constant) else ""
    try:
        values = {name: ast.literal_eval(given[name]) for name in ("above", "below", "between") if name in given}
    except ValueError:  # a limit that is measured, too
        return Stated(ast.unparse(call), says, None)
    if not values:
        return Stated(effect, says, None)
    return Stated(effect, says, values.get("between", (values.get("above", -math.inf), values.get("below", math.inf))))


# calls that leave nothing behind but what a reader sees
ONLY_SHOW = ("viz.show", "widgets.explore", "widgets.header", "widgets.predict", "widgets.quiz", "widgets.reveal")


class _Computing(ast.NodeTransformer):
    """Code without what is only shown, without claims, and without the names of its progress bars."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if _claim(node) or _calls(node, *ONLY_SHOW) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.keywords = [word for word in node.keywords if word.arg != "label"]
        return self.generic_visit(node)


def code_hash(book: NotebookNode) -> str:
    """What decides a draw, as far as the lesson itself goes: its code, but for what is only shown and for how claims are worded."""
    texts = []
    for source in _code(book):
        texts.append(ast.unparse(_Computing().visit(_parsed(source))))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def kept(stem: str, code: str) -> dict[str, dict]:
    """The draws that were made with this very code, by number."""
    path = DONE / f"{stem}.jsonl"
    head, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else [{}]
    return {str(line.pop("draw")): line for line in lines} if head.get("code") == code else {}


def keep(stem: str, code: str, draws: dict[str, dict]) -> None:
    """Keep the draws made with this code, and only those."""
    lines = [{"code": code}, *({"draw": int(k)} | draws[k] for k in sorted(draws, key=int))]
    write(DONE / f"{stem}.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
