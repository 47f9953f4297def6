# %% [markdown]
# # Exercises 18 · One model, four libraries
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="18.1"

# %% answer="18.1"


def to_torch_layout(kernel):
    """A Keras kernel (..., in, out) as PyTorch's (out, in, ...)."""
    ### BEGIN SOLUTION
    return torch.movedim(kernel, (-1, -2), (0, 1))
    ### END SOLUTION


# %% check="18.1"
check("18.1", to_torch_layout)

# %% [markdown] task="18.2"

# %% answer="18.2"


def behind_flatten(kernel, channels, height, width):
    """A Dense kernel (H W C, out) behind Keras's Flatten as a Linear weight (out, C H W) behind PyTorch's."""
    ### BEGIN SOLUTION
    rows = kernel.reshape(height, width, channels, -1)
    return torch.einsum("hwco->ochw", rows).flatten(1)
    ### END SOLUTION


# %% check="18.2"
check("18.2", behind_flatten)

# %% [markdown] task="18.3"

# %% answer="18.3"


def gru_to_torch(kernel, recurrent, bias):
    """Keras's GRU weights as PyTorch's weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0."""
    ### BEGIN SOLUTION
    units = len(recurrent)
    blocks = torch.arange(3 * units).view(3, units)
    order = blocks[[1, 0, 2]].flatten()  # z r n -> r z n
    return kernel.T[order], recurrent.T[order], bias[0, order], bias[1, order]
    ### END SOLUTION


# %% check="18.3"
check("18.3", gru_to_torch)

# %% [markdown]
# ## Open task: does a default matter?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# A default is a choice that somebody else made for you. Take one in which the libraries differ (the first weights, SGD's step
# size, a batch norm), or another one of this small model. Say what you expect, then run both sides with the same seeds, at
# least five, and **conclude**. The conclusion follows the number: where the interval of the gain holds 0, it is "not shown",
# unless all of it lies inside a margin that you chose before the run.
#
# `accuracy_of` trains once and scores hidden emoji, on the same rows for every seed: what changes are the first weights. A
# run takes about a second.

# %%
from torch import nn

from fusion_edu import data, encoders, evaluate, losses, train


def glorot(layer):
    """Keras's first weights of a Linear layer."""
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


def accuracy_of(seed, first_weights=None, optimizer="adam", learning_rate=1e-3):
    """Accuracy on hidden emoji of a small network on their names' features."""
    emoji = data.emoji(size=16)
    x = encoders.text_features(emoji.x["name"], progress=False)
    known, new = data.split(len(emoji), 0.25, seed=0)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(384, 64), nn.ReLU(), nn.Linear(64, 8))
    if first_weights is not None:
        model.apply(first_weights)
    train.fit(model, x[known], emoji.y[known], loss=losses.cross_entropy, epochs=5, seed=seed,
              optimizer=optimizer, learning_rate=learning_rate, progress=False)  # fmt: skip
    with torch.no_grad():
        return evaluate.accuracy(model(x[new]), emoji.y[new])


runs = {}  # e.g. {"PyTorch": [accuracy_of(seed) for seed in range(5)], "Keras": [... first_weights=glorot ...]}
conclusion = None  # "better", "worse", "the same" (then give margin=, chosen before the run) or "not shown"
defend("18.open", runs, conclusion)

# %%
widgets.progress_map()
