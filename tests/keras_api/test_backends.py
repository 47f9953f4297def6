"""The same numbers from Keras on torch, TensorFlow, JAX and NumPy; one process a backend.

The torch backend runs in this environment. The others need one of their own, made from requirements-backends.txt;
``FUSION_EDU_BACKENDS_PYTHON`` names its interpreter.
"""

import math

import numpy as np
import pytest
from keras_cases import CASES, STEPS, expected
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


def test_labels_weights_and_terms_that_do_not_count(answers):
    got = answers[1]["promises"]
    wide = math.log(2049 * math.exp(-9) + 1)  # 9 of class 2048, to which float16 rounds 2049
    for dtype in ("float16", "bfloat16"):  # some backends also add up in it; the loss of class 2048 would be 9 more
        np.testing.assert_allclose(got[f"class 2049 in {dtype}"], [wide], atol=0.25)
    np.testing.assert_allclose(got["labels (B, 1)"], 0.0573, atol=1e-4)
    np.testing.assert_allclose(got["labels (B, 1), weights (B, 1)"], 0.31829, atol=1e-4)
    assert np.isnan(got["a label out of range"]).all()
    assert got["an excluded class"] == got["far and dissimilar"] == 0
    y_true, y_pred, weight = STEPS
    each = (y_true - y_pred)[..., 0] ** 2
    np.testing.assert_allclose(got["a weight for each step"], (each * weight).mean(), rtol=1e-5)
    np.testing.assert_allclose(got["a weight for each step"], 97.833336, rtol=1e-5)
    np.testing.assert_allclose(got["a weight for each step, apart"], each * weight, rtol=1e-5)
    np.testing.assert_allclose(got["one weight"], 2 * each.mean(), rtol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_a_whole_model_in_mixed_precision_is_trained_saved_and_loaded(answers, policy):
    backend, numbers = answers
    got = numbers["models"][policy]
    assert got["narrow"] < 0.3
    assert got["loaded"] < 1e-5
    assert got["policies"] == [policy]
    assert len(got["frozen"]) == 1
    assert got["loss"]["label_smoothing"] == 0.1
    assert backend == "numpy" or got["history"][1] < got["history"][0]
