"""Run as a program under any Keras backend: prints the numbers of every case as JSON. Needs no torch."""

import json
import math
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import ops
from keras_cases import CASES, LAYERS, LOGITS, STEPS

from fusion_edu import keras_api


def gradient(loss, y_true, y_pred):
    """Of the reduced loss with respect to y_pred; None where the backend has no gradients."""
    backend = keras.backend.backend()
    if backend == "torch":
        leaf = y_pred.detach().requires_grad_()
        loss(y_true, leaf).backward()
        return leaf.grad
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            value = loss(y_true, y_pred)
        return tf.convert_to_tensor(tape.gradient(value, y_pred))
    if backend == "jax":
        import jax

        return jax.jit(jax.grad(lambda p: loss(y_true, p)))(y_pred)
    return None


def numbers(kind, options, y_true, y_pred):
    each, mean = (getattr(keras_api, kind)(reduction=r, **options) for r in ("none", "sum_over_batch_size"))
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred, dtype="float32")
    grad = gradient(mean, y_true, y_pred)
    return {
        "none": ops.convert_to_numpy(each(y_true, y_pred)).tolist(),
        "mean": float(ops.convert_to_numpy(mean(y_true, y_pred))),
        "gradient": None if grad is None else ops.convert_to_numpy(grad).tolist(),
    }


def promises():
    """Labels that are never cast, Keras's usual shapes, and terms that do not count."""
    wide = np.zeros((1, 2050), dtype="float16")
    wide[0, 2049] = 9
    none = {"reduction": "none"}
    losses = {
        "class 2049 in float16": (keras_api.CrossEntropy(dtype="float16", **none), [2049], wide, None),
        "class 2049 in bfloat16": (keras_api.CrossEntropy(dtype="bfloat16", **none), np.array([[2049]]), wide, None),
        "labels (B, 1)": (keras_api.CrossEntropy(), np.array([[0], [1], [2]]), LOGITS, None),
        "labels (B, 1), weights (B, 1)": (
            keras_api.CrossEntropy(),
            np.array([[0], [1], [2]]),
            LOGITS,
            [[1.2], [3.4], [5.6]],
        ),
        "a label out of range": (keras_api.CrossEntropy(**none), [3], LOGITS[:1], None),
        "an excluded class": (keras_api.CrossEntropy(), [[1.0, 0.0]], [[0.0, -math.inf]], None),
        "far and dissimilar": (keras_api.Contrastive(), [0.0], [1e20], None),
        "a weight for each step": (keras_api.MeanSquaredError(), *STEPS),
        "a weight for each step, apart": (keras_api.MeanSquaredError(**none), *STEPS),
        "one weight": (keras_api.MeanSquaredError(), STEPS[0], STEPS[1], 2.0),
    }
    return {
        name: ops.convert_to_numpy(
            ops.cast(loss(np.asarray(y), np.asarray(p), None if w is None else np.asarray(w)), "float32")
        ).tolist()
        for name, (loss, y, p, w) in losses.items()
    }


def whole_model(policy):
    """A model of every layer: how far from float32, how far after it is saved and loaded, and the losses of its training."""
    keras.utils.set_random_seed(0)
    dims, rng = {"text": 4, "image": 3}, np.random.default_rng(0)
    x = [
        {m: rng.normal(size=(8, d)).astype("float32") for m, d in dims.items()},
        np.array([[1, 1], [0, 1]] * 4, dtype=bool),
    ]

    def build(dtype):
        given = {m: keras.Input((d,), name=m) for m, d in dims.items()}
        present = keras.Input((2,), dtype="bool", name="present")
        fused = [
            getattr(keras_api, kind)(dims=dims, dtype=dtype, trainable=k > 0, **options)(given, present=present)
            for k, (kind, options) in enumerate(LAYERS)
        ]
        joined = keras.layers.Concatenate(dtype="float32")(fused)
        return keras.Model([given, present], keras.layers.Dense(3, dtype="float32")(joined))

    exact, model = build("float32"), build(policy)
    model.set_weights(exact.get_weights())
    before = model.predict(x, verbose=0)
    loss, history = keras_api.CrossEntropy(label_smoothing=0.1), []
    trains = keras.backend.backend() != "numpy"
    if trains:
        model.compile("sgd", loss)
        labels = np.arange(8)[:, None] % 3
        history = model.fit(x, labels, sample_weight=np.ones(8), epochs=2, verbose=0).history["loss"]
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        again = keras.saving.load_model(Path(folder) / "model.keras")
    return {
        "narrow": float(np.abs(before - exact.predict(x, verbose=0)).max()),
        "loaded": float(np.abs(model.predict(x, verbose=0) - again.predict(x, verbose=0)).max()),
        "history": history,
        "policies": sorted({layer.dtype_policy.name for layer in again.layers if hasattr(layer, "dims")}),
        "frozen": [layer.name for layer in again.layers if hasattr(layer, "dims") and not layer.trainable],
        "loss": (again.loss if trains else loss).get_config(),
    }


if __name__ == "__main__":
    answers = {name: numbers(*case) for name, case in CASES.items()}
    answers |= {
        "promises": promises(),
        "models": {policy: whole_model(policy) for policy in ("mixed_float16", "mixed_bfloat16")},
    }
    print(json.dumps({"backend": keras.backend.backend(), "answers": answers}))
