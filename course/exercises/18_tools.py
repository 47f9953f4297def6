# %% [markdown]
# # Exercises 18 · One model, four libraries
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/18_tools.ipynb](../notebooks/18_tools.ipynb)

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check

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
# Back to the lesson: [notebooks/18_tools.ipynb](../notebooks/18_tools.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
