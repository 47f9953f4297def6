"""The same Keras model in another process, on another backend: Keras cannot change its backend once imported."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np

PROGRAM = """
import keras, numpy
inputs = numpy.load("inputs.npz")
model = keras.saving.load_model("model.keras", compile=False)
outputs = model.predict([inputs[name] for name in inputs.files], verbose=0)
numpy.save("outputs.npy", outputs)
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
    python = interpreter(backend)
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        np.savez(Path(folder) / "inputs.npz", *inputs)
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
