"""Losses against named peers and against what the machine can do at best: time and peak memory, side by side in one process.

    python benchmarks/losses.py [--largest 13] [--threads 1] [--quick]

Prints a Markdown table and writes it to results/losses.txt, losses.csv and losses.png; ``--quick`` writes nothing.
Whole-batch losses run at 2**8, ... 2**13 rows of 128 numbers, forward and backward together, and ours alone, one step, at
2**15 and 2**17 (``--largest 17``), where MiB counts the resident memory of the process and not what torch allocates. "products" is ours in units of the one matrix product
``a @ b.T`` in bands, measured beside it: three for InfoNCE, SigLIP and SupCon and four for CLIP cannot be avoided in
O(rows) memory. Ratio = time of the peer / time of ours: above 1, ours is faster. Repetitions are interleaved, so that a busy
machine slows both. All ways agree with float64, which is checked first. Peers that are not installed are left out:
`pip install --no-deps pytorch-metric-learning` brings one that the course does not need, a C++ compiler torch.compile.
"""

import argparse
import csv
import functools
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import fusion_edu  # noqa: F401  first, for it chooses the Keras backend

# isort: split
import keras
import torch
import torch.nn.functional as F
from parts.measure import interleaved, once, peak_mib, seconds
from torch import Tensor

from fusion_edu import losses, viz
from fusion_edu.losses.bands import bands
from fusion_edu.storage import write

RESULTS = Path(__file__).parent / "results"
WIDTH = 128
PEERS_TO = 2**13  # rows: beyond them the plain formulas need gigabytes
Loss = Callable[..., Tensor]
Work = tuple[
    str, int, list[Tensor], list[Tensor], Loss, dict[str, Loss]
]  # name, size, what learns, the rest, ours, peers


def pairs_formula(a: Tensor, b: Tensor, y: Tensor) -> Tensor:
    d = (a - b).square().sum(1).add(1e-12).sqrt()
    return (y * d.square() + (1 - y) * (1 - d).clamp_min(0).square()).mean() / 2


def info_nce_formula(a: Tensor, b: Tensor) -> Tensor:
    return F.cross_entropy(F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / 0.07, torch.arange(len(a)))


def clip_formula(a: Tensor, b: Tensor) -> Tensor:
    """As in the paper's figure 3, and in open_clip's and TorchMultimodal's dense form."""
    logits = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / 0.07
    match = torch.arange(len(a))
    return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2


def info_nce_of_torch(a: Tensor, b: Tensor) -> Tensor:
    """In chunks, as torch does it."""
    options = torch.nn.LinearCrossEntropyOptions()
    a, b = F.normalize(a, dim=1), F.normalize(b, dim=1)
    return F.linear_cross_entropy(a / 0.07, b, torch.arange(len(a)), options=options)


def clip_of_torch(a: Tensor, b: Tensor) -> Tensor:
    return (info_nce_of_torch(a, b) + info_nce_of_torch(b, a)) / 2


def siglip_formula(a: Tensor, b: Tensor) -> Tensor:
    """As in the paper's algorithm 1."""
    logits = 10 * F.normalize(a, dim=1) @ F.normalize(b, dim=1).T - 10
    return -F.logsigmoid((2 * torch.eye(len(a), dtype=a.dtype) - 1) * logits).sum() / len(a)


def supcon_formula(z: Tensor, labels: Tensor) -> Tensor:
    """As in the authors' repository: exp, then log of a quotient, on the whole table."""
    z, others = F.normalize(z, dim=1), 1 - torch.eye(len(z), dtype=z.dtype)
    logits = z @ z.T / 0.1
    logits = logits - logits.amax(1, keepdim=True).detach()
    log_p = logits - (logits.exp() * others).sum(1, keepdim=True).log()
    positive = (labels[:, None] == labels) * others
    return -((positive * log_p).sum(1) / positive.sum(1)).mean()


FORMULAS = {"InfoNCE": info_nce_formula, "CLIP": clip_formula, "SigLIP": siglip_formula, "SupCon": supcon_formula}


