"""The Keras fusion layers equal those of torch after their weights are copied, on every backend, and as Keras objects."""

import json
import math

import keras
import numpy as np
import pytest
import torch
from other_backends import BACKENDS, ask

from fusion_edu import fusion, keras_api

DIMS = {"text": 4, "image": 3, "audio": 2}  # not in alphabetical order
B = 6
PRESENT = [[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 0]]


def projections(p):
    return [w for m in DIMS for w in (p[f"project.{m}.weight"].T, p[f"project.{m}.bias"])]


# name: (torch layer, Keras class, its options, Keras weights from the torch state dict)
LAYERS = {
    "Concat": (lambda: fusion.Concat(DIMS), "Concat", {}, lambda p: []),
    "Concat, projected": (
        lambda: fusion.Concat(DIMS, 5, indicate=True), "Concat", {"dim": 5, "indicate": True},
        lambda p: [p["project.weight"].T, p["project.bias"]]),
    "WeightedSum": (
        lambda: fusion.WeightedSum(DIMS, 5), "WeightedSum", {"dim": 5}, lambda p: [*projections(p), p["scores"]]),
    "WeightedSum, fixed": (
        lambda: fusion.WeightedSum(DIMS, 5, weights=[1, 2, 4]), "WeightedSum", {"dim": 5, "weights": [1, 2, 4]}, projections),
    "Gated": (lambda: fusion.Gated(DIMS, 5), "Gated", {"dim": 5}, lambda p: [*projections(p), p["score.weight"].T]),
    "TensorFusion": (
        lambda: fusion.TensorFusion(DIMS, 5), "TensorFusion", {"dim": 5}, lambda p: [p["weight"], p["bias"]]),
    "LowRankFusion": (
        lambda: fusion.LowRankFusion(DIMS, 5, rank=3), "LowRankFusion", {"dim": 5, "rank": 3},
        lambda p: [*(p[f"factors.{m}"] for m in DIMS), p["bias"]]),
}  # fmt: skip
every_layer = pytest.mark.parametrize("name", LAYERS)


def torch_layer(name):
    torch.manual_seed(1)
    layer = LAYERS[name][0]()
    for p in layer.parameters():
        p.data.add_(0.2 * torch.randn_like(p))
    return layer


def keras_layer(name):
    _, kind, options, weights = LAYERS[name]
    layer = getattr(keras_api, kind)(dims=DIMS, **options)
    layer.set_weights([w.numpy() for w in weights(torch_layer(name).state_dict())])
    return layer


def inputs(bad=None):
    generator = torch.Generator().manual_seed(2)
    x = {m: torch.randn(B, d, generator=generator) for m, d in DIMS.items()}
    if bad is not None:
        x = {m: torch.where(torch.tensor(PRESENT)[:, k, None] == 1, v, bad) for k, (m, v) in enumerate(x.items())}
    return x


def cases():
    for name, (_, kind, options, weights) in LAYERS.items():
        copied = [w.tolist() for w in weights(torch_layer(name).state_dict())]
        for some in (False, True):
            yield f"{name}, {'some' if some else 'all'}", name, some, {
                "kind": kind, "options": {"dims": DIMS, **options}, "weights": copied,
                "x": {m: v.tolist() for m, v in reversed(inputs(math.nan if some else None).items())},
                "present": [[bool(v) for v in row] for row in PRESENT] if some else None,
            }  # fmt: skip


CASES = {key: (name, some, case) for key, name, some, case in cases()}


@pytest.fixture(scope="module", params=BACKENDS)
def answers(request, tmp_path_factory):
    question = json.dumps({key: case for key, (_, _, case) in CASES.items()})
    return ask(request.param, "fusion_numbers.py", tmp_path_factory.mktemp("keras"), question)


