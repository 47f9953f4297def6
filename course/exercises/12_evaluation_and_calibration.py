# %% [markdown]
# # Exercises 12 · Evaluation and calibration
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import math

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch.nn import functional as F

from fusion_edu import data, evaluate, fusion, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="12.1"

# %% answer="12.1"


def f1_scores(y, p, classes):
    """Macro F1 over all classes (0/0 counts 0), and micro F1, of true classes y and predicted classes p (N,)."""
    ### BEGIN SOLUTION
    table = torch.bincount(y * classes + p, minlength=classes**2).reshape(classes, classes).double()
    hits = table.diag()
    named = table.sum(dim=0) + table.sum(dim=1)  # 2TP + FP + FN of each class
    return (2 * hits / named.clamp_min(1)).mean().item(), (2 * hits.sum() / named.sum()).item()
    ### END SOLUTION


# %% check="12.1"
check("12.1", f1_scores)

# %% [markdown] task="12.2"

# %% answer="12.2"


def ece(probs, y, bins=10):
    """Mean gap between confidence and accuracy over bins of equal width, weighted by their samples."""
    ### BEGIN SOLUTION
    confidence, guess = probs.max(dim=1)
    place = (confidence * bins).long().clamp_max(bins - 1)
    gap = (guess == y).to(probs.dtype) - confidence
    return torch.zeros(bins, dtype=probs.dtype).index_add(0, place, gap).abs().sum().item() / len(y)
    ### END SOLUTION


# %% check="12.2"
check("12.2", ece)

# %% [markdown]
# **Write the test.** Which wrong versions does this input unmask? One of them forgets the surest mistakes: what must an
# input contain to show it?

# %%
unmask("12.2", torch.tensor([[0.9, 0.1], [0.6, 0.4]]), torch.tensor([0, 1]))

# %% [markdown] task="12.3"

# %% answer="12.3"


def temperature_nll(val_logits, val_y, grid):
    """The T of the grid with the smallest cross-entropy of val_logits / T."""
    ### BEGIN SOLUTION
    return min(grid.tolist(), key=lambda t: F.cross_entropy(val_logits / t, val_y).item())
    ### END SOLUTION


# %% check="12.3"
check("12.3", temperature_nll)

# %% [markdown] task="12.4"

# %% answer="12.4"


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    """Percentile interval of mean(a) - mean(b); each row of idx (R, N) is one resample of the items."""
    ### BEGIN SOLUTION
    gains = correct_a[idx].mean(dim=1) - correct_b[idx].mean(dim=1)
    ends = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=gains.dtype)
    lower, upper = gains.quantile(ends).tolist()
    return lower, upper
    ### END SOLUTION


# %% check="12.4"
check("12.4", paired_bootstrap)

# %% [markdown] task="12.5"

# %% answer="12.5"


def conformal_sets(cal_p, cal_y, test_p, alpha):
    """Sets of classes (M, C) that hold the true one with probability 1 - alpha or more."""
    ### BEGIN SOLUTION
    missed = 1 - cal_p[torch.arange(len(cal_y)), cal_y]
    k = math.ceil((len(missed) + 1) * (1 - alpha))
    limit = missed.kthvalue(k).values if k <= len(missed) else math.inf
    return 1 - test_p <= limit
    ### END SOLUTION


# %% check="12.5"
check("12.5", conformal_sets)

# %% [markdown]
# ## Open task: a second sensor for new people
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# A smartwatch with an accelerometer and a gyroscope; ten people. Each is left out once, so you have ten runs. Choose two
# of: the accelerometer alone, the gyroscope alone, the mean or the product of both. Choose the score, too: accuracy, or
# minus the negative log-likelihood, which sees how sure a model is. Conclude: is the first one `"better"`, `"worse"`,
# `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`?

# %%
watch = data.smartwatch()
TABLE = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], dim=1) for m, v in watch.x.items()}


def probabilities(person):
    """Of each sensor, for the windows of one of ten people, learned from the other nine; and the true classes."""
    new = watch.groups == watch.groups.unique()[person]
    found = {}
    for sensor, x in TABLE.items():
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(x[~new], watch.y[~new])
        found[sensor] = torch.tensor(model.predict_proba(x[new]))
    return found, watch.y[new]


# Fuse with fusion.average_probabilities(found); score with evaluate.accuracy(p, y) or -F.nll_loss(p.log(), y).item().
runs = {}
conclusion = None
defend("12.open", runs, conclusion, unit="people", test_to_train=1 / 9)

# %%
widgets.progress_map()
