"""Tasks of lesson 05: fusion of features."""

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

SCORES = tuple(-4 + i / 5 for i in range(41))

# 05.1 ---------------------------------------------------------------------------------------------


def concat_fusion(feats: list[Tensor]) -> Tensor:
    """M tensors (N, ...) to (N, sum of their sizes), each modality with rows of length 1."""
    flat = [f.flatten(1) for f in feats]
    unit = [f / f.norm(dim=1, keepdim=True).clamp_min(1e-12) for f in flat]
    return torch.cat(unit, dim=1)


def _norm_of_all(feats: list[Tensor]) -> Tensor:
    joined = torch.cat([f.flatten(1) for f in feats], dim=1)
    return joined / joined.norm(dim=1, keepdim=True).clamp_min(1e-12)


def _draw_features(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 6), draw.whole(2, 3)
    blank = draw.normal(n, d)
    blank[draw.whole(0, n - 1)] = 0
    return [
        Case("one sample, one feature each", ([draw.normal(1, 1), draw.normal(1, 1)],)),
        Case("one modality", ([draw.normal(n, d)],)),
        Case("three modalities", ([draw.normal(n, d) * 100, draw.normal(n, d + 1), draw.normal(n, d) * 0.01],)),
        Case("a feature map and a vector", ([draw.normal(n, 2, 3, d), draw.normal(n, d)],)),
        Case("random, a blank row", ([blank, draw.normal(n, d)],)),
        Case("short rows", ([draw.normal(n, d) * 1e-6, draw.normal(n, d)],)),
        Case("float64", ([draw.normal(n, d, dtype=torch.float64), draw.normal(n, 2, dtype=torch.float64)],)),
        Case("gradient, random", ([draw.normal(n, 2, d), draw.normal(n, d)],), gradient=(0,)),
    ]


