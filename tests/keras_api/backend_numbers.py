"""Run as a program under any Keras backend: prints the numbers of every case as JSON. Needs no torch."""

import json

import keras
from keras import ops
from keras_cases import CASES

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


if __name__ == "__main__":
    answers = {name: numbers(*case) for name, case in CASES.items()}
    print(json.dumps({"backend": keras.backend.backend(), "answers": answers}))