@pytest.mark.parametrize("key", CASES)
def test_equals_torch_after_copying_the_weights(answers, key):
    """Values, and gradients of the inputs; missing entries are NaN."""
    (backend, numbers), (name, some, _) = answers, CASES[key]
    x = {m: v.requires_grad_() for m, v in inputs(math.nan if some else None).items()}
    out = torch_layer(name)(x, torch.tensor(PRESENT).bool() if some else None)
    (out * torch.linspace(1, 2, out.numel()).view_as(out)).sum().backward()
    np.testing.assert_allclose(numbers[key]["out"], out.detach().numpy(), rtol=1e-4, atol=1e-5)
    if backend == "numpy":
        assert numbers[key]["gradient"] is None
        return
    for m in DIMS:
        np.testing.assert_allclose(numbers[key]["gradient"][m], x[m].grad.numpy(), rtol=1e-4, atol=1e-5)


@every_layer
def test_survives_its_configuration_with_the_order_of_modalities(name):
    layer = keras_layer(name)
    text = json.loads(json.dumps(keras.saving.serialize_keras_object(layer), sort_keys=True))
    copy = keras.saving.deserialize_keras_object(text)
    assert type(copy) is type(layer)
    assert list(copy.dims) == list(DIMS)
    assert copy.get_config() == layer.get_config()
    assert keras.saving.get_registered_name(type(layer)) == f"fusion_edu>{type(layer).__name__}"


@every_layer
def test_trains_in_a_model_and_is_saved_with_it(name, tmp_path):
    keras.utils.set_random_seed(0)
    given = {m: keras.Input((d,), name=m) for m, d in DIMS.items()}
    present = keras.Input((len(DIMS),), dtype="bool", name="present")
    fused = keras_layer(name)(given, present=present)
    model = keras.Model([given, present], keras.layers.Dense(2)(fused))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
    x, y = (
        [{m: v.numpy() for m, v in inputs().items()}, np.array(PRESENT, dtype=bool)],
        np.ones((B, 2), dtype="float32"),
    )
    history = model.fit(x, y, epochs=4, batch_size=4, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


@every_layer
def test_refuses_other_modalities_and_shapes(name):
    layer, x = keras_layer(name), inputs()
    for bad, match in [
        ({m: v for m, v in x.items() if m != "text"}, "^x has image, audio, needs exactly text, image, audio$"),
        (x | {"smell": x["text"]}, "^x has text, image, audio, smell, needs exactly"),
        (x | {"text": x["text"][:, 1:]}, r"^x\['text'\] has shape \(6, 3\), needs \(B, 4\)$"),
    ]:
        with pytest.raises(ValueError, match=match):
            layer.call(bad)
    with pytest.raises(
        ValueError, match=r"^present has shape \(6, 2\), needs \(B=6, M=3\), columns text, image, audio$"
    ):
        layer.call(x, torch.ones(6, 2).bool())
    with pytest.raises(ValueError, match=r"^x\['image'\] has shape \(1, 3\), needs \(B=6, 3\)$"):
        layer.call(x | {"image": x["image"][:1]})
    with pytest.raises(
        ValueError, match=r"^present has shape \(1, 3\), needs \(B=6, M=3\), columns text, image, audio$"
    ):
        layer.call(x, torch.ones(1, 3).bool())


def test_a_batch_of_unknown_size_fits_any():
    dims = {"a": 2, "b": 2}
    x = {"a": keras.Input((2,)), "b": keras.Input((2,), batch_size=3)}
    assert keras_api.TensorFusion(dims, 3)(x).shape[1] == 3


def test_refuses_arguments():
    for build, match in [
        (lambda: keras_api.Gated({}, 3), "^dims has 0 modalities, needs at least 1$"),
        (lambda: keras_api.Gated({"a": 0}, 3), r"^dims\['a'\] is 0, needs a whole number >= 1$"),
        (lambda: keras_api.Gated({"a": 2}, 0), "^dim is 0, needs a whole number >= 1$"),
        (lambda: keras_api.LowRankFusion({"a": 2}, 3, rank=0), "^rank is 0, needs a whole number >= 1$"),
        (
            lambda: keras_api.WeightedSum({"a": 2}, 3, weights=[1, 2]),
            r"^weights is \[1, 2\], needs 1 finite numbers > 0",
        ),
    ]:
        with pytest.raises(ValueError, match=match):
            build()
