# %% [markdown]
# # Exercises 04 · Contrastive loss
#
# Write each function, then run the cell below it. A check answers at once: right; or wrong, with an input that shows it;
# or the mistake by name. Run it as often as you like. Its card holds folded hints, the mildest first.
#
# Every right way is accepted: a check compares what your function does, not how it is written.

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="04.1"

# %% answer="04.1"


def safe_distance(a, b, eps=1e-12):
    """Euclidean distance of row i of a and row i of b, with a finite gradient everywhere: (N,)."""
    ### BEGIN SOLUTION
    squared = (a - b).pow(2).sum(dim=1)
    return torch.where(squared > eps, squared, torch.full_like(squared, eps)).sqrt()
    ### END SOLUTION


# %% check="04.1"
check("04.1", safe_distance)

# %% [markdown] task="04.2"

# %% answer="04.2"


def contrastive_loss(d, y, margin=1.0):
    """The course's contrastive loss of N pairs: distances d, labels y (1 similar, 0 not)."""
    ### BEGIN SOLUTION
    shortfall = torch.relu(margin - d)
    return torch.where(y == 1, d.square(), shortfall.square()).mean() / 2
    ### END SOLUTION


# %% check="04.2"
check("04.2", contrastive_loss)

# %% [markdown]
# **Write the test.** An input that unmasks every wrong version of this loss is a good test. How few pairs do you need?

# %%
unmask("04.2", torch.tensor([0.5]), torch.tensor([0.0]), 1.0)

# %% [markdown] task="04.3"

# %% answer="04.3"


def triplet_loss(d_pos, d_neg, margin=0.2):
    """Mean triplet loss of N triplets, from the distances to the positive and to the negative."""
    ### BEGIN SOLUTION
    return torch.relu(margin + d_pos - d_neg).mean()
    ### END SOLUTION


# %% check="04.3"
check("04.3", triplet_loss)

# %% [markdown] task="04.4"

# %% answer="04.4"


def make_pairs(labels):
    """Every pair i < j of a labelled batch, in order, and 1 where the labels agree: i, j, y."""
    ### BEGIN SOLUTION
    rows = torch.arange(len(labels), device=labels.device)
    i, j = torch.nonzero(rows[:, None] < rows[None, :], as_tuple=True)
    return i, j, (labels[i] == labels[j]).long()
    ### END SOLUTION


# %% check="04.4"
check("04.4", make_pairs)

# %% [markdown] task="04.5"

# %% answer="04.5"


def contrastive_grad(a, b, y, margin):
    """The gradient of the contrastive loss with respect to a, by hand: (N, D)."""
    ### BEGIN SOLUTION
    difference = a - b
    d = difference.square().sum(dim=1, keepdim=True).sqrt()
    direction = torch.where(d > 0, difference / d.clamp_min(1e-30), torch.zeros_like(difference))
    similar = y.to(a.dtype).unsqueeze(1)
    slope = similar * d - (1 - similar) * torch.relu(margin - d)
    return slope * direction / len(a)
    ### END SOLUTION


# %% check="04.5"
check("04.5", contrastive_grad)

# %% [markdown]
# ## Open task: turn one thing
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Choose one thing that you can turn in this loss: the margin, the share of similar pairs, or the formula of the hinge. Say
# what you expect, then run both sides with the same seeds, at least five, and **conclude**. The conclusion follows the
# number: if the interval of the gain holds 0, it is "not shown", unless all of it lies inside a margin that you chose before
# the run.
#
# `auc_of` trains once on points of five clouds, and scores pairs of new points of the same clouds. Another seed, other
# clouds. About two seconds a run.

# %%
from sklearn.metrics import roc_auc_score
from torch import nn

from fusion_edu import data, losses, train


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x):
        return losses.safe_distance(self.net(x["a"]), self.net(x["b"]))


def pairs(seed, n, share):
    """n pairs of points from five clouds, this share of them similar."""
    clouds = data.blobs(5, 16, 1500, seed, spread=1.0, layout=seed // 2)
    i, j, similar = data.sample_pairs(clouds.y, clouds.y, n, seed, similar_share=share)
    return {"a": clouds.x["point"][i], "b": clouds.x["point"][j]}, similar


def auc_of(loss, seed, share=0.2):
    """AUC of new pairs after training with ``loss(distance, similar)``."""
    torch.manual_seed(seed)
    model = Siamese()
    train.fit(model, *pairs(2 * seed, 8000, share), loss=loss, epochs=3, batch_size=256, learning_rate=3e-3,
              seed=seed, progress=False)  # fmt: skip
    x, similar = pairs(2 * seed + 1, 4000, 0.2)
    with torch.no_grad():
        return roc_auc_score(similar, -model(x))


runs = {}  # e.g. {"margin 1": [auc_of(losses.contrastive, seed) for seed in range(5)], "...": [...]}
conclusion = None  # "better", "worse", "the same" (then give margin=, chosen before the run) or "not shown"
defend("04.open", runs, conclusion)

# %%
widgets.progress_map()
