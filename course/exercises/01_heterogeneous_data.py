# %% [markdown]
# # 01 Exercises: scales, lengths, masks and clocks
#
# Write each function, then run the cell with `check(...)` below it. A check compares your function with many inputs,
# random ones included. If something is wrong, it says which mistake it is, and shows the smallest input that exposes it.

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check, defend

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
# ## Open task: weigh two sensors
#
# *Your own experiment, about 40 minutes. The check asks whether your conclusion follows from your runs.*
#
# Accelerometer and gyroscope of the smartwatch, 5 nearest neighbours, a new person each time. How should the two be put
# on one scale: each feature, each modality, with which weight? Other features than mean and deviation are welcome.
#
# 1. Say beforehand what you expect, and what would count as better.
# 2. Choose weights and features on the people who are *not* the new one: each new person must be new to every choice.
# 3. Keep the best single sensor in the comparison.
# 4. Conclude, over ten people: `defend` holds your conclusion against your runs. "Not shown" is a result.

# %%
from fusion_edu import data, evaluate

watch = data.smartwatch()
features = {name: torch.cat([x.mean(2), x.std(2)], dim=1) for name, x in watch.x.items()}  # (B, 6) each


def score(x, person):
    """Accuracy on one person, learned from the nine others; change it as you like."""
    rows, new = watch.groups != person, watch.groups == person
    scale = data.Standardiser.fit(x[rows])
    guess = evaluate.knn_predict(scale(x[rows]), watch.y[rows], scale(x[new]))
    return evaluate.accuracy(guess, watch.y[new])


alone = [score(features["accelerometer"], person) for person in range(1, 11)]
print("accelerometer alone:", evaluate.interval(alone, unit="people", test_to_train=1 / 9))
runs = {}  # e.g. {"both": [... for person in range(1, 11)], "accelerometer": alone}
conclusion = None  # "better", "worse", "the same" (then give margin=, chosen before the run) or "not shown"
defend("01.open", runs, conclusion, unit="people", test_to_train=1 / 9)

# %%
widgets.progress_map()
