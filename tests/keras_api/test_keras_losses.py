"""The Keras classes against the torch losses, as Keras objects, and in ``fit``."""

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from fusion_edu import losses
from fusion_edu.keras_api import Contrastive, CrossEntropy, MeanSquaredError

CLASSES = torch.tensor([0, 3, 1, 1, 2, 0])
SIMILAR = torch.tensor([1, 0, 0, 1, 1, 0])
WEIGHT = torch.tensor([0.5, 1.0, 0.0, 2.0, 3.0, 1.0])


def floats(draw, *shape, n=1):
    return tuple(x.float() for x in draw(n, *shape))


def same(keras_class, ours, y_true, y_pred, **options):
    """Every reduction, weighted or not, and the gradient."""
    for theirs, name in (("none", "none"), ("sum", "sum"), ("sum_over_batch_size", "mean")):
        loss = keras_class(reduction=theirs, **options)
        torch.testing.assert_close(loss(y_true, y_pred), ours(y_pred, y_true, reduction=name))
    leaf = y_pred.clone().requires_grad_()
    grads = [torch.autograd.grad(v, leaf)[0] for v in (keras_class(**options)(y_true, leaf), ours(leaf, y_true))]
    torch.testing.assert_close(*grads)
    each = ours(y_pred, y_true, reduction="none")
    by_weight = keras_class(reduction="mean_with_sample_weight", **options)(y_true, y_pred, sample_weight=WEIGHT)
    torch.testing.assert_close(by_weight, losses.reduce_loss(each, "mean", WEIGHT))
    default = keras_class(**options)(y_true, y_pred, sample_weight=WEIGHT)  # divides by the number of samples
    torch.testing.assert_close(default, (each * WEIGHT).sum() / 6)


def test_mean_squared_error_of_rows_equals_torch(draw):
    pred, target = floats(draw, 6, n=2)
    same(MeanSquaredError, losses.mse, target, pred)


def test_mean_squared_error_keeps_one_value_a_sample_where_torch_keeps_every_element(draw):
    pred, target = floats(draw, 6, 3, n=2)
    each = losses.mse(pred, target, reduction="none").mean(1)
    torch.testing.assert_close(MeanSquaredError(reduction="none")(target, pred), each)
    torch.testing.assert_close(
        MeanSquaredError(reduction="sum")(target, pred), losses.mse(pred, target, reduction="sum") / 3
    )
    torch.testing.assert_close(MeanSquaredError()(target, pred), losses.mse(pred, target))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_equals_torch(draw, smoothing, soft):
    (logits,) = floats(draw, 6, 4)
    target = logits.flip(0).softmax(1) if soft else CLASSES

    def ours(y_pred, y_true, **options):
        return losses.cross_entropy(y_pred, y_true, label_smoothing=smoothing, **options)

    same(CrossEntropy, ours, target, logits, label_smoothing=smoothing)


def test_cross_entropy_from_probabilities_equals_torch(draw):
    probs = floats(draw, 6, 4)[0].softmax(1)
    same(CrossEntropy, losses.cross_entropy_from_probabilities, CLASSES, probs, from_logits=False)


def test_contrastive_equals_torch(draw):
    distance = floats(draw, 6)[0].abs()

    def ours(y_pred, y_true, **options):
        return losses.contrastive(y_pred, y_true, margin=2.0, **options)

    same(Contrastive, ours, SIMILAR, distance, margin=2.0)


def test_differs_from_keras_where_keras_clips():
    """Keras clips probabilities at 1e-7: gradient 0 at p = 1e-9, and a row of zeros gives NaN."""
    probs = torch.tensor([[1e-9, 1.0]], requires_grad=True)
    target = torch.tensor([[1.0, 0.0]])
    theirs = torch.autograd.grad(keras.losses.CategoricalCrossentropy()(target, probs), probs)[0]
    ours = torch.autograd.grad(CrossEntropy(from_logits=False)(target, probs), probs)[0]
    assert theirs[0, 0] == 0
    torch.testing.assert_close(ours, torch.tensor([[-1e9, 0.0]]))
    zeros = torch.zeros(1, 2)
    assert keras.losses.CategoricalCrossentropy()(target, zeros).isnan()
    torch.testing.assert_close(CrossEntropy(from_logits=False)(target, zeros), torch.tensor(87.3365), rtol=1e-5, atol=0)


def test_equals_keras_elsewhere(draw):
    (logits,) = floats(draw, 6, 4)
    one_hot = F.one_hot(CLASSES, 4)
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    torch.testing.assert_close(CrossEntropy(label_smoothing=0.1)(one_hot, logits), theirs(one_hot, logits))
    target = floats(draw, 6, 4)[0]
    torch.testing.assert_close(MeanSquaredError()(target, logits), keras.losses.MeanSquaredError()(target, logits))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_computes_in_float32_whatever_comes_in(dtype):
    big = torch.full((4,), 300.0, dtype=dtype)
    assert MeanSquaredError()(torch.zeros(4), big) == 90000
    assert CrossEntropy()(torch.tensor([1]), torch.tensor([[1e4, -1e4]], dtype=dtype)).dtype == torch.float32


