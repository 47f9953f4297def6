"""Stubs run: every check of an untouched exercise notebook says "not attempted", and nothing raises.

And what is optional: notebooks run here with what a learner has; lesson 14 runs once more with Boxing.
"""

import importlib.util
import os
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

from fusion_edu import has
from fusion_edu.checks import TASKS

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("runs", ROOT / "tools/runs.py")
runs = sys.modules["runs"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runs)
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all exercise notebooks, each with a namespace of its own: starting one takes longer than any of them."""
    manager = KernelManager(kernel_name="python3")
    home = tmp_path_factory.mktemp("home")
    manager.start_kernel(cwd=str(ROOT / "exercises"), env={**os.environ, "FUSION_EDU_HOME": str(home)})
    yield manager
    manager.shutdown_kernel(now=True)


def executed(path: Path, kernel: KernelManager) -> nbformat.NotebookNode:
    book = nbformat.read(path, as_version=4)
    book.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    NotebookClient(book, timeout=120, km=kernel).execute()
    return book


@pytest.mark.sample(3)
@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)
def test_an_untouched_stub_is_not_attempted(path, kernel):
    checks = [cell for cell in executed(path, kernel).cells if cell.id.startswith("check-")]
    assert len(checks) == sum(number.startswith(path.stem[:2]) for number in TASKS)
    for cell in checks:
        [output] = [o for o in cell.outputs if "text/html" in o.get("data", {})]
        assert output.output_type == "execute_result"  # what nbgrader reads as partial credit
        assert float(output.data["text/plain"]) == 0
        assert "not attempted" in output.data["text/html"].lower()


@pytest.mark.thorough
@pytest.mark.skipif(not has("ale_py"), reason="Boxing is an optional extra")
def test_lesson_14_runs_with_boxing(monkeypatch):
    monkeypatch.delenv(
        "JUPYTER_PATH", raising=False
    )  # this environment's kernel, not that of a learner without the extra
    book = nbformat.read(ROOT / "notebooks/14_speech_text_video.ipynb", as_version=4)
    runs.run(book, ROOT / "notebooks", runs.Setting(strict=True))
    assert {"14.boxing", "14.whose"} <= {claim["key"] for claim in runs.claims_of(book)}


def test_lesson_14_ships_without_pictures_of_the_game():
    book = nbformat.read(ROOT / "notebooks/14_speech_text_video.ipynb", as_version=4)
    assert not {"14.boxing", "14.whose"} & {claim["key"] for claim in runs.claims_of(book)}
