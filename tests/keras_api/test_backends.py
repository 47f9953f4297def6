"""The same numbers from Keras on torch, TensorFlow, JAX and NumPy; one process a backend.

The torch backend runs in this environment. The others need one of their own, made from requirements-backends.txt;
``FUSION_EDU_BACKENDS_PYTHON`` names its interpreter.
"""

import numpy as np
import pytest
from keras_cases import CASES, expected
from other_backends import BACKENDS, ask


@pytest.fixture(scope="module", params=BACKENDS)
def answers(request, tmp_path_factory):
    return ask(request.param, "backend_numbers.py", tmp_path_factory.mktemp("keras"))


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
