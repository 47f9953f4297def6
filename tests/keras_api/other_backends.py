"""Run one script on one Keras backend, in a process of its own.

The torch backend runs in this environment. The others need one of their own, made from requirements-backends.txt;
``FUSION_EDU_BACKENDS_PYTHON`` names its interpreter.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
JAX, NUMPY = (pytest.param(name, marks=pytest.mark.thorough) for name in ("jax", "numpy"))
BACKENDS = ["torch", "tensorflow", JAX, NUMPY]


def ask(backend: str, script: str, keras_home: Path, question: str | None = None) -> tuple[str, dict]:
    """The backend and the answers that ``script`` prints; skips where the backend has no environment."""
    python = sys.executable if backend == "torch" else os.environ.get("FUSION_EDU_BACKENDS_PYTHON")
    if not python:
        pytest.skip(f"{backend} backend: FUSION_EDU_BACKENDS_PYTHON names no environment (requirements-backends.txt)")
    settings = {
        "KERAS_BACKEND": backend,
        "KERAS_HOME": str(keras_home),  # never the user's own keras.json
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "JAX_PLATFORMS": "cpu",
    }
    command = [python, str(HERE / script)]
    run = subprocess.run(
        command, env=os.environ | settings, input=question, capture_output=True, text=True, timeout=300
    )
    if f"No module named '{backend}'" in run.stderr:
        pytest.skip(f"{backend} backend: it has no build for this Python or platform")
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["backend"] == backend
    return answer["backend"], answer["answers"]
