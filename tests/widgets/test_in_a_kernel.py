"""Every display in a real kernel: which forms it has, and that its text is the same at each run."""

import nbformat
import pytest
from nbclient import NotebookClient

from fusion_edu.syllabus import LESSONS
from fusion_edu.widgets.form import WIDGET_VIEW

CELLS = {
    "header": "from fusion_edu import widgets, viz\nwidgets.header('04')",
    "predict": "widgets.predict('k.1', 'Up or down?', ['up', 'down'])",
    "reveal": "widgets.reveal('k.1', 'up', 'So it is.')",
    "quiz": "widgets.quiz('k', [widgets.Question('One?', {'1': 'Yes.', '2': 'No.'}, '1')])",
    "explore": "widgets.explore(lambda n: viz.canvas(x='x', y='y'), alt='A frame.', fixed=[{'n': 1}, {'n': 2}], n=(1, 3, 1))",
    "map": "widgets.progress_map({'00.1': (5, 10)})",
    "show": "viz.show(viz.canvas(x='x', y='y'), alt='An empty frame.')",
    "fit": "import torch\nfrom fusion_edu.train import fit\nfrom fusion_edu.evaluate import over_seeds\n"
    "x = torch.ones(8, 1)\n"
    "run = lambda s: fit(torch.nn.Linear(1, 1), x, x, loss=torch.nn.functional.mse_loss, epochs=2).train_loss[0]\n"
    "found = over_seeds(run, range(3))\nfit(torch.nn.Linear(1, 1), x, x, loss=torch.nn.functional.mse_loss, epochs=2);",
    "closed": "from matplotlib import pyplot\nprint(pyplot.get_fignums())",
}


@pytest.fixture(scope="module")
def outputs():
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    book = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    return {name: cell.outputs for name, cell in zip(CELLS, book.cells, strict=True)}


@pytest.mark.parametrize(
    ("name", "forms", "text"),
    [
        ("header", {"text/html"}, "Lesson 04: Contrastive loss: pull and push; about 85 minutes"),
        ("predict", {"text/html", WIDGET_VIEW}, "Predict first: Up or down? up / down"),
        ("reveal", {"text/html", WIDGET_VIEW}, "Answer: up. So it is."),
        ("quiz", {"text/html", WIDGET_VIEW}, "Quiz, 1 question: 1. One?"),
        ("explore", {"text/html", "image/png", WIDGET_VIEW}, "A frame. Shown at n = 1; n = 2."),
        (
            "map",
            {"text/html", WIDGET_VIEW},
            f"Course map, 0 of {len(LESSONS)} lessons done. 00 started 5/10; "
            + "; ".join(f"{number} open" for number in list(LESSONS)[1:])
            + ".",
        ),
        ("show", {"text/html", "image/png"}, "An empty frame."),
    ],
)
def test_one_display_in_all_its_forms(outputs, name, forms, text):
    (shown,) = outputs[name]
    assert shown.output_type == "display_data"
    assert set(shown.data) == forms | {"text/plain"}
    assert shown.data["text/plain"] == text
    if "image/png" in forms:
        assert shown.metadata["image/png"]["alt"] == text


def test_bars_leave_one_line_each_and_none_inside_another(outputs):
    assert [part.data["text/plain"] for part in outputs["fit"] if "data" in part][:2] == ["3 seeds", "2 epochs"]


def test_no_figure_stays_open(outputs):
    assert outputs["closed"][0].text == "[]\n"
