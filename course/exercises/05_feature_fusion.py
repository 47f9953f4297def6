# %% [markdown]
# # Exercises 05 · Feature fusion
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/05_feature_fusion.ipynb](../notebooks/05_feature_fusion.ipynb)

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check

# %% [markdown] task="05.1"

# %% answer="05.1"


def concat_fusion(feats):
    """Each modality flattened and its rows scaled to length 1, side by side: (N, sum of sizes)."""
    ### BEGIN SOLUTION
    parts = []
    for feature in feats:
        rows = feature.reshape(len(feature), -1)
        parts.append(torch.nn.functional.normalize(rows, dim=1))
    return torch.cat(parts, dim=1)
    ### END SOLUTION


# %% check="05.1"
check("05.1", concat_fusion)

# %% [markdown] task="05.2"

# %% answer="05.2"


def weighted_sum(feats, w):
    """Sum of M modalities (N, M, D) with the weights softmax(w): (N, D)."""
    ### BEGIN SOLUTION
    return torch.einsum("nmd,m->nd", feats, w.softmax(0))
    ### END SOLUTION


# %% check="05.2"
check("05.2", weighted_sum)

# %% [markdown] task="05.3"

# %% answer="05.3"


def gmu(v, t, w_v, w_t, w_z):
    """The gated multimodal unit of pictures (N, Dv) and texts (N, Dt): (N, H)."""
    ### BEGIN SOLUTION
    picture = (v @ w_v.T).tanh()
    text = (t @ w_t.T).tanh()
    gate = (torch.cat([v, t], dim=1) @ w_z.T).sigmoid()
    return text + gate * (picture - text)
    ### END SOLUTION


# %% check="05.3"
check("05.3", gmu)

# %% [markdown] task="05.4"

# %% answer="05.4"


def tensor_fusion(a, b):
    """All products of [1, a] and [1, b], a varying slowest: (N, (1 + Da)(1 + Db))."""
    ### BEGIN SOLUTION
    a = torch.nn.functional.pad(a, (1, 0), value=1.0)
    b = torch.nn.functional.pad(b, (1, 0), value=1.0)
    return torch.einsum("ni,nj->nij", a, b).reshape(len(a), -1)
    ### END SOLUTION


# %% check="05.4"
check("05.4", tensor_fusion)

# %% [markdown] task="05.5"

# %% answer="05.5"


def low_rank_fusion(feats, factors):
    """Sum over the rank of products over the modalities of [1, x] F: (N, H)."""
    ### BEGIN SOLUTION
    product = 1.0
    for x, factor in zip(feats, factors, strict=True):
        constant, weight = factor[:, :1], factor[:, 1:]  # (R, 1, H) belongs to the 1, (R, D, H) to x
        product = product * (constant + x @ weight)  # (R, N, H)
    return product.sum(dim=0)
    ### END SOLUTION


# %% check="05.5"
check("05.5", low_rank_fusion)

# %% [markdown]
# Back to the lesson: [notebooks/05_feature_fusion.ipynb](../notebooks/05_feature_fusion.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