CONCAT = Task(
    id="05.1",
    title="Concatenate on equal terms",
    promise="""
    Write `concat_fusion(feats)`: flatten each modality, bring each of its rows to length 1, and join them along the features.

    - `feats` is a list of M >= 1 finite tensors of one dtype (float32 or float64). All have N >= 1 rows, the samples; each has shape (N, D) or more axes, such as (N, C, H, W), all sizes >= 1.
    - Each one is flattened to (N, D_m), the last axis fastest. Then each row is divided by max(its Euclidean norm, 1e-12): a row of zeros, a modality that is missing, stays zeros. No other row is shorter than 1e-8.
    - The result has shape (N, D_1 + ... + D_M), in the order of the list, and the dtype of the inputs.
    - Gradients flow back to all features (those at rows of zeros are not looked at). The inputs are not changed.
    """,
    reference=concat_fusion,
    named=(
        Case("3-4 and 2", ([tensor([[3.0, 4.0]]), tensor([[2.0]])],)),
        Case("two rows", ([tensor([[3.0, 4.0], [6.0, 8.0]]), tensor([[0.0, 2.0], [5.0, 0.0]])],)),
        Case("4-D and 3-D", ([Draw(1).normal(2, 2, 2, 2), Draw(2).normal(2, 2, 3)],)),
        Case("same size", ([Draw(1).normal(3, 3), Draw(2).normal(3, 3)],)),
        Case("a row of zeros", ([tensor([[0.0, 0.0], [3.0, 4.0]]), tensor([[1.0], [1.0]])],)),
        Case("short rows", ([tensor([[3e-8, 4e-8]]), tensor([[-0.2]])],)),
        Case("three modalities, float64", ([Draw(i).normal(2, i, dtype=torch.float64) for i in (2, 3, 1)],)),
        Case("one modality", ([tensor([[1.0, 2.0, -2.0]])],)),
        Case("gradient, a feature map", ([Draw(3).normal(2, 2, 3), Draw(4).normal(2, 2)],), gradient=(0,)),
        Case("gradient", ([Draw(1).normal(2, 3), Draw(2).normal(2, 2)],), gradient=(0,)),
    ),
    draws=_draw_features,
    mistakes=(
        Mistake(
            "batch axis",
            edit("torch.cat(unit, dim=1)", "torch.cat(unit, dim=0)"),
            "You stacked the samples on top of each other: dim=0 is the batch. Join the features, dim=1.",
            "2N samples instead of more features",
        ),
        Mistake(
            "no normalise",
            edit("f / f.norm(dim=1, keepdim=True).clamp_min(1e-12)", "f"),
            "You joined the raw numbers: the modality with the larger scale then owns every distance and most of the gradient. Divide each row of each modality by its norm.",
            "the modality with the larger numbers dominates",
        ),
        Mistake(
            "joint norm",
            _norm_of_all,
            "You normalised after joining, so the larger modality still dominates. Normalise each modality alone, then join.",
            "rows of length 1, but as unbalanced as before",
        ),
        Mistake(
            "norm over batch",
            edit("f.norm(dim=1, keepdim=True)", "f.norm(dim=0, keepdim=True)"),
            "Your norm runs over the batch: the result of a sample depends on its neighbours. Take the norm over the features of each row, dim=1.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "no flatten",
            edit("f.flatten(1)", "f"),
            "A feature map of four axes cannot be joined to a vector of two: flatten it first, f.flatten(1). (VGG16 without its top meets an LSTM with this very error.)",
            "an error as soon as a picture comes",
        ),
        Mistake(
            "flatten all",
            edit("f.flatten(1)", "f.flatten().reshape(-1, len(f)).T"),
            "You mixed the samples while flattening: keep axis 0, the batch, and flatten the rest with f.flatten(1).",
            "numbers of one sample land in another",
        ),
        Mistake(
            "mean pool",
            edit("f.flatten(1)", "(f.flatten(2).mean(2) if f.dim() > 2 else f)"),
            "You averaged over the places of the feature map. That is global pooling, often the better choice (07.3); this task keeps all numbers: f.flatten(1).",
            "one number a channel",
        ),
        Mistake(
            "no eps",
            edit(".clamp_min(1e-12)", ""),
            "A missing modality is a row of zeros, and 0/0 is NaN. Keep the divisor above 0: .clamp_min(1e-12).",
            "NaN for a blank modality",
        ),
        Mistake(
            "stack",
            edit("torch.cat(unit, dim=1)", "torch.stack(unit, dim=1)"),
            "stack makes a new axis, and fails where the sizes differ. cat joins along the features.",
            "shape (N, M, D)",
        ),
        Mistake(
            "l1 norm",
            edit("f.norm(dim=1, keepdim=True)", "f.abs().sum(1, keepdim=True)"),
            "You divided by the sum of absolute values: (3, 4) becomes (3/7, 4/7). The Euclidean norm gives (0.6, 0.8).",
            "rows whose absolute values sum to 1",
        ),
        Mistake(
            "detached",
            edit("torch.cat(unit, dim=1)", "torch.cat(unit, dim=1).detach()"),
            "The values are right, but no gradient reaches the features: .detach(), torch.no_grad(), .data or NumPy cut the graph, and the encoders never learn.",
            "the encoders never learn",
        ),
        Mistake(
            "eps added",
            edit("f.norm(dim=1, keepdim=True).clamp_min(1e-12)", "(f.norm(dim=1, keepdim=True) + 1e-8)"),
            "You added a small number to every norm, so short rows come out shorter than 1. The task divides by max(norm, 1e-12), which changes no other row.",
            "short rows are shorter than 1",
        ),
        Mistake(
            "floor too high",
            edit("clamp_min(1e-12)", "clamp_min(1e-6)"),
            "Your floor is above 1e-12, so rows that are short but not empty come out shorter than 1.",
            "short rows are shorter than 1",
        ),
        Mistake(
            "floor of one",
            edit("clamp_min(1e-12)", "clamp_min(1)"),
            "You divided by max(norm, 1): rows shorter than 1 stay as they are. The floor is 1e-12.",
            "rows shorter than 1 stay short",
        ),
        Mistake(
            "largest value",
            edit("f.norm(dim=1, keepdim=True)", "f.abs().amax(1, keepdim=True)"),
            "You divided by the largest absolute value of the row. The Euclidean norm is the root of the sum of squares.",
            "rows longer than 1",
        ),
        Mistake(
            "squared norm",
            edit("f.norm(dim=1, keepdim=True)", "(f**2).sum(1, keepdim=True)"),
            "You forgot the root: the norm is the root of the sum of squares. Long rows became short and short rows long.",
            "long rows become short",
        ),
        Mistake(
            "root mean square",
            edit("f.norm(dim=1, keepdim=True)", "(f**2).mean(1, keepdim=True).sqrt()"),
            "You divided by the root of the mean of the squares: each modality then has length √D_m, and the wide one dominates. Take the root of their sum.",
            "rows of length √D_m",
        ),
        Mistake(
            "one norm for the batch",
            edit("f.norm(dim=1, keepdim=True)", "f.norm()"),
            "You divided by the norm of the whole table: the rows of a modality keep their different lengths. Each row has a norm of its own.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "standardised",
            edit("f / f.norm", "(f - f.mean(1, keepdim=True)) / (f - f.mean(1, keepdim=True)).norm"),
            "You subtracted the mean of each row first. The task only divides by the norm.",
            "rows of mean 0",
        ),
        Mistake(
            "softmax",
            edit("f / f.norm(dim=1, keepdim=True).clamp_min(1e-12)", "torch.softmax(f, 1)"),
            "You took a softmax of each row: positive numbers of sum 1. The task divides by the norm, and signs stay.",
            "signs are lost",
        ),
        Mistake(
            "norm over channels",
            edit(
                "[f.flatten(1) for f in feats]",
                "[(f / f.norm(dim=1, keepdim=True).clamp_min(1e-12)).flatten(1) for f in feats]",
            ),
            "You normalised along axis 1 before you flattened, which gives each place of a feature map a length of its own. Flatten first: a sample has one norm a modality.",
            "every place of a picture has length 1",
        ),
        Mistake(
            "norm over channels alone",
            edit(
                "[f.flatten(1) for f in feats]",
                "[(f / f.norm(dim=1, keepdim=True).clamp_min(1e-12)).flatten(1) for f in feats]",
                "f / f.norm(dim=1, keepdim=True).clamp_min(1e-12) for f in flat",
                "f for f in flat",
            ),
            "You normalised along axis 1 before you flattened, which gives each place of a feature map a length of its own. Flatten first: a sample has one norm a modality.",
            "every place of a picture has length 1",
        ),
        Mistake(
            "normalised again",
            edit("torch.cat(unit, dim=1)", "torch.cat(unit, dim=1) / len(unit) ** 0.5"),
            "√M too small: you normalised once more after joining, or divided by the root of the number of modalities. Each modality keeps length 1.",
            "√M times too small",
        ),
        Mistake(
            "order reversed",
            edit("torch.cat(unit, dim=1)", "torch.cat(unit[::-1], dim=1)"),
            "Your modalities come in the reverse order. The result follows the order of the list.",
            "columns meet the wrong weights",
        ),
        Mistake(
            "channels last",
            edit("f.flatten(1)", "f.movedim(1, -1).flatten(1)"),
            "You moved axis 1 to the end before you flattened. Flatten as it lies, the last axis fastest: f.flatten(1).",
            "the same numbers in another order",
        ),
        Mistake(
            "added",
            edit("torch.cat(unit, dim=1)", "sum(unit)"),
            "You added the modalities: an error where the sizes differ. Join them along the features: torch.cat(..., dim=1).",
            "an error where the sizes differ",
        ),
        Mistake(
            "first modality only",
            edit("torch.cat(unit, dim=1)", "unit[0]"),
            "Only the first modality is in your result: join all of them.",
            "the other modalities are lost",
        ),
        Mistake(
            "list",
            edit("torch.cat(unit, dim=1)", "unit"),
            "You returned a list. Join the modalities along the features: torch.cat(..., dim=1).",
            "a list, not a tensor",
        ),
        Mistake(
            "norm detached",
            edit("f.norm(dim=1, keepdim=True)", "f.norm(dim=1, keepdim=True).detach()"),
            "The values are right, but the norm is detached: the gradient then still tries to change the length of a row, which has no effect on the result.",
            "the gradient pulls at the length",
        ),
        Mistake(
            "overwrites",
            edit(
                "f / f.norm(dim=1, keepdim=True).clamp_min(1e-12)",
                "f.div_(f.norm(dim=1, keepdim=True).clamp_min(1e-12))",
            ),
            "Your function overwrote its inputs (and fails where a gradient is asked for): /= and operators that end in _ change them. Work on a copy.",
            "the caller's features are changed",
        ),
        Mistake(
            "float32 forced",
            edit("torch.cat(unit, dim=1)", "torch.cat(unit, dim=1).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "channels of pictures last",
            edit("f.flatten(1)", "(f.permute(0, 2, 3, 1) if f.dim() == 4 else f).flatten(1)"),
            "You moved axis 1 of a picture to the end before you flattened. Flatten as it lies, the last axis fastest: f.flatten(1).",
            "the same numbers in another order",
        ),
        Mistake(
            "last axis only",
            edit(
                "[f.flatten(1) for f in feats]",
                "[(f / f.norm(dim=-1, keepdim=True).clamp_min(1e-12)).flatten(1) for f in feats]",
                "f / f.norm(dim=1, keepdim=True).clamp_min(1e-12) for f in flat",
                "f for f in flat",
            ),
            "You normalised along the last axis before you flattened: each line of a feature map then has a length of its own. Flatten first: a sample has one norm a modality.",
            "every line of a picture has length 1",
        ),
    ),
    hints=(
        "Which axis holds the samples? It must survive every step.",
        "f.flatten(1) keeps axis 0. F.normalize(..., dim=1) divides each row by its norm, with a floor of 1e-12.",
        "torch.cat([...], dim=1) joins along the features.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 05.2 ---------------------------------------------------------------------------------------------


def weighted_sum(feats: Tensor, w: Tensor) -> Tensor:
    """(N, M, D) and scores (M,) to (N, D)."""
    a = torch.softmax(w, dim=0)
    return (feats * a[None, :, None]).sum(1)


def _draw_weighted_sum(draw: Draw) -> list[Case]:
    n, m, d = draw.whole(4, 5), draw.whole(2, 3), draw.whole(6, 7)
    return [
        Case("one sample, one modality", (draw.normal(1, 1, 2), draw.normal(1))),
        Case("random", (draw.normal(n, m, d), draw.normal(m) * 2)),
        Case("one feature", (draw.normal(n, m, 1), draw.normal(m))),
        Case("cube", (draw.normal(3, 3, 3), draw.normal(3))),
        Case("negative scores", (draw.normal(n, m, d), -1 - draw.uniform(m))),
        Case("large scores", (draw.normal(n, m, d), 1e4 + draw.normal(m, dtype=torch.float32).round())),
        Case("float64", (draw.normal(n, m, d, dtype=torch.float64), draw.normal(m, dtype=torch.float64))),
        Case("gradient, random", (draw.normal(n, m, d), draw.normal(m)), gradient=(0, 1)),
    ]


WEIGHTED_SUM = Task(
    id="05.2",
    title="Weighted-sum fusion with learned weights",
    promise=r"""
    Write `weighted_sum(feats, w)`: the sum over the modalities, $\sum_m \mathrm{softmax}(w)_m \, x_m$ with $x_m$ = `feats[:, m]`.

    - `feats` has shape (N, M, D): N samples, M modalities, D features each, all >= 1, finite and up to 1e30 in size. `w` (M,) holds one raw score for each modality, of any sign. Both have one dtype (float32 or float64).
    - The result has shape (N, D) and that dtype.
    - The weights are softmax(w), positive and of sum 1; they hold for scores as large as 10000.
    - Gradients flow back to `feats` and to `w`. The inputs are not changed.
    - You may call `torch.softmax`.
    """,
    reference=weighted_sum,
    named=(
        Case("weights ¼ and ¾", (tensor([[[1.0, 0.0], [0.0, 1.0]]]), tensor([0.0, 1.0986123]))),
        Case("as many features as modalities", (Draw(1).normal(4, 3, 3), tensor([0.0, 1.0, 2.0]))),
        Case("scores 100 and 101", (Draw(1).normal(2, 2, 3), tensor([100.0, 101.0]))),
        Case("scores of sum 0", (Draw(1).normal(2, 2, 3), tensor([-1.0, 1.0]))),
        Case("gradient", (Draw(1).normal(2, 2, 3), tensor([0.0, 1.0])), gradient=(0, 1)),
        Case("a large feature of weight 0", (tensor([[[1.0], [1e6]]]), tensor([50.0, 0.0]))),
        Case("scores 0 and 10000", (Draw(2).normal(2, 2, 2), tensor([1e4, 0.0]))),
        Case(
            "as many samples as modalities, float64", (Draw(3).normal(2, 2, 4).double(), tensor([0.5, -1.0]).double())
        ),
        Case("one sample, one modality, one feature", (tensor([[[-2.0]]]), tensor([-3.0]))),
        Case("gradient, large scores", (Draw(4).normal(2, 3, 2), tensor([30.0, 31.0, 29.0])), gradient=(0, 1)),
        Case("very negative scores", (Draw(5).normal(2, 3, 2), tensor([-9001.0, -9000.0, -10000.0]))),
        Case("scores 0 and 150", (Draw(6).normal(2, 2, 3), tensor([0.0, 150.0]))),
    ),
    draws=_draw_weighted_sum,
    mistakes=(
        Mistake(
            "raw weights",
            edit("torch.softmax(w, dim=0)", "w"),
            "You used the raw scores as weights: they may be negative, and their sum is not 1, so the scale of the result drifts. Take softmax(w).",
            "weights may be negative, the scale drifts",
        ),
        Mistake(
            "divide by sum",
            edit("torch.softmax(w, dim=0)", "w / w.sum()"),
            "w / Σw breaks where scores are negative or sum to 0. Take softmax(w).",
            "infinite where the scores sum to 0",
        ),
        Mistake(
            "sigmoid",
            edit("torch.softmax(w, dim=0)", "torch.sigmoid(w)"),
            "A sigmoid for each modality does not sum to 1: the modalities do not compete, and the scale changes with M. Take softmax(w).",
            "weights do not sum to 1",
        ),
        Mistake(
            "no max shift",
            edit("torch.softmax(w, dim=0)", "w.exp() / w.exp().sum()"),
            "exp(100) is infinite in float32, and infinity/infinity is NaN. Subtract the largest score first, or call torch.softmax.",
            "NaN for scores of 100",
        ),
        Mistake(
            "wrong axis",
            edit("a[None, :, None]", "a[None, None, :]"),
            "Your weights meet the features, not the modalities: it runs only where D equals M (or is 1). Give them the modality axis: a[None, :, None].",
            "an error, or silently wrong where D = M",
        ),
        Mistake(
            "mean",
            edit(".sum(1)", ".mean(1)"),
            "M times too small: the weights already sum to 1, so sum and do not average again.",
            "M times too small",
        ),
        Mistake(
            "sum features",
            edit(".sum(1)", ".sum(2)"),
            "You summed over the features. Sum over the modalities, axis 1.",
            "shape (N, M)",
        ),
        Mistake(
            "plain mean",
            edit("torch.softmax(w, dim=0)", "torch.softmax(0 * w, dim=0)"),
            "All modalities count the same: w is not used.",
            "w has no effect",
        ),
        Mistake(
            "weights detached",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w.detach(), dim=0)"),
            "The values are right, but no gradient reaches w: .detach(), torch.no_grad(), .data or .tolist() cut the graph, and the weights will never move.",
            "the weights never learn",
        ),
        Mistake(
            "absolute shares",
            edit("torch.softmax(w, dim=0)", "w.abs() / w.abs().sum()"),
            "You divided |w| by its sum: a score of -2 then counts as much as one of 2. Take softmax(w).",
            "negative scores count as positive",
        ),
        Mistake(
            "exp only",
            edit("torch.softmax(w, dim=0)", "w.exp()"),
            "Your weights are exp(w) and do not sum to 1: divide by their sum, or call torch.softmax.",
            "weights do not sum to 1",
        ),
        Mistake(
            "softplus",
            edit("torch.softmax(w, dim=0)", "torch.nn.functional.softplus(w) / torch.nn.functional.softplus(w).sum()"),
            "You took shares of softplus(w): positive and of sum 1, but other weights. Take softmax(w).",
            "other weights",
        ),
        Mistake(
            "log softmax",
            edit("torch.softmax(w, dim=0)", "torch.log_softmax(w, dim=0)"),
            "Your weights are logarithms of shares, all negative. Take torch.softmax.",
            "negative weights",
        ),
        Mistake(
            "negated",
            edit("torch.softmax(w, dim=0)", "torch.softmax(-w, dim=0)"),
            "The sign is flipped: your lowest score gets the largest weight.",
            "the lowest score wins",
        ),
        Mistake(
            "temperature",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w / feats.shape[-1] ** 0.5, dim=0)"),
            "You divided the scores by √D first, as attention does. Here they enter as they are.",
            "weights are too even",
        ),
        Mistake(
            "softmax twice",
            edit("torch.softmax(w, dim=0)", "torch.softmax(torch.softmax(w, dim=0), dim=0)"),
            "Softmax twice: its input then lies in 0 .. 1, and all weights are nearly equal.",
            "weights are nearly equal",
        ),
        Mistake(
            "scores clipped",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w.clamp(-10, 10), dim=0)"),
            "You cut the scores off at some size, so two large ones count as equal and get no gradient. torch.softmax holds for any size.",
            "large scores count as equal",
        ),
        Mistake(
            "winner takes all",
            edit("torch.softmax(w, dim=0)", "torch.nn.functional.one_hot(w.argmax(), len(w)).to(w.dtype)"),
            "Only the modality with the highest score counts in yours. The softmax shares.",
            "one modality, no gradient",
        ),
        Mistake(
            "weights floored",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w, dim=0).clamp(1e-7)"),
            "You kept the weights away from 0: a modality with a very low score but large features still shows. Leave the softmax as it is.",
            "a switched-off modality still shows",
        ),
        Mistake(
            "weights on samples",
            edit("a[None, :, None]", "a[:, None, None]"),
            "Your weights meet the samples, axis 0: an error, or silently wrong where N equals M. Give them the modality axis: a[None, :, None].",
            "an error, or silently wrong where N = M",
        ),
        Mistake(
            "not summed",
            edit(".sum(1)", ""),
            "You weighted the modalities but did not add them: sum over axis 1.",
            "shape (N, M, D)",
        ),
        Mistake(
            "joined",
            edit(".sum(1)", ".flatten(1)"),
            "You joined the weighted modalities along the features. Add them: sum over axis 1.",
            "shape (N, M D)",
        ),
        Mistake(
            "max",
            edit(".sum(1)", ".amax(1)"),
            "You took the largest weighted number over the modalities. Add them.",
            "one modality for each feature",
        ),
        Mistake(
            "sum samples",
            edit(".sum(1)", ".sum(0)"),
            "You summed over the samples. Sum over the modalities, axis 1.",
            "shape (M, D)",
        ),
        Mistake(
            "first modality left out",
            edit("a[None, :, None]).sum(1)", "a[None, :, None])[:, 1:].sum(1)"),
            "The first modality is missing in your sum: all M are added.",
            "the first modality has no effect",
        ),
        Mistake(
            "residual",
            edit(".sum(1)", ".sum(1) + feats.mean(1)"),
            "You added the mean of the modalities. The result is the weighted sum alone.",
            "about twice the value",
        ),
        Mistake(
            "features detached",
            edit("(feats * a", "(feats.detach() * a"),
            "The values are right, but no gradient reaches feats: .detach(), torch.no_grad(), .data or NumPy cut the graph, and the encoders never learn.",
            "the encoders never learn",
        ),
        Mistake(
            "overwrites",
            edit("(feats * a[None, :, None])", "feats.mul_(a[None, :, None])"),
            "Your function overwrote feats (and fails where a gradient is asked for): *= and operators that end in _ change their input.",
            "the caller's features are changed",
        ),
        Mistake(
            "float32 forced",
            edit(".sum(1)", ".sum(1).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "scores clipped at 20",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w.clamp(-20, 20), dim=0)"),
            "You cut the scores off at about 20, so two larger ones count as equal and get no gradient. torch.softmax holds for any size.",
            "large scores count as equal",
        ),
        Mistake(
            "scores clipped late",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w.clamp(-50, 50), dim=0)"),
            "You cut the scores off at 50 or more, against overflow: scores beyond count as equal. Subtract the largest score instead, or call torch.softmax.",
            "scores of 100 and 101 count as equal",
        ),
        Mistake(
            "shift by the largest size",
            edit("torch.softmax(w, dim=0)", "torch.exp(w - w.abs().max()) / torch.exp(w - w.abs().max()).sum()"),
            "You took the largest |w| off: where all scores are very negative every exp is 0, and 0/0 is NaN. Take the largest score off, sign included, or call torch.softmax.",
            "NaN where all scores are very negative",
        ),
        Mistake(
            "shift by the mean",
            edit("torch.softmax(w, dim=0)", "torch.exp(w - w.mean()) / torch.exp(w - w.mean()).sum()"),
            "You took the mean of the scores off before exp: a score far above it still overflows. Take the largest off, or call torch.softmax.",
            "NaN where scores differ much",
        ),
        Mistake(
            "shift by the smallest",
            edit("torch.softmax(w, dim=0)", "torch.exp(w - w.min()) / torch.exp(w - w.min()).sum()"),
            "You took the smallest score off before exp: a score far above it still overflows. Take the largest off, or call torch.softmax.",
            "NaN where scores differ much",
        ),
        Mistake(
            "shift by the first",
            edit("torch.softmax(w, dim=0)", "torch.exp(w - w[0]) / torch.exp(w - w[0]).sum()"),
            "You took the first score off before exp: a score far above it still overflows. Take the largest off, or call torch.softmax.",
            "NaN where the first score is far below another",
        ),
        Mistake(
            "softmax over weighted features",
            edit(
                "return (feats * a[None, :, None])",
                "a = torch.softmax(feats * w[None, :, None], dim=1)\n    return (feats * a)",
            ),
            "Your softmax runs over the features times w: the weights depend on the sample and the feature. They are softmax(w), M numbers that all samples share.",
            "weights depend on the features",
        ),
        Mistake(
            "scored by the features",
            edit(
                "return (feats * a[None, :, None])",
                "a = torch.softmax((feats * w[None, :, None]).sum(2), dim=1)\n    return (feats * a[..., None])",
            ),
            "Your weights are computed from the features of each sample, as attention does. They are softmax(w), M numbers that all samples share.",
            "weights depend on the sample",
        ),
        Mistake(
            "axis kept",
            edit(".sum(1)", ".sum(1, keepdim=True)"),
            "Your result has shape (N, 1, D): the summed axis is still there. Asked for is (N, D).",
            "shape (N, 1, D)",
        ),
        Mistake(
            "everything detached",
            edit(".sum(1)", ".sum(1).detach()"),
            "The values are right, but no gradient reaches feats or w: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "nothing learns",
        ),
        Mistake(
            "temperature of the modalities",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w / len(w) ** 0.5, dim=0)"),
            "You divided the scores by √M first. Here they enter as they are.",
            "weights are too even",
        ),
        Mistake(
            "0.001 in the divisor",
            edit("torch.softmax(w, dim=0)", "torch.exp(w - w.max()) / (torch.exp(w - w.max()).sum() + 1e-3)"),
            "You added a number to the sum that you divide by: the weights sum to a little less than 1. The largest exp is 1 after the shift, so the sum is never 0.",
            "weights sum to less than 1",
        ),
        Mistake(
            "axes turned by reshape",
            edit("(feats * a[None, :, None]).sum(1)", "feats.reshape(len(feats), -1, feats.shape[1]) @ a"),
            "You brought the modalities to the end with reshape, which cuts the numbers in their old order and mixes features and modalities. Move an axis with transpose or permute.",
            "features and modalities are mixed",
        ),
        Mistake(
            "absolute scores",
            edit("torch.softmax(w, dim=0)", "torch.softmax(w.abs(), dim=0)"),
            "Your softmax is that of |w|: a score of -2 then counts as much as one of 2. Take softmax(w).",
            "negative scores count as positive",
        ),
        Mistake(
            "samples summed too",
            edit(".sum(1)", ".sum((0, 1)).expand(len(feats), -1)"),
            "You also summed over the samples: every row is the sum of all. Sum over the modalities alone, axis 1.",
            "all rows are equal",
        ),
    ),
    hints=(
        "How many weights are there, and along which axis of (N, M, D) do they go?",
        "softmax(w)[None, :, None] has shape (1, M, 1).",
        "Multiply, then sum over axis 1. torch.einsum('nmd,m->nd', ...) says the same.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
    curves=(
        Curve(
            "Features 0 and 1",
            "score of the second modality; the first has 0 (1)",
            "fused feature (1)",
            SCORES,
            lambda x: (tensor([[[0.0], [1.0]]]), tensor([0.0, x])),
        ),
    ),
)

