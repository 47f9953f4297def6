"""The same numbers from Keras on torch, TensorFlow, JAX and NumPy; one process a backend.

The torch backend runs in this environment. The others need one of their own, made from requirements-backends.txt;
``FUSION_EDU_BACKENDS_PYTHON`` names its interpreter.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from keras_cases import CASES, expected

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BACKENDS = ["torch", "tensorflow", "jax", "numpy"]


@pytest.fixture(scope="module", params=BACKENDS)
def answers(request, tmp_path_factory):
    backend = request.param
    python = sys.executable if backend == "torch" else os.environ.get("FUSION_EDU_BACKENDS_PYTHON")
    if not python:
        pytest.skip(f"{backend} backend: FUSION_EDU_BACKENDS_PYTHON names no environment (requirements-backends.txt)")
    settings = {
        "KERAS_BACKEND": backend,
        "KERAS_HOME": str(tmp_path_factory.mktemp("keras")),  # never the user's own keras.json
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "JAX_PLATFORMS": "cpu",
    }
    command = [python, str(HERE / "backend_numbers.py")]
    run = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["backend"] == backend
    return answer["backend"], answer["answers"]


@pytest.mark.parametrize("case", CASES)
def test_losses_equal_plain_numpy_loops(answers, case):
    got, (want, _) = answers[1][case], expected(case)
    np.testing.assert_allclose(got["none"], want, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(got["mean"], np.mean(want), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_gradients_equal_plain_numpy_loops(answers, case):
    backend, numbers = answers
    if backend == "numpy":
        assert numbers[case]["gradient"] is None  # the NumPy backend has no gradients
        return
    np.testing.assert_allclose(numbers[case]["gradient"], expected(case)[1], rtol=1e-5, atol=1e-6)