@functools.cache
def more_peers() -> dict[str, dict[str, Loss]]:
    """Peers beside the formulas, by work; torch.compile where there is a compiler, pytorch-metric-learning where it is installed."""
    peers: dict[str, dict[str, Loss]] = {name: {} for name in FORMULAS}
    if shutil.which("g++"):
        peers = {name: {"torch.compile": torch.compile(loss, dynamic=True)} for name, loss in FORMULAS.items()}
    peers["InfoNCE"]["F.linear_cross_entropy"] = info_nce_of_torch
    peers["CLIP"]["F.linear_cross_entropy"] = clip_of_torch
    if importlib.util.find_spec("pytorch_metric_learning"):
        from pytorch_metric_learning.losses import SupConLoss

        supcon = SupConLoss(temperature=0.1)
        peers["SupCon"]["pytorch-metric-learning"] = lambda z, labels: supcon(z, labels)
    return peers


def keras_order(loss: Loss, **options: object) -> Loss:
    return lambda pred, target: loss(target, pred, **options).mean()


def whole_batch(rows: int) -> Iterator[Work]:
    """Every row against every other."""
    a, b = torch.randn(2, rows, WIDTH)
    labels, more = torch.arange(rows) // 4, more_peers()
    few = rows <= PEERS_TO
    for name, learn, rest, ours in (
        ("InfoNCE", [a, b], [], losses.info_nce),
        ("CLIP", [a, b], [], losses.clip),
        ("SigLIP", [a, b], [], losses.siglip),
        ("SupCon", [a], [labels], losses.supervised_contrastive),
    ):
        yield name, rows, learn, rest, ours, {"formula": FORMULAS[name], **more[name]} if few else {}


def one_by_one(scale: float) -> Iterator[Work]:
    """A loss a sample."""
    n, rows, wide = (max(int(size * scale), 8) for size in (4_000_000, 65_536, 8_192))
    sparse = keras.losses.sparse_categorical_crossentropy
    pred, target = torch.randn(2, n)
    peers = {"F.mse_loss": F.mse_loss, "keras": keras_order(keras.losses.mean_squared_error)}
    yield "MSE", n, [pred], [target], losses.mse, peers
    for classes in (10, 32):
        numbers = [torch.randint(classes, (rows,))]
        peers = {"F.cross_entropy": F.cross_entropy, "keras": keras_order(sparse, from_logits=True)}
        yield (
            f"cross-entropy, {classes} classes",
            rows,
            [torch.randn(rows, classes)],
            numbers,
            losses.cross_entropy,
            peers,
        )
    probs, numbers = torch.randn(wide, 1000).softmax(1), [torch.randint(1000, (wide,))]
    peers = {"F.nll_loss(log)": lambda p, t: F.nll_loss(p.log(), t), "keras": keras_order(sparse)}
    yield "from probabilities, 1000 classes", wide, [probs], numbers, losses.cross_entropy_from_probabilities, peers
    for count in (10_000, 200_000, 1_000_000):
        pairs = max(int(count * scale), 8)
        a, b = torch.randn(2, pairs, WIDTH)
        similar = [torch.randint(2, (pairs,)).float()]
        yield (
            "contrastive pairs",
            pairs,
            [a, b],
            similar,
            losses.contrastive_from_embeddings,
            {"formula": pairs_formula},
        )


def product_seconds(rows: int) -> float:
    """The median time of ``a @ b.T`` in bands, which every way has to compute at least once."""
    if rows > PEERS_TO:
        return product_seconds(PEERS_TO) * (rows / PEERS_TO) ** 2
    a, b = torch.randn(2, rows, WIDTH)

    def product() -> Tensor:
        for _, part in bands(a, b, None):
            last = part
        return last

    return interleaved({"product": (product, [])}, 3)["product"]


def copy_rate() -> float:
    """GB/s that a copy of 1e7 float32 reads and writes."""
    x = torch.randn(10_000_000)
    y = torch.empty_like(x)
    return 2 * x.nbytes / interleaved({"copy": (lambda: y.copy_(x), [])}, 5)["copy"] / 1e9


def agree(ours: Loss, peers: dict[str, Loss], learn: list[Tensor], rest: list[Tensor]) -> None:
    """Refuse to time ways that compute something else: all against the float64 value of the first peer."""
    if not peers:
        return
    wide = [x.double() for x in learn], [x.double() if x.is_floating_point() else x for x in rest]
    true = next(iter(peers.values()))(*wide[0], *wide[1]).item()
    for name, loss in {"ours": ours, **peers}.items():
        value = loss(*learn, *rest).item()
        if abs(value - true) > 1e-4 * max(1.0, abs(true)):
            raise SystemExit(f"{name} gives {value}, float64 gives {true}")


