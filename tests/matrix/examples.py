"""One example for each public name of losses, fusion, evaluate, encoders, bridges and explain: what the tests of this folder are parametrised by.

A new public name needs a line here, or in ``WITHOUT`` with the reason: ``test_examples.py`` says so.
"""

import copy
import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fusion_edu import bridges, encoders, evaluate, explain, fusion, losses

MODULES = {"losses": losses, "fusion": fusion, "evaluate": evaluate, "encoders": encoders, "bridges": bridges, "explain": explain}  # fmt: skip
B, C, D = 6, 4, 3


def _draw(n: int, *shape: int) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(17)
    return torch.randn(n, *shape, generator=generator, dtype=torch.float64).unbind()


def _plain(function: Any, floats: tuple[Tensor, ...], whole: tuple[Tensor, ...]) -> Any:
    return function(*floats, *whole)


def _labels_between(function: Any, floats: tuple[Tensor, ...], whole: tuple[Tensor, ...]) -> Any:
    return function(floats[0], *whole, *floats[1:])


def _dict(function: Any, floats: tuple[Tensor, ...], whole: tuple[Tensor, ...]) -> Any:
    return function(dict(zip("abc", floats, strict=False)), *whole)


def _imputed(function: Any, floats: tuple[Tensor, ...], whole: tuple[Tensor, ...]) -> Any:
    return tuple(function(dict(zip("abc", floats, strict=False))).values())


@cache
def _made(make: Callable[[], Any]) -> Any:
    torch.manual_seed(3)
    made = make()
    return made.double().eval() if isinstance(made, nn.Module) else made


@dataclass(frozen=True)
class Example:
    """``call(make(), floats, whole)``.

    Args:
        make: gives the function, or a fresh module.
        floats: (B, ...) float64, those that may come in any dtype.
        whole: class numbers and other integers, behind them.
        call: how the arguments are handed over.
        rows: whether the first axis of every argument is that of the samples.
        moves: whether a shift of all floats changes nothing but digits: then it must change hardly any.
        smooth: whether it can be differentiated.
        wide: whether float16 and bfloat16 are computed and returned in float32.
    """

    make: Callable[[], Any]
    floats: tuple[Tensor, ...] = ()
    whole: tuple[Tensor, ...] = ()
    call: Callable[..., Any] = _plain
    rows: bool = True
    moves: bool = False
    smooth: bool = False
    wide: bool = False

    def __call__(self, floats: tuple[Tensor, ...], whole: tuple[Tensor, ...], function: Any = None) -> Any:
        return self.call(self.function() if function is None else function, floats, whole)

    def function(self, dtype: torch.dtype = torch.float64) -> Any:
        """The function, or a module with the same weights at each call."""
        made = _made(self.make)
        return copy.deepcopy(made).to(dtype) if isinstance(made, nn.Module) else made

    def arguments(self) -> set[str]:
        made = _made(self.make)
        made = made.forward if isinstance(made, nn.Module) else made
        names = set(inspect.signature(made).parameters)
        if self.call in (_dict, _imputed):  # a decision function calls its dict otherwise than "x"
            names |= {"x"}
        return names


def _loss(function: Any, floats: tuple[Tensor, ...], *whole: Tensor, moves: bool = False) -> Example:
    return Example(lambda: function, floats, whole, smooth=True, wide=True, moves=moves)


def _layer(build: Callable[[], nn.Module], width: int = D, modalities: int = 3) -> Example:
    return Example(build, _draw(modalities, B, width), call=_dict, smooth=True)


def _encoder(build: Callable[[], nn.Module], floats: tuple[Tensor, ...], *whole: Tensor) -> Example:
    return Example(build, floats, whole)


def _function(function: Any, floats: tuple[Tensor, ...], *whole: Tensor, **options: Any) -> Example:
    return Example(lambda: function, floats, whole, **options)


