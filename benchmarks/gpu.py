"""All that needs a GPU, in one command and under eight minutes: ``python benchmarks/gpu.py [--device cuda] [--quick]``.

First the tests of losses, fusions, metrics and encoders on CUDA; then elementwise and pair losses as a share of the measured
copy bandwidth, InfoNCE as a share of the measured rate of matrix products, and the largest batch. Without a GPU it says so and
measures nothing; ``--device cpu --quick`` tries the script itself.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from parts.measure import interleaved, peak_mib, run
from torch import Tensor

from fusion_edu import losses

ROOT = Path(__file__).resolve().parents[1]
TESTS = ["tests/losses", "tests/fusion", "tests/evaluate", "tests/encoders", "tests/train"]


def tests() -> int:
    """The same tests as on the CPU, on CUDA."""
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-k", "cuda", *TESTS], cwd=ROOT).returncode


def random(device: str, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, device=device, dtype=dtype, requires_grad=True)


def elementwise(device: str, count: int) -> None:
    """Forward and backward of losses that only read and write, against the bytes that they cannot avoid."""
    x, y = random(device, count), torch.randn(count, device=device)
    into = torch.empty_like(y)
    rate = 2 * y.nbytes / interleaved({"copy": (lambda: into.copy_(y), [])}, 20)["copy"]
    width = 128
    a, b = random(device, count // width, width), random(device, count // width, width)
    similar = torch.rand(count // width, device=device) < 0.5
    # read both inputs, write one gradient; read both sides twice, write both gradients
    cases: dict[str, tuple[Callable[[], Tensor], list[Tensor], float]] = {
        "MSE": (lambda: losses.mse(x, y), [x], 5 * y.nbytes),
        "contrastive pairs": (lambda: losses.contrastive_from_embeddings(a, b, similar), [a, b], 6 * a.nbytes),
    }
    print(f"\n| {count} numbers | ms | share of the copy bandwidth, {rate / 1e9:.0f} GB/s |\n|---|---:|---:|")
    for name, (step, leaves, moved) in cases.items():
        took = interleaved({name: (step, leaves)}, 20)[name]
        print(f"| {name} | {1e3 * took:.2f} | {moved / took / rate:.2f} |", flush=True)


def whole_batch(device: str, rows: int, width: int, dtype: torch.dtype) -> None:
    """InfoNCE, CLIP and SigLIP against the rate of a matrix product of their size: 6 N^2 D for forward and backward."""
    a, b = random(device, rows, width, dtype=dtype), random(device, rows, width, dtype=dtype)
    plain, block = a.detach(), b.detach()[: min(rows, 8192)].T
    took = interleaved({"product": (lambda: plain @ block, [])}, 5)["product"]
    rate = 2 * rows * width * block.shape[1] / took
    print(f"\n| {rows} x {width}, {dtype} | ms | MiB | share of {rate / 1e12:.1f} TFLOP/s |\n|---|---:|---:|---:|")
    for name, loss in {"InfoNCE": losses.info_nce, "CLIP": losses.clip, "SigLIP": losses.siglip}.items():
        step = (partial(loss, a, b), [a, b])
        took = interleaved({name: step}, 3)[name]
        share = 6 * rows**2 * width / took / rate
        print(f"| {name} | {1e3 * took:.1f} | {peak_mib(*step):.0f} | {share:.2f} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="small sizes, no tests")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("No CUDA device here: nothing is measured. `--device cpu --quick` tries the script.")
        return 0
    started = time.perf_counter()
    status = 0 if options.quick else tests()
    elementwise(options.device, 10_000 if options.quick else 10_000_000)
    whole_batch(options.device, 600 if options.quick else 32_768, 512, torch.bfloat16)
    if not options.quick:
        a, b = random(options.device, 262_144, 128), random(options.device, 262_144, 128)
        began = time.perf_counter()
        value = run(lambda: losses.info_nce(a, b), [a, b]).item()
        print(f"\nInfoNCE of 262,144 rows: {value:.3f} nats, {time.perf_counter() - began:.1f} s with its gradient")
    print(f"\n{time.perf_counter() - started:.0f} s in all")
    return status


if __name__ == "__main__":
    sys.exit(main())
