# %% [markdown]
# # Exercises 02 · MSE and regression
#
# Write each function, then run the cell below it. A check answers at once: right; or wrong, with an input that shows it;
# or the mistake by name. Run it as often as you like. Its card holds folded hints, the mildest first.
#
# Every right way is accepted: a check compares what your function does, not how it is written.

# %%
import torch
from sklearn.linear_model import HuberRegressor, LinearRegression

from fusion_edu import data, widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="02.1"

# %% answer="02.1"


def mse_loss(pred, target, reduction="mean"):
    """Squared error of equal shapes: its mean, its sum, or one number an entry."""
    ### BEGIN SOLUTION
    if pred.shape != target.shape:
        raise ValueError(f"pred has shape {tuple(pred.shape)}, target {tuple(target.shape)}")
    squares = (pred - target).square()
    if reduction == "sum":
        return squares.sum()
    return squares.mean() if reduction == "mean" else squares
    ### END SOLUTION


# %% check="02.1"
check("02.1", mse_loss)

# %% [markdown] task="02.2"

# %% answer="02.2"


def huber_loss(pred, target, delta=1.0):
    """Mean Huber loss of N predictions: a parabola up to delta, a line beyond."""
    ### BEGIN SOLUTION
    error = (pred - target).abs()
    near = error.clamp(max=delta)  # the part of the error inside the parabola
    far = error - near  # the rest, at slope delta
    return (near.square() / 2 + delta * far).mean()
    ### END SOLUTION


# %% check="02.2"
check("02.2", huber_loss)

# %% [markdown] task="02.3"

# %% answer="02.3"


def masked_mse(pred, target):
    """Mean squared error over the targets that are not NaN."""
    ### BEGIN SOLUTION
    present = target == target  # NaN is the only number that is not equal to itself
    error = pred[present] - target[present]
    return error.square().sum() / max(present.sum().item(), 1)
    ### END SOLUTION


# %% check="02.3"
check("02.3", masked_mse)

# %% [markdown]
# Look at it yourself: take the `#` away. Is the gradient 0 at the hole?

# %%
pred = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
target = torch.tensor([[0.0, float("nan")], [3.0, 2.0]])
# masked_mse(pred, target).backward()
# pred.grad

# %% [markdown] task="02.4"

# %% answer="02.4"


def gaussian_nll(mean, log_var, target):
    """Mean negative log-likelihood of normal distributions, without the constant."""
    ### BEGIN SOLUTION
    scaled = (target - mean) * torch.exp(-log_var / 2)
    return (log_var + scaled.square()).mean() / 2
    ### END SOLUTION


# %% check="02.4"
check("02.4", gaussian_nll)

# %% [markdown]
# ## Open task: is the insurance worth its price?
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Huber loss insures against wrong labels. Choose a share of wrong labels (0 is a choice, too) and how many rows there are
# to learn from. Hold Huber against squares on at least five seeds, with new rows whose labels are right. Conclude: is the
# first one `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`?

# %%
SHARE, ROWS, SEEDS = 0.05, 60, range(5)


def score(model, seed):
    """Minus the mean absolute error on rows that the model has not seen: greater is better."""
    known, new = data.line(ROWS, seed, outliers=SHARE), data.line(1000, 500 + seed)
    model.fit(known.x["x"].numpy(), known.y.numpy())
    return -float(abs(model.predict(new.x["x"].numpy()) - new.y.numpy()).mean())


runs = {}  # e.g. {"Huber": [score(HuberRegressor(), seed) for seed in SEEDS], "squares": [... LinearRegression() ...]}
conclusion = None
defend("02.open", runs, conclusion)

# %%
widgets.progress_map()
