"""Time and memory of attention against the number of tokens, side by side in one process, as Markdown tables.

    python benchmarks/attention.py [--quick] [--threads 1] [--device cpu]

First: PyTorch's fused kernel, which ``fusion.attention`` calls, against the naive form that stores the weights. Then the
fusion layers: self-attention over all tokens, cross-attention from a fixed number of queries, and a bottleneck, each
against itself at half the number of tokens (2 is linear, 4 is quadratic), and against self-attention. Forward and backward
together; repetitions are interleaved, so that a busy machine slows all alike; peak memory beyond inputs and parameters is
counted by the profiler on a CPU, by the allocator on CUDA.
"""

import argparse

import torch
from parts.measure import Step, interleaved, peak_mib, run
from torch import Tensor, nn

from fusion_edu import fusion

BATCH, WIDTH, HEADS, QUERIES, SHARED = 4, 64, 4, 16, 4


def naive(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """The published formula, with the whole (B, h, Q, K) table of weights."""
    q, k, v = (t.unflatten(2, (HEADS, -1)).transpose(1, 2) for t in (q, k, v))
    scores = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask[:, None, None, :], -torch.inf).softmax(-1)
    return (weights @ v).transpose(1, 2).flatten(2)


def measured(steps: dict[str, tuple[Step, list[Tensor]]], repetitions: int) -> dict[str, tuple[float, float]]:
    """Median milliseconds and peak MiB of each."""
    return {n: (1000 * s, peak_mib(*steps[n])) for n, s in interleaved(steps, repetitions).items()}


def kernels(tokens: list[int], repetitions: int, device: str) -> None:
    print(
        "| tokens | fused, ms | fused, MiB | time, naive / fused | memory, naive / fused |\n|---:|---:|---:|---:|---:|"
    )
    for count in tokens:
        leaves = [torch.randn(BATCH, count, WIDTH, device=device, requires_grad=True) for _ in range(3)]
        mask = torch.rand(BATCH, count, device=device) < 0.9
        steps = {
            "fused": (lambda x=leaves, m=mask: fusion.attention(*x, m, heads=HEADS), leaves),
            "naive": (lambda x=leaves, m=mask: naive(*x, m), leaves),
        }
        torch.testing.assert_close(*(run(*step) for step in steps.values()), rtol=1e-3, atol=1e-4)
        (ms, mib), (slow, large) = measured(steps, repetitions).values()
        print(f"| {count} | {ms:.2f} | {mib:.1f} | {slow / ms:.2f} | {large / mib:.1f} |", flush=True)


def layers() -> dict[str, tuple[nn.Module, bool]]:
    """The fusion layers, and whether their second modality has a fixed number of tokens."""
    dims = {"video": WIDTH, "sound": WIDTH}
    return {
        "self-attention": (fusion.SelfAttention(dims, WIDTH, heads=HEADS, layers=2), False),
        f"bottleneck of {SHARED}": (fusion.Bottleneck(dims, WIDTH, heads=HEADS, tokens=SHARED, layers=2), False),
        f"cross-attention, {QUERIES} queries": (fusion.CrossAttention(dims, WIDTH, heads=HEADS), True),
    }


def growth(tokens: list[int], repetitions: int, device: str) -> None:
    print(
        "\n| tokens a modality | layer | ms | MiB | time, x / half the tokens | memory, x / half | time, self / this |"
    )
    print("|---:|---|---:|---:|---:|---:|---:|")
    made, before = {name: (layer.to(device), fixed) for name, (layer, fixed) in layers().items()}, {}
    for count in tokens:
        steps = {}
        for name, (layer, fixed) in made.items():
            sizes = {"video": count, "sound": QUERIES if fixed else count}
            x = {m: torch.randn(BATCH, t, WIDTH, device=device, requires_grad=True) for m, t in sizes.items()}
            steps[name] = (lambda f=layer, x=x: f(x), [*x.values(), *layer.parameters()])
        found = measured(steps, repetitions)
        for name, (ms, mib) in found.items():
            half = before.get(name)
            ratios = f"{ms / half[0]:.2f} | {mib / half[1]:.2f}" if half else "- | -"
            print(
                f"| {count} | {name} | {ms:.2f} | {mib:.1f} | {ratios} | {found['self-attention'][0] / ms:.2f} |",
                flush=True,
            )
        before = found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 128 tokens")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    tokens = [32, 64, 128] if options.quick else [128, 256, 512, 1024]
    where = f"{torch.get_num_threads()} thread(s)" if options.device == "cpu" else torch.cuda.get_device_name()
    print(f"torch {torch.__version__}, {where}, batch {BATCH}, width {WIDTH}, {HEADS} heads, forward + backward\n")
    kernels(tokens, options.repetitions, options.device)
    growth(tokens, options.repetitions, options.device)


if __name__ == "__main__":
    main()
