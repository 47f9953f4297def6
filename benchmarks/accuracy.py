"""Does fusion help? Single modalities, feature fusion and decision fusion on real data, as a Markdown table.

    python benchmarks/accuracy.py [--seeds 5] [--only emoji]

A seed changes the split, the first weights and the order of training. Every model stops at its best validation loss; the
best single modality is the one with the best validation accuracy. Decision fusion is the mean of the single models'
probabilities. Intervals: 95 %, Student t over the seeds; gains are paired by seed.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fusion_edu import data, losses
from fusion_edu.data import Samples, Standardiser
from fusion_edu.encoders import SensorCNN, SmallCNN, SoundCNN, TextLSTM, Vocabulary, image_features, text_features
from fusion_edu.evaluate import accuracy, gain, interval, over_seeds
from fusion_edu.fusion import Concat, average_probabilities
from fusion_edu.model import FusionModel
from fusion_edu.train import fit

Sides = tuple[Samples, Samples, Samples]  # train, valid, test


class Features(nn.Module):
    """Features that are there already, scaled so that a modality with many of them is not the louder one.

    ``spread``: what one feature deviates by; pixels have one unit, and keep the 0.3 of their range.
    """

    def __init__(self, width: int, spread: float = 1.0) -> None:
        super().__init__()
        self.width, self.scale = width, spread / width**0.5

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


@dataclass(frozen=True)
class Task:
    """``load(seed)`` gives the three sides; ``encoders`` makes a fresh encoder for each modality."""

    name: str
    load: Callable[[int], Sides]
    encoders: dict[str, Callable[[], nn.Module]]
    rate: float


def thirds(samples: Samples, seed: int, cut: Callable[..., tuple[Tensor, Tensor]], by: str) -> Sides:
    """A quarter of the rows (of the groups) to test, a fifth of the rest to validate."""
    rest, test = (samples.take(side) for side in cut_rows(samples, 0.25, seed, cut, by))
    train, valid = (rest.take(side) for side in cut_rows(rest, 0.2, seed, cut, by))
    return train, valid, test


def cut_rows(samples: Samples, share: float, seed: int, cut: Callable, by: str) -> tuple[Tensor, Tensor]:
    if by == "groups":
        return cut(samples.groups, share, seed)
    return cut(len(samples), share, seed, labels=samples.y)


def replace(samples: Samples, **x: Tensor) -> Samples:
    return Samples(x, samples.y, samples.classes, samples.groups)


def standardised(sides: Sides) -> Sides:
    """Every feature by the training rows' mean and spread."""
    scales = {name: Standardiser.fit(values) for name, values in sides[0].x.items()}
    return tuple(replace(side, **{name: scales[name](side.x[name]) for name in scales}) for side in sides)


def emoji_words(seed: int) -> Sides:
    sides = thirds(data.emoji(), seed, data.split, "y")
    vocabulary = Vocabulary.fit(sides[0].x["name"])
    return tuple(replace(s, image=s.x["image"], name=vocabulary.ids(s.x["name"], length=12)) for s in sides)


def emoji_features(pictures: str) -> Callable[[int], Sides]:
    def load(seed: int) -> Sides:
        samples = data.emoji()
        image = (
            samples.x["image"].flatten(1) if pictures == "pixels" else image_features(data.emoji(size=72).x["image"])
        )
        return standardised(
            thirds(replace(samples, image=image, name=text_features(samples.x["name"])), seed, data.split, "y")
        )

    return load


def watch(seed: int) -> Sides:
    sides = thirds(data.smartwatch(), seed, data.split_groups, "groups")
    turned = tuple(replace(s, **{m: x.transpose(1, 2) for m, x in s.x.items()}) for s in sides)
    return tuple(replace(s, **{m: x.transpose(1, 2) for m, x in s.x.items()}) for s in standardised(turned))


