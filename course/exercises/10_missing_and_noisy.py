# %% [markdown]
# # Exercises 10 · Missing and noisy modalities
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the
# mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import data, evaluate, fusion, train, widgets
from fusion_edu.checks import check, defend, unmask
from fusion_edu.model import FusionModel

# %% [markdown] task="10.1"

# %% answer="10.1"


def apply_modality_dropout(feats, u, p, training):
    """Hide modalities where u < p, never all of a sample: features (N, M, D) with zeros, and what was kept (N, M)."""
    ### BEGIN SOLUTION
    if training:
        keep = u >= p
        keep[torch.arange(len(u)), u.argmax(dim=1)] = True  # if any stays, the largest draw does
    else:
        keep = torch.ones_like(u, dtype=torch.bool)
    return feats.masked_fill(~keep[..., None], 0), keep
    ### END SOLUTION


# %% check="10.1"
check("10.1", apply_modality_dropout)

# %% [markdown]
# **Write the test.** One sample, two modalities: which wrong versions does this input unmask? Several hide as long as
# one modality would stay anyway.

# %%
unmask("10.1", torch.tensor([[[1.0], [2.0]]]), torch.tensor([[0.1, 0.9]]), 0.5, True)

# %% [markdown] task="10.2"

# %% answer="10.2"


def poe_gaussian(mu, log_var, present):
    """Mean and log-variance (N, D) of the Gaussian experts (M, N, D) that are there, times one standard normal."""
    ### BEGIN SOLUTION
    here = present[..., None]
    precision = torch.where(here, torch.exp(-torch.where(here, log_var, 0.0)), 0.0)
    variance = 1 / (1 + precision.sum(dim=0))
    return variance * (precision * torch.where(here, mu, 0.0)).sum(dim=0), torch.log(variance)
    ### END SOLUTION


# %% check="10.2"
check("10.2", poe_gaussian)

# %% [markdown] task="10.3"

# %% answer="10.3"


def late_fuse_present(probs, present, prior):
    """Mean of the probabilities (M, N, C) of those who are there; the class frequencies (C,) where nobody is: (N, C)."""
    ### BEGIN SOLUTION
    here = present[..., None]
    mean = torch.where(here, probs, 0.0).sum(dim=0) / here.sum(dim=0).clamp(min=1)
    return torch.where(here.any(dim=0), mean, prior)
    ### END SOLUTION


# %% check="10.3"
check("10.3", late_fuse_present)

# %% [markdown] task="10.4"

# %% answer="10.4"


def robustness_area(levels, scores):
    """Area under each curve of scores (R, K) over rising levels (K,), divided by the width of the range: (R,)."""
    ### BEGIN SOLUTION
    widths = levels.diff()
    heights = (scores[:, 1:] + scores[:, :-1]) / 2
    return heights @ widths / widths.sum()
    ### END SOLUTION


# %% check="10.4"
check("10.4", robustness_area)

# %% [markdown]
# ## Open task: what stands in for a sensor?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# A smartwatch; ten people, each left out once, so you have ten runs. In use one sensor is missing: choose which. Choose
# two fillings of those below, or one of your own: `"mean"`, `"dropout"` (the mean, and modality dropout in training),
# `"token"` (a learned token, and dropout), `"predicted"` (a prediction of the missing sensor from the other one).
# Conclude: is the first one `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a
# difference `"not shown"`?

# %%
MISSING = "accelerometer"  # or "gyroscope"
watch = data.smartwatch()
TABLE = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], dim=1) for m, v in watch.x.items()}
DIMS = {m: v.shape[1] for m, v in TABLE.items()}
HERE = torch.tensor([m != MISSING for m in DIMS])
LAYERS = {
    "mean": lambda: fusion.Concat(DIMS),
    "dropout": lambda: fusion.ModalityDropout(fusion.Concat(DIMS), 0.5),
    "token": lambda: fusion.ModalityDropout(fusion.MissingTokens(fusion.Concat(DIMS)), 0.5),
    "predicted": lambda: fusion.Concat(DIMS),
}


def score(filling, person):
    """Accuracy for one of ten people with a sensor missing, learned from complete data of the other nine."""
    new = watch.groups == watch.groups.unique()[person]
    scale = {m: data.Standardiser.fit(v[~new]) for m, v in TABLE.items()}
    x, z = ({m: scale[m](v[rows]) for m, v in TABLE.items()} for rows in (~new, new))
    torch.manual_seed(person)
    layer = LAYERS[filling]()
    head = nn.Sequential(nn.Linear(layer.dim, 64), nn.ReLU(), nn.Linear(64, 7))
    model = FusionModel({m: nn.Identity() for m in DIMS}, layer, head)
    train.fit(model, x, watch.y[~new], loss=F.cross_entropy, epochs=12, learning_rate=5e-3, seed=person, progress=False)
    if filling == "predicted":  # by least squares from the sensor that is there
        (other,) = (m for m in DIMS if m != MISSING)
        z = z | {MISSING: z[other] @ torch.linalg.lstsq(x[other], x[MISSING]).solution}
    present = None if filling == "predicted" else HERE.expand(int(new.sum()), 2)
    with torch.no_grad():
        return evaluate.accuracy(model(z, present), watch.y[new])


runs = {}  # {"dropout": [score("dropout", person) for person in range(10)], ...}
conclusion = None
defend("10.open", runs, conclusion, unit="people", test_to_train=1 / 9)

# %%
widgets.progress_map()
