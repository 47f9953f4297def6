"""Imports point down only: the order below is the architecture."""

import ast
from pathlib import Path

import pytest

import fusion_edu

PACKAGE = Path(fusion_edu.__file__).parent
LAYERS = [
    "optional", "storage", "syllabus", "shapes", "precision", "values", "lengths", "modes", "progress", "data", "encoders", "fusion", "losses", "keras_api", "model", "seq2seq", "bridges", "train", "evaluate",
    "explain", "viz", "autograder", "capstone", "tasks", "assignments", "checks", "widgets", "doctor", "__main__",
]  # fmt: skip
ALONE = {"keras_api"}  # runs where torch is not installed: imports nothing of ours
ANYONE = {"", "has", "__version__"}  # names of fusion_edu itself
HELPERS = {"optional"}  # imports nothing itself: also who stands alone may use it


def imports_of(path: Path, root: Path = PACKAGE.parent) -> set[str]:
    """The layers of fusion_edu that a module imports, wherever in the file the import stands."""
    found = set()
    package = path.relative_to(root).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(a.name.split(".") + [""])[1] for a in node.names if a.name.split(".")[0] == "fusion_edu"}
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level]) if node.level else []
            full = [*base, *(node.module or "").split(".")] if node.level else (node.module or "").split(".")
            full = [part for part in full if part]
            if full[:1] == ["fusion_edu"]:
                found |= {full[1]} if len(full) > 1 else {a.name for a in node.names}
    return found - ANYONE


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    layer = layer_of(path)
    assert layer in LAYERS, f"{layer} has no place in LAYERS: say where it stands"
    for other in imports_of(path) - {layer}:
        assert other in LAYERS, f"{path.name} imports fusion_edu.{other}, which has no place in LAYERS"
        assert LAYERS.index(other) < LAYERS.index(layer), f"{layer} may not import {other}: imports point down"
        assert layer not in ALONE or other in HELPERS, f"{layer} stands alone and may not import {other}"


def test_an_upward_import_is_seen_in_every_form(tmp_path):
    wrong = tmp_path / "fusion_edu" / "data" / "wrong.py"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("from fusion_edu import losses\nfrom ..widgets import header\nimport fusion_edu.checks.task\n")
    assert imports_of(wrong, tmp_path) == {"losses", "widgets", "checks"}
