"""A check in a notebook whose answer cell failed says so, and does not judge the version before."""

import nbformat
import pytest
from nbclient import NotebookClient

CHECK = "print(check('02.1', mse_loss, record=False))"
OLD = "def mse_loss(pred, target, reduction='mean'):\n    return ((pred - target) ** 2).sum()"
CELLS = {
    "imports": "from fusion_edu.checks import check",
    "old": OLD,
    "the old one is judged": CHECK,
    "not Python": "def mse_loss(pred, target, reduction='mean'):\n    return ((pred - target) ** 2).mean(",
    "syntax error": CHECK,
    "stops before": "gone()\ndef mse_loss(pred, target, reduction='mean'):\n    return pred",
    "name error": CHECK,
    "stops after": OLD.replace("sum", "mean") + "\ngone()",
    "the new one is judged": CHECK,
    "mended": OLD,
    "judged again": CHECK,
}


@pytest.fixture(scope="module")
def told():
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    NotebookClient(book, timeout=120, kernel_name="python3", allow_errors=True).execute()
    return {
        name: "".join(out.get("text", "") for out in cell.outputs) for name, cell in zip(CELLS, book.cells, strict=True)
    }


@pytest.mark.parametrize("name", ["the old one is judged", "the new one is judged", "judged again"])
def test_what_ran_is_judged(told, name):
    assert told[name].startswith("✗ 02.1")
    assert "last run of your cell" not in told[name]


@pytest.mark.parametrize(
    ("name", "error"), [("syntax error", "SyntaxError: "), ("name error", "NameError: name 'gone'")]
)
def test_an_older_version_is_not_judged(told, name, error):
    assert f"The last run of your cell stopped with {error}" in told[name]
    assert "mse_loss is still the one before it, and is not judged. Mend the cell" in told[name]
