# %% [markdown]
# # Exercises 03 · Cross-entropy
#
# Write each function, then run the cell below it. A check answers at once: right; or wrong, with an input that shows it;
# or the mistake by name. Run it as often as you like. Its card holds folded hints, the mildest first.
#
# Every right way is accepted: a check compares what your function does, not how it is written.

# %%
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import data, evaluate, losses, train, widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="03.1"

# %% answer="03.1"


def softmax(logits):
    """Probabilities of each row: (N, C) to (N, C)."""
    ### BEGIN SOLUTION
    highest = logits.amax(dim=1, keepdim=True)
    shares = (logits - highest).exp()
    return shares / shares.sum(dim=1, keepdim=True)
    ### END SOLUTION


# %% check="03.1"
check("03.1", softmax)

# %% [markdown] task="03.2"

# %% answer="03.2"


def cross_entropy(logits, target):
    """Mean over the samples of -log p of the true class, in nats."""
    ### BEGIN SOLUTION
    true_logit = logits.gather(1, target[:, None]).squeeze(1)
    return (logits.logsumexp(dim=1) - true_logit).mean()
    ### END SOLUTION


# %% check="03.2"
check("03.2", cross_entropy)

# %% [markdown]
# **See the floor.** Feed your function probabilities instead of logits, once they are perfect. What is the smallest
# number that you can get with 3 classes? Remove the `#` below once your function works.

# %%
perfect = torch.tensor([[1.0, 0.0, 0.0]])
# cross_entropy(perfect, torch.tensor([0]))

# %% [markdown] task="03.3"

# %% answer="03.3"


def smooth_ce(logits, target, eps=0.1):
    """Cross-entropy towards labels of which a share eps is spread over all classes."""
    ### BEGIN SOLUTION
    surprise = -logits.log_softmax(dim=1)
    of_true = surprise[torch.arange(len(target)), target]
    return ((1 - eps) * of_true + eps * surprise.mean(dim=1)).mean()
    ### END SOLUTION


# %% check="03.3"
check("03.3", smooth_ce)

# %% [markdown] task="03.4"

# %% answer="03.4"


def weighted_ce(logits, target, weight):
    """Cross-entropy in which each sample counts with the weight of its class."""
    ### BEGIN SOLUTION
    share = weight[target] / weight[target].sum()
    return torch.dot(share, F.cross_entropy(logits, target, reduction="none"))
    ### END SOLUTION


# %% check="03.4"
check("03.4", weighted_ce)

# %% [markdown]
# ## Open task: does label smoothing help here?
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Label smoothing is said to make models better. Choose what "better" means (the accuracy, or minus the NLL), how much to
# smooth, and how far the clouds overlap (`NOISE`). Hold the smoothed loss against the plain one on at least five seeds.
# Conclude: is the first one `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference
# `"not shown"`?

# %%
NOISE, SMOOTHING, SEEDS = 2.0, 0.1, range(5)


def score(smoothing, seed):
    """Test accuracy of a linear model: greater is better. Minus losses.cross_entropy(logits, new.y) is another choice."""
    known, new = data.blobs(3, 5, 200, seed, noise=NOISE), data.blobs(3, 5, 2000, 100 + seed, noise=NOISE)
    torch.manual_seed(seed)
    model = nn.Linear(5, 3)

    def loss(logits, target):
        return losses.cross_entropy(logits, target, label_smoothing=smoothing)

    train.fit(model, known.x["point"], known.y, loss=loss, epochs=50, seed=seed, progress=False)
    logits = model(new.x["point"]).detach()
    return evaluate.accuracy(logits, new.y)


runs = {}  # e.g. {"smoothed": [score(SMOOTHING, seed) for seed in SEEDS], "plain": [...]}
conclusion = None
defend("03.open", runs, conclusion)

# %%
widgets.progress_map()
