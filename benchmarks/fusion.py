"""Fusion layers against the naive formulation of each, side by side in one process: time and peak memory as Markdown.

    python benchmarks/fusion.py          batch 256, three modalities of 128; --quick for a batch of 16 and 3 x 24

Ratio = naive / ours, forward and backward together: above 1, ours is faster or smaller. Both have the same parameters and
give the same numbers, which is checked first. The repetitions are interleaved, so that a busy machine slows both. Peak
memory counts what is allocated beyond inputs and parameters: by the profiler on a CPU, by the allocator on CUDA. With one
thread on a CPU, time is that of the process, which other processes lengthen little; else it is wall time.
"""

import argparse
from collections.abc import Callable
from functools import partial

import torch
from parts.measure import Step, interleaved, peak_mib, run
from torch import Tensor, nn
from torch.nn import functional as F

from fusion_edu import fusion
from fusion_edu.fusion.feature.contract import best_cut, contract

BUDGET = 2.0  # seconds for each row, or as many as the repetitions take
Forward = Callable[[dict[str, Tensor]], Tensor]


def concat(layer: fusion.Concat) -> Forward:
    return lambda x: layer.project(torch.cat(list(x.values()), 1))


def weighted_sum(layer: fusion.WeightedSum) -> Forward:
    def forward(x):
        z = torch.stack([layer.project[m](v) for m, v in x.items()], 1)
        return (z * layer.scores.softmax(0)[None, :, None]).sum(1)

    return forward


def gated(layer: fusion.Gated) -> Forward:
    def forward(x):
        z = torch.stack([layer.project[m](v) for m, v in x.items()], 1)
        return (layer.score(z).softmax(1) * z).sum(1)

    return forward


def gmu(layer: fusion.GMU) -> Forward:
    def forward(x):
        together = torch.cat(list(x.values()), 1)
        gates = torch.stack([F.linear(together, w) for w in layer.gates.weight.chunk(len(x))], 1).softmax(1)
        return (gates * torch.stack([layer.project[m](v).tanh() for m, v in x.items()], 1)).sum(1)

    return forward


def film(layer: fusion.FiLM) -> Forward:
    def forward(x):
        c = x[layer.condition]
        h = torch.stack([project(x[m]) for m, project in layer.project.items()], 1).sum(1)
        (w_gamma, w_beta), (b_gamma, b_beta) = layer.modulate.weight.chunk(2), layer.modulate.bias.chunk(2)
        return (1 + F.linear(c, w_gamma, b_gamma)) * h + F.linear(c, w_beta, b_beta)

    return forward


def bilinear(layer: fusion.Bilinear) -> Forward:
    return lambda x: torch.einsum("bi,bj,ijk->bk", *x.values(), layer.weight) + layer.bias


def bilinear_torch(layer: fusion.Bilinear) -> Forward:
    return lambda x: F.bilinear(*x.values(), layer.weight.permute(2, 0, 1), layer.bias)


def mlb(layer: fusion.MLB) -> Forward:
    return lambda x: layer.project(torch.stack([layer.factor[m](v).tanh() for m, v in x.items()], 1).prod(1))


def tensor_fusion(layer: fusion.TensorFusion) -> Forward:
    """The published way: build the whole outer product, then one linear map."""

    def forward(x):
        product = torch.ones(len(next(iter(x.values()))), 1, device=layer.weight.device)
        for v in x.values():
            with_one = torch.cat([v.new_ones(len(v), 1), v], 1)
            product = torch.bmm(product.unsqueeze(2), with_one.unsqueeze(1)).flatten(1)
        return product @ layer.weight.flatten(0, -2) + layer.bias

    return forward


def low_rank(layer: fusion.LowRankFusion) -> Forward:
    """The published way: a product with the (R, 1 + D_m, D) factor of each modality, multiplied and summed."""

    def forward(x):
        product = 1
        for m, v in x.items():
            product = product * torch.matmul(torch.cat([v.new_ones(len(v), 1), v], 1), layer.factors[m])
        return product.sum(0) + layer.bias

    return forward


def average(layer: fusion.LearnedAverage) -> Forward:
    def forward(x):
        probs = torch.stack([v.softmax(1) for v in x.values()], 1)
        return (layer.scores.softmax(0)[None, :, None] * probs).sum(1).log()

    return forward


