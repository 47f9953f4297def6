# %% [markdown]
# # 00 Exercises: distances, splits, intervals
#
# Write the body of each function, run its cell, then run its check. The card says what is right, or names the mistake.
#
# Tries cost nothing, and neither do hints. Back to the lesson:
# [00 How this course works](../notebooks/00_start_here.ipynb).

# %%
import torch
from torch import Tensor

from fusion_edu import widgets
from fusion_edu.checks import check

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
# ## What you have learnt
#
# You wrote a function without a loop, a split that anybody can repeat, and a number that says how sure it is. All three
# come back. Go on with
# [01 What makes data heterogeneous](../notebooks/01_heterogeneous_data.ipynb).

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
