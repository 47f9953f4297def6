"""A smartwatch on 10 people's wrists while they do 7 shoulder exercises: two sensors that hear the same movement."""

import zipfile

import numpy as np
import torch

from fusion_edu.data.arrays_only import load_object_array
from fusion_edu.data.fetch import fetch
from fusion_edu.data.samples import Modality, Samples

RATE = 50  # Hz
EXERCISES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward elevation",
    "IR": "internal rotation",
    "ER": "external rotation",
    "TRAP": "trapezius extension",
    "ROW": "upright row",
}


def smartwatch(*, seconds: float = 4.0) -> Samples:
    """Windows of 140 recordings: 10 people, 7 exercises, both arms (Burns et al. 2018, arXiv:1802.01489).

    Windows do not overlap; the rest at the end of a recording is dropped.

    Args:
        seconds: length of a window, 0.2 to 18 s, at 50 Hz.

    Returns:
        x["accelerometer"] (B, 3, T) float32 in g; x["gyroscope"] (B, 3, T) float32 in rad/s; y (B,) exercise, 7
        classes; groups (B,) person, 1 to 10: split by person, a recording's windows are alike.

    Raises:
        ValueError: seconds out of range.
        FetchError: the file is not there and cannot be had.
    """
    if not 0.2 <= seconds <= 18:
        raise ValueError(f"seconds is {seconds}, needs 0.2 to 18: the shortest recording lasts 18.9 s")
    with zipfile.ZipFile(fetch("seglearn")) as wheel:
        data = load_object_array(wheel.read("seglearn/data/watch_dataset.npy"))
    frames = round(seconds * RATE)
    cut: list[np.ndarray] = []
    recording: list[int] = []
    for row, series in enumerate(data["X"]):  # (time, 6)
        windows = len(series) // frames
        cut.append(series[: windows * frames].reshape(windows, frames, 6))
        recording += [row] * windows
    values = torch.from_numpy(np.concatenate(cut).astype(np.float32)).transpose(1, 2)  # (B, 6, T)
    x: dict[str, Modality] = {"accelerometer": values[:, :3].contiguous(), "gyroscope": values[:, 3:].contiguous()}
    y = torch.from_numpy(data["y"][recording].astype(np.int64))
    person = torch.from_numpy(data["subject"][recording].astype(np.int64))
    return Samples(x, y, tuple(EXERCISES[label] for label in data["y_labels"]), person)
