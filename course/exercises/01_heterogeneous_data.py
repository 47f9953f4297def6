# %% [markdown]
# # 01 Exercises: scales, lengths, masks and clocks
#
# Write each function, then run the cell with `check(...)` below it. A check compares your function with many inputs,
# random ones included. If something is wrong, it says which mistake it is, and shows the smallest input that exposes it.
#
# Before this: [lesson 01](../notebooks/01_heterogeneous_data.ipynb).

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check

# %% [markdown] task="01.1"

# %% answer="01.1"
def standardize(train, test):
    """(N, D) and (M, D), both on the scale of the training rows."""
    ### BEGIN SOLUTION
    mean = train.mean(dim=0, keepdim=True)
    deviation = ((train - mean) ** 2).mean(dim=0, keepdim=True).sqrt()
    deviation = deviation.masked_fill(deviation == 0, 1.0)
    return tuple((rows - mean) / deviation for rows in (train, test))
    ### END SOLUTION

# %% check="01.1"
check("01.1", standardize)

# %% [markdown] task="01.2"

# %% answer="01.2"
def pad_and_mask(seqs, pad=0.0):
    """B sequences (T_i, D) as one tensor (B, T, D), and the mask (B, T) of what is real."""
    ### BEGIN SOLUTION
    x = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(s) for s in seqs], device=x.device)
    step = torch.arange(x.shape[1], device=x.device)
    return x, step[None, :] < lengths[:, None]
    ### END SOLUTION

# %% check="01.2"
check("01.2", pad_and_mask)

# %% [markdown] task="01.3"

# %% answer="01.3"
def masked_mean(x, mask):
    """Mean over the real steps: (B, T, D) and (B, T) to (B, D)."""
    ### BEGIN SOLUTION
    total = x.masked_fill(~mask[..., None], 0.0).sum(dim=1)
    count = mask.sum(dim=1, keepdim=True).clamp(min=1)
    return total / count
    ### END SOLUTION

# %% check="01.3"
check("01.3", masked_mean)

# %% [markdown] task="01.4"

# %% answer="01.4"
def align_last(t_src, v_src, t_query, fill=float("nan")):
    """The last value known at each time asked for, (Q,); ``fill`` before the first reading."""
    ### BEGIN SOLUTION
    known = (t_src[None, :] <= t_query[:, None]).sum(dim=1)  # (Q,) readings that exist by then
    padded = torch.cat([v_src.new_full((1,), fill), v_src])  # place 0: none yet
    return padded[known]
    ### END SOLUTION

# %% check="01.4"
check("01.4", align_last)

# %% [markdown]
# Back to [lesson 01](../notebooks/01_heterogeneous_data.ipynb), or on to
# [lesson 02](../notebooks/02_mse_and_regression.ipynb).

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