DIMS = dict.fromkeys("abc", D)
PAIR = dict.fromkeys("ab", D)
CLASSES = torch.tensor([0, 3, 1, 1, 2, 0])
SIMILAR = torch.tensor([1, 0, 0, 1, 1, 0])
TOKENS = _draw(1, B, 5, D)
SCORES, PROBS = _draw(1, B, C), tuple(x.softmax(1) for x in _draw(3, B, C))
PAIRS, TRIPLES = _draw(2, B, D), _draw(3, B, D)
RIGHT = tuple(x.gt(0).double() for x in _draw(2, B))
VOTES = (CLASSES, CLASSES.flip(0), CLASSES.roll(1))
PICTURES = tuple(x.sigmoid() for x in _draw(1, 2, 3, 32, 32))
FRAMES, CLIPS = _draw(1, 3, 20, 5), _draw(1, 3, 5, 1, 8, 8)
WAVE = (0.3 * torch.sin(torch.arange(4096, dtype=torch.float64) * 0.06),)
ADJACENCY = _draw(1, B, B)[0].gt(0).double()
BOTH_WAYS = ADJACENCY + ADJACENCY.T  # with its ends exchanged beside it: then its rows in reverse are a graph, too
GRAPH = (BOTH_WAYS + BOTH_WAYS.flip(0, 1)).clamp_max(1).fill_diagonal_(0).flip(0).fill_diagonal_(0).flip(0)


SQUARES, MAPS = _draw(1, B, 2, 3, 3), _draw(2, B, 3, 3)
SAYS = _draw(1, 2 * 3 * 3, C)[0] / 4
JOINT = (_draw(1, 3, 2, 2)[0].exp(),)


def _floating(x: Tensor) -> Tensor:
    return x if x.is_floating_point() else x.double()


def _model(x: Tensor) -> Tensor:
    """(B, 2, 3, 3) -> (B, C), bent, in the dtype of x."""
    x = _floating(x).flatten(1)
    return (x @ SAYS.to(x.dtype)).tanh()


def _together(x: dict[str, Tensor]) -> Tensor:
    return (_floating(x["a"]) * _floating(x["b"])).tanh()


def _grad_cam(x: Tensor, target: Tensor) -> Tensor:
    layer = nn.Identity()
    return explain.grad_cam(lambda images: _model(layer(_floating(images))), layer, x, target)


def _expert(x: Tensor, y: Tensor) -> Callable[[Tensor], Tensor]:
    centres = torch.stack([x[y == c].double().mean(0) for c in range(int(y.max()) + 1)])
    return lambda new: (-(new.double()[:, None] - centres).abs().sum(2)).softmax(1)


def _stacked(x: dict[str, Tensor], y: Tensor) -> Tensor:
    return fusion.Stacking({"a": _expert, "b": _expert}, folds=2).fit(x, y).predict(x)


