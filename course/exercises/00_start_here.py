# %% [markdown]
# # 00 Exercises: distances, splits, intervals
#
# Write the body of each function, run its cell, then run its check. The card says what is right, or names the mistake.
#
# Tries cost nothing, and neither do hints.

# %%
import torch
from torch import Tensor

from fusion_edu import widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="00.1"


# %% answer="00.1"
def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    """Squared distance of every row of a (N, D) to every row of b (M, D): (N, M)."""
    ### BEGIN SOLUTION
    difference = a.unsqueeze(1) - b.unsqueeze(0)  # (N, M, D)
    return torch.einsum("nmd,nmd->nm", difference, difference)
    ### END SOLUTION


# %% check="00.1"
check("00.1", pairwise_sq_dists)

# %% [markdown]
# Room to try things. Take the `#` away once your function is written. What do you expect, before you run it?

# %%
points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
# pairwise_sq_dists(points, points)

# %% [markdown] task="00.2"


# %% answer="00.2"
def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    """Row numbers for training, and row numbers for testing."""
    ### BEGIN SOLUTION
    own = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(n, generator=own)
    for_training = n - round(n * test_frac)
    return shuffled[:for_training], shuffled[for_training:]
    ### END SOLUTION


# %% check="00.2"
check("00.2", seeded_split)

# %% [markdown] task="00.3"


# %% answer="00.3"
def mean_ci(x: Tensor) -> tuple[float, float]:
    """Mean of S results, and the half-width of its 95 % interval."""
    ### BEGIN SOLUTION
    count = len(x)
    mean = x.sum() / count
    variance = ((x - mean) ** 2).sum() / (count - 1)
    return float(mean), float(1.96 * (variance / count) ** 0.5)
    ### END SOLUTION


# %% check="00.3"
check("00.3", mean_ci)

# %% [markdown]
# ## Open task: how many seeds does a claim need?
#
# *Your own experiment, about 30 minutes. The check asks whether your conclusion follows from your runs.*
#
# Below is the model of the lesson, on two noisy bits. Think of one change that you believe helps: more hidden units, more
# epochs, another learning rate, less data. Then
#
# 1. write down, before you run anything, what counts as better, or as *the same* (a margin);
# 2. give both versions the same seeds and the same test rows, and choose settings on validation rows only;
# 3. choose the number of seeds, and say why;
# 4. conclude: `defend` holds your conclusion against your runs. "Not shown" is a result.

# %%
from torch import nn

from fusion_edu import data, evaluate, losses, train

learn, validation, test = (data.gauss_pair("xor", n, seed, noise=1.5) for seed, n in enumerate((200, 200, 500)))


def score(seed, on, hidden=16, epochs=20):
    """Accuracy on the rows ``on`` of the lesson's model; change it as you like."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(8, hidden), nn.ReLU(), nn.Linear(hidden, 2))
    x, new = (torch.cat([part.x["a"], part.x["b"]], dim=1) for part in (learn, on))
    train.fit(model, x, learn.y, loss=losses.cross_entropy, epochs=epochs, seed=seed, progress=False)
    return evaluate.accuracy(model(new).detach(), on.y)


plain = evaluate.over_seeds(lambda seed: score(seed, validation), range(3))
print("three runs on the validation rows:", evaluate.interval(plain))
runs = {}  # e.g. {"yours": [score(seed, test, hidden=64) for seed in range(5)], "plain": [... test) for seed in range(5)]}
conclusion = None  # "better", "worse", "the same" (then give margin=, chosen before the run) or "not shown"
defend("00.open", runs, conclusion)

# %%
widgets.progress_map()