def measure(work: Work, repetitions: int) -> Iterator[dict[str, object]]:
    """A row for each peer, or one for ours alone."""
    name, size, learn, rest, ours, peers = work
    agree(ours, peers, learn, rest)
    leaves = [x.requires_grad_() for x in learn]
    steps = {way: (lambda loss=loss: loss(*leaves, *rest), leaves) for way, loss in {"ours": ours, **peers}.items()}
    row = {"loss": name, "rows": size}
    if peers:
        times, peaks = interleaved(steps, repetitions), {way: peak_mib(*step) for way, step in steps.items()}
        with torch.no_grad():
            row["forward, ms"] = 1e3 * seconds(steps["ours"][0], [])
    else:
        times, peaks = {}, {}
        times["ours"], peaks["ours"] = once(*steps["ours"])
    row |= {"ours, ms": 1e3 * times["ours"], "ours, MiB": peaks["ours"]}
    if name in FORMULAS:
        row["products"] = times["ours"] / product_seconds(size)
    for peer in peers or [""]:
        more = {"peer": peer, "time, peer / ours": times[peer] / times["ours"] if peer else ""}
        more["memory, peer / ours"] = peaks[peer] / peaks["ours"] if peer else ""
        yield row | more


HEAD = [
    "loss",
    "rows",
    "ours, ms",
    "forward, ms",
    "products",
    "ours, MiB",
    "peer",
    "time, peer / ours",
    "memory, peer / ours",
]


def line(row: dict[str, object]) -> str:
    cells = [row.get(name, "") for name in HEAD]
    return "| " + " | ".join(f"{c:.3g}" if isinstance(c, float) else str(c) for c in cells) + " |"


def plot(rows: list[dict]) -> None:
    """Time of ours and of the plain formula over the rows, each loss a line."""
    x = sorted({row["rows"] for row in rows if "products" in row and row["peer"] == "formula"})
    ratio = {}
    for row in rows:
        if row["peer"] == "formula" and "products" in row:
            ratio.setdefault(row["loss"], []).append(row["time, peer / ours"])
    if len(x) > 1:
        ax = viz.curves(
            {name: (x, values) for name, values in ratio.items()}, x="rows (1)", y="time of the formula / ours (1)"
        )
        write(RESULTS / "losses.png", viz.png(ax))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rows")
    parser.add_argument("--largest", type=int, default=13, help="rows of a whole batch, as a power of two (default 13)")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    torch.empty(30 * 2**18)  # 30 MiB, freed at once: as in a training process, the allocator keeps memory from now on
    largest = 9 if options.quick else options.largest
    rate = 2 * WIDTH * 4096**2 / product_seconds(4096) / 1e9
    head = (f"torch {torch.__version__}, {torch.get_num_threads()} thread(s), forward + backward; a product of 4096 x 128 at "
            f"{rate:.0f} GFLOP/s, a copy at {copy_rate():.1f} GB/s\n\n")  # fmt: skip
    head += line(dict(zip(HEAD, HEAD, strict=True))) + "\n|---|" + "---:|" * 5 + "---|---:|---:|"
    print(head)
    rows = []
    for power in range(8, largest + 1):
        if 2**power > PEERS_TO and power % 2 == 0:
            continue
        repetitions = 1 if options.quick else min(max(options.repetitions, PEERS_TO // 2**power), 40)
        for work in whole_batch(2**power):
            rows += _shown(measure(work, repetitions))
    for work in one_by_one(0.01 if options.quick else 1.0):
        rows += _shown(measure(work, options.repetitions))
    if not options.quick:
        write(RESULTS / "losses.txt", "\n".join([head, *map(line, rows), ""]).encode())
        with open(RESULTS / "losses.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, HEAD, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
        plot(rows)


def _shown(rows: Iterator[dict[str, object]]) -> list[dict[str, object]]:
    found = list(rows)
    for row in found:
        print(line(row), flush=True)
    return found


if __name__ == "__main__":
    main()