# 05.3 ---------------------------------------------------------------------------------------------


def gmu(v: Tensor, t: Tensor, w_v: Tensor, w_t: Tensor, w_z: Tensor) -> Tensor:
    """Picture (N, Dv) and text (N, Dt) with weights (H, Dv), (H, Dt), (H, Dv + Dt) to (N, H)."""
    h_v, h_t = torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)
    z = torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)
    return z * h_v + (1 - z) * h_t


def _unit(draw: Draw, n: int, d_v: int, d_t: int, h: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
    shapes = (n, d_v), (n, d_t), (h, d_v), (h, d_t), (h, d_v + d_t)
    return tuple(draw.normal(*shape, dtype=dtype) for shape in shapes)


def _draw_gmu(draw: Draw) -> list[Case]:
    n, d_v, d_t, h = draw.whole(2, 4), draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7)
    v, t, w_v, w_t, w_z = _unit(draw, n, d_v, d_t, h)
    return [
        Case("one sample, sizes 1", _unit(draw, 1, 1, 1, 1)),
        Case("random", (v, t, w_v, w_t, w_z)),
        Case("random, square", _unit(draw, n, 3, 3, 3)),
        Case("random, one picture feature", _unit(draw, n, 1, 4, 2)),
        Case("open and shut gates", (v, t, w_v, w_t, 100 * w_z)),
        Case("float64", _unit(draw, n, d_v, d_t, h, torch.float64)),
        Case("gradient, random", _unit(draw, n, d_t, d_v, 2), gradient=(0, 1, 2, 3, 4)),
    ]


