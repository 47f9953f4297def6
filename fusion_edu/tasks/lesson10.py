"""Tasks of lesson 10: modalities that are missing or noisy."""

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

# 10.1 ---------------------------------------------------------------------------------------------


def apply_modality_dropout(feats: Tensor, u: Tensor, p: float, training: bool) -> tuple[Tensor, Tensor]:
    """Features (N, M, D) and uniform draws (N, M) to the features left over and what was kept (N, M)."""
    keep = (u >= p) | (u == u.amax(1, keepdim=True))
    if not training:
        keep = torch.ones_like(keep)
    return feats * keep[..., None], keep


def _mean_of_kept(feats: Tensor, u: Tensor, p: float, training: bool) -> tuple[Tensor, Tensor]:
    keep = (u >= p) | (u == u.amax(1, keepdim=True))
    if not training:
        keep = torch.ones_like(keep)
    here = keep[..., None]
    return torch.where(here, feats, (feats * here).sum(1, keepdim=True) / here.sum(1, keepdim=True)), keep


def _draw_dropouts(draw: Draw) -> list[Case]:
    n, m, d = draw.whole(5, 8), draw.whole(3, 4), draw.whole(2, 3)
    feats, u = draw.normal(n, m, d), draw.uniform(n, m)
    wide = draw.normal(4, 2, 3, dtype=torch.float64)
    return [
        Case("random", (feats, u, 0.5, True), gradient=(0,)),
        Case("most are dropped", (feats, u, 0.85, True)),
        Case("few are dropped", (feats, u, 0.15, True)),
        Case("not training", (feats, u, 0.5, False), gradient=(0,)),
        Case("as many samples as modalities", (draw.normal(3, 3, 3), draw.uniform(3, 3), 0.6, True)),
        Case("float64", (wide, draw.uniform(4, 2, dtype=torch.float64), 0.4, True)),
        Case("one modality", (draw.normal(4, 1, 2), draw.uniform(4, 1), 0.7, True)),
        Case("one sample", (draw.normal(1, 3, 2), draw.uniform(1, 3), 0.5, True)),
    ]


_TWO = tensor([[[1.0], [2.0]]])
_PAIRS = tensor([[[1.0, -2.0], [3.0, 4.0]], [[5.0, 6.0], [-7.0, 8.0]], [[9.0, 1.0], [2.0, 3.0]]])
_DRAWS = tensor([[0.1, 0.9], [0.3, 0.2], [0.7, 0.6]])

