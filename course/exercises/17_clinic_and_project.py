# %% [markdown]
# # Exercises 17 · A clinic, and your project
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fusion_edu import data, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="17.1"

# %% answer="17.1"


def group_split(groups, order, test_frac):
    """Rows of the test (N,), bool: all rows of the first patients of order (G,)."""
    ### BEGIN SOLUTION
    patients, place = groups.unique(return_inverse=True)
    k = int(test_frac * len(patients) + 0.5)
    chosen = torch.zeros(len(patients), dtype=torch.bool)
    chosen[order[:k]] = True
    return chosen[place]
    ### END SOLUTION


# %% check="17.1"
check("17.1", group_split)

# %% [markdown] task="17.2"

# %% answer="17.2"


def lag_features(x, lags, horizon):
    """Rows of the last readings (n, lags), oldest first, and the reading horizon steps after each (n,)."""
    ### BEGIN SOLUTION
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].clone(), x[-n:].clone()
    ### END SOLUTION


# %% check="17.2"
check("17.2", lag_features)

# %% [markdown]
# **Write the test.** Which wrong versions does this input unmask? Why are readings 0, 1, 2, ... a poor choice for some of them?

# %%
unmask("17.2", torch.arange(5.0), 2, 1)

# %% [markdown] task="17.3"

# %% answer="17.3"


def cost_threshold(p, c_fp, c_fn):
    """Whom to treat (N,), bool: where treating costs at most as much as waiting, on average."""
    ### BEGIN SOLUTION
    return p * (c_fp + c_fn) >= c_fp
    ### END SOLUTION


# %% check="17.3"
check("17.3", cost_threshold)

# %% [markdown] task="17.4"

# %% answer="17.4"


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    """Shares of the test rows: group known, twin in training, not later than the latest training row."""
    ### BEGIN SOLUTION
    known = torch.isin(test_group, train_group)
    twin = torch.stack([(train_x == row).all(dim=1).any() for row in test_x])
    early = test_time <= train_time.max()
    return tuple(share.double().mean().item() for share in (known, twin, early))
    ### END SOLUTION


# %% check="17.4"
check("17.4", leak_audit)

# %% [markdown]
# **Use it.** Emoji in two drawing styles, split drawing by drawing, as the leak zoo of lesson 12 did. The group is the emoji. Windows of
# the smartwatch, split at random: the group is the person. What does your audit say?

# %%
watch = data.smartwatch()
known, new = data.split(len(watch), 0.3, seed=0)
flat = watch.x["accelerometer"].flatten(1)
clock = torch.arange(len(watch)).float()  # the file's order
# leak_audit(flat[known], flat[new], watch.groups[known], watch.groups[new], clock[known], clock[new])

# %% [markdown] task="17.5"

# %% answer="17.5"


def abstention_threshold(confidence, correct, risk):
    """Smallest confidence from which on the share of errors is at most risk; infinity where there is none."""
    ### BEGIN SOLUTION
    candidates = confidence.unique()  # sorted
    decided = confidence >= candidates[:, None]  # (K, N)
    errors = (decided & ~correct).double().sum(dim=1) / decided.double().sum(dim=1)
    good = candidates[errors <= risk]
    return good[0].item() if len(good) else float("inf")
    ### END SOLUTION


# %% check="17.5"
check("17.5", abstention_threshold)

# %% [markdown] task="17.6"

# %% answer="17.6"


def card_numbers(y, pred, group, least):
    """Accuracy, that of the worst group, and largest minus smallest over groups of at least `least` rows."""
    ### BEGIN SOLUTION
    right = (y == pred).double()
    counted = [rows for rows in (group == g for g in group.unique()) if rows.sum() >= least]
    scores = [right[rows].mean().item() for rows in counted] or [right.mean().item()]
    return right.mean().item(), min(scores), max(scores) - min(scores)
    ### END SOLUTION


# %% check="17.6"
check("17.6", card_numbers)

# %% [markdown]
# ## Open task: abstain on a new person
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# Ten people wore the watch; each is left out once, so you have ten runs. A model may hand on the windows of which it is unsure. Compare
# two ways to do the same thing: two thresholds, two sensors, two ways to calibrate (by windows or by people), sets or a threshold.
# Score each run with *one* number, greater is better: accuracy among the decided windows, or minus the cost of a window if an error
# costs 5 and a window handed on costs 1. Conclude: is the first one `"better"`, `"worse"`, `"the same"` (then name the `margin`
# before you run) or is a difference `"not shown"`?

# %%
TABLE = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], dim=1) for m, v in watch.x.items()}


def probabilities(person, sensor="accelerometer"):
    """For the windows of one of ten people, learned from the other nine: probabilities (B, 7), and the true classes."""
    out = watch.groups == watch.groups.unique()[person]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    model.fit(TABLE[sensor][~out], watch.y[~out])
    return torch.tensor(model.predict_proba(TABLE[sensor][out])), watch.y[out]


def minus_cost(p, y, threshold):
    """Minus the mean cost of a window: an error that is decided costs 5, a window handed on costs 1."""
    confidence, guess = p.max(dim=1)
    handed_on = confidence < threshold
    return -torch.where(handed_on, 1.0, 5.0 * (guess != y)).mean().item()


# runs = {"threshold 0.8": [minus_cost(*probabilities(k), 0.8) for k in range(10)], "decide all": [...]}
runs = {}
conclusion = None
defend("17.open", runs, conclusion, unit="people", test_to_train=1 / 9)

# %% [markdown]
# **The capstone** is next: [the brief](../docs/capstone.md).

# %%
widgets.progress_map()