GMU = Task(
    id="05.3",
    title="Gated multimodal unit",
    promise=r"""
    Write `gmu(v, t, w_v, w_t, w_z)`: with the gate $z = \sigma(W_z [v, t])$, the result is $z \odot \tanh(W_v v) + (1 - z) \odot \tanh(W_t t)$, for each sample.

    - `v` (N, Dv) holds the features of the pictures, `t` (N, Dt) those of the texts; N, Dv, Dt, H >= 1.
    - The weights are stored as in `nn.Linear`, (out, in): `w_v` (H, Dv), `w_t` (H, Dt), `w_z` (H, Dv + Dt). There are no biases. In [v, t] the picture comes first.
    - All are finite and have one dtype (float32 or float64); the result has shape (N, H) and that dtype.
    - Gradients flow back to all five. The inputs are not changed.
    """,
    reference=gmu,
    named=(
        Case(
            "one unit",
            (tensor([[1.0]]), tensor([[-1.0]]), tensor([[2.0]]), tensor([[2.0]]), tensor([[1.0, 0.0]])),
        ),
        Case("square", _unit(Draw(1), 3, 2, 2, 2)),
        Case("no square", _unit(Draw(2), 2, 3, 4, 5)),
        Case("text missing", (Draw(1).normal(2, 3), torch.zeros(2, 4), *_unit(Draw(3), 2, 3, 4, 5)[2:])),
        Case("gradient", _unit(Draw(4), 2, 2, 2, 2), gradient=(0, 1, 2, 3, 4)),
        Case("float64", _unit(Draw(5), 2, 3, 2, 4, torch.float64)),
        Case("sizes 1", _unit(Draw(6), 1, 1, 1, 1)),
        Case("H = Dv + Dt", _unit(Draw(7), 3, 2, 3, 5)),
        Case("gradient, no square", _unit(Draw(8), 2, 3, 1, 4), gradient=(0, 1, 2, 3, 4)),
    ),
    draws=_draw_gmu,
    mistakes=(
        Mistake(
            "gate swapped",
            edit("z * h_v + (1 - z) * h_t", "(1 - z) * h_v + z * h_t"),
            "Your gate opens the text where it should open the picture: z belongs to tanh(W_v v).",
            "z = 1 shows the text",
        ),
        Mistake(
            "same gate twice",
            edit("(1 - z) * h_t", "z * h_t"),
            "Both branches got the same gate: they do not compete. The text gets 1 - z.",
            "both branches open and shut together",
        ),
        Mistake(
            "gate tanh",
            edit("torch.sigmoid(", "torch.tanh("),
            "Your gate lies between -1 and 1. A gate is a share between 0 and 1: a sigmoid.",
            "a gate of -1",
        ),
        Mistake(
            "hidden sigmoid",
            edit("torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)", "torch.sigmoid(v @ w_v.T), torch.sigmoid(t @ w_t.T)"),
            "Your features are all positive: they take tanh, only the gate takes the sigmoid.",
            "features are never negative",
        ),
        Mistake(
            "gate softmax",
            edit("torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)", "torch.softmax(torch.cat([v, t], 1) @ w_z.T, 1)"),
            "Your gates compete with each other over the H units. Each unit has a gate of its own: sigmoid.",
            "the gates of a sample sum to 1",
        ),
        Mistake(
            "cat order",
            edit("torch.cat([v, t], 1)", "torch.cat([t, v], 1)"),
            "The gate sees [t, v], but the columns of w_z belong to [v, t]. No error tells you, the shape is the same.",
            "weights meet the wrong columns",
        ),
        Mistake(
            "no transpose",
            edit("v @ w_v.T", "v @ w_v", "t @ w_t.T", "t @ w_t"),
            "w_v and w_t are stored as (out, in), as in nn.Linear: multiply by w.T. Without it the shapes clash, or where they are square it is silently wrong.",
            "an error, or silently wrong where square",
        ),
        Mistake(
            "gate sees picture only",
            edit("torch.cat([v, t], 1)", "torch.cat([v, 0 * t], 1)"),
            "Your gate looks at the picture alone, so it cannot know whether the text is any good. It sees [v, t].",
            "the gate is blind to the text",
        ),
        Mistake(
            "gate detached",
            edit("z * h_v", "z.detach() * h_v"),
            "The values are right, but the gate gets only half of its gradient: z is detached in the picture branch.",
            "the gate learns from one side only",
        ),
        Mistake(
            "no tanh",
            edit("torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)", "v @ w_v.T, t @ w_t.T"),
            "tanh is missing on the features: one large modality can drown the other whatever the gate says.",
            "features have no bound",
        ),
        Mistake(
            "gate inside",
            edit(
                "torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)",
                "v @ w_v.T, t @ w_t.T",
                "z * h_v + (1 - z) * h_t",
                "torch.tanh(z * h_v) + torch.tanh((1 - z) * h_t)",
            ),
            "Your gate is inside the tanh, so a large feature passes even where the gate is nearly shut. Take tanh first, then multiply by the gate.",
            "large features pass a gate that is nearly shut",
        ),
        Mistake(
            "weights reshaped",
            edit(
                "torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)",
                "torch.tanh(v @ w_v.reshape(w_v.T.shape)), torch.tanh(t @ w_t.reshape(w_t.T.shape))",
                "@ w_z.T",
                "@ w_z.reshape(w_z.T.shape)",
            ),
            "You turned the weights with reshape or view. That keeps the numbers in their order and puts them in wrong places. Transpose: w.T.",
            "weights meet the wrong features",
        ),
        Mistake(
            "all weights detached",
            edit("    h_v, h_t", "    w_v, w_t, w_z = w_v.detach(), w_t.detach(), w_z.detach()\n    h_v, h_t"),
            "The values are right, but no gradient reaches the weights: .detach() cuts the graph, and nn.Parameter(w) is a new tensor that gets the gradient in their place.",
            "no weight learns",
        ),
        Mistake(
            "no gate",
            edit("z * h_v + (1 - z) * h_t", "h_v + h_t"),
            "The gate is missing: you added the two branches. The picture gets z, the text 1 - z.",
            "w_z has no effect",
        ),
        Mistake(
            "gate of a half",
            edit("z * h_v + (1 - z) * h_t", "0.5 * (h_v + h_t)"),
            "Your gate is always half open: you averaged the two branches. The picture gets z, the text 1 - z.",
            "w_z has no effect",
        ),
        Mistake(
            "picture only",
            edit("z * h_v + (1 - z) * h_t", "z * h_v"),
            "The text branch is missing: add (1 - z) times tanh(W_t t).",
            "the text has no branch",
        ),
        Mistake(
            "text only",
            edit("z * h_v + (1 - z) * h_t", "(1 - z) * h_t"),
            "The picture branch is missing: add z times tanh(W_v v).",
            "the picture has no branch",
        ),
        Mistake(
            "text not gated",
            edit("(1 - z) * h_t", "h_t"),
            "Your text passes whatever the gate says. It gets 1 - z.",
            "the text always passes",
        ),
        Mistake(
            "picture not gated",
            edit("z * h_v", "h_v"),
            "Your picture passes whatever the gate says. It gets z.",
            "the picture always passes",
        ),
        Mistake(
            "gate minus one",
            edit("(1 - z) * h_t", "(z - 1) * h_t"),
            "The text enters with the wrong sign: it gets 1 - z, not z - 1.",
            "the text is subtracted",
        ),
        Mistake(
            "raw gate",
            edit("torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)", "torch.cat([v, t], 1) @ w_z.T"),
            "Your gate has no bounds: the sigmoid is missing, which makes it a share between 0 and 1.",
            "a gate of 7 or -3",
        ),
        Mistake(
            "one gate a sample",
            edit("@ w_z.T)", "@ w_z.T).mean(1, keepdim=True)"),
            "You averaged the gate over the units, one number for each sample. Each of the H units has a gate of its own.",
            "all units share a gate",
        ),
        Mistake(
            "hard gate",
            edit("torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)", "(torch.cat([v, t], 1) @ w_z.T > 0).to(v.dtype)"),
            "Your gate is open or shut, nothing between. Take the sigmoid as it is.",
            "the gate never learns",
        ),
        Mistake(
            "gate softmax over samples",
            edit("torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)", "torch.softmax(torch.cat([v, t], 1) @ w_z.T, 0)"),
            "Your gates compete with each other over the samples. Each has its own: sigmoid.",
            "a sample changes with its neighbours",
        ),
        Mistake(
            "gate with bias",
            edit("@ w_z.T)", "@ w_z.T + 1)"),
            "Something is added inside the gate. There are no biases here.",
            "the gate leans to the picture",
        ),
        Mistake(
            "gate sees text only",
            edit("torch.cat([v, t], 1)", "torch.cat([0 * v, t], 1)"),
            "Your gate looks at the text alone, so it cannot know whether the picture is any good. It sees [v, t].",
            "the gate is blind to the picture",
        ),
        Mistake(
            "tanh of the mix",
            edit(
                "torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)",
                "v @ w_v.T, t @ w_t.T",
                "z * h_v + (1 - z) * h_t",
                "torch.tanh(z * h_v + (1 - z) * h_t)",
            ),
            "You mixed first and took tanh then. Each branch has a tanh of its own, and the gate mixes the two.",
            "the branches are not bounded apart",
        ),
        Mistake(
            "relu features",
            edit("torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)", "torch.relu(v @ w_v.T), torch.relu(t @ w_t.T)"),
            "Your features take a ReLU: no bound above, and negative numbers are lost. They take tanh.",
            "features are never negative",
        ),
        Mistake(
            "product",
            edit("z * h_v + (1 - z) * h_t", "(z * h_v) * ((1 - z) * h_t)"),
            "You multiplied the two branches. They are added.",
            "one blank modality wipes out the other",
        ),
        Mistake(
            "joined",
            edit("z * h_v + (1 - z) * h_t", "torch.cat([z * h_v, (1 - z) * h_t], 1)"),
            "You joined the two branches. They are added.",
            "shape (N, 2H)",
        ),
        Mistake(
            "gate detached everywhere",
            edit("z * h_v + (1 - z) * h_t", "z.detach() * h_v + (1 - z.detach()) * h_t"),
            "The values are right, but no gradient passes the gate: it is detached, and w_z never learns.",
            "the gate never learns",
        ),
        Mistake(
            "weights detached",
            edit("v @ w_v.T), torch.tanh(t @ w_t.T)", "v @ w_v.detach().T), torch.tanh(t @ w_t.detach().T)"),
            "The values are right, but no gradient reaches w_v and w_t: .detach(), torch.no_grad() or .data cut the graph.",
            "the branches never learn",
        ),
        Mistake(
            "result detached",
            edit("z * h_v + (1 - z) * h_t", "(z * h_v + (1 - z) * h_t).detach()"),
            "The values are right, but no gradient flows back: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "nothing learns",
        ),
        Mistake(
            "float32 forced",
            edit("z * h_v + (1 - z) * h_t", "(z * h_v + (1 - z) * h_t).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
    ),
    hints=(
        "There are three products: picture, text, and both together for the gate.",
        "nn.Linear computes x @ w.T. What shape has torch.cat([v, t], 1)?",
        "z = sigmoid(cat([v, t], 1) @ w_z.T); the picture gets z, the text 1 - z.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    curves=(
        Curve(
            "One unit, picture 1, text -1",
            "weight of the picture in the gate (1)",
            "result (1)",
            SCORES,
            lambda x: (tensor([[1.0]]), tensor([[-1.0]]), tensor([[2.0]]), tensor([[2.0]]), tensor([[x, 0.0]])),
        ),
        Curve(
            "One unit, gate half open, text 0",
            "picture feature (1)",
            "result (1)",
            SCORES,
            lambda x: (tensor([[x]]), tensor([[0.0]]), tensor([[1.0]]), tensor([[1.0]]), tensor([[0.0, 0.0]])),
        ),
    ),
)

# 05.4 ---------------------------------------------------------------------------------------------


def tensor_fusion(a: Tensor, b: Tensor) -> Tensor:
    """(N, Da) and (N, Db) to (N, (1 + Da) (1 + Db))."""
    one = a.new_ones(len(a), 1)
    a1, b1 = torch.cat([one, a], 1), torch.cat([one, b], 1)
    return (a1[:, :, None] * b1[:, None, :]).flatten(1)


def _draw_outer(draw: Draw) -> list[Case]:
    n, d_a, d_b = draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7)
    blank = draw.normal(n, d_b)
    blank[0] = 0
    return [
        Case("one sample", (draw.normal(1, d_a), draw.normal(1, 2))),
        Case("random", (draw.normal(n, d_a), draw.normal(n, d_b))),
        Case("random, equal sizes", (draw.normal(n, 3), draw.normal(n, 3))),
        Case("random, as many samples as features", (draw.normal(4, 4), draw.normal(4, 4))),
        Case("a blank row", (draw.normal(n, d_a), blank)),
        Case("float64", (draw.normal(n, d_b, dtype=torch.float64), draw.normal(n, d_a, dtype=torch.float64))),
        Case("gradient, random", (draw.normal(n, d_a), draw.normal(n, 2)), gradient=(0, 1)),
    ]


TENSOR_FUSION = Task(
    id="05.4",
    title="Tensor fusion: keep the ones",
    promise="""
    Write `tensor_fusion(a, b)`: for each sample all products of [1, a] with [1, b], as one row.

    - `a` has shape (N, Da), `b` (N, Db), N, Da, Db >= 1, finite, and one dtype (float32 or float64).
    - The result has shape (N, (1 + Da)(1 + Db)) and that dtype. The 1 comes first, and `a` varies slowest: 1·1, 1·b1, ..., 1·bDb, a1·1, a1·b1, ...
    - Row i depends on row i of `a` and of `b` only.
    - Gradients flow back to `a` and `b`. The inputs are not changed.
    """,
    reference=tensor_fusion,
    named=(
        Case("2 and 5", (tensor([[2.0]]), tensor([[5.0]]))),
        Case("sizes 2 and 3", (Draw(1).normal(3, 2), Draw(2).normal(3, 3))),
        Case("square", (Draw(1).normal(2, 2), Draw(2).normal(2, 2))),
        Case("b is zero", (tensor([[2.0, 3.0]]), tensor([[0.0, 0.0]]))),
        Case("float64", (Draw(1).normal(2, 2, dtype=torch.float64), Draw(2).normal(2, 2, dtype=torch.float64))),
        Case("gradient", (Draw(1).normal(2, 2), Draw(2).normal(2, 2)), gradient=(0, 1)),
        Case("one sample, sizes 3 and 1", (tensor([[1.0, -2.0, 3.0]]), tensor([[4.0]]))),
        Case("sizes 3 and 2, as many samples", (Draw(3).normal(3, 3), Draw(4).normal(3, 2))),
        Case("gradient, sizes 1 and 3", (Draw(5).normal(2, 1), Draw(6).normal(2, 3)), gradient=(0, 1)),
    ),
    draws=_draw_outer,
    mistakes=(
        Mistake(
            "no ones",
            edit("torch.cat([one, a], 1), torch.cat([one, b], 1)", "a, b"),
            "Only the products are left: a alone and b alone are gone, and b = 0 wipes out a. Put a 1 in front of each.",
            "b = 0 wipes out a",
        ),
        Mistake(
            "batch outer",
            edit(
                "(a1[:, :, None] * b1[:, None, :]).flatten(1)",
                'torch.einsum("ni,mj->nmij", a1, b1).flatten(1)',
            ),
            "You multiplied every sample of a with every sample of b. Only row i of both belong together.",
            "samples are mixed, N times too many numbers",
        ),
        Mistake(
            "elementwise",
            edit("(a1[:, :, None] * b1[:, None, :]).flatten(1)", "a1 * b1"),
            "That is the element-wise product, the diagonal of what is asked for, and it fails where the sizes differ. Multiply every entry of a with every entry of b.",
            "only the diagonal",
        ),
        Mistake(
            "cat",
            edit("(a1[:, :, None] * b1[:, None, :]).flatten(1)", "torch.cat([a1, b1], 1)"),
            "That is concatenation: no product is in it, so a linear layer behind it cannot learn XOR.",
            "no products",
        ),
        Mistake(
            "swapped",
            edit("a1[:, :, None] * b1[:, None, :]", "b1[:, :, None] * a1[:, None, :]"),
            "The order is another one: a varies slowest, so that the second number is b1 and not a1.",
            "b varies slowest",
        ),
        Mistake(
            "one only for a",
            edit("torch.cat([one, b], 1)", "b"),
            "b needs its 1 too: without it a alone is lost.",
            "a alone is lost",
        ),
        Mistake(
            "one only for b",
            edit("torch.cat([one, a], 1)", "a"),
            "a needs its 1 too: without it b alone is lost.",
            "b alone is lost",
        ),
        Mistake(
            "ones last",
            edit("torch.cat([one, a], 1), torch.cat([one, b], 1)", "torch.cat([a, one], 1), torch.cat([b, one], 1)"),
            "You put the 1 at the end. The information is the same, but the order is another one: here the 1 comes first.",
            "the same numbers in another order",
        ),
        Mistake(
            "outer sum",
            edit("a1[:, :, None] * b1", "a1[:, :, None] + b1"),
            "You added where you should multiply: sums hold no interaction.",
            "sums instead of products",
        ),
        Mistake(
            "flatten all",
            edit(".flatten(1)", ".flatten()"),
            "One long vector: keep the batch, .flatten(1).",
            "one row for all samples",
        ),
        Mistake(
            "not flattened",
            edit(".flatten(1)", ""),
            "Your result is a table for each sample: flatten it to one row, .flatten(1).",
            "shape (N, 1 + Da, 1 + Db)",
        ),
        Mistake(
            "detached",
            edit(".flatten(1)", ".flatten(1).detach()"),
            "The values are right, but no gradient reaches a or b: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "no gradient",
        ),
        Mistake(
            "no constant",
            edit(".flatten(1)", ".flatten(1)[:, 1:]"),
            "The leading 1·1 is missing: the row begins with it.",
            "one number too few",
        ),
        Mistake(
            "blocks",
            edit(
                "(a1[:, :, None] * b1[:, None, :]).flatten(1)",
                "torch.cat([one, a, b, (a[:, :, None] * b[:, None, :]).flatten(1)], 1)",
            ),
            "Your row has the right numbers in blocks: 1, a, b, then the products. Here a varies slowest: 1·1, 1·b1, ..., a1·1, a1·b1, ...",
            "the same numbers in another order",
        ),
        Mistake(
            "zeros for ones",
            edit("a.new_ones(len(a), 1)", "a.new_zeros(len(a), 1)"),
            "You put a 0 in front instead of a 1: a alone and b alone are lost.",
            "a alone and b alone are 0",
        ),
        Mistake(
            "one added",
            edit("torch.cat([one, a], 1), torch.cat([one, b], 1)", "1 + a, 1 + b"),
            "You added 1 to every number. The 1 is one more entry in front: [1, a].",
            "Da · Db numbers",
        ),
        Mistake(
            "ones on both sides",
            edit(
                "torch.cat([one, a], 1), torch.cat([one, b], 1)",
                "torch.cat([one, a, one], 1), torch.cat([one, b, one], 1)",
            ),
            "There is a 1 too many: one in front of each row is enough.",
            "numbers occur twice",
        ),
        Mistake(
            "summed over samples",
            edit("(a1[:, :, None] * b1[:, None, :]).flatten(1)", "(a1.T @ b1).flatten()"),
            "You added over the samples: a1.T @ b1 runs over the batch. Each sample has a row of its own.",
            "one row for all samples",
        ),
        Mistake(
            "kronecker of tables",
            edit("(a1[:, :, None] * b1[:, None, :]).flatten(1)", "torch.kron(a1, b1)"),
            "torch.kron multiplies every sample of a with every sample of b: N · N rows. Only row i of both belong together.",
            "N · N rows",
        ),
        Mistake(
            "first sample of b",
            edit("b1[:, None, :]", "b1[:1, None, :]"),
            "You used the first sample of b for all of them. Row i of a meets row i of b.",
            "right for the first sample only",
        ),
        Mistake(
            "samples reversed",
            edit("b1[:, None, :]", "b1.flip(0)[:, None, :]"),
            "Row i of a meets another row of b: the samples are out of step.",
            "samples are mixed",
        ),
        Mistake(
            "normalised",
            edit(
                "(a1[:, :, None] * b1[:, None, :]).flatten(1)",
                "torch.nn.functional.normalize((a1[:, :, None] * b1[:, None, :]).flatten(1))",
            ),
            "Your rows come out with length 1. The products stay as they are, and so do a and b: nothing is normalised.",
            "rows of length 1",
        ),
        Mistake(
            "tanh",
            edit("(a1[:, :, None] * b1[:, None, :])", "torch.tanh(a1[:, :, None] * b1[:, None, :])"),
            "You put the products through a function. They stay as they are.",
            "no number above 1",
        ),
        Mistake(
            "batch last",
            edit(".flatten(1)", ".flatten(1).T"),
            "Your result is transposed: a sample is a row.",
            "shape ((1 + Da)(1 + Db), N)",
        ),
        Mistake(
            "a detached",
            edit("torch.cat([one, a], 1)", "torch.cat([one, a.detach()], 1)"),
            "The values are right, but no gradient reaches a: .detach(), torch.no_grad(), .data, torch.tensor(...) or NumPy cut the graph.",
            "one of the two encoders never learns",
        ),
        Mistake(
            "b detached",
            edit("torch.cat([one, b], 1)", "torch.cat([one, b.detach()], 1)"),
            "The values are right, but no gradient reaches b: .detach(), torch.no_grad(), .data, torch.tensor(...) or NumPy cut the graph.",
            "one of the two encoders never learns",
        ),
        Mistake(
            "float32 forced",
            edit(".flatten(1)", ".flatten(1).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
        Mistake(
            "first sample of a",
            edit("a1[:, :, None]", "a1[:1, :, None]"),
            "You used the first sample of a for all of them, as the first N rows of torch.kron do. Row i of a meets row i of b.",
            "right for the first sample only",
        ),
        Mistake(
            "as many of b as of a",
            edit("b1[:, None, :]", "b1[:, range(a1.shape[1])][:, None, :]"),
            "You count through b as far as through a: that fails where b is shorter, and cuts b off where it is longer. a and b have lengths of their own, Da and Db.",
            "right where Da = Db only",
        ),
        Mistake(
            "as many of a as of b",
            edit("a1[:, :, None]", "a1[:, range(b1.shape[1])][:, :, None]"),
            "You count through a as far as through b: that fails where a is shorter, and cuts a off where it is longer. a and b have lengths of their own, Da and Db.",
            "right where Da = Db only",
        ),
        Mistake(
            "both as far as the shorter",
            edit("return (a1", "d = min(a1.shape[1], b1.shape[1])\n    a1, b1 = a1[:, :d], b1[:, :d]\n    return (a1"),
            "You cut both to the shorter one. Every entry of a meets every entry of b, whatever their lengths.",
            "the longer one is cut off",
        ),
        Mistake(
            "samples mixed",
            edit(
                "torch.cat([one, a], 1), torch.cat([one, b], 1)",
                "torch.cat([one, a], 1).T.reshape(len(a), -1), torch.cat([one, b], 1).T.reshape(len(b), -1)",
            ),
            "You turned the table of [1, a] with reshape, which counts on through its rows and mixes the samples. Transpose, or join the 1 along dim 1.",
            "samples are mixed",
        ),
        Mistake(
            "samples last",
            edit(".flatten(1)", ".movedim(0, -1).reshape(len(a), -1)"),
            "The samples stand at the last axis before you reshape to N rows: a row then holds numbers of several samples. Keep the samples in front.",
            "samples are mixed",
        ),
        Mistake(
            "samples in the middle",
            edit(".flatten(1)", ".transpose(0, 1).reshape(len(a), -1)"),
            "The samples stand at the middle axis before you reshape to N rows: a row then holds numbers of several samples. Keep the samples in front.",
            "samples are mixed",
        ),
        Mistake(
            "one last for a",
            edit("torch.cat([one, a], 1)", "torch.cat([a, one], 1)"),
            "The 1 of a stands at its end: here it comes first, as that of b.",
            "the same numbers in another order",
        ),
        Mistake(
            "one last for b",
            edit("torch.cat([one, b], 1)", "torch.cat([b, one], 1)"),
            "The 1 of b stands at its end: here it comes first, as that of a.",
            "the same numbers in another order",
        ),
    ),
    hints=(
        "With a = (2) and b = (5) the row is 1, 5, 2, 10. Which products are these?",
        "Put a 1 in front of each row, then give a1 shape (N, 1 + Da, 1) and b1 shape (N, 1, 1 + Db).",
        "Multiply with broadcasting, then .flatten(1).",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 05.5 ---------------------------------------------------------------------------------------------


def low_rank_fusion(feats: list[Tensor], factors: list[Tensor]) -> Tensor:
    """M tensors (N, D_m) with factors (R, 1 + D_m, H) to (N, H)."""
    product = 1
    for x, factor in zip(feats, factors, strict=True):
        x1 = torch.cat([x.new_ones(len(x), 1), x], 1)
        product = product * torch.einsum("nd,rdh->nrh", x1, factor)  # type: ignore[assignment]  # 1 at first
    return product.sum(1)  # type: ignore[attr-defined]  # a tensor by now


def _low_rank(
    draw: Draw, n: int, sizes: tuple[int, ...], rank: int, h: int, dtype: torch.dtype = torch.float32
) -> tuple[list[Tensor], list[Tensor]]:
    feats = [draw.normal(n, d, dtype=dtype) for d in sizes]
    return feats, [draw.normal(rank, 1 + d, h, dtype=dtype) for d in sizes]


def _draw_low_rank(draw: Draw) -> list[Case]:
    n, d, rank, h = draw.whole(4, 6), draw.whole(1, 3), draw.whole(2, 3), draw.whole(2, 5)
    return [
        Case("sizes 1", _low_rank(draw, 1, (1, 1), 1, 1)),
        Case("one modality", _low_rank(draw, n, (d,), rank, h)),
        Case("two modalities", _low_rank(draw, n, (d, d + 2), rank, h)),
        Case("three modalities", _low_rank(draw, n, (2, d, 3), rank, h)),
        Case("as many samples as ranks", _low_rank(draw, 3, (3, 3), 3, 3)),
        Case("float64", _low_rank(draw, n, (d, 2), rank, h, torch.float64)),
        Case("gradient, random", _low_rank(draw, n, (d, 2, 2), rank, h), gradient=(0, 1)),
    ]


LOW_RANK = Task(
    id="05.5",
    title="Low-rank fusion equals tensor fusion, without the tensor",
    promise=r"""
    Write `low_rank_fusion(feats, factors)`: $\sum_r \prod_m [1, x_m] \, F_m^{(r)}$, a sum over the rank of products over the modalities.

    - `feats` is a list of M >= 1 tensors x_m of shape (N, D_m); `factors` a list of M tensors F_m of shape (R, 1 + D_m, H), in the same order. N, D_m, R, H >= 1; all are finite and have one dtype (float32 or float64).
    - [1, x_m] is the row of x_m with a 1 in front. For each rank r, modality m gives [1, x_m] @ F_m[r], of shape (N, H). Multiply these element by element over the modalities, then add over r.
    - The result has shape (N, H) and the dtype of the inputs. Row i depends on row i only.
    - Gradients flow back to all features and all factors. The inputs are not changed.
    """,
    reference=low_rank_fusion,
    named=(
        Case("rank 1", ([tensor([[2.0]]), tensor([[3.0]])], [tensor([[[1.0], [1.0]]]), tensor([[[0.0], [1.0]]])])),
        Case("three modalities", _low_rank(Draw(1), 2, (2, 3, 1), 2, 4)),
        Case("as many samples as ranks", _low_rank(Draw(2), 3, (2, 2), 3, 2)),
        Case("all zero", ([torch.zeros(2, 2), torch.zeros(2, 1)], _low_rank(Draw(3), 2, (2, 1), 2, 3)[1])),
        Case("gradient", _low_rank(Draw(4), 2, (2, 2), 2, 2), gradient=(0, 1)),
        Case("one modality, float64", _low_rank(Draw(5), 3, (2,), 2, 3, torch.float64)),
        Case("sizes 1", _low_rank(Draw(6), 1, (1, 1), 1, 1)),
        Case("rank 3, sizes 2 and 4", _low_rank(Draw(7), 2, (2, 4), 3, 2)),
        Case("gradient, three modalities", _low_rank(Draw(8), 2, (1, 2, 3), 2, 3), gradient=(0, 1)),
    ),
    draws=_draw_low_rank,
    mistakes=(
        Mistake(
            "sum modalities",
            edit("product = 1", "product = 0", "product = product * ", "product = product + "),
            "You added the modalities: no interaction is left, and XOR cannot be learned. Multiply over the modalities, add over the rank.",
            "no interactions",
        ),
        Mistake(
            "sum rank early",
            edit('"nd,rdh->nrh", x1, factor)', '"nd,rdh->nh", x1, factor)[:, None]'),
            "You added over the rank before you multiplied: that is rank 1, whatever R is. Multiply over the modalities first.",
            "rank 1, whatever R is",
        ),
        Mistake(
            "mean rank",
            edit("product.sum(1)", "product.mean(1)"),
            "R times too small: add over the rank, do not average.",
            "R times too small",
        ),
        Mistake(
            "no one",
            edit('torch.einsum("nd,rdh->nrh", x1, factor)', 'torch.einsum("nd,rdh->nrh", x, factor[:, 1:])'),
            "The leading 1 is missing (or is a 0): only the product of all modalities is left, and one blank modality wipes out the rest.",
            "one blank modality wipes out the rest",
        ),
        Mistake(
            "one last",
            edit("torch.cat([x.new_ones(len(x), 1), x], 1)", "torch.cat([x, x.new_ones(len(x), 1)], 1)"),
            "You put the 1 at the end, but row 0 of each factor belongs to it. No error tells you, the shape is the same.",
            "weights meet the wrong features",
        ),
        Mistake(
            "product over rank",
            edit("product.sum(1)", "product.prod(1)"),
            "You multiplied over the rank as well. Over the modalities one multiplies, over the rank one adds.",
            "a product of R times M terms",
        ),
        Mistake(
            "sum batch",
            edit("product.sum(1)", "product.sum(0)"),
            "You added over the samples: axis 0 is the batch, axis 1 the rank.",
            "shape (R, H)",
        ),
        Mistake(
            "two only",
            edit("in zip(feats, factors, strict=True)", "in list(zip(feats, factors, strict=True))[:2]"),
            "You used the first two modalities only. Loop over all of them.",
            "the third modality is ignored",
        ),
        Mistake(
            "rank not summed",
            edit("product.sum(1)", "product[:, 0]"),
            "You kept the first rank only. Add over all R.",
            "R has no effect",
        ),
        Mistake(
            "factors detached",
            edit("x1, factor)", "x1, factor.detach())"),
            "The values are right, but no gradient reaches the factors: .detach(), torch.no_grad() or .data cut the graph, and the layer never learns.",
            "the layer never learns",
        ),
        Mistake(
            "rank not added",
            edit("product.sum(1)", "product"),
            "You returned one result for each rank. Add over the rank, axis 1.",
            "shape (N, R, H)",
        ),
        Mistake(
            "axis kept",
            edit("product.sum(1)", "product.sum(1, keepdim=True)"),
            "The shape is (N, 1, H) and should be (N, H): drop the axis over which you added.",
            "shape (N, 1, H)",
        ),
        Mistake(
            "root of rank",
            edit("product.sum(1)", "product.sum(1) / product.shape[1] ** 0.5"),
            "√R too small: add over the rank and divide by nothing.",
            "√R times too small",
        ),
        Mistake(
            "largest rank",
            edit("product.sum(1)", "product.amax(1)"),
            "You took the largest over the rank. Add over all R.",
            "one rank for each number",
        ),
        Mistake(
            "last rank only",
            edit("product.sum(1)", "product[:, -1]"),
            "You kept the last rank only. Add over all R.",
            "R has no effect",
        ),
        Mistake(
            "first modality only",
            edit("in zip(feats, factors, strict=True)", "in [(feats[0], factors[0])]"),
            "You used the first modality only. Loop over all of them.",
            "the other modalities are ignored",
        ),
        Mistake(
            "last modality only",
            edit("product = product * torch", "product = torch"),
            "Each modality replaced the one before, and only the last is left. Multiply: product = product * ...",
            "the other modalities are ignored",
        ),
        Mistake(
            "mean of modalities",
            edit(
                "product = 1\n",
                "product = 0\n",
                "product = product * torch",
                "product = product + torch",
                "product.sum(1)",
                "product.sum(1) / len(feats)",
            ),
            "You averaged the modalities: no interaction is left. Multiply over the modalities, add over the rank.",
            "no interactions",
        ),
        Mistake(
            "one added",
            edit('torch.einsum("nd,rdh->nrh", x1, factor)', '(torch.einsum("nd,rdh->nrh", x, factor[:, 1:]) + 1)'),
            "You added 1 to the product of each modality. The 1 is an entry in front of x, and row 0 of the factor weighs it.",
            "row 0 of the factors has no effect",
        ),
        Mistake(
            "one in the last only",
            edit(
                "x1 = ",
                "last = x is feats[-1]\n        x1 = ",
                "x.new_ones(len(x), 1)",
                "x.new_full((len(x), 1), float(last))",
            ),
            "Only the last modality has its 1. Every modality gets one in front.",
            "the other modalities can wipe it out",
        ),
        Mistake(
            "tanh",
            edit('torch.einsum("nd,rdh->nrh", x1, factor)', 'torch.tanh(torch.einsum("nd,rdh->nrh", x1, factor))'),
            "You put each modality through tanh before you multiplied. The products stay as they are.",
            "no factor above 1",
        ),
        Mistake(
            "features normalised",
            edit("        x1 = ", "        x = torch.nn.functional.normalize(x)\n        x1 = "),
            "You brought the features to length 1 first. They enter as they are.",
            "the size of the features is lost",
        ),
        Mistake(
            "samples averaged",
            edit("product.sum(1)", "product.sum(1).mean(0, keepdim=True).expand(len(feats[0]), -1)"),
            "You averaged over the samples. Row i of the result depends on row i of the features only.",
            "all samples get the same result",
        ),
        Mistake(
            "factors in reverse",
            edit("zip(feats, factors, strict=True)", "zip(feats, factors[::-1], strict=True)"),
            "The features meet the factors of another modality: an error where the sizes differ, silently wrong where they agree. Both lists have one order.",
            "an error, or silently wrong",
        ),
        Mistake(
            "transposed",
            edit("product.sum(1)", "product.sum(1).T"),
            "Your result is transposed: a sample is a row, (N, H).",
            "shape (H, N)",
        ),
        Mistake(
            "features detached",
            edit("torch.cat([x.new_ones(len(x), 1), x], 1)", "torch.cat([x.new_ones(len(x), 1), x.detach()], 1)"),
            "The values are right, but no gradient reaches the features: .detach(), torch.no_grad(), .data or NumPy cut the graph, and the encoders never learn.",
            "the encoders never learn",
        ),
        Mistake(
            "result detached",
            edit("product.sum(1)", "product.sum(1).detach()"),
            "The values are right, but no gradient flows back: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "nothing learns",
        ),
        Mistake(
            "float32 forced",
            edit("product.sum(1)", "product.sum(1).float()"),
            "float64 comes back as float32: keep the dtype of the inputs.",
            "float64 becomes float32",
        ),
    ),
    hints=(
        "Take one rank first: each modality gives a matrix product of shape (N, H). What happens to M of these?",
        "torch.einsum('nd,rdh->nrh', x1, factor) does all ranks at once; x1 has a 1 in front.",
        "Multiply over the modalities in a loop, and sum over axis 1 at the end.",
    ),
    difficulty=4,
    points=20,
    minutes=25,
)

TASKS = (CONCAT, WEIGHTED_SUM, GMU, TENSOR_FUSION, LOW_RANK)
