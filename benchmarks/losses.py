"""Losses against named peers, side by side in one process: median time ratios as a Markdown table.

    python benchmarks/losses.py          the sizes below; --quick for a hundredth of them

Ratio = time of the peer / time of ours, forward and backward together: above 1, ours is faster. The repetitions of both
are interleaved, so that a busy machine slows both.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import fusion_edu  # noqa: F401  first, for it chooses the Keras backend

# isort: split
import keras
import torch
import torch.nn.functional as F

from fusion_edu import losses

Loss = Callable[..., torch.Tensor]


def naive_pairs(a, b, y):
    d = (a - b).square().sum(1).add(1e-12).sqrt()
    return (y * d.square() + (1 - y) * (1 - d).clamp_min(0).square()).mean() / 2


def naive_clip(a, b):
    logits = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / 0.07
    match = torch.arange(len(a))
    return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2


def naive_siglip(a, b):
    logits = 10 * F.normalize(a, dim=1) @ F.normalize(b, dim=1).T - 10
    return -F.logsigmoid((2 * torch.eye(len(a)) - 1) * logits).sum() / len(a)


def naive_supcon(z, labels):
    """As in the authors' repository: exp, then log of a quotient, on the whole table."""
    z, others = F.normalize(z, dim=1), 1 - torch.eye(len(z))
    logits = z @ z.T / 0.1
    logits = logits - logits.amax(1, keepdim=True).detach()
    log_p = logits - (logits.exp() * others).sum(1, keepdim=True).log()
    positive = (labels[:, None] == labels) * others
    return -((positive * log_p).sum(1) / positive.sum(1)).mean()


def keras_order(loss: Loss, **options) -> Loss:
    return lambda pred, target: loss(target, pred, **options).mean()


def cases(scale: float):
    """Rows of (work, inputs that get gradients, other inputs, ours, peers)."""
    n, rows, wide, pairs = (max(int(size * scale), 8) for size in (4_000_000, 65_536, 8_192, 200_000))
    classes, many = torch.randint(10, (rows,)), torch.randint(1000, (wide,))
    pred, target = torch.randn(2, n)
    sparse = keras.losses.sparse_categorical_crossentropy
    yield f"MSE, {n}", [pred], [target], losses.mse, {
        "F.mse_loss": F.mse_loss,
        "keras": keras_order(keras.losses.mean_squared_error),
    }  # fmt: skip
    yield f"cross-entropy, {rows} x 10", [torch.randn(rows, 10)], [classes], losses.cross_entropy, {
        "F.cross_entropy": F.cross_entropy,
        "keras": keras_order(sparse, from_logits=True),
    }  # fmt: skip
    probs = torch.randn(wide, 1000).softmax(1)
    yield f"from probabilities, {wide} x 1000", [probs], [many], losses.cross_entropy_from_probabilities, {
        "F.nll_loss(log)": lambda p, t: F.nll_loss(p.log(), t),
        "keras": keras_order(sparse),
    }  # fmt: skip
    a, b = torch.randn(2, pairs, 128)
    similar = torch.randint(2, (pairs,)).float()
    yield f"contrastive pairs, {pairs} x 128", [a, b], [similar], losses.contrastive_from_embeddings, {
        "naive formula": naive_pairs,
    }  # fmt: skip

    crowd = max(int(4096 * scale**0.5), 64)
    a, b = torch.randn(2, crowd, 128)
    yield f"CLIP, {crowd} x 128", [a, b], [], losses.clip, {
        "naive formula": naive_clip,
        "ours, chunk=256": partial(losses.clip, chunk=256),
    }  # fmt: skip
    yield f"SigLIP, {crowd} x 128", [a, b], [], losses.siglip, {
        "naive formula": naive_siglip,
        "ours, chunk=256": partial(losses.siglip, chunk=256),
    }  # fmt: skip
    yield f"SupCon, {crowd // 2} x 128", [a[: crowd // 2]], [torch.arange(crowd // 2) // 4], losses.supervised_contrastive, {
        "naive formula": naive_supcon,
    }  # fmt: skip


def seconds(loss: Loss, inputs, rest) -> float:
    leaves = [x.detach().requires_grad_() for x in inputs]
    start = time.perf_counter()
    loss(*leaves, *rest).backward()
    return time.perf_counter() - start


def medians(candidates: dict[str, Loss], inputs, rest, repetitions: int) -> dict[str, float]:
    times = {name: [] for name in candidates}
    for _ in range(repetitions + 1):
        for name, loss in candidates.items():
            times[name].append(seconds(loss, inputs, rest))
    return {name: statistics.median(values[1:]) for name, values in times.items()}  # the first one warms up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the sizes")
    parser.add_argument("--repetitions", type=int, default=9)
    options = parser.parse_args()
    torch.manual_seed(0)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} thread(s), forward + backward\n")
    print("| work | ours, ms | peer | peer / ours |\n|---|---:|---|---:|")
    for work, inputs, rest, ours, peers in cases(0.01 if options.quick else 1.0):
        took = medians({"ours": ours, **peers}, inputs, rest, options.repetitions)
        for peer in peers:
            print(f"| {work} | {1000 * took['ours']:.1f} | {peer} | {took[peer] / took['ours']:.2f} |")


if __name__ == "__main__":
    main()