LOSSES = [
    MeanSquaredError(name="squares", reduction="sum"),
    CrossEntropy(from_logits=False, label_smoothing=0.2, reduction="none"),
    Contrastive(margin=0.3),
]
each = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)


@each
def test_survives_a_round_trip_through_its_configuration(loss):
    for copy in (
        type(loss).from_config(loss.get_config()),
        keras.losses.deserialize(keras.losses.serialize(loss)),
        keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss)),
    ):
        assert type(copy) is type(loss)
        assert copy.get_config() == loss.get_config()


@each
def test_is_registered_under_the_name_of_the_library(loss):
    assert keras.saving.get_registered_name(type(loss)) == f"fusion_edu>{type(loss).__name__}"


@pytest.mark.parametrize(
    ("loss", "units", "activation", "y"),
    [
        (MeanSquaredError(), 1, None, np.arange(8.0).reshape(8, 1)),
        (CrossEntropy(), 3, None, np.arange(8) % 3),
        (CrossEntropy(from_logits=False), 3, "softmax", np.eye(3)[np.arange(8) % 3]),
        (Contrastive(), 1, "softplus", (np.arange(8) % 2).reshape(8, 1)),
    ],
    ids=["mse", "logits", "probabilities", "contrastive"],
)
def test_trains_a_model_and_is_saved_with_it(tmp_path, loss, units, activation, y):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(units, activation=activation)])
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss=loss)
    x = np.random.default_rng(0).normal(size=(8, 5)).astype("float32")
    history = model.fit(x, y, epochs=5, batch_size=3, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert type(again.loss) is type(loss)
    assert again.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0))


def test_unknown_sizes_of_a_traced_batch_fit_any():
    y_pred = keras.KerasTensor((None, 4))
    assert CrossEntropy(reduction="none").call(keras.KerasTensor((None,), dtype="int32"), y_pred).shape == (None,)
    assert MeanSquaredError(reduction="none").call(keras.KerasTensor((2, 4)), y_pred).shape == (2,)


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "match"),
    [
        (MeanSquaredError(), (8,), (8, 1), r"^y_true has shape \(8,\), needs \(8, 1\) to go with y_pred$"),
        (MeanSquaredError(), (8, 1), (8,), r"^y_true has shape \(8, 1\), needs \(8,\) to go with y_pred$"),
        (MeanSquaredError(), (), (), r"^y_pred has shape \(\), needs \(B, \.\.\.\)$"),
        (MeanSquaredError(), (0, 2), (0, 2), r"^y_pred is empty, shape \(0, 2\): needs at least one sample$"),
        (CrossEntropy(), (8, 2), (8, 3), r"^y_true has shape \(8, 2\), needs \(8, 3\) or \(8,\) to go with y_pred$"),
        (CrossEntropy(), (8,), (8,), r"^y_pred has shape \(8,\), needs \(B, C\)$"),
        (CrossEntropy(), (0,), (0, 3), r"^y_pred is empty, shape \(0, 3\): needs at least one sample$"),
        (Contrastive(), (8,), (8, 1), r"^y_true has shape \(8,\), needs \(8, 1\) to go with y_pred$"),
        (Contrastive(), (8, 2), (8, 2), r"^y_pred has shape \(8, 2\), needs \(B,\) or \(B, 1\): one distance a pair$"),
        (Contrastive(), (0,), (0,), r"^y_pred is empty, shape \(0,\): needs at least one sample$"),
    ],
)
def test_refuses_shapes(loss, y_true, y_pred, match):
    with pytest.raises(ValueError, match=match):
        loss(torch.zeros(y_true), torch.zeros(y_pred))


def test_refuses_options():
    with pytest.raises(ValueError, match="^margin is 0, needs > 0 and finite$"):
        Contrastive(margin=0)
    with pytest.raises(ValueError, match="^label_smoothing is 1.0, needs >= 0 and < 1$"):
        CrossEntropy(label_smoothing=1.0)
    with pytest.raises(ValueError, match="reduction"):
        MeanSquaredError(reduction="avg")


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "weight"),
    [
        (MeanSquaredError(), (4, 3), (4, 3), (3,)),
        (MeanSquaredError(), (4, 3), (4, 3), (4, 2)),
        (MeanSquaredError(), (4,), (4,), (4, 2)),
        (CrossEntropy(), (4,), (4, 3), (4, 3)),
        (CrossEntropy(), (4, 1), (4, 3), (5,)),
        (Contrastive(), (4, 1), (4, 1), (4, 2)),
    ],
)
def test_refuses_weights_by_name(loss, y_true, y_pred, weight):
    with pytest.raises(ValueError, match=r"^sample_weight has shape \(.*\), needs a number, \(B,\), \(B, 1\)"):
        loss(torch.zeros(y_true), torch.zeros(y_pred), torch.ones(weight))


def test_its_dtype_is_part_of_a_loss():
    assert MeanSquaredError.from_config(MeanSquaredError(dtype="float64").get_config()).dtype == "float64"