def digits(noise: float, train: int = 400) -> Callable[[int], Sides]:
    """``noise``: standard deviation added to the pictures, on a scale of 0 to 1; ``train`` pairs, a fifth to validate."""

    def load(seed: int) -> Sides:
        rest, test = data.digits(train=train, test=1000, seed=seed)
        train_rows, valid_rows = data.split(len(rest), 0.2, seed, labels=rest.y)
        sides = rest.take(train_rows), rest.take(valid_rows), test
        there = [torch.arange(92) < side.x["length"].unsqueeze(1) for side in sides]
        scale = Standardiser.fit(sides[0].x["sound"][there[0]])
        generator = torch.Generator().manual_seed(seed)
        made = []
        for side, frames in zip(sides, there, strict=True):
            image = side.x["image"]
            image = (image + noise * torch.randn(image.shape, generator=generator)).clamp(0, 1)
            made.append(replace(side, image=image, sound=scale(side.x["sound"]) * frames.unsqueeze(2)))
        return tuple(made)

    return load


SENSORS = {"accelerometer": SensorCNN, "gyroscope": SensorCNN}
DIGITS = {"image": lambda: SmallCNN(1), "sound": SoundCNN}
MINILM = {"name": lambda: Features(384)}
TASKS = (
    Task("emoji: small CNN, LSTM", emoji_words, {"image": SmallCNN, "name": lambda: TextLSTM(2000)}, 3e-3),
    Task(
        "emoji: 16 x 16 pixels, MiniLM", emoji_features("pixels"), {"image": lambda: Features(768, 0.3), **MINILM}, 1e-2
    ),
    Task("emoji: EfficientNet, MiniLM", emoji_features("net"), {"image": lambda: Features(1280), **MINILM}, 1e-2),
    Task("smartwatch, unseen people: CNNs", watch, SENSORS, 1e-3),
    Task("digits, 320 to train: CNNs", digits(0.0), DIGITS, 3e-3),
    Task("the same, pictures with noise", digits(150 / 255), DIGITS, 3e-3),
)


def trained(task: Task, names: list[str], sides: Sides, seed: int) -> tuple[float, Tensor]:
    """Accuracy on the validation rows, and probabilities (N, C) on the test rows, of a model with these modalities."""
    torch.manual_seed(seed)
    encoders = {name: task.encoders[name]() for name in names}
    fusion = Concat({name: encoder.width for name, encoder in encoders.items()})
    head = nn.Sequential(nn.Dropout(0.5), nn.Linear(fusion.dim, len(sides[0].classes)))
    model = FusionModel(encoders, fusion, head)
    (train, valid, _), x = sides, [{name: side.x[name] for name in names} for side in sides]
    fit(
        model, x[0], train.y, loss=losses.cross_entropy, epochs=80, learning_rate=task.rate, optimizer="adamw",
        valid=(x[1], valid.y), patience=8, seed=seed, progress=False,
    )  # fmt: skip
    with torch.no_grad():
        return accuracy(model(x[1]), valid.y), model(x[2]).softmax(1)


def run(task: Task, seed: int) -> dict[str, float]:
    """Test accuracy of every method."""
    sides, names = task.load(seed), list(task.encoders)
    single = {name: trained(task, [name], sides, seed) for name in names}
    best = max(names, key=lambda name: single[name][0])
    scores = {name: probs for name, (_, probs) in single.items()}
    scores |= {
        "best": single[best][1],
        "feature": trained(task, names, sides, seed)[1],
        "decision": average_probabilities({name: single[name][1] for name in names}),
    }
    return {name: accuracy(probs, sides[2].y) for name, probs in scores.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="tasks whose name holds this")
    options = parser.parse_args()
    print("| task | alone | alone | feature fusion | decision fusion | feature - best | decision - best | s |")
    print("|---|---|---|---|---|---|---|---:|", flush=True)
    for task in TASKS:
        if options.only not in task.name:
            continue
        start = time.perf_counter()
        got = over_seeds(lambda seed, task=task: run(task, seed), range(options.seeds), label="seeds", progress=False)
        alone = [f"{name} {mean(got[name])}" for name in task.encoders]
        gains = [mean([*got[how]], got["best"]) for how in ("feature", "decision")]
        cells = [task.name, *alone, mean(got["feature"]), mean(got["decision"]), *gains]
        print(f"| {' | '.join(cells)} | {time.perf_counter() - start:.0f} |", flush=True)


def mean(values: list[float], base: list[float] | None = None) -> str:
    """Mean and interval of accuracies, or of a gain over ``base``."""
    found = interval(values) if base is None else gain(values, base)
    return f"{found.mean:.3f} ± {found.half:.3f}" if base is None else f"{found.mean:+.3f} ± {found.half:.3f}"


if __name__ == "__main__":
    main()
