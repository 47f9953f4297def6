"""docs/tools.md runs from top to bottom, its assertions hold, and its table says what the libraries do."""

import os
import re
from pathlib import Path

import pytest
import torch

pytestmark = pytest.mark.thorough
PAGE = (Path(__file__).parent.parent / "docs/tools.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture(scope="module")
def page():
    """The names that the blocks of the page leave behind."""
    names: dict = {}
    for block in BLOCKS:
        exec(block, names)
    return names


def test_every_block_runs_and_each_kind_of_model_is_there(page):
    assert len(BLOCKS) == 6
    assert page["logits"].shape == (4, 8)
    assert page["logits"].std() > 0.01  # equal numbers, but no row of zeros


def test_other_backends_were_asked_where_they_are_installed(page):
    assert (page["there"] is not None) == bool(os.environ.get("FUSION_EDU_BACKENDS_PYTHON"))


def test_the_masked_mean_is_the_librarys(page):
    torch.testing.assert_close(page["text"], page["encoders"].text_features(page["names"]), atol=1e-5, rtol=1e-4)


def test_the_table_of_differences(page):
    keras, nn = page["keras"], page["nn"]
    adam = torch.optim.Adam([nn.Parameter(torch.zeros(1))]).defaults["eps"]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.split("## What differs")[1], re.M)
    said = {name: (one, other) for name, one, other in rows}
    assert tuple(map(float, said["Adam's epsilon"])) == (keras.optimizers.Adam().epsilon, adam)
    kept, renewed = (float(re.search(r"[\d.]+$", cell)[0]) for cell in said["momentum of batch norm"])
    assert (kept, renewed) == (keras.layers.BatchNormalization().momentum, nn.BatchNorm1d(2).momentum)
    epsilons = tuple(map(float, said["epsilon of batch and layer norm"]))
    assert epsilons == (keras.layers.BatchNormalization().epsilon, nn.BatchNorm1d(2).eps)
    assert epsilons == (keras.layers.LayerNormalization().epsilon, nn.LayerNorm(2).eps)
    kernel, bias = page["in_keras"].get_layer("words").get_weights()
    assert kernel.shape == page["in_torch"].words.weight.T.shape
    assert abs(kernel).max() <= (6 / sum(kernel.shape)) ** 0.5  # Glorot uniform
    assert not bias.any()
    fresh = nn.Linear(384, 64)
    assert max(fresh.weight.abs().max(), fresh.bias.abs().max()) <= 384**-0.5
