"""What the library does with its few needs alone: run by test_package.py in a process, or an environment, that has no more."""

import importlib
import math
import sys
from collections.abc import Callable

import torch

from fusion_edu import capstone, data, encoders, evaluate, explain, fusion, losses, shapes, train
from fusion_edu.model import FusionModel

NOT_NEEDED = ("matplotlib", "keras", "IPython", "ipywidgets", "tqdm", "sacrebleu", "PIL", "platformdirs")


def main() -> None:
    """Values that a hand can check, from each of the packages."""
    for package in (losses, fusion, train, evaluate, explain, capstone):
        for name in package.__all__:
            assert getattr(package, name) is not None

    assert losses.mse(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 1.0])).item() == 2.5
    assert losses.contrastive(torch.tensor([2.0]), torch.tensor([1])).item() == 2.0  # d^2 / 2
    assert math.isclose(losses.cross_entropy(torch.zeros(1, 4), torch.tensor([2])).item(), math.log(4), rel_tol=1e-6)
    assert fusion.majority_vote({"a": torch.tensor([2]), "b": torch.tensor([1]), "c": torch.tensor([2])})[0] == 2
    assert evaluate.accuracy(torch.tensor([0, 1, 1, 0]), torch.tensor([0, 1, 0, 0])) == 0.75
    found = evaluate.interval([1.0, 2.0, 3.0])
    assert (found.mean, round(found.mean - found.low, 3)) == (2.0, 2.484)  # t of 2 degrees, 4.303 / sqrt(3)
    assert shapes.expect(a=(torch.zeros(2, 3), "B D")) == {"B": 2, "D": 3}
    assert None not in (encoders.Vocabulary, encoders.SmallCNN, encoders.TextLSTM)

    torch.manual_seed(0)
    model = FusionModel(
        {"u": torch.nn.Linear(2, 4), "v": torch.nn.Linear(2, 4)}, fusion.Concat({"u": 4, "v": 4}), torch.nn.Linear(8, 2)
    )
    y = torch.tensor([0, 1] * 16)
    x = {"u": torch.randn(32, 2) + 4 * y[:, None], "v": torch.randn(32, 2)}
    history = train.fit(model, x, y, loss=losses.cross_entropy, epochs=5)
    assert len(history) == 5, history
    assert history.train_loss[-1] < history.train_loss[0]

    for what in (
        lambda: evaluate.bleu(["a"], ["a"]),
        lambda: importlib.import_module("fusion_edu.viz"),
        lambda: importlib.import_module("fusion_edu.keras_api"),
        lambda: encoders.cached,
        lambda: data.emoji,
    ):
        assert 'python -m pip install "fusion_edu[' in refusal(what)

    assert not set(NOT_NEEDED) & {name.partition(".")[0] for name in sys.modules}


def refusal(what: Callable[[], object]) -> str:
    """The sentence by which a package outside the minimum set is refused."""
    try:
        what()
    except ModuleNotFoundError as error:
        return f"{error}"
    return "it was imported"


if __name__ == "__main__":
    main()
    print("all of it runs")