def cases(width: int):
    """Rows of (work, layer, modalities, its naive formulations)."""
    three, two = dict.fromkeys(("image", "text", "audio"), width), dict.fromkeys(("image", "text"), width)
    small = {m: max(width // 4, 2) for m in three}
    yield f"Concat to {width}", fusion.Concat(three, width), three, {"naive": concat}
    yield f"WeightedSum to {width}", fusion.WeightedSum(three, width), three, {"stack, weigh, sum": weighted_sum}
    yield f"Gated to {width}", fusion.Gated(three, width), three, {"stack, weigh, sum": gated}
    yield f"GMU to {width}", fusion.GMU(three, width), three, {"a gate at a time": gmu}
    yield f"FiLM to {width}", fusion.FiLM(three, width), three, {"two maps": film}
    ways = {"einsum": bilinear, "F.bilinear": bilinear_torch}
    yield f"Bilinear to {width}", fusion.Bilinear(two, width), two, ways
    yield f"MLB, rank 128, to {width}", fusion.MLB(three, width, rank=128), three, {"stack, product": mlb}
    yield "TensorFusion to 8", fusion.TensorFusion(three, 8), three, {"whole product": tensor_fusion}
    yield (
        f"TensorFusion, 3 x {width // 4} to 128",
        fusion.TensorFusion(small, 128),
        small,
        {"whole product": tensor_fusion},
    )
    for rank in (4, 16):
        layer = fusion.LowRankFusion(three, width, rank=rank)
        yield f"LowRankFusion, rank {rank}, to {width}", layer, three, {"matmul a modality": low_rank}
    yield "LearnedAverage", fusion.LearnedAverage(list(three)), three, {"log of the mean (-inf below 1e-45)": average}


def steps_of(ways: dict[str, Forward], x: dict[str, Tensor], layer: nn.Module) -> dict[str, tuple[Step, list[Tensor]]]:
    """Each way as a step with what gets gradients."""
    return {name: (partial(forward, x), [*x.values(), *layer.parameters()]) for name, forward in ways.items()}


def compare(width: int, batch: int, repetitions: int, device: str) -> None:
    print("| work | ours, ms | ours, MiB | naive way | time, naive / ours | memory, naive / ours |")
    print("|---|---:|---:|---|---:|---:|")
    for work, layer, dims, naive in cases(width):
        layer = layer.to(device)
        x = {m: torch.randn(batch, d, device=device).requires_grad_() for m, d in dims.items()}
        steps = steps_of({"ours": layer, **{name: make(layer) for name, make in naive.items()}}, x, layer)
        peaks = {name: peak_mib(*step) for name, step in steps.items()}
        for name in naive:
            torch.testing.assert_close(run(*steps[name]), run(*steps["ours"]), rtol=1e-3, atol=1e-3)
        took = interleaved(steps, repetitions, BUDGET)
        for name in naive:
            ratio, ours = took[name] / took["ours"], f"{1000 * took['ours']:.2f} | {peaks['ours']:.1f}"
            print(f"| {work} | {ours} | {name} | {ratio:.2f} | {peaks[name] / peaks['ours']:.1f} |", flush=True)


def cuts(batch: int, repetitions: int, device: str) -> None:
    """The chosen cut of a tensor fusion against factorised (k = 1) and materialised (k = M)."""
    print("\n| tensor | chosen k | time, factorised / chosen | time, materialised / chosen |\n|---|---:|---:|---:|")
    shapes = [
        ((33,) * 3, 128),
        ((65,) * 3, 8),
        ((129,) * 2, 8),
        ((33,) * 2, 128),
        ((9,) * 3, 64),
        ((5,) * 4, 4),
        ((301, 5, 5), 8),
    ]
    for sizes, out in shapes:
        layer = nn.Module()
        layer.weight = nn.Parameter(torch.randn(*sizes, out, device=device))
        x = {str(m): torch.randn(batch, s, device=device).requires_grad_() for m, s in enumerate(sizes)}
        best = best_cut(list(sizes), out)
        ways = {k: lambda x, k=k, w=layer: contract(list(x.values()), w.weight, k) for k in {1, best, len(sizes)}}
        middle = interleaved(steps_of(ways, x, layer), repetitions, BUDGET)
        ratios = " | ".join(f"{middle[k] / middle[best]:.2f}" for k in (1, len(sizes)))
        print(f"| {' x '.join(map(str, sizes))} to {out} | {best} | {ratios} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a batch of 16 and 3 x 24")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    batch, width = (16, 24) if options.quick else (256, 128)
    where = f"{torch.get_num_threads()} thread(s)" if options.device == "cpu" else torch.cuda.get_device_name()
    print(f"torch {torch.__version__}, {where}, batch {batch}, 3 x {width}, forward + backward\n")
    compare(width, batch, options.repetitions, options.device)
    cuts(batch, options.repetitions, options.device)


if __name__ == "__main__":
    main()
