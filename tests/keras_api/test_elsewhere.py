"""A model saved here and loaded on another backend predicts the same."""

import keras
import numpy as np
import pytest
from other_backends import JAX

from fusion_edu.keras_api import elsewhere


def two_inputs():
    image, ids = keras.Input((4, 4, 3)), keras.Input((5,), dtype="int32")
    seen = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3)(image))
    read = keras.layers.LSTM(3)(keras.layers.Embedding(7, 2, mask_zero=True)(ids))
    return keras.Model([image, ids], keras.layers.Dense(2)(keras.layers.concatenate([seen, read])))


@pytest.mark.parametrize("backend", ["torch", "tensorflow", JAX])
def test_another_process_predicts_the_same(backend):
    draw = np.random.default_rng(0)
    x = [draw.random((3, 4, 4, 3), dtype=np.float32), np.array([[2, 3, 0, 0, 0], [4, 5, 6, 2, 3], [6, 0, 0, 0, 0]])]
    model = two_inputs()
    there = elsewhere.predict_on(model, x, backend)
    if there is None:
        pytest.skip(f"{backend} is not installed")
    np.testing.assert_allclose(there, model.predict(x, verbose=0), atol=1e-5)


def test_a_backend_that_is_not_there_gives_none(monkeypatch):
    monkeypatch.setattr(elsewhere, "find_spec", lambda name: None)
    monkeypatch.delenv("FUSION_EDU_BACKENDS_PYTHON", raising=False)
    assert elsewhere.predict_on(two_inputs(), [], "jax") is None


@pytest.mark.thorough
def test_a_failure_there_is_told_here():
    with pytest.raises(RuntimeError, match="Keras on torch failed: .+"):
        elsewhere.predict_on(two_inputs(), [np.zeros((1, 2, 2, 3), "float32")], "torch")


@pytest.mark.thorough
@pytest.mark.parametrize("backend", ["torch", "tensorflow", "jax"])
def test_another_process_trains_to_the_same_model(backend):
    draw = np.random.default_rng(0)
    x, y = [draw.random((12, 4), dtype=np.float32), draw.random((12, 2), dtype=np.float32)], draw.integers(0, 3, 12)
    a, b = keras.Input((4,)), keras.Input((2,))
    hidden = keras.layers.Dense(5, activation="tanh")(keras.layers.concatenate([a, b]))
    model = keras.Model([a, b], keras.layers.Dense(3)(hidden))
    model.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    untrained = model.predict(x, verbose=0)
    there = elsewhere.fit_on(model, x, y, backend, epochs=3, batch_size=4)
    if there is None:
        pytest.skip(f"{backend} is not installed")
    np.testing.assert_array_equal(model.predict(x, verbose=0), untrained)  # the one here stays as it is
    model.fit(x, y, epochs=3, batch_size=4, shuffle=False, verbose=0)
    assert np.abs(there - untrained).max() > 0.05
    np.testing.assert_allclose(there, model.predict(x, verbose=0), atol=1e-5)