EXAMPLES: dict[str, Example] = {
    "losses.CLIPLoss": Example(losses.CLIPLoss, PAIRS, smooth=True, wide=True),
    "losses.SigLIPLoss": Example(losses.SigLIPLoss, PAIRS, smooth=True, wide=True),
    "losses.all_pairs": _function(losses.all_pairs, (), CLASSES),
    "losses.barlow_twins": _loss(losses.barlow_twins, PAIRS, moves=True),
    "losses.clip": _loss(losses.clip, PAIRS),
    "losses.contrastive": _loss(losses.contrastive, (PAIRS[0][:, 0].abs(),), SIMILAR),
    "losses.contrastive_from_embeddings": _loss(losses.contrastive_from_embeddings, PAIRS, SIMILAR, moves=True),
    "losses.cross_entropy": _loss(losses.cross_entropy, SCORES, CLASSES, moves=True),
    "losses.cross_entropy_from_probabilities": _loss(losses.cross_entropy_from_probabilities, PROBS[:1], CLASSES),
    "losses.focal": _loss(losses.focal, SCORES, CLASSES, moves=True),
    "losses.gaussian_nll": _loss(losses.gaussian_nll, _draw(3, B)),
    "losses.batch_hard": _function(losses.batch_hard, PAIRS, SIMILAR, moves=True),
    "losses.huber": _loss(losses.huber, _draw(2, B), moves=True),
    "losses.info_nce": _loss(losses.info_nce, PAIRS),
    "losses.load_balance": _function(losses.load_balance, PROBS[:1], rows=False, wide=True),
    "losses.mse": _loss(losses.mse, _draw(2, B), moves=True),
    "losses.prefix_cross_entropy": _loss(lambda logits, target: losses.prefix_cross_entropy(logits, target, prefix=2), _draw(1, B, 4, C), VOTES[0].expand(2, B).T, moves=True),
    "losses.reduce_loss": _loss(losses.reduce_loss, _draw(1, B)),
    "losses.safe_distance": _loss(losses.safe_distance, PAIRS, moves=True),
    "losses.sequence_cross_entropy": _loss(losses.sequence_cross_entropy, _draw(1, B, 2, C), VOTES[0].expand(2, B).T, moves=True),
    "losses.siglip": _loss(losses.siglip, PAIRS),
    "losses.supervised_contrastive": _loss(losses.supervised_contrastive, PAIRS[:1], SIMILAR),
    "losses.triplet": _loss(losses.triplet, TRIPLES, moves=True),
    "losses.uncertainty_weighted": _loss(losses.uncertainty_weighted, (_draw(2, B)[0].square(), _draw(2, B)[1])),
    "losses.vicreg": _loss(losses.vicreg, PAIRS, moves=True),
    "fusion.GMU": _layer(lambda: fusion.GMU(DIMS, 5)),
    "fusion.MLB": _layer(lambda: fusion.MLB(DIMS, 5, rank=3)),
    "fusion.AttentionPool": _layer(lambda: fusion.AttentionPool(DIMS, 6, heads=2)),
    "fusion.Bilinear": _layer(lambda: fusion.Bilinear(PAIR, 5), modalities=2),
    "fusion.Bottleneck": _layer(lambda: fusion.Bottleneck(DIMS, 6, heads=2)),
    "fusion.Concat": _layer(lambda: fusion.Concat(DIMS, 5, normalise=True)),
    "fusion.CrossAttention": _layer(lambda: fusion.CrossAttention(DIMS, 6, heads=2)),
    "fusion.CrossModalImputer": Example(lambda: fusion.CrossModalImputer(DIMS, hidden=5), _draw(3, B, D), call=_imputed, smooth=True),
    "fusion.FiLM": _layer(lambda: fusion.FiLM(DIMS, 5)),
    "fusion.Gated": _layer(lambda: fusion.Gated(DIMS, 5)),
    "fusion.GraphFusion": _layer(lambda: fusion.GraphFusion(DIMS, 5)),
    "fusion.LearnedAverage": _layer(lambda: fusion.LearnedAverage(list("abc"))),
    "fusion.LowRankFusion": _layer(lambda: fusion.LowRankFusion(DIMS, 5, rank=2)),
    "fusion.MissingTokens": _layer(lambda: fusion.MissingTokens(fusion.Concat(DIMS, 5))),
    "fusion.ModalityDropout": _layer(lambda: fusion.ModalityDropout(fusion.Concat(DIMS, 5), 0.5)),
    "fusion.MixtureOfExperts": _layer(lambda: fusion.MixtureOfExperts(DIMS, 5, experts=3)),
    "fusion.SelfAttention": _layer(lambda: fusion.SelfAttention(DIMS, 6, heads=2)),
    "fusion.Stacking": _function(_stacked, TRIPLES[:2], SIMILAR, call=_dict, rows=False),
    "fusion.TensorFusion": _layer(lambda: fusion.TensorFusion(DIMS, 5)),
    "fusion.WeightedSum": _layer(lambda: fusion.WeightedSum(DIMS, 5)),
    "fusion.attention": _function(fusion.attention, _draw(3, B, 5, 4), smooth=True),
    "fusion.attention_weights": _function(fusion.attention_weights, _draw(2, B, 5, 4), smooth=True),
    "fusion.average_logits": _function(fusion.average_logits, PROBS, call=_dict, smooth=True),
    "fusion.average_probabilities": _function(fusion.average_probabilities, PROBS, call=_dict, smooth=True),
    "fusion.fold_numbers": _function(lambda y: fusion.fold_numbers(y, 2), (), SIMILAR, rows=False),
    "fusion.majority_vote": _function(lambda a, b, c: fusion.majority_vote({"a": a, "b": b, "c": c}), (), *VOTES),
    "fusion.nearest_neighbours": _function(lambda x: fusion.nearest_neighbours(x, 2), PAIRS[:1], rows=False, moves=True),
    "fusion.normalised_adjacency": _function(fusion.normalised_adjacency, (GRAPH,), rows=False, smooth=True),
    "fusion.out_of_fold": _function(lambda x, fold: fusion.out_of_fold(x, fold, fold, lambda a, y, new: new), PAIRS[:1], SIMILAR, rows=False),
    "fusion.product_of_experts": _function(lambda a, b, log_prior: fusion.product_of_experts({"a": a, "b": b}, log_prior), (PROBS[0].log(), PROBS[1].log(), PROBS[2][0].log()), rows=False, smooth=True),
    "fusion.product_of_gaussians": _function(lambda a, b: fusion.product_of_gaussians({"a": a, "b": b}, {"a": b, "b": a}), PAIRS, smooth=True),
    "fusion.propagate": _function(lambda adjacency, x: fusion.propagate(adjacency, x, 2), (GRAPH, PAIRS[0]), rows=False, smooth=True),
    "fusion.weighted_vote": _function(lambda a, b, c: fusion.weighted_vote({"a": a, "b": b, "c": c}, {"a": 1.0, "b": 2.0, "c": 4.0}), (), *VOTES),
    "evaluate.accuracy": _function(evaluate.accuracy, SCORES, CLASSES),
    "evaluate.confusion": _function(evaluate.confusion, SCORES, CLASSES),
    "evaluate.conformal_sets": _function(lambda cal_probs, cal_target, test_probs: evaluate.conformal_sets(cal_probs, cal_target, test_probs, alpha=0.3), PROBS[:2], CLASSES, call=_labels_between),
    "evaluate.coverage": _function(lambda target: evaluate.coverage(PROBS[0][: len(target)] > 0.25, target), (), CLASSES),
    "evaluate.ece": _function(evaluate.ece, PROBS[:1], CLASSES),
    "evaluate.ece_floor": _function(evaluate.ece_floor, PROBS[:1]),
    "evaluate.f1": _function(evaluate.f1, SCORES, CLASSES),
    "evaluate.linear_probe": _function(evaluate.linear_probe, PAIRS, CLASSES, call=_labels_between, moves=True),
    "evaluate.mcnemar": _function(evaluate.mcnemar, RIGHT),
    "evaluate.median_rank": _function(evaluate.median_rank, (CLASSES + 1.0,)),
    "evaluate.modality_gain": _function(lambda fused, other, target: evaluate.modality_gain(fused, {"a": other}, target, valid_accuracy={"a": 0.5}), (SCORES[0], SCORES[0].flip(0)), CLASSES),
    "evaluate.knn_predict": _function(lambda train, labels, test: evaluate.knn_predict(train, labels, test, k=1), PAIRS, CLASSES, call=_labels_between, moves=True),
    "evaluate.paired_bootstrap": _function(lambda a, b: evaluate.paired_bootstrap(a, b, resamples=100), RIGHT),
    "evaluate.precision": _function(evaluate.precision, SCORES, CLASSES),
    "evaluate.ranks": _function(evaluate.ranks, (_draw(1, B, B)[0],), rows=False),
    "evaluate.recall": _function(evaluate.recall, SCORES, CLASSES),
    "evaluate.recall_at_k": _function(lambda rank: evaluate.recall_at_k(rank, 2), (CLASSES + 1.0,)),
    "evaluate.reliability": _function(evaluate.reliability, PROBS[:1], CLASSES),
    "evaluate.is_correct": _function(evaluate.is_correct, SCORES, CLASSES),
    "evaluate.apply_temperature": _function(lambda logits: evaluate.apply_temperature(logits, 2.0), SCORES, smooth=True),
    "evaluate.fit_temperature": _function(evaluate.fit_temperature, SCORES, CLASSES),
    "encoders.SmallCNN": _encoder(lambda: encoders.SmallCNN(width=6), tuple(x[..., :16, :16] for x in PICTURES)),
    "encoders.VGG16": _encoder(encoders.VGG16, tuple(x[:1] for x in PICTURES)),
    "encoders.EfficientNetLite0": _encoder(lambda: encoders.EfficientNetLite0(pretrained=False, side=32), PICTURES),
    "encoders.TextLSTM": _encoder(lambda: encoders.TextLSTM(7, width=6), (), torch.tensor([[2, 3, 4, 0], [5, 1, 0, 0], [6, 6, 2, 3]])),
    "encoders.SoundGRU": _encoder(lambda: encoders.SoundGRU(5, width=6), FRAMES),
    "encoders.SoundCNN": _encoder(lambda: encoders.SoundCNN(5, width=6), FRAMES),
    "encoders.SensorCNN": _encoder(lambda: encoders.SensorCNN(5, width=6), tuple(x.mT for x in FRAMES)),
    "encoders.FrameCNN": _encoder(lambda: encoders.FrameCNN(1, 8, 8, features=6), CLIPS),
    "encoders.VideoEncoder": _encoder(lambda: encoders.VideoEncoder(encoders.FrameCNN(1, 8, 8), pool="gru"), CLIPS),
    "encoders.log_mel": _function(lambda wave: encoders.log_mel(wave, sample_rate=8000), WAVE, rows=False),
    "encoders.energy": _function(encoders.energy, WAVE, rows=False),
    "encoders.pitch": _function(lambda wave: encoders.pitch(wave, sample_rate=8000), WAVE, rows=False),
    "bridges.Prefix": Example(lambda: bridges.Prefix(D, 5, tokens=2), TOKENS, smooth=True),
    "bridges.Projector": Example(lambda: bridges.Projector(D, 5, hidden=4), TOKENS, smooth=True),
    "bridges.Resampler": Example(lambda: bridges.Resampler(D, 6, queries=2, places=5, heads=2, self_attention=True), TOKENS, smooth=True),
    "explain.completeness_gap": _function(lambda x, attribution, target: explain.completeness_gap(_model, x, attribution, target), _draw(2, B, 2, 3, 3), CLASSES),
    "explain.decomposition": _function(explain.decomposition, JOINT, rows=False),
    "explain.deletion_curve": _function(lambda images, order_by, target: explain.deletion_curve(_model, images, order_by, target, counts=[0, 2, 9]), (SQUARES[0], MAPS[0]), CLASSES),
    "explain.emap": _function(lambda x: explain.emap(_together, x), PAIRS, call=_dict),
    "explain.grad_cam": _function(_grad_cam, SQUARES, CLASSES),
    "explain.information": _function(explain.information, JOINT, rows=False),
    "explain.integrated_gradients": _function(lambda x, target: explain.integrated_gradients(_model, x, target, steps=4), SQUARES, CLASSES),
    "explain.mutual_information": _function(explain.mutual_information, (JOINT[0][0],), rows=False),
    "explain.occlusion": _function(lambda images, target: explain.occlusion(_model, images, target, size=2), SQUARES, CLASSES),
    "explain.rank_correlation": _function(explain.rank_correlation, MAPS),
    "explain.saliency": _function(lambda x, target: explain.saliency(_model, x, target), SQUARES, CLASSES),
    "explain.table": _function(explain.table, (), CLASSES, SIMILAR),
    "encoders.patches": _function(lambda images: encoders.patches(images, 8), PICTURES, smooth=True),
}  # fmt: skip
# arguments of functions that an example calls for itself
INSIDE = {"number", "probs", "logits", "log_probs", "mean", "target", "y", "frames", "sets", "k"}
WITHOUT = {
    "losses.UncertaintyWeighting": "takes a dict of scalars: tests/losses/test_uncertainty.py",
    "evaluate.Bounds": "a result",
    "evaluate.Claim": "a result",
    "evaluate.Cost": "a result",
    "evaluate.Interval": "a result",
    "evaluate.McNemar": "a result",
    "evaluate.ModalityGain": "a result",
    "evaluate.Reliability": "a result",
    "evaluate.Robustness": "a result",
    "evaluate.bleu": "takes texts: test_texts.py",
    "evaluate.chrf": "takes texts: test_texts.py",
    "evaluate.claim": "takes a few Python numbers",
    "evaluate.cost": "calls a module",
    "evaluate.gain": "takes a few Python numbers",
    "evaluate.interval": "takes a few Python numbers",
    "evaluate.over_seeds": "calls a function",
    "evaluate.paired_power": "takes a few Python numbers",
    "evaluate.robustness": "calls a function",
    "evaluate.robustness_area": "takes a few Python numbers",
    "fusion.majority_accuracy": "takes a few Python numbers",
    "fusion.parameter_counts": "takes a few Python numbers",
    "fusion.right_votes": "takes a few Python numbers",
    "fusion.drop_modalities": "takes a mask: tests/fusion/test_missing.py",
    "explain.Decomposition": "a result",
    "explain.Information": "a result",
    "explain.coalitions": "gives a function: tests/explain/test_who.py",
    "explain.leave_one_out": "calls a function of names: tests/explain/test_who.py",
    "explain.of_others": "takes a number",
    "explain.randomised": "changes a module",
    "explain.shapley": "calls a function of names: tests/explain/test_who.py",
    "explain.shuffled_control": "calls a function that scores: tests/explain/test_who.py",
    "explain.solo": "calls a function of names: tests/explain/test_who.py",
    "encoders.MiniLM": "its weights are fetched: tests/encoders/test_minilm.py",
    "encoders.Symbols": "takes texts: test_texts.py",
    "encoders.Vocabulary": "takes texts: test_texts.py",
    "encoders.cached": "calls a function",
    "encoders.encode": "calls a module",
    "encoders.freeze": "changes a module",
    "encoders.image_features": "its weights are fetched",
    "encoders.mel_filters": "takes a few Python numbers",
    "encoders.text_features": "its weights are fetched",
    "encoders.unfreeze": "changes a module",
    "encoders.voice_features": "takes texts",
}