DROPOUT = Task(
    id="10.1",
    title="Modality dropout that never blanks everything",
    promise="""
    Write `apply_modality_dropout(feats, u, p, training)`: hide whole modalities of each sample while training.

    - `feats` has shape (N, M, D): N samples, M modalities, D features; finite numbers, 0 too. `u` (N, M) holds one uniform draw from [0, 1) for each; no two draws of a sample are equal. Both have one float dtype. `p` is a number from 0 to 1, `training` a bool; N, M, D >= 1.
    - While training, modality m of sample n is dropped where `u[n, m] < p` (as torch compares them). A sample that would lose everything keeps the modality with its largest draw.
    - Otherwise (`training` is False) nothing is dropped; the features may be `feats` itself.
    - It returns two tensors: the features (N, M, D), 0 where dropped and *unchanged* elsewhere, in the dtype of `feats`; and what was kept, (N, M) bool.
    - A gradient with respect to `feats` is asked for. The inputs are not changed, and nothing else is drawn.
    """,
    reference=apply_modality_dropout,
    named=(
        Case("drop one", (_TWO, tensor([[0.1, 0.9]]), 0.5, True), gradient=(0,)),
        Case("all would be dropped", (_TWO, tensor([[0.1, 0.3]]), 0.5, True)),
        Case("all would be dropped, the first survives", (_TWO, tensor([[0.3, 0.1]]), 0.5, True)),
        Case("not training", (_TWO, tensor([[0.1, 0.3]]), 0.5, False)),
        Case("a draw that equals p", (_TWO, tensor([[0.5, 0.9]]), 0.5, True)),
        Case("p is 0", (_TWO, tensor([[0.0, 0.75]]), 0.0, True)),
        Case("p is 1", (_PAIRS, _DRAWS, 1.0, True)),
        Case("three samples", (_PAIRS, _DRAWS, 0.5, True), gradient=(0,)),
        Case("three samples, p is 0.25", (_PAIRS, _DRAWS, 0.25, True)),
        Case("three samples, not training", (_PAIRS, _DRAWS, 0.25, False), gradient=(0,)),
        Case("p is 1, not training", (_PAIRS, _DRAWS, 1.0, False)),
        Case("one modality", (tensor([[[3.0]]]), tensor([[0.0]]), 0.9, True)),
        Case("three modalities", (_PAIRS.reshape(2, 3, 2), _DRAWS.reshape(2, 3), 0.65, True)),
        Case("float64", (_PAIRS.double(), _DRAWS.double(), 0.5, True)),
        Case(
            "features that are 0",
            (tensor([[[0.0], [2.0]], [[3.0], [0.0]]]), tensor([[0.9, 0.1], [0.6, 0.8]]), 0.5, True),
        ),
        Case("features that are 0, not training", (tensor([[[0.0], [2.0]]]), tensor([[0.9, 0.1]]), 0.5, False)),
    ),
    draws=_draw_dropouts,
    mistakes=(
        Mistake(
            "no survivor",
            edit(" | (u == u.amax(1, keepdim=True))", ""),
            "A sample can lose all its modalities in yours: the model is then trained on a blank and learns the class frequencies. The one with the largest draw stays.",
            "a sample without input",
        ),
        Mistake(
            "rescaled",
            edit("feats * keep[..., None]", "feats * keep[..., None] / (1 - p if training and p < 1 else 1)"),
            "You divided what is left by 1 - p, as nn.Dropout does. There it keeps a sum of many units; here a modality that is there must look as it will look later.",
            "survivors are too loud",
        ),
        Mistake(
            "also when not training",
            edit("    if not training:\n        keep = torch.ones_like(keep)\n", ""),
            "Yours drops modalities although `training` is False: the same sample then gets another answer at each call.",
            "predictions change from call to call",
        ),
        Mistake(
            "training inverted",
            edit("if not training", "if training"),
            "Yours drops when `training` is False, and not while training. It is the other way round.",
            "no dropout in training, dropout in use",
        ),
        Mistake(
            "p is kept",
            edit("(u >= p)", "(u < p)"),
            "p is the probability to DROP: keep where u >= p. Yours keeps where u < p.",
            "a rare dropout becomes a frequent one",
        ),
        Mistake(
            "one draw for all",
            edit("    if not training", "    keep = keep[:1].expand(keep.shape).clone()\n    if not training"),
            "Your first sample decides for all: the whole batch loses the same modality. Each sample has draws of its own.",
            "the whole batch loses one modality",
        ),
        Mistake(
            "first survives",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "(u >= p)\n    keep[:, 0] = keep[:, 0] | ~keep.any(1)",
            ),
            "Your survivor is always modality 0, so the model learns to lean on it. The one with the largest draw stays.",
            "modality 0 is never alone missing",
        ),
        Mistake(
            "last survives",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "(u >= p)\n    keep[:, -1] = keep[:, -1] | ~keep.any(1)",
            ),
            "Your survivor is always the last modality, so the model learns to lean on it. The one with the largest draw stays.",
            "the last modality is preferred",
        ),
        Mistake(
            "smallest draw survives",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "(u >= p)\n    keep = keep | (~keep.any(1, keepdim=True) & (u == u.amin(1, keepdim=True)))",
            ),
            "Where all would be dropped you kept the one with the smallest draw. Keep the largest: it was nearest to staying.",
            "another survivor",
        ),
        Mistake(
            "all survive",
            edit("(u >= p) | (u == u.amax(1, keepdim=True))", "(u >= p) | ~(u >= p).any(1, keepdim=True)"),
            "Where a sample would lose everything yours gives everything back. Only the one with the largest draw stays.",
            "complete samples are too frequent",
        ),
        Mistake(
            "only one is kept",
            edit("(u >= p) | (u == u.amax(1, keepdim=True))", "u == u.amax(1, keepdim=True)"),
            "Yours keeps one modality of every sample, whatever p is: the model never sees two together.",
            "p has no effect",
        ),
        Mistake(
            "strict",
            edit("u >= p", "u > p"),
            "Where a draw equals p yours drops. Dropped is u < p: with p = 0 nothing ever is.",
            "p = 0 may drop",
        ),
        Mistake(
            "largest of the batch",
            edit("u.amax(1, keepdim=True)", "u.amax(0, keepdim=True)"),
            "You took the largest draw over the samples, axis 0. Each sample keeps its own: axis 1, the modalities.",
            "samples without input remain",
        ),
        Mistake(
            "largest of all",
            edit("u.amax(1, keepdim=True)", "u.amax()"),
            "You took the largest draw of the whole table: only one sample is saved. Each sample keeps its own largest.",
            "samples without input remain",
        ),
        Mistake(
            "dropped mask",
            edit("keep[..., None], keep", "keep[..., None], ~keep"),
            "Your second output is True where a modality was dropped. True is what is there, as everywhere in this course.",
            "the mask is inverted",
        ),
        Mistake(
            "both inverted",
            edit("feats * keep[..., None], keep", "feats * ~keep[..., None], ~keep"),
            "Yours keeps exactly what should be dropped, in the features and in the mask.",
            "what should go stays",
        ),
        Mistake(
            "features untouched",
            edit("feats * keep[..., None], keep", "feats.clone(), keep"),
            "The mask is right, but the features are all still there. Put 0 where a modality was dropped.",
            "nothing is hidden",
        ),
        Mistake(
            "mask of ones",
            edit("feats * keep[..., None], keep", "feats * keep[..., None], torch.ones_like(keep)"),
            "The features are right, but your mask says that all modalities are there: the model takes zeros for data.",
            "zeros count as data",
        ),
        Mistake(
            "mean for zero",
            _mean_of_kept,
            "You put the mean of the other modalities in the place of what was dropped. Here it becomes 0.",
            "the others are copied into it",
        ),
        Mistake(
            "NaN for zero",
            edit("feats * keep[..., None]", "feats.masked_fill(~keep[..., None], torch.nan)"),
            "You put NaN where a modality was dropped, and NaN spreads. Put 0.",
            "the loss is NaN",
        ),
        Mistake(
            "scaled when not training",
            edit("feats * keep[..., None]", "feats * keep[..., None] * (1 if training else 1 - p)"),
            "When not training you multiplied by 1 - p, as the first paper on dropout did. A modality that is there stays as it is.",
            "features shrink in use",
        ),
        Mistake(
            "renormalised",
            edit("feats * keep[..., None]", "feats * keep[..., None] * u.shape[1] / keep.sum(1)[:, None, None]"),
            "You scaled up what is left by M / (modalities left). A modality that is there stays as it is.",
            "survivors are too loud",
        ),
        Mistake(
            "a feature is dropped",
            edit("feats * keep[..., None]", "torch.cat([feats[..., :1] * keep[..., None], feats[..., 1:]], -1)"),
            "Only the first feature of a dropped modality becomes 0 in yours. The whole modality goes, all D features.",
            "the rest is still there",
        ),
        Mistake(
            "mask as numbers",
            edit("keep[..., None], keep", "keep[..., None], keep.to(feats.dtype)"),
            "The mask holds numbers. Return True and False, dtype bool: ~ and indexing mean something else for numbers.",
            "a float mask",
        ),
        Mistake(
            "mask of features",
            edit("keep[..., None], keep", "keep[..., None], keep[..., None].expand(feats.shape).clone()"),
            "Your mask has the shape of the features. It has one entry a sample and modality: (N, M).",
            "shape (N, M, D)",
        ),
        Mistake(
            "detached",
            edit("feats * keep", "feats.detach() * keep"),
            "The values are right, but no gradient reaches the features: .detach(), .data or NumPy cut the graph, and the encoders never learn.",
            "the encoders never learn",
        ),
        Mistake(
            "p ignored",
            edit("u >= p", "u >= 0.5"),
            "`p` is not used: yours drops as many, whatever p is.",
            "p has no effect",
        ),
        Mistake(
            "p is kept, a survivor where none is",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "u < p\n    keep = keep | (~keep.any(1, keepdim=True) & (u == u.amax(1, keepdim=True)))",
            ),
            "p is the probability to DROP: keep where u >= p. Yours keeps where u < p.",
            "a rare dropout becomes a frequent one",
        ),
        Mistake(
            "p is kept, p included",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "u <= p\n    keep = keep | (~keep.any(1, keepdim=True) & (u == u.amax(1, keepdim=True)))",
            ),
            "p is the probability to DROP: keep where u >= p. Yours keeps where u <= p.",
            "a rare dropout becomes a frequent one",
        ),
        Mistake(
            "rescued together",
            edit(
                "(u >= p) | (u == u.amax(1, keepdim=True))",
                "u >= p\n    if not keep.any():\n        keep = u == u.amax(1, keepdim=True)",
            ),
            "You rescue only where the *whole batch* would lose everything. Ask it of each sample: a row of the table without any True.",
            "samples without input remain",
        ),
        Mistake(
            "mask before the rescue",
            edit("keep[..., None], keep", "keep[..., None], (u >= p) if training else keep"),
            "The features are right, but your mask is that from before the rescue: it calls a sample empty that has kept a modality. Return what was kept in the end.",
            "the survivor does not count",
        ),
        Mistake(
            "features before the rescue",
            edit("feats * keep[..., None]", "feats * ((u >= p) if training else keep)[..., None]"),
            "The mask is right, but your features are those from before the rescue: what the mask says was kept is 0. Multiply by the mask that you return.",
            "zeros count as data",
        ),
        Mistake(
            "rescaled always",
            edit("feats * keep[..., None]", "feats * keep[..., None] / (1 - p if p < 1 else 1)"),
            "You divided what is left by 1 - p, as nn.Dropout does, and also when not training. A modality that is there must look as it will look later.",
            "features are too loud, always",
        ),
        Mistake(
            "rescaled, p = 1 too",
            edit("feats * keep[..., None]", "feats * keep[..., None] / (1 - p if training else 1)"),
            "You divided what is left by 1 - p, as nn.Dropout does; with p = 1 that divides by 0. A modality that is there must look as it will look later.",
            "survivors are too loud, or infinite",
        ),
        Mistake(
            "mask read off the features",
            edit("keep[..., None], keep", "keep[..., None], (feats * keep[..., None] != 0).any(-1)"),
            "You read off the features what was kept: a modality whose features are 0 by nature counts as dropped. Return the comparison itself.",
            "zeros count as dropped",
        ),
    ),
    hints=(
        "A comparison of u with p gives a table of True and False. Which rows of it are a problem?",
        "If any draw of a row is at least p, then so is the largest one. So it is always right to keep the largest.",
        "keep[..., None] has shape (N, M, 1) and meets all D features.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 10.2 ---------------------------------------------------------------------------------------------


def poe_gaussian(mu: Tensor, log_var: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    """Means and log-variances (M, N, D) of experts, (M, N) of them there, to those of the product (N, D)."""
    away = ~present[..., None]
    precision = torch.exp(-log_var.masked_fill(away, torch.inf))
    total = precision.sum(0) + 1
    return (precision * mu.masked_fill(away, 0.0)).sum(0) / total, -torch.log(total)


def _missing_as_prior(mu: Tensor, log_var: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    away = ~present[..., None]
    precision = torch.exp(-log_var.masked_fill(away, 0.0))
    total = precision.sum(0) + 1
    return (precision * mu.masked_fill(away, 0.0)).sum(0) / total, -torch.log(total)


def _draw_experts(draw: Draw) -> list[Case]:
    m, n, d = draw.whole(3, 4), draw.whole(4, 6), draw.whole(2, 3)
    mu, log_var = 2 * draw.normal(m, n, d), draw.normal(m, n, d)
    present = draw.uniform(m, n) < 0.6
    present[0, 0], present[1, 0] = True, False
    absent = ~present[..., None]
    holes = mu.masked_fill(absent, torch.nan), log_var.masked_fill(absent, torch.nan)
    three = torch.tensor([[True, False, True], [True, True, False], [False, False, True]])
    return [
        Case("all there", (mu, log_var, torch.ones(m, n, dtype=torch.bool)), gradient=(0, 1)),
        Case("some there", (mu, log_var, present), gradient=(0, 1)),
        Case("NaN where absent", (*holes, present)),
        Case("M = N = D", (draw.normal(3, 3, 3), draw.normal(3, 3, 3), three), gradient=(0, 1)),
        Case("one expert", (draw.normal(1, n, d), draw.normal(1, n, d), present[:1])),
        Case("nobody, float64", (mu.double(), log_var.double(), torch.zeros(m, n, dtype=torch.bool))),
        Case("float64", (mu.double(), log_var.double(), present), gradient=(0, 1)),
        Case("very sure and very unsure, float64", (mu.double(), 6 * log_var.double().clamp(-1.5, 1.5), present)),
    ]


_ONE, _ZERO, _HERE = tensor([[[2.0]]]), tensor([[[0.0]]]), tensor([[True]])
_TOTAL = "precision.sum(0) + 1"
_MEAN = "(precision * mu.masked_fill(away, 0.0)).sum(0) / total"

GAUSSIANS = Task(
    id="10.2",
    title="Product of Gaussian experts with a prior expert",
    promise=r"""
    Write `poe_gaussian(mu, log_var, present)`: the product of the Gaussian opinions of those experts that are there, times one standard normal that is always there, $\frac{1}{\sigma^2} = 1 + \sum_m \frac{1}{\sigma_m^2}$ and $\frac{\mu}{\sigma^2} = \sum_m \frac{\mu_m}{\sigma_m^2}$.

    - `mu` and `log_var` have shape (M, N, D), one float dtype: mean and $\log \sigma_m^2$ (natural) of M experts about D numbers of each of N samples. `present` (M, N) is bool: True where the expert is there. M, N, D >= 1.
    - Where an expert is absent its numbers may be anything, NaN too, and have no effect, on gradients neither. Elsewhere `log_var` lies between -10 and 10.
    - It returns two tensors of shape (N, D) in that dtype: the mean, and $\log \sigma^2$ of the product. Where nobody is there, both are those of the standard normal: 0 and 0.
    - Gradients with respect to `mu` and `log_var` are asked for, in cases without NaN. The inputs are not changed.
    """,
    reference=poe_gaussian,
    named=(
        Case("one expert", (_ONE, _ZERO, _HERE), gradient=(0, 1)),
        Case("two experts", (tensor([[[2.0]], [[4.0]]]), tensor([[[0.0]], [[-1.0]]]), tensor([[True], [True]]))),
        Case("one of two", (tensor([[[2.0]], [[4.0]]]), tensor([[[0.0]], [[-1.0]]]), tensor([[True], [False]]))),
        Case("the other of two", (tensor([[[2.0]], [[4.0]]]), tensor([[[1.0]], [[-1.0]]]), tensor([[False], [True]]))),
        Case("nobody", (_ONE, tensor([[[-1.0]]]), tensor([[False]]))),
        Case(
            "NaN where absent",
            (
                tensor([[[2.0], [1.0]], [[torch.nan], [3.0]]]),
                tensor([[[0.5], [0.0]], [[torch.nan], [-1.0]]]),
                tensor([[True, False], [False, True]]),
            ),
        ),
        Case(
            "three experts, two numbers",
            (Draw(1).normal(3, 2, 2), Draw(2).normal(3, 2, 2), tensor([[True, True], [True, False], [False, True]])),
            gradient=(0, 1),
        ),
        Case(
            "hardly anything is known",
            (tensor([[[3.0]], [[-2.0]]]), tensor([[[9.0]], [[8.0]]]), tensor([[True], [True]])),
        ),
        Case("very sure", (tensor([[[3.0]], [[1.0]]]), tensor([[[-9.0]], [[-7.0]]]), tensor([[True], [True]]))),
        Case("equal twins", (tensor([[[1.0]], [[1.0]]]), tensor([[[0.0]], [[0.0]]]), tensor([[True], [True]]))),
        Case(
            "gradient, an absent one of precision infinity",
            (tensor([[[2.0]], [[4.0]]]), tensor([[[0.5]], [[-1000.0]]]), tensor([[True], [False]])),
            gradient=(0, 1),
        ),
    ),
    draws=_draw_experts,
    mistakes=(
        Mistake(
            "no prior",
            edit(_TOTAL, "precision.sum(0)"),
            "The standard normal is missing: its precision 1 belongs into the sum. Without it a sample that nobody knows is 0/0, and all others are too sure.",
            "0/0 where nobody is there",
        ),
        Mistake(
            "masked after exp",
            edit(
                "torch.exp(-log_var.masked_fill(away, torch.inf))",
                "torch.where(away, 0.0, torch.exp(-log_var.nan_to_num()))",
            ),
            "The values are right, but the gradient is NaN where an absent expert's numbers are extreme: exp of them is infinite, and a torch.where or masked_fill after it sends 0 times infinity back. Replace `log_var` before exp.",
            "NaN gradient from an absent expert",
        ),
        Mistake(
            "plain mean",
            edit(_MEAN, "mu.masked_fill(away, 0.0).sum(0) / (present.sum(0)[:, None] + 1)"),
            "Your mean weighs all alike: the blurred sensor counts as much as the sharp one. Weigh by precision, exp(-log_var).",
            "certainty is ignored",
        ),
        Mistake(
            "variance for precision",
            edit(
                "torch.exp(-log_var.masked_fill(away, torch.inf))", "torch.exp(log_var.masked_fill(away, -torch.inf))"
            ),
            "You weighed by the variance, so the least certain expert counts most. Weigh by precision, 1 / variance.",
            "the least certain counts most",
        ),
        Mistake(
            "standard deviation",
            edit("torch.exp(-log_var", "torch.exp(-0.5 * log_var"),
            "You weighed by 1/σ. Precisions are 1/σ², exp(-log_var): no half.",
            "weights too alike",
        ),
        Mistake(
            "present ignored",
            edit("~present[..., None]", "torch.zeros_like(present[..., None])"),
            "`present` is not used: absent experts still have their say.",
            "absent experts count",
        ),
        Mistake(
            "present inverted",
            edit("~present[..., None]", "present[..., None]"),
            "Yours uses the experts that are absent and leaves out those that are there.",
            "only the absent count",
        ),
        Mistake(
            "mean of precisions",
            edit(_TOTAL, "(precision.sum(0) + 1) / (len(mu) + 1)"),
            "You averaged the precisions. They add up: two witnesses know more than one.",
            "certainty does not grow",
        ),
        Mistake(
            "variance returned",
            edit("-torch.log(total)", "1 / total"),
            "Your second output is the variance. The task asks for its logarithm.",
            "variance, not its log",
        ),
        Mistake(
            "log of sigma",
            edit("-torch.log(total)", "-0.5 * torch.log(total)"),
            "Your second output is log σ, half of log σ².",
            "half of the log-variance",
        ),
        Mistake(
            "log precision",
            edit("-torch.log(total)", "torch.log(total)"),
            "Your second output is the log of the precision. The variance is its inverse: the sign changes.",
            "the sign",
        ),
        Mistake(
            "precision returned",
            edit("-torch.log(total)", "total"),
            "Your second output is the precision. The task asks for log σ², minus its logarithm.",
            "precision, not log-variance",
        ),
        Mistake(
            "variances add",
            edit("-torch.log(total)", "torch.log((1 / precision.clamp_min(1e-30)).masked_fill(away, 0.0).sum(0) + 1)"),
            "You added the variances. That is the variance of a *sum*; in a product the precisions add, and certainty grows.",
            "certainty shrinks with every expert",
        ),
        Mistake(
            "missing is a standard normal",
            _missing_as_prior,
            "An absent expert still counts with mean 0 and variance 1 in yours. It has no opinion: precision 0.",
            "absent experts pull to 0",
        ),
        Mistake(
            "prior once an expert",
            edit(_TOTAL, "precision.sum(0) + len(mu)"),
            "The standard normal counts once, not once for each of the M experts.",
            "too near to 0",
        ),
        Mistake(
            "prior once a present expert",
            edit(_TOTAL, "precision.sum(0) + present.sum(0)[:, None].clamp_min(1)"),
            "The standard normal counts once, not once for each expert that is there.",
            "too near to 0",
        ),
        Mistake(
            "weighted sum",
            edit(" / total", ""),
            "Your mean is not divided by the total precision: it is the sum of precision times mean.",
            "grows with certainty",
        ),
        Mistake(
            "mean without prior",
            edit(_MEAN, "(precision * mu.masked_fill(away, 0.0)).sum(0) / precision.sum(0).clamp_min(1e-30)"),
            "Your mean forgets the standard normal, which pulls it towards 0: divide by the same total, its 1 included.",
            "the mean is not pulled to 0",
        ),
        Mistake(
            "log-variance without prior",
            edit("-torch.log(total)", "-torch.log(precision.sum(0).clamp_min(1e-30))"),
            "Your log-variance forgets the standard normal: its 1 belongs to both outputs.",
            "too unsure where nobody is there",
        ),
        Mistake(
            "the sharpest alone",
            edit(_MEAN, "mu.masked_fill(away, 0.0).gather(0, precision.argmax(0)[None])[0]"),
            "Your mean is that of the surest expert. All count, each with its precision.",
            "one expert decides",
        ),
        Mistake(
            "over samples",
            edit(
                "total = precision.sum(0) + 1",
                "precision, mu, away = precision.transpose(0, 1), mu.transpose(0, 1), away.transpose(0, 1)\n    total = precision.sum(0) + 1",
            ),
            "You summed over the samples, axis 1. The experts are axis 0.",
            "samples are mixed",
        ),
        Mistake(
            "NaN leaks",
            edit(
                "torch.exp(-log_var.masked_fill(away, torch.inf))",
                "torch.exp(-log_var) * present[..., None]",
                "mu.masked_fill(away, 0.0)",
                "mu",
            ),
            "The NaN of an absent expert gets into the result: NaN times 0 is NaN. Choose with torch.where or masked_fill before you compute.",
            "NaN where an expert is absent",
        ),
        Mistake(
            "outputs exchanged",
            edit(
                "(precision * mu.masked_fill(away, 0.0)).sum(0) / total, -torch.log(total)",
                "-torch.log(total), (precision * mu.masked_fill(away, 0.0)).sum(0) / total",
            ),
            "Mean and log-variance have changed places: the mean comes first.",
            "outputs exchanged",
        ),
        Mistake(
            "mean detached",
            edit("(precision * mu", "(precision.detach() * mu"),
            "The values are right, but the weights of the mean are detached: log_var learns too little.",
            "another gradient of log_var",
        ),
        Mistake(
            "no prior, but for nobody",
            edit("precision.sum(0) + 1", "precision.sum(0).masked_fill(~present.any(0)[:, None], 1.0)"),
            "The standard normal is missing wherever somebody is there: its precision 1 belongs into every sum. Without it all samples are too sure.",
            "too sure",
        ),
        Mistake(
            "log sigma read",
            edit("torch.exp(-log_var", "torch.exp(-2 * log_var"),
            "You read `log_var` as log σ and took exp(-2 log σ). It is log σ² already: the precision is exp(-log_var).",
            "weights too unlike",
        ),
        Mistake(
            "plain mean of those there",
            edit(
                "(precision * mu.masked_fill(away, 0.0)).sum(0) / total",
                "mu.masked_fill(away, 0.0).sum(0) / present.sum(0)[:, None].clamp_min(1)",
            ),
            "Your mean weighs all alike and leaves the standard normal out. Weigh by precision, exp(-log_var), with 1 for the standard normal, whose mean is 0.",
            "certainty is ignored",
        ),
        Mistake(
            "precisions averaged",
            edit(
                "torch.exp(-log_var.masked_fill(away, torch.inf))",
                "torch.exp(-log_var.masked_fill(away, torch.inf)) / present.sum(0)[:, None].clamp_min(1)",
            ),
            "You averaged the precisions of those who are there. They add up: two witnesses know more than one.",
            "certainty does not grow",
        ),
        Mistake(
            "precisions averaged over M",
            edit(
                "torch.exp(-log_var.masked_fill(away, torch.inf))",
                "torch.exp(-log_var.masked_fill(away, torch.inf)) / len(mu)",
            ),
            "You averaged the precisions over all M experts. They add up: two witnesses know more than one.",
            "certainty does not grow",
        ),
        Mistake(
            "total averaged",
            edit("precision.sum(0) + 1", "precision.sum(0) / present.sum(0)[:, None].clamp_min(1) + 1"),
            "Your total holds the mean of the precisions. They add up: two witnesses know more than one.",
            "certainty does not grow",
        ),
        Mistake(
            "0/0 for nobody",
            edit("/ total, -torch.log(total)", "/ total * (precision.sum(0) / precision.sum(0)), -torch.log(total)"),
            "Where nobody is there your mean is 0/0, NaN. The standard normal is there always: divide by the total with its 1.",
            "NaN where nobody is there",
        ),
        Mistake(
            "finite for present",
            edit("~present[..., None]", "~(mu.isfinite() & log_var.isfinite())"),
            "You took every finite number for an expert that is there, and `present` has no effect. An absent one may hold any numbers: choose by `present`.",
            "absent experts count",
        ),
        Mistake(
            "all or nothing",
            edit("~present[..., None]", "~present.all(1)[:, None, None]"),
            "An expert counts in yours only if it is there for every sample of the batch. `present` has an entry for each sample: look at that.",
            "a sample depends on its neighbours",
        ),
        Mistake(
            "NaN of a mean leaks",
            edit("mu.masked_fill(away, 0.0)", "mu"),
            "The NaN in the mean of an absent expert gets into the result: NaN times 0 is NaN. Choose with torch.where or masked_fill before you compute.",
            "NaN where an expert is absent",
        ),
    ),
    hints=(
        "The density of a normal is exp of minus a parabola. A product of densities adds the parabolas: what happens to their curvature, the precision?",
        "precision = exp(-log_var), 0 for who is absent, and 1 for the standard normal, whose mean is 0.",
        "masked_fill(away, inf) of log_var gives precision 0 without touching a NaN.",
    ),
    difficulty=4,
    points=20,
    minutes=25,
    forbidden=("torch.distributions",),
    curves=(
        Curve(
            "Two experts: one says 2 with variance 1, the other 4",
            "log of the variance of the other",
            "mean of the product",
            tuple(-4 + i / 4 for i in range(33)),
            lambda x: (tensor([[[2.0]], [[4.0]]]), tensor([[[0.0]], [[x]]]), tensor([[True], [True]])),
            lambda both: both[0][0, 0],
        ),
    ),
)

# 10.3 ---------------------------------------------------------------------------------------------


def late_fuse_present(probs: Tensor, present: Tensor, prior: Tensor) -> Tensor:
    """Probabilities (M, N, C) of experts, (M, N) of them there, and class frequencies (C,) to (N, C)."""
    here = present[..., None]
    total = torch.where(here, probs, 0.0).sum(0)
    count = here.sum(0)
    return torch.where(count > 0, total / count.clamp_min(1), prior)


def _product_of_present(probs: Tensor, present: Tensor, prior: Tensor) -> Tensor:
    here = present[..., None]
    total = torch.where(here, probs, 1.0).prod(0)
    return torch.where(here.any(0), total / total.sum(1, keepdim=True), prior)


def _surest_present(probs: Tensor, present: Tensor, prior: Tensor) -> Tensor:
    sure = probs.amax(2).masked_fill(~present, -1.0).argmax(0)
    chosen = probs[sure, torch.arange(probs.shape[1])]
    return torch.where(present.any(0)[:, None], chosen, prior)


def _median_of_present(probs: Tensor, present: Tensor, prior: Tensor) -> Tensor:
    seen = [probs[present[:, n], n] for n in range(probs.shape[1])]
    return torch.stack([rows.quantile(0.5, dim=0) if len(rows) else prior for rows in seen])


def _draw_opinions(draw: Draw) -> list[Case]:
    m, n, c = draw.whole(3, 4), draw.whole(4, 6), draw.whole(3, 5)
    probs, prior = torch.softmax(2 * draw.normal(m, n, c), 2), torch.softmax(draw.normal(c), 0)
    present = draw.uniform(m, n) < 0.6
    present[:, 0] = False
    present[:2, 1] = tensor([True, False])
    square = torch.softmax(draw.normal(3, 3, 3), 2)
    some = torch.tensor([[True, False, True], [True, False, False], [False, False, True]])
    return [
        Case("all there", (probs, torch.ones(m, n, dtype=torch.bool), prior), gradient=(0,)),
        Case("some there", (probs, present, prior), gradient=(0, 2)),
        Case("NaN where absent", (probs.masked_fill(~present[..., None], torch.nan), present, prior)),
        Case("M = N = C", (square, some, torch.softmax(draw.normal(3), 0))),
        Case("one expert", (probs[:1], present[:1], prior)),
        Case("float64", (probs.double(), present, prior.double()), gradient=(0,)),
    ]


_SAY = tensor([[[0.8, 0.2]], [[0.4, 0.6]]])

LATE = Task(
    id="10.3",
    title="Late fusion over whoever showed up",
    promise="""
    Write `late_fuse_present(probs, present, prior)`: for each sample the mean of the probabilities of those experts that are there; where nobody is there, the class frequencies.

    - `probs` has shape (M, N, C), floats: what M experts say of N samples. `present` (M, N) is bool: True where the expert is there. `prior` (C,) holds the class frequencies, in the dtype of `probs`. M, N, C >= 1.
    - Where an expert is absent its numbers may be anything, NaN too, and have no effect. Elsewhere the rows of `probs` sum to 1.
    - The result has shape (N, C) and that dtype: the plain mean over the experts present; the row `prior` where there is none. `prior` has no other effect.
    - Gradients with respect to `probs` and `prior` are asked for, in cases without NaN. The inputs are not changed.
    """,
    reference=late_fuse_present,
    named=(
        Case("both", (_SAY, tensor([[True], [True]]), tensor([0.5, 0.5])), gradient=(0,)),
        Case("the first alone", (_SAY, tensor([[True], [False]]), tensor([0.5, 0.5]))),
        Case("the second alone", (_SAY, tensor([[False], [True]]), tensor([0.5, 0.5]))),
        Case("nobody", (_SAY, tensor([[False], [False]]), tensor([0.3, 0.7])), gradient=(0, 2)),
        Case(
            "NaN where absent",
            (tensor([[[0.8, 0.2]], [[torch.nan, torch.nan]]]), tensor([[True], [False]]), tensor([0.5, 0.5])),
        ),
        Case(
            "M = N",
            (
                tensor([[[0.9, 0.1], [0.6, 0.4]], [[0.2, 0.8], [0.5, 0.5]]]),
                tensor([[True, False], [True, True]]),
                tensor([0.3, 0.7]),
            ),
            gradient=(0,),
        ),
        Case(
            "three experts, two there",
            (
                tensor([[[0.8, 0.1, 0.1]], [[0.1, 0.7, 0.2]], [[0.3, 0.3, 0.4]]]),
                tensor([[True], [True], [False]]),
                tensor([0.2, 0.3, 0.5]),
            ),
        ),
        Case(
            "one of them is certain",
            (tensor([[[1.0, 0.0]], [[0.2, 0.8]]]), tensor([[True], [True]]), tensor([0.5, 0.5])),
        ),
        Case(
            "three samples, nobody for one",
            (
                Draw(3).normal(2, 3, 4).softmax(2),
                tensor([[True, False, False], [True, True, False]]),
                tensor([0.1, 0.2, 0.3, 0.4]),
            ),
            gradient=(0, 2),
        ),
    ),
    draws=_draw_opinions,
    mistakes=(
        Mistake(
            "divided by M",
            edit("count.clamp_min(1)", "len(probs)"),
            "You divided by M, the number of all experts: with one absent the probabilities sum to less than 1. Divide by how many are there.",
            "rows sum to less than 1",
        ),
        Mistake(
            "zeros for nobody",
            edit("torch.where(count > 0, total / count.clamp_min(1), prior)", "total / count.clamp_min(1)"),
            "Where nobody is there your row is all 0: no class at all. The honest answer is the class frequencies.",
            "a row of zeros",
        ),
        Mistake(
            "NaN for nobody",
            edit(", prior)", ", total / count)"),
            "Where nobody is there your row is 0/0, NaN. Return the class frequencies.",
            "NaN where nobody is there",
        ),
        Mistake(
            "uniform for nobody",
            edit(
                "total / count.clamp_min(1), prior)",
                "total / count.clamp_min(1), torch.full_like(prior, 1 / len(prior)))",
            ),
            "Where nobody is there you answered that all classes are equally likely. Some classes are more frequent: `prior`.",
            "the class frequencies are ignored",
        ),
        Mistake(
            "NaN leaks",
            edit("torch.where(here, probs, 0.0)", "(probs * here)"),
            "The NaN of an absent expert gets into the result: NaN times 0 is NaN. Choose with torch.where or masked_fill.",
            "NaN where an expert is absent",
        ),
        Mistake(
            "over samples",
            edit("here.sum(0)", "here.sum(1, keepdim=True)[:, 0].expand(len(here), probs.shape[2])[: 1]"),
            "You counted along the samples: how many samples an expert has. Count the experts of a sample, axis 0.",
            "another divisor",
        ),
        Mistake(
            "prior for all",
            edit("total / count.clamp_min(1)", "(total + prior) / (count + 1)"),
            "You mixed the class frequencies into every sample, as one expert more. They are for samples that nobody has seen.",
            "everybody is pulled to the prior",
        ),
        Mistake(
            "prior for the absent",
            edit(
                "torch.where(here, probs, 0.0)", "torch.where(here, probs, prior)", "count.clamp_min(1)", "len(probs)"
            ),
            "You let the class frequencies speak for each absent expert. Only those who are there count.",
            "pulled to the prior where one is absent",
        ),
        Mistake(
            "present ignored",
            edit("here = present[..., None]", "here = torch.ones_like(present[..., None])"),
            "`present` is not used: absent experts still have their say.",
            "absent experts count",
        ),
        Mistake(
            "present inverted",
            edit("here = present[..., None]", "here = ~present[..., None]"),
            "Yours averages the experts that are absent. True means that one is there.",
            "the absent count",
        ),
        Mistake(
            "product",
            _product_of_present,
            "You multiplied the probabilities: anyone can veto. The task asks for their mean.",
            "a product, not a mean",
        ),
        Mistake(
            "mean of logits",
            edit(
                "torch.where(here, probs, 0.0)",
                "torch.where(here, probs, 1.0).log()",
                "total / count.clamp_min(1)",
                "torch.softmax(total / count.clamp_min(1), 1)",
            ),
            "You averaged the logarithms of the probabilities. The task asks for the mean of the probabilities themselves.",
            "a geometric mean",
        ),
        Mistake(
            "the surest",
            _surest_present,
            "You took the expert that is surest. The task asks for the mean of all who are there.",
            "one expert decides",
        ),
        Mistake(
            "first present",
            edit("total / count.clamp_min(1)", "probs[present.long().argmax(0), torch.arange(probs.shape[1])]"),
            "You took the first expert that is there. The task asks for the mean of all of them.",
            "the others have no effect",
        ),
        Mistake(
            "not divided",
            edit("total / count.clamp_min(1)", "total"),
            "You added the probabilities: rows sum to the number of experts. Divide by how many are there.",
            "rows sum to more than 1",
        ),
        Mistake(
            "all or nothing",
            edit("count > 0", "count == len(probs)"),
            "As soon as one expert is absent yours falls back on the class frequencies. Those who are there still know something.",
            "one absent, all ignored",
        ),
        Mistake(
            "all or nothing, rows",
            edit("count > 0", "(count > 0).all()"),
            "One sample without any expert makes all samples fall back on the class frequencies. Decide row by row.",
            "one empty row spoils the batch",
        ),
        Mistake(
            "softmax again",
            edit("total / count.clamp_min(1)", "torch.softmax(total / count.clamp_min(1), 1)"),
            "You took a softmax of probabilities: they come out nearly equal. They are probabilities already.",
            "nearly uniform",
        ),
        Mistake(
            "scaled by the prior",
            edit("total / count.clamp_min(1)", "total * prior / (total * prior).sum(1, keepdim=True).clamp_min(1e-30)"),
            "You multiplied by the class frequencies. They are only for samples that nobody has seen.",
            "frequent classes are preferred",
        ),
        Mistake(
            "class numbers",
            edit("total / count.clamp_min(1), prior)", "total / count.clamp_min(1), prior).argmax(1)"),
            "You returned the likeliest class. The task asks for the probabilities of all classes.",
            "shape (N,)",
        ),
        Mistake(
            "detached",
            edit("torch.where(here, probs, 0.0)", "torch.where(here, probs, 0.0).detach()"),
            "The values are right, but no gradient reaches `probs`: .detach(), .data or NumPy cut the graph.",
            "the experts never learn",
        ),
        Mistake(
            "present ignored, but for nobody",
            edit("total / count.clamp_min(1)", "probs.mean(0)"),
            "You average all M experts wherever anybody is there: those who are absent still have their say.",
            "absent experts count",
        ),
        Mistake(
            "only where all are absent",
            edit("count > 0", "present.any()"),
            "You return the class frequencies only where the whole batch has nobody. Decide row by row: your row is all 0 where a single sample has nobody.",
            "a row of zeros",
        ),
        Mistake(
            "geometric mean",
            edit(
                "torch.where(here, probs, 0.0)",
                "torch.where(here, probs, 1.0).log()",
                "total / count.clamp_min(1)",
                "torch.exp(total / count.clamp_min(1))",
            ),
            "That is the geometric mean, and its rows do not sum to 1. The task asks for the plain mean of the probabilities.",
            "rows sum to less than 1",
        ),
        Mistake(
            "median",
            _median_of_present,
            "You took the median of those who are there. The task asks for their mean: its rows sum to 1.",
            "rows need not sum to 1",
        ),
        Mistake(
            "finite for present",
            edit("present[..., None]", "probs.isfinite().all(-1, keepdim=True)"),
            "You took every expert with finite numbers for one that is there, and `present` has no effect. An absent one may hold any numbers: choose by `present`.",
            "absent experts count",
        ),
        Mistake(
            "average count",
            edit("total / count.clamp_min(1)", "total / (present.sum() / present.shape[1])"),
            "You divided every row by the same number, how many experts there are on average over the batch. Count them for each sample.",
            "right only where as many are there for all",
        ),
        Mistake(
            "largest count",
            edit("total / count.clamp_min(1)", "total / count.amax().clamp_min(1)"),
            "You divided every row by the number of experts of the best equipped sample. Count them for each sample.",
            "rows sum to less than 1",
        ),
        Mistake(
            "mean of floored logits",
            edit(
                "torch.where(here, probs, 0.0)",
                "torch.where(here, probs, 1.0).clamp_min(1e-12).log()",
                "total / count.clamp_min(1)",
                "torch.softmax(total / count.clamp_min(1), 1)",
            ),
            "You averaged the logarithms of the probabilities, with a small number against log 0. The task asks for the mean of the probabilities themselves.",
            "a geometric mean",
        ),
        Mistake(
            "finite for present, but for nobody",
            edit("present[..., None]", "(probs.isfinite().all(-1) & present.any(0))[..., None]"),
            "Wherever anybody is there you took every expert with finite numbers for present. An absent one may hold any numbers: choose by `present`.",
            "absent experts count",
        ),
        Mistake(
            "counted over the batch",
            edit("total / count.clamp_min(1)", "total / here.sum().clamp_min(1)"),
            "You divided every row by how many are there in the whole batch. Count them for each sample, axis 0.",
            "rows sum to less than 1",
        ),
        Mistake(
            "prior detached",
            edit(", prior)", ", prior.detach())"),
            "The values are right, but no gradient reaches `prior`: .detach(), .data or a copy of its numbers cuts the graph.",
            "the frequencies never learn",
        ),
        Mistake(
            "present reshaped",
            edit("present[..., None]", "present.reshape(present.shape[1], -1).T[..., None]"),
            "You cut `present` as (N, M): a reshape does not move axes, so experts get each other's marks. It comes as (M, N).",
            "experts are taken for one another",
        ),
        Mistake(
            "present turned",
            edit("present[..., None]", "present.T[..., None]"),
            "You read `present` as (N, M): an error, or silently wrong where M equals N. It comes as (M, N), as `probs` does.",
            "an error, or silently wrong where M = N",
        ),
        Mistake(
            "largest",
            edit(
                "torch.where(here, probs, 0.0).sum(0)",
                "torch.where(here, probs, 0.0).amax(0)",
                "total / count.clamp_min(1)",
                "total",
            ),
            "You took the largest probability of each class: where experts differ, the row sums to more than 1. Take the mean over those who are there.",
            "rows sum to more than 1",
        ),
    ),
    hints=(
        "How many experts does a sample have? That is one number for each sample, and it may be 0.",
        "torch.where(present[..., None], probs, 0.0).sum(0) adds those who are there, and no NaN gets through.",
        "torch.where(count > 0, mean, prior) chooses row by row; prior (C,) meets all rows.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

# 10.4 ---------------------------------------------------------------------------------------------


def robustness_area(levels: Tensor, scores: Tensor) -> Tensor:
    """Rising levels (K,) and scores (R, K) of R methods to the area under each curve over its width (R,)."""
    step = levels[1:] - levels[:-1]
    middle = (scores[:, 1:] + scores[:, :-1]) / 2
    return (step * middle).sum(1) / (levels[-1] - levels[0])


def _draw_curves(draw: Draw) -> list[Case]:
    r, k = draw.whole(2, 4), draw.whole(5, 7)
    uneven = draw.uniform(k, low=0.05).cumsum(0)
    scores = draw.uniform(r, k, low=0.2)
    return [
        Case("uneven levels", (uneven, scores)),
        Case("from 0 to 1", (torch.linspace(0, 1, k), scores)),
        Case("uneven, from 0", (uneven - uneven[0], scores)),
        Case("negative levels", (uneven - 10, scores)),
        Case("levels on both sides of 0", (uneven - uneven.mean(), scores)),
        Case("as many methods as levels", (draw.uniform(4, low=0.1).cumsum(0), draw.uniform(4, 4))),
        Case("two levels", (tensor([0.5, 2.0]), draw.uniform(3, 2))),
        Case("one method", (uneven, draw.uniform(1, k))),
        Case("float64", (uneven.double(), scores.double())),
    ]


AREA = Task(
    id="10.4",
    title="The area under a robustness curve",
    promise="""
    Write `robustness_area(levels, scores)`: the area under each curve of scores over levels, by trapezoids, divided by the width of the range. For an accuracy the result is again between 0 and 1: the mean over the range.

    - `levels` (K,) holds rising numbers, K >= 2, at any distances and of any sign: how much is missing, or how loud the noise is. `scores` (R, K) holds one row a method. Both have one float dtype; R >= 1.
    - Between two levels a curve is a straight line.
    - The result has shape (R,) and that dtype.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=robustness_area,
    named=(
        Case("a straight fall", (tensor([0.0, 1.0]), tensor([[1.0, 0.5]]))),
        Case("constant", (tensor([0.0, 0.5, 1.0]), tensor([[0.75, 0.75, 0.75]]))),
        Case("even levels", (tensor([0.0, 0.5, 1.0]), tensor([[1.0, 0.75, 0.0]]))),
        Case("uneven levels", (tensor([0.0, 0.25, 1.0]), tensor([[1.0, 0.5, 0.0]]))),
        Case("not from 0", (tensor([2.0, 3.0, 6.0]), tensor([[1.0, 0.5, 0.25]]))),
        Case("two methods", (tensor([0.0, 1.0, 4.0]), tensor([[1.0, 0.5, 0.25], [0.75, 0.75, 0.5]]))),
        Case("from below 0 to above", (tensor([-2.0, 0.5, 3.0]), tensor([[1.0, 0.5, 0.0]]))),
        Case("below 0", (tensor([-3.0, -1.0, 0.0]), tensor([[0.5, 0.25, 1.0]]))),
        Case(
            "three of three", (tensor([1.0, 2.0, 4.0]), tensor([[1.0, 0.5, 0.25], [0.5, 1.0, 0.0], [0.25, 0.0, 1.0]]))
        ),
        Case("a narrow range", (tensor([0.0, 0.001, 0.004]), tensor([[1.0, 0.5, 0.25]]))),
        Case("a very narrow range", (tensor([0.0, 1e-7, 4e-7]), tensor([[1.0, 0.5, 0.25]]))),
        Case("a dip", (tensor([0.0, 1.0, 2.0, 3.0]), tensor([[1.0, 0.0, 1.0, 0.5]]))),
        Case("scores below 0 and above 1", (tensor([0.0, 1.0, 3.0]), tensor([[2.0, -0.5, -1.0], [-3.0, 4.0, 2.5]]))),
    ),
    draws=_draw_curves,
    mistakes=(
        Mistake(
            "mean of the scores",
            edit("(step * middle).sum(1) / (levels[-1] - levels[0])", "scores.mean(1)"),
            "You took the mean of the scores: where levels lie densely they count more, and the ends count too much. Weigh each piece by its width.",
            "depends on where one measured",
        ),
        Mistake(
            "mean of the pieces",
            edit("(step * middle).sum(1) / (levels[-1] - levels[0])", "middle.mean(1)"),
            "You took the plain mean of the pieces, as if all were equally wide. Weigh each by its width.",
            "wrong where levels are uneven",
        ),
        Mistake(
            "not divided",
            edit(" / (levels[-1] - levels[0])", ""),
            "You did not divide by the width of the range: an accuracy then comes out above 1, or far too small.",
            "depends on the unit of the levels",
        ),
        Mistake(
            "divided by the last level",
            edit(" / (levels[-1] - levels[0])", " / levels[-1]"),
            "You divided by the last level. The width is the last minus the first: levels need not begin at 0.",
            "wrong where levels do not begin at 0",
        ),
        Mistake(
            "divided by K",
            edit(" / (levels[-1] - levels[0])", " / len(levels)"),
            "You divided by the number of levels. Divide by the width of the range, last minus first.",
            "depends on how many levels there are",
        ),
        Mistake(
            "divided by the pieces",
            edit(" / (levels[-1] - levels[0])", " / (len(levels) - 1)"),
            "You divided by the number of pieces. Divide by the width of the range, last minus first.",
            "depends on how many levels there are",
        ),
        Mistake(
            "left ends",
            edit("(scores[:, 1:] + scores[:, :-1]) / 2", "scores[:, :-1]"),
            "You took the score at the left end of each piece: too good for a falling curve. Take the mean of both ends.",
            "too good",
        ),
        Mistake(
            "right ends",
            edit("(scores[:, 1:] + scores[:, :-1]) / 2", "scores[:, 1:]"),
            "You took the score at the right end of each piece: too bad for a falling curve. Take the mean of both ends.",
            "too bad",
        ),
        Mistake(
            "no half",
            edit("(scores[:, 1:] + scores[:, :-1]) / 2", "(scores[:, 1:] + scores[:, :-1])"),
            "Yours is twice ours: the height of a trapezoid is the *mean* of its two ends.",
            "twice ours",
        ),
        Mistake(
            "the fall",
            edit("(step * middle).sum(1) / (levels[-1] - levels[0])", "scores[:, 0] - scores[:, -1]"),
            "You returned the first score minus the last: what lies between has no effect.",
            "the way down does not count",
        ),
        Mistake(
            "slope",
            edit("step * middle", "(scores[:, 1:] - scores[:, :-1])"),
            "You added the falls from level to level: that is the slope of the curve, not the area under it.",
            "a slope",
        ),
        Mistake(
            "relative to the first",
            edit("(levels[-1] - levels[0])", "(levels[-1] - levels[0]) / scores[:, 0]"),
            "You divided by the score at the first level. That is what is retained of it: a method that is bad from the start looks robust.",
            "bad methods look robust",
        ),
        Mistake(
            "above the last",
            edit("(levels[-1] - levels[0])", "(levels[-1] - levels[0]) - scores[:, -1]"),
            "You subtracted the last score. The area goes down to 0.",
            "too small",
        ),
        Mistake(
            "area above",
            edit("return (step", "return 1 - (step"),
            "Yours is the area above the curve, 1 minus ours: small is good there.",
            "1 minus ours",
        ),
        Mistake(
            "worst score",
            edit("(step * middle).sum(1) / (levels[-1] - levels[0])", "scores.amin(1)"),
            "You returned the worst score. The task asks for the mean over the whole range.",
            "one level decides",
        ),
        Mistake(
            "one number for all",
            edit(".sum(1) / (levels[-1] - levels[0])", ".sum(1).mean() / (levels[-1] - levels[0])"),
            "You averaged over the methods. Each has its own area: shape (R,).",
            "one number for all methods",
        ),
        Mistake(
            "largest score as width",
            edit(" / (levels[-1] - levels[0])", " / levels.abs().amax()"),
            "You divided by the largest level. The width is the last minus the first.",
            "wrong where levels do not begin at 0",
        ),
        Mistake(
            "last piece lost",
            edit("(step * middle).sum(1)", "(step * middle)[:, : max(1, len(step) - 1)].sum(1)"),
            "The last piece is missing: a slice or range stops before its end.",
            "the end does not count",
        ),
        Mistake(
            "first piece lost",
            edit("(step * middle).sum(1)", "(step * middle)[:, min(1, len(step) - 1) :].sum(1)"),
            "The first piece is missing: begin at level 0 of the list.",
            "the start does not count",
        ),
        Mistake(
            "sorted scores",
            edit("middle = (", "scores = scores.sort(1, descending=True).values\n    middle = ("),
            "You sorted the scores. Each belongs to its level: a dip in the middle is a dip.",
            "a dip disappears",
        ),
        Mistake(
            "from 0 on",
            edit(
                "step = levels",
                "levels = torch.cat([levels.new_zeros(1), levels])\n    scores = torch.cat([scores[:, :1], scores], 1)\n    step = levels",
            ),
            "You began at level 0 although nothing was measured there. The range goes from the first level to the last.",
            "invents a first piece",
        ),
        Mistake(
            "column",
            edit(".sum(1) / (levels[-1] - levels[0])", ".sum(1, keepdim=True) / (levels[-1] - levels[0])"),
            "The shape is (R, 1) and should be (R,).",
            "shape (R, 1)",
        ),
        Mistake(
            "last piece lost, one or more",
            edit("(step * middle).sum(1)", "(step * middle)[:, :-1].sum(1)"),
            "The last piece is missing: a slice or range stops before its end. With two levels nothing is left.",
            "the end does not count",
        ),
        Mistake(
            "first piece lost, one or more",
            edit("(step * middle).sum(1)", "(step * middle)[:, 1:].sum(1)"),
            "The first piece is missing: begin at level 0 of the list. With two levels nothing is left.",
            "the start does not count",
        ),
        Mistake(
            "one sum for all",
            edit("(step * middle).sum(1)", "(step * middle).sum()"),
            "You added over the methods as well. Each has its own area: shape (R,).",
            "one number for all methods",
        ),
        Mistake(
            "sizes of the levels",
            edit("step = levels[1:] - levels[:-1]", "step = (levels[1:].abs() - levels[:-1].abs()).abs()"),
            "You measured the pieces between the *sizes* of the levels, so one that reaches from below 0 to above it comes out too short. Levels may have any sign: subtract them as they are.",
            "wrong where levels change their sign",
        ),
    ),
    hints=(
        "Draw two points. The area under the line between them is a rectangle of the mean height.",
        "levels[1:] - levels[:-1] are the widths, (scores[:, 1:] + scores[:, :-1]) / 2 the mean heights.",
        "Divide by the whole width at the end: levels[-1] - levels[0].",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=(
        "torch.trapezoid",
        "torch.trapz",
        "torch.cumulative_trapezoid",
        "numpy.trapezoid",
        "numpy.trapz",
        "scipy.integrate",
        "scipy.interpolate",
        "sklearn.metrics.auc",
    ),
)

TASKS = (DROPOUT, GAUSSIANS, LATE, AREA)
