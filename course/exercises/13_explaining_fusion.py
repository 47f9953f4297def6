# %% [markdown]
# # Exercises 13 · Why did it say that, and who said it?
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import itertools
import math

import torch
from torch import nn

from fusion_edu import data, evaluate, explain, fusion, losses, model, train, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="13.1"

# %% answer="13.1"


def integrated_gradients(f, x, base, steps):
    """Mean gradient of f over `steps` midpoints of the way from base to x, times the way: (N, D)."""
    ### BEGIN SOLUTION
    total = torch.zeros_like(x)
    for k in range(steps):
        share = (k + 0.5) / steps
        point = (base + share * (x - base)).requires_grad_()
        (slope,) = torch.autograd.grad(f(point).sum(), point)
        total += slope
    return (x - base) * total / steps
    ### END SOLUTION


# %% check="13.1"
check("13.1", integrated_gradients)

# %% [markdown] task="13.2"

# %% answer="13.2"


def grad_cam(act, grad):
    """ReLU of the channels weighted by their mean gradient, divided by its largest value: (N, C, H, W) to (N, H, W)."""
    ### BEGIN SOLUTION
    weight = grad.mean(dim=(2, 3))  # (N, C)
    cam = torch.einsum("nc,nchw->nhw", weight, act).clamp(min=0)
    most = cam.flatten(1).amax(dim=1)[:, None, None]
    return torch.where(most > 0, cam / most, 0)
    ### END SOLUTION


# %% check="13.2"
check("13.2", grad_cam)

# %% [markdown] task="13.3"

# %% answer="13.3"


def shapley_modalities(v, M):
    """What each of M modalities adds, averaged over all orders of joining; v takes a frozenset of numbers."""
    ### BEGIN SOLUTION
    gains = [0.0] * M
    for order in itertools.permutations(range(M)):
        here = frozenset()
        for i in order:
            gains[i] += v(here | {i}) - v(here)
            here = here | {i}
    return [total / math.factorial(M) for total in gains]
    ### END SOLUTION


# %% check="13.3"
check("13.3", shapley_modalities)

# %% [markdown]
# **Write the test.** A game of two modalities is four numbers. Which wrong functions does this one unmask, XOR? Change the game or M until none hides: `given`
# has `additive_game`, `xor_game`, `copies_game`, `mixed_game` and `irregular_game`.

# %%
from fusion_edu.tasks import given

unmask("13.3", given.xor_game, 2)

# %% [markdown] task="13.4"

# %% answer="13.4"


def emap(grid):
    """Logits (N, N, C) of all pairs to the additive projection at the true pairs: (N, C)."""
    ### BEGIN SOLUTION
    picture, name = grid.mean(dim=1), grid.mean(dim=0)  # (N, C) each
    return picture + name - picture.mean(dim=0)
    ### END SOLUTION


# %% check="13.4"
check("13.4", emap)

# %% [markdown] task="13.5"

# %% answer="13.5"


def interaction_information(p):
    """I(X1; Y), I(X2; Y), I(X1, X2; Y) and the interaction, in bits, of joint probabilities (A, B, Y)."""
    ### BEGIN SOLUTION
    def entropy(q):
        q = q.double().flatten()
        return -(q[q > 0] * q[q > 0].log2()).sum().item()

    y = entropy(p.sum((0, 1)))
    one = entropy(p.sum((1, 2))) + y - entropy(p.sum(1))
    two = entropy(p.sum((0, 2))) + y - entropy(p.sum(0))
    both = entropy(p.sum(2)) + y - entropy(p)
    return one, two, both, both - one - two
    ### END SOLUTION


# %% check="13.5"
check("13.5", interaction_information)

# %% [markdown] task="13.6"

# %% answer="13.6"


def deletion_curve(f, x, a, fill):
    """Scores (N, D + 1) with the k most important features of each row set to fill, k = 0 .. D."""
    ### BEGIN SOLUTION
    order = a.argsort(dim=1, descending=True)
    now, columns = x.clone(), [f(x)]
    for k in range(x.shape[1]):
        now = now.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(now))
    return torch.stack(columns, dim=1)
    ### END SOLUTION


# %% check="13.6"
check("13.6", deletion_curve)

# %% [markdown]
# ## Open task: what does this model really use?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# A colleague hands you this model of two modalities, and its accuracy. Choose **one** modality and **one** control: from other samples
# (`explain.shuffled_control`), or trained without it. Run at least five seeds, once as the model is and once under your control. Is the model as it is
# `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`? And which sentence may you say: that it
# *uses* the modality, or that it *needs* it?

# %%
KIND, SEEDS = "and", range(5)  # "redundant", "unique", "and" or "xor"


def trained(modalities, seed):
    """The colleague's model on these modalities; the new rows and their labels."""
    known, new = data.gauss_pair(KIND, 600, seed), data.gauss_pair(KIND, 1000, 100 + seed)
    torch.manual_seed(seed)
    branches = {m: nn.Linear(4, 32) for m in modalities}
    head = nn.Sequential(nn.ReLU(), nn.Linear(32 * len(branches), 32), nn.ReLU(), nn.Linear(32, 2))
    net = model.FusionModel(branches, fusion.Concat(dict.fromkeys(branches, 32)), head)
    x = {m: known.x[m] for m in modalities}
    train.fit(net, x, known.y, loss=losses.cross_entropy, epochs=12, learning_rate=5e-3, seed=seed, progress=False)
    return net, {m: new.x[m] for m in modalities}, new.y


def as_it_is(seed):
    net, x, y = trained(["a", "b"], seed)
    return evaluate.accuracy(net(x).detach(), y)


runs = {}  # {"as it is": [as_it_is(seed) for seed in SEEDS], "your control": [...]}
conclusion = None
defend("13.open", runs, conclusion)

# %%
widgets.progress_map()