def every(wanted: Callable[[Example], bool] = lambda example: True) -> pytest.MarkDecorator:
    """A test with each example that is wanted, as ``example``."""
    chosen = {name: example for name, example in EXAMPLES.items() if wanted(example)}
    return pytest.mark.parametrize("example", chosen.values(), ids=chosen.keys())


def numbers(result: Any) -> Iterator[Tensor]:
    """All numbers of a result, as float64 tensors: a tensor, a float, or a tuple, list or dataclass of them."""
    if isinstance(result, Tensor):
        yield result.detach().double()
    elif isinstance(result, int | float):
        yield torch.tensor(float(result), dtype=torch.float64)
    elif isinstance(result, tuple | list):
        for part in result:
            yield from numbers(part)
    elif dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            yield from numbers(getattr(result, field.name))


def same(got: Any, want: Any, rtol: float, atol: float | None = None) -> None:
    """Equal numbers, which are no NaN."""
    pairs = zip(numbers(got), numbers(want), strict=True)
    for left, right in pairs:
        assert not right.isnan().any()
        torch.testing.assert_close(left, right, rtol=rtol, atol=rtol if atol is None else atol)


def right_or_refused(example: Example, call: Callable[[], Any], want: Callable[[], Any], rtol: float) -> None:
    """``call`` gives what ``want`` gives, or refuses its argument in a sentence that names it."""
    try:
        got = call()
    except (TypeError, ValueError) as error:
        sentence = str(error)
    else:
        same(got, want(), rtol)
        return
    named = re.match(r"\w+", sentence)
    assert named is not None, sentence
    assert named[0] in example.arguments() | INSIDE, sentence
    assert re.search(r"\bneeds? ", sentence), sentence
