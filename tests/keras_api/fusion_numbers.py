"""Run as a program under any Keras backend: reads layers, weights and inputs as JSON, prints outputs and gradients.

Needs no torch.
"""

import json
import sys

import keras
import numpy as np
from keras import ops

from fusion_edu import keras_api


def gradient(run, x):
    """Of the weighted sum of outputs with respect to each modality; None where the backend has no gradients."""
    backend = keras.backend.backend()
    names = list(x)
    if backend == "torch":
        leaves = {m: v.detach().requires_grad_() for m, v in x.items()}
        run(leaves).backward()
        return {m: v.grad for m, v in leaves.items()}
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(list(x.values()))
            value = run(x)
        return dict(zip(names, tape.gradient(value, [x[m] for m in names]), strict=True))
    if backend == "jax":
        import jax

        return jax.jit(jax.grad(run))(x)
    return None


def answer(kind, options, weights, x, present):
    layer = getattr(keras_api, kind)(**options)
    layer.set_weights([np.asarray(w, dtype="float32") for w in weights])
    x = {m: ops.convert_to_tensor(np.asarray(v, dtype="float32")) for m, v in x.items()}
    present = None if present is None else ops.convert_to_tensor(np.asarray(present))
    out = ops.convert_to_numpy(layer(x, present=present))
    slope = ops.convert_to_tensor(np.linspace(1, 2, out.size, dtype="float32").reshape(out.shape))
    grad = gradient(lambda x: ops.sum(layer(x, present=present) * slope), x)
    return {
        "out": out.tolist(),
        "gradient": None if grad is None else {m: ops.convert_to_numpy(g).tolist() for m, g in grad.items()},
    }


if __name__ == "__main__":
    answers = {name: answer(**case) for name, case in json.load(sys.stdin).items()}
    print(json.dumps({"backend": keras.backend.backend(), "answers": answers}))
