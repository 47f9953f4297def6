"""The same Keras model in another process, on another backend: Keras cannot change its backend once imported."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

PROGRAM = """
import json, keras, numpy
arrays, fit = numpy.load("arrays.npz"), json.load(open("fit.json"))
inputs = [arrays[name] for name in arrays.files if name != "targets"]
model = keras.saving.load_model("model.keras", compile=False)
if fit:
    model.compile(keras.optimizers.get(fit.pop("optimizer")), keras.losses.deserialize(fit.pop("loss")))
    model.fit(inputs, arrays["targets"], shuffle=False, verbose=0, **fit)
numpy.save("outputs.npy", model.predict(inputs, verbose=0))
"""


def interpreter(backend: str) -> str | None:
    """A Python that has ``backend`` ("tensorflow", "jax", "torch"): this one, else what FUSION_EDU_BACKENDS_PYTHON names."""
    if find_spec(backend):
        return sys.executable
    other = os.environ.get("FUSION_EDU_BACKENDS_PYTHON")
    return other if other and Path(other).exists() else None


def predict_on(
    model: keras.Model, inputs: Sequence[np.ndarray], backend: str, *, timeout: float = 120
) -> np.ndarray | None:
    """What ``model`` predicts when it is saved here and loaded on another backend, in a process of its own on the CPU.

    Args:
        model: of Keras's own layers, with one output; saved as ``.keras``: configuration and weights, no backend in it.
        inputs: one array for each input.
        backend: "tensorflow", "jax" or "torch".
        timeout: seconds until the other process is given up.

    Returns:
        (B, ...) predictions, or None where ``backend`` is not installed.

    Raises:
        RuntimeError: the other process failed; says its last line.
    """
    return _elsewhere(model, inputs, {}, None, backend, timeout)


def fit_on(
    model: keras.Model,
    inputs: Sequence[np.ndarray],
    targets: np.ndarray,
    backend: str,
    *,
    epochs: int,
    batch_size: int,
    timeout: float = 120,
) -> np.ndarray | None:
    """As ``predict_on``, but the copy over there is trained first, on the batches in the order of the rows.

    ``model`` here stays as it is. It must be compiled with an optimizer and a loss of Keras's own, which go over by name
    and settings: a compiled file names the optimizer of *this* backend, and another one cannot load it. ``targets`` has a
    row for each row of ``inputs``.
    """
    optimizer = {"class_name": type(model.optimizer).__name__, "config": model.optimizer.get_config()}
    fit = {"optimizer": optimizer, "loss": keras.losses.serialize(model.loss)}
    fit |= {"epochs": epochs, "batch_size": batch_size}
    return _elsewhere(model, inputs, {"targets": targets}, fit, backend, timeout)


def _elsewhere(
    model: keras.Model,
    inputs: Sequence[np.ndarray],
    targets: dict[str, np.ndarray],
    fit: dict[str, Any] | None,
    backend: str,
    timeout: float,
) -> np.ndarray | None:
    python = interpreter(backend)
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        np.savez(Path(folder) / "arrays.npz", *inputs, allow_pickle=False, **targets)
        (Path(folder) / "fit.json").write_text(json.dumps(fit))
        settings = {
            "KERAS_BACKEND": backend,
            "KERAS_HOME": folder,  # never the user's own keras.json
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "JAX_PLATFORMS": "cpu",
        }
        command = [python, "-c", PROGRAM]
        run = subprocess.run(
            command, env=os.environ | settings, cwd=folder, capture_output=True, text=True, timeout=timeout
        )
        if run.returncode:
            last = run.stderr.strip().splitlines()[-1:] or ["no message"]
            raise RuntimeError(f"Keras on {backend} failed: {last[0]}")
        return np.load(Path(folder) / "outputs.npy")
