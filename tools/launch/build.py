"""Which build of PyTorch pip would bring, and how large it is: asked before anything is downloaded."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.launch import Problem, pip

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DRY = (25, 0)  # older versions of pip download all that they report about
UNPACKED = 3  # bytes on the disk for each byte of a download: what is unpacked, and the copy in pip's cache
REST_GIB = 3.0  # the other packages, 1.0 unpacked; the data, 0.4; and room to work
TYPICAL = {True: 2.7, False: 0.2}  # GiB of downloads with and without CUDA, where an index does not say
CUDA = ("nvidia-", "cuda-", "triton")

Build = namedtuple("Build", "cuda gib measured")  # GiB to download; measured: as the index says, not typical


def report(python: str, root: Path, torch_index: str) -> dict | None:
    """pip's report of an installation of PyTorch that is not made; None where there is none, for example without a network."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = pip.environment()
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        try:
            if not pip_is_new(python):
                newer = [python, "-m", "pip", "install", *quiet, "--no-deps", "--target", scratch, "pip>=25"]
                subprocess.run(newer, check=True, capture_output=True, timeout=120, env=environment)
                environment["PYTHONPATH"] = scratch
            told = os.path.join(scratch, "report.json")
            where = ["--index-url", torch_index] if torch_index else []
            ask = ["install", *quiet, "--dry-run", "--ignore-installed", "--report", told, *where]
            if torch_index:
                ask.append("--no-deps")
            ask += ["torch", "-c", "constraints.txt"]
            subprocess.run(
                [python, "-m", "pip", *ask], check=True, capture_output=True, timeout=300, env=environment, cwd=root
            )
            with open(told, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError, subprocess.SubprocessError):
            return None


def pip_is_new(python: str) -> bool:
    """Whether this environment's pip reports without downloading."""
    asked = [python, "-c", "import pip; print(pip.__version__)"]
    version = subprocess.run(asked, capture_output=True, text=True, timeout=60).stdout.strip().split(".")
    return tuple(int(part) for part in version[:2]) >= DRY


def build(told: dict, size_of=None) -> Build:
    """What a report says: whether CUDA comes, and how much is to be downloaded.

    Args:
        told: pip's report.
        size_of: address of a file -> its bytes, or None where that cannot be known.
    """
    items = told["install"]
    names = [item["metadata"]["name"].lower().replace("_", "-") for item in items]
    cuda = any(name.startswith(CUDA) for name in names) or any("+cu" in item["metadata"]["version"] for item in items)
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(size_of or size, [item["download_info"]["url"] for item in items]))
    if None in sizes:
        return Build(cuda, TYPICAL[cuda], False)
    return Build(cuda, sum(sizes) / 2**30, True)


def size(url: str) -> int | None:
    """Bytes of a file on a disk or a server, without fetching it."""
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "file":
            return os.stat(urllib.request.url2pathname(parts.path)).st_size
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=20) as answer:
            return int(answer.headers["Content-Length"])
    except (OSError, ValueError, TypeError):
        return None


def nvidia() -> bool:
    """Whether this computer has an NVIDIA GPU with a driver."""
    places = ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/nvidia-smi", "/dev/nvidia0")
    return shutil.which("nvidia-smi") is not None or any(os.path.exists(place) for place in places)


def weigh(found: Build, free_gib: float, gpu: bool, python: str = "") -> str:
    """A line for the user about this build, "" where there is nothing to say.

    Raises:
        Problem: the disk is too small for it.
    """
    needs = found.gib * UNPACKED + REST_GIB
    start = python or ("py start.py" if platform.system() == "Windows" else "python3 start.py")
    smaller = f"`{start} --torch-index {CPU_INDEX}` brings the build for the CPU, about {TYPICAL[False]} GiB"
    if free_gib < needs:
        way = f"free some space, or {smaller}" if found.cuda else "free some space"
        raise Problem(
            f"{free_gib:.1f} GiB are free on this disk and the set-up needs about {needs:.0f} "
            f"({found.gib:.1f} GiB of PyTorch{' with CUDA' if found.cuda else ''} to download): {way}"
        )
    if found.cuda and not gpu:
        return (
            f"Note: PyTorch comes with CUDA here, {found.gib:.1f} GiB to download, and this computer shows no NVIDIA GPU. "
            f"No lesson needs CUDA; Ctrl+C, then {smaller}."
        )
    return ""
